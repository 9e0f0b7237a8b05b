/*
 * reindex - an index written anew with one section changed, or checksums set
 * right after its bytes were: so that a test reaches the check it is about.
 */
#ifndef TSR_TESTS_REINDEX_H
#define TSR_TESTS_REINDEX_H

#include "base/buf.h"
#include "core/table.h"

/*
 * Write the sections of t to out, bytes in place of section changed
 * (TSR_SECTION_COUNT: none), and extra unknown optional sections behind.
 */
void tsr_reindex(struct tsr_buf *out, const struct tsr_table *t, uint32_t extra,
    enum tsr_section changed, struct tsr_span bytes);

/* Set the three checksums of a file of n bytes by what they cover. */
void tsr_reindex_sums(uint8_t *file, size_t n);

#endif
