/*
 * Numbers: text becomes the double that is nearest to it, as strtod finds it,
 * and ToNumber reads what JavaScript reads.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <math.h>
#include <cmocka.h>

#include "core/number.h"

static struct tsr_span
text_of(const char *s)
{
	return tsr_span_of(s, strlen(s));
}

static void
test_number_in_json_form_is_the_nearest_double(void **state)
{
	static const char *const rows[] = {"0", "-0", "1", "10.5", "1e22",
	    "1e23", "123456789012345678", "9007199254740993",
	    "9007199254740992.9999999999999999999", "0.1", "1e-7", "2.5e-324",
	    "4.9e-324", "2.4703282292062327208e-324",
	    "2.4703282292062327209e-324", "2.2250738585072011e-308",
	    "2.2250738585072014e-308", "1.7976931348623157e308",
	    "1.7976931348623158e308", "1e-400", "0.000000000000000000001",
	    "8.41e21", "9.5e-5", "179769313486231580793e288", "5e-324",
	    "1448997445238699", "6.631236846766476e-316",
	    "3.237883913302901e-319", "0e99999999999", "1e-99999999999"};
	size_t i;
	double d;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		d = 99;
		assert_true(tsr_number_read(&d, text_of(rows[i])));
		assert_true(tsr_number_ok(text_of(rows[i])));
		if (d != strtod(rows[i], NULL) ||
		    signbit(d) != signbit(strtod(rows[i], NULL)))
			fail_msg("%s gives %.17g", rows[i], d);
	}
}

static void
test_number_of_random_digits_is_what_strtod_gives(void **state)
{
	uint64_t seed = 88172645463325252u;
	char text[1100];
	size_t i, j, n, digits;
	double d;

	(void)state;
	for (i = 0; i < 20000; i++) {
		seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
		digits = 1 + seed % (i % 100 == 0 ? 1000 : 30);
		n = 0;
		text[n++] = (char)('1' + seed % 9);
		for (j = 0; j < digits; j++) {
			seed ^= seed << 13, seed ^= seed >> 7,
			    seed ^= seed << 17;
			if (j == digits / 3)
				text[n++] = '.';
			text[n++] = (char)('0' + seed % 10);
		}
		(void)snprintf(text + n, 20, "e%d", (int)(seed % 700) - 350);
		d = 99;
		if (!tsr_number_read(&d, text_of(text)))
			d = HUGE_VAL;
		if (d != strtod(text, NULL))
			fail_msg("%s gives %.17g", text, d);
		if (tsr_number_ok(text_of(text)) != (d < HUGE_VAL))
			fail_msg("%s is a number, or is it?", text);
	}
}

/* Whether a number is finite is found without working it out. */
static void
test_number_that_is_too_large_is_known_without_conversion(void **state)
{
	/* The first that is infinite. */
	static const char least[] =
	    "1797693134862315807937289714053034150799341327100378269361737789"
	    "8044496829276475094664901797758720709633028641669288791094655554"
	    "7851940402630657488671505820681908902000708383676273854845817711"
	    "5317644757302700698555713669596228429148198608349364752927190741"
	    "68444365510704342711559699508093042880177904174497792";
	uint64_t seed = 88172645463325252u;
	char text[1400];
	size_t i, j, same, n;
	double d;

	(void)state;
	assert_false(tsr_number_ok(text_of(least)));
	for (i = 0; i < 5000; i++) {
		seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
		same = i % 3 == 0 ? sizeof(least) - 1 : seed % sizeof(least);
		n = 0;
		text[n++] = '0';
		text[n++] = '.';
		memcpy(text + n, least, same);
		n += same;
		for (j = seed % 600; j > 0; j--) {
			seed ^= seed << 13, seed ^= seed >> 7,
			    seed ^= seed << 17;
			text[n++] = (char)('0' + (i % 2) * (seed % 10));
		}
		(void)snprintf(
		    text + n, 20, "e%d", 309 + (int)(i % 50 == 0) -
			(int)(i % 49 == 0));
		if (tsr_number_ok(text_of(text)) !=
		    tsr_number_read(&d, text_of(text)))
			fail_msg("%s is finite, or is it?", text);
	}
}

