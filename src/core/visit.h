/*
 * visit - what one request knows: its attributes, predicates and decisions.
 *
 * Everything is worked out lazily and at most once: an attribute is read from
 * the request when a predicate first asks, a predicate is evaluated when a
 * decision first tests it. No allocation: decoded values live in the visit.
 */
#ifndef TSR_CORE_VISIT_H
#define TSR_CORE_VISIT_H

#include "core/seal.h"
#include "core/table.h"

struct tsr_state;   /* core/state.h */
struct tsr_weights; /* core/weights.h */
struct tsr_collect; /* core/collect.h */

/* Random bytes that come with a request: a new visitor's id. */
#define TSR_RANDOM_SIZE 16

struct tsr_param {
	struct tsr_span name, value;
};

/* Releases of before that the host still has. */
struct tsr_past {
	void *ctx;
	/* By the first 8 bytes of the id; NULL: gone. Good for the request. */
	const struct tsr_table *(*find)(void *ctx, struct tsr_span id);
};

/*
 * Where the host has profiles. find: what is stored about the visitor with this
 * id, until the next call; NULL: nothing, or the store is slow or gone.
 */
struct tsr_profiles {
	void *ctx;
	const struct tsr_param *(*find)(
	    size_t *count, void *ctx, const uint8_t id[TSR_RANDOM_SIZE]);
};

/*
 * A request in CGI's words (RFC 3875): REQUEST_METHOD, REQUEST_URI,
 * QUERY_STRING, HTTP_COOKIE, ... The first parameter of a name counts.
 */
struct tsr_request {
	const struct tsr_param *params;
	size_t count;
	int64_t now; /* milliseconds since 1970, UTC */
	/*
	 * The body of a POST below /_tessera/, at most TSR_BODY_KEPT bytes;
	 * body_long: it had more, and none is here. Of others: empty.
	 */
	struct tsr_span body;
	bool body_long;
	/* What the host has beside; NULL: nothing, which means missing. */
	const struct tsr_state *state;	   /* of this visitor, verified */
	const struct tsr_weights *weights; /* instead of the release's */
	const struct tsr_profiles *profiles; /* asked once, when needed */
	const struct tsr_param *profile;   /* or what it would say */
	size_t profile_count;
	const struct tsr_seal *seal;
	const struct tsr_past *past;
	const uint8_t *random; /* TSR_RANDOM_SIZE fresh bytes */
	struct tsr_collect *collect; /* where events go */
	bool plain; /* cookies without Secure: the preview over http */
};

/* What was asked for: REQUEST_URI, or CGI's PATH_INFO where there is none. */
struct tsr_span tsr_request_target(const struct tsr_request *request);

/* The value of a parameter, or an empty span with p NULL. */
struct tsr_span tsr_request_param(
    const struct tsr_request *request, struct tsr_span name);

struct tsr_value {
	enum {
		TSR_VALUE_UNREAD, /* not asked for yet */
		TSR_VALUE_MISSING,
		TSR_VALUE_BOOLEAN,
		TSR_VALUE_NUMBER,
		TSR_VALUE_STRING,
		TSR_VALUE_JSON /* an array or object; string: its JSON */
	} kind;
	bool boolean;
	double number;
	struct tsr_span string; /* points into the request or the scratch */
};

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
	bool assigning; /* an arm is being chosen: see experiment.h */
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

/* The value of attribute i; MISSING when there is no such attribute. */
const struct tsr_value *tsr_visit_value(struct tsr_visit *visit, uint32_t i);

/* Whether predicate i holds; false when there is none. */
bool tsr_visit_predicate(struct tsr_visit *visit, uint32_t i);

/*
 * Walk decision i; its outcome, below the decision's outcome count. A damaged
 * table gives the last outcome, which is the default.
 */
uint32_t tsr_visit_decide(struct tsr_visit *visit, uint32_t i);

/*
 * The segment key as '0' and '1', one a predicate of SKEY; cut to n. Returns
 * the bytes written.
 */
size_t tsr_visit_segment_key(uint8_t *out, size_t n, struct tsr_visit *visit);

#endif
