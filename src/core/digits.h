/*
 * digits - whole numbers in decimal digits, bytes in hexadecimal ones.
 */
#ifndef TSR_CORE_DIGITS_H
#define TSR_CORE_DIGITS_H

#include "core/bytes.h"

/* The longest number: 2^64 - 1. */
#define TSR_DIGITS 20

/* v in decimal, at the end of room. That n is bounded is for the compiler. */
static inline struct tsr_span
tsr_digits(uint8_t room[TSR_DIGITS], uint64_t v)
{
	size_t n = 0;

	do {
		room[TSR_DIGITS - ++n] = (uint8_t)('0' + v % 10);
		v /= 10;
	} while (v != 0 && n < TSR_DIGITS);
	return tsr_span_of(room + TSR_DIGITS - n, n);
}

/* Bytes in lower-case hexadecimal, in room of twice as many. */
static inline struct tsr_span
tsr_hex_digits(uint8_t *room, struct tsr_span bytes)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < bytes.n; i++) {
		room[2 * i] = (uint8_t)digits[bytes.p[i] >> 4];
		room[2 * i + 1] = (uint8_t)digits[bytes.p[i] & 15];
	}
	return tsr_span_of(room, 2 * bytes.n);
}

#endif
