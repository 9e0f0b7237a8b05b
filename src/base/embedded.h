/*
 * embedded - files that are part of the program: schemas, the sample site, the
 * preview's page. tools/embed.c writes the table at build time.
 */
#ifndef TSR_BASE_EMBEDDED_H
#define TSR_BASE_EMBEDDED_H

#include <stddef.h>

struct tsr_embedded {
	const char *name; /* the last two parts of the path: schemas/page.json */
	const unsigned char *p;
	size_t n; /* a NUL follows, not counted */
};

/* Ends with an entry whose name is NULL. */
extern const struct tsr_embedded tsr_embedded_files[];

#endif
