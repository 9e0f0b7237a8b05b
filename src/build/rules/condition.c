/*
 * condition - whole conditions: logic, paths, segments and saved groups.
 */
#include "build/rules/condition_inner.h"

/* Conditions inside conditions and segments: beyond it nothing holds. */
#define DEPTH_MAX 256

static bool eval(const struct tsr_condition_run *run,
    const struct tsr_json *condition, const struct tsr_json *object);

static bool
is(struct tsr_span s, const char *name)
{
	return tsr_span_eq(s, tsr_span_of(name, strlen(name)));
}

bool
tsr_condition_is_operators(const struct tsr_json *v)
{
	uint32_t i;

	if (!tsr_json_is(v, TSR_JSON_OBJECT) || v->count == 0)
		return false;
	for (i = 0; i < v->count; i++)
		if (!tsr_span_starts(v->u.members[i].name, TSR_LIT("$")))
			return false;
	return true;
}

/* ---- paths ---- */

/* One step of a path: a member, an item, an array's length. */
static const struct tsr_json *
step(struct tsr_json *room, const struct tsr_json *v, struct tsr_span name)
{
	uint64_t index = 0;
	size_t i;

	if (v->type == TSR_JSON_OBJECT)
		return tsr_json_find(v, name);
	if (v->type != TSR_JSON_ARRAY)
		return NULL;
	if (is(name, "length")) {
		*room = tsr_json_integer(v->count);
		return room;
	}
	for (i = 0; i < name.n && i < 10; i++) {
		if (!tsr_is_digit(name.p[i]) || (i > 0 && name.p[0] == '0'))
			return NULL;
		index = index * 10 + (uint64_t)(name.p[i] - '0');
	}
	return i > 0 && i == name.n && index < v->count ? &v->u.items[index]
							: NULL;
}

const struct tsr_json *
tsr_condition_walk(
    struct tsr_json *room, const struct tsr_json *v, struct tsr_span path)
{
	size_t from, end;

	for (from = 0; v != NULL && from <= path.n; from = end + 1) {
		end = tsr_span_find(path, '.', from);
		v = step(room, v, tsr_span_part(path, from, end - from));
	}
	return v;
}

static const struct tsr_json *
look_up(struct tsr_json *room, const struct tsr_condition_run *run,
    const struct tsr_json *object, struct tsr_span written)
{
	const struct tsr_condition_world *world = run->world;
	struct tsr_span name, path;
	const struct tsr_json *v;

	if (run->item || world->cut == NULL)
		return tsr_condition_walk(room, object, written);
	if (!world->cut(world->ctx, &name, &path, written))
		return NULL;
	v = tsr_json_find(world->known, name);
	if (v == NULL)
		v = tsr_json_find(object, name);
	return path.p == NULL ? v : tsr_condition_walk(room, v, path);
}

/* ---- segments and saved groups ---- */

static bool
eval_segment(const struct tsr_condition_run *run, struct tsr_span name,
    const struct tsr_json *object)
{
	const struct tsr_json *segment =
	    tsr_json_find(run->world->segments, name);
	const struct tsr_json *audience = tsr_json_get(segment, "audience");

	return audience != NULL && eval(run, audience, object);
}

static bool
has_type(const struct tsr_json *group, const char *type)
{
	return is(tsr_json_text(tsr_json_get(group, "type")), type);
}

bool
tsr_condition_is_in_group(const struct tsr_condition_world *world,
    const struct tsr_json *value, const struct tsr_json *id, bool in)
{
	const struct tsr_json *group, *list;
	struct tsr_buf text;

	/* A name of a member is a text, whatever it was written as. */
	tsr_buf_init(&text, SIZE_MAX / 2);
	tsr_condition_text(&text, id);
	group = tsr_json_find(world->groups, tsr_buf_view(&text));
	tsr_buf_free(&text);
	if (group == NULL)
		return !in;
	list = group->type == TSR_JSON_ARRAY ? group
	    : has_type(group, "list") ? tsr_json_get(group, "values") : NULL;
	return tsr_json_is(list, TSR_JSON_ARRAY) &&
	    tsr_condition_one_of(value, list, false) == in;
}

