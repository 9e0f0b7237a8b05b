/*
 * reply - a whole answer in one piece of memory, ready to be sent.
 *
 * What FastCGI and CGI have in common: core answers, and head and body are
 * copied once, side by side, into the area. Nothing points into the release
 * afterwards.
 */
#ifndef TSR_SERVE_REPLY_H
#define TSR_SERVE_REPLY_H

#include "serve/body.h"
#include "serve/release.h"

/* Head and body: an identity answer of the largest page. */
#define TSR_REPLY_AREA (TSR_PAGE_TEXT_MAX + TSR_HEAD_MAX)

/* Large; most of it stays untouched. The area is the caller's. */
struct tsr_reply {
	uint8_t *area; /* TSR_REPLY_AREA bytes */
	struct tsr_span bytes; /* the reply, in the area */
	struct tsr_answer answer;
	struct tsr_body body;
	struct tsr_span pieces[TSR_PARTS_MAX];
};

/*
 * Answer a request. Other than TSR_OK: there is no reply, say an error
 * instead (TSR_LONG: larger than the area, TSR_CHECKSUM: a unit does not
 * decode).
 */
enum tsr_err tsr_reply_make(struct tsr_reply *reply,
    const struct tsr_release *release, const struct tsr_request *request);

/* The reply of an error: 400, 413, 431, 500, 503. Reads no release. */
void tsr_reply_error(struct tsr_reply *reply, uint32_t status);

#endif
