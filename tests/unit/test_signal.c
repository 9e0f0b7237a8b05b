/*
 * Signals: client hints, languages, devices, addresses and clocks, from the
 * bytes of a request to the value of an attribute.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "build/read/moment.h"
#include "build/read/zone.h"
#include "core/device.h"
#include "core/item.h"
#include "core/language.h"
#include "core/limits.h"
#include "core/netaddr.h"
#include "lib/decisions.h"

static const char config[] =
    "{\"locales\": {\"default\": \"en\", \"de\": {}, \"pt-BR\": {}},"
    " \"timeZone\": \"Europe/Berlin\","
    " \"proxies\": [\"10.0.0.0/8\", \"2001:db8::/32\", \"unix\"]}";
static const char attributes[] =
    "{\"os\": {\"type\": \"string\", \"source\": \"hint:Sec-CH-UA-Platform\"},"
    " \"mem\": {\"type\": \"number\", \"source\": \"hint:Device-Memory\"},"
    " \"mob\": {\"type\": \"boolean\", \"source\": \"hint:Sec-CH-UA-Mobile\"},"
    " \"lang\": {\"type\": \"string\", \"source\": \"language\"},"
    " \"alp\": {\"type\": \"string\", \"source\": \"language\","
    "  \"values\": [\"de-CH\", \"fr\"]},"
    " \"dev\": {\"type\": \"string\", \"source\": \"device\"},"
    " \"ip\": {\"type\": \"string\", \"source\": \"address\"},"
    " \"land\": {\"type\": \"string\", \"source\": \"header:CF-IPCountry\"},"
    " \"mine\": {\"type\": \"string\", \"source\": \"header:X-Mine\","
    "  \"trusted\": true},"
    " \"free\": {\"type\": \"string\", \"source\": \"header:X-Free\"},"
    " \"hour\": {\"type\": \"number\", \"source\": \"time:hour\"},"
    " \"minute\": {\"type\": \"number\", \"source\": \"time:minute\"},"
    " \"minutes\": {\"type\": \"number\", \"source\": \"time:minutes\"},"
    " \"weekday\": {\"type\": \"number\", \"source\": \"time:weekday\"},"
    " \"month\": {\"type\": \"number\", \"source\": \"time:month\"},"
    " \"date\": {\"type\": \"string\", \"source\": \"time:date\"},"
    " \"score\": {\"type\": \"number\", \"source\": \"profile:score\"},"
    " \"deep\": {\"type\": \"number\", \"source\": \"browser:scroll\"}}";

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_rules *rules;
	struct decisions table;
};

static struct tsr_span
span(const char *s)
{
	return tsr_span_of(s, strlen(s));
}

static struct tsr_json *
read_json(struct world *w, const char *text)
{
	struct tsr_json *v = TSR_NEW(&w->arena, struct tsr_json);

	assert_true(tsr_json_read(v, &w->arena, &w->diag, &w->sources,
	    tsr_sources_add(&w->sources, "test", span(text))));
	return v;
}

static void
open_rules(struct world *w, const char *site, const char *declared)
{
	memset(w, 0, sizeof(*w));
	tsr_sources_init(&w->sources, &w->arena);
	tsr_diag_init(&w->diag, &w->arena);
	w->rules = tsr_rules_new(&w->arena, &w->diag);
	tsr_rules_site(w->rules, read_json(w, site));
	tsr_rules_declare(w->rules, read_json(w, declared), NULL);
}

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

/* Parameters as "NAME=value", up to four. */
static void
ask(char *got, size_t n, struct world *w, const char *name,
    const char *const *sent, int64_t now)
{
	static struct tsr_visit visit;
	struct tsr_param params[4], profile = {span("score"), span("7.5")};
	struct tsr_request request = {.params = params, .now = now,
	    .profile = &profile, .profile_count = 1};
	const char *equals;

	for (; request.count < 4 && sent[request.count] != NULL;
	    request.count++) {
		equals = strchr(sent[request.count], '=');
		params[request.count].name = tsr_span_of(sent[request.count],
		    (size_t)(equals - sent[request.count]));
		params[request.count].value = span(equals + 1);
	}
	tsr_visit_init(&visit, &w->table.table, &request, w->table.page);
	describe(got, n, tsr_decide_value(
	    &visit, tsr_rules_attribute_find(w->rules, span(name))));
}

