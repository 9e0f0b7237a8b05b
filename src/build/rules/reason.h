/*
 * reason - why a rule of a chain holds for a visitor or does not, for people.
 *
 * The interpreter's answer to a rule and to every part of its condition, with
 * what was found; not the compiled form, which asks only what it must.
 */
#ifndef TSR_BUILD_REASON_H
#define TSR_BUILD_REASON_H

#include "build/rules/rules.h"

enum tsr_reason_answer {
	TSR_REASON_NO,
	TSR_REASON_YES,
	TSR_REASON_OPEN /* it depends on what only the browser knows */
};

/* A condition, or a part of one: deeper parts follow what they are part of. */
struct tsr_reason_line {
	unsigned depth;
	enum tsr_reason_answer told;
	struct tsr_span text;  /* tier = "gold" */
	struct tsr_span found; /* the value, as JSON; p NULL: missing */
	uint32_t attribute;    /* that was looked at; UINT32_MAX: none */
};

struct tsr_reason {
	enum tsr_reason_answer told;
	uint32_t outcome;     /* what the rule shows */
	struct tsr_span name; /* of the rule */
	struct tsr_reason_line *lines;
	size_t count, cap;
};

struct tsr_reason_visitor {
	const struct tsr_rules *rules;
	const struct tsr_json *values; /* see tsr_rules_interpret */
	const struct tsr_json *known;  /* what the page answers */
	bool browser; /* values has the browser's, too: nothing is open */
	int64_t now;
	struct tsr_span locale; /* of titles */
};

/*
 * Rule i of a chain as it is written on the page, for a visitor; decision: what
 * it was compiled to. Equal chains share that, but not their names and words.
 * Texts are in the arena.
 */
void tsr_reason_rule(struct tsr_reason *out,
    const struct tsr_reason_visitor *visitor, uint32_t decision,
    const struct tsr_rule_list *chain, size_t i, struct tsr_arena *arena);

#endif
