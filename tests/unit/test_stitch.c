/*
 * Stitching: whatever the visitor chooses, the reply is one gzip member that
 * zlib decodes to the padded page.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "build/render/fold.h"
#include "core/crc.h"
#include "core/decide.h"
#include "lib/small.h"
#include "lib/visitor.h"

#define QUERIES 6
#define PAGES 300
#define VISITS 6

static const char attributes[] =
    "{\"q0\": {\"type\": \"string\", \"source\": \"query:q0\"},"
    " \"q1\": {\"type\": \"string\", \"source\": \"query:q1\"},"
    " \"q2\": {\"type\": \"string\", \"source\": \"query:q2\"},"
    " \"q3\": {\"type\": \"string\", \"source\": \"query:q3\"},"
    " \"q4\": {\"type\": \"string\", \"source\": \"query:q4\","
    "          \"tier\": \"segment\"},"
    " \"q5\": {\"type\": \"string\", \"source\": \"query:q5\","
    "          \"tier\": \"segment\"},"
    " \"name\": {\"type\": \"string\", \"source\": \"query:name\","
    "            \"text\": {\"maxLength\": 24, \"fallback\": \"there\"}},"
    " \"key\": {\"type\": \"string\", \"source\": \"query:key\"}}";

/* Names as a query has them, and what they decode to. */
static const struct {
	const char *query, *text;
} names[] = {
    {"", ""},
    {"Ada", "Ada"},
    {"%3Cscript%3Ealert(1)%3C/script%3E", "<script>alert(1)</script>"},
    {"%22%20onload=%22x%27%26amp;", "\" onload=\"x'&amp;"},
    {"%26%26%26%26%26%26%26%26%26%26%26%26%26%26%26%26%26%26%26%26%26%26%26",
	"&&&&&&&&&&&&&&&&&&&&&&&"},
    {"%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9"
     "%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9"
     "%C3%A9%C3%A9",
	"éééééééééééééééééééééééééé"},
    {"%F0%9F%8F%94%F0%9F%8F%94", "\xf0\x9f\x8f\x94\xf0\x9f\x8f\x94"},
    {"a%0D%0Ab", "a\r\nb"},
    {"%3C/b%3E%3C!--", "</b><!--"},
};

static const char *const keys[] = {"", "k0", "k1", "k2", "none"};

struct world {
	struct tsr_small s;
	struct tsr_dice dice;
	uint32_t chains[QUERIES][4]; /* decisions by rules - 1 */
	/* The visitor under way. */
	struct tsr_json visitor;
	struct tsr_span name, key;
};

static uint32_t
below(struct world *w, uint32_t n)
{
	return tsr_dice_below(&w->dice, n);
}

static const char *const blocks[] = {
    "<section class=\"hero\"><h1>Up the hill</h1><p>Go.</p></section>",
    "<section class=\"hero wide\"><h1>Down</h1><img src=\"/a.svg\" alt=\"\"/>"
    "</section>",
    "<article id=a><h2>Boots &amp; more</h2><a href=\"/x\">See</a></article>",
    "<ul><li>One<li>Two<li>Three</ul>",
    "<p>A text of one's own, long enough to be found again by deflate.</p>",
    "<br>",
    "<div data-x='1' data-y=\"2\"><svg viewBox=\"0 0 1 1\"><path d=\"M0 0\"/>"
    "</svg></div>",
    "<!-- a note --><hr>",
    "<table><tr><td>1<td>2</table>",
    "<p>\xc3\x9c" "ber den Berg</p>",
};

static struct tsr_item
random_text(struct world *w)
{
	struct tsr_item item;
	char *p;
	uint32_t i;

	switch (below(w, 14)) {
	case 0:
		return tsr_small_text("words without a tag");
	case 1:
		/* Further apart than TSR_PAD_SPREAD. */
		p = tsr_arena_alloc(&w->s.arena, 6000);
		for (i = 0; i < 5000; i++)
			p[i] = (char)('a' + below(w, 26));
		memcpy(p + 5000, "<br>", 4);
		item = tsr_small_text(p);
		return item;
	default:
		return tsr_small_text(blocks[below(w, TSR_COUNT_OF(blocks))]);
	}
}

