/*
 * decide - what follows from a visit: values, predicates, outcomes and arms.
 *
 * A predicate is evaluated when a decision first tests it, and each at most
 * once.
 */
#ifndef TSR_CORE_DECIDE_H
#define TSR_CORE_DECIDE_H

#include "core/visit.h"

/* The value of attribute i; MISSING when there is no such attribute. */
const struct tsr_value *tsr_decide_value(struct tsr_visit *visit, uint32_t i);

/* Whether predicate i holds; false when there is none. */
bool tsr_decide_predicate(struct tsr_visit *visit, uint32_t i);

/*
 * Walk decision i; its outcome, below the decision's outcome count. A damaged
 * table gives the last outcome, which is the default.
 */
uint32_t tsr_decide_outcome(struct tsr_visit *visit, uint32_t i);

/*
 * The segment key as '0' and '1', one a predicate of SKEY; cut to n. Returns
 * the bytes written.
 */
size_t tsr_decide_segment_key(uint8_t *out, size_t n, struct tsr_visit *visit);

/* Why a visitor is in an arm, or in none. */
enum tsr_assigned {
	TSR_ASSIGNED_OFF,	/* it does not run */
	TSR_ASSIGNED_NO_ID,	/* nothing to hash */
	TSR_ASSIGNED_FILTERED,	/* a filter, a namespace, a holdout */
	TSR_ASSIGNED_CONDITION, /* not in its audience */
	TSR_ASSIGNED_OUTSIDE,	/* its number is in no arm's range */
	TSR_ASSIGNED_HASHED,
	TSR_ASSIGNED_STICKY,	/* it was in this arm before */
	TSR_ASSIGNED_BLOCKED, /* it was in it before version `minVersion` */
	TSR_ASSIGNED_FORCED,	/* everybody gets this arm */
	TSR_ASSIGNED_COUNT
};

struct tsr_assignment {
	enum tsr_assigned reason;
	int32_t arm;		   /* -1: none */
	struct tsr_span name;	   /* of the arm */
	uint32_t from, to, buckets; /* the arm's share: (to - from) / buckets */
};

/*
 * The arm of EXPT record i for this visit. Reads the visit's attributes; those
 * of other experiments are worked out first. Does not ask for consent: the
 * attribute that is hashed does, and that which holds the result.
 */
void tsr_decide_arm(
    struct tsr_assignment *out, struct tsr_visit *visit, uint32_t i);

#endif
