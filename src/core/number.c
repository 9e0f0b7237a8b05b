/*
 * number - decimal text becomes the nearest double, without libc.
 *
 * Up to 19 digits and small exponents take one multiplication or division,
 * which is exact. The rest is divided out in whole numbers of up to some 4,000
 * bits and rounded once, half to even. Bounded by DIGITS_MAX, whatever the
 * length of the text.
 */
#include "core/number.h"

/* Digits beyond these only matter as "not exactly half": a sticky digit. */
#define DIGITS_MAX 800

/* Bits of 10^1131 and a quotient: see divide(). */
#define WORDS_MAX 136

struct decimal {
	uint8_t digits[DIGITS_MAX + 1]; /* no leading zeros */
	uint32_t n;
	int32_t point; /* the value is 0.d1d2d3... * 10^point */
};

struct big {
	uint32_t w[WORDS_MAX]; /* least significant first */
	uint32_t n;
};

static void
big_mul_add(struct big *b, uint32_t by, uint32_t add)
{
	uint64_t carry = add;
	uint32_t i;

	for (i = 0; i < b->n; i++) {
		carry += (uint64_t)b->w[i] * by;
		b->w[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry != 0 && b->n < WORDS_MAX)
		b->w[b->n++] = (uint32_t)carry;
}

static void
big_shift_left(struct big *b, uint32_t bits)
{
	uint32_t words = bits / 32, i;

	bits %= 32;
	big_mul_add(b, 1u << bits, 0);
	if (words == 0 || b->n + words > WORDS_MAX)
		return;
	for (i = b->n; i > 0; i--)
		b->w[i - 1 + words] = b->w[i - 1];
	for (i = 0; i < words; i++)
		b->w[i] = 0;
	b->n += words;
}

static void
big_halve(struct big *b)
{
	uint32_t i;

	for (i = 0; i < b->n; i++) {
		b->w[i] >>= 1;
		if (i + 1 < b->n)
			b->w[i] |= b->w[i + 1] << 31;
	}
	if (b->n > 0 && b->w[b->n - 1] == 0)
		b->n--;
}

static int
big_cmp(const struct big *a, const struct big *b)
{
	uint32_t i;

	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	for (i = a->n; i > 0; i--)
		if (a->w[i - 1] != b->w[i - 1])
			return a->w[i - 1] < b->w[i - 1] ? -1 : 1;
	return 0;
}

/* a -= b, where a >= b. */
static void
big_sub(struct big *a, const struct big *b)
{
	uint64_t borrow = 0, v;
	uint32_t i;

	for (i = 0; i < a->n; i++) {
		v = (uint64_t)a->w[i] - (i < b->n ? b->w[i] : 0) - borrow;
		a->w[i] = (uint32_t)v;
		borrow = v >> 63;
	}
	while (a->n > 0 && a->w[a->n - 1] == 0)
		a->n--;
}

static int32_t
big_bits(const struct big *b)
{
	uint32_t top = b->n > 0 ? b->w[b->n - 1] : 0;
	int32_t bits = (int32_t)b->n * 32 - 32;

	for (; top != 0; top >>= 1)
		bits++;
	return bits;
}

/* 2^e for -1074 <= e <= 1023. */
static double
power_of_two(int32_t e)
{
	uint64_t bits = e >= -1022 ? (uint64_t)(e + 1023) << 52
				   : (uint64_t)1 << (e + 1074);
	double d;

	memcpy(&d, &bits, sizeof(d));
	return d;
}

/* a / b to the nearest double; neither is 0. Both are used up. */
static double
divide(struct big *a, struct big *b)
{
	int32_t e = big_bits(a) - big_bits(b) - 53;
	uint64_t q = 0;
	int i, c;

	/* 2^52 <= q < 2^54, or fewer bits where doubles are subnormal. */
	if (e < -1074)
		e = -1074;
	for (;; e++) {
		struct big rest = *a, by = *b;

		if (e >= 0)
			big_shift_left(&by, (uint32_t)e);
		else
			big_shift_left(&rest, (uint32_t)-e);
		big_shift_left(&by, 54);
		for (q = 0, i = 54; i >= 0; i--) {
			q <<= 1;
			if (big_cmp(&rest, &by) >= 0) {
				big_sub(&rest, &by);
				q |= 1;
			}
			if (i > 0)
				big_halve(&by);
		}
		if (q >= (uint64_t)1 << 53)
			continue;
		big_shift_left(&rest, 1);
		c = big_cmp(&rest, &by);
		if (c > 0 || (c == 0 && (q & 1) != 0))
			q++;
		break;
	}
	if (e > 971)
		return 1e308 * 10;
	return (double)q * power_of_two(e);
}

static double
to_double_slowly(const struct decimal *d, int32_t e)
{
	struct big a = {{0}, 0}, b = {{1}, 1};
	int32_t i;

	for (i = 0; i < (int32_t)d->n; i++)
		big_mul_add(&a, 10, d->digits[i]);
	for (i = 0; i < e; i++)
		big_mul_add(&a, 10, 0);
	for (i = 0; i > e; i--)
		big_mul_add(&b, 10, 0);
	return divide(&a, &b);
}

static double
to_double(const struct decimal *d)
{
	static const double tens[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,
	    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
	    1e19, 1e20, 1e21, 1e22};
	int32_t e = d->point - (int32_t)d->n;
	uint64_t m = 0;
	uint32_t i;

	if (d->n == 0 || d->point < -330)
		return 0;
	if (d->point > 310)
		return 1e308 * 10;
	if (d->n <= 19) {
		for (i = 0; i < d->n; i++)
			m = m * 10 + d->digits[i];
		if (m <= (uint64_t)1 << 53 && e >= 0 && e <= 22)
			return (double)m * tens[e];
		if (m <= (uint64_t)1 << 53 && e < 0 && e >= -22)
			return (double)m / tens[-e];
	}
	return to_double_slowly(d, e);
}

static void
add_digit(struct decimal *d, uint8_t digit)
{
	if (d->n == 0 && digit == 0)
		return;
	if (d->n < DIGITS_MAX)
		d->digits[d->n++] = digit;
	else if (digit != 0) {
		d->digits[DIGITS_MAX] = 1;
		d->n = DIGITS_MAX + 1;
	}
}

struct form {
	size_t whole, fraction; /* how many digits were written */
	bool zero;		/* the first of several is 0 */
	bool point;
};

/* Digits, fraction, exponent: all of s, or false. */
static bool
scan(struct decimal *d, struct form *form, struct tsr_span s)
{
	size_t i = 0, from;
	int32_t e = 0;
	bool minus;

	d->n = 0;
	d->point = 0;
	for (; i < s.n && tsr_is_digit(s.p[i]); i++) {
		add_digit(d, (uint8_t)(s.p[i] - '0'));
		if (d->n > 0 && d->point < 100000)
			d->point++;
	}
	form->whole = i;
	form->zero = i > 1 && s.p[0] == '0';
	form->point = i < s.n && s.p[i] == '.';
	form->fraction = 0;
	if (form->point)
		for (i++; i < s.n && tsr_is_digit(s.p[i]); i++) {
			form->fraction++;
			add_digit(d, (uint8_t)(s.p[i] - '0'));
			if (d->n == 0 && d->point > -100000)
				d->point--;
		}
	if (i == s.n || (s.p[i] != 'e' && s.p[i] != 'E'))
		return i == s.n;
	i++;
	minus = i < s.n && s.p[i] == '-';
	if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
		i++;
	for (from = i; i < s.n && tsr_is_digit(s.p[i]); i++)
		if (e < 100000)
			e = e * 10 + (s.p[i] - '0');
	d->point += minus ? -e : e;
	return i == s.n && i > from;
}

/* In JSON's form? */
static bool
scan_json(struct decimal *d, struct tsr_span s)
{
	bool minus = s.n > 0 && s.p[0] == '-';
	struct form form;

	return scan(d, &form, tsr_span_from(s, minus ? 1 : 0)) &&
	    form.whole > 0 && !form.zero &&
	    !(form.point && form.fraction == 0);
}

/*
 * 2^1024 - 2^970, in the middle between the largest double and what would be
 * the next: from here on numbers are infinite.
 */
static const char too_large[] =
    "1797693134862315807937289714053034150799341327100378269361737789"
    "8044496829276475094664901797758720709633028641669288791094655554"
    "7851940402630657488671505820681908902000708383676273854845817711"
    "5317644757302700698555713669596228429148198608349364752927190741"
    "68444365510704342711559699508093042880177904174497792";

bool
tsr_number_ok(struct tsr_span s)
{
	struct decimal d;
	uint32_t i;
	uint8_t digit;

	if (!scan_json(&d, s))
		return false;
	if (d.n == 0 || d.point != (int32_t)sizeof(too_large) - 1)
		return d.n == 0 || d.point < (int32_t)sizeof(too_large) - 1;
	for (i = 0; i < sizeof(too_large) - 1; i++) {
		digit = (uint8_t)(too_large[i] - '0');
		if ((i < d.n ? d.digits[i] : 0) != digit)
			return (i < d.n ? d.digits[i] : 0) < digit;
	}
	return false;
}

bool
tsr_number_read(double *out, struct tsr_span s)
{
	bool minus = s.n > 0 && s.p[0] == '-';
	struct decimal d;
	double v;

	if (!scan_json(&d, s))
		return false;
	v = to_double(&d);
	if (v > 0x1.fffffffffffffp1023)
		return false;
	*out = minus ? -v : v;
	return true;
}

/* Bytes of the white space or line end at the front of s (ECMA-262 12.2). */
static size_t
space_at(struct tsr_span s)
{
	static const char wide[][4] = {"\xe1\x9a\x80", "\xe2\x80\x80",
	    "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84",
	    "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88",
	    "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8", "\xe2\x80\xa9",
	    "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80", "\xef\xbb\xbf"};
	size_t i;

	if (s.n == 0)
		return 0;
	if (tsr_is_space(s.p[0]) || s.p[0] == '\v')
		return 1;
	if (tsr_span_starts(s, TSR_LIT("\xc2\xa0")))
		return 2;
	if (s.p[0] >= 0xe1)
		for (i = 0; i < TSR_COUNT_OF(wide); i++)
			if (tsr_span_starts(s, tsr_span_of(wide[i], 3)))
				return 3;
	return 0;
}

static struct tsr_span
trim(struct tsr_span s)
{
	size_t n;

	while ((n = space_at(s)) > 0)
		s = tsr_span_from(s, n);
	for (;;) {
		for (n = 1; n <= 3 && n <= s.n; n++)
			if (space_at(tsr_span_from(s, s.n - n)) == n)
				break;
		if (n > 3 || n > s.n)
			return s;
		s.n -= n;
	}
}

/* Digits of 2^shift, all of s; a value above 2^53 is rounded once. */
static bool
read_radix(double *out, struct tsr_span s, unsigned shift)
{
	uint64_t m = 0, sticky = 0;
	uint32_t over = 0;
	size_t i;
	int digit;

	for (i = 0; i < s.n; i++) {
		digit = tsr_hex(s.p[i]);
		if (digit < 0 || digit >= 1 << shift)
			return false;
		if (m < (uint64_t)1 << 58)
			m = m << shift | (uint64_t)digit;
		else {
			sticky |= digit != 0;
			over += shift;
		}
	}
	*out = (double)(m | sticky);
	for (; over > 0 && *out <= 0x1.fffffffffffffp1023; over--)
		*out *= 2;
	return s.n > 0;
}

bool
tsr_number_of_text(double *out, struct tsr_span s)
{
	struct decimal d;
	struct form form;
	bool minus;

	s = trim(s);
	*out = 0;
	if (s.n == 0)
		return true;
	if (s.n > 1 && s.p[0] == '0' && tsr_lower(s.p[1]) == 'x')
		return read_radix(out, tsr_span_from(s, 2), 4);
	if (s.n > 1 && s.p[0] == '0' && tsr_lower(s.p[1]) == 'o')
		return read_radix(out, tsr_span_from(s, 2), 3);
	if (s.n > 1 && s.p[0] == '0' && tsr_lower(s.p[1]) == 'b')
		return read_radix(out, tsr_span_from(s, 2), 1);
	minus = s.p[0] == '-';
	if (minus || s.p[0] == '+')
		s = tsr_span_from(s, 1);
	if (tsr_span_eq(s, TSR_LIT("Infinity")))
		*out = 1e308 * 10;
	else if (scan(&d, &form, s) && form.whole + form.fraction > 0)
		*out = to_double(&d);
	else
		return false;
	if (minus)
		*out = -*out;
	return true;
}
