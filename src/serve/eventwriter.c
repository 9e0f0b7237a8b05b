/*
 * eventwriter - the process that writes the log of events.
 */
#include "serve/eventwriter.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "serve/eventlog.h"
#include "serve/eventmail.h"
#include "serve/memory.h"
#include "serve/window.h"

/* It looks this often whether a file has lasted long enough. */
#define LOOK_MS 1000

/* It tries this often to open the folder, when it could not. */
#define RETRY_MS 100

struct reply {
	unsigned socket;
	struct tsr_eventmail_answer answer;
};

struct writer {
	struct tsr_log *log;
	const struct tsr_eventwriter_plan *plan;
	struct tsr_eventlog streams[TSR_COLLECT_STREAM_COUNT];
	int lock; /* -1, or the file that says that we write */
	int ready;	  /* streams that are open */
	bool opened;	  /* all of them */
	int why;	  /* not: the system's reason */
	int64_t retry_at; /* when they are tried again */
	struct tsr_window window;
	bool gone[TSR_WORKERS_MAX]; /* nobody is at the socket's other end */
	unsigned first; /* socket that is asked first: all in turn */
	/* The group. */
	size_t count;
	struct reply replies[TSR_EVENTS_GROUP_BATCHES];
	uint32_t fresh[TSR_COLLECT_STREAM_COUNT]; /* entries by stream */
	uint32_t known;
	uint32_t added; /* to the window */
	uint8_t message[TSR_EVENTMAIL_MAX];
	uint8_t answers[TSR_EVENTS_GROUP_BATCHES * TSR_EVENTMAIL_ANSWER];
};

static int64_t
wall_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
say_error(struct writer *w, int why)
{
	if (tsr_eventshare_says(
		w->plan->share, TSR_EVENTTROUBLE_DISK, tsr_log_clock()))
		tsr_log(w->log, "cannot write events: %s",
		    why == EWOULDBLOCK ? "another process writes them"
				       : strerror(why));
}

/* ---- the folder ---- */

static const struct {
	const char *folder, *word;
} places[TSR_COLLECT_STREAM_COUNT] = {
    [TSR_COLLECT_EVENTS] = {"events", "events"},
    [TSR_COLLECT_ASIDE] = {"events/aside", "aside"},
    [TSR_COLLECT_COUNTS] = {"events/counts", "counts"},
};

/*
 * One writer for a folder: when a daemon was killed, its writer may still be
 * at work for its last workers, and our window must know what it wrote.
 */
static int
take_lock(struct writer *w, const char *folder)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/lock", folder), why;

	if (w->lock != -1)
		return 0;
	if (n < 0 || (size_t)n >= sizeof(path))
		return ENAMETOOLONG;
	if (mkdir(folder, 0700) == -1 && errno != EEXIST)
		return errno;
	n = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (n == -1)
		return errno;
	if (flock(n, LOCK_EX | LOCK_NB) == -1) {
		why = errno;
		close(n);
		return why;
	}
	w->lock = n;
	return 0;
}

static int
try_streams(struct writer *w)
{
	char path[PATH_MAX];
	int i, n, why = 0;

	/* Those that are open stay so when another one cannot be. */
	for (i = w->ready; i < TSR_COLLECT_STREAM_COUNT && why == 0; i++) {
		n = snprintf(path, sizeof(path), "%s/%s", w->plan->state,
		    places[i].folder);
		if (n < 0 || (size_t)n >= sizeof(path))
			return ENAMETOOLONG;
		if (i == 0)
			why = take_lock(w, path);
		if (why == 0)
			why = tsr_eventlog_open(
			    &w->streams[i], w->log, path, places[i].word);
		w->ready += why == 0;
	}
	return why;
}

/* Open all streams; 0 or the system's reason. */
static int
open_streams(struct writer *w)
{
	int folders[TSR_COLLECT_STREAM_COUNT], i;

	if (w->opened)
		return 0;
	if (tsr_log_clock() < w->retry_at)
		return w->why;
	w->why = try_streams(w);
	w->retry_at = tsr_log_clock() + RETRY_MS;
	if (w->why != 0) {
		say_error(w, w->why);
		return w->why;
	}
	for (i = 0; i < TSR_COLLECT_STREAM_COUNT; i++)
		folders[i] = w->streams[i].folder;
	tsr_window_load(&w->window, folders, TSR_COLLECT_STREAM_COUNT);
	w->opened = true;
	return 0;
}

