/*
 * Batches of events: what is logged, counted, put aside and refused, by whom it
 * may be sent, and what the visitor's cookie gets of it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/collect.h"
#include "core/state_text.h"
#include "lib/fake_seal.h"
#include "lib/small.h"
#include "serve/eventmail.h"
#include "serve/eventshare.h"

#define OWN "HTTP_ORIGIN=https://www.example.org"
#define ALL "HTTP_COOKIE=consent=functional+analytics+personalization"
#define ID "AAECAwQFBgcICQoLDA0ODw"
#define ID2 "AAECAwQFBgcICQoLDA0ODg"
#define EVENT(id, rest) "{\"id\":\"" id "\"," rest ",\"t\":5}"
#define VIEW "\"k\":\"view\",\"n\":1"
#define BATCH(events) "{\"v\":1,\"page\":\"/a\",\"events\":[" events "]}"
#define COUNTED(events, counters)                                              \
	"{\"v\":1,\"id\":\"" ID2 "\",\"page\":\"/a\",\"events\":[" events       \
	"],\"c\":{" counters "}}"
#define COUNTS(id, counts)                                                     \
	"{\"minute\":1781524800000,\"id\":\"" id "\",\"counts\":{" counts "}}\n"
#define LINE(id, rest)                                                         \
	"{\"at\":1781524800000,\"release\":\"R\",\"id\":\"" id "\"," rest "}\n"

static struct tsr_small *s;
static struct tsr_collect *collect;
static char long_path[TSR_PATH_MAX + 1];
static uint32_t wait; /* what allow says, and what it was told */
static uint32_t asked;
static bool addressed;

static uint32_t
allow(void *ctx, const struct tsr_netaddr *address, uint32_t events)
{
	(void)ctx;
	asked += events;
	addressed = address != NULL;
	return wait;
}

static size_t
report(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	assert_true(n > 5);
	memcpy(out, "\"x\":1", 5);
	return 5;
}

static int
setup(void **state)
{
	struct tsr_item item = tsr_small_text("<h1>Home</h1>");
	static struct tsr_choice edition;

	(void)state;
	s = calloc(1, sizeof(*s));
	collect = calloc(1, sizeof(*collect));
	tsr_small_init(s, "{}");
	edition = tsr_small_choice(s, "edition", &item, 1);
	memset(long_path, 'a', TSR_PATH_MAX);
	long_path[0] = '/';
	assert_true(tsr_small_page(s, "/", &edition, 1, 0));
	assert_true(tsr_small_page(s, "/a", &edition, 1, 0));
	assert_true(tsr_small_page(s, "/b", &edition, 1, 0));
	assert_true(tsr_small_page(s, long_path, &edition, 1, 0));
	tsr_small_open(s);
	s->request.collect = collect;
	s->request.seal = &tsr_fake_seal;
	collect->allow = allow;
	collect->report = report;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	tsr_small_free(s);
	free(s);
	free(collect);
	return 0;
}

/* Post at one step; headers: up to three, NULL at the end. */
static uint32_t
post(const char *body, enum tsr_collect_step step, uint64_t fresh,
    const char *const *headers)
{
	const char *all[8];
	char length[40];
	size_t n = 0;

	s->request.body = tsr_span_of(body, strlen(body));
	snprintf(length, sizeof(length), "CONTENT_LENGTH=%zu", strlen(body));
	all[n++] = length;
	while (headers != NULL && *headers != NULL)
		all[n++] = *headers++;
	all[n] = NULL;
	collect->step = step;
	collect->fresh = fresh;
	wait = asked = 0;
	tsr_small_ask(s, "POST", "/_tessera/events", all);
	return s->answer.status;
}

