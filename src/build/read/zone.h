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

#endif
