/*
 * The caps of a page and of a release: what fits is answered, one more is
 * refused where it is made.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/route.h"
#include "lib/reindex.h"
#include "lib/small.h"

static const char attributes[] =
    "{\"q\": {\"type\": \"string\", \"source\": \"query:q\"}}";

static struct tsr_small *
begin(void)
{
	struct tsr_small *s = malloc(sizeof(*s));

	tsr_small_init(s, attributes);
	return s;
}

static void
end(struct tsr_small *s)
{
	tsr_small_free(s);
	free(s);
}

static void
assert_refused(const struct tsr_small *s, const char *rule)
{
	assert_int_equal(s->diag.errors, 1);
	assert_string_equal(s->diag.list[0].rule, rule);
	assert_string_equal(s->diag.list[0].file, "/more");
}

static void
test_limit_bounds_one_more_is_a_mistake(void **state)
{
	static const struct {
		struct tsr_bounds bounds;
		const char *rule; /* NULL: fits */
		const char *why;
	} rows[] = {
	    {{.raw = TSR_PAGE_TEXT_MAX}, NULL, "a page of 16 MiB"},
	    {{.raw = TSR_PAGE_TEXT_MAX + 1}, "P002", "one byte more"},
	    {{.raw = UINT64_C(1) << 40}, "P002", "a terabyte"},
	    {{.bytes = TSR_REPLY_MAX}, NULL, "4 MiB compressed"},
	    {{.bytes = TSR_REPLY_MAX + 1}, "P003", "one byte more"},
	    {{.parts = TSR_PARTS_MAX - 2}, NULL, "all the pieces there are"},
	    {{.parts = TSR_PARTS_MAX - 1}, "P004", "one piece more"},
	    {{.scratch = TSR_STITCH_SCRATCH}, NULL, "texts that fill the area"},
	    {{.scratch = TSR_STITCH_SCRATCH + 1}, "P005", "one byte more"},
	};
	struct tsr_page page = {.path = TSR_LIT("/x"), .id = TSR_LIT("/more")};
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		struct tsr_small *s = begin();

		tsr_bounds_check(&s->diag, &rows[i].bounds, &page);
		if (rows[i].rule == NULL && s->diag.errors > 0)
			fail_msg("%s: refused", rows[i].why);
		if (rows[i].rule != NULL)
			assert_refused(s, rows[i].rule);
		end(s);
	}
}

static struct tsr_choice
fragments(struct tsr_small *s, uint32_t n)
{
	struct tsr_item *items = TSR_NEW_ARRAY(&s->arena, struct tsr_item, n);
	uint32_t i;

	for (i = 0; i < n; i++)
		items[i] = tsr_small_fragment(0, 0);
	return tsr_small_choice(s, "edition", items, n);
}

static void
test_limit_parts_all_fit_in_one_reply(void **state)
{
	static const char *const ids[] = {"k"}, *const html[] = {"<br>"};
	struct tsr_small *s = begin();
	struct tsr_choice most = fragments(s, TSR_PARTS_MAX - 3);
	struct tsr_choice more = fragments(s, TSR_PARTS_MAX - 2);
	struct tsr_buf got;

	(void)state;
	tsr_small_set(s, ids, html, 1);
	assert_true(tsr_small_page(s, "/most", &most, 1, 0));
	tsr_small_open(s);
	tsr_buf_init(&got, 1u << 20);
	assert_true(tsr_small_get(s, &got, "/most?q=k"));
	assert_int_equal(got.n, 4 * (TSR_PARTS_MAX - 3));
	assert_int_equal(s->answer.stitch.count, TSR_PARTS_MAX);
	assert_int_equal(
	    s->answer.length, s->release.store.table.reply_max);
	tsr_buf_free(&got);
	assert_false(tsr_small_page(s, "/more", &more, 1, 0));
	assert_refused(s, "P004");
	end(s);
}

/* 16 texts of 510 bytes, one of 32, and perhaps one more. */
static struct tsr_choice
texts(struct tsr_small *s, bool one_more)
{
	struct tsr_item items[60];
	uint32_t n = 0, i;

	for (i = 0; i < (one_more ? 18 : 17); i++) {
		items[n++] = tsr_small_text("<b>");
		items[n++] = tsr_small_field(0, TSR_ESCAPE_TEXT, "",
		    i < 16 ? 251 : i == 16 ? 12 : 1);
		items[n++] = tsr_small_text("</b>");
	}
	return tsr_small_choice(s, "edition", items, n);
}

static void
test_limit_texts_fill_the_scratch(void **state)
{
	struct tsr_small *s = begin();
	struct tsr_choice most = texts(s, false), more = texts(s, true);
	struct tsr_buf got;

	(void)state;
	assert_true(tsr_small_page(s, "/most", &most, 1, 0));
	assert_int_equal(s->bounds.scratch, TSR_STITCH_SCRATCH);
	tsr_small_open(s);
	tsr_buf_init(&got, 1u << 20);
	assert_true(tsr_small_get(s, &got, "/most?q=Ada"));
	assert_int_equal(s->answer.stitch.scratch_used, TSR_STITCH_SCRATCH);
	tsr_buf_free(&got);
	assert_false(tsr_small_page(s, "/more", &more, 1, 0));
	assert_refused(s, "P005");
	end(s);
}

static struct tsr_choice
nested(struct tsr_small *s, uint32_t decision, unsigned depth)
{
	struct tsr_choice *inner;
	struct tsr_item items[1] = {tsr_small_text("<i>x</i>")};
	unsigned d;

	for (d = 0; d < depth; d++) {
		inner = TSR_NEW_ARRAY(&s->arena, struct tsr_choice, 2);
		inner[0] = inner[1] = tsr_small_choice(s, "v", items, 1);
		items[0] = tsr_small_slot("s", decision, inner, 2);
	}
	return tsr_small_choice(s, "edition", items, 1);
}

