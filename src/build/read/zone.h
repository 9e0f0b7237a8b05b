/*
 * zone - a time zone of the system's tz database, as the release keeps it.
 */
#ifndef TSR_BUILD_ZONE_H
#define TSR_BUILD_ZONE_H

#include "base/arena.h"
#include "base/buf.h"

/* Read a zone's file by its name, Europe/Berlin. As tsr_file_read. */
enum tsr_err tsr_zone_file(
    struct tsr_span *out, struct tsr_span name, struct tsr_arena *arena);

/*
 * The entries of ZONE for 1970 to 2100 from a TZif file (RFC 9636, version 2
 * or later, without leap seconds). False when it is none.
 */
bool tsr_zone_compile(struct tsr_buf *out, struct tsr_span tzif);

/*
 * When a clock in the zone shows this time (RFC 5545 section 3.3.5): the first
 * of two where clocks were set back over it; where they were set forward past
 * it, as if they had not been yet. zone: the entries of ZONE; none: UTC.
 */
enum tsr_zone_local {
	TSR_ZONE_ONCE,
	TSR_ZONE_TWICE,
	TSR_ZONE_NEVER
};
enum tsr_zone_local tsr_zone_moment(
    int64_t *ms, struct tsr_span zone, int64_t local);

#endif
