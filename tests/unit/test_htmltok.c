/*
 * Places in HTML: what may be printed at the end of a text, the same for every
 * way to cut it, and blanks that change nothing.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <gumbo.h>

#include "base/buf.h"
#include "build/read/htmltok.h"

static const struct {
	const char *html;
	enum tsr_hole want;
	const char *says;
} rows[] = {
    {"", TSR_HOLE_TEXT, "nothing yet"},
    {"a < b", TSR_HOLE_TEXT, "a lone bracket"},
    {"<p>", TSR_HOLE_TEXT, "behind a tag"},
    {"<", TSR_HOLE_TAG_NAME, "a tag may begin"},
    {"<?x ?>", TSR_HOLE_TEXT, "behind a processing instruction"},
    {"<? ", TSR_HOLE_COMMENT, "in a processing instruction"},
    {"</ x", TSR_HOLE_COMMENT, "in a bogus comment"},
    {"<!-- x -- ", TSR_HOLE_COMMENT, "dashes do not end a comment"},
    {"<!-->", TSR_HOLE_TEXT, "the shortest comment"},
    {"<!--->", TSR_HOLE_TEXT, "the second shortest"},
    {"<!--!>", TSR_HOLE_COMMENT, "a bang at the start ends nothing"},
    {"<!-- x --!>", TSR_HOLE_TEXT, "a bang at the end does"},
    {"<!DOCTYPE html>", TSR_HOLE_TEXT, "behind a doctype"},
    {"<![CDATA[", TSR_HOLE_COMMENT, "no CDATA in HTML"},
    {"<svg><![CDATA[<p>", TSR_HOLE_RAW, "CDATA in SVG"},
    {"<svg><![CDATA[]]]>", TSR_HOLE_TEXT, "behind CDATA"},
    {"<svg><foreignObject><![CDATA[", TSR_HOLE_COMMENT,
	"no CDATA in HTML within SVG"},
    {"<svg><p><![CDATA[", TSR_HOLE_COMMENT, "a paragraph ends SVG"},
    {"<svg/><![CDATA[", TSR_HOLE_COMMENT, "SVG that is closed at once"},
    {"<svg><title>", TSR_HOLE_TEXT, "a title of SVG is no raw text"},
    {"<svg><style>", TSR_HOLE_TEXT, "nor is its style"},
    {"<svg></svg><style>", TSR_HOLE_CSS, "behind SVG it is"},
    {"<title>", TSR_HOLE_RCDATA, "a title"},
    {"<title></titl", TSR_HOLE_TAG_NAME, "half an end tag"},
    {"<title></titlex>", TSR_HOLE_RCDATA, "another end tag"},
    {"<title></TITLE >", TSR_HOLE_TEXT, "an end tag in capitals"},
    {"<textarea></title>", TSR_HOLE_RCDATA, "the wrong end tag"},
    {"<style></style x>", TSR_HOLE_TEXT, "an end tag with attributes"},
    {"<xmp><b>", TSR_HOLE_RAW, "raw text"},
    {"<plaintext></plaintext>", TSR_HOLE_RAW, "plain text never ends"},
    {"<a href=\"", TSR_HOLE_URL, "an address"},
    {"<A HREF = '", TSR_HOLE_URL, "an address in capitals"},
    {"<a href=\" \n", TSR_HOLE_URL, "an address behind blanks"},
    {"<a href=\"x", TSR_HOLE_URL_PATH, "behind a word"},
    {"<a href=\"/", TSR_HOLE_URL_SEGMENT, "behind a slash"},
    {"<a href=\"/x?", TSR_HOLE_URL_QUERY, "in a query"},
    {"<a href=\"https:", TSR_HOLE_URL_PATH, "behind an allowed scheme"},
    {"<a href=\"vbscript:", TSR_HOLE_URL_SCHEME, "behind another"},
    {"<img src=\"", TSR_HOLE_IMAGE_URL, "a picture's address"},
    {"<object data=\"", TSR_HOLE_URL, "an object's data"},
    {"<p data=\"", TSR_HOLE_ATTR, "data of no object"},
    {"<img srcset=\"a 1x, ", TSR_HOLE_SRCSET, "the second candidate"},
    {"<img srcset=\"a ", TSR_HOLE_CSS, "a candidate's width"},
    {"<p style='", TSR_HOLE_CSS, "a style"},
    {"<p onclick=\"", TSR_HOLE_EVENT, "an event handler"},
    {"<p/onclick=\"", TSR_HOLE_EVENT, "behind a slash"},
    {"<p a=\"\"onclick=\"", TSR_HOLE_EVENT, "without a blank"},
    {"<p a='>'b=\"", TSR_HOLE_ATTR, "a bracket in a value"},
    {"<p a=", TSR_HOLE_UNQUOTED, "no quote yet"},
    {"<p a=b", TSR_HOLE_UNQUOTED, "no quotes"},
    {"<p a=b ", TSR_HOLE_ATTR_NAME, "behind a value without quotes"},
    {"<script>", TSR_HOLE_SCRIPT, "the start of a script"},
    {"<script>a=", TSR_HOLE_SCRIPT, "behind an operator"},
    {"<script>return", TSR_HOLE_SCRIPT_PLACE, "a word is not finished"},
    {"<script>return ", TSR_HOLE_SCRIPT, "a word that expects a value"},
    {"<script>value ", TSR_HOLE_SCRIPT_PLACE, "a word that does not"},
    {"<script>(return (", TSR_HOLE_SCRIPT, "behind a parenthesis"},
    {"<script>a='</b>',", TSR_HOLE_SCRIPT, "another end tag in a string"},
    {"<script>a=/[/'\"]/g,", TSR_HOLE_SCRIPT, "quotes in a regex"},
    {"<script>a=b/c,'", TSR_HOLE_SCRIPT_PLACE, "a division and a string"},
    {"<script>a=(b)/c,", TSR_HOLE_SCRIPT_PLACE, "a slash in doubt"},
    {"<script>`${", TSR_HOLE_SCRIPT_PLACE, "code in a template literal"},
    {"<script><!--<script></script>", TSR_HOLE_SCRIPT_PLACE,
	"an end tag of an inner script"},
    {"<script><!--<script></script></script>", TSR_HOLE_TEXT,
	"and of the outer one"},
    {"<script><!--</script>", TSR_HOLE_TEXT, "a comment ends with it"},
    {"<script>a=<!", TSR_HOLE_SCRIPT_PLACE, "half a comment"},
    {"<script src=x type='text/template'>", TSR_HOLE_SCRIPT_TYPE,
	"an unknown type"},
    {"<script type=MODULE>", TSR_HOLE_SCRIPT, "a module"},
    {"<script type='module' type='x/y'>", TSR_HOLE_SCRIPT,
	"the first type counts"},
};

static void
test_htmltok_place_decides_what_may_be_printed(void **state)
{
	size_t i;
	int bad = 0;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		struct tsr_htmltok t;

		tsr_htmltok_init(&t);
		tsr_htmltok_feed(
		    &t, tsr_span_of(rows[i].html, strlen(rows[i].html)));
		if (tsr_htmltok_hole(&t) == rows[i].want)
			continue;
		bad++;
		print_message("%s: %s is %d (%s)\n", rows[i].says,
		    rows[i].html, (int)tsr_htmltok_hole(&t),
		    tsr_htmltok_text(&t));
	}
	assert_int_equal(bad, 0);
}

static void
test_htmltok_text_in_pieces_is_read_as_a_whole(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		struct tsr_span all =
		    tsr_span_of(rows[i].html, strlen(rows[i].html));

		for (k = 0; k <= all.n; k++) {
			struct tsr_htmltok t;

			tsr_htmltok_init(&t);
			tsr_htmltok_feed(&t, tsr_span_part(all, 0, k));
			tsr_htmltok_feed(&t, tsr_span_from(all, k));
			assert_int_equal(tsr_htmltok_hole(&t), rows[i].want);
		}
	}
}

static const char page[] =
    "<!DOCTYPE html><title>a > b</title><body class=x id='y z'  hidden>"
    "<!-- <p a> --><img src=a.png alt=\"<b>\"/><br/><p data-a=1/2>t</p >"
    "<input disabled value = 'v'checked><svg viewBox='0 0 1 1'><circle r=1 />"
    "</svg><script>if (a<b && c>d) x='</p>';</script><textarea> <p></textarea>"
    "<a href=x/>l</a><style>a>b{}</style>";

static void
write_tree(struct tsr_buf *out, const GumboNode *node)
{
	unsigned i;

	if (node->type != GUMBO_NODE_ELEMENT) {
		tsr_buf_printf(out, "[%s]", node->v.text.text);
		return;
	}
	tsr_buf_printf(out, "<%d", (int)node->v.element.tag);
	for (i = 0; i < node->v.element.attributes.length; i++) {
		const GumboAttribute *a = node->v.element.attributes.data[i];

		tsr_buf_printf(out, " %s=%s", a->name, a->value);
	}
	tsr_buf_byte(out, '>');
	for (i = 0; i < node->v.element.children.length; i++)
		write_tree(out, node->v.element.children.data[i]);
	tsr_buf_byte(out, '/');
}

static void
tree_of(struct tsr_buf *out, struct tsr_span html)
{
	GumboOutput *tree = gumbo_parse_with_options(
	    &kGumboDefaultOptions, (const char *)html.p, html.n);

	tsr_buf_clear(out);
	write_tree(out, tree->root);
	gumbo_destroy_output(&kGumboDefaultOptions, tree);
}

static void
test_htmltok_blanks_in_a_gap_change_nothing(void **state)
{
	struct tsr_span all = TSR_LIT(page);
	struct tsr_buf plain, padded, text;
	struct tsr_htmltok t;
	size_t i, gaps = 0;

	(void)state;
	tsr_buf_init(&plain, 1 << 16);
	tsr_buf_init(&padded, 1 << 16);
	tsr_buf_init(&text, 1 << 16);
	tree_of(&plain, all);
	tsr_htmltok_init(&t);
	for (i = 0; i < all.n; i++) {
		/* gumbo 0.10 does not know </svg > as an end tag. */
		if (tsr_htmltok_gap(&t, all.p[i]) &&
		    !tsr_span_ends(
			tsr_span_part(all, 0, i), TSR_LIT("</svg"))) {
			gaps++;
			tsr_buf_clear(&text);
			tsr_buf_add(&text, tsr_span_part(all, 0, i));
			tsr_buf_text(&text, "   ");
			tsr_buf_add(&text, tsr_span_from(all, i));
			tree_of(&padded, tsr_buf_view(&text));
			if (!tsr_span_eq(tsr_buf_view(&plain),
				tsr_buf_view(&padded)))
				fail_msg("a blank at %zu: %.40s", i, page + i);
		}
		tsr_htmltok_feed(&t, tsr_span_part(all, i, 1));
	}
	/* Every tag that ends in ">" has one, and every attribute. */
	assert_true(gaps >= 40);
	tsr_buf_free(&plain);
	tsr_buf_free(&padded);
	tsr_buf_free(&text);
}

