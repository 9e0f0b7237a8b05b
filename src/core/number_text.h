/*
 * number_text - a double becomes the text JavaScript has for it.
 */
#ifndef TSR_CORE_NUMBER_TEXT_H
#define TSR_CORE_NUMBER_TEXT_H

#include "core/bytes.h"

/* "-1.2345678901234567e-308" and the like. */
#define TSR_NUMBER_TEXT 32

/*
 * ECMA-262 Number::toString in base ten: the shortest digits that read back as
 * d. Writes at most TSR_NUMBER_TEXT bytes to out; returns how many.
 */
size_t tsr_number_text(uint8_t *out, double d);

#endif