/* The entries as text: a letter for the stream, then the bytes. */
static const char *
entries(void)
{
	static char out[TSR_EVENTS_TEXT];
	char release[17];
	size_t from = 0, n = 0, k;
	unsigned i;

	for (i = 0; i < 8; i++)
		snprintf(release + 2 * i, 3, "%02x",
		    s->release.store.table.id.p[i]);
	for (i = 0; i < collect->count; i++) {
		out[n++] = "EAC"[collect->entries[i].stream];
		for (k = 0; k < collect->entries[i].n; k++) {
			if (k + 16 <= collect->entries[i].n &&
			    memcmp(collect->text + from + k, release, 16) ==
				0) {
				out[n++] = 'R';
				k += 15;
				continue;
			}
			out[n++] = (char)collect->text[from + k];
		}
		from += collect->entries[i].n;
	}
	out[n] = '\0';
	return out;
}

static const struct {
	const char *body, *cookie;
	uint32_t status; /* 0: it waits for the log */
	const char *entries;
	const char *why;
} batches[] = {
    {BATCH(EVENT(ID, VIEW)), ALL, 0,
	"E" LINE(ID, VIEW ",\"t\":5,\"page\":\"/a\",\"f\":{}"), "one event"},
    {BATCH(EVENT(ID, "\"f\":{ \"depth\":40 },\"k\":\"scroll\",\"n\":1") ","
	    EVENT(ID2, VIEW)),
	ALL, 0,
	"E" LINE(ID, "\"k\":\"scroll\",\"n\":1,\"t\":5,\"page\":\"/a\","
		"\"f\":{\"depth\":40}")
	"E" LINE(ID2, VIEW ",\"t\":5,\"page\":\"/a\",\"f\":{}"), "two"},
    {BATCH(EVENT(ID, "\"k\":\"view\",\"n\":9,\"f\":{\"x\": [ 1 ]}")), ALL, 0,
	"A" LINE(ID, "\"k\":\"view\",\"n\":9,\"t\":5,\"page\":\"/a\","
		"\"f\":{\"x\":[1]}"), "a version that is not known"},
    {BATCH(EVENT(ID, "\"k\":\"wink\",\"n\":1")), ALL, 0,
	"A" LINE(ID, "\"k\":\"wink\",\"n\":1,\"t\":5,\"page\":\"/a\",\"f\":{}"),
	"a kind that is not known"},
    {BATCH(EVENT(ID, VIEW)), "X=y", 0, "C" COUNTS(ID, "\"view\":1"),
	"nobody said yes"},
    {BATCH(EVENT(ID, VIEW) "," EVENT(ID2, VIEW)),
	"HTTP_COOKIE=consent=functional", 0,
	"C" COUNTS(ID, "\"view\":1") "C" COUNTS(ID2, "\"view\":1"),
	"not to analytics: a line each, by which each counts once"},
    {BATCH(EVENT(ID, "\"k\":\"view\",\"n\":9")), "X=y", 0,
	"C" COUNTS(ID, "\"view\":1"),
	"an unknown version, counted by its kind"},
    {BATCH(EVENT(ID, "\"k\":\"wink\",\"n\":9")), "X=y", 204, "",
	"an unknown kind of somebody who is not followed"},
    {COUNTED("", "\"view\":3,\"scroll\":0,\"click\":2"), "X=y", 0,
	"C" COUNTS(ID2, "\"view\":3,\"click\":2"), "counters"},
    {COUNTED("", "\"view\":3,\"view\":4,\"click\":1"), "X=y", 0,
	"C" COUNTS(ID2, "\"view\":3,\"click\":1"), "one of them twice"},
    {COUNTED(EVENT(ID, VIEW), "\"view\":3"), "X=y", 0,
	"C" COUNTS(ID, "\"view\":1") "C" COUNTS(ID2, "\"view\":3"), "both"},
    {COUNTED(EVENT(ID, VIEW), "\"view\":3"), ALL, 0,
	"E" LINE(ID, VIEW ",\"t\":5,\"page\":\"/a\",\"f\":{}")
	"C" COUNTS(ID2, "\"view\":3"), "consent that came in between"},
    {COUNTED("", "\"view\":0"), "X=y", 204, "", "nothing is counted"},
    {COUNTED("", "\"wink\":3"), "X=y", 204, "",
	"a counter that there is not"},
    {COUNTED("", "\"signin\":3"), "X=y", 400, "", "a server's"},
    {"{\"v\":1,\"page\":\"/\",\"events\":[],\"c\":{\"view\":3}}", "X=y",
	400, "", "counters that could count twice"},
    {"{\"v\":1,\"page\":\"/a\",\"id\":\"" ID2 "\",\"events\":["
     EVENT(ID, VIEW) "]}", ALL, 0,
	"E" LINE(ID, VIEW ",\"t\":5,\"page\":\"/a\",\"f\":{}"),
	"a batch's id is nowhere where there are no counters"},
    {BATCH(""), ALL, 204, "", "nothing"},
    {BATCH(EVENT(ID, "\"k\":\"scroll\",\"n\":1,\"f\":{\"depth\":101}")), ALL,
	400, "", "wrong fields alone"},
    {BATCH(EVENT(ID, "\"k\":\"scroll\",\"n\":1,\"f\":{\"depth\":101}") ","
	    EVENT(ID2, VIEW)), ALL, 0,
	"E" LINE(ID2, VIEW ",\"t\":5,\"page\":\"/a\",\"f\":{}"),
	"wrong ones among good ones"},
    {BATCH(EVENT(ID, "\"k\":\"signin\",\"n\":1")), ALL, 400, "",
	"a server's event from a browser"},
    {BATCH(EVENT("short", VIEW)), ALL, 400, "", "no id"},
    {"{\"v\":1,\"page\":\"/reset/secret\",\"events\":[" EVENT(ID, VIEW) "]}",
	ALL, 0, "E" LINE(ID, VIEW ",\"t\":5,\"f\":{}"),
	"a page that there is not may hold anything"},
    {"{\"v\":2,\"page\":\"/\",\"events\":[]}", ALL, 400, "", "not this form"},
    {"{\"v\":1,\"page\":\"/\",\"events\":[]", ALL, 400, "", "cut off"},
    {"[[[[", ALL, 400, "", "nested"},
    {"\xff", ALL, 400, "", "no UTF-8"},
    {"", ALL, 400, "", "nothing at all"},
};

