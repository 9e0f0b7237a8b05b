/*
 * lines - a verb that answers one JSON object a line.
 */
#include "cli/lines.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/options.h"

/* Bytes of one answer. */
#define ANSWER_MAX 4096

static void
answer_line(struct tsr_buf *out, struct tsr_span text, size_t number,
    tsr_line_fn *answer, const char *otherwise)
{
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_json line;
	size_t i;

	tsr_arena_init(&arena);
	tsr_sources_init(&sources, &arena);
	tsr_diag_init(&diag, &arena);
	/* A name twice in an object is no mistake here. */
	if (tsr_json_read_last(&line, &arena, &diag, &sources, text))
		answer(out, &line, &diag, &arena);
	if (diag.errors > 0) {
		tsr_buf_clear(out);
		tsr_buf_text(out, otherwise);
	}
	for (i = 0; i < diag.count; i++)
		fprintf(stderr, "line %zu: %s: %s\n", number,
		    diag.list[i].rule, diag.list[i].text);
	tsr_arena_free(&arena);
}

int
tsr_lines_run(int argc, char **argv, const char *help, tsr_line_fn *answer,
    const char *otherwise)
{
	const struct tsr_command command = {help, NULL, 0, 0, 0};
	int code = tsr_options_read(&argc, argv, &command);
	struct tsr_buf out;
	char *text = NULL;
	size_t cap = 0, number = 0;
	ssize_t n;

	if (code != -1)
		return code;
	tsr_buf_init(&out, ANSWER_MAX);
	while ((n = getline(&text, &cap, stdin)) > 0) {
		tsr_buf_clear(&out);
		answer_line(&out, tsr_span_of(text, (size_t)n), ++number,
		    answer, otherwise);
		tsr_buf_byte(&out, '\n');
		fwrite(out.p, 1, out.n, stdout);
	}
	code = ferror(stdin) || fflush(stdout) != 0 ? TSR_EXIT_SYSTEM
						    : TSR_EXIT_OK;
	tsr_buf_free(&out);
	free(text);
	return code;
}
