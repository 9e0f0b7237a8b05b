/*
 * uuid - 128 bits as browsers write random ones.
 *
 * RFC 9562 section 4: 8-4-4-4-12 digits of base 16. Any version and variant.
 */
#ifndef TSR_CORE_UUID_H
#define TSR_CORE_UUID_H

#include "core/bytes.h"

#define TSR_UUID_SIZE 16
#define TSR_UUID_TEXT 36

/* Read a text, in small letters or capitals. False: it is no UUID. */
bool tsr_uuid_read(uint8_t out[TSR_UUID_SIZE], struct tsr_span text);

#endif
