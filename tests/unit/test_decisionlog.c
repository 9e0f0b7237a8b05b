/*
 * The decision log's line: what was read and chosen, and nothing else.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/decisionlog.h"
#include "lib/small.h"

static struct tsr_small *s;

static int
setup(void **state)
{
	struct tsr_choice *choices;
	struct tsr_item items[4];
	uint32_t tier;

	(void)state;
	s = malloc(sizeof(*s));
	tsr_small_init(s,
	    "{\"tier\": {\"type\": \"string\", \"source\": \"cookie:tier\", "
	    "\"purpose\": \"personalization\"},"
	    " \"area\": {\"type\": \"string\", \"source\": \"header:X-Area\"},"
	    " \"name\": {\"type\": \"string\", \"source\": \"cookie:name\", "
	    "\"text\": {\"fallback\": \"you\"}}}");
	tier = tsr_small_chain(s, "tier", 2);
	items[0] = tsr_small_text("<p>one</p>");
	choices = TSR_NEW_ARRAY(&s->arena, struct tsr_choice, 4);
	choices[0] = tsr_small_choice(s, "gold", items, 1);
	choices[1] = tsr_small_choice(s, "a \"quoted\\", NULL, 0);
	choices[2] = tsr_small_choice(s, "default", items, 1);
	items[1] = tsr_small_slot("hero", tier, choices, 3);
	items[2] = tsr_small_field(tsr_small_attribute(s, "name"),
	    TSR_ESCAPE_TEXT, "you", 8);
	items[3] = tsr_small_text("<p>end</p>");
	choices[3] = tsr_small_choice(s, "edition", items, 4);
	assert_true(tsr_small_page(s, "/", &choices[3], 1, 0));
	tsr_small_open(s);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	tsr_small_free(s);
	free(s);
	return 0;
}

/* The line from its "page" on. */
static struct tsr_span
line(uint8_t *room, size_t n)
{
	size_t i, used = tsr_decisionlog_write(
	    room, n, &s->answer.visit, s->answer.page);
	struct tsr_span all = tsr_span_of(room, used);

	for (i = 0; i < used; i++)
		if (tsr_span_starts(
			tsr_span_from(all, i), TSR_LIT("\"page\"")))
			return tsr_span_from(all, i);
	return all;
}

static void
test_decisionlog_views_become_lines(void **state)
{
	static const struct {
		const char *cookie, *want, *why;
	} rows[] = {
	    {"HTTP_COOKIE=tier=v0; name=Ada; consent=personalization",
		"\"page\":0,\"path\":\"/\",\"edition\":0,\"slots\":"
		"[[\"hero\",0,\"gold\"]],\"weights\":null,\"experiments\":{},\"inputs\":{\"tier\":\"v0\"}}\n",
		"what was asked, and no text"},
	    {"HTTP_COOKIE=tier=v0",
		"\"page\":0,\"path\":\"/\",\"edition\":0,\"slots\":"
		"[[\"hero\",2,\"default\"]],\"weights\":null,\"experiments\":{},\"inputs\":{\"tier\":null}}\n",
		"nothing without consent"},
	    {"HTTP_COOKIE=tier=v1; consent=personalization",
		"\"page\":0,\"path\":\"/\",\"edition\":0,\"slots\":"
		"[[\"hero\",1,\"a \\\"quoted\\\\\"]],\"weights\":null,\"experiments\":{},\"inputs\":{\"tier\":\"v1\"}}\n",
		"texts are escaped"},
	    {"HTTP_COOKIE=tier=%22%0a; consent=personalization",
		"\"page\":0,\"path\":\"/\",\"edition\":0,\"slots\":"
		"[[\"hero\",2,\"default\"]],\"weights\":null,\"experiments\":{},\"inputs\":{\"tier\":\"\\\"\\n\"}}\n",
		"what visitors send cannot end a line"},
	};
	uint8_t room[TSR_LOG_LINE];
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		const char *headers[] = {rows[i].cookie, NULL};
		struct tsr_span got;

		tsr_small_ask(s, "GET", "/", headers);
		got = line(room, sizeof(room));
		if (!tsr_span_eq(got,
			tsr_span_of(rows[i].want, strlen(rows[i].want))))
			fail_msg("%s: %.*s", rows[i].why, (int)got.n,
			    (const char *)got.p);
	}
}

static void
test_decisionlog_line_fits_or_is_none(void **state)
{
	uint8_t room[TSR_LOG_LINE];
	size_t n, i;

	(void)state;
	tsr_small_ask(s, "GET", "/", NULL);
	n = tsr_decisionlog_write(room, sizeof(room), &s->answer.visit, 0);
	assert_true(n > 0);
	assert_true(tsr_decisionlog_write(room, n, &s->answer.visit, 0) == n);
	for (i = 0; i < n; i++)
		assert_true(
		    tsr_decisionlog_write(room, i, &s->answer.visit, 0) == 0);
	assert_true(
	    tsr_decisionlog_write(room, sizeof(room), &s->answer.visit, 1) == 0);
}

static void
test_decisionlog_looks_that_are_none_are_not_wanted(void **state)
{
	static const struct {
		const char *method, *header;
		bool wanted;
	} rows[] = {
	    {"GET", "X=1", true},
	    {"HEAD", "X=1", false},
	    {"GET", "HTTP_SEC_PURPOSE=prefetch", false},
	    {"GET", "HTTP_SEC_PURPOSE=prefetch;prerender", false},
	    {"GET", "HTTP_SEC_PURPOSE=other", true},
	    {"GET", "HTTP_PURPOSE=prefetch", false},
	};
	struct tsr_value overrides[TSR_ATTRIBUTES_MAX] = {{0}};
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		const char *headers[] = {rows[i].header, NULL};

		tsr_small_ask(s, rows[i].method, "/", headers);
		assert_int_equal(tsr_decisionlog_wanted(&s->answer.visit),
		    rows[i].wanted);
	}
	tsr_small_ask(s, "GET", "/", NULL);
	s->answer.visit.overrides = overrides;
	assert_false(tsr_decisionlog_wanted(&s->answer.visit));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_decisionlog_views_become_lines),
	    cmocka_unit_test(test_decisionlog_line_fits_or_is_none),
	    cmocka_unit_test(
		test_decisionlog_looks_that_are_none_are_not_wanted),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
