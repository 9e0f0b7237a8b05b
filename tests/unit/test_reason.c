/*
 * test_reason - rules explained to people, and what decisions cost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "build/rules/reason.h"

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_rules *rules;
};

static struct tsr_json
json(struct world *w, const char *text)
{
	struct tsr_json v;

	assert_true(tsr_json_read(&v, &w->arena, &w->diag, &w->sources,
	    tsr_sources_add(&w->sources, "test",
		tsr_span_of(text, strlen(text)))));
	return v;
}

static void
init(struct world *w)
{
	static struct tsr_json attributes, segments;

	memset(w, 0, sizeof(*w));
	tsr_sources_init(&w->sources, &w->arena);
	tsr_diag_init(&w->diag, &w->arena);
	w->rules = tsr_rules_new(&w->arena, &w->diag);
	attributes = json(w, "{\"tier\":{\"type\":\"string\",\"source\":"
		"\"cookie:t\"},\"n\":{\"type\":\"number\",\"source\":"
		"\"cookie:n\"},\"dwell\":{\"type\":\"number\",\"source\":"
		"\"browser:dwell\"},\"cart\":{\"type\":\"json\",\"source\":"
		"\"cookie:c\"}}");
	segments = json(w, "{\"vip\":{\"title\":\"Very\",\"audience\":"
		"{\"tier\":\"gold\"}}}");
	tsr_rules_declare(w->rules, &attributes, &segments);
}

/* Lines as "depth told text found;". */
static void
lines(struct tsr_buf *out, const struct tsr_reason *told)
{
	static const char letters[] = "nyl";
	size_t i;

	tsr_buf_printf(out, "%c:", letters[told->told]);
	for (i = 0; i < told->count; i++) {
		tsr_buf_printf(out, " %u%c ", told->lines[i].depth,
		    letters[told->lines[i].told]);
		tsr_buf_add(out, told->lines[i].text);
		if (told->lines[i].found.p != NULL) {
			tsr_buf_text(out, " is ");
			tsr_buf_add(out, told->lines[i].found);
		}
		tsr_buf_byte(out, ';');
	}
}

static void
test_reason_says_each_part(void **state)
{
	static const struct {
		const char *condition, *visitor, *expected;
		bool browser; /* its values are known */
	} rows[] = {
	    {"{\"tier\":\"gold\"}", "{\"tier\":\"gold\"}",
		"y: 0y tier = \"gold\" is \"gold\";", false},
	    {"{\"tier\":\"gold\"}", "{}", "n: 0n tier = \"gold\";", false},
	    {"\"vip\"", "{\"tier\":\"iron\"}",
		"n: 0n segment vip: Very; 1n tier = \"gold\" is \"iron\";", false},
	    {"{\"$segment\":\"vip\"}", "{\"tier\":\"gold\"}",
		"y: 0y segment vip: Very; 1y tier = \"gold\" is \"gold\";", false},
	    {"{\"n\":{\"$gte\":1,\"$lt\":5}}", "{\"n\":7}",
		"n: 0y n >= 1 is 7; 0n n < 5 is 7;", false},
	    {"{\"$or\":[{\"n\":1},{\"tier\":{\"$exists\":false}}]}", "{}",
		"y: 0y any of; 1n n = 1; 1y tier is missing;", false},
	    {"{\"$not\":{\"n\":1}}", "{\"n\":1}",
		"n: 0n not; 1y n = 1 is 1;", false},
	    {"{\"cart.items\":{\"$size\":2}}",
		"{\"cart\":{\"items\":[1,2]}}",
		"y: 0y cart.items $size 2 is [1,2];", false},
	    {"{\"dwell\":{\"$gt\":9}}", "{\"dwell\":99}",
		"l: 0l dwell > 9;", false},
	    {"{\"dwell\":{\"$gt\":9},\"n\":1}", "{}",
		"n: 0l dwell > 9; 0n n = 1;", false},
	    {"{\"tier\":{\"$in\":[\"a\",\"b\"]}}", "{\"tier\":\"b\"}",
		"y: 0y tier in [\"a\",\"b\"] is \"b\";", false},
	    {"{\"dwell\":{\"$gt\":9}}", "{\"dwell\":99}",
		"y: 0y dwell > 9 is 99;", true},
	    {"{\"dwell\":{\"$gt\":9},\"n\":1}", "{\"n\":1,\"dwell\":4}",
		"n: 0n dwell > 9 is 4; 0y n = 1 is 1;", true},
	    {"{\"dwell\":{\"$gt\":9}}", "{}", "n: 0n dwell > 9;", true},
	};
	struct tsr_rule rule = {.starts = INT64_MIN, .ends = INT64_MAX,
	    .name = TSR_LIT("a")};
	struct tsr_json condition, values, known = {.type = TSR_JSON_OBJECT};
	struct tsr_reason_visitor visitor = {.known = &known};
	const struct tsr_rule_list chain = {&rule, 1};
	struct tsr_reason told;
	struct tsr_buf out;
	uint32_t decision;
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		init(&w);
		condition = json(&w, rows[i].condition);
		values = json(&w, rows[i].visitor);
		rule.audience = &condition;
		assert_true(tsr_rules_chain(&decision, w.rules, &rule, 1));
		visitor.rules = w.rules;
		visitor.values = &values;
		visitor.browser = rows[i].browser;
		tsr_reason_rule(
		    &told, &visitor, decision, &chain, 0, &w.arena);
		tsr_buf_init(&out, 10000);
		lines(&out, &told);
		tsr_buf_byte(&out, 0);
		assert_string_equal((const char *)out.p, rows[i].expected);
		tsr_buf_free(&out);
		tsr_arena_free(&w.arena);
	}
}

