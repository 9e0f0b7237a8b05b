/*
 * calendar - days since 1970-01-01 as dates of the Gregorian calendar, which
 * goes on before 1582 as it is now.
 */
#ifndef TSR_CORE_CALENDAR_H
#define TSR_CORE_CALENDAR_H

#include "core/bytes.h"

struct tsr_date {
	int64_t year;
	unsigned month, day; /* from 1 */
};

/* Is there a 29th of February? */
bool tsr_calendar_leaps(int64_t year);

/* The days of a month, 28 to 31; 0: there is no such month. */
unsigned tsr_calendar_days(int64_t year, unsigned month);

/* The day that a date is, and the date of a day. */
int64_t tsr_calendar_day(int64_t year, unsigned month, unsigned day);
void tsr_calendar_date(struct tsr_date *out, int64_t day);

/* 1 Monday to 7 Sunday (ISO 8601). */
unsigned tsr_calendar_weekday(int64_t day);

#endif