static void
test_number_halfway_is_rounded_to_even(void **state)
{
	/* 2^53 + 1 with 900 zeros, then once with a last 1. */
	char text[1000] = "9007199254740993.";
	double d;

	(void)state;
	memset(text + 17, '0', 900);
	text[917] = 0;
	assert_true(tsr_number_read(&d, text_of(text)));
	assert_true(d == 9007199254740992.0);
	text[916] = '1';
	assert_true(tsr_number_read(&d, text_of(text)));
	assert_true(d == 9007199254740994.0);
}

static void
test_number_of_another_form_is_refused(void **state)
{
	static const char *const rows[] = {"", "-", "+1", "01", ".5", "1.",
	    "1e", "1e+", "0x10", " 1", "1 ", "1e309", "-1e309", "Infinity",
	    "NaN", "1,5", "--1", "1e5.5", "1_0"};
	size_t i;
	double d;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++)
		if (tsr_number_read(&d, text_of(rows[i])) ||
		    tsr_number_ok(text_of(rows[i])))
			fail_msg("\"%s\" was read", rows[i]);
}

static void
test_number_of_text_is_as_javascript_has_it(void **state)
{
	static const struct {
		const char *text;
		bool is;
		double value;
		const char *why;
	} rows[] = {
	    {"", true, 0, "empty is 0"},
	    {" \t\n\v\f\r ", true, 0, "white space is empty"},
	    {"\xef\xbb\xbf 10\xc2\xa0", true, 10, "a BOM is white space"},
	    {"\xe2\x80\xa8" "7\xe3\x80\x80", true, 7, "so are wide blanks"},
	    {"0x10", true, 16, "hexadecimal"},
	    {"0XfF", true, 255, "hexadecimal in capitals"},
	    {"-0x10", false, 0, "no sign before 0x"},
	    {"0o17", true, 15, "octal"},
	    {"0b101", true, 5, "binary"},
	    {"0b102", false, 0, "no binary digit"},
	    {"0x", false, 0, "no digits"},
	    {"0x20000000000001", true, 9007199254740992.0, "half to even"},
	    {"0x20000000000003", true, 9007199254740996.0, "half to even up"},
	    {"0x200000000000010000001", true, 0x200000000000020000000p0,
		"more than half"},
	    {"010", true, 10, "leading zeros do not count"},
	    {"+5", true, 5, "a plus"},
	    {".5", true, 0.5, "no digit before the point"},
	    {"5.", true, 5, "no digit after the point"},
	    {".", false, 0, "a point alone"},
	    {"1e1000", true, HUGE_VAL, "too large is infinite"},
	    {"-Infinity", true, -HUGE_VAL, "Infinity by name"},
	    {"infinity", false, 0, "its case counts"},
	    {"1 2", false, 0, "a blank inside"},
	    {"12px", false, 0, "something after it"},
	    {"1_000", false, 0, "no separators"},
	};
	size_t i;
	double d;
	bool is;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		is = tsr_number_of_text(&d, text_of(rows[i].text));
		if (is != rows[i].is || (is && d != rows[i].value))
			fail_msg("\"%s\" %d %.17g: %s", rows[i].text, is, d,
			    rows[i].why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_number_in_json_form_is_the_nearest_double),
	    cmocka_unit_test(test_number_of_random_digits_is_what_strtod_gives),
	    cmocka_unit_test(
		test_number_that_is_too_large_is_known_without_conversion),
	    cmocka_unit_test(test_number_halfway_is_rounded_to_even),
	    cmocka_unit_test(test_number_of_another_form_is_refused),
	    cmocka_unit_test(test_number_of_text_is_as_javascript_has_it),
	};

	return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