/* ---- taking ---- */

/* One entry of a question into the group. */
static void
take_entry(struct writer *w, const struct tsr_eventmail_entry *entry,
    struct tsr_eventmail_answer *answer, unsigned number)
{
	if (!tsr_window_add(&w->window, entry->id)) {
		w->known++;
		return;
	}
	w->added++;
	w->fresh[entry->stream]++;
	answer->fresh |= UINT64_C(1) << number;
	/* There was room for a whole question. */
	(void)tsr_eventlog_add(&w->streams[entry->stream], entry->bytes);
}

static bool
group_is_full(const struct writer *w)
{
	int i;

	for (i = 0; i < TSR_COLLECT_STREAM_COUNT; i++)
		if (w->streams[i].n + TSR_EVENTS_TEXT > TSR_EVENTS_GROUP)
			return true;
	return w->count == TSR_EVENTS_GROUP_BATCHES;
}

static void
take_question(struct writer *w, unsigned socket, struct tsr_span message)
{
	struct tsr_eventmail_question question;
	struct reply *reply = &w->replies[w->count];
	struct tsr_eventmail_entry entry;
	unsigned number = 0;

	if (!tsr_eventmail_open(&question, message)) {
		tsr_log(w->log, "a worker's question makes no sense");
		return;
	}
	w->count++;
	reply->socket = socket;
	reply->answer = (struct tsr_eventmail_answer){
	    .ticket = question.ticket, .result = TSR_EVENTMAIL_KEPT};
	if (!w->opened)
		return;
	while (tsr_eventmail_next(&entry, &question))
		take_entry(w, &entry, &reply->answer, number++);
}

/* What waits at one socket, as far as the group has room. */
static void
take_socket(struct writer *w, unsigned i)
{
	ssize_t n;

	while (!group_is_full(w)) {
		n = recv(w->plan->sockets[i], w->message, sizeof(w->message),
		    MSG_DONTWAIT);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return;
		if (n == 0) {
			w->gone[i] = true;
			return;
		}
		take_question(w, i, tsr_span_of(w->message, (size_t)n));
	}
}

/* ---- the group ---- */

static int
write_streams(struct writer *w, int64_t now)
{
	int i, why = 0;

	for (i = 0; i < TSR_COLLECT_STREAM_COUNT && why == 0; i++)
		why = tsr_eventlog_write(&w->streams[i], now);
	for (i = 0; i < TSR_COLLECT_STREAM_COUNT && why == 0; i++)
		if (w->plan->sync)
			why = tsr_eventlog_sync(&w->streams[i]);
	for (i = 0; i < TSR_COLLECT_STREAM_COUNT; i++) {
		if (why == 0)
			tsr_eventlog_keep(&w->streams[i]);
		else
			tsr_eventlog_undo(&w->streams[i]);
	}
	return why;
}

static void
count_group(const struct writer *w)
{
	struct tsr_eventshare *share = w->plan->share;

	tsr_eventshare_add(
	    share, TSR_EVENTCOUNT_ACCEPTED, w->fresh[TSR_COLLECT_EVENTS]);
	tsr_eventshare_add(
	    share, TSR_EVENTCOUNT_ASIDE, w->fresh[TSR_COLLECT_ASIDE]);
	tsr_eventshare_add(
	    share, TSR_EVENTCOUNT_RESTRICTED, w->fresh[TSR_COLLECT_COUNTS]);
	tsr_eventshare_add(share, TSR_EVENTCOUNT_DUPLICATES, w->known);
	tsr_eventshare_add(share, TSR_EVENTCOUNT_GROUPS, w->added > 0);
	if (w->fresh[TSR_COLLECT_ASIDE] > 0 &&
	    tsr_eventshare_says(share, TSR_EVENTTROUBLE_ASIDE, tsr_log_clock()))
		tsr_log(w->log, "events of kinds or versions that this "
				"release has not are kept in events/aside");
}

