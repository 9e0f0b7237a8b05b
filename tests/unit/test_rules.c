/*
 * Rules: mistakes are said where they are, variants that nobody can get are
 * found, what is known is folded, and the table can be relied on.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "core/decision.h"
#include "core/predicate.h"
#include "lib/decisions.h"

static const char attribute_text[] =
    "{\"country\": {\"type\": \"string\", \"source\": \"header:CF-IPCountry\","
    "   \"tier\": \"segment\", \"values\": [\"DE\", \"AT\"]},"
    " \"lang\": {\"type\": \"string\", \"source\": \"cookie:lang\","
    "   \"tier\": \"segment\"},"
    " \"camp\": {\"type\": \"string\", \"source\": \"query:c\"},"
    " \"n\": {\"type\": \"number\", \"source\": \"query:n\"},"
    " \"b\": {\"type\": \"boolean\", \"source\": \"cookie:b\"},"
    " \"vip\": {\"type\": \"string\", \"source\": \"cookie:vip\","
    "   \"purpose\": \"personalization\"},"
    " \"j\": {\"type\": \"json\", \"source\": \"cookie:j\"},"
    " \"p\": {\"type\": \"json\", \"source\": \"cookie:p\","
    "   \"purpose\": \"personalization\"},"
    " \"locale\": {\"type\": \"string\", \"source\": \"locale\"},"
    " \"page\": {\"type\": \"string\", \"source\": \"page\"}}";

#define ONE "{\"a\": {\"type\": \"string\", \"source\": \"query:a\"}}"

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
open_world(struct world *w, const char *attributes, const char *segments)
{
	memset(w, 0, sizeof(*w));
	tsr_sources_init(&w->sources, &w->arena);
	tsr_diag_init(&w->diag, &w->arena);
	w->rules = tsr_rules_new(&w->arena, &w->diag);
	tsr_rules_declare(w->rules, read_json(w, attributes),
	    segments != NULL ? read_json(w, segments) : NULL);
}

/* A chain of up to 4 audiences; a NULL one is everybody's. */
static uint32_t
chain_of(struct world *w, const char *const *audiences, size_t n)
{
	static const char *const names[] = {"v0", "v1", "v2", "v3"};
	struct tsr_rule list[4];
	uint32_t decision;
	size_t i;

	memset(list, 0, sizeof(list));
	for (i = 0; i < n; i++) {
		if (audiences[i] != NULL)
			list[i].audience = read_json(w, audiences[i]);
		list[i].starts = INT64_MIN;
		list[i].ends = INT64_MAX;
		list[i].name = tsr_span_of(names[i], 2);
	}
	(void)tsr_rules_chain(&decision, w->rules, list, n);
	return decision;
}

static void
expect_messages(struct world *w, const char *rules, const char *why)
{
	char got[200] = "";
	size_t i;

	for (i = 0; i < w->diag.count && i < 30; i++) {
		if (w->diag.list[i].severity == TSR_NOTE)
			continue;
		if (got[0] != 0)
			strcat(got, " ");
		strcat(got, w->diag.list[i].rule);
	}
	if (strcmp(got, rules) != 0)
		fail_msg("\"%s\" instead of \"%s\": %s (%s)", got, rules, why,
		    w->diag.count > 0 ? w->diag.list[0].text : "");
}

