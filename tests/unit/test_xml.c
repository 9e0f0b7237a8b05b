/*
 * XML: what we write is read back by libxml2 and asked by XPath; SVG files
 * that could run or fetch something are refused.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include "build/read/svg.h"
#include "build/read/xml.h"
#include "core/limits.h"

/* The XPath expression's value as text; prefixes s, x, a. */
static void
expect(struct tsr_span text, const char *path, const char *value)
{
	xmlDoc *doc = xmlReadMemory(
	    (const char *)text.p, (int)text.n, NULL, NULL, XML_PARSE_NONET);
	xmlXPathContext *ctx;
	xmlXPathObject *found;
	xmlChar *got;

	assert_non_null(doc);
	ctx = xmlXPathNewContext(doc);
	xmlXPathRegisterNs(ctx, (const xmlChar *)"s",
	    (const xmlChar *)"http://www.sitemaps.org/schemas/sitemap/0.9");
	xmlXPathRegisterNs(ctx, (const xmlChar *)"x",
	    (const xmlChar *)"http://www.w3.org/1999/xhtml");
	xmlXPathRegisterNs(ctx, (const xmlChar *)"a",
	    (const xmlChar *)"http://www.w3.org/2005/Atom");
	found = xmlXPathEvalExpression((const xmlChar *)path, ctx);
	assert_non_null(found);
	got = xmlXPathCastToString(found);
	if (strcmp((const char *)got, value) != 0)
		fail_msg("%s is \"%s\", not \"%s\"", path, got, value);
	xmlFree(got);
	xmlXPathFreeObject(found);
	xmlXPathFreeContext(ctx);
	xmlFreeDoc(doc);
}

static void
test_xml_sitemap_has_addresses_dates_and_languages(void **state)
{
	struct tsr_arena arena = {0};
	struct tsr_diag diag;
	struct tsr_xml_files files = {0};
	const struct tsr_sitemap_alternate others[] = {
	    {TSR_LIT("en"), TSR_LIT("https://x/a?b&c")},
	    {TSR_LIT("de"), TSR_LIT("https://x/de/a")}};
	const struct tsr_sitemap_url urls[] = {
	    {TSR_LIT("https://x/a?b&c"), TSR_LIT("2026-03-01"), others, 2,
		{0, 0, 0}},
	    {TSR_LIT("https://x/\x01<"), TSR_LIT("yesterday"), NULL, 0,
		{1, 7, 0}}};
	const struct tsr_sitemap sitemap = {
	    .base = TSR_LIT("https://x/"), .urls = urls, .count = 2};

	(void)state;
	tsr_diag_init(&diag, &arena);
	assert_false(tsr_sitemap_write(&files, &sitemap, &arena, &diag));
	assert_int_equal(diag.count, 1);
	assert_int_equal(diag.list[0].where.off, 7);
	assert_int_equal(files.count, 1);
	assert_true(tsr_span_eq(files.list[0].name, TSR_LIT("sitemap.xml")));
	expect(files.list[0].text, "count(/s:urlset/s:url)", "2");
	expect(files.list[0].text, "//s:url[1]/s:loc", "https://x/a?b&c");
	expect(files.list[0].text, "//s:lastmod", "2026-03-01");
	expect(files.list[0].text, "//x:link[@hreflang='de']/@href",
	    "https://x/de/a");
	expect(files.list[0].text, "//s:url[2]/s:loc",
	    "https://x/\xef\xbf\xbd<");
	tsr_arena_free(&arena);
}

static void
test_xml_sitemap_splits_at_its_caps(void **state)
{
	struct tsr_arena arena = {0};
	struct tsr_diag diag;
	struct tsr_sitemap_url *urls;
	struct tsr_sitemap sitemap = {.base = TSR_LIT("https://x/")};
	struct tsr_xml_files files = {0};
	size_t i;

	(void)state;
	tsr_diag_init(&diag, &arena);
	urls = TSR_NEW_ARRAY(&arena, struct tsr_sitemap_url,
	    TSR_SITEMAP_URLS + 1);
	for (i = 0; i <= TSR_SITEMAP_URLS; i++)
		urls[i].url = TSR_LIT("https://x/some/page");
	sitemap.urls = urls;
	sitemap.count = TSR_SITEMAP_URLS;
	assert_true(tsr_sitemap_write(&files, &sitemap, &arena, &diag));
	assert_int_equal(files.count, 1);
	files.count = 0;
	sitemap.count++;
	assert_true(tsr_sitemap_write(&files, &sitemap, &arena, &diag));
	assert_int_equal(files.count, 3);
	expect(files.list[1].text, "count(//s:url)", "1");
	expect(files.list[2].text, "string(//s:sitemap[2]/s:loc)",
	    "https://x/sitemap-2.xml");
	files.count = 0;
	sitemap.count = 100;
	sitemap.max_bytes = 2000;
	assert_true(tsr_sitemap_write(&files, &sitemap, &arena, &diag));
	assert_true(files.count > 2);
	for (i = 0; i + 1 < files.count; i++)
		assert_true(files.list[i].text.n <= 2000);
	tsr_arena_free(&arena);
}

