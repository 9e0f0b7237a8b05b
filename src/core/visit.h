/*
 * visit - what one request knows of its visitor, as far as it was asked.
 *
 * Everything is worked out lazily and at most once: core/attribute.h reads a
 * fact from the request, core/decide.h asks for it and concludes. No
 * allocation: decoded values live in the visit.
 */
#ifndef TSR_CORE_VISIT_H
#define TSR_CORE_VISIT_H

#include "core/request.h"
#include "core/value.h"

struct tsr_visit {
	const struct tsr_table *table;
	const struct tsr_request *request;
	const uint8_t *record;	/* of the page, in PAGE */
	struct tsr_span path;	/* canonical path of the page */
	struct tsr_span page;	/* its id */
	struct tsr_span locale; /* its locale's tag */
	unsigned purposes;	/* bit 1 << enum tsr_purpose: granted */
	/*
	 * What is remembered of the visitor, already without what they do not
	 * allow: the request's, or what the answer read from the cookie. NULL:
	 * nothing. The other is the same where new buckets may be put: NULL
	 * where nothing is kept.
	 */
	const struct tsr_state *state;
	struct tsr_state *keep;
	/*
	 * Values put in by the preview instead of what the request says, by
	 * attribute number; NULL on every other path.
	 */
	const struct tsr_value *overrides;
	/* What is stored about them, once it was asked for. */
	const struct tsr_param *profile;
	size_t profile_count;
	bool profile_asked;
	bool assigning; /* an arm is being chosen: see decide.h */
	struct tsr_value values[TSR_ATTRIBUTES_MAX];
	uint8_t predicates[TSR_PREDICATES_MAX / 4]; /* 0 unknown 1 no 2 yes */
	uint8_t scratch[TSR_VISIT_SCRATCH];
	size_t scratch_used;
};

/*
 * Begin a visit of a page. consent cookie and purposes are read here (the
 * cookie's name is META "consent"). page is a PAGE record of the table.
 */
void tsr_visit_init(struct tsr_visit *visit, const struct tsr_table *table,
    const struct tsr_request *request, const uint8_t *page);

#endif
