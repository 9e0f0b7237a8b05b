/*
 * keep - the visitor state between the cookie that came and the one that goes.
 *
 * Read when a page begins, counted, used by its decisions, and written when
 * its head is: if it changed, if the visitor allows it, and never with a public
 * page.
 */
#ifndef TSR_CORE_KEEP_H
#define TSR_CORE_KEEP_H

#include "core/header.h"
#include "core/state.h"
#include "core/visit.h"

struct tsr_keep {
	struct tsr_state state;
	struct tsr_span sent; /* the cookie's value; p NULL: there was none */
	bool sets;	      /* this answer may set it */
	bool erases;	      /* nothing may be kept: take the cookie away */
};

/*
 * Find the state of a visit (initialised, its purposes known) of a page and
 * count the view. Afterwards visit->state is what attributes read, and
 * visit->keep where new buckets may be put; NULL where there is none. get: it
 * is a GET, not a HEAD.
 */
void tsr_keep_begin(struct tsr_keep *keep, struct tsr_visit *visit,
    const uint8_t *page, bool get);

/* Add Set-Cookie to a head, where it is due. */
void tsr_keep_end(struct tsr_head *head, struct tsr_keep *keep,
    const struct tsr_visit *visit);

/*
 * A POST of events: the state of the cookie that came with it, restricted to
 * these purposes (bits), is in keep->state, and no view is counted. False:
 * there is none to change.
 */
bool tsr_keep_open(struct tsr_keep *keep, const struct tsr_table *t,
    const struct tsr_request *request, unsigned purposes);

/* Add Set-Cookie where keep->state is not what was sent any more. */
void tsr_keep_close(struct tsr_head *head, struct tsr_keep *keep,
    const struct tsr_request *request);

/*
 * The visitor has chosen: of the cookie that came with a request only the
 * groups of these purposes (bits) stay. Adds Set-Cookie where that changes it;
 * a cookie of which nothing is left, or that is not ours, is taken away.
 */
void tsr_keep_withdraw(struct tsr_head *head, const struct tsr_request *request,
    unsigned purposes);

/* For how many days a release keeps the state; 0: it has no use for it. */
uint32_t tsr_keep_days(const struct tsr_table *t);

#endif