static struct tsr_choice random_choice(
    struct world *w, struct tsr_small *s, unsigned depth, bool list);

static struct tsr_item
random_slot(struct world *w, unsigned depth)
{
	uint32_t q = below(w, QUERIES), n = below(w, 4), i;
	struct tsr_choice *choices =
	    TSR_NEW_ARRAY(&w->s.arena, struct tsr_choice, n + 2);
	bool list = below(w, 5) == 0;
	struct tsr_item slot;

	for (i = 0; i < n + 2; i++)
		choices[i] = random_choice(w, &w->s, depth + 1, list);
	slot = tsr_small_slot("slot", w->chains[q][n], choices, n + 2);
	slot.list = list;
	return slot;
}

static uint32_t
random_items(struct world *w, struct tsr_item *items, unsigned depth)
{
	uint32_t n = 0, i, count = 1 + below(w, depth == 0 ? 8 : 4);

	for (i = 0; i < count; i++) {
		switch (below(w, 8)) {
		case 0:
		case 1:
		case 2:
			if (depth < TSR_SLOT_DEPTH) {
				items[n++] = random_slot(w, depth);
				break;
			}
			/* fallthrough */
		case 3:
		case 4:
		case 5:
			items[n++] = random_text(w);
			break;
		case 6:
			items[n++] = tsr_small_text("<b>Hello ");
			items[n++] = tsr_small_field(
			    tsr_small_attribute(&w->s, "name"),
			    TSR_ESCAPE_TEXT, "there & <you>", 24);
			items[n++] = tsr_small_text("</b>");
			break;
		default:
			if (below(w, 3) == 0) {
				items[n++] = tsr_small_fragment(
				    tsr_small_attribute(&w->s, "key"), 0);
				break;
			}
			items[n++] = tsr_small_text("<i title=\"");
			items[n++] = tsr_small_field(
			    tsr_small_attribute(&w->s, "name"),
			    TSR_ESCAPE_ATTRIBUTE, "", 3);
			items[n++] = tsr_small_text("\">x</i>");
			break;
		}
	}
	return n;
}

static struct tsr_choice
random_choice(
    struct world *w, struct tsr_small *s, unsigned depth, bool list)
{
	struct tsr_item items[32];
	struct tsr_choice choice = {.name = TSR_LIT("choice")};
	uint32_t i, n = list ? 1 + below(w, 5) : 1;

	if (below(w, 6) == 0)
		return tsr_small_choice(s, "omitted", NULL, 0);
	choice.rows = TSR_NEW_ARRAY(&s->arena, struct tsr_row, n);
	choice.count = n;
	for (i = 0; i < n; i++) {
		items[0] = random_text(w);
		choice.rows[i] = tsr_small_choice(s, "row", items,
		    list ? 1 : random_items(w, items, depth)).rows[0];
	}
	return choice;
}

static void
random_page(struct world *w, size_t number)
{
	uint32_t q = below(w, QUERIES), n = below(w, 4), i;
	struct tsr_choice *editions =
	    TSR_NEW_ARRAY(&w->s.arena, struct tsr_choice, 5);
	bool several = below(w, 5) == 0;
	struct tsr_item items[32];

	for (i = 0; i < (several ? n + 2 : 1); i++)
		editions[i] = tsr_small_choice(&w->s, "edition", items,
		    random_items(w, items, 0));
	assert_true(tsr_small_page(&w->s,
	    tsr_arena_printf(&w->s.arena, "/p%zu", number), editions, i,
	    several ? w->chains[q][n] : 0));
}

static uint32_t
outcome(void *ctx, uint32_t decision)
{
	struct world *w = ctx;

	return tsr_rules_interpret(
	    w->s.rules, decision, &w->visitor, TSR_SMALL_NOW);
}

static struct tsr_span
value(void *ctx, uint32_t attribute)
{
	struct world *w = ctx;

	return attribute == tsr_small_attribute(&w->s, "key") ? w->key
							       : w->name;
}

