/*
 * linefile - a file line by line, also one that gzip has packed.
 *
 * Reads piece by piece, so the file may be of any size; a line that is longer
 * than the caller allows is passed over.
 */
#ifndef TSR_BASE_LINEFILE_H
#define TSR_BASE_LINEFILE_H

#include "core/bytes.h"

enum tsr_line {
	TSR_LINE_WHOLE,
	TSR_LINE_LONG,	  /* longer than allowed: its beginning */
	TSR_LINE_DAMAGED, /* what gzip packed is cut off or altered here */
	TSR_LINE_FAILED,  /* the system refused: errno says why */
	TSR_LINE_END
};

struct tsr_linefile {
	void *file;
	uint8_t *room;
	size_t most, have, used;
	uint64_t number; /* of the line that was read last, from 1 */
	bool passing;	 /* the rest of a line that is too long */
	enum tsr_line end; /* what comes after all that was read */
};

/* most: bytes of a line. path: - is standard input. TSR_IO: errno says why. */
enum tsr_err tsr_linefile_open(
    struct tsr_linefile *out, const char *path, size_t most);

/*
 * The next line without its line end, valid until the one after it. After
 * DAMAGED and FAILED nothing comes but END.
 */
enum tsr_line
tsr_linefile_next(struct tsr_span *out, struct tsr_linefile *file);

void tsr_linefile_close(struct tsr_linefile *file);

#endif
