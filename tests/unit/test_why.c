/*
 * test_why - what /_tessera/why says, and the texts that pages carry for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "build/pack/words.h"
#include "core/why.h"
#include "lib/fake_seal.h"
#include "lib/sample.h"

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

/* What is signed is read; anything else is not, nor another release's. */
static void
test_why_text_is_read_only_as_it_was_signed(void **state)
{
	static const struct {
		size_t at; /* of the bytes */
		uint8_t with; /* XORed */
		bool again; /* signed again behind it */
		enum tsr_err read, open;
		const char *says;
	} rows[] = {
	    {0, 0, false, TSR_OK, TSR_OK, "as it was written"},
	    {0, 3, true, TSR_RANGE, 0, "another version"},
	    {1, 1, false, TSR_CHECKSUM, 0, "another key"},
	    {2, 1, false, TSR_CHECKSUM, 0, "another time"},
	    {22, 1, false, TSR_CHECKSUM, 0, "another answer"},
	    {30, 1, false, TSR_CHECKSUM, 0, "another signature"},
	    {6, 1, true, TSR_OK, TSR_MISSING, "of another release"},
	    {14, 0x7f, true, TSR_OK, TSR_MISSING, "of no page"},
	};
	static struct tsr_sample sample;
	static struct tsr_why why;
	uint8_t bytes[TSR_WHY_BYTES], text[TSR_BASE64_TEXT(TSR_WHY_BYTES)];
	uint32_t count;
	size_t i, n, length;

	(void)state;
	tsr_sample_init(&sample);
	count = tsr_le32(tsr_table_record(&sample.table, TSR_SECTION_PAGE, 0,
	    TSR_PAGE_SIZE) + 68);
	n = 22 + (count + 7) / 8;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		memset(bytes, 0, sizeof(bytes));
		bytes[0] = 1;
		memcpy(bytes + 6, sample.table.id.p, 8);
		bytes[rows[i].at] ^= rows[i].again ? rows[i].with : 0;
		(void)tsr_fake_seal.sign(bytes + n, bytes + 1, NULL,
		    TSR_SEAL_WHY, tsr_span_of(bytes + 2, n - 2));
		bytes[rows[i].at] ^= rows[i].again ? 0 : rows[i].with;
		length = tsr_base64_write(
		    text, tsr_span_of(bytes, n + TSR_SEAL_SIZE));
		if (tsr_why_read(&why, tsr_span_of(text, length),
			&tsr_fake_seal) != rows[i].read)
			fail_msg("%s is read otherwise", rows[i].says);
		if (rows[i].read == TSR_OK &&
		    tsr_why_open(&why, &sample.table) != rows[i].open)
			fail_msg("%s is opened otherwise", rows[i].says);
		/* Cut anywhere it is none. */
		for (; length > 0 && rows[i].read == TSR_OK; length--)
			assert_int_not_equal(tsr_why_read(&why,
			    tsr_span_of(text, length - 1), &tsr_fake_seal),
			    TSR_OK);
	}
	assert_int_equal(tsr_why_read(&why, TSR_LIT(""), NULL), TSR_RANGE);
	tsr_sample_free(&sample);
}

/* As many predicates as fit are read again; one more has no text at all. */
static void
test_why_predicates_fit_up_to_their_cap(void **state)
{
	static uint8_t bytes[TSR_WHY_BYTES + 1];
	static uint8_t text[TSR_BASE64_TEXT(TSR_WHY_BYTES + 1)];
	static struct tsr_why why;
	size_t n, length;

	(void)state;
	for (n = TSR_WHY_BYTES; n <= TSR_WHY_BYTES + 1; n++) {
		memset(bytes, 0, sizeof(bytes));
		bytes[0] = 1;
		(void)tsr_fake_seal.sign(bytes + n - TSR_SEAL_SIZE, bytes + 1,
		    NULL, TSR_SEAL_WHY,
		    tsr_span_of(bytes + 2, n - TSR_SEAL_SIZE - 2));
		length = tsr_base64_write(text, tsr_span_of(bytes, n));
		assert_int_equal(tsr_why_read(&why,
		    tsr_span_of(text, length), &tsr_fake_seal) == TSR_OK,
		    n == TSR_WHY_BYTES);
		if (n == TSR_WHY_BYTES)
			assert_int_equal(why.bits.n, TSR_WHY_PREDICATES / 8);
	}
}

/* An index that nobody has checked: a past release's, or one of CGI. */
static void
test_why_filters_that_are_not_there_are_not_counted_through(void **state)
{
	uint8_t trial[TSR_EXPERIMENT_SIZE] = {0};
	struct tsr_signal signals[TSR_ATTRIBUTES_MAX];
	struct tsr_ask ask = {NULL, NULL};
	struct tsr_table t;

	(void)state;
	memset(&t, 0, sizeof(t));
	memset(signals, 0, sizeof(signals));
	signals[0].kind = TSR_SIGNAL_SHOWN;
	tsr_put32(trial + 24, UINT32_MAX);
	tsr_put32(trial + 44, UINT32_MAX);
	t.sections[TSR_SECTION_EXPT].p = trial;
	t.sections[TSR_SECTION_EXPT].n = sizeof(trial);
	t.sections[TSR_SECTION_EXPT].count = 1;
	alarm(3);
	tsr_why_close(signals, &t, &ask);
	alarm(0);
	assert_int_equal(signals[0].kind, TSR_SIGNAL_SHOWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_why_words_are_there_in_each_language),
	    cmocka_unit_test(test_why_words_of_the_site_come_first),
	    cmocka_unit_test(test_why_length_counts_bits),
	    cmocka_unit_test(test_why_text_is_read_only_as_it_was_signed),
	    cmocka_unit_test(test_why_predicates_fit_up_to_their_cap),
	    cmocka_unit_test(
		test_why_filters_that_are_not_there_are_not_counted_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