static struct tsr_span
fragment(void *ctx, uint32_t set, uint32_t attribute)
{
	struct world *w = ctx;
	uint32_t i;

	(void)attribute;
	for (i = 0; i < w->s.sets[set].count; i++)
		if (tsr_span_eq(w->s.sets[set].ids[i], w->key))
			return w->s.html[set][i];
	return tsr_span_of(NULL, 0);
}

/* A visitor: the query and the same values for the interpreter. */
static const char *
random_visitor(struct world *w, size_t page)
{
	static const char *const values[] = {"v0", "v1", "v2", "v3", "other"};
	uint32_t name = below(w, TSR_COUNT_OF(names)), i;
	const char *key = keys[below(w, TSR_COUNT_OF(keys))], *v;
	struct tsr_buf q;
	char *text;

	w->visitor.type = TSR_JSON_OBJECT;
	w->visitor.count = 0;
	w->visitor.u.members =
	    TSR_NEW_ARRAY(&w->s.arena, struct tsr_member, QUERIES);
	tsr_buf_init(&q, 4096);
	tsr_buf_printf(&q, "/p%zu?name=%s&key=%s", page, names[name].query, key);
	for (i = 0; i < QUERIES; i++) {
		struct tsr_member *m = TSR_NEW(&w->s.arena, struct tsr_member);

		if (below(w, 6) == 0)
			continue;
		v = values[below(w, TSR_COUNT_OF(values))];
		tsr_buf_printf(&q, "&q%u=%s", (unsigned)i, v);
		text = tsr_arena_printf(&w->s.arena, "q%u", (unsigned)i);
		m->name = tsr_span_of(text, 2);
		m->value = tsr_json_string(tsr_span_of(v, strlen(v)));
		memcpy((struct tsr_member *)(uintptr_t)w->visitor.u.members +
			w->visitor.count++,
		    m, sizeof(*m));
	}
	w->name = tsr_span_of(names[name].text, strlen(names[name].text));
	w->key = tsr_span_of(key, strlen(key));
	text = tsr_arena_cstr(&w->s.arena, tsr_buf_view(&q));
	tsr_buf_free(&q);
	return text;
}

static void
begin(struct world *w, uint64_t seed)
{
	static const char *const ids[] = {"k0", "k1", "k2"};
	static const char *const html[] = {
	    "<p>first</p>", "", "<p>the third fragment</p>"};
	char name[3] = "q0";
	uint32_t q, n;

	memset(w, 0, sizeof(*w));
	w->dice.state = seed;
	tsr_small_init(&w->s, attributes);
	tsr_small_set(&w->s, ids, html, 3);
	for (q = 0; q < QUERIES; q++)
		for (n = 0; n < 4; n++) {
			name[1] = (char)('0' + q);
			w->chains[q][n] = tsr_small_chain(&w->s, name, n + 1);
		}
}

/* The reply to one visitor of page i, in both codings. */
static void
check_visit(struct world *w, size_t i, struct tsr_buf *got,
    struct tsr_buf *expected)
{
	struct tsr_flat_choice choice = {w, outcome, value, fragment};
	const char *target = random_visitor(w, i);
	uint32_t edition = outcome(w, w->s.pages[i].decision);

	if (!tsr_small_get(&w->s, got, target))
		fail_msg("%s: not a gzip member, status %u", target,
		    (unsigned)w->s.answer.status);
	tsr_buf_clear(expected);
	tsr_pad_flatten(expected, &w->s.padded[i][edition], &choice);
	if (!tsr_span_eq(tsr_buf_view(got), tsr_buf_view(expected)))
		fail_msg("%s: decodes to something else:\n%.*s\n%.*s", target,
		    (int)got->n, (char *)got->p, (int)expected->n,
		    (char *)expected->p);
	assert_true(w->s.answer.length <= w->s.release.store.table.reply_max);
	tsr_small_ask(&w->s, "GET", target, NULL);
	assert_true(w->s.answer.decode);
	assert_false(w->s.body_reader.failed);
	assert_int_equal(w->s.answer.length, expected->n);
	assert_true(tsr_span_eq(
	    tsr_buf_view(&w->s.body), tsr_buf_view(expected)));
}

