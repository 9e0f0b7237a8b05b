/*
 * assign - which variation of an experiment a visitor gets.
 *
 * The order of the checks is the reference's.
 */
#include "build/rules/assign.h"

#include "build/rules/condition.h"
#include "build/rules/feature.h"
#include "build/rules/trial.h"
#include "build/rules/urltarget.h"
#include "core/hash.h"
#include "core/jsontext.h"

/* An experiment that is being looked at. */
struct looked {
	const struct tsr_assign *a;
	const struct tsr_json *experiment;
	struct tsr_trial_experiment trial;
	bool asked; /* all checks before the visitor's number were passed */
};

struct tsr_span
tsr_assign_text(const struct tsr_json *v, struct tsr_arena *arena)
{
	struct tsr_jsontext text = {NULL, 0, {NULL, 0}, 0, false};
	struct tsr_buf json;

	if (!tsr_condition_truthy(v))
		return tsr_span_of(NULL, 0);
	if (v->type == TSR_JSON_STRING)
		return v->u.string;
	tsr_buf_init(&json, SIZE_MAX / 2);
	tsr_json_write(&json, v);
	text.cap = json.n * 22 + 32;
	text.room = tsr_arena_alloc(arena, text.cap);
	tsr_jsontext_string(&text, tsr_buf_view(&json));
	tsr_buf_free(&json);
	return tsr_span_of(text.room, text.n);
}

static const struct tsr_json *
field(const struct looked *e, const char *name)
{
	return tsr_json_get(e->experiment, name);
}

static bool
is_false(const struct tsr_json *v)
{
	return tsr_json_is(v, TSR_JSON_BOOLEAN) && !v->u.boolean;
}

static struct tsr_span
name_of(const struct tsr_json *attribute)
{
	struct tsr_span name = tsr_json_text(attribute);

	return name.n > 0 ? name : TSR_LIT("id");
}

const struct tsr_json *
tsr_assign_value(const struct tsr_assign *a, const struct tsr_json *attribute)
{
	const struct tsr_json *v = tsr_json_find(
	    tsr_json_get(a->line, "attributes"), name_of(attribute));

	return tsr_condition_truthy(v) ? v : NULL;
}

unsigned
tsr_assign_version(const struct tsr_json *v, unsigned otherwise)
{
	double d = tsr_json_is_number(v) ? tsr_json_number(v) : 3;

	if (!tsr_condition_truthy(v))
		return otherwise;
	return d >= 1 && d <= 1 ? 1 : d >= 2 && d <= 2 ? 2 : 3;
}

struct tsr_range
tsr_assign_range(const struct tsr_json *v, uint32_t at)
{
	struct tsr_range out = {1, 0};

	if (tsr_json_is(v, TSR_JSON_ARRAY) && v->count >= at + 2 &&
	    tsr_json_is_number(&v->u.items[at]) &&
	    tsr_json_is_number(&v->u.items[at + 1])) {
		out.from = tsr_json_number(&v->u.items[at]);
		out.to = tsr_json_number(&v->u.items[at + 1]);
	}
	return out;
}

static const struct tsr_range *
read_ranges(size_t *n, const struct tsr_json *list, struct tsr_arena *arena)
{
	struct tsr_range *out;
	size_t i;

	*n = tsr_json_is(list, TSR_JSON_ARRAY) ? list->count : 0;
	out = TSR_NEW_ARRAY(arena, struct tsr_range, *n);
	for (i = 0; i < *n; i++)
		out[i] = tsr_assign_range(&list->u.items[i], 0);
	return out;
}

/* ---- filters ---- */

/* One that nobody passes has no ranges. */
static struct tsr_trial_filter
read_filter(const struct tsr_assign *a, const struct tsr_json *v)
{
	struct tsr_trial_filter out = {.version =
	    tsr_assign_version(tsr_json_get(v, "hashVersion"), 2)};

	out.value = tsr_assign_value(a, tsr_json_get(v, "attribute"));
	out.seed = tsr_json_text(tsr_json_get(v, "seed"));
	out.ranges = read_ranges(
	    &out.count, tsr_json_get(v, "ranges"), a->arena);
	if (out.version > 2) {
		out.version = 2;
		out.count = 0;
	}
	return out;
}

