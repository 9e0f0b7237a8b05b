/*
 * The visitor state: what a page view changes, what consent leaves, how it
 * becomes a cookie and that nothing but our own cookie becomes a state.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/base64.h"
#include "core/journey.h"
#include "core/state_text.h"
#include "lib/fake_seal.h"
#include "lib/guard.h"

#define ALL 15u
#define FUNCTIONAL 3u
#define ANALYTICS 5u
#define PERSONAL 9u
#define NOW 1781524800000

static struct tsr_param params[4];
static uint8_t dice[TSR_RANDOM_SIZE] = "0123456789abcdef";

static struct tsr_span
text(const char *s)
{
	return tsr_span_of(s, strlen(s));
}

/* A request so many seconds after NOW. */
static struct tsr_request
request(int64_t seconds, const char *query, const char *referrer)
{
	struct tsr_request r = {.params = params, .count = 3,
	    .now = NOW + seconds * 1000, .random = dice};

	params[0] = (struct tsr_param){TSR_LIT("QUERY_STRING"), text(query)};
	params[1] = (struct tsr_param){TSR_LIT("HTTP_REFERER"), text(referrer)};
	params[2] = (struct tsr_param){
	    TSR_LIT("HTTP_HOST"), TSR_LIT("www.Shop.example:8080")};
	return r;
}

static void
view(struct tsr_state *s, int64_t seconds, unsigned purposes,
    const char *query, const char *referrer)
{
	struct tsr_request r = request(seconds, query, referrer);

	(void)tsr_state_restrict(s, purposes);
	tsr_journey_view(s, &r, purposes, 180);
}

/* "field=value" of a state, for messages and rows. */
static void
shows(const struct tsr_state *s, int64_t seconds, const char *key,
    const char *want, const char *why)
{
	uint8_t room[TSR_STATE_ID_TEXT];
	struct tsr_value v;
	char got[64];

	tsr_state_value(&v, s, text(key), NOW + seconds * 1000, room);
	if (v.kind == TSR_VALUE_STRING)
		(void)snprintf(got, sizeof(got), "%.*s", (int)v.string.n,
		    (const char *)v.string.p);
	else if (v.kind == TSR_VALUE_NUMBER)
		(void)snprintf(got, sizeof(got), "%.17g", v.number);
	else
		(void)snprintf(got, sizeof(got), "%s",
		    v.kind == TSR_VALUE_MISSING ? "missing"
			: v.boolean		? "true"
						: "false");
	if (strcmp(got, want) != 0)
		fail_msg("%s: %s is %s, not %s", why, key, got, want);
}

static void
test_state_views_count_sessions_and_visits(void **state)
{
	struct tsr_state s = {0};

	(void)state;
	view(&s, 0, ALL, "", "");
	shows(&s, 0, "visits", "1", "the first page is the first visit");
	shows(&s, 0, "pages", "1", "and counts itself");
	shows(&s, 0, "returning", "false", "nobody returns at once");
	shows(&s, 0, "id", "MDEyMzQ1Njc4OWFiY2RlZg", "the id is the dice's");
	view(&s, 1799, ALL, "", "");
	shows(&s, 1799, "visits", "1", "29:59 later it is the same session");
	shows(&s, 1799, "session.pages", "2", "of two pages");
	shows(&s, 1805, "session.seconds", "1805", "that lasts");
	view(&s, 1799 + 1800, ALL, "", "");
	shows(&s, 3599, "visits", "2", "30 minutes later it is another");
	shows(&s, 3599, "session.pages", "1", "which begins anew");
	shows(&s, 3599, "pages", "3", "while all pages count on");
	shows(&s, 3599, "returning", "true", "now they have returned");
	shows(&s, 3 * 86400, "days-since-first", "3", "days are whole");
	shows(&s, 0, "first-seen", "1781524800", "in seconds");
	shows(&s, 0, "nothing", "missing", "no such field");
	shows(&s, 0, "counter.", "missing", "a counter has a name");
	view(&s, -5000, ALL, "", "");
	shows(&s, 3599, "visits", "2", "a host's slow clock ends no session");
	assert_int_equal(s.issued, NOW / 1000 + 3599);
	assert_int_equal(s.expires - s.issued, 180 * 86400);
}

