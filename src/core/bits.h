/*
 * bits - fields of bits in base64url text, six a character, without padding:
 * how the IAB writes consent. Read where they lie.
 */
#ifndef TSR_CORE_BITS_H
#define TSR_CORE_BITS_H

#include "core/bytes.h"

struct tsr_bits {
	struct tsr_span text;
	size_t at, end; /* in bits; at is never more than end */
	bool bad;	/* more was asked for than there is */
};

/* False when a character is not one of the alphabet. text is borrowed. */
bool tsr_bits_open(struct tsr_bits *out, struct tsr_span text);

/* The next n bits as a number, at most 32; 0 when there are fewer. */
uint32_t tsr_bits_take(struct tsr_bits *bits, unsigned n);

/* Pass over n bits. */
void tsr_bits_skip(struct tsr_bits *bits, size_t n);

/*
 * The next number in Fibonacci coding: the sum of the Fibonacci numbers 1, 2,
 * 3, 5, ... whose bits are set, ended by one more 1. At most 65535: larger
 * ones are bad.
 */
uint32_t tsr_bits_fibonacci(struct tsr_bits *bits);

/* All was there, and what is left, if anything, is zeros. */
bool tsr_bits_done(struct tsr_bits *bits);

#endif
