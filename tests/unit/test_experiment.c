/*
 * Experiments, from their JSON to the arm that core chooses; the buckets are
 * worked out again with the reference's doubles.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/decision.h"
#include "core/experiment.h"
#include "core/hash.h"
#include "core/state.h"
#include "lib/decisions.h"

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_rules *rules;
	struct decisions table;
	struct tsr_visit *visit;
};

static const char attributes[] =
    "{\"id\":{\"type\":\"string\",\"source\":\"query:id\"},"
    "\"n\":{\"type\":\"number\",\"source\":\"query:n\"},"
    "\"land\":{\"type\":\"string\",\"source\":\"query:land\"}}";

static const char experiments[] =
    "{\"holdouts\":{\"all\":{\"hashAttribute\":\"id\",\"share\":0.1,"
    "\"control\":0.1}},\"experiments\":{"
    "\"plain\":{\"hashAttribute\":\"id\",\"arms\":[\"a\",\"b\",\"c\"],"
    "\"weights\":[0.1,0.2,0.7],\"coverage\":0.9,\"holdouts\":[]},"
    "\"old\":{\"hashAttribute\":\"n\",\"hashVersion\":1,\"seed\":\"s\","
    "\"arms\":[\"a\",\"b\"],\"holdouts\":[]},"
    "\"held\":{\"hashAttribute\":\"id\",\"arms\":[\"a\",\"b\"]},"
    "\"space\":{\"hashAttribute\":\"id\",\"arms\":[\"a\",\"b\"],"
    "\"namespace\":{\"id\":\"x\",\"range\":[0.2,0.6]},\"holdouts\":[],"
    "\"filters\":[{\"seed\":\"f\",\"ranges\":[[0,0.3],[0.5,0.9]]}]},"
    "\"land\":{\"hashAttribute\":\"id\",\"arms\":[\"a\",\"b\"],"
    "\"audience\":{\"land\":\"DE\",\"experiment.plain\":\"c\"},"
    "\"holdouts\":[]},"
    "\"keep\":{\"hashAttribute\":\"id\",\"arms\":[\"a\",\"b\"],"
    "\"ranges\":[[0,1],[1,1]],\"sticky\":true,\"version\":3,"
    "\"minVersion\":2,\"holdouts\":[]},"
    "\"won\":{\"hashAttribute\":\"id\",\"arms\":[\"a\",\"b\"],"
    "\"status\":\"stopped\",\"winner\":\"b\",\"audience\":{\"land\":\"DE\"},"
    "\"holdouts\":[]},"
    "\"draft\":{\"hashAttribute\":\"id\",\"arms\":[\"a\",\"b\"],"
    "\"status\":\"draft\"}}}";

static struct tsr_json *
parse(struct world *w, const char *text)
{
	struct tsr_json *v = TSR_NEW(&w->arena, struct tsr_json);
	uint32_t src = tsr_sources_add(
	    &w->sources, "x", tsr_span_of(text, strlen(text)));

	if (!tsr_json_read(v, &w->arena, &w->diag, &w->sources, src))
		fail_msg("bad JSON %s", text);
	return v;
}

static void
open_world(struct world *w)
{
	memset(w, 0, sizeof(*w));
	tsr_arena_init(&w->arena);
	tsr_sources_init(&w->sources, &w->arena);
	tsr_diag_init(&w->diag, &w->arena);
	w->rules = tsr_rules_new(&w->arena, &w->diag);
	tsr_rules_experiments(w->rules, parse(w, experiments));
	tsr_rules_declare(w->rules, parse(w, attributes), NULL);
	if (w->diag.errors > 0)
		fail_msg("%s", w->diag.list[0].text);
	decisions_open(&w->table, w->rules, &w->arena);
	assert_int_equal(tsr_decision_verify(&w->table.table), TSR_OK);
	w->visit = TSR_NEW(&w->arena, struct tsr_visit);
}

static void
close_world(struct world *w)
{
	decisions_close(&w->table);
	tsr_arena_free(&w->arena);
}

/* The value of an experiment's attribute for a query string. */
static const struct tsr_value *
ask(struct world *w, const char *name, const char *query,
    const struct tsr_state *state)
{
	struct tsr_param param = {
	    TSR_LIT("QUERY_STRING"), tsr_span_of(query, strlen(query))};
	const struct tsr_request request = {
	    .params = &param, .count = 1, .state = state};
	uint32_t a = tsr_rules_attribute_find(
	    w->rules, tsr_span_of(name, strlen(name)));

	assert_int_not_equal(a, UINT32_MAX);
	tsr_visit_init(w->visit, &w->table.table, &request, w->table.page);
	return tsr_decide_value(w->visit, a);
}

