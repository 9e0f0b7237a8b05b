/*
 * journey - what one page view changes in the visitor state.
 *
 * A session ends when there was no page view for TSR_SESSION_SECONDS. A
 * journey begins with a session, and within one when a request brings another
 * utm_campaign than the one that is kept: how it began is kept until the next
 * begins.
 */
#ifndef TSR_CORE_JOURNEY_H
#define TSR_CORE_JOURNEY_H

#include "core/state.h"

/*
 * Count a page view in a state that holds no group without consent (all zero:
 * a new visitor). Groups of `purposes` that are not there begin now. days: how
 * long the cookie is kept when it holds more than the session.
 */
void tsr_journey_view(struct tsr_state *state,
    const struct tsr_request *request, unsigned purposes, uint32_t days);

/* How the visitor came: by utm_medium, else by Referer. */
enum tsr_entry_kind tsr_journey_entry(const struct tsr_request *request);

/* Is it a person's page view, or a crawler's or a prefetch? */
bool tsr_journey_is_crawler(const struct tsr_request *request);
bool tsr_journey_is_prefetch(const struct tsr_request *request);

#endif
