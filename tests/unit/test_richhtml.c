/*
 * Rich HTML: what is harmless stays as it was, the rest goes with a message,
 * and what comes out is what a browser reads.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "build/read/richhtml.h"
#include "core/limits.h"
#include "lib/markup_check.h"

static const struct tsr_span prefixes[] = {{(const uint8_t *)"rt-", 3}};
static const struct tsr_span hosts[] = {
    {(const uint8_t *)"video.example", 13}};
static const struct tsr_richhtml plain = {
    .class_prefixes = prefixes, .class_prefix_count = 1,
    .frame_hosts = hosts, .frame_host_count = 1};

struct world {
	struct tsr_arena arena;
	struct tsr_diag diag;
	struct tsr_buf out;
	bool good;
};

static void
clean(struct world *w, struct tsr_span html, const struct tsr_richhtml *options)
{
	struct tsr_markup_text text = {
	    .text = html, .where = {1, 0, 0}, .verbatim = true};

	memset(w, 0, sizeof(*w));
	tsr_diag_init(&w->diag, &w->arena);
	tsr_buf_init(&w->out, 16 * 1024 * 1024);
	w->good = tsr_richhtml_clean(&w->out, &text, options, &w->diag);
}

static void
forget(struct world *w)
{
	tsr_buf_free(&w->out);
	tsr_arena_free(&w->arena);
}

static struct tsr_span
text_of(const char *s)
{
	return tsr_span_of(s, strlen(s));
}

/* Safe, well-formed, and unchanged and unremarked when cleaned again. */
static void
check_output(struct world *w, const char *what, bool whole)
{
	struct world again;
	const char *why = markup_check(tsr_buf_view(&w->out));

	if (why != NULL)
		fail_msg("%s: %s in %.*s", what, why, (int)w->out.n,
		    (const char *)w->out.p);
	if (!whole)
		return;
	clean(&again, tsr_buf_view(&w->out), &plain);
	if (!tsr_span_eq(tsr_buf_view(&w->out), tsr_buf_view(&again.out)))
		fail_msg("%s: %.*s became %.*s", what, (int)w->out.n,
		    (const char *)w->out.p, (int)again.out.n,
		    (const char *)again.out.p);
	assert_int_equal(again.diag.errors, 0);
	forget(&again);
}

static void
test_richhtml_each_text_comes_out_as_the_row_says(void **state)
{
	static const struct {
		const char *in, *out, *rule, *why;
	} rows[] = {
	    {"", "", NULL, "nothing stays nothing"},
	    {"<p>a <b>b</b> &amp; c</p>", "<p>a <b>b</b> &amp; c</p>", NULL,
		"harmless text stays"},
	    {"<P CLASS='rt-x big'>a", "<p class=\"rt-x\">a</p>", "H006",
		"names in lower case, classes by their beginning"},
	    {"a<br/>b<hr>", "a<br>b<hr>", NULL, "void elements"},
	    {"<p>a<p>b", "<p>a</p><p>b</p>", NULL, "open elements are closed"},
	    {"<font color=red>a</font>", "a", "H005",
		"an unknown element goes, its content stays"},
	    {"<style>p{}</style>a", "a", "H005", "style goes with all it holds"},
	    {"a<script>alert(1)</script>b", "ab", "H004", "a script is an error"},
	    {"<p onclick='x()'>a</p>", "<p>a</p>", "H004",
		"a handler is an error"},
	    {"<p style='color:red' id=x>a</p>", "<p>a</p>", "H006",
		"style and id are left out"},
	    {"<a href='javascript:x'>a</a>", "<a>a</a>", "U001",
		"an unsafe address is an error"},
	    {"<a href=/x target=_blank>a</a>",
		"<a href=\"/x\" target=\"_blank\" rel=\"noopener\">a</a>", NULL,
		"a new window does not get its opener"},
	    {"<a href=/x target=_blank rel='opener nofollow'>a</a>",
		"<a href=\"/x\" target=\"_blank\" rel=\"nofollow noopener\">a</a>",
		NULL, "nor when the author asks for it"},
	    {"<img src=/x.png alt=y>",
		"<img src=\"/x.png\" alt=\"y\" loading=\"lazy\">", NULL,
		"pictures are loaded when they are near"},
	    {"<img src=/x.png>", "<img src=\"/x.png\" loading=\"lazy\">",
		"H008", "a picture should have alt"},
	    {"<iframe src='https://video.example/1' width=3></iframe>",
		"<iframe src=\"https://video.example/1\" width=\"3\"></iframe>",
		NULL, "a frame of a listed host"},
	    {"<iframe src='https://video.example.evil/1'></iframe>", "", "H007",
		"a host that only begins like it"},
	    {"<iframe src='https://video.example@evil/1'></iframe>", "", "H007",
		"a user that looks like a host"},
	    {"<table><tr><td colspan=2>a</table>",
		"<table><tbody><tr><td colspan=\"2\">a</td></tr></tbody></table>",
		NULL, "a table is completed"},
	    {"<pre>\n\nx</pre>", "<pre>\n\nx</pre>", NULL,
		"the line end that a parser takes is written again"},
	    {"<!-- c -->a<?pi?>", "a", NULL, "comments go without a word"},
	    {"<p>\xff</p>", "<p>\xef\xbf\xbd</p>", NULL, "no UTF-8"},
	    {"<p aria-label=x role=alert data-x=1>a</p>",
		"<p aria-label=\"x\">a</p>", "H006", "aria stays, data goes"},
	    {"<p><button><p>x</button>", "<p></p><p>x</p><p></p>", "H005",
		"what unwrapping makes invalid is settled"},
	};
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		clean(&w, text_of(rows[i].in), &plain);
		if (!tsr_span_eq(tsr_buf_view(&w.out), text_of(rows[i].out)))
			fail_msg("%s: got %.*s", rows[i].why, (int)w.out.n,
			    (const char *)w.out.p);
		if ((rows[i].rule == NULL) != (w.diag.count == 0) ||
		    (rows[i].rule != NULL &&
			strcmp(rows[i].rule, w.diag.list[0].rule) != 0))
			fail_msg("%s: message %s", rows[i].why,
			    w.diag.count ? w.diag.list[0].text : "missing");
		assert_int_equal(w.good, w.diag.errors == 0);
		check_output(&w, rows[i].why, true);
		forget(&w);
	}
}

