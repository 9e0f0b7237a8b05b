/*
 * Templates of a site: every mistake at its place, and what may be written.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/limits.h"
#include "lib/template_case.h"

#define HERO                                                                   \
	"{\"type\":\"object\",\"required\":[\"title\",\"n\",\"link\"],"      \
	"\"properties\":{\"title\":{\"type\":\"string\"},"                   \
	"\"n\":{\"type\":\"number\"},\"sub\":{\"type\":\"string\"},"         \
	"\"body\":{\"type\":\"string\",\"format\":\"markdown\"},"            \
	"\"day\":{\"type\":\"string\",\"format\":\"date\"},"                 \
	"\"link\":{\"type\":\"object\",\"required\":[\"url\"],"              \
	"\"properties\":{\"url\":{\"type\":\"string\"},"                     \
	"\"label\":{\"type\":\"string\"}}},"                                 \
	"\"items\":{\"type\":\"array\",\"items\":{\"type\":\"object\","      \
	"\"required\":[\"name\"],\"properties\":{\"name\":"                  \
	"{\"type\":\"string\"}}}}}}"

struct row {
	struct template_case c;
	const char *want;
	const char *says;
};

static int
run_rows(const struct row *rows, size_t count)
{
	struct tsr_buf got;
	size_t i;
	int bad = 0;

	tsr_buf_init(&got, 1 << 20);
	for (i = 0; i < count; i++) {
		tsr_buf_clear(&got);
		tsr_template_case_run(&got, &rows[i].c);
		if (tsr_span_eq(tsr_buf_view(&got),
			tsr_span_of(rows[i].want, strlen(rows[i].want))))
			continue;
		bad++;
		print_message("%s\n  template %s\n  wanted %s\n  got    %.*s\n",
		    rows[i].says, rows[i].c.template, rows[i].want,
		    TSR_ARG(tsr_buf_view(&got)));
	}
	tsr_buf_free(&got);
	return bad;
}

static void
test_template_mistake_in_syntax_is_reported_at_its_place(void **state)
{
	static const struct row rows[] = {
	    {{.template = "<p>{{title</p>"}, "t:1:4 T001",
		"a tag that never closes"},
	    {{.template = "<p>{{title}</p>\n<b>{{x}}</b>"}, "t:1:4 T001",
		"a missing brace does not swallow the next tag"},
	    {{.template = "<p>{title}}</p>"}, "t:1:10 T038",
		"a missing opening brace is not shipped as text"},
	    {{.template = "{{#a}}x{{/b}}"}, "t:1:8 T002",
		"an end tag of another section"},
	    {{.template = "\n{{#a}}x"}, "t:2:1 T003", "a section left open"},
	    {{.template = "x{{/a}}"}, "t:1:2 T004", "an end without a section"},
	    {{.template = "{{}}"}, "t:1:1 T005", "an empty tag"},
	    {{.template = "{{a b}}"}, "t:1:1 T005", "a name with a blank"},
	    {{.template = "{{a..b}}"}, "t:1:1 T005", "an empty part"},
	    {{.template = "{{@size}}"}, "t:1:1 T005", "an unknown loop value"},
	    {{.template = "{{=<%=}}"}, "t:1:1 T006", "one delimiter only"},
	    {{.template = "{{a|upper}}"}, "t:1:5 T026", "an unknown pipe"},
	    {{.template = "{{a|date:big}}"}, "t:1:5 T027",
		"an unknown style of dates"},
	    {{.template = "{{a|number:9}}"}, "t:1:5 T027", "nine decimals"},
	    {{.template = "{{a|truncate}}"}, "t:1:5 T027",
		"truncate without a length"},
	    {{.template = "{{a|slug:1}}"}, "t:1:5 T027",
		"an argument where none belongs"},
	    {{.template = "{{#a}}\n{{/b}}\n{{x y}}\n<a {{z}}>"},
		"t:2:1 T002, t:3:1 T005, t:4:4 T013",
		"all mistakes in one run"},
	};

	(void)state;
	assert_int_equal(run_rows(rows, TSR_COUNT_OF(rows)), 0);
}

static void
test_template_tag_where_nothing_may_be_printed_is_a_mistake(void **state)
{
	static const struct row rows[] = {
	    {{.template = "<a href={{u}}>"}, "t:1:9 T012", "no quotes"},
	    {{.template = "<a title=x{{u}}>"}, "t:1:11 T012",
		"no quotes, behind text"},
	    {{.template = "<{{x}}>"}, "t:1:2 T013", "a tag's name"},
	    {{.template = "</{{x}}>"}, "t:1:3 T013", "an end tag's name"},
	    {{.template = "<h{{x}}>"}, "t:1:3 T013", "half a tag's name"},
	    {{.template = "<a {{x}}>"}, "t:1:4 T013", "an attribute"},
	    {{.template = "<a b{{x}}='1'>"}, "t:1:5 T013",
		"half an attribute's name"},
	    {{.template = "<a b='1'{{x}}>"}, "t:1:9 T013",
		"behind an attribute"},
	    {{.template = "<a onclick='f({{x}})'>"}, "t:1:15 T014",
		"an event handler"},
	    {{.template = "<a OnMouseOver=\"{{x|json}}\">"}, "t:1:17 T014",
		"an event handler in capitals"},
	    {{.template = "<a @click='{{x}}'>"}, "t:1:12 T014",
		"a framework's event handler"},
	    {{.template = "<iframe srcdoc='{{x}}'></iframe>"}, "t:1:17 T032",
		"a document in an attribute"},
	    {{.template = "<script type='{{x}}'></script>"}, "t:1:15 T032",
		"the type of a script"},
	    {{.template = "<meta http-equiv='refresh' content='{{x}}'>"},
		"t:1:37 T032", "a redirection"},
	    {{.template = "<svg><set attributeName='href' to='{{x}}'/></svg>"},
		"t:1:36 T032", "an animated address"},
	    {{.template = "<!-- {{x}} -->"}, "t:1:6 T015", "a comment"},
	    {{.template = "<!doctype {{x}}>"}, "t:1:11 T016", "a doctype"},
	    {{.template = "<xmp>{{x}}</xmp>"}, "t:1:6 T016", "raw text"},
	    {{.template = "<iframe>{{x}}</iframe>"}, "t:1:9 T016",
		"an iframe's text"},
	    {{.template = "<svg><![CDATA[{{x}}]]></svg>"}, "t:1:15 T016",
		"CDATA"},
	    {{.template = "<script>f({{x}})</script>"}, "t:1:11 T017",
		"a script without json"},
	    {{.template = "<script>'{{x|json}}'</script>"}, "t:1:10 T017",
		"a string of a script"},
	    {{.template = "<script>var a{{x|json}}</script>"}, "t:1:14 T017",
		"half a name of a script"},
	    {{.template = "<script>`{{x|json}}`</script>"}, "t:1:10 T017",
		"a template literal"},
	    {{.template = "<script>// {{x|json}}\n</script>"}, "t:1:12 T017",
		"a comment of a script"},
	    {{.template = "<script>a=/{{x|json}}/</script>"}, "t:1:12 T017",
		"a regular expression"},
	    {{.template = "<script>/*{{x|json}}*/</script>"}, "t:1:11 T017",
		"a long comment of a script"},
	    {{.template = "<script type='text/x-tmpl'>{{x}}</script>"},
		"t:1:28 T018", "a script of an unknown type"},
	    {{.template = "<script type=application/json>\"{{x|json}}\"</script>"},
		"t:1:32 T017", "a string in JSON"},
	    {{.template = "<a href='javascript:{{x}}'>"}, "t:1:21 T019",
		"a literal script address"},
	    {{.template = "<a href='data:{{x}}'>"}, "t:1:15 T019",
		"a literal data address"},
	    {{.template = "<a href='{{x}}:{{y}}'>"}, "t:1:15 T019",
		"a scheme made by a value"},
	    {{.template = "<a href='{{#b}}/x/{{/b}}{{y}}'>"}, "t:1:25 T019",
		"the start of an address in one branch"},
	    {{.template = "{{#x}}<!--{{/x}}"}, "t:1:1 T022",
		"a branch that ends in a comment"},
	    {{.template = "<p {{#x}}title='{{/x}}'>"}, "t:1:4 T022",
		"a branch that ends in a value"},
	    {{.template = "<p title='a{{^x}}'{{/x}}>"}, "t:1:12 T022",
		"an inverted branch that ends outside"},
	    {{.template = "{{#x}}<script>{{/x}}"}, "t:1:1 T022",
		"a branch that ends in a script"},
	    {{.template = "<p title='"}, "t:1:10 T023", "an open value"},
	    {{.template = "<script>x"}, "t:1:9 T023", "an open script"},
	    {{.template = "<i {{#a}}x{{/a}}y>"}, "t:1:17 T039",
		"an attribute that may be glued to another"},
	    {{.template = "<i class='{{&x}}'>"}, "t:1:11 T024, t:1:11 T025",
		"markup in an attribute, of no format"},
	    {{.template = "<i class='{{>slot:x}}'>"}, "t:1:11 T025",
		"a slot in an attribute"},
	    {{.template = "<title>{{>slot:x}}</title>"}, "t:1:8 T025",
		"a slot in a title"},
	    {{.template = "<a href='{{>text:x}}'>"}, "t:1:10 T030",
		"a request-time text in an address"},
	    {{.template = "<title>{{>text:x}}</title>"}, "t:1:8 T030",
		"a request-time text in a title"},
	};

	(void)state;
	assert_int_equal(run_rows(rows, TSR_COUNT_OF(rows)), 0);
}

