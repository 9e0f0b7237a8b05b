/*
 * Scores: points gathered, decayed and weighed; the file and its mistakes; the
 * attributes that conditions ask. check-score compares a million visitors with
 * the script.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/decision.h"
#include "core/score.h"
#include "core/tell.h"
#include "lib/decisions.h"

#define NOW 1781524800

static const char attributes[] =
    "{\"intent\":{\"type\":\"number\",\"source\":\"score:intent\","
    "\"purpose\":\"personalization\"},"
    "\"tier\":{\"type\":\"string\",\"source\":\"score:intent.tier\","
    "\"purpose\":\"personalization\"}}";

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_rules *rules;
	struct decisions table;
	struct tsr_state state;
};

static struct tsr_span
text(const char *s)
{
	return tsr_span_of(s, strlen(s));
}

static const struct tsr_json *
parse(struct world *w, const char *json)
{
	struct tsr_json *v = TSR_NEW(&w->arena, struct tsr_json);

	if (!tsr_json_read(v, &w->arena, &w->diag, &w->sources,
		tsr_sources_add(&w->sources, "x", text(json))))
		fail_msg("bad JSON %s", json);
	return v;
}

static void
declare(struct world *w, const char *scores)
{
	memset(w, 0, sizeof(*w));
	tsr_arena_init(&w->arena);
	tsr_sources_init(&w->sources, &w->arena);
	tsr_diag_init(&w->diag, &w->arena);
	w->rules = tsr_rules_new(&w->arena, &w->diag);
	tsr_rules_scores(w->rules, scores != NULL ? parse(w, scores) : NULL);
	tsr_rules_declare(w->rules, parse(w, attributes), NULL);
}

static void
open_world(struct world *w, const char *scores)
{
	declare(w, scores);
	if (w->diag.errors > 0)
		fail_msg("%s", w->diag.list[0].text);
	decisions_open(&w->table, w->rules, &w->arena);
	assert_int_equal(tsr_score_verify(&w->table.table), TSR_OK);
	w->state.purposes = 1u << TSR_PURPOSE_PERSONALIZATION;
}

static void
close_world(struct world *w)
{
	decisions_close(&w->table);
	tsr_arena_free(&w->arena);
}

static bool
take(struct world *w, const char *kind, const char *fields, int64_t seconds)
{
	return tsr_score_take(&w->state, &w->table.table, text(kind),
	    text(fields), (NOW + seconds) * 1000);
}

static uint32_t
value(struct world *w, int64_t seconds)
{
	return tsr_score_value(
	    &w->table.table, 0, &w->state, (NOW + seconds) * 1000);
}

static const char one[] =
    "{\"intent\":{\"vectors\":{\"v\":{\"weight\":100,\"cap\":100,"
    "\"halfLife\":3200,\"events\":["
    "{\"event\":\"view\",\"points\":10},"
    "{\"event\":\"cart\",\"field\":\"op\",\"is\":\"add\",\"points\":30},"
    "{\"event\":\"cart\",\"field\":\"op\",\"is\":\"remove\",\"points\":-30},"
    "{\"event\":\"first\",\"field\":\"yes\",\"is\":true,\"points\":1},"
    "{\"event\":\"first\",\"field\":\"yes\",\"is\":false,\"points\":2},"
    "{\"event\":\"scroll\",\"field\":\"depth\",\"atLeast\":75,\"points\":5},"
    "{\"event\":\"time\",\"field\":\"visible\",\"per\":1000,"
    "\"points\":0.5}]}}}}";

static void
test_score_event_gives_what_its_rule_says(void **state)
{
	static const struct {
		const char *kind, *fields;
		uint32_t want; /* points in 1/256 after 50 */
		const char *why;
	} rows[] = {
	    {"view", "", 60 * 256, "always"},
	    {"view", "{\"x\":1}", 60 * 256, "whatever the fields"},
	    {"click", "", 50 * 256, "no rule"},
	    {"vie", "", 50 * 256, "the whole name"},
	    {"cart", "{\"op\":\"add\"}", 80 * 256, "the text"},
	    {"cart", "{\"op\":\"\\u0061dd\"}", 80 * 256, "escaped, too"},
	    {"cart", "{\"op\":\"Add\"}", 50 * 256, "another text"},
	    {"cart", "{\"op\":true}", 50 * 256, "no text"},
	    {"cart", "", 50 * 256, "no field"},
	    {"cart", "{\"op\":\"remove\"}", 20 * 256, "it takes away"},
	    {"cart", "{\"op\":\"add\",\"op\":\"remove\"}", 20 * 256,
		"the last of a name counts"},
	    {"first", "{\"yes\":true}", 51 * 256, "true"},
	    {"first", "{\"yes\":false}", 52 * 256, "false"},
	    {"first", "{\"yes\":1}", 50 * 256, "no boolean"},
	    {"scroll", "{\"depth\":75}", 55 * 256, "exactly"},
	    {"scroll", "{\"depth\":74.99}", 50 * 256, "not quite"},
	    {"scroll", "{\"depth\":1e300}", 55 * 256, "far more"},
	    {"scroll", "{\"depth\":\"80\"}", 50 * 256, "no number"},
	    {"time", "{\"visible\":2999.9}", 51 * 256, "twice a half"},
	    {"time", "{\"visible\":999}", 50 * 256, "not once"},
	    {"time", "{\"visible\":-5000}", 50 * 256, "never"},
	    {"time", "{\"visible\":1e12}", 100 * 256, "up to the cap"},
	};
	struct world w;
	size_t i;

	(void)state;
	open_world(&w, one);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		w.state.points_count = 1;
		w.state.points_of[0] = (struct tsr_points){
		    tsr_score_name(TSR_LIT("intent.v")), 50 * 256, NOW};
		assert_int_equal(take(&w, rows[i].kind, rows[i].fields, 0),
		    rows[i].want != 50 * 256);
		if (w.state.points_of[0].points != rows[i].want)
			fail_msg("%s %s: %u, %s", rows[i].kind,
			    rows[i].fields, w.state.points_of[0].points,
			    rows[i].why);
	}
	close_world(&w);
}

