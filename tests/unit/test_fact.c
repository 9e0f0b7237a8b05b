/*
 * Facts: what is known of a page is answered when the site is built.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "build/rules/rules.h"
#include "core/limits.h"

static const char attributes[] =
    "{\"category\": {\"type\": \"string\", \"source\": \"fact:category\"},"
    " \"price\": {\"type\": \"number\", \"source\": \"fact:price\"},"
    " \"sale\": {\"type\": \"boolean\", \"source\": \"fact:sale\"},"
    " \"marks\": {\"type\": \"json\", \"source\": \"fact:marks\"},"
    " \"maker\": {\"type\": \"string\", \"source\": \"fact:maker.name\"},"
    " \"shelf\": {\"type\": \"string\", \"source\": \"fact:shelf\"},"
    " \"tags\": {\"type\": \"json\", \"source\": \"fact:page.tags\"},"
    " \"title\": {\"type\": \"string\", \"source\": \"fact:page.title\"},"
    " \"long\": {\"type\": \"string\", \"source\": \"fact:long\"},"
    " \"lang\": {\"type\": \"string\", \"source\": \"locale\"},"
    " \"q\": {\"type\": \"string\", \"source\": \"query:q\"}}";

static const char record[] =
    "{\"category\": \"boots\", \"price\": 239, \"sale\": false,"
    " \"marks\": [\"new\", 3], \"maker\": {\"name\": \"Ada\"}}";
static const char fields[] =
    "{\"category\": \"hidden\", \"shelf\": \"top\"}";
static const char words[] =
    "{\"tags\": [\"guide\"], \"title\": \"Boots\", \"category\": \"no\"}";

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_rules *rules;
};

static struct tsr_json *
read_json(struct world *w, const char *text)
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
	tsr_sources_init(&w->sources, &w->arena);
	tsr_diag_init(&w->diag, &w->arena);
	w->rules = tsr_rules_new(&w->arena, &w->diag);
	tsr_rules_relax(w->rules);
	tsr_rules_declare(w->rules, read_json(w, attributes), NULL);
}

/* The chain's outcomes that are possible: bit 0 the variant, 1 the default. */
static unsigned
outcomes(struct world *w, const struct tsr_json *condition)
{
	struct tsr_rule rule = {.audience = condition, .starts = INT64_MIN,
	    .ends = INT64_MAX};
	bool can[2] = {false, false};
	uint32_t decision;

	assert_true(tsr_rules_chain(&decision, w->rules, &rule, 1));
	tsr_rules_can(can, w->rules, decision);
	return (unsigned)can[0] + 2 * (unsigned)can[1];
}

static void
test_fact_is_answered_when_the_page_is_known(void **state)
{
	static const struct {
		const char *condition;
		unsigned can;
		const char *why;
	} rows[] = {
	    {"{\"category\": \"boots\"}", 1, "the record comes first"},
	    {"{\"category\": \"hidden\"}", 2, "not what it hides"},
	    {"{\"shelf\": \"top\"}", 1, "then the page's fields"},
	    {"{\"price\": {\"$gt\": 200}}", 1, "a number"},
	    {"{\"price\": {\"$gt\": 300}}", 2, "that is not so great"},
	    {"{\"price\": {\"$regex\": \"^23\"}}", 1, "its text"},
	    {"{\"sale\": false}", 1, "a boolean"},
	    {"{\"marks\": {\"$all\": [\"new\"]}}", 1, "a list"},
	    {"{\"marks\": {\"$size\": 2}}", 1, "its size"},
	    {"{\"marks.1\": 3}", 1, "a path into it"},
	    {"{\"maker\": \"Ada\"}", 1, "a field in a field"},
	    {"{\"tags\": {\"$elemMatch\": {\"$eq\": \"guide\"}}}", 1,
		"of the page"},
	    {"{\"title\": \"Boots\"}", 1, "its title"},
	    {"{\"long\": {\"$exists\": false}}", 1, "none is missing"},
	    {"{\"long\": \"null\"}", 1, "as anywhere"},
	    {"{\"lang\": \"en\"}", 1, "the locale is known, too"},
	    {"{\"category\": \"boots\", \"q\": \"a\"}", 3,
		"the rest is left to the request"},
	    {"{\"category\": \"tents\", \"q\": \"a\"}", 2, "or is not asked"},
	    {"{\"$or\": [{\"category\": \"boots\"}, {\"q\": \"a\"}]}", 1,
		"nor here"},
	};
	struct tsr_rules_known known = {.page = TSR_LIT("p"),
	    .locale = TSR_LIT("en"), .path = TSR_LIT("/p")};
	struct world w;
	unsigned can;
	size_t i;

	(void)state;
	open_world(&w);
	known.facts[0] = read_json(&w, record);
	known.facts[1] = read_json(&w, fields);
	known.words = read_json(&w, words);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		tsr_rules_page(w.rules, &known);
		can = outcomes(&w, read_json(&w, rows[i].condition));
		if (can != rows[i].can)
			fail_msg("%s: %u: %s", rows[i].condition, can,
			    rows[i].why);
	}
	tsr_arena_free(&w.arena);
}

