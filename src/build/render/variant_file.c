/*
 * variant_file - what the browser fetches, as a file that anyone may have.
 */
#include "build/render/variant_file.h"

#include "build/pack/hash.h"
#include "core/limits.h"

void
tsr_variant_file_make(struct tsr_variant_file *file, struct tsr_span content,
    struct tsr_arena *arena)
{
	struct tsr_hash hash;
	struct tsr_buf buf;

	tsr_buf_init(&buf, TSR_PAGE_TEXT_MAX);
	tsr_buf_text(&buf, "<template>");
	tsr_buf_add(&buf, content);
	tsr_buf_text(&buf, "</template>");
	file->html = tsr_arena_dup(arena, tsr_buf_view(&buf));
	hash = tsr_hash_of(file->html);
	tsr_buf_clear(&buf);
	tsr_buf_text(&buf, "v/");
	tsr_buf_hex(&buf, tsr_span_of(hash.bytes, 8));
	tsr_buf_text(&buf, ".html");
	file->name = tsr_arena_dup(arena, tsr_buf_view(&buf));
	tsr_buf_free(&buf);
}
