/*
 * budget - the memory and time that a library has for one text.
 *
 * All of its memory goes at once, also when the library is left in the middle
 * because the budget is spent: so it is only for libraries that own nothing
 * else.
 */
#ifndef TSR_BUILD_BUDGET_H
#define TSR_BUILD_BUDGET_H

#include <setjmp.h>
#include <time.h>

#include "base/arena.h"

/* Zeroed at first; free the arena at the end. */
struct tsr_budget {
	struct tsr_arena arena;
	jmp_buf spent; /* where the library is left to */
	struct timespec start;
	unsigned calls;
};

/* Time counts from now on. */
void tsr_budget_start(struct tsr_budget *budget);

/* n bytes; does not return, but to spent, when there is nothing left. */
void *tsr_budget_take(struct tsr_budget *budget, size_t n);

#endif
