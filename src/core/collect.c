/*
 * collect - what becomes of a batch of events: lines for the log, an answer.
 */
#include "core/collect.h"

#include "core/base64.h"
#include "core/client.h"
#include "core/consent.h"
#include "core/digits.h"
#include "core/journey.h"
#include "core/keep.h"
#include "core/persona.h"
#include "core/route.h"
#include "core/score.h"
#include "core/state_text.h"
#include "core/why.h"

/* What a server's token signs; another text would be another token. */
#define TOKEN_TEXT "tessera events"

/* Seconds after which a batch that could not be written may come again. */
#define RETRY_S 5

struct job {
	struct tsr_endpoint *e;
	struct tsr_collect *c;
	const struct tsr_table *t;
	bool server;	   /* the sender has a key */
	bool asking;	   /* the lines are wanted, not the answer */
	unsigned purposes; /* that are granted; bits */
	bool stateful;	   /* keep holds the visitor's state */
	struct tsr_keep keep;
	struct tsr_event_batch batch;
	struct tsr_event event;
	struct tsr_why why;
	bool seen;	      /* why is a page of ours */
	struct tsr_head text; /* c->text */
};

/* ---- who sends ---- */

size_t
tsr_collect_token(uint8_t out[TSR_COLLECT_TOKEN], const struct tsr_seal *seal)
{
	uint8_t bytes[1 + TSR_SEAL_SIZE];

	if (seal == NULL || !seal->sign(bytes + 1, bytes, seal->ctx,
				TSR_SEAL_EVENTS, TSR_LIT(TOKEN_TEXT)))
		return 0;
	return tsr_base64_write(out, tsr_span_of(bytes, sizeof(bytes)));
}

bool
tsr_collect_trusted(const struct tsr_request *request)
{
	struct tsr_span said =
	    tsr_request_param(request, TSR_LIT("HTTP_AUTHORIZATION"));
	const struct tsr_seal *seal = request->seal;
	static const char word[] = "bearer ";
	uint8_t bytes[1 + TSR_SEAL_SIZE];
	struct tsr_span token;
	size_t i;

	if (seal == NULL || said.n < sizeof(word) - 1)
		return false;
	for (i = 0; i < sizeof(word) - 1; i++)
		if (tsr_lower(said.p[i]) != (uint8_t)word[i])
			return false;
	return tsr_base64_read(&token, tsr_span_from(said, sizeof(word) - 1),
		   bytes, sizeof(bytes)) == TSR_OK &&
	       token.n == sizeof(bytes) &&
	       seal->check(seal->ctx, TSR_SEAL_EVENTS, token.p[0],
		   TSR_LIT(TOKEN_TEXT), token.p + 1);
}

/*
 * What the visitor grants. A server that passes on no cookies knows nothing of
 * consent here: it has asked before it sends, as doc/events.md says.
 */
static void
read_consent(struct job *job)
{
	const struct tsr_request *request = job->e->request;

	if (job->server &&
	    tsr_request_param(request, TSR_LIT("HTTP_COOKIE")).p == NULL &&
	    tsr_request_param(request, TSR_LIT("HTTP_SEC_GPC")).p == NULL)
		job->purposes = UINT32_MAX;
	else
		job->purposes = tsr_consent_read(job->t, request);
	job->stateful =
	    tsr_keep_open(&job->keep, job->t, request, job->purposes);
}

/* Does a person look at the site as somebody else, or is it a crawler? */
static bool
counts_not(struct job *job)
{
	const struct tsr_request *request = job->e->request;

	if (job->server)
		return false;
	return tsr_journey_is_crawler(request) ||
	       tsr_persona_read(job->e->persona, job->t, request) ==
		   TSR_LOOKED_YES;
}

/* ---- lines ---- */

static void
put(struct job *job, struct tsr_span s)
{
	tsr_head_add(&job->text, s);
}

/* A text that needs no escapes. */
static void
put_text(struct job *job, struct tsr_span name, struct tsr_span text)
{
	put(job, TSR_LIT(",\""));
	put(job, name);
	put(job, TSR_LIT("\":\""));
	put(job, text);
	put(job, TSR_LIT("\""));
}

