/*
 * collect - what becomes of a batch of events: lines for the log, an answer.
 *
 * In two steps, since the answer must not be given before the lines are safe,
 * and core does no I/O. First the batch is read: what is to be logged comes
 * out as entries, and step is WAIT. When the host has logged them it asks
 * again, with the same request and step DONE or FAILED, and gets the answer. A
 * batch with nothing to log is answered at once.
 *
 * Events that the visitor's consent does not cover become counts: how many of
 * a kind in a minute, and nothing else. Each line of them has an id as events
 * have: that of the one event, or of the batch whose counters it holds. It says
 * whether the line came before, and ties it to no other line.
 */
#ifndef TSR_CORE_COLLECT_H
#define TSR_CORE_COLLECT_H

#include "core/endpoint.h"
#include "core/event.h"
#include "core/netaddr.h"

enum tsr_collect_step {
	TSR_COLLECT_ASK,   /* the host: here is a request */
	TSR_COLLECT_WAIT,  /* core: log the entries, then ask again */
	TSR_COLLECT_DONE,  /* the host: they are in the log */
	TSR_COLLECT_FAILED /* the host: nothing is */
};

enum tsr_collect_stream {
	TSR_COLLECT_EVENTS, /* a line of a kind that this release has */
	TSR_COLLECT_ASIDE,  /* a line of a kind that this release has not */
	TSR_COLLECT_COUNTS, /* a line of counts: of one event, or one batch */
	TSR_COLLECT_STREAM_COUNT
};

/* Every event of a batch, and the counters. */
#define TSR_COLLECT_ENTRIES (TSR_EVENTS_MAX + 1)

struct tsr_collect_entry {
	enum tsr_collect_stream stream;
	uint8_t id[TSR_EVENT_ID_SIZE];
	size_t n;		       /* bytes of the text */
};

struct tsr_collect {
	enum tsr_collect_step step;
	uint64_t fresh; /* DONE: bit i: entry i was not in the log before */
	/*
	 * May so many events come from there now? 0, or the seconds after
	 * which to try again. With 0 events it only asks. address NULL: it is
	 * not known, or the sender has a key. NULL: everybody may.
	 */
	uint32_t (*allow)(
	    void *ctx, const struct tsr_netaddr *address, uint32_t events);
	/* The host's numbers as members of a JSON object; the bytes. */
	size_t (*report)(void *ctx, uint8_t *out, size_t n);
	void *ctx;
	/* What core gives with WAIT. */
	unsigned count;
	struct tsr_collect_entry entries[TSR_COLLECT_ENTRIES];
	size_t n;
	uint8_t text[TSR_EVENTS_TEXT]; /* of the entries, one after another */
	/* What core found, after each ASK: to be added up by the host. */
	bool batch;	 /* there was one: the host sets it false with ASK */
	uint32_t status; /* of the answer; 0: it waits */
	uint32_t unknown; /* counts of kinds that the release has not: lost */
	uint32_t faults[TSR_EVENT_FAULT_COUNT];
};

/* POST /_tessera/events. request->collect NULL: 404. */
void tsr_endpoint_events(struct tsr_endpoint *e);

/*
 * Is a request signed by a key of purpose `events`: Authorization: Bearer, and
 * the text that tsr_collect_token writes?
 */
bool tsr_collect_trusted(const struct tsr_request *request);

#define TSR_COLLECT_TOKEN 23 /* characters */

/* 0 when there is no key. */
size_t
tsr_collect_token(uint8_t out[TSR_COLLECT_TOKEN], const struct tsr_seal *seal);

#endif
