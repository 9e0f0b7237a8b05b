/*
 * kind - one kind of events from its schema.
 */
#include "build/event/kind.h"

#include "build/schema/schema_pattern.h"
#include "core/automaton.h"
#include "core/limits.h"
#include "core/number_text.h"
#include "core/word.h"

/* Bounds beyond are not told apart from their neighbours as doubles. */
#define EXACT 9007199254740991.0

struct reader {
	struct tsr_event_kind *kind;
	struct tsr_arena *arena;
	struct tsr_diag *diag;
	bool ok;
};

static struct tsr_message *
say(struct reader *r, const char *rule, const struct tsr_json *at,
    const char *text, struct tsr_span name)
{
	r->ok = false;
	return tsr_diag_add(r->diag, TSR_ERROR, rule, tsr_json_where(at),
	    "%s: %.*s", text, TSR_ARG(name));
}

/* The number, below count, of a member's word; def when there is none. */
static unsigned
choose(const struct tsr_json *v, const char *(*word)(uint32_t), unsigned count,
    unsigned def)
{
	unsigned i;

	for (i = 0; i < count; i++)
		if (tsr_span_eq(tsr_json_text(v),
			tsr_span_of(word(i), strlen(word(i)))))
			return i;
	return def;
}

/* ---- fields ---- */

/* One bound, if the field has it. */
static void
read_bound(struct reader *r, struct tsr_event_field *f, const char *name,
    unsigned flags)
{
	const struct tsr_json *v = tsr_json_get(f->json, name);
	bool most = (flags & TSR_EVENT_MOST) != 0;
	double d = tsr_json_number(v), had = most ? f->most : f->least;

	if (v == NULL)
		return;
	if (!(d >= -EXACT && d <= EXACT)) {
		say(r, "K005", v, "a bound beyond 2^53 - 1", f->name);
		return;
	}
	/* Of two the one that allows less counts; of equals the strict one. */
	if ((f->flags & flags & (TSR_EVENT_LEAST | TSR_EVENT_MOST)) != 0) {
		if (most ? d > had : d < had)
			return;
		if (d < had || d > had)
			f->flags &= most ? ~(unsigned)TSR_EVENT_BELOW
					 : ~(unsigned)TSR_EVENT_ABOVE;
	}
	f->flags |= flags;
	/* -0 is 0. */
	if (most)
		f->most = d + 0.0;
	else
		f->least = d + 0.0;
}

/* Is there a value between the bounds? */
static bool
has_room(const struct tsr_event_field *f)
{
	const unsigned both = TSR_EVENT_LEAST | TSR_EVENT_MOST;

	if ((f->flags & both) != both || f->least < f->most)
		return true;
	return f->least <= f->most &&
	    (f->flags & (TSR_EVENT_ABOVE | TSR_EVENT_BELOW)) == 0;
}

static void
read_text(struct reader *r, struct tsr_event_field *f)
{
	const struct tsr_json *pattern = tsr_json_get(f->json, "pattern");

	read_bound(r, f, "minLength", TSR_EVENT_LEAST);
	read_bound(r, f, "maxLength", TSR_EVENT_MOST);
	if ((f->flags & TSR_EVENT_MOST) == 0 ||
	    f->most > TSR_EVENT_TEXT_MAX) {
		say(r, "K004", f->json, "a text needs a \"maxLength\"", f->name);
		tsr_diag_hint(r->diag, "at most %d characters, or \"enum\"",
		    TSR_EVENT_TEXT_MAX);
	}
	if (pattern == NULL)
		return;
	/* A pattern that is none was reported by the schema's compiler. */
	r->ok &= tsr_schema_pattern(&f->pattern, tsr_json_text(pattern),
	    tsr_json_where(pattern), r->arena, NULL);
	if (f->pattern.n > 0 && f->pattern.p[0] != TSR_AUTOMATON_TABLE) {
		say(r, "K011", pattern, "a pattern that is too large", f->name);
		tsr_diag_hint(r->diag, "anybody may send texts: it must become "
		    "a table, so write less that may be repeated");
	}
}

static void
read_choices(struct reader *r, struct tsr_event_field *f)
{
	static const char *const lost[] = {"minLength", "maxLength", "pattern"};
	const struct tsr_json *v;
	uint32_t i;

	f->type = TSR_EVENT_CHOICE;
	for (i = 0; i < TSR_COUNT_OF(lost); i++)
		if ((v = tsr_json_get(f->json, lost[i])) != NULL)
			say(r, "K003", v, "beside \"enum\" this says nothing",
			    f->name);
	for (i = 0; i < f->choices->count; i++) {
		v = &f->choices->u.items[i];
		if (tsr_json_text(v).n > TSR_EVENT_TEXT_MAX)
			say(r, "K004", v, "a text that is too long", f->name);
	}
}

