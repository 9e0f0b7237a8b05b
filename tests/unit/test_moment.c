/*
 * Moments: RFC 3339 to milliseconds.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "build/read/moment.h"
#include "build/read/zone.h"
#include "lib/visitor.h"

struct row {
	const char *text;
	bool ok;
	int64_t ms;
	const char *why;
};

static const struct row rows[] = {
    {"1970-01-01T00:00:00Z", true, 0, "the epoch is 0"},
    {"2026-03-01T00:00:00+01:00", true, 1772319600000,
	"an offset is taken away"},
    {"2026-03-01T00:00:00-01:30", true, 1772328600000,
	"a negative one is added"},
    {"2026-03-01", true, 1772323200000, "a date alone is midnight UTC"},
    {"2024-02-29T12:00:00.25z", true, 1709208000250,
	"fractions, a leap day, small z"},
    {"1969-12-31T23:59:59Z", true, -1000, "before 1970 is negative"},
    {"2016-12-31T23:59:60Z", true, 1483228800000,
	"a leap second is the next second"},
    {"2026-02-29T00:00:00Z", false, 0, "no such day"},
    {"1900-02-29", false, 0, "1900 had no leap day"},
    {"2026-13-01", false, 0, "no such month"},
    {"2026-03-01T24:00:00Z", false, 0, "no such hour"},
    {"2026-03-01T00:00:00", false, 0, "a time needs its zone"},
    {"2026-03-01T00:00:00.Z", false, 0, "a point needs digits"},
    {"2026-03-01T00:00:00Zx", false, 0, "nothing may follow"},
    {"2026\r03-01", false, 0, "a control byte is no hyphen"},
    {"2026-3-1", false, 0, "two digits each"},
    {"2026-03-01T00:00", false, 0, "nor is this a moment without it"},
    {"", false, 0, "empty is no moment"},
};

static const struct row locals[] = {
    {"2026-03-01", true, 1772323200000, "a date"},
    {"2026-03-01T08:30", true, 1772353800000, "hours and minutes"},
    {"2026-03-01T08:30:15.5", true, 1772353815500, "seconds, fractions"},
    {"2026-03-01T08:30Z", false, 0, "an offset wants seconds"},
    {"2026-03-01T08", false, 0, "an hour is no time"},
    {"2026-03-01T08:30:", false, 0, "nor is this"},
    {"2026-03-01T24:00", false, 0, "no such hour"},
};

static void
test_moment_without_offset_is_a_local_time(void **state)
{
	bool ok, local;
	int64_t ms;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(locals); i++) {
		ok = tsr_moment_parse(&ms, &local,
		    tsr_span_of(locals[i].text, strlen(locals[i].text)));
		if (ok != locals[i].ok ||
		    (ok && (!local || ms != locals[i].ms)))
			fail_msg("%s: %s", locals[i].text, locals[i].why);
	}
	assert_true(tsr_moment_parse(
	    &ms, &local, TSR_LIT("2026-03-01T00:00:00+01:00")));
	assert_false(local);
}

static void
test_moment_texts_have_their_milliseconds(void **state)
{
	int64_t ms;
	size_t i;
	bool ok;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		ok = tsr_moment_read(&ms,
		    tsr_span_of(rows[i].text, strlen(rows[i].text)));
		if (ok != rows[i].ok || (ok && ms != rows[i].ms))
			fail_msg("%s: %s", rows[i].text, rows[i].why);
	}
}

static struct tsr_span
read_zone(struct tsr_buf *room, struct tsr_arena *arena, const char *name)
{
	struct tsr_span file;

	tsr_buf_clear(room);
	assert_int_equal(tsr_zone_file(&file,
	    tsr_span_of(name, strlen(name)), arena), TSR_OK);
	assert_true(tsr_zone_compile(room, file));
	return tsr_buf_view(room);
}

static void
test_moment_on_a_clock_of_a_zone(void **state)
{
	static const struct {
		const char *zone, *local, *utc;
		enum tsr_zone_local how;
		const char *why;
	} clocks[] = {
	    {"Europe/Berlin", "2026-03-01", "2026-02-28T23:00:00Z",
		TSR_ZONE_ONCE, "winter"},
	    {"Europe/Berlin", "2026-07-01T12:00", "2026-07-01T10:00:00Z",
		TSR_ZONE_ONCE, "summer"},
	    {"Europe/Berlin", "2026-03-29T01:59:59.999",
		"2026-03-29T00:59:59.999Z", TSR_ZONE_ONCE, "before the gap"},
	    {"Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00:00Z",
		TSR_ZONE_NEVER, "the gap's first"},
	    {"Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:30:00Z",
		TSR_ZONE_NEVER, "in the gap, as before it: 03:30"},
	    {"Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00:00Z",
		TSR_ZONE_ONCE, "behind the gap"},
	    {"Europe/Berlin", "2026-10-25T01:59:59", "2026-10-24T23:59:59Z",
		TSR_ZONE_ONCE, "before the fold"},
	    {"Europe/Berlin", "2026-10-25T02:00", "2026-10-25T00:00:00Z",
		TSR_ZONE_TWICE, "the fold's first"},
	    {"Europe/Berlin", "2026-10-25T02:59:59", "2026-10-25T00:59:59Z",
		TSR_ZONE_TWICE, "the first of two"},
	    {"Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00:00Z",
		TSR_ZONE_ONCE, "behind the fold"},
	    {"Australia/Lord_Howe", "2026-10-04T02:15",
		"2026-10-03T15:45:00Z", TSR_ZONE_NEVER, "half an hour's gap"},
	    {"Australia/Lord_Howe", "2026-04-05T01:45",
		"2026-04-04T14:45:00Z", TSR_ZONE_TWICE, "half an hour's fold"},
	    {"Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00:00Z",
		TSR_ZONE_NEVER, "a day that was left out"},
	    {"Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00Z",
		TSR_ZONE_ONCE, "a quarter of an hour"},
	    {"UTC", "2026-01-01", "2026-01-01T00:00:00Z", TSR_ZONE_ONCE,
		"UTC"},
	    {"Europe/Berlin", "2099-07-01", "2099-06-30T22:00:00Z",
		TSR_ZONE_ONCE, "by the rule of the footer"},
	};
	struct tsr_arena arena = {0};
	struct tsr_buf room;
	int64_t ms, want;
	bool local;
	size_t i;

	(void)state;
	tsr_buf_init(&room, 1 << 20);
	for (i = 0; i < TSR_COUNT_OF(clocks); i++) {
		assert_true(tsr_moment_parse(&ms, &local,
		    tsr_span_of(clocks[i].local, strlen(clocks[i].local))));
		assert_true(tsr_moment_read(&want,
		    tsr_span_of(clocks[i].utc, strlen(clocks[i].utc))));
		if (tsr_zone_moment(&ms,
			read_zone(&room, &arena, clocks[i].zone), ms) !=
			clocks[i].how ||
		    ms != want)
			fail_msg("%s %s: %lld: %s", clocks[i].zone,
			    clocks[i].local, (long long)ms, clocks[i].why);
	}
	assert_int_equal(tsr_zone_moment(&ms, TSR_LIT(""), 42), TSR_ZONE_ONCE);
	assert_int_equal(ms, 42);
	tsr_buf_free(&room);
	tsr_arena_free(&arena);
}

/* libc's clock of a moment, read back, is that moment or one that shows it. */
static void
test_moment_of_any_local_time_shows_it_again(void **state)
{
	static const char *const zones[] = {"Europe/Berlin",
	    "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo",
	    "Africa/Casablanca", "Pacific/Chatham", "Asia/Kolkata"};
	struct tsr_dice dice = {5};
	struct tsr_arena arena = {0};
	struct tsr_buf room;
	unsigned twice = 0;
	size_t i, k;

	(void)state;
	tsr_buf_init(&room, 1 << 20);
	for (i = 0; i < TSR_COUNT_OF(zones); i++) {
		struct tsr_span zone = read_zone(&room, &arena, zones[i]);

		setenv("TZ", zones[i], 1);
		tzset();
		for (k = 0; k < 20000; k++) {
			time_t at = 1000000000 +
			    (time_t)tsr_dice_below(&dice, 1100000000), again;
			enum tsr_zone_local how;
			struct tm tm, other;
			int64_t ms;

			localtime_r(&at, &tm);
			how = tsr_zone_moment(&ms, zone,
			    ((int64_t)at + tm.tm_gmtoff) * 1000);
			again = (time_t)(ms / 1000);
			localtime_r(&again, &other);
			twice += how == TSR_ZONE_TWICE;
			if (how == TSR_ZONE_NEVER || again > at ||
			    (how == TSR_ZONE_ONCE && again != at) ||
			    again + other.tm_gmtoff != at + tm.tm_gmtoff)
				fail_msg("%s %lld: %lld", zones[i],
				    (long long)at, (long long)again);
		}
	}
	assert_true(twice > 0);
	tsr_buf_free(&room);
	tsr_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_moment_texts_have_their_milliseconds),
	    cmocka_unit_test(test_moment_without_offset_is_a_local_time),
	    cmocka_unit_test(test_moment_on_a_clock_of_a_zone),
	    cmocka_unit_test(test_moment_of_any_local_time_shows_it_again),
	};

	return cmocka_run_group_tests_name("moment", tests, NULL, NULL);
}
