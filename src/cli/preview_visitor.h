/*
 * preview_visitor - the visitor that the bar asks for, from its cookie.
 *
 * The cookie tessera_preview holds percent-encoded JSON: an object from
 * attributes to values, null for missing, and "_time" (seconds since 1970) for
 * another moment. What does not fit the site is passed over: a cookie may be
 * older than the site, or of another one.
 */
#ifndef TSR_CLI_PREVIEW_VISITOR_H
#define TSR_CLI_PREVIEW_VISITOR_H

#include "base/arena.h"
#include "core/visit.h"

struct tsr_preview_visitor {
	struct tsr_value overrides[TSR_ATTRIBUTES_MAX];
	size_t count;	/* of attributes that are set */
	bool time_set;
	int64_t now;	/* ms since 1970 */
};

/* now: ms since 1970, when the cookie sets none. Texts are in the arena. */
void tsr_preview_visitor_read(struct tsr_preview_visitor *out,
    const struct tsr_table *table, const struct tsr_request *request,
    struct tsr_arena *arena);

#endif
