/*
 * body - the bytes of a reply's body, piece by piece.
 *
 * Hands out the pieces of an answer as they are, or decodes them for a client
 * that wants identity. Memory for decoding is reserved once, at start.
 */
#ifndef TSR_SERVE_BODY_H
#define TSR_SERVE_BODY_H

#include <zlib.h>

#include "core/answer.h"

/* inflate's state and window: 7 KiB and 32 KiB, with room to spare. */
#define TSR_BODY_ARENA (64 * 1024)

struct tsr_body {
	const struct tsr_answer *answer;
	size_t piece, used; /* next piece, and bytes taken of it */
	bool decoding, failed;
	z_stream z;
	size_t arena_used;
	uint8_t arena[TSR_BODY_ARENA];
};

/* Begin with the first byte of the answer's body; it must outlive the body. */
void tsr_body_start(struct tsr_body *body, const struct tsr_answer *answer);

/*
 * Copy the next bytes, at most n; 0 at the end. Exactly answer->length bytes
 * come in all; a unit that does not decode sets failed and ends them early.
 */
size_t tsr_body_read(uint8_t *out, size_t n, struct tsr_body *body);

#endif