static void
test_collect_batch_becomes_entries(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(batches); i++) {
		const char *headers[] = {OWN, batches[i].cookie, NULL};
		uint32_t status =
		    post(batches[i].body, TSR_COLLECT_ASK, 0, headers);

		if (collect->step == TSR_COLLECT_WAIT)
			status = 0;
		if (status != batches[i].status ||
		    collect->status != status ||
		    strcmp(entries(), batches[i].entries) != 0)
			fail_msg("%s: %u\n%s", batches[i].why,
			    (unsigned)status, entries());
	}
}

static const struct {
	const char *headers[3];
	uint32_t status;
	const char *why;
} senders[] = {
    {{OWN, ALL}, 204, "the site's page"},
    {{"X=y", ALL}, 403, "nobody says from where"},
    {{"HTTP_ORIGIN=https://evil.example", ALL}, 403, "another site"},
    {{OWN, ALL, "CONTENT_TYPE=text/plain;charset=UTF-8"}, 204, "a beacon"},
    {{OWN, ALL, "CONTENT_TYPE=Application/JSON"}, 204, "fetch"},
    {{OWN, ALL, "CONTENT_TYPE=application/x-www-form-urlencoded"}, 415,
	"a form"},
    {{OWN, ALL, "CONTENT_TYPE=text/plainer"}, 415, "no such type"},
};

static void
test_collect_takes_batches_of_the_site_alone(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(senders); i++) {
		const char *headers[] = {senders[i].headers[0],
		    senders[i].headers[1], senders[i].headers[2], NULL};

		if (post(BATCH(EVENT(ID, VIEW)), TSR_COLLECT_ASK, 0,
			headers) != senders[i].status)
			fail_msg("%s: %u", senders[i].why,
			    (unsigned)s->answer.status);
	}
}