static void
test_fact_of_another_type_or_too_long_is_missing(void **state)
{
	static const char *const fits[][2] = {
	    {"category", "\"boots\""}, {"price", "1.5"}, {"sale", "true"},
	    {"marks", "{}"}};
	static const char *const not[][2] = {{"category", "1"},
	    {"category", "null"}, {"price", "\"1\""}, {"sale", "1"},
	    {"category", "[\"boots\"]"}};
	struct tsr_rules_known known = {.page = TSR_LIT("p")};
	char long_text[2][TSR_VALUE_MAX + 32], exists[64];
	struct world w;
	size_t i;

	(void)state;
	open_world(&w);
	for (i = 0; i < TSR_COUNT_OF(fits) + TSR_COUNT_OF(not); i++) {
		const char *const *row = i < TSR_COUNT_OF(fits)
		    ? fits[i] : not[i - TSR_COUNT_OF(fits)];

		known.facts[0] = read_json(&w, tsr_arena_printf(
		    &w.arena, "{\"%s\": %s}", row[0], row[1]));
		tsr_rules_page(w.rules, &known);
		snprintf(exists, sizeof(exists), "{\"%s\": {\"$exists\": true}}",
		    row[0]);
		if (outcomes(&w, read_json(&w, exists)) !=
		    (i < TSR_COUNT_OF(fits) ? 1 : 2))
			fail_msg("%s as %s", row[1], row[0]);
	}
	for (i = 0; i < 2; i++) {
		snprintf(long_text[i], sizeof(long_text[i]),
		    "{\"long\": \"%0*d\"}", (int)(TSR_VALUE_MAX + i), 0);
		known.facts[0] = read_json(&w, long_text[i]);
		tsr_rules_page(w.rules, &known);
		assert_int_equal(outcomes(&w, read_json(&w,
		    "{\"long\": {\"$exists\": true}}")), i == 0 ? 1 : 2);
	}
	tsr_arena_free(&w.arena);
}

static void
test_fact_pages_that_answer_alike_share_a_decision(void **state)
{
	static const char *const records[] = {"{\"price\": 10}",
	    "{\"price\": 20}", "{\"price\": 400}", "{\"price\": 900}"};
	struct tsr_rules_known known = {.page = TSR_LIT("p")};
	struct tsr_rule rule = {
	    .starts = INT64_MIN, .ends = INT64_MAX};
	uint32_t decisions[4];
	struct world w;
	size_t i;

	(void)state;
	open_world(&w);
	rule.audience = read_json(
	    &w, "{\"price\": {\"$gte\": 300}, \"q\": \"a\"}");
	assert_true(tsr_rules_asks_page(w.rules, &rule, 1));
	for (i = 0; i < 4; i++) {
		known.facts[0] = read_json(&w, records[i]);
		tsr_rules_page(w.rules, &known);
		assert_true(
		    tsr_rules_chain(&decisions[i], w.rules, &rule, 1));
	}
	assert_int_equal(decisions[0], decisions[1]);
	assert_int_equal(decisions[2], decisions[3]);
	assert_int_not_equal(decisions[1], decisions[2]);
	rule.audience = read_json(&w, "{\"q\": \"a\"}");
	assert_false(tsr_rules_asks_page(w.rules, &rule, 1));
	tsr_arena_free(&w.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fact_is_answered_when_the_page_is_known),
	    cmocka_unit_test(test_fact_of_another_type_or_too_long_is_missing),
	    cmocka_unit_test(
		test_fact_pages_that_answer_alike_share_a_decision),
	};

	return cmocka_run_group_tests_name("fact", tests, NULL, NULL);
}
