/*
 * rules_assign - a visitor's arms and holdouts, worked out from the JSON.
 *
 * The second opinion on core/experiment.c: shares are compared as numbers, not
 * as buckets. Takes a visitor's attributes and gives them with those that
 * experiments have, in the order of declaration. Arms that the visitor state
 * keeps are in the visitor's member "_kept": {EXPERIMENT: [VERSION, ARM]}.
 */
#include "build/rules/assign.h"
#include "build/rules/rules_inner.h"
#include "core/hash.h"

struct assign {
	const struct tsr_rules *rules;
	const struct tsr_json *trial, *known;
	struct tsr_json *visitor;
	struct tsr_span id;
	int64_t now;
	struct tsr_arena *arena;
};

static const struct tsr_json *
member(const struct assign *a, const char *name)
{
	return tsr_json_get(a->trial, name);
}

static double
number_or(const struct tsr_json *v, double otherwise)
{
	return v != NULL ? tsr_json_number(v) : otherwise;
}

static uint32_t
count_of(const struct tsr_json *list)
{
	return list != NULL ? list->count : 0;
}

static struct tsr_range
range_of(const struct tsr_json *v)
{
	struct tsr_range out = {
	    tsr_json_number(&v->u.items[0]), tsr_json_number(&v->u.items[1])};

	return out;
}

/* What is hashed; false: nothing. name NULL: the id of the state. */
static bool
hashed(struct tsr_span *out, const struct assign *a,
    const struct tsr_json *name)
{
	struct tsr_span of = tsr_json_text(name);
	const struct tsr_json *v;
	size_t i;

	for (i = 0; name == NULL && i < a->rules->attribute_count; i++)
		if (a->rules->attributes[i].source == TSR_SOURCE_STATE &&
		    tsr_span_eq(a->rules->attributes[i].key, TSR_LIT("id"))) {
			of = a->rules->attributes[i].name;
			break;
		}
	v = tsr_json_find(a->visitor, of);
	*out = tsr_assign_text(v, a->arena);
	return out->n > 0;
}

static bool
hash(double *out, const struct tsr_json *of, struct tsr_span seed,
    struct tsr_span value)
{
	return tsr_hash(out, seed, value,
	    number_or(tsr_json_get(of, "hashVersion"), 2) < 2 ? 1 : 2);
}

static struct tsr_span
seed_of(const struct assign *a)
{
	struct tsr_span seed = tsr_json_text(member(a, "seed"));

	return seed.n > 0 ? seed : a->id;
}

static bool
is_named(const struct tsr_json *list, struct tsr_span id)
{
	uint32_t i;

	for (i = 0; i < count_of(list); i++)
		if (tsr_span_eq(tsr_json_text(&list->u.items[i]), id))
			return true;
	return list == NULL;
}

static bool
is_held_out(const struct assign *a)
{
	const struct tsr_rules_attribute *at;
	size_t i;

	for (i = 0; i < a->rules->attribute_count; i++) {
		at = &a->rules->attributes[i];
		if (at->source == TSR_SOURCE_HOLDOUT &&
		    is_named(member(a, "holdouts"), at->key) &&
		    tsr_json_true(tsr_json_find(a->visitor, at->name)))
			return true;
	}
	return false;
}

static bool
passes_filter(const struct assign *a, const struct tsr_json *filter)
{
	const struct tsr_json *ranges = tsr_json_get(filter, "ranges");
	const struct tsr_json *name = tsr_json_get(filter, "attribute");
	struct tsr_span value;
	uint32_t i;
	double x;

	if (!hashed(&value, a,
		name != NULL ? name : member(a, "hashAttribute")) ||
	    !hash(&x, filter, tsr_json_text(tsr_json_get(filter, "seed")),
		value))
		return false;
	for (i = 0; i < count_of(ranges); i++)
		if (tsr_range_has(range_of(&ranges->u.items[i]), x))
			return true;
	return false;
}

/* Filters and the namespace. */
static bool
passes(const struct assign *a, struct tsr_span value)
{
	const struct tsr_json *filters = member(a, "filters");
	const struct tsr_json *space = member(a, "namespace");
	uint32_t i;

	for (i = 0; i < count_of(filters); i++)
		if (!passes_filter(a, &filters->u.items[i]))
			return false;
	return space == NULL ||
	    tsr_namespace_has(range_of(tsr_json_get(space, "range")),
		tsr_json_text(tsr_json_get(space, "id")), value);
}

static bool
is_addressed(const struct assign *a)
{
	struct tsr_condition_world world = tsr_rules_world(a->rules);
	const struct tsr_json *audience = member(a, "audience"), *v;
	int64_t at;

	v = member(a, "startsAt");
	if (v != NULL && tsr_rules_moment_of(&at, a->rules, v) && a->now < at)
		return false;
	v = member(a, "endsAt");
	if (v != NULL && tsr_rules_moment_of(&at, a->rules, v) && a->now >= at)
		return false;
	world.known = a->known;
	return audience == NULL ||
	    tsr_condition_eval(&world, audience, a->visitor);
}