static void
test_template_include_mistake_is_reported(void **state)
{
	static const struct row rows[] = {
	    {{.template = "{{>foo}}", .others = {"fo", "x"}}, "t:1:1 T007",
		"a missing partial"},
	    {{.template = "{{<foo}}{{/foo}}"}, "t:1:1 T007",
		"a missing parent"},
	    {{.template = "{{>a}}", .others = {"a", "{{>b}}", "b", "{{>a}}"}},
		"b:1:1 T008", "two templates that include each other"},
	    {{.template = "{{>t}}"}, "t:1:1 T008", "a template in itself"},
	    {{.template = "{{<a}}{{/a}}", .others = {"a", "{{<a}}{{/a}}"}},
		"a:1:1 T008", "a parent in itself"},
	    {{.template = "{{<a}}{{$b}}{{$b}}{{/b}}{{/b}}{{/a}}",
		 .others = {"a", "{{$b}}{{/b}}"}},
		"t:1:13 T008", "a block in itself"},
	    {{.template = "{{<a}}text{{/a}}", .others = {"a", "x"}},
		"t:1:7 T036", "text that a parent would drop"},
	    {{.template = "{{<a}}{{x}}{{/a}}", .others = {"a", "x"}},
		"t:1:7 T036", "a tag that a parent would drop"},
	    {{.template = "{{<a}}{{$tilte}}x{{/tilte}}{{/a}}",
		 .others = {"a", "{{$title}}{{/title}}"}},
		"t:1:7 T037", "a block the parent does not have"},
	    {{.template = "<a {{>p}}>", .others = {"p", "{{x}}"}},
		"p:1:1 T013", "a partial's tag between attributes"},
	    {{.template = "{{>p}}{{>p}}", .others = {"p", "<i {{x}}>"}},
		"p:1:4 T013", "a mistake in a partial is reported once"},
	    {{.template = "{{>p}}<b>{{x}}</b>", .others = {"p", "<!--"}},
		"t:1:10 T015", "a partial's place is handed on"},
	    {{.template = "<b {{>*x}}>"}, "t:1:4 T040",
		"a dynamic name inside a tag"},
	    {{.template = "{{>*x}}", .data = "{\"x\":\"hero\"}"}, "d:1:6 T040",
		"a component that does not exist"},
	    {{.template = "{{>slot:a}}{{>slot:a}}"}, "t:1:12 T031",
		"one slot twice"},
	    {{.template = "{{#l}}{{>slot:a}}{{/l}}", .data = "{\"l\":[1,2]}"},
		"t:1:7 T031", "a slot in a list of two"},
	    {{.template = "{{@index}}"}, "t:1:1 T042", "no list"},
	};

	(void)state;
	assert_int_equal(run_rows(rows, TSR_COUNT_OF(rows)), 0);
}

