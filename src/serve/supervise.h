/*
 * supervise - the parent: keeps workers alive and tells them what to serve.
 *
 * It answers nothing and reads nothing that a visitor or a release wrote (of
 * the weights file it looks at the form), so there is little that could end it. A worker that dies is started again,
 * at once if it lived a while, otherwise after a growing pause; so is the
 * writer of events, which there is where there is a state.
 *
 * SIGHUP: look at the release again now, whatever was found before. SIGTERM or
 * SIGINT: workers finish what runs, within TSR_STOP_MS; a second one ends
 * them at once.
 */
#ifndef TSR_SERVE_SUPERVISE_H
#define TSR_SERVE_SUPERVISE_H

#include "serve/log.h"

struct tsr_supervise_plan {
	int listener;
	unsigned workers;
	unsigned connections;
	const char *release; /* a folder or a link to one */
	const char *state;   /* a folder, or NULL */
	const char *keys;    /* a file that was read well, or NULL */
	uint64_t log_rate;   /* see decisions.h */
	/* Of events, with a state: a second of one sender, and of all. */
	uint32_t events_each, events_all;
	bool events_sync; /* see eventwriter.h */
};

/* The exit code of the program: 1 when there is no good release to begin. */
int tsr_supervise(struct tsr_log *log, const struct tsr_supervise_plan *plan);

#endif
