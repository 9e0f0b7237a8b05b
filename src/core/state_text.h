/*
 * state_text - the visitor state as the text of a signed cookie.
 *
 * base64url of, little-endian:
 *	 0  1  version: 2
 *	 1  1  number of the key that signed it
 *	 2  4  issued, seconds since 1970
 *	 6  4  expires, seconds since 1970
 *	10  1  the groups that follow: bits 1 << enum tsr_purpose
 *	functional: age of the session at `issued`, its pages, entry (1 byte),
 *		length of the campaign (1 byte) and its bytes
 *	analytics: id (16 bytes), count of buckets (1 byte); each: experiment
 *		(4 bytes, ascending), version, arm (1 byte), day
 *	personalization: seconds from first seen to `issued`, visits, pages,
 *		count of counters (1 byte); each: name (4 bytes, ascending), value;
 *		count of scores' vectors (1 byte); each: name (2 bytes, ascending),
 *		points, seconds from when they were counted to `issued`
 *	the last 16: signature of all before, purpose STATE
 * Numbers without a size are LEB128: 7 bits a byte, lowest first, no more
 * bytes than needed.
 */
#ifndef TSR_CORE_STATE_TEXT_H
#define TSR_CORE_STATE_TEXT_H

#include "core/state.h"

/*
 * Read a cookie's value. Only what tsr_state_write writes is read: TSR_LONG,
 * TSR_SHORT, TSR_VERSION, TSR_CHECKSUM (not signed by a key of ours), TSR_RANGE
 * (anything else that is not as above), TSR_MISSING (it has expired). *out is
 * empty then.
 */
enum tsr_err tsr_state_read(struct tsr_state *out, struct tsr_span text,
    const struct tsr_seal *seal, int64_t now);

/*
 * Write the state; the number of characters, at most TSR_STATE_TEXT, or 0 when
 * there is no key. Buckets that do not fit are taken out of the state.
 */
size_t tsr_state_write(uint8_t out[TSR_STATE_TEXT], struct tsr_state *state,
    const struct tsr_seal *seal);

#endif
