/*
 * Personas: links that let a person look as somebody else.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lib/fake_seal.h"
#include "lib/small.h"

static struct tsr_small *s;

static int
setup(void **state)
{
	struct tsr_choice *choices;
	struct tsr_item item = tsr_small_text("<p>gold</p>");
	struct tsr_rule rule = {.starts = INT64_MIN, .ends = INT64_MAX,
	    .name = TSR_LIT("rule")};
	uint32_t decision;

	(void)state;
	s = malloc(sizeof(*s));
	tsr_small_init(s,
	    "{\"plan\": {\"type\": \"string\", \"source\": \"cookie:plan\", "
	    "\"purpose\": \"personalization\"}}");
	rule.audience = tsr_small_json(s, "{\"plan\": \"gold\"}");
	assert_true(tsr_rules_chain(&decision, s->rules, &rule, 1));
	choices = TSR_NEW_ARRAY(&s->arena, struct tsr_choice, 3);
	choices[0] = tsr_small_choice(s, "gold", &item, 1);
	item = tsr_small_text("<p>none</p>");
	choices[1] = tsr_small_choice(s, "default", &item, 1);
	item = tsr_small_slot("s", decision, choices, 2);
	choices[2] = tsr_small_choice(s, "edition", &item, 1);
	assert_true(tsr_small_page(s, "/", &choices[2], 1, 0));
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

/* The answer to a GET of / with a query and a cookie. */
static void
ask(const char *query, const char *cookie)
{
	struct tsr_param params[] = {
	    {TSR_LIT("REQUEST_METHOD"), TSR_LIT("GET")},
	    {TSR_LIT("REQUEST_URI"), TSR_LIT("/")},
	    {TSR_LIT("HTTP_ACCEPT_ENCODING"), TSR_LIT("gzip")},
	    {TSR_LIT("QUERY_STRING"), tsr_span_of(query, strlen(query))},
	    {TSR_LIT("HTTP_COOKIE"), tsr_span_of(cookie, strlen(cookie))}};
	struct tsr_request request = {.params = params,
	    .count = TSR_COUNT_OF(params), .now = TSR_SMALL_NOW,
	    .seal = &tsr_fake_seal};

	tsr_answer_make(
	    &s->answer, s->pieces, &s->release.store, &request, NULL);
}

static bool
is_gold(void)
{
	struct tsr_buf pieces, html;
	bool found = false;
	size_t i;

	tsr_buf_init(&pieces, 1u << 20);
	tsr_buf_init(&html, 1u << 20);
	for (i = 0; i < s->answer.stitch.count; i++)
		tsr_buf_add(&pieces, s->answer.stitch.pieces[i]);
	assert_true(tsr_small_gunzip(&html, tsr_buf_view(&pieces)));
	for (i = 0; i + 4 <= html.n; i++)
		found |= memcmp(html.p + i, "gold", 4) == 0;
	tsr_buf_free(&pieces);
	tsr_buf_free(&html);
	return found;
}

static const char *
link_to(const char *json, const char *before)
{
	static char text[4096];
	size_t n = strlen(before), m;

	memcpy(text, before, n);
	m = tsr_persona_write((uint8_t *)text + n, sizeof(text) - n - 1,
	    tsr_span_of(json, strlen(json)), &tsr_fake_seal);
	assert_true(m > 0);
	text[n + m] = '\0';
	return text;
}

#define SOON "\"expires\": 9999999999"

