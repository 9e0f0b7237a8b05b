/*
 * hash - which bucket a visitor falls into, as GrowthBook has it.
 *
 * Texts are hashed by their UTF-16 units, so that ids of any script land in
 * the same buckets as with the reference.
 */
#ifndef TSR_CORE_HASH_H
#define TSR_CORE_HASH_H

#include "core/bytes.h"

#define TSR_FNV32A_START 2166136261u

/* FNV-1a, 32 bits, over the UTF-16 units of text, going on from state. */
uint32_t tsr_fnv32a(uint32_t state, struct tsr_span text);

/*
 * The number of 10,000 that hash version 2 gives a value; seed is the state
 * after the seed, a constant of the experiment.
 */
uint32_t tsr_hash_bucket(uint32_t seed, struct tsr_span value);

/*
 * A number in [0, 1) for a value under a seed: steps of 1/1000 for version 1,
 * of 1/10000 for version 2. False for any other version.
 */
bool tsr_hash(double *out, struct tsr_span seed, struct tsr_span value,
    unsigned version);

/* [from, to): of all visitors, by their number. */
struct tsr_range {
	double from, to;
};

bool tsr_range_has(struct tsr_range range, double n);

/* The first range that has n, or -1. */
int32_t tsr_range_choose(
    const struct tsr_range *ranges, size_t count, double n);

/*
 * The ranges of count variations: equal parts, or weights (count of them, or
 * NULL) if they add up to one; of each part the first `coverage`.
 */
void tsr_range_fill(struct tsr_range *out, const double *weights,
    size_t count, double coverage);

/* Is a visitor's value within a namespace's range (hash version 1)? */
bool tsr_namespace_has(
    struct tsr_range range, struct tsr_span name, struct tsr_span value);

#endif
