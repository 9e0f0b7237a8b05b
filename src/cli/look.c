/*
 * look - one page of a site, rendered in memory, and a visitor who looks at it.
 */
#include "cli/look.h"

#include <stdio.h>

#include "build/pack/index.h"
#include "build/rules/signal.h"
#include "cli/options.h"
#include "core/decide.h"
#include "core/route.h"
#include "core/utf8.h"
#include "core/value.h"

/* The interpreter must know the ids of every fragment set. */
static void
name_fragments(struct tsr_look *look)
{
	const struct tsr_fragment_set *set;
	struct tsr_span *ids;
	uint32_t i, j;

	for (i = 0; i < look->site.set_count; i++) {
		set = &look->site.sets[i];
		ids = TSR_NEW_ARRAY(
		    &look->arena, struct tsr_span, set->count);
		for (j = 0; j < set->count; j++)
			ids[j] = set->list[j].id;
		tsr_rules_fragments(look->site.rules, i, ids, set->count);
	}
}

static uint32_t
add_string(void *ctx, struct tsr_span s)
{
	return tsr_texts_add(ctx, s);
}

/* The fragments' ids, which conditions may ask for. */
static void
write_sets(struct tsr_look *look)
{
	struct tsr_buf *sets = &look->sections[TSR_SECTION_FSET];
	struct tsr_buf *out = &look->sections[TSR_SECTION_FRAG];
	uint32_t i, j;

	for (i = 0; i < look->site.set_count; i++) {
		const struct tsr_fragment_set *set = &look->site.sets[i];

		tsr_buf_le32(sets, (uint32_t)(out->n / TSR_FRAGMENT_SIZE));
		tsr_buf_le32(sets, set->count);
		tsr_buf_fill(sets, 0, TSR_FRAGMENT_SET_SIZE - 8);
		for (j = 0; j < set->count; j++) {
			tsr_buf_le32(out, tsr_texts_add(
			    &look->texts, set->list[j].id));
			tsr_buf_le32(out, (uint32_t)set->list[j].id.n);
			tsr_buf_fill(out, 0, TSR_FRAGMENT_SIZE - 8);
		}
	}
}

static void
open_table(struct tsr_look *look)
{
	struct tsr_strings strings = {&look->texts, add_string};
	struct tsr_table *t = &look->table;
	size_t i;

	write_sets(look);
	tsr_rules_write(look->sections, look->site.rules, &strings);
	tsr_buf_add(&look->sections[TSR_SECTION_STRS],
	    tsr_buf_view(&look->texts.bytes));
	for (i = 0; i < TSR_SECTION_COUNT; i++) {
		t->sections[i].p = look->sections[i].p;
		t->sections[i].n = look->sections[i].n;
		t->sections[i].count = (uint32_t)(look->sections[i].n /
		    tsr_table_section_size((enum tsr_section)i));
	}
}

bool
tsr_look_open(struct tsr_look *look, const char *folder, const char *url)
{
	struct tsr_span target = tsr_span_of(url, strlen(url));
	struct tsr_build_options options = {
	    .only = tsr_target_path(target)};
	size_t i;

	memset(look, 0, sizeof(*look));
	tsr_diag_init(&look->diag, &look->arena);
	tsr_texts_init(&look->texts, &look->arena, UINT32_MAX);
	for (i = 0; i < TSR_SECTION_COUNT; i++)
		tsr_buf_init(&look->sections[i], UINT32_MAX);
	if (options.only.n > 1 &&
	    options.only.p[options.only.n - 1] == '/')
		options.only.n--;
	look->request.params = look->params;
	look->params[0].name = TSR_LIT("REQUEST_METHOD");
	look->params[0].value = TSR_LIT("GET");
	look->params[1].name = TSR_LIT("REQUEST_URI");
	look->params[1].value = target;
	look->params[2].name = TSR_LIT("QUERY_STRING");
	look->params[2].value = tsr_target_query(target);
	look->request.count = 3;
	look->purposes = ~0u;
	if (!tsr_site_render(&look->site, folder, &options, &look->arena,
		&look->diag))
		return false;
	if (look->site.page_count == 0)
		return false;
	look->page = &look->site.pages[0];
	name_fragments(look);
	open_table(look);
	return true;
}

static void
print_mistakes(const struct tsr_look *look)
{
	struct tsr_buf out;

	tsr_buf_init(&out, (size_t)1 << 30);
	tsr_buf_text(&out, "{\"messages\":");
	tsr_diag_json(&out, &look->diag, &look->site.sources);
	tsr_buf_text(&out, "}\n");
	fwrite(out.p, 1, out.n, stdout);
	tsr_buf_free(&out);
}

void
tsr_look_refuse(const struct tsr_look *look, const char *url, bool json)
{
	bool path = tsr_span_starts(
	    tsr_target_path(tsr_span_of(url, strlen(url))), TSR_LIT("/"));

	if (look->diag.errors > 0 && json)
		print_mistakes(look);
	else if (look->diag.errors > 0)
		tsr_report(&look->diag, &look->site.sources);
	else
		fprintf(stderr, "tessera: no page of this site is at %s%s\n",
		    url, path ? "" : ": paths begin with /");
}

void
tsr_look_close(struct tsr_look *look)
{
	size_t i;

	for (i = 0; i < TSR_SECTION_COUNT; i++)
		tsr_buf_free(&look->sections[i]);
	tsr_texts_free(&look->texts);
	tsr_site_output_free(&look->site);
	tsr_arena_free(&look->arena);
}

