/*
 * feature - the value of a feature: what experiments have as prerequisites.
 */
#include "build/rules/feature.h"

#include "build/rules/condition.h"
#include "build/rules/trial.h"
#include "core/hash.h"

/* Features inside features; each has its own rules and conditions. */
#define DEPTH_MAX 32

enum outcome { OUTCOME_NEXT, OUTCOME_VALUE, OUTCOME_NOTHING, OUTCOME_CIRCLE };

/* Does {"value": the parent's} pass the condition? */
static bool
passes(const struct tsr_assign *a, const struct tsr_json *parent,
    const struct tsr_json *value)
{
	const struct tsr_json *condition = tsr_json_get(parent, "condition");
	struct tsr_member member = {.name = TSR_LIT("value")};
	struct tsr_json object = {.type = TSR_JSON_OBJECT, .count = 1};

	if (!tsr_condition_truthy(condition))
		return true;
	if (value != NULL)
		member.value = *value;
	object.u.members = &member;
	return tsr_trial(a->diag, condition, &object,
	    tsr_json_get(a->line, "savedGroups"), a->arena);
}

/* The first parent that does not pass decides; next: all do. */
static enum outcome
ask_parents(const struct tsr_assign *a, const struct tsr_json *parents,
    bool *passed)
{
	const struct tsr_json *parent, *value;
	bool circle;
	uint32_t i;

	*passed = true;
	if (!tsr_json_is(parents, TSR_JSON_ARRAY))
		return OUTCOME_NEXT;
	for (i = 0; i < parents->count; i++) {
		parent = &parents->u.items[i];
		value = tsr_feature_value(
		    &circle, a, tsr_json_text(tsr_json_get(parent, "id")));
		if (circle)
			return OUTCOME_CIRCLE;
		if (passes(a, parent, value))
			continue;
		*passed = false;
		return tsr_condition_truthy(tsr_json_get(parent, "gate"))
		    ? OUTCOME_NOTHING : OUTCOME_NEXT;
	}
	return OUTCOME_NEXT;
}

bool
tsr_feature_parents(const struct tsr_assign *a, const struct tsr_json *parents)
{
	bool passed;

	return ask_parents(a, parents, &passed) != OUTCOME_CIRCLE && passed;
}

/* Is the visitor in the part of all that a rule is rolled out to? */
static bool
in_rollout(const struct tsr_assign *a, const struct tsr_json *rule,
    struct tsr_span id)
{
	const struct tsr_json *range = tsr_json_get(rule, "range");
	const struct tsr_json *coverage = tsr_json_get(rule, "coverage");
	const struct tsr_json *value;
	struct tsr_span seed = tsr_json_text(tsr_json_get(rule, "seed"));
	double n, most;

	if (!tsr_condition_truthy(range) && coverage == NULL)
		return true;
	most = tsr_json_is_number(coverage) ? tsr_json_number(coverage) : 0;
	if (!tsr_condition_truthy(range) && coverage->type != TSR_JSON_NULL &&
	    most >= 0 && most <= 0)
		return false;
	value = tsr_assign_value(a, tsr_json_get(rule, "hashAttribute"));
	if (value == NULL &&
	    tsr_json_get(a->line, "stickyBucketAssignmentDocs") != NULL &&
	    !tsr_condition_truthy(
		tsr_json_get(rule, "disableStickyBucketing")) &&
	    tsr_json_text(tsr_json_get(rule, "fallbackAttribute")).n > 0)
		value = tsr_assign_value(
		    a, tsr_json_get(rule, "fallbackAttribute"));
	if (value == NULL || !tsr_hash(&n, seed.n > 0 ? seed : id,
		tsr_assign_text(value, a->arena),
		tsr_assign_version(tsr_json_get(rule, "hashVersion"), 1)))
		return false;
	/* Coverage takes in its end, ranges do not. */
	return tsr_condition_truthy(range)
	    ? tsr_range_has(tsr_assign_range(range, 0), n) : n <= most;
}

