/*
 * hash - which bucket a visitor falls into, as GrowthBook has it.
 */
#include "core/hash.h"

#include "core/automaton.h"

static uint32_t
add_unit(uint32_t state, uint32_t unit)
{
	return (state ^ unit) * 16777619u;
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

/* The hash of a number's decimal text. */
static uint32_t
hash_decimal(uint32_t v)
{
	uint8_t text[10];
	uint32_t high = v / 100000, low = v % 100000, state, i;
	size_t at = 0;

	/* Two halves, so that one need not wait for the other. */
	for (i = 5; i > 0; i--, high /= 10, low /= 10) {
		text[i - 1] = (uint8_t)('0' + high % 10);
		text[i + 4] = (uint8_t)('0' + low % 10);
	}
	while (at < 9 && text[at] == '0')
		at++;
	for (state = TSR_FNV32A_START; at < sizeof(text); at++)
		state = add_unit(state, text[at]);
	return state;
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
