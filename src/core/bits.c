/*
 * bits - fields of bits in base64url text, six a character.
 */
#include "core/bits.h"

/* 0 to 63, or 64 when it is none. */
static unsigned
value(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26u;
	if (tsr_is_digit(c))
		return c - '0' + 52u;
	return c == '-' ? 62 : c == '_' ? 63 : 64;
}

bool
tsr_bits_open(struct tsr_bits *out, struct tsr_span text)
{
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < text.n; i++)
		if (value(text.p[i]) > 63)
			return false;
	out->text = text;
	return tsr_mul(&out->end, text.n, 6);
}

uint32_t
tsr_bits_take(struct tsr_bits *bits, unsigned n)
{
	uint32_t v = 0;
	unsigned six;

	if (n > bits->end - bits->at) {
		bits->bad = true;
		bits->at = bits->end;
		return 0;
	}
	for (; n > 0; n--, bits->at++) {
		six = value(bits->text.p[bits->at / 6]);
		v = v << 1 | (six >> (5 - bits->at % 6) & 1);
	}
	return v;
}

void
tsr_bits_skip(struct tsr_bits *bits, size_t n)
{
	if (n > bits->end - bits->at) {
		bits->bad = true;
		n = bits->end - bits->at;
	}
	bits->at += n;
}

uint32_t
tsr_bits_fibonacci(struct tsr_bits *bits)
{
	uint32_t one = 1, two = 2, sum = 0, bit, last = 0, next;

	while (!bits->bad) {
		bit = tsr_bits_take(bits, 1);
		if (bit == 1 && last == 1)
			return sum;
		if (bit == 1)
			sum += one;
		if (sum > 65535 || one > 65535)
			break;
		last = bit;
		next = one + two;
		one = two;
		two = next;
	}
	bits->bad = true;
	return 0;
}

bool
tsr_bits_done(struct tsr_bits *bits)
{
	while (!bits->bad && bits->at < bits->end)
		if (tsr_bits_take(bits, 1) != 0)
			return false;
	return !bits->bad;
}
