/*
 * Attributes: what a browser sends becomes values; what is no value of the
 * attribute's type, or was not consented to, is missing.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/cookie.h"
#include "core/query.h"
#include "lib/decisions.h"

static const char attributes[] =
    "{\"h\": {\"type\": \"string\", \"source\": \"header:X-Some-Name\"},"
    " \"c\": {\"type\": \"string\", \"source\": \"cookie:c\"},"
    " \"q\": {\"type\": \"string\", \"source\": \"query:q\"},"
    " \"n\": {\"type\": \"number\", \"source\": \"cookie:n\"},"
    " \"b\": {\"type\": \"boolean\", \"source\": \"cookie:b\"},"
    " \"f\": {\"type\": \"string\", \"source\": \"cookie:f\","
    "        \"purpose\": \"functional\"},"
    " \"p\": {\"type\": \"string\", \"source\": \"cookie:f\","
    "        \"purpose\": \"personalization\"},"
    " \"path\": {\"type\": \"string\", \"source\": \"path\"},"
    " \"m\": {\"type\": \"string\", \"source\": \"method\"},"
    " \"t\": {\"type\": \"number\", \"source\": \"time\"},"
    " \"l\": {\"type\": \"string\", \"source\": \"locale\"},"
    " \"id\": {\"type\": \"string\", \"source\": \"page\"}}";

static void
describe(char *out, size_t n, const struct tsr_value *v)
{
	if (v->kind == TSR_VALUE_STRING)
		(void)snprintf(out, n, "'%.*s'", (int)v->string.n,
		    (const char *)v->string.p);
	else if (v->kind == TSR_VALUE_NUMBER)
		(void)snprintf(out, n, "%.17g", v->number);
	else
		(void)snprintf(out, n, "%s", v->kind == TSR_VALUE_MISSING
			? "missing" : v->boolean ? "true" : "false");
}

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_json declared;
	struct tsr_rules *rules;
	struct decisions table;
};

static void
open_world(struct world *w)
{
	memset(w, 0, sizeof(*w));
	tsr_sources_init(&w->sources, &w->arena);
	tsr_diag_init(&w->diag, &w->arena);
	w->rules = tsr_rules_new(&w->arena, &w->diag);
	(void)tsr_sources_add(&w->sources, "a",
	    tsr_span_of(attributes, sizeof(attributes) - 1));
	assert_true(tsr_json_read(
	    &w->declared, &w->arena, &w->diag, &w->sources, 1));
	tsr_rules_declare(w->rules, &w->declared, NULL);
	assert_int_equal(w->diag.count, 0);
	decisions_open(&w->table, w->rules, &w->arena);
}

static void
test_attribute_reads_what_was_sent(void **state)
{
	static const struct {
		const char *cookie, *query, *header, *name, *value, *why;
	} rows[] = {
	    {"", "", "x", "h", "'x'", "a header in CGI's form"},
	    {"", "", "", "h", "missing", "an empty header is none"},
	    {"c=1", "", "", "c", "'1'", "a cookie"},
	    {"c=", "", "", "c", "''", "an empty cookie is one"},
	    {"C=1", "", "", "c", "missing", "the case of names counts"},
	    {"c", "", "", "c", "missing", "no = is no cookie"},
	    {"xc=0;c=1; c=2", "", "", "c", "'1'", "the first of a name"},
	    {"a=1,c=2", "", "", "c", "missing", "a comma ends nothing"},
	    {"c=a=b", "", "", "c", "'a=b'", "= in a value"},
	    {" \tc= \"x y\" ;d", "", "", "c", "'x y'", "blanks and quotes"},
	    {"c=\"x", "", "", "c", "'\"x'", "one quote stays"},
	    {"c=\"", "", "", "c", "'\"'", "a quote alone stays"},
	    {"c=a%20b%2Bc+d%4", "", "", "c", "'a b+c+d%4'", "decoded, + not"},
	    {"c=%C3%A9", "", "", "c", "'\xc3\xa9'", "UTF-8"},
	    {"c=%C3", "", "", "c", "missing", "no UTF-8"},
	    {"c=%ED%A0%80", "", "", "c", "missing", "a surrogate is no UTF-8"},
	    {"c=a%00b", "", "", "c", "missing", "a NUL"},
	    {"c=%C3; c=a", "", "", "c", "missing", "the first, bad as it is"},
	    {"", "q=1&q=2", "", "q", "'1'", "the first of a name"},
	    {"", "a&q", "", "q", "''", "a name alone is empty"},
	    {"", "Q=1&qq=2", "", "q", "missing", "another name"},
	    {"", "q=a+b%2Bc%26", "", "q", "'a b+c&'", "decoded with +"},
	    {"n=2.5e1", "", "", "n", "25", "a number"},
	    {"n=%32", "", "", "n", "2", "a number, encoded"},
	    {"n=0x10", "", "", "n", "missing", "not JSON's form"},
	    {"n=1e999", "", "", "n", "missing", "not finite"},
	    {"n= 7 ", "", "", "n", "7", "blanks around a cookie"},
	    {"b=?1", "", "", "b", "true", "a structured field's true"},
	    {"b=no", "", "", "b", "false", "no"},
	    {"b=No", "", "", "b", "missing", "case counts"},
	    {"f=x", "", "", "f", "missing", "no consent"},
	    {"f=x; consent=functional", "", "", "f", "'x'", "consent"},
	    {"f=x; consent=analytics.functional", "", "", "f", "'x'", "two"},
	    {"f=x; consent=functional", "", "", "p", "missing", "of another"},
	    {"f=x; consent=\"personalization,functional\"", "", "", "p", "'x'",
		"in quotes"},
	    {"f=x; consent=personalizations", "", "", "p", "missing", "typo"},
	    {"f=x; consent=; consent=personalization", "", "", "p", "missing",
		"the first consent counts"},
	    {"", "", "", "path", "'/p'", "the page's path"},
	    {"", "", "", "m", "'GET'", "HEAD asks what GET would"},
	    {"", "", "", "t", "1.5", "milliseconds in seconds"},
	    {"", "", "", "l", "'en'", "the locale's tag"},
	    {"", "", "", "id", "'p'", "the page's id"},
	};
	static struct tsr_visit visit;
	struct tsr_param params[4];
	struct tsr_request request = {
	    .params = params, .count = 4, .now = 1500};
	struct world w;
	char got[200];
	size_t i;

	(void)state;
	open_world(&w);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		params[0].name = TSR_LIT("HTTP_COOKIE");
		params[0].value =
		    tsr_span_of(rows[i].cookie, strlen(rows[i].cookie));
		params[1].name = TSR_LIT("QUERY_STRING");
		params[1].value =
		    tsr_span_of(rows[i].query, strlen(rows[i].query));
		params[2].name = TSR_LIT("HTTP_X_SOME_NAME");
		params[2].value =
		    tsr_span_of(rows[i].header, strlen(rows[i].header));
		params[3].name = TSR_LIT("REQUEST_METHOD");
		params[3].value = TSR_LIT("HEAD");
		tsr_visit_init(
		    &visit, &w.table.table, &request, w.table.page);
		describe(got, sizeof(got), tsr_decide_value(&visit,
		    tsr_rules_attribute_find(w.rules,
			tsr_span_of(rows[i].name, strlen(rows[i].name)))));
		if (strcmp(got, rows[i].value) != 0)
			fail_msg("%s: %s", got, rows[i].why);
	}
	decisions_close(&w.table);
	tsr_arena_free(&w.arena);
}

static void
test_attribute_longer_than_the_limit_is_missing(void **state)
{
	static struct tsr_visit visit;
	static char text[TSR_VALUE_MAX * 3 + 20];
	struct tsr_param param = {TSR_LIT("HTTP_COOKIE"), {NULL, 0}};
	struct tsr_request request = {.params = &param, .count = 1};
	struct world w;
	size_t n, i, encoded;

	(void)state;
	open_world(&w);
	for (encoded = 0; encoded < 2; encoded++)
		for (n = TSR_VALUE_MAX; n <= TSR_VALUE_MAX + 1; n++) {
			strcpy(text, "c=");
			for (i = 0; i < n; i++)
				strcpy(text + 2 + i * (encoded ? 3 : 1),
				    encoded ? "%61" : "a");
			param.value = tsr_span_of(text, strlen(text));
			tsr_visit_init(&visit, &w.table.table, &request,
			    w.table.page);
			assert_int_equal(tsr_decide_value(&visit, 1)->kind,
			    n == TSR_VALUE_MAX ? TSR_VALUE_STRING
					       : TSR_VALUE_MISSING);
		}
	decisions_close(&w.table);
	tsr_arena_free(&w.arena);
}

static void
test_attribute_cookie_may_stand_in_the_second_line(void **state)
{
	struct tsr_param params[] = {{TSR_LIT("HTTP_COOKIE"), TSR_LIT("a=1")},
	    {TSR_LIT("HTTP_COOKIE"), TSR_LIT("c=2")},
	    {TSR_LIT("HTTP_COOKIE"), TSR_LIT("c=3")}};
	struct tsr_request request = {.params = params, .count = 3};
	struct tsr_span value;

	(void)state;
	assert_true(tsr_request_cookie(&value, &request, TSR_LIT("c")));
	assert_true(tsr_span_eq(value, TSR_LIT("2")));
	assert_false(tsr_request_cookie(&value, &request, TSR_LIT("d")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_attribute_reads_what_was_sent),
	    cmocka_unit_test(test_attribute_longer_than_the_limit_is_missing),
	    cmocka_unit_test(
		test_attribute_cookie_may_stand_in_the_second_line),
	};

	return cmocka_run_group_tests_name("attribute", tests, NULL, NULL);
}