static void
test_state_journey_keeps_how_it_began(void **state)
{
	struct tsr_state s = {0};

	(void)state;
	view(&s, 0, ALL, "utm_campaign=spring+sale&utm_medium=Email", "");
	shows(&s, 0, "entry.campaign", "spring sale", "decoded");
	shows(&s, 0, "entry.referrer", "email", "by the medium");
	view(&s, 10, ALL, "", "https://www.google.de/");
	shows(&s, 10, "entry.campaign", "spring sale", "kept in the session");
	shows(&s, 10, "entry.referrer", "email", "kept too");
	view(&s, 20, ALL, "utm_campaign=b", "https://news.t.co/x");
	shows(&s, 20, "entry.campaign", "b", "a new campaign: a new journey");
	shows(&s, 20, "entry.referrer", "social", "begun otherwise");
	shows(&s, 20, "visits", "1", "but no new visit");
	view(&s, 2000, ALL, "", "");
	shows(&s, 2000, "entry.campaign", "missing", "gone with the session");
	shows(&s, 2000, "entry.referrer", "direct", "the next came so");
	view(&s, 2001, ALL,
	    "utm_campaign=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa%C3%A9", "");
	shows(&s, 2001, "entry.campaign",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "39 bytes fit, the character that would be 40 and 41 does not");
	view(&s, 2002, ALL, "utm_campaign=%FF", "");
	assert_int_equal(s.campaign_n, 39);
}

static void
test_state_referrer_has_its_class(void **state)
{
	static const struct {
		const char *query, *referrer;
		enum tsr_entry_kind want;
		const char *why;
	} rows[] = {
	    {"", "", TSR_ENTRY_DIRECT, "nothing was said"},
	    {"", "https://www.google.co.uk/url?q=a", TSR_ENTRY_SEARCH,
		"all countries"},
	    {"", "https://mail.google.com/", TSR_ENTRY_EMAIL, "before search"},
	    {"", "https://DuckDuckGo.com/", TSR_ENTRY_SEARCH, "any case"},
	    {"", "https://notbing.com/", TSR_ENTRY_OTHER, "whole labels"},
	    {"", "https://google.evil-site.example/", TSR_ENTRY_OTHER,
		"a country is short"},
	    {"", "https://lm.facebook.com/l.php", TSR_ENTRY_SOCIAL, "below it"},
	    {"", "https://www.shop.example/a", TSR_ENTRY_INTERNAL,
		"our own host, without its port"},
	    {"", "android-app://com.google", TSR_ENTRY_OTHER, "no web page"},
	    {"", "https://", TSR_ENTRY_OTHER, "no host"},
	    {"utm_medium=cpc", "https://t.co/", TSR_ENTRY_SEARCH,
		"the medium is said by whoever made the link"},
	    {"utm_medium=banner", "https://t.co/", TSR_ENTRY_OTHER,
		"even when we do not know it"},
	    {"utm_medium=", "https://t.co/", TSR_ENTRY_SOCIAL, "unless empty"},
	};
	struct tsr_request r;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		r = request(0, rows[i].query, rows[i].referrer);
		if (tsr_journey_entry(&r) != rows[i].want)
			fail_msg("%s: %s", rows[i].referrer, rows[i].why);
	}
}

static void
test_state_without_consent_groups_are_not_there(void **state)
{
	struct tsr_state s = {0};

	(void)state;
	view(&s, 0, FUNCTIONAL, "utm_campaign=a", "");
	assert_int_equal(s.expires - s.issued, TSR_SESSION_SECONDS);
	shows(&s, 0, "id", "missing", "only the session is kept");
	shows(&s, 0, "visits", "missing", "no history");
	shows(&s, 0, "session.pages", "1", "but pages of the session");
	view(&s, 1, ALL, "", "");
	shows(&s, 1, "visits", "1", "what is granted later begins then");
	shows(&s, 1, "session.pages", "2", "beside what was there");
	assert_true(tsr_state_counter_put(&s, 7, 3));
	tsr_state_bucket_put(&s, (struct tsr_bucket){.experiment = 5});
	assert_true(tsr_state_restrict(&s, FUNCTIONAL));
	assert_false(tsr_state_restrict(&s, FUNCTIONAL));
	assert_int_equal(s.bucket_count + s.counter_count + s.visits, 0);
	assert_false(tsr_state_counter_put(&s, 7, 3));
	tsr_state_bucket_put(&s, (struct tsr_bucket){.experiment = 5});
	assert_null(tsr_state_bucket(&s, 5));
	view(&s, 2, ANALYTICS, "", "");
	shows(&s, 2, "entry.campaign", "missing", "withdrawn: gone");
	shows(&s, 2, "id", "MDEyMzQ1Njc4OWFiY2RlZg", "a new id");
	shows(&s, 2, "returning", "missing", "not false: nobody knows");
	view(&s, 3, PERSONAL, "", "");
	shows(&s, 3, "visits", "1", "one");
	assert_int_equal(s.purposes, 8);
}

