/*
 * pump - the bytes of one connection, in and out.
 */
#include "serve/pump.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "serve/fault.h"
#include "serve/memory.h"

/* The reply area keeps this much memory between requests. */
#define AREA_KEPT ((size_t)1024 * 1024)

static void
watch(struct tsr_worker *w, struct tsr_conn *conn, int op, uint32_t events)
{
	struct epoll_event event = {.events = events};

	event.data.u32 = tsr_slots_number(&w->slots, conn);
	if (epoll_ctl(w->epoll, op, conn->fd, &event) == -1)
		tsr_log(w->log, "epoll_ctl: error %d", errno);
}

void
tsr_pump_open(struct tsr_worker *w, struct tsr_conn *conn, int fd)
{
	tsr_fcgi_init(&conn->fcgi, w->store, w->slots.count, w->log->trace);
	conn->fcgi.kept = tsr_slots_body(&w->slots, conn);
	conn->fd = fd;
	conn->stored = false;
	conn->close = false;
	conn->deaf = false;
	conn->in_n = 0;
	conn->out_n = 0;
	conn->out_done = 0;
	tsr_slots_move(&w->slots, conn, TSR_SLOTS_READING, w->now);
	watch(w, conn, EPOLL_CTL_ADD, EPOLLIN);
}

/* What a body of this many bytes took is given back. */
static void
drop_body(struct tsr_worker *w, struct tsr_conn *conn, size_t n)
{
	if (n > 0)
		tsr_memory_release(tsr_slots_body(&w->slots, conn),
		    n > TSR_BODY_KEPT ? TSR_BODY_KEPT : n);
}

/* The parameters lie in the worker's store again; give back our own. */
static void
drop_store(struct tsr_worker *w, struct tsr_conn *conn)
{
	if (conn->stored)
		tsr_memory_release(
		    tsr_slots_params(&w->slots, conn), TSR_PARAMS_MAX);
	conn->stored = false;
	conn->fcgi.store = w->store;
}

void
tsr_pump_close(struct tsr_worker *w, struct tsr_conn *conn)
{
	drop_store(w, conn);
	drop_body(w, conn, conn->fcgi.kept_n);
	if (conn->in_n > 0)
		tsr_memory_release(
		    tsr_slots_input(&w->slots, conn), conn->in_n);
	if (conn->out_n > 0) {
		tsr_memory_release(
		    tsr_slots_output(&w->slots, conn), conn->out_n);
		w->pending -= conn->out_n;
	}
	close(conn->fd);
	conn->fd = -1;
	tsr_slots_move(&w->slots, conn, TSR_SLOTS_FREE, w->now);
}

/* ---- out ---- */

/* Keep what is behind the first done bytes of the frame. */
static void
keep_rest(struct tsr_worker *w, struct tsr_conn *conn, size_t done)
{
	const struct tsr_frame *frame = &w->frame;
	uint8_t *out = tsr_slots_output(&w->slots, conn);
	struct tsr_conn *oldest;
	size_t n;
	int i;

	conn->out_n = 0;
	conn->out_done = 0;
	for (i = 0; i < frame->count; i++) {
		n = frame->iov[i].iov_len;
		if (done >= n) {
			done -= n;
			continue;
		}
		memcpy(out + conn->out_n,
		    (const uint8_t *)frame->iov[i].iov_base + done, n - done);
		conn->out_n += n - done;
		done = 0;
	}
	w->pending += conn->out_n;
	tsr_slots_move(&w->slots, conn, TSR_SLOTS_WRITING, w->now);
	watch(w, conn, EPOLL_CTL_MOD, EPOLLOUT);
	while (w->pending > TSR_PENDING_MAX) {
		oldest = tsr_slots_oldest(&w->slots, TSR_SLOTS_WRITING);
		if (oldest == conn)
			break;
		tsr_log(w->log, "closed a slow reader: too much waits");
		tsr_pump_close(w, oldest);
	}
}

