/*
 * kinds_table - the sections of kinds of events in memory, as in a release.
 */
#include "lib/kinds_table.h"

#include <stdlib.h>

static uint32_t
add_string(void *ctx, struct tsr_span s)
{
	struct tsr_buf *texts = ctx;
	uint32_t off = (uint32_t)texts->n;

	tsr_buf_add(texts, s);
	return off;
}

void
tsr_kinds_table_init(
    struct tsr_kinds_table *out, const struct tsr_event_kinds *kinds)
{
	struct tsr_strings strings = {
	    &out->sections[TSR_SECTION_STRS], add_string};
	uint32_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < TSR_SECTION_COUNT; i++)
		tsr_buf_init(&out->sections[i], (size_t)1 << 24);
	tsr_event_kinds_write(out->sections, kinds, &strings);
	for (i = 0; i < TSR_SECTION_COUNT; i++) {
		out->table.sections[i].p = out->sections[i].p;
		out->table.sections[i].n = out->sections[i].n;
		out->table.sections[i].count = (uint32_t)(out->sections[i].n /
		    tsr_table_section_size((enum tsr_section)i));
	}
}

void
tsr_kinds_table_program(struct tsr_kinds_table *out)
{
	struct tsr_event_kinds kinds;
	struct tsr_arena arena = {0};
	struct tsr_sources sources;
	struct tsr_diag diag;

	tsr_sources_init(&sources, &arena);
	tsr_diag_init(&diag, &arena);
	tsr_event_kinds_init(&kinds, tsr_schemas_new(&arena, &diag, &sources),
	    NULL, &sources, &arena, &diag);
	if (diag.count > 0)
		abort();
	tsr_kinds_table_init(out, &kinds);
	tsr_arena_free(&arena);
}

void
tsr_kinds_table_free(struct tsr_kinds_table *table)
{
	size_t i;

	for (i = 0; i < TSR_SECTION_COUNT; i++)
		tsr_buf_free(&table->sections[i]);
}