/* The rule as an experiment: its key is the feature's unless it has one. */
static struct tsr_json
experiment_of(const struct tsr_assign *a, const struct tsr_json *rule,
    struct tsr_span id)
{
	static const char *const taken[] = {"coverage", "weights",
	    "hashAttribute", "fallbackAttribute", "disableStickyBucketing",
	    "bucketVersion", "minBucketVersion", "namespace", "meta", "ranges",
	    "seed", "hashVersion", "filters", "condition", "variations"};
	const struct tsr_json *v;
	struct tsr_json out = {.type = TSR_JSON_OBJECT};
	struct tsr_member *list = TSR_NEW_ARRAY(
	    a->arena, struct tsr_member, TSR_COUNT_OF(taken) + 1);
	struct tsr_span key = tsr_json_text(tsr_json_get(rule, "key"));
	size_t i;

	list[out.count].name = TSR_LIT("key");
	list[out.count++].value = tsr_json_string(key.n > 0 ? key : id);
	for (i = 0; i < TSR_COUNT_OF(taken); i++) {
		v = tsr_json_get(rule, taken[i]);
		if (v == NULL || (i > 0 && !tsr_condition_truthy(v)))
			continue;
		list[out.count].name = tsr_span_of(taken[i], strlen(taken[i]));
		list[out.count++].value = *v;
	}
	out.u.members = list;
	return out;
}

static enum outcome
ask_experiment(const struct tsr_json **out, const struct tsr_assign *a,
    const struct tsr_json *rule, struct tsr_span id)
{
	const struct tsr_json *variations = tsr_json_get(rule, "variations");
	const struct tsr_json *meta = tsr_json_get(rule, "meta");
	struct tsr_json experiment;
	struct tsr_assigned got;

	if (!tsr_json_is(variations, TSR_JSON_ARRAY))
		return OUTCOME_NEXT;
	experiment = experiment_of(a, rule, id);
	got = tsr_assign(a, &experiment);
	if (!got.in || (tsr_json_is(meta, TSR_JSON_ARRAY) &&
		got.variation < meta->count &&
		tsr_condition_truthy(tsr_json_get(
		    &meta->u.items[got.variation], "passthrough"))))
		return OUTCOME_NEXT;
	*out = &variations->u.items[got.variation];
	return OUTCOME_VALUE;
}

static enum outcome
ask_rule(const struct tsr_json **out, const struct tsr_assign *a,
    const struct tsr_json *rule, struct tsr_span id)
{
	const struct tsr_json *condition = tsr_json_get(rule, "condition");
	const struct tsr_json *force = tsr_json_get(rule, "force");
	enum outcome outcome;
	bool passed;

	outcome = ask_parents(a, tsr_json_get(rule, "parentConditions"), &passed);
	if (outcome != OUTCOME_NEXT || !passed)
		return outcome;
	if (!tsr_assign_filtered(a, tsr_json_get(rule, "filters")))
		return OUTCOME_NEXT;
	if (force == NULL)
		return ask_experiment(out, a, rule, id);
	if ((tsr_condition_truthy(condition) &&
		!tsr_trial(a->diag, condition,
		    tsr_json_get(a->line, "attributes"),
		    tsr_json_get(a->line, "savedGroups"), a->arena)) ||
	    !in_rollout(a, rule, id))
		return OUTCOME_NEXT;
	*out = force;
	return OUTCOME_VALUE;
}

const struct tsr_json *
tsr_feature_value(bool *circle, const struct tsr_assign *a, struct tsr_span id)
{
	const struct tsr_json *feature = tsr_json_find(
	    tsr_json_get(a->line, "features"), id), *rules, *value = NULL;
	struct tsr_asked_feature asked = {id, a->asked};
	const struct tsr_asked_feature *outer;
	struct tsr_assign inner = *a;
	enum outcome outcome = OUTCOME_NEXT;
	unsigned depth = 0;
	uint32_t i;

	*circle = false;
	for (outer = a->asked; outer != NULL; outer = outer->outer)
		*circle = *circle || ++depth == DEPTH_MAX ||
		    tsr_span_eq(outer->id, id);
	if (*circle)
		return NULL;
	inner.asked = &asked;
	rules = tsr_json_get(feature, "rules");
	for (i = 0; tsr_json_is(rules, TSR_JSON_ARRAY) && i < rules->count &&
	     outcome == OUTCOME_NEXT; i++)
		outcome = ask_rule(&value, &inner, &rules->u.items[i], id);
	*circle = outcome == OUTCOME_CIRCLE;
	if (outcome == OUTCOME_NEXT)
		value = tsr_json_get(feature, "defaultValue");
	return value;
}
