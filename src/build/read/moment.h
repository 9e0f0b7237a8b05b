/*
 * moment - RFC 3339 times as milliseconds since 1970.
 */
#ifndef TSR_BUILD_MOMENT_H
#define TSR_BUILD_MOMENT_H

#include "base/buf.h"

/*
 * Read "2026-03-01T00:00:00+01:00", or a date alone (midnight UTC). False when
 * it is no time, or one that no calendar has. A leap second counts as the
 * second after it; fractions below a millisecond are cut.
 */
bool tsr_moment_read(int64_t *out, struct tsr_span text);

/*
 * The same, and "2026-03-01T08:30:00", "2026-03-01T08:30" or a date: what a
 * clock on the wall shows. *local: *out is as if that clock were in UTC.
 */
bool tsr_moment_parse(int64_t *out, bool *local, struct tsr_span text);

/* The same the other way: 2026-02-28T23:00:00Z, with milliseconds if any. */
void tsr_moment_write(struct tsr_buf *out, int64_t ms);

#endif