/*
 * Send the worker's frame. False when the connection is gone or has to wait:
 * then nothing more may be done with it now.
 */
static bool
send_frame(struct tsr_worker *w, struct tsr_conn *conn)
{
	struct msghdr message = {0};
	ssize_t n;

	message.msg_iov = w->frame.iov;
	message.msg_iovlen = (size_t)w->frame.count;
	do {
		/* As writev, but a peer that has left raises no signal. */
		n = sendmsg(conn->fd, &message, MSG_NOSIGNAL);
	} while (n == -1 && errno == EINTR);
	if (n == -1 && errno != EAGAIN) {
		tsr_pump_close(w, conn);
		return false;
	}
	if (n == -1)
		n = 0;
	if ((size_t)n < w->frame.total) {
		keep_rest(w, conn, (size_t)n);
		return false;
	}
	if (conn->close) {
		tsr_pump_close(w, conn);
		return false;
	}
	return true;
}

/* ---- requests ---- */

static void
make(void *ctx)
{
	struct tsr_worker *w = ctx;
	const struct tsr_release *release = &w->releases[w->current];

	w->request.weights = tsr_weights_bind(
	    &w->weights, w->weights_share, &release->store.table);
	w->request.profiles = &w->profiles.profiles;
	w->err = tsr_reply_make(&w->reply, release, &w->request);
	if (w->err == TSR_OK)
		tsr_decisions_make(&w->decisions, &w->reply.answer);
}

