/*
 * eventdirect - events of a CGI program, which has no writer beside it.
 *
 * Each process appends to the one file events/cgi-*.open under a lock, looks
 * for its ids in the end of that file first, and syncs. What a process that was
 * killed left half written is cut off by the next. Rates are not known here:
 * the web server limits (doc/hosting.md).
 */
#ifndef TSR_SERVE_EVENTDIRECT_H
#define TSR_SERVE_EVENTDIRECT_H

#include "core/collect.h"
#include "serve/log.h"

/*
 * Log the entries of a batch below a state folder. True: they are on the disk,
 * and collect->fresh says which are new. False: nothing is, which is logged.
 */
bool tsr_eventdirect_write(struct tsr_collect *collect, struct tsr_log *log,
    const char *state, int64_t now);

#endif
