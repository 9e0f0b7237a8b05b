/*
 * preview_trace - which variant stands in each slot of a page.
 *
 * Walks programs as tsr_stitch_run does, but keeps names instead of bytes.
 */
#ifndef TSR_CLI_PREVIEW_TRACE_H
#define TSR_CLI_PREVIEW_TRACE_H

#include "core/visit.h"

struct tsr_preview_place {
	struct tsr_span slot;	/* its name */
	struct tsr_span shown;	/* the chosen variant's name */
	uint32_t number;	/* of the slot */
	uint32_t position;	/* in a list, from 1; 0: no list */
	unsigned depth;		/* slots around it */
	bool omitted;		/* the variant shows nothing */
};

/*
 * Write at most cap places in the order of the page; the count of them, which
 * ends early when the index is damaged. Nothing more than the visit is changed.
 */
size_t tsr_preview_trace(struct tsr_preview_place *out, size_t cap,
    struct tsr_visit *visit, uint32_t program);

#endif