static void
test_collect_crawlers_and_previews_are_not_counted(void **state)
{
	static const char json[] = "{\"expires\":1781524900}";
	uint8_t token[200];
	char cookie[300];
	const char *robot[] = {OWN, ALL, "HTTP_USER_AGENT=Seekbot/1", NULL};
	const char *guest[] = {OWN, cookie, NULL};
	size_t n = tsr_persona_write(
	    token, sizeof(token), TSR_LIT(json), &tsr_fake_seal);

	(void)state;
	assert_int_equal(
	    post(BATCH(EVENT(ID, VIEW)), TSR_COLLECT_ASK, 0, robot), 204);
	assert_int_equal(collect->step, TSR_COLLECT_ASK);
	snprintf(cookie, sizeof(cookie),
	    ALL "; __Host-tessera_preview_link=%.*s", (int)n, token);
	assert_int_equal(
	    post(BATCH(EVENT(ID, VIEW)), TSR_COLLECT_ASK, 0, guest), 204);
	assert_int_equal(collect->step, TSR_COLLECT_ASK);
	assert_int_equal(collect->count, 0);
}

static void
test_collect_answer_says_what_the_log_said(void **state)
{
	const char *headers[] = {OWN, ALL, NULL};

	(void)state;
	assert_int_equal(
	    post(BATCH(EVENT(ID, VIEW)), TSR_COLLECT_DONE, 1, headers), 204);
	assert_int_equal(collect->step, TSR_COLLECT_DONE);
	assert_int_equal(
	    post(BATCH(EVENT(ID, VIEW)), TSR_COLLECT_FAILED, 0, headers), 503);
	assert_true(tsr_small_has(s, "Retry-After: 5"));
}

static void
test_collect_without_a_log_is_not_there(void **state)
{
	const char *headers[] = {OWN, ALL, NULL};

	(void)state;
	s->request.collect = NULL;
	assert_int_equal(
	    post(BATCH(EVENT(ID, VIEW)), TSR_COLLECT_ASK, 0, headers), 404);
}

static void
test_collect_rates_are_asked_before_and_told_after(void **state)
{
	const char *headers[] = {OWN, ALL, "REMOTE_ADDR=192.0.2.1", NULL};
	const char *body = BATCH(EVENT(ID, VIEW) "," EVENT(ID2, VIEW));

	(void)state;
	post(body, TSR_COLLECT_ASK, 0, headers);
	assert_int_equal(asked, 2);
	assert_true(addressed);
	post(body, TSR_COLLECT_DONE, 3, headers);
	assert_int_equal(asked, 0);
	post("{", TSR_COLLECT_ASK, 0, headers);
	assert_int_equal(asked, 1);
}

static uint32_t
deny(void *ctx, const struct tsr_netaddr *address, uint32_t events)
{
	(void)ctx;
	(void)address;
	assert_int_equal(events, 0);
	return 7;
}

static void
test_collect_too_much_is_told_when_to_come_again(void **state)
{
	const char *headers[] = {OWN, ALL, NULL};

	(void)state;
	collect->allow = deny;
	assert_int_equal(
	    post(BATCH(EVENT(ID, VIEW)), TSR_COLLECT_ASK, 0, headers), 429);
	assert_true(tsr_small_has(s, "Retry-After: 7"));
	assert_int_equal(collect->status, 429);
}

static void
test_collect_servers_have_a_key(void **state)
{
	static const char body[] = "{\"v\":1,\"events\":[{\"id\":\"" ID "\","
	    "\"k\":\"signin\",\"n\":1,\"at\":1781524700000,\"visitor\":\"" ID2
	    "\",\"page\":\"/b\"}]}";
	char said[60] = "HTTP_AUTHORIZATION=Bearer ";
	const char *headers[] = {said, NULL, NULL};
	size_t n = strlen(said);

	(void)state;
	assert_int_equal(tsr_collect_token(
	    (uint8_t *)said + n, &tsr_fake_seal), TSR_COLLECT_TOKEN);
	said[n + TSR_COLLECT_TOKEN] = '\0';
	post(body, TSR_COLLECT_ASK, 0, headers);
	assert_string_equal(entries(),
	    "E{\"at\":1781524700000,\"release\":\"R\",\"id\":\"" ID "\","
	    "\"k\":\"signin\",\"n\":1,\"page\":\"/b\",\"visitor\":\"" ID2
	    "\",\"f\":{}}\n");
	assert_false(addressed);
	/* What the visitor's own headers say counts, where they go along. */
	headers[1] = "HTTP_COOKIE=consent=none";
	post(body, TSR_COLLECT_ASK, 0, headers);
	assert_string_equal(entries(), "C" COUNTS(ID, "\"signin\":1"));
	/* Any other text is no key: then it is a page, of nowhere. */
	said[n]++;
	assert_int_equal(post(body, TSR_COLLECT_ASK, 0, headers), 403);
	said[n]--;
	said[n + TSR_COLLECT_TOKEN - 1] = '\0';
	assert_int_equal(post(body, TSR_COLLECT_ASK, 0, headers), 403);
}

