/*
 * preview_segment - which segments a visitor is in, and how to get into one.
 */
#include "cli/preview_segment.h"

#include "build/model/site.h"
#include "cli/preview_visitor.h"
#include "core/limits.h"

/* Attributes of one segment that are tried, and values of each. */
#define TRIED_MAX 8
#define CANDIDATES_MAX 16

/* Visitors that are tried: some milliseconds at most. */
#define TRIES_MAX 4096

static const struct tsr_json *
read_source(const struct tsr_sources *from, const char *name,
    struct tsr_sources *to, struct tsr_diag *diag, struct tsr_arena *arena)
{
	struct tsr_json *v = TSR_NEW(arena, struct tsr_json);
	size_t i;

	for (i = 1; i < from->count; i++)
		if (strcmp(from->list[i].name, name) == 0 &&
		    tsr_json_read(v, arena, diag, to,
			tsr_sources_add(to, name, from->list[i].text)))
			return v;
	return NULL;
}

/* The lines of a list of ids. */
static struct tsr_json
read_lines(struct tsr_span text, struct tsr_arena *arena)
{
	struct tsr_json out = {.type = TSR_JSON_ARRAY};
	struct tsr_json *list = NULL;
	struct tsr_span id;
	size_t cap = 0;

	while (tsr_site_id(&id, &text)) {
		list = tsr_arena_grow(
		    arena, list, out.count, &cap, sizeof(*list));
		list[out.count++] = tsr_json_string(tsr_arena_dup(arena, id));
	}
	out.u.items = list;
	return out;
}

/* groups.json and the long lists beside it. */
static const struct tsr_json *
read_groups(const struct tsr_sources *from, struct tsr_sources *to,
    struct tsr_diag *diag, struct tsr_arena *arena)
{
	const struct tsr_json *first = read_source(
	    from, "variants/groups.json", to, diag, arena);
	struct tsr_json *all = TSR_NEW(arena, struct tsr_json);
	struct tsr_member *list = TSR_NEW_ARRAY(arena, struct tsr_member,
	    from->count + (first != NULL ? first->count : 0));
	struct tsr_span name;
	size_t i;

	all->type = TSR_JSON_OBJECT;
	all->u.members = list;
	for (i = 0; first != NULL && i < first->count; i++)
		list[all->count++] = first->u.members[i];
	for (i = 1; i < from->count; i++) {
		name = tsr_span_of(
		    from->list[i].name, strlen(from->list[i].name));
		if (!tsr_span_starts(name, TSR_LIT("variants/groups/")) ||
		    !tsr_span_ends(name, TSR_LIT(".txt")))
			continue;
		list[all->count].name = tsr_arena_dup(
		    arena, tsr_span_part(name, 16, name.n - 20));
		list[all->count++].value =
		    read_lines(from->list[i].text, arena);
	}
	return all;
}

static void
read_segment(struct tsr_preview_segments *out, const struct tsr_member *member,
    struct tsr_arena *arena)
{
	struct tsr_preview_segment *s = &out->list[out->count];
	struct tsr_rule rule = {.starts = INT64_MIN, .ends = INT64_MAX};

	s->name = member->name;
	s->title = tsr_json_text(tsr_json_get(&member->value, "title"));
	s->audience = tsr_json_get(&member->value, "audience");
	s->reads = TSR_NEW_ARRAY(
	    arena, bool, tsr_rules_attribute_count(out->rules) + 1);
	rule.audience = s->audience;
	rule.name = member->name;
	if (s->audience == NULL ||
	    !tsr_rules_chain(&s->decision, out->rules, &rule, 1))
		return;
	tsr_rules_reads(s->reads, out->rules, s->decision);
	out->count++;
}

void
tsr_preview_segments_read(struct tsr_preview_segments *out,
    const struct tsr_sources *from, struct tsr_arena *arena)
{
	struct tsr_sources *sources = TSR_NEW(arena, struct tsr_sources);
	struct tsr_diag *diag = TSR_NEW(arena, struct tsr_diag);
	const struct tsr_json *attributes, *config;
	uint32_t i;

	tsr_sources_init(sources, arena);
	tsr_diag_init(diag, arena);
	config = read_source(from, "tessera.json", sources, diag, arena);
	attributes = read_source(
	    from, "variants/attributes.json", sources, diag, arena);
	out->declared = read_source(
	    from, "variants/segments.json", sources, diag, arena);
	out->rules = tsr_rules_new(arena, diag);
	out->personas = read_source(
	    from, "variants/personas.json", sources, diag, arena);
	tsr_rules_groups(
	    out->rules, read_groups(from, sources, diag, arena));
	tsr_rules_experiments(out->rules, read_source(
	    from, "variants/experiments.json", sources, diag, arena));
	tsr_rules_scores(out->rules, read_source(
	    from, "variants/scores.json", sources, diag, arena));
	tsr_rules_state(out->rules, tsr_json_get(config, "state"));
	tsr_rules_site(out->rules, config);
	tsr_rules_declare(out->rules, attributes, out->declared);
	out->count = 0;
	if (!tsr_json_is(out->declared, TSR_JSON_OBJECT))
		return;
	out->list = TSR_NEW_ARRAY(
	    arena, struct tsr_preview_segment, out->declared->count);
	for (i = 0; i < out->declared->count; i++)
		read_segment(out, &out->declared->u.members[i], arena);
}

