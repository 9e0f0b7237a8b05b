/*
 * Consent: each form by itself, and how they are put together. Strings marked
 * "specification" stand in the texts of the IAB Tech Lab; the others were put
 * together by hand from the field tables there.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/bits.h"
#include "core/consent.h"
#include "core/gpp.h"
#include "core/tcf.h"
#include "lib/guard.h"

#define F (1u << TSR_PURPOSE_FUNCTIONAL)
#define A (1u << TSR_PURPOSE_ANALYTICS)
#define P (1u << TSR_PURPOSE_PERSONALIZATION)

/* Purposes 1 to 11 of the framework; 1, 8 and 9; none; 5 and 6 without 1. */
#define TC_ALL "CAAAAAAAAAAAAAAAAAAAAAAgAP_gAAAAAAAAAAAAAAAA"
#define TC_COUNTS "CAAAAAAAAAAAAAAAAAAAAAAgAIGAAAAAAAAAAAAAAAAA"
#define TC_NONE "CAAAAAAAAAAAAAAAAAAAAAAgAAAAAAAAAAAAAAAAAAAA"
#define TC_NO_1 "CAAAAAAAAAAAAAAAAAAAAAAgAAwAAAAAAAAAAAAAAAAA"
#define ALL 0x7ffu

static struct tsr_guard guard;

static int
setup(void **state)
{
	(void)state;
	tsr_guard_init(&guard, 1u << 17);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	tsr_guard_free(&guard);
	return 0;
}

static struct tsr_span
copy(const char *s)
{
	return tsr_guard_copy(&guard, tsr_span_of(s, strlen(s)));
}

static const struct {
	const char *value;
	unsigned grants;
	const char *says;
} cookies[] = {
    {"functional+analytics", F | A, "words"},
    {"functional.analytics,personalization", F | A | P, "other separators"},
    {"functional%2Banalytics", F | A, "as encodeURIComponent leaves it"},
    {"%66unctional", F, "any escape"},
    {"1.functional+analytics.1781524800", F | A, "as we write it"},
    {"1.none.1781524800", 0, "nothing was granted"},
    {"2.functional", 0, "a version to come"},
    {"11.functional", 0, "another"},
    {"1functional", 0, "no word"},
    {"1+functional", F, "a word that is unknown"},
    {"", 0, "nothing"},
    {"Functional", 0, "words have a case"},
    {"functional ", 0, "and no blanks"},
    {"functional%00", 0, "and no NUL"},
    {"functional+everything", F, "unknown words are passed over"},
    {"+++,..functional", F, "nothing between separators"},
    {"%", 0, "half an escape"},
    {"\xff\xfe+functional", F, "bytes that are no text"},
};

static void
test_consent_cookie_grants_its_words(void **state)
{
	char text[TSR_CONSENT_MAX + 2];
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(cookies); i++)
		if (tsr_consent_cookie(copy(cookies[i].value)) !=
		    (cookies[i].grants | TSR_CONSENT_NONE))
			fail_msg("%s: %s", cookies[i].value, cookies[i].says);
	memset(text, 'x', sizeof(text));
	memcpy(text, "functional+", 11);
	text[TSR_CONSENT_MAX] = '\0';
	assert_int_equal(tsr_consent_cookie(copy(text)), 1 | F);
	text[TSR_CONSENT_MAX] = 'x';
	text[TSR_CONSENT_MAX + 1] = '\0';
	assert_int_equal(tsr_consent_cookie(copy(text)), 1);
}

static void
test_consent_cookie_that_is_written_is_read(void **state)
{
	uint8_t text[TSR_CONSENT_TEXT];
	unsigned i;
	size_t n;

	(void)state;
	for (i = 0; i < 8; i++) {
		n = tsr_consent_write(text, i << 1, INT64_MAX);
		assert_int_equal(tsr_consent_cookie(tsr_span_of(text, n)),
		    TSR_CONSENT_NONE | i << 1);
	}
}

