/*
 * browser_form - a condition as the browser takes it.
 */
#include "build/rules/browser_form.h"

#include "build/rules/condition_inner.h"
#include "build/rules/rules_code.h"
#include "build/rules/rules_inner.h"
#include "core/word.h"

struct writer {
	const struct tsr_browser_world *world;
	struct tsr_arena *arena;
	unsigned depth;
	bool deep; /* too deep: what is written does not count */
};

/* ---- groups ---- */

static struct tsr_json
array_of(const struct tsr_json *items, uint32_t n)
{
	struct tsr_json out = {.type = TSR_JSON_ARRAY, .count = n};

	out.u.items = items;
	return out;
}

static struct tsr_json
pair(struct writer *w, struct tsr_span operator, struct tsr_json operand)
{
	struct tsr_json *items = TSR_NEW_ARRAY(w->arena, struct tsr_json, 2);

	items[0] = tsr_json_string(operator);
	items[1] = operand;
	return array_of(items, 2);
}

/* What always holds, and what never does. */
static struct tsr_json
constant(struct writer *w, bool holds)
{
	return pair(w, holds ? TSR_LIT("every") : TSR_LIT("some"),
	    array_of(NULL, 0));
}

static bool
is_group(const struct tsr_json *form, const char *operator)
{
	return form->count == 2 && is(form->u.items[0].u.string, operator);
}

/* A list that is added to; constants and groups of its kind become part. */
struct gathering {
	struct writer *writer;
	bool every;
	struct tsr_json *list;
	size_t count, cap;
	bool settled; /* an item decides it alone */
};

static void
gather(struct gathering *g, struct tsr_json form)
{
	struct tsr_arena *arena = g->writer->arena;
	const struct tsr_json *inner = &form.u.items[1], *more = &form;
	size_t n = 1;

	if (is_group(&form, g->every ? "every" : "some")) {
		more = inner->u.items;
		n = inner->count;
	} else if (is_group(&form, g->every ? "some" : "every"))
		g->settled |= inner->count == 0;
	for (; n > 0; n--, more++) {
		g->list = tsr_arena_grow(
		    arena, g->list, g->count, &g->cap, sizeof(*g->list));
		g->list[g->count++] = *more;
	}
}

static struct tsr_json
gathered(const struct gathering *g)
{
	if (g->settled)
		return constant(g->writer, !g->every);
	if (g->count == 1)
		return g->list[0];
	return pair(g->writer, g->every ? TSR_LIT("every") : TSR_LIT("some"),
	    array_of(g->list, (uint32_t)g->count));
}

static struct tsr_json
opposite(struct writer *w, struct tsr_json form)
{
	const struct tsr_json *inner = &form.u.items[1];

	if (is_group(&form, "!"))
		return *inner;
	if (is_group(&form, "every") && inner->count == 0)
		return constant(w, false);
	if (is_group(&form, "some") && inner->count == 0)
		return constant(w, true);
	return pair(w, TSR_LIT("!"), form);
}

/* ---- leaves ---- */

static struct tsr_json
leaf(struct writer *w, const char *operator, struct tsr_json operand,
    const struct tsr_browser_source *source)
{
	struct tsr_json *items = TSR_NEW_ARRAY(w->arena, struct tsr_json, 4);

	items[0] = tsr_json_string(tsr_span_of(operator, strlen(operator)));
	items[1] = operand;
	items[2] = tsr_json_string(source->name);
	items[3] = tsr_json_string(source->purpose);
	return array_of(items, source->purpose.n > 0 ? 4 : 3);
}

/* One of one value. */
static struct tsr_json
same(struct writer *w, struct tsr_json value,
    const struct tsr_browser_source *source)
{
	struct tsr_json *items = TSR_NEW(w->arena, struct tsr_json);

	*items = value;
	return leaf(w, "in", array_of(items, 1), source);
}

static struct tsr_json
missing(struct writer *w, const struct tsr_browser_source *source)
{
	return same(w, (struct tsr_json){.type = TSR_JSON_NULL}, source);
}

/* Arrays and objects are equal to nothing that a browser knows. */
static bool
is_plain(const struct tsr_json *v)
{
	return v->type != TSR_JSON_ARRAY && v->type != TSR_JSON_OBJECT;
}

static struct tsr_json
equal(struct writer *w, const struct tsr_json *v,
    const struct tsr_browser_source *source)
{
	return is_plain(v) ? same(w, *v, source) : constant(w, false);
}

/* A value, or nothing: what becomes the same. */
static struct tsr_json
or_missing(struct writer *w, struct tsr_json value,
    const struct tsr_browser_source *source)
{
	struct gathering any = {.writer = w};

	gather(&any, same(w, value, source));
	gather(&any, missing(w, source));
	return gathered(&any);
}

