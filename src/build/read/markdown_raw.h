/*
 * markdown_raw - the raw HTML of a Markdown text, tag by tag.
 *
 * Markdown hands raw HTML on in pieces: <b> is one node and </b> another. A
 * piece that is whole is cleaned as rich HTML; single tags go on a stack, and
 * each must be closed in the same part of the text in which it was opened.
 */
#ifndef TSR_BUILD_MARKDOWN_RAW_H
#define TSR_BUILD_MARKDOWN_RAW_H

#include "build/read/richhtml.h"

#define TSR_RAW_DEPTH 32

struct tsr_raw_open {
	struct tsr_span name;
	const void *container; /* the Markdown node it was opened in */
	struct tsr_where where;
};

struct tsr_raw {
	struct tsr_buf *out;
	const struct tsr_richhtml *options; /* strict */
	struct tsr_diag *diag;
	struct tsr_raw_open open[TSR_RAW_DEPTH];
	size_t depth;
	unsigned links; /* Markdown links around this place */
	bool wrong;
};

/* A tag in a line of text; text is the tag alone. */
void tsr_raw_inline(struct tsr_raw *raw, const struct tsr_markup_text *text,
    const void *container);

/* A block of raw HTML. */
void tsr_raw_block(struct tsr_raw *raw, const struct tsr_markup_text *text,
    const void *container);

/* The container ends: what is still open in it is an error, and closed. */
void tsr_raw_leave(struct tsr_raw *raw, const void *container);

/* Whether a raw <a> is open here. */
bool tsr_raw_in_link(const struct tsr_raw *raw);

#endif