#define OS "HTTP_SEC_CH_UA_PLATFORM="
#define MEM "HTTP_DEVICE_MEMORY="
#define XFF "HTTP_X_FORWARDED_FOR="
#define PROXY "REMOTE_ADDR=10.1.2.3"

static void
test_signal_reads_what_was_sent(void **state)
{
	static const struct {
		const char *name, *sent[4], *value, *why;
	} rows[] = {
	    {"os", {OS "\"Android\""}, "'Android'", "a string"},
	    {"os", {OS " \"a\\\"b\\\\c\" "}, "'a\"b\\c'", "escapes, blanks"},
	    {"os", {OS "\"\""}, "''", "an empty string is one"},
	    {"os", {OS "\"A\";a;b=?1;c=\"x\""}, "'A'", "parameters are passed"},
	    {"os", {OS "Android"}, "'Android'", "a token"},
	    {"os", {OS "\"Android"}, "missing", "no end"},
	    {"os", {OS "\"a\", \"b\""}, "missing", "a list is no item"},
	    {"os", {OS "?1"}, "missing", "of another type"},
	    {"mem", {MEM "8"}, "8", "an integer"},
	    {"mem", {MEM "-0.125"}, "-0.125", "a decimal"},
	    {"mem", {MEM "007"}, "7", "zeros in front"},
	    {"mem", {MEM "1."}, "missing", "a dot needs digits"},
	    {"mem", {MEM "0.1234"}, "missing", "at most three digits"},
	    {"mem", {MEM "1234567890123456"}, "missing", "at most 15 digits"},
	    {"mem", {MEM "\"8\""}, "missing", "a string is no number"},
	    {"mob", {"HTTP_SEC_CH_UA_MOBILE=?0"}, "false", "a boolean"},
	    {"mob", {"HTTP_SEC_CH_UA_MOBILE=1"}, "missing", "a number"},
	    {"lang", {"HTTP_ACCEPT_LANGUAGE=de-AT, en;q=0.5"}, "'de'",
		"the best range, shortened"},
	    {"lang", {"HTTP_ACCEPT_LANGUAGE=ja"}, "missing", "none of ours"},
	    {"alp", {"HTTP_ACCEPT_LANGUAGE=de, fr;q=0.1"}, "'fr'",
		"lookup only shortens the range"},
	    {"ip", {"REMOTE_ADDR=192.0.2.1", XFF "203.0.113.9"}, "'192.0.2.1'",
		"who is no proxy is the client"},
	    {"ip", {PROXY, XFF "1.1.1.1, 203.0.113.9"}, "'203.0.113.9'",
		"the right-most that is no proxy"},
	    {"ip", {PROXY, XFF "1.1.1.1 , 203.0.113.9, 10.9.9.9"},
		"'203.0.113.9'", "a chain of proxies"},
	    {"ip", {PROXY, XFF "1.1.1.1", XFF "203.0.113.9"}, "'203.0.113.9'",
		"the last line counts"},
	    {"ip", {PROXY, XFF "1.1.1.1, unknown"}, "missing", "no address"},
	    {"ip", {PROXY, XFF "[2001:DB9:0::1]:443"}, "'2001:db9::1'",
		"a port, written as RFC 5952 does"},
	    {"ip", {PROXY, XFF "192.0.2.7:80"}, "'192.0.2.7'", "a port"},
	    {"ip", {PROXY}, "'10.1.2.3'", "the proxy itself asks"},
	    {"ip", {"REMOTE_ADDR=unix:", XFF "192.0.2.7"}, "'192.0.2.7'",
		"a Unix socket that is a proxy"},
	    {"ip", {"REMOTE_ADDR=unix:"}, "missing", "nobody is named"},
	    {"ip", {"REMOTE_ADDR=2001:db8::5", XFF "::ffff:192.0.2.7"},
		"'192.0.2.7'", "IPv4 in IPv6"},
	    {"ip", {NULL}, "missing", "no address"},
	    {"land", {PROXY, "HTTP_CF_IPCOUNTRY=DE"}, "'DE'", "from a proxy"},
	    {"land", {"REMOTE_ADDR=192.0.2.1", "HTTP_CF_IPCOUNTRY=DE"},
		"missing", "anybody may say so"},
	    {"land", {"HTTP_CF_IPCOUNTRY=DE"}, "missing", "from nowhere"},
	    {"mine", {PROXY, "HTTP_X_MINE=a"}, "'a'", "marked as trusted"},
	    {"mine", {"REMOTE_ADDR=9.9.9.9", "HTTP_X_MINE=a"}, "missing",
		"marked as trusted, from a stranger"},
	    {"free", {"REMOTE_ADDR=9.9.9.9", "HTTP_X_FREE=a"}, "'a'",
		"not marked"},
	    {"score", {NULL}, "7.5", "of the profile"},
	    {"deep", {NULL}, "missing", "only the browser knows"},
	};
	struct world w;
	char got[200];
	size_t i;

	(void)state;
	open_rules(&w, config, attributes);
	assert_int_equal(w.diag.count, 0);
	decisions_open(&w.table, w.rules, &w.arena);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		ask(got, sizeof(got), &w, rows[i].name, rows[i].sent, 0);
		if (strcmp(got, rows[i].value) != 0)
			fail_msg("%s: %s", got, rows[i].why);
	}
	decisions_close(&w.table);
	tsr_arena_free(&w.arena);
}

