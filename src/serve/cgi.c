/*
 * cgi - answer the one request that the environment holds (RFC 3875).
 */
#include "serve/cgi.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/collect.h"
#include "core/endpoint.h"
#include "serve/eventdirect.h"
#include "serve/decisions.h"
#include "serve/fault.h"
#include "serve/keys.h"
#include "serve/memory.h"
#include "serve/options.h"
#include "serve/past.h"
#include "serve/profile.h"
#include "serve/reply.h"
#include "serve/weights.h"

struct job {
	const char *dir;
	enum tsr_err opened, made;
	struct tsr_release release;
	struct tsr_request request;
	struct tsr_param params[TSR_PARAM_COUNT_MAX];
	struct tsr_reply reply;
	struct tsr_keys keys;
	struct tsr_past_keeper past;
	const char *state; /* a folder, or NULL */
	struct tsr_log *log;
	struct tsr_weights_bound weights;
	struct tsr_decisions decisions;
	struct tsr_profile_desk profiles;
	struct tsr_collect collect;
	uint8_t body[TSR_BODY_KEPT];
};

bool
tsr_cgi_wanted(void)
{
	return getenv("GATEWAY_INTERFACE") != NULL ||
	    getenv("REQUEST_METHOD") != NULL;
}

/* The environment as parameters, under the caps of FastCGI. */
static enum tsr_err
read_environment(struct tsr_param *out, size_t *count, char *const *environment)
{
	size_t i, n, total = 0;
	const char *equals;

	*count = 0;
	for (i = 0; environment[i] != NULL; i++) {
		equals = strchr(environment[i], '=');
		if (equals == NULL)
			continue;
		n = strlen(environment[i]);
		total += n;
		if (total > TSR_PARAMS_MAX || *count == TSR_PARAM_COUNT_MAX)
			return TSR_LONG;
		out[*count].name = tsr_span_of(
		    environment[i], (size_t)(equals - environment[i]));
		out[*count].value =
		    tsr_span_of(equals + 1, n - out[*count].name.n - 1);
		(*count)++;
	}
	return TSR_OK;
}

/* CONTENT_LENGTH, at most one more than is kept; 0 when it is no number. */
static size_t
content_length(const struct tsr_request *request)
{
	struct tsr_span s =
	    tsr_request_param(request, TSR_LIT("CONTENT_LENGTH"));
	size_t n = 0, i;

	for (i = 0; i < s.n && n <= TSR_BODY_KEPT; i++) {
		if (!tsr_is_digit(s.p[i]))
			return 0;
		n = n * 10 + (size_t)(s.p[i] - '0');
	}
	return n > TSR_BODY_KEPT ? TSR_BODY_KEPT + 1 : n;
}

/*
 * The body of a POST below /_tessera/, from descriptor 0. One that ends early
 * or dawdles is as long as what has come: not what it promised.
 */
static void
read_body(struct job *job)
{
	struct tsr_request *request = &job->request;
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	int64_t until = tsr_log_clock() + TSR_HEADER_MS, left;
	size_t want, have = 0;
	ssize_t n = 1;

	if (!tsr_span_eq(
		tsr_request_param(request, TSR_LIT("REQUEST_METHOD")),
		TSR_LIT("POST")) ||
	    !tsr_endpoint_is(tsr_request_target(request)))
		return;
	want = content_length(request);
	request->body_long = want > TSR_BODY_KEPT;
	while (!request->body_long && have < want && n > 0) {
		left = until - tsr_log_clock();
		if (left <= 0 || poll(&in, 1, (int)left) == 0)
			break;
		n = read(STDIN_FILENO, job->body + have, want - have);
		if (n == -1 && errno == EINTR)
			n = 1;
		else if (n > 0)
			have += (size_t)n;
	}
	request->body = tsr_span_of(job->body, have);
}

static void
work(void *ctx)
{
	struct job *job = ctx;

	job->opened = tsr_release_open(
	    &job->release, job->dir, TSR_RELEASE_QUICK, NULL);
	if (job->opened == TSR_OK && job->state != NULL)
		job->request.weights = tsr_weights_read(&job->weights, job->log,
		    job->state, &job->release.store.table);
	if (job->opened == TSR_OK)
		job->made = tsr_reply_make(
		    &job->reply, &job->release, &job->request);
	if (job->opened == TSR_OK && job->made == TSR_OK)
		tsr_decisions_make(&job->decisions, &job->reply.answer);
}

