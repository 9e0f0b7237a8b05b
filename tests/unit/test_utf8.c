/*
 * UTF-8: a character is its bytes and back, and what is none has no length.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/utf8.h"

static const struct {
	const char *bytes;
	size_t n, at;
	uint32_t c;
	const char *says;
} rows[] = {
    {"a", 1, 1, 'a', "ASCII is itself"},
    {"\x7f", 1, 1, 0x7f, "DEL is the last of one byte"},
    {"\0", 1, 0, 0, "NUL is cut, but is no text"},
    {"\xc2\x80", 2, 2, 0x80, "the first of two bytes"},
    {"\xdf\xbf", 2, 2, 0x7ff, "the last of two bytes"},
    {"\xe0\xa0\x80", 3, 3, 0x800, "the first of three bytes"},
    {"\xed\x9f\xbf", 3, 3, 0xd7ff, "the last before the surrogates"},
    {"\xee\x80\x80", 3, 3, 0xe000, "the first after them"},
    {"\xf0\x90\x80\x80", 4, 4, 0x10000, "the first of four bytes"},
    {"\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff, "the last there is"},
    {"\x80", 1, 0, 0xfffd, "a byte that only goes on begins nothing"},
    {"\xc1\xbf", 2, 0, 0xfffd, "two bytes for what has one"},
    {"\xe0\x9f\xbf", 3, 0, 0xfffd, "three bytes for what has two"},
    {"\xed\xa0\x80", 3, 0, 0xfffd, "a surrogate"},
    {"\xf0\x8f\xbf\xbf", 4, 0, 0xfffd, "four bytes for what has three"},
    {"\xf4\x90\x80\x80", 4, 0, 0xfffd, "beyond the last"},
    {"\xf5\x80\x80\x80", 4, 0, 0xfffd, "a byte that begins nothing"},
    {"\xe2\x82", 2, 0, 0xfffd, "the end comes too early"},
    {"\xe2\x82x", 3, 0, 0xfffd, "a letter instead of the third byte"},
};

static void
test_utf8_at_and_cut_agree_with_the_standard(void **state)
{
	struct tsr_span s;
	size_t i, taken;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		s = tsr_span_of(rows[i].bytes, rows[i].n);
		if (tsr_utf8_at(s.p, s.n) != rows[i].at)
			fail_msg("at: %s", rows[i].says);
		if (tsr_utf8_is_text(s) != (rows[i].at > 0))
			fail_msg("is text: %s", rows[i].says);
		taken = rows[i].at > 0 ? rows[i].at : 1;
		if (tsr_utf8_cut(&s) != rows[i].c ||
		    s.n != rows[i].n - taken)
			fail_msg("cut: %s", rows[i].says);
	}
}

static void
test_utf8_every_character_comes_back(void **state)
{
	struct tsr_span s;
	uint8_t bytes[4];
	uint32_t c;

	(void)state;
	for (c = 1; c < 0x110000; c++) {
		if (c == 0xd800)
			c = 0xe000;
		s = tsr_span_of(bytes, tsr_utf8_put(bytes, c));
		assert_int_equal(tsr_utf8_at(s.p, s.n), s.n);
		assert_int_equal(tsr_utf8_cut(&s), c);
		assert_int_equal(s.n, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_utf8_at_and_cut_agree_with_the_standard),
	    cmocka_unit_test(test_utf8_every_character_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