/* '-': in no arm. */
static char
arm(struct world *w, const char *name, const char *query)
{
	const struct tsr_value *v = ask(w, name, query, NULL);

	if (v->kind != TSR_VALUE_STRING)
		return '-';
	return (char)v->string.p[0];
}

static char
expected(double n, const struct tsr_range *ranges, size_t count)
{
	int32_t i = tsr_range_choose(ranges, count, n);

	return i < 0 ? '-' : (char)('a' + i);
}

static double
number(const char *seed, const char *value, unsigned version)
{
	double out = -1;

	assert_true(tsr_hash(&out, tsr_span_of(seed, strlen(seed)),
	    tsr_span_of(value, strlen(value)), version));
	return out;
}

static void
test_experiment_arms_are_those_of_the_reference(void **state)
{
	static const double weights[] = {0.1, 0.2, 0.7};
	struct tsr_range three[3], two[2], space = {0.2, 0.6};
	struct tsr_range parts[2] = {{0, 0.3}, {0.5, 0.9}};
	struct world w;
	char id[16], query[64], held;
	unsigned i, seen = 0;
	double n;

	(void)state;
	open_world(&w);
	tsr_range_fill(three, weights, 3, 0.9);
	tsr_range_fill(two, NULL, 2, 1);
	for (i = 1; i < 3000; i++) {
		snprintf(id, sizeof(id), "%u", i * 37);
		snprintf(query, sizeof(query), "id=%s&n=%s&land=DE", id, id);
		n = number("plain", id, 2);
		assert_int_equal(arm(&w, "experiment.plain", query),
		    expected(n, three, 3));
		assert_int_equal(arm(&w, "experiment.land", query),
		    expected(n, three, 3) == 'c'
			? expected(number("land", id, 2), two, 2) : '-');
		assert_int_equal(arm(&w, "experiment.old", query),
		    expected(number("s", id, 1), two, 2));
		n = number("all", id, 2);
		held = n < 0.1;
		assert_int_equal(ask(&w, "holdout.all", query, NULL)->kind,
		    TSR_VALUE_BOOLEAN);
		assert_int_equal(
		    ask(&w, "holdout.all", query, NULL)->boolean, held);
		assert_int_equal(arm(&w, "experiment.held", query),
		    held ? '-' : expected(number("held", id, 2), two, 2));
		assert_int_equal(arm(&w, "experiment.space", query),
		    tsr_namespace_has(space, TSR_LIT("x"),
			tsr_span_of(id, strlen(id))) &&
			    tsr_range_choose(parts, 2, number("f", id, 2)) >= 0
			? expected(number("space", id, 2), two, 2) : '-');
		seen += arm(&w, "experiment.space", query) != '-';
	}
	assert_in_range(seen, 3000 / 5, 3000 / 3);
	close_world(&w);
}

static void
test_experiment_who_is_in_none_is_missing(void **state)
{
	static const struct {
		const char *name, *query;
		char want;
		const char *why;
	} rows[] = {
	    {"experiment.plain", "", '-', "nothing to hash"},
	    {"experiment.plain", "id=", '-', "an empty id is none"},
	    {"experiment.old", "n=0", '-', "to the reference 0 is none"},
	    {"experiment.land", "id=74&land=FR", '-', "another audience"},
	    {"experiment.draft", "id=74", '-', "a draft is for nobody"},
	    {"experiment.won", "land=DE", 'b', "all get the winner, id or not"},
	    {"experiment.won", "id=1&land=FR", '-', "but in its audience"},
	};
	struct world w;
	size_t i;

	(void)state;
	open_world(&w);
	for (i = 0; i < TSR_COUNT_OF(rows); i++)
		if (arm(&w, rows[i].name, rows[i].query) != rows[i].want)
			fail_msg("%s %s: %s", rows[i].name, rows[i].query,
			    rows[i].why);
	assert_int_equal(
	    ask(&w, "holdout.all", "", NULL)->kind, TSR_VALUE_MISSING);
	close_world(&w);
}

