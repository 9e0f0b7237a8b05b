/*
 * preview_answer - from a request to the preview's reply.
 *
 * Pages go through tsr_answer_make, the one request function, with the values
 * that the bar sets; beside them stand the files of out/public and, below
 * /_tessera/preview/, what the bar itself needs. Knows nothing of sockets.
 */
#ifndef TSR_CLI_PREVIEW_ANSWER_H
#define TSR_CLI_PREVIEW_ANSWER_H

#include "cli/preview_desk.h"
#include "cli/preview_host.h"

struct tsr_preview_field {
	const char *name, *value;
};

struct tsr_preview_reply {
	struct tsr_arena arena; /* holds all below */
	unsigned status;
	struct tsr_preview_field fields[16];
	size_t field_count;
	struct tsr_span body; /* a HEAD's too: its length is sent */
	bool stream;	      /* instead of the body: the events */
};

/* Free the reply's arena when it has been sent. */
void tsr_preview_answer(struct tsr_preview_reply *reply,
    struct tsr_preview *preview, const struct tsr_preview_host *host,
    const struct tsr_preview_request *request);

/* The event that tells a page the news, in the form of text/event-stream. */
void tsr_preview_event(
    struct tsr_buf *out, const struct tsr_preview_news *news);

#endif
