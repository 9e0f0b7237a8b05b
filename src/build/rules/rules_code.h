/*
 * rules_code - what the files share that make code for core's expressions.
 *
 * Code is made backwards: where to go on is known before it is written. So
 * instructions get their numbers in the end, counted from the last one. Each
 * function here that returns a number returns a target: where to begin.
 */
#ifndef TSR_BUILD_RULES_CODE_H
#define TSR_BUILD_RULES_CODE_H

#include "build/rules/rules_inner.h"
#include "core/expression.h"

struct maker {
	struct tsr_rules *rules;
	struct tsr_buf code; /* in the order made */
	uint32_t count;
	struct tsr_json *constants; /* operands from 1 on */
	size_t constant_count, constant_cap;
	struct tsr_where where;
	unsigned each; /* EACHs around this place */
	bool failed;
};

/* Where to go on. */
struct exits {
	unsigned yes, no;
};

/* The value that is tested. */
struct pick {
	uint32_t path; /* operand, or 0 */
	unsigned flags;
};

struct operands {
	uint32_t first, count;
};

static inline bool
is(struct tsr_span s, const char *name)
{
	return tsr_span_eq(s, tsr_span_of(name, strlen(name)));
}

static inline struct exits
swap(struct exits go)
{
	return (struct exits){go.no, go.yes};
}

/* rules_code.c */
/* Report the first mistake. */
unsigned tsr_code_fail(struct maker *m, struct tsr_where where,
    const char *text);
/* What the reference answers false to, and what an author is told. */
unsigned tsr_code_refuse(struct maker *m, const struct tsr_json *v,
    struct exits go, const char *text);
/* The number of an operand, a new one. */
uint32_t tsr_code_constant(struct maker *m, struct tsr_json v);
struct tsr_json tsr_code_number(double d);
struct tsr_json tsr_code_null(void);
struct tsr_span tsr_code_lower(struct maker *m, struct tsr_span s);
/* The number of which a string is the text, or null. */
struct tsr_json tsr_code_number_of(struct tsr_span s);
/* String(v) and JSON.stringify(v), in the arena. */
struct tsr_span tsr_code_text_of(struct maker *m, const struct tsr_json *v);
struct tsr_span tsr_code_json_of(struct maker *m, const struct tsr_json *v);
/* An instruction with these operands, with a new one, with none. */
unsigned tsr_code_emit(struct maker *m, enum tsr_expression_op op,
    struct pick pick, struct operands with, struct exits go);
unsigned tsr_code_one(struct maker *m, enum tsr_expression_op op,
    struct pick pick, struct tsr_json v, struct exits go);
unsigned tsr_code_none(struct maker *m, enum tsr_expression_op op,
    struct pick pick, struct exits go);
/* Is it an array? */
unsigned tsr_code_array(struct maker *m, struct pick pick, struct exits go);

/* rules_code_operator.c */
unsigned tsr_code_bare(struct maker *m, struct pick pick,
    const struct tsr_json *v, bool caseless, struct exits go);
unsigned tsr_code_eq(struct maker *m, struct pick pick,
    const struct tsr_json *v, struct exits go);
unsigned tsr_code_in(struct maker *m, struct pick pick,
    const struct tsr_json *v, bool caseless, struct exits go);
unsigned tsr_code_relation(struct maker *m, enum tsr_expression_op op,
    struct pick pick, const struct tsr_json *v, struct exits go);
unsigned tsr_code_regex(struct maker *m, struct pick pick,
    const struct tsr_json *v, bool caseless, struct exits go);
/* Values of several types: one of them cannot be what comes. */
bool tsr_code_mixed(struct maker *m, const struct tsr_json *list);
unsigned tsr_code_version(struct maker *m, enum tsr_expression_op op,
    struct pick pick, const struct tsr_json *v, struct exits go);
unsigned tsr_code_size(struct maker *m, struct pick pick,
    const struct tsr_json *v, struct exits go);
unsigned tsr_code_elem_match(struct maker *m, struct pick pick,
    const struct tsr_json *v, struct exits go);
unsigned tsr_code_all(struct maker *m, struct pick pick,
    const struct tsr_json *v, bool caseless, struct exits go);
unsigned tsr_code_type(struct maker *m, struct pick pick,
    const struct tsr_json *v, struct exits go);
unsigned tsr_code_moment(struct maker *m, enum tsr_expression_op op,
    struct pick pick, const struct tsr_json *v, struct exits go);
unsigned tsr_code_cidr(struct maker *m, struct pick pick,
    const struct tsr_json *v, struct exits go);
unsigned tsr_code_part(struct maker *m, enum tsr_expression_op op,
    struct pick pick, const struct tsr_json *v, struct exits go);
unsigned tsr_code_group(struct maker *m, struct pick pick,
    const struct tsr_json *v, bool in, struct exits go);

/* rules_expression.c */
unsigned tsr_code_field(struct maker *m, struct pick pick,
    const struct tsr_json *v, bool caseless, struct exits go);
unsigned tsr_code_condition(struct maker *m, const struct tsr_json *v,
    struct exits go);

#endif
