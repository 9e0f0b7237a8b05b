/*
 * Kinds of events: the program's are as documented, the site's are taken or
 * refused, and each cap is met from both sides.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build/rules/score.h"
#include "core/event.h"
#include "core/word.h"
#include "lib/kinds_table.h"

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_schemas *schemas;
	struct tsr_event_kinds kinds;
};

static void
open_world(struct world *w)
{
	const struct tsr_schema *form;

	memset(w, 0, sizeof(*w));
	tsr_sources_init(&w->sources, &w->arena);
	tsr_diag_init(&w->diag, &w->arena);
	w->schemas = tsr_schemas_new(&w->arena, &w->diag, &w->sources);
	form = tsr_schemas_add_kind(w->schemas, "event");
	assert_true(tsr_schemas_compile(w->schemas));
	tsr_event_kinds_init(&w->kinds, w->schemas, form, &w->sources,
	    &w->arena, &w->diag);
	assert_int_equal(w->diag.count, 0);
}

static struct tsr_json *
parse(struct world *w, const char *text)
{
	struct tsr_json *v = TSR_NEW(&w->arena, struct tsr_json);

	assert_true(tsr_json_read(v, &w->arena, &w->diag, &w->sources,
	    tsr_sources_add(&w->sources, "test",
		tsr_span_of(text, strlen(text)))));
	return v;
}

/* Add a kind; the rule of the first message, or "". */
static const char *
add(struct world *w, const char *name, const char *text)
{
	size_t before = w->diag.count;

	tsr_event_kinds_add(&w->kinds, tsr_span_of(name, strlen(name)),
	    tsr_span_of(NULL, 0), parse(w, text));
	return w->diag.count == before ? "" : w->diag.list[before].rule;
}

/* What the script sends, and what scores and doc/events.md say of it. */
static const struct {
	const char *name, *purpose, *from, *category, *fields;
} program[] = {
    {"cart", "analytics", "browser", "path",
	"op!enum sku:string quantity:integer value:integer"},
    {"click", "analytics", "browser", "interaction", "target!string"},
    {"exit", "analytics", "browser", "behaviour", "intent!enum"},
    {"filter", "analytics", "browser", "interaction",
	"name!string value:string"},
    {"form", "analytics", "browser", "path", "form!string step!enum"},
    {"purchase", "analytics", "server", "path",
	"order!string value!integer currency!string items:integer"},
    {"return", "analytics", "browser", "behaviour", "after!integer"},
    {"scroll", "analytics", "browser", "depth",
	"depth!integer velocity:integer"},
    {"search", "analytics", "browser", "interaction",
	"length!integer results:integer"},
    {"signin", "analytics", "server", "path", ""},
    {"size", "analytics", "browser", "interaction", "value!string"},
    {"tab", "analytics", "browser", "interaction", "name!string"},
    {"time", "analytics", "browser", "time", "visible!integer"},
    {"trigger", "analytics", "browser", "none", "id!string what!enum why:enum"},
    {"view", "analytics", "browser", "depth", "referrer:enum first:boolean"},
    {"vitals", "analytics", "browser", "none",
	"ttfb:integer lcp:integer cls1000:integer inp:integer decide:number "
	"personalised:integer"},
    {"why", "analytics", "browser", "none", "what!enum"},
    {"zoom", "analytics", "browser", "interaction", "image!string"},
};

static void
test_kinds_of_the_program_are_as_documented(void **state)
{
	struct world w;
	struct tsr_buf fields;
	uint32_t i, j;

	(void)state;
	open_world(&w);
	assert_int_equal(w.kinds.count, TSR_COUNT_OF(program));
	tsr_buf_init(&fields, 4096);
	for (i = 0; i < w.kinds.count; i++) {
		const struct tsr_event_kind *k = &w.kinds.list[i];

		tsr_buf_clear(&fields);
		for (j = 0; j < k->field_count; j++)
			tsr_buf_printf(&fields, "%s%.*s%c%s", j > 0 ? " " : "",
			    TSR_ARG(k->fields[j].name),
			    (k->fields[j].flags & TSR_EVENT_REQUIRED) != 0
				? '!' : ':',
			    tsr_word_event_type(k->fields[j].type));
		tsr_buf_byte(&fields, 0);
		assert_int_equal(k->version, 1);
		assert_false(k->own);
		assert_true(tsr_span_eq(k->name, tsr_span_of(program[i].name,
		    strlen(program[i].name))));
		assert_string_equal(
		    tsr_word_purpose(k->purpose), program[i].purpose);
		assert_string_equal(
		    tsr_word_event_from(k->from), program[i].from);
		assert_string_equal(tsr_word_event_category(k->category),
		    program[i].category);
		assert_string_equal(fields.p, program[i].fields);
		/* The published schema knows all that they have. */
		assert_true(tsr_schema_check(
		    &w.diag, w.kinds.form, k->json, NULL));
	}
	tsr_buf_free(&fields);
	tsr_arena_free(&w.arena);
}

