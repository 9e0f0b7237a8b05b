/*
 * utf8 - characters as bytes (RFC 3629).
 */
#include "core/utf8.h"

size_t
tsr_utf8_at(const uint8_t *p, size_t n)
{
	size_t want, i;
	uint8_t low = 0x80, high = 0xbf;

	if (p[0] < 0x80)
		return p[0] != 0;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	want = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (want > n)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < want; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return want;
}

/* Eight bytes at once: all ASCII, none of them NUL? */
static bool
is_ascii8(uint64_t word)
{
	const uint64_t ones = 0x0101010101010101u;

	return ((word | (word - ones)) & ones << 7) == 0;
}

bool
tsr_utf8_is_text(struct tsr_span s)
{
	size_t i, n;

	for (i = 0; i < s.n; i += n) {
		if (s.n - i >= 8 && is_ascii8(tsr_le64(s.p + i))) {
			n = 8;
			continue;
		}
		n = s.p[i] < 0x80 ? s.p[i] != 0
				  : tsr_utf8_at(s.p + i, s.n - i);
		if (n == 0)
			return false;
	}
	return true;
}

uint32_t
tsr_utf8_cut(struct tsr_span *text)
{
	size_t n = text->p[0] < 0x80 ? 1 : tsr_utf8_at(text->p, text->n), i;
	uint32_t c = n == 0 ? 0xfffd : n == 1 ? text->p[0]
				     : text->p[0] & 0x7fu >> n;

	for (i = 1; i < n; i++)
		c = c << 6 | (text->p[i] & 63u);
	*text = tsr_span_from(*text, n == 0 ? 1 : n);
	return c;
}

size_t
tsr_utf8_put(uint8_t out[4], uint32_t c)
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 63));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 63));
		out[2] = (uint8_t)(0x80 | (c & 63));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | (c >> 18 & 7));
	out[1] = (uint8_t)(0x80 | (c >> 12 & 63));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 63));
	out[3] = (uint8_t)(0x80 | (c & 63));
	return 4;
}
