/*
 * query - find a parameter in a query string, and decode what was sent.
 */
#ifndef TSR_CORE_QUERY_H
#define TSR_CORE_QUERY_H

#include "core/bytes.h"

/*
 * The value of the first parameter of this name; a name without "=" has the
 * value "". The name is compared as it was sent, with its case. Not decoded.
 */
bool tsr_query_find(
    struct tsr_span *value, struct tsr_span query, struct tsr_span name);

/*
 * Percent-decode s; with plus, "+" is a blank. A % that two hexadecimal digits
 * do not follow stands for itself. *out is s itself when there is nothing to
 * decode, otherwise it lies in room. TSR_LONG when it has more than n bytes.
 */
enum tsr_err tsr_query_decode(struct tsr_span *out, struct tsr_span s,
    bool plus, uint8_t *room, size_t n);

#endif
