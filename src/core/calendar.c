/*
 * calendar - days since 1970-01-01 as dates of the Gregorian calendar.
 *
 * Years are counted from March, so that the day that leaps is the last one, and
 * in eras of 400 of them, which are all as long.
 */
#include "core/calendar.h"

#define ERA_DAYS 146097
#define DAYS_TO_1970 719468 /* from 0000-03-01 */

/* Rounds down, also below zero. */
static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

bool
tsr_calendar_leaps(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

unsigned
tsr_calendar_days(int64_t year, unsigned month)
{
	static const uint8_t days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (month < 1 || month > 12)
		return 0;
	return days[month - 1] +
	    (month == 2 && tsr_calendar_leaps(year) ? 1u : 0u);
}

int64_t
tsr_calendar_day(int64_t year, unsigned month, unsigned day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = floor_div(y, 400);
	int64_t of_era = y - era * 400;
	int64_t m = month > 2 ? month - 3 : month + 9;
	int64_t of_year = (153 * m + 2) / 5 + day - 1;

	return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 +
	    of_year - DAYS_TO_1970;
}

void
tsr_calendar_date(struct tsr_date *out, int64_t day)
{
	int64_t days = day + DAYS_TO_1970, era = floor_div(days, ERA_DAYS);
	int64_t of_era = days - era * ERA_DAYS;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 -
			   of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;

	out->day = (unsigned)(of_year - (153 * month + 2) / 5 + 1);
	out->month = (unsigned)(month < 10 ? month + 3 : month - 9);
	out->year = year + era * 400 + (out->month <= 2);
}

unsigned
tsr_calendar_weekday(int64_t day)
{
	/* 1970-01-01 was a Thursday. */
	return (unsigned)(day + 3 - floor_div(day + 3, 7) * 7) + 1;
}