#define KIND(more, fields)                                                     \
	"{\"version\":1," more "\"type\":\"object\",\"properties\":{" fields   \
	"},\"additionalProperties\":false}"
#define NAME32 "a2345678901234567890123456789012"

static const struct {
	const char *name, *text;
	const char *rule; /* "": taken */
	const char *why;
} rows[] = {
    {"own", KIND("", ""), "", "no fields"},
    {"own", "{\"version\":65535,\"type\":\"object\",\"properties\":{},"
	    "\"additionalProperties\":false}", "", "the last version"},
    {"own", "{\"version\":65536,\"type\":\"object\",\"properties\":{},"
	    "\"additionalProperties\":false}", "S003", "one too many"},
    {NAME32, KIND("", ""), "", "a name of 32"},
    {NAME32 "3", KIND("", ""), "K006", "a name of 33"},
    {"own", KIND("", "\"" NAME32 "\":{\"type\":\"boolean\"}"), "",
	"a field's name of 32"},
    {"own", KIND("", "\"" NAME32 "3\":{\"type\":\"boolean\"}"), "K006", "of 33"},
    {"own", KIND("", "\"a\":{\"type\":\"string\",\"maxLength\":500}"), "",
	"the longest text"},
    {"own", KIND("", "\"a\":{\"type\":\"string\",\"maxLength\":501}"), "S003",
	"one more"},
    {"own", KIND("", "\"a\":{\"type\":\"string\",\"maxLength\":500},"
		 "\"b\":{\"type\":\"string\",\"maxLength\":180}"), "",
	"2 + 2 * 7 + 6 * 680 = 4096 bytes"},
    {"own", KIND("", "\"a\":{\"type\":\"string\",\"maxLength\":500},"
		 "\"b\":{\"type\":\"string\",\"maxLength\":181}"), "K009",
	"more"},
    {"own", KIND("", "\"a\":{\"type\":\"integer\",\"minimum\":"
		 "-9007199254740991,\"maximum\":9007199254740991}"), "",
	"as far as integers are exact"},
    {"own", KIND("", "\"a\":{\"type\":\"number\",\"minimum\":"
		 "-9007199254740992}"), "K005", "further"},
    {"own", KIND("", "\"a\":{\"type\":\"number\",\"minimum\":1,"
		 "\"maximum\":1}"), "", "one value"},
    {"own", KIND("", "\"a\":{\"type\":\"number\",\"exclusiveMinimum\":1,"
		 "\"maximum\":1}"), "K005", "none"},
    {"own", KIND("\"from\":\"both\",\"purpose\":\"none\","
		 "\"category\":\"path\",", ""), "", "all words"},
    {"own", KIND("", "\"a\":{\"type\":\"string\",\"enum\":[]}"), "S009",
	"nothing to choose"},
    {"own", KIND("", "\"a\":{\"type\":\"string\",\"maxLength\":3,"
		 "\"pattern\":\"^[A-Z]+$\"}"), "", "a pattern"},
    {"own", KIND("", "\"a\":{\"type\":\"string\",\"maxLength\":99,"
		 "\"pattern\":\"(a|b)*a(a|b){14}$\"}"), "K011",
	"a pattern of too many states"},
    {"own", "{\"type\":\"object\",\"properties\":{},"
	    "\"additionalProperties\":false}", "S007", "no version"},
    {"signin", KIND("\"from\":\"server\",",
	"\"way\":{\"type\":\"string\",\"maxLength\":10}"), "",
	"what servers send is the site's to say"},
    {"why", KIND("", "\"what\":{\"type\":\"string\",\"enum\":[\"opened\"]}"),
	"K010", "the script sends more"},
    {"why", "{\"version\":1,\"type\":\"object\",\"properties\":{\"what\":"
	    "{\"type\":\"string\",\"enum\":[\"opened\",\"opted-out\",\"x\"]},"
	    "\"n\":{\"type\":\"integer\"}},\"required\":[\"what\"],"
	    "\"additionalProperties\":false}", "", "all of it, and more"},
    {"why", "{\"version\":2,\"type\":\"object\",\"properties\":{\"n\":"
	    "{\"type\":\"integer\"},\"what\":{\"type\":\"string\",\"enum\":["
	    "\"opened\",\"opted-out\"]}},\"required\":[\"what\"],"
	    "\"additionalProperties\":false}", "K010",
	"an element's attribute would be n"},
    {"why", "{\"version\":2,\"type\":\"object\",\"properties\":{\"n\":"
	    "{\"type\":\"integer\"}},\"additionalProperties\":false}", "K010",
	"the script sends the latest version"},
    {"why", KIND("\"from\":\"server\",", "\"what\":{\"type\":\"string\","
		 "\"enum\":[\"opened\",\"opted-out\"]}"), "K010",
	"the script would not be heard"},
};