static void
test_collect_numbers_are_for_who_has_the_key(void **state)
{
	char said[60] = "HTTP_AUTHORIZATION=bearer ";
	const char *headers[] = {said, NULL};
	size_t n = strlen(said);

	(void)state;
	tsr_collect_token((uint8_t *)said + n, &tsr_fake_seal);
	tsr_small_ask(s, "GET", "/_tessera/health", headers);
	assert_non_null(memmem(
	    s->body.p, s->body.n, "\"events\":{\"x\":1}}", 17));
	headers[0] = "X=y";
	tsr_small_ask(s, "GET", "/_tessera/health", headers);
	assert_null(memmem(s->body.p, s->body.n, "events", 6));
}

/* ---- as much as fits ---- */

static char *
many(char *out, unsigned count)
{
	unsigned i;

	out += sprintf(out, "{\"v\":1,\"page\":\"/a\",\"events\":[");
	for (i = 0; i < count; i++)
		out += sprintf(out, "%s" EVENT("AAECAwQFBgcICQoLDA0O%c%c", VIEW),
		    i > 0 ? "," : "", 'A' + (int)i / 16, "AQgw"[i % 4]);
	return out + sprintf(out, "]}");
}

static void
test_collect_batch_fits_and_one_event_too_many(void **state)
{
	const char *headers[] = {OWN, ALL, NULL};
	static char body[TSR_BODY_KEPT];

	(void)state;
	many(body, TSR_EVENTS_MAX);
	post(body, TSR_COLLECT_ASK, 0, headers);
	assert_int_equal(collect->step, TSR_COLLECT_WAIT);
	assert_int_equal(collect->count, TSR_EVENTS_MAX);
	many(body, TSR_EVENTS_MAX + 1);
	assert_int_equal(post(body, TSR_COLLECT_ASK, 0, headers), 413);
}

static void
test_collect_lines_that_do_not_fit_are_refused(void **state)
{
	const char *headers[] = {OWN, ALL, NULL};
	static char body[TSR_BODY_KEPT];
	char *p = body;
	unsigned i;

	(void)state;
	p += sprintf(p, "{\"v\":1,\"page\":\"%s\",\"events\":[", long_path);
	for (i = 0; i < TSR_EVENTS_MAX; i++)
		p += sprintf(p, "%s" EVENT("AAECAwQFBgcICQoLDA0O%c%c", VIEW),
		    i > 0 ? "," : "", 'A' + (int)i / 16, "AQgw"[i % 4]);
	sprintf(p, "]}");
	assert_int_equal(post(body, TSR_COLLECT_ASK, 0, headers), 413);
	assert_int_equal(collect->count, 0);
}

/* ---- messages to the writer ---- */