static void
test_xml_atom_feed_is_dated_by_its_newest_entry(void **state)
{
	struct tsr_arena arena = {0};
	struct tsr_diag diag;
	struct tsr_span text;
	const struct tsr_atom_entry entries[] = {
	    {.id = TSR_LIT("urn:1"), .title = TSR_LIT("A & B"),
		.url = TSR_LIT("https://x/1"),
		.updated = TSR_LIT("2026-03-01T01:00:00+02:00"),
		.html = TSR_LIT("<p>x</p>")},
	    {.id = TSR_LIT("urn:2"), .title = TSR_LIT("C"),
		.url = TSR_LIT("https://x/2"), .updated = TSR_LIT("2026-03-01")}};
	const struct tsr_atom_feed feed = {.id = TSR_LIT("urn:f"),
	    .title = TSR_LIT("F"), .self = TSR_LIT("https://x/feed.xml"),
	    .author = TSR_LIT("Ann"), .lang = TSR_LIT("en"),
	    .entries = entries, .count = 2};

	(void)state;
	tsr_diag_init(&diag, &arena);
	assert_true(tsr_atom_write(&text, &feed, &arena, &diag));
	expect(text, "/a:feed/a:updated", "2026-03-01T00:00:00Z");
	expect(text, "//a:entry[1]/a:title", "A & B");
	expect(text, "//a:entry[1]/a:content[@type='html']", "<p>x</p>");
	expect(text, "//a:link[@rel='self']/@href", "https://x/feed.xml");
	expect(text, "/a:feed/a:author/a:name", "Ann");
	tsr_arena_free(&arena);
}

#define SVG "<svg xmlns='http://www.w3.org/2000/svg' "
#define LINKED SVG "xmlns:xlink='http://www.w3.org/1999/xlink'>"

static void
test_xml_svg_is_taken_or_refused_as_the_row_says(void **state)
{
	static const struct {
		const char *text, *rule;
		uint32_t width, height;
		const char *why;
	} rows[] = {
	    {SVG "viewBox='0 0 24 16.5'/>", NULL, 24, 17, "size of the viewBox"},
	    {SVG "width='10px' height='20' viewBox='0 0 1 1'/>", NULL, 10, 20,
		"written size"},
	    {SVG "width='100%' viewBox='-5,-5,10,12'/>", NULL, 10, 12,
		"per cent says nothing"},
	    {SVG "/>", NULL, 0, 0, "no size"},
	    {LINKED "<use xlink:href='#a'/><path fill='url(#g)'/></svg>", NULL,
		0, 0, "addresses inside"},
	    {"<svg/>", "G001", 0, 0, "no namespace"},
	    {SVG ">", "G001", 0, 0, "never closed"},
	    {"<!DOCTYPE svg [<!ENTITY a 'b'>]>" SVG "/>", "G002", 0, 0,
		"entities"},
	    {SVG "><script>x</script></svg>", "G003", 0, 0, "script"},
	    {SVG "><x:script xmlns:x='http://www.w3.org/2000/svg'/></svg>",
		"G003", 0, 0, "script under another prefix"},
	    {SVG "onload='x'/>", "G003", 0, 0, "handler"},
	    {SVG "><foreignObject/></svg>", "G003", 0, 0, "foreign content"},
	    {SVG "><p xmlns='http://www.w3.org/1999/xhtml'/></svg>", "G003", 0,
		0, "HTML"},
	    {"<?xml-stylesheet href='x'?>" SVG "/>", "G003", 0, 0, "instruction"},
	    {SVG "><set attributeName='href' to='x'/></svg>", "G003", 0, 0,
		"an animated address"},
	    {LINKED "<use xlink:href='http://x/#a'/></svg>", "G004", 0, 0,
		"an outer address"},
	    {SVG "><a href='javascript:x'/></svg>", "G004", 0, 0, "javascript"},
	    {SVG "><path fill='url(http://x)'/></svg>", "G004", 0, 0,
		"an outer fill"},
	    {SVG "><style>@import 'x';</style></svg>", "G004", 0, 0, "import"},
	    {SVG "><path style='fill:u\\72l(x)'/></svg>", "G004", 0, 0,
		"escapes in CSS hide things"},
	};
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_svg svg;
	uint32_t src;
	size_t i;
	bool good;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		tsr_arena_init(&arena);
		tsr_sources_init(&sources, &arena);
		tsr_diag_init(&diag, &arena);
		src = tsr_sources_add(&sources, "x.svg",
		    tsr_span_of(rows[i].text, strlen(rows[i].text)));
		good = tsr_svg_check(&svg, &sources, src, &diag);
		if (good != (rows[i].rule == NULL) ||
		    (!good && strcmp(diag.list[0].rule, rows[i].rule) != 0) ||
		    svg.width != rows[i].width || svg.height != rows[i].height)
			fail_msg("%s: %s %ux%u", rows[i].why,
			    diag.count ? diag.list[0].text : "taken", svg.width,
			    svg.height);
		tsr_arena_free(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_xml_sitemap_has_addresses_dates_and_languages),
	    cmocka_unit_test(test_xml_sitemap_splits_at_its_caps),
	    cmocka_unit_test(test_xml_atom_feed_is_dated_by_its_newest_entry),
	    cmocka_unit_test(test_xml_svg_is_taken_or_refused_as_the_row_says),
	};

	tsr_xml_setup();
	return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}
