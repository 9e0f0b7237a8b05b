/*
 * Front matter: YAML's core schema as JSON values with places.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "build/read/yaml.h"
#include "core/limits.h"

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_json value;
	bool good;
};

static void
read_text(struct world *w, struct tsr_span text)
{
	uint32_t src;

	memset(w, 0, sizeof(*w));
	tsr_sources_init(&w->sources, &w->arena);
	tsr_diag_init(&w->diag, &w->arena);
	src = tsr_sources_add(&w->sources, "x.md", text);
	w->good = tsr_yaml_read(
	    &w->value, &w->arena, &w->diag, &w->sources, src, 0, text.n);
}

/* A value as compact JSON, reals by their first digits. */
static void
show(struct tsr_buf *out, const struct tsr_json *v)
{
	uint32_t i;

	switch (v->type) {
	case TSR_JSON_NULL:
		tsr_buf_text(out, "null");
		break;
	case TSR_JSON_BOOLEAN:
		tsr_buf_text(out, v->u.boolean ? "true" : "false");
		break;
	case TSR_JSON_INTEGER:
		tsr_buf_printf(out, "%lld", (long long)v->u.integer);
		break;
	case TSR_JSON_REAL:
		tsr_buf_printf(out, "%.17gr", v->u.real);
		break;
	case TSR_JSON_STRING:
		tsr_buf_json(out, v->u.string);
		break;
	case TSR_JSON_ARRAY:
		tsr_buf_byte(out, '[');
		for (i = 0; i < v->count; i++) {
			if (i > 0)
				tsr_buf_byte(out, ',');
			show(out, &v->u.items[i]);
		}
		tsr_buf_byte(out, ']');
		break;
	default:
		tsr_buf_byte(out, '{');
		for (i = 0; i < v->count; i++) {
			if (i > 0)
				tsr_buf_byte(out, ',');
			tsr_buf_json(out, v->u.members[i].name);
			tsr_buf_byte(out, ':');
			show(out, &v->u.members[i].value);
		}
		tsr_buf_byte(out, '}');
	}
}

static void
test_yaml_values_are_those_of_the_core_schema(void **state)
{
	static const struct {
		const char *text, *json, *why;
	} rows[] = {
	    {"", "{}", "no front matter is an empty object"},
	    {"# only a comment\n", "{}", "so is a comment"},
	    {"a: true\nb: False\nc: ~\nd:", "{\"a\":true,\"b\":false,"
		"\"c\":null,\"d\":null}", "words of the core schema"},
	    {"a: yes\nb: no\nc: on", "{\"a\":\"yes\",\"b\":\"no\",\"c\":\"on\"}",
		"YAML 1.1 words are texts"},
	    {"a: 2026-03-01\nb: 12:30", "{\"a\":\"2026-03-01\",\"b\":\"12:30\"}",
		"dates and times are texts"},
	    {"a: '1'\nb: \"true\"", "{\"a\":\"1\",\"b\":\"true\"}",
		"quoted scalars are texts"},
	    {"a: [1, -2, +3, 0x1F, 0o17, 007]", "{\"a\":[1,-2,3,31,15,7]}",
		"integers in three bases"},
	    {"a: -9223372036854775808\nb: 9223372036854775807",
		"{\"a\":-9223372036854775808,\"b\":9223372036854775807}",
		"the smallest and the largest integer"},
	    {"a: 1.5\nb: .5\nc: 1e3\nd: -2.\ne: 0.1",
		"{\"a\":1.5r,\"b\":0.5r,\"c\":1000r,\"d\":-2r,"
		"\"e\":0.10000000000000001r}", "reals"},
	    {"a: 1.2.3\nb: 1e\nc: .\nd: -", NULL, "a lone - is a list"},
	    {"a: 1.2.3\nb: 1e\nc: .\nd: 1_000",
		"{\"a\":\"1.2.3\",\"b\":\"1e\",\"c\":\".\",\"d\":\"1_000\"}",
		"what only looks like a number is a text"},
	    {"a: |\n  x\n  y\nb: >\n  x\n  y\n",
		"{\"a\":\"x\\ny\\n\",\"b\":\"x y\\n\"}", "block scalars"},
	    {"a:\n  - b: 1\n    c: 2\n  - []\n  - {}",
		"{\"a\":[{\"b\":1,\"c\":2},[],{}]}", "nested blocks"},
	    {"a: b\r\nc: d\r\n", "{\"a\":\"b\",\"c\":\"d\"}", "CRLF"},
	    {"1: x\ntrue: y", "{\"1\":\"x\",\"true\":\"y\"}",
		"names are texts whatever they look like"},
	    {"a: \"\\u00e9\\n\"", "{\"a\":\"\xc3\xa9\\n\"}", "escapes"},
	};
	struct tsr_buf out;
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		read_text(&w, tsr_span_of(rows[i].text, strlen(rows[i].text)));
		tsr_buf_init(&out, 10000);
		show(&out, &w.value);
		if (w.good != (rows[i].json != NULL) ||
		    (w.good && !tsr_span_eq(tsr_buf_view(&out), tsr_span_of(
			rows[i].json, strlen(rows[i].json)))))
			fail_msg("%s: got %.*s", rows[i].why, (int)out.n,
			    (const char *)out.p);
		tsr_buf_free(&out);
		tsr_arena_free(&w.arena);
	}
}

