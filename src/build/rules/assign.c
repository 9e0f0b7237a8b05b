/*
 * assign - which variation of an experiment a visitor gets.
 *
 * The order of the checks is the reference's. Not asked here is what belongs
 * to a page or a request: its address, forced variations, sticky buckets.
 */
#include "build/rules/assign.h"

#include "build/rules/condition.h"
#include "build/rules/trial.h"
#include "core/hash.h"
#include "core/jsontext.h"

struct assign {
	struct tsr_diag *diag;
	const struct tsr_json *experiment, *attributes, *groups;
	struct tsr_arena *arena;
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
field(const struct assign *a, const char *name)
{
	return tsr_json_get(a->experiment, name);
}

/* The value that is hashed; false when there is none. */
static bool
hash_value(struct tsr_span *out, const struct assign *a,
    const struct tsr_json *attribute)
{
	struct tsr_span name = tsr_json_text(attribute);
	const struct tsr_json *v = tsr_json_find(
	    a->attributes, name.n > 0 ? name : TSR_LIT("id"));

	*out = tsr_assign_text(v, a->arena);
	return tsr_condition_truthy(v);
}

/* The hash version a member asks for; 3: one that does not exist. */
static unsigned
version_of(const struct tsr_json *v, unsigned otherwise)
{
	double d = tsr_json_is_number(v) ? tsr_json_number(v) : 3;

	if (!tsr_condition_truthy(v))
		return otherwise;
	return d >= 1 && d <= 1 ? 1 : d >= 2 && d <= 2 ? 2 : 3;
}

static struct tsr_range
read_range(const struct tsr_json *v, uint32_t at)
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

static bool
passes_filter(const struct assign *a, const struct tsr_json *filter)
{
	const struct tsr_json *ranges = tsr_json_get(filter, "ranges");
	struct tsr_span value;
	uint32_t i;
	double n;

	if (!hash_value(&value, a, tsr_json_get(filter, "attribute")) ||
	    !tsr_hash(&n, tsr_json_text(tsr_json_get(filter, "seed")), value,
		version_of(tsr_json_get(filter, "hashVersion"), 2)) ||
	    !tsr_json_is(ranges, TSR_JSON_ARRAY))
		return false;
	for (i = 0; i < ranges->count; i++)
		if (tsr_range_has(read_range(&ranges->u.items[i], 0), n))
			return true;
	return false;
}

/* Filters, or else the namespace. */
static bool
passes_filters(const struct assign *a, struct tsr_span value)
{
	const struct tsr_json *filters = field(a, "filters");
	const struct tsr_json *space = field(a, "namespace");
	uint32_t i;

	if (tsr_json_is(filters, TSR_JSON_ARRAY)) {
		for (i = 0; i < filters->count; i++)
			if (!passes_filter(a, &filters->u.items[i]))
				return false;
		return true;
	}
	return !tsr_json_is(space, TSR_JSON_ARRAY) || space->count < 3 ||
	    tsr_namespace_has(read_range(space, 1),
		tsr_json_text(&space->u.items[0]), value);
}

static struct tsr_range *
make_ranges(size_t *n, const struct assign *a, size_t count)
{
	const struct tsr_json *list = field(a, "ranges"), *w, *coverage;
	struct tsr_range *out;
	double *weights = NULL;
	uint32_t i;

	if (tsr_json_is(list, TSR_JSON_ARRAY)) {
		*n = list->count;
		out = TSR_NEW_ARRAY(a->arena, struct tsr_range, *n);
		for (i = 0; i < *n; i++)
			out[i] = read_range(&list->u.items[i], 0);
		return out;
	}
	w = field(a, "weights");
	coverage = field(a, "coverage");
	if (tsr_json_is(w, TSR_JSON_ARRAY) && w->count == count) {
		weights = TSR_NEW_ARRAY(a->arena, double, count);
		for (i = 0; i < count; i++)
			weights[i] = tsr_json_is_number(&w->u.items[i])
			    ? tsr_json_number(&w->u.items[i]) : 0;
	}
	*n = count;
	out = TSR_NEW_ARRAY(a->arena, struct tsr_range, count);
	tsr_range_fill(out, weights, count, tsr_json_is_number(coverage)
		? tsr_json_number(coverage) : coverage == NULL);
	return out;
}

/* The variation by the visitor's number, or -1. */
static int32_t
bucket(const struct assign *a, size_t count)
{
	const struct tsr_json *condition = field(a, "condition");
	struct tsr_span value, seed = tsr_json_text(field(a, "seed"));
	struct tsr_range *ranges;
	size_t n;
	double x;

	if (!hash_value(&value, a, field(a, "hashAttribute")) ||
	    !passes_filters(a, value))
		return -1;
	if (tsr_condition_truthy(condition) && !tsr_trial(a->diag, condition,
		a->attributes, a->groups, a->arena))
		return -1;
	if (seed.n == 0)
		seed = tsr_json_text(field(a, "key"));
	if (!tsr_hash(&x, seed, value, version_of(field(a, "hashVersion"), 1)))
		return -1;
	ranges = make_ranges(&n, a, count);
	return tsr_range_choose(ranges, n, x);
}

struct tsr_assigned
tsr_assign(struct tsr_diag *diag, const struct tsr_json *experiment,
    const struct tsr_json *attributes, const struct tsr_json *groups,
    struct tsr_arena *arena)
{
	const struct assign a = {
	    diag, experiment, attributes, groups, arena};
	const struct tsr_json *variations = field(&a, "variations"), *force;
	const struct tsr_json *active = field(&a, "active");
	struct tsr_span status = tsr_json_text(field(&a, "status"));
	struct tsr_assigned out = {false, false, 0};
	double chosen = -1;

	if (!tsr_json_is(variations, TSR_JSON_ARRAY) || variations->count < 2 ||
	    tsr_span_eq(status, TSR_LIT("draft")) ||
	    (tsr_json_is(active, TSR_JSON_BOOLEAN) && !active->u.boolean))
		return out;
	chosen = bucket(&a, variations->count);
	if (chosen < 0)
		return out;
	force = field(&a, "force");
	if (force != NULL)
		chosen = tsr_json_is_number(force) ? tsr_json_number(force)
						   : -1;
	else if (tsr_span_eq(status, TSR_LIT("stopped")))
		return out;
	else
		out.hashed = true;
	if (chosen >= 0 && chosen < variations->count) {
		out.in = true;
		out.variation = (uint32_t)chosen;
	}
	return out;
}
