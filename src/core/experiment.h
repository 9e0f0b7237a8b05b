/*
 * experiment - the arm of an experiment that a visitor is in.
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

#include "core/visit.h"

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

/* Why a visitor is in an arm, or in none. */
enum tsr_reason {
	TSR_REASON_OFF,	      /* it does not run */
	TSR_REASON_NO_ID,     /* nothing to hash */
	TSR_REASON_FILTERED,  /* a filter, a namespace, a holdout */
	TSR_REASON_CONDITION, /* not in its audience */
	TSR_REASON_OUTSIDE,   /* its number is in no arm's range */
	TSR_REASON_HASHED,
	TSR_REASON_STICKY,  /* it was in this arm before */
	TSR_REASON_BLOCKED, /* it was in it before version `minVersion` */
	TSR_REASON_FORCED,  /* everybody gets this arm */
	TSR_REASON_COUNT
};

struct tsr_assignment {
	enum tsr_reason reason;
	int32_t arm;		   /* -1: none */
	struct tsr_span name;	   /* of the arm */
	uint32_t from, to, buckets; /* the arm's share: (to - from) / buckets */
};

/*
 * The arm of EXPT record i for this visit. Reads the visit's attributes; those
 * of other experiments are worked out first. Does not ask for consent: the
 * attribute that is hashed does, and tsr_attribute_read.
 */
void tsr_experiment_assign(
    struct tsr_assignment *out, struct tsr_visit *visit, uint32_t i);

/*
 * The value of the attribute of EXPT record i: an arm's name, or whether one is
 * held out; MISSING for who is not in it or has nothing to hash.
 */
void tsr_experiment_read(
    struct tsr_value *out, struct tsr_visit *visit, uint32_t i);

/* All that tsr_decision_verify asks of EXPT, EARM and EFLT. */
enum tsr_err tsr_experiment_verify(const struct tsr_table *t);

#endif
