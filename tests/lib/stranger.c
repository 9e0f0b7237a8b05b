/*
 * stranger - a visitor drawn at random over a site, and what core reads of it.
 */
#include "lib/stranger.h"

#include <stdio.h>
#include <stdlib.h>

#define TEXT_MAX ((size_t)1 << 30)
/* Parameters beside headers. */
#define FIXED_PARAMS 5
#define START 1772323200000ll /* 2026-03-01 */

/* ---- the request ---- */

/* Text of a JSON string of which each character is a byte. */
static struct tsr_span
bytes_of(struct tsr_arena *arena, struct tsr_span s)
{
	uint8_t *out = tsr_arena_alloc(arena, s.n + 1);
	size_t i, n = 0;

	for (i = 0; i < s.n; i++)
		if (s.p[i] >= 0xc2 && i + 1 < s.n) {
			out[n++] = (uint8_t)((s.p[i] & 3) << 6 |
			    (s.p[i + 1] & 0x3f));
			i++;
		} else
			out[n++] = s.p[i];
	return tsr_span_of(out, n);
}

static struct tsr_span
cgi_name(struct tsr_arena *arena, struct tsr_span header)
{
	uint8_t *out = tsr_arena_alloc(arena, header.n + 5);
	size_t i;

	memcpy(out, "HTTP_", 5);
	for (i = 0; i < header.n; i++)
		out[5 + i] = header.p[i] == '-' ? '_'
		    : header.p[i] >= 'a' && header.p[i] <= 'z'
		    ? (uint8_t)(header.p[i] - 32) : header.p[i];
	return tsr_span_of(out, header.n + 5);
}

static struct tsr_json
read_json(struct tsr_arena *arena, struct tsr_span text)
{
	struct tsr_json v = {.type = TSR_JSON_NULL};
	struct tsr_sources sources;
	struct tsr_diag diag;
	uint32_t src;

	tsr_sources_init(&sources, arena);
	tsr_diag_init(&diag, arena);
	src = tsr_sources_add(
	    &sources, "value", tsr_arena_dup(arena, text));
	if (!tsr_json_read(&v, arena, &diag, &sources, src))
		abort();
	return v;
}

static void
add_param(struct tsr_stranger *s, struct tsr_span name, struct tsr_span value)
{
	s->params[s->request.count].name = name;
	s->params[s->request.count++].value = value;
}

static void
add_headers(struct tsr_stranger *s, struct tsr_span pairs)
{
	struct tsr_json list;
	struct tsr_buf text;
	uint32_t i;

	tsr_buf_init(&text, TEXT_MAX);
	tsr_buf_byte(&text, '[');
	tsr_buf_add(&text, pairs);
	tsr_buf_byte(&text, ']');
	list = read_json(s->arena, tsr_buf_view(&text));
	tsr_buf_free(&text);
	s->params = TSR_NEW_ARRAY(
	    s->arena, struct tsr_param, list.count + FIXED_PARAMS);
	for (i = 0; i < list.count; i++) {
		const struct tsr_json *pair = list.u.items[i].u.items;

		add_param(s, cgi_name(s->arena, pair[0].u.string),
		    bytes_of(s->arena, pair[1].u.string));
	}
}

/* A year, to the minute; or about when something begins or ends. */
static int64_t
draw_time(struct tsr_stranger *s)
{
	struct tsr_dice *dice = &s->speller.dice;

	if (s->moment_count > 0 && tsr_dice_below(dice, 3) == 0)
		return s->moments[tsr_dice_below(
			   dice, (uint32_t)s->moment_count)] -
		    1000 + (int64_t)tsr_dice_below(dice, 3) * 1000;
	return START + (int64_t)tsr_dice_below(dice, 366 * 1440) * 60000;
}

void
tsr_stranger_draw(struct tsr_stranger *s, struct tsr_span path)
{
	struct tsr_spelled said;

	s->speller.now = draw_time(s);
	tsr_spelled_init(&said);
	s->spelled = tsr_spell_random(&said, &s->speller, s->arena);
	s->request = (struct tsr_request){.now = s->speller.now};
	add_headers(s, tsr_buf_view(&said.headers));
	add_param(s, TSR_LIT("REQUEST_METHOD"), TSR_LIT("GET"));
	add_param(s, TSR_LIT("REQUEST_URI"), path);
	add_param(s, TSR_LIT("QUERY_STRING"),
	    tsr_arena_dup(s->arena, tsr_buf_view(&said.query)));
	add_param(s, TSR_LIT("HTTP_COOKIE"),
	    tsr_arena_dup(s->arena, tsr_buf_view(&said.cookie)));
	/* The example site believes what its own machine passes on. */
	add_param(s, TSR_LIT("REMOTE_ADDR"), TSR_LIT("127.0.0.1"));
	s->request.params = s->params;
	tsr_spelled_free(&said);
}

void
tsr_stranger_visit(struct tsr_visit *visit, struct tsr_stranger *s,
    const struct tsr_table *table, const uint8_t *page)
{
	tsr_visit_init(visit, table, &s->request, page);
	tsr_beside_draw(&s->beside, &s->speller.dice, table, s->request.now,
	    visit->purposes);
	s->request.state = &s->beside.state;
	s->request.profile = s->beside.profile;
	s->request.profile_count = s->beside.profile_count;
	tsr_visit_init(visit, table, &s->request, page);
}

/* ---- what core read ---- */

