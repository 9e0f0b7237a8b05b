/*
 * weights - shares of arms that were published after the build.
 *
 * Bound to one release: by the numbers of its experiments and arms. An
 * experiment that is not named here keeps the shares of the release.
 */
#ifndef TSR_CORE_WEIGHTS_H
#define TSR_CORE_WEIGHTS_H

#include "core/bytes.h"
#include "core/limits.h"

#define TSR_WEIGHTS_HASH 8

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

#endif
