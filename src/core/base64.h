/*
 * base64 - bytes as text that may stand in cookies, links and pages.
 *
 * RFC 4648 section 5 (base64url) without padding.
 */
#ifndef TSR_CORE_BASE64_H
#define TSR_CORE_BASE64_H

#include "core/bytes.h"

/* Length of the text of n bytes, and most bytes that n characters hold. */
#define TSR_BASE64_TEXT(n) (((n) * 4 + 2) / 3)
#define TSR_BASE64_BYTES(n) ((n) * 3 / 4)

/* Write TSR_BASE64_TEXT(bytes.n) characters to out; returns how many. */
size_t tsr_base64_write(uint8_t *out, struct tsr_span bytes);

/* The same in the letters of section 4, + and /, which browsers read. */
size_t tsr_base64_plain(uint8_t *out, struct tsr_span bytes);

/*
 * Read text into room of n bytes. Strict: no padding, no other characters, no
 * bits left over that are not 0; so bytes have one text. TSR_LONG when there is
 * not enough room, TSR_RANGE when it is not base64url.
 */
enum tsr_err tsr_base64_read(
    struct tsr_span *out, struct tsr_span text, uint8_t *room, size_t n);

#endif
