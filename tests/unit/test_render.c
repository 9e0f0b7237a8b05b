/*
 * tessera render: exit codes and output of the verb.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"
#include "cli/cli.h"

static char folder[] = "/tmp/test_render.XXXXXX";

static void
put(const char *name, const char *text)
{
	struct tsr_arena arena = {0};

	assert_int_equal(tsr_file_write(
	    tsr_arena_printf(&arena, "%s/%s", folder, name),
	    tsr_span_of(text, strlen(text))), TSR_OK);
	tsr_arena_free(&arena);
}

static int
set_up(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		return -1;
	put("t.html", "<p>{{a}}{{>x/y}}{{missing}}</p>\n");
	put("x_y.html", "[{{a}}]");
	put("bad.html", "<p {{a}}>{{b");
	put("d.json", "{\"a\":\"'<\"}");
	put("broken.json", "{");
	put("s.json", "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":"
		      "{\"type\":\"string\"}}}");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	return tsr_file_remove_all(folder) == TSR_OK ? 0 : -1;
}

/* Runs the verb with its two outputs in files. */
static int
run(struct tsr_span *out, struct tsr_span *err, struct tsr_arena *arena,
    char **argv)
{
	int saved[2] = {dup(1), dup(2)}, argc = 0, code;

	while (argv[argc] != NULL)
		argc++;
	fflush(stdout);
	fflush(stderr);
	assert_non_null(freopen("out", "w", stdout));
	assert_non_null(freopen("err", "w", stderr));
	code = tsr_cli_render(argc, argv);
	fflush(stdout);
	fflush(stderr);
	dup2(saved[0], 1);
	dup2(saved[1], 2);
	close(saved[0]);
	close(saved[1]);
	assert_int_equal(tsr_file_read(out, arena, "out", 1 << 20), TSR_OK);
	assert_int_equal(tsr_file_read(err, arena, "err", 1 << 20), TSR_OK);
	return code;
}

#define VERB (char[]){"render"}

static void
test_render_verb_answers_with_its_exit_code(void **state)
{
	static const struct {
		const char *args[8];
		int code;
		const char *out, *err; /* how they begin */
		const char *says;
	} rows[] = {
	    {{"t.html", "d.json", "--partials", "."}, 0,
		"<p>&#39;&lt;[&#39;&lt;]</p>\n", "", "for the web"},
	    {{"--spec", "t.html", "d.json", "--partials", "."}, 0,
		"<p>'&lt;['&lt;]</p>\n", "", "as the specification asks"},
	    {{"--spec", "t.html", "d.json"}, 0, "<p>'&lt;</p>\n", "",
		"a missing partial is empty there"},
	    {{"t.html", "d.json"}, 1, "", "t.html:1:9: error[T007]",
		"and a mistake here"},
	    {{"t.html", "d.json", "--partials", ".", "--schema", "s.json"}, 1,
		"", "t.html:1:17: error[T010]", "a path the schema lacks"},
	    {{"bad.html", "d.json"}, 1, "", "bad.html:1:4: error[T013]",
		"a mistake in the template"},
	    {{"--json", "bad.html", "d.json"}, 1,
		"[{\"severity\":\"error\",\"rule\":\"T013\"", "",
		"the same for a machine"},
	    {{"t.html", "broken.json", "--partials", "."}, 1, "",
		"broken.json:1:", "data that are no JSON"},
	    {{"none.html", "d.json"}, 3, "", "tessera: none.html: ",
		"a file that is not there"},
	    {{"t.html", "d.json", "--partials", "none"}, 3, "",
		"tessera: none: ", "a folder that is not there"},
	    {{"t.html"}, 2, "", "tessera: an argument is missing\nusage: ",
		"no data"},
	    {{"--nothing", "t.html", "d.json"}, 2, "",
		"tessera: unknown option --nothing\nusage: ",
		"an unknown option"},
	    {{"--help"}, 0, "usage: ", "", "help"},
	};
	struct tsr_arena arena = {0};
	size_t i, k;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		struct tsr_span out, err;
		char *argv[10] = {VERB};
		int code;

		for (k = 0; rows[i].args[k] != NULL; k++)
			argv[k + 1] = tsr_arena_cstr(&arena,
			    tsr_span_of(rows[i].args[k],
				strlen(rows[i].args[k])));
		code = run(&out, &err, &arena, argv);
		if (code != rows[i].code ||
		    !tsr_span_starts(out, tsr_span_of(rows[i].out,
					      strlen(rows[i].out))) ||
		    !tsr_span_starts(err, tsr_span_of(rows[i].err,
					      strlen(rows[i].err))) ||
		    (out.n > 0) != (rows[i].out[0] != '\0') ||
		    (err.n > 0) != (rows[i].err[0] != '\0'))
			fail_msg("%s: %d, \"%.*s\", \"%.*s\"", rows[i].says,
			    code, (int)out.n, (const char *)out.p, (int)err.n,
			    (const char *)err.p);
	}
	tsr_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_render_verb_answers_with_its_exit_code),
	};

	return cmocka_run_group_tests_name("render", tests, set_up, tear_down);
}