static void
read_field(struct reader *r, const struct tsr_member *m)
{
	struct tsr_event_field *f = &r->kind->fields[r->kind->field_count++];

	f->name = m->name;
	f->json = &m->value;
	f->where = tsr_json_name_where(m);
	f->choices = tsr_json_get(f->json, "enum");
	f->type = (enum tsr_event_type)choose(tsr_json_get(f->json, "type"),
	    tsr_word_event_type, TSR_EVENT_CHOICE, 0);
	if (f->choices != NULL) {
		read_choices(r, f);
	} else if (f->type == TSR_EVENT_STRING) {
		read_text(r, f);
	} else if (f->type != TSR_EVENT_BOOLEAN) {
		read_bound(r, f, "minimum", TSR_EVENT_LEAST);
		read_bound(r, f, "exclusiveMinimum",
		    TSR_EVENT_LEAST | TSR_EVENT_ABOVE);
		read_bound(r, f, "maximum", TSR_EVENT_MOST);
		read_bound(r, f, "exclusiveMaximum",
		    TSR_EVENT_MOST | TSR_EVENT_BELOW);
	}
	if (!has_room(f))
		say(r, "K005", f->json, "no value is within these bounds",
		    f->name);
}

/* Bytes of a field's value in the log at most: six a character. */
static size_t
longest(const struct tsr_event_field *f)
{
	size_t most = 0, n;
	uint32_t i;

	switch (f->type) {
	case TSR_EVENT_STRING:
		return 2 + 6 * (size_t)f->most;
	case TSR_EVENT_CHOICE:
		for (i = 0; i < f->choices->count; i++) {
			n = tsr_json_text(&f->choices->u.items[i]).n;
			most = n > most ? n : most;
		}
		return 2 + 6 * most;
	case TSR_EVENT_BOOLEAN:
		return 5;
	default:
		return TSR_NUMBER_TEXT;
	}
}

static void
read_fields(struct reader *r, const struct tsr_json *fields)
{
	struct tsr_event_kind *kind = r->kind;
	size_t bytes = 2;
	uint32_t i;

	if (fields->count > TSR_EVENT_FIELDS_MAX) {
		say(r, "K009", fields, "more than 32 fields", kind->name);
		return;
	}
	kind->fields =
	    TSR_NEW_ARRAY(r->arena, struct tsr_event_field, fields->count);
	for (i = 0; i < fields->count; i++) {
		read_field(r, &fields->u.members[i]);
		bytes += kind->fields[i].name.n + 4 +
		    (r->ok ? longest(&kind->fields[i]) : 0);
	}
	if (r->ok && bytes > TSR_EVENT_BYTES_MAX) {
		say(r, "K009", fields, "the fields can be too long for a line",
		    kind->name);
		tsr_diag_hint(r->diag,
		    "%zu bytes at most, of %d: lower a \"maxLength\"", bytes,
		    TSR_EVENT_BYTES_MAX);
	}
	kind->most = (uint32_t)bytes;
}

static void
read_required(struct reader *r, const struct tsr_json *required)
{
	struct tsr_span names[TSR_EVENT_FIELDS_MAX], name, near;
	struct tsr_event_kind *kind = r->kind;
	uint32_t i, j;

	for (j = 0; j < kind->field_count; j++)
		names[j] = kind->fields[j].name;
	for (i = 0; required != NULL && i < required->count; i++) {
		name = tsr_json_text(&required->u.items[i]);
		for (j = 0; j < kind->field_count; j++)
			if (tsr_span_eq(names[j], name))
				break;
		if (j < kind->field_count) {
			kind->fields[j].flags |= TSR_EVENT_REQUIRED;
			continue;
		}
		say(r, "K007", &required->u.items[i],
		    "a required field that is not declared", name);
		near = tsr_nearest(name, names, kind->field_count);
		if (near.n > 0)
			tsr_diag_hint(r->diag, "did you mean \"%.*s\"?",
			    TSR_ARG(near));
	}
}

bool
tsr_event_kind_read(struct tsr_event_kind *out, const struct tsr_json *json,
    struct tsr_arena *arena, struct tsr_diag *diag)
{
	struct reader r = {out, arena, diag, true};

