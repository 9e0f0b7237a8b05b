/*
 * regex_set - sets of characters, as ordered ranges that do not touch.
 *
 * A character is a code point, or a UTF-16 unit in patterns without u. Add
 * ranges in any order, then call tsr_regex_set_tidy; all others need tidy sets
 * and give tidy sets.
 */
#ifndef TSR_BUILD_REGEX_SET_H
#define TSR_BUILD_REGEX_SET_H

#include "base/arena.h"

struct tsr_regex_range {
	uint32_t low, high; /* both belong to it */
};

struct tsr_regex_set {
	struct tsr_regex_range *list;
	size_t count, cap;
	struct tsr_arena *arena;
};

void tsr_regex_set_init(struct tsr_regex_set *set, struct tsr_arena *arena);
void tsr_regex_set_add(struct tsr_regex_set *set, uint32_t low, uint32_t high);
void tsr_regex_set_add_all(
    struct tsr_regex_set *set, const struct tsr_regex_set *from);
void tsr_regex_set_tidy(struct tsr_regex_set *set);

/* What is not in the set, from 0 to last. */
void tsr_regex_set_invert(struct tsr_regex_set *set, uint32_t last);

bool tsr_regex_set_has(const struct tsr_regex_set *set, uint32_t c);

/* The index of the first range that ends at or after c. */
size_t tsr_regex_set_find(const struct tsr_regex_set *set, uint32_t c);

bool tsr_regex_set_eq(
    const struct tsr_regex_set *a, const struct tsr_regex_set *b);

#endif