/* Does the request say it, and nothing beside it? */
static bool
is_spelled(enum tsr_attribute_source source)
{
	return source < TSR_SOURCE_PATH || source == TSR_SOURCE_HINT ||
	    source == TSR_SOURCE_LANGUAGE || source == TSR_SOURCE_DEVICE ||
	    source == TSR_SOURCE_ADDRESS || source == TSR_SOURCE_CLOCK;
}

/* The arms that the state keeps. */
static struct tsr_json
kept_arms(const struct tsr_stranger *s, const struct tsr_table *table)
{
	uint32_t n = tsr_table_count(table, TSR_SECTION_EXPT), i;
	struct tsr_json kept = {.type = TSR_JSON_OBJECT}, *pair;
	struct tsr_member *list =
	    TSR_NEW_ARRAY(s->arena, struct tsr_member, n + 1u);
	const struct tsr_bucket *bucket;
	struct tsr_span id;

	for (i = 0; i < n && s->request.state != NULL; i++) {
		id = tsr_table_text(table, tsr_table_record(table,
		    TSR_SECTION_EXPT, i, TSR_EXPERIMENT_SIZE));
		bucket = tsr_state_bucket(
		    s->request.state, tsr_state_name(id));
		if (bucket == NULL)
			continue;
		pair = TSR_NEW_ARRAY(s->arena, struct tsr_json, 2);
		pair[0] = tsr_json_integer(bucket->version);
		pair[1] = tsr_json_integer(bucket->arm);
		list[kept.count].name = id;
		list[kept.count].value = (struct tsr_json){
		    .type = TSR_JSON_ARRAY, .count = 2};
		list[kept.count++].value.u.items = pair;
	}
	kept.u.members = list;
	return kept;
}

static bool
value_of(struct tsr_json *out, struct tsr_arena *arena, struct tsr_visit *visit,
    uint32_t attribute)
{
	const struct tsr_value *v = tsr_decide_value(visit, attribute);

	memset(out, 0, sizeof(*out));
	switch (v->kind) {
	case TSR_VALUE_BOOLEAN:
		*out = tsr_json_boolean(v->boolean);
		return true;
	case TSR_VALUE_NUMBER:
		out->type = TSR_JSON_REAL;
		out->u.real = v->number;
		return true;
	case TSR_VALUE_STRING:
		*out = tsr_json_string(v->string);
		return true;
	case TSR_VALUE_JSON:
		*out = read_json(arena, v->string);
		return true;
	default:
		return false;
	}
}

struct tsr_json
tsr_stranger_values(
    uint64_t *faults, const struct tsr_stranger *s, struct tsr_visit *visit)
{
	const struct tsr_rules *rules = s->speller.rules;
	size_t i, n = tsr_rules_attribute_count(rules);
	struct tsr_member *list = TSR_NEW_ARRAY(
	    s->arena, struct tsr_member, n + 1);
	struct tsr_json out = {.type = TSR_JSON_OBJECT};

	for (i = 0; i < n; i++) {
		const struct tsr_rules_attribute *at =
		    tsr_rules_attribute_at(rules, (uint32_t)i);
		const struct tsr_json *want =
		    tsr_json_find(&s->spelled, at->name);
		struct tsr_member *m = &list[out.count];
		bool found = value_of(&m->value, s->arena, visit, (uint32_t)i);

		m->name = at->name;
		out.count += found && at->source != TSR_SOURCE_EXPERIMENT &&
		    at->source != TSR_SOURCE_HOLDOUT;
		if (is_spelled(at->source) &&
		    (found != (want != NULL) ||
			(found && !tsr_json_eq(&m->value, want))) &&
		    (*faults)++ < 10)
			fprintf(stderr,
			    "read otherwise than it was sent: %.*s\n",
			    TSR_ARG(at->name));
	}
	list[out.count].name = TSR_LIT("_kept");
	list[out.count++].value = kept_arms(s, visit->table);
	out.u.members = list;
	return out;
}

/* When decisions change by time alone. */
static void
find_moments(struct tsr_stranger *s, struct tsr_arena *arena)
{
	uint32_t d, decisions = tsr_rules_decision_count(s->speller.rules);
	const int64_t *list;
	size_t cap = 0, n, i;

	for (d = 0; d < decisions; d++) {
		n = tsr_rules_boundaries(&list, s->speller.rules, d, arena);
		for (i = 0; i < n; i++) {
			s->moments = tsr_arena_grow(arena, s->moments,
			    s->moment_count, &cap, sizeof(*s->moments));
			s->moments[s->moment_count++] = list[i];
		}
	}
}

void
tsr_stranger_init(struct tsr_stranger *s, const struct tsr_site_output *site,
    uint64_t seed, struct tsr_arena *arena, struct tsr_arena *scratch)
{
	struct tsr_span *ids;
	uint32_t i, j;

	memset(s, 0, sizeof(*s));
	s->arena = scratch;
	s->speller.rules = site->rules;
	s->speller.consent_cookie = site->consent_cookie;
	s->speller.dice.state = seed;
	find_moments(s, arena);
	for (i = 0; i < site->set_count; i++) {
		const struct tsr_fragment_set *set = &site->sets[i];

		ids = TSR_NEW_ARRAY(arena, struct tsr_span, set->count);
		for (j = 0; j < set->count; j++)
			ids[j] = set->list[j].id;
		tsr_rules_fragments(site->rules, i, ids, set->count);
		s->speller.ids = ids;
		s->speller.id_count = set->count;
	}
}
