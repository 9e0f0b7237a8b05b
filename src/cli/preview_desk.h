/*
 * preview_desk - one page answered for one visitor, with all that was decided.
 *
 * The place where the preview calls the request function: for the page itself
 * and for what the bar tells about it.
 */
#ifndef TSR_CLI_PREVIEW_DESK_H
#define TSR_CLI_PREVIEW_DESK_H

#include "core/collect.h"
#include "cli/preview.h"
#include "cli/preview_visitor.h"
#include "core/answer.h"
#include "core/keep.h"
#include "serve/weights.h"

/* Header fields of one request that are looked at. */
#define TSR_PREVIEW_FIELDS_MAX 100

struct tsr_preview_request {
	struct tsr_span method;
	struct tsr_span target; /* as it was sent, with the query */
	struct tsr_span host;	/* p NULL: none, or more than one */
	/* Header fields under CGI's names: HTTP_COOKIE, ... */
	struct tsr_param fields[TSR_PREVIEW_FIELDS_MAX];
	size_t field_count;
	int64_t now; /* ms since 1970 */
	struct tsr_span body; /* of a POST below /_tessera/ */
	bool body_long;	      /* it had more than TSR_BODY_KEPT bytes */
	const struct tsr_keys *keys; /* of the preview */
	const char *state;	     /* folder of weights, or NULL */
};

/* More than a thread's stack should hold. */
struct tsr_preview_desk {
	struct tsr_preview_visitor visitor;
	struct tsr_param params[2 * TSR_PREVIEW_FIELDS_MAX + 8];
	struct tsr_request request;
	uint8_t random[TSR_RANDOM_SIZE];
	struct tsr_seal seal;
	struct tsr_keep keep; /* for who is changed by the bar */
	struct tsr_collect collect; /* events are taken, and not kept */
	struct tsr_answer answer;
	struct tsr_span pieces[TSR_PARTS_MAX];
};

/*
 * Answer for a target, which may be another one than the request's. The body is
 * asked for as it is, not compressed; a HEAD is answered as a GET.
 */
struct tsr_preview_desk *tsr_preview_desk_answer(
    const struct tsr_preview_site *site,
    const struct tsr_preview_request *request, struct tsr_span target,
    struct tsr_arena *arena);

#endif