/* A list: the value at its path is in it; a condition: it holds. */
static bool
eval_group(const struct tsr_condition_run *run,
    const struct tsr_json *reference, const struct tsr_json *object)
{
	const struct tsr_json *id = tsr_json_get(reference, "id"), *group;
	const struct tsr_json *key = tsr_json_get(reference, "attributeKey");
	const struct tsr_condition_group *outer;
	struct tsr_condition_group seen;
	struct tsr_condition_run inner = *run;
	struct tsr_json room;

	if (!tsr_json_is(id, TSR_JSON_STRING) ||
	    (key != NULL && key->type != TSR_JSON_STRING))
		return false;
	for (outer = run->groups; outer != NULL; outer = outer->outer)
		if (tsr_span_eq(outer->id, id->u.string))
			return false;
	group = tsr_json_find(run->world->groups, id->u.string);
	if (has_type(group, "list")) {
		if (key == NULL)
			key = tsr_json_get(group, "attributeKey");
		group = tsr_json_get(group, "values");
		return tsr_json_is(key, TSR_JSON_STRING) &&
		    tsr_json_is(group, TSR_JSON_ARRAY) &&
		    tsr_condition_one_of(look_up(&room, run, object,
			key->u.string), group, false);
	}
	if (!has_type(group, "condition"))
		return false;
	seen.id = id->u.string;
	seen.outer = run->groups;
	inner.groups = &seen;
	group = tsr_json_get(group, "condition");
	return group != NULL && eval(&inner, group, object);
}

/* ---- logic ---- */

/* Do all of a list hold, or any? */
static bool
eval_list(const struct tsr_condition_run *run, const struct tsr_json *list,
    const struct tsr_json *object, bool any)
{
	uint32_t i;

	if (list->type != TSR_JSON_ARRAY)
		return false;
	/* An empty $or holds; so an empty $nor does not. */
	if (list->count == 0)
		return true;
	for (i = 0; i < list->count; i++)
		if (eval(run, &list->u.items[i], object) == any)
			return any;
	return !any;
}

static bool
eval_member(const struct tsr_condition_run *run, const struct tsr_member *m,
    const struct tsr_json *object)
{
	const struct tsr_json *v = &m->value;
	struct tsr_json room;

	if (is(m->name, "$and"))
		return eval_list(run, v, object, false);
	if (is(m->name, "$or"))
		return eval_list(run, v, object, true);
	if (is(m->name, "$nor"))
		return v->type == TSR_JSON_ARRAY &&
		    !eval_list(run, v, object, true);
	if (is(m->name, "$not"))
		return !eval(run, v, object);
	if (is(m->name, "$segment") && !run->item)
		return eval_segment(run, tsr_json_text(v), object);
	if (is(m->name, "$savedGroup"))
		return eval_group(run, v, object);
	return tsr_condition_field(
	    run, look_up(&room, run, object, m->name), v);
}

static bool
eval(const struct tsr_condition_run *run, const struct tsr_json *condition,
    const struct tsr_json *object)
{
	struct tsr_condition_run inner = *run;
	uint32_t i;

	if (inner.depth++ > DEPTH_MAX)
		return false;
	if (condition->type == TSR_JSON_STRING && !run->item)
		return eval_segment(&inner, condition->u.string, object);
	if (condition->type != TSR_JSON_OBJECT)
		return false;
	for (i = 0; i < condition->count; i++)
		if (!eval_member(&inner, &condition->u.members[i], object))
			return false;
	return true;
}

bool
tsr_condition_whole(const struct tsr_condition_run *run,
    const struct tsr_json *condition, const struct tsr_json *object)
{
	return eval(run, condition, object);
}

bool
tsr_condition_eval(const struct tsr_condition_world *world,
    const struct tsr_json *condition, const struct tsr_json *object)
{
	const struct tsr_condition_run run = {.world = world};

	return eval(&run, condition, object);
}
