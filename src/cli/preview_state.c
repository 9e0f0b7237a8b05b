/*
 * preview_state - all that the bar shows about one page, as JSON.
 */
#include "cli/preview_state.h"

#include <math.h>

#include "cli/preview_trace.h"
#include "core/decide.h"
#include "core/query.h"
#include "core/route.h"
#include "core/word.h"

/* Slots of one page that are listed. */
#define PLACES_MAX 500

struct job {
	struct tsr_buf *out;
	const struct tsr_preview_site *site;
	const struct tsr_table *table;
	const struct tsr_preview_request *request;
	struct tsr_arena *arena;
	struct tsr_preview_desk *desk;
	uint32_t page; /* that is looked at */
	bool shown;    /* false: the target is no page, and page stands in */
	struct tsr_preview_visitor_values values;
	bool *read; /* attributes that the page's decisions asked for */
};

static const uint8_t *
attribute_at(const struct job *job, uint32_t i)
{
	return tsr_table_record(
	    job->table, TSR_SECTION_ATTR, i, TSR_ATTRIBUTE_SIZE);
}

static void
put_name(struct tsr_buf *out, const char *name, struct tsr_span text)
{
	tsr_buf_printf(out, "\"%s\":", name);
	tsr_buf_json(out, text);
}

static void
put_value(struct tsr_buf *out, const struct tsr_json *v)
{
	if (v == NULL)
		tsr_buf_text(out, "null");
	else
		tsr_json_write(out, v);
}

static const struct tsr_json *
json_of(const struct tsr_value *value, struct tsr_arena *arena)
{
	struct tsr_json *v = TSR_NEW(arena, struct tsr_json);

	switch (value->kind) {
	case TSR_VALUE_BOOLEAN:
		*v = tsr_json_boolean(value->boolean);
		return v;
	case TSR_VALUE_STRING:
		*v = tsr_json_string(value->string);
		return v;
	case TSR_VALUE_NUMBER:
		v->type = TSR_JSON_REAL;
		v->u.real = value->number;
		return isfinite(value->number) ? v : NULL;
	default:
		return NULL;
	}
}

/* The visitor's values, and what they would be without the bar. */
static void
read_values(struct job *job)
{
	uint32_t count = tsr_table_count(job->table, TSR_SECTION_ATTR), i;
	size_t known = tsr_rules_attribute_count(job->site->segments.rules);
	struct tsr_visit *visit = &job->desk->answer.visit, *sent;
	const uint8_t *page = tsr_table_record(
	    job->table, TSR_SECTION_PAGE, job->page, TSR_PAGE_SIZE);

	job->read = TSR_NEW_ARRAY(job->arena, bool, count + 1);
	job->values.count = known;
	job->values.time = job->desk->visitor.now;
	job->values.now =
	    TSR_NEW_ARRAY(job->arena, const struct tsr_json *, known + 1);
	job->values.sent =
	    TSR_NEW_ARRAY(job->arena, const struct tsr_json *, known + 1);
	if (page == NULL)
		return;
	if (!job->shown) {
		tsr_visit_init(visit, job->table, &job->desk->request, page);
		visit->overrides = job->desk->visitor.overrides;
	}
	sent = TSR_NEW(job->arena, struct tsr_visit);
	tsr_visit_init(sent, job->table, &job->desk->request, page);
	for (i = 0; i < count && i < TSR_ATTRIBUTES_MAX; i++) {
		uint32_t number = tsr_rules_attribute_find(
		    job->site->segments.rules,
		    tsr_table_text(job->table, attribute_at(job, i)));

		job->read[i] = job->shown &&
		    visit->values[i].kind != TSR_VALUE_UNREAD;
		if (number >= known)
			continue;
		job->values.now[number] =
		    json_of(tsr_decide_value(visit, i), job->arena);
		job->values.sent[number] =
		    json_of(tsr_decide_value(sent, i), job->arena);
	}
}