/* The builder's own refusal is the golden case e-c025-depth. */
static void
test_limit_depth_is_what_the_stitcher_walks(void **state)
{
	struct tsr_small *s = begin();
	uint32_t decision = tsr_small_chain(s, "q", 1);
	struct tsr_choice fits = nested(s, decision, TSR_SLOT_DEPTH);
	struct tsr_choice more = nested(s, decision, TSR_SLOT_DEPTH + 1);

	(void)state;
	assert_true(tsr_small_page(s, "/fits", &fits, 1, 0));
	assert_true(tsr_small_page(s, "/more", &more, 1, 0));
	tsr_small_open(s);
	tsr_small_ask(s, "GET", "/fits", NULL);
	assert_int_equal(s->answer.status, 200);
	tsr_small_ask(s, "GET", "/more", NULL);
	assert_int_equal(s->answer.status, 500);
	end(s);
}

static void
test_limit_path_one_more_is_too_long(void **state)
{
	struct tsr_small *s = begin();
	struct tsr_choice edition = nested(s, 0, 0);
	char path[TSR_PATH_MAX + 2];

	(void)state;
	assert_true(tsr_small_page(s, "/", &edition, 1, 0));
	tsr_small_open(s);
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[TSR_PATH_MAX] = '\0';
	tsr_small_ask(s, "GET", path, NULL);
	assert_int_equal(s->answer.status, 404);
	path[TSR_PATH_MAX] = 'a';
	path[TSR_PATH_MAX + 1] = '\0';
	tsr_small_ask(s, "GET", path, NULL);
	assert_int_equal(s->answer.status, 414);
	/* The query has a cap of its own: TSR_PARAMS_MAX. */
	path[TSR_PATH_MAX - 1] = '?';
	tsr_small_ask(s, "GET", path, NULL);
	assert_int_equal(s->answer.status, 404);
	end(s);
}

static void
test_limit_sections_one_more_is_refused(void **state)
{
	struct tsr_small *s = begin();
	struct tsr_choice edition = nested(s, 0, 0);
	struct tsr_table table;
	struct tsr_buf file;

	(void)state;
	assert_true(tsr_small_page(s, "/", &edition, 1, 0));
	tsr_small_open(s);
	tsr_buf_init(&file, 1u << 20);
	tsr_reindex(&file, &s->release.store.table,
	    TSR_SECTIONS_MAX - TSR_SECTION_COUNT, TSR_SECTION_COUNT,
	    tsr_span_of(NULL, 0));
	assert_int_equal(
	    tsr_table_open(&table, tsr_buf_view(&file)), TSR_OK);
	assert_int_equal(tsr_table_verify(&table), TSR_OK);
	tsr_buf_clear(&file);
	tsr_reindex(&file, &s->release.store.table,
	    TSR_SECTIONS_MAX - TSR_SECTION_COUNT + 1, TSR_SECTION_COUNT,
	    tsr_span_of(NULL, 0));
	assert_int_equal(
	    tsr_table_open(&table, tsr_buf_view(&file)), TSR_LONG);
	tsr_buf_free(&file);
	end(s);
}

/* A release whose index names its one pack n times. */
static enum tsr_err
open_with_packs(struct tsr_small *s, uint32_t n)
{
	static struct tsr_release release;
	char *path = tsr_arena_printf(&s->arena, "%s/releases/%.64s/site.tsr",
	    s->folder, s->emitted.id);
	const struct tsr_table *t = &s->release.store.table;
	struct tsr_buf file, packs;
	enum tsr_err err;
	FILE *out;

	tsr_buf_init(&file, 1u << 20);
	tsr_buf_init(&packs, 1u << 20);
	while (n-- > 0)
		tsr_buf_add(&packs,
		    tsr_span_of(t->sections[TSR_SECTION_PACK].p, TSR_PACK_SIZE));
	tsr_reindex(&file, t, 0, TSR_SECTION_PACK, tsr_buf_view(&packs));
	remove(path);
	out = fopen(path, "wb");
	fwrite(file.p, 1, file.n, out);
	fclose(out);
	tsr_buf_free(&file);
	tsr_buf_free(&packs);
	err = tsr_release_open(&release,
	    tsr_arena_printf(&s->arena, "%s/current", s->folder),
	    TSR_RELEASE_DEEP, NULL);
	tsr_release_close(&release);
	return err;
}

static void
test_limit_packs_one_more_is_refused(void **state)
{
	struct tsr_small *s = begin();
	struct tsr_choice edition = nested(s, 0, 0);

	(void)state;
	assert_true(tsr_small_page(s, "/", &edition, 1, 0));
	tsr_small_open(s);
	assert_int_equal(open_with_packs(s, TSR_PACKS_MAX), TSR_OK);
	assert_int_equal(open_with_packs(s, TSR_PACKS_MAX + 1), TSR_LONG);
	end(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_limit_bounds_one_more_is_a_mistake),
	    cmocka_unit_test(test_limit_parts_all_fit_in_one_reply),
	    cmocka_unit_test(test_limit_texts_fill_the_scratch),
	    cmocka_unit_test(test_limit_depth_is_what_the_stitcher_walks),
	    cmocka_unit_test(test_limit_path_one_more_is_too_long),
	    cmocka_unit_test(test_limit_sections_one_more_is_refused),
	    cmocka_unit_test(test_limit_packs_one_more_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
