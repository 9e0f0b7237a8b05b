/*
 * rules - attributes and segments are declared; what was declared is asked.
 */
#include "build/rules/rules_inner.h"

struct tsr_rules *
tsr_rules_new(struct tsr_arena *arena, struct tsr_diag *diag)
{
	struct tsr_rules *rules = TSR_NEW(arena, struct tsr_rules);
	struct tsr_decision *constant;

	rules->arena = arena;
	rules->diag = diag;
	rules->clock = UINT32_MAX;
	tsr_intern_init(&rules->test_index, arena);
	tsr_intern_init(&rules->node_index, arena);
	tsr_intern_init(&rules->decision_index, arena);
	tsr_intern_init(&rules->automata, arena);
	tsr_intern_init(&rules->conditions, arena);
	tsr_intern_init(&rules->chains, arena);
	tsr_intern_init(&rules->chains_seen, arena);
	rules->decisions = tsr_arena_grow(arena, NULL, 0,
	    &rules->decision_cap, sizeof(*rules->decisions));
	constant = &rules->decisions[rules->decision_count++];
	memset(constant, 0, sizeof(*constant));
	constant->root = TSR_TARGET_OUTCOME;
	constant->outcomes = 1;
	return rules;
}

void
tsr_rules_relax(struct tsr_rules *rules)
{
	rules->relaxed = true;
}

void
tsr_rules_groups(struct tsr_rules *rules, const struct tsr_json *groups)
{
	rules->groups = groups;
}

void
tsr_rules_page(struct tsr_rules *rules, const struct tsr_rules_known *known)
{
	if (known != NULL)
		rules->known = *known;
	else
		memset(&rules->known, 0, sizeof(rules->known));
}

void
tsr_rules_fragments(struct tsr_rules *rules, uint32_t set,
    const struct tsr_span *ids, size_t count)
{
	while (rules->fragment_count <= set) {
		rules->fragments = tsr_arena_grow(rules->arena,
		    rules->fragments, rules->fragment_count,
		    &rules->fragment_cap, sizeof(*rules->fragments));
		rules->fragments[rules->fragment_count++].count = 0;
	}
	rules->fragments[set].list = ids;
	rules->fragments[set].count = count;
}

static void
declare_segments(struct tsr_rules *rules, const struct tsr_json *file)
{
	struct tsr_segment *s;
	const struct tsr_member *m;
	uint32_t i;

	rules->segment_file = file;
	rules->segments =
	    TSR_NEW_ARRAY(rules->arena, struct tsr_segment, file->count);
	for (i = 0; i < file->count; i++) {
		m = &file->u.members[i];
		if (tsr_span_eq(m->name, TSR_LIT("$schema")))
			continue;
		s = &rules->segments[rules->segment_count++];
		tsr_rules_check_title(rules, &m->value);
		s->name = m->name;
		s->where = tsr_json_name_where(m);
		s->audience = tsr_json_get(&m->value, "audience");
	}
}

void
tsr_rules_declare(struct tsr_rules *rules, const struct tsr_json *attributes,
    const struct tsr_json *segments)
{
	struct tsr_json name;
	size_t i;

	tsr_rules_proxies(rules);
	if (tsr_json_is(attributes, TSR_JSON_OBJECT))
		tsr_rules_declare_attributes(rules, attributes);
	tsr_rules_check_consent(rules);
	tsr_experiments_declare(rules);
	if (tsr_json_is(segments, TSR_JSON_OBJECT))
		declare_segments(rules, segments);
	/* Each is looked at, used or not. */
	for (i = 0; i < rules->segment_count; i++) {
		name = tsr_json_string(rules->segments[i].name);
		name.src = rules->segments[i].where.src;
		name.off = rules->segments[i].where.off;
		(void)tsr_rules_condition(rules, &name);
	}
	tsr_rules_segments(rules);
	tsr_experiments_compile(rules);
}

bool
tsr_rules_may_miss(const struct tsr_rules *rules, uint32_t attribute)
{
	enum tsr_attribute_source s = rules->attributes[attribute].source;

	return s != TSR_SOURCE_TIME && s != TSR_SOURCE_LOCALE &&
	    s != TSR_SOURCE_PAGE && s != TSR_SOURCE_METHOD &&
	    s != TSR_SOURCE_CLOCK;
}

struct tsr_span
tsr_rules_written(const struct tsr_rules *rules, uint32_t attribute)
{
	const struct tsr_rules_attribute *a = &rules->attributes[attribute];
	size_t i;

	/* A score that a trigger asks in the browser is one of the server's. */
	for (i = 0; a->source == TSR_SOURCE_BROWSER && i < attribute; i++)
		if (rules->attributes[i].source == TSR_SOURCE_SCORE &&
		    rules->attributes[i].declared == a->declared)
			return rules->attributes[i].name;
	return a->name;
}

/* Residues have names in their members and in lists, as deep as they are. */
struct tsr_json
tsr_rules_as_written(
    struct tsr_rules *rules, const struct tsr_json *condition)
{
	struct tsr_json out = *condition, *items;
	struct tsr_member *members;
	uint32_t i, a;

