/*
 * regex_set - sets of characters, as ordered ranges that do not touch.
 */
#include "build/regex/regex_set.h"

#include <stdlib.h>

void
tsr_regex_set_init(struct tsr_regex_set *set, struct tsr_arena *arena)
{
	set->list = NULL;
	set->count = set->cap = 0;
	set->arena = arena;
}

void
tsr_regex_set_add(struct tsr_regex_set *set, uint32_t low, uint32_t high)
{
	set->list = tsr_arena_grow(
	    set->arena, set->list, set->count, &set->cap, sizeof(*set->list));
	set->list[set->count].low = low;
	set->list[set->count++].high = high;
}

void
tsr_regex_set_add_all(
    struct tsr_regex_set *set, const struct tsr_regex_set *from)
{
	size_t i;

	for (i = 0; i < from->count; i++)
		tsr_regex_set_add(set, from->list[i].low, from->list[i].high);
}

static int
by_low(const void *a, const void *b)
{
	const struct tsr_regex_range *x = a, *y = b;

	return x->low < y->low ? -1 : x->low > y->low;
}

void
tsr_regex_set_tidy(struct tsr_regex_set *set)
{
	struct tsr_regex_range *r = set->list;
	size_t i, n = 0;

	if (set->count < 2)
		return;
	qsort(r, set->count, sizeof(*r), by_low);
	for (i = 1; i < set->count; i++) {
		if (r[i].low <= r[n].high + 1) {
			if (r[i].high > r[n].high)
				r[n].high = r[i].high;
		} else {
			r[++n] = r[i];
		}
	}
	set->count = n + 1;
}

void
tsr_regex_set_invert(struct tsr_regex_set *set, uint32_t last)
{
	struct tsr_regex_set out;
	uint32_t from = 0;
	size_t i;

	tsr_regex_set_init(&out, set->arena);
	for (i = 0; i < set->count && set->list[i].low <= last; i++) {
		if (set->list[i].low > from)
			tsr_regex_set_add(&out, from, set->list[i].low - 1);
		from = set->list[i].high + 1;
	}
	if (from <= last)
		tsr_regex_set_add(&out, from, last);
	*set = out;
}

size_t
tsr_regex_set_find(const struct tsr_regex_set *set, uint32_t c)
{
	size_t low = 0, high = set->count, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (set->list[mid].high < c)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool
tsr_regex_set_has(const struct tsr_regex_set *set, uint32_t c)
{
	size_t i = tsr_regex_set_find(set, c);

	return i < set->count && set->list[i].low <= c;
}

bool
tsr_regex_set_eq(const struct tsr_regex_set *a, const struct tsr_regex_set *b)
{
	return a->count == b->count &&
	    (a->count == 0 ||
		memcmp(a->list, b->list, a->count * sizeof(*a->list)) == 0);
}