static void
test_template_path_is_checked_against_the_schema(void **state)
{
	static const struct row rows[] = {
	    {{.template = "{{titel}}", .schema = HERO}, "t:1:1 T010",
		"a misspelt field"},
	    {{.template = "{{link.ulr}}", .schema = HERO}, "t:1:1 T010",
		"a misspelt member"},
	    {{.template = "{{title.x}}", .schema = HERO}, "t:1:1 T010",
		"a member of a string"},
	    {{.template = "{{#items}}{{nmae}}{{/items}}", .schema = HERO},
		"t:1:11 T010", "a misspelt member of an item"},
	    {{.template = "{{#itmes}}x{{/itmes}}", .schema = HERO},
		"t:1:1 T010", "a misspelt list"},
	    {{.template = "{{link}}", .schema = HERO}, "t:1:1 T011",
		"an object printed"},
	    {{.template = "{{items}}", .schema = HERO}, "t:1:1 T011",
		"a list printed"},
	    {{.template = "{{x}}", .data = "{\"x\":[1]}"}, "d:1:6 T011",
		"a list printed, without a schema"},
	    {{.template = "{{&title}}", .schema = HERO}, "t:1:1 T024",
		"text printed as markup"},
	    {{.template = "{{{title}}}", .schema = HERO}, "t:1:1 T024",
		"text printed as markup, with three braces"},
	    {{.template = "{{title|number:2}}", .schema = HERO}, "t:1:9 T028",
		"text as a number"},
	    {{.template = "{{n|date}}", .schema = HERO}, "t:1:5 T028",
		"a number as a date"},
	    {{.template = "{{body|date}}", .schema = HERO}, "t:1:8 T028",
		"Markdown as a date"},
	    {{.template = "{{title|truncate:9|number}}", .schema = HERO},
		"t:1:20 T028", "a text made by a pipe as a number"},
	    {{.template = "{{title|date}}", .data = "{\"title\":\"soon\"}"},
		"d:1:10 T029", "a date that is none"},
	    {{.template = "{{title|date}}", .data = "{\"title\":\"2026-02-29\"}"},
		"d:1:10 T029", "a day that is none"},
	    {{.template = "{{>p}}", .schema = HERO, .others = {"p", "{{bdy}}"}},
		"p:1:1 T010", "a partial sees the fields of the component"},
	    {{.name = "components/t", .template =
		 "{{title}}{{n}}{{#link}}{{url}}{{/link}}{{#items}}{{name}}"
		 "{{/items}}{{#day}}{{day|date}}{{/day}}{{#body}}{{&body}}"
		 "{{/body}}",
		 .schema = HERO, .warnings = true},
		"s:1:118 T033", "a field that is never used"},
	    {{.template = "{{sub}}{{.|json}}", .schema = HERO,
		 .warnings = true},
		"t:1:1 T034", "an optional field that is not asked for"},
	    {{.template = "{{#sub}}{{sub}}{{.}}{{/sub}}{{.|json}}",
		 .schema = HERO, .warnings = true},
		"{}", "an optional field that is asked for"},
	    {{.template = "{{#n}}{{/n}}{{.|json}}", .schema = HERO,
		 .warnings = true},
		"t:1:1 T035", "a section that is always shown"},
	    {{.template = "{{^link}}{{/link}}{{.|json}}", .schema = HERO,
		 .warnings = true},
		"t:1:1 T035", "a section that is never shown"},
	};

	(void)state;
	assert_int_equal(run_rows(rows, TSR_COUNT_OF(rows)), 0);
}

