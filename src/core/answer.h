/*
 * answer - from one request to one reply: route, decide, stitch, header.
 *
 * The one request function: FastCGI, CGI, the preview, tests, fuzzers and
 * benchmarks all call it. Pure: no clock (the request brings the time), no
 * allocation, nothing is sent.
 */
#ifndef TSR_CORE_ANSWER_H
#define TSR_CORE_ANSWER_H

#include "core/keep.h"
#include "core/persona.h"
#include "core/stitch.h"

/* The header block of a reply: all of its fields have bounded lengths. */
#define TSR_HEAD_MAX (TSR_PATH_MAX * 3 + 4096 + 2048)

struct tsr_answer {
	uint32_t status;
	size_t length; /* Content-Length: of the body a GET would have */
	bool no_body;  /* HEAD or 304: send the head alone */
	/*
	 * The pieces are gzip but the client wants identity: decode them
	 * before sending; length is the decoded one already.
	 */
	bool decode;
	size_t head_length;
	uint8_t head[TSR_HEAD_MAX]; /* "Status: 200 OK\r\n...\r\n\r\n" */
	uint8_t text[TSR_ENDPOINT_TEXT]; /* the body of an endpoint */
	uint32_t page;		    /* number of the page, or UINT32_MAX */
	struct tsr_stitch stitch;   /* its pieces are the body */
	struct tsr_visit visit;
	struct tsr_keep keep; /* visit.state points into it */
	bool previewed; /* by a link: not to be logged or counted */
	struct tsr_persona persona;
};

/*
 * Answer a request from a store. pieces: room for TSR_PARTS_MAX spans, the
 * caller's. overrides as in visit.h, NULL outside the preview. The answer's
 * spans point into the store, the request and the answer itself. Never fails: a
 * damaged store answers 500.
 */
void tsr_answer_make(struct tsr_answer *out, struct tsr_span *pieces,
    const struct tsr_store *store, const struct tsr_request *request,
    const struct tsr_value *overrides);

/* A reply without a page: 400, 413, 414, 431, 500, 503, ... */
void tsr_answer_error(
    struct tsr_answer *out, struct tsr_span *pieces, uint32_t status);

#endif
