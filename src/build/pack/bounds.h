/*
 * bounds - the most that a packed page asks of the responder.
 *
 * A reply has room for so many bytes, pieces and request-time texts and no
 * more; whether a page keeps to that is known when it is packed, so that no
 * visitor ever meets an error because of it.
 */
#ifndef TSR_BUILD_BOUNDS_H
#define TSR_BUILD_BOUNDS_H

#include "build/pack/emit.h"

/* Of the visitor who gets most of each; not always the same one. */
struct tsr_bounds {
	uint64_t bytes;	  /* compressed, with gzip's header and trailer */
	uint64_t raw;	  /* decoded */
	uint64_t parts;	  /* steps of the stitcher */
	uint64_t scratch; /* bytes for request-time texts */
};

/*
 * Work them out; the page's programs and raw_most take note. sets are those
 * that the page's fragments are from.
 */
void tsr_bounds_find(struct tsr_bounds *out, struct tsr_packed_page *page,
    const struct tsr_emit_set *sets, struct tsr_arena *scratch);

/* Report what is above a cap: P002 to P005. */
void tsr_bounds_check(struct tsr_diag *diag, const struct tsr_bounds *bounds,
    const struct tsr_page *page);

#endif
