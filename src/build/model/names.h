/*
 * names - which number a name has: a hash table from spans to numbers.
 *
 * Borrows the names; memory comes from the arena given at each addition.
 * All zero bytes is an empty table. One thread adds; then any may find.
 */
#ifndef TSR_BUILD_NAMES_H
#define TSR_BUILD_NAMES_H

#include "base/arena.h"

#define TSR_NAMES_NONE UINT32_MAX

struct tsr_name_cell {
	struct tsr_span name;
	uint32_t value; /* + 1; 0: the cell is free */
};

struct tsr_names {
	struct tsr_name_cell *cells;
	size_t count, cap; /* cap is a power of two or 0 */
};

/* The number of name, or TSR_NAMES_NONE. */
uint32_t tsr_names_find(const struct tsr_names *names, struct tsr_span name);

/*
 * Give name the number value (below TSR_NAMES_NONE - 1). When it has one
 * already, nothing changes and that number is returned; else TSR_NAMES_NONE.
 */
uint32_t tsr_names_add(struct tsr_names *names, struct tsr_arena *arena,
    struct tsr_span name, uint32_t value);

#endif
