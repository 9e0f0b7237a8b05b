/*
 * clock - what a clock in the site's time zone shows.
 */
#include "core/clock.h"

#define DAY 86400

/* Rounds down, also below zero. */
static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* The last entry that counts; the offset is signed. */
static int64_t
offset_at(const struct tsr_table *table, int64_t seconds)
{
	uint32_t low = 0, high = tsr_table_count(table, TSR_SECTION_ZONE), at;
	const uint8_t *p;

	while (low < high) {
		at = low + (high - low) / 2;
		p = tsr_table_record(
		    table, TSR_SECTION_ZONE, at, TSR_ZONE_SIZE);
		if (p != NULL && (int64_t)tsr_le64(p) <= seconds)
			low = at + 1;
		else
			high = at;
	}
	p = low > 0 ? tsr_table_record(
		table, TSR_SECTION_ZONE, low - 1, TSR_ZONE_SIZE) : NULL;
	return p != NULL ? (int32_t)tsr_le32(p + 8) : 0;
}

/* Days since 1970 in the Gregorian calendar, in eras of 400 years. */
static void
read_date(struct tsr_clock *out, int64_t days)
{
	int64_t era, of_era, year, of_year, month;

	days += 719468;
	era = floor_div(days, 146097);
	of_era = days - era * 146097;
	year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) /
	    365;
	of_year = of_era - (365 * year + year / 4 - year / 100);
	month = (5 * of_year + 2) / 153;
	out->day = (unsigned)(of_year - (153 * month + 2) / 5 + 1);
	out->month = (unsigned)(month < 10 ? month + 3 : month - 9);
	out->year = year + era * 400 + (out->month <= 2);
}

void
tsr_clock_read(
    struct tsr_clock *out, const struct tsr_table *table, int64_t ms)
{
	int64_t seconds = floor_div(ms, 1000), days;

	seconds += offset_at(table, seconds);
	days = floor_div(seconds, DAY);
	read_date(out, days);
	seconds -= days * DAY;
	out->hour = (unsigned)(seconds / 3600);
	out->minute = (unsigned)(seconds / 60 % 60);
	/* 1970-01-01 was a Thursday. */
	out->weekday = (unsigned)(days + 3 - floor_div(days + 3, 7) * 7) + 1;
}
