/*
 * budget - the memory and time that a library has for one text.
 */
#include "build/read/budget.h"

#include "core/limits.h"

/* The clock is looked at once in so many pieces of memory. */
#define CALLS 256

void
tsr_budget_start(struct tsr_budget *budget)
{
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &budget->start);
}

void *
tsr_budget_take(struct tsr_budget *budget, size_t n)
{
	struct timespec now;

	if (n > TSR_MARKUP_MEMORY ||
	    budget->arena.total > TSR_MARKUP_MEMORY - n)
		longjmp(budget->spent, 1);
	if (budget->calls++ % CALLS == CALLS - 1) {
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
		if (now.tv_sec - budget->start.tv_sec > TSR_MARKUP_SECONDS)
			longjmp(budget->spent, 1);
	}
	return tsr_arena_alloc(&budget->arena, n);
}
