/*
 * decisionlog - one page view as one line of JSON.
 *
 * The line says what the decisions read and what they chose, so that the same
 * release can be asked again (tessera replay). It never holds what only a
 * request-time text read. doc/why.md describes its members.
 */
#ifndef TSR_CORE_DECISIONLOG_H
#define TSR_CORE_DECISIONLOG_H

#include "core/visit.h"

/*
 * Is the view of a page to be logged at all? Not when only its head was asked
 * for, when nobody looks at it yet (prefetch), or when it is a preview.
 */
bool tsr_decisionlog_wanted(const struct tsr_visit *visit);

/*
 * Write the line, its line end included, to n bytes at out; the bytes
 * written, or 0: it does not fit or the table is damaged. The visit has shown
 * page number `page`.
 */
size_t tsr_decisionlog_write(
    uint8_t *out, size_t n, struct tsr_visit *visit, uint32_t page);

#endif
