/*
 * Replies as records: every size around the cuts, between unreadable rims.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lib/guard.h"
#include "serve/frame.h"

/* All bytes of the frame in one piece. */
static size_t
flatten(uint8_t *flat, const struct tsr_frame *frame)
{
	size_t n = 0;
	int i;

	for (i = 0; i < frame->count; i++) {
		memcpy(flat + n, frame->iov[i].iov_base, frame->iov[i].iov_len);
		n += frame->iov[i].iov_len;
	}
	assert_int_equal(n, frame->total);
	return n;
}

static uint8_t
pattern(size_t i)
{
	return (uint8_t)(i * 7 + i / 251);
}

/* Whole STDOUT records of id 258 with `size` bytes of the pattern, and the end. */
static void
check_records(const uint8_t *flat, size_t n, size_t size)
{
	size_t at = 0, done = 0, length;

	do {
		assert_true(n - at >= TSR_FCGI_HEADER);
		assert_memory_equal(flat + at, "\x01\x06\x01\x02", 4);
		length = (size_t)flat[at + 4] << 8 | flat[at + 5];
		assert_memory_equal(flat + at + 6, "\0\0", 2);
		at += TSR_FCGI_HEADER;
		assert_true(length <= n - at);
		for (size_t i = 0; i < length; i++, done++)
			if (flat[at + i] != pattern(done))
				fail_msg("byte %zu of %zu", done, size);
		at += length;
	} while (length > 0);
	assert_int_equal(done, size);
	assert_int_equal(n - at, 16);
	assert_memory_equal(
	    flat + at, "\x01\x03\x01\x02\x00\x08\x00\x00\0\0\0\0\0\0\0\0", 16);
}

static void
check(size_t size, int pieces)
{
	struct tsr_frame *frame = calloc(1, sizeof(*frame));
	size_t room = TSR_FRAME_BEFORE + size + TSR_FRAME_BEHIND, n, i;
	uint8_t *flat = malloc(TSR_FRAME_MAX), *p;
	struct tsr_guard guard;

	tsr_guard_init(&guard, room);
	p = tsr_guard_room(&guard, room) + TSR_FRAME_BEFORE;
	for (i = 0; i < size; i++)
		p[i] = pattern(i);
	tsr_frame_reply(frame, 258, p, size);
	assert_int_equal(frame->count, pieces);
	assert_true(frame->total <= TSR_FRAME_MAX);
	n = flatten(flat, frame);
	check_records(flat, n, size);
	tsr_guard_free(&guard);
	free(flat);
	free(frame);
}

static void
test_frame_reply_of_any_size_is_cut_into_whole_records(void **state)
{
	(void)state;
	check(1, 1);
	check(65534, 1);
	check(65535, 1);
	check(65536, 3);
	check(131070, 3);
	check(131071, 5);
	check(TSR_REPLY_AREA, 2 * (TSR_REPLY_AREA / 65535 + 1) - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_frame_reply_of_any_size_is_cut_into_whole_records),
	};

	return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
