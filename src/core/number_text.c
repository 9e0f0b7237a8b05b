/*
 * number_text - a double becomes the text JavaScript has for it.
 *
 * Whole numbers and short decimals are tried first. The rest is written out
 * exactly, in up to 770 digits, and cut to ever more digits until what is left
 * reads back: one loop, no tables.
 */
#include "core/number_text.h"

#include "core/digits.h"
#include "core/number.h"

/* Limbs of nine digits; 2^53 * 5^1074 has 767 digits. */
#define LIMBS 90
#define BASE 1000000000u

struct digits {
	uint8_t d[LIMBS * 9];
	size_t n;
	int32_t point; /* the value is 0.d1d2d3... * 10^point */
};

static size_t
add_integer(uint8_t *out, uint64_t v)
{
	uint8_t room[TSR_DIGITS];
	struct tsr_span text = tsr_digits(room, v);

	memcpy(out, text.p, text.n);
	return text.n;
}

static void
multiply(uint32_t *limbs, size_t *n, uint32_t by)
{
	uint64_t carry = 0;
	size_t i;

	for (i = 0; i < *n; i++) {
		carry += (uint64_t)limbs[i] * by;
		limbs[i] = (uint32_t)(carry % BASE);
		carry /= BASE;
	}
	for (; carry != 0 && *n < LIMBS; carry /= BASE)
		limbs[(*n)++] = (uint32_t)(carry % BASE);
}

/* All digits of m * 2^e, or of m * 5^-e, which is the same but the point. */
static void
expand(struct digits *out, uint64_t m, int32_t e)
{
	uint32_t limbs[LIMBS] = {0}, v;
	size_t n = 0, i;
	int32_t left = e < 0 ? -e : e, k;
	uint8_t nine[9];

	for (; m != 0; m /= BASE)
		limbs[n++] = (uint32_t)(m % BASE);
	for (; left > 0; left--)
		multiply(limbs, &n, e < 0 ? 5 : 2);
	out->n = 0;
	for (i = n; i > 0; i--) {
		for (v = limbs[i - 1], k = 8; k >= 0; k--, v /= 10)
			nine[k] = (uint8_t)(v % 10);
		for (k = 0; k < 9; k++)
			if (out->n > 0 || nine[k] != 0)
				out->d[out->n++] = nine[k];
	}
	out->point = (int32_t)out->n + (e < 0 ? e : 0);
}

/* The first n digits, one more in the last place if up; *point moves along. */
static void
cut(uint8_t *out, int32_t *point, const struct digits *d, size_t n, bool up)
{
	size_t i;

	*point = d->point;
	for (i = 0; i < n; i++)
		out[i] = i < d->n ? d->d[i] : 0;
	for (i = n; up && i > 0; i--) {
		if (out[i - 1] != 9) {
			out[i - 1]++;
			return;
		}
		out[i - 1] = 0;
	}
	if (up) {
		out[0] = 1;
		++*point;
	}
}

static size_t
write_exponent(uint8_t *out, const uint8_t *d, size_t n, int32_t point)
{
	size_t at = 0, i;
	int32_t e = point - 1;

	out[at++] = (uint8_t)('0' + d[0]);
	if (n > 1)
		out[at++] = '.';
	for (i = 1; i < n; i++)
		out[at++] = (uint8_t)('0' + d[i]);
	out[at++] = 'e';
	out[at++] = e < 0 ? '-' : '+';
	return at + add_integer(out + at, (uint64_t)(e < 0 ? -e : e));
}

/* ECMA-262 6.1.6.1.20, steps 6 to 12. */
static size_t
write_digits(uint8_t *out, const uint8_t *d, size_t n, int32_t point)
{
	size_t at = 0, i, zeros;

	while (n > 1 && d[n - 1] == 0)
		n--;
	if (point > 21 || point < -5)
		return write_exponent(out, d, n, point);
	if (point <= 0) {
		out[at++] = '0';
		out[at++] = '.';
		for (zeros = (size_t)-point; zeros > 0; zeros--)
			out[at++] = '0';
	}
	for (i = 0; i < n; i++) {
		if (i > 0 && (int32_t)i == point)
			out[at++] = '.';
		out[at++] = (uint8_t)('0' + d[i]);
	}
	for (; (int32_t)i < point; i++)
		out[at++] = '0';
	return at;
}

static bool
reads_back(const uint8_t *d, size_t n, int32_t point, double want)
{
	uint8_t text[TSR_NUMBER_TEXT];
	double got;

	return tsr_number_read(&got, tsr_span_of(
		text, write_exponent(text, d, n, point))) &&
	    got >= want && got <= want;
}

static size_t
shortest(uint8_t *out, double d)
{
	struct digits exact;
	uint8_t list[18];
	uint64_t bits, m;
	int32_t e, point;
	size_t n;
	bool up;

	memcpy(&bits, &d, sizeof(bits));
	m = bits & (((uint64_t)1 << 52) - 1);
	e = (int32_t)(bits >> 52);
	if (e > 0)
		m |= (uint64_t)1 << 52;
	e = (e > 0 ? e : 1) - 1075;
	expand(&exact, m, e);
	for (n = 1; n < 17; n++) {
		/* The nearer one first; it is not always the one in reach. */
		up = n < exact.n && exact.d[n] >= 5;
		cut(list, &point, &exact, n, up);
		if (reads_back(list, n, point, d))
			return write_digits(out, list, n, point);
		cut(list, &point, &exact, n, !up);
		if (reads_back(list, n, point, d))
			return write_digits(out, list, n, point);
	}
	up = exact.n > 17 && exact.d[17] >= 5;
	cut(list, &point, &exact, 17, up);
	return write_digits(out, list, 17, point);
}

/* A decimal of few digits: m / 10^k, both of them exact. */
static size_t
few_digits(uint8_t *out, double d)
{
	double power = 1, scaled;
	uint64_t m;
	uint8_t list[20];
	size_t n, i;
	int32_t k;

	for (k = 0; k <= 6; k++, power *= 10) {
		scaled = d * power;
		if (!(scaled < 0x1p49))
			return 0;
		m = (uint64_t)(scaled + 0.5);
		if ((double)m / power < d || (double)m / power > d)
			continue;
		n = add_integer(list, m);
		for (i = 0; i < n; i++)
			list[i] = (uint8_t)(list[i] - '0');
		return write_digits(out, list, n, (int32_t)n - k);
	}
	return 0;
}

size_t
tsr_number_text(uint8_t *out, double d)
{
	size_t at = 0, n;

	if (!(d < 0) && !(d > 0)) {
		out[0] = '0';
		return 1;
	}
	if (d < 0) {
		out[at++] = '-';
		d = -d;
	}
	if (d > 0x1.fffffffffffffp1023) {
		memcpy(out + at, "Infinity", 8);
		return at + 8;
	}
	n = few_digits(out + at, d);
	return at + (n > 0 ? n : shortest(out + at, d));
}
