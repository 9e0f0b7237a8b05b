/*
 * Canvases: regions are marked on outermost elements, and marks stay where
 * they were between the same bytes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build/render/canvas.h"

#define R " data-personalized-region=\"s\""
#define W " data-why"

struct row {
	const char *html, *out, *why;
};

/* "@" stands for a mark. */
static const struct row rows[] = {
    {"<p>a</p>", "<p" R ">a</p>", "one element"},
    {"<p>a</p>\n<p>b</p>", "<p" R ">a</p>\n<p" R ">b</p>", "each outermost"},
    {"<div><p>a</p></div>", "<div" R "><p>a</p></div>", "none inside"},
    {"<img src=\"a>b\"><p>c", "<img" R " src=\"a>b\"><p" R ">c",
	"a void element, > in a value"},
    {"<!-- <p> --><br/><b>x</b>", "<!-- <p> --><br" R "/><b" R ">x</b>",
	"comments hold no elements"},
    {"<script>\"<p>\"</script><p>", "<script" R ">\"<p>\"</script><p" R ">",
	"nor does raw text"},
    {"@<p>@a</p>@", "@<p" R ">@a</p>@", "marks move with the text"},
    {"<p title=\"@\">a@</p>@<p>@", "<p" R " title=\"@\">a@</p>@<p" R ">@",
	"marks inside a tag"},
    {"<svg><path d=\"\"/><g></g></svg><p>",
	"<svg" R "><path d=\"\"/><g></g></svg><p" R ">", "closed in SVG"},
    {"a < b <", "a < b <", "no element at all"},
    {"<p", "<p", "no tag: it does not end"},
    {"", "", "nothing"},
};

static void
load(struct tsr_canvas *c, struct tsr_arena *arena, const char *html)
{
	struct tsr_item item = {.kind = TSR_ITEM_FIELD};

	tsr_canvas_init(c, 1000);
	for (; *html != '\0'; html++) {
		if (*html == '@')
			tsr_canvas_mark(c, arena, &item);
		else
			tsr_buf_byte(&c->buf, (uint8_t)*html);
	}
}

static void
check(const struct row *r, bool first, struct tsr_arena *arena)
{
	struct tsr_canvas c;
	struct tsr_row row;
	struct tsr_buf out;
	uint32_t j;

	load(&c, arena, r->html);
	tsr_canvas_region(&c, TSR_LIT("s"), false, first);
	tsr_canvas_finish(&row, &c, arena);
	tsr_buf_init(&out, 1000);
	for (j = 0; j < row.count; j++)
		tsr_buf_add(&out, row.items[j].kind == TSR_ITEM_TEXT
			? row.items[j].text : TSR_LIT("@"));
	tsr_buf_byte(&out, 0);
	if (strcmp((const char *)out.p, r->out) != 0)
		fail_msg("%s: %s, got %s", r->html, r->why,
		    (const char *)out.p);
	tsr_buf_free(&out);
	tsr_canvas_free(&c);
}

static void
test_canvas_region_is_on_every_outermost_element(void **state)
{
	struct tsr_arena arena = {0};
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++)
		check(&rows[i], false, &arena);
	tsr_arena_free(&arena);
}

/* Rows of what comes first: where the button has its place. */
static const struct row firsts[] = {
    {"<p>a</p><p>b</p>", "<p" R W ">a</p><p" R ">b</p>", "the first"},
    {"<img src=\"a\"><div>b</div>", "<img" R " src=\"a\"><div" R W ">b</div>",
	"a picture holds nothing"},
    {"<a href=\"/\">a</a>", "<a" R " href=\"/\">a</a>", "no other has room"},
    {"<TABLE></TABLE><ul></ul><section>", "<TABLE" R "></TABLE><ul" R
	"></ul><section" R W ">", "nor have tables and lists"},
    {"<x-card>a</x-card>", "<x-card" R W ">a</x-card>", "elements of a site"},
    {"@<ab>@</ab>@", "@<ab" R W ">@</ab>@", "its name begins alike; marks"},
    {"text", "text", "no element"},
};

static void
test_canvas_first_element_with_room_is_named(void **state)
{
	struct tsr_arena arena = {0};
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(firsts); i++)
		check(&firsts[i], true, &arena);
	tsr_arena_free(&arena);
}

static void
test_canvas_region_that_is_personal_says_so(void **state)
{
	struct tsr_arena arena = {0};
	struct tsr_canvas c;

	(void)state;
	load(&c, &arena, "<p>a</p><b>c</b>");
	tsr_canvas_region(&c, TSR_LIT("s"), true, false);
	assert_true(tsr_span_eq(tsr_buf_view(&c.buf),
	    TSR_LIT("<p data-personalized-region=\"s\" data-personalized>a</p>"
		    "<b data-personalized-region=\"s\" data-personalized>c</b>")));
	tsr_canvas_free(&c);
	tsr_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_canvas_region_is_on_every_outermost_element),
	    cmocka_unit_test(test_canvas_first_element_with_room_is_named),
	    cmocka_unit_test(test_canvas_region_that_is_personal_says_so),
	};

	return cmocka_run_group_tests_name("canvas", tests, NULL, NULL);
}
