/*
 * Padding: all variants of a slot become equally long, and no reader, script
 * or style sheet can tell.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <gumbo.h>

#include "build/render/pad.h"
#include "core/limits.h"
#include "lib/small.h"
#include "lib/visitor.h"

struct world {
	struct tsr_arena arena;
	struct tsr_diag diag;
	struct tsr_dice dice;
	uint32_t outcomes[64]; /* by decision */
	uint32_t decisions;
};

static uint32_t
below(struct world *w, uint32_t n)
{
	return tsr_dice_below(&w->dice, n);
}

/* ---- random mark-up ---- */

static void
add_attributes(struct world *w, struct tsr_buf *out)
{
	static const char *const list[] = {" class=\"a b\"", " id=x",
	    " title='it > that'", " hidden", " data-x=\"<b>\"", "  alt=\"\"",
	    " style=\"a:b\"", "\n\tlang = \"de\"", " data-url=/a/b", " x=y/"};
	uint32_t n = below(w, 4);

	while (n-- > 0)
		tsr_buf_text(out, list[below(w, TSR_COUNT_OF(list))]);
}

static void
add_markup(struct world *w, struct tsr_buf *out, unsigned depth)
{
	static const char *const tags[] = {
	    "div", "section", "p", "b", "article", "ul", "h2", "a", "pre"};
	static const char *const leaves[] = {"words &amp; <br/> more", "<br>",
	    "<img src=\"/a.svg\" alt=\"a > b\"/>", "<!-- <p a=\"b\"> -->",
	    "<style>a > b { c: \"<p >\" }</style>",
	    "<textarea> <b > </textarea>", "<input value=\"x  y\">",
	    "<script>if (a < b && c > d) e(\"<p>\")</script>",
	    "<svg viewBox=\"0 0 1 1\"><path d=\"M 0 0\"/><title>t</title></svg>",
	    "<script type=\"application/json\">{\"a\": \"<\\/p>\"}</script>",
	    "<!doctype html>", "a < b", "<table><tr><td>1<td>2</table>",
	    "<select><option>a<option selected>b</select>", "<hr />"};
	const char *tag = tags[below(w, TSR_COUNT_OF(tags))];
	uint32_t n = below(w, 4);

	if (depth == 0 || below(w, 3) == 0) {
		tsr_buf_text(out, leaves[below(w, TSR_COUNT_OF(leaves))]);
		return;
	}
	tsr_buf_printf(out, "<%s", tag);
	add_attributes(w, out);
	tsr_buf_byte(out, '>');
	while (n-- > 0)
		add_markup(w, out, depth - 1);
	tsr_buf_printf(out, "</%s>", tag);
}

static struct tsr_item
random_text(struct world *w)
{
	struct tsr_item item = {.kind = TSR_ITEM_TEXT};
	struct tsr_buf out;

	tsr_buf_init(&out, 1u << 20);
	add_markup(w, &out, 1 + below(w, 3));
	tsr_buf_text(&out, "<hr>");
	item.text = tsr_arena_dup(&w->arena, tsr_buf_view(&out));
	tsr_buf_free(&out);
	return item;
}

static struct tsr_item random_slot(struct world *w, unsigned depth);

static void
random_row(struct world *w, struct tsr_row *row, unsigned depth)
{
	uint32_t i;

	row->count = 1 + below(w, 4);
	row->items = TSR_NEW_ARRAY(&w->arena, struct tsr_item, row->count + 3);
	for (i = 0; i < row->count; i++)
		row->items[i] = depth > 0 && below(w, 3) == 0
		    ? random_slot(w, depth - 1)
		    : random_text(w);
	if (below(w, 4) == 0) {
		bool quoted = below(w, 2) != 0;

		row->items[row->count++] = tsr_small_text(
		    quoted ? "<i title=\"Dear " : "<b>Dear ");
		row->items[row->count++] = tsr_small_field(0,
		    quoted ? TSR_ESCAPE_ATTRIBUTE : TSR_ESCAPE_TEXT, "you",
		    5 + below(w, 20));
		row->items[row->count++] = tsr_small_text(
		    quoted ? "!\" hidden>x</i>" : " &amp; all</b>");
	}
}

