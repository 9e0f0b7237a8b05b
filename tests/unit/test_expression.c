/*
 * test_expression - conditions over JSON values, JSON read in place, hashes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "build/rules/trial.h"
#include "core/value.h"
#include "core/hash.h"
#include "core/instant.h"
#include "core/jsonread.h"
#include "core/limits.h"
#include "core/netaddr.h"
#include "core/number_text.h"

static struct tsr_span
span(const char *s)
{
	return tsr_span_of(s, strlen(s));
}

static void
test_expression_answers_as_the_reference_does(void **state)
{
	static const struct {
		const char *condition, *attributes;
		bool holds;
		const char *why;
	} rows[] = {
	    {"{\"a.b\":2}", "{\"a\":{\"b\":2}}", true, "a path"},
	    {"{\"a.1\":\"y\"}", "{\"a\":[\"x\",\"y\"]}", true, "an item"},
	    {"{\"a.length\":2}", "{\"a\":[1,2]}", true, "a length"},
	    {"{\"a.b\":null}", "{\"a\":\"x\"}", true, "strings have no parts"},
	    {"{\"a\":\"1,2\"}", "{\"a\":[1,[2]]}", true, "an array's text"},
	    {"{\"a\":{\"b\":1,\"a\":2}}", "{\"a\":{\"a\":2,\"b\":1}}", false,
		"the order of members counts"},
	    {"{\"a\":{\"1\":1,\"b\":2}}", "{\"a\":{\"b\":2,\"1\":1}}", true,
		"but indices come first"},
	    {"{\"a\":{\"$elemMatch\":{\"$eq\":0}}}", "{\"a\":[0]}", true,
		"0 is an item"},
	    {"{\"a\":{\"$elemMatch\":{\"$eq\":null}}}", "{\"a\":[null]}", false,
		"null is none"},
	    {"{\"a\":{\"$all\":[null]}}", "{\"a\":[null]}", true,
		"but for $all it is"},
	    {"{\"a\":{\"$size\":{\"$gt\":1}}}", "{\"a\":[1,2]}", true,
		"sizes are compared"},
	    {"{\"a\":{\"$not\":{\"$size\":1}}}", "{}", true,
		"what is missing has no size"},
	    {"{\"a\":{\"$veq\":\"0\"}}", "{}", true, "version 0"},
	    {"{\"a\":{\"$ini\":[\"\\u03bf\\u03b4\\u03bf\\u03c2\"]}}",
		"{\"a\":\"\\u039f\\u0394\\u039f\\u03a3\"}", true,
		"a final sigma"},
	    {"{\"a\":{\"$foo\":1}}", "{}", false, "unknown operators are false"},
	    {"{\"a\":{\"$startsWith\":\"ab\"}}", "{\"a\":\"abc\"}", true,
		"our own"},
	    {"{\"a\":{\"$contains\":\"bd\"}}", "{\"a\":\"abc\"}", false,
		"our own"},
	    {"{\"a\":{\"$before\":\"2026-01-01\"}}",
		"{\"a\":\"2025-12-31T23:59:59Z\"}", true, "moments"},
	    {"{\"a\":{\"$after\":\"2026-01-01T00:00:00+01:00\"}}",
		"{\"a\":1767222000}", false, "that very second"},
	    {"{\"a\":{\"$cidr\":[\"10.0.0.0/8\",\"2001:db8::/32\"]}}",
		"{\"a\":\"2001:DB8::1\"}", true, "networks"},
	};
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_json condition, attributes;
	size_t i;
	bool holds;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		tsr_arena_init(&arena);
		tsr_sources_init(&sources, &arena);
		tsr_diag_init(&diag, &arena);
		assert_true(tsr_json_read(&condition, &arena, &diag, &sources,
		    tsr_sources_add(&sources, "c", span(rows[i].condition))));
		assert_true(tsr_json_read(&attributes, &arena, &diag, &sources,
		    tsr_sources_add(&sources, "a", span(rows[i].attributes))));
		holds = tsr_trial(
		    &diag, &condition, &attributes, NULL, &arena);
		if (holds != rows[i].holds || diag.errors > 0)
			fail_msg("%s: %s", rows[i].condition, rows[i].why);
		tsr_arena_free(&arena);
	}
}

static void
test_jsonread_takes_json_and_nothing_else(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		const char *why;
	} rows[] = {
	    {" [1, {\"a\": null}] ", true, "blanks"}, {"", false, "nothing"},
	    {"[1,]", false, "a comma too many"}, {"{\"a\"}", false, "no value"},
	    {"[1}", false, "the wrong end"}, {"[1] 2", false, "two values"},
	    {"01", false, "a leading zero"}, {"\"\\ud83d\\ude00\"", true, "a pair"},
	    {"\"\\ud83d\"", false, "half a pair"}, {"\"\\u0000\"", false, "NUL"},
	    {"\"\\x\"", false, "no escape"}, {"\"\xff\"", false, "no UTF-8"},
	    {"\"a\nb\"", false, "a raw control"}, {"tru", false, "no word"}};
	char deep[2 * TSR_JSONREAD_DEPTH + 3];
	struct tsr_span value;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++)
		if (tsr_jsonread_check(&value, span(rows[i].text)) !=
		    rows[i].ok)
			fail_msg("%s", rows[i].why);
	for (i = TSR_JSONREAD_DEPTH; i < TSR_JSONREAD_DEPTH + 2; i++) {
		memset(deep, '[', i);
		memset(deep + i, ']', i);
		assert_int_equal(
		    tsr_jsonread_check(&value, tsr_span_of(deep, 2 * i)),
		    i == TSR_JSONREAD_DEPTH);
	}
}

static void
test_hash_gives_published_numbers(void **state)
{
	static const struct {
		const char *seed, *value;
		unsigned version;
		double n;
	} rows[] = {{"", "a", 1, 0.22}, {"", "b", 1, 0.077},
	    {"b", "a", 1, 0.946}, {"ef", "d", 1, 0.652},
	    {"asdf", "8952klfjas09ujk", 1, 0.549}, {"", "123", 1, 0.011},
	    {"", "___)((*\":&", 1, 0.563}, {"seed", "a", 2, 0.0505},
	    {"seed", "b", 2, 0.2696}, {"foo", "ab", 2, 0.2575},
	    {"foo", "def", 2, 0.2019}, {"89123klj", "8952klfjas09ujkasdf", 2,
		0.124}, {"90850943850283058242805", "123", 2, 0.7516},
	    {"()**(%$##$%#$#", "___)((*\":&", 2, 0.0128}};
	double n;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		assert_true(tsr_hash(&n, span(rows[i].seed),
		    span(rows[i].value), rows[i].version));
		assert_true(n >= rows[i].n && n <= rows[i].n);
	}
	assert_false(tsr_hash(&n, span("a"), span("b"), 3));
}

/* The second hash is of the first one's digits, however many there are. */
static void
test_hash_of_numbers_of_any_length_is_that_of_their_digits(void **state)
{
	unsigned digits[11] = {0}, i;
	uint32_t first, all;
	char id[16], text[16];
	int n;

	(void)state;
	for (i = 0; i < 1000000; i++) {
		n = snprintf(id, sizeof(id), "%u", i);
		first = tsr_fnv32a(
		    TSR_FNV32A_START, tsr_span_of(id, (size_t)n));
		n = snprintf(text, sizeof(text), "%u", first);
		digits[n]++;
		all = tsr_fnv32a(
		    TSR_FNV32A_START, tsr_span_of(text, (size_t)n));
		if (tsr_hash_bucket(TSR_FNV32A_START,
			tsr_span_of(id, strlen(id))) != all % 10000)
			fail_msg("%s", id);
	}
	assert_true(digits[10] > 0 && digits[9] > 0 && digits[8] > 0 &&
	    digits[7] > 0 && digits[6] > 0);
}

static void
test_netaddr_reads_addresses_only(void **state)
{
	static const struct {
		const char *text;
		bool ok;
	} rows[] = {{"192.0.2.1", true}, {"192.0.2", false},
	    {"192.0.2.256", false}, {"192.0.2.01", false}, {"::", true},
	    {"1::2::3", false}, {"1:2:3:4:5:6:7:8", true},
	    {"1:2:3:4:5:6:7:8:9", false}, {"::ffff:192.0.2.1", true},
	    {"12345::", false}, {"1:", false}, {"", false}};
	struct tsr_netaddr address;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++)
		if (tsr_netaddr_read(&address, span(rows[i].text), false) !=
		    rows[i].ok)
			fail_msg("%s", rows[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_expression_answers_as_the_reference_does),
	    cmocka_unit_test(test_jsonread_takes_json_and_nothing_else),
	    cmocka_unit_test(test_hash_gives_published_numbers),
	    cmocka_unit_test(
		test_hash_of_numbers_of_any_length_is_that_of_their_digits),
	    cmocka_unit_test(test_netaddr_reads_addresses_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