static bool
hook_slot(void *ctx, struct tsr_buf *out, struct tsr_span name,
    struct tsr_where tag)
{
	(void)ctx;
	tsr_buf_printf(out, "[slot %.*s %u]", TSR_ARG(name), tag.off);
	return true;
}

static bool
hook_text(void *ctx, struct tsr_buf *out, struct tsr_span name,
    enum tsr_hole hole, struct tsr_where tag)
{
	(void)ctx;
	(void)tag;
	tsr_buf_printf(out, "[%s %.*s]",
	    hole == TSR_HOLE_ATTR ? "attr" : "text", TSR_ARG(name));
	return true;
}

static bool
hook_asset(void *ctx, struct tsr_buf *out, struct tsr_span path,
    struct tsr_where where)
{
	(void)ctx;
	(void)where;
	tsr_buf_printf(out, "/a/%.*s?v='1'&x", TSR_ARG(path));
	return true;
}

static bool
hook_image(void *ctx, struct tsr_buf *out, struct tsr_span path,
    struct tsr_where where)
{
	(void)ctx;
	(void)where;
	tsr_buf_printf(out, "/img/%.*s", TSR_ARG(path));
	return true;
}

static bool
hook_markup(void *ctx, struct tsr_buf *out, const struct tsr_json *value,
    bool markdown)
{
	(void)ctx;
	tsr_buf_printf(out, "<%s>%.*s", markdown ? "md" : "html",
	    TSR_ARG(tsr_json_text(value)));
	return true;
}