/* Ways to smuggle code in, each a browser's or a sanitiser's past mistake. */
static const char *const hostile[] = {
    "<script>alert(1)</script>", "<SCRIPT SRC=//x></SCRIPT>",
    "<script/x>alert(1)</script>", "<scr<script>ipt>alert(1)</script>",
    "<<script>alert(1);//<</script>", "<script>a", "</script><script>a",
    "<img src=x onerror=alert(1)>", "<img/src=x/onerror=alert(1)>",
    "<img src=x\nonerror\n=\nalert(1)>", "<img src=x ONERROR=alert(1)>",
    "<img \"\"\"><script>alert(1)</script>\">", "<img src='x' onerror='a'b>",
    "<img src=javascript:alert(1)>", "<img src=`javascript:alert(1)`>",
    "<img src=data:text/html,x>", "<img src=data:image/svg+xml;base64,x>",
    "<image src=x onerror=alert(1)>", "<img srcset='x onerror=a'>",
    "<a href=javascript:alert(1)>x</a>", "<a href=JaVaScRiPt:alert(1)>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='&#x6A&#x61vascript:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href='&#1;javascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='vbscript:x'>x</a>", "<a href='data:text/html,<script>'>x</a>",
    "<a href='feed:javascript:x'>x</a>", "<a href='view-source:x'>x</a>",
    "<a href='blob:x'>x</a>", "<a href='file:///etc/passwd'>x</a>",
    "<a href='x' href='javascript:y'>x</a>",
    "<a xlink:href='javascript:x'>x</a>", "<a formaction=javascript:x>x</a>",
    "<a ping=//evil href=/x>x</a>", "<p style=\"x:expression(a)\">x</p>",
    "<p style='background:url(javascript:x)'>x</p>",
    "<div style=position:fixed>x</div>", "<body onload=a>x</body>",
    "<html onload=a>x</html>", "<svg onload=alert(1)>", "<svg/onload=a>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:a><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=a></style></svg>",
    "<svg><style>&lt;img src=x onerror=a&gt;</style></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=a>\">",
    "<svg><desc><noscript></noscript><img src=x onerror=a></desc></svg>",
    "<svg><foreignObject><p><img src=x onerror=a></foreignObject></svg>",
    "<svg><title><style><img src=x onerror=a></style></title></svg>",
    "<svg><![CDATA[<img src=x onerror=a>]]></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=a>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;"
    "&lt;img src=1 onerror=a&gt;\">",
    "<math><mi xlink:href=javascript:a>x</mi></math>",
    "<math><annotation-xml encoding=text/html><script>a</script>",
    "<math><annotation-xml><svg><p><style><img src=x onerror=a></style>",
    "<form><math><mtext></form><form><mglyph><style></math><img src "
    "onerror=a>",
    "<noscript><p title=\"</noscript><img src=x onerror=a>\">",
    "<noscript><style></noscript><img src=x onerror=a></style>",
    "<noembed><img title=\"</noembed><img src=x onerror=a>\">",
    "<noframes><img title=\"</noframes><img src=x onerror=a>\">",
    "<textarea><img title=\"</textarea><img src=x onerror=a>\">",
    "<title><img title=\"</title><img src=x onerror=a>\">",
    "<xmp><img title=\"</xmp><img src=x onerror=a>\">",
    "<iframe><img title=\"</iframe><img src=x onerror=a>\">",
    "<plaintext><img src=x onerror=a>",
    "<template><img src=x onerror=a></template>",
    "<template><script>a</script></template>",
    "<template><template></template><img src=x onerror=a>",
    "<select><template><img src=x onerror=a></template></select>",
    "<select><option><style></select><img src=x onerror=a></style>",
    "<table><tr><td><table><a><img src=x onerror=a>",
    "<table><script>a</script><td>x", "<table><style>a</style>",
    "<table><caption><svg><title></caption><img src=x onerror=a>",
    "<table><form><tr><td></form><form>x</table>",
    "<form action=javascript:a><input type=submit></form>",
    "<form><form><form><input formaction=javascript:a>",
    "<form id=x></form><button form=x formaction=javascript:a>y</button>",
    "<form><div></form><form>x", "<isindex action=javascript:a>",
    "<input onfocus=a autofocus>", "<keygen autofocus onfocus=a>",
    "<video onerror=a src=x></video>", "<video><source onerror=a></video>",
    "<video poster=javascript:a></video>", "<audio src=x onerror=a></audio>",
    "<details open ontoggle=a>x</details>", "<marquee onstart=a>x</marquee>",
    "<object data=javascript:a></object>", "<embed src=javascript:a>",
    "<applet code=x></applet>", "<iframe src=javascript:a></iframe>",
    "<iframe srcdoc='<script>a</script>'></iframe>",
    "<iframe src=https://video.example srcdoc='<script>a</script>'></iframe>",
    "<iframe src=https://video.example onload=a></iframe>",
    "<iframe src=//video.example></iframe>",
    "<iframe src=https:\\\\video.example\\..\\evil></iframe>",
    "<frameset><frame src=javascript:a></frameset>",
    "<base href=javascript:a//>", "<link rel=stylesheet href=//x>",
    "<meta http-equiv=refresh content='0;url=javascript:a'>",
    "<!--><img src=x onerror=a>-->", "<!--!><img src=x onerror=a>",
    "<!-- --!><img src=x onerror=a> -->", "<!---><img src=x onerror=a>",
    "<!--[if gte IE 4]><script>a</script><![endif]-->",
    "<![CDATA[<img src=x onerror=a>]]>", "<?xml <img src=x onerror=a>?>",
    "<?><img src=x onerror=a>", "</ <img src=x onerror=a>>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "<p title='\"><img src=x onerror=a>'>x</p>",
    "<p title=\"`onmouseover=a\">x</p>", "<p title=a&quot;onclick=a>x</p>",
    "<p id=body name=cookie class=x>clobber</p>",
    "<img name=getElementById src=x><form name=cookie>",
    "<p><b><i><p></b>x</i></p>", "<a><div><a href=x><p></a></div>",
    "<b><p><b><p><b><p>", "<i><table><i><td><i>", "<p><h1><p></h1>",
    "<a href=x><table><a href=y></table>", "<nobr><div><nobr><p>",
    "<ul><li><ul><p><li></ul></p>", "<dl><dd><dt><dl><dd></dl>",
    "<ruby><rt><ruby><rt></ruby><rp>", "<h1><h2></h1></h2>",
    "<p/x=y/onclick=a>x", "<p\fonclick=a>x", "<p onclick\f=a>x",
    "<p \x00onclick=a>", "<x:script xmlns:x=http://www.w3.org/1999/xhtml>a",
    "<custom-element onclick=a>x</custom-element>",
    "<p is=x-y>x</p>", "<pre>\n\n<img src=x onerror=a></pre>",
    "<listing>\n\n&lt;img src=x onerror=a&gt;</listing>",
    "&lt;img src=x onerror=a&gt;", "&#60;script&#62;a&#60;/script&#62;",
    "<p title=&lt;img/src/onerror=a&gt;>x</p>",
    "<a target=_blank rel=opener href=//x>x</a>",
    "<a target='_BLANK' href=//x>x</a>", "<a target=evil href=//x>x</a>",
    "<q cite=javascript:a>x</q>", "<blockquote cite='vbscript:a'>x",
    "<del cite=data:text/html,x>y</del>",
};