static struct tsr_item
random_slot(struct world *w, unsigned depth)
{
	uint32_t n = 1 + below(w, 5), i, r;
	struct tsr_choice *choices =
	    TSR_NEW_ARRAY(&w->arena, struct tsr_choice, n);
	struct tsr_item slot;

	slot = tsr_small_slot("slot", w->decisions++ % 64, choices, n);
	slot.list = below(w, 4) == 0;
	for (i = 0; i < n; i++) {
		choices[i].name = TSR_LIT("v");
		choices[i].count = below(w, 8) == 0 ? 0
		    : slot.list			    ? 1 + below(w, 4)
						    : 1;
		choices[i].rows = TSR_NEW_ARRAY(
		    &w->arena, struct tsr_row, choices[i].count);
		for (r = 0; r < choices[i].count; r++)
			random_row(w, &choices[i].rows[r], slot.list ? 0 : depth);
	}
	return slot;
}

/* ---- what a browser makes of it ---- */

static void add_node(struct tsr_buf *out, const GumboNode *node);

static void
add_element(struct tsr_buf *out, const GumboElement *e)
{
	unsigned i;

	tsr_buf_printf(out, "<%d %d ", (int)e->tag, (int)e->tag_namespace);
	tsr_buf_add(out,
	    tsr_span_of(e->original_tag.data,
		e->tag == GUMBO_TAG_UNKNOWN ? 4 : 0));
	for (i = 0; i < e->attributes.length; i++) {
		const GumboAttribute *a = e->attributes.data[i];

		tsr_buf_printf(out, " %s=\"%s\"", a->name, a->value);
	}
	tsr_buf_text(out, ">\n");
	for (i = 0; i < e->children.length; i++)
		add_node(out, e->children.data[i]);
	tsr_buf_text(out, "</>\n");
}

static void
add_node(struct tsr_buf *out, const GumboNode *node)
{
	if (node->type == GUMBO_NODE_ELEMENT ||
	    node->type == GUMBO_NODE_TEMPLATE)
		add_element(out, &node->v.element);
	else
		tsr_buf_printf(
		    out, "%d %s\n", (int)node->type, node->v.text.text);
}

static void
tree(struct tsr_buf *out, struct tsr_span html)
{
	GumboOutput *parsed =
	    gumbo_parse_with_options(&kGumboDefaultOptions,
		html.n == 0 ? "" : (const char *)html.p, html.n);

	add_node(out, parsed->root);
	gumbo_destroy_output(&kGumboDefaultOptions, parsed);
}

/* ---- the checks ---- */

static uint32_t
outcome(void *ctx, uint32_t decision)
{
	return ((struct world *)ctx)->outcomes[decision];
}

static struct tsr_span
value(void *ctx, uint32_t attribute)
{
	struct world *w = ctx;

	(void)attribute;
	return w->outcomes[0] % 2 == 0 ? TSR_LIT("<A&\"'>") : TSR_LIT("");
}

/* Each variant of each slot has the slot's length, barriers aside. */
static size_t
check_lengths(const struct tsr_padded *v)
{
	size_t i, n = 0;
	uint32_t j;

	for (i = 0; i < v->count; i++) {
		const struct tsr_piece *p = &v->pieces[i];

		n += p->length;
		if (p->kind == TSR_ITEM_TEXT)
			assert_int_equal(p->length, p->text.n);
		for (j = 0; p->kind == TSR_ITEM_SLOT && j < p->count; j++) {
			size_t length = check_lengths(&p->variants[j]);

			if (!p->barrier)
				assert_int_equal(length, p->length);
		}
	}
	return n;
}