static struct tsr_trial_filter *
read_filters(const struct tsr_assign *a, const struct tsr_json *list)
{
	struct tsr_trial_filter *out =
	    TSR_NEW_ARRAY(a->arena, struct tsr_trial_filter, list->count + 1);
	uint32_t i;

	for (i = 0; i < list->count; i++)
		out[i] = read_filter(a, &list->u.items[i]);
	return out;
}

bool
tsr_assign_filtered(const struct tsr_assign *a, const struct tsr_json *filters)
{
	static const struct tsr_range all = {0, 1};
	struct tsr_trial_experiment e = {.version = 2, .seed = TSR_LIT("x"),
	    .arms = &all, .arm_count = 1, .kept = -1};
	const struct tsr_json some = tsr_json_string(TSR_LIT("x"));

	if (!tsr_json_is(filters, TSR_JSON_ARRAY))
		return true;
	e.value = &some;
	e.filters = read_filters(a, filters);
	e.filter_count = filters->count;
	return tsr_trial_arm(a->diag, &e, NULL, NULL, a->arena) >= 0;
}

/* Filters, or else the namespace. */
static void
find_filters(struct looked *e)
{
	const struct tsr_json *filters = field(e, "filters");
	const struct tsr_json *space = field(e, "namespace");
	struct tsr_trial_filter *f;
	struct tsr_range *range;

	if (tsr_json_is(filters, TSR_JSON_ARRAY)) {
		e->trial.filters = read_filters(e->a, filters);
		e->trial.filter_count = filters->count;
	} else if (tsr_condition_truthy(space)) {
		f = TSR_NEW(e->a->arena, struct tsr_trial_filter);
		range = TSR_NEW(e->a->arena, struct tsr_range);
		*range = tsr_assign_range(space, 1);
		f->space = true;
		f->version = 1;
		if (tsr_json_is(space, TSR_JSON_ARRAY) && space->count > 0)
			f->seed = tsr_json_text(&space->u.items[0]);
		f->ranges = range;
		f->count = 1;
		e->trial.filters = f;
		e->trial.filter_count = 1;
	}
}

static void
find_arms(struct looked *e, size_t count)
{
	const struct tsr_json *list = field(e, "ranges"), *w, *coverage;
	struct tsr_range *out;
	double *weights = NULL;
	uint32_t i;

	/* Who keeps an arm does not need its share. */
	if (e->trial.kept >= 0) {
		e->trial.arm_count = (size_t)e->trial.kept + 1;
		e->trial.arms = TSR_NEW_ARRAY(
		    e->a->arena, struct tsr_range, e->trial.arm_count);
		return;
	}
	if (tsr_json_is(list, TSR_JSON_ARRAY)) {
		e->trial.arms =
		    read_ranges(&e->trial.arm_count, list, e->a->arena);
		return;
	}
	w = field(e, "weights");
	coverage = field(e, "coverage");
	if (tsr_json_is(w, TSR_JSON_ARRAY) && w->count == count) {
		weights = TSR_NEW_ARRAY(e->a->arena, double, count);
		for (i = 0; i < count; i++)
			weights[i] = tsr_json_is_number(&w->u.items[i])
			    ? tsr_json_number(&w->u.items[i]) : 0;
	}
	out = TSR_NEW_ARRAY(e->a->arena, struct tsr_range, count);
	tsr_range_fill(out, weights, count, tsr_json_is_number(coverage)
		? tsr_json_number(coverage) : coverage == NULL);
	e->trial.arms = out;
	e->trial.arm_count = count;
}

/* ---- what was kept ---- */

static bool
is_sticky(const struct looked *e)
{
	return tsr_json_get(e->a->line, "stickyBucketAssignmentDocs") != NULL &&
	    !tsr_condition_truthy(field(e, "disableStickyBucketing"));
}

