/*
 * Names and their numbers.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build/model/names.h"

static void
test_names_many_are_all_found_again(void **state)
{
	struct tsr_arena arena = {0};
	struct tsr_names names = {NULL, 0, 0};
	char *text;
	uint32_t i;

	(void)state;
	assert_int_equal(
	    tsr_names_find(&names, TSR_LIT("a")), TSR_NAMES_NONE);
	for (i = 0; i < 5000; i++) {
		text = tsr_arena_printf(&arena, "n%u", i);
		assert_int_equal(
		    tsr_names_add(&names, &arena,
			tsr_span_of(text, strlen(text)), i),
		    TSR_NAMES_NONE);
	}
	for (i = 0; i < 5000; i++) {
		text = tsr_arena_printf(&arena, "n%u", i);
		assert_int_equal(tsr_names_find(&names,
				     tsr_span_of(text, strlen(text))), i);
	}
	assert_int_equal(
	    tsr_names_find(&names, TSR_LIT("n5000")), TSR_NAMES_NONE);
	tsr_arena_free(&arena);
}

static void
test_names_second_addition_keeps_the_first(void **state)
{
	struct tsr_arena arena = {0};
	struct tsr_names names = {NULL, 0, 0};

	(void)state;
	tsr_names_add(&names, &arena, TSR_LIT("a"), 7);
	assert_int_equal(tsr_names_add(&names, &arena, TSR_LIT("a"), 8), 7);
	assert_int_equal(tsr_names_find(&names, TSR_LIT("a")), 7);
	tsr_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names_many_are_all_found_again),
	    cmocka_unit_test(test_names_second_addition_keeps_the_first),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
