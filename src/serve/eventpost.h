/*
 * eventpost - a worker's side of the log of events.
 *
 * Sends what core would have logged to the writer, with a ticket, and hands
 * out the writer's answers. Holds the one room for a batch on its way through
 * core. Nothing waits here: who asked does.
 */
#ifndef TSR_SERVE_EVENTPOST_H
#define TSR_SERVE_EVENTPOST_H

#include "serve/eventmail.h"
#include "serve/eventshare.h"

struct tsr_eventpost {
	struct tsr_log *log;
	struct tsr_eventshare *share; /* NULL: there is no log of events */
	int fd;
	uint32_t first, serial; /* of tickets: the upper half */
	struct tsr_collect collect;
	/* Answers that were read and not handed out yet. */
	struct tsr_span left;
	uint8_t answers[TSR_EVENTS_GROUP_BATCHES * TSR_EVENTMAIL_ANSWER];
};

/* share NULL: no request is lent room, so events are not found here. */
void tsr_eventpost_init(struct tsr_eventpost *post, struct tsr_log *log,
    struct tsr_eventshare *share, int fd);

/* Give a request room for events, at this step; count what core found after. */
void tsr_eventpost_lend(struct tsr_request *request, struct tsr_eventpost *post,
    enum tsr_collect_step step, uint64_t fresh);
void tsr_eventpost_found(struct tsr_eventpost *post);

/* Count a batch that is answered 503. */
void tsr_eventpost_lost(struct tsr_eventpost *post);

/*
 * Send the batch at hand to the writer; *ticket will come back with its answer.
 * `who` (below 2^32) stands in its lower half. False: the writer does not take
 * it now.
 */
bool
tsr_eventpost_ask(uint64_t *ticket, struct tsr_eventpost *post, uint32_t who);

/* Was this ticket given before that one? */
bool tsr_eventpost_before(uint64_t ticket, uint64_t other);

/*
 * The next answer to this worker that has come; false: there is none. All that
 * was asked before it and is not answered was lost.
 */
bool tsr_eventpost_hear(
    struct tsr_eventmail_answer *out, struct tsr_eventpost *post);

#endif
