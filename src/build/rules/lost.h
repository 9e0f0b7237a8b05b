/*
 * lost - messages that only follow from a file that could not be used.
 */
#ifndef TSR_BUILD_LOST_H
#define TSR_BUILD_LOST_H

#include "base/diag.h"

/* Files of which something could not be used, as bits. */
enum tsr_lost {
	TSR_LOST_ATTRIBUTES = 1,
	TSR_LOST_SEGMENTS = 2,
	TSR_LOST_GROUPS = 4,
	TSR_LOST_EXPERIMENTS = 8,
	TSR_LOST_SCORES = 16
};

/*
 * Take them out. The files' own mistakes stay, so there is still an error.
 */
void tsr_lost_drop(struct tsr_diag *diag, unsigned lost);

#endif
