/*
 * browser_form - a condition as src/browser/evaluate.js takes it.
 *
 * An array. A group is ["every", [c, ..]], ["some", [c, ..]] or ["!", c]; a leaf
 * is [operator, operand, source] or [operator, operand, source, purpose]. What
 * evaluate.js does not have is written with what it has, so that it need not
 * know the language: names of attributes, types and empty lists end here.
 *
 * The meaning is that of condition.h for texts, numbers, truths and what is
 * missing; saved groups and segments were written out before. An operator that
 * is for none of these holds for nobody.
 */
#ifndef TSR_BUILD_BROWSER_FORM_H
#define TSR_BUILD_BROWSER_FORM_H

#include "build/rules/rules.h"

/* Where a browser finds an attribute. */
struct tsr_browser_source {
	struct tsr_span name;	 /* of the signal, or of the score */
	struct tsr_span purpose; /* n 0: none is asked for */
	/* What it is unless it is missing; TSR_TYPE_JSON: nobody knows. */
	enum tsr_attribute_type type;
};

struct tsr_browser_world {
	void (*source)(void *ctx, struct tsr_browser_source *out,
	    struct tsr_span attribute);
	/* Is it a regular expression? */
	bool (*pattern)(void *ctx, struct tsr_span pattern, bool caseless);
	void *ctx;
};

/*
 * Write a condition in the browser's form, in the arena. False when it nests
 * deeper than TSR_BROWSER_DEPTH.
 */
bool tsr_browser_form(struct tsr_json *out,
    const struct tsr_browser_world *world, const struct tsr_json *condition,
    struct tsr_arena *arena);

/* The same for the attributes and patterns of rules. */
bool tsr_browser_form_of(struct tsr_json *out, struct tsr_rules *rules,
    const struct tsr_json *condition);

#endif
