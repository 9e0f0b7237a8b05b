/*
 * Endpoints: who may post, what a choice sets, where a form goes afterwards.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/consent.h"
#include "core/state_text.h"
#include "lib/fake_seal.h"
#include "lib/sample.h"

#define FORM "CONTENT_TYPE=application/x-www-form-urlencoded"
#define JSON "CONTENT_TYPE=application/json; charset=utf-8"
#define OWN "HTTP_ORIGIN=https://www.example.org"
#define PATH "; Max-Age=15552000; Path=/; SameSite=Lax; Secure"
#define COOKIE(s) "Set-Cookie: consent=1." s ".1781524800" PATH

static struct tsr_small *s;

static int
setup(void **state)
{
	struct tsr_item item = tsr_small_text("<h1>Home</h1>");
	static struct tsr_choice edition;

	(void)state;
	s = calloc(1, sizeof(*s));
	tsr_small_init(s, "{}");
	edition = tsr_small_choice(s, "edition", &item, 1);
	assert_true(tsr_small_page(s, "/", &edition, 1, 0));
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

static void
ask(const char *method, const char *target, const char *const *headers,
    const char *body)
{
	const char *all[8];
	char length[40];
	size_t n = 0;

	s->request.body = tsr_span_of(body, strlen(body));
	snprintf(length, sizeof(length), "CONTENT_LENGTH=%zu", strlen(body));
	all[n++] = length;
	while (headers != NULL && *headers != NULL)
		all[n++] = *headers++;
	all[n] = NULL;
	tsr_small_ask(s, method, target, all);
	assert_true(tsr_small_has(s, "Cache-Control: no-store"));
}

static const struct {
	const char *headers[4];
	uint32_t status;
	const char *says;
} origins[] = {
    {{OWN}, 204, "the site's own"},
    {{"HTTP_ORIGIN=https://WWW.example.org"}, 204, "hosts have no case"},
    {{"HTTP_ORIGIN=https://www.example.org.evil"}, 403, "a longer one"},
    {{"HTTP_ORIGIN=https://www.example.or"}, 403, "a shorter one"},
    {{"HTTP_ORIGIN=http://www.example.org"}, 403, "without TLS"},
    {{"HTTP_ORIGIN=http://www.example.org:81", "HTTP_HOST=www.example.org"},
	403, "another port"},
    {{"HTTP_ORIGIN=http://www.example.org:81", "HTTP_HOST=www.example.org",
	 "SERVER_PORT=81"},
	204, "a host whose port the web server tells apart"},
    {{"HTTP_ORIGIN=http://www.example.org:82", "HTTP_HOST=www.example.org",
	 "SERVER_PORT=81"},
	403, "another port than the one told apart"},
    {{"HTTP_ORIGIN=http://evil.example:81", "HTTP_HOST=www.example.org",
	 "SERVER_PORT=81"},
	403, "another host at that port"},
    {{"HTTP_ORIGIN=https://evil.example"}, 403, "another"},
    {{"HTTP_ORIGIN=null"}, 403, "an opaque one"},
    {{"HTTP_ORIGIN="}, 403, "an empty one"},
    {{"X=y"}, 403, "none, and no referrer"},
    {{"HTTP_REFERER=https://www.example.org/a?b"}, 204, "the referrer's"},
    {{"HTTP_REFERER=https://www.example.org"}, 204, "which is no more"},
    {{"HTTP_REFERER=https://www.example.org@evil.example/"}, 403,
	"a name before the host"},
    {{"HTTP_REFERER=https://evil.example/https://www.example.org/"}, 403,
	"in its path"},
    {{"HTTP_REFERER=www.example.org/"}, 403, "no URL"},
    {{"HTTP_ORIGIN=https://evil.example",
	"HTTP_REFERER=https://www.example.org/"}, 403, "Origin counts first"},
    {{"HTTP_ORIGIN=null", "HTTP_REFERER=https://www.example.org/"}, 403,
	"null is no missing one"},
    {{"HTTP_ORIGIN=http://127.0.0.1:81", "HTTP_HOST=127.0.0.1:81"}, 204,
	"that of the host asked"},
    {{"HTTP_ORIGIN=https://a.example", "HTTP_HOST=a.example"}, 204,
	"over TLS that ended before us"},
    {{"HTTP_ORIGIN=http://a.example", "HTTP_HOST=a.example",
	"REQUEST_SCHEME=https"}, 403, "a page without TLS to one with"},
    {{"HTTP_ORIGIN=http://a.example", "HTTP_HOST=a.example", "HTTPS=on"}, 403,
	"in other words"},
    {{"HTTP_ORIGIN=https://", "HTTP_HOST="}, 403, "nothing is no host"},
    {{OWN, "HTTP_SEC_FETCH_SITE=same-origin"}, 204, "the browser says so"},
    {{OWN, "HTTP_SEC_FETCH_SITE=cross-site"}, 403, "or the contrary"},
};

static void
test_endpoint_posts_come_from_the_site_itself(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(origins); i++) {
		ask("POST", "/_tessera/forget", origins[i].headers, "");
		if (s->answer.status != origins[i].status)
			fail_msg("%s: %u", origins[i].says,
			    (unsigned)s->answer.status);
	}
}

static const struct {
	const char *method, *target, *header, *body;
	uint32_t status;
	const char *line; /* of the head */
	const char *says;
} rows[] = {
    {"POST", "/_tessera/consent", FORM, "purpose=functional", 303,
	COOKIE("functional"), "one purpose"},
    {"POST", "/_tessera/consent", FORM,
	"purpose=analytics&purpose=functional&x=1", 303,
	COOKIE("functional+analytics"), "two"},
    {"POST", "/_tessera/consent", FORM, "purpose=all", 303,
	COOKIE("functional+analytics+personalization"), "all"},
    {"POST", "/_tessera/consent", FORM, "", 303, COOKIE("none"),
	"no box was ticked"},
    {"POST", "/_tessera/consent", FORM, "purpose=functional&purpose=none",
	303, COOKIE("none"), "the button counts more than boxes"},
    {"POST", "/_tessera/consent", FORM, "purpose=functional%2Canalytics", 303,
	COOKIE("functional+analytics"), "a button with two"},
    {"POST", "/_tessera/consent", FORM, "purpose=everything", 400, NULL,
	"no purpose"},
    {"POST", "/_tessera/consent", FORM, "purpose=all&return=/a%3Fb%3Dc", 303,
	"Location: /a?b=c", "back to a page"},
    {"POST", "/_tessera/consent", FORM, "return=/", 303, "Location: /",
	"back home"},
    {"POST", "/_tessera/consent", FORM, "return=//evil.example", 400, NULL,
	"another host"},
    {"POST", "/_tessera/consent", FORM, "return=/%5Cevil.example", 400, NULL,
	"in disguise"},
    {"POST", "/_tessera/consent", FORM, "return=/%09/evil.example", 400, NULL,
	"with a tab"},
    {"POST", "/_tessera/consent", FORM, "return=/%0D%0AX:y", 400, NULL,
	"with a line of the head"},
    {"POST", "/_tessera/consent", FORM, "return=https://evil.example", 400,
	NULL, "as it is"},
    {"POST", "/_tessera/consent", FORM, "return=javascript:x", 400, NULL,
	"a script"},
    {"POST", "/_tessera/consent", FORM, "return=/a%00", 400, NULL, "NUL"},
    {"POST", "/_tessera/consent", FORM, "return=/caf%C3%A9", 400, NULL,
	"bytes that no header has"},
    {"POST", "/_tessera/consent", FORM, "return=", 400, NULL, "nothing"},
    {"POST", "/_tessera/consent", JSON,
	"{\"purposes\": [\"functional\", \"an\\u0061lytics\"]}", 204,
	COOKIE("functional+analytics"), "as JSON"},
    {"POST", "/_tessera/consent", JSON, "{\"purposes\":[]}", 204,
	COOKIE("none"), "none, as JSON"},
    {"POST", "/_tessera/consent", JSON, "{\"purposes\":[\"x\"]}", 400, NULL,
	"no purpose"},
    {"POST", "/_tessera/consent", JSON, "{\"purposes\":[1]}", 400, NULL,
	"no text"},
    {"POST", "/_tessera/consent", JSON, "{\"purposes\":\"all\"}", 400, NULL,
	"no list"},
    {"POST", "/_tessera/consent", JSON, "{}", 400, NULL, "nothing said"},
    {"POST", "/_tessera/consent", JSON, "[", 400, NULL, "no JSON"},
    {"POST", "/_tessera/consent", "CONTENT_TYPE=text/plain", "purpose=all",
	415, NULL, "neither of both"},
    {"POST", "/_tessera/consent", "X=y", "purpose=all", 415, NULL, "no type"},
    {"GET", "/_tessera/consent", FORM, "", 405, "Allow: POST", "asked for"},
    {"PUT", "/_tessera/forget", FORM, "", 405, "Allow: POST", "put"},
    {"POST", "/_tessera/forget", FORM, "return=/a", 303, "Location: /a",
	"a form that forgets"},
    {"POST", "/_tessera/forget", FORM, "", 303, COOKIE("none"),
	"the choice stays, as none"},
    {"POST", "/_tessera/forget", "X=y", "", 204, "Clear-Site-Data: \"cache\"",
	"pages of before are gone"},
    {"POST", "/_tessera/forget", FORM, "return=//x", 400, NULL, "elsewhere"},
    {"GET", "/_tessera/health", "X=y", "", 200,
	"Content-Type: application/json", "alive"},
    {"HEAD", "/_tessera/health", "X=y", "", 200, "Content-Length: 93",
	"alive, in short"},
    {"POST", "/_tessera/health", "X=y", "", 405, "Allow: GET, HEAD",
	"nothing to post"},
    {"GET", "/_tessera/", "X=y", "", 404, NULL, "nothing"},
    {"GET", "/_tessera/nothing", "X=y", "", 404, NULL, "nothing"},
    {"POST", "/_tessera/consent/", FORM, "", 404, NULL, "not this one"},
    {"POST", "http://www.example.org/_tessera/consent?x=y", FORM, "", 303,
	COOKIE("none"), "in absolute form"},
};

