/*
 * regex_dfa - a program as a deterministic automaton, and the smallest one.
 */
#ifndef TSR_BUILD_REGEX_DFA_H
#define TSR_BUILD_REGEX_DFA_H

#include "build/regex/regex_program.h"

enum {
	TSR_DFA_DEAD,	/* nothing that follows can match */
	TSR_DFA_ACCEPT, /* it has matched */
	TSR_DFA_FIRST,	/* the first of the other states */
	TSR_DFA_UNKNOWN = 0xffff
};

struct tsr_regex_dfa {
	uint32_t classes;
	uint32_t count;	 /* of states, the two special ones among them */
	uint32_t start;
	uint16_t *next;	 /* state * classes + class */
	bool *at_end;	 /* it matches when the subject ends here */
};

/*
 * Make states from the start, nearest first. False when a cap of limits.h is
 * met: edges that were not reached are then TSR_DFA_UNKNOWN.
 */
bool tsr_regex_dfa_make(struct tsr_regex_dfa *out,
    const struct tsr_regex_program *program, struct tsr_arena *arena);

/*
 * The smallest automaton of the same language, its states in the order in
 * which they are found from the start. The old one must be complete.
 */
void tsr_regex_dfa_minimise(struct tsr_regex_dfa *out,
    const struct tsr_regex_dfa *from, struct tsr_arena *arena);

#endif