static void
test_kinds_of_a_site_are_taken_or_refused(void **state)
{
	struct world w;
	const char *rule;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		open_world(&w);
		rule = add(&w, rows[i].name, rows[i].text);
		if (strcmp(rule, rows[i].rule) != 0)
			fail_msg("%s: %s", rows[i].why, rule);
		tsr_arena_free(&w.arena);
	}
}

/* Lists that are one too long: fields, choices, kinds. */
static void
test_kinds_have_caps_for_what_they_hold(void **state)
{
	struct tsr_kinds_table table;
	struct world w;
	struct tsr_buf text;
	uint32_t extra, i;

	(void)state;
	tsr_buf_init(&text, 1 << 20);
	for (extra = 0; extra < 2; extra++) {
		open_world(&w);
		tsr_buf_clear(&text);
		for (i = 0; i < TSR_EVENT_FIELDS_MAX + extra; i++)
			tsr_buf_printf(&text, "%s\"f%u\":{\"type\":\"boolean\"}",
			    i > 0 ? "," : "", i);
		tsr_buf_byte(&text, 0);
		assert_string_equal(add(&w, "fields",
			tsr_arena_printf(&w.arena, KIND("", "%s"), text.p)),
		    extra == 0 ? "" : "K009");
		tsr_buf_clear(&text);
		for (i = 0; i < TSR_EVENT_CHOICES_MAX + extra; i++)
			tsr_buf_printf(
			    &text, "%s\"%u\"", i > 0 ? "," : "", i);
		tsr_buf_byte(&text, 0);
		assert_string_equal(add(&w, "choices",
			tsr_arena_printf(&w.arena,
			    KIND("", "\"a\":{\"type\":\"string\","
				 "\"enum\":[%s]}"), text.p)),
		    extra == 0 ? "" : "S009");
		for (i = w.kinds.count; i < TSR_EVENT_KINDS_MAX; i++)
			assert_string_equal(add(&w,
				tsr_arena_printf(&w.arena, "kind%u", i),
				KIND("", "")), "");
		tsr_kinds_table_init(&table, &w.kinds);
		assert_int_equal(tsr_event_verify(&table.table), TSR_OK);
		tsr_kinds_table_free(&table);
		assert_string_equal(add(&w, "one-more", KIND("", "")), "K009");
		tsr_arena_free(&w.arena);
	}
	tsr_buf_free(&text);
}