/* NAME||VALUE: text as it is, anything else as JSON. */
static struct tsr_span
document_key(const struct tsr_assign *a, struct tsr_span name,
    const struct tsr_json *value)
{
	struct tsr_jsontext text = {NULL, 0, {NULL, 0}, 0, false};
	struct tsr_buf key, json;
	struct tsr_span out;

	tsr_buf_init(&key, SIZE_MAX / 2);
	tsr_buf_init(&json, SIZE_MAX / 2);
	tsr_buf_add(&key, name);
	tsr_buf_text(&key, "||");
	if (value != NULL && value->type == TSR_JSON_STRING)
		tsr_buf_add(&key, value->u.string);
	else if (value != NULL) {
		tsr_json_write(&json, value);
		text.cap = json.n * 22 + 32;
		text.room = tsr_arena_alloc(a->arena, text.cap);
		tsr_jsontext_json(&text, tsr_buf_view(&json));
		tsr_buf_add(&key, tsr_span_of(text.room, text.n));
	}
	out = tsr_arena_dup(a->arena, tsr_buf_view(&key));
	tsr_buf_free(&key);
	tsr_buf_free(&json);
	return out;
}

/* The assignments of a document; the documents are an object or a list. */
static const struct tsr_json *
document(const struct tsr_assign *a, const struct tsr_json *attribute)
{
	const struct tsr_json *docs =
	    tsr_json_get(a->line, "stickyBucketAssignmentDocs"), *doc = NULL;
	struct tsr_span key = document_key(
	    a, name_of(attribute), tsr_assign_value(a, attribute));
	uint32_t i;

	if (tsr_json_is(docs, TSR_JSON_OBJECT))
		doc = tsr_json_find(docs, key);
	else if (tsr_json_is(docs, TSR_JSON_ARRAY))
		for (i = 0; i < docs->count; i++)
			if (tsr_span_eq(key, document_key(a,
				tsr_json_text(tsr_json_get(
				    &docs->u.items[i], "attributeName")),
				tsr_json_get(&docs->u.items[i],
				    "attributeValue"))))
				doc = &docs->u.items[i];
	return tsr_json_get(doc, "assignments");
}

static const struct tsr_json *
assignment(const struct looked *e, const struct tsr_json *version)
{
	const struct tsr_json *fallback = field(e, "fallbackAttribute"), *v;
	struct tsr_span key = tsr_json_text(field(e, "key"));
	struct tsr_buf name;

	tsr_buf_init(&name, SIZE_MAX / 2);
	tsr_buf_add(&name, key);
	tsr_buf_text(&name, "__");
	if (tsr_condition_truthy(version))
		tsr_buf_add(&name, tsr_assign_text(version, e->a->arena));
	else
		tsr_buf_byte(&name, '0');
	v = tsr_json_find(document(e->a, field(e, "hashAttribute")),
	    tsr_buf_view(&name));
	if (v == NULL && tsr_assign_value(e->a, fallback) != NULL)
		v = tsr_json_find(
		    document(e->a, fallback), tsr_buf_view(&name));
	tsr_buf_free(&name);
	return v;
}

/* The arm that was kept, and whether an older version's was. */
static void
find_kept(struct looked *e)
{
	const struct tsr_json *meta = field(e, "meta"), *kept;
	const struct tsr_json *least = field(e, "minBucketVersion");
	struct tsr_json version = {.type = TSR_JSON_REAL};
	double most = tsr_json_is_number(least) ? tsr_json_number(least) : 0;
	uint32_t i;

	for (; version.u.real < most && version.u.real < 10000;
	     version.u.real += 1)
		if (assignment(e, &version) != NULL) {
			e->trial.blocked = true;
			return;
		}
	kept = assignment(e, field(e, "bucketVersion"));
	if (kept == NULL || !tsr_json_is(meta, TSR_JSON_ARRAY))
		return;
	for (i = 0; i < meta->count; i++)
		if (tsr_json_is(kept, TSR_JSON_STRING) &&
		    tsr_span_eq(kept->u.string, tsr_json_text(tsr_json_get(
			&meta->u.items[i], "key")))) {
			e->trial.kept = (int32_t)i;
			return;
		}
}

/* ---- the order of the checks ---- */

/* Is the visitor in one of the groups it is for? */
static bool
has_group(const struct looked *e)
{
	const struct tsr_json *list = field(e, "groups"), *groups;
	uint32_t i;

	groups = tsr_json_get(e->a->line, "groups");
	if (!tsr_json_is(list, TSR_JSON_ARRAY))
		return true;
	for (i = 0; i < list->count; i++)
		if (tsr_condition_truthy(tsr_json_find(
			groups, tsr_json_text(&list->u.items[i]))))
			return true;
	return false;
}

