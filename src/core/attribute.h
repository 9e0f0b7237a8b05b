/*
 * attribute - read one fact about a visitor from the request.
 */
#ifndef TSR_CORE_ATTRIBUTE_H
#define TSR_CORE_ATTRIBUTE_H

#include "core/visit.h"

/*
 * The value that an ATTR record describes. out is MISSING before, and stays so
 * when the request does not have it, or when what was sent does not have the
 * attribute's type: longer than TSR_VALUE_MAX, not UTF-8, with a NUL, ... An
 * empty header is as good as none. Whether its purpose is granted, and what arm
 * a visitor is in, decide.h knows.
 */
void tsr_attribute_read(
    struct tsr_value *out, struct tsr_visit *visit, const uint8_t *attribute);

#endif
