/*
 * CRC-32 put together from pieces, against zlib's.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <zlib.h>

#include "core/crc.h"
#include "lib/visitor.h"

#define PIECES 6

static void
test_crc_is_zlibs(void **state)
{
	struct tsr_dice dice = {1};
	uint8_t bytes[700];
	size_t i, n, cut;

	(void)state;
	assert_int_equal(tsr_crc32(0, TSR_LIT("")), 0);
	assert_int_equal(tsr_crc32(0, TSR_LIT("123456789")), 0xcbf43926u);
	for (i = 0; i < 2000; i++) {
		struct tsr_span s = tsr_span_of(bytes, 0);
		uint32_t crc;

		n = tsr_dice_below(&dice, sizeof(bytes));
		for (s.n = 0; s.n < n; s.n++)
			bytes[s.n] = (uint8_t)tsr_dice_roll(&dice);
		cut = tsr_dice_below(&dice, (uint32_t)n + 1);
		crc = tsr_crc32(0, tsr_span_part(s, 0, cut));
		assert_int_equal(tsr_crc32(crc, tsr_span_from(s, cut)),
		    crc32(0, bytes, (uInt)n));
	}
}

static void
test_crc_joins_like_crc32_combine(void **state)
{
	struct tsr_dice dice = {2};
	size_t i;

	(void)state;
	for (i = 0; i < 2000; i++) {
		uint32_t a = (uint32_t)tsr_dice_roll(&dice);
		uint32_t b = (uint32_t)tsr_dice_roll(&dice);
		uint32_t n = tsr_dice_below(&dice, i < 100 ? 4 : 0x7fffffff);

		assert_int_equal(tsr_crc_multiply(a, tsr_crc_shift(n)) ^ b,
		    crc32_combine(a, b, (z_off_t)n));
		assert_int_equal(
		    tsr_crc_multiply(a, b), tsr_crc_multiply(b, a));
	}
	assert_int_equal(tsr_crc_shift(0), 0x80000000u);
}

/* The words of a region's pieces, as pack.c makes and stitch.c uses them. */
static void
test_crc_region_is_the_sum_of_its_words(void **state)
{
	struct tsr_dice dice = {3};
	uint8_t bytes[PIECES * 100];
	size_t ends[PIECES], i, j, n;
	uint32_t crc, shift;

	(void)state;
	for (i = 0; i < 500; i++) {
		for (j = n = 0; j < PIECES; j++) {
			ends[j] = n + tsr_dice_below(&dice, 100);
			for (; n < ends[j]; n++)
				bytes[n] = (uint8_t)tsr_dice_roll(&dice);
		}
		crc = ~tsr_crc_multiply(0xffffffffu, tsr_crc_shift(n));
		for (j = 0; j < PIECES; j++) {
			size_t from = j == 0 ? 0 : ends[j - 1];

			shift = tsr_crc_shift(n - ends[j]);
			crc ^= tsr_crc_multiply(
			    tsr_crc_register(
				0, tsr_span_of(bytes + from, ends[j] - from)),
			    shift);
		}
		assert_int_equal(crc, crc32(0, bytes, (uInt)n));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_crc_is_zlibs),
	    cmocka_unit_test(test_crc_joins_like_crc32_combine),
	    cmocka_unit_test(test_crc_region_is_the_sum_of_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
