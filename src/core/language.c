/*
 * language - the best of a site's languages for a visitor (RFC 4647).
 */
#include "core/language.h"

#include "core/limits.h"

struct range {
	struct tsr_span tag;
	unsigned weight; /* in thousandths */
};

bool
tsr_language_range(struct tsr_span s)
{
	size_t i, run = 0;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '-' && run > 0)
			run = 0;
		else if (!tsr_is_alnum(s.p[i]) || ++run > 8)
			return false;
	}
	return run > 0;
}

/* RFC 9110 section 12.4.2: 0 or 1, with up to three digits behind a dot. */
static bool
read_weight(unsigned *out, struct tsr_span s)
{
	unsigned unit = 100;
	size_t i;

	s = tsr_span_unpad(s);
	if (s.n < 3 || s.n > 7 || tsr_lower(s.p[0]) != 'q' || s.p[1] != '=' ||
	    (s.p[2] != '0' && s.p[2] != '1') || (s.n > 3 && s.p[3] != '.'))
		return false;
	*out = s.p[2] == '1' ? 1000 : 0;
	for (i = 4; i < s.n; i++, unit /= 10) {
		if (!tsr_is_digit(s.p[i]))
			return false;
		*out += (unsigned)(s.p[i] - '0') * unit;
	}
	return *out <= 1000;
}

static size_t
read_ranges(struct range *list, struct tsr_span field)
{
	size_t from, end, semi, n = 0, seen = 0;
	struct tsr_span one;

	for (from = 0; from < field.n && seen < TSR_LANGUAGE_RANGES;
	    from = end + 1, seen++) {
		end = tsr_span_find(field, ',', from);
		one = tsr_span_part(field, from, end - from);
		semi = tsr_span_find(one, ';', 0);
		list[n].tag = tsr_span_unpad(tsr_span_part(one, 0, semi));
		list[n].weight = 1000;
		if (tsr_language_range(list[n].tag) && (semi == one.n ||
			read_weight(&list[n].weight,
			    tsr_span_from(one, semi + 1))))
			n++;
	}
	return n;
}

static bool
is_refused(const struct range *list, size_t n, struct tsr_span tag)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (list[i].weight == 0 && tsr_span_same(list[i].tag, tag))
			return true;
	return false;
}

static bool
find_tag(struct tsr_span *out, struct tsr_span tags, struct tsr_span range)
{
	size_t from, end;

	for (from = 0; from < tags.n; from = end + 1) {
		end = tsr_span_find(tags, ',', from);
		*out = tsr_span_part(tags, from, end - from);
		if (tsr_span_same(*out, range))
			return true;
	}
	return false;
}

/* Without its last subtag, and a single letter before that goes, too. */
static struct tsr_span
shorten(struct tsr_span s)
{
	while (s.n > 0 && s.p[s.n - 1] != '-')
		s.n--;
	s.n -= s.n > 0;
	if (s.n > 1 && s.p[s.n - 2] == '-')
		s.n -= 2;
	return s;
}

bool
tsr_language_lookup(
    struct tsr_span *out, struct tsr_span field, struct tsr_span tags)
{
	struct range list[TSR_LANGUAGE_RANGES];
	size_t n = read_ranges(list, field), i, round, best;
	bool done[TSR_LANGUAGE_RANGES] = {false};
	struct tsr_span range;

	for (round = 0; round < n; round++) {
		for (i = 0, best = n; i < n; i++)
			if (!done[i] && list[i].weight > 0 && (best == n ||
				list[i].weight > list[best].weight))
				best = i;
		if (best == n)
			break;
		done[best] = true;
		for (range = list[best].tag; range.n > 0;
		    range = shorten(range))
			if (find_tag(out, tags, range) &&
			    !is_refused(list, n, *out))
				return true;
	}
	return false;
}