static void
test_rules_mistake_in_a_condition_is_reported_at_its_place(void **state)
{
	static const struct {
		const char *text, *rules;
		uint32_t off;
		const char *hint, *why;
	} rows[] = {
	    {"{\"contry\": \"DE\"}", "R001", 1, "country", "unknown attribute"},
	    {"{\"$adn\": []}", "R004", 1, "$and", "unknown logic"},
	    {"{\"n\": {\"$gtt\": 1}}", "R004", 7, "$gt", "unknown operator"},
	    {"{\"n\": {\"$and\": []}}", "R004", 7, NULL, "no logic in fields"},
	    {"{\"$segment\": \"vpis\"}", "R002", 13, "vips", "unknown segment"},
	    {"\"vpis\"", "R002", 0, "vips", "unknown segment as audience"},
	    {"[]", "R005", 0, NULL, "a list is no condition"},
	    {"{\"$or\": {}}", "R005", 8, NULL, "$or wants a list"},
	    {"{\"country\": 10}", "R005", 12, NULL, "string and number"},
	    {"{\"n\": \"10\"}", "R005", 6, NULL, "number and string"},
	    {"{\"b\": 1}", "R005", 6, NULL, "boolean and number"},
	    {"{\"b\": {\"$gt\": true}}", "R005", 7, NULL, "no order"},
	    {"{\"n\": {\"$in\": 1}}", "R005", 14, NULL, "$in wants a list"},
	    {"{\"n\": {\"$nin\": [1, \"x\"]}}", "R005", 19, NULL, "in a list"},
	    {"{\"n\": {\"$exists\": 1}}", "R005", 18, NULL, "true or false"},
	    {"{\"n\": {\"$regex\": \"1\"}}", "R005", 17, NULL, "no text"},
	    {"{\"n\": {\"$gt\": 1, \"x\": 2}}", "R005", 6, NULL, "mixed keys"},
	    {"{\"camp\": {\"$regex\": \"a(?=b)\"}}", "R006", 22, NULL,
		"look-ahead at its place"},
	    {"{\"camp\": {\"$regex\": \"\\\\.(?=b)\"}}", "R006", 24, NULL,
		"after an escape"},
	    {"{\"country\": \"AX\"}", "R017", 12, NULL, "not a listed value"},
	    {"{\"n\": {\"$lt\": 5}}", "R015", 7, "$exists", "0 is below 5"},
	    {"{\"n\": 0}", "R015", 1, "$exists", "missing equals 0"},
	    {"{\"vip\": {\"$ne\": \"x\"}}", "R014", 9, "$exists",
		"everybody without consent"},
	    {"{\"$not\": {\"vip\": \"x\"}}", "R014", 10, "$exists", "the same"},
	    {"{\"country\": \"DE\", \"$and\": [{\"country\": \"AT\"}]}", "R012 R010",
		0, NULL, "contradiction"},
	    {"{\"$or\": [{\"b\": true}, {\"b\": {\"$ne\": true}}]}", "R011", 0,
		NULL, "always"},
	    {"{\"n\": {\"$gt\": 5, \"$lt\": 5}}", "R012 R010", 0, NULL, "empty"},
	    {"{\"n\": {\"$gt\": 5, \"$lt\": 6}}", "", 0, NULL, "there is 5.5"},
	    {"{\"n\": {\"$exists\": true, \"$lt\": 5}}", "", 0, NULL, "guarded"},
	    {"{\"n\": {\"$gt\": -1}}", "R015", 7, "$exists", "0 is above -1"},
	    {"{\"n\": {\"$gt\": 1}}", "", 0, NULL, "0 is not above 1"},
	    {"{\"camp\": {\"$ne\": \"a\"}}", "", 0, NULL, "not a, said openly"},
	    {"{\"camp\": {\"$vlt\": \"2.0.0\"}}", "R015", 10, "$exists",
		"missing is version 0"},
	    {"{\"camp\": {\"$not\": {\"$vgte\": \"2.0.0\"}}}", "R015", 19,
		"$exists", "the same"},
	    {"{\"camp\": {\"$vgt\": \"2.100000.0\"}}", "R019", 18, "number",
		"six digits"},
	    {"{\"camp\": {\"$vgt\": \"2.10000.0+123456\"}}", "", 0, NULL,
		"five, and a build number"},
	    {"{\"camp\": {\"$vgt\": 1.1}}", "R005", 18, NULL, "1.10 is 1.1"},
	    {"{\"j.x\": {\"$in\": [1, \"1\"]}}", "R005", 20, NULL, "mixed types"},
	    {"{\"j.x\": {\"$in\": [1, 1.5, null]}}", "", 0, NULL, "not mixed"},
	    {"{\"j.n\": 0}", "R015", 1, "$exists", "missing equals 0"},
	    {"{\"p.n\": {\"$lt\": 5}}", "R014", 9, "$exists",
		"without consent, in JSON"},
	    {"{\"vip\": {\"$nini\": [\"x\"]}}", "R014", 9, "$exists",
		"without consent, in any case"},
	    {"{\"p.n\": {\"$exists\": false}}", "", 0, NULL, "said so of a path"},
	    {"{\"$or\": [{\"p.n\": null}, {\"p.n\": {\"$lt\": 5}}]}", "", 0,
		NULL, "said so with null"},
	    {"{\"$or\": [{\"vip\": {\"$exists\": false}},"
	     " {\"vip\": {\"$ne\": \"x\"}}]}", "", 0, NULL, "said so"},
	    {"{\"vip\": {\"$exists\": true, \"$nin\": [\"x\"]}}", "", 0, NULL,
		"guarded"},
	    {"{\"camp\": {\"$in\": [\"a\", null]}}", "", 0, NULL, "null is fine"},
	    {"{\"camp\": {\"$gte\": \"b\", \"$lt\": \"c\"}}", "", 0, NULL, "texts"},
	    {"{}", "", 0, NULL, "everybody, said openly"},
	};
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		open_world(&w, attribute_text,
		    "{\"vips\": {\"audience\": {\"vip\": \"gold\"}}}");
		(void)chain_of(&w, &rows[i].text, 1);
		expect_messages(&w, rows[i].rules, rows[i].why);
		if (w.diag.count > 0 && w.diag.list[0].where.off != rows[i].off)
			fail_msg("at %u: %s", w.diag.list[0].where.off,
			    rows[i].why);
		if (rows[i].hint != NULL &&
		    (w.diag.list[0].hint == NULL ||
			strstr(w.diag.list[0].hint, rows[i].hint) == NULL))
			fail_msg("hint %s: %s", w.diag.list[0].hint,
			    rows[i].why);
		tsr_arena_free(&w.arena);
	}
}