static void
test_signal_clock_is_the_zones(void **state)
{
	static const struct {
		const char *now, *name, *value, *why;
	} rows[] = {
	    {"2026-11-21T22:59:59Z", "date", "'2026-11-21'", "winter: +1"},
	    {"2026-11-21T23:00:00Z", "date", "'2026-11-22'", "the next day"},
	    {"2026-11-21T23:00:00Z", "weekday", "7", "a Sunday"},
	    {"2026-11-22T23:30:00Z", "weekday", "1", "a Monday"},
	    {"2026-11-21T12:34:56Z", "hour", "13", "the hour"},
	    {"2026-11-21T12:34:56Z", "minute", "34", "the minute"},
	    {"2026-11-21T12:34:56Z", "minutes", "814", "since midnight"},
	    {"2026-07-31T22:00:00Z", "month", "8", "summer: +2"},
	    {"2026-03-29T00:59:59Z", "hour", "1", "before the change"},
	    {"2026-03-29T01:00:00Z", "hour", "3", "two o'clock is left out"},
	    {"2026-10-25T00:59:59Z", "minutes", "179", "before the change"},
	    {"2026-10-25T01:00:00Z", "minutes", "120", "two o'clock again"},
	    {"2024-02-29T12:00:00Z", "date", "'2024-02-29'", "a leap day"},
	    {"2099-07-01T00:00:00Z", "hour", "2", "by the footer's rule"},
	    {"2100-12-31T22:59:59Z", "date", "'2100-12-31'", "the last year"},
	    {"1975-07-01T00:00:00Z", "hour", "1", "no summer time then"},
	    {"1980-07-01T00:00:00Z", "hour", "2", "from the file's list"},
	};
	static const char *const none[1] = {NULL};
	struct world w;
	char got[200];
	int64_t now;
	size_t i;

	(void)state;
	open_rules(&w, config, attributes);
	decisions_open(&w.table, w.rules, &w.arena);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		assert_true(tsr_moment_read(&now, span(rows[i].now)));
		ask(got, sizeof(got), &w, rows[i].name, none, now);
		if (strcmp(got, rows[i].value) != 0)
			fail_msg("%s: %s", got, rows[i].why);
	}
	decisions_close(&w.table);
	tsr_arena_free(&w.arena);
}

