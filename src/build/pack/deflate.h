/*
 * deflate - one unit: raw deflate data that ends on a byte boundary.
 *
 * A unit may refer back to the window before it, whose holes (bytes that
 * depend on the visitor) are NUL: no text holds a NUL, so no match can touch
 * one. Each unit is decoded at once, twice, with the holes filled differently.
 */
#ifndef TSR_BUILD_DEFLATE_H
#define TSR_BUILD_DEFLATE_H

#include "base/arena.h"

struct tsr_deflater;

/* Holds zlib's state for reuse; one thread. level is zlib's, 1 to 9. */
struct tsr_deflater *tsr_deflater_new(int level);
void tsr_deflater_free(struct tsr_deflater *d);

/*
 * Compress text, which follows window (all that stands before it in its
 * region; the last 32 KiB count). last: this ends the stream. *out is in the
 * arena. False when the check fails, which no input can cause.
 */
bool tsr_deflater_unit(struct tsr_span *out, struct tsr_deflater *d,
    struct tsr_span window, struct tsr_span text, bool last,
    struct tsr_arena *arena);

/* A whole text as a gzip member with zlib -9, for comparison and files. */
struct tsr_span tsr_gzip(struct tsr_span text, struct tsr_arena *arena);

#endif
