/*
 * rules_interpret - what a visitor gets, worked out from the JSON again.
 *
 * The second opinion on compiled decisions: no tests, no nodes, no shared
 * predicates; only condition.c and rules_assign.c.
 */
#include "build/rules/rules_inner.h"

bool
tsr_rules_key_is_in(const struct tsr_rules *rules, const struct tsr_rule *rule,
    const struct tsr_json *visitor)
{
	const struct tsr_json *key = tsr_json_find(
	    visitor, rules->attributes[rule->key_attribute].name);
	uint32_t set = rule->fragment_set - 1;
	size_t i;

	if (!tsr_json_is(key, TSR_JSON_STRING) || set >= rules->fragment_count)
		return false;
	for (i = 0; i < rules->fragments[set].count; i++)
		if (tsr_span_eq(key->u.string, rules->fragments[set].list[i]))
			return true;
	return false;
}

/* A rule, with what is known before the visitor is looked at. */
static bool
rule_holds(const struct tsr_rules *rules, const struct tsr_rule *r,
    const struct tsr_json *known, const struct tsr_json *visitor, int64_t now)
{
	struct tsr_condition_world world = tsr_rules_world(rules);

	world.known = known;
	if (now < r->starts || now >= r->ends)
		return false;
	if (r->fragment_set != 0 && !tsr_rules_key_is_in(rules, r, visitor))
		return false;
	return r->audience == NULL ||
	    tsr_condition_eval(&world, r->audience, visitor);
}

/* Does a rule of a chain hold whatever the browser says? */
static bool
rule_is_sure(const struct tsr_rules *rules, const struct tsr_decision *d,
    uint32_t rule, const struct tsr_json *visitor, int64_t now)
{
	size_t i;

	if (d->sample_count == 0)
		return rule_holds(
		    rules, &d->list[rule], &d->known, visitor, now);
	for (i = 0; i < d->sample_count; i++)
		if (!rule_holds(
			rules, &d->list[rule], &d->samples[i], visitor, now))
			return false;
	return true;
}

/*
 * A bit is set where the rest of its rule is its residue, and no rule before it
 * is sure: 0; else 1.
 */
static uint32_t
interpret_bit(const struct tsr_rules *rules, const struct tsr_decision *d,
    const struct tsr_json *visitor, int64_t now)
{
	const struct tsr_decision *chain = &rules->decisions[d->of];
	struct tsr_condition_world world = tsr_rules_world(rules);
	const struct tsr_rule *r = &chain->list[d->bit->rule];
	uint32_t rule;
	size_t i;

	for (rule = 0; rule < d->bit->rule; rule++)
		if (rule_is_sure(rules, chain, rule, visitor, now))
			return 1;
	for (i = 0; i < chain->sample_count; i++) {
		world.known = &chain->samples[i];
		if (rule_holds(rules, r, &chain->samples[i], visitor, now) !=
		    tsr_condition_eval(&world, &d->bit->condition, visitor))
			return 1;
	}
	return 0;
}

static uint32_t
interpret_chain(const struct tsr_rules *rules, const struct tsr_decision *d,
    const struct tsr_json *visitor, int64_t now)
{
	const struct tsr_decision *chain =
	    d->bit != NULL ? &rules->decisions[d->of] : d;
	uint32_t i, outcome = d->outcomes - 1;
	struct tsr_arena scratch;

	tsr_arena_init(&scratch);
	visitor = tsr_rules_assigned(
	    rules, visitor, &chain->known, now, &scratch);
	if (d->bit != NULL)
		outcome = interpret_bit(rules, d, visitor, now);
	for (i = 0; d->bit == NULL && i < d->count; i++)
		if (rule_is_sure(rules, d, i, visitor, now)) {
			outcome = tsr_rule_outcome(d->list, i);
			break;
		}
	tsr_arena_free(&scratch);
	return outcome;
}

uint32_t
tsr_rules_settle(const struct tsr_rules *rules, uint32_t decision,
    const struct tsr_json *visitor, int64_t now)
{
	const struct tsr_decision *d = &rules->decisions[decision];
	uint32_t i, outcome = d->outcomes - 1;
	struct tsr_arena scratch;

	tsr_arena_init(&scratch);
	visitor = tsr_rules_assigned(rules, visitor, &d->known, now, &scratch);
	for (i = 0; i < d->count; i++)
		if (rule_holds(rules, &d->list[i], &d->known, visitor, now)) {
			outcome = tsr_rule_outcome(d->list, i);
			break;
		}
	tsr_arena_free(&scratch);
	return outcome;
}

/* The outcome of a product whose parts come to these. */
static uint32_t
find_tuple(const struct tsr_decision *d, const uint32_t *outcomes)
{
	size_t i, n = d->part_count;

	for (i = 0; i < d->outcomes; i++)
		if (memcmp(&d->tuples[i * n], outcomes,
			n * sizeof(*outcomes)) == 0)
			return (uint32_t)i;
	return d->outcomes;
}

uint32_t
tsr_rules_interpret(const struct tsr_rules *rules, uint32_t decision,
    const struct tsr_json *visitor, int64_t now)
{
	const struct tsr_decision *d = &rules->decisions[decision];
	struct tsr_arena scratch;
	uint32_t *outcomes, outcome;
	size_t i;

	if (d->part_count == 0)
		return interpret_chain(rules, d, visitor, now);
	tsr_arena_init(&scratch);
	outcomes = TSR_NEW_ARRAY(&scratch, uint32_t, d->part_count);
	for (i = 0; i < d->part_count; i++)
		outcomes[i] = interpret_chain(
		    rules, &rules->decisions[d->parts[i]], visitor, now);
	outcome = find_tuple(d, outcomes);
	tsr_arena_free(&scratch);
	return outcome;
}
