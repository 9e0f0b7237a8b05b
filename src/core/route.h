/*
 * route - from a request's target to a page, a redirect or nothing.
 *
 * One spelling of a path is canonical: the one in the index. A target that
 * means the same in another spelling (escapes, doubled slashes, dot segments, a
 * final slash, .html, index.html, the default locale's prefix, upper case) is a
 * redirect to it.
 */
#ifndef TSR_CORE_ROUTE_H
#define TSR_CORE_ROUTE_H

#include "core/table.h"

enum tsr_route_result {
	TSR_ROUTED_PAGE,     /* page */
	TSR_ROUTED_REDIRECT, /* location */
	TSR_ROUTED_NOTHING,  /* page: the not-found page, or UINT32_MAX */
	TSR_ROUTED_BAD,	     /* not a target of HTTP: 400 */
	TSR_ROUTED_LONG	     /* 414 */
};

struct tsr_route {
	enum tsr_route_result result;
	uint32_t page;
	struct tsr_span location; /* canonical path or absolute URL */
};

/*
 * target: origin form or absolute form (RFC 9112 section 3.2), with or without
 * a query. location points into the table.
 */
void tsr_route_find(struct tsr_route *out, const struct tsr_table *t,
    struct tsr_span target);

/* Number of the route with exactly this path, or UINT32_MAX. */
uint32_t tsr_route_lookup(const struct tsr_table *t, struct tsr_span path);

/* The path of a target: without query, fragment, scheme and host. */
struct tsr_span tsr_target_path(struct tsr_span target);

/* The query of a target, without the question mark; p is NULL when none. */
struct tsr_span tsr_target_query(struct tsr_span target);

#endif
