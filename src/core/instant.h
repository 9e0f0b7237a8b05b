/*
 * instant - a moment written as RFC 3339 says, as seconds since 1970.
 */
#ifndef TSR_CORE_INSTANT_H
#define TSR_CORE_INSTANT_H

#include "core/bytes.h"

/*
 * "2026-03-29", which begins at midnight UTC, or with a time and its zone:
 * "2026-03-29T10:00:00.5+02:00". False for anything else.
 */
bool tsr_instant_read(double *seconds, struct tsr_span s);

#endif
