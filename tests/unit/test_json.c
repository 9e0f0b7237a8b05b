/*
 * JSON: every value knows its place, mistakes are said where they are, numbers
 * are written as JavaScript writes them, patches follow RFC 7396.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "build/read/json.h"

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
};

static void
open_world(struct world *w)
{
	tsr_arena_init(&w->arena);
	tsr_sources_init(&w->sources, &w->arena);
	tsr_diag_init(&w->diag, &w->arena);
}

static bool
read_text(struct tsr_json *out, struct world *w, const char *text, size_t n)
{
	uint32_t src =
	    tsr_sources_add(&w->sources, "x.json", tsr_span_of(text, n));

	return tsr_json_read(out, &w->arena, &w->diag, &w->sources, src);
}

static void
assert_written(struct world *w, const struct tsr_json *v, const char *expected)
{
	struct tsr_buf buf;

	(void)w;
	tsr_buf_init(&buf, 100000);
	tsr_json_write(&buf, v);
	tsr_buf_byte(&buf, 0);
	assert_string_equal((const char *)buf.p, expected);
	tsr_buf_free(&buf);
}

static void
test_json_mistake_is_reported_at_its_place(void **state)
{
	static const struct {
		const char *text;
		const char *rule;
		uint32_t off;
		const char *part; /* of text and hint */
	} rows[] = {
	    {"", "J001", 0, "no JSON value"},
	    {"  \n", "J001", 3, "no JSON value"},
	    {"{\"a\": 1,}", "J001", 7, "remove the comma"},
	    {"[1, 2, ]", "J001", 5, "remove the comma"},
	    {"{\"a\": 1 \"b\": 2}", "J001", 8, "comma is missing"},
	    {"[1 2]", "J001", 3, "comma is missing"},
	    {"{'a': 1}", "J001", 1, "double quotes"},
	    {"{\"a\": 'x'}", "J001", 6, "double quotes"},
	    {"{a: 1}", "J001", 1, "names stand between"},
	    {"{\"a\": 1} // x", "J001", 9, "comments"},
	    {"[1, /* x */ 2]", "J001", 4, "comments"},
	    {"{\"a\" 1}", "J001", 5, "a colon"},
	    {"{\"a\": True}", "J001", 6, "write true"},
	    {"[None]", "J001", 1, "write null"},
	    {"[NaN]", "J001", 1, "NaN"},
	    {"[01]", "J001", 1, "without the 0"},
	    {"[1.]", "J001", 1, "after the point"},
	    {"[1e]", "J001", 1, "after the e"},
	    {"[.5]", "J001", 1, "a value"},
	    {"[+5]", "J001", 1, "a value"},
	    {"[0x10]", "J001", 1, "no number"},
	    {"[-]", "J001", 1, "a value"},
	    {"{\"a\": \"x\ny\"}", "J001", 6, "line ends inside"},
	    {"[\"a\tb\"]", "J001", 3, "control character"},
	    {"[\"\\x\"]", "J001", 2, "unknown escape"},
	    {"[\"\\u12g4\"]", "J001", 2, "four hexadecimal"},
	    {"[\"\\ud800\"]", "J001", 2, "surrogate"},
	    {"[\"\xff\"]", "J001", 2, "not UTF-8"},
	    {"[\"\xed\xa0\x80\"]", "J001", 2, "not UTF-8"},
	    {"[\"abc", "J001", 1, "not closed"},
	    {"{\"a\": [1", "J001", 8, "ends inside an array"},
	    {"{\"a\": 1", "J001", 7, "ends inside an object"},
	    {"{\"a\":", "J001", 5, "ends where a value"},
	    {"1 2", "J001", 2, "the end"},
	    {"]", "J001", 0, "a value"},
	    {"{\"a\": 1, \"b\": {}, \"a\": 2}", "J002", 18, "used twice"},
	    {"{\"x\": [{\"a\": 1, \"\\u0061\": 2}]}", "J002", 16, "used twice"},
	    {"[\"a\\u0000b\"]", "J004", 1, "U+0000"},
	    {"{\"a\\u0000\": 1}", "J004", 1, "U+0000"},
	    {"[1e999]", "J005", 1, "too large"},
	};
	struct world w;
	struct tsr_json v;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		const struct tsr_message *m;
		char both[400];

		open_world(&w);
		if (read_text(&v, &w, rows[i].text, strlen(rows[i].text)))
			fail_msg("accepted: %s", rows[i].text);
		assert_int_equal(w.diag.count, 1);
		m = &w.diag.list[0];
		snprintf(both, sizeof(both), "%s | %s", m->text,
		    m->hint != NULL ? m->hint : "");
		if (strcmp(m->rule, rows[i].rule) != 0 ||
		    m->where.off != rows[i].off ||
		    strstr(both, rows[i].part) == NULL)
			fail_msg("%s: %s at %u: %s", rows[i].text, m->rule,
			    m->where.off, both);
		tsr_arena_free(&w.arena);
	}
}