static const struct tsr_render_hooks hooks = {.slot = hook_slot,
    .text = hook_text, .asset = hook_asset, .image = hook_image,
    .markup = hook_markup,
    .locale = {(const uint8_t *)"de", 2}};

static void
test_template_rendering_follows_the_language(void **state)
{
	static const struct row rows[] = {
	    {{.template = "<option {{#s}}selected{{/s}}>",
		 .data = "{\"s\":true}"},
		"<option selected>", "a boolean attribute"},
	    {{.template = "<p{{#s}} class='a'{{/s}} id='b'>",
		 .data = "{\"s\":true}"},
		"<p class='a' id='b'>", "an attribute in a section"},
	    {{.template = "<p {{#l}}data-{{/l}}>", .data = "{\"l\":[]}"},
		"<p >", "an empty list"},
	    {{.template = "{{#l}}{{@index}}{{#@first}}f{{/@first}}"
			  "{{^@last}},{{/@last}}{{#@last}}/{{@length}}"
			  "{{/@last}}{{/l}}",
		 .data = "{\"l\":[5,6,7]}"},
		"0f,1,2/3", "loop values"},
	    {{.template = "{{#a}}{{#b}}{{@index}}{{/b}}{{/a}}",
		 .data = "{\"a\":[1,2],\"b\":{\"c\":1}}"},
		"01", "an object inside a list keeps the list's values"},
	    {{.template = "{{x|truncate:6|slug}}",
		 .data = "{\"x\":\"Ab Cd efg\"}"},
		"ab-cd", "pipes in a row"},
	    {{.template = "{{a}}{{b}}{{c}}{{d}}{{e}}",
		 .data = "{\"a\":1,\"b\":2.50,\"c\":true,\"d\":null}"},
		"12.5true", "scalars, null and nothing"},
	    {{.template = "{{#z}}zero{{/z}}{{#e}}empty{{/e}}{{^e}}none{{/e}}",
		 .data = "{\"z\":0,\"e\":\"\"}"},
		"zeronone", "0 is something, an empty string is not"},
	    {{.template = "{{<b}}{{$t}}T {{x}}{{/t}}{{/b}}",
		 .others = {"b", "<title>{{$t}}d{{/t}}</title>"
				 "<a title=\"{{$t}}{{/t}}\">"},
		 .data = "{\"x\":\"'\"}"},
		"<title>T &#39;</title><a title=\"T &#39;\">",
		"a block takes the place where it stands"},
	    {{.template = "<script>{{>p}}</script>{{>p}}",
		 .others = {"p", "{{x|json}}"},
		 .data = "{\"x\":\"<\"}"},
		"<script>\"\\u003c\"</script>&quot;&lt;&quot;",
		"a partial is escaped for each of its places"},
	    {{.template = "{{n}}{{#k}}({{>t}}){{/k}}",
		 .data = "{\"n\":1,\"k\":[{\"n\":2,\"k\":[]},{\"n\":3,"
			 "\"k\":[{\"n\":4,\"k\":[]}]}]}"},
		"1(2)(3(4))", "a tree"},
	    {{.template = "{{#l}}{{>*is}}{{/l}}",
		 .others = {"components/a", "<a>{{x}}{{y}}</a>",
		     "components/b", "<b>{{x}}</b>"},
		 .data = "{\"y\":9,\"l\":[{\"is\":\"b\",\"x\":1},"
			 "{\"is\":\"a\",\"x\":2}]}"},
		"<b>1</b><a>2</a>", "a list of mixed components"},
	    {{.template = "<i>{{>slot:m}}</i>{{>text:n}}<b title='{{>text:n}}'>",
		 .hooks = &hooks},
		"<i>[slot m 3]</i>[text n]<b title='[attr n]'>",
		"slots and request-time texts"},
	    {{.template = "<img src=\"{{p|image}}\"><a href='{{p|asset}}'>"
			  "{{p|asset}}",
		 .data = "{\"p\":\"x.png\"}", .hooks = &hooks},
		"<img src=\"/img/x.png\"><a href='/a/x.png?v=&#39;1&#39;&amp;x'>"
		"/a/x.png?v=&#39;1&#39;&amp;x",
		"addresses from hooks are escaped"},
	    {{.template = "<p style='background:url({{p|image}})'>",
		 .data = "{\"p\":\"x.png\"}", .hooks = &hooks},
		"<p style='background:url(/img/x.png)'>",
		"a picture in a style"},
	    {{.template = "{{#body}}{{&body}}{{/body}}", .schema = HERO,
		 .data = "{\"body\":\"*x*\"}", .hooks = &hooks},
		"<md>*x*", "Markdown through the hook"},
	    {{.template = "{{d|date:full}} {{n|number:1}}",
		 .data = "{\"d\":\"2024-02-29\",\"n\":1234.55}",
		 .hooks = &hooks},
		"Donnerstag, 29. Februar 2024 1.234,6",
		"the language of dates and numbers"},
	    {{.template = "<script>x={{a|json}},y={{b|json}};</script>",
		 .data = "{\"a\":{\"k\":[1,null]}}"},
		"<script>x={\"k\":[1,null]},y=null;</script>",
		"a missing value is null in a script"},
	    {{.template = "{{=<% %>=}}<% a %>{{a}}", .data = "{\"a\":1}"},
		"t:1:22 T038", "braces stay suspicious with other delimiters"},
	    {{.template = "<style>a{b:{{c}}}</style>",
		 .data = "{\"c\":\"1.5rem\"}"},
		"<style>a{b:1.5rem}</style>", "a length in a style sheet"},
	};

	(void)state;
	assert_int_equal(run_rows(rows, TSR_COUNT_OF(rows)), 0);
}

