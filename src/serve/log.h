/*
 * log - one line to stderr for an event worth it, not too many a second.
 *
 * Lines never hold header values, query strings or cookies: what visitors send
 * does not belong in a log. What is over TSR_LOG_LINES in one second is
 * counted, and the count is the first line of the next second.
 */
#ifndef TSR_SERVE_LOG_H
#define TSR_SERVE_LOG_H

#include <stdbool.h>
#include <stdint.h>

struct tsr_log {
	const char *name; /* who speaks: the program, or "worker 3" */
	int64_t second;
	unsigned lines;
	unsigned dropped;
	bool trace; /* records too */
};

void tsr_log_init(struct tsr_log *log, const char *name, bool trace);

/* fmt is a literal. errno is left as it was. */
void tsr_log(struct tsr_log *log, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The same without a limit and only when log->trace is set. */
void tsr_log_trace(struct tsr_log *log, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Milliseconds of a clock that only goes forward; cheap, 4 ms coarse. */
int64_t tsr_log_clock(void);

#endif
