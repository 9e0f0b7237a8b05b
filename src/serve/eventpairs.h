/*
 * eventpairs - the sockets between the workers and the writer of events.
 *
 * The parent makes one pair for each worker and keeps both ends, so that what
 * was sent outlives whoever dies. Each child closes what is not its own; when
 * the parent and all workers are gone, the writer sees the end.
 */
#ifndef TSR_SERVE_EVENTPAIRS_H
#define TSR_SERVE_EVENTPAIRS_H

#include <stdbool.h>

#include "core/limits.h"

struct tsr_eventpairs {
	unsigned count; /* 0: there are none */
	int worker[TSR_WORKERS_MAX];
	int writer[TSR_WORKERS_MAX];
};

/* False: the system refuses. */
bool tsr_eventpairs_open(struct tsr_eventpairs *pairs, unsigned count);

/* In worker `number`: only its own end stays open. */
void
tsr_eventpairs_be_worker(const struct tsr_eventpairs *pairs, unsigned number);

/* In the writer, and where neither is: close the workers' ends, the writer's.
 */
void tsr_eventpairs_drop_workers(const struct tsr_eventpairs *pairs);
void tsr_eventpairs_drop_writer(const struct tsr_eventpairs *pairs);

#endif
