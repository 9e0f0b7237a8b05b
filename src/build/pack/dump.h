/*
 * dump - a release index as text that a person reads.
 */
#ifndef TSR_BUILD_DUMP_H
#define TSR_BUILD_DUMP_H

#include "base/buf.h"
#include "core/table.h"

/* The whole index, section by section. */
void tsr_dump_table(struct tsr_buf *out, const struct tsr_table *t);

/* One predicate, such as `country in ["AT","DE"]`. */
void tsr_dump_predicate(
    struct tsr_buf *out, const struct tsr_table *t, uint32_t i);

#endif
