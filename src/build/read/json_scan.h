/*
 * json_scan - walking over JSON text without making values of it.
 *
 * Positions are byte offsets in the whole text of a source; every function
 * stops at text.n whatever the bytes are.
 */
#ifndef TSR_BUILD_JSON_SCAN_H
#define TSR_BUILD_JSON_SCAN_H

#include "base/diag.h"

/* The first byte at or after at that is no JSON white space. */
size_t tsr_json_skip_space(struct tsr_span text, size_t at);

/* The byte after the string that begins at at (its quote is there). */
size_t tsr_json_skip_string(struct tsr_span text, size_t at);

/* The byte after the token at at: string, number, word or one mark. */
size_t tsr_json_skip_token(struct tsr_span text, size_t at);

/* The byte after the value at at, which may be an object or array. */
size_t tsr_json_skip_value(struct tsr_span text, size_t at);

/*
 * Offset of the bracket that opens a level deeper than max, or text.n.
 * Brackets inside strings do not count.
 */
size_t tsr_json_too_deep(struct tsr_span text, size_t at, unsigned max);

/*
 * Walk text from at as strictly as RFC 8259 and add one message, with a hint,
 * for the first thing that is wrong. False when nothing was found. The text
 * nests at most TSR_JSON_DEPTH deep.
 */
bool tsr_json_explain(
    struct tsr_diag *diag, uint32_t src, struct tsr_span text, size_t at);

#endif
