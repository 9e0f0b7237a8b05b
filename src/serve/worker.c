/*
 * worker - one process that answers: its connections and its release.
 */
#include "serve/worker.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/fault.h"
#include "serve/memory.h"
#include "serve/pump.h"

/* What an epoll event is about when it is no slot. */
#define ABOUT_LISTENER (UINT32_MAX - 1)
#define ABOUT_PARENT (UINT32_MAX - 2)
#define ABOUT_BELL (UINT32_MAX - 3)
#define ABOUT_WRITER (UINT32_MAX - 4)

#define EVENTS 64

static enum tsr_err
watch(struct tsr_worker *w, int fd, uint32_t about, uint32_t events)
{
	struct epoll_event event = {.events = events};

	event.data.u32 = about;
	return epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &event) == -1 ? TSR_IO
								    : TSR_OK;
}

/* ---- the release ---- */

struct opening {
	struct tsr_release *release;
	const char *dir;
	enum tsr_err err;
};

static void
open_release(void *ctx)
{
	struct opening *opening = ctx;

	opening->err = tsr_release_open(
	    opening->release, opening->dir, TSR_RELEASE_QUICK, NULL);
}

/*
 * Serve the release at dir from now on; what is served stays when it cannot be
 * opened. The parent checked it deeply, so a quick look is enough here.
 */
static void
take_release(struct tsr_worker *w, const char *dir)
{
	unsigned next = 1 - w->current;
	struct opening opening = {
	    .release = &w->releases[next], .dir = dir, .err = TSR_IO};
	uint8_t tell = TSR_TELL_READY;

	if (tsr_fault_run(open_release, &opening) && opening.err == TSR_OK) {
		tsr_release_close(&w->releases[w->current]);
		w->current = next;
		w->have_release = true;
		tsr_past_begin(&w->past, dir);
		w->weights.number = 0;
		w->fault_told = false;
	} else {
		tsr_log(w->log, "cannot open the release: %s",
		    tsr_err_text(opening.err));
		tell = TSR_TELL_DAMAGED;
	}
	(void)send(w->parent, &tell, 1, MSG_NOSIGNAL);
}

/* ---- connections ---- */

static void
arm(struct tsr_worker *w, bool on)
{
	if (on == w->armed || w->listener == -1)
		return;
	if (!on)
		epoll_ctl(w->epoll, EPOLL_CTL_DEL, w->listener, NULL);
	else if (watch(w, w->listener, ABOUT_LISTENER,
		     EPOLLIN | EPOLLEXCLUSIVE) != TSR_OK)
		return;
	w->armed = on;
	tsr_share_put(w->share, w->number, w->slots.used, on);
}

/*
 * The slot for one more connection: a free one, or that of the oldest idle
 * connection, or that of a request that has dawdled. NULL: all are busy.
 */
static struct tsr_conn *
find_room(const struct tsr_worker *w)
{
	struct tsr_conn *conn;

	conn = tsr_slots_oldest(&w->slots, TSR_SLOTS_FREE);
	if (conn != NULL)
		return conn;
	conn = tsr_slots_oldest(&w->slots, TSR_SLOTS_IDLE);
	if (conn != NULL)
		return conn;
	conn = tsr_slots_oldest(&w->slots, TSR_SLOTS_READING);
	if (conn != NULL && w->now - conn->since < TSR_HURRY_MS)
		return NULL;
	return conn;
}

/* One connection a round: the others are for the other workers. */
static bool
take_connection(struct tsr_worker *w)
{
	struct tsr_conn *conn = find_room(w);
	int fd;

	if (conn == NULL) {
		arm(w, false);
		return false;
	}
	fd = accept4(w->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd == -1) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
		    errno == ENOBUFS) {
			tsr_log(w->log, "cannot accept: error %d", errno);
			w->rest_until = w->now + TSR_LOOK_MS;
			arm(w, false);
		}
		return false;
	}
	/* Only now: another worker may have been faster than we. */
	if (conn->list != TSR_SLOTS_FREE)
		tsr_pump_close(w, conn);
	tsr_pump_open(w, conn, fd);
	if (tsr_share_enough(w->share, w->number, w->slots.used))
		arm(w, false);
	else
		tsr_share_call(w->share, w->number, w->slots.used);
	return true;
}

/* What waits in the backlog is still ours to answer. */
static void
stop(struct tsr_worker *w)
{
	if (w->stopping)
		return;
	w->stopping = true;
	w->stop_at = w->now + TSR_STOP_MS;
	while (w->listener != -1 && w->slots.used < w->slots.count &&
	    take_connection(w))
		;
	arm(w, false);
	close(w->listener);
	w->listener = -1;
}

