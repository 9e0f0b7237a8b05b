/*
 * kinds_table - the sections of kinds of events in memory, as in a release.
 */
#ifndef TSR_TESTS_KINDS_TABLE_H
#define TSR_TESTS_KINDS_TABLE_H

#include "build/event/kinds.h"
#include "core/table.h"

struct tsr_kinds_table {
	struct tsr_table table;
	struct tsr_buf sections[TSR_SECTION_COUNT];
};

void tsr_kinds_table_init(
    struct tsr_kinds_table *out, const struct tsr_event_kinds *kinds);

/* The program's kinds alone; abort when there is something wrong with them. */
void tsr_kinds_table_program(struct tsr_kinds_table *out);

void tsr_kinds_table_free(struct tsr_kinds_table *table);

#endif