/* n times a text, between two others; the caller frees it. */
static char *
repeat(const char *before, const char *text, size_t n, const char *after)
{
	struct tsr_buf b;

	tsr_buf_init(&b, 1 << 24);
	tsr_buf_text(&b, before);
	while (n-- > 0)
		tsr_buf_text(&b, text);
	tsr_buf_text(&b, after);
	tsr_buf_byte(&b, 0);
	return (char *)b.p;
}

static void
test_template_caps_fit_and_one_too_many(void **state)
{
	static const struct {
		const char *text, *close, *want;
		size_t n;
		const char *says;
	} rows[] = {
	    {"{{#a}}", "{{/a}}", "", TSR_TEMPLATE_NESTING, "sections fit"},
	    {"{{#a}}", "{{/a}}", "T009", TSR_TEMPLATE_NESTING + 1,
		"one section too many"},
	    {"{{x|slug", "|slug", "", TSR_TEMPLATE_PIPES - 1, "pipes fit"},
	    {"{{x|slug", "|slug", "T027", TSR_TEMPLATE_PIPES,
		"one pipe too many"},
	    {"{{x", ".x", "", TSR_TEMPLATE_PARTS - 1, "parts fit"},
	    {"{{x", ".x", "T005", TSR_TEMPLATE_PARTS, "one part too many"},
	};
	struct tsr_buf got;
	size_t i;

	(void)state;
	tsr_buf_init(&got, 1 << 20);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		struct template_case c = {0};
		bool tag = rows[i].close[0] != '{';
		char *open = tag
		    ? repeat(rows[i].text, rows[i].close, rows[i].n, "}}")
		    : repeat("", rows[i].text, rows[i].n, "");
		char *all = tag ? repeat(open, "", 0, "")
				: repeat(open, rows[i].close, rows[i].n, "");

		c.template = all;
		tsr_buf_clear(&got);
		tsr_template_case_run(&got, &c);
		tsr_buf_byte(&got, 0);
		if (rows[i].want[0] == '\0')
			assert_string_equal((char *)got.p, "");
		else
			assert_non_null(strstr((char *)got.p, rows[i].want));
		free(open);
		free(all);
	}
	tsr_buf_free(&got);
}

/* Expects the text, or a rule somewhere in the messages. */
static void
expect(const char *template, const char *data, const char *rule)
{
	struct template_case c = {.template = template, .data = data};
	struct tsr_buf got;

	tsr_buf_init(&got, 1 << 24);
	tsr_template_case_run(&got, &c);
	tsr_buf_byte(&got, 0);
	if (rule == NULL)
		assert_null(strstr((char *)got.p, " T0"));
	else if (strstr((char *)got.p, rule) == NULL)
		fail_msg("no %s: %.200s", rule, (char *)got.p);
	tsr_buf_free(&got);
}