static void
test_experiment_sticky_arm_stays_by_version(void **state)
{
	static const struct {
		uint16_t version;
		uint8_t arm;
		char want;
		const char *why;
	} rows[] = {
	    {3, 1, 'b', "the arm of this version is kept"},
	    {3, 7, 'a', "an arm that is gone is none"},
	    {2, 1, 'a', "another version's arm is not asked"},
	    {1, 1, '-', "too old a version is excluded"},
	};
	struct tsr_state kept;
	const struct tsr_value *v;
	struct world w;
	size_t i;

	(void)state;
	open_world(&w);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		memset(&kept, 0, sizeof(kept));
		kept.purposes = ~0u;
		kept.bucket_count = 1;
		kept.buckets[0].experiment = tsr_state_name(TSR_LIT("keep"));
		kept.buckets[0].version = rows[i].version;
		kept.buckets[0].arm = rows[i].arm;
		v = ask(&w, "experiment.keep", "id=1", &kept);
		if ((v->kind == TSR_VALUE_STRING ? (char)v->string.p[0] : '-') !=
		    rows[i].want)
			fail_msg("%s", rows[i].why);
	}
	close_world(&w);
}

static void
test_experiment_damaged_records_are_refused(void **state)
{
	static const struct {
		enum tsr_section section;
		size_t at;
		uint8_t value;
		const char *why;
	} rows[] = {
	    {TSR_SECTION_EXPT, 3, 0xff, "an id outside of the texts"},
	    {TSR_SECTION_EXPT, 11, 0xff, "a seed outside of the texts"},
	    {TSR_SECTION_EXPT, 16, 9, "no such kind"},
	    {TSR_SECTION_EXPT, 16, 0, "a kind that its attribute is not of"},
	    {TSR_SECTION_EXPT, 17, 3, "no such hash version"},
	    {TSR_SECTION_EXPT, 20, 1, "an attribute that is not its own"},
	    {TSR_SECTION_EXPT, 24, 4, "an attribute that is assigned itself"},
	    {TSR_SECTION_EXPT, 35, 0xff, "arms outside"},
	    {TSR_SECTION_EXPT, 80 + 43, 0xff, "filters outside"},
	    {TSR_SECTION_EXPT, 48, 1, "a holdout that asks"},
	    {TSR_SECTION_EXPT, 80 + 51, 0xff, "no such decision"},
	    {TSR_SECTION_EXPT, 80 + 60, 9, "a winner that is no arm"},
	    {TSR_SECTION_EARM, 10, 1, "a range that begins past the end"},
	    {TSR_SECTION_EARM, 14, 1, "a range that ends past the end"},
	    {TSR_SECTION_EFLT, 0, 3, "no such kind"},
	    {TSR_SECTION_EFLT, 4, 1, "a holdout that is none"},
	    {TSR_SECTION_ATTR, 3 * TSR_ATTRIBUTE_SIZE + 36, 2,
		"an attribute with another one's record"},
	};
	struct world w;
	uint8_t *byte, was;
	size_t i;

	(void)state;
	open_world(&w);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		byte = w.table.sections[rows[i].section].p + rows[i].at;
		was = *byte;
		*byte = rows[i].value;
		if (tsr_decision_verify(&w.table.table) == TSR_OK)
			fail_msg("%s", rows[i].why);
		/* What is not verified still does no harm. */
		(void)arm(&w, "experiment.land", "id=74&land=DE");
		(void)arm(&w, "experiment.held", "id=74");
		*byte = was;
	}
	assert_int_equal(tsr_decision_verify(&w.table.table), TSR_OK);
	close_world(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_experiment_arms_are_those_of_the_reference),
	    cmocka_unit_test(test_experiment_who_is_in_none_is_missing),
	    cmocka_unit_test(test_experiment_sticky_arm_stays_by_version),
	    cmocka_unit_test(test_experiment_damaged_records_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