static void
test_rules_mistake_in_a_declaration_is_reported(void **state)
{
	static const struct {
		const char *attributes, *segments, *rules, *why;
	} rows[] = {
	    {"{\"a\": {\"type\": \"string\", \"source\": \"hedder:X\"}}", NULL,
		"R020", "no such source"},
	    {"{\"a\": {\"type\": \"string\", \"source\": \"header\"}}", NULL,
		"R020", "a header needs a name"},
	    {"{\"a\": {\"type\": \"string\", \"source\": \"path:x\"}}", NULL,
		"R020", "a path has none"},
	    {"{\"a\": {\"type\": \"string\", \"source\": \"cookie:a b\"}}", NULL,
		"R020", "no blank in names"},
	    {"{\"a\": {\"type\": \"string\", \"source\": \"time\"}}", NULL,
		"R021", "time is a number"},
	    {"{\"a\": {\"type\": \"number\", \"source\": \"page\"}}", NULL,
		"R021", "a page is a string"},
	    {"{\"a\": {\"type\": \"number\", \"source\": \"query:n\","
	     " \"tier\": \"segment\"}}", NULL, "R021", "no numbers"},
	    {"{\"a\": {\"type\": \"string\", \"source\": \"query:n\","
	     " \"tier\": \"segment\", \"purpose\": \"analytics\"}}", NULL,
		"R021", "no shared cache keys on it"},
	    {"{\"a\": {\"type\": \"string\", \"source\": \"query:n\","
	     " \"tier\": \"build\"}}", NULL, "R021", "not known at build"},
	    {"{\"a\": {\"type\": \"number\", \"source\": \"browser:scroll\"},"
	     " \"b\": {\"type\": \"string\", \"purpose\": \"functional\","
	     " \"source\": \"state:entry.referrer\"}}",
		NULL, "", "more sources"},
	    {"{\"a\": {\"type\": \"number\", \"source\": \"browser:scroll\","
	     " \"tier\": \"request\"}}",
		NULL, "R021", "only the browser knows"},
	    {"{\"a\": {\"type\": \"json\", \"source\": \"browser:tab\"}}", NULL,
		"R021", "no JSON from the browser"},
	    {"{\"a\": {\"type\": \"number\", \"source\": \"browser:tab\"}}",
		NULL, "R021", "a tab is a string"},
	    {"{\"a\": {\"type\": \"number\", \"source\": \"browser:scrol\"}}",
		NULL, "R020", "no such signal"},
	    {"{\"a\": {\"type\": \"number\", \"source\": \"cookie:x\","
	     " \"tier\": \"browser\"}}",
		NULL, "R021", "a cookie is not the browser's"},
	    {"{\"a\": {\"type\": \"string\", \"source\": \"experiment:x\"}}",
		NULL, "R020", "experiments are declared elsewhere"},
	    {"{\"a\": {\"type\": \"string\", \"source\": \"browser:tab\","
	     " \"text\": {\"fallback\": \"\"}}}",
		NULL, "R023", "no text of what only the browser knows"},
	    {"{\"a\": {\"type\": \"number\", \"source\": \"query:n\","
	     " \"text\": {}}}", NULL, "R023", "no text of a number"},
	    {"{}", "{\"s\": {\"audience\": \"s\"}}", "R003", "itself"},
	    {"{}", "{\"s\": {\"audience\": {\"$or\": [{\"$segment\": \"t\"}]}},"
		   " \"t\": {\"audience\": \"s\"}}", "R003", "in a circle"},
	    {"{}", "{\"s\": {\"audience\": \"t\"}, \"t\": {\"audience\": {}}}", "",
		"a later one"},
	    {ONE, "{\"s\": {\"audience\": {\"a\": {\"$in\": [\"x\", \"y\"]}}},"
		 " \"t\": {\"audience\": {\"$or\": [{\"a\": \"y\"},"
		 " {\"a\": \"x\"}]}}}", "R018", "the same visitors"},
	    {ONE, "{\"s\": {\"audience\": {\"a\": {\"$in\": [\"x\", \"y\"],"
		 " \"$ne\": \"y\"}}}, \"t\": {\"audience\": {\"a\": \"x\"}}}",
		"R018", "the same, said with another constant"},
	    {ONE, "{\"s\": {\"audience\": {\"a\": \"x\"}},"
		 " \"t\": {\"audience\": \"s\"}}", "", "an alias"},
	    {ONE, "{\"s\": {\"audience\": {\"a\": \"x\"}},"
		 " \"t\": {\"audience\": {\"a\": \"y\"}}}", "", "others"},
	};
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		open_world(&w, rows[i].attributes, rows[i].segments);
		expect_messages(&w, rows[i].rules, rows[i].why);
		tsr_arena_free(&w.arena);
	}
}