static void
test_htmltok_branches_join_when_the_rest_is_read_alike(void **state)
{
	static const struct {
		const char *a, *b;
		bool joins;
		enum tsr_hole want;
	} pairs[] = {
	    {"<p>x", "y", true, TSR_HOLE_TEXT},
	    {"<p ", "<p a", true, TSR_HOLE_ATTR_NAME},
	    {"<p a='1'", "<p", true, TSR_HOLE_ATTR_NAME},
	    {"<p a='", "<p ", false, TSR_HOLE_COUNT},
	    {"<p a='", "<p a=\"", false, TSR_HOLE_COUNT},
	    {"<p a='", "<p href='", false, TSR_HOLE_COUNT},
	    {"<p href='", "<p href='/x", true, TSR_HOLE_URL_UNSURE},
	    {"<p href='/x", "<p href='/x?", true, TSR_HOLE_URL_QUERY},
	    {"<p href='/x", "<p href='ftp:", true, TSR_HOLE_URL_SCHEME},
	    {"<script>a=", "<script>a=1", true, TSR_HOLE_SCRIPT_PLACE},
	    {"<script>'", "<script>", true, TSR_HOLE_SCRIPT_PLACE},
	    {"<script>", "<style>", false, TSR_HOLE_COUNT},
	    {"<svg>", "", false, TSR_HOLE_COUNT},
	    {"<title>", "", false, TSR_HOLE_COUNT},
	};
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(pairs); i++) {
		struct tsr_htmltok a, b, out;

		tsr_htmltok_init(&a);
		tsr_htmltok_init(&b);
		tsr_htmltok_feed(
		    &a, tsr_span_of(pairs[i].a, strlen(pairs[i].a)));
		tsr_htmltok_feed(
		    &b, tsr_span_of(pairs[i].b, strlen(pairs[i].b)));
		assert_int_equal(tsr_htmltok_join(&out, &a, &b), pairs[i].joins);
		if (pairs[i].joins)
			assert_int_equal(
			    tsr_htmltok_hole(&out), pairs[i].want);
		assert_int_equal(tsr_htmltok_join(&out, &b, &a), pairs[i].joins);
		if (pairs[i].joins)
			assert_int_equal(
			    tsr_htmltok_hole(&out), pairs[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_htmltok_place_decides_what_may_be_printed),
	    cmocka_unit_test(test_htmltok_text_in_pieces_is_read_as_a_whole),
	    cmocka_unit_test(test_htmltok_blanks_in_a_gap_change_nothing),
	    cmocka_unit_test(
		test_htmltok_branches_join_when_the_rest_is_read_alike),
	};

	return cmocka_run_group_tests_name("htmltok", tests, NULL, NULL);
}