static const struct {
	const char *text;
	uint32_t vendor;
	bool good;
	uint32_t purposes;
	const char *says;
} strings[] = {
    {"CQSbk4AQSbk4ANwAAAENAwCgAAAAAAAAAAYgACPAAAAA.IDKQA4AAgAKAGQAygAAA", 0,
	true, 0, "specification: no purpose, two segments"},
    {"CQSbk4AQSbk4ANwAAAENAwCgAAAAAAAAAAYgACPAAAAA.IDKQA4AAgAKAGQAygAAA"
     ".YAAAAAAAAAAA", 4, true, 0, "specification: three segments"},
    {"CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", 0, true, 0,
	"specification of GPP"},
    {"COtybn4PA_zT4KjACBENAPCIAEBAAECAAIAAAAAAAAAA", 0, false, 0,
	"not service specific, as older texts have it"},
    {"CLcVDxRMWfGmWAVAHCENAXCkAKDAADnAABRgA5mdfCKZuYJez-NQm0TBMYA4oCAAGQYIAA"
     "AAAAEAIAEgAA", 0, true, 0x305, "with vendors in a field of bits"},
    {TC_ALL, 0, true, ALL, "purposes 1 to 11"},
    {TC_COUNTS, 0, true, 0x181, "1, 8 and 9"},
    {TC_NONE, 0, true, 0, "none"},
    {TC_ALL, 10, true, 0, "a vendor that is not in it"},
    {"CAAAAAAAAAAAAAAAAAAAAAAgAP_gAAAAAAAAAFCBAAAAA", 10, true, ALL,
	"vendors 3 and 10: the last bit"},
    {"CAAAAAAAAAAAAAAAAAAAAAAgAP_gAAAAAAAAAFCBAAAAA", 9, true, 0,
	"the one before"},
    {"CAAAAAAAAAAAAAAAAAAAAAAgAP_gAAAAAAAAAFCBAAAAA", 11, true, 0,
	"the one behind"},
    {"CAAAAAAAAAAAAAAAAAAAAAAgAP_gAAAAAAAAAGQAgACQAIAAwAAAAA", 4, true,
	ALL, "a range of one"},
    {"CAAAAAAAAAAAAAAAAAAAAAAgAP_gAAAAAAAAAGQAgACQAIAAwAAAAA", 12, true,
	ALL, "the end of 8 to 12"},
    {"CAAAAAAAAAAAAAAAAAAAAAAgAP_gAAAAAAAAAGQAgACQAIAAwAAAAA", 7, true, 0,
	"before its beginning"},
    {"CAAAAAAAAAAAAAAAAAAAAAAgAP_gAAAAAAAAAGQAYAGAAQAAAAA", 0, false, 0,
	"a range that ends before it begins"},
    {"CAAAAAAAAAAAAAAAAAAAAAAgAP_gAAAAAAAAAFABAAAACKAAwAJAAs", 10, true,
	ALL & ~0x10u, "purpose 5 is not allowed to vendors 9 to 11"},
    {"CAAAAAAAAAAAAAAAAAAAAAAgAP_gAAAAAAAAAFABAAAACKAAwAJAAs", 0, true,
	ALL, "which is nothing to who is no vendor"},
    {"CAAAAAAAAAAAAAAAAAAAAAAgAP_gAAAAAAAAAFABAAAAEKgAwAJAAsaABgACAAY", 10,
	true, ALL, "consent required, and others restricted"},
    {"BAAAAAAAAAAAAAAAAAAAAAAgAP_gAAAAAAAAAAAAAAAA", 0, false, 0,
	"version 1"},
    {TC_ALL ".", 0, false, 0, "a segment of nothing"},
    {TC_ALL "..YAAA", 0, false, 0, "between points"},
    {TC_ALL ".Y*AA", 0, false, 0, "a segment beyond the alphabet"},
    {TC_ALL "=", 0, false, 0, "padding"},
    {"CAAA+AAAAAAAAAAAAAAAAAAgAP_gAAAAAAAAAAAAAAAA", 0, false, 0,
	"the other alphabet"},
    {TC_ALL "AAAA", 0, true, ALL, "zeros behind"},
    {TC_ALL "AAAB", 0, false, 0, "more than zeros behind"},
    {"", 0, false, 0, "nothing"},
    {"C", 0, false, 0, "its version alone"},
};

static void
test_consent_tc_string_grants_its_purposes(void **state)
{
	uint32_t purposes;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(strings); i++) {
		bool good = tsr_tcf_read(
		    &purposes, copy(strings[i].text), strings[i].vendor);

		if (good != strings[i].good ||
		    purposes != strings[i].purposes)
			fail_msg("%s: %d %x", strings[i].says, good,
			    (unsigned)purposes);
	}
}