static void
test_rules_variant_that_nobody_gets_is_reported_with_what_hides_it(
    void **state)
{
	static const struct {
		const char *audiences[4];
		size_t n;
		const char *rules, *part, *why;
	} rows[] = {
	    {{"{\"b\": true}", "{\"b\": true, \"camp\": \"x\"}"}, 2, "R010",
		"\"v0\" comes", "a narrower audience below"},
	    {{"{\"n\": {\"$gt\": 5}}", "{\"n\": {\"$gt\": 7}}"}, 2, "R010",
		"\"v0\" comes", "a narrower range below"},
	    {{NULL, "{\"b\": true}"}, 2, "R010", "\"v0\" comes", "everybody"},
	    {{"{\"b\": true}", "{\"b\": false}", "{\"b\": null}",
		 "{\"camp\": \"x\"}"}, 4, "R010", "together", "all of them"},
	    {{"{\"b\": true}", "{\"b\": false}", "{\"camp\": \"x\"}"}, 3, "",
		"", "those without b are left"},
	    {{"{\"country\": {\"$in\": [\"DE\", \"AT\"]}}",
		 "{\"country\": \"AT\"}"}, 2, "R010", "\"v0\" comes", "in a list"},
	    {{"{\"camp\": {\"$regex\": \"^a\"}}", "{\"camp\": \"abc\"}"}, 2,
		"R010", "\"v0\" comes", "in an expression"},
	    {{"{\"camp\": {\"$regex\": \"^a\"}}", "{\"camp\": \"bc\"}"}, 2, "",
		"", "not in an expression"},
	    {{"{\"camp\": {\"$regex\": \"^a\"}}",
		 "{\"camp\": {\"$regex\": \"b$\"}}"}, 2, "", "", "overlapping"},
	    {{"{\"camp\": {\"$vgte\": \"1.10.0\"}}",
		 "{\"camp\": {\"$vgt\": \"1.9.0\"}}",
		 "{\"camp\": {\"$vgte\": \"2.0.0\"}}"}, 3, "R010", "\"v0\" comes",
		"versions"},
	    {{"{\"camp\": {\"$startsWith\": \"spring\"}}",
		 "{\"camp\": \"spring-sale\"}",
		 "{\"camp\": {\"$startsWith\": \"spri\"}}",
		 "{\"camp\": {\"$startsWith\": \"spring-\"}}"}, 4, "R010 R010",
		"\"v0\" comes", "texts that begin with each other"},
	    {{"{\"camp\": {\"$startsWith\": \"a\"}}",
		 "{\"camp\": {\"$endsWith\": \"a\"}}",
		 "{\"camp\": {\"$regexi\": \"a\"}}"}, 3, "", "",
		"none covers the next"},
	    {{"{\"camp\": {\"$contains\": \"a\"}}", "{\"camp\": \"cat\"}",
		 "{\"camp\": \"dog\"}"}, 3, "R010", "\"v0\" comes",
		"a constant that contains it"},
	    {{"{\"camp\": {\"$cidr\": \"10.0.0.0/8\"}}",
		 "{\"camp\": \"10.1.2.3\"}", "{\"camp\": \"11.1.2.3\"}"}, 3,
		"R010", "\"v0\" comes", "an address in a network"},
	};
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		open_world(&w, attribute_text, NULL);
		(void)chain_of(&w, rows[i].audiences, rows[i].n);
		expect_messages(&w, rows[i].rules, rows[i].why);
		if (w.diag.count > 0 &&
		    strstr(w.diag.list[0].text, rows[i].part) == NULL)
			fail_msg("%s: %s", w.diag.list[0].text, rows[i].why);
		tsr_arena_free(&w.arena);
	}
}