static void
test_signal_language_is_looked_up(void **state)
{
	static const struct {
		const char *field, *tags, *found, *why;
	} rows[] = {
	    {"zh-Hant-CN-x-private1-private2", "zh-Hant,zh", "zh-Hant",
		"RFC 4647 section 3.4: shortened from the end"},
	    {"zh-a-bc", "zh-a,zh", "zh", "a single letter goes, too"},
	    {"fr-FR, zh-Hant", "zh-Hant", "zh-Hant", "the second range"},
	    {"EN-us", "de,en-US", "en-US", "any case, as the site has it"},
	    {"en;q=0.5, de", "en,de", "de", "the larger weight"},
	    {"en;q=0.5,de;q=0.5", "de,en", "en", "the first of equal ones"},
	    {"de;q=0, en;q=0.1", "de,en", "en", "weight 0 is refused"},
	    {"de-CH, de;q=0", "de", NULL, "also when shortened"},
	    {"*", "de", NULL, "a star is none"},
	    {"*;q=0.1, de;q=0.05", "de", "de", "a star is passed over"},
	    {"de;q=2, en;q=0.1", "de,en", "en", "no such weight"},
	    {"de;q=0.1234, en;q=0.1", "de,en", "en", "four digits"},
	    {"de;level=1, en", "de,en", "en", "no weight at all"},
	    {"d\xc3\xa9, ,-,de-, en", "de,en", "en", "no ranges"},
	    {"verylongsubtag, en", "en", "en", "more than 8"},
	    {" de ; Q=0.3 ,\ten; q=0.2", "en,de", "de", "blanks"},
	    {"", "de", NULL, "nothing"},
	    {"de", "", NULL, "no tags"},
	};
	static char many[TSR_LANGUAGE_RANGES * 3 + 3];
	struct tsr_span out;
	size_t i, n;
	bool found;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		found = tsr_language_lookup(
		    &out, span(rows[i].field), span(rows[i].tags));
		if (found != (rows[i].found != NULL) ||
		    (found && !tsr_span_eq(out, span(rows[i].found))))
			fail_msg("%s", rows[i].why);
	}
	for (n = TSR_LANGUAGE_RANGES - 1; n <= TSR_LANGUAGE_RANGES; n++) {
		for (i = 0; i < n; i++)
			memcpy(many + i * 3, "xx,", 3);
		memcpy(many + n * 3, "de", 3);
		assert_int_equal(
		    tsr_language_lookup(&out, span(many), TSR_LIT("de")),
		    n < TSR_LANGUAGE_RANGES);
	}
}

static void
test_signal_device_follows_the_table(void **state)
{
	static const struct {
		const char *agent, *mobile, *factors, *kind, *why;
	} rows[] = {
	    {"Mozilla/5.0 (compatible; Googlebot/2.1; +http://x)", "?1", "",
		"bot", "a bot, whatever else it says"},
	    {"Mozilla/5.0 (Linux; Android 9; CUBOT NOTE) Mobile", "", "",
		"mobile", "a phone whose name has bot in it"},
	    {"Mozilla/5.0 (Linux; Android 10; K) Chrome/120", "?0",
		"\"Tablet\"", "tablet", "form factors"},
	    {"x", "?1", "\"XR\", \"Desktop\"", "desktop", "the first known"},
	    {"x", "?1", "\"XR\"", "mobile", "the hint"},
	    {"Mozilla/5.0 (Linux; Android 10; K) Chrome/120", "?0", "",
		"tablet", "Android that is not mobile"},
	    {"Mozilla/5.0 (iPhone; CPU iPhone OS 17)", "", "", "mobile",
		"no hints"},
	    {"Mozilla/5.0 (iPad; CPU OS 12) Mobile/15E148", "", "", "tablet",
		"an iPad says mobile, too"},
	    {"Mozilla/5.0 (Windows NT 10.0; Win64)", "?0", "", "desktop",
		"Windows"},
	    {"curl/8.0", "", "", "", "not known"},
	    {"", "", "", "", "nothing"},
	};
	struct tsr_span out;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		out = tsr_device(span(rows[i].agent), span(rows[i].mobile),
		    span(rows[i].factors));
		if (!tsr_span_eq(out, span(rows[i].kind)))
			fail_msg("%s", rows[i].why);
	}
}

static void
test_signal_addresses_are_written_in_one_way(void **state)
{
	static const char *const rows[][2] = {{"192.0.2.1", "192.0.2.1"},
	    {"::ffff:255.255.255.255", "255.255.255.255"}, {"::", "::"},
	    {"::1", "::1"}, {"1::", "1::"}, {"2001:DB8:0:0:1:0:0:1",
		"2001:db8::1:0:0:1"}, {"1:0:2:0:0:0:3:0", "1:0:2::3:0"},
	    {"1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"},
	    {"abcd:ef01:2345:6789:abcd:ef01:2345:6789",
		"abcd:ef01:2345:6789:abcd:ef01:2345:6789"}};
	struct tsr_netaddr address;
	uint8_t room[TSR_NETADDR_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		assert_true(tsr_netaddr_read(&address, span(rows[i][0]), false));
		if (!tsr_span_eq(tsr_netaddr_write(room, &address),
			span(rows[i][1])))
			fail_msg("%s", rows[i][1]);
	}
}

