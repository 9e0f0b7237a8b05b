/*
 * lower - the lower case of a text, as ECMAScript's toLowerCase has it.
 */
#include "core/lower.h"

#include "core/automaton.h"
#include "core/lower_table.h"
#include "core/utf8.h"

#define SIGMA 0x3a3

static bool
is_one(uint32_t c, const uint32_t (*list)[2], size_t n)
{
	size_t low = 0, half;

	while (n > 0) {
		half = n / 2;
		if (c > list[low + half][1]) {
			low += half + 1;
			n -= half + 1;
		} else if (c < list[low + half][0])
			n = half;
		else
			return true;
	}
	return false;
}

static bool
is_cased(uint32_t c)
{
	return is_one(c, cased, TSR_COUNT_OF(cased));
}

static bool
is_ignorable(uint32_t c)
{
	return is_one(c, case_ignorable, TSR_COUNT_OF(case_ignorable));
}

static uint32_t
lower_one(uint32_t c)
{
	size_t low = 0, n = TSR_COUNT_OF(lower_runs), half;
	int32_t x = (int32_t)c;

	while (n > 0) {
		half = n / 2;
		if (x > lower_runs[low + half][1]) {
			low += half + 1;
			n -= half + 1;
		} else if (x < lower_runs[low + half][0])
			n = half;
		else {
			if ((x - lower_runs[low + half][0]) %
				lower_runs[low + half][2] != 0)
				return c;
			return (uint32_t)(x + lower_runs[low + half][3]);
		}
	}
	return c;
}

/* Does a letter follow, with at most ignorable characters between? */
static bool
letter_follows(struct tsr_span rest)
{
	uint32_t c;
	size_t n;

	while (rest.n > 0) {
		c = tsr_automaton_decode(&n, rest.p, rest.p + rest.n);
		rest = tsr_span_from(rest, n);
		if (!is_ignorable(c))
			return is_cased(c);
	}
	return false;
}

bool
tsr_lower_text(
    struct tsr_span *out, struct tsr_span s, uint8_t *room, size_t n)
{
	bool after_letter = false;
	uint8_t bytes[4];
	size_t i, at = 0, taken;
	uint32_t c, to;

	for (i = 0; i < s.n && s.p[i] < 0x80; i++)
		if (s.p[i] != tsr_lower(s.p[i]))
			break;
	*out = s;
	for (i = i == s.n ? s.n : 0; i < s.n; i += taken) {
		c = tsr_automaton_decode(&taken, s.p + i, s.p + s.n);
		if (c < 0x80)
			to = tsr_lower((uint8_t)c);
		else if (c == SIGMA)
			to = after_letter && !letter_follows(tsr_span_from(
				s, i + taken)) ? 0x3c2 : 0x3c3;
		else
			to = c == 0x130 ? 'i' : lower_one(c);
		if (!is_ignorable(c))
			after_letter = is_cased(c);
		out->n = tsr_utf8_put(bytes, to);
		if (n - at < out->n + 2)
			return false;
		memcpy(room + at, bytes, out->n);
		at += out->n;
		if (c == 0x130)
			at += tsr_utf8_put(room + at, 0x307);
	}
	if (at > 0)
		*out = tsr_span_of(room, at);
	return true;
}