	if (out.type == TSR_JSON_ARRAY) {
		items = TSR_NEW_ARRAY(rules->arena, struct tsr_json, out.count);
		for (i = 0; i < out.count; i++)
			items[i] = tsr_rules_as_written(
			    rules, &condition->u.items[i]);
		out.u.items = items;
	} else if (out.type == TSR_JSON_OBJECT) {
		members = TSR_NEW_ARRAY(
		    rules->arena, struct tsr_member, out.count);
		for (i = 0; i < out.count; i++) {
			members[i] = condition->u.members[i];
			a = tsr_rules_attribute_find(rules, members[i].name);
			if (a != UINT32_MAX)
				members[i].name = tsr_rules_written(rules, a);
			else
				members[i].value = tsr_rules_as_written(
				    rules, &members[i].value);
		}
		out.u.members = members;
	}
	return out;
}

bool
tsr_rules_said(
    struct tsr_json *out, struct tsr_rules *rules, uint32_t decision)
{
	return tsr_residue_condition(
	    out, rules, rules->decisions[decision].root);
}

uint32_t
tsr_rules_clock(struct tsr_rules *rules)
{
	struct tsr_rules_attribute *a;

	if (rules->clock != UINT32_MAX)
		return rules->clock;
	a = &rules->attributes[rules->attribute_count];
	memset(a, 0, sizeof(*a));
	a->name = TSR_LIT("_time");
	a->type = TSR_TYPE_NUMBER;
	a->source = TSR_SOURCE_TIME;
	/* A page may be shared until the next boundary. */
	a->tier = TSR_TIER_SEGMENT;
	rules->clock = (uint32_t)rules->attribute_count++;
	return rules->clock;
}

/* A fact of the page, or NULL. */
static const struct tsr_json *
find_fact(const struct tsr_rules_known *known, struct tsr_span key,
    struct tsr_json *room)
{
	const struct tsr_json *v = NULL;
	size_t i;

	if (tsr_span_starts(key, TSR_LIT("page.")))
		return tsr_condition_walk(
		    room, known->words, tsr_span_from(key, 5));
	for (i = 0; v == NULL && i < TSR_COUNT_OF(known->facts); i++)
		v = tsr_condition_walk(room, known->facts[i], key);
	return v;
}

/* Of another type than was declared, or too long: missing, as anywhere. */
static bool
fact_fits(const struct tsr_json *v, enum tsr_attribute_type type)
{
	struct tsr_buf text;
	bool ok;

	if (v == NULL || v->type == TSR_JSON_NULL)
		return false;
	if (type == TSR_TYPE_STRING)
		return v->type == TSR_JSON_STRING &&
		    v->u.string.n <= TSR_VALUE_MAX;
	if (type == TSR_TYPE_NUMBER)
		return tsr_json_is_number(v);
	if (type == TSR_TYPE_BOOLEAN)
		return v->type == TSR_JSON_BOOLEAN;
	tsr_buf_init(&text, SIZE_MAX / 2);
	tsr_json_write(&text, v);
	ok = text.n <= TSR_JSON_MAX;
	tsr_buf_free(&text);
	return ok;
}

static void
known_fact(struct tsr_json *out, const struct tsr_rules *rules,
    const struct tsr_rules_attribute *a)
{
	const struct tsr_json *v;
	struct tsr_json room;

	v = find_fact(&rules->known, a->key, &room);
	if (fact_fits(v, a->type))
		*out = *v;
	else
		*out = (struct tsr_json){.type = TSR_JSON_NULL};
}

bool
tsr_rules_known_value(struct tsr_json *out, const struct tsr_rules *rules,
    uint32_t attribute)
{
	const struct tsr_rules_attribute *a = &rules->attributes[attribute];
	struct tsr_span s = {NULL, 0};

	if (a->source == TSR_SOURCE_FACT && rules->known.page.p != NULL) {
		known_fact(out, rules, a);
		return true;
	}
	if (a->type != TSR_TYPE_STRING || a->purpose != TSR_PURPOSE_NONE)
		return false;
	if (a->source == TSR_SOURCE_PAGE)
		s = rules->known.page;
	else if (a->source == TSR_SOURCE_LOCALE)
		s = rules->known.locale;
	else if (a->source == TSR_SOURCE_PATH)
		s = rules->known.path;
	/* Longer ones are missing when asked for: that is left to core. */
	if (s.p == NULL || s.n > TSR_VALUE_MAX)
		return false;
	*out = tsr_json_string(s);
	return true;
}

size_t
tsr_rules_attribute_count(const struct tsr_rules *rules)
{
	return rules->attribute_count;
}

const struct tsr_rules_attribute *
tsr_rules_attribute_at(const struct tsr_rules *rules, uint32_t i)
{
	return i < rules->attribute_count ? &rules->attributes[i] : NULL;
}

uint32_t
tsr_rules_attribute_find(const struct tsr_rules *rules, struct tsr_span name)
{
	uint32_t i;

	for (i = 0; i < rules->attribute_count; i++)
		if (tsr_span_eq(rules->attributes[i].name, name))
			return i;
	return UINT32_MAX;
}
