/*
 * Answers: routing, methods, codings, validators, what caches may keep.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lib/reindex.h"
#include "lib/sample.h"

static struct tsr_small *s;

static void
add(const char *path, const char *text)
{
	struct tsr_choice *edition =
	    TSR_NEW(&s->arena, struct tsr_choice);
	struct tsr_item item = tsr_small_text(text);

	*edition = tsr_small_choice(s, "edition", &item, 1);
	assert_true(tsr_small_page(s, path, edition, 1, 0));
}

/* /vip is decided at the segment tier until a moment in 20 seconds. */
static void
add_public(void)
{
	struct tsr_choice *choices =
	    TSR_NEW_ARRAY(&s->arena, struct tsr_choice, 3);
	struct tsr_item item = tsr_small_text("<p>for some</p>");
	struct tsr_rule rules[1] = {{.starts = INT64_MIN,
	    .ends = TSR_SMALL_NOW + 20500, .name = TSR_LIT("rule")}};
	uint32_t decision;

	rules[0].audience = tsr_small_json(s, "{\"country\": \"DE\"}");
	assert_true(tsr_rules_chain(&decision, s->rules, rules, 1));
	choices[0] = tsr_small_choice(s, "vip", &item, 1);
	choices[1] = tsr_small_choice(s, "default", NULL, 0);
	item = tsr_small_slot("s", decision, choices, 2);
	choices[2] = tsr_small_choice(s, "edition", &item, 1);
	assert_true(tsr_small_page(s, "/vip", &choices[2], 1, 0));
	rules[0].ends = INT64_MAX;
	rules[0].audience = tsr_small_json(s, "{\"plan\": \"gold\"}");
	assert_true(tsr_rules_chain(&decision, s->rules, rules, 1));
	choices = TSR_NEW_ARRAY(&s->arena, struct tsr_choice, 3);
	item = tsr_small_text("<p>gold</p>");
	choices[0] = tsr_small_choice(s, "gold", &item, 1);
	choices[1] = tsr_small_choice(s, "default", NULL, 0);
	item = tsr_small_slot("s", decision, choices, 2);
	choices[2] = tsr_small_choice(s, "edition", &item, 1);
	assert_true(tsr_small_page(s, "/mine", &choices[2], 1, 0));
}

static int
setup(void **state)
{
	(void)state;
	s = malloc(sizeof(*s));
	tsr_small_init(s,
	    "{\"country\": {\"type\": \"string\", \"source\": "
	    "\"header:X-Place\", \"tier\": \"segment\"},"
	    " \"plan\": {\"type\": \"string\", \"source\": \"cookie:plan\"}}");
	add("/", "<h1>Home</h1>");
	add("/a/b-c", "<h1>B</h1>");
	add("/caf%C3%A9", "<h1>C</h1>");
	add("/Upper", "<h1>U</h1>");
	add_public();
	s->redirects[0].from = TSR_LIT("/ext");
	s->redirects[0].to = TSR_LIT("https://example.org/x?y=1");
	s->redirects[1].from = TSR_LIT("/old");
	s->redirects[1].to = TSR_LIT("/a/b-c");
	s->redirect_count = 2;
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

static const struct {
	const char *target;
	uint32_t status;
	const char *location; /* of a 308 */
	const char *why;
} routes[] = {
    {"/", 200, NULL, "home"},
    {"", 200, NULL, "no target is home: CGI without a path"},
    {"/?a=1", 200, NULL, "a query is not part of the path"},
    {"/#x", 200, NULL, "nor is a fragment"},
    {"/a/b-c", 200, NULL, "a page"},
    {"http://example.org/a/b-c?x", 200, NULL, "in absolute form"},
    {"https://example.org", 200, NULL, "in absolute form without a path"},
    {"/a/b-c/", 308, "/a/b-c", "a final slash"},
    {"/a/b-c/?q=1&r=%20", 308, "/a/b-c?q=1&r=%20", "the query goes along"},
    {"//a//b-c", 308, "/a/b-c", "doubled slashes"},
    {"/a/./b-c", 308, "/a/b-c", "a dot segment"},
    {"/a/x/../b-c", 308, "/a/b-c", "a way up"},
    {"/../../a/b-c", 308, "/a/b-c", "no way above the root"},
    {"/%2e%2e/a/b-c", 308, "/a/b-c", "a way up in disguise"},
    {"/A/B-C", 308, "/a/b-c", "upper case"},
    {"/a/b-c.html", 308, "/a/b-c", "a suffix"},
    {"/a/b-c/index.html", 308, "/a/b-c", "an index file"},
    {"/index.html", 308, "/", "the index file of the root"},
    {"/a/b%2Dc", 308, "/a/b-c", "an escape that is not needed"},
    {"/a%2Fb-c", 308, "/a/b-c", "an escaped slash"},
    {"/en/a/b-c", 308, "/a/b-c", "the default locale's prefix"},
    {"/en", 308, "/", "and alone"},
    {"/EN/", 308, "/", "and in upper case"},
    {"/english", 404, NULL, "not a prefix but a word"},
    {"/caf%C3%A9", 200, NULL, "beyond ASCII"},
    {"/caf%c3%a9", 308, "/caf%C3%A9", "escapes in lower case"},
    {"/caf\xc3\xa9", 308, "/caf%C3%A9", "bytes as they are"},
    {"/Upper", 200, NULL, "a canonical path with upper case"},
    {"/old", 308, "/a/b-c", "a redirect"},
    {"/old?x=1", 308, "/a/b-c?x=1", "with its query"},
    {"/old/", 308, "/a/b-c", "another spelling of it"},
    {"/ext?x=1", 308, "https://example.org/x?y=1", "one that has a query"},
    {"/old?a\tb", 308, "/a/b-c", "a query that no header can hold"},
    {"/none", 404, NULL, "no such page"},
    {"/a", 404, NULL, "part of a path"},
    {"/a/b-c%00", 400, NULL, "a NUL"},
    {"/a%0d%0aX:1", 400, NULL, "line ends"},
    {"/%", 400, NULL, "half an escape"},
    {"/%4", 400, NULL, "half an escape"},
    {"/%zz", 400, NULL, "no escape"},
    {"/%2561", 404, NULL, "escapes are decoded once"},
    {"a/b-c", 400, NULL, "no slash"},
    {"*", 400, NULL, "the server as a whole"},
    {"?x", 400, NULL, "a query alone"},
    {"ftp://x/", 400, NULL, "another scheme"},
};

static void
test_answer_each_page_has_one_address(void **state)
{
	char location[128];
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(routes); i++) {
		tsr_small_ask(s, "GET", routes[i].target, NULL);
		if (s->answer.status != routes[i].status)
			fail_msg("%s: %s: %u", routes[i].target, routes[i].why,
			    (unsigned)s->answer.status);
		if (routes[i].location == NULL)
			continue;
		snprintf(location, sizeof(location), "Location: %s",
		    routes[i].location);
		if (!tsr_small_has(s, location))
			fail_msg("%s: %s: %.*s", routes[i].target,
			    routes[i].why, (int)s->answer.head_length,
			    (char *)s->answer.head);
	}
}

