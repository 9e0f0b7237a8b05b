/*
 * lower - the lower case of a text, as ECMAScript's toLowerCase has it.
 */
#ifndef TSR_CORE_LOWER_H
#define TSR_CORE_LOWER_H

#include "core/bytes.h"

/*
 * s in lower case, in room of n bytes or, where nothing changes and all is
 * ASCII, s itself. False when it does not fit. Unicode's full mapping with the
 * final sigma, in no language. Bytes that are no UTF-8 become U+FFFD.
 */
bool tsr_lower_text(
    struct tsr_span *out, struct tsr_span s, uint8_t *room, size_t n);

#endif
