/*
 * tell - what a page tells its script of the visitor: the field "state".
 *
 * base64 without padding (RFC 4648 section 4) of, little-endian:
 *	0  1  version: 1
 *	1  1  purposes that are granted (bits 1 << enum tsr_purpose, without
 *	      NONE), and 128
 *	2  4  the server's time, seconds since 1970
 *	6  8  for each vector of all scores, in the order of VECT: points in
 *	      1/256 and the moment at which they were counted
 * So it has one length in a release. What may not be kept is 0.
 */
#ifndef TSR_CORE_TELL_H
#define TSR_CORE_TELL_H

#include "core/base64.h"
#include "core/visit.h"

#define TSR_TELL_BYTES(vectors) (6 + 8 * (size_t)(vectors))
#define TSR_TELL_LENGTH(vectors) TSR_BASE64_TEXT(TSR_TELL_BYTES(vectors))

/*
 * Write the field, n characters; blanks where n is not its length. Gives a
 * hash of all of it but the time: a page is not another one every second.
 */
uint64_t tsr_tell_write(uint8_t *out, size_t n, const struct tsr_visit *visit);

#endif
