/*
 * preview_file - a file of out/public, as a web server would give it out.
 */
#ifndef TSR_CLI_PREVIEW_FILE_H
#define TSR_CLI_PREVIEW_FILE_H

#include "base/arena.h"

struct tsr_preview_file {
	struct tsr_span bytes; /* in the arena */
	const char *type;      /* its media type */
};

/*
 * Read the plain file that a request's target (origin form, percent-encoded,
 * maybe with a query) names below root. TSR_MISSING for everything that is not
 * one: folders, links, names that begin with a dot, a NUL. TSR_IO and
 * TSR_LONG when it is there but cannot be read.
 */
enum tsr_err tsr_preview_file_read(struct tsr_preview_file *out,
    const char *root, struct tsr_span target, struct tsr_arena *arena);

#endif
