/*
 * Markdown: the HTML of each construct, ids, places, and what is refused.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/pool.h"
#include "build/read/markdown.h"
#include "core/limits.h"
#include "lib/markup_check.h"

static const struct tsr_span prefixes[] = {{(const uint8_t *)"md-", 3}};
static const struct tsr_richhtml allowed = {
    .class_prefixes = prefixes, .class_prefix_count = 1};
static const struct tsr_markdown plain = {.html = &allowed};

struct world {
	struct tsr_arena arena;
	struct tsr_diag diag;
	struct tsr_markdown_result result;
	bool good;
};

static void
render(struct world *w, struct tsr_span md, const struct tsr_markdown *options)
{
	struct tsr_markup_text text = {
	    .text = md, .where = {1, 0, 0}, .verbatim = true};

	memset(w, 0, sizeof(*w));
	tsr_diag_init(&w->diag, &w->arena);
	w->good = tsr_markdown_render(
	    &w->result, &text, options, &w->arena, &w->diag);
}

static struct tsr_span
text_of(const char *s)
{
	return tsr_span_of(s, strlen(s));
}

static void
test_markdown_each_text_comes_out_as_the_row_says(void **state)
{
	static const struct {
		const char *in, *out, *why;
	} rows[] = {
	    {"", "", "nothing stays nothing"},
	    {"a *b* **c** `d<`", "<p>a <em>b</em> <strong>c</strong> "
		"<code>d&lt;</code></p>\n", "words"},
	    {"a\nb  \nc", "<p>a\nb<br>\nc</p>\n", "breaks"},
	    {"# \xc3\x9c" "ber *uns*!", "<h1 id=\"\xc3\xbc" "ber-uns\">"
		"\xc3\x9c" "ber <em>uns</em>!</h1>\n", "ids keep letters"},
	    {"# a\n## a\n# a", "<h1 id=\"a\">a</h1>\n<h2 id=\"a-2\">a</h2>\n"
		"<h1 id=\"a-3\">a</h1>\n", "ids are unique"},
	    {"# a-2\n# a\n# a", "<h1 id=\"a-2\">a-2</h1>\n<h1 id=\"a\">a</h1>\n"
		"<h1 id=\"a-3\">a</h1>\n", "also against written numbers"},
	    {"# !", "<h1 id=\"section\">!</h1>\n", "an id for no letters"},
	    {"[a](</x y?\xc3\xa4&b> \"t\")", "<p><a href=\"/x%20y?%C3%A4&amp;b\" "
		"title=\"t\">a</a></p>\n", "addresses are encoded"},
	    {"![a *b*](x.png) ![](y.png)", "<p><img src=\"x.png\" alt=\"a b\"> "
		"<img src=\"y.png\" alt=\"\" loading=\"lazy\"></p>\n",
		"all pictures but the first are lazy"},
	    {"![a ![b](c) d](e)", "<p><img src=\"e\" alt=\"a b d\"></p>\n",
		"a picture in a picture is its text"},
	    {"```c++ x\n<&\n```", "<pre><code class=\"language-c++\">&lt;&amp;\n"
		"</code></pre>\n", "code with its language"},
	    {"- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n", "tight list"},
	    {"3. a\n\n4. b", "<ol start=\"3\">\n<li><p>a</p>\n</li>\n<li>"
		"<p>b</p>\n</li>\n</ol>\n", "loose list with a start"},
	    {"- [x] a\n- [ ] b", "<ul>\n<li class=\"task\"><input "
		"type=\"checkbox\" checked=\"\" disabled=\"\"> a</li>\n"
		"<li class=\"task\"><input type=\"checkbox\" disabled=\"\"> b"
		"</li>\n</ul>\n", "tasks"},
	    {"|a|b|\n|:-|-:|\n|1|2|\n", "<div class=\"table-scroll\" "
		"tabindex=\"0\"><table>\n<thead>\n<tr>\n"
		"<th class=\"align-left\">a</th>\n<th class=\"align-right\">b"
		"</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n"
		"<td class=\"align-left\">1</td>\n<td class=\"align-right\">2"
		"</td>\n</tr>\n</tbody>\n</table></div>\n",
		"tables align by class and scroll"},
	    {"|a|\n|-|\n", "<div class=\"table-scroll\" tabindex=\"0\"><table>\n"
		"<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n</table></div>\n",
		"a table without rows"},
	    {"~~a~~", "<p><del>a</del></p>\n", "struck out"},
	    {"a www.example.org", "<p>a www.example.org</p>\n",
		"no address becomes a link by itself"},
	    {"a[^n]\n\n[^n]: b", "<p>a<sup class=\"footnote-ref\">"
		"<a href=\"#fn_1\" id=\"fnref_1\">1</a></sup></p>\n"
		"<section class=\"footnotes\">\n<ol>\n<li id=\"fn_1\">\n<p>b "
		"<a class=\"footnote-back\" href=\"#fnref_1\">\xe2\x86\xa9</a>"
		"</p>\n</li>\n</ol>\n</section>\n", "footnotes"},
	    {"a <kbd>b</kbd> c<br/>d", "<p>a <kbd>b</kbd> c<br>d</p>\n",
		"harmless tags in a line"},
	    {"<div class='md-x'>\n\n*a*\n\n</div>", "<div class=\"md-x\">\n"
		"<p><em>a</em></p>\n</div>\n", "raw blocks around Markdown"},
	    {"&copy; &lt;", "<p>\xc2\xa9 &lt;</p>\n", "references"},
	};
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		render(&w, text_of(rows[i].in), &plain);
		if (!tsr_span_eq(w.result.html, text_of(rows[i].out)))
			fail_msg("%s: got %.*s", rows[i].why,
			    (int)w.result.html.n,
			    (const char *)w.result.html.p);
		assert_true(w.good);
		assert_null(markup_check(w.result.html));
		tsr_arena_free(&w.arena);
	}
}

static void
test_markdown_mistakes_have_a_rule_and_a_place(void **state)
{
	static const struct {
		const char *in, *rule;
		uint32_t off;
		const char *why;
	} rows[] = {
	    {"x\n\n[a](javascript:b)", "U001", 7, "an unsafe link"},
	    {"> x\n> [a](data:b) [c](vbscript:d)", "U001", 10, "in a quote"},
	    {"![a](data:text/html,x)", "U001", 5, "an unsafe picture"},
	    {"a <script>x</script>", "H004", 2, "a script in a line"},
	    {"x\n\n<script>x</script>", "H004", 3, "a script in a block"},
	    {"a <b onclick=x>y</b>", "H004", 5, "a handler"},
	    {"a <i class=x>y</i>", "H006", 5, "a class that is not allowed"},
	    {"a <b>c", "M004", 2, "never closed"},
	    {"a *<b>* c</b>", "M004", 3, "closed elsewhere"},
	    {"a </b>", "M004", 2, "never opened"},
	    {"<div>\n\na", "M004", 0, "a block never closed"},
	    {"- <div>\n\n  a\n\n</div>", "M004", 2, "closed outside the list"},
	    {"a <div>b</div>", "M005", 2, "a block in a line"},
	    {"[a <a href=x>b</a>](c)", "M005", 3, "a link in a link"},
	    {"<a href=x>[b](c)</a>", "M005", 10, "the other way round"},
	    {"<table>\n\n<tr>\n\n</table>", "M005", 0, "a table in pieces"},
	    {"<iframe src=https://x></iframe>", "H007", 12, "a frame"},
	    {"<unknown>a</unknown>", "H005", 0, "no such element"},
	};
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		render(&w, text_of(rows[i].in), &plain);
		if (w.good || w.diag.count == 0 ||
		    strcmp(w.diag.list[0].rule, rows[i].rule) != 0 ||
		    w.diag.list[0].where.off != rows[i].off)
			fail_msg("%s: got %s at %u (%s)", rows[i].why,
			    w.diag.count > 0 ? w.diag.list[0].rule : "nothing",
			    w.diag.count > 0 ? w.diag.list[0].where.off : 0,
			    w.diag.count > 0 ? w.diag.list[0].text : "");
		assert_null(markup_check(w.result.html));
		tsr_arena_free(&w.arena);
	}
}

static void
test_markdown_headings_excerpt_and_words_are_told(void **state)
{
	struct tsr_markdown options = plain;
	struct world w;

	(void)state;
	options.heading_shift = 1;
	options.id_prefix = TSR_LIT("p-");
	render(&w, TSR_LIT("# One `x`\n\nThe *first* [par](/a)\nit's.\n\n"
	    "###### Six\n\n\xe6\x97\xa5\xe6\x9c\xac"), &options);
	assert_true(w.good);
	assert_int_equal(w.result.heading_count, 2);
	assert_int_equal(w.result.headings[0].level, 2);
	assert_int_equal(w.result.headings[1].level, 6);
	assert_true(tsr_span_eq(w.result.headings[0].id, TSR_LIT("p-one-x")));
	assert_true(tsr_span_eq(w.result.headings[0].text, TSR_LIT("One x")));
	assert_int_equal(w.result.headings[1].where.off, 40);
	assert_true(tsr_span_eq(
	    w.result.excerpt, TSR_LIT("The first par it's.")));
	assert_int_equal(w.result.words, 9);
	tsr_arena_free(&w.arena);
}

static bool
move(void *ctx, struct tsr_buf *out, struct tsr_span url,
    struct tsr_where where)
{
	*(uint32_t *)ctx = where.off;
	tsr_buf_text(out, "/de/");
	tsr_buf_add(out, url);
	return true;
}

static bool
measure(void *ctx, struct tsr_buf *out, struct tsr_markup_image *image,
    struct tsr_span url, struct tsr_where where)
{
	(void)ctx;
	(void)where;
	tsr_buf_add(out, url);
	image->width = 30;
	image->height = 40;
	return url.n < 4;
}

static void
test_markdown_hooks_see_addresses_and_their_places(void **state)
{
	uint32_t off = 0;
	const struct tsr_markup_hooks hooks = {&off, move, measure};
	struct tsr_richhtml html = allowed;
	struct tsr_markdown options = {.html = &html};
	struct world w;

	(void)state;
	html.hooks = &hooks;
	render(&w, TSR_LIT("![x](a.b)\nand [y](page:home)"), &options);
	assert_true(w.good);
	assert_int_equal(off, 18);
	assert_true(tsr_span_eq(w.result.html, TSR_LIT(
	    "<p><img src=\"a.b\" alt=\"x\" width=\"30\" height=\"40\">\n"
	    "and <a href=\"/de/page:home\">y</a></p>\n")));
	tsr_arena_free(&w.arena);
	render(&w, TSR_LIT("![x](long.b)"), &options);
	assert_false(w.good);
	assert_true(tsr_span_eq(w.result.html, TSR_LIT("<p></p>\n")));
	tsr_arena_free(&w.arena);
}

static void
test_markdown_size_depth_and_headings_end_at_their_caps(void **state)
{
	struct tsr_buf text;
	struct world w;
	unsigned more, i;

	(void)state;
	tsr_buf_init(&text, 1000000);
	for (more = 0; more < 2; more++) {
		tsr_buf_clear(&text);
		tsr_buf_fill(&text, 'x', TSR_MARKUP_MAX + more);
		render(&w, tsr_buf_view(&text), &plain);
		assert_int_equal(w.good, more == 0);
		tsr_arena_free(&w.arena);
		/* The document and the paragraph count too. */
		tsr_buf_clear(&text);
		tsr_buf_fill(&text, '>', TSR_MARKUP_DEPTH - 2 + more);
		tsr_buf_text(&text, "x");
		render(&w, tsr_buf_view(&text), &plain);
		assert_int_equal(w.good, more == 0);
		tsr_arena_free(&w.arena);
		tsr_buf_clear(&text);
		for (i = 0; i < TSR_MARKUP_HEADINGS + more; i++)
			tsr_buf_text(&text, "# a\n");
		render(&w, tsr_buf_view(&text), &plain);
		assert_int_equal(w.good, more == 0);
		assert_int_equal(w.result.heading_count, TSR_MARKUP_HEADINGS);
		tsr_arena_free(&w.arena);
	}
	tsr_buf_free(&text);
}

