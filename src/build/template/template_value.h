/*
 * template_value - print one value of the data where a tag stands.
 */
#ifndef TSR_BUILD_TEMPLATE_VALUE_H
#define TSR_BUILD_TEMPLATE_VALUE_H

#include "build/template/template_impl.h"

struct value_frame {
	const struct tsr_json *value;
	uint32_t index, length;
	bool list;
};

struct value_out {
	struct tsr_buf *out;
	struct tsr_diag *diag;
	const struct tsr_render_hooks *hooks;
	struct tsr_buf text[2]; /* what pipes make */
	bool failed;
};

void tsr_value_init(struct value_out *v, struct tsr_buf *out,
    struct tsr_diag *diag, const struct tsr_render_hooks *hooks);
void tsr_value_free(struct value_out *v);

/* value may be NULL: missing. */
void tsr_value_print(
    struct value_out *v, const struct node *node, const struct tsr_json *value);

void tsr_value_print_spec(
    struct value_out *v, const struct node *node, const struct tsr_json *value);

/* A message at the value's place, with the tag as the second. */
struct tsr_message *
tsr_value_mistake(struct value_out *v, const struct node *node,
    const struct tsr_json *value, const char *rule, const char *text);

#endif
