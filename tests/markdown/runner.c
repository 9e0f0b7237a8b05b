/*
 * runner - render the Markdown texts on the standard input, which end with
 * the byte 0x1e each; each answer ends with it too and begins with + or -,
 * whether it was rendered without errors.
 */
#include <stdio.h>

#include "build/read/markdown.h"

static void
render(struct tsr_span md)
{
	static const struct tsr_span classes[] = {{(const uint8_t *)"", 0}};
	struct tsr_richhtml html = {
	    .class_prefixes = classes, .class_prefix_count = 1, .ids = true};
	struct tsr_markdown options = {.html = &html};
	struct tsr_markup_text text = {.text = md, .verbatim = true};
	struct tsr_markdown_result result;
	struct tsr_arena arena = {0};
	struct tsr_diag diag;

	tsr_diag_init(&diag, &arena);
	putchar(tsr_markdown_render(&result, &text, &options, &arena, &diag)
		? '+' : '-');
	fwrite(result.html.p, 1, result.html.n, stdout);
	putchar(0x1e);
	tsr_arena_free(&arena);
}

int
main(void)
{
	struct tsr_buf all;
	size_t at = 0, end;
	int c;

	tsr_markdown_setup();
	tsr_buf_init(&all, 16 * 1024 * 1024);
	while ((c = getchar()) != EOF)
		tsr_buf_byte(&all, (uint8_t)c);
	while (at < all.n) {
		end = tsr_span_find(tsr_buf_view(&all), 0x1e, at);
		render(tsr_span_part(tsr_buf_view(&all), at, end - at));
		at = end + 1;
	}
	tsr_buf_free(&all);
	return 0;
}