/* Everything up to the count of restrictions must be there: 260 bits. */
static void
test_consent_strings_cut_anywhere_grant_nothing(void **state)
{
	static const char gpp[] = "DBACMM~" TC_ALL "~CAAqAAAAAAAA";
	uint32_t purposes;
	struct tsr_gpp out;
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(TC_ALL) - 1; n++) {
		bool good = tsr_tcf_read(&purposes,
		    tsr_guard_copy(&guard, tsr_span_of(TC_ALL, n)), 0);

		if (good != (n * 6 >= 259))
			fail_msg("%zu of it", n);
	}
	for (n = 0; n < sizeof(gpp) - 1; n++)
		assert_false(tsr_gpp_read(
		    &out, tsr_guard_copy(&guard, tsr_span_of(gpp, n))));
}

static void
test_consent_strings_at_the_cap_fit_and_one_more_does_not(void **state)
{
	static char text[TSR_CONSENT_STRING_MAX + 1];
	uint32_t purposes;
	struct tsr_gpp out;

	(void)state;
	memset(text, 'A', sizeof(text));
	memcpy(text, TC_ALL, sizeof(TC_ALL) - 1);
	assert_true(tsr_tcf_read(
	    &purposes, tsr_span_of(text, TSR_CONSENT_STRING_MAX), 0));
	assert_false(tsr_tcf_read(
	    &purposes, tsr_span_of(text, TSR_CONSENT_STRING_MAX + 1), 0));
	memset(text, 'A', sizeof(text));
	memcpy(text, "DBABM~", 6);
	assert_true(
	    tsr_gpp_read(&out, tsr_span_of(text, TSR_CONSENT_STRING_MAX)));
	assert_false(
	    tsr_gpp_read(&out, tsr_span_of(text, TSR_CONSENT_STRING_MAX + 1)));
}

static const struct {
	const char *text;
	bool good, tcf, out;
	const char *says;
} platform[] = {
    {"DBABM~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", true, true, false,
	"specification: TCF"},
    {"DBACNY~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN", true, true,
	false, "specification: TCF and US Privacy"},
    {"DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN", true, true,
	false, "specification: with a header of whole bytes"},
    {"DBABjw~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN", true, false,
	false, "specification: Canada and US Privacy, as a range"},
    {"DBABjw~CPXx~1YYN", true, false, true, "opted out of sale"},
    {"DBABjw~CPXx~1YYX", false, false, false, "no such letter"},
    {"DBABjw~CPXx~2YYN", false, false, false, "no such version"},
    {"DBABL~BAAqAAAAAA", true, false, false, "national 1: did not opt out"},
    {"DBABL~BAAaAAAAAA", true, false, true, "of sale"},
    {"DBABL~BAAmAAAAAA", true, false, true, "of sharing"},
    {"DBABL~BAApAAAAAA", true, false, true, "of targeted advertising"},
    {"DBABL~CAAqAAAAAAAA", true, false, false, "national 2: did not"},
    {"DBABL~CAAaAAAAAAAA", true, false, true, "of sale"},
    {"DBABL~CAAmAAAAAAAA", true, false, true, "of sharing"},
    {"DBABL~CAApAAAAAAAA", true, false, true, "of targeted advertising"},
    {"DBABL~DAAAAAAAAAAA", false, false, false, "national 3"},
    {"DBABL~CAAqAAAAAA", false, false, false, "as short as version 1"},
    {"DBABBg~BAoAAAAA", true, false, false, "California: did not"},
    {"DBABBg~BAYAAAAA", true, false, true, "California: sale"},
    {"DBABBg~BAkAAAAA", true, false, true, "California: sharing"},
    {"DBABBg~BAoAAAAA.Y", true, false, true, "with GPC"},
    {"DBABBg~BAoAAAAA.Q", true, false, false, "with GPC off"},
    {"DBABBg~BAoAAAAA.o", false, false, false, "no such segment"},
    {"DBABBg~BAoAAAAA.", false, false, false, "a segment of nothing"},
    {"DBABBg~BAoAAA", false, false, false, "cut off"},
    {"DBABRg~BAoAAAA", true, false, false, "Virginia: did not"},
    {"DBABRg~BAYAAAA", true, false, true, "Virginia: sale"},
    {"DBABRg~BAkAAAA", true, false, true, "Virginia: advertising"},
    {"DBABJg~BAoAAAA", true, false, false, "Colorado: did not"},
    {"DBABJg~BAYAAAA", true, false, true, "Colorado: sale"},
    {"DBABJg~BAkAAAA", true, false, true, "Colorado: advertising"},
    {"DBABFg~BAKAAAA", true, false, false, "Utah: did not"},
    {"DBABFg~BAGAAAA", true, false, true, "Utah: sale"},
    {"DBABFg~BAJAAAA", true, false, true, "Utah: advertising"},
    {"DBABVg~BAoAAAAA", true, false, false, "Connecticut: did not"},
    {"DBABVg~BAYAAAAA", true, false, true, "Connecticut: sale"},
    {"DBABVg~BAkAAAAA", true, false, true, "Connecticut: advertising"},
    {"DBABEw~BAkAAAA", true, false, true, "Texas: advertising"},
    {"DBABCw~BAGAAAA", true, false, true, "Iowa: sale"},
    {"DBACMM~" TC_ALL "~CAAqAAAAAAAA", true, true, false, "both"},
    {"DBACMpg~" TC_ALL "~BAAA", true, true, true, "a section to come"},
    {"DBABM", false, false, false, "a header alone"},
    {"DBABM~", true, true, false, "an empty section: its own matter"},
    {"DBABM~A~A", false, true, false, "more sections than it says"},
    {"DBACNY~A", false, true, false, "fewer"},
    {"DAABM~A", false, false, false, "version 0"},
    {"CBABM~A", false, false, false, "no header"},
    {"DBABM*~A", false, false, false, "beyond the alphabet"},
    {"DBABAAAAY~A", false, false, false, "a number that does not end"},
    {"DBAA~A", false, false, false, "no section"},
    {"DP__~A", false, false, false, "4095 sections in nothing"},
    {"", false, false, false, "nothing"},
    {"~", false, false, false, "nothing and nothing"},
};