/* One message to each worker that asked. */
static void
send_answers(struct writer *w, int why)
{
	unsigned i;
	size_t k, n;

	for (i = 0; i < w->plan->count; i++) {
		n = 0;
		for (k = 0; k < w->count; k++) {
			if (w->replies[k].socket != i)
				continue;
			if (why != 0)
				w->replies[k].answer.result =
				    TSR_EVENTMAIL_FAILED;
			tsr_eventmail_answer_write(
			    w->answers + n, &w->replies[k].answer);
			n += TSR_EVENTMAIL_ANSWER;
		}
		/* Where nobody listens the senders will ask again. */
		if (n > 0)
			(void)send(w->plan->sockets[i], w->answers, n,
			    MSG_DONTWAIT | MSG_NOSIGNAL);
	}
}

static void
end_group(struct writer *w)
{
	int why = w->opened ? 0 : w->why;

	if (w->added > 0)
		why = write_streams(w, wall_clock());
	if (why != 0) {
		tsr_window_undo(&w->window, w->added);
		tsr_eventshare_add(w->plan->share, TSR_EVENTCOUNT_ERRORS, 1);
		say_error(w, why);
	} else {
		count_group(w);
	}
	send_answers(w, why);
	w->count = 0;
	w->known = w->added = 0;
	memset(w->fresh, 0, sizeof(w->fresh));
}

/* ---- the loop ---- */

/* Workers that wait for a writer that is gone are told. */
static void
say_hello(const struct writer *w)
{
	const struct tsr_eventmail_answer hello = {
	    .ticket = TSR_EVENTMAIL_HELLO};
	uint8_t message[TSR_EVENTMAIL_ANSWER];
	unsigned i;

	tsr_eventmail_answer_write(message, &hello);
	for (i = 0; i < w->plan->count; i++)
		(void)send(w->plan->sockets[i], message, sizeof(message),
		    MSG_DONTWAIT | MSG_NOSIGNAL);
}

static bool
all_gone(const struct writer *w)
{
	unsigned i;

	for (i = 0; i < w->plan->count; i++)
		if (!w->gone[i])
			return false;
	return true;
}

static void
turn(struct writer *w)
{
	struct pollfd fds[TSR_WORKERS_MAX];
	int64_t now = wall_clock();
	unsigned i, n = w->plan->count;

	for (i = 0; i < TSR_COLLECT_STREAM_COUNT && w->opened; i++)
		tsr_eventlog_turn(&w->streams[i], now, false);
	for (i = 0; i < n; i++) {
		fds[i].fd = w->gone[i] ? -1 : w->plan->sockets[i];
		fds[i].events = POLLIN;
		fds[i].revents = 0;
	}
	if (poll(fds, n, w->opened ? LOOK_MS : RETRY_MS) < 0)
		return;
	(void)open_streams(w);
	for (i = 0; i < n; i++)
		if (fds[(w->first + i) % n].revents != 0)
			take_socket(w, (w->first + i) % n);
	w->first = (w->first + 1) % n;
	if (w->count > 0)
		end_group(w);
}

int
tsr_eventwriter_run(
    struct tsr_log *log, const struct tsr_eventwriter_plan *plan)
{
	struct writer *w = tsr_memory_reserve(sizeof(*w));
	int i;

	if (w == NULL || !tsr_window_init(&w->window, TSR_EVENTS_WINDOW)) {
		tsr_log(log, "cannot start the writer: error %d", errno);
		return 3;
	}
	w->log = log;
	w->plan = plan;
	signal(SIGPIPE, SIG_IGN);
	/* A file that may not grow is an error, not the end. */
	signal(SIGXFSZ, SIG_IGN);
	w->lock = -1;
	say_hello(w);
	while (!all_gone(w))
		turn(w);
	for (i = 0; i < TSR_COLLECT_STREAM_COUNT && w->opened; i++)
		tsr_eventlog_turn(&w->streams[i], wall_clock(), true);
	return 0;
}
