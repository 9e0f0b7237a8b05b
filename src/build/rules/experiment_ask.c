/*
 * experiment_ask - what the rest of the build asks of experiments: their arms,
 * who is held out, and whether anything tells an arm from the others.
 */
#include "build/rules/experiment_inner.h"

static const struct trial *
trial_of(const struct tsr_rules *rules, uint32_t attribute)
{
	const struct tsr_rules_attribute *a = &rules->attributes[attribute];

	return a->source == TSR_SOURCE_EXPERIMENT ||
		a->source == TSR_SOURCE_HOLDOUT
	    ? &rules->experiments->list[a->number] : NULL;
}

bool
tsr_experiments_values(const struct tsr_json **out,
    const struct tsr_rules *rules, uint32_t attribute)
{
	const struct trial *t = trial_of(rules, attribute);

	if (t == NULL || t->holdout)
		return false;
	*out = &t->values;
	return true;
}

const struct tsr_json *
tsr_rules_values(const struct tsr_rules *rules, uint32_t attribute)
{
	const struct tsr_json *arms;

	if (tsr_experiments_values(&arms, rules, attribute))
		return arms;
	return tsr_json_get(rules->attributes[attribute].declared, "values");
}

uint32_t
tsr_experiments_decision(const struct tsr_rules *rules, uint32_t attribute)
{
	const struct trial *t = trial_of(rules, attribute);

	return t != NULL ? t->decision : 0;
}

static const struct trial *
find_trial(const struct tsr_rules *rules, struct tsr_span id)
{
	const struct tsr_experiments *all = rules->experiments;
	uint32_t i;

	for (i = all->holdouts; i < all->count; i++)
		if (tsr_span_eq(all->list[i].id, id))
			return &all->list[i];
	return NULL;
}

bool
tsr_rules_arm_open(const struct tsr_rules *rules, struct tsr_span experiment,
    struct tsr_span arm)
{
	const struct trial *t = find_trial(rules, experiment);

	return t != NULL && list_find(&t->values, arm) < t->values.count;
}

bool
tsr_rules_arm(struct tsr_json *out, struct tsr_rules *rules,
    const struct tsr_json *experiment, const struct tsr_json *arm,
    struct tsr_span arm_name)
{
	const struct trial *t = find_trial(rules, tsr_json_text(experiment));
	struct tsr_member *m;

	if (t == NULL) {
		tsr_diag_add(rules->diag, TSR_ERROR, "E009",
		    tsr_json_where(experiment),
		    "unknown experiment \"%.*s\"",
		    TSR_ARG(tsr_json_text(experiment)));
		return false;
	}
	if (list_find(member(t, "arms"), arm_name) ==
	    list_count(member(t, "arms"))) {
		tsr_diag_add(rules->diag, TSR_ERROR, "E009",
		    tsr_json_where(arm), "\"%.*s\" has no arm \"%.*s\"",
		    TSR_ARG(t->id), TSR_ARG(arm_name))->also = t->where;
		return false;
	}
	*out = *experiment;
	m = TSR_NEW(rules->arena, struct tsr_member);
	m->name = rules->attributes[t->attribute].name;
	m->value = *arm;
	m->value.type = TSR_JSON_STRING;
	m->value.u.string = arm_name;
	out->type = TSR_JSON_OBJECT;
	out->count = 1;
	out->u.members = m;
	return true;
}

const struct tsr_json *
tsr_rules_held_out(struct tsr_rules *rules)
{
	const struct tsr_experiments *all = rules->experiments;
	struct tsr_json *out = TSR_NEW(rules->arena, struct tsr_json), *list;
	struct tsr_member *m;
	uint32_t i, n = 0;

	list = TSR_NEW_ARRAY(rules->arena, struct tsr_json, all->holdouts + 1u);
	for (i = 0; i < all->holdouts; i++) {
		if (tsr_span_eq(tsr_json_text(member(&all->list[i], "applies")),
			TSR_LIT("experiments")))
			continue;
		m = TSR_NEW(rules->arena, struct tsr_member);
		m->name = rules->attributes[all->list[i].attribute].name;
		m->value = tsr_json_boolean(true);
		list[n] = *all->list[i].json;
		list[n].u.members = m;
		list[n++].count = 1;
	}
	if (n == 0)
		return NULL;
	m = TSR_NEW(rules->arena, struct tsr_member);
	m->name = TSR_LIT("$or");
	m->value = list[0];
	m->value.type = TSR_JSON_ARRAY;
	m->value.u.items = list;
	m->value.count = n;
	*out = list[0];
	out->u.members = m;
	return out;
}

/* Does some test tell who is in this arm from who is in none? */
static bool
is_asked(const struct tsr_rules *rules, uint32_t attribute,
    const struct tsr_json *arm)
{
	size_t i;

	for (i = 0; i < rules->test_count; i++)
		if (rules->tests[i].attribute == attribute &&
		    tsr_test_holds(rules, (uint32_t)i, arm) !=
			rules->tests[i].missing)
			return true;
	return false;
}

void
tsr_rules_check_arms(struct tsr_rules *rules)
{
	const struct tsr_experiments *all = rules->experiments;
	const struct tsr_json *arms, *arm;
	const struct trial *t;
	uint32_t i, k;

	/* Not while there are conditions that could not be read. */
	if (rules->diag->errors > 0)
		return;
	for (i = all->holdouts; i < all->count; i++) {
		t = &all->list[i];
		arms = member(t, "arms");
		for (k = 1; k < list_count(arms); k++) {
			arm = &arms->u.items[k];
			if (!tsr_rules_arm_open(
				rules, t->id, tsr_json_text(arm)) ||
			    is_asked(rules, t->attribute, arm))
				continue;
			tsr_diag_add(rules->diag, TSR_WARNING, "E010",
			    tsr_json_where(arm),
			    "no variant shows arm \"%.*s\" of \"%.*s\"",
			    TSR_ARG(tsr_json_text(arm)), TSR_ARG(t->id));
			tsr_diag_hint(rules->diag, "its visitors get what "
			    "they would get without the experiment: only the "
			    "first arm is meant so");
		}
	}
}

static enum tsr_tier
cond_tier(const struct tsr_rules *rules, const struct tsr_cond *c)
{
	enum tsr_tier most = TSR_TIER_BUILD, tier;
	uint32_t i;

	if (c->kind == TSR_COND_TEST)
		return rules->tests[c->test].tier;
	for (i = 0; i < c->count; i++) {
		tier = cond_tier(rules, c->items[i]);
		most = tier > most ? tier : most;
	}
	return most;
}

enum tsr_tier
tsr_rules_asks(struct tsr_rules *rules, const struct tsr_json *audience)
{
	const struct tsr_cond *c =
	    audience != NULL ? tsr_rules_condition(rules, audience) : NULL;

	return c != NULL ? cond_tier(rules, c) : TSR_TIER_BUILD;
}