/* The value of an attribute that a text gives; false: it cannot. */
static bool
read_value(struct tsr_value *out, enum tsr_attribute_type type,
    struct tsr_span text)
{
	if (type == TSR_TYPE_STRING) {
		out->kind = TSR_VALUE_STRING;
		out->string = text;
		return tsr_utf8_is_text(text);
	}
	tsr_value_json(out, text, NULL, 0);
	return out->kind == (type == TSR_TYPE_NUMBER ? TSR_VALUE_NUMBER
				: type == TSR_TYPE_BOOLEAN
				? TSR_VALUE_BOOLEAN : TSR_VALUE_JSON) ||
	    (type == TSR_TYPE_JSON && out->kind != TSR_VALUE_MISSING);
}

const char *
tsr_look_set(struct tsr_look *look, const char *pair)
{
	struct tsr_span all = tsr_span_of(pair, strlen(pair));
	size_t equals = tsr_span_find(all, '=', 0);
	uint32_t i = tsr_rules_attribute_find(
	    look->site.rules, tsr_span_part(all, 0, equals));
	const struct tsr_rules_attribute *a;
	double low, high;

	if (equals == all.n)
		return "is no NAME=VALUE";
	/* A trigger's score has a name of its own, which is nobody's. */
	if (i == UINT32_MAX || !tsr_span_eq(tsr_rules_written(
		look->site.rules, i), tsr_span_part(all, 0, equals)))
		return "names no attribute of this site";
	a = tsr_rules_attribute_at(look->site.rules, i);
	if (!read_value(&look->overrides[i], a->type,
		tsr_span_from(all, equals + 1)))
		return a->type == TSR_TYPE_NUMBER ? "is no number"
		    : a->type == TSR_TYPE_BOOLEAN ? "is not true or false"
						  : "is no such value";
	if (tsr_rules_range(&low, &high, look->site.rules, i) &&
	    (look->overrides[i].number < low ||
		look->overrides[i].number > high))
		return tsr_arena_printf(&look->arena,
		    "is no number from %.0f to %.0f", low, high);
	look->browser |= a->tier == TSR_TIER_BROWSER;
	return NULL;
}

void
tsr_look_begin(struct tsr_look *look)
{
	static const uint8_t record[TSR_PAGE_SIZE];
	size_t i, n = tsr_rules_attribute_count(look->site.rules);

	/* Without its consent even a value that is given is missing. */
	for (i = 0; i < n; i++)
		if ((look->purposes &
			1u << tsr_rules_attribute_at(
			    look->site.rules, (uint32_t)i)->purpose) == 0)
			look->overrides[i].kind = TSR_VALUE_MISSING;
	look->request.now = look->now;
	tsr_visit_init(&look->visit, &look->table, &look->request, record);
	look->visit.path = look->page->path;
	look->visit.page = look->page->id;
	look->visit.locale = look->site.locales[look->page->locale].tag;
	look->visit.purposes = look->purposes;
	look->visit.overrides = look->overrides;
}

static bool
to_json(struct tsr_json *out, struct tsr_look *look,
    const struct tsr_value *value)
{
	struct tsr_diag none;
	uint32_t src;

	memset(out, 0, sizeof(*out));
	switch (value->kind) {
	case TSR_VALUE_BOOLEAN:
		*out = tsr_json_boolean(value->boolean);
		return true;
	case TSR_VALUE_NUMBER:
		out->type = TSR_JSON_REAL;
		out->u.real = value->number;
		return true;
	case TSR_VALUE_STRING:
		*out = tsr_json_string(value->string);
		return true;
	case TSR_VALUE_JSON:
		tsr_diag_init(&none, &look->arena);
		src = tsr_sources_add(
		    &look->site.sources, "value", value->string);
		return tsr_json_read(
		    out, &look->arena, &none, &look->site.sources, src);
	default:
		return false;
	}
}

/* What the browser has of its own, before anything was done on the page. */
static bool
begins(struct tsr_json *out, struct tsr_look *look, uint32_t attribute)
{
	const struct tsr_rules *rules = look->site.rules;
	const struct tsr_rules_attribute *a =
	    tsr_rules_attribute_at(rules, attribute);
	uint32_t server = tsr_rules_attribute_find(
	    rules, tsr_rules_written(rules, attribute));

	if (!look->browser || a->source != TSR_SOURCE_BROWSER ||
	    (look->purposes & 1u << a->purpose) == 0)
		return false;
	if (server != attribute)
		return to_json(
		    out, look, tsr_decide_value(&look->visit, server));
	return tsr_signal_first(out, a->key);
}

struct tsr_json
tsr_look_values(struct tsr_look *look)
{
	uint32_t n = (uint32_t)tsr_rules_attribute_count(look->site.rules), i;
	struct tsr_json out = {.type = TSR_JSON_OBJECT};
	struct tsr_member *list =
	    TSR_NEW_ARRAY(&look->arena, struct tsr_member, n + 1);

	/* The clock of startsAt and endsAt is no attribute of the author's. */
	for (i = 0; i < n; i++)
		if (tsr_rules_attribute_at(look->site.rules, i)->name.p[0] !=
			'_' &&
		    (to_json(&list[out.count].value, look,
			 tsr_decide_value(&look->visit, i)) ||
			begins(&list[out.count].value, look, i)))
			list[out.count++].name = tsr_rules_attribute_at(
			    look->site.rules, i)->name;
	out.u.members = list;
	return out;
}