static void
put_attribute(struct job *job, uint32_t i, uint32_t number)
{
	const struct tsr_rules_attribute *a =
	    tsr_rules_attribute_at(job->site->segments.rules, number);
	const struct tsr_json *values =
	    tsr_rules_values(job->site->segments.rules, number);
	struct tsr_buf *out = job->out;

	put_name(out, "name", a->name);
	tsr_buf_printf(out, ",\"type\":\"%s\",\"source\":\"%s\",",
	    tsr_word_type(a->type), tsr_word_source(a->source));
	put_name(out, "key", a->key);
	tsr_buf_printf(out, ",\"purpose\":\"%s\",\"tier\":\"%s\",\"values\":",
	    a->purpose == TSR_PURPOSE_NONE
		? "" : tsr_word_purpose(a->purpose),
	    tsr_word_tier(a->tier));
	put_value(out, values);
	tsr_buf_text(out, ",\"value\":");
	put_value(out, job->values.now[number]);
	tsr_buf_text(out, ",\"sent\":");
	put_value(out, job->values.sent[number]);
	tsr_buf_printf(out, ",\"set\":%s,\"read\":%s",
	    job->desk->visitor.overrides[i].kind != TSR_VALUE_UNREAD ? "true"
								     : "false",
	    job->read[i] ? "true" : "false");
}

static void
put_attributes(struct job *job)
{
	uint32_t count = tsr_table_count(job->table, TSR_SECTION_ATTR), i;
	bool first = true;

	tsr_buf_text(job->out, ",\"attributes\":[");
	for (i = 0; i < count && i < TSR_ATTRIBUTES_MAX; i++) {
		uint32_t number = tsr_rules_attribute_find(
		    job->site->segments.rules,
		    tsr_table_text(job->table, attribute_at(job, i)));

		if (number >= job->values.count)
			continue;
		tsr_buf_text(job->out, first ? "{" : ",{");
		put_attribute(job, i, number);
		tsr_buf_byte(job->out, '}');
		first = false;
	}
	tsr_buf_byte(job->out, ']');
}

static struct tsr_span
rule_name(const struct job *job, size_t number)
{
	return tsr_rules_attribute_at(
	    job->site->segments.rules, (uint32_t)number)->name;
}

/* The attributes that a segment reads. */
static void
put_reads(struct job *job, const struct tsr_preview_segment *segment)
{
	bool first = true;
	size_t i;

	tsr_buf_text(job->out, ",\"reads\":[");
	for (i = 0; i < job->values.count; i++) {
		if (!segment->reads[i])
			continue;
		if (!first)
			tsr_buf_byte(job->out, ',');
		tsr_buf_json(job->out, rule_name(job, i));
		first = false;
	}
	tsr_buf_byte(job->out, ']');
}

static void
put_changes(struct job *job, const struct tsr_preview_change *changes)
{
	bool first = true;
	size_t i;

	tsr_buf_text(job->out, "{\"set\":{");
	for (i = 0; i < job->values.count; i++) {
		if (changes[i].kind != TSR_PREVIEW_SET)
			continue;
		if (!first)
			tsr_buf_byte(job->out, ',');
		tsr_buf_json(job->out, rule_name(job, i));
		tsr_buf_byte(job->out, ':');
		put_value(job->out, changes[i].value);
		first = false;
	}
	tsr_buf_text(job->out, "},\"clear\":[");
	for (first = true, i = 0; i < job->values.count; i++) {
		if (changes[i].kind != TSR_PREVIEW_CLEAR)
			continue;
		if (!first)
			tsr_buf_byte(job->out, ',');
		tsr_buf_json(job->out, rule_name(job, i));
		first = false;
	}
	tsr_buf_text(job->out, "]}");
}

static void
put_segments(struct job *job)
{
	const struct tsr_preview_segments *all = &job->site->segments;
	struct tsr_preview_change *changes = TSR_NEW_ARRAY(
	    job->arena, struct tsr_preview_change, job->values.count + 1);
	struct tsr_buf *out = job->out;
	size_t i;

	tsr_buf_text(out, ",\"segments\":[");
	for (i = 0; i < all->count; i++) {
		struct tsr_arena_mark mark = tsr_arena_mark(job->arena);
		bool holds = tsr_preview_segment_holds(
		    all, i, &job->values, job->arena);

		tsr_buf_text(out, i == 0 ? "{" : ",{");
		put_name(out, "name", all->list[i].name);
		tsr_buf_byte(out, ',');
		put_name(out, "title", all->list[i].title);
		tsr_buf_printf(
		    out, ",\"holds\":%s,\"condition\":", holds ? "true" : "false");
		put_value(out, all->list[i].audience);
		put_reads(job, &all->list[i]);
		tsr_buf_text(out, ",\"change\":");
		if (tsr_preview_segment_change(changes, all, i, !holds,
			&job->values, job->arena))
			put_changes(job, changes);
		else
			tsr_buf_text(out, "null");
		tsr_buf_byte(out, '}');
		tsr_arena_rewind(job->arena, mark);
	}
	tsr_buf_byte(out, ']');
}

