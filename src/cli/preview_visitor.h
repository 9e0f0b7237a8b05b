/*
 * preview_visitor - the visitor that the bar asks for, from its cookie.
 *
 * The cookie tessera_preview holds percent-encoded JSON: an object from
 * attributes to values, null for missing, "_time" (seconds since 1970) for
 * another moment, and "_persona" for one of the site's personas, over whose
 * values the others lie. What does not fit the site is passed over: a cookie
 * may be older than the site, or of another one.
 */
#ifndef TSR_CLI_PREVIEW_VISITOR_H
#define TSR_CLI_PREVIEW_VISITOR_H

#include "build/read/json.h"
#include "core/request.h"
#include "core/value.h"

struct tsr_preview_visitor {
	struct tsr_value overrides[TSR_ATTRIBUTES_MAX];
	size_t count;	/* of attributes that are set */
	bool time_set;
	int64_t now;	/* ms since 1970 */
	struct tsr_span persona; /* its name; p NULL: none */
	/* The persona as a signed link has it; n 0: none. */
	struct tsr_span token;
};

/* Can the bar set attributes of this source (enum tsr_attribute_source)? */
bool tsr_preview_can_set(unsigned source);

/*
 * personas: what variants/personas.json holds, or NULL. A persona needs the
 * request's seal. Texts are in the arena.
 */
void tsr_preview_visitor_read(struct tsr_preview_visitor *out,
    const struct tsr_table *table, const struct tsr_json *personas,
    const struct tsr_request *request, struct tsr_arena *arena);

#endif