/* The visitor as the object that the interpreter reads. */
static bool
holds(const struct tsr_preview_segments *segments, size_t segment,
    const struct tsr_json *const *values, int64_t time,
    struct tsr_member *members)
{
	size_t count = tsr_rules_attribute_count(segments->rules), i;
	struct tsr_json object = {.type = TSR_JSON_OBJECT};

	object.u.members = members;
	for (i = 0; i < count; i++) {
		if (values[i] == NULL)
			continue;
		members[object.count].name =
		    tsr_rules_attribute_at(segments->rules, (uint32_t)i)->name;
		members[object.count++].value = *values[i];
	}
	return tsr_rules_interpret(segments->rules,
		   segments->list[segment].decision, &object, time) == 0;
}

bool
tsr_preview_segment_holds(const struct tsr_preview_segments *segments,
    size_t segment, const struct tsr_preview_visitor_values *visitor,
    struct tsr_arena *arena)
{
	struct tsr_arena_mark mark = tsr_arena_mark(arena);
	struct tsr_member *members =
	    TSR_NEW_ARRAY(arena, struct tsr_member, visitor->count + 1);
	bool result = holds(
	    segments, segment, visitor->now, visitor->time, members);

	tsr_arena_rewind(arena, mark);
	return result;
}

/* An attribute and what is tried for it. */
struct tried {
	uint32_t number;
	const struct tsr_rules_attribute *attribute;
	struct tsr_preview_change candidates[CANDIDATES_MAX];
	size_t count;
};

struct search {
	const struct tsr_preview_segments *segments;
	const struct tsr_preview_visitor_values *visitor;
	struct tsr_arena *arena;
	size_t segment;
	bool want;
	struct tried tried[TRIED_MAX];
	size_t count;
	const struct tsr_json **values; /* the visitor being tried */
	struct tsr_member *members;
	struct tsr_preview_change *changes;
	size_t tries;
};

static bool
has_type(const struct tsr_json *v, enum tsr_attribute_type type)
{
	switch (type) {
	case TSR_TYPE_STRING:
		return tsr_json_is(v, TSR_JSON_STRING);
	case TSR_TYPE_NUMBER:
		return tsr_json_is_number(v);
	default:
		return tsr_json_is(v, TSR_JSON_BOOLEAN);
	}
}

static bool
same(const struct tsr_json *a, const struct tsr_json *b)
{
	return a == NULL || b == NULL ? a == b : tsr_json_eq(a, b);
}

/* Try this value (NULL: missing), unless it is there or is what holds now. */
static void
add_value(struct search *s, struct tried *t, const struct tsr_json *value)
{
	size_t i;

	if (t->count == CANDIDATES_MAX ||
	    same(value, s->visitor->now[t->number]) ||
	    (value != NULL && !has_type(value, t->attribute->type)))
		return;
	for (i = 0; i < t->count; i++)
		if (same(value, t->candidates[i].value))
			return;
	t->candidates[t->count].kind = TSR_PREVIEW_SET;
	t->candidates[t->count++].value = value;
}

/* A number, and its neighbours for what is larger or smaller. */
static void
add_constant(struct search *s, struct tried *t, const struct tsr_json *value)
{
	struct tsr_json *beside;
	int step;

	add_value(s, t, value);
	if (!tsr_json_is_number(value))
		return;
	for (step = 1; step >= -1; step -= 2) {
		beside = TSR_NEW(s->arena, struct tsr_json);
		beside->type = TSR_JSON_REAL;
		beside->u.real = tsr_json_number(value) + step;
		add_value(s, t, beside);
	}
}

/*
 * The constants that a condition compares the attribute with. inside: v is
 * what stands beside the attribute's name, not a condition over attributes.
 */
