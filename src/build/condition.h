/*
 * condition - the meaning of a condition, read from its JSON every time.
 *
 * The reference's semantics (GrowthBook's JavaScript SDK) over JSON values of
 * any type. Slow and plain on purpose: it answers list queries at build and is
 * the second opinion on what rules.c compiles. It shares no code with core but
 * the reading of numbers and the automata.
 */
#ifndef TSR_BUILD_CONDITION_H
#define TSR_BUILD_CONDITION_H

#include "build/json.h"

struct tsr_condition_world {
	const struct tsr_json *segments; /* their object, or NULL */
	/* Names are members of the object, not paths. */
	bool flat;
	/* Looked into before the object, as names; or NULL. */
	const struct tsr_json *known;
	/* The automaton of a pattern, empty when it has none. */
	struct tsr_span (*automaton)(void *ctx, struct tsr_span pattern);
	void *ctx;
};

/* An object of which all names begin with $, and that has one. */
bool tsr_condition_is_operators(const struct tsr_json *v);

/*
 * Whether a condition (or a segment's name) holds for an object. Unknown
 * operators and segments hold for nobody.
 */
bool tsr_condition_eval(const struct tsr_condition_world *world,
    const struct tsr_json *condition, const struct tsr_json *object);

/* One operator ("$lt"; "" for a bare value) on a value; NULL: missing. */
bool tsr_condition_apply(const struct tsr_condition_world *world,
    struct tsr_span operator, const struct tsr_json *value,
    const struct tsr_json *operand);

/* Truthiness as JavaScript has it; NULL is false. */
bool tsr_condition_truthy(const struct tsr_json *v);

/* ToNumber; false for NaN. NULL is 0. */
bool tsr_condition_number(double *out, const struct tsr_json *v);

#endif
