/*
 * Front matter from hostile bytes: every place lies inside the text.
 */
#include <stdlib.h>

#include "build/read/yaml.h"

static void
walk(const struct tsr_json *v, size_t size)
{
	uint32_t i;

	if (v->off > size)
		abort();
	for (i = 0; v->type == TSR_JSON_ARRAY && i < v->count; i++)
		walk(&v->u.items[i], size);
	for (i = 0; v->type == TSR_JSON_OBJECT && i < v->count; i++)
		walk(&v->u.members[i].value, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tsr_arena arena = {0};
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_json value;
	size_t from, n, body, i;
	uint32_t src;

	tsr_sources_init(&sources, &arena);
	tsr_diag_init(&diag, &arena);
	src = tsr_sources_add(&sources, "x.md", tsr_span_of(data, size));
	tsr_front_matter(&from, &n, &body, tsr_span_of(data, size));
	if (from > size || n > size - from || body > size)
		abort();
	if (tsr_yaml_read(&value, &arena, &diag, &sources, src, 0, size))
		walk(&value, size);
	else if (diag.errors == 0)
		abort();
	for (i = 0; i < diag.count; i++)
		if (diag.list[i].where.off > size)
			abort();
	tsr_arena_free(&arena);
	return 0;
}