static void
hear_parent(struct tsr_worker *w)
{
	uint8_t message[PATH_MAX + 2];
	ssize_t n;

	n = recv(w->parent, message, sizeof(message) - 1, MSG_DONTWAIT);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		/* The parent is gone: nobody would restart or stop us. */
		epoll_ctl(w->epoll, EPOLL_CTL_DEL, w->parent, NULL);
		stop(w);
		return;
	}
	message[n] = '\0';
	if (message[0] == TSR_TELL_RELEASE)
		take_release(w, (const char *)message + 1);
	else if (message[0] == TSR_TELL_KEYS)
		(void)tsr_keys_read(&w->keys, w->log, w->keys_path);
	else if (message[0] == TSR_TELL_STOP)
		stop(w);
}

/* Another worker rang: this turn ends by looking whether to listen again. */
static void
silence_bell(const struct tsr_worker *w)
{
	uint64_t rung;
	ssize_t n;

	n = read(w->share->workers[w->number].bell, &rung, sizeof(rung));
	(void)n;
}

/* What is in the log now can be answered. */
static void
hear_writer(struct tsr_worker *w)
{
	const struct tsr_eventmail_answer lost = {
	    .result = TSR_EVENTMAIL_FAILED};
	struct tsr_eventmail_answer answer;
	struct tsr_conn *conn;

	while (tsr_eventpost_hear(&answer, &w->events)) {
		/* They are in the order in which they were asked. */
		for (;;) {
			conn = tsr_slots_oldest(&w->slots, TSR_SLOTS_LOGGING);
			if (conn == NULL ||
			    !tsr_eventpost_before(conn->ticket, answer.ticket))
				break;
			tsr_pump_logged(w, conn, &lost);
		}
		if (conn != NULL && conn->ticket == answer.ticket)
			tsr_pump_logged(w, conn, &answer);
	}
}

/* ---- time ---- */

static const int64_t patience[TSR_SLOTS_COUNT] = {
    [TSR_SLOTS_IDLE] = TSR_IDLE_MS,
    [TSR_SLOTS_READING] = TSR_HEADER_MS,
    [TSR_SLOTS_LOGGING] = TSR_EVENTS_WAIT_MS,
    [TSR_SLOTS_WRITING] = TSR_WRITE_MS,
};

/* Milliseconds until something runs out; -1: nothing does. */
static int
time_left(const struct tsr_worker *w)
{
	const struct tsr_conn *conn;
	int64_t left, least = w->stopping ? w->stop_at - w->now : INT64_MAX;
	int list;

	for (list = TSR_SLOTS_IDLE; list < TSR_SLOTS_COUNT; list++) {
		conn = tsr_slots_oldest(&w->slots, (enum tsr_slots_list)list);
		if (conn == NULL)
			continue;
		left = conn->since + patience[list] - w->now;
		least = left < least ? left : least;
	}
	/* Who does not listen looks again whether that is still right. */
	if (!w->armed && w->listener != -1 && least > TSR_LOOK_MS)
		least = TSR_LOOK_MS;
	if (least == INT64_MAX)
		return -1;
	return least < 0 ? 0 : (int)least;
}

/* Close what has run out of patience; what waits for the log is told so. */
static void
expire(struct tsr_worker *w)
{
	const struct tsr_eventmail_answer late = {
	    .result = TSR_EVENTMAIL_FAILED};
	struct tsr_conn *conn;
	int list;

	for (list = TSR_SLOTS_IDLE; list < TSR_SLOTS_COUNT; list++) {
		for (;;) {
			conn = tsr_slots_oldest(
			    &w->slots, (enum tsr_slots_list)list);
			if (conn == NULL ||
			    w->now - conn->since < patience[list])
				break;
			if (list == TSR_SLOTS_LOGGING)
				tsr_pump_logged(w, conn, &late);
			else
				tsr_pump_close(w, conn);
		}
	}
}

/* ---- the loop ---- */

static void
dispatch(struct tsr_worker *w, uint32_t about)
{
	struct tsr_conn *conn;

	if (about == ABOUT_LISTENER) {
		if (w->listener != -1)
			take_connection(w);
	} else if (about == ABOUT_PARENT) {
		hear_parent(w);
	} else if (about == ABOUT_BELL) {
		silence_bell(w);
	} else if (about == ABOUT_WRITER) {
		hear_writer(w);
	} else {
		/* A connection may have been closed earlier in this round. */
		conn = &w->slots.conns[about];
		if (conn->list == TSR_SLOTS_WRITING)
			tsr_pump_writable(w, conn);
		else if (conn->list == TSR_SLOTS_LOGGING)
			tsr_pump_deafen(w, conn);
		else if (conn->list != TSR_SLOTS_FREE)
			tsr_pump_readable(w, conn);
	}
}