/* Somebody cut off a file of our release: the parent knows what to do. */
static void
tell_fault(struct tsr_worker *w)
{
	uint8_t tell = TSR_TELL_FAULT;

	if (w->fault_told)
		return;
	tsr_log(w->log, "the release was cut off while it was read");
	(void)send(w->parent, &tell, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	w->fault_told = true;
}

/* Have the parameters answered; 0, or the status to say instead. */
static uint32_t
make_reply(struct tsr_worker *w, struct tsr_span params)
{
	struct timespec t;
	enum tsr_err err;

	err = tsr_fcgi_params(
	    w->params, &w->request.count, TSR_PARAM_COUNT_MAX, params);
	if (err != TSR_OK)
		return err == TSR_LONG ? 431 : 400;
	if (!w->have_release)
		return 503;
	clock_gettime(CLOCK_REALTIME, &t);
	w->request.params = w->params;
	tsr_keys_lend(&w->request, &w->keys);
	tsr_past_lend(&w->request, &w->past);
	w->request.now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	if (!tsr_fault_run(make, w)) {
		tell_fault(w);
		return 500;
	}
	if (w->err == TSR_OK) {
		tsr_decisions_write(&w->decisions, w->request.now, w->log);
		return 0;
	}
	tsr_log(w->log, "no reply: %s", tsr_err_text(w->err));
	return 500;
}

/*
 * Have the request at hand answered; 0, or the status to say instead. Events:
 * how far they are, and which are new.
 */
static uint32_t
make_step(struct tsr_worker *w, const struct tsr_conn *conn,
    enum tsr_collect_step step, uint64_t fresh)
{
	const struct tsr_fcgi *fcgi = &conn->fcgi;
	size_t kept = fcgi->kept_n;

	w->request.body_long = kept > TSR_BODY_KEPT;
	w->request.body =
	    tsr_span_of(fcgi->kept, w->request.body_long ? 0 : kept);
	tsr_eventpost_lend(&w->request, &w->events, step, fresh);
	return make_reply(w, tsr_span_of(fcgi->store, fcgi->store_n));
}

/* Send the reply that was made, or with a status one that says it. */
static bool
send_reply(struct tsr_worker *w, struct tsr_conn *conn, uint32_t status)
{
	struct tsr_fcgi *fcgi = &conn->fcgi;
	size_t kept = fcgi->kept_n;
	bool fine;

	if (status != 0)
		tsr_reply_error(&w->reply, status);
	tsr_frame_reply(
	    &w->frame, fcgi->id, w->reply.area, w->reply.bytes.n);
	conn->close = !fcgi->keep || w->stopping;
	tsr_fcgi_done(fcgi);
	drop_store(w, conn);
	drop_body(w, conn, kept);
	/* What follows is a new request, with a patience of its own. */
	if (conn->list != TSR_SLOTS_IDLE)
		tsr_slots_move(&w->slots, conn, TSR_SLOTS_IDLE, w->now);
	fine = send_frame(w, conn);
	if (w->reply.bytes.n > AREA_KEPT)
		tsr_memory_release(
		    w->reply.area + AREA_KEPT, TSR_REPLY_AREA - AREA_KEPT);
	return fine;
}

/*
 * The events of the request at hand are for the log. True: they are on their
 * way to it, and the connection waits.
 */
static bool
wait_for_log(struct tsr_worker *w, struct tsr_conn *conn)
{
	if (!tsr_eventpost_ask(&conn->ticket, &w->events,
		tsr_slots_number(&w->slots, conn)))
		return false;
	conn->deaf = false;
	tsr_slots_move(&w->slots, conn, TSR_SLOTS_LOGGING, w->now);
	return true;
}

/* Answer the request at hand: with this status, or 0: with its page. */
static bool
reply(struct tsr_worker *w, struct tsr_conn *conn, uint32_t status)
{
	const struct tsr_collect *collect = &w->events.collect;

	if (status == 0) {
		status = make_step(w, conn, TSR_COLLECT_ASK, 0);
		if (collect->batch)
			tsr_eventpost_found(&w->events);
		if (status == 0 && collect->step == TSR_COLLECT_WAIT) {
			if (wait_for_log(w, conn))
				return false;
			tsr_eventpost_lost(&w->events);
			status = make_step(w, conn, TSR_COLLECT_FAILED, 0);
		}
	}
	return send_reply(w, conn, status);
}

/* ---- in ---- */

static void
trace(struct tsr_worker *w, struct tsr_conn *conn)
{
	const uint8_t *h = conn->fcgi.header;

	tsr_log_trace(w->log, "%u: %s id %d, %d bytes, %d padding",
	    tsr_slots_number(&w->slots, conn), tsr_fcgi_type_name(h[1]),
	    h[2] << 8 | h[3], conn->fcgi.content, conn->fcgi.padding);
}

/* Do what an event asks for. False: the connection is gone or waits. */
static bool
act(struct tsr_worker *w, struct tsr_conn *conn, enum tsr_fcgi_event event)
{
	switch (event) {
	case TSR_FCGI_MORE:
		return true;
	case TSR_FCGI_RECORD:
		trace(w, conn);
		return true;
	case TSR_FCGI_CONTROL:
		conn->close = conn->fcgi.close;
		/* An aborted request: its body is wanted no more. */
		if (conn->fcgi.id == 0)
			drop_body(w, conn, TSR_BODY_KEPT);
		tsr_frame_raw(&w->frame,
		    tsr_span_of(conn->fcgi.control, conn->fcgi.control_n));
		return send_frame(w, conn);
	case TSR_FCGI_REQUEST:
		return reply(w, conn, 0);
	case TSR_FCGI_TOO_LONG:
		return reply(w, conn, 431);
	case TSR_FCGI_TOO_BIG:
		return reply(w, conn, 413);
	case TSR_FCGI_BROKEN:
		break;
	}
	tsr_log(w->log, "closed a connection that does not speak FastCGI");
	tsr_pump_close(w, conn);
	return false;
}

/*
 * The connection waits, for input or for its output. An unfinished request
 * moves out of the worker's store, which the next connection will write to.
 */
static void
keep_store(struct tsr_worker *w, struct tsr_conn *conn)
{
	struct tsr_fcgi *fcgi = &conn->fcgi;

	if (fcgi->store_n == 0 || conn->stored)
		return;
	fcgi->store = tsr_slots_params(&w->slots, conn);
	memcpy(fcgi->store, w->store, fcgi->store_n);
	conn->stored = true;
}

/* All input is used up: the patience for what comes next begins. */
static void
settle(struct tsr_worker *w, struct tsr_conn *conn)
{
	keep_store(w, conn);
	if (tsr_fcgi_idle(&conn->fcgi))
		tsr_slots_move(&w->slots, conn, TSR_SLOTS_IDLE, w->now);
	else if (conn->list != TSR_SLOTS_READING)
		tsr_slots_move(&w->slots, conn, TSR_SLOTS_READING, w->now);
}

static void
feed(struct tsr_worker *w, struct tsr_conn *conn, struct tsr_span in)
{
	enum tsr_fcgi_event event;

	do {
		event = tsr_fcgi_read(&conn->fcgi, &in);
		if (!act(w, conn, event)) {
			if (conn->list != TSR_SLOTS_WRITING &&
			    conn->list != TSR_SLOTS_LOGGING)
				return;
			/* Wait with the rest: for the peer, or for the log. */
			keep_store(w, conn);
			memcpy(tsr_slots_input(&w->slots, conn), in.p, in.n);
			conn->in_n = in.n;
			return;
		}
	} while (event != TSR_FCGI_MORE);
	settle(w, conn);
}

void
tsr_pump_readable(struct tsr_worker *w, struct tsr_conn *conn)
{
	ssize_t n;

	n = read(conn->fd, w->input, sizeof(w->input));
	if (n > 0)
		feed(w, conn, tsr_span_of(w->input, (size_t)n));
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		tsr_pump_close(w, conn);
}

/* Go on with the input that waited. */
static void
feed_waiting(struct tsr_worker *w, struct tsr_conn *conn)
{
	uint8_t *waiting = tsr_slots_input(&w->slots, conn);
	size_t n = conn->in_n;

	conn->in_n = 0;
	memcpy(w->input, waiting, n);
	if (n > 0)
		tsr_memory_release(waiting, n);
	feed(w, conn, tsr_span_of(w->input, n));
}

/* All is written. */
static void
resume(struct tsr_worker *w, struct tsr_conn *conn)
{
	tsr_memory_release(tsr_slots_output(&w->slots, conn), conn->out_n);
	w->pending -= conn->out_n;
	conn->out_n = 0;
	if (conn->close) {
		tsr_pump_close(w, conn);
		return;
	}
	watch(w, conn, EPOLL_CTL_MOD, EPOLLIN);
	feed_waiting(w, conn);
}

void
tsr_pump_logged(struct tsr_worker *w, struct tsr_conn *conn,
    const struct tsr_eventmail_answer *answer)
{
	bool kept = answer->result == TSR_EVENTMAIL_KEPT;
	uint32_t status;

	if (!kept)
		tsr_eventpost_lost(&w->events);
	status = make_step(w, conn,
	    kept ? TSR_COLLECT_DONE : TSR_COLLECT_FAILED, answer->fresh);
	if (conn->deaf)
		watch(w, conn, EPOLL_CTL_MOD, EPOLLIN);
	if (send_reply(w, conn, status))
		feed_waiting(w, conn);
}

void
tsr_pump_deafen(struct tsr_worker *w, struct tsr_conn *conn)
{
	/* epoll reports the peer's end whatever it was asked for. */
	if (conn->deaf) {
		tsr_pump_close(w, conn);
		return;
	}
	conn->deaf = true;
	watch(w, conn, EPOLL_CTL_MOD, 0);
}

void
tsr_pump_writable(struct tsr_worker *w, struct tsr_conn *conn)
{
	uint8_t *out = tsr_slots_output(&w->slots, conn);
	ssize_t n;

	n = send(conn->fd, out + conn->out_done, conn->out_n - conn->out_done,
	    MSG_NOSIGNAL);
	if (n == -1 && errno != EAGAIN && errno != EINTR) {
		tsr_pump_close(w, conn);
		return;
	}
	if (n > 0)
		conn->out_done += (size_t)n;
	if (conn->out_done == conn->out_n)
		resume(w, conn);
}