/* The variation that is forced, or -1; *is: something is. */
static double
forced(bool *is, const struct looked *e, size_t count)
{
	struct tsr_span key = tsr_json_text(field(e, "key"));
	const struct tsr_json *v;
	int32_t asked = tsr_url_forced(
	    tsr_json_text(tsr_json_get(e->a->line, "url")), key, count);

	*is = true;
	if (asked >= 0)
		return asked;
	v = tsr_json_find(tsr_json_get(e->a->line, "forcedVariations"), key);
	*is = v != NULL;
	return tsr_json_is_number(v) ? tsr_json_number(v) : -1;
}

static int32_t
ask(const struct looked *e)
{
	return tsr_trial_arm(e->a->diag, &e->trial,
	    tsr_json_get(e->a->line, "attributes"),
	    tsr_json_get(e->a->line, "savedGroups"), e->a->arena);
}

/* The variation by the visitor's number or by what was kept, or -1. */
static int32_t
draw(struct looked *e, size_t count)
{
	const struct tsr_json *condition = field(e, "condition");
	const struct tsr_assign *a = e->a;

	e->trial.value = tsr_assign_value(a, field(e, "hashAttribute"));
	if (e->trial.value == NULL && is_sticky(e) &&
	    tsr_json_text(field(e, "fallbackAttribute")).n > 0)
		e->trial.value =
		    tsr_assign_value(a, field(e, "fallbackAttribute"));
	e->trial.version = tsr_assign_version(field(e, "hashVersion"), 1);
	if (e->trial.value == NULL || e->trial.version > 2)
		return -1;
	if (is_sticky(e))
		find_kept(e);
	if (e->trial.kept < 0) {
		find_filters(e);
		if (tsr_condition_truthy(condition))
			e->trial.condition = condition;
		if (!has_group(e) ||
		    !tsr_feature_parents(a, field(e, "parentConditions")))
			return -1;
	}
	find_arms(e, count);
	e->trial.seed = tsr_json_text(field(e, "seed"));
	if (e->trial.seed.n == 0)
		e->trial.seed = tsr_json_text(field(e, "key"));
	e->asked = true;
	return ask(e);
}

/* Would the visitor be in it, had an older version not been kept? */
static bool
is_blocked(struct looked *e)
{
	static const struct tsr_range all = {0, 2};

	if (!e->trial.blocked || !e->asked)
		return false;
	e->trial.blocked = false;
	e->trial.arms = &all;
	e->trial.arm_count = 1;
	return ask(e) >= 0;
}

static void
set(struct tsr_assigned *out, double variation, size_t count)
{
	if (variation >= 0 && variation < (double)count) {
		out->in = true;
		out->variation = (uint32_t)variation;
	}
}

struct tsr_assigned
tsr_assign(const struct tsr_assign *a, const struct tsr_json *experiment)
{
	struct looked e = {
	    .a = a, .experiment = experiment, .trial = {.kept = -1}};
	const struct tsr_json *variations = field(&e, "variations"), *force;
	const struct tsr_json *patterns = field(&e, "urlPatterns");
	struct tsr_span status = tsr_json_text(field(&e, "status"));
	struct tsr_assigned out = {false, false, false, 0};
	double chosen;
	bool is;

	if (!tsr_json_is(variations, TSR_JSON_ARRAY) || variations->count < 2 ||
	    is_false(tsr_json_get(a->line, "enabled")) ||
	    (tsr_condition_truthy(patterns) &&
		!tsr_url_targeted(a->diag,
		    tsr_json_text(tsr_json_get(a->line, "url")), patterns,
		    a->arena)))
		return out;
	chosen = forced(&is, &e, variations->count);
	if (is) {
		set(&out, chosen, variations->count);
		return out;
	}
	if (tsr_span_eq(status, TSR_LIT("draft")) ||
	    is_false(field(&e, "active")))
		return out;
	chosen = draw(&e, variations->count);
	out.sticky = is_blocked(&e);
	if (chosen < 0)
		return out;
	force = field(&e, "force");
	if (force != NULL)
		set(&out, tsr_json_is_number(force) ? tsr_json_number(force)
						    : -1, variations->count);
	else if (!tsr_condition_truthy(tsr_json_get(a->line, "qaMode")) &&
	    !tsr_span_eq(status, TSR_LIT("stopped"))) {
		out.hashed = true;
		out.sticky = e.trial.kept >= 0;
		set(&out, chosen, variations->count);
	}
	return out;
}