static const struct tsr_rules_known known_page = {
    .page = {(const uint8_t *)"p", 1},
    .locale = {(const uint8_t *)"en", 2},
    .path = {(const uint8_t *)"/p", 2}};

static void
test_rules_what_is_known_or_implied_is_not_asked(void **state)
{
	static const struct {
		const char *audiences[4];
		size_t n, nodes;
		enum tsr_tier tier;
		const char *why;
	} rows[] = {
	    {{"{\"locale\": \"en\", \"b\": true}"}, 1, 1, TSR_TIER_REQUEST,
		"the locale is known"},
	    {{"{\"locale\": \"de\", \"b\": true}"}, 1, 0, TSR_TIER_BUILD,
		"another locale"},
	    {{"{\"page\": {\"$regex\": \"^p\"}, \"country\": \"DE\"}"}, 1, 1,
		TSR_TIER_SEGMENT, "an expression on the page"},
	    {{"{\"b\": true}", "{\"$not\": {\"b\": true}, \"camp\": \"x\"}"}, 2,
		2, TSR_TIER_REQUEST, "b is not asked twice"},
	    {{"{\"country\": \"DE\", \"b\": true}",
		 "{\"country\": \"AT\", \"b\": true}"}, 2, 4, TSR_TIER_REQUEST,
		"one country excludes the other"},
	    {{"{\"n\": {\"$gte\": 10}}", "{\"n\": {\"$gte\": 5}}",
		 "{\"n\": {\"$gte\": 7, \"$lt\": 4}}"}, 3, 2,
		TSR_TIER_REQUEST, "ranges"},
	    {{"{\"country\": {\"$gt\": \"A\"}}"}, 1, 1, TSR_TIER_REQUEST,
		"no server map has an order of texts"},
	    {{"{\"lang\": {\"$exists\": true}}"}, 1, 1, TSR_TIER_SEGMENT,
		"but it has this"},
	};
	struct decisions table;
	struct world w;
	uint32_t d;
	size_t i, n;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		open_world(&w, attribute_text, NULL);
		tsr_rules_page(w.rules, &known_page);
		d = chain_of(&w, rows[i].audiences, rows[i].n);
		decisions_open(&table, w.rules, &w.arena);
		n = tsr_table_count(&table.table, TSR_SECTION_NODE);
		if (n != rows[i].nodes)
			fail_msg("%zu nodes: %s", n, rows[i].why);
		if (tsr_rules_tier(w.rules, d) != rows[i].tier)
			fail_msg("tier %d: %s", (int)tsr_rules_tier(w.rules, d),
			    rows[i].why);
		decisions_close(&table);
		tsr_arena_free(&w.arena);
	}
}