static void
put_number(struct job *job, struct tsr_span name, uint64_t n)
{
	put(job, TSR_LIT(",\""));
	put(job, name);
	put(job, TSR_LIT("\":"));
	tsr_head_uint(&job->text, n);
}

/* Who it was: as the server says, or as the cookie does. */
static void
put_visitor(struct job *job)
{
	uint8_t text[TSR_STATE_ID_TEXT];

	if (job->event.visitor.n > 0) {
		put_text(job, TSR_LIT("visitor"), job->event.visitor);
	} else if (job->stateful && (job->keep.state.purposes &
					1u << TSR_PURPOSE_ANALYTICS) != 0) {
		tsr_base64_write(text, tsr_span_of(job->keep.state.id,
					   sizeof(job->keep.state.id)));
		put_text(
		    job, TSR_LIT("visitor"), tsr_span_of(text, sizeof(text)));
	}
}

static void
put_seen(struct job *job)
{
	uint8_t room[16];

	if (!job->seen)
		return;
	put(job, TSR_LIT(",\"seen\":{\"release\":\""));
	put(job, tsr_hex_digits(room, job->why.release));
	put(job, TSR_LIT("\""));
	put_number(job, TSR_LIT("time"), (uint64_t)job->why.time);
	put(job, TSR_LIT("}"));
}

/* The fields; of an event to be kept aside as they came. */
static void
put_fields(struct job *job)
{
	struct tsr_head *text = &job->text;
	size_t n;

	put(job, TSR_LIT(",\"f\":"));
	if (text->full)
		return;
	if (job->event.fault == TSR_EVENT_FINE)
		n = tsr_event_write(text->p + text->n, text->cap - text->n,
		    job->t, &job->event);
	else if (job->event.f.p == NULL)
		n = 0;
	else
		n = tsr_event_compact(
		    text->p + text->n, text->cap - text->n, job->event.f);
	if (n == 0 && job->event.f.p != NULL)
		text->full = true;
	text->n += n;
	if (n == 0)
		put(job, TSR_LIT("{}"));
	put(job, TSR_LIT("}\n"));
}

/* In one form, however it came. */
static void
put_id(struct job *job, const uint8_t id[TSR_EVENT_ID_SIZE])
{
	uint8_t text[TSR_EVENT_ID_TEXT];

	tsr_base64_write(text, tsr_span_of(id, TSR_EVENT_ID_SIZE));
	put_text(job, TSR_LIT("id"), tsr_span_of(text, sizeof(text)));
}

static void
put_line(struct job *job)
{
	const struct tsr_event *event = &job->event;
	/* Of the site's own pages alone: anything else may say anything. */
	struct tsr_span page =
	    event->page.n > 0 ? event->page : job->batch.page;
	uint64_t now = (uint64_t)job->e->request->now;
	uint8_t room[16];

	put(job, TSR_LIT("{\"at\":"));
	tsr_head_uint(&job->text,
	    event->at_ms > 0 && event->at_ms < now ? event->at_ms : now);
	put(job, TSR_LIT(",\"release\":\""));
	put(job, tsr_hex_digits(room, tsr_span_part(job->t->id, 0, 8)));
	put(job, TSR_LIT("\""));
	put_id(job, event->id);
	put_text(job, TSR_LIT("k"), event->name);
	put_number(job, TSR_LIT("n"), event->version);
	if (!job->server)
		put_number(job, TSR_LIT("t"), event->t);
	if (tsr_route_lookup(job->t, page) != UINT32_MAX)
		put_text(job, TSR_LIT("page"), page);
	put_visitor(job);
	put_seen(job);
	put_fields(job);
}

/* ---- counts ---- */

/* Nothing that says when within the minute, where, or by whom. */
static void
put_counts_head(struct job *job, const uint8_t id[TSR_EVENT_ID_SIZE])
{
	uint64_t now = (uint64_t)job->e->request->now;

	put(job, TSR_LIT("{\"minute\":"));
	tsr_head_uint(&job->text, now - now % 60000);
	put_id(job, id);
	put(job, TSR_LIT(",\"counts\":{\""));
}

