/*
 * tell - why a rule of a chain holds for a visitor or does not, for people.
 *
 * The interpreter's answer to a rule and to every part of its condition, with
 * what was found; not the compiled form, which asks only what it must.
 */
#ifndef TSR_BUILD_TELL_H
#define TSR_BUILD_TELL_H

#include "build/rules/rules.h"

enum tsr_told {
	TSR_TOLD_NO,
	TSR_TOLD_YES,
	TSR_TOLD_OPEN /* it depends on what only the browser knows */
};

/* A condition, or a part of one: deeper parts follow what they are part of. */
struct tsr_tell_line {
	unsigned depth;
	enum tsr_told told;
	struct tsr_span text;  /* tier = "gold" */
	struct tsr_span found; /* the value, as JSON; p NULL: missing */
	uint32_t attribute;    /* that was looked at; UINT32_MAX: none */
};

struct tsr_tell {
	enum tsr_told told;
	uint32_t outcome;     /* what the rule shows */
	struct tsr_span name; /* of the rule */
	struct tsr_tell_line *lines;
	size_t count, cap;
};

struct tsr_tell_visitor {
	const struct tsr_json *values; /* see tsr_rules_interpret */
	int64_t now;
	struct tsr_span locale; /* of titles */
};

/* Rules of a decision's chain. */
size_t tsr_tell_count(const struct tsr_rules *rules, uint32_t decision);

/* One of them; NULL: behind the last, where the default stands. */
const struct tsr_rule *tsr_tell_at(
    const struct tsr_rules *rules, uint32_t decision, size_t i);

/* Rule i of a decision's chain for a visitor. Texts are in the arena. */
void tsr_tell_rule(struct tsr_tell *out, const struct tsr_rules *rules,
    uint32_t decision, size_t i, const struct tsr_tell_visitor *visitor,
    struct tsr_arena *arena);

#endif
