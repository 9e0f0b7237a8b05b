/*
 * regex_unicode - the sets behind \p, \d, \s and \w, and which letters are the
 * same when case is ignored.
 *
 * The tables are texts, see tools/unicode.mjs; a set is read from its text when
 * a pattern names it.
 */
#include "build/regex/regex_unicode.h"

struct property {
	const char *names; /* parted by blanks */
	const char *gaps;
};

struct pairs {
	uint32_t first, count, stride;
	int32_t next; /* from a character to the next of its ring */
};

#include "build/regex/regex_unicode_table.h"

/* Characters that are the same in one way come at most so many together. */
#define RING_MAX 6

static bool
has_name(const char *names, struct tsr_span name)
{
	struct tsr_span all = tsr_span_of(names, strlen(names)), one;
	size_t end;

	for (;;) {
		end = tsr_span_find(all, ' ', 0);
		one = tsr_span_part(all, 0, end);
		if (tsr_span_eq(one, name))
			return true;
		if (end == all.n)
			return false;
		all = tsr_span_from(all, end + 1);
	}
}

static uint32_t
read_gap(const char **p)
{
	uint32_t v = 0;

	while (**p >= 80)
		v = v << 5 | (uint32_t)(*(*p)++ - 80);
	return v << 5 | (uint32_t)(*(*p)++ - 48);
}

static bool
add_from(struct tsr_regex_set *set, const struct property *list, size_t count,
    struct tsr_span name)
{
	const char *p;
	uint32_t low, at = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!has_name(list[i].names, name))
			continue;
		for (p = list[i].gaps; *p != '\0';) {
			low = at += read_gap(&p);
			at = *p == '\0' ? 0x110000 : at + read_gap(&p);
			tsr_regex_set_add(set, low, at - 1);
		}
		return true;
	}
	return false;
}

bool
tsr_regex_property(
    struct tsr_regex_set *set, struct tsr_span name, struct tsr_span value)
{
	if (value.n == 0)
		return add_from(set, categories, TSR_COUNT_OF(categories),
			   name) ||
		    add_from(set, binaries, TSR_COUNT_OF(binaries), name);
	if (has_name("General_Category gc", name))
		return add_from(
		    set, categories, TSR_COUNT_OF(categories), value);
	if (has_name("Script sc", name))
		return add_from(set, scripts, TSR_COUNT_OF(scripts), value);
	if (has_name("Script_Extensions scx", name))
		return add_from(
		    set, extensions, TSR_COUNT_OF(extensions), value);
	return false;
}

/* Add to `more` the next of each ring that a run and the set have in common. */
static void
fold_run(struct tsr_regex_set *more, const struct tsr_regex_set *set,
    const struct pairs *run)
{
	uint32_t last = run->first + (run->count - 1) * run->stride, c, to;
	size_t i = tsr_regex_set_find(set, run->first);

	for (; i < set->count && set->list[i].low <= last; i++) {
		c = run->first;
		if (set->list[i].low > c)
			c += (set->list[i].low - c + run->stride - 1) /
			    run->stride * run->stride;
		for (; c <= last && c <= set->list[i].high; c += run->stride) {
			to = c + (uint32_t)run->next;
			if (!tsr_regex_set_has(set, to))
				tsr_regex_set_add(more, to, to);
		}
	}
}

void
tsr_regex_set_fold(struct tsr_regex_set *set, bool unicode)
{
	const struct pairs *list = unicode ? fold_pairs : upper_pairs;
	size_t count = unicode ? TSR_COUNT_OF(fold_pairs) :
				 TSR_COUNT_OF(upper_pairs);
	struct tsr_regex_set more;
	size_t i, round;

	for (round = 0; round < RING_MAX; round++) {
		tsr_regex_set_init(&more, set->arena);
		for (i = 0; i < count; i++)
			fold_run(&more, set, &list[i]);
		if (more.count == 0)
			return;
		tsr_regex_set_add_all(set, &more);
		tsr_regex_set_tidy(set);
	}
}

void
tsr_regex_set_escape(struct tsr_regex_set *set, uint32_t letter)
{
	static const struct tsr_regex_range space[] = {{0x09, 0x0d},
	    {0x20, 0x20}, {0xa0, 0xa0}, {0x1680, 0x1680}, {0x2000, 0x200a},
	    {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f},
	    {0x3000, 0x3000}, {0xfeff, 0xfeff}};
	size_t i;

	if (letter == 's') {
		for (i = 0; i < TSR_COUNT_OF(space); i++)
			tsr_regex_set_add(set, space[i].low, space[i].high);
		return;
	}
	tsr_regex_set_add(set, '0', '9');
	if (letter == 'w') {
		tsr_regex_set_add(set, 'A', 'Z');
		tsr_regex_set_add(set, '_', '_');
		tsr_regex_set_add(set, 'a', 'z');
	}
}
