/*
 * golden - a site's messages, then all that was rendered, as text.
 *
 * golden FOLDER [threads]: run.sh compares what this prints with what a case
 * expects. It is the whole front half of a build: render.h.
 */
#include <stdio.h>
#include <stdlib.h>

#include "build/render/page_dump.h"

int
main(int argc, char **argv)
{
	struct tsr_build_options options = {.threads = 2};
	struct tsr_site_output out;
	struct tsr_arena arena;
	struct tsr_diag diag;
	struct tsr_buf text;

	if (argc < 2)
		return 2;
	if (argc > 2)
		options.threads = (unsigned)(argv[2][0] - '0');
	tsr_arena_init(&arena);
	tsr_diag_init(&diag, &arena);
	tsr_buf_init(&text, (size_t)1 << 30);
	if (tsr_site_render(&out, argv[1], &options, &arena, &diag))
		tsr_output_dump(&text, &out);
	tsr_diag_print(stdout, &diag, &out.sources, false);
	if (text.n > 0)
		fwrite(text.p, 1, text.n, stdout);
	tsr_site_output_free(&out);
	tsr_buf_free(&text);
	tsr_arena_free(&arena);
	return diag.errors > 0;
}
