/*
 * Markdown from hostile bytes: the HTML is harmless and every element of it
 * is closed where it was opened.
 */
#include <stdlib.h>

#include "build/read/markdown.h"
#include "lib/markup_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct tsr_span prefixes[] = {{(const uint8_t *)"c", 1}};
	struct tsr_richhtml html = {
	    .class_prefixes = prefixes, .class_prefix_count = 1};
	struct tsr_markdown options = {.html = &html, .heading_shift = 1};
	struct tsr_markup_text text = {.text = {data, size}, .verbatim = true};
	struct tsr_markdown_result result;
	struct tsr_sources sources;
	struct tsr_arena arena = {0};
	struct tsr_diag diag;
	size_t i;

	tsr_markdown_setup();
	tsr_sources_init(&sources, &arena);
	tsr_diag_init(&diag, &arena);
	text.where.src = tsr_sources_add(&sources, "x.md", text.text);
	if (!tsr_markdown_render(&result, &text, &options, &arena, &diag) &&
	    diag.errors == 0)
		abort();
	if (markup_check(result.html) != NULL)
		abort();
	for (i = 0; i < diag.count; i++)
		if (diag.list[i].where.off > size)
			abort();
	tsr_arena_free(&arena);
	return 0;
}