static void
test_state_places_fit_and_one_too_many(void **state)
{
	struct tsr_state s = {.purposes = 14};
	struct tsr_bucket b = {0};
	uint32_t i;

	(void)state;
	for (i = 0; i < TSR_COUNTERS_MAX; i++)
		assert_true(tsr_state_counter_put(&s, 100 - i, i + 1));
	assert_false(tsr_state_counter_put(&s, 500, 1));
	assert_true(tsr_state_counter_put(&s, 100, 9));
	assert_int_equal(tsr_state_counter(&s, 100), 9);
	assert_true(tsr_state_counter_put(&s, 99, 0));
	assert_true(tsr_state_counter_put(&s, 500, 1));
	assert_int_equal(tsr_state_counter(&s, 99), 0);
	for (i = 0; i < TSR_BUCKETS_MAX; i++) {
		b.experiment = 1000 - i;
		b.day = (uint16_t)(i + 1);
		b.ended = i == 7;
		tsr_state_bucket_put(&s, b);
	}
	b.experiment = 5;
	b.day = 50;
	b.ended = false;
	tsr_state_bucket_put(&s, b);
	assert_null(tsr_state_bucket(&s, 993));
	assert_non_null(tsr_state_bucket(&s, 1000));
	b.experiment = 6;
	tsr_state_bucket_put(&s, b);
	assert_null(tsr_state_bucket(&s, 1000));
	b.arm = 3;
	tsr_state_bucket_put(&s, b);
	assert_int_equal(tsr_state_bucket(&s, 6)->arm, 3);
	assert_int_equal(s.bucket_count, TSR_BUCKETS_MAX);
}

/* A state with everything at its longest. */
static void
fill(struct tsr_state *s)
{
	uint32_t i;

	memset(s, 0, sizeof(*s));
	s->purposes = 14;
	s->issued = NOW / 1000;
	s->expires = s->issued + TSR_STATE_DAYS_MAX * 86400;
	s->session_pages = s->visits = s->pages = UINT32_MAX;
	s->entry = TSR_ENTRY_OTHER;
	s->campaign_n = TSR_CAMPAIGN_MAX;
	memset(s->campaign, 'c', sizeof(s->campaign));
	memcpy(s->id, dice, sizeof(s->id));
	s->counter_count = TSR_COUNTERS_MAX;
	for (i = 0; i < TSR_COUNTERS_MAX; i++)
		s->counters[i] = (struct tsr_counter){i, UINT32_MAX};
	s->bucket_count = TSR_BUCKETS_MAX;
	for (i = 0; i < TSR_BUCKETS_MAX; i++)
		s->buckets[i] = (struct tsr_bucket){i, 65535, 255,
		    (uint16_t)(20000 + i), i % 4 == 0};
}

static void
test_state_full_cookie_drops_ended_and_oldest_buckets(void **state)
{
	uint8_t out[TSR_STATE_TEXT];
	struct tsr_state s, back;
	size_t n;
	uint32_t i;

	(void)state;
	fill(&s);
	n = tsr_state_write(out, &s, &tsr_fake_seal);
	assert_in_range(n, TSR_STATE_TEXT - 14, TSR_STATE_TEXT);
	assert_in_range(s.bucket_count, 10, TSR_BUCKETS_MAX - 1);
	for (i = 0; i < s.bucket_count; i++)
		assert_false(s.buckets[i].ended);
	assert_int_equal(s.buckets[i - 1].experiment, TSR_BUCKETS_MAX - 1);
	assert_int_equal(tsr_state_read(&back, tsr_span_of(out, n),
			     &tsr_fake_seal, NOW),
	    TSR_OK);
	assert_memory_equal(&s.purposes, &back.purposes, sizeof(s.purposes));
	assert_int_equal(back.bucket_count, s.bucket_count);
	assert_int_equal(back.counters[15].value, UINT32_MAX);
	assert_int_equal(back.first_seen, 0);
}