static void
test_eventmail_says_what_was_collected(void **state)
{
	const char *headers[] = {OWN, ALL, NULL};
	static uint8_t message[TSR_EVENTMAIL_MAX];
	struct tsr_eventmail_question q;
	struct tsr_eventmail_entry entry;
	size_t n, cut;

	(void)state;
	post(COUNTED(EVENT(ID, VIEW), "\"view\":3"), TSR_COLLECT_ASK, 0,
	    headers);
	n = tsr_eventmail_write(message, 77, collect);
	memcpy(message + n, collect->text, collect->n);
	n += collect->n;
	assert_true(tsr_eventmail_open(&q, tsr_span_of(message, n)));
	assert_int_equal(q.ticket, 77);
	assert_true(tsr_eventmail_next(&entry, &q));
	assert_int_equal(entry.stream, TSR_COLLECT_EVENTS);
	assert_int_equal(entry.id[15], 15);
	assert_int_equal(entry.bytes.p[entry.bytes.n - 1], '\n');
	assert_true(tsr_eventmail_next(&entry, &q));
	assert_int_equal(entry.stream, TSR_COLLECT_COUNTS);
	assert_int_equal(entry.id[15], 14);
	assert_true(
	    tsr_span_eq(entry.bytes, TSR_LIT(COUNTS(ID2, "\"view\":3"))));
	assert_false(tsr_eventmail_next(&entry, &q));
	for (cut = 0; cut < n; cut++)
		assert_false(
		    tsr_eventmail_open(&q, tsr_span_of(message, cut)));
	message[10] = TSR_COLLECT_STREAM_COUNT;
	assert_false(tsr_eventmail_open(&q, tsr_span_of(message, n)));
}

static void
test_eventmail_answers_come_one_after_another(void **state)
{
	struct tsr_eventmail_answer answer = {5, TSR_EVENTMAIL_FAILED, 3};
	uint8_t message[2 * TSR_EVENTMAIL_ANSWER];
	struct tsr_span rest = tsr_span_of(message, sizeof(message) - 1);

	(void)state;
	tsr_eventmail_answer_write(message, &answer);
	answer.ticket = UINT64_MAX;
	tsr_eventmail_answer_write(message + TSR_EVENTMAIL_ANSWER, &answer);
	assert_true(tsr_eventmail_answer_read(&answer, &rest));
	assert_int_equal(answer.ticket, 5);
	assert_int_equal(answer.result, TSR_EVENTMAIL_FAILED);
	assert_int_equal(answer.fresh, 3);
	assert_false(tsr_eventmail_answer_read(&answer, &rest));
}

/* ---- numbers and rates ---- */

static void
test_eventshare_counts_of_no_known_kind_are_reported(void **state)
{
	const char *headers[] = {OWN, "X=y", NULL};
	struct tsr_eventshare *share = tsr_eventshare_open(0, 0);

	(void)state;
	post(COUNTED(EVENT(ID, "\"k\":\"wink\",\"n\":1"), "\"wink\":3"),
	    TSR_COLLECT_ASK, 0, headers);
	tsr_eventshare_found(share, collect);
	assert_int_equal(share->counts[TSR_EVENTCOUNT_REFUSED +
				       TSR_EVENT_NO_KIND], 2);
	/* Those that are kept aside are the writer's to count. */
	headers[1] = ALL;
	post(BATCH(EVENT(ID, "\"k\":\"wink\",\"n\":1")), TSR_COLLECT_ASK, 0,
	    headers);
	tsr_eventshare_found(share, collect);
	assert_int_equal(share->counts[TSR_EVENTCOUNT_REFUSED +
				       TSR_EVENT_NO_KIND], 2);
}

static void
test_eventshare_says_trouble_once_a_minute(void **state)
{
	struct tsr_eventshare *share = tsr_eventshare_open(0, 0);

	(void)state;
	assert_true(tsr_eventshare_says(share, TSR_EVENTTROUBLE_DISK, 5));
	assert_false(tsr_eventshare_says(share, TSR_EVENTTROUBLE_DISK, 60004));
	assert_true(tsr_eventshare_says(share, TSR_EVENTTROUBLE_BUSY, 60004));
	assert_true(tsr_eventshare_says(share, TSR_EVENTTROUBLE_DISK, 60005));
}

static struct tsr_netaddr
address_of(const char *text)
{
	struct tsr_netaddr out;

	assert_true(
	    tsr_netaddr_read(&out, tsr_span_of(text, strlen(text)), false));
	return out;
}

