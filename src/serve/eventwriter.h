/*
 * eventwriter - the process that writes the log of events.
 *
 * One for all workers, started by the parent as they are. It takes what waits
 * at their sockets, passes over what is in the window, writes and syncs the
 * rest as one group, and answers. While the disk works, more comes together for
 * the next group: a batch waits for at most two of them, and pages for none.
 * When it is killed, what it had not answered is asked again by the senders,
 * and the window, read from the log, knows what of it was written.
 */
#ifndef TSR_SERVE_EVENTWRITER_H
#define TSR_SERVE_EVENTWRITER_H

#include "serve/eventshare.h"

struct tsr_eventwriter_plan {
	const char *state;  /* the folder of --state; events/ is made in it */
	const int *sockets; /* the writer's ends, one a worker */
	unsigned count;
	bool sync; /* false: the system may keep groups in memory a while */
	struct tsr_eventshare *share;
};

/*
 * Write until every socket's other end is closed; the exit code of the
 * process.
 */
int tsr_eventwriter_run(
    struct tsr_log *log, const struct tsr_eventwriter_plan *plan);

#endif
