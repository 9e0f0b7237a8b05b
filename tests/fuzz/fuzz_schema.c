/*
 * Any JSON array [schema, value...]: the schema is compiled, with or without
 * mistakes, and the values are checked. Both passes agree, and what is refused
 * is refused with a message.
 */
#include <stdlib.h>

#include "build/schema/schema.h"
#include "build/model/shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_json all;
	struct tsr_schemas *schemas;
	const struct tsr_schema *s;
	struct tsr_shape shape;
	uint32_t i, src;
	size_t before;

	tsr_arena_init(&arena);
	tsr_sources_init(&sources, &arena);
	tsr_diag_init(&diag, &arena);
	src = tsr_sources_add(&sources, "x", tsr_span_of(data, size));
	if (tsr_json_read(&all, &arena, &diag, &sources, src) &&
	    all.type == TSR_JSON_ARRAY && all.count > 0) {
		schemas = tsr_schemas_new(&arena, &diag, &sources);
		s = tsr_schemas_add(schemas, "x.json", &all.u.items[0]);
		before = diag.errors;
		if (tsr_schemas_compile(schemas) && before != diag.errors)
			abort();
		shape = tsr_shape_root(s);
		shape = tsr_shape_member(&shape, TSR_LIT("a"));
		shape = tsr_shape_item(&shape);
		tsr_shape_types(&shape);
		tsr_shape_format(&shape);
		for (i = 1; i < all.count; i++) {
			before = diag.errors;
			if (tsr_schema_check(&diag, s, &all.u.items[i], NULL) !=
			    (before == diag.errors))
				abort();
		}
	}
	tsr_arena_free(&arena);
	return 0;
}
