/*
 * condition - the meaning of a condition, read from its JSON every time.
 *
 * The reference's semantics (GrowthBook's JavaScript SDK) over JSON values of
 * any type, and our own operators. Slow and plain on purpose: it answers list
 * queries at build and is the second opinion on what rules.c compiles. With
 * core it shares the automata, the table of lower case, and the readers of
 * numbers, moments and addresses; nothing of how a condition is evaluated.
 *
 *	condition.c	     whole conditions, paths, segments, saved groups
 *	condition_operator.c what a field must be
 *	condition_value.c    what JavaScript makes of a value
 *	condition_record.c   conditions over records of a catalogue
 */
#ifndef TSR_BUILD_CONDITION_H
#define TSR_BUILD_CONDITION_H

#include "build/pack/intern.h"
#include "build/read/json.h"

struct tsr_condition_world {
	const struct tsr_json *segments; /* their object, or NULL */
	const struct tsr_json *groups;	 /* saved groups by id, or NULL */
	/* Looked into before the object, as names; or NULL. */
	const struct tsr_json *known;
	/*
	 * Cut a name in two: a member of the object, and the path from there (p
	 * NULL: none). False: there is no such thing. NULL: all is a path.
	 */
	bool (*cut)(void *ctx, struct tsr_span *name, struct tsr_span *path,
	    struct tsr_span written);
	/* The automaton of a pattern, empty when it has none. */
	struct tsr_span (*automaton)(
	    void *ctx, struct tsr_span pattern, bool caseless);
	void *ctx;
};

/* An object of which all names begin with $, and that has one. */
bool tsr_condition_is_operators(const struct tsr_json *v);

/*
 * Whether a condition (or a segment's name) holds for an object. Unknown
 * operators, segments and groups hold for nobody.
 */
bool tsr_condition_eval(const struct tsr_condition_world *world,
    const struct tsr_json *condition, const struct tsr_json *object);

/* One operator ("$lt"; "" for a bare value) on a value; NULL: missing. */
bool tsr_condition_apply(const struct tsr_condition_world *world,
    struct tsr_span operator, const struct tsr_json *value,
    const struct tsr_json *operand);

/*
 * The value at a path into v, or NULL; an array's length stands in *room. Names
 * are members of objects, numbers items of arrays.
 */
const struct tsr_json *tsr_condition_walk(
    struct tsr_json *room, const struct tsr_json *v, struct tsr_span path);

/* Truthiness as JavaScript has it; NULL is false. */
bool tsr_condition_truthy(const struct tsr_json *v);

/* ToNumber; false for NaN. NULL is 0. */
bool tsr_condition_number(double *out, const struct tsr_json *v);

/*
 * The reference's padded version of a value, whose order as text is the order
 * of versions; appended to out. What is neither text nor number is "0".
 */
void tsr_condition_version(struct tsr_buf *out, const struct tsr_json *v);

/* Automata of patterns, each made once. */
struct tsr_condition_patterns {
	struct tsr_arena arena;
	struct tsr_intern numbers;
	struct tsr_span *list;
	size_t count, cap;
};

void tsr_condition_patterns_init(struct tsr_condition_patterns *patterns);
void tsr_condition_patterns_free(struct tsr_condition_patterns *patterns);

/* The same as tsr_condition_holds, keeping the automata it makes. */
bool tsr_condition_match(struct tsr_condition_patterns *patterns,
    const struct tsr_json *condition, const struct tsr_json *object);

#endif
