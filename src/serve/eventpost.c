/*
 * eventpost - a worker's side of the log of events.
 */
#include "serve/eventpost.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/uio.h>

static uint32_t
allow(void *ctx, const struct tsr_netaddr *address, uint32_t events)
{
	struct tsr_eventpost *post = ctx;
	int64_t now = tsr_log_clock();
	uint32_t wait;

	if (tsr_rates_take(&wait, &post->share->rates, address, events,
		(uint64_t)now * 1000) == TSR_RATES_ALL &&
	    tsr_eventshare_says(post->share, TSR_EVENTTROUBLE_RATE, now))
		tsr_log(post->log,
		    "more than %u events a second come: some "
		    "are told to wait",
		    post->share->rates.of_all);
	return wait;
}

static size_t
report(void *ctx, uint8_t *out, size_t n)
{
	const struct tsr_eventpost *post = ctx;

	return tsr_eventshare_json(out, n, post->share);
}

void
tsr_eventpost_init(struct tsr_eventpost *post, struct tsr_log *log,
    struct tsr_eventshare *share, int fd)
{
	post->log = log;
	post->share = share;
	post->fd = fd;
	/* Answers to the worker that was here before are not ours. */
	if (getrandom(&post->serial, sizeof(post->serial), 0) == -1)
		post->serial = (uint32_t)tsr_log_clock();
	post->first = post->serial;
	post->collect.allow = allow;
	post->collect.report = report;
	post->collect.ctx = post;
}

void
tsr_eventpost_lend(struct tsr_request *request, struct tsr_eventpost *post,
    enum tsr_collect_step step, uint64_t fresh)
{
	request->collect = NULL;
	if (post->share == NULL)
		return;
	post->collect.step = step;
	post->collect.fresh = fresh;
	post->collect.batch = false;
	post->collect.status = 0;
	request->collect = &post->collect;
}

void
tsr_eventpost_found(struct tsr_eventpost *post)
{
	tsr_eventshare_found(post->share, &post->collect);
}

void
tsr_eventpost_lost(struct tsr_eventpost *post)
{
	tsr_eventshare_add(post->share, TSR_EVENTCOUNT_UNWRITTEN, 1);
}

bool
tsr_eventpost_ask(uint64_t *ticket, struct tsr_eventpost *post, uint32_t who)
{
	const struct tsr_collect *collect = &post->collect;
	uint8_t head[TSR_EVENTMAIL_HEAD];
	struct iovec iov[2] = {{.iov_base = head},
	    {.iov_base = post->collect.text, .iov_len = collect->n}};
	struct msghdr message = {.msg_iov = iov, .msg_iovlen = 2};
	ssize_t n;

	*ticket = (uint64_t)++post->serial << 32 | who;
	iov[0].iov_len = tsr_eventmail_write(head, *ticket, collect);
	do {
		n = sendmsg(post->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (n == -1 && errno == EINTR);
	if (n >= 0)
		return true;
	if (tsr_eventshare_says(
		post->share, TSR_EVENTTROUBLE_BUSY, tsr_log_clock()))
		tsr_log(post->log, "the writer of events does not keep up: %s",
		    strerror(errno));
	return false;
}

bool
tsr_eventpost_before(uint64_t ticket, uint64_t other)
{
	return (uint32_t)(other >> 32) - (uint32_t)(ticket >> 32) - 1 <
	    UINT32_MAX / 2;
}

/* A new writer answers what waits for it; what the last one had, nobody. */
static void
ask_nothing(struct tsr_eventpost *post)
{
	uint8_t message[10] = {0};

	tsr_put64(message, (uint64_t)++post->serial << 32 | UINT32_MAX);
	(void)send(post->fd, message, sizeof(message),
	    MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Is it an answer to this worker, and not to one before it? */
static bool
is_ours(struct tsr_eventpost *post, const struct tsr_eventmail_answer *answer)
{
	if (answer->ticket == TSR_EVENTMAIL_HELLO) {
		ask_nothing(post);
		return false;
	}
	return (uint32_t)(answer->ticket >> 32) - post->first <=
	    post->serial - post->first;
}

bool
tsr_eventpost_hear(
    struct tsr_eventmail_answer *out, struct tsr_eventpost *post)
{
	ssize_t n;

	for (;;) {
		if (tsr_eventmail_answer_read(out, &post->left)) {
			if (is_ours(post, out))
				return true;
			continue;
		}
		n = recv(post->fd, post->answers, sizeof(post->answers),
		    MSG_DONTWAIT);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		post->left = tsr_span_of(post->answers, (size_t)n);
	}
}