static void
test_richhtml_hostile_text_leaves_nothing_that_runs(void **state)
{
	struct world w;
	size_t i;

	(void)state;
	assert_true(TSR_COUNT_OF(hostile) >= 100);
	for (i = 0; i < TSR_COUNT_OF(hostile); i++) {
		clean(&w, text_of(hostile[i]), &plain);
		check_output(&w, hostile[i], true);
		forget(&w);
	}
}

/* A name that goes on after a NUL is not the name before it. */
static void
test_richhtml_name_with_a_nul_is_unknown(void **state)
{
	struct world w;

	(void)state;
	clean(&w, TSR_LIT("<<img\0\0 src=x alt=y>a"), &plain);
	assert_true(tsr_span_eq(tsr_buf_view(&w.out), TSR_LIT("&lt;a")));
	assert_string_equal(w.diag.list[0].rule, "H005");
	forget(&w);
}

/* Pieces of hostile texts put together at random. */
static void
test_richhtml_random_mixtures_settle_or_are_errors(void **state)
{
	static const char *const pieces[] = {"<p>", "</p>", "<b>", "</b>",
	    "<a href=x>", "</a>", "<table>", "</table>", "<td>", "<tr>",
	    "<li>", "<ul>", "</ul>", "<pre>\n", "<svg>", "</svg>", "<math>",
	    "<mtext>", "<style>", "</style>", "<!--", "-->", "<form>",
	    "</form>", "<button>", "<i>", "</i>", "x", " ", "\n", "<h2>",
	    "</h2>", "<div>", "</div>", "<select>", "<option>", "<template>",
	    "</template>", "<noscript>", "</noscript>", "<img src=y onerror=z>",
	    "<title>", "</title>", "<object>", "<caption>", "<dd>", "<ruby>",
	    "<rt>", "<font>", "<nobr>", "<iframe>", "</iframe>", "&lt;", "&"};
	struct tsr_buf text;
	struct world w;
	uint32_t seed = 1;
	unsigned i, k;

	(void)state;
	tsr_buf_init(&text, 10000);
	for (i = 0; i < 1500; i++) {
		tsr_buf_clear(&text);
		for (k = 0; k < 4 + i % 17; k++) {
			seed = seed * 1664525 + 1013904223;
			tsr_buf_text(&text,
			    pieces[(seed >> 8) % TSR_COUNT_OF(pieces)]);
		}
		tsr_buf_byte(&text, 0);
		text.n--;
		clean(&w, tsr_buf_view(&text), &plain);
		check_output(&w, (const char *)text.p,
		    w.good || w.out.n > 0);
		forget(&w);
	}
	tsr_buf_free(&text);
}