static const struct {
	const char *method;
	const char *header;
	uint32_t status;
	bool body;
	const char *line; /* of the head, or NULL */
	const char *why;
} asks[] = {
    {"GET", "X=", 200, true, "Content-Length: 13", "identity"},
    {"GET", "HTTP_ACCEPT_ENCODING=gzip", 200, true, "Content-Encoding: gzip",
	"gzip"},
    {"HEAD", "X=", 200, false, "Content-Length: 13", "HEAD has the length"},
    {"HEAD", "HTTP_ACCEPT_ENCODING=gzip", 200, false,
	"Content-Encoding: gzip", "and the coding"},
    {"POST", "X=", 405, true, "Allow: GET, HEAD", "pages take nothing"},
    {"get", "X=", 405, true, NULL, "methods keep their case"},
    {"", "X=", 400, true, NULL, "no method"},
    {"GET", "HTTP_ACCEPT_ENCODING=*;q=0", 406, true, NULL, "no coding"},
    {"GET", "HTTP_IF_NONE_MATCH=*", 304, false, NULL, "whatever it has"},
    {"GET", "HTTP_IF_NONE_MATCH=\"x\"", 200, true, NULL, "another version"},
    {"HEAD", "HTTP_IF_NONE_MATCH=*", 304, false, NULL, "HEAD too"},
    {"POST", "HTTP_IF_NONE_MATCH=*", 405, true, NULL, "not for others"},
};

static void
test_answer_methods_and_codings(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(asks); i++) {
		const char *headers[] = {asks[i].header, NULL};

		tsr_small_ask(s, asks[i].method, "/", headers);
		if (s->answer.status != asks[i].status ||
		    s->answer.no_body == asks[i].body ||
		    (s->body.n > 0) != asks[i].body ||
		    (asks[i].line != NULL && !tsr_small_has(s, asks[i].line)))
			fail_msg("%s: %.*s", asks[i].why,
			    (int)s->answer.head_length, (char *)s->answer.head);
		if (asks[i].body)
			assert_int_equal(s->body.n, s->answer.length);
	}
}

static void
etag(char *out, size_t n)
{
	const char *at;

	s->answer.head[s->answer.head_length - 1] = '\0';
	at = strstr((const char *)s->answer.head, "ETag: ");
	assert_non_null(at);
	snprintf(out, n, "HTTP_IF_NONE_MATCH=%.*s", (int)strcspn(at + 6, "\r"),
	    at + 6);
}

static void
test_answer_etag_tells_choices_and_codings_apart(void **state)
{
	static const char *const gold = "HTTP_COOKIE=plan=gold";
	static const char *const zip = "HTTP_ACCEPT_ENCODING=gzip";
	const char *rows[4][3] = {
	    {zip, NULL}, {NULL}, {zip, gold, NULL}, {gold, NULL}};
	char tags[4][64];
	size_t i, j;

	(void)state;
	for (i = 0; i < 4; i++) {
		tsr_small_ask(s, "GET", "/mine", rows[i]);
		etag(tags[i], sizeof(tags[i]));
		for (j = 0; j < i; j++)
			assert_string_not_equal(tags[i], tags[j]);
	}
	for (i = 0; i < 4; i++)
		for (j = 0; j < 4; j++) {
			const char *headers[4] = {tags[j], rows[i][0],
			    rows[i][0] == NULL ? NULL : rows[i][1], NULL};

			tsr_small_ask(s, "GET", "/mine", headers);
			assert_int_equal(s->answer.status, i == j ? 304 : 200);
		}
}

