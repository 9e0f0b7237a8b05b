/*
 * regex_program - a pattern's tree as instructions over classes of characters.
 *
 * Characters that no set of the pattern tells apart are one class, so a set is
 * a few bits and every state has few edges, whatever Unicode looks like.
 */
#ifndef TSR_BUILD_REGEX_PROGRAM_H
#define TSR_BUILD_REGEX_PROGRAM_H

#include "build/regex/regex_parse.h"
#include "core/automaton.h"

struct tsr_regex_op {
	uint8_t op;	   /* enum tsr_automaton_op */
	uint8_t assertion; /* enum tsr_automaton_assert */
	uint16_t x, y;
};

/* The first character of a run of one class. */
struct tsr_regex_run {
	uint32_t first, class;
};

struct tsr_regex_program {
	bool units;
	struct tsr_regex_op *ops; /* a match begins at 0 */
	uint32_t count;
	uint32_t classes;
	uint8_t ascii[128];	    /* classes */
	struct tsr_regex_run *runs; /* from 0x80 on */
	uint32_t run_count;
	uint8_t *bits; /* sets of set_size bytes; set 0: word characters */
	uint32_t sets, set_size;
};

/* False when the pattern tells too many classes apart; err is then filled. */
bool tsr_regex_program_make(struct tsr_regex_program *out,
    struct tsr_regex_error *err, const struct tsr_regex_node *root,
    unsigned flags, struct tsr_arena *arena);

/* Take apart an automaton that has a program. Borrows its bits. */
void tsr_regex_program_read(struct tsr_regex_program *out,
    const struct tsr_automaton *a, struct tsr_arena *arena);

/* Is the class in the set? */
bool tsr_regex_program_has(
    const struct tsr_regex_program *program, uint32_t set, uint32_t class);

#endif