static void
test_rates_give_a_burst_and_then_evenly(void **state)
{
	struct tsr_rates *rates = calloc(1, sizeof(*rates));
	struct tsr_netaddr a = address_of("192.0.2.1");
	struct tsr_netaddr b = address_of("192.0.2.2");
	uint64_t now = 1000000;
	uint32_t left, i;

	(void)state;
	tsr_rates_init(rates, 10, 0);
	for (i = 0; i < 10 * TSR_RATES_BURST_S; i++)
		assert_int_equal(tsr_rates_take(&left, rates, &a, 1, now),
		    TSR_RATES_NOBODY);
	assert_int_equal(
	    tsr_rates_take(&left, rates, &a, 0, now), TSR_RATES_SENDER);
	assert_int_equal(left, 1);
	assert_int_equal(
	    tsr_rates_take(&left, rates, &b, 1, now), TSR_RATES_NOBODY);
	now += 100000;
	assert_int_equal(
	    tsr_rates_take(&left, rates, &a, 64, now), TSR_RATES_NOBODY);
	assert_int_equal(
	    tsr_rates_take(&left, rates, &a, 0, now), TSR_RATES_SENDER);
	assert_int_equal(left, 7);
	free(rates);
}

static void
test_rates_hold_for_all_together(void **state)
{
	struct tsr_rates *rates = calloc(1, sizeof(*rates));
	uint32_t left, i;

	(void)state;
	tsr_rates_init(rates, 0, 100);
	for (i = 0; i < 100 * TSR_RATES_BURST_S; i++)
		assert_int_equal(tsr_rates_take(&left, rates, NULL, 1, 9),
		    TSR_RATES_NOBODY);
	assert_int_equal(
	    tsr_rates_take(&left, rates, NULL, 0, 9), TSR_RATES_ALL);
	free(rates);
}

static void
test_rates_know_networks_of_ipv6_and_hosts_of_ipv4(void **state)
{
	struct tsr_rates *rates = calloc(1, sizeof(*rates));
	struct tsr_netaddr one = address_of("2001:db8::1");
	struct tsr_netaddr near = address_of("2001:db8::2:1");
	struct tsr_netaddr far = address_of("2001:db8:0:1::1");
	uint32_t left;

	(void)state;
	tsr_rates_init(rates, 1, 0);
	tsr_rates_take(&left, rates, &one, 64, 9);
	assert_int_equal(
	    tsr_rates_take(&left, rates, &near, 0, 9), TSR_RATES_SENDER);
	assert_int_equal(
	    tsr_rates_take(&left, rates, &far, 0, 9), TSR_RATES_NOBODY);
	free(rates);
}

#define WITH_RELEASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_RELEASE(test_collect_batch_becomes_entries),
	    WITH_RELEASE(test_collect_takes_batches_of_the_site_alone),
	    WITH_RELEASE(test_collect_crawlers_and_previews_are_not_counted),
	    WITH_RELEASE(test_collect_answer_says_what_the_log_said),
	    WITH_RELEASE(test_collect_without_a_log_is_not_there),
	    WITH_RELEASE(test_collect_rates_are_asked_before_and_told_after),
	    WITH_RELEASE(test_collect_too_much_is_told_when_to_come_again),
	    WITH_RELEASE(test_collect_servers_have_a_key),
	    WITH_RELEASE(test_collect_numbers_are_for_who_has_the_key),
	    WITH_RELEASE(test_collect_batch_fits_and_one_event_too_many),
	    WITH_RELEASE(test_collect_lines_that_do_not_fit_are_refused),
	    WITH_RELEASE(test_eventmail_says_what_was_collected),
	    cmocka_unit_test(test_eventmail_answers_come_one_after_another),
	    WITH_RELEASE(test_eventshare_counts_of_no_known_kind_are_reported),
	    cmocka_unit_test(test_eventshare_says_trouble_once_a_minute),
	    cmocka_unit_test(test_rates_give_a_burst_and_then_evenly),
	    cmocka_unit_test(test_rates_hold_for_all_together),
	    cmocka_unit_test(
		test_rates_know_networks_of_ipv6_and_hosts_of_ipv4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