static void
test_json_name_used_twice_shows_the_first_place(void **state)
{
	static const char text[] =
	    "[{\"a\": {\"b\": 1}}, {\"x\": [{\"b\": 2}], \"b\": {\"c\": 3},"
	    " \"b\": 4}]";
	struct world w;
	struct tsr_json v;

	(void)state;
	open_world(&w);
	assert_false(read_text(&v, &w, text, strlen(text)));
	assert_int_equal(w.diag.list[0].where.off, 51);
	assert_int_equal(w.diag.list[0].also.off, 36);
	tsr_arena_free(&w.arena);
}

static void
test_json_nul_byte_is_refused_where_it_is(void **state)
{
	static const char text[] = "[true\0, 1]";
	struct world w;
	struct tsr_json v;

	(void)state;
	open_world(&w);
	assert_false(read_text(&v, &w, text, sizeof(text) - 1));
	assert_int_equal(w.diag.list[0].where.off, 5);
	tsr_arena_free(&w.arena);
}

static void
test_json_depth_at_the_cap_is_read_and_one_more_is_not(void **state)
{
	char text[2 * TSR_JSON_DEPTH + 2];
	struct world w;
	struct tsr_json v;

	(void)state;
	open_world(&w);
	memset(text, '[', TSR_JSON_DEPTH + 1);
	memset(text + TSR_JSON_DEPTH + 1, ']', TSR_JSON_DEPTH + 1);
	assert_true(read_text(&v, &w, text + 1, 2 * TSR_JSON_DEPTH));
	assert_false(read_text(&v, &w, text, sizeof(text)));
	assert_string_equal(w.diag.list[0].rule, "J003");
	assert_int_equal(w.diag.list[0].where.off, TSR_JSON_DEPTH);
	tsr_arena_free(&w.arena);
}

static void
test_json_values_and_names_know_their_places(void **state)
{
	static const char text[] = "\xef\xbb\xbf{ \"a\\n\" : [ 1 , \"x\\\"y\" ,"
				   " { } , [ ] , -1.5e3 , null ] , \"z\":true}";
	struct world w;
	struct tsr_json v;
	const struct tsr_json *items;

	(void)state;
	open_world(&w);
	assert_true(read_text(&v, &w, text, strlen(text)));
	assert_int_equal(v.off, 3);
	assert_int_equal(v.count, 2);
	assert_int_equal(v.u.members[0].off, 5);
	assert_true(tsr_span_eq(v.u.members[0].name, TSR_LIT("a\n")));
	assert_int_equal(v.u.members[0].value.off, 13);
	items = v.u.members[0].value.u.items;
	assert_int_equal(items[0].off, 15);
	assert_int_equal(items[1].off, 19);
	assert_true(tsr_span_eq(items[1].u.string, TSR_LIT("x\"y")));
	assert_int_equal(items[2].off, 28);
	assert_int_equal(items[3].off, 34);
	assert_int_equal(items[4].off, 40);
	assert_true(items[4].u.real == -1500);
	assert_int_equal(items[5].off, 49);
	assert_int_equal(v.u.members[1].off, 58);
	assert_int_equal(v.u.members[1].value.off, 62);
	assert_true(tsr_json_true(tsr_json_get(&v, "z")));
	assert_null(tsr_json_get(&v, "nothing"));
	tsr_arena_free(&w.arena);
}

static void
test_json_part_of_a_source_keeps_offsets_of_the_whole(void **state)
{
	static const char text[] = "{\"a\":1}\n{\"a\":2}\n{\"a\":}\n";
	struct world w;
	struct tsr_json v;
	uint32_t src;

	(void)state;
	open_world(&w);
	src = tsr_sources_add(
	    &w.sources, "x.ndjson", tsr_span_of(text, strlen(text)));
	assert_true(
	    tsr_json_read_part(&v, &w.arena, &w.diag, &w.sources, src, 8, 7));
	assert_int_equal(v.u.members[0].value.off, 13);
	assert_int_equal(v.u.members[0].value.u.integer, 2);
	assert_false(
	    tsr_json_read_part(&v, &w.arena, &w.diag, &w.sources, src, 16, 6));
	assert_int_equal(w.diag.list[0].where.off, 21);
	tsr_arena_free(&w.arena);
}

