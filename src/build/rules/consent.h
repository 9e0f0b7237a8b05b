/*
 * consent - what tessera.json says about consent, as META records: the keys
 * "consent.*" that core/consent.c reads.
 */
#ifndef TSR_BUILD_CONSENT_H
#define TSR_BUILD_CONSENT_H

#include "base/arena.h"
#include "build/read/json.h"

struct tsr_consent_meta {
	struct tsr_span key, value;
};

#define TSR_CONSENT_METAS 6

/*
 * The records of the member "consent", which fits its schema; NULL: there is
 * none. Their count. The cookie's own name is not among them.
 */
size_t tsr_consent_list(struct tsr_consent_meta out[TSR_CONSENT_METAS],
    const struct tsr_json *consent, struct tsr_arena *arena);

#endif