/*
 * Listen again when there is room and no other worker is to be preferred. When
 * nothing at all happened for a while, take what waits in any case: the
 * others may be busy or dead.
 */
static void
listen_again(struct tsr_worker *w, bool quiet)
{
	if (w->armed || w->stopping || w->now < w->rest_until ||
	    find_room(w) == NULL)
		return;
	if (!tsr_share_enough(w->share, w->number, w->slots.used))
		arm(w, true);
	else if (quiet)
		take_connection(w);
}

/* One wait and what it brought; the number of events. */
static int
turn(struct tsr_worker *w, int timeout)
{
	struct epoll_event events[EVENTS];
	uint32_t used = w->slots.used;
	int i, n;

	n = epoll_wait(w->epoll, events, EVENTS, timeout);
	w->now = tsr_log_clock();
	for (i = 0; i < n; i++)
		dispatch(w, events[i].data.u32);
	expire(w);
	listen_again(w, n == 0);
	if (w->slots.used != used)
		tsr_share_put(w->share, w->number, w->slots.used, w->armed);
	return n;
}

/*
 * After stop(): what can be read is read first, so that no request is lost
 * that came before we close; idle connections are closed then.
 */
static void
finish(struct tsr_worker *w)
{
	struct tsr_conn *conn;

	while (turn(w, 0) > 0 && w->now < w->stop_at)
		;
	for (;;) {
		conn = tsr_slots_oldest(&w->slots, TSR_SLOTS_IDLE);
		while (conn != NULL) {
			tsr_pump_close(w, conn);
			conn = tsr_slots_oldest(&w->slots, TSR_SLOTS_IDLE);
		}
		if (w->slots.used == 0 || w->now >= w->stop_at)
			break;
		turn(w, time_left(w));
	}
	if (w->slots.used > 0)
		tsr_log(w->log, "stopped with %u connections open",
		    w->slots.used);
}

static enum tsr_err
start(struct tsr_worker *w, const struct tsr_worker_plan *plan)
{
	/* The area is page-aligned; a record's header goes before it. */
	uint8_t *area = tsr_memory_reserve(
	    TSR_MEMORY_PAGE + TSR_REPLY_AREA + TSR_FRAME_BEHIND);

	if (area == NULL ||
	    tsr_slots_init(&w->slots, plan->connections) != TSR_OK)
		return TSR_IO;
	w->reply.area = area + TSR_MEMORY_PAGE;
	w->listener = plan->listener;
	w->parent = plan->parent;
	w->share = plan->share;
	w->number = plan->number;
	w->weights_share = plan->weights;
	w->weights.log = w->log;
	tsr_profile_desk_init(&w->profiles, &tsr_profile_none, w->log);
	w->now = tsr_log_clock();
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (w->epoll == -1 ||
	    watch(w, w->parent, ABOUT_PARENT, EPOLLIN) != TSR_OK ||
	    watch(w, w->share->workers[w->number].bell, ABOUT_BELL, EPOLLIN) !=
		TSR_OK)
		return TSR_IO;
	tsr_eventpost_init(&w->events, w->log, plan->events, plan->writer);
	if (plan->events != NULL &&
	    watch(w, plan->writer, ABOUT_WRITER, EPOLLIN) != TSR_OK)
		return TSR_IO;
	tsr_decisions_init(&w->decisions, plan->state, plan->log_rate);
	tsr_fault_init();
	signal(SIGPIPE, SIG_IGN);
	w->keys_path = plan->keys;
	if (plan->keys != NULL)
		(void)tsr_keys_read(&w->keys, w->log, plan->keys);
	take_release(w, plan->release);
	arm(w, true);
	return w->armed ? TSR_OK : TSR_IO;
}

int
tsr_worker_run(struct tsr_log *log, const struct tsr_worker_plan *plan)
{
	struct tsr_worker *w = tsr_memory_reserve(sizeof(*w));

	if (w != NULL)
		w->log = log;
	if (w == NULL || start(w, plan) != TSR_OK) {
		tsr_log(log,
		    "cannot start: error %d (fewer --connections need less)",
		    errno);
		return 3;
	}
	while (!w->stopping)
		turn(w, time_left(w));
	finish(w);
	return 0;
}