static void
test_rules_equal_chains_are_one_decision(void **state)
{
	static const char *const a[] = {"{\"b\": true, \"camp\": \"x\"}"};
	static const char *const b[] = {"{\"$and\": [{\"b\": {\"$eq\": true}},"
					" {\"camp\": {\"$in\": [\"x\"]}}]}"};
	static const char *const c[] = {"{\"b\": true}"};
	struct world w;

	(void)state;
	open_world(&w, attribute_text, NULL);
	assert_int_equal(chain_of(&w, a, 1), 1);
	assert_int_equal(chain_of(&w, b, 1), 1);
	assert_int_equal(chain_of(&w, c, 1), 2);
	assert_int_equal(chain_of(&w, NULL, 0), 0);
	tsr_arena_free(&w.arena);
}

static void
test_rules_product_counts_only_what_can_happen(void **state)
{
	static const char *const a[] = {
	    "{\"country\": \"DE\"}", "{\"country\": \"AT\"}"};
	static const char *const b[] = {"{\"country\": \"DE\", \"b\": true}"};
	uint32_t parts[2], joint, *tuples, outcomes, i;
	struct world w;

	(void)state;
	open_world(&w, attribute_text, NULL);
	parts[0] = chain_of(&w, a, 2);
	parts[1] = chain_of(&w, b, 1);
	assert_true(tsr_rules_product(&joint, &tuples, &outcomes, w.rules,
	    parts, 2, 4, &w.arena));
	assert_int_equal(outcomes, 4); /* (0,0) (0,1) (1,1) (2,1) */
	for (i = 0; i < outcomes; i++)
		assert_true(tuples[i * 2] == 0 || tuples[i * 2 + 1] == 1);
	assert_false(tsr_rules_product(&joint, &tuples, &outcomes, w.rules,
	    parts, 2, 3, &w.arena));
	tsr_arena_free(&w.arena);
}

static void
test_rules_time_of_variants_gives_boundaries_and_stays_shareable(void **state)
{
	struct tsr_rule rule = {.starts = 1000, .ends = 1772323200001};
	const int64_t *moments;
	struct world w;
	uint32_t d;

	(void)state;
	open_world(&w, attribute_text, NULL);
	assert_true(tsr_rules_chain(&d, w.rules, &rule, 1));
	assert_int_equal(
	    tsr_rules_boundaries(&moments, w.rules, d, &w.arena), 2);
	assert_int_equal(moments[0], 1000);
	assert_int_equal(moments[1], 1772323200001);
	assert_int_equal(tsr_rules_tier(w.rules, d), TSR_TIER_SEGMENT);
	tsr_arena_free(&w.arena);
}

static void
test_rules_segments_too_deep_are_an_error(void **state)
{
	struct tsr_buf text;
	struct world w;
	unsigned i, n;

	(void)state;
	for (n = 199; n <= 200; n++) {
		tsr_buf_init(&text, 1 << 20);
		tsr_buf_byte(&text, '{');
		for (i = 0; i + 1 < n; i++)
			tsr_buf_printf(&text,
			    "\"s%u\": {\"audience\": \"s%u\"}, ", i, i + 1);
		tsr_buf_printf(
		    &text, "\"s%u\": {\"audience\": {\"b\": true}}}", i);
		tsr_buf_byte(&text, 0);
		open_world(&w, attribute_text, (const char *)text.p);
		expect_messages(&w, n == 199 ? "" : "R016",
		    "199 segments fit, 200 do not");
		tsr_buf_free(&text);
		tsr_arena_free(&w.arena);
	}
}

static void
test_rules_more_variants_than_a_slot_may_have_are_an_error(void **state)
{
	static struct tsr_rule list[TSR_CHOICES_MAX + 1];
	struct world w;
	uint32_t d;
	size_t n, i;

	(void)state;
	for (n = TSR_CHOICES_MAX; n <= TSR_CHOICES_MAX + 1; n++) {
		open_world(&w, attribute_text, NULL);
		for (i = 0; i < n; i++) {
			list[i].audience = read_json(&w, tsr_arena_printf(
			    &w.arena, "{\"camp\": \"c%zu\"}", i));
			list[i].starts = INT64_MIN;
			list[i].ends = INT64_MAX;
		}
		assert_int_equal(tsr_rules_chain(&d, w.rules, list, n),
		    n == TSR_CHOICES_MAX);
		assert_int_equal(w.diag.errors, n - TSR_CHOICES_MAX);
		tsr_arena_free(&w.arena);
	}
}

