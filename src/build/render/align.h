/*
 * align - line up the mark-up that several variants share.
 *
 * Each variant is a sequence of chunks that end where blanks may stand. The
 * longest common sequence of chunks (by the tag or attribute they begin with)
 * over all variants gives the columns; between two columns every variant is
 * padded to the longest.
 */
#ifndef TSR_BUILD_ALIGN_H
#define TSR_BUILD_ALIGN_H

#include "base/arena.h"

/* A place inside a tag, and the chunk that begins there. */
struct tsr_gap {
	size_t at;	 /* offset in the variant */
	uint32_t key;	 /* equal for chunks of one kind */
	size_t blanks;	 /* result: blanks to put in */
};

struct tsr_gaps {
	struct tsr_gap *list; /* by offset; at least one */
	size_t count, cap;
	size_t length; /* of the whole variant */
};

/*
 * Fill in the blanks so that all count variants become equally long; returns
 * that length.
 */
size_t tsr_align(
    struct tsr_gaps *variants, size_t count, struct tsr_arena *arena);

#endif