static void
put_count(struct job *job, struct tsr_span name, uint64_t n)
{
	put(job, name);
	put(job, TSR_LIT("\":"));
	tsr_head_uint(&job->text, n);
}

/* An event of a visitor who is not followed: one more of its kind. */
static void
put_counted(struct job *job)
{
	put_counts_head(job, job->event.id);
	put_count(job, job->event.name, 1);
	put(job, TSR_LIT("}}\n"));
}

/* ---- events ---- */

/* An event for a stream: its line, or later what became of it. */
static void
enter(struct job *job, enum tsr_collect_stream stream)
{
	struct tsr_collect *c = job->c;
	unsigned i = c->count++;

	if (job->asking) {
		c->entries[i].stream = stream;
		memcpy(c->entries[i].id, job->event.id, TSR_EVENT_ID_SIZE);
		c->entries[i].n = job->text.n;
		if (stream == TSR_COLLECT_COUNTS)
			put_counted(job);
		else
			put_line(job);
		c->entries[i].n = job->text.n - c->entries[i].n;
	} else if (stream == TSR_COLLECT_EVENTS && job->stateful &&
		   (c->fresh >> i & 1) != 0) {
		(void)tsr_score_take(&job->keep.state, job->t, job->event.name,
		    job->event.f, job->e->request->now);
	}
}

static void
take_event(struct job *job)
{
	const struct tsr_event *event = &job->event;
	bool aside = tsr_event_aside(event->fault);
	uint32_t latest = tsr_event_find(job->t, event->name, 0);
	enum tsr_purpose purpose = TSR_PURPOSE_ANALYTICS;

	job->c->faults[event->fault]++;
	if (event->fault != TSR_EVENT_FINE && !aside)
		return;
	/* What a kind is for that nobody here knows is not known either. */
	if (latest != TSR_EVENT_UNKNOWN)
		purpose = tsr_event_purpose(job->t,
		    event->kind != TSR_EVENT_UNKNOWN ? event->kind : latest);
	if ((job->purposes & 1u << purpose) != 0)
		enter(job, aside ? TSR_COLLECT_ASIDE : TSR_COLLECT_EVENTS);
	else if (latest != TSR_EVENT_UNKNOWN)
		enter(job, TSR_COLLECT_COUNTS);
	else
		job->c->unknown++;
}

/* The batch's counters as one more entry. */
static void
take_counters(struct job *job)
{
	struct tsr_collect *c = job->c;
	struct tsr_collect_entry *entry = &c->entries[c->count];
	struct tsr_event_counter counter;
	size_t from = job->text.n;
	bool any = false;

	while (tsr_event_counter(&counter, &job->batch)) {
		if (counter.fault != TSR_EVENT_FINE) {
			c->faults[counter.fault]++;
			c->unknown += tsr_event_aside(counter.fault);
			continue;
		}
		if (counter.n == 0)
			continue;
		if (any)
			put(job, TSR_LIT(",\""));
		else
			put_counts_head(job, job->batch.id);
		put_count(job, counter.name, counter.n);
		any = true;
	}
	if (!any)
		return;
	put(job, TSR_LIT("}}\n"));
	entry->stream = TSR_COLLECT_COUNTS;
	memcpy(entry->id, job->batch.id, TSR_EVENT_ID_SIZE);
	entry->n = job->text.n - from;
	c->count++;
}

static void
take_batch(struct job *job)
{
	const struct tsr_seal *seal = job->e->request->seal;

	job->seen = job->batch.why.n > 0 && seal != NULL &&
		    tsr_why_read(&job->why, job->batch.why, seal) == TSR_OK;
	while (tsr_event_next(&job->event, &job->batch))
		take_event(job);
	take_counters(job);
}

/* ---- the answer ---- */

static void
refuse(struct tsr_endpoint *e, uint32_t status, uint32_t wait)
{
	e->status = status;
	if (wait == 0)
		return;
	tsr_head_add(&e->lines, TSR_LIT("Retry-After: "));
	tsr_head_uint(&e->lines, wait);
	tsr_head_add(&e->lines, TSR_LIT("\r\n"));
}

