/*
 * Published schemas, messages, and what a schema says about a path. The rules
 * of JSON Schema themselves are tested by make check-schema.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "build/schema/schema.h"
#include "build/model/shape.h"

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_schemas *all;
};

static void
open_world(struct world *w)
{
	tsr_arena_init(&w->arena);
	tsr_sources_init(&w->sources, &w->arena);
	tsr_diag_init(&w->diag, &w->arena);
	w->all = tsr_schemas_new(&w->arena, &w->diag, &w->sources);
}

static struct tsr_json *
parse(struct world *w, const char *text)
{
	struct tsr_json *v = TSR_NEW(&w->arena, struct tsr_json);
	uint32_t src = tsr_sources_add(
	    &w->sources, "x.json", tsr_span_of(text, strlen(text)));

	if (!tsr_json_read(v, &w->arena, &w->diag, &w->sources, src))
		fail_msg("%s: %s", text, w->diag.list[0].text);
	return v;
}

static const struct tsr_schema *
compile(struct world *w, const char *text)
{
	const struct tsr_schema *s =
	    tsr_schemas_add(w->all, "s.json", parse(w, text));

	if (!tsr_schemas_compile(w->all))
		fail_msg("%s: %s", text, w->diag.list[0].text);
	return s;
}

static void
test_schema_published_ones_hold_against_the_meta_schema(void **state)
{
	struct world w;
	const struct tsr_schema *meta, *s;
	struct tsr_span kind;
	char name[64];
	size_t i;

	(void)state;
	open_world(&w);
	meta = compile(
	    &w, "{\"$ref\":\"https://json-schema.org/draft/2020-12/schema\"}");
	for (i = 0; (kind = tsr_schema_kind(i)).n > 0; i++) {
		snprintf(name, sizeof(name), "%.*s", TSR_ARG(kind));
		s = tsr_schemas_add_kind(w.all, name);
		assert_non_null(s);
		assert_true(tsr_schemas_compile(w.all));
		if (!tsr_schema_check(&w.diag, meta, tsr_schema_json(s), NULL))
			fail_msg("%s: %s", name, w.diag.list[0].text);
	}
	assert_int_equal(i, 18);
	assert_int_equal(w.diag.count, 0);
	assert_null(tsr_schemas_add_kind(w.all, "nothing"));
	tsr_arena_free(&w.arena);
}

/* Every property of a closed form explains itself to an editor. */
static void
explained(const struct tsr_json *v, const char *kind)
{
	const struct tsr_json *list = tsr_json_get(v, "properties"), *one;
	uint32_t i;

	for (i = 0; tsr_json_is(v, TSR_JSON_ARRAY) && i < v->count; i++)
		explained(&v->u.items[i], kind);
	if (v->type != TSR_JSON_OBJECT)
		return;
	for (i = 0; tsr_json_is(list, TSR_JSON_OBJECT) && i < list->count;
	     i++) {
		one = &list->u.members[i].value;
		if (tsr_json_get(one, "description") == NULL &&
		    tsr_json_get(one, "$ref") == NULL)
			fail_msg("%s: %.*s has no description", kind,
			    TSR_ARG(list->u.members[i].name));
	}
	for (i = 0; i < v->count; i++)
		if (&v->u.members[i].value != list)
			explained(&v->u.members[i].value, kind);
	for (i = 0; list != NULL && i < list->count; i++)
		explained(&list->u.members[i].value, kind);
}

static void
test_schema_published_ones_share_their_definitions(void **state)
{
	struct world w;
	struct tsr_json *page, *other;
	const struct tsr_json *defs, *same;
	struct tsr_span kind;
	size_t i;
	uint32_t m;

	(void)state;
	open_world(&w);
	page = parse(&w, (const char *)tsr_schema_published(TSR_LIT("page")).p);
	for (i = 0; (kind = tsr_schema_kind(i)).n > 0; i++) {
		other = parse(&w, (const char *)tsr_schema_published(kind).p);
		explained(other, (const char *)kind.p);
		defs = tsr_json_get(other, "$defs");
		for (m = 0; defs != NULL && m < defs->count; m++) {
			same = tsr_json_find(tsr_json_get(page, "$defs"),
			    defs->u.members[m].name);
			if (same != NULL &&
			    !tsr_json_eq(same, &defs->u.members[m].value))
				fail_msg("%.*s: %.*s differs from page's",
				    TSR_ARG(kind),
				    TSR_ARG(defs->u.members[m].name));
		}
	}
	tsr_arena_free(&w.arena);
}

