/*
 * signal - attributes that are worked out from more than one text.
 */
#ifndef TSR_CORE_SIGNAL_H
#define TSR_CORE_SIGNAL_H

#include "core/visit.h"

/*
 * The value of an ATTR record whose source is HINT, LANGUAGE, DEVICE, ADDRESS
 * or CLOCK; out is MISSING before, and stays so where it is not known.
 */
void tsr_signal_read(
    struct tsr_value *out, struct tsr_visit *visit, const uint8_t *attribute);

#endif
