/*
 * weights - shares of arms that were published after the build.
 *
 *	{"experiments": {"hero-test": {"version": 3, "weights": [0.2, 0.8]}}}
 *
 * A file says them by experiment and version; struct tsr_weights is bound to
 * one release, by the numbers of its experiments and arms. An experiment that
 * is not named, or in another version, keeps the shares of the release.
 */
#ifndef TSR_CORE_WEIGHTS_H
#define TSR_CORE_WEIGHTS_H

#include "core/table.h"

#define TSR_WEIGHTS_HASH 8

/* What all weights of one experiment add up to: a unit is 0.0001. */
#define TSR_WEIGHTS_ONE 10000u

/* [from, to) of an experiment's buckets. */
struct tsr_cut {
	uint16_t from, to;
};

struct tsr_weights {
	uint8_t hash[TSR_WEIGHTS_HASH]; /* of the published file */
	uint32_t count;			/* experiments that it decides */
	bool has[TSR_ATTRIBUTES_MAX];	/* by EXPT number */
	struct tsr_cut cuts[TSR_ARMS_MAX]; /* by EARM number */
};

/* What a file says of one experiment. */
struct tsr_weights_entry {
	struct tsr_span name; /* a JSON string, in the file */
	uint32_t version;
	uint32_t count; /* of arms */
	uint16_t units[TSR_ARMS_EACH]; /* together TSR_WEIGHTS_ONE */
};

/* Whether weights can be those of an experiment of a release. */
enum tsr_weights_fit {
	TSR_WEIGHTS_FIT,
	TSR_WEIGHTS_UNKNOWN, /* there is no such experiment */
	TSR_WEIGHTS_VERSION, /* it has another version */
	TSR_WEIGHTS_COUNT,   /* it has more arms, or fewer */
	TSR_WEIGHTS_RANGES,  /* its ranges leave gaps: no shares of a whole */
	TSR_WEIGHTS_FIT_COUNT
};

/* One sentence without a full stop; never NULL. */
const char *tsr_weights_fit_text(enum tsr_weights_fit fit);

/*
 * Does the file have the right form? *entries is then what tsr_weights_next
 * walks. TSR_LONG: a cap, TSR_SYNTAX: no JSON or another form, TSR_RANGE:
 * weights that are none or do not add up to 1 (within 0.001), TSR_ORDER: an
 * experiment that is named twice. Then *entries begins with the experiment that
 * is wrong, or is empty.
 */
enum tsr_err tsr_weights_check(
    struct tsr_span *entries, struct tsr_span file);

/*
 * Take the next experiment off. Weights are rounded to units with the largest
 * remainder, so that none falls below what it says in whole units. False after
 * the last, or at one that has not the right form.
 */
bool tsr_weights_next(
    struct tsr_weights_entry *out, struct tsr_span *entries);

/*
 * Enter one experiment's weights. out must be zero before the first; what does
 * not fit leaves it as it was. Shares keep the part of all visitors that the
 * experiment has in the release (its coverage).
 */
enum tsr_weights_fit tsr_weights_put(struct tsr_weights *out,
    const struct tsr_table *t, const struct tsr_weights_entry *entry);

#endif
