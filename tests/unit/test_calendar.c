/*
 * The calendar: days are dates and back, months have their lengths.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/calendar.h"

static const struct {
	int64_t year;
	unsigned month, day;
	int64_t days;
	unsigned weekday;
	const char *says;
} rows[] = {
    {1970, 1, 1, 0, 4, "the day that counting begins at, a Thursday"},
    {1969, 12, 31, -1, 3, "the day before"},
    {2000, 2, 29, 11016, 2, "every 400 years a century leaps"},
    {2000, 3, 1, 11017, 3, "the day after it"},
    {2026, 11, 21, 20778, 6, "a Saturday"},
    {1900, 3, 1, -25508, 4, "no day before that leapt"},
    {0, 3, 1, -719468, 3, "where years in eras begin"},
    {0, 2, 29, -719469, 2, "the last day of the era before"},
    {-400, 3, 1, -865565, 3, "an era earlier"},
    {9999, 12, 31, 2932896, 5, "the last day with four digits"},
};

static void
test_calendar_days_are_dates_and_back(void **state)
{
	struct tsr_date date;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		tsr_calendar_date(&date, rows[i].days);
		if (tsr_calendar_day(rows[i].year, rows[i].month,
			rows[i].day) != rows[i].days ||
		    date.year != rows[i].year || date.month != rows[i].month ||
		    date.day != rows[i].day ||
		    tsr_calendar_weekday(rows[i].days) != rows[i].weekday)
			fail_msg("%s", rows[i].says);
	}
}

static void
test_calendar_days_follow_each_other(void **state)
{
	struct tsr_date now, next;
	int64_t day;
	bool new_month;

	(void)state;
	tsr_calendar_date(&now, -800000);
	for (day = -800000; day < 800000; day++, now = next) {
		tsr_calendar_date(&next, day + 1);
		new_month = now.day == tsr_calendar_days(now.year, now.month);
		assert_int_equal(next.day, new_month ? 1 : now.day + 1);
		assert_int_equal(next.month,
		    !new_month ? now.month : now.month % 12 + 1);
		assert_int_equal(next.year,
		    now.year + (new_month && now.month == 12));
		assert_int_equal(
		    tsr_calendar_day(now.year, now.month, now.day), day);
	}
}

static void
test_calendar_no_month_has_no_days(void **state)
{
	(void)state;
	assert_int_equal(tsr_calendar_days(2026, 0), 0);
	assert_int_equal(tsr_calendar_days(2026, 13), 0);
	assert_int_equal(tsr_calendar_days(2100, 2), 28);
	assert_int_equal(tsr_calendar_days(2400, 2), 29);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_calendar_days_are_dates_and_back),
	    cmocka_unit_test(test_calendar_days_follow_each_other),
	    cmocka_unit_test(test_calendar_no_month_has_no_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