static const struct {
	const char *json;
	uint32_t status;
	bool gold;
	const char *why;
} rows[] = {
    {"{" SOON ", \"attributes\": {\"plan\": \"gold\"}}", 200, true,
	"the link says what the visitor is"},
    {"{" SOON ", \"attributes\": {\"plan\": \"\\u0067old\"}}", 200, true,
	"escapes are read"},
    {"{" SOON ", \"attributes\": {\"plan\": \"gold\"}, \"consent\": "
     "[\"functional\"]}", 200, false, "consent is withheld"},
    {"{" SOON ", \"attributes\": {\"plan\": \"gold\"}, \"consent\": "
     "[\"personalization\"]}", 200, true, "or given"},
    {"{" SOON ", \"attributes\": {\"plan\": 1}}", 200, false,
	"a value of another type is missing"},
    {"{" SOON "}", 200, false, "what is not named is missing"},
    {"{\"expires\": 1, \"attributes\": {\"plan\": \"gold\"}}", 403, false,
	"it has expired"},
    {"{\"attributes\": {\"plan\": \"gold\"}}", 403, false, "never expires"},
    {"[" "9999999999" "]", 403, false, "no object"},
    {"{" SOON, 403, false, "no JSON"},
};

static void
test_persona_link_shows_what_it_says(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		ask(link_to(rows[i].json, "tessera_preview="),
		    "plan=gold; consent=personalization");
		if (s->answer.status != rows[i].status)
			fail_msg("%s: %u", rows[i].why, s->answer.status);
		assert_int_equal(s->answer.previewed, rows[i].status == 200);
		if (rows[i].status != 200)
			continue;
		if (is_gold() != rows[i].gold)
			fail_msg("%s", rows[i].why);
		assert_true(tsr_small_has(
		    s, "Cache-Control: private, no-store"));
		assert_true(tsr_small_has(s, "X-Robots-Tag: noindex"));
	}
}

static void
test_persona_goes_along_in_a_cookie(void **state)
{
	(void)state;
	ask("", link_to(rows[0].json, "__Host-tessera_preview_link="));
	assert_true(s->answer.previewed && is_gold());
	ask("", "__Host-tessera_preview_link=AQ; plan=gold");
	assert_int_equal(s->answer.status, 200);
	assert_false(s->answer.previewed);
	ask("tessera_preview=end", link_to(rows[0].json,
		"__Host-tessera_preview_link="));
	assert_int_equal(s->answer.status, 303);
	assert_true(tsr_small_has(s, "Location: /"));
	assert_true(tsr_small_has(s, "Set-Cookie: __Host-tessera_preview_link="
	    "; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"));
}

/* Each bit of a token counts: none can be changed unnoticed. */
static void
test_persona_forged_link_is_refused(void **state)
{
	char text[512];
	size_t i, n, from = strlen("tessera_preview=");

	(void)state;
	snprintf(text, sizeof(text), "%s",
	    link_to(rows[0].json, "tessera_preview="));
	n = strlen(text);
	for (i = from; i < n; i++) {
		text[i] ^= 1;
		ask(text, "");
		assert_int_equal(s->answer.status, 403);
		text[i] ^= 1;
	}
	for (; n > from; n--) {
		text[n - 1] = '\0';
		ask(text, "");
		assert_int_equal(s->answer.status, 403);
	}
}

static void
test_persona_token_at_its_cap(void **state)
{
	char json[TSR_PERSONA_MAX + 1];
	uint8_t out[TSR_PERSONA_MAX * 2];
	size_t most = TSR_PERSONA_MAX - 2 - TSR_SEAL_SIZE;

	(void)state;
	memset(json, ' ', sizeof(json));
	memcpy(json, rows[0].json, strlen(rows[0].json));
	assert_true(tsr_persona_write(out, sizeof(out),
	    tsr_span_of(json, most), &tsr_fake_seal) > 0);
	assert_int_equal(tsr_persona_write(out, sizeof(out),
	    tsr_span_of(json, most + 1), &tsr_fake_seal), 0);
	json[most] = '\0';
	ask(link_to(json, "tessera_preview="), "");
	assert_true(s->answer.previewed && is_gold());
	assert_int_equal(tsr_persona_write(out, sizeof(out),
	    tsr_span_of(json, 2), NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_persona_link_shows_what_it_says),
	    cmocka_unit_test(test_persona_goes_along_in_a_cookie),
	    cmocka_unit_test(test_persona_forged_link_is_refused),
	    cmocka_unit_test(test_persona_token_at_its_cap),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
