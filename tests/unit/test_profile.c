/*
 * Profiles: what a store says of a visitor is read; one that is slow or gone
 * is left alone for a while, and is missing meanwhile.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/state.h"
#include "lib/decisions.h"
#include "serve/profile.h"

static const char attributes[] =
    "{\"points\": {\"type\": \"number\", \"source\": \"profile:points\","
    "   \"purpose\": \"personalization\"},"
    " \"likes\": {\"type\": \"json\", \"source\": \"profile:likes\"},"
    " \"name\": {\"type\": \"string\", \"source\": \"profile:name\"},"
    " \"q\": {\"type\": \"string\", \"source\": \"query:q\"}}";

static int64_t now;

static int64_t
clock_of_test(void)
{
	return now;
}

/* A store of one visitor, as slow as is asked for. */
struct fake {
	enum tsr_profile_found found;
	int64_t takes;
	unsigned asked, ms;
	size_t count;
};

static enum tsr_profile_found
find(struct tsr_profile *out, void *ctx, const uint8_t id[TSR_RANDOM_SIZE],
    unsigned ms)
{
	static const struct tsr_param fields[] = {
	    {{(const uint8_t *)"points", 6}, {(const uint8_t *)"640", 3}},
	    {{(const uint8_t *)"likes", 5}, {(const uint8_t *)"[\"tea\"]", 7}},
	    {{(const uint8_t *)"name", 4}, {(const uint8_t *)"\xff", 1}}};
	struct fake *f = ctx;
	size_t i;

	f->asked++;
	f->ms = ms;
	now += f->takes;
	if (f->found != TSR_PROFILE_FOUND)
		return f->found;
	if (id[0] != 7)
		return TSR_PROFILE_NOBODY;
	for (i = 0; i < f->count && i < TSR_PROFILE_FIELDS; i++)
		out->fields[i] = fields[i % 3];
	out->count = f->count;
	return TSR_PROFILE_FOUND;
}

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_rules *rules;
	struct decisions table;
	struct fake fake;
	struct tsr_profile_store store;
	struct tsr_profile_desk desk;
	struct tsr_state state;
	struct tsr_request request;
	struct tsr_visit visit;
};

static void
open_world(struct world *w)
{
	struct tsr_json v;
	uint32_t src;

	memset(w, 0, sizeof(*w));
	now = 1000;
	tsr_sources_init(&w->sources, &w->arena);
	tsr_diag_init(&w->diag, &w->arena);
	w->rules = tsr_rules_new(&w->arena, &w->diag);
	src = tsr_sources_add(&w->sources, "x", TSR_LIT(attributes));
	assert_true(
	    tsr_json_read(&v, &w->arena, &w->diag, &w->sources, src));
	tsr_rules_declare(w->rules, &v, NULL);
	decisions_open(&w->table, w->rules, &w->arena);
	w->fake.found = TSR_PROFILE_FOUND;
	w->fake.count = 3;
	w->store = (struct tsr_profile_store){"fake", &w->fake, find};
	tsr_profile_desk_init(&w->desk, &w->store, NULL);
	w->desk.clock = clock_of_test;
	w->state.purposes = 1u << TSR_PURPOSE_ANALYTICS;
	w->state.id[0] = 7;
	w->request.state = &w->state;
	w->request.profiles = &w->desk.profiles;
}

static void
close_world(struct world *w)
{
	decisions_close(&w->table);
	tsr_arena_free(&w->arena);
}

static int
kind(struct world *w, const char *attribute)
{
	return (int)tsr_decide_value(&w->visit, tsr_rules_attribute_find(
	    w->rules, tsr_span_of(attribute, strlen(attribute))))->kind;
}

static void
visit(struct world *w)
{
	tsr_visit_init(
	    &w->visit, &w->table.table, &w->request, w->table.page);
	w->visit.purposes = (1u << TSR_PURPOSE_COUNT) - 1;
}

static void
test_profile_is_asked_once_and_only_when_it_counts(void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
	visit(&w);
	assert_int_equal(kind(&w, "q"), TSR_VALUE_MISSING);
	assert_int_equal(w.fake.asked, 0);
	assert_int_equal(kind(&w, "points"), TSR_VALUE_NUMBER);
	assert_int_equal(kind(&w, "likes"), TSR_VALUE_JSON);
	/* What is no text is missing, from here as from anywhere. */
	assert_int_equal(kind(&w, "name"), TSR_VALUE_MISSING);
	assert_int_equal(w.fake.asked, 1);
	assert_int_equal(w.fake.ms, TSR_PROFILE_MS);
	visit(&w);
	w.visit.purposes &= ~(1u << TSR_PURPOSE_PERSONALIZATION);
	assert_int_equal(kind(&w, "points"), TSR_VALUE_MISSING);
	assert_int_equal(w.fake.asked, 1);
	close_world(&w);
}

