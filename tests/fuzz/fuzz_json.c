/*
 * Any bytes as JSON: read, every place checked against the text, written and
 * read again and written alike; or exactly one message.
 */
#include <stdlib.h>

#include "build/read/json.h"

static void
check_places(const struct tsr_json *v, struct tsr_span text)
{
	uint32_t i;
	static const char first[TSR_JSON_TYPE_COUNT + 1] = "n\0\0\0\"[{";

	if (v->off >= text.n ||
	    (first[v->type] != 0 && text.p[v->off] != (uint8_t)first[v->type]))
		abort();
	if (v->type == TSR_JSON_ARRAY)
		for (i = 0; i < v->count; i++)
			check_places(&v->u.items[i], text);
	if (v->type != TSR_JSON_OBJECT)
		return;
	for (i = 0; i < v->count; i++) {
		if (text.p[v->u.members[i].off] != '"')
			abort();
		check_places(&v->u.members[i].value, text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_json v, again;
	struct tsr_buf buf;
	uint32_t src;

	tsr_arena_init(&arena);
	tsr_sources_init(&sources, &arena);
	tsr_diag_init(&diag, &arena);
	tsr_buf_init(&buf, 1 << 24);
	src = tsr_sources_add(&sources, "x", tsr_span_of(data, size));
	if (!tsr_json_read(&v, &arena, &diag, &sources, src)) {
		if (diag.count != 1 || diag.list[0].where.off > size)
			abort();
	} else {
		check_places(&v, tsr_sources_at(&sources, src)->text);
		tsr_json_write(&buf, &v);
		src = tsr_sources_add(&sources, "y", tsr_buf_view(&buf));
		if (!tsr_json_read(&again, &arena, &diag, &sources, src))
			abort();
		tsr_buf_clear(&buf);
		tsr_json_write(&buf, &again);
		if (!tsr_span_eq(tsr_sources_at(&sources, src)->text,
			tsr_buf_view(&buf)))
			abort();
	}
	tsr_buf_free(&buf);
	tsr_arena_free(&arena);
	return 0;
}
