/*
 * texts - texts that are kept once and known by their offset.
 */
#ifndef TSR_BUILD_TEXTS_H
#define TSR_BUILD_TEXTS_H

#include "base/arena.h"
#include "base/buf.h"

struct tsr_texts_cell {
	uint32_t offset, length, hash; /* length 0: empty */
};

struct tsr_texts {
	struct tsr_buf bytes; /* all texts, one after the other */
	struct tsr_arena *arena;
	struct tsr_texts_cell *cells;
	size_t count, buckets;
};

void tsr_texts_init(
    struct tsr_texts *in, struct tsr_arena *arena, size_t max);

/* Offset of s in bytes; the empty text has 0. bytes.full when it is too much. */
uint32_t tsr_texts_add(struct tsr_texts *in, struct tsr_span s);

void tsr_texts_free(struct tsr_texts *in);

#endif
