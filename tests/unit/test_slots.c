/*
 * Slots: lists keep their order, every slot is in one list.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "serve/frame.h"
#include "serve/slots.h"

static uint32_t
length(const struct tsr_slots *slots, enum tsr_slots_list list)
{
	uint32_t n = 0, i, before = TSR_SLOTS_NONE;

	for (i = slots->first[list]; i != TSR_SLOTS_NONE;
	     i = slots->conns[i].next, n++) {
		assert_int_equal(slots->conns[i].prev, before);
		assert_int_equal(slots->conns[i].list, list);
		before = i;
	}
	assert_int_equal(slots->last[list], before);
	return n;
}

static void
test_slots_oldest_is_the_one_that_joined_first(void **state)
{
	struct tsr_slots slots;
	uint32_t i;

	(void)state;
	assert_int_equal(tsr_slots_init(&slots, 3), TSR_OK);
	for (i = 0; i < 3; i++)
		tsr_slots_move(&slots, &slots.conns[i], TSR_SLOTS_IDLE, i);
	assert_null(tsr_slots_oldest(&slots, TSR_SLOTS_FREE));
	assert_ptr_equal(
	    tsr_slots_oldest(&slots, TSR_SLOTS_IDLE), &slots.conns[0]);
	tsr_slots_move(&slots, &slots.conns[0], TSR_SLOTS_IDLE, 3);
	assert_ptr_equal(
	    tsr_slots_oldest(&slots, TSR_SLOTS_IDLE), &slots.conns[1]);
	tsr_slots_move(&slots, &slots.conns[2], TSR_SLOTS_FREE, 4);
	assert_int_equal(slots.used, 2);
	assert_int_equal(length(&slots, TSR_SLOTS_IDLE), 2);
	assert_int_equal(length(&slots, TSR_SLOTS_FREE), 1);
}

static void
test_slots_moved_at_random_are_each_in_one_list(void **state)
{
	struct tsr_slots slots;
	uint32_t seed = 7, i, list, all;

	(void)state;
	assert_int_equal(tsr_slots_init(&slots, 17), TSR_OK);
	for (i = 0; i < 5000; i++) {
		seed = seed * 1103515245u + 12345u;
		tsr_slots_move(&slots, &slots.conns[(seed >> 8) % 17],
		    (enum tsr_slots_list)((seed >> 16) % TSR_SLOTS_COUNT), i);
		all = 0;
		for (list = 0; list < TSR_SLOTS_COUNT; list++)
			all += length(&slots, (enum tsr_slots_list)list);
		assert_int_equal(all, 17);
		assert_int_equal(
		    slots.used, 17 - length(&slots, TSR_SLOTS_FREE));
	}
}

static void
test_slots_areas_of_neighbours_do_not_touch(void **state)
{
	struct tsr_slots slots;

	(void)state;
	assert_int_equal(tsr_slots_init(&slots, 2), TSR_OK);
	assert_true(tsr_slots_params(&slots, &slots.conns[0]) + TSR_PARAMS_MAX <=
	    tsr_slots_input(&slots, &slots.conns[0]));
	assert_true(tsr_slots_input(&slots, &slots.conns[0]) + TSR_READ_MAX <=
	    tsr_slots_output(&slots, &slots.conns[0]));
	assert_true(tsr_slots_output(&slots, &slots.conns[0]) + TSR_FRAME_MAX <=
	    tsr_slots_params(&slots, &slots.conns[1]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_slots_oldest_is_the_one_that_joined_first),
	    cmocka_unit_test(test_slots_moved_at_random_are_each_in_one_list),
	    cmocka_unit_test(test_slots_areas_of_neighbours_do_not_touch),
	};

	return cmocka_run_group_tests_name("slots", tests, NULL, NULL);
}
