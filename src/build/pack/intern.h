/*
 * intern - a table from byte strings to numbers that only grows.
 */
#ifndef TSR_BUILD_INTERN_H
#define TSR_BUILD_INTERN_H

#include "base/arena.h"

struct tsr_intern_entry;

struct tsr_intern {
	struct tsr_arena *arena;
	struct tsr_intern_entry *entries;
	size_t count, cap;
	uint32_t *slots; /* number of an entry + 1; a power of two of them */
	size_t slot_count;
};

void tsr_intern_init(struct tsr_intern *table, struct tsr_arena *arena);

/*
 * Where the number of a key is kept; true when the key was there before. A new
 * key is copied and its number is 0. The pointer is good until the next call.
 */
bool tsr_intern_add(
    uint32_t **number, struct tsr_intern *table, struct tsr_span key);

/* The number of a key, or NULL. */
const uint32_t *tsr_intern_find(
    const struct tsr_intern *table, struct tsr_span key);

#endif