static void
test_yaml_mistakes_have_a_rule_and_a_place(void **state)
{
	static const struct {
		const char *text, *rule;
		uint32_t off;
		const char *why;
	} rows[] = {
	    {"a: 1\na: 2", "Y002", 5, "a name used twice"},
	    {"\xc3\xa9: 1\n\xc3\xa9: 2", "Y002", 6, "places are bytes"},
	    {"a: &x 1", "Y004", 3, "an anchor"},
	    {"a: *x", "Y004", 3, "an alias"},
	    {"a: !!str 1", "Y005", 3, "a tag"},
	    {"a: {[1]: 2}", "Y006", 4, "a list as a name"},
	    {"? {b: 1}\n: 2", "Y006", 2, "a mapping as a name"},
	    {"a: .nan", "Y007", 3, "JSON has no NaN"},
	    {"a: 99999999999999999999", "Y007", 3, "more than 64 bits"},
	    {"a: 1e300", "Y007", 3, "more than one exact step"},
	    {"a: 1.2345678901234567", "Y007", 3, "more than 53 bits"},
	    {"a: 1\n...\n---\nb: 1", "Y008", 9, "a second document"},
	    {"a: \"\\0\"", "Y010", 3, "NUL"},
	    {"a: [1", "Y001", 5, "an open bracket"},
	    {"a: b: c", "Y001", 4, "a mapping in a line"},
	    {"a: \xff", "Y001", 3, "no UTF-8"},
	    {"\ta: 1", "Y001", 0, "a tab cannot indent"},
	};
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		read_text(&w, tsr_span_of(rows[i].text, strlen(rows[i].text)));
		if (w.good || w.diag.count == 0 ||
		    strcmp(w.diag.list[0].rule, rows[i].rule) != 0 ||
		    w.diag.list[0].where.off != rows[i].off)
			fail_msg("%s: got %s at %u (%s)", rows[i].why,
			    w.diag.count > 0 ? w.diag.list[0].rule : "nothing",
			    w.diag.count > 0 ? w.diag.list[0].where.off : 0,
			    w.diag.count > 0 ? w.diag.list[0].text : "");
		tsr_arena_free(&w.arena);
	}
}

static void
test_yaml_values_and_names_know_their_places(void **state)
{
	const struct tsr_member *m;
	struct world w;

	(void)state;
	read_text(&w, TSR_LIT("\xc3\xa4: x\nlist:\n  - 1\n  - two\n"));
	assert_true(w.good);
	m = w.value.u.members;
	assert_int_equal(m[0].off, 0);
	assert_int_equal(m[0].value.off, 4);
	assert_int_equal(m[1].off, 6);
	assert_int_equal(m[1].value.u.items[0].off, 16);
	assert_int_equal(m[1].value.u.items[1].off, 22);
	tsr_arena_free(&w.arena);
}

static void
test_yaml_depth_and_members_end_at_their_caps(void **state)
{
	struct tsr_buf text;
	struct world w;
	unsigned more, i;

	(void)state;
	for (more = 0; more < 2; more++) {
		tsr_buf_init(&text, 100000);
		tsr_buf_fill(&text, '[', TSR_JSON_DEPTH + more);
		tsr_buf_fill(&text, ']', TSR_JSON_DEPTH + more);
		read_text(&w, tsr_buf_view(&text));
		assert_int_equal(w.good, more == 0);
		tsr_arena_free(&w.arena);
		tsr_buf_clear(&text);
		for (i = 0; i < TSR_YAML_MEMBERS + more; i++)
			tsr_buf_printf(&text, "a%u: 1\n", i);
		read_text(&w, tsr_buf_view(&text));
		assert_int_equal(w.good, more == 0);
		tsr_arena_free(&w.arena);
		tsr_buf_clear(&text);
		tsr_buf_fill(&text, '\n', TSR_YAML_MAX + more);
		read_text(&w, tsr_buf_view(&text));
		assert_int_equal(w.good, more == 0);
		tsr_arena_free(&w.arena);
		tsr_buf_free(&text);
	}
}

static void
test_yaml_front_matter_is_cut_at_its_lines(void **state)
{
	static const struct {
		const char *text;
		enum tsr_front found;
		size_t from, n, body;
		const char *why;
	} rows[] = {
	    {"---\na: 1\n---\nx", TSR_FRONT_FOUND, 4, 5, 13, "plain"},
	    {"---\r\na: 1\r\n---\r\nx", TSR_FRONT_FOUND, 5, 6, 16, "CRLF"},
	    {"\xef\xbb\xbf---\n---\n", TSR_FRONT_FOUND, 7, 0, 11, "BOM, empty"},
	    {"---\na: 1\n--- ", TSR_FRONT_FOUND, 4, 5, 13, "no last line end"},
	    {"# x\n---\n", TSR_FRONT_NONE, 0, 0, 0, "not at the start"},
	    {"----\na\n---\n", TSR_FRONT_NONE, 0, 0, 0, "four hyphens"},
	    {"---\na: 1\n", TSR_FRONT_OPEN, 0, 0, 0, "never closed"},
	    {"", TSR_FRONT_NONE, 0, 0, 0, "nothing"},
	};
	size_t i, from, n, body;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++)
		if (tsr_front_matter(&from, &n, &body, tsr_span_of(rows[i].text,
			strlen(rows[i].text))) != rows[i].found ||
		    from != rows[i].from || n != rows[i].n ||
		    body != rows[i].body)
			fail_msg("%s: got %zu %zu %zu", rows[i].why, from, n,
			    body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_yaml_values_are_those_of_the_core_schema),
	    cmocka_unit_test(test_yaml_mistakes_have_a_rule_and_a_place),
	    cmocka_unit_test(test_yaml_values_and_names_know_their_places),
	    cmocka_unit_test(test_yaml_depth_and_members_end_at_their_caps),
	    cmocka_unit_test(test_yaml_front_matter_is_cut_at_its_lines),
	};

	return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
