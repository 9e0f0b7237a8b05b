/*
 * bytes - spans, little-endian loads, and arithmetic that cannot wrap.
 *
 * Everything that reads foreign bytes uses these: a span never owns its
 * memory, and a claimed length is compared with what is left, never added to
 * a position.
 */
#ifndef TSR_CORE_BYTES_H
#define TSR_CORE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#if defined(__wasm__)
void *memcpy(void *restrict, const void *restrict, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
int memcmp(const void *, const void *, size_t);
#else
#include <string.h>
#endif

struct tsr_span {
	const uint8_t *p;
	size_t n;
};

/* A span over a string literal, its final NUL left out. */
#define TSR_LIT(s)                                                             \
	((struct tsr_span){(const uint8_t *)(s), sizeof(s) - 1})

#define TSR_COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

static inline struct tsr_span
tsr_span_of(const void *p, size_t n)
{
	struct tsr_span s = {(const uint8_t *)p, n};
	return s;
}

static inline bool
tsr_span_eq(struct tsr_span a, struct tsr_span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Bytewise order; a prefix comes before what it begins. */
static inline int
tsr_span_cmp(struct tsr_span a, struct tsr_span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (c != 0)
		return c;
	return a.n < b.n ? -1 : a.n > b.n;
}

static inline bool
tsr_span_starts(struct tsr_span s, struct tsr_span prefix)
{
	return s.n >= prefix.n &&
	    (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

static inline bool
tsr_span_ends(struct tsr_span s, struct tsr_span suffix)
{
	return s.n >= suffix.n &&
	    (suffix.n == 0 ||
		memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

/* The part from `from` for at most n bytes; both are cut to what is there. */
static inline struct tsr_span
tsr_span_part(struct tsr_span s, size_t from, size_t n)
{
	if (from > s.n)
		from = s.n;
	if (n > s.n - from)
		n = s.n - from;
	/* An empty span may have no pointer to add to. */
	return tsr_span_of(from == 0 ? s.p : s.p + from, n);
}

static inline struct tsr_span
tsr_span_from(struct tsr_span s, size_t from)
{
	return tsr_span_part(s, from, s.n);
}

/* Position of the first c at or after from; s.n when there is none. */
static inline size_t
tsr_span_find(struct tsr_span s, uint8_t c, size_t from)
{
	while (from < s.n && s.p[from] != c)
		from++;
	return from < s.n ? from : s.n;
}

/* Cut n bytes off the front of *in. On TSR_SHORT both are unchanged. */
static inline enum tsr_err
tsr_span_cut(struct tsr_span *out, struct tsr_span *in, size_t n)
{
	if (n > in->n)
		return TSR_SHORT;
	out->p = in->p;
	out->n = n;
	in->p += n;
	in->n -= n;
	return TSR_OK;
}

static inline uint16_t
tsr_le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | (uint16_t)(p[1] << 8));
}

static inline uint32_t
tsr_le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static inline uint64_t
tsr_le64(const uint8_t *p)
{
	return (uint64_t)tsr_le32(p) | (uint64_t)tsr_le32(p + 4) << 32;
}

static inline void
tsr_put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

static inline void
tsr_put32(uint8_t *p, uint32_t v)
{
	tsr_put16(p, (uint16_t)v);
	tsr_put16(p + 2, (uint16_t)(v >> 16));
}

static inline void
tsr_put64(uint8_t *p, uint64_t v)
{
	tsr_put32(p, (uint32_t)v);
	tsr_put32(p + 4, (uint32_t)(v >> 32));
}

/* *out = a + b. False, and *out unchanged, when the sum does not fit. */
static inline bool
tsr_add(size_t *out, size_t a, size_t b)
{
	if (b > SIZE_MAX - a)
		return false;
	*out = a + b;
	return true;
}

/* *out = a * b. False, and *out unchanged, when the product does not fit. */
static inline bool
tsr_mul(size_t *out, size_t a, size_t b)
{
	if (a != 0 && b > SIZE_MAX / a)
		return false;
	*out = a * b;
	return true;
}

/* ASCII only: no locale ever takes part. */
static inline uint8_t
tsr_lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

static inline bool
tsr_is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static inline bool
tsr_is_alpha(uint8_t c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static inline bool
tsr_is_alnum(uint8_t c)
{
	return tsr_is_digit(c) || tsr_is_alpha(c);
}

/* HTML's ASCII white space: tab, LF, FF, CR, blank. */
static inline bool
tsr_is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Equal but for the case of ASCII letters. */
static inline bool
tsr_span_same(struct tsr_span a, struct tsr_span b)
{
	size_t i;

	if (a.n != b.n)
		return false;
	for (i = 0; i < a.n; i++)
		if (a.p[i] != b.p[i] &&
		    tsr_lower(a.p[i]) != tsr_lower(b.p[i]))
			return false;
	return true;
}

/* Without HTML's white space around. */
static inline struct tsr_span
tsr_span_trim(struct tsr_span s)
{
	while (s.n > 0 && tsr_is_space(s.p[0]))
		s = tsr_span_from(s, 1);
	while (s.n > 0 && tsr_is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* Without blanks and tabs around: RFC 9110, section 5.6.3. */
static inline struct tsr_span
tsr_span_unpad(struct tsr_span s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = tsr_span_from(s, 1);
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

/* The IEEE 754 number in eight bytes. */
static inline double
tsr_le_double(const uint8_t *p)
{
	uint64_t bits = tsr_le64(p);
	double d;

	memcpy(&d, &bits, sizeof(d));
	return d;
}

/* Value of a hexadecimal digit, or -1. */
static inline int
tsr_hex(uint8_t c)
{
	if (tsr_is_digit(c))
		return c - '0';
	c = tsr_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#endif