static void
test_endpoint_answers_each_request_as_its_row_says(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		const char *headers[] = {OWN, rows[i].header, NULL};

		ask(rows[i].method, rows[i].target, headers, rows[i].body);
		if (s->answer.status != rows[i].status ||
		    (rows[i].line != NULL && !tsr_small_has(s, rows[i].line)))
			fail_msg("%s: %s: %.*s", rows[i].body, rows[i].says,
			    (int)s->answer.head_length, (char *)s->answer.head);
		if (s->answer.status == 204)
			assert_true(s->answer.no_body);
	}
}

static void
test_endpoint_form_goes_back_to_where_it_came_from(void **state)
{
	static const char *const from[] = {FORM,
	    "HTTP_REFERER=https://www.example.org/shop/boots?x=1", NULL};
	static const char *const odd[] = {FORM,
	    "HTTP_REFERER=https://www.example.org//evil.example", NULL};

	(void)state;
	ask("POST", "/_tessera/consent", from, "purpose=all");
	assert_true(tsr_small_has(s, "Location: /shop/boots?x=1"));
	ask("POST", "/_tessera/consent", odd, "purpose=all");
	assert_true(tsr_small_has(s, "Location: /"));
}

static const struct {
	const char *length;
	size_t body;
	bool too_long;
	uint32_t status;
	const char *says;
} lengths[] = {
    {"CONTENT_LENGTH=12", 12, false, 303, "as it promised"},
    {"CONTENT_LENGTH=13", 12, false, 400, "cut off"},
    {"CONTENT_LENGTH=11", 12, false, 400, "more than it promised"},
    {"CONTENT_LENGTH=12x", 12, false, 400, "no number"},
    {"CONTENT_LENGTH=-1", 12, false, 400, "less than none"},
    {"CONTENT_LENGTH=", 12, false, 303, "does not say, but is there"},
    {"CONTENT_LENGTH=", 0, false, 411, "does not say and is not there"},
    {"CONTENT_LENGTH=0", 0, false, 303, "an empty form"},
    {"CONTENT_LENGTH=65537", 0, true, 413, "one too many"},
    {"CONTENT_LENGTH=99999999999999999999999", 0, true, 413, "far too many"},
    {"CONTENT_LENGTH=", 0, true, 413, "too many, and does not say"},
};