/* What doc/site.md shows, and one mistake of each sort. */
static const struct {
	const char *kind, *text;
	const char *message; /* NULL: valid */
} site_files[] = {
    {"site",
	"{\"name\":\"F\",\"baseUrl\":\"https://www.f.example\",\"locales\":"
	"{\"default\":\"en\",\"de\":{\"fallback\":[\"en\"],\"name\":"
	"\"Deutsch\"},"
	"\"en\":{\"name\":\"English\"}},\"timeZone\":\"Europe/Berlin\","
	"\"consent\":{\"cookie\":\"consent\"},\"notFound\":\"404\",\"feeds\":"
	"[{\"path\":\"/journal/feed.xml\",\"title\":\"J\",\"pages\":\"journal/"
	"*\","
	"\"author\":\"F\"}],\"fields\":{\"any\":1},\"text\":{\"maxLength\":24},"
	"\"limits\":{\"fold\":8}}",
	NULL},
    {"site",
	"{\"name\":\"F\",\"baseUrl\":\"https://f.example/a\",\"locales\":"
	"{\"default\":\"en\"}}",
	"does not match"},
    {"site", "{\"name\":\"F\",\"baseUrl\":\"https://f.example\"}",
	"\"locales\" is missing"},
    {"page",
	"{\"$schema\":\"x\",\"path\":\"/shop/boots\",\"title\":\"Boots\","
	"\"image\":\"img/"
	"boots.svg\",\"date\":\"2026-03-01\",\"tags\":[\"guide\"],"
	"\"aliases\":[\"/boots-old\"],\"noindex\":true,\"locales\":[\"en\"],"
	"\"fields\":{},\"slots\":{\"main\":[{\"component\":\"hero\",\"fields\":"
	"{},"
	"\"slots\":{\"x\":{\"entry\":\"hero/winter\"}}},{\"list\":{\"from\":"
	"\"products\",\"component\":\"card\",\"where\":{\"stock\":{\"$gt\":0},"
	"\"category\":\"{record.category}\",\"$or\":[{\"a\":1},{\"b\":null}]},"
	"\"order\":[\"-popularity\",\"name\"],\"limit\":8,\"offset\":0}}],"
	"\"side\":{\"omit\":true}}}",
	NULL},
    {"page",
	"{\"for\":\"products\",\"path\":\"/shop/{id}\",\"title\":\"{name}\","
	"\"image\":\"{image}\",\"slots\":{\"a\":{\"record\":\"product\"},\"b\":"
	"{\"fragment\":{\"from\":\"products\",\"component\":\"card\",\"key\":"
	"\"last.seen\"}}}}",
	NULL},
    {"page", "{\"for\":\"products\",\"path\":\"/shop\",\"title\":\"x\"}",
	"does not match"},
    {"page", "{\"title\":\"x\",\"slots\":{\"a\":{\"componnet\":\"hero\"}}}",
	"unknown member \"componnet\""},
    {"page",
	"{\"title\":\"x\",\"slots\":{\"a\":{\"list\":{\"from\":\"p\","
	"\"component\":\"c\",\"where\":{\"a\":{\"$gtt\":1}}}}}}",
	"unknown member \"$gtt\""},
    {"page", "{\"titel\":\"x\"}", "\"title\" is missing"},
    {"page", "{\"title\":\"x\",\"path\":\"/a/\"}", "does not match"},
    {"entry", "{\"fields\":{\"a\":1},\"slots\":{}}", NULL},
    {"entry", "{\"field\":{}}", "unknown member \"field\""},
    {"variant",
	"{\"audience\":\"vip\",\"priority\":80,\"fields\":{\"title\":\"W\"},"
	"\"tags\":{\"segment\":\"vip\",\"campaign\":\"spring\",\"stage\":"
	"\"loyal\","
	"\"theme\":\"gold\"},\"startsAt\":\"2026-03-01T00:00:00+01:00\"}",
	NULL},
    {"variant",
	"{\"audience\":{\"tier\":\"gold\",\"$not\":{\"$segment\":\"new\"}},"
	"\"priority\":1000,\"list\":{\"order\":[\"-margin\"],\"limit\":null}}",
	NULL},
    {"variant", "{\"audience\":{},\"priority\":1,\"omit\":true}", NULL},
    {"variant", "{\"audience\":\"vip\",\"priority\":1001,\"omit\":true}",
	"at most 1000"},
    {"variant",
	"{\"audience\":\"vip\",\"priority\":1,\"omit\":true,\"fields\":{}}",
	"alternatives 1 and 3 both hold"},
    {"variant", "{\"audience\":\"vip\",\"priority\":1}",
	"\"fields\" is missing"},
    {"chain", "{\"chain\":[\"vip\",\"returning\",\"default\"]}", NULL},
    {"attributes",
	"{\"country\":{\"type\":\"string\",\"source\":\"header:CF-IPCountry\","
	"\"tier\":\"segment\",\"values\":[\"DE\"]},\"cart.value\":{\"type\":"
	"\"number\",\"source\":\"cookie:cart\",\"purpose\":\"functional\"},"
	"\"first-name\":{\"type\":\"string\",\"source\":\"cookie:f\",\"text\":"
	"{\"maxLength\":256,\"fallback\":\"there\"}},\"now\":{\"type\":"
	"\"number\","
	"\"source\":\"time\"}}",
	NULL},
    {"attributes", "{\"a\":{\"type\":\"string\",\"source\":\"heade:X\"}}",
	"does not match"},
    {"attributes",
	"{\"a\":{\"type\":\"string\",\"source\":\"path\",\"text\":"
	"{\"maxLength\":257,\"fallback\":\"\"}}}",
	"at most 256"},
    {"attributes", "{\"_a\":{\"type\":\"string\",\"source\":\"path\"}}",
	"unknown member \"_a\""},
    {"segments",
	"{\"vip\":{\"audience\":{\"tier\":\"gold\"},\"title\":\"VIP\"}}", NULL},
    {"groups",
	"{\"a\":[\"x\",1],\"b\":{\"type\":\"list\",\"attributeKey\":\"id\","
	"\"values\":[]},\"c\":{\"type\":\"condition\",\"condition\":"
	"{\"id\":{\"$inGroup\":\"a\"}}}}", NULL},
    {"groups", "{\"a\":{\"type\":\"list\"}}", "\"values\" is missing"},
    {"segments", "{\"vip\":{\"title\":\"VIP\"}}", "\"audience\" is missing"},
    {"strings", "{\"$schema\":\"x\",\"addToCart\":\"Add\"}", NULL},
    {"strings", "{\"a\":1}", "expected a string"},
    {"redirects", "{\"/old\":\"/new\",\"/gone\":\"https://s.example/\"}", NULL},
    {"redirects", "{\"old\":\"/new\"}", "unknown member \"old\""},
    {"model",
	"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\","
	"\"format\":\"markdown\",\"x-translate\":false}}}",
	NULL},
    {"model",
	"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"text\"}}}",
	"\"text\""},
    {"model", "{\"type\":\"array\"}", "expected \"object\""},
    {"catalogue", "[{\"id\":\"a\",\"price\":1}]", NULL},
    {"catalogue", "[{\"price\":1}]", "\"id\" is missing"},
    {"record", "{\"id\":\"a\",\"url\":\"/a\"}", NULL},
};

