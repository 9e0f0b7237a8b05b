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

void
tsr_clock_read(
    struct tsr_clock *out, const struct tsr_table *table, int64_t ms)
{
	int64_t seconds = floor_div(ms, 1000), day;

	seconds += offset_at(table, seconds);
	day = floor_div(seconds, DAY);
	tsr_calendar_date(&out->date, day);
	out->weekday = tsr_calendar_weekday(day);
	seconds -= day * DAY;
	out->hour = (unsigned)(seconds / 3600);
	out->minute = (unsigned)(seconds / 60 % 60);
}