/* Without blanks and line ends both are the same, byte for byte. */
static void
check_blanks_alone(struct tsr_span padded, struct tsr_span plain)
{
	size_t i, j = 0;

	for (i = 0; i < padded.n; i++) {
		if (j < plain.n && padded.p[i] == plain.p[j])
			j++;
		else if (padded.p[i] != ' ')
			fail_msg("more than blanks: %.*s", (int)padded.n,
			    (const char *)padded.p);
	}
	assert_int_equal(j, plain.n);
}

static void
check_page(struct world *w, const struct tsr_choice *edition)
{
	struct tsr_flat_choice choice = {w, outcome, value, NULL};
	struct tsr_buf bufs[4];
	struct tsr_padded padded;
	size_t i, visit;

	if (!tsr_pad_edition(&padded, edition, &w->arena, &w->diag)) {
		struct tsr_buf plain;

		tsr_buf_init(&plain, 1u << 22);
		tsr_page_flatten(&plain, edition, NULL);
		fail_msg("%s: %.*s", w->diag.list[0].text, (int)plain.n,
		    (char *)plain.p);
	}
	check_lengths(&padded);
	for (i = 0; i < 4; i++)
		tsr_buf_init(&bufs[i], 1u << 22);
	for (visit = 0; visit < 4; visit++) {
		for (i = 0; i < 4; i++)
			tsr_buf_clear(&bufs[i]);
		for (i = 0; i < 64; i++)
			w->outcomes[i] = below(w, 6);
		tsr_pad_flatten(&bufs[0], &padded, &choice);
		tsr_page_flatten(&bufs[1], edition, &choice);
		check_blanks_alone(
		    tsr_buf_view(&bufs[0]), tsr_buf_view(&bufs[1]));
		tree(&bufs[2], tsr_buf_view(&bufs[0]));
		tree(&bufs[3], tsr_buf_view(&bufs[1]));
		if (!tsr_span_eq(
			tsr_buf_view(&bufs[2]), tsr_buf_view(&bufs[3])))
			fail_msg("another tree:\n%.*s\n%.*s", (int)bufs[0].n,
			    (char *)bufs[0].p, (int)bufs[1].n,
			    (char *)bufs[1].p);
	}
	for (i = 0; i < 4; i++)
		tsr_buf_free(&bufs[i]);
}

static void
test_pad_random_pages_keep_their_tree(void **state)
{
	struct world w = {.dice = {42}};
	size_t i;

	(void)state;
	for (i = 0; i < 400; i++) {
		struct tsr_row row;
		struct tsr_choice edition = {.rows = &row, .count = 1};

		tsr_diag_init(&w.diag, &w.arena);
		random_row(&w, &row, 3);
		check_page(&w, &edition);
		tsr_arena_free(&w.arena);
		memset(&w.arena, 0, sizeof(w.arena));
	}
}

static struct tsr_padded
pad_two(struct world *w, const char *a, const char *b)
{
	struct tsr_choice *choices =
	    TSR_NEW_ARRAY(&w->arena, struct tsr_choice, 2);
	struct tsr_row *rows = TSR_NEW_ARRAY(&w->arena, struct tsr_row, 3);
	struct tsr_item *items = TSR_NEW_ARRAY(&w->arena, struct tsr_item, 3);
	struct tsr_choice edition = {.rows = &rows[2], .count = 1};
	struct tsr_padded padded;
	uint32_t i;

	tsr_diag_init(&w->diag, &w->arena);
	items[0] = tsr_small_text(a);
	items[1] = tsr_small_text(b);
	for (i = 0; i < 2; i++) {
		rows[i].items = &items[i];
		rows[i].count = 1;
		choices[i].rows = &rows[i];
		choices[i].count = 1;
	}
	items[2] = tsr_small_slot("s", 0, choices, 2);
	rows[2].items = &items[2];
	rows[2].count = 1;
	assert_true(tsr_pad_edition(&padded, &edition, &w->arena, &w->diag));
	return padded;
}

