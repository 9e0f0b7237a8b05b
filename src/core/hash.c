/*
 * hash - which bucket a visitor falls into, as GrowthBook has it.
 */
#include "core/hash.h"

#include "core/automaton.h"

#define PRIME 16777619u

static uint32_t
add_unit(uint32_t state, uint32_t unit)
{
	return (state ^ unit) * PRIME;
}

uint32_t
tsr_fnv32a(uint32_t state, struct tsr_span text)
{
	size_t i = 0, n;
	uint32_t c;

	for (;;) {
		/* Most ids are ASCII; a product waits for the one before. */
		while (i < text.n && text.p[i] < 0x80)
			state = add_unit(state, text.p[i++]);
		if (i == text.n)
			return state;
		n = 1;
		c = tsr_automaton_decode(&n, text.p + i, text.p + text.n);
		if (c >= 0x10000) {
			c -= 0x10000;
			state = add_unit(state, 0xd800 + (c >> 10));
			c = 0xdc00 + (c & 0x3ff);
		}
		state = add_unit(state, c);
		i += n;
	}
}

/* The hash of the first one or two digits of a number. */
#define ONE(n) ((TSR_FNV32A_START ^ (0x30u + (n))) * PRIME)
#define TWO(n) ((ONE((n) / 10) ^ (0x30u + (n) % 10)) * PRIME)
#define TEN(n)                                                                 \
	TWO(n), TWO((n) + 1), TWO((n) + 2), TWO((n) + 3), TWO((n) + 4),        \
	    TWO((n) + 5), TWO((n) + 6), TWO((n) + 7), TWO((n) + 8),            \
	    TWO((n) + 9)

/* Few numbers are as short. */
static uint32_t
hash_short(uint32_t v)
{
	uint32_t state = TSR_FNV32A_START, by = 1;

	while (v / by >= 10)
		by *= 10;
	for (; by > 0; by /= 10)
		state = add_unit(state, '0' + v / by % 10);
	return state;
}

/* Four digits from the left: v / 1000 in 32 bits of fraction, then times 10. */
static uint32_t
add_digits(uint32_t state, uint32_t v)
{
	uint64_t x = (uint64_t)v * 4294968;
	unsigned i;

	for (i = 0; i < 4; i++, x = (x & UINT32_MAX) * 10)
		state = add_unit(state, '0' + (uint32_t)(x >> 32));
	return state;
}

/*
 * The hash of a number's decimal text. Each step waits for the one before it:
 * so the first two digits come from a table, and none waits for those after it.
 */
static uint32_t
hash_decimal(uint32_t v)
{
	static const uint32_t starts[] = {TSR_FNV32A_START, ONE(1), ONE(2),
	    ONE(3), ONE(4), ONE(5), ONE(6), ONE(7), ONE(8), ONE(9), TEN(10),
	    TEN(20), TEN(30), TWO(40), TWO(41), TWO(42)};
	uint32_t rest = v % 100000000, state;

	if (v < 100000000)
		return hash_short(v);
	state = add_digits(starts[v / 100000000], rest / 10000);
	return add_digits(state, rest % 10000);
}

uint32_t
tsr_hash_bucket(uint32_t seed, struct tsr_span value)
{
	return hash_decimal(tsr_fnv32a(seed, value)) % 10000;
}

bool
tsr_hash(double *out, struct tsr_span seed, struct tsr_span value,
    unsigned version)
{
	uint32_t h;

	if (version == 2) {
		h = tsr_fnv32a(TSR_FNV32A_START, seed);
		*out = (double)tsr_hash_bucket(h, value) / 10000;
	} else if (version == 1) {
		h = tsr_fnv32a(tsr_fnv32a(TSR_FNV32A_START, value), seed);
		*out = (double)(h % 1000) / 1000;
	} else
		return false;
	return true;
}

bool
tsr_range_has(struct tsr_range range, double n)
{
	return n >= range.from && n < range.to;
}

int32_t
tsr_range_choose(const struct tsr_range *ranges, size_t count, double n)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (tsr_range_has(ranges[i], n))
			return (int32_t)i;
	return -1;
}

void
tsr_range_fill(struct tsr_range *out, const double *weights, size_t count,
    double coverage)
{
	double total = 0, from = 0, w;
	size_t i;

	coverage = coverage < 0 ? 0 : coverage > 1 ? 1 : coverage;
	for (i = 0; weights != NULL && i < count; i++)
		total += weights[i];
	if (total < 0.99 || total > 1.01)
		weights = NULL;
	for (i = 0; i < count; i++) {
		w = weights != NULL ? weights[i] : 1 / (double)count;
		out[i].from = from;
		out[i].to = from + coverage * w;
		from += w;
	}
}

bool
tsr_namespace_has(
    struct tsr_range range, struct tsr_span name, struct tsr_span value)
{
	uint32_t h = tsr_fnv32a(TSR_FNV32A_START, value);

	h = tsr_fnv32a(tsr_fnv32a(h, TSR_LIT("__")), name);
	return tsr_range_has(range, (double)(h % 1000) / 1000);
}