static void
test_stitch_random_pages_decode_to_the_padded_page(void **state)
{
	struct world *w = malloc(sizeof(*w));
	struct tsr_buf got, expected;
	size_t i, v;

	(void)state;
	begin(w, 2026);
	for (i = 0; i < PAGES; i++)
		random_page(w, i);
	tsr_small_open(&w->s);
	tsr_buf_init(&got, 1u << 26);
	tsr_buf_init(&expected, 1u << 26);
	for (i = 0; i < PAGES; i++)
		for (v = 0; v < VISITS; v++)
			check_visit(w, i, &got, &expected);
	tsr_buf_free(&got);
	tsr_buf_free(&expected);
	tsr_small_free(&w->s);
	free(w);
}

/* Every combination of four slots, one in the other and side by side. */
static void
test_stitch_every_combination_decodes(void **state)
{
	struct world *w = malloc(sizeof(*w));
	struct tsr_choice edition, *inner;
	struct tsr_item items[8];
	struct tsr_buf got;
	uint32_t i, d;

	(void)state;
	begin(w, 1);
	inner = TSR_NEW_ARRAY(&w->s.arena, struct tsr_choice, 2);
	items[0] = tsr_small_text("<i>a</i>");
	inner[0] = tsr_small_choice(&w->s, "v", items, 1);
	items[0] = tsr_small_text("<i>the other one</i>");
	inner[1] = tsr_small_choice(&w->s, "default", items, 1);
	for (d = 0; d + 1 < TSR_SLOT_DEPTH; d++) {
		struct tsr_choice *outer =
		    TSR_NEW_ARRAY(&w->s.arena, struct tsr_choice, 2);

		items[0] = tsr_small_text("<div>in ");
		items[1] = tsr_small_slot("s", w->chains[d][0], inner, 2);
		items[2] = tsr_small_text("</div>");
		outer[0] = tsr_small_choice(&w->s, "v", items, 3);
		items[0] = tsr_small_text("<p>out</p>");
		items[2] = items[1];
		items[1] = tsr_small_text("<b>x</b>");
		outer[1] = tsr_small_choice(&w->s, "default", items, 3);
		inner = outer;
	}
	items[0] = tsr_small_text("<main>");
	items[1] = tsr_small_slot("s", w->chains[3][0], inner, 2);
	items[2] = tsr_small_text("</main>");
	edition = tsr_small_choice(&w->s, "edition", items, 3);
	assert_true(tsr_small_page(&w->s, "/", &edition, 1, 0));
	tsr_small_open(&w->s);
	tsr_buf_init(&got, 1u << 20);
	for (i = 0; i < 16; i++) {
		char *target = tsr_arena_printf(&w->s.arena,
		    "/?q0=v%u&q1=v%u&q2=v%u&q3=v%u", i & 1, i >> 1 & 1,
		    i >> 2 & 1, i >> 3 & 1);
		const char *last = i & 1 ? ">the other one<" : ">a<";

		assert_true(tsr_small_get(&w->s, &got, target));
		tsr_buf_byte(&got, 0);
		assert_non_null(strstr((char *)got.p, last));
		assert_true((strstr((char *)got.p, "out") != NULL) ==
		    ((i >> 1) != 0));
	}
	tsr_buf_free(&got);
	tsr_small_free(&w->s);
	free(w);
}