/* The names of all variants of a slot, in the order of its chain. */
static void
put_variants(struct job *job, uint32_t slot)
{
	const uint8_t *s = tsr_table_record(
	    job->table, TSR_SECTION_SLOT, slot, TSR_SLOT_SIZE), *program;
	uint32_t first = tsr_le32(s + 4), count = tsr_le32(s + 8), i;

	tsr_buf_text(job->out, ",\"variants\":[");
	for (i = 0; i < count && i <= UINT32_MAX - first; i++) {
		program = tsr_table_record(
		    job->table, TSR_SECTION_PROG, first + i, TSR_PROGRAM_SIZE);
		if (program == NULL)
			break;
		if (i > 0)
			tsr_buf_byte(job->out, ',');
		tsr_buf_json(
		    job->out, tsr_table_text(job->table, program + 8));
	}
	tsr_buf_byte(job->out, ']');
}

/* The program of the page's edition; UINT32_MAX when there is none. */
static uint32_t
edition_of(struct job *job, const uint8_t *page)
{
	uint32_t edition = tsr_decide_outcome(
	    &job->desk->answer.visit, tsr_le32(page + 24));

	if (edition >= tsr_le32(page + 32) ||
	    edition > UINT32_MAX - tsr_le32(page + 28))
		return UINT32_MAX;
	return tsr_le32(page + 28) + edition;
}

static void
put_slots(struct job *job, uint32_t program)
{
	struct tsr_preview_place *places = TSR_NEW_ARRAY(
	    job->arena, struct tsr_preview_place, PLACES_MAX);
	size_t count = tsr_preview_trace(
	    places, PLACES_MAX, &job->desk->answer.visit, program);
	size_t i;

	tsr_buf_text(job->out, ",\"slots\":[");
	for (i = 0; i < count; i++) {
		tsr_buf_text(job->out, i == 0 ? "{" : ",{");
		put_name(job->out, "slot", places[i].slot);
		tsr_buf_byte(job->out, ',');
		put_name(job->out, "shown", places[i].shown);
		put_variants(job, places[i].number);
		tsr_buf_printf(job->out,
		    ",\"omitted\":%s,\"position\":%u,\"depth\":%u}",
		    places[i].omitted ? "true" : "false", places[i].position,
		    places[i].depth);
	}
	tsr_buf_byte(job->out, ']');
}

/* The same page in each locale that has it. */
static void
put_locales(struct job *job, const uint8_t *page)
{
	uint32_t count = tsr_table_count(job->table, TSR_SECTION_PAGE), i;
	struct tsr_span id = tsr_table_text(job->table, page + 8);
	const uint8_t *other, *locale;
	bool first = true;

	tsr_buf_text(job->out, ",\"locales\":[");
	for (i = 0; i < count; i++) {
		other = tsr_table_record(
		    job->table, TSR_SECTION_PAGE, i, TSR_PAGE_SIZE);
		locale = tsr_table_record(job->table, TSR_SECTION_LOCL,
		    tsr_le32(other + 16), TSR_LOCALE_SIZE);
		if (locale == NULL ||
		    !tsr_span_eq(tsr_table_text(job->table, other + 8), id))
			continue;
		tsr_buf_text(job->out, first ? "{" : ",{");
		put_name(job->out, "tag", tsr_table_text(job->table, locale));
		tsr_buf_byte(job->out, ',');
		put_name(job->out, "path", tsr_table_text(job->table, other));
		tsr_buf_printf(job->out, ",\"current\":%s}",
		    i == job->page ? "true" : "false");
		first = false;
	}
	tsr_buf_byte(job->out, ']');
}

