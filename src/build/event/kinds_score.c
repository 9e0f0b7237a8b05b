/*
 * kinds_score - what scores say of events: are there such kinds and fields?
 *
 * A rule that asks for a kind, a field or a value that no event can have would
 * silently never fit.
 */
#include "build/event/kinds.h"

#include "core/limits.h"
#include "core/word.h"

/* The field in the latest version that has it. */
static const struct tsr_event_field *
find_field(const struct tsr_event_kinds *all, struct tsr_span kind,
    struct tsr_span name)
{
	const struct tsr_event_field *found = NULL;
	uint32_t i, j;

	for (i = 0; i < all->count; i++)
		for (j = 0; j < all->list[i].field_count; j++)
			if (tsr_span_eq(all->list[i].name, kind) &&
			    tsr_span_eq(all->list[i].fields[j].name, name))
				found = &all->list[i].fields[j];
	return found;
}

/* A kind with mistakes of its own: what it has cannot be said. */
static bool
is_wrong(const struct tsr_event_kinds *all, struct tsr_span name)
{
	size_t i;

	for (i = 0; i < all->wrong_count; i++)
		if (tsr_span_eq(all->wrong[i], name))
			return true;
	return false;
}

/* False: nothing is near. */
static bool
hint_near(const struct tsr_event_kinds *all, struct tsr_span near)
{
	if (near.n == 0)
		return false;
	tsr_diag_hint(all->diag, "did you mean \"%.*s\"?", TSR_ARG(near));
	return true;
}

static void
say_kind(const struct tsr_event_kinds *all, const struct tsr_json *at)
{
	struct tsr_span names[TSR_EVENT_KINDS_MAX], near;
	uint32_t i;

	for (i = 0; i < all->count; i++)
		names[i] = all->list[i].name;
	near = tsr_nearest(tsr_json_text(at), names, i);
	tsr_diag_add(all->diag, TSR_ERROR, "K012", tsr_json_where(at),
	    "there is no kind of events \"%.*s\"", TSR_ARG(tsr_json_text(at)));
	(void)hint_near(all, near);
}

static void
say_field(const struct tsr_event_kinds *all,
    const struct tsr_event_kind *kind, const struct tsr_json *at)
{
	struct tsr_span names[TSR_EVENT_FIELDS_MAX], near;
	uint32_t i;

	for (i = 0; i < kind->field_count; i++)
		names[i] = kind->fields[i].name;
	near = tsr_nearest(tsr_json_text(at), names, i);
	tsr_diag_add(all->diag, TSR_ERROR, "K012", tsr_json_where(at),
	    "events of kind \"%.*s\" have no field \"%.*s\"",
	    TSR_ARG(kind->name), TSR_ARG(tsr_json_text(at)));
	(void)hint_near(all, near);
}

/* Can the field be this? */
static bool
can_be(const struct tsr_event_field *f, const struct tsr_json *v)
{
	uint32_t i;

	if (f->type == TSR_EVENT_BOOLEAN)
		return v->type == TSR_JSON_BOOLEAN;
	if (f->type == TSR_EVENT_STRING)
		return v->type == TSR_JSON_STRING;
	for (i = 0; f->type == TSR_EVENT_CHOICE && i < f->choices->count; i++)
		if (tsr_json_eq(&f->choices->u.items[i], v))
			return true;
	return false;
}

static void
say_value(const struct tsr_event_kinds *all, const struct tsr_event_field *f,
    const struct tsr_json *v)
{
	struct tsr_span texts[TSR_EVENT_CHOICES_MAX], near = {NULL, 0};
	size_t i, n = f->type == TSR_EVENT_CHOICE ? f->choices->count : 0;

	if (n > TSR_EVENT_CHOICES_MAX)
		n = TSR_EVENT_CHOICES_MAX;
	for (i = 0; i < n; i++)
		texts[i] = tsr_json_text(&f->choices->u.items[i]);
	if (n > 0 && v->type == TSR_JSON_STRING)
		near = tsr_nearest(tsr_json_text(v), texts, n);
	tsr_diag_add(all->diag, TSR_ERROR, "K013", tsr_json_where(v),
	    "field \"%.*s\" is never this", TSR_ARG(f->name));
	if (!hint_near(all, near))
		tsr_diag_hint(all->diag, "it is of type %s",
		    tsr_word_event_type(f->type));
}

static void
check_value(const struct tsr_event_kinds *all,
    const struct tsr_event_field *f, const struct tsr_json *rule)
{
	static const char *const numbers[] = {"atLeast", "per"};
	const struct tsr_json *v = tsr_json_get(rule, "is");
	bool number = f->type == TSR_EVENT_NUMBER ||
	    f->type == TSR_EVENT_INTEGER;
	size_t i;

	if (v != NULL && !can_be(f, v))
		say_value(all, f, v);
	for (i = 0; i < TSR_COUNT_OF(numbers); i++) {
		v = tsr_json_get(rule, numbers[i]);
		if (v == NULL)
			continue;
		if (!number)
			tsr_diag_add(all->diag, TSR_ERROR, "K013",
			    tsr_json_where(v), "field \"%.*s\" is no number",
			    TSR_ARG(f->name));
		else if (i == 0 && (f->flags & TSR_EVENT_MOST) != 0 &&
		    tsr_json_number(v) > f->most)
			tsr_diag_add(all->diag, TSR_ERROR, "K013",
			    tsr_json_where(v),
			    "field \"%.*s\" is at most %.15g",
			    TSR_ARG(f->name), f->most);
	}
}

static void
check_rule(const struct tsr_event_kinds *all, const struct tsr_json *rule)
{
	const struct tsr_json *event = tsr_json_get(rule, "event");
	const struct tsr_json *field = tsr_json_get(rule, "field");
	const struct tsr_event_kind *kind =
	    tsr_event_kinds_find(all, tsr_json_text(event), 0);
	const struct tsr_event_field *f;

	if (event == NULL || is_wrong(all, tsr_json_text(event)))
		return;
	if (kind == NULL) {
		say_kind(all, event);
		return;
	}
	if (field == NULL)
		return;
	f = find_field(all, kind->name, tsr_json_text(field));
	if (f == NULL)
		say_field(all, kind, field);
	else
		check_value(all, f, rule);
}

static uint32_t
members(const struct tsr_json *v, enum tsr_json_type type)
{
	return tsr_json_is(v, type) ? v->count : 0;
}

void
tsr_event_kinds_scores(
    const struct tsr_event_kinds *all, const struct tsr_json *scores)
{
	const struct tsr_json *vectors, *rules;
	uint32_t i, j, k;

	for (i = 0; i < members(scores, TSR_JSON_OBJECT); i++) {
		vectors =
		    tsr_json_get(&scores->u.members[i].value, "vectors");
		for (j = 0; j < members(vectors, TSR_JSON_OBJECT); j++) {
			rules = tsr_json_get(
			    &vectors->u.members[j].value, "events");
			for (k = 0; k < members(rules, TSR_JSON_ARRAY); k++)
				check_rule(all, &rules->u.items[k]);
		}
	}
}