static void
test_consent_gpp_string_says_who_opted_out(void **state)
{
	struct tsr_gpp out;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(platform); i++) {
		bool good = tsr_gpp_read(&out, copy(platform[i].text));

		if (good != platform[i].good ||
		    (good && ((out.tcf.p != NULL) != platform[i].tcf ||
				 out.opted_out != platform[i].out)))
			fail_msg("%s: %s: %d %d", platform[i].text,
			    platform[i].says, good, out.opted_out);
	}
}

static void
test_consent_gpp_sections_at_the_cap_fit_and_one_more_does_not(void **state)
{
	/* Sections 24 to 87, and to 88: numbers of which nothing is known. */
	static const char *const headers[] = {"DBABkYRg", "DBABkcRg"};
	struct tsr_gpp out;
	char text[256];
	size_t i, j, n;

	(void)state;
	for (i = 0; i < 2; i++) {
		n = (size_t)snprintf(text, sizeof(text), "%s", headers[i]);
		for (j = 0; j < TSR_GPP_SECTIONS + i; j++)
			n += (size_t)snprintf(
			    text + n, sizeof(text) - n, "~A");
		assert_int_equal(tsr_gpp_read(&out, copy(text)), i == 0);
	}
}

/* ---- all together ---- */

#define META_MAX 8

struct site {
	uint8_t texts[1024], meta[META_MAX * 16];
	size_t n;
	struct tsr_table table;
};

static void
add_text(struct site *s, uint8_t *ref, const char *text)
{
	tsr_put32(ref, (uint32_t)s->n);
	tsr_put32(ref + 4, (uint32_t)strlen(text));
	memcpy(s->texts + s->n, text, strlen(text));
	s->n += strlen(text);
}

static void
add_meta(struct site *s, const char *key, const char *value)
{
	uint32_t *count = &s->table.sections[TSR_SECTION_META].count;
	uint8_t *p = s->meta + *count * 16u;

	add_text(s, p, key);
	add_text(s, p + 8, value);
	(*count)++;
	s->table.sections[TSR_SECTION_META].p = s->meta;
	s->table.sections[TSR_SECTION_META].n = *count * 16u;
	s->table.sections[TSR_SECTION_STRS].p = s->texts;
	s->table.sections[TSR_SECTION_STRS].n = s->n;
}