/* A text as the condition: the attribute becomes a text, missing "null". */
static struct tsr_json
bare_text(struct writer *w, const struct tsr_json *v,
    const struct tsr_browser_source *source)
{
	struct tsr_json number = tsr_code_number_of(v->u.string);

	if (source->type == TSR_TYPE_BOOLEAN && is(v->u.string, "true"))
		return same(w, tsr_json_boolean(true), source);
	if (source->type == TSR_TYPE_BOOLEAN && is(v->u.string, "false"))
		return same(w, tsr_json_boolean(false), source);
	if (source->type == TSR_TYPE_NUMBER && number.type != TSR_JSON_NULL)
		return same(w, number, source);
	if (is(v->u.string, "null"))
		return source->type == TSR_TYPE_STRING
		    ? or_missing(w, *v, source) : missing(w, source);
	return source->type == TSR_TYPE_STRING ? same(w, *v, source)
					       : constant(w, false);
}

/* A number: the attribute becomes a number, missing 0. */
static struct tsr_json
bare_number(struct writer *w, const struct tsr_json *v,
    const struct tsr_browser_source *source)
{
	bool zero = !tsr_condition_truthy(v);

	if (source->type == TSR_TYPE_STRING)
		return leaf(w, "+", *v, source);
	if (source->type == TSR_TYPE_NUMBER)
		return zero ? or_missing(w, *v, source) : same(w, *v, source);
	if (zero)
		return or_missing(w, tsr_json_boolean(false), source);
	return tsr_json_number(v) == 1
	    ? same(w, tsr_json_boolean(true), source) : constant(w, false);
}

/* A truth: the attribute is there, and becomes one. */
static struct tsr_json
bare_truth(struct writer *w, const struct tsr_json *v,
    const struct tsr_browser_source *source)
{
	struct tsr_json none = tsr_json_string(TSR_LIT(""));

	if (source->type == TSR_TYPE_BOOLEAN)
		return same(w, *v, source);
	if (source->type == TSR_TYPE_NUMBER)
		none = tsr_json_integer(0);
	return v->u.boolean ? opposite(w, or_missing(w, none, source))
			    : same(w, none, source);
}

/* A value as the condition: JavaScript makes the attribute one of its kind. */
static struct tsr_json
bare(struct writer *w, const struct tsr_json *v,
    const struct tsr_browser_source *source)
{
	if (v->type == TSR_JSON_STRING)
		return bare_text(w, v, source);
	if (tsr_json_is_number(v))
		return bare_number(w, v, source);
	return v->type == TSR_JSON_BOOLEAN ? bare_truth(w, v, source)
					   : equal(w, v, source);
}

static struct tsr_json
listed(struct writer *w, const struct tsr_json *list, bool in, bool caseless,
    const struct tsr_browser_source *source)
{
	struct tsr_json *items, form;
	struct tsr_buf lower;
	uint32_t i, n = 0;

	/* What is no list has nothing in it and nothing outside of it. */
	if (list->type != TSR_JSON_ARRAY)
		return constant(w, false);
	items = TSR_NEW_ARRAY(w->arena, struct tsr_json, list->count);
	for (i = 0; i < list->count; i++) {
		if (!is_plain(&list->u.items[i]))
			continue;
		items[n] = list->u.items[i];
		if (caseless && items[n].type == TSR_JSON_STRING) {
			tsr_buf_init(&lower, SIZE_MAX / 2);
			tsr_condition_lower(&lower, items[n].u.string);
			items[n].u.string =
			    tsr_arena_dup(w->arena, tsr_buf_view(&lower));
			tsr_buf_free(&lower);
		}
		n++;
	}
	if (n == 0)
		form = constant(w, false);
	else
		form = leaf(w, caseless ? "ini" : "in", array_of(items, n),
		    source);
	return in ? form : opposite(w, form);
}

static struct tsr_json
found(struct writer *w, const struct tsr_json *pattern, bool caseless,
    const struct tsr_browser_source *source)
{
	struct tsr_json *items;

	if (pattern->type != TSR_JSON_STRING ||
	    !w->world->pattern(w->world->ctx, pattern->u.string, caseless))
		return constant(w, false);
	items = TSR_NEW_ARRAY(w->arena, struct tsr_json, 2);
	items[0] = *pattern;
	items[1] = tsr_json_string(TSR_LIT("i"));
	return leaf(w, "~", array_of(items, caseless ? 2 : 1), source);
}

/* ---- fields ---- */

static struct tsr_json field(struct writer *w, const struct tsr_json *want,
    const struct tsr_browser_source *source);

/* Operators that are written as they are: for all operands, or for texts. */
static const struct {
	const char *name, *form;
	bool text;
} direct[] = {
    {"$lt", "<", false}, {"$lte", "<=", false}, {"$gt", ">", false},
    {"$gte", ">=", false}, {"$startsWith", "startsWith", true},
    {"$endsWith", "endsWith", true}, {"$contains", "includes", true}};