static void
test_schema_published_ones_take_what_the_manual_shows(void **state)
{
	struct world w;
	const struct tsr_schema *s;
	const struct tsr_json *v;
	size_t i, m;
	bool ok;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(site_files); i++) {
		open_world(&w);
		s = tsr_schemas_add_kind(w.all, site_files[i].kind);
		assert_true(tsr_schemas_compile(w.all));
		v = parse(&w, site_files[i].text);
		ok = tsr_schema_check(&w.diag, s, v, NULL);
		if (site_files[i].message == NULL && !ok)
			fail_msg(
			    "%s: %s", site_files[i].text, w.diag.list[0].text);
		for (m = 0; m < w.diag.count; m++)
			if (strstr(w.diag.list[m].text,
				site_files[i].message) != NULL)
				break;
		if (site_files[i].message != NULL && m == w.diag.count)
			fail_msg("%s: expected \"%s\", %zu messages: %s",
			    site_files[i].text, site_files[i].message, m,
			    m > 0 ? w.diag.list[0].text : "");
		tsr_arena_free(&w.arena);
	}
}

static void
test_schema_message_says_found_and_expected(void **state)
{
	static const struct {
		const char *schema, *text, *message, *hint;
	} rows[] = {
	    {"{\"type\":[\"integer\",\"null\"]}", "\"1\"",
		"found a string, expected null or an integer", NULL},
	    {"{\"type\":\"number\"}", "[]", "found an array, expected a number",
		NULL},
	    {"{\"enum\":[\"red\",\"green\",1]}", "\"gren\"",
		"found \"gren\", expected one of \"red\", \"green\", 1",
		"did you mean \"green\"?"},
	    {"{\"const\":{\"a\":1}}", "2", "found 2, expected {\"a\":1}", NULL},
	    {"{\"minimum\":0.5}", "0.25", "found 0.25, expected at least 0.5",
		NULL},
	    {"{\"multipleOf\":0.01}", "0.075",
		"found 0.075, expected a multiple of 0.01", NULL},
	    {"{\"minLength\":1}", "\"\"", "this text may not be empty", NULL},
	    {"{\"maxLength\":2}", "\"abc\"",
		"found 3 characters, expected at most 2", NULL},
	    {"{\"format\":\"date\"}", "\"x\"", "\"x\" is no date",
		"expected a date such as 2026-03-31"},
	    {"{\"properties\":{\"title\":true},\"additionalProperties\":false}",
		"{\"titel\":1}", "unknown member \"titel\"",
		"did you mean \"title\"?"},
	    {"{\"allOf\":[{\"properties\":{\"a\":true}},{\"properties\":"
	     "{\"b\":true}}],\"unevaluatedProperties\":false}",
		"{\"zzzzzz\":1}", "unknown member \"zzzzzz\"",
		"known are: a, b"},
	    {"{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"object\"}]}", "1",
		"found an integer, expected a string or an object", NULL},
	    {"{\"oneOf\":[{\"const\":\"a\"},{\"const\":\"b\"}]}", "\"c\"",
		"expected one of \"a\", \"b\"", NULL},
	    {"{\"not\":{\"title\":\"a number\",\"type\":\"number\"}}", "1",
		"this may not be a number", NULL},
	};
	struct world w;
	const struct tsr_schema *s;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		open_world(&w);
		s = compile(&w, rows[i].schema);
		assert_false(tsr_schema_check(
		    &w.diag, s, parse(&w, rows[i].text), NULL));
		assert_int_equal(w.diag.count, 1);
		assert_string_equal(w.diag.list[0].text, rows[i].message);
		if (rows[i].hint != NULL)
			assert_string_equal(w.diag.list[0].hint, rows[i].hint);
		tsr_arena_free(&w.arena);
	}
}