/* Any one byte of the table changed: deciding stays inside, verify is calm. */
static void
test_rules_damaged_table_is_read_within_its_bounds(void **state)
{
	static const char *const a[] = {
	    "{\"country\": {\"$in\": [\"DE\", \"AT\"]}, \"n\": {\"$gt\": 5}}",
	    "{\"camp\": {\"$regex\": \"^a\"}, \"b\": true}"};
	static const enum tsr_section sections[] = {TSR_SECTION_ATTR,
	    TSR_SECTION_PRED, TSR_SECTION_VALU, TSR_SECTION_NODE,
	    TSR_SECTION_DECN, TSR_SECTION_AUTO, TSR_SECTION_SKEY};
	static const uint8_t bytes[] = {0, 1, 2, 0x7f, 0x80, 0xff};
	static struct tsr_visit visit;
	struct tsr_param params[] = {
	    {TSR_LIT("HTTP_CF_IPCOUNTRY"), TSR_LIT("DE")},
	    {TSR_LIT("HTTP_COOKIE"), TSR_LIT("b=1")},
	    {TSR_LIT("QUERY_STRING"), TSR_LIT("c=abc&n=7")}};
	struct tsr_request request = {.params = params, .count = 3};
	struct decisions table;
	struct world w;
	uint32_t d, refused = 0;
	uint8_t *p, old;
	size_t i, j, k;

	(void)state;
	open_world(&w, attribute_text, NULL);
	d = chain_of(&w, a, 2);
	decisions_open(&table, w.rules, &w.arena);
	assert_int_equal(tsr_decision_verify(&table.table), TSR_OK);
	for (i = 0; i < TSR_COUNT_OF(sections); i++) {
		p = table.sections[sections[i]].p;
		for (j = 0; j < table.sections[sections[i]].n; j++)
			for (k = 0; k < sizeof(bytes); k++) {
				old = p[j];
				p[j] = bytes[k];
				refused += tsr_decision_verify(
				    &table.table) != TSR_OK;
				tsr_visit_init(&visit, &table.table, &request,
				    table.page);
				assert_true(tsr_decide_outcome(&visit, d) <
				    UINT32_MAX);
				p[j] = old;
			}
	}
	assert_true(refused > 100);
	decisions_close(&table);
	tsr_arena_free(&w.arena);
}

/* Texts and numbers of a long list are packed; what cannot be is not. */
static void
test_rules_long_lists_are_packed_and_hold_for_the_same(void **state)
{
	static const struct {
		const char *query;
		uint32_t s, n, j;
		const char *why;
	} rows[] = {
	    {"c=id7&n=21", 0, 0, 1, "ids of both groups"},
	    {"c=id300&n=901", 1, 1, 1, "one past the end, no multiple of 3"},
	    {"c=id0&n=1.5", 0, 0, 1, "the first one; a number that is not whole"},
	    {"c=id07&n=-3", 1, 1, 1, "another text for a number; less than 0"},
	    {"c=&n=897", 1, 0, 1, "nothing; the last number"},
	};
	static const char *const names[] = {"camp", "n", "j"};
	static struct tsr_visit visit;
	struct tsr_buf text[3];
	struct decisions table;
	struct tsr_param params[2] = {
	    {TSR_LIT("QUERY_STRING"), {NULL, 0}},
	    {TSR_LIT("HTTP_COOKIE"), TSR_LIT("j=[\"x\",[1],\"id299\"]")}};
	struct tsr_request request = {.params = params, .count = 2};
	const char *audience;
	uint32_t d[3], i;
	struct world w;

	(void)state;
	open_world(&w, attribute_text, NULL);
	for (i = 0; i < 3; i++) {
		tsr_buf_init(&text[i], 1u << 20);
		tsr_buf_printf(&text[i], "{\"%s\": {\"$in\": [", names[i]);
	}
	for (i = 0; i < 300; i++) {
		tsr_buf_printf(&text[0], "%s\"id%u\"", i > 0 ? "," : "", i);
		tsr_buf_printf(&text[2], "%s\"id%u\"", i > 0 ? "," : "", i);
		tsr_buf_printf(&text[1], "%s%u", i > 0 ? "," : "", i * 3);
	}
	tsr_buf_text(&text[1], ",1.5");
	for (i = 0; i < 3; i++) {
		tsr_buf_text(&text[i], "]}}");
		audience = tsr_arena_cstr(&w.arena, tsr_buf_view(&text[i]));
		d[i] = chain_of(&w, &audience, 1);
		tsr_buf_free(&text[i]);
	}
	expect_messages(&w, "", "nothing wrong");
	decisions_open(&table, w.rules, &w.arena);
	assert_int_equal(tsr_decision_verify(&table.table), TSR_OK);
	/* The two lists of texts are one group. */
	assert_int_equal(table.table.sections[TSR_SECTION_GRPS].count, 2);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		params[0].value =
		    tsr_span_of(rows[i].query, strlen(rows[i].query));
		tsr_visit_init(&visit, &table.table, &request, table.page);
		if (tsr_decide_outcome(&visit, d[0]) != rows[i].s ||
		    tsr_decide_outcome(&visit, d[1]) != rows[i].n ||
		    (tsr_decide_outcome(&visit, d[2]) == 0) != rows[i].j)
			fail_msg("%s: %s", rows[i].query, rows[i].why);
	}
	decisions_close(&table);
	tsr_arena_free(&w.arena);
}