	out->json = json;
	out->where = tsr_json_where(json);
	out->version =
	    (uint32_t)tsr_json_number(tsr_json_get(json, "version"));
	out->purpose = (enum tsr_purpose)choose(tsr_json_get(json, "purpose"),
	    tsr_word_purpose, TSR_PURPOSE_COUNT, TSR_PURPOSE_ANALYTICS);
	out->from = choose(tsr_json_get(json, "from"), tsr_word_event_from,
	    1u << TSR_EVENT_FROM_COUNT, 1u << TSR_EVENT_BROWSER);
	out->category = (enum tsr_event_category)choose(
	    tsr_json_get(json, "category"), tsr_word_event_category,
	    TSR_EVENT_CATEGORY_COUNT, TSR_EVENT_NONE);
	read_fields(&r, tsr_json_get(json, "properties"));
	read_required(&r, tsr_json_get(json, "required"));
	return r.ok;
}

/* ---- the site's instead of the program's ---- */

static bool
has_choices(const struct tsr_event_field *own, const struct tsr_json *wanted)
{
	uint32_t i, j;

	for (i = 0; i < wanted->count; i++) {
		for (j = 0; j < own->choices->count; j++)
			if (tsr_json_eq(&own->choices->u.items[j],
				&wanted->u.items[i]))
				break;
		if (j == own->choices->count)
			return false;
	}
	return true;
}

/* Does it take every value that the other takes? */
static bool
takes(const struct tsr_event_field *own, const struct tsr_event_field *other)
{
	if (own->type != other->type)
		return false;
	if (own->type == TSR_EVENT_CHOICE)
		return has_choices(own, other->choices);
	if (own->pattern.n > 0 && !tsr_span_eq(own->pattern, other->pattern))
		return false;
	if ((own->flags & TSR_EVENT_LEAST) != 0 &&
	    ((other->flags & TSR_EVENT_LEAST) == 0 ||
		own->least > other->least ||
		(own->least >= other->least &&
		    (own->flags & TSR_EVENT_ABOVE) != 0 &&
		    (other->flags & TSR_EVENT_ABOVE) == 0)))
		return false;
	return (own->flags & TSR_EVENT_MOST) == 0 ||
	    ((other->flags & TSR_EVENT_MOST) != 0 &&
		(own->most > other->most ||
		    (own->most >= other->most &&
			((own->flags & TSR_EVENT_BELOW) == 0 ||
			    (other->flags & TSR_EVENT_BELOW) != 0))));
}

static const struct tsr_event_field *
field_of(const struct tsr_event_kind *kind, struct tsr_span name)
{
	uint32_t i;

	for (i = 0; i < kind->field_count; i++)
		if (tsr_span_eq(kind->fields[i].name, name))
			return &kind->fields[i];
	return NULL;
}

static void
say_narrow(struct tsr_diag *diag, struct tsr_where where, const char *what,
    const struct tsr_event_kind *kind, struct tsr_span field)
{
	tsr_diag_add(diag, TSR_ERROR, "K010", where,
	    "\"%.*s\" %s, as the script sends it: %.*s", TSR_ARG(kind->name),
	    what, TSR_ARG(field));
	tsr_diag_hint(diag,
	    "`tessera events kinds` shows the program's; a kind of another name "
	    "is free");
}

bool
tsr_event_kind_covers(struct tsr_diag *diag, const struct tsr_event_kind *own,
    const struct tsr_event_kind *program)
{
	const struct tsr_event_field *f, *g;
	size_t errors = diag->errors;
	uint32_t i;

	if ((program->from & 1u << TSR_EVENT_BROWSER) == 0)
		return true; /* the site itself sends it */
	for (i = 0; i < program->field_count; i++) {
		f = &program->fields[i];
		g = field_of(own, f->name);
		if (g == NULL)
			say_narrow(diag, own->where, "has no field", own,
			    f->name);
		else if (!takes(g, f))
			say_narrow(diag, g->where, "takes less of a field",
			    own, f->name);
	}
	if (own->field_count > 0 && program->field_count > 0 &&
	    field_of(own, program->fields[0].name) != NULL &&
	    !tsr_span_eq(own->fields[0].name, program->fields[0].name))
		say_narrow(diag, own->fields[0].where,
		    "has another field first", own, program->fields[0].name);
	for (i = 0; i < own->field_count; i++) {
		g = &own->fields[i];
		f = field_of(program, g->name);
		if ((g->flags & TSR_EVENT_REQUIRED) != 0 &&
		    (f == NULL || (f->flags & TSR_EVENT_REQUIRED) == 0))
			say_narrow(diag, g->where, "requires a field", own,
			    g->name);
	}
	if ((own->from & 1u << TSR_EVENT_BROWSER) == 0)
		say_narrow(diag, own->where, "must come from browsers", own,
		    TSR_LIT("\"from\""));
	return diag->errors == errors;
}