/* A page of which all slots are of the segment tier has no slots left. */
static void
test_stitch_folded_page_has_whole_editions(void **state)
{
	struct world *w = malloc(sizeof(*w));
	struct tsr_choice *edition, *choices;
	struct tsr_item items[4];
	struct tsr_page *page;
	struct tsr_buf got;

	(void)state;
	begin(w, 3);
	choices = TSR_NEW_ARRAY(&w->s.arena, struct tsr_choice, 2);
	items[0] = tsr_small_text("<i>a</i>");
	choices[0] = tsr_small_choice(&w->s, "a", items, 1);
	choices[1] = tsr_small_choice(&w->s, "default", NULL, 0);
	items[0] = tsr_small_text("<p>before</p>");
	items[1] = tsr_small_slot("s", w->chains[4][0], choices, 2);
	items[2] = tsr_small_slot("t", w->chains[5][0], choices, 2);
	edition = TSR_NEW(&w->s.arena, struct tsr_choice);
	*edition = tsr_small_choice(&w->s, "edition", items, 3);
	page = TSR_NEW(&w->s.arena, struct tsr_page);
	page->editions = edition;
	page->edition_count = 1;
	assert_true(tsr_fold_fits(page, w->s.rules));
	assert_false(tsr_fold_page(page, w->s.rules, 3, &w->s.arena));
	assert_int_equal(page->edition_count, 1);
	assert_true(tsr_fold_page(page, w->s.rules, 4, &w->s.arena));
	assert_int_equal(page->edition_count, 4);
	assert_true(tsr_small_page(&w->s, "/", page->editions,
	    page->edition_count, page->decision));
	assert_int_equal(w->s.packed[0].slot_count, 0);
	tsr_small_open(&w->s);
	tsr_buf_init(&got, 1u << 20);
	assert_true(tsr_small_get(&w->s, &got, "/?q4=v0&q5=x"));
	assert_true(tsr_span_eq(tsr_buf_view(&got),
	    TSR_LIT("<p>before</p><i>a</i><template></template>")));
	assert_true(tsr_small_get(&w->s, &got, "/?q5=v0"));
	assert_true(tsr_span_eq(tsr_buf_view(&got),
	    TSR_LIT("<p>before</p><template></template><i>a</i>")));
	assert_true(tsr_small_get(&w->s, &got, "/"));
	assert_true(tsr_span_eq(tsr_buf_view(&got),
	    TSR_LIT("<p>before</p><template></template><template></template>")));
	tsr_buf_free(&got);
	tsr_small_free(&w->s);
	free(w);
}

static const struct {
	const char *in;
	uint32_t characters;
	enum tsr_escape escape;
	size_t n;
	const char *out, *why;
} cuts[] = {
    {"Ada", 24, TSR_ESCAPE_TEXT, 48, "Ada", "plain text stays"},
    {"Ada", 2, TSR_ESCAPE_TEXT, 48, "Ad", "cut at the characters allowed"},
    {"\xc3\xa9\xc3\xa9", 2, TSR_ESCAPE_TEXT, 3, "\xc3\xa9",
	"a character is not cut in two"},
    {"<&>", 24, TSR_ESCAPE_TEXT, 48, "&lt;&amp;&gt;", "mark-up is escaped"},
    {"<&>", 24, TSR_ESCAPE_TEXT, 8, "&lt;", "an entity is not cut in two"},
    {"\"'", 24, TSR_ESCAPE_TEXT, 48, "&quot;'", "' needs no escape in text"},
    {"\"'", 24, TSR_ESCAPE_ATTRIBUTE, 48, "&quot;&#39;", "but in attributes"},
    {"a\nb", 24, TSR_ESCAPE_TEXT, 48, "a", "control characters end it"},
    {"a\x7f", 24, TSR_ESCAPE_TEXT, 48, "a", "DEL too"},
    {"a\x80z", 24, TSR_ESCAPE_TEXT, 48, "a", "so does what is no UTF-8"},
    {"a\xc3", 24, TSR_ESCAPE_TEXT, 48, "a", "a sequence that ends early"},
    {"a\xc0\xafz", 24, TSR_ESCAPE_TEXT, 48, "a", "two bytes for a slash"},
    {"a\xe0\x80\xafz", 24, TSR_ESCAPE_TEXT, 48, "a", "three for a slash"},
    {"a\xed\xa0\x80z", 24, TSR_ESCAPE_TEXT, 48, "a", "a surrogate"},
    {"a\xf0\x80\x80\xafz", 24, TSR_ESCAPE_TEXT, 48, "a", "four for a slash"},
    {"a\xf4\x90\x80\x80z", 24, TSR_ESCAPE_TEXT, 48, "a", "beyond Unicode"},
    {"\xf4\x8f\xbf\xbf", 24, TSR_ESCAPE_TEXT, 48, "\xf4\x8f\xbf\xbf",
	"the last character"},
};