static void
test_state_full_cookie_keeps_all_scores(void **state)
{
	uint8_t out[TSR_STATE_TEXT];
	struct tsr_state s, back;
	uint32_t i;
	size_t n;

	(void)state;
	fill(&s);
	for (i = 0; i < TSR_VECTORS_MAX; i++)
		assert_true(tsr_state_points_put(&s, (struct tsr_points){
		    (uint16_t)(65535 - i), TSR_SCORE_CAP * 256, 0}));
	assert_false(tsr_state_points_put(&s, (struct tsr_points){1, 1, 0}));
	assert_true(tsr_state_points_put(&s, (struct tsr_points){1, 0, 0}));
	n = tsr_state_write(out, &s, &tsr_fake_seal);
	assert_in_range(n, 1, TSR_STATE_TEXT);
	assert_int_equal(tsr_state_read(&back, tsr_span_of(out, n),
			     &tsr_fake_seal, NOW),
	    TSR_OK);
	assert_int_equal(back.counter_count, TSR_COUNTERS_MAX);
	assert_int_equal(back.points_count, TSR_VECTORS_MAX);
	for (i = 0; i < TSR_VECTORS_MAX; i++)
		assert_int_equal(tsr_state_points(&back,
			(uint16_t)(65535 - i))->points,
		    TSR_SCORE_CAP * 256);
	/* A moment that is later than all else moves on what is known. */
	assert_true(tsr_state_points_put(
	    &back, (struct tsr_points){65535, 5, NOW / 1000 + 9}));
	assert_int_equal(back.issued, NOW / 1000 + 9);
	assert_true(tsr_state_points_put(
	    &back, (struct tsr_points){65535, 0, 0}));
	assert_null(tsr_state_points(&back, 65535));
	(void)tsr_state_restrict(&back, FUNCTIONAL);
	assert_int_equal(back.points_count, 0);
	assert_false(tsr_state_points_put(&back, (struct tsr_points){1, 1, 0}));
}

static void
test_state_text_is_read_as_it_was_written(void **state)
{
	struct tsr_state s = {0}, back;
	uint8_t out[TSR_STATE_TEXT], again[TSR_STATE_TEXT];
	struct tsr_guard guard;
	struct tsr_span t;
	size_t n, i;

	(void)state;
	view(&s, 0, ALL, "utm_campaign=x", "");
	tsr_state_counter_put(&s, 9, 300);
	tsr_state_bucket_put(&s, (struct tsr_bucket){7, 2, 1, 20000, false});
	n = tsr_state_write(out, &s, &tsr_fake_seal);
	assert_int_equal(n, 92);
	tsr_guard_init(&guard, n);
	t = tsr_guard_copy(&guard, tsr_span_of(out, n));
	assert_int_equal(
	    tsr_state_read(&back, t, &tsr_fake_seal, NOW), TSR_OK);
	assert_int_equal(tsr_state_write(again, &back, &tsr_fake_seal), n);
	assert_memory_equal(out, again, n);
	for (i = 0; i < n; i++) {
		t = tsr_guard_copy(&guard, tsr_span_of(out, i));
		assert_int_not_equal(
		    tsr_state_read(&back, t, &tsr_fake_seal, NOW), TSR_OK);
		memcpy(again, out, n);
		again[i] = again[i] == 'A' ? 'B' : 'A';
		t = tsr_guard_copy(&guard, tsr_span_of(again, n));
		assert_int_not_equal(
		    tsr_state_read(&back, t, &tsr_fake_seal, NOW), TSR_OK);
		assert_int_equal(back.purposes, 0);
	}
	assert_int_equal(tsr_state_read(&back, tsr_span_of(out, n),
			     &tsr_fake_seal, NOW + (int64_t)180 * 86400000),
	    TSR_MISSING);
	assert_int_equal(tsr_state_read(&back, tsr_span_of(out, n),
			     &tsr_fake_seal,
			     NOW + (int64_t)180 * 86400000 - 1),
	    TSR_OK);
	tsr_guard_free(&guard);
}

