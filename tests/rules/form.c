/*
 * form - conditions in the form that browsers take.
 *
 * Reads lines {"condition": C, "types": {NAME: TYPE}} and answers each with the
 * form. The browser finds an attribute under its name; one whose name begins with
 * p needs a purpose, and one without a type may be anything.
 */
#include <stdio.h>
#include <stdlib.h>

#include "build/regex/regex.h"
#include "build/rules/browser_form.h"

struct job {
	const struct tsr_json *types;
	struct tsr_arena arena;
};

static void
source_of(void *ctx, struct tsr_browser_source *out, struct tsr_span attribute)
{
	const struct job *job = ctx;
	struct tsr_span type =
	    tsr_json_text(tsr_json_find(job->types, attribute));

	out->name = attribute;
	out->purpose = tsr_span_starts(attribute, TSR_LIT("p"))
	    ? TSR_LIT("functional") : tsr_span_of(NULL, 0);
	out->type = tsr_span_eq(type, TSR_LIT("string")) ? TSR_TYPE_STRING
	    : tsr_span_eq(type, TSR_LIT("number"))	 ? TSR_TYPE_NUMBER
	    : tsr_span_eq(type, TSR_LIT("boolean"))	 ? TSR_TYPE_BOOLEAN
							 : TSR_TYPE_JSON;
}

static bool
is_pattern(void *ctx, struct tsr_span pattern, bool caseless)
{
	struct job *job = ctx;
	struct tsr_regex_error err;
	struct tsr_span automaton;

	return tsr_regex_compile(&automaton, &err, pattern, TSR_REGEX_UTF16 |
		(caseless ? (unsigned)TSR_REGEX_IGNORE_CASE : 0), &job->arena);
}

static void
answer(struct tsr_buf *out, struct tsr_span text)
{
	struct job job = {.types = NULL};
	const struct tsr_browser_world world = {
	    .source = source_of, .pattern = is_pattern, .ctx = &job};
	const struct tsr_json *condition;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_json line, form;

	tsr_arena_init(&job.arena);
	tsr_sources_init(&sources, &job.arena);
	tsr_diag_init(&diag, &job.arena);
	if (!tsr_json_read_last(&line, &job.arena, &diag, &sources, text))
		exit(1);
	job.types = tsr_json_get(&line, "types");
	condition = tsr_json_get(&line, "condition");
	if (condition == NULL ||
	    !tsr_browser_form(&form, &world, condition, &job.arena))
		exit(1);
	tsr_json_write(out, &form);
	tsr_buf_byte(out, '\n');
	tsr_arena_free(&job.arena);
}

int
main(void)
{
	struct tsr_buf out;
	char *text = NULL;
	size_t cap = 0;
	ssize_t n;

	tsr_buf_init(&out, (size_t)1 << 20);
	while ((n = getline(&text, &cap, stdin)) > 0) {
		tsr_buf_clear(&out);
		answer(&out, tsr_span_of(text, (size_t)n));
		if (out.full)
			exit(1);
		fwrite(out.p, 1, out.n, stdout);
		fflush(stdout);
	}
	tsr_buf_free(&out);
	free(text);
	return 0;
}
