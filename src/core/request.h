/*
 * request - what a host hands over for one answer, and what stands in it.
 *
 * Everything is borrowed and good for the request; nothing is decoded here.
 */
#ifndef TSR_CORE_REQUEST_H
#define TSR_CORE_REQUEST_H

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

/*
 * The value of a cookie, not decoded. Servers pass several Cookie lines on as
 * several parameters: the first line that has the name counts.
 */
bool tsr_request_cookie(struct tsr_span *value,
    const struct tsr_request *request, struct tsr_span name);

#endif