static void
test_score_decays_the_same_however_often_it_is_asked(void **state)
{
	struct world w;
	uint32_t i, last = 100;

	(void)state;
	open_world(&w, one);
	for (i = 0; i < 10; i++)
		take(&w, "view", "", 0);
	assert_int_equal(value(&w, 0), 100);
	assert_int_equal(value(&w, 99), 100);
	assert_int_equal(value(&w, 100), 97); /* a step: 1/32 half-life */
	assert_int_equal(value(&w, 3200), 50);
	assert_int_equal(value(&w, 6400), 25);
	assert_int_equal(value(&w, 32 * 3200), 0);
	assert_int_equal(value(&w, INT32_MAX), 0);
	assert_int_equal(value(&w, -100), 100); /* a clock went back */
	for (i = 0; i < 40000; i++) {
		uint32_t now = value(&w, i);

		assert_true(now <= last);
		last = now;
	}
	assert_int_equal(value(&w, 3200), 50);
	/* What comes from an earlier clock counts as of the latest moment. */
	take(&w, "view", "", 3200);
	take(&w, "view", "", 0);
	assert_int_equal(w.state.points_of[0].at, NOW + 3200);
	assert_int_equal(value(&w, 3200), 70);
	close_world(&w);
}

static void
test_score_default_intent_has_its_weights(void **state)
{
	struct world w;
	uint32_t i;

	(void)state;
	open_world(&w, NULL);
	assert_int_equal(tsr_score_find(&w.table.table, TSR_LIT("intent")), 0);
	assert_int_equal(tsr_score_find(&w.table.table, TSR_LIT("x")),
	    UINT32_MAX);
	assert_int_equal(value(&w, 0), 0);
	for (i = 0; i < 12; i++)
		take(&w, "view", "{}", 0);
	assert_int_equal(value(&w, 0), 20);
	take(&w, "time", "{\"visible\":600000}", 0);
	assert_int_equal(value(&w, 0), 45);
	for (i = 0; i < 20; i++)
		take(&w, "click", "{}", 0);
	assert_int_equal(value(&w, 0), 60);
	for (i = 0; i < 2; i++)
		take(&w, "cart", "{\"op\":\"add\"}", 0);
	assert_int_equal(value(&w, 0), 85);
	for (i = 0; i < 4; i++)
		take(&w, "return", "{}", 0);
	assert_int_equal(value(&w, 0), 100);
	take(&w, "purchase", "{}", 0);
	assert_int_equal(value(&w, 0), 75);
	close_world(&w);
}

