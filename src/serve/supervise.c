/*
 * supervise - the parent: keeps workers alive and tells them what to serve.
 */
#include "serve/supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/limits.h"
#include "serve/current.h"
#include "serve/eventpairs.h"
#include "serve/eventwriter.h"
#include "serve/notify.h"
#include "serve/weights.h"
#include "serve/worker.h"

struct child {
	pid_t pid; /* 0: it is not running */
	int socket;
	bool ready; /* it has taken a release */
	int64_t started, start_at;
	int64_t wait; /* the last pause before a start */
};

struct parent {
	struct tsr_log *log;
	const struct tsr_supervise_plan *plan;
	struct tsr_current current;
	struct tsr_weights_watch weights;
	struct child children[TSR_WORKERS_MAX];
	struct child writer; /* of events; it has no socket to us */
	struct tsr_eventshare *events; /* NULL: none are taken */
	struct tsr_eventpairs pairs;
	struct tsr_share *share;
	int signals;
	int64_t now;
	bool told_ready; /* systemd knows */
	struct tsr_keys keys; /* as the file was when it was last good */
	int64_t keys_at;      /* when to look at it again */
	bool stopping;
	int64_t stop_at;
};

/* ---- workers ---- */

static void
tell(const struct child *child, const char *path)
{
	char message[PATH_MAX + 1];
	size_t n = strlen(path);

	message[0] = TSR_TELL_RELEASE;
	memcpy(message + 1, path, n);
	(void)send(child->socket, message, n + 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* In a child: forget what is the parent's. */
static void
be_child(struct parent *parent, struct tsr_log *log, char *name, size_t n)
{
	sigset_t none;
	unsigned i;

	for (i = 0; i < parent->plan->workers; i++)
		if (parent->children[i].pid != 0)
			close(parent->children[i].socket);
	close(parent->signals);
	/*
	 * A terminal and systemd signal the whole group: the parent hears it
	 * too and tells us what to do.
	 */
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	snprintf(name, n, "tessera-fcgi[%ld]", (long)getpid());
	tsr_log_init(log, name, parent->log->trace);
}

/* In the child: serve. */
static _Noreturn void
work(struct parent *parent, unsigned number, int socket)
{
	struct tsr_worker_plan plan = {.listener = parent->plan->listener,
	    .parent = socket,
	    .connections = parent->plan->connections,
	    .state = parent->plan->state,
	    .keys = parent->plan->keys,
	    .log_rate = parent->plan->log_rate,
	    .share = parent->share,
	    .weights = parent->weights.share,
	    .events = parent->events,
	    .writer = parent->events == NULL ? -1 : parent->pairs.worker[number],
	    .number = number,
	    .release = parent->current.served.path};
	struct tsr_log log;
	char name[48];

	be_child(parent, &log, name, sizeof(name));
	tsr_eventpairs_be_worker(&parent->pairs, number);
	_exit(tsr_worker_run(&log, &plan));
}

static void
start_worker(struct parent *parent, unsigned number)
{
	struct child *child = &parent->children[number];
	int pair[2];
	pid_t pid;

	child->started = parent->now;
	child->start_at = parent->now + TSR_WORKER_WAIT_MAX_MS;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		return;
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		work(parent, number, pair[1]);
	}
	close(pair[1]);
	if (pid == -1) {
		tsr_log(parent->log, "cannot start a worker: error %d", errno);
		close(pair[0]);
		return;
	}
	child->pid = pid;
	child->socket = pair[0];
	child->ready = false;
}

/* In the child: write events. */
static _Noreturn void
write_events(struct parent *parent)
{
	struct tsr_eventwriter_plan plan = {.state = parent->plan->state,
	    .sockets = parent->pairs.writer,
	    .count = parent->pairs.count,
	    .sync = parent->plan->events_sync,
	    .share = parent->events};
	struct tsr_log log;
	char name[48];

	be_child(parent, &log, name, sizeof(name));
	tsr_eventpairs_drop_workers(&parent->pairs);
	close(parent->plan->listener);
	_exit(tsr_eventwriter_run(&log, &plan));
}

static void
start_writer(struct parent *parent)
{
	struct child *child = &parent->writer;
	pid_t pid;

	if (parent->events == NULL || child->pid != 0 ||
	    parent->now < child->start_at)
		return;
	child->started = parent->now;
	child->start_at = parent->now + TSR_WORKER_WAIT_MAX_MS;
	pid = fork();
	if (pid == 0)
		write_events(parent);
	if (pid == -1)
		tsr_log(parent->log, "cannot start the writer: error %d", errno);
	else
		child->pid = pid;
}

static void
start_workers(struct parent *parent)
{
	unsigned i;

	for (i = 0; i < parent->plan->workers; i++)
		if (parent->children[i].pid == 0 &&
		    parent->now >= parent->children[i].start_at)
			start_worker(parent, i);
}

/* When is a child that ended started again? */
static void
plan_next(struct parent *parent, struct child *child, const char *what,
    int status)
{
	bool good = parent->now - child->started >= TSR_WORKER_GOOD_MS;

	if (good)
		child->wait = 0;
	else if (child->wait == 0)
		child->wait = TSR_WORKER_WAIT_MS;
	else if (child->wait < TSR_WORKER_WAIT_MAX_MS / 2)
		child->wait *= 2;
	else
		child->wait = TSR_WORKER_WAIT_MAX_MS;
	child->start_at = parent->now + child->wait;
	if (WIFSIGNALED(status))
		tsr_log(parent->log,
		    "%s was ended by signal %d; the next in %lld ms", what,
		    WTERMSIG(status), (long long)child->wait);
	else
		tsr_log(parent->log,
		    "%s ended with code %d; the next in %lld ms", what,
		    WEXITSTATUS(status), (long long)child->wait);
}

static void
worker_ended(struct parent *parent, struct child *child, int status)
{
	child->pid = 0;
	close(child->socket);
	tsr_share_put(
	    parent->share, (unsigned)(child - parent->children), 0, false);
	if (!parent->stopping)
		plan_next(parent, child, "a worker", status);
}

static void
writer_ended(struct parent *parent, int status)
{
	parent->writer.pid = 0;
	/* When it stops it ends last, and well. */
	if (!parent->stopping || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		plan_next(
		    parent, &parent->writer, "the writer of events", status);
}

static void
hear_worker(struct parent *parent, struct child *child)
{
	char said;

	/* When it is gone, SIGCHLD says so. */
	if (recv(child->socket, &said, 1, MSG_DONTWAIT) != 1)
		return;
	if (said == TSR_TELL_READY)
		child->ready = true;
	else
		tsr_current_doubt(&parent->current);
}

static void
tell_all(struct parent *parent)
{
	unsigned i;

	for (i = 0; i < parent->plan->workers; i++)
		if (parent->children[i].pid != 0)
			tell(&parent->children[i], parent->current.served.path);
}

/*
 * Look whether the file of keys has changed, and have the workers read it.
 * With mistakes in it, the keys that are there stay.
 */
static void
look_keys(struct parent *parent)
{
	char said = TSR_TELL_KEYS;
	unsigned i;

	if (parent->plan->keys == NULL || parent->now < parent->keys_at ||
	    !tsr_keys_changed(&parent->keys, parent->plan->keys))
		return;
	if (!tsr_keys_read(&parent->keys, parent->log, parent->plan->keys)) {
		parent->keys_at = parent->now + TSR_RETRY_MS;
		return;
	}
	for (i = 0; i < parent->plan->workers; i++)
		if (parent->children[i].pid != 0)
			(void)send(parent->children[i].socket, &said, 1,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* systemd is told once, when every worker can answer. */
static void
tell_ready(struct parent *parent)
{
	unsigned i;

	for (i = 0; i < parent->plan->workers; i++)
		if (!parent->children[i].ready)
			return;
	if (!parent->told_ready)
		tsr_notify("READY=1");
	parent->told_ready = true;
}

/* ---- signals ---- */

static void
stop(struct parent *parent)
{
	char said = TSR_TELL_STOP;
	unsigned i;

	if (!parent->stopping)
		tsr_notify("STOPPING=1");
	for (i = 0; i < parent->plan->workers; i++) {
		if (parent->children[i].pid == 0)
			continue;
		if (parent->stopping)
			kill(parent->children[i].pid, SIGKILL);
		else
			(void)send(parent->children[i].socket, &said, 1,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
	}
	parent->stopping = true;
	/* A little longer than the workers take. */
	parent->stop_at = parent->now + TSR_STOP_MS + 1000;
}

static void
reap(struct parent *parent)
{
	struct child *child;
	int status;
	pid_t pid;
	unsigned i;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (tsr_current_child(
			&parent->current, pid, status, parent->now))
			tell_all(parent);
		for (i = 0; i < parent->plan->workers; i++) {
			child = &parent->children[i];
			if (child->pid == pid)
				worker_ended(parent, child, status);
		}
		if (parent->writer.pid == pid)
			writer_ended(parent, status);
	}
}

static void
hear_signals(struct parent *parent)
{
	struct signalfd_siginfo info;

	while (read(parent->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			reap(parent);
		else if (info.ssi_signo == SIGHUP) {
			parent->keys_at = 0;
			tsr_current_look(&parent->current, parent->now, true);
		} else
			stop(parent);
	}
}

static enum tsr_err
block_signals(struct parent *parent)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		return TSR_IO;
	signal(SIGPIPE, SIG_IGN);
	parent->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return parent->signals == -1 ? TSR_IO : TSR_OK;
}

/* ---- the loop ---- */

static void
wait_for_something(struct parent *parent)
{
	struct pollfd fds[TSR_WORKERS_MAX + 1];
	unsigned i, n = parent->plan->workers;

	for (i = 0; i < n; i++) {
		/* poll passes over a negative descriptor. */
		fds[i].fd = parent->children[i].pid == 0
		    ? -1
		    : parent->children[i].socket;
		fds[i].events = POLLIN;
		fds[i].revents = 0;
	}
	fds[n].fd = parent->signals;
	fds[n].events = POLLIN;
	fds[n].revents = 0;
	if (poll(fds, n + 1, TSR_LOOK_MS) <= 0) {
		parent->now = tsr_log_clock();
		return;
	}
	parent->now = tsr_log_clock();
	for (i = 0; i < n; i++)
		if ((fds[i].revents & POLLIN) != 0)
			hear_worker(parent, &parent->children[i]);
	if (fds[n].revents != 0)
		hear_signals(parent);
}

static bool
all_gone(const struct parent *parent)
{
	unsigned i;

	for (i = 0; i < parent->plan->workers; i++)
		if (parent->children[i].pid != 0)
			return false;
	return true;
}

/* What the events need, where there is a state. */
static bool
open_events(struct parent *parent)
{
	const struct tsr_supervise_plan *plan = parent->plan;

	if (plan->state == NULL)
		return true;
	parent->events =
	    tsr_eventshare_open(plan->events_each, plan->events_all);
	return parent->events != NULL &&
	    tsr_eventpairs_open(&parent->pairs, plan->workers);
}

/* Wait for what still runs, until it is time to end. */
static void
wait_for_end(struct parent *parent)
{
	while (!all_gone(parent) && parent->now < parent->stop_at)
		wait_for_something(parent);
	if (!all_gone(parent)) {
		tsr_log(parent->log, "a worker did not stop in time");
		stop(parent);
	}
	/* Nobody sends events any more: the writer ends when it is done. */
	tsr_eventpairs_drop_workers(&parent->pairs);
	tsr_eventpairs_drop_writer(&parent->pairs);
	while (parent->writer.pid != 0 && parent->now < parent->stop_at)
		wait_for_something(parent);
}

int
tsr_supervise(struct tsr_log *log, const struct tsr_supervise_plan *plan)
{
	struct parent parent = {.log = log, .plan = plan};

	parent.now = tsr_log_clock();
	tsr_current_init(&parent.current, log, plan->release);
	parent.current.keyless = plan->keys == NULL;
	parent.share = tsr_share_open(plan->workers);
	if (parent.share == NULL || block_signals(&parent) != TSR_OK ||
	    !open_events(&parent) ||
	    !tsr_weights_watch_init(&parent.weights, log, plan->state)) {
		tsr_log(log, "cannot start: error %d", errno);
		return 3;
	}
	if (plan->keys != NULL)
		(void)tsr_keys_read(&parent.keys, log, plan->keys);
	tsr_current_look(&parent.current, parent.now, true);
	tsr_weights_look(&parent.weights);
	while (!parent.stopping) {
		start_writer(&parent);
		/* The first workers wait for the first check. */
		if (parent.current.served.path[0] != '\0')
			start_workers(&parent);
		else if (parent.current.checker == 0)
			return 1;
		wait_for_something(&parent);
		tell_ready(&parent);
		tsr_current_look(&parent.current, parent.now, false);
		look_keys(&parent);
		tsr_weights_look(&parent.weights);
	}
	wait_for_end(&parent);
	return 0;
}
