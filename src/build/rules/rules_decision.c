/*
 * rules_decision - a diagram becomes a decision; what it asks, and until when
 * its answer stays.
 */
#include "build/rules/rules_inner.h"

static bool
is_clock(const struct tsr_rules *rules, const struct tsr_test *t)
{
	return rules->attributes[t->attribute].source == TSR_SOURCE_TIME;
}

/* What a decision asks. */
static void
describe(struct tsr_decision *d, struct tsr_rules *rules,
    struct tsr_arena *scratch)
{
	uint8_t *seen = TSR_NEW_ARRAY(scratch, uint8_t, rules->test_count + 1);
	const struct tsr_test *t;
	uint32_t *nodes;
	size_t n, i, k = 0;

	n = tsr_reach_nodes(&nodes, rules, &d->root, 1, scratch);
	for (i = 0; i < n; i++)
		seen[rules->nodes[nodes[i]].test] = 1;
	for (i = 0; i < rules->test_count; i++)
		d->test_count += seen[i];
	d->tests = TSR_NEW_ARRAY(rules->arena, uint32_t, d->test_count);
	for (i = 0; i < rules->test_count; i++) {
		if (!seen[i])
			continue;
		t = &rules->tests[i];
		d->tests[k++] = (uint32_t)i;
		if (t->tier > d->tier)
			d->tier = t->tier;
		if (rules->attributes[t->attribute].purpose !=
		    TSR_PURPOSE_NONE)
			d->purposed = true;
	}
}

struct tsr_decision *
tsr_rules_decide(uint32_t *number, struct tsr_rules *rules, uint32_t root,
    uint32_t outcomes, struct tsr_arena *scratch)
{
	struct tsr_decision *d;

	*number = (uint32_t)rules->decision_count;
	rules->decisions = tsr_arena_grow(rules->arena, rules->decisions,
	    rules->decision_count, &rules->decision_cap,
	    sizeof(*rules->decisions));
	d = &rules->decisions[rules->decision_count++];
	memset(d, 0, sizeof(*d));
	d->root = root;
	d->outcomes = outcomes;
	describe(d, rules, scratch);
	return d;
}

uint32_t
tsr_rules_decision_count(const struct tsr_rules *rules)
{
	return (uint32_t)rules->decision_count;
}

uint32_t
tsr_rules_outcomes(const struct tsr_rules *rules, uint32_t decision)
{
	return rules->decisions[decision].outcomes;
}

enum tsr_tier
tsr_rules_tier(const struct tsr_rules *rules, uint32_t decision)
{
	return rules->decisions[decision].tier;
}

bool
tsr_rules_purposed(const struct tsr_rules *rules, uint32_t decision)
{
	return rules->decisions[decision].purposed;
}

void
tsr_rules_reads(
    bool *used, const struct tsr_rules *rules, uint32_t decision)
{
	const struct tsr_decision *d = &rules->decisions[decision];
	size_t i;

	uint32_t a, asked;

	for (i = 0; i < d->test_count; i++) {
		a = rules->tests[d->tests[i]].attribute;
		asked = tsr_experiments_decision(rules, a);
		if (!used[a] && asked != 0)
			tsr_rules_reads(used, rules, asked);
		used[a] = true;
	}
}

static int
cmp_moments(const void *a, const void *b)
{
	int64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

/* The first ms whose time in seconds is at least, or above, a constant. */
static bool
moment(int64_t *out, double seconds, bool above)
{
	int64_t ms;

	if (!(seconds > -8e12 && seconds < 8e12))
		return false;
	ms = (int64_t)(seconds * 1000.0) - 2;
	while ((double)ms / 1000.0 < seconds ||
	    (above && (double)ms / 1000.0 <= seconds))
		ms++;
	*out = ms;
	return true;
}

static size_t
add_moments(int64_t *list, size_t n, const struct tsr_test *t)
{
	bool at = t->operator != TSR_OPERATOR_LTE &&
	    t->operator != TSR_OPERATOR_GT;
	bool after = t->operator != TSR_OPERATOR_LT &&
	    t->operator != TSR_OPERATOR_GTE;
	const struct tsr_json *v = &t->operand;
	uint32_t i, count = 1;
	double d;

	if (v->type == TSR_JSON_ARRAY) {
		count = v->count;
		v = v->u.items;
	}
	for (i = 0; i < count; i++) {
		if (!tsr_condition_number(&d, &v[i]))
			continue;
		if (at)
			n += moment(&list[n], d, false);
		if (after)
			n += moment(&list[n], d, true);
	}
	return n;
}

size_t
tsr_rules_boundaries(const int64_t **out, const struct tsr_rules *rules,
    uint32_t decision, struct tsr_arena *arena)
{
	const struct tsr_decision *d = &rules->decisions[decision];
	const struct tsr_test *t;
	size_t i, n = 0, most = 0, k;
	int64_t *list;

	for (i = 0; i < d->test_count; i++)
		most += 2 + 2 * (size_t)rules->tests[d->tests[i]].operand.count;
	list = TSR_NEW_ARRAY(arena, int64_t, most);
	for (i = 0; i < d->test_count; i++) {
		t = &rules->tests[d->tests[i]];
		if (is_clock(rules, t))
			n = add_moments(list, n, t);
	}
	if (n > 0)
		qsort(list, n, sizeof(*list), cmp_moments);
	for (i = 0, k = 0; i < n; i++)
		if (k == 0 || list[k - 1] != list[i])
			list[k++] = list[i];
	*out = list;
	return k;
}