static void
test_score_tiers_begin_where_they_say(void **state)
{
	static const struct {
		uint32_t value;
		const char *tier;
	} rows[] = {{0, "low"}, {59, "low"}, {60, "warm"}, {84, "warm"},
	    {85, "hot"}, {100, "hot"}};
	struct tsr_span name;
	struct world w;
	size_t i;

	(void)state;
	open_world(&w, one);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		name = tsr_score_tier(&w.table.table, 0, rows[i].value);
		if (!tsr_span_eq(name, text(rows[i].tier)))
			fail_msg("%u is %.*s", rows[i].value, TSR_ARG(name));
	}
	assert_int_equal(tsr_score_tier(&w.table.table, 1, 5).n, 0);
	close_world(&w);
}

static void
test_score_without_consent_is_missing(void **state)
{
	struct tsr_visit *visit;
	struct tsr_request request = {.now = (int64_t)NOW * 1000};
	struct tsr_param cookie = {
	    TSR_LIT("HTTP_COOKIE"), TSR_LIT("consent=personalization")};
	struct world w;

	(void)state;
	open_world(&w, one);
	visit = TSR_NEW(&w.arena, struct tsr_visit);
	take(&w, "cart", "{\"op\":\"add\"}", 0);
	take(&w, "cart", "{\"op\":\"add\"}", 0);
	request.state = &w.state;
	tsr_visit_init(visit, &w.table.table, &request, w.table.page);
	assert_int_equal(tsr_decide_value(visit, 0)->kind, TSR_VALUE_MISSING);
	assert_int_equal(tsr_decide_value(visit, 1)->kind, TSR_VALUE_MISSING);
	request.params = &cookie;
	request.count = 1;
	tsr_visit_init(visit, &w.table.table, &request, w.table.page);
	assert_int_equal(tsr_decide_value(visit, 0)->kind, TSR_VALUE_NUMBER);
	assert_true(tsr_decide_value(visit, 0)->number == 60);
	assert_true(tsr_span_eq(
	    tsr_decide_value(visit, 1)->string, TSR_LIT("warm")));
	(void)tsr_state_restrict(&w.state, 0);
	assert_false(take(&w, "view", "", 0));
	tsr_visit_init(visit, &w.table.table, &request, w.table.page);
	assert_int_equal(tsr_decide_value(visit, 0)->kind, TSR_VALUE_MISSING);
	close_world(&w);
}

static void
test_score_of_a_release_before_is_taken_away(void **state)
{
	struct world w;

	(void)state;
	open_world(&w, one);
	take(&w, "view", "", 0);
	assert_true(tsr_state_points_put(
	    &w.state, (struct tsr_points){1, 256, NOW}));
	assert_true(tsr_state_points_put(
	    &w.state, (struct tsr_points){65535, 256, NOW}));
	tsr_score_clear(&w.state, &w.table.table);
	assert_int_equal(w.state.points_count, 1);
	assert_int_equal(value(&w, 0), 10);
	/* A cap that is lower now. */
	w.state.points_of[0].points = 9999 * 256;
	assert_int_equal(value(&w, 0), 100);
	close_world(&w);
}

