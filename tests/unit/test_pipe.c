/*
 * Pipes: dates, numbers and texts in their languages, and what they refuse.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "build/template/pipe.h"

static const struct {
	const char *pipe, *arg, *value, *locale;
	const char *want; /* NULL: refused */
	const char *says;
} rows[] = {
    {"date", "", "\"2026-03-01\"", "en", "Mar 1, 2026", "medium, English"},
    {"date", "short", "\"2026-03-01\"", "en", "3/1/26", "short, English"},
    {"date", "long", "\"2026-03-01\"", "en-US", "March 1, 2026", "long"},
    {"date", "full", "\"2026-03-01\"", "en", "Sunday, March 1, 2026", "full"},
    {"date", "long", "\"2026-03-01\"", "en-GB", "1 March 2026", "British"},
    {"date", "short", "\"2026-03-01\"", "en-gb", "01/03/2026",
	"British in lower case"},
    {"date", "medium", "\"2026-03-01\"", "de", "01.03.2026", "German"},
    {"date", "full", "\"2026-03-01\"", "de-AT", "Sonntag, 1. März 2026",
	"a region without a table of its own"},
    {"date", "long", "\"2026-03-01\"", "dede", "2026-03-01",
	"a tag that only begins alike"},
    {"date", "long", "\"2026-03-01\"", "", "2026-03-01", "no language"},
    {"date", "iso", "\"2026-03-01T23:59:00-11:00\"", "de", "2026-03-01",
	"the day that is written, whatever the zone"},
    {"date", "time", "\"2026-03-01T23:59:00Z\"", "de", "23:59", "a time"},
    {"date", "year", "\"0987-03-01\"", "de", "0987", "a year"},
    {"date", "month", "\"2026-12-01\"", "de", "Dezember 2026", "a month"},
    {"date", "full", "\"2000-02-29\"", "en", "Tuesday, February 29, 2000",
	"a leap day of a century"},
    {"date", "full", "\"1970-01-01\"", "en", "Thursday, January 1, 1970",
	"the first day of computers"},
    {"date", "", "\"1900-02-29\"", "en", NULL, "no leap year"},
    {"date", "", "\"2026-13-01\"", "en", NULL, "month 13"},
    {"date", "", "\"2026-00-01\"", "en", NULL, "month 0"},
    {"date", "", "\"2026-04-31\"", "en", NULL, "day 31 of April"},
    {"date", "", "\"2026-4-1\"", "en", NULL, "no zeros"},
    {"date", "", "\"2026-04-01x\"", "en", NULL, "something behind"},
    {"date", "", "\"2026-04-01T25:00\"", "en", NULL, "hour 25"},
    {"date", "time", "\"2026-04-01\"", "en", NULL, "a time of a day"},
    {"date", "", "5", "en", NULL, "a number"},
    {"date", "later", "\"2026-04-01\"", "en", NULL, "no such style"},
    {"number", "", "1234567.5", "en", "1,234,567.5", "as written"},
    {"number", "2", "1234567", "de", "1.234.567,00", "two decimals"},
    {"number", "0", "0.5", "en", "1", "half is rounded up"},
    {"number", "2", "1.005", "en", "1.01", "as a person reads it"},
    {"number", "1", "-0.04", "en", "0.0", "no minus before nothing"},
    {"number", "2", "99.999", "de", "100,00", "a carry"},
    {"number", "2", "999999.999", "en", "1,000,000.00", "a new group"},
    {"number", "", "1000", "de-CH", "1’000", "Swiss"},
    {"number", "2", "1234.5", "", "1234.50", "no language"},
    {"number", "6", "-0.0000015", "en", "-0.000002", "a small number"},
    {"number", "2", "-1.5e-9", "en", "0.00", "a smaller one"},
    {"number", "6", "-0.000125", "en", "-0.000125", "six decimals"},
    {"number", "0", "-9223372036854775808", "en",
	"-9,223,372,036,854,775,808", "the smallest integer"},
    {"number", "", "1e21", "en", NULL, "too large"},
    {"number", "7", "1", "en", NULL, "seven decimals"},
    {"number", "x", "1", "en", NULL, "decimals that are no number"},
    {"number", "", "\"1\"", "en", NULL, "a text"},
    {"url", "", "\"a b/c?d=é\"", "", "a%20b%2Fc%3Fd%3D%C3%A9", "a part"},
    {"url", "", "1.5", "", "1.5", "a number in an address"},
    {"url", "", "[]", "", NULL, "a list in an address"},
    {"slug", "", "\"Über den Berg!\"", "", "über-den-berg", "a slug"},
    {"slug", "", "12", "", "12", "a slug of a number"},
    {"truncate", "5", "\"abcde\"", "", "abcde", "it fits"},
    {"truncate", "5", "\"abcdef\"", "", "abcd…", "one too many"},
    {"truncate", "9", "\"ab cd efgh\"", "", "ab cd…", "cut at a blank"},
    {"truncate", "3", "\"äöüß\"", "", "äö…", "characters, not bytes"},
    {"truncate", "1", "\"ab\"", "", "…", "the shortest"},
    {"truncate", "0", "\"ab\"", "", NULL, "nothing at all"},
    {"json", "", "{\"a\":[1,null,\"<\"]}", "", "{\"a\":[1,null,\"<\"]}",
	"any value"},
};

static const char *
run(struct tsr_buf *out, size_t i)
{
	const char *text = rows[i].value, *want;
	struct tsr_arena arena = {0};
	struct tsr_sources sources;
	struct tsr_pipe pipe = {0};
	struct tsr_diag diag;
	struct tsr_json json;

	tsr_sources_init(&sources, &arena);
	tsr_diag_init(&diag, &arena);
	pipe.kind = tsr_pipe_find(
	    tsr_span_of(rows[i].pipe, strlen(rows[i].pipe)));
	assert_true(pipe.kind < TSR_PIPE_COUNT);
	want = tsr_pipe_argument(
	    &pipe, tsr_span_of(rows[i].arg, strlen(rows[i].arg)));
	if (want == NULL) {
		assert_true(tsr_json_read(&json, &arena, &diag, &sources,
		    tsr_sources_add(&sources, "x",
			tsr_span_of(text, strlen(text)))));
		want = tsr_pipe_run(out, &pipe, &json,
		    tsr_span_of(rows[i].locale, strlen(rows[i].locale)));
	}
	tsr_arena_free(&arena);
	return want;
}

static void
test_pipe_value_becomes_text_or_is_refused(void **state)
{
	struct tsr_buf got;
	size_t i;
	int bad = 0;

	(void)state;
	tsr_buf_init(&got, 1 << 16);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		const char *refused;

		tsr_buf_clear(&got);
		refused = run(&got, i);
		if (rows[i].want == NULL
			? refused != NULL
			: refused == NULL &&
			    tsr_span_eq(tsr_buf_view(&got),
				tsr_span_of(
				    rows[i].want, strlen(rows[i].want))))
			continue;
		bad++;
		print_message("%s: %s, got %.*s %s\n", rows[i].says,
		    rows[i].want == NULL ? "nothing" : rows[i].want,
		    TSR_ARG(tsr_buf_view(&got)), refused ? refused : "");
	}
	assert_int_equal(bad, 0);
	tsr_buf_free(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pipe_value_becomes_text_or_is_refused),
	};

	return cmocka_run_group_tests_name("pipe", tests, NULL, NULL);
}