/* What the site says instead is what the release has. */
static void
test_kinds_of_the_site_replace_those_of_the_program(void **state)
{
	static const char body[] = "{\"v\":1,\"page\":\"/\",\"events\":[{\"id\":"
	    "\"AAECAwQFBgcICQoLDA0ODw\",\"k\":\"search\",\"n\":1,\"t\":1,\"f\":"
	    "{\"length\":4,\"words\":\"boot\"}}]}";
	struct tsr_event_batch batch;
	struct tsr_kinds_table table;
	struct tsr_event e;
	struct world w;

	(void)state;
	open_world(&w);
	assert_string_equal(add(&w, "search",
	    "{\"version\":1,\"purpose\":\"personalization\",\"type\":\"object\","
	    "\"properties\":{\"length\":{\"type\":\"integer\",\"minimum\":0},"
	    "\"words\":{\"type\":\"string\",\"maxLength\":99},\"results\":"
	    "{\"type\":\"integer\",\"minimum\":0}},\"required\":[\"length\"],"
	    "\"additionalProperties\":false}"), "");
	assert_int_equal(w.kinds.count, TSR_COUNT_OF(program));
	tsr_kinds_table_init(&table, &w.kinds);
	assert_int_equal(tsr_event_open(&batch, &table.table,
	    TSR_EVENT_FORM_BROWSER, TSR_LIT(body)), TSR_EVENT_FINE);
	assert_true(tsr_event_next(&e, &batch));
	assert_int_equal(e.fault, TSR_EVENT_FINE);
	assert_int_equal(tsr_event_purpose(&table.table, e.kind),
	    TSR_PURPOSE_PERSONALIZATION);
	tsr_kinds_table_free(&table);
	tsr_arena_free(&w.arena);
}

/* What scores say of events: the default's, and mistakes. */
static const struct {
	const char *rule; /* of a score, as in variants/scores.json */
	const char *id;
	const char *why;
} gains[] = {
    {"{\"event\":\"view\",\"points\":1}", "", "a kind"},
    {"{\"event\":\"veiw\",\"points\":1}", "K012", "none"},
    {"{\"event\":\"scroll\",\"field\":\"depth\",\"atLeast\":100}", "", "a number"},
    {"{\"event\":\"scroll\",\"field\":\"depth\",\"atLeast\":101}", "K013",
	"too much"},
    {"{\"event\":\"scroll\",\"field\":\"dept\",\"atLeast\":1}", "K012",
	"no field"},
    {"{\"event\":\"scroll\",\"field\":\"depth\",\"is\":\"deep\"}", "K013",
	"a number is no text"},
    {"{\"event\":\"cart\",\"field\":\"op\",\"is\":\"add\"}", "", "a choice"},
    {"{\"event\":\"cart\",\"field\":\"op\",\"is\":\"added\"}", "K013",
	"none of them"},
    {"{\"event\":\"cart\",\"field\":\"op\",\"per\":2}", "K013", "no number"},
    {"{\"event\":\"click\",\"field\":\"target\",\"is\":\"hero\"}", "", "a text"},
    {"{\"event\":\"view\",\"field\":\"first\",\"is\":true}", "", "a boolean"},
    {"{\"event\":\"view\",\"field\":\"first\",\"is\":\"yes\"}", "K013",
	"a text is none"},
    {"{\"event\":1}", "K012", "what the form says is said elsewhere"},
    {"7", "", "so is this"},
};

static void
test_kinds_that_scores_ask_for_are_there(void **state)
{
	struct world w;
	const char *rule;
	size_t i, before;

	(void)state;
	open_world(&w);
	tsr_event_kinds_scores(&w.kinds, parse(&w,
	    tsr_arena_printf(&w.arena, "{\"intent\":%.*s}",
		(int)tsr_score_default().n,
		(const char *)tsr_score_default().p)));
	assert_int_equal(w.diag.count, 0);
	for (i = 0; i < TSR_COUNT_OF(gains); i++) {
		before = w.diag.count;
		tsr_event_kinds_scores(&w.kinds, parse(&w,
		    tsr_arena_printf(&w.arena,
			"{\"$schema\":\"x\",\"a\":{\"vectors\":{\"b\":"
			"{\"events\":[%s]}}}}", gains[i].rule)));
		rule = w.diag.count == before ? ""
		    : w.diag.list[before].rule;
		if (strcmp(rule, gains[i].id) != 0)
			fail_msg("%s: %s", gains[i].why, rule);
	}
	tsr_arena_free(&w.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_kinds_of_the_program_are_as_documented),
	    cmocka_unit_test(test_kinds_of_a_site_are_taken_or_refused),
	    cmocka_unit_test(test_kinds_have_caps_for_what_they_hold),
	    cmocka_unit_test(
		test_kinds_of_the_site_replace_those_of_the_program),
	    cmocka_unit_test(test_kinds_that_scores_ask_for_are_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