static void
test_signal_forwarded_entries_have_a_limit(void **state)
{
	static char line[(TSR_FORWARDED_MAX + 1) * 10 + 40];
	const char *sent[] = {PROXY, line, NULL};
	struct world w;
	char got[60];
	size_t n, i;

	(void)state;
	open_rules(&w, config, attributes);
	decisions_open(&w.table, w.rules, &w.arena);
	for (n = TSR_FORWARDED_MAX - 1; n <= TSR_FORWARDED_MAX; n++) {
		strcpy(line, XFF "192.0.2.1");
		for (i = 0; i < n; i++)
			strcat(line, ",10.0.0.1");
		ask(got, sizeof(got), &w, "ip", sent, 0);
		assert_string_equal(got, n < TSR_FORWARDED_MAX ? "'192.0.2.1'"
							       : "missing");
	}
	decisions_close(&w.table);
	tsr_arena_free(&w.arena);
}

static void
test_signal_mistake_in_the_site_is_reported(void **state)
{
	static const struct {
		const char *site, *declared, *rule, *why;
	} rows[] = {
	    {"{\"proxies\": [\"10.0.0.0/33\"]}", "{}", "R025", "33 bits"},
	    {"{\"proxies\": [\"cdn\"]}", "{}", "R025", "no address"},
	    {"{\"timeZone\": \"Europe/Atlantis\"}",
		"{\"h\": {\"type\": \"number\", \"source\": \"time:hour\"}}",
		"R026", "no such zone"},
	    {"{}", "{\"h\": {\"type\": \"number\", \"source\": \"time:ho\"}}",
		"R020", "no such part"},
	    {"{}", "{\"h\": {\"type\": \"number\", \"source\": \"time:date\"}}",
		"R021", "a date is a string"},
	    {"{}", "{\"h\": {\"type\": \"string\", \"source\": \"cookie:a\","
		   " \"trusted\": true}}", "R021", "a cookie is nobody's word"},
	    {"{}", "{\"h\": {\"type\": \"string\", \"source\": \"language\","
		   " \"tier\": \"segment\"}}", "R021", "too hard for servers"},
	};
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		open_rules(&w, rows[i].site, rows[i].declared);
		if (w.diag.count != 1 ||
		    strcmp(w.diag.list[0].rule, rows[i].rule) != 0)
			fail_msg("%s", rows[i].why);
		tsr_arena_free(&w.arena);
	}
}

static void
test_signal_damaged_zone_file_is_refused(void **state)
{
	struct tsr_arena arena;
	struct tsr_span file, copy;
	struct tsr_buf out;
	uint8_t *bytes;
	size_t n;

	(void)state;
	tsr_arena_init(&arena);
	assert_int_equal(
	    tsr_zone_file(&file, TSR_LIT("Europe/Berlin"), &arena), TSR_OK);
	for (n = 0; n < file.n; n++) {
		bytes = malloc(n + 1);
		memcpy(bytes, file.p, n);
		copy = tsr_span_of(bytes, n);
		tsr_buf_init(&out, 1 << 20);
		assert_false(tsr_zone_compile(&out, copy));
		tsr_buf_free(&out);
		free(bytes);
	}
	tsr_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_signal_reads_what_was_sent),
	    cmocka_unit_test(test_signal_clock_is_the_zones),
	    cmocka_unit_test(test_signal_language_is_looked_up),
	    cmocka_unit_test(test_signal_device_follows_the_table),
	    cmocka_unit_test(test_signal_addresses_are_written_in_one_way),
	    cmocka_unit_test(test_signal_forwarded_entries_have_a_limit),
	    cmocka_unit_test(test_signal_mistake_in_the_site_is_reported),
	    cmocka_unit_test(test_signal_damaged_zone_file_is_refused),
	};

	return cmocka_run_group_tests_name("signal", tests, NULL, NULL);
}
