/*
 * share - how many connections each worker has, so that none takes them all.
 *
 * The kernel wakes the same worker first whenever it sleeps, and web servers
 * keep connections: without this one worker would get every connection and
 * the others none. A worker that has more than another that is listening
 * steps back until that has changed, and one that has more than others that
 * stepped back calls them.
 */
#ifndef TSR_SERVE_SHARE_H
#define TSR_SERVE_SHARE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/limits.h"

/* Lies in memory that parent and workers share. */
struct tsr_share {
	unsigned count;
	struct {
		atomic_uint used;     /* connections */
		atomic_bool listening; /* it would take one more */
		int bell;	       /* an eventfd that it waits on */
	} workers[TSR_WORKERS_MAX];
};

/* For count workers, before any is started; NULL when the system refuses. */
struct tsr_share *tsr_share_open(unsigned count);

/* Say how worker `number` is. */
void tsr_share_put(struct tsr_share *share, unsigned number, unsigned used,
    bool listening);

/* Whether another worker listens that has fewer connections than used - 1. */
bool tsr_share_enough(
    const struct tsr_share *share, unsigned number, unsigned used);

/* Ring for the others that do not listen and have fewer than used - 1. */
void tsr_share_call(
    const struct tsr_share *share, unsigned number, unsigned used);

#endif