/* Bytes that are signed as they are. */
static enum tsr_err
read_signed(struct tsr_state *out, const uint8_t *bytes, size_t n)
{
	uint8_t all[400], signature[TSR_SEAL_SIZE], key, cookie[600];
	struct tsr_span t;

	memcpy(all, bytes, n);
	assert_true(tsr_fake_seal.sign(signature, &key, tsr_fake_seal.ctx,
	    TSR_SEAL_STATE, tsr_span_of(all, n)));
	memcpy(all + n, signature, sizeof(signature));
	t = tsr_span_of(cookie, tsr_base64_write(cookie,
		tsr_span_of(all, n + TSR_SEAL_SIZE)));
	return tsr_state_read(out, t, &tsr_fake_seal, NOW);
}

static void
test_state_only_what_is_written_is_read(void **state)
{
	/* Behind version, key, issued and expires. */
	static const struct {
		size_t n;
		uint8_t bytes[24];
		enum tsr_err want;
		const char *why;
	} rows[] = {
	    {7, {2, 0, 1, 0, 1, 'x'}, TSR_RANGE, "a byte too many"},
	    {6, {2, 0, 1, 0, 1, 'x'}, TSR_OK, "a session with a campaign"},
	    {5, {2, 0, 1, 0, 0}, TSR_OK, "without one"},
	    {6, {2, 0x80, 0, 1, 0, 0}, TSR_RANGE, "a 0 in two bytes"},
	    {5, {2, 0, 1, 6, 0}, TSR_RANGE, "an entry that is none"},
	    {4, {2, 0, 1, 0}, TSR_RANGE, "too short"},
	    {9, {2, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0}, TSR_OK,
		"the largest number"},
	    {9, {2, 0, 0xff, 0xff, 0xff, 0xff, 0x1f, 0, 0}, TSR_RANGE,
		"one that is too large"},
	    {10, {2, 0, 0xff, 0xff, 0xff, 0xff, 0x8f, 0, 0, 0}, TSR_RANGE,
		"one that does not end"},
	    {9, {2, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 0, 0}, TSR_RANGE,
		"a session from before 1970"},
	    {1, {0}, TSR_RANGE, "nothing in it"},
	    {1, {1}, TSR_RANGE, "a group that is none"},
	    {1, {16}, TSR_RANGE, "a group to come"},
	    {6, {8, 0, 1, 1, 0, 0}, TSR_OK, "a history"},
	    {5, {8, 0, 1, 1, 0}, TSR_RANGE, "without a count of scores"},
	    {11, {8, 0, 1, 1, 1, 1, 0, 0, 0, 5, 0}, TSR_OK, "with a counter"},
	    {11, {8, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0}, TSR_RANGE, "that is 0"},
	    {16, {8, 0, 1, 1, 2, 1, 0, 0, 0, 5, 1, 0, 0, 0, 5, 0}, TSR_RANGE,
		"twice"},
	    {10, {8, 0, 1, 1, 0, 1, 7, 0, 5, 0}, TSR_OK, "with a score"},
	    {10, {8, 0, 1, 1, 0, 1, 7, 0, 0, 0}, TSR_RANGE, "of no points"},
	    {13, {8, 0, 1, 1, 0, 1, 7, 0, 0x80, 0xa0, 0x9c, 1, 0}, TSR_OK,
		"at the highest cap"},
	    {13, {8, 0, 1, 1, 0, 1, 7, 0, 0x81, 0xa0, 0x9c, 1, 0}, TSR_RANGE,
		"above it"},
	    {14, {8, 0, 1, 1, 0, 2, 7, 0, 5, 0, 7, 0, 5, 0}, TSR_RANGE,
		"one score twice"},
	    {14, {8, 0, 1, 1, 0, 2, 7, 0, 5, 0, 8, 0, 5, 0}, TSR_OK, "two"},
	    {14, {8, 0, 1, 1, 0, 1, 7, 0, 5, 0xff, 0xff, 0xff, 0xff, 0x0f},
		TSR_RANGE, "from before 1970"},
	    {6, {8, 0, 1, 1, 0, 11}, TSR_RANGE, "one vector too many"},
	    {5, {8, 0, 1, 1, 17}, TSR_RANGE, "one counter too many"},
	};
	uint8_t bytes[64] = {2, 0};
	struct tsr_state s;
	enum tsr_err err;
	size_t i;

	(void)state;
	tsr_put32(bytes + 2, NOW / 1000);
	tsr_put32(bytes + 6, NOW / 1000 + 60);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		memcpy(bytes + 10, rows[i].bytes, rows[i].n);
		err = read_signed(&s, bytes, 10 + rows[i].n);
		if (err != rows[i].want)
			fail_msg("%s: %s", rows[i].why, tsr_err_text(err));
	}
	memcpy(bytes + 10, rows[2].bytes, 5);
	bytes[0] = 1;
	assert_int_equal(read_signed(&s, bytes, 15), TSR_VERSION);
	bytes[0] = 2;
	bytes[1] = 1;
	assert_int_equal(read_signed(&s, bytes, 15), TSR_CHECKSUM);
	bytes[1] = 0;
	tsr_put32(bytes + 6, NOW / 1000 + 400 * 86400);
	assert_int_equal(read_signed(&s, bytes, 15), TSR_OK);
	tsr_put32(bytes + 6, NOW / 1000 + 400 * 86400 + 1);
	assert_int_equal(read_signed(&s, bytes, 15), TSR_RANGE);
	tsr_put32(bytes + 6, NOW / 1000);
	assert_int_equal(read_signed(&s, bytes, 15), TSR_RANGE);
}