static void
test_endpoint_body_is_whole_and_not_too_long(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(lengths); i++) {
		const char *headers[] = {OWN, FORM, lengths[i].length, NULL};

		s->request.body = tsr_span_of("purpose=all&", lengths[i].body);
		s->request.body_long = lengths[i].too_long;
		tsr_small_ask(s, "POST", "/_tessera/consent", headers);
		s->request.body_long = false;
		if (s->answer.status != lengths[i].status)
			fail_msg("%s: %u", lengths[i].says,
			    (unsigned)s->answer.status);
	}
}

/* A state with the groups functional and analytics, as its cookie. */
static void
test_endpoint_withdrawal_takes_groups_out_of_the_state(void **state)
{
	struct tsr_state kept = {.purposes = 6, .entry = TSR_ENTRY_SEARCH,
	    .issued = TSR_SMALL_NOW / 1000 - 60,
	    .expires = TSR_SMALL_NOW / 1000 + 1000,
	    .session_start = TSR_SMALL_NOW / 1000 - 60, .session_pages = 1};
	uint8_t text[TSR_STATE_TEXT], less[TSR_STATE_TEXT];
	char cookie[TSR_STATE_TEXT + 64], line[TSR_STATE_TEXT + 128];
	const char *const headers[] = {OWN, FORM, cookie, NULL};
	size_t n = tsr_state_write(text, &kept, &tsr_fake_seal);

	(void)state;
	s->request.seal = &tsr_fake_seal;
	snprintf(cookie, sizeof(cookie), "HTTP_COOKIE=__Host-tessera=%.*s",
	    (int)n, (char *)text);
	assert_true(tsr_state_restrict(&kept, 2));
	n = tsr_state_write(less, &kept, &tsr_fake_seal);
	snprintf(line, sizeof(line), "Set-Cookie: __Host-tessera=%.*s; Path=/; "
	    "Max-Age=1000; Secure; HttpOnly; SameSite=Lax", (int)n,
	    (char *)less);
	ask("POST", "/_tessera/consent", headers, "purpose=functional");
	assert_true(tsr_small_has(s, line));
	ask("POST", "/_tessera/consent", headers, "purpose=all");
	assert_null(strstr((char *)s->answer.head, "__Host"));
	snprintf(line, sizeof(line), "Set-Cookie: __Host-tessera=; Path=/; "
	    "Max-Age=0; Secure; HttpOnly; SameSite=Lax");
	ask("POST", "/_tessera/consent", headers, "purpose=personalization");
	assert_true(tsr_small_has(s, line));
	ask("POST", "/_tessera/forget", headers, "");
	assert_true(tsr_small_has(s, line));
	s->request.seal = NULL;
	ask("POST", "/_tessera/consent", headers, "purpose=all");
	assert_true(tsr_small_has(s, line));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_endpoint_posts_come_from_the_site_itself),
	    cmocka_unit_test(
		test_endpoint_answers_each_request_as_its_row_says),
	    cmocka_unit_test(
		test_endpoint_form_goes_back_to_where_it_came_from),
	    cmocka_unit_test(
		test_endpoint_withdrawal_takes_groups_out_of_the_state),
	    cmocka_unit_test(test_endpoint_body_is_whole_and_not_too_long),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