static void
test_reason_says_moments(void **state)
{
	struct tsr_json values = {.type = TSR_JSON_OBJECT};
	struct tsr_reason_visitor visitor = {
	    .values = &values, .known = &values, .now = 1000};
	struct tsr_rule rule = {.starts = 0, .ends = 1000,
	    .name = TSR_LIT("a")};
	const struct tsr_rule_list chain = {&rule, 1};
	struct tsr_reason told;
	struct tsr_buf out;
	uint32_t decision;
	struct world w;

	(void)state;
	init(&w);
	assert_true(tsr_rules_chain(&decision, w.rules, &rule, 1));
	visitor.rules = w.rules;
	tsr_reason_rule(&told, &visitor, decision, &chain, 0, &w.arena);
	tsr_buf_init(&out, 1000);
	lines(&out, &told);
	tsr_buf_byte(&out, 0);
	assert_string_equal((const char *)out.p,
	    "n: 0y from 1970-01-01T00:00:00Z; 0n until 1970-01-01T00:00:01Z;");
	tsr_buf_free(&out);
	tsr_arena_free(&w.arena);
}

/* Equal chains share a decision; each is told by its own names and words. */
static void
test_reason_equal_chains_keep_their_words(void **state)
{
	struct tsr_json a, b, known = {.type = TSR_JSON_OBJECT};
	struct tsr_reason_visitor visitor = {.values = &known, .known = &known};
	struct tsr_rule first = {.starts = INT64_MIN, .ends = INT64_MAX,
	    .name = TSR_LIT("first")}, other = first;
	const struct tsr_rule_list chain = {&other, 1};
	struct tsr_reason told;
	uint32_t decision[2];
	struct tsr_buf out;
	struct world w;

	(void)state;
	init(&w);
	a = json(&w, "\"vip\"");
	b = json(&w, "{\"tier\":\"gold\"}");
	first.audience = &a;
	other.audience = &b;
	other.name = TSR_LIT("other");
	assert_true(tsr_rules_chain(&decision[0], w.rules, &first, 1));
	assert_true(tsr_rules_chain(&decision[1], w.rules, &other, 1));
	assert_int_equal(decision[0], decision[1]);
	visitor.rules = w.rules;
	tsr_reason_rule(&told, &visitor, decision[1], &chain, 0, &w.arena);
	assert_true(tsr_span_eq(told.name, TSR_LIT("other")));
	tsr_buf_init(&out, 1000);
	lines(&out, &told);
	tsr_buf_byte(&out, 0);
	assert_string_equal((const char *)out.p, "n: 0n tier = \"gold\";");
	tsr_buf_free(&out);
	tsr_arena_free(&w.arena);
}

static void
test_reason_costs_are_those_of_the_diagram(void **state)
{
	struct tsr_rule list[2] = {
	    {.starts = INT64_MIN, .ends = INT64_MAX, .name = TSR_LIT("a")},
	    {.starts = INT64_MIN, .ends = INT64_MAX, .name = TSR_LIT("b")}};
	struct tsr_rules_cost costs[3];
	struct tsr_json a, b;
	uint32_t decision;
	struct world w;

	(void)state;
	init(&w);
	a = json(&w, "{\"tier\":\"gold\"}");
	b = json(&w, "{\"n\":{\"$gt\":3}}");
	list[0].audience = &a;
	list[1].audience = &b;
	assert_true(tsr_rules_chain(&decision, w.rules, list, 2));
	tsr_rules_cost(costs, w.rules, decision);
	assert_true(costs[0].reached && costs[1].reached && costs[2].reached);
	assert_int_equal(costs[0].most, 1);
	assert_int_equal(costs[1].most, 2);
	assert_int_equal(costs[2].most, 2);
	assert_true(costs[0].mean == 1 && costs[2].mean == 2);
	/* The constant asks nothing. */
	tsr_rules_cost(costs, w.rules, 0);
	assert_true(costs[0].reached && costs[0].most == 0);
	tsr_arena_free(&w.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reason_says_each_part),
	    cmocka_unit_test(test_reason_says_moments),
	    cmocka_unit_test(test_reason_equal_chains_keep_their_words),
	    cmocka_unit_test(test_reason_costs_are_those_of_the_diagram),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
