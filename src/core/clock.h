/*
 * clock - what a clock in the site's time zone shows.
 */
#ifndef TSR_CORE_CLOCK_H
#define TSR_CORE_CLOCK_H

#include "core/calendar.h"
#include "core/table.h"

struct tsr_clock {
	struct tsr_date date;
	unsigned hour, minute;
	unsigned weekday; /* 1 Monday to 7 Sunday (ISO 8601) */
};

/*
 * ms since 1970 in the zone that the table holds (ZONE); UTC where it holds
 * none.
 */
void tsr_clock_read(
    struct tsr_clock *out, const struct tsr_table *table, int64_t ms);

#endif
