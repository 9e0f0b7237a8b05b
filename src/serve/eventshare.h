/*
 * eventshare - what workers and the writer of the log keep in common memory.
 *
 * Numbers for operators, and the rates of senders (serve/rates.h). The parent
 * makes it before any of them is started.
 */
#ifndef TSR_SERVE_EVENTSHARE_H
#define TSR_SERVE_EVENTSHARE_H

#include <stdatomic.h>

#include "core/collect.h"
#include "serve/log.h"
#include "serve/rates.h"

/* What is counted since the parent was started. */
enum tsr_eventcount {
	TSR_EVENTCOUNT_BATCHES,	   /* that were asked to be taken */
	TSR_EVENTCOUNT_ACCEPTED,   /* events in the log */
	TSR_EVENTCOUNT_DUPLICATES, /* that were there before */
	TSR_EVENTCOUNT_ASIDE,
	TSR_EVENTCOUNT_RESTRICTED, /* lines of counts */
	TSR_EVENTCOUNT_LIMITED,	   /* batches answered 429 */
	TSR_EVENTCOUNT_UNWRITTEN,  /* batches answered 503 */
	TSR_EVENTCOUNT_GROUPS,	   /* written, and synced unless asked not to */
	TSR_EVENTCOUNT_ERRORS,	   /* groups that the disk did not take */
	TSR_EVENTCOUNT_REFUSED,	   /* events, by fault from here on */
	TSR_EVENTCOUNT_COUNT = TSR_EVENTCOUNT_REFUSED + TSR_EVENT_FAULT_COUNT
};

/* Troubles that are said at most once a minute each. */
enum tsr_eventtrouble {
	TSR_EVENTTROUBLE_DISK,
	TSR_EVENTTROUBLE_BUSY, /* the writer does not keep up, or is gone */
	TSR_EVENTTROUBLE_RATE, /* all senders together */
	TSR_EVENTTROUBLE_ASIDE,
	TSR_EVENTTROUBLE_COUNT
};

struct tsr_eventshare {
	atomic_ullong counts[TSR_EVENTCOUNT_COUNT];
	atomic_llong said[TSR_EVENTTROUBLE_COUNT]; /* tsr_log_clock's */
	struct tsr_rates rates;
};

/* NULL when the system refuses. Rates: events a second; 0: without limit. */
struct tsr_eventshare *tsr_eventshare_open(uint32_t of_each, uint32_t of_all);

void
tsr_eventshare_add(struct tsr_eventshare *share, unsigned count, uint64_t n);

/* Is it time to say that there is this trouble? now: tsr_log_clock's. */
bool tsr_eventshare_says(
    struct tsr_eventshare *share, enum tsr_eventtrouble trouble, int64_t now);

/* Add what core found in a batch that was answered, or is to be logged. */
void tsr_eventshare_found(
    struct tsr_eventshare *share, const struct tsr_collect *collect);

/* All numbers as the members of a JSON object, without its braces. */
size_t
tsr_eventshare_json(uint8_t *out, size_t n, const struct tsr_eventshare *share);

#endif
