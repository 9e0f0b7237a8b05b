/*
 * Runs files of the Mustache specification's form: {"tests": [{"name", "data",
 * "template", "partials", "expected"}]}. Prints what failed and the sums.
 */
#include <stdio.h>

#include "base/file.h"
#include "build/template/template.h"

static uint32_t
add_source(struct tsr_sources *sources, const struct tsr_json *text)
{
	return tsr_sources_add(sources, "spec", tsr_json_text(text));
}

static bool
run_test(const struct tsr_json *test)
{
	const struct tsr_json *partials = tsr_json_get(test, "partials");
	struct tsr_template_shape shape = {NULL, NULL};
	struct tsr_render render = {0};
	const struct tsr_template *t;
	struct tsr_arena arena = {0};
	struct tsr_sources sources;
	struct tsr_templates *all;
	struct tsr_diag diag;
	struct tsr_buf out;
	bool same = false;
	uint32_t i;

	tsr_sources_init(&sources, &arena);
	tsr_diag_init(&diag, &arena);
	tsr_buf_init(&out, 1 << 20);
	all = tsr_templates_new(&arena, &sources, TSR_TEMPLATE_SPEC);
	for (i = 0; partials != NULL && i < partials->count; i++)
		tsr_templates_add(all, partials->u.members[i].name,
		    add_source(&sources, &partials->u.members[i].value), shape);
	tsr_templates_add(all, TSR_LIT("/"),
	    add_source(&sources, tsr_json_get(test, "template")), shape);
	t = tsr_template_compile(all, TSR_LIT("/"), &diag);
	render.data = tsr_json_get(test, "data");
	if (t != NULL && tsr_template_render(&out, t, &render, &diag))
		same = tsr_span_eq(tsr_buf_view(&out),
		    tsr_json_text(tsr_json_get(test, "expected")));
	if (!same) {
		struct tsr_span name = tsr_json_text(tsr_json_get(test, "name"));
		struct tsr_span want =
		    tsr_json_text(tsr_json_get(test, "expected"));

		printf("%.*s\n  wanted \"%.*s\"\n  got    \"%.*s\"\n",
		    TSR_ARG(name), TSR_ARG(want), TSR_ARG(tsr_buf_view(&out)));
		tsr_diag_print(stdout, &diag, &sources, false);
	}
	tsr_buf_free(&out);
	tsr_arena_free(&arena);
	return same;
}

int
main(int argc, char **argv)
{
	size_t passed = 0, failed = 0;
	int i;

	for (i = 1; i < argc; i++) {
		struct tsr_arena arena = {0};
		struct tsr_sources sources;
		const struct tsr_json *tests;
		struct tsr_json file;
		struct tsr_diag diag;
		struct tsr_span text;
		uint32_t k;

		tsr_sources_init(&sources, &arena);
		tsr_diag_init(&diag, &arena);
		if (tsr_file_read(&text, &arena, argv[i], 1 << 22) != TSR_OK ||
		    !tsr_json_read(&file, &arena, &diag, &sources,
			tsr_sources_add(&sources, argv[i], text))) {
			tsr_diag_print(stdout, &diag, &sources, false);
			printf("%s: cannot be read\n", argv[i]);
			failed++;
			continue;
		}
		tests = tsr_json_get(&file, "tests");
		for (k = 0; tests != NULL && k < tests->count; k++) {
			if (run_test(&tests->u.items[k]))
				passed++;
			else
				failed++;
		}
		tsr_arena_free(&arena);
	}
	printf("%zu passed, %zu failed\n", passed, failed);
	return failed > 0 || passed == 0;
}