static void
test_rules_ten_thousand_rules_compile_quickly(void **state)
{
	struct tsr_buf text;
	struct decisions table;
	struct tsr_rule list[10];
	struct timespec begun, ended;
	struct world w;
	uint32_t d;
	unsigned i, j;
	double ms;

	(void)state;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begun);
	tsr_buf_init(&text, 1 << 24);
	tsr_buf_byte(&text, '{');
	for (i = 0; i < 1000; i++)
		tsr_buf_printf(&text, "%s\"s%u\": {\"audience\": {\"camp\": "
			"\"c%u\", \"n\": {\"$gt\": %u}}}",
		    i > 0 ? "," : "", i, i, i % 50);
	tsr_buf_text(&text, "}");
	tsr_buf_byte(&text, 0);
	open_world(&w, attribute_text, (const char *)text.p);
	tsr_buf_free(&text);
	memset(list, 0, sizeof(list));
	for (i = 0; i < 1000; i++) {
		for (j = 0; j < 10; j++) {
			list[j].audience = read_json(&w, tsr_arena_printf(
			    &w.arena, "\"s%u\"", (i * 7 + j * 101) % 1000));
			list[j].starts = INT64_MIN;
			list[j].ends = INT64_MAX;
		}
		assert_true(tsr_rules_chain(&d, w.rules, list, 10));
	}
	expect_messages(&w, "", "nothing wrong");
	decisions_open(&table, w.rules, &w.arena);
	for (i = 0, j = 0; i < TSR_SECTION_COUNT; i++)
		j += (unsigned)table.sections[i].n;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ended);
	ms = (double)(ended.tv_sec - begun.tv_sec) * 1e3 +
	    (double)(ended.tv_nsec - begun.tv_nsec) / 1e6;
	print_message("10,000 rules over 1,000 segments: %.0f ms of 2,000, "
		      "%u bytes of 1,000,000\n", ms, j);
	assert_true(j <= 1000000);
#if !defined(__SANITIZE_ADDRESS__)
	/* An instrument that makes all slower says so. */
	assert_true(ms < 2000 || getenv("TSR_SLOW") != NULL);
#endif
	decisions_close(&table);
	tsr_arena_free(&w.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_rules_mistake_in_a_condition_is_reported_at_its_place),
	    cmocka_unit_test(test_rules_mistake_in_a_declaration_is_reported),
	    cmocka_unit_test(
		test_rules_variant_that_nobody_gets_is_reported_with_what_hides_it),
	    cmocka_unit_test(test_rules_what_is_known_or_implied_is_not_asked),
	    cmocka_unit_test(test_rules_equal_chains_are_one_decision),
	    cmocka_unit_test(test_rules_product_counts_only_what_can_happen),
	    cmocka_unit_test(
		test_rules_time_of_variants_gives_boundaries_and_stays_shareable),
	    cmocka_unit_test(test_rules_segments_too_deep_are_an_error),
	    cmocka_unit_test(
		test_rules_more_variants_than_a_slot_may_have_are_an_error),
	    cmocka_unit_test(
		test_rules_damaged_table_is_read_within_its_bounds),
	    cmocka_unit_test(
		test_rules_long_lists_are_packed_and_hold_for_the_same),
	    cmocka_unit_test(test_rules_ten_thousand_rules_compile_quickly),
	};

	return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
