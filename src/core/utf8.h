/*
 * utf8 - characters as bytes (RFC 3629).
 */
#ifndef TSR_CORE_UTF8_H
#define TSR_CORE_UTF8_H

#include "core/bytes.h"

/* Bytes of the character at p, n left and one at least; 0: none, or NUL. */
size_t tsr_utf8_at(const uint8_t *p, size_t n);

/* Characters of UTF-8. */
static inline size_t
tsr_utf8_count(struct tsr_span s)
{
	size_t i, n = 0;

	for (i = 0; i < s.n; i++)
		n += (s.p[i] & 0xc0) != 0x80;
	return n;
}

/* UTF-8 without NUL? */
bool tsr_utf8_is_text(struct tsr_span s);

/*
 * Cut one character off *text, which is not empty. U+FFFD for bytes that are
 * none: one byte is taken then.
 */
uint32_t tsr_utf8_cut(struct tsr_span *text);

/* c as UTF-8 (a surrogate as three bytes); returns how many of the four. */
size_t tsr_utf8_put(uint8_t out[4], uint32_t c);

#endif
