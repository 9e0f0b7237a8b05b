/*
 * Growing buffers: the maximum holds, and what does not fit changes nothing.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"

static void
test_buf_write_past_the_maximum_changes_nothing(void **state)
{
	struct tsr_buf buf;

	(void)state;
	tsr_buf_init(&buf, 5);
	tsr_buf_text(&buf, "abc");
	tsr_buf_text(&buf, "def");
	assert_true(buf.full);
	assert_int_equal(buf.n, 3);
	tsr_buf_byte(&buf, 'x');
	assert_int_equal(buf.n, 3);
	tsr_buf_free(&buf);
}

static void
test_buf_json_escapes_quotes_and_controls(void **state)
{
	struct tsr_buf buf;

	(void)state;
	tsr_buf_init(&buf, 100);
	tsr_buf_json(&buf, TSR_LIT("a\"\\\n\x01"));
	assert_true(tsr_span_eq(
	    tsr_buf_view(&buf), TSR_LIT("\"a\\\"\\\\\\n\\u0001\"")));
	tsr_buf_free(&buf);
}

static void
test_buf_uint_writes_the_largest_number(void **state)
{
	struct tsr_buf buf;

	(void)state;
	tsr_buf_init(&buf, 100);
	tsr_buf_uint(&buf, UINT64_MAX);
	assert_true(tsr_span_eq(
	    tsr_buf_view(&buf), TSR_LIT("18446744073709551615")));
	tsr_buf_free(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_buf_write_past_the_maximum_changes_nothing),
	    cmocka_unit_test(test_buf_json_escapes_quotes_and_controls),
	    cmocka_unit_test(test_buf_uint_writes_the_largest_number),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