static const struct {
	const char *cookie, *gpc;
	unsigned grants;
	const char *says;
} visitors[] = {
    {"", "", 0, "nothing was said"},
    {"c=functional+personalization", "", F | P, "the site's own"},
    {"c=functional+personalization", "1", F, "and GPC"},
    {"c=functional+personalization", "0", F | P, "GPC is 1 or nothing"},
    {"c=functional+personalization", "1, 1", F | P, "said oddly"},
    {"x=y", "1", 0, "GPC grants nothing"},
    {"tc=" TC_ALL, "", F | A | P, "a TC string"},
    {"tc=" TC_COUNTS, "", F | A, "with less"},
    {"tc=" TC_NO_1, "", 0, "without purpose 1, which all need"},
    {"tc=" TC_ALL, "1", F | A, "with GPC"},
    {"tc=x", "", 0, "no TC string"},
    {"tc=", "", 0, "an empty one"},
    {"c=functional+personalization; tc=" TC_ALL, "", F | P,
	"what both grant: less by the cookie"},
    {"c=all; tc=" TC_ALL, "", 0, "the cookie has no such word"},
    {"c=functional+analytics+personalization; tc=" TC_COUNTS, "", F | A,
	"less by the TC string"},
    {"c=functional+analytics; tc=broken", "", 0, "a broken one grants none"},
    {"g=DBACMM~" TC_ALL "~CAAqAAAAAAAA", "", F | A | P, "TC inside GPP"},
    {"g=DBACMM~" TC_ALL "~CAAaAAAAAAAA", "", F, "and an opt-out"},
    {"c=functional+analytics+personalization; g=DBABL~CAAqAAAAAAAA", "",
	F | A | P, "no opt-out"},
    {"c=functional+analytics+personalization; g=DBABL~CAAaAAAAAAAA", "", F,
	"an opt-out"},
    {"g=DBABL~CAAqAAAAAAAA", "", 0, "which grants nothing by itself"},
    {"c=functional; g=broken", "", 0, "a broken one takes all"},
    {"c=functional+analytics; tc=" TC_ALL "; g=DBABM~" TC_NONE, "", 0,
	"two TC strings: what both grant"},
};

static void
test_consent_is_what_all_sources_grant(void **state)
{
	static struct site s;
	size_t i;

	(void)state;
	add_meta(&s, "consent", "c");
	add_meta(&s, "consent.gpc", "000008");
	add_meta(&s, "consent.tcf", "tc");
	add_meta(&s, "consent.gpp", "g");
	add_meta(&s, "consent.optOut", "00000c");
	add_meta(&s, "consent.purposes", "000000000001000181000031");
	for (i = 0; i < TSR_COUNT_OF(visitors); i++) {
		struct tsr_param params[] = {
		    {TSR_LIT("HTTP_COOKIE"), copy(visitors[i].cookie)},
		    {TSR_LIT("HTTP_SEC_GPC"),
			tsr_span_of(visitors[i].gpc,
			    strlen(visitors[i].gpc))}};
		struct tsr_request request = {.params = params, .count = 2};
		unsigned grants = tsr_consent_read(&s.table, &request);

		if (grants != (visitors[i].grants | TSR_CONSENT_NONE))
			fail_msg("%s, GPC %s: %s: %x", visitors[i].cookie,
			    visitors[i].gpc, visitors[i].says, grants);
	}
}

static void
test_consent_site_without_sources_grants_nothing(void **state)
{
	static struct site s;
	struct tsr_param params[] = {{TSR_LIT("HTTP_COOKIE"),
	    TSR_LIT("consent=functional; euconsent-v2=" TC_ALL "; =x")}};
	struct tsr_request request = {.params = params, .count = 1};

	(void)state;
	add_meta(&s, "site", "x");
	assert_int_equal(
	    tsr_consent_read(&s.table, &request), TSR_CONSENT_NONE);
	add_meta(&s, "consent.tcf", "euconsent-v2");
	assert_int_equal(
	    tsr_consent_read(&s.table, &request), TSR_CONSENT_NONE);
	add_meta(&s, "consent.purposes", "00000000000100018100003");
	assert_int_equal(tsr_consent_read(&s.table, &request),
	    TSR_CONSENT_NONE | F | A);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_consent_cookie_grants_its_words),
	    cmocka_unit_test(test_consent_cookie_that_is_written_is_read),
	    cmocka_unit_test(test_consent_tc_string_grants_its_purposes),
	    cmocka_unit_test(test_consent_strings_cut_anywhere_grant_nothing),
	    cmocka_unit_test(
		test_consent_strings_at_the_cap_fit_and_one_more_does_not),
	    cmocka_unit_test(test_consent_gpp_string_says_who_opted_out),
	    cmocka_unit_test(
		test_consent_gpp_sections_at_the_cap_fit_and_one_more_does_not),
	    cmocka_unit_test(test_consent_is_what_all_sources_grant),
	    cmocka_unit_test(test_consent_site_without_sources_grants_nothing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