static struct tsr_json
apply(struct writer *w, struct tsr_span operator, const struct tsr_json *v,
    const struct tsr_browser_source *source)
{
	struct tsr_json form;
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(direct); i++)
		if (is(operator, direct[i].name))
			return direct[i].text && v->type != TSR_JSON_STRING
			    ? constant(w, false)
			    : leaf(w, direct[i].form, *v, source);
	if (is(operator, "$eq"))
		return equal(w, v, source);
	if (is(operator, "$ne"))
		return opposite(w, equal(w, v, source));
	if (is(operator, "$in") || is(operator, "$nin"))
		return listed(w, v, is(operator, "$in"), false, source);
	if (is(operator, "$ini") || is(operator, "$nini"))
		return listed(w, v, is(operator, "$ini"), true, source);
	if (is(operator, "$regex") || is(operator, "$regexi"))
		return found(w, v, is(operator, "$regexi"), source);
	if (is(operator, "$not"))
		return opposite(w, field(w, v, source));
	if (!is(operator, "$exists"))
		return constant(w, false);
	form = missing(w, source);
	return tsr_condition_truthy(v) ? opposite(w, form) : form;
}

/* One level further in; false: there are too many, and no more is read. */
static bool
enter(struct writer *w)
{
	if (w->depth == TSR_BROWSER_DEPTH)
		w->deep = true;
	else
		w->depth++;
	return !w->deep;
}

/* As deep as enter lets it, like whole. */
static struct tsr_json
field(struct writer *w, const struct tsr_json *want,
    const struct tsr_browser_source *source)
{
	struct gathering all = {.writer = w, .every = true};
	uint32_t i;

	if (!tsr_condition_is_operators(want))
		return bare(w, want, source);
	if (!enter(w))
		return constant(w, false);
	for (i = 0; i < want->count; i++)
		gather(&all, apply(w, want->u.members[i].name,
			&want->u.members[i].value, source));
	w->depth--;
	return gathered(&all);
}

/* ---- conditions ---- */

static struct tsr_json whole(
    struct writer *w, const struct tsr_json *condition);

static struct tsr_json
member(struct writer *w, const struct tsr_member *m)
{
	struct gathering all = {.writer = w, .every = is(m->name, "$and")};
	struct tsr_browser_source source;
	uint32_t i;

	if (is(m->name, "$not"))
		return opposite(w, whole(w, &m->value));
	if (!is(m->name, "$and") && !is(m->name, "$or") &&
	    !is(m->name, "$nor")) {
		w->world->source(w->world->ctx, &source, m->name);
		return field(w, &m->value, &source);
	}
	if (m->value.type != TSR_JSON_ARRAY)
		return constant(w, false);
	for (i = 0; i < m->value.count; i++)
		gather(&all, whole(w, &m->value.u.items[i]));
	/* An empty $or holds. */
	all.every |= m->value.count == 0;
	return is(m->name, "$nor") ? opposite(w, gathered(&all))
				   : gathered(&all);
}

static struct tsr_json
whole(struct writer *w, const struct tsr_json *condition)
{
	struct gathering all = {.writer = w, .every = true};
	uint32_t i;

	if (condition->type != TSR_JSON_OBJECT || !enter(w))
		return constant(w, false);
	for (i = 0; i < condition->count; i++)
		gather(&all, member(w, &condition->u.members[i]));
	w->depth--;
	return gathered(&all);
}

bool
tsr_browser_form(struct tsr_json *out, const struct tsr_browser_world *world,
    const struct tsr_json *condition, struct tsr_arena *arena)
{
	struct writer w = {.world = world, .arena = arena};

	*out = whole(&w, condition);
	return !w.deep;
}

/* ---- of rules ---- */

static void
source_of(void *ctx, struct tsr_browser_source *out, struct tsr_span attribute)
{
	const struct tsr_rules *rules = ctx;
	const struct tsr_rules_attribute *a;
	const char *purpose;

	a = &rules->attributes[tsr_rules_attribute_find(rules, attribute)];
	purpose = tsr_word_purpose(a->purpose);
	out->name = a->key;
	out->purpose = tsr_span_of(purpose,
	    a->purpose == TSR_PURPOSE_NONE ? 0 : strlen(purpose));
	out->type = a->type;
}

static bool
is_pattern(void *ctx, struct tsr_span pattern, bool caseless)
{
	return tsr_rules_pattern(ctx, pattern, caseless).n > 0;
}

bool
tsr_browser_form_of(struct tsr_json *out, struct tsr_rules *rules,
    const struct tsr_json *condition)
{
	const struct tsr_browser_world world = {
	    .source = source_of, .pattern = is_pattern, .ctx = rules};

	return tsr_browser_form(out, &world, condition, rules->arena);
}