static void
test_state_text_of_512_is_looked_at_and_513_is_not(void **state)
{
	uint8_t big[TSR_STATE_TEXT + 1];
	struct tsr_state s;

	(void)state;
	memset(big, 'A', sizeof(big));
	assert_int_equal(tsr_state_read(&s,
			     tsr_span_of(big, TSR_STATE_TEXT), &tsr_fake_seal,
			     NOW),
	    TSR_VERSION);
	assert_int_equal(tsr_state_read(&s, tsr_span_of(big, sizeof(big)),
			     &tsr_fake_seal, NOW),
	    TSR_LONG);
}

static void
test_state_crawlers_and_prefetches_are_known(void **state)
{
	struct tsr_request r = request(0, "", "");

	(void)state;
	params[0] = (struct tsr_param){TSR_LIT("HTTP_USER_AGENT"),
	    TSR_LIT("Mozilla/5.0 (compatible; Googlebot/2.1)")};
	assert_true(tsr_journey_is_crawler(&r));
	assert_false(tsr_journey_is_prefetch(&r));
	params[0].value = TSR_LIT("Mozilla/5.0 Firefox/128.0");
	assert_false(tsr_journey_is_crawler(&r));
	params[0] = (struct tsr_param){
	    TSR_LIT("HTTP_SEC_PURPOSE"), TSR_LIT("prefetch;prerender")};
	assert_true(tsr_journey_is_prefetch(&r));
}

static void
test_base64_is_strict(void **state)
{
	static const struct {
		const char *text;
		enum tsr_err want;
		const char *why;
	} rows[] = {
	    {"", TSR_OK, "nothing"},
	    {"AA", TSR_OK, "one byte"},
	    {"AB", TSR_RANGE, "bits left over"},
	    {"A", TSR_RANGE, "half a byte"},
	    {"AA==", TSR_RANGE, "padding"},
	    {"-_-_", TSR_OK, "the two last letters"},
	    {"+/+/", TSR_RANGE, "another alphabet"},
	    {"AAAAAA", TSR_LONG, "four bytes where three fit"},
	};
	uint8_t room[3];
	struct tsr_span out;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++)
		if (tsr_base64_read(&out, text(rows[i].text), room, 3) !=
		    rows[i].want)
			fail_msg("%s: %s", rows[i].text, rows[i].why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_state_views_count_sessions_and_visits),
	    cmocka_unit_test(test_state_journey_keeps_how_it_began),
	    cmocka_unit_test(test_state_referrer_has_its_class),
	    cmocka_unit_test(test_state_without_consent_groups_are_not_there),
	    cmocka_unit_test(test_state_places_fit_and_one_too_many),
	    cmocka_unit_test(
		test_state_full_cookie_drops_ended_and_oldest_buckets),
	    cmocka_unit_test(test_state_full_cookie_keeps_all_scores),
	    cmocka_unit_test(test_state_text_is_read_as_it_was_written),
	    cmocka_unit_test(test_state_only_what_is_written_is_read),
	    cmocka_unit_test(
		test_state_text_of_512_is_looked_at_and_513_is_not),
	    cmocka_unit_test(test_state_crawlers_and_prefetches_are_known),
	    cmocka_unit_test(test_base64_is_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
