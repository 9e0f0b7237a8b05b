/*
 * versiontext - a version as a text whose order is the versions' order.
 */
#include "core/versiontext.h"

/* Without the leading v and from the + on that only a line's end follows. */
static struct tsr_span
strip(struct tsr_span s)
{
	size_t i, plus;

	if (s.n > 0 && s.p[0] == 'v')
		s = tsr_span_from(s, 1);
	for (i = 0, plus = s.n; i < s.n; i++) {
		if (s.p[i] == '+' && plus == s.n)
			plus = i;
		/* In the reference . is no line terminator. */
		if (s.p[i] == '\n' || s.p[i] == '\r' ||
		    tsr_span_starts(tsr_span_from(s, i),
			TSR_LIT("\xe2\x80\xa8")) ||
		    tsr_span_starts(tsr_span_from(s, i),
			TSR_LIT("\xe2\x80\xa9")))
			plus = s.n;
	}
	return tsr_span_part(s, 0, plus);
}

static bool
all_digits(struct tsr_span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!tsr_is_digit(s.p[i]))
			return false;
	return s.n > 0;
}

bool
tsr_versiontext(
    struct tsr_span *out, struct tsr_span s, uint8_t *room, size_t n)
{
	size_t at = 0, from, end, parts = 0, pad;
	struct tsr_span part;

	s = strip(s.n > 0 ? s : TSR_LIT("0"));
	for (from = 0; from <= s.n; from = end + 1) {
		for (end = from; end < s.n; end++)
			if (s.p[end] == '-' || s.p[end] == '.')
				break;
		part = tsr_span_part(s, from, end - from);
		pad = all_digits(part) && part.n < 5 ? 5 - part.n : 0;
		if (n - at < part.n + pad + 1)
			return false;
		if (parts++ > 0)
			room[at++] = '-';
		memset(room + at, ' ', pad);
		if (part.n > 0)
			memcpy(room + at + pad, part.p, part.n);
		at += pad + part.n;
	}
	if (parts == 3) {
		if (n - at < 2)
			return false;
		room[at++] = '-';
		room[at++] = '~';
	}
	*out = tsr_span_of(room, at);
	return true;
}