static void
test_json_numbers_are_written_as_javascript_does(void **state)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
	    {"0", "0"},
	    {"-0", "0"},
	    {"-0.0", "0"},
	    {"1.0", "1"},
	    {"-12.50", "-12.5"},
	    {"9223372036854775807", "9223372036854775807"},
	    {"-9223372036854775808", "-9223372036854775808"},
	    {"0.1", "0.1"},
	    {"0.30000000000000004", "0.30000000000000004"},
	    {"9223372036854775808", "9223372036854776000"},
	    {"[9223372036854775807,9223372036854775808]",
		"[9223372036854775807,9223372036854776000]"},
	    {"1e20", "100000000000000000000"},
	    {"1e21", "1e+21"},
	    {"1.5e300", "1.5e+300"},
	    {"0.000001", "0.000001"},
	    {"0.0000001", "1e-7"},
	    {"1.25e-9", "1.25e-9"},
	    {"123456789.125", "123456789.125"},
	    {"5e-324", "5e-324"},
	    {"1.7976931348623157e308", "1.7976931348623157e+308"},
	    {"2.2250738585072014e-308", "2.2250738585072014e-308"},
	    {"5.684341886080801486968994140625e-14", "5.684341886080802e-14"},
	    {"9007199254740993.0", "9007199254740992"},
	    {"4.35", "4.35"},
	    {"99.99", "99.99"},
	};
	struct world w;
	struct tsr_json v;
	size_t i;

	(void)state;
	open_world(&w);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		assert_true(
		    read_text(&v, &w, rows[i].text, strlen(rows[i].text)));
		assert_written(&w, &v, rows[i].expected);
	}
	tsr_arena_free(&w.arena);
}

static void
test_json_merge_follows_rfc_7396(void **state)
{
	/* Appendix A of RFC 7396; the members' order is ours. */
	static const struct {
		const char *target, *patch, *expected;
	} rows[] = {
	    {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
	    {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
	    {"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
	    {"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
	    {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
	    {"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
	    {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}",
		"{\"a\":{\"b\":\"d\"}}"},
	    {"{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"},
	    {"[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]"},
	    {"{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]"},
	    {"{\"a\":\"foo\"}", "null", "null"},
	    {"{\"a\":\"foo\"}", "\"bar\"", "\"bar\""},
	    {"{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"},
	    {"[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}"},
	    {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
	};
	struct world w;
	struct tsr_json target, patch, out;
	size_t i;

	(void)state;
	open_world(&w);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		assert_true(read_text(
		    &target, &w, rows[i].target, strlen(rows[i].target)));
		assert_true(read_text(
		    &patch, &w, rows[i].patch, strlen(rows[i].patch)));
		out = tsr_json_merge(&w.arena, &target, &patch);
		assert_written(&w, &out, rows[i].expected);
		/* The inputs are as they were. */
		assert_written(&w, &target, rows[i].target);
	}
	tsr_arena_free(&w.arena);
}

static void
test_json_merge_keeps_the_place_of_a_patched_value(void **state)
{
	static const char a[] = "{\"a\": 1, \"b\": 2}", b[] = "{   \"b\": 3}";
	struct world w;
	struct tsr_json target, patch, out;

	(void)state;
	open_world(&w);
	assert_true(read_text(&target, &w, a, strlen(a)));
	assert_true(read_text(&patch, &w, b, strlen(b)));
	out = tsr_json_merge(&w.arena, &target, &patch);
	assert_int_equal(out.src, target.src);
	assert_int_equal(out.u.members[0].src, target.src);
	assert_int_equal(out.u.members[1].src, patch.src);
	assert_int_equal(tsr_json_where(&out.u.members[1].value).off, 9);
	tsr_arena_free(&w.arena);
}

static void
test_json_equality_is_that_of_json_schema(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
	    {"1", "1.0", true},
	    {"1", "true", false},
	    {"0", "false", false},
	    {"9007199254740993", "9007199254740992.0", false},
	    {"9223372036854775807", "9223372036854775808.0", false},
	    {"{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true},
	    {"{\"a\":1}", "{\"a\":1,\"b\":2}", false},
	    {"{\"a\":1,\"b\":2}", "{\"a\":1,\"c\":2}", false},
	    {"[1,2]", "[2,1]", false},
	    {"\"a\"", "\"\\u0061\"", true},
	    {"null", "false", false},
	    {"[]", "{}", false},
	};
	struct world w;
	struct tsr_json a, b;
	size_t i;

	(void)state;
	open_world(&w);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		assert_true(read_text(&a, &w, rows[i].a, strlen(rows[i].a)));
		assert_true(read_text(&b, &w, rows[i].b, strlen(rows[i].b)));
		assert_int_equal(tsr_json_eq(&a, &b), rows[i].same);
		assert_int_equal(tsr_json_eq(&b, &a), rows[i].same);
	}
	tsr_arena_free(&w.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_json_mistake_is_reported_at_its_place),
	    cmocka_unit_test(test_json_name_used_twice_shows_the_first_place),
	    cmocka_unit_test(test_json_nul_byte_is_refused_where_it_is),
	    cmocka_unit_test(
		test_json_depth_at_the_cap_is_read_and_one_more_is_not),
	    cmocka_unit_test(test_json_values_and_names_know_their_places),
	    cmocka_unit_test(
		test_json_part_of_a_source_keeps_offsets_of_the_whole),
	    cmocka_unit_test(test_json_numbers_are_written_as_javascript_does),
	    cmocka_unit_test(test_json_merge_follows_rfc_7396),
	    cmocka_unit_test(
		test_json_merge_keeps_the_place_of_a_patched_value),
	    cmocka_unit_test(test_json_equality_is_that_of_json_schema),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
