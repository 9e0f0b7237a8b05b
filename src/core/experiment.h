/*
 * experiment - the record of an experiment, and the numbers that arms go by.
 *
 * Who is in which arm: core/decide.h.
 *
 * EXPT, 80 bytes: an experiment or a holdout. Those that others ask come first.
 *	 0  8  id (text ref)
 *	 8  8  seed (text ref)
 *	16  1  kind: enum tsr_trial_kind
 *	17  1  hash version, 1 or 2
 *	18  2  flags, below
 *	20  4  attribute that holds the result
 *	24  4  attribute that is hashed
 *	28  4  FNV-1a-32 of the seed (version 2 goes on from it)
 *	32  8  first and count in EARM
 *	40  8  first and count in EFLT
 *	48  4  decision: only who has outcome 0
 *	52  4  version
 *	56  4  smallest version whose visitors may still be in it
 *	60  4  1 + the arm that everybody gets; 0: none
 *	64 16  0
 * EARM, 16 bytes: name (text ref; empty in a filter), from u32, to u32: buckets
 *	[from, to), counted in thousandths (version 1) or ten-thousandths.
 * EFLT, 32 bytes: kind u8 (enum tsr_filter_kind), hash version u8, 0 u16,
 *	attribute u32, FNV-1a-32 of the seed u32, first and count in EARM (u32
 *	each), seed (text ref), 0 u32.
 */
#ifndef TSR_CORE_EXPERIMENT_H
#define TSR_CORE_EXPERIMENT_H

#include "core/table.h"
#include "core/value.h"

enum tsr_trial_kind {
	TSR_TRIAL_EXPERIMENT,
	TSR_TRIAL_HOLDOUT, /* arm 0 is held out, arm 1 measured beside it */
	TSR_TRIAL_KIND_COUNT
};

#define TSR_TRIAL_OFF 1	   /* nobody is in it */
#define TSR_TRIAL_ASKS 2   /* its decision asks other experiments */
#define TSR_TRIAL_ASKED 4  /* another one's decision asks it */
#define TSR_TRIAL_STICKY 8 /* who is in an arm stays there */

enum tsr_filter_kind {
	TSR_FILTER_RANGES,
	TSR_FILTER_NAMESPACE, /* hashes as the reference's namespaces do */
	TSR_FILTER_HOLDOUT,   /* not who is held out; attribute: the holdout's */
	TSR_FILTER_KIND_COUNT
};

/* EXPT record i, or NULL. */
static inline const uint8_t *
tsr_experiment_at(const struct tsr_table *t, uint32_t i)
{
	return tsr_table_record(
	    t, TSR_SECTION_EXPT, i, TSR_EXPERIMENT_SIZE);
}

/* How many buckets a hash version has. */
static inline uint32_t
tsr_experiment_buckets(unsigned version)
{
	return version == 1 ? 1000 : 10000;
}

/*
 * What is hashed of a value: as JavaScript prints it, in room where it is no
 * string. False for what the reference takes as none.
 */
bool tsr_experiment_hashed(struct tsr_span *out, uint8_t room[TSR_JSON_MAX],
    const struct tsr_value *v);

/* The bucket of a hashed value. state: of the seed, where version 2 goes on. */
uint32_t tsr_experiment_bucket(unsigned version, uint32_t state,
    struct tsr_span seed, struct tsr_span value);

/*
 * Does a visitor pass an EFLT record? v: of the attribute that it names;
 * hashed: what the experiment itself hashes.
 */
bool tsr_experiment_passes(const struct tsr_table *t, const uint8_t *filter,
    const struct tsr_value *v, struct tsr_span hashed);

/* All that tsr_decision_verify asks of EXPT, EARM and EFLT. */
enum tsr_err tsr_experiment_verify(const struct tsr_table *t);

#endif
