/*
 * number - decimal text becomes the nearest double, without libc.
 */
#ifndef TSR_CORE_NUMBER_H
#define TSR_CORE_NUMBER_H

#include "core/bytes.h"

/* A number in JSON's form, all of s, and finite; otherwise false. */
bool tsr_number_read(double *out, struct tsr_span s);

/* The same answer without the number: its time is that of looking at s. */
bool tsr_number_ok(struct tsr_span s);

/*
 * ECMAScript's ToNumber of a string (7.1.4.1.1 StringToNumber): white space
 * around it, hexadecimal, Infinity, "" as 0. False stands for NaN.
 */
bool tsr_number_of_text(double *out, struct tsr_span s);

#endif