static const char *
no_such_image(void *ctx, struct tsr_span path)
{
	return ctx == NULL && tsr_span_eq(path, TSR_LIT("b.svg"))
		   ? NULL
		   : "there is no such file";
}

static void
test_schema_image_is_asked_for(void **state)
{
	const struct tsr_schema_options options = {no_such_image, NULL};
	struct world w;
	const struct tsr_schema *s;

	(void)state;
	open_world(&w);
	s = compile(&w, "{\"items\":{\"format\":\"image\"}}");
	assert_true(
	    tsr_schema_check(&w.diag, s, parse(&w, "[\"b.svg\"]"), &options));
	assert_false(
	    tsr_schema_check(&w.diag, s, parse(&w, "[\"a.svg\"]"), &options));
	assert_string_equal(
	    w.diag.list[0].text, "image \"a.svg\": there is no such file");
	tsr_arena_free(&w.arena);
}

/* A chain of count references, the last one to a type. */
static bool
chain_compiles(struct world *w, unsigned count)
{
	struct tsr_buf text;
	unsigned i;

	tsr_buf_init(&text, 100000);
	tsr_buf_text(&text, "{\"$defs\":{");
	for (i = 1; i < count; i++)
		tsr_buf_printf(
		    &text, "\"%u\":{\"$ref\":\"#/$defs/%u\"},", i, i + 1);
	tsr_buf_printf(&text,
	    "\"%u\":{\"type\":\"null\"}},\"$ref\":\"#/$defs/1\"}", count);
	tsr_buf_byte(&text, 0);
	tsr_schemas_add(w->all, "s.json", parse(w, (const char *)text.p));
	tsr_buf_free(&text);
	return tsr_schemas_compile(w->all);
}