static void
test_template_rendering_without_end_is_stopped(void **state)
{
	char *items = repeat("{\"l\":[1", ",1", 299, "]}");
	char *few = repeat("{\"l\":[1", ",1", 99, "]}");
	char *slots, *slot;
	struct tsr_buf b;
	size_t i;

	(void)state;
	expect("{{#a}}{{>t}}{{/a}}", "{\"a\":1}", "T041");
	expect("{{#l}}{{#l}}{{#l}}{{y}}{{/l}}{{/l}}{{/l}}", items, "T041");
	expect("{{#l}}{{#l}}{{#l}}{{y}}{{/l}}{{/l}}{{/l}}", few, NULL);
	expect("{{#l}}{{#l}}{{#l}}x{{/l}}{{/l}}{{/l}}", few, NULL);
	expect("{{#l}}{{#l}}{{#l}}xx{{/l}}{{/l}}{{/l}}", few, "T041");
	tsr_buf_init(&b, 1 << 20);
	for (i = 0; i < TSR_TEMPLATE_SLOTS; i++)
		tsr_buf_printf(&b, "{{>slot:s%zu}}", i);
	tsr_buf_byte(&b, 0);
	slots = (char *)b.p;
	expect(slots, "{}", NULL);
	slot = repeat(slots, "{{>slot:more}}", 1, "");
	expect(slot, "{}", "T041");
	free(items);
	free(few);
	free(slots);
	free(slot);
}

static void
test_template_that_expands_to_too_much_is_refused(void **state)
{
	/* A parent ten times in a parent ten times in ... : 10^n copies. */
	char *b = repeat("", "{{<c}}{{/c}}", 10, "");
	char *c = repeat("", "{{<d}}{{/d}}", 10, "");
	char *d = repeat("", "{{<e}}{{/e}}", 10, "");
	char *a = repeat("", "{{<b}}{{/b}}", 10, "");
	struct template_case fits = {.template = b,
	    .others = {"c", c, "d", d, "e", "x"}};
	struct template_case more = {.template = a,
	    .others = {"b", b, "c", c, "d", d, "e"}};
	struct tsr_buf got;

	(void)state;
	more.others[7] = "x{{y}}x{{y}}x{{y}}x{{y}}x{{y}}x{{y}}x{{y}}x{{y}}"
			 "x{{y}}x{{y}}x{{y}}x{{y}}x{{y}}x{{y}}x{{y}}x{{y}}";
	tsr_buf_init(&got, 1 << 24);
	tsr_template_case_run(&got, &fits);
	assert_int_equal(got.n, 1000);
	tsr_buf_clear(&got);
	tsr_template_case_run(&got, &more);
	assert_true(tsr_span_ends(tsr_buf_view(&got), TSR_LIT("T009")));
	tsr_buf_free(&got);
	free(a);
	free(b);
	free(c);
	free(d);
}

static void
test_template_rules_are_explained_and_in_order(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; tsr_template_rule_at(i) != NULL; i++) {
		const char *id = tsr_template_rule_at(i);

		assert_int_equal(strlen(id), 4);
		assert_non_null(tsr_template_rule(id));
		if (i > 0)
			assert_true(strcmp(tsr_template_rule_at(i - 1), id) < 0);
	}
	assert_null(tsr_template_rule("X999"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_template_mistake_in_syntax_is_reported_at_its_place),
	    cmocka_unit_test(
		test_template_tag_where_nothing_may_be_printed_is_a_mistake),
	    cmocka_unit_test(test_template_include_mistake_is_reported),
	    cmocka_unit_test(test_template_path_is_checked_against_the_schema),
	    cmocka_unit_test(test_template_rendering_follows_the_language),
	    cmocka_unit_test(test_template_caps_fit_and_one_too_many),
	    cmocka_unit_test(test_template_rendering_without_end_is_stopped),
	    cmocka_unit_test(
		test_template_that_expands_to_too_much_is_refused),
	    cmocka_unit_test(test_template_rules_are_explained_and_in_order),
	};

	return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