/* What part of the views is logged; a word that is no number: nothing. */
static void
begin_log(struct job *job)
{
	const char *text = getenv("TESSERA_LOG_DECISIONS");
	uint64_t rate = 0;

	if (text != NULL && !tsr_serve_options_rate(&rate, text))
		tsr_log(job->log, "TESSERA_LOG_DECISIONS is no number from 0 "
				  "to 1");
	if (rate > 0 && job->state == NULL)
		tsr_log(job->log,
		    "TESSERA_LOG_DECISIONS needs TESSERA_STATE");
	tsr_decisions_init(&job->decisions, job->state, rate);
}

static void
answer(void *ctx)
{
	struct job *job = ctx;

	job->made =
	    tsr_reply_make(&job->reply, &job->release, &job->request);
}

/* Log the events that came, and have that answered. False: cut off. */
static bool
log_events(struct job *job)
{
	if (job->made != TSR_OK || job->collect.step != TSR_COLLECT_WAIT)
		return true;
	job->collect.step = tsr_eventdirect_write(&job->collect, job->log,
		job->state, job->request.now)
	    ? TSR_COLLECT_DONE
	    : TSR_COLLECT_FAILED;
	return tsr_fault_run(answer, job);
}

/* Make the reply; 0, or the status to say instead. */
static uint32_t
make_reply(struct tsr_log *log, struct job *job)
{
	const char *keys;
	struct timespec t;

	if (read_environment(job->params, &job->request.count, environ) !=
	    TSR_OK)
		return 431;
	if (job->dir == NULL) {
		tsr_log(log, "no release: TESSERA_RELEASE is not set");
		return 503;
	}
	clock_gettime(CLOCK_REALTIME, &t);
	job->request.params = job->params;
	keys = getenv("TESSERA_KEYS");
	if (keys != NULL && tsr_keys_start() &&
	    tsr_keys_read(&job->keys, log, keys))
		tsr_keys_lend(&job->request, &job->keys);
	tsr_past_begin(&job->past, job->dir);
	tsr_past_lend(&job->request, &job->past);
	tsr_profile_desk_init(&job->profiles, &tsr_profile_none, log);
	job->request.profiles = &job->profiles.profiles;
	read_body(job);
	job->request.now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	if (job->state != NULL)
		job->request.collect = &job->collect;
	tsr_fault_init();
	if (!tsr_fault_run(work, job) || !log_events(job)) {
		tsr_log(log, "%s: cut off while it was read", job->dir);
		return 500;
	}
	if (job->opened != TSR_OK) {
		tsr_log(log, "%s: %s", job->dir,
		    job->opened == TSR_IO ? strerror(errno)
					  : tsr_err_text(job->opened));
		return 503;
	}
	if (job->made != TSR_OK)
		tsr_log(log, "no reply: %s", tsr_err_text(job->made));
	return job->made == TSR_OK ? 0 : 500;
}

static bool
put(struct tsr_span s)
{
	ssize_t n;

	while (s.n > 0) {
		n = write(STDOUT_FILENO, s.p, s.n);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		s = tsr_span_from(s, (size_t)n);
	}
	return true;
}

int
tsr_cgi_run(struct tsr_log *log, const char *dir)
{
	struct job *job = tsr_memory_reserve(sizeof(*job));
	uint32_t status;

	if (job != NULL)
		job->reply.area = tsr_memory_reserve(TSR_REPLY_AREA);
	if (job == NULL || job->reply.area == NULL) {
		tsr_log(log, "no memory");
		return 3;
	}
	job->dir = dir;
	job->state = getenv("TESSERA_STATE");
	if (job->state != NULL && job->state[0] == '\0')
		job->state = NULL;
	job->log = log;
	begin_log(job);
	status = make_reply(log, job);
	if (status != 0)
		tsr_reply_error(&job->reply, status);
	if (!put(job->reply.bytes))
		return 3;
	tsr_decisions_write(&job->decisions, job->request.now, log);
	return 0;
}