static void
put_page(struct job *job)
{
	const uint8_t *page = tsr_table_record(
	    job->table, TSR_SECTION_PAGE, job->page, TSR_PAGE_SIZE);
	const uint8_t *locale, *program;
	uint32_t edition;

	if (page == NULL || !job->shown) {
		tsr_buf_text(job->out,
		    ",\"page\":null,\"slots\":[],\"locales\":[]");
		return;
	}
	locale = tsr_table_record(job->table, TSR_SECTION_LOCL,
	    tsr_le32(page + 16), TSR_LOCALE_SIZE);
	edition = edition_of(job, page);
	program = tsr_table_record(
	    job->table, TSR_SECTION_PROG, edition, TSR_PROGRAM_SIZE);
	tsr_buf_text(job->out, ",\"page\":{");
	put_name(job->out, "id", tsr_table_text(job->table, page + 8));
	tsr_buf_byte(job->out, ',');
	put_name(job->out, "path", tsr_table_text(job->table, page));
	if (locale != NULL) {
		tsr_buf_byte(job->out, ',');
		put_name(
		    job->out, "locale", tsr_table_text(job->table, locale));
	}
	if (program != NULL) {
		tsr_buf_byte(job->out, ',');
		put_name(job->out, "edition",
		    tsr_table_text(job->table, program + 8));
	}
	tsr_buf_printf(job->out, ",\"editions\":%u,\"status\":%u,\"public\":%s}",
	    tsr_le32(page + 32), tsr_le32(page + 36),
	    (tsr_le32(page + 20) & TSR_PAGE_PUBLIC) != 0 ? "true" : "false");
	put_slots(job, edition);
	put_locales(job, page);
}

static void
put_personas(struct job *job)
{
	const struct tsr_json *all = job->site->segments.personas;
	struct tsr_buf *out = job->out;
	const struct tsr_member *m;
	bool first = true;
	uint32_t i;

	tsr_buf_text(out, ",\"persona\":");
	if (job->desk->visitor.token.n > 0)
		tsr_buf_json(out, job->desk->visitor.persona);
	else
		tsr_buf_text(out, "null");
	tsr_buf_text(out, ",\"personas\":[");
	for (i = 0; tsr_json_is(all, TSR_JSON_OBJECT) && i < all->count; i++) {
		m = &all->u.members[i];
		if (!tsr_json_is(&m->value, TSR_JSON_OBJECT))
			continue;
		tsr_buf_text(out, first ? "{" : ",{");
		put_name(out, "name", m->name);
		tsr_buf_byte(out, ',');
		put_name(out, "title",
		    tsr_json_text(tsr_json_get(&m->value, "title")));
		tsr_buf_byte(out, '}');
		first = false;
	}
	tsr_buf_byte(out, ']');
}

/* The page that the query names; "/" when it names none. */
static struct tsr_span
wanted_target(const struct job *job)
{
	struct tsr_span path, query = tsr_target_query(job->request->target);
	uint8_t *room = tsr_arena_alloc(job->arena, TSR_PATH_MAX * 3);

	if (query.p == NULL || !tsr_query_find(&path, query, TSR_LIT("path")) ||
	    tsr_query_decode(
		&path, path, false, room, TSR_PATH_MAX * 3) != TSR_OK ||
	    path.n == 0 || path.p[0] != '/')
		return TSR_LIT("/");
	return path;
}

static void
put_site(struct job *job)
{
	job->table = &job->site->release.store.table;
	job->desk = tsr_preview_desk_answer(
	    job->site, job->request, wanted_target(job), job->arena);
	job->page = job->desk->answer.page;
	job->shown = job->page != UINT32_MAX;
	if (!job->shown)
		job->page = 0;
	read_values(job);
	tsr_buf_printf(job->out, ",\"time\":{\"now\":%lld,\"set\":%s}",
	    (long long)(job->desk->visitor.now / 1000),
	    job->desk->visitor.time_set ? "true" : "false");
	put_personas(job);
	put_page(job);
	put_attributes(job);
	put_segments(job);
}

void
tsr_preview_state_write(struct tsr_buf *out,
    const struct tsr_preview_site *site, const struct tsr_preview_news *news,
    struct tsr_span messages, const struct tsr_preview_request *request,
    struct tsr_arena *arena)
{
	struct job job = {
	    .out = out, .site = site, .request = request, .arena = arena};

	tsr_buf_printf(out, "{\"generation\":%llu",
	    (unsigned long long)news->generation);
	tsr_buf_printf(out, ",\"release\":\"%s\",\"errors\":%zu", news->id,
	    news->errors);
	tsr_buf_printf(out, ",\"warnings\":%zu,\"messages\":", news->warnings);
	if (messages.n > 0)
		tsr_buf_add(out, messages);
	else
		tsr_buf_text(out, "[]");
	if (site != NULL)
		put_site(&job);
	tsr_buf_byte(out, '}');
}