/* Texts on which a Markdown parser's time or memory could explode. */
static void
test_markdown_explosions_are_stopped(void **state)
{
	static const char *const units[] = {"[", "[a](", "![", "*a **a ", "`",
	    "> ", "- ", "|a", "|\n|-\n", "<", "<b>", "<!--", "[^a]: ", "&",
	    "[a][", "a*", "_a__b", "\\", "<a href=\"", "~~a", "[a]: /x\n",
	    "| a |\n| - |\n", "x[^1] \n\n[^1]: x", "1) ", "* \n"};
	struct tsr_buf text;
	struct world w;
	size_t i;

	(void)state;
	tsr_buf_init(&text, TSR_MARKUP_MAX);
	for (i = 0; i < TSR_COUNT_OF(units); i++) {
		tsr_buf_clear(&text);
		while (text.n + 20 < 20000)
			tsr_buf_text(&text, units[i]);
		render(&w, tsr_buf_view(&text), &plain);
		if (markup_check(w.result.html) != NULL)
			fail_msg("%s: %s", units[i],
			    markup_check(w.result.html));
		tsr_arena_free(&w.arena);
	}
	/* One long address, used many times. */
	tsr_buf_clear(&text);
	tsr_buf_text(&text, "[a]: /");
	tsr_buf_fill(&text, 'x', 20000);
	tsr_buf_text(&text, "\n\n");
	for (i = 0; i < 1000; i++)
		tsr_buf_text(&text, "[a] ");
	render(&w, tsr_buf_view(&text), &plain);
	assert_false(w.good);
	assert_string_equal(w.diag.list[0].rule, "M007");
	tsr_arena_free(&w.arena);
	tsr_buf_free(&text);
}

