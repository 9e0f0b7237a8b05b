/*
 * template_case - one template, rendered, as text that a row can compare.
 */
#ifndef TSR_TESTS_LIB_TEMPLATE_CASE_H
#define TSR_TESTS_LIB_TEMPLATE_CASE_H

#include "build/template/template.h"

struct template_case {
	const char *name;     /* of the template; NULL: "t" */
	const char *template;
	const char *data;     /* JSON; NULL: {} */
	const char *schema;   /* JSON; NULL: none */
	/* Others it may include: name, text, name, text, ... NULL */
	const char *others[9];
	const struct tsr_render_hooks *hooks;
	bool warnings;	      /* show them when there is no error */
};

/*
 * Append the rendering, or, when there are mistakes, their places in order:
 * "t:1:5 T010, d:1:9 T020". The data's file is d, the schema's s, the others
 * have their names.
 */
void tsr_template_case_run(struct tsr_buf *out, const struct template_case *c);

#endif
