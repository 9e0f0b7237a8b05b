/*
 * eventlog - one stream of lines in files that a crash does not harm.
 *
 * One process writes a stream. Lines are gathered, then written and synced in
 * groups: a group is in the file whole, or not at all. The file that grows is
 * called NAME.open and locked; when it is large or old enough it becomes
 * NAME.ndjson and never changes again, so whoever reads takes *.ndjson and
 * needs to know nothing else. NAME is the stream's word, the time (UTC) and a
 * random number, so names sort by time, and those of several hosts differ.
 *
 * A file that was left open by a process that is gone is finished when the
 * folder is opened; what follows its last whole line goes to NAME.torn.
 */
#ifndef TSR_SERVE_EVENTLOG_H
#define TSR_SERVE_EVENTLOG_H

#include <stddef.h>

#include "core/bytes.h"
#include "serve/log.h"

/* Bytes of a name, word, time, number and NUL, and of a file's. */
#define TSR_EVENTLOG_NAME 64
#define TSR_EVENTLOG_FILE (TSR_EVENTLOG_NAME + 8)

struct tsr_eventlog {
	const char *word; /* first of the names, borrowed */
	int folder;
	int fd;			      /* of the file that grows; -1: none */
	bool fresh;		      /* its name has not been synced */
	char name[TSR_EVENTLOG_NAME]; /* without what follows the point */
	uint64_t size;		      /* of whole groups in it */
	int64_t since;		      /* it was made then */
	uint64_t most;	 /* bytes after which there is a new file */
	int64_t longest; /* ms after which there is */
	uint8_t *room;	 /* TSR_EVENTS_GROUP bytes: lines of this group */
	size_t n;
};

/*
 * Open a folder for a stream, making it where it is not there, and finish what
 * was left open in it. 0 or the system's reason; what was repaired is logged.
 * now: ms since 1970.
 */
int tsr_eventlog_open(struct tsr_eventlog *out, struct tsr_log *log,
    const char *folder, const char *word);

/* Add a line to the group, its line end included. False: no room is left. */
bool tsr_eventlog_add(struct tsr_eventlog *out, struct tsr_span line);

/*
 * Write the group, sync it, and then either keep it or, when this or another
 * stream failed, undo it: the file is then as it was. 0 or the system's reason.
 * With no lines in the group nothing happens.
 */
int tsr_eventlog_write(struct tsr_eventlog *out, int64_t now);
int tsr_eventlog_sync(struct tsr_eventlog *out);
void tsr_eventlog_keep(struct tsr_eventlog *out);
void tsr_eventlog_undo(struct tsr_eventlog *out);

/*
 * Finish the file when it is large or old enough, or in any case. Call it
 * between groups.
 */
void tsr_eventlog_turn(struct tsr_eventlog *out, int64_t now, bool any);

/*
 * Finish one file NAME.open that nobody has locked. 0 or the system's reason;
 * EWOULDBLOCK: somebody has.
 */
int tsr_eventlog_finish(int folder, const char *file, struct tsr_log *log);

#endif
