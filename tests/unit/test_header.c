/*
 * Accept-Encoding and If-None-Match, and a header block that is full.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/header.h"
#include "lib/guard.h"

static const struct {
	const char *value; /* NULL: no such header */
	enum tsr_coding coding;
	const char *why;
} codings[] = {
    {NULL, TSR_CODING_IDENTITY, "no header"},
    {"", TSR_CODING_IDENTITY, "an empty header: no coding is wanted"},
    {"gzip", TSR_CODING_GZIP, "gzip alone"},
    {"GZip", TSR_CODING_GZIP, "in any case"},
    {"x-gzip", TSR_CODING_GZIP, "by its old name"},
    {"gzip, deflate, br", TSR_CODING_GZIP, "what browsers send"},
    {"br;q=1.0, gzip;q=0.8, *;q=0.1", TSR_CODING_GZIP, "with weights"},
    {"deflate", TSR_CODING_IDENTITY, "only what we do not have"},
    {"identity", TSR_CODING_IDENTITY, "identity alone"},
    {"*", TSR_CODING_GZIP, "anything"},
    {"*;q=0", TSR_CODING_NONE, "nothing at all"},
    {"identity;q=0", TSR_CODING_NONE, "not identity, and gzip unnamed"},
    {"identity;q=0, gzip", TSR_CODING_GZIP, "not identity but gzip"},
    {"gzip;q=0", TSR_CODING_IDENTITY, "not gzip"},
    {"gzip;q=0, *;q=0", TSR_CODING_NONE, "neither"},
    {"gzip;q=0, identity;q=0", TSR_CODING_NONE, "neither, by name"},
    {"gzip;q=0.000", TSR_CODING_IDENTITY, "three digits of nothing"},
    {"gzip;q=0.001", TSR_CODING_GZIP, "the least weight there is"},
    {"gzip;q=0.5, identity;q=0.6", TSR_CODING_IDENTITY, "identity weighs more"},
    {"gzip;q=0.5, identity;q=0.5", TSR_CODING_GZIP, "equal: the smaller"},
    {"gzip;q=1.000", TSR_CODING_GZIP, "one with digits"},
    {"gzip;q=1.001", TSR_CODING_IDENTITY, "more than one is malformed"},
    {"gzip;q=2", TSR_CODING_IDENTITY, "two is malformed"},
    {"gzip;q=0.1234", TSR_CODING_IDENTITY, "four digits are malformed"},
    {"gzip;q=-1", TSR_CODING_IDENTITY, "a sign is malformed"},
    {"gzip;q=", TSR_CODING_IDENTITY, "no weight is malformed"},
    {"gzip;q", TSR_CODING_IDENTITY, "neither is a name alone one"},
    {"gzip;q =0", TSR_CODING_IDENTITY, "nor one with blanks in it"},
    {"gzip;Q=0.5", TSR_CODING_GZIP, "an upper-case q"},
    {"gzip ; q=0.5", TSR_CODING_GZIP, "blanks around the semicolon"},
    {"gzip;x=1;q=0", TSR_CODING_IDENTITY, "a parameter before the weight"},
    {" ,, gzip ,", TSR_CODING_GZIP, "empty elements"},
    {"gzip;q=0, gzip", TSR_CODING_GZIP, "named twice: the better"},
    {"gzipped", TSR_CODING_IDENTITY, "a longer word is another"},
    {"\tgzip", TSR_CODING_GZIP, "a tab before it"},
};

static const struct {
	const char *value;
	bool match;
	const char *why;
} matches[] = {
    {"", false, "nothing"},
    {"*", true, "anything"},
    {"\"a1\"", true, "the tag"},
    {"W/\"a1\"", true, "weakly"},
    {"w/\"a1\"", false, "the W is upper case"},
    {"\"a1", false, "no closing quote"},
    {"a1", false, "no quotes"},
    {"\"A1\"", false, "tags keep their case"},
    {"\"x\", \"a1\"", true, "in a list"},
    {"\"x\",W/\"a1\"", true, "in a list without blanks"},
    {"\"x\" , \"y\"", false, "not in the list"},
    {"\"x,y\", \"a1\"", true, "behind a tag with a comma"},
    {" \"a1\" ", true, "blanks around it"},
    {"\"a1\"\"b\"", false, "two in one element"},
    {"**", false, "more than a star"},
};

static struct tsr_span
copy(struct tsr_guard *guard, const char *value)
{
	if (value == NULL)
		return tsr_span_of(NULL, 0);
	return tsr_guard_copy(guard, tsr_span_of(value, strlen(value)));
}

static void
test_header_coding_is_what_the_client_weighs_most(void **state)
{
	struct tsr_guard guard;
	size_t i;

	(void)state;
	tsr_guard_init(&guard, 4096);
	for (i = 0; i < TSR_COUNT_OF(codings); i++)
		if (tsr_accept_encoding(copy(&guard, codings[i].value)) !=
		    codings[i].coding)
			fail_msg("\"%s\": %s", codings[i].value, codings[i].why);
	tsr_guard_free(&guard);
}

static void
test_header_none_match_compares_weakly(void **state)
{
	struct tsr_guard guard;
	size_t i;

	(void)state;
	tsr_guard_init(&guard, 4096);
	for (i = 0; i < TSR_COUNT_OF(matches); i++)
		if (tsr_none_match(copy(&guard, matches[i].value),
			TSR_LIT("\"a1\"")) != matches[i].match)
			fail_msg("%s: %s", matches[i].value, matches[i].why);
	tsr_guard_free(&guard);
}

static void
test_header_block_full_stays_full(void **state)
{
	uint8_t bytes[12];
	struct tsr_head head = {bytes, 0, sizeof(bytes), false};

	(void)state;
	tsr_head_line(&head, TSR_LIT("A"), TSR_LIT("12"));
	assert_false(head.full);
	tsr_head_add(&head, TSR_LIT("123456"));
	assert_true(head.full);
	tsr_head_add(&head, TSR_LIT("1"));
	assert_int_equal(head.n, 7);
	assert_memory_equal(bytes, "A: 12\r\n", 7);
}

static void
test_header_numbers_are_whole(void **state)
{
	uint8_t bytes[64];
	struct tsr_head head = {bytes, 0, sizeof(bytes), false};

	(void)state;
	tsr_head_uint(&head, 0);
	tsr_head_uint(&head, UINT64_MAX);
	tsr_head_hex(&head, 0x0123456789abcdefu);
	assert_int_equal(head.n, 1 + 20 + 16);
	assert_memory_equal(
	    bytes, "0184467440737095516150123456789abcdef", 37);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_header_coding_is_what_the_client_weighs_most),
	    cmocka_unit_test(test_header_none_match_compares_weakly),
	    cmocka_unit_test(test_header_block_full_stays_full),
	    cmocka_unit_test(test_header_numbers_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