static void
test_richhtml_messages_point_into_the_text(void **state)
{
	static const struct {
		const char *json;
		uint32_t off, len;
		const char *why;
	} rows[] = {
	    {"{\"a\":\"<p style=x>\"}", 9, 5, "plain"},
	    {"{\"a\":\"\\n\\u00e4<p style=x>\"}", 17, 5, "escapes are counted"},
	    {"{\"a\":\"\\ud83d\\ude00<p style=x>\"}", 21, 5, "a pair is four"},
	};
	static const struct tsr_span texts[] = {
	    {(const uint8_t *)"<p style=x>", 11},
	    {(const uint8_t *)"\n\xc3\xa4<p style=x>", 14},
	    {(const uint8_t *)"\xf0\x9f\x98\x80<p style=x>", 15}};
	struct tsr_markup_text text;
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		text = (struct tsr_markup_text){.text = texts[i],
		    .where = {1, 5, 0}, .json = text_of(rows[i].json)};
		memset(&w, 0, sizeof(w));
		tsr_diag_init(&w.diag, &w.arena);
		tsr_buf_init(&w.out, 1000);
		assert_true(
		    tsr_richhtml_clean(&w.out, &text, &plain, &w.diag));
		assert_int_equal(w.diag.count, 1);
		if (w.diag.list[0].where.off != rows[i].off ||
		    w.diag.list[0].where.len != rows[i].len)
			fail_msg("%s: %u+%u", rows[i].why,
			    w.diag.list[0].where.off, w.diag.list[0].where.len);
		forget(&w);
	}
}