static void
test_schema_row_of_references_at_the_cap_fits_and_one_more_does_not(
    void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
	assert_true(chain_compiles(&w, 31));
	tsr_arena_free(&w.arena);
	open_world(&w);
	assert_false(chain_compiles(&w, 32));
	assert_string_equal(w.diag.list[0].rule, "S108");
	tsr_arena_free(&w.arena);
	/* Far too long: no deep recursion either. */
	open_world(&w);
	assert_false(chain_compiles(&w, 2000));
	tsr_arena_free(&w.arena);
}

static void
test_schema_unknown_keyword_is_a_warning_with_the_nearest(void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
	compile(&w, "{\"requried\":[\"a\"],\"x-mine\":1,\"label\":2}");
	assert_int_equal(w.diag.count, 1);
	assert_string_equal(w.diag.list[0].rule, "S110");
	assert_string_equal(w.diag.list[0].hint, "did you mean \"required\"?");
	assert_int_equal(w.diag.errors, 0);
	tsr_arena_free(&w.arena);
}

#define BIT(type) (1u << TSR_JSON_##type)

static void
test_shape_follows_a_path_through_references_and_alternatives(void **state)
{
	static const char schema[] =
	    "{\"type\":\"object\",\"properties\":{"
	    "\"title\":{\"type\":\"string\",\"title\":\"Headline\","
	    "\"x-translate\":false},"
	    "\"body\":{\"allOf\":[{\"$ref\":\"#/$defs/text\"}]},"
	    "\"price\":{\"type\":[\"number\",\"null\"]},"
	    "\"links\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/"
	    "link\"}},"
	    "\"media\":{\"oneOf\":[{\"properties\":{\"src\":{\"type\":"
	    "\"string\","
	    "\"format\":\"image\"},\"kind\":{\"const\":1}},\"required\":["
	    "\"src\"]},"
	    "{\"properties\":{\"src\":{\"type\":\"array\"},\"alt\":{\"type\":"
	    "\"string\"}},\"required\":[\"src\",\"alt\"]}]},"
	    "\"node\":{\"$ref\":\"#\"}},"
	    "\"required\":[\"title\"],\"patternProperties\":{\"^x-\":{\"type\":"
	    "\"boolean\"}},\"$defs\":{\"text\":{\"type\":\"string\",\"format\":"
	    "\"markdown\"},\"link\":{\"type\":\"object\",\"properties\":{"
	    "\"href\":"
	    "{\"type\":\"string\",\"format\":\"uri-reference\"}},\"required\":"
	    "[\"href\"]}}}";
	static const struct {
		const char *path; /* [] is an item */
		unsigned types;
		enum tsr_format format;
		bool required;
	} rows[] = {
	    {"title", BIT(STRING), TSR_FORMAT_NONE, true},
	    {"body", BIT(STRING), TSR_FORMAT_MARKDOWN, false},
	    {"price", BIT(INTEGER) | BIT(REAL) | BIT(NULL), TSR_FORMAT_NONE,
		false},
	    {"links", BIT(ARRAY), TSR_FORMAT_NONE, false},
	    {"links.[].href", BIT(STRING), TSR_FORMAT_URI_REFERENCE, true},
	    {"media.src", BIT(STRING) | BIT(ARRAY), TSR_FORMAT_IMAGE, true},
	    {"media.kind", BIT(INTEGER), TSR_FORMAT_NONE, false},
	    {"media.alt", BIT(STRING), TSR_FORMAT_NONE, false},
	    {"x-y", BIT(BOOLEAN), TSR_FORMAT_NONE, false},
	    {"node.node.title", BIT(STRING), TSR_FORMAT_NONE, true},
	    {"nothing", 0, TSR_FORMAT_NONE, false},
	    {"links.href", 0, TSR_FORMAT_NONE, false},
	    {"links.[].title", 0, TSR_FORMAT_NONE, false},
	};
	struct world w;
	struct tsr_shape root, shape, parent;
	struct tsr_span path, part, names[20];
	size_t i, from, end;

	(void)state;
	open_world(&w);
	root = tsr_shape_root(compile(&w, schema));
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		path = tsr_span_of(rows[i].path, strlen(rows[i].path));
		shape = parent = root;
		for (from = 0; from < path.n; from = end + 1) {
			end = tsr_span_find(path, '.', from);
			part = tsr_span_part(path, from, end - from);
			parent = shape;
			shape = part.p[0] == '['
				    ? tsr_shape_item(&parent)
				    : tsr_shape_member(&parent, part);
		}
		assert_int_equal(tsr_shape_known(&shape), rows[i].types != 0);
		if (rows[i].types == 0)
			continue;
		assert_int_equal(tsr_shape_types(&shape), rows[i].types);
		assert_int_equal(tsr_shape_format(&shape), rows[i].format);
		assert_int_equal(
		    tsr_shape_required(&parent, part), rows[i].required);
	}
	assert_int_equal(tsr_shape_names(names, 20, &root), 6);
	shape = tsr_shape_member(&root, TSR_LIT("title"));
	assert_true(tsr_span_eq(tsr_shape_title(&shape), TSR_LIT("Headline")));
	assert_true(tsr_json_is(
	    tsr_shape_keyword(&shape, "x-translate"), TSR_JSON_BOOLEAN));
	assert_int_equal(tsr_shape_where(&shape).off, 39);
	tsr_arena_free(&w.arena);
}