static void
test_score_page_is_told_what_is_kept(void **state)
{
	struct tsr_visit *visit;
	struct tsr_request request = {.now = (int64_t)NOW * 1000 + 999};
	struct tsr_span bytes;
	struct world w;
	uint8_t out[TSR_TELL_LENGTH(TSR_VECTORS_MAX) + 1], room[100];
	uint64_t hash;
	size_t i;

	(void)state;
	open_world(&w, one);
	visit = TSR_NEW(&w.arena, struct tsr_visit);
	take(&w, "cart", "{\"op\":\"add\"}", -5);
	request.state = &w.state;
	tsr_visit_init(visit, &w.table.table, &request, w.table.page);
	hash = tsr_tell_write(out, TSR_TELL_LENGTH(1), visit);
	assert_int_equal(tsr_base64_read(&bytes,
			     tsr_span_of(out, TSR_TELL_LENGTH(1)), room,
			     sizeof(room)),
	    TSR_OK);
	assert_int_equal(bytes.n, 14);
	assert_int_equal(bytes.p[0], 1);
	assert_int_equal(bytes.p[1], 128);
	assert_int_equal(tsr_le32(bytes.p + 2), NOW);
	assert_int_equal(tsr_le32(bytes.p + 6), 30 * 256);
	assert_int_equal(tsr_le32(bytes.p + 10), NOW - 5);
	/* Time alone makes no other page, everything else does. */
	request.now += 5000;
	assert_true(tsr_tell_write(out, TSR_TELL_LENGTH(1), visit) == hash);
	visit->purposes |= 1u << TSR_PURPOSE_ANALYTICS;
	assert_false(tsr_tell_write(out, TSR_TELL_LENGTH(1), visit) == hash);
	visit->purposes = 1;
	w.state.points_of[0].at++;
	assert_false(tsr_tell_write(out, TSR_TELL_LENGTH(1), visit) == hash);
	visit->state = NULL;
	(void)tsr_tell_write(out, TSR_TELL_LENGTH(1), visit);
	(void)tsr_base64_read(&bytes, tsr_span_of(out, TSR_TELL_LENGTH(1)),
	    room, sizeof(room));
	assert_int_equal(tsr_le64(bytes.p + 6), 0);
	/* Another length than the release has: nothing. */
	memset(out, 'x', sizeof(out));
	(void)tsr_tell_write(out, TSR_TELL_LENGTH(2), visit);
	for (i = 0; i < TSR_TELL_LENGTH(2); i++)
		assert_int_equal(out[i], ' ');
	assert_int_equal(out[i], 'x');
	close_world(&w);
}

static void
test_score_mistakes_are_reported(void **state)
{
	static const char v[] = "\"halfLife\":60,\"events\":[{\"event\":"
				"\"view\",\"points\":1}]";
	static const struct {
		const char *scores, *rule, *why;
	} rows[] = {
	    {"{\"intent\":{\"vectors\":{\"a\":{\"weight\":60,\"cap\":1,@},"
	     "\"b\":{\"weight\":41,\"cap\":1,@}}}}", "I001", "101"},
	    {"{\"intent\":{\"tiers\":{\"a\":1}}}", "I002", "not from 0"},
	    {"{\"intent\":{\"tiers\":{\"a\":0,\"b\":9,\"c\":9}}}", "I002",
		"not ascending"},
	    {"{\"intent\":{},\"b\":{},\"c\":{\"vectors\":{\"a\":{\"weight\":"
	     "100,\"cap\":1,@}}}}", "I003", "eleven vectors"},
	    {"{\"intent\":{\"vectors\":{\"v230\":{\"weight\":50,\"cap\":1,@},"
	     "\"v259\":{\"weight\":50,\"cap\":1,@}}}}", "I004",
		"their hashes are equal"},
	    {"{\"other\":{}}", "I005", "the attribute's score is not there"},
	};
	struct world w;
	char json[2000];
	size_t i, n;
	const char *p;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		for (n = 0, p = rows[i].scores; *p != 0; p++)
			if (*p == '@') {
				memcpy(json + n, v, sizeof(v) - 1);
				n += sizeof(v) - 1;
			} else
				json[n++] = *p;
		json[n] = 0;
		declare(&w, json);
		if (w.diag.errors == 0 ||
		    strcmp(w.diag.list[0].rule, rows[i].rule) != 0)
			fail_msg("%s: %s", rows[i].why, w.diag.errors > 0
				? w.diag.list[0].text : "nothing");
		tsr_arena_free(&w.arena);
	}
	declare(&w, "{\"intent\":{},\"b\":{}}");
	assert_int_equal(w.diag.errors, 0);
	assert_int_equal(tsr_rules_vector_count(w.rules), TSR_VECTORS_MAX);
	tsr_arena_free(&w.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_score_event_gives_what_its_rule_says),
	    cmocka_unit_test(
		test_score_decays_the_same_however_often_it_is_asked),
	    cmocka_unit_test(test_score_default_intent_has_its_weights),
	    cmocka_unit_test(test_score_tiers_begin_where_they_say),
	    cmocka_unit_test(test_score_without_consent_is_missing),
	    cmocka_unit_test(test_score_of_a_release_before_is_taken_away),
	    cmocka_unit_test(test_score_page_is_told_what_is_kept),
	    cmocka_unit_test(test_score_mistakes_are_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