static void
test_stitch_values_are_cut_whole_and_escaped(void **state)
{
	uint8_t out[64];
	size_t i, n;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(cuts); i++) {
		n = tsr_escape_cut(out, cuts[i].n,
		    tsr_span_of(cuts[i].in, strlen(cuts[i].in)),
		    cuts[i].characters, cuts[i].escape);
		if (!tsr_span_eq(tsr_span_of(out, n),
			tsr_span_of(cuts[i].out, strlen(cuts[i].out))))
			fail_msg("%s: %.*s", cuts[i].why, (int)n, (char *)out);
	}
}

/* A store of one page of texts, each field as long as lengths says. */
static enum tsr_err
run_texts(const uint32_t *lengths, uint32_t count)
{
	uint8_t parts[8 * TSR_PART_SIZE] = {0}, texts[8 * TSR_TEXT_SIZE] = {0};
	uint8_t program[TSR_PROGRAM_SIZE] = {0}, page[TSR_PAGE_SIZE] = {0};
	struct {
		uint8_t before[64];
		struct tsr_stitch stitch;
		uint8_t after[9000];
	} *room = calloc(1, sizeof(*room));
	struct tsr_request request = {.now = 0};
	struct tsr_visit *visit = calloc(1, sizeof(*visit));
	struct tsr_store store = {.pack_count = 0};
	struct tsr_span pieces[16];
	enum tsr_err err;
	uint32_t i;

	for (i = 0; i < count; i++) {
		parts[i * TSR_PART_SIZE] = TSR_PART_TEXT;
		tsr_put32(parts + i * TSR_PART_SIZE + 4, i);
		tsr_put32(texts + i * TSR_TEXT_SIZE + 4, lengths[i]);
	}
	tsr_put32(program + 4, count);
	store.table.sections[TSR_SECTION_PART].p = parts;
	store.table.sections[TSR_SECTION_PART].count = count;
	store.table.sections[TSR_SECTION_TEXT].p = texts;
	store.table.sections[TSR_SECTION_TEXT].count = count;
	store.table.sections[TSR_SECTION_PROG].p = program;
	store.table.sections[TSR_SECTION_PROG].count = 1;
	tsr_visit_init(visit, &store.table, &request, page);
	tsr_stitch_init(&room->stitch, pieces, TSR_COUNT_OF(pieces));
	err = tsr_stitch_run(&room->stitch, &store, visit, 0);
	for (i = 0; i < sizeof(room->after); i++)
		assert_int_equal(room->after[i], 0);
	free(visit);
	free(room);
	return err;
}

static void
test_stitch_texts_fill_the_scratch_and_no_more(void **state)
{
	static const struct {
		uint32_t lengths[4];
		uint32_t count;
		enum tsr_err expected;
		const char *why;
	} rows[] = {
	    {{TSR_STITCH_SCRATCH - 5}, 1, TSR_OK, "one field of all there is"},
	    {{TSR_STITCH_SCRATCH - 4}, 1, TSR_RANGE, "one too long"},
	    {{4091, 4091}, 2, TSR_OK, "two that fill it"},
	    {{4091, 4091, 4000}, 3, TSR_RANGE, "no room for a third"},
	    {{4091, 4088, 0}, 3, TSR_RANGE, "no room for a header"},
	    {{8186, 100}, 2, TSR_RANGE, "one byte is left"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++)
		if (run_texts(rows[i].lengths, rows[i].count) !=
		    rows[i].expected)
			fail_msg("%s", rows[i].why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_stitch_values_are_cut_whole_and_escaped),
	    cmocka_unit_test(test_stitch_texts_fill_the_scratch_and_no_more),
	    cmocka_unit_test(test_stitch_every_combination_decodes),
	    cmocka_unit_test(test_stitch_folded_page_has_whole_editions),
	    cmocka_unit_test(
		test_stitch_random_pages_decode_to_the_padded_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