static void
test_shape_with_different_formats_has_none(void **state)
{
	struct world w;
	struct tsr_shape shape;

	(void)state;
	open_world(&w);
	shape = tsr_shape_root(
	    compile(&w, "{\"anyOf\":[{\"type\":\"string\",\"format\":\"html\"},"
			"{\"type\":\"string\"},{\"type\":\"null\"}]}"));
	assert_int_equal(tsr_shape_format(&shape), TSR_FORMAT_NONE);
	assert_int_equal(tsr_shape_types(&shape), BIT(STRING) | BIT(NULL));
	tsr_arena_free(&w.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_schema_published_ones_hold_against_the_meta_schema),
	    cmocka_unit_test(
		test_schema_published_ones_share_their_definitions),
	    cmocka_unit_test(
		test_schema_published_ones_take_what_the_manual_shows),
	    cmocka_unit_test(test_schema_message_says_found_and_expected),
	    cmocka_unit_test(test_schema_image_is_asked_for),
	    cmocka_unit_test(
		test_schema_row_of_references_at_the_cap_fits_and_one_more_does_not),
	    cmocka_unit_test(
		test_schema_unknown_keyword_is_a_warning_with_the_nearest),
	    cmocka_unit_test(
		test_shape_follows_a_path_through_references_and_alternatives),
	    cmocka_unit_test(test_shape_with_different_formats_has_none),
	};

	return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
