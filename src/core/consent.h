/*
 * consent - to what a visitor has agreed: which purposes a request grants.
 *
 * doc/consent.md has the forms and how they are put together. All of them are
 * foreign bytes: what is not well formed grants nothing.
 */
#ifndef TSR_CORE_CONSENT_H
#define TSR_CORE_CONSENT_H

#include "core/request.h"

/* No consent at all: what needs none. */
#define TSR_CONSENT_NONE (1u << TSR_PURPOSE_NONE)

/* The purposes that a request grants, as bits 1 << enum tsr_purpose. */
unsigned tsr_consent_read(
    const struct tsr_table *table, const struct tsr_request *request);

/*
 * The site's own cookie: words "functional", "analytics", "personalization"
 * between "+", "." and ","; percent-decoded; others are passed over. In front
 * of them there may be "1.": of another number nothing is granted.
 */
unsigned tsr_consent_cookie(struct tsr_span value);

/* The bit of a purpose by its name, 0 when there is none of this name. */
unsigned tsr_consent_purpose(struct tsr_span name);

/* What tsr_consent_cookie reads: 1.functional+analytics.1781524800 */
#define TSR_CONSENT_TEXT 80
size_t tsr_consent_write(
    uint8_t out[TSR_CONSENT_TEXT], unsigned purposes, int64_t now);

#endif
