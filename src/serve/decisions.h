/*
 * decisions - the decision log: sampled page views, one line each.
 *
 * Lines go to DIR/decisions-YYYYMMDD-N.ndjson (UTC) below --state. Each is one
 * write to a file opened for appending, so that the lines of several workers
 * do not mix. Whatever goes wrong is counted and reported in the log of
 * events; pages are answered all the same. No memory is allocated.
 */
#ifndef TSR_SERVE_DECISIONS_H
#define TSR_SERVE_DECISIONS_H

#include "core/answer.h"
#include "serve/log.h"

struct tsr_decisions {
	const char *folder; /* NULL: nothing is logged */
	uint64_t rate;	    /* views logged of 2^32 */
	uint64_t dice;
	int fd; /* -1: none */
	int64_t day;	 /* of the file, since 1970 */
	unsigned number; /* of the file on that day */
	uint64_t lost;	 /* lines since the last report */
	int64_t reported; /* ms since 1970 */
	size_t n; /* bytes of the line that waits */
	uint8_t line[TSR_LOG_LINE];
};

/* folder is borrowed; NULL or rate 0: nothing will be logged. */
void tsr_decisions_init(
    struct tsr_decisions *decisions, const char *folder, uint64_t rate);

/*
 * Make the line of an answer, if it is the view of a page and its turn. Reads
 * the release.
 */
void tsr_decisions_make(
    struct tsr_decisions *decisions, struct tsr_answer *answer);

/* Write the line that waits, if any. now: ms since 1970. */
void tsr_decisions_write(
    struct tsr_decisions *decisions, int64_t now, struct tsr_log *log);

#endif
