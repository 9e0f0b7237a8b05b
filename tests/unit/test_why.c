/*
 * test_why - what /_tessera/why says, and how long pages' texts are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "build/pack/words.h"
#include "core/why.h"

static void
test_why_words_are_there_in_each_language(void **state)
{
	static const char *const tags[] = {"en", "de", "de-AT", "fr", ""};
	struct tsr_span tag, none = {NULL, 0};
	size_t i;
	int k;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(tags); i++) {
		tag = tsr_span_of(tags[i], strlen(tags[i]));
		for (k = 0; k < TSR_WHY_WORD_COUNT; k++)
			assert_true(
			    tsr_why_word((enum tsr_why_word)k, none, tag).n >
			    0);
		assert_int_equal(
		    tsr_why_word(TSR_WHY_WORD_COUNT, none, tag).n, 0);
	}
	assert_true(tsr_span_eq(
	    tsr_why_word(TSR_WHY_FAILED, none, TSR_LIT("de")),
	    TSR_LIT("Das l\xc3\xa4sst sich jetzt nicht sagen. Bitte versuchen "
		    "Sie es sp\xc3\xa4ter noch einmal.")));
	assert_true(tsr_span_eq(
	    tsr_why_word(TSR_WHY_CLOSE, none, TSR_LIT("del")),
	    TSR_LIT("Close")));
}

static void
test_why_words_of_the_site_come_first(void **state)
{
	struct tsr_member members[] = {
	    {.name = TSR_LIT("why-close"), .value = tsr_json_string(
						TSR_LIT("Zu\0" "machen"))},
	    {.name = TSR_LIT("why"), .value = tsr_json_string(TSR_LIT("x"))}};
	struct tsr_json strings = {
	    .type = TSR_JSON_OBJECT, .count = 2, .u.members = members};
	struct tsr_arena arena;
	struct tsr_span own;

	(void)state;
	tsr_arena_init(&arena);
	own = tsr_words_why(&strings, &arena);
	assert_true(tsr_span_eq(
	    tsr_why_word(TSR_WHY_CLOSE, own, TSR_LIT("de")),
	    TSR_LIT("Zumachen")));
	assert_true(tsr_span_eq(
	    tsr_why_word(TSR_WHY_TITLE, own, TSR_LIT("de")),
	    TSR_LIT("Warum sehe ich das?")));
	/* Cut off, as a damaged release may have it. */
	own.n = 5;
	assert_true(tsr_span_eq(
	    tsr_why_word(TSR_WHY_CLOSE, own, TSR_LIT("en")),
	    TSR_LIT("Close")));
	strings.count = 0;
	assert_int_equal(tsr_words_why(&strings, &arena).n, 0);
	assert_int_equal(tsr_words_why(NULL, &arena).n, 0);
	tsr_arena_free(&arena);
}

static void
test_why_length_counts_bits(void **state)
{
	static const struct {
		uint32_t predicates;
		size_t length;
		const char *says;
	} rows[] = {
	    {0, 51, "none: head and signature"},
	    {1, 52, "one bit is a byte"},
	    {8, 52, "eight, too"},
	    {9, 54, "nine are two"},
	    {TSR_WHY_PREDICATES, TSR_BASE64_TEXT(TSR_WHY_BYTES), "all"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++)
		if (tsr_why_length(rows[i].predicates) != rows[i].length)
			fail_msg("%s: %zu", rows[i].says,
			    tsr_why_length(rows[i].predicates));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_why_words_are_there_in_each_language),
	    cmocka_unit_test(test_why_words_of_the_site_come_first),
	    cmocka_unit_test(test_why_length_counts_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