static void
test_answer_public_pages_say_what_they_vary_by(void **state)
{
	static const char *const here[] = {"HTTP_X_PLACE=DE", NULL};
	static const char *const agrees[] = {
	    "HTTP_X_PLACE=DE", "TESSERA_SEGMENT=1", NULL};
	static const char *const differs[] = {
	    "HTTP_X_PLACE=DE", "TESSERA_SEGMENT=0", NULL};

	(void)state;
	tsr_small_ask(s, "GET", "/vip", here);
	assert_true(tsr_small_has(s, "Vary: Accept-Encoding, X-Place"));
	assert_true(tsr_small_has(s, "Cache-Control: public, max-age=20"));
	tsr_small_ask(s, "GET", "/vip", agrees);
	assert_true(tsr_small_has(s, "Cache-Control: public, max-age=20"));
	tsr_small_ask(s, "GET", "/vip", differs);
	assert_true(tsr_small_has(s, "Cache-Control: private, no-store"));
	tsr_small_ask(s, "GET", "/", here);
	assert_true(tsr_small_has(s, "Vary: Accept-Encoding"));
	assert_true(tsr_small_has(s, "Cache-Control: public, max-age=60"));
	tsr_small_ask(s, "GET", "/mine", here);
	assert_true(tsr_small_has(s, "Vary: Accept-Encoding"));
	assert_true(tsr_small_has(s, "Cache-Control: private, no-cache"));
}

/* A damaged release with words of a megabyte: no half header goes out. */
static void
test_answer_header_that_does_not_fit_is_500(void **state)
{
	struct tsr_store store = s->release.store;
	struct tsr_param params[] = {
	    {TSR_LIT("REQUEST_METHOD"), TSR_LIT("GET")},
	    {TSR_LIT("REQUEST_URI"), TSR_LIT("/old")}};
	struct tsr_request request = {
	    .params = params, .count = 2, .now = TSR_SMALL_NOW};
	uint8_t routes_bytes[16 * TSR_ROUTE_SIZE];
	size_t n = s->release.store.table.sections[TSR_SECTION_ROUT].n, i;
	struct tsr_buf texts;

	(void)state;
	memcpy(routes_bytes, store.table.sections[TSR_SECTION_ROUT].p, n);
	tsr_buf_init(&texts, 1u << 21);
	tsr_buf_add(&texts,
	    tsr_span_of(store.table.sections[TSR_SECTION_STRS].p,
		store.table.sections[TSR_SECTION_STRS].n));
	for (i = 0; i < n; i += TSR_ROUTE_SIZE) {
		tsr_put32(routes_bytes + i + 16, (uint32_t)texts.n);
		tsr_put32(routes_bytes + i + 20, 1u << 20);
	}
	tsr_buf_fill(&texts, 'x', 1u << 20);
	store.table.sections[TSR_SECTION_ROUT].p = routes_bytes;
	store.table.sections[TSR_SECTION_STRS].p = texts.p;
	store.table.sections[TSR_SECTION_STRS].n = texts.n;
	tsr_answer_make(&s->answer, s->pieces, &store, &request, NULL);
	assert_int_equal(s->answer.status, 500);
	assert_true(s->answer.head_length > 4);
	assert_memory_equal(
	    s->answer.head + s->answer.head_length - 4, "\r\n\r\n", 4);
	tsr_buf_free(&texts);
}

static void
test_answer_errors_have_a_text(void **state)
{
	static const uint32_t codes[] = {
	    400, 404, 405, 406, 413, 414, 431, 500, 503};
	char line[32];
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(codes); i++) {
		tsr_answer_error(&s->answer, s->pieces, codes[i]);
		assert_int_equal(s->answer.status, codes[i]);
		assert_int_equal(s->answer.stitch.count, 1);
		snprintf(line, sizeof(line), "Content-Length: %zu",
		    s->answer.stitch.pieces[0].n);
		assert_true(tsr_small_has(s, line));
		assert_true(tsr_small_has(s, "Cache-Control: no-store"));
		assert_true(s->answer.length > 10);
	}
	tsr_answer_error(&s->answer, s->pieces, 599);
	assert_int_equal(s->answer.status, 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_answer_each_page_has_one_address),
	    cmocka_unit_test(test_answer_methods_and_codings),
	    cmocka_unit_test(test_answer_etag_tells_choices_and_codings_apart),
	    cmocka_unit_test(test_answer_public_pages_say_what_they_vary_by),
	    cmocka_unit_test(test_answer_header_that_does_not_fit_is_500),
	    cmocka_unit_test(test_answer_errors_have_a_text),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
