/*
 * cookie - find a cookie in a Cookie header.
 */
#ifndef TSR_CORE_COOKIE_H
#define TSR_CORE_COOKIE_H

#include "core/bytes.h"

/*
 * The value of the first cookie of this name, as RFC 6265 section 4.2.1 writes
 * them and as browsers send them: pairs end at a semicolon, blanks around the
 * name's front and around the value do not count, names keep their case, and
 * one pair of double quotes around the value is left out. Not decoded.
 */
bool tsr_cookie_find(
    struct tsr_span *value, struct tsr_span header, struct tsr_span name);

#endif