static void
add_constants(struct search *s, struct tried *t, const struct tsr_json *v,
    bool inside, unsigned depth)
{
	const struct tsr_json *declared = s->segments->declared;
	uint32_t i;

	if (depth == TSR_JSON_DEPTH)
		return;
	if (v->type == TSR_JSON_ARRAY) {
		for (i = 0; i < v->count; i++)
			add_constants(
			    s, t, &v->u.items[i], inside, depth + 1);
	} else if (v->type == TSR_JSON_OBJECT) {
		for (i = 0; i < v->count; i++) {
			const struct tsr_member *m = &v->u.members[i];
			const struct tsr_json *other = NULL;

			if (tsr_span_eq(m->name, TSR_LIT("$segment")))
				other = tsr_json_get(
				    tsr_json_find(declared,
					tsr_json_text(&m->value)),
				    "audience");
			else if (!tsr_span_eq(m->name, TSR_LIT("$regex")) &&
			    (inside || tsr_span_starts(m->name, TSR_LIT("$")) ||
				tsr_span_eq(m->name, t->attribute->name)))
				other = &m->value;
			if (other != NULL)
				add_constants(s, t, other,
				    inside ||
					!tsr_span_starts(m->name, TSR_LIT("$")),
				    depth + 1);
		}
	} else if (inside) {
		add_constant(s, t, v);
	} else if (v->type == TSR_JSON_STRING && depth == 0) {
		/* An audience that is just a segment's name. */
		const struct tsr_json *other = tsr_json_get(
		    tsr_json_find(declared, v->u.string), "audience");

		if (other != NULL)
			add_constants(s, t, other, false, depth + 1);
	}
}

static bool
can_be_set(const struct tsr_rules_attribute *attribute)
{
	return tsr_preview_can_set(attribute->source);
}

static void
add_tried(struct search *s, uint32_t number)
{
	static const struct tsr_json no = {.type = TSR_JSON_BOOLEAN},
				     yes = {.type = TSR_JSON_BOOLEAN,
					 .u = {.boolean = true}};
	const struct tsr_rules_attribute *attribute =
	    tsr_rules_attribute_at(s->segments->rules, number);
	const struct tsr_json *values =
	    tsr_json_get(attribute->declared, "values");
	struct tried *t = &s->tried[s->count];
	uint32_t i;

	if (s->count == TRIED_MAX || !can_be_set(attribute))
		return;
	s->count++;
	t->number = number;
	t->attribute = attribute;
	if (!same(s->visitor->sent[number], s->visitor->now[number])) {
		t->candidates[0].kind = TSR_PREVIEW_CLEAR;
		t->candidates[t->count++].value = s->visitor->sent[number];
	}
	if (!s->want && attribute->type != TSR_TYPE_BOOLEAN)
		add_value(s, t, NULL);
	add_constants(
	    s, t, s->segments->list[s->segment].audience, false, 0);
	for (i = 0; tsr_json_is(values, TSR_JSON_ARRAY) && i < values->count; i++)
		add_value(s, t, &values->u.items[i]);
	add_value(s, t, &yes);
	add_value(s, t, &no);
	add_value(s, t, NULL);
}

/* Change exactly `left` of the attributes from number `from` on. */
static bool
search(struct search *s, size_t from, size_t left)
{
	size_t i, c;

	if (left == 0) {
		if (s->tries++ >= TRIES_MAX)
			return false;
		return holds(s->segments, s->segment, s->values,
			   s->visitor->time, s->members) == s->want;
	}
	for (i = from; i + left <= s->count; i++) {
		struct tried *t = &s->tried[i];

		for (c = 0; c < t->count && s->tries < TRIES_MAX; c++) {
			s->values[t->number] = t->candidates[c].value;
			s->changes[t->number] = t->candidates[c];
			if (search(s, i + 1, left - 1))
				return true;
		}
		s->values[t->number] = s->visitor->now[t->number];
		s->changes[t->number].kind = TSR_PREVIEW_KEEP;
	}
	return false;
}

bool
tsr_preview_segment_change(struct tsr_preview_change *changes,
    const struct tsr_preview_segments *segments, size_t segment, bool want,
    const struct tsr_preview_visitor_values *visitor, struct tsr_arena *arena)
{
	struct search *s = TSR_NEW(arena, struct search);
	size_t i;

	s->segments = segments;
	s->visitor = visitor;
	s->arena = arena;
	s->segment = segment;
	s->want = want;
	s->changes = changes;
	s->values = TSR_NEW_ARRAY(
	    arena, const struct tsr_json *, visitor->count + 1);
	s->members =
	    TSR_NEW_ARRAY(arena, struct tsr_member, visitor->count + 1);
	memset(changes, 0, visitor->count * sizeof(*changes));
	for (i = 0; i < visitor->count; i++) {
		s->values[i] = visitor->now[i];
		if (segments->list[segment].reads[i])
			add_tried(s, (uint32_t)i);
	}
	for (i = 1; i <= s->count; i++)
		if (search(s, 0, i))
			return true;
	return false;
}