static void
render_one(void *ctx, size_t item, unsigned worker)
{
	struct world w;

	(void)worker;
	render(&w, TSR_LIT("# a\n\n|a|\n|-|\n|[x](y)|\n\n<b>c</b> d[^1]\n\n"
	    "[^1]: e"), &plain);
	((size_t *)ctx)[item] = w.good ? w.result.html.n : 0;
	tsr_arena_free(&w.arena);
}

static void
test_markdown_threads_do_not_disturb_each_other(void **state)
{
	size_t sizes[200] = {0}, i;

	(void)state;
	tsr_pool_run(render_one, sizes, TSR_COUNT_OF(sizes), 4);
	for (i = 0; i < TSR_COUNT_OF(sizes); i++)
		assert_true(sizes[i] > 0 && sizes[i] == sizes[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_markdown_each_text_comes_out_as_the_row_says),
	    cmocka_unit_test(test_markdown_mistakes_have_a_rule_and_a_place),
	    cmocka_unit_test(test_markdown_headings_excerpt_and_words_are_told),
	    cmocka_unit_test(test_markdown_hooks_see_addresses_and_their_places),
	    cmocka_unit_test(
		test_markdown_size_depth_and_headings_end_at_their_caps),
	    cmocka_unit_test(test_markdown_explosions_are_stopped),
	    cmocka_unit_test(test_markdown_threads_do_not_disturb_each_other),
	};

	tsr_markdown_setup();
	return cmocka_run_group_tests_name("markdown", tests, NULL, NULL);
}