static bool
is_type(struct tsr_span value, struct tsr_span type)
{
	size_t i;

	for (i = 0; i < value.n && i < type.n; i++)
		if (tsr_lower(value.p[i]) != type.p[i])
			return false;
	return value.n == type.n;
}

/* sendBeacon sends text/plain; none at all is as good. */
static bool
is_expected(struct tsr_span value)
{
	value.n = tsr_span_find(value, ';', 0);
	while (value.n > 0 && value.p[value.n - 1] == ' ')
		value.n--;
	return value.n == 0 || is_type(value, TSR_LIT("text/plain")) ||
	       is_type(value, TSR_LIT("application/json"));
}

/* 0, or the seconds to wait. With 0 events it only asks. */
static uint32_t
may_send(const struct job *job, uint32_t events)
{
	const struct tsr_collect *c = job->c;
	struct tsr_netaddr address;
	bool known;

	if (c->allow == NULL || !job->asking)
		return 0;
	known = !job->server &&
		tsr_client_address(&address, job->t, job->e->request);
	return c->allow(c->ctx, known ? &address : NULL, events);
}

/* All is read: what it comes to. */
static void
finish(struct job *job)
{
	struct tsr_collect *c = job->c;
	uint32_t wrong = 0;
	unsigned i;

	for (i = 0; i < TSR_EVENT_FAULT_COUNT; i++)
		if (i != TSR_EVENT_FINE &&
		    !tsr_event_aside((enum tsr_event_fault)i))
			wrong += c->faults[i];
	if (job->asking && job->text.full) {
		c->count = 0;
		refuse(job->e, 413, 0);
	} else if (job->asking && c->count > 0) {
		c->n = job->text.n;
		c->step = TSR_COLLECT_WAIT;
		job->e->status = 204;
	} else if (c->count == 0 && wrong > 0) {
		refuse(job->e, 400, 0);
	} else {
		if (!job->asking && job->stateful)
			tsr_keep_close(
			    &job->e->lines, &job->keep, job->e->request);
		job->e->status = 204;
	}
}

static void
answer(struct job *job)
{
	const struct tsr_request *request = job->e->request;
	enum tsr_event_fault fault;
	uint32_t wait;

	if (!is_expected(tsr_request_param(request, TSR_LIT("CONTENT_TYPE")))) {
		refuse(job->e, 415, 0);
		return;
	}
	wait = may_send(job, 0);
	if (wait > 0) {
		refuse(job->e, 429, wait);
		return;
	}
	fault = tsr_event_open(&job->batch, job->t,
	    job->server ? TSR_EVENT_FORM_SERVER : TSR_EVENT_FORM_BROWSER,
	    request->body);
	(void)may_send(job, job->batch.count > 0 ? job->batch.count : 1);
	if (fault != TSR_EVENT_FINE) {
		job->c->faults[fault]++;
		refuse(job->e, fault == TSR_EVENT_MANY ? 413 : 400, 0);
		return;
	}
	if (counts_not(job)) {
		job->e->status = 204;
		return;
	}
	read_consent(job);
	take_batch(job);
	finish(job);
}

void
tsr_endpoint_events(struct tsr_endpoint *e)
{
	struct tsr_collect *c = e->request->collect;
	struct job job;

	e->status = 404;
	if (c == NULL)
		return;
	c->batch = true;
	if (c->step == TSR_COLLECT_FAILED) {
		refuse(e, 503, RETRY_S);
		c->status = 503;
		return;
	}
	memset(&job, 0, sizeof(job));
	job.e = e;
	job.c = c;
	job.t = &e->store->table;
	job.asking = c->step == TSR_COLLECT_ASK;
	job.server = tsr_collect_trusted(e->request);
	job.text = (struct tsr_head){c->text, 0, sizeof(c->text), false};
	c->count = 0;
	c->n = 0;
	c->unknown = 0;
	memset(c->faults, 0, sizeof(c->faults));
	answer(&job);
	c->status = c->step == TSR_COLLECT_WAIT ? 0 : e->status;
}