static void
test_profile_of_nobody_is_not_asked_for(void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
	w.request.state = NULL;
	visit(&w);
	assert_int_equal(kind(&w, "points"), TSR_VALUE_MISSING);
	w.request.state = &w.state;
	w.state.purposes = 0;
	visit(&w);
	assert_int_equal(kind(&w, "points"), TSR_VALUE_MISSING);
	w.state.purposes = 1u << TSR_PURPOSE_ANALYTICS;
	visit(&w);
	w.visit.purposes &= ~(1u << TSR_PURPOSE_ANALYTICS);
	assert_int_equal(kind(&w, "likes"), TSR_VALUE_MISSING);
	assert_int_equal(w.fake.asked, 0);
	w.state.id[0] = 8;
	visit(&w);
	assert_int_equal(kind(&w, "likes"), TSR_VALUE_MISSING);
	assert_int_equal(w.fake.asked, 1);
	assert_false(w.desk.rests);
	close_world(&w);
}

static void
test_profile_store_that_fails_rests(void **state)
{
	static const struct {
		enum tsr_profile_found found;
		int64_t takes;
		bool rests;
		const char *why;
	} rows[] = {
	    {TSR_PROFILE_FOUND, 0, false, "at once"},
	    {TSR_PROFILE_FOUND, TSR_PROFILE_MS, false, "just in time"},
	    {TSR_PROFILE_FOUND, TSR_PROFILE_MS + 1, true, "too late"},
	    {TSR_PROFILE_NOBODY, TSR_PROFILE_MS + 1, true, "late for nobody"},
	    {TSR_PROFILE_NOBODY, 0, false, "nobody"},
	    {TSR_PROFILE_LATE, 0, true, "says so itself"},
	    {TSR_PROFILE_GONE, 0, true, "gone"},
	};
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		open_world(&w);
		w.fake.found = rows[i].found;
		w.fake.takes = rows[i].takes;
		visit(&w);
		if ((kind(&w, "points") == TSR_VALUE_NUMBER) !=
			(!rows[i].rests &&
			    rows[i].found == TSR_PROFILE_FOUND) ||
		    w.desk.rests != rows[i].rests)
			fail_msg("%s", rows[i].why);
		/* Resting, it is not asked; then it is, and is back. */
		w.fake.found = TSR_PROFILE_FOUND;
		w.fake.takes = 0;
		now += TSR_PROFILE_REST_MS - 1;
		visit(&w);
		(void)kind(&w, "points");
		if (w.fake.asked != (rows[i].rests ? 1 : 2))
			fail_msg("%s: asked while it rests", rows[i].why);
		now++;
		visit(&w);
		if (kind(&w, "points") != TSR_VALUE_NUMBER || w.desk.rests)
			fail_msg("%s: not back", rows[i].why);
		close_world(&w);
	}
}

static void
test_profile_has_as_many_fields_as_fit(void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
	w.fake.count = TSR_PROFILE_FIELDS;
	visit(&w);
	assert_int_equal(kind(&w, "points"), TSR_VALUE_NUMBER);
	w.fake.count = TSR_PROFILE_FIELDS + 1;
	visit(&w);
	assert_int_equal(kind(&w, "points"), TSR_VALUE_MISSING);
	close_world(&w);
}

static void
test_profile_without_a_store_is_missing(void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
	tsr_profile_desk_init(&w.desk, &tsr_profile_none, NULL);
	visit(&w);
	assert_int_equal(kind(&w, "points"), TSR_VALUE_MISSING);
	assert_int_equal(kind(&w, "likes"), TSR_VALUE_MISSING);
	close_world(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_profile_is_asked_once_and_only_when_it_counts),
	    cmocka_unit_test(test_profile_of_nobody_is_not_asked_for),
	    cmocka_unit_test(test_profile_store_that_fails_rests),
	    cmocka_unit_test(test_profile_has_as_many_fields_as_fit),
	    cmocka_unit_test(test_profile_without_a_store_is_missing),
	};

	return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