static const struct tsr_json *
choose(const struct assign *a, struct tsr_span value)
{
	const struct tsr_json *arms = member(a, "arms");
	const struct tsr_json *weights = member(a, "weights");
	const struct tsr_json *given = member(a, "ranges");
	uint32_t i, n = count_of(arms);
	struct tsr_range *ranges =
	    TSR_NEW_ARRAY(a->arena, struct tsr_range, n + 1u);
	double *shares = TSR_NEW_ARRAY(a->arena, double, n + 1u), x;
	int32_t arm;

	if (!hash(&x, a->trial, seed_of(a), value))
		return NULL;
	for (i = 0; i < count_of(weights) && i < n; i++)
		shares[i] = tsr_json_number(&weights->u.items[i]);
	tsr_range_fill(ranges, weights != NULL ? shares : NULL, n,
	    number_or(member(a, "coverage"), 1));
	for (i = 0; i < count_of(given) && i < n; i++)
		ranges[i] = range_of(&given->u.items[i]);
	arm = tsr_range_choose(ranges, n, x);
	return arm >= 0 ? &arms->u.items[arm] : NULL;
}

/* What the visitor keeps; *arm NULL: nobody of that version is in it. */
static bool
find_kept(const struct tsr_json **arm, const struct assign *a)
{
	const struct tsr_json *arms = member(a, "arms");
	const struct tsr_json *kept = tsr_json_find(
	    tsr_json_get(a->visitor, "_kept"), a->id);
	double version;
	uint32_t i;

	*arm = NULL;
	if (kept == NULL || !tsr_json_true(member(a, "sticky")))
		return false;
	version = tsr_json_number(&kept->u.items[0]);
	if (version < number_or(member(a, "minVersion"), 0))
		return true;
	if (version < number_or(member(a, "version"), 0) ||
	    version > number_or(member(a, "version"), 0))
		return false;
	for (i = 0; i < count_of(arms); i++)
		if ((int64_t)i == (int64_t)tsr_json_number(&kept->u.items[1]))
			*arm = &arms->u.items[i];
	return *arm != NULL;
}

/* The value of an experiment's attribute; false: missing. */
static bool
find_arm(struct tsr_json *out, const struct assign *a)
{
	struct tsr_span status = tsr_json_text(member(a, "status")), value;
	const struct tsr_json *arm = member(a, "winner");
	bool won = arm != NULL;

	if (tsr_span_eq(status, TSR_LIT("draft")) ||
	    (tsr_span_eq(status, TSR_LIT("stopped")) && !won))
		return false;
	if (!won && !hashed(&value, a, member(a, "hashAttribute")))
		return false;
	if (!won && find_kept(&arm, a)) {
		if (arm != NULL)
			*out = *arm;
		return arm != NULL;
	}
	if (is_held_out(a) || (!won && !passes(a, value)) || !is_addressed(a))
		return false;
	if (!won)
		arm = choose(a, value);
	if (arm != NULL)
		*out = *arm;
	return arm != NULL;
}

/* The value of a holdout's attribute; false: missing. */
static bool
find_holdout(struct tsr_json *out, const struct assign *a)
{
	struct tsr_span value;
	double x;

	if (!hashed(&value, a, member(a, "hashAttribute")) ||
	    !hash(&x, a->trial, seed_of(a), value))
		return false;
	*out = tsr_json_boolean(x < number_or(member(a, "share"), 0.05));
	return true;
}

const struct tsr_json *
tsr_rules_assigned(const struct tsr_rules *rules,
    const struct tsr_json *visitor, const struct tsr_json *known, int64_t now,
    struct tsr_arena *arena)
{
	struct tsr_member *list = TSR_NEW_ARRAY(arena, struct tsr_member,
	    count_of(visitor) + rules->attribute_count + 1u);
	struct tsr_json *out = TSR_NEW(arena, struct tsr_json);
	struct assign a = {
	    .rules = rules, .known = known, .now = now, .arena = arena};
	const struct tsr_rules_attribute *at;
	bool holdout;
	size_t i;

	*out = *visitor;
	for (i = 0; i < visitor->count; i++)
		list[i] = visitor->u.members[i];
	out->u.members = list;
	a.visitor = out;
	for (i = 0; i < rules->attribute_count; i++) {
		at = &rules->attributes[i];
		holdout = at->source == TSR_SOURCE_HOLDOUT;
		if ((!holdout && at->source != TSR_SOURCE_EXPERIMENT) ||
		    tsr_json_find(out, at->name) != NULL)
			continue;
		a.id = at->key;
		a.trial = tsr_json_find(tsr_json_get(rules->experiment_file,
			holdout ? "holdouts" : "experiments"), at->key);
		list[out->count].name = at->name;
		if (holdout ? find_holdout(&list[out->count].value, &a)
			    : find_arm(&list[out->count].value, &a))
			out->count++;
	}
	return out;
}