static bool
shout(void *ctx, struct tsr_buf *out, struct tsr_span url,
    struct tsr_where where)
{
	(void)ctx;
	(void)where;
	tsr_buf_text(out, "/en");
	tsr_buf_add(out, url);
	tsr_buf_text(out, "?a&b");
	return url.n < 5;
}

static bool
measure(void *ctx, struct tsr_buf *out, struct tsr_markup_image *image,
    struct tsr_span url, struct tsr_where where)
{
	(void)ctx;
	(void)where;
	tsr_buf_text(out, "/a/");
	tsr_buf_add(out, url);
	image->width = 3;
	image->height = 4;
	image->srcset = TSR_LIT("/a/b 2x");
	return true;
}

static void
test_richhtml_hooks_give_the_final_addresses_once(void **state)
{
	static const struct tsr_markup_hooks hooks = {NULL, shout, measure};
	struct tsr_richhtml options = plain;
	struct world w;

	(void)state;
	options.hooks = &hooks;
	clean(&w, TSR_LIT("<a href=/x>a</a><img src=p.png alt=''>"), &options);
	assert_true(w.good);
	assert_true(tsr_span_eq(tsr_buf_view(&w.out), TSR_LIT(
	    "<a href=\"/en/x?a&amp;b\">a</a><img src=\"/a/p.png\" alt=\"\" "
	    "width=\"3\" height=\"4\" srcset=\"/a/b 2x\" loading=\"lazy\">")));
	forget(&w);
	clean(&w, TSR_LIT("<a href=/long>a</a>"), &options);
	assert_false(w.good);
	assert_true(tsr_span_eq(tsr_buf_view(&w.out), TSR_LIT("<a>a</a>")));
	forget(&w);
}

static void
test_richhtml_size_and_depth_end_at_their_caps(void **state)
{
	struct tsr_buf text;
	struct world w;
	unsigned more, i;

	(void)state;
	tsr_buf_init(&text, 1000000);
	for (more = 0; more < 2; more++) {
		tsr_buf_clear(&text);
		tsr_buf_fill(&text, 'x', TSR_MARKUP_MAX + more);
		clean(&w, tsr_buf_view(&text), &plain);
		assert_int_equal(w.good, more == 0);
		forget(&w);
		tsr_buf_clear(&text);
		for (i = 0; i < TSR_MARKUP_DEPTH + more; i++)
			tsr_buf_text(&text, "<div>");
		clean(&w, tsr_buf_view(&text), &plain);
		assert_int_equal(w.good, more == 0);
		check_output(&w, "depth", true);
		forget(&w);
	}
	tsr_buf_free(&text);
}

/* Texts that make a parser's tree or time explode end with a message. */
static void
test_richhtml_explosions_are_stopped(void **state)
{
	static const char *const units[] = {"<div>", "<b>", "<p><font a=",
	    "<a ", "a=1 ", "<table>", "<svg><desc>", "</p>", "<dd><dl>",
	    "<i><table>", "&", "<!--", "<select><option>", "<b><p></b>"};
	struct tsr_buf text;
	struct world w;
	size_t i, k;

	(void)state;
	tsr_buf_init(&text, TSR_MARKUP_MAX);
	for (i = 0; i < TSR_COUNT_OF(units); i++) {
		tsr_buf_clear(&text);
		if (units[i][0] == 'a')
			tsr_buf_text(&text, "<p ");
		for (k = 0; text.n + 20 < 30000; k++) {
			tsr_buf_text(&text, units[i]);
			if (strchr(units[i], '=') != NULL)
				tsr_buf_printf(&text, "%zu>", k);
		}
		clean(&w, tsr_buf_view(&text), &plain);
		check_output(&w, units[i], false);
		forget(&w);
	}
	tsr_buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_richhtml_each_text_comes_out_as_the_row_says),
	    cmocka_unit_test(
		test_richhtml_hostile_text_leaves_nothing_that_runs),
	    cmocka_unit_test(test_richhtml_name_with_a_nul_is_unknown),
	    cmocka_unit_test(test_richhtml_random_mixtures_settle_or_are_errors),
	    cmocka_unit_test(test_richhtml_messages_point_into_the_text),
	    cmocka_unit_test(test_richhtml_hooks_give_the_final_addresses_once),
	    cmocka_unit_test(test_richhtml_size_and_depth_end_at_their_caps),
	    cmocka_unit_test(test_richhtml_explosions_are_stopped),
	};

	return cmocka_run_group_tests_name("richhtml", tests, NULL, NULL);
}