static void
test_pad_spread_that_is_too_wide_is_a_barrier(void **state)
{
	static const struct {
		size_t longer;
		bool barrier;
		const char *why;
	} rows[] = {
	    {0, false, "equally long"},
	    {TSR_PAD_SPREAD, false, "as far apart as may be"},
	    {TSR_PAD_SPREAD + 1, true, "one byte further"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		struct world w = {.dice = {1}};
		char *b = tsr_arena_alloc(&w.arena, rows[i].longer + 20);
		struct tsr_padded padded;

		memset(b, 'x', rows[i].longer + 4);
		memcpy(b, "<br>", 4);
		padded = pad_two(&w, "<br>", b);
		if (padded.pieces[0].barrier != rows[i].barrier)
			fail_msg("%s", rows[i].why);
		tsr_arena_free(&w.arena);
	}
}

static void
test_pad_text_without_a_tag_is_a_barrier(void **state)
{
	static const struct {
		const char *text;
		bool barrier;
	} rows[] = {
	    {"words", true},
	    {"a < b", true},
	    {"<!-- <p > -->", true},
	    {"<b", true},
	    {"<b>", false},
	    {"x</b>", false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		struct world w = {.dice = {1}};
		struct tsr_padded padded =
		    pad_two(&w, "<br>", rows[i].text);

		if (padded.pieces[0].barrier != rows[i].barrier)
			fail_msg("%s", rows[i].text);
		tsr_arena_free(&w.arena);
	}
}

static void
test_pad_request_text_needs_a_tag_behind_it(void **state)
{
	struct world w = {.dice = {1}};
	struct tsr_item items[3];
	struct tsr_row row = {items, 2};
	struct tsr_choice edition = {.rows = &row, .count = 1};
	struct tsr_padded padded;

	(void)state;
	tsr_diag_init(&w.diag, &w.arena);
	items[0] = tsr_small_field(0, TSR_ESCAPE_TEXT, "you", 24);
	items[1] = tsr_small_text(" and no tag");
	assert_false(tsr_pad_edition(&padded, &edition, &w.arena, &w.diag));
	assert_int_equal(w.diag.errors, 1);
	assert_string_equal(w.diag.list[0].rule, "P001");
	items[1] = tsr_small_text(" and one</b>");
	assert_true(tsr_pad_edition(&padded, &edition, &w.arena, &w.diag));
	assert_true(tsr_span_eq(padded.pieces[0].text, TSR_LIT(" and one</b")));
	assert_int_equal(padded.pieces[0].length, 48 + 11);
	tsr_arena_free(&w.arena);
}

/* What variants share stands at the same offsets in all of them. */
static void
test_pad_shared_mark_up_is_aligned(void **state)
{
	struct world w = {.dice = {1}};
	struct tsr_padded padded = pad_two(&w,
	    "<div class=\"a\"><h2>Short</h2><a href=\"/x\">See it</a></div>",
	    "<div class=\"a\"><h2>A longer title</h2><a href=\"/x/y\">See "
	    "it</a></div>");
	const struct tsr_piece *slot = &padded.pieces[0];
	const char *a, *b;

	(void)state;
	assert_false(slot->barrier);
	a = (const char *)tsr_arena_dup(
	    &w.arena, slot->variants[0].pieces[0].text).p;
	b = (const char *)tsr_arena_dup(
	    &w.arena, slot->variants[1].pieces[0].text).p;
	assert_int_equal(strlen(a), strlen(b));
	assert_int_equal(strstr(a, "><a") - a, strstr(b, "><a") - b);
	assert_int_equal(strstr(a, ">See") - a, strstr(b, ">See") - b);
	tsr_arena_free(&w.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pad_spread_that_is_too_wide_is_a_barrier),
	    cmocka_unit_test(test_pad_text_without_a_tag_is_a_barrier),
	    cmocka_unit_test(test_pad_request_text_needs_a_tag_behind_it),
	    cmocka_unit_test(test_pad_shared_mark_up_is_aligned),
	    cmocka_unit_test(test_pad_random_pages_keep_their_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
