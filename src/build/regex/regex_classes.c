/*
 * regex_classes - which characters no set of a pattern tells apart.
 *
 * All ends of ranges cut the characters into pieces; the pieces begin as one
 * class, and each set in turn splits the classes that it cuts.
 */
#include "build/regex/regex_classes.h"

#include <stdlib.h>

#include "core/limits.h"

struct pieces {
	uint32_t *first; /* the first character of each */
	uint32_t *class;
	bool *in; /* of the set in hand */
	size_t count;
};

static int
by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void
cut(struct pieces *out, const struct tsr_regex_set *sets, size_t count,
    uint32_t last, struct tsr_arena *arena)
{
	size_t i, j, n = 2;

	for (i = 0; i < count; i++)
		n += 2 * sets[i].count;
	out->first = TSR_NEW_ARRAY(arena, uint32_t, n);
	out->class = TSR_NEW_ARRAY(arena, uint32_t, n);
	out->in = TSR_NEW_ARRAY(arena, bool, n);
	n = 1;
	out->first[n++] = 0x80;
	for (i = 0; i < count; i++)
		for (j = 0; j < sets[i].count; j++) {
			out->first[n++] = sets[i].list[j].low;
			if (sets[i].list[j].high < last)
				out->first[n++] = sets[i].list[j].high + 1;
		}
	qsort(out->first, n, sizeof(*out->first), by_value);
	out->count = 1;
	for (i = 1; i < n; i++)
		if (out->first[i] != out->first[out->count - 1])
			out->first[out->count++] = out->first[i];
}

static void
mark(struct pieces *p, const struct tsr_regex_set *set)
{
	size_t i, j = 0;

	for (i = 0; i < p->count; i++) {
		while (j < set->count && set->list[j].high < p->first[i])
			j++;
		p->in[i] = j < set->count && set->list[j].low <= p->first[i];
	}
}

/* Split classes by the marked set. False when there are too many. */
static bool
split(struct pieces *p, uint32_t *classes)
{
	bool has_in[TSR_REGEX_CLASSES_MAX], has_out[TSR_REGEX_CLASSES_MAX];
	uint32_t to[TSR_REGEX_CLASSES_MAX], old = *classes, k;
	size_t i;

	memset(has_in, 0, sizeof(has_in));
	memset(has_out, 0, sizeof(has_out));
	for (i = 0; i < p->count; i++)
		(p->in[i] ? has_in : has_out)[p->class[i]] = true;
	for (k = 0; k < old; k++) {
		to[k] = k;
		if (!has_in[k] || !has_out[k])
			continue;
		if (*classes == TSR_REGEX_CLASSES_MAX)
			return false;
		to[k] = (*classes)++;
	}
	for (i = 0; i < p->count; i++)
		if (p->in[i])
			p->class[i] = to[p->class[i]];
	return true;
}

/* Number the classes in the order in which their characters come. */
static void
number(struct pieces *p, uint32_t classes)
{
	uint32_t to[TSR_REGEX_CLASSES_MAX], next = 0, k;
	size_t i;

	for (k = 0; k < classes; k++)
		to[k] = UINT32_MAX;
	for (i = 0; i < p->count; i++) {
		if (to[p->class[i]] == UINT32_MAX)
			to[p->class[i]] = next++;
		p->class[i] = to[p->class[i]];
	}
}

bool
tsr_regex_classes_make(struct tsr_regex_program *out,
    const struct tsr_regex_set *sets, size_t count, struct tsr_arena *arena)
{
	struct pieces p;
	uint32_t c;
	size_t i, s;

	cut(&p, sets, count, out->units ? 0xffff : 0x10ffff, arena);
	out->classes = 1;
	for (s = 0; s < count; s++) {
		mark(&p, &sets[s]);
		if (!split(&p, &out->classes))
			return false;
	}
	number(&p, out->classes);
	out->sets = (uint32_t)count;
	out->set_size = (out->classes + 7) / 8;
	out->bits = tsr_arena_array(arena, count, out->set_size);
	for (s = 0; s < count; s++) {
		mark(&p, &sets[s]);
		for (i = 0; i < p.count; i++)
			if (p.in[i])
				out->bits[s * out->set_size + p.class[i] / 8] |=
				    (uint8_t)(1u << (p.class[i] & 7));
	}
	out->runs = TSR_NEW_ARRAY(arena, struct tsr_regex_run, p.count);
	for (c = 0, i = 0; c < 0x80; c++) {
		while (i + 1 < p.count && p.first[i + 1] <= c)
			i++;
		out->ascii[c] = (uint8_t)p.class[i];
	}
	for (i++; i < p.count; i++) {
		if (out->run_count > 0 &&
		    out->runs[out->run_count - 1].class == p.class[i])
			continue;
		out->runs[out->run_count].first = p.first[i];
		out->runs[out->run_count++].class = p.class[i];
	}
	return true;
}
