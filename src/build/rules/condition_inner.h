/*
 * condition_inner - what the files of the interpreter of conditions share.
 */
#ifndef TSR_BUILD_CONDITION_INNER_H
#define TSR_BUILD_CONDITION_INNER_H

#include "build/rules/condition.h"

/* A saved group whose condition is being evaluated, and those around it. */
struct tsr_condition_group {
	struct tsr_span id;
	const struct tsr_condition_group *outer;
};

/* Where an evaluation is. */
struct tsr_condition_run {
	const struct tsr_condition_world *world;
	const struct tsr_condition_group *groups;
	unsigned depth;
	bool item; /* of an item: all names are paths, there are no segments */
};

/* condition.c; for $elemMatch. */
bool tsr_condition_whole(const struct tsr_condition_run *run,
    const struct tsr_json *condition, const struct tsr_json *object);
bool tsr_condition_is_in_group(const struct tsr_condition_world *world,
    const struct tsr_json *value, const struct tsr_json *id, bool in);

/* condition_operator.c: what an author wants of a value; NULL: missing. */
bool tsr_condition_field(const struct tsr_condition_run *run,
    const struct tsr_json *value, const struct tsr_json *expected);
/* Is it, or an item of it, in the list? */
bool tsr_condition_one_of(const struct tsr_json *value,
    const struct tsr_json *list, bool caseless);

/* condition_value.c */
bool tsr_condition_is_null(const struct tsr_json *v);
/* String(v), appended. */
void tsr_condition_text(struct tsr_buf *out, const struct tsr_json *v);
/* JSON.stringify(v), appended. */
void tsr_condition_json(struct tsr_buf *out, const struct tsr_json *v);
/* s.toLowerCase(), appended. */
void tsr_condition_lower(struct tsr_buf *out, struct tsr_span s);
/* === of two values, texts in any case when caseless. */
bool tsr_condition_same(
    const struct tsr_json *a, const struct tsr_json *b, bool caseless);
/* A bare value as the condition. */
bool tsr_condition_bare(
    const struct tsr_json *value, const struct tsr_json *operand, bool caseless);
/* *order becomes <0, 0 or >0; false when nothing can be said (NaN). */
bool tsr_condition_order(
    int *order, const struct tsr_json *a, const struct tsr_json *b);

#endif
