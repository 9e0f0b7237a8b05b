/*
 * agree - build and server decide the same for visitors drawn at random.
 *
 * usage: agree SITE OUT VISITORS SEED [print]
 *
 * Builds the site into the folder OUT. Each visitor is spelled as a request;
 * core reads it and walks every decision of the release, and the build's
 * interpreter works each chain out again from the JSON of its conditions. What
 * core read must be what was spelled; a state and a profile are drawn beside
 * it. Prints the differences, then "N passed,
 * M failed"; with `print`, instead a line for each visitor:
 *
 *	{"visitor":{NAME:VALUE,...},"now":MS,"choices":[OUTCOME,...]}
 *
 * with the values that core read, and what it chose in each decision.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "build/build.h"
#include "cli/setup.h"
#include "core/decide.h"
#include "lib/stranger.h"

#define INDEX_MAX ((size_t)1 << 30)
#define SHOWN_MAX 10

struct agree {
	struct tsr_site_output site;
	struct tsr_arena arena, scratch; /* scratch: of one visitor */
	struct tsr_table table;
	struct tsr_stranger stranger;
	struct tsr_visit visit;
	uint32_t decisions;
	bool print;
	uint64_t passed, failed;
};

/* ---- decisions ---- */

static void
decide(struct agree *a, const struct tsr_json *visitor)
{
	uint32_t i, core, build;

	for (i = 0; i < a->decisions; i++) {
		core = tsr_decide_outcome(&a->visit, i);
		build = tsr_rules_interpret(a->site.rules, i, visitor,
		    a->stranger.speller.now);
		if (core == build)
			a->passed++;
		else if (a->failed++ < SHOWN_MAX)
			fprintf(stderr, "core and the interpreter differ in "
					"decision number %u\n", i);
	}
}

static void
print(struct agree *a, const struct tsr_json *visitor)
{
	struct tsr_buf out;
	uint32_t i;

	tsr_buf_init(&out, INDEX_MAX);
	tsr_buf_text(&out, "{\"visitor\":");
	tsr_json_write(&out, visitor);
	tsr_buf_printf(&out, ",\"now\":%lld,\"choices\":[",
	    (long long)a->stranger.speller.now);
	for (i = 0; i < a->decisions; i++)
		tsr_buf_printf(&out, "%s%u", i > 0 ? "," : "",
		    tsr_decide_outcome(&a->visit, i));
	tsr_buf_text(&out, "]}\n");
	fwrite(out.p, 1, out.n, stdout);
	tsr_buf_free(&out);
}

static void
try_visitor(struct agree *a)
{
	struct tsr_dice *dice = &a->stranger.speller.dice;
	uint32_t pages = tsr_table_count(&a->table, TSR_SECTION_PAGE);
	struct tsr_json visitor;

	tsr_stranger_draw(&a->stranger, TSR_LIT("/"));
	tsr_stranger_visit(&a->visit, &a->stranger, &a->table,
	    tsr_table_record(&a->table, TSR_SECTION_PAGE,
		tsr_dice_below(dice, pages), TSR_PAGE_SIZE));
	visitor = tsr_stranger_values(&a->failed, &a->stranger, &a->visit);
	decide(a, &visitor);
	if (a->print)
		print(a, &visitor);
}

/* ---- the site ---- */

static bool
open_site(struct agree *a, const char *site, const char *out)
{
	struct tsr_build build = {.site = site, .out = out, .level = 1};
	struct tsr_build_result result;
	struct tsr_diag diag;
	struct tsr_span index;
	bool ok;

	tsr_diag_init(&diag, &a->arena);
	ok = tsr_build_run(&result, &a->site, &build, &a->arena, &diag) ==
	    TSR_OK;
	tsr_diag_print(stderr, &diag, &a->site.sources, false);
	if (ok)
		a->decisions = tsr_rules_decision_count(a->site.rules);
	ok = ok && tsr_file_read(&index, &a->arena,
	    tsr_arena_printf(&a->arena, "%s/current/site.tsr", out),
	    INDEX_MAX) == TSR_OK &&
	    tsr_table_open(&a->table, index) == TSR_OK;
	return ok && tsr_table_count(&a->table, TSR_SECTION_DECN) ==
	    a->decisions;
}

static uint64_t
number(const char *text)
{
	uint64_t n = 0;

	for (; *text >= '0' && *text <= '9' && n < 1000000000000u; text++)
		n = n * 10 + (uint64_t)(*text - '0');
	return n;
}

int
main(int argc, char **argv)
{
	static struct agree a;
	uint64_t i, n;
	bool ok;

	if (argc < 5) {
		fprintf(stderr,
		    "usage: agree SITE OUT VISITORS SEED [print]\n");
		return 2;
	}
	tsr_setup();
	n = number(argv[3]);
	a.print = argc > 5;
	ok = open_site(&a, argv[1], argv[2]);
	if (ok)
		tsr_stranger_init(&a.stranger, &a.site, number(argv[4]),
		    &a.arena, &a.scratch);
	else
		fprintf(stderr, "the site was not built\n");
	for (i = 0; ok && i < n; i++) {
		struct tsr_arena_mark mark = tsr_arena_mark(&a.scratch);

		try_visitor(&a);
		tsr_arena_rewind(&a.scratch, mark);
	}
	ok = ok && a.failed == 0 && a.passed > 0;
	if (!a.print)
		printf("%llu passed, %llu failed\n",
		    (unsigned long long)a.passed,
		    (unsigned long long)(a.failed + (a.passed == 0)));
	tsr_site_output_free(&a.site);
	tsr_arena_free(&a.scratch);
	tsr_arena_free(&a.arena);
	return ok ? 0 : 1;
}
