/*
 * rules_chain - chains and products become diagrams, and those decisions.
 */
#include "build/rules/rules_inner.h"

#define OUTCOME(n) (TSR_TARGET_OUTCOME | (uint32_t)(n))

/* ---- chains ---- */

/* Now and then: time >= ms / 1000, or not. */
static const struct tsr_cond *
clock_cond(struct tsr_rules *rules, int64_t ms, bool from,
    struct tsr_where where)
{
	struct tsr_test test = {.operator = TSR_OPERATOR_LT};
	const struct tsr_cond **items;

	test.attribute = tsr_rules_clock(rules);
	test.operand.type = TSR_JSON_REAL;
	test.operand.u.real = (double)ms / 1000.0;
	items = TSR_NEW_ARRAY(rules->arena, const struct tsr_cond *, 1);
	items[0] = tsr_cond_test(rules, &test, where);
	return from ? tsr_cond_make(rules, TSR_COND_NOT, items, 1, where)
		    : items[0];
}

/* All that a rule asks: its time, its audience, its fragment. */
static const struct tsr_cond *
rule_cond(struct tsr_rules *rules, const struct tsr_rule *rule,
    const struct tsr_cond *audience)
{
	const struct tsr_cond **items =
	    TSR_NEW_ARRAY(rules->arena, const struct tsr_cond *, 4);
	struct tsr_test test = {.operator = TSR_OPERATOR_FRAGMENT};
	uint32_t n = 0;

	if (rule->starts != INT64_MIN)
		items[n++] =
		    clock_cond(rules, rule->starts, true, rule->where);
	if (rule->ends != INT64_MAX)
		items[n++] = clock_cond(rules, rule->ends, false, rule->where);
	if (audience != NULL)
		items[n++] = audience;
	if (rule->fragment_set != 0) {
		test.attribute = rule->key_attribute;
		test.number = rule->fragment_set - 1;
		items[n++] = tsr_cond_test(rules, &test, rule->where);
	}
	if (n == 1)
		return items[0];
	return tsr_cond_make(rules, TSR_COND_AND, items, n, rule->where);
}

bool
tsr_rules_draw(uint32_t *root, struct tsr_rules *rules,
    const struct tsr_cond *const *conds, size_t count,
    const struct tsr_rule *list, size_t outcomes)
{
	struct tsr_draw draw;
	size_t i, to;

	tsr_draw_init(&draw, rules, list != NULL);
	*root = OUTCOME(outcomes - 1);
	for (i = count; i > 0; i--) {
		to = list == NULL || list[i - 1].outcome == 0
		    ? i - 1 : list[i - 1].outcome - 1;
		*root = tsr_draw_cond(
		    &draw, conds[i - 1], OUTCOME(to), *root);
	}
	tsr_draw_free(&draw);
	return !draw.full;
}

/* A chain in bytes: equal chains have equal ones. */
static void
chain_key(struct tsr_buf *key, const struct tsr_rule *list,
    const struct tsr_cond *const *audiences, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		tsr_buf_le32(key, audiences[i] == NULL ? UINT32_MAX
						       : audiences[i]->id);
		tsr_buf_le64(key, (uint64_t)list[i].starts);
		tsr_buf_le64(key, (uint64_t)list[i].ends);
		tsr_buf_le32(key, list[i].fragment_set);
		tsr_buf_le32(key, list[i].key_attribute);
		tsr_buf_le32(key, list[i].outcome);
	}
}

/* What is known of the page, as the interpreter takes it. */
struct tsr_json
tsr_rules_known_object(struct tsr_rules *rules)
{
	struct tsr_json out = {.type = TSR_JSON_OBJECT}, value;
	struct tsr_member *list = TSR_NEW_ARRAY(
	    rules->arena, struct tsr_member, rules->attribute_count);
	uint32_t i;

	for (i = 0; i < rules->attribute_count; i++) {
		if (!tsr_rules_known_value(&value, rules, i) ||
		    value.type == TSR_JSON_NULL)
			continue;
		list[out.count].name = rules->attributes[i].name;
		list[out.count++].value = value;
	}
	out.u.members = list;
	return out;
}

/* The decision of a bit: one for each diagram. */
static void
add_bit(struct tsr_rules_residue *r, struct tsr_rules *rules, uint32_t root,
    struct tsr_arena *scratch)
{
	struct tsr_decision *d;
	uint32_t *number;
	uint8_t key[9];

	tsr_put32(key, root);
	tsr_put32(key + 4, 2);
	key[8] = 1;
	if (tsr_intern_add(
		&number, &rules->decision_index, tsr_span_of(key, sizeof(key)))) {
		r->decision = *number;
		return;
	}
	*number = (uint32_t)rules->decision_count;
	d = tsr_rules_decide(&r->decision, rules, root, 2, scratch);
	d->bit = r;
}

static bool
too_large(struct tsr_rules *rules, const struct tsr_rule *list)
{
	tsr_diag_add(rules->diag, TSR_ERROR, "R016", list[0].where,
	    "there are too many variants here, or their conditions are "
	    "too large");
	return false;
}

static bool
too_long(struct tsr_rules *rules, const struct tsr_rule *list, uint32_t root)
{
	if (tsr_target_height(rules, root) <= TSR_DECIDE_STEPS)
		return false;
	tsr_diag_add(rules->diag, TSR_ERROR, "R016", list[0].where,
	    "these variants ask more than %d questions", TSR_DECIDE_STEPS);
	return true;
}

static struct tsr_decision *
add_chain(uint32_t *decision, struct tsr_rules *rules, uint32_t root,
    const struct tsr_rule *list, size_t count, size_t outcomes,
    struct tsr_arena *scratch)
{
	struct tsr_decision *d = tsr_rules_decide(
	    decision, rules, root, (uint32_t)outcomes, scratch);
	struct tsr_rule *kept =
	    TSR_NEW_ARRAY(rules->arena, struct tsr_rule, count);

	if (count > 0)
		memcpy(kept, list, count * sizeof(*kept));
	d->list = kept;
	d->count = count;
	d->known = tsr_rules_known_object(rules);
	return d;
}

/* A chain that asks the browser: its decision, and one for each bit. */
static bool
compile_mixed(uint32_t *decision, struct tsr_rules *rules,
    const struct tsr_rule *list, const struct tsr_cond *const *conds,
    size_t count, size_t outcomes, struct tsr_arena *scratch)
{
	struct tsr_residue_chain chain;
	struct tsr_decision *d;
	struct tsr_reach reach;
	bool told;
	size_t i;

	if (!tsr_residue_draw(
		&chain, &told, rules, list, conds, count, outcomes, scratch))
		return !told && too_large(rules, list);
	if (tsr_reach_walk(
		&reach, rules, &chain.root, 1, false, SIZE_MAX, scratch))
		chain.root = reach.root;
	if (too_long(rules, list, chain.root))
		return false;
	for (i = 0; i < chain.count; i++) {
		if (chain.list[i].decision == TSR_RESIDUE_ALWAYS)
			continue;
		if (too_long(rules, list, chain.roots[i]))
			return false;
		add_bit(&chain.list[i], rules, chain.roots[i], scratch);
	}
	d = add_chain(
	    decision, rules, chain.root, list, count, outcomes, scratch);
	d->residues = chain.list;
	d->residue_count = chain.count;
	d->samples = chain.samples;
	d->sample_count = chain.sample_count;
	for (i = 0; i < chain.count; i++)
		if (chain.list[i].decision != TSR_RESIDUE_ALWAYS &&
		    rules->decisions[chain.list[i].decision].bit ==
			&chain.list[i])
			rules->decisions[chain.list[i].decision].of = *decision;
	return true;
}

static bool
compile(uint32_t *decision, struct tsr_rules *rules,
    const struct tsr_rule *list, const struct tsr_cond *const *conds,
    size_t count, size_t outcomes, struct tsr_arena *scratch)
{
	struct tsr_reach reach;
	uint32_t root, *number;
	uint8_t key[8];
	size_t i;

	if (count > TSR_CHOICES_MAX)
		return too_large(rules, list);
	for (i = 0; i < count; i++)
		if (tsr_residue_asks(rules, conds[i]))
			return compile_mixed(
			    decision, rules, list, conds, count, outcomes,
			    scratch);
	if (!tsr_rules_draw(&root, rules, conds, count, list, outcomes))
		return too_large(rules, list);
	if (tsr_reach_walk(
		&reach, rules, &root, 1, false, SIZE_MAX, scratch))
		root = reach.root;
	if (too_long(rules, list, root))
		return false;
	tsr_put32(key, root);
	tsr_put32(key + 4, (uint32_t)outcomes);
	if (tsr_intern_add(
		&number, &rules->decision_index, tsr_span_of(key, 8))) {
		*decision = *number;
		return true;
	}
	*number = (uint32_t)rules->decision_count;
	(void)add_chain(decision, rules, root, list, count, outcomes, scratch);
	return true;
}

/* ---- what is known of the page ---- */

/* May a page answer tests of this attribute? */
static bool
of_page(const struct tsr_rules_attribute *a)
{
	return a->source == TSR_SOURCE_FACT ||
	    (a->type == TSR_TYPE_STRING && a->purpose == TSR_PURPOSE_NONE &&
		(a->source == TSR_SOURCE_PAGE ||
		    a->source == TSR_SOURCE_LOCALE ||
		    a->source == TSR_SOURCE_PATH));
}

static void
find_tests(uint8_t *seen, uint8_t *tests, const struct tsr_rules *rules,
    const struct tsr_cond *cond)
{
	uint32_t i;

	if (seen[cond->id])
		return;
	seen[cond->id] = 1;
	if (cond->kind == TSR_COND_TEST)
		tests[cond->test] =
		    of_page(&rules->attributes[
			rules->tests[cond->test].attribute]);
	for (i = 0; i < cond->count; i++)
		find_tests(seen, tests, rules, cond->items[i]);
}

/* A chain is seen for the first time. */
static uint32_t
see_chain(struct tsr_rules *rules, const struct tsr_cond *const *audiences,
    size_t count, struct tsr_arena *scratch)
{
	uint8_t *seen = TSR_NEW_ARRAY(scratch, uint8_t, rules->cond_count + 1u);
	uint8_t *tests = TSR_NEW_ARRAY(scratch, uint8_t, rules->test_count + 1);
	struct tsr_seen_chain *out;
	size_t i, n = 0;

	for (i = 0; i < count; i++)
		if (audiences[i] != NULL)
			find_tests(seen, tests, rules, audiences[i]);
	for (i = 0; i < rules->test_count; i++)
		n += tests[i];
	rules->seen_chains = tsr_arena_grow(rules->arena, rules->seen_chains,
	    rules->seen_chain_count, &rules->seen_chain_cap,
	    sizeof(*rules->seen_chains));
	out = &rules->seen_chains[rules->seen_chain_count];
	out->tests = TSR_NEW_ARRAY(rules->arena, uint32_t, n);
	out->count = 0;
	for (i = 0; i < rules->test_count; i++)
		if (tests[i])
			out->tests[out->count++] = (uint32_t)i;
	return (uint32_t)rules->seen_chain_count++;
}

/*
 * What the page answers is part of the key: pages that answer alike have one
 * decision.
 */
static void
known_key(struct tsr_buf *key, const struct tsr_rules *rules,
    const struct tsr_seen_chain *chain)
{
	struct tsr_json value;
	uint32_t test;
	size_t i;

	for (i = 0; i < chain->count; i++) {
		test = chain->tests[i];
		if (!tsr_rules_known_value(
			&value, rules, rules->tests[test].attribute))
			continue;
		tsr_buf_le32(key, test);
		tsr_buf_byte(key, tsr_test_holds(rules, test,
		    value.type == TSR_JSON_NULL ? NULL : &value));
	}
}

static bool
chain(uint32_t *decision, struct tsr_rules *rules,
    const struct tsr_rule *list, const struct tsr_cond *const *audiences,
    size_t count, size_t outcomes, struct tsr_arena *scratch)
{
	const struct tsr_cond **conds;
	struct tsr_buf key;
	uint32_t *number, seen;
	size_t i;
	bool known, ok = true;

	tsr_buf_init(&key, SIZE_MAX / 2);
	tsr_buf_le32(&key, (uint32_t)outcomes);
	chain_key(&key, list, audiences, count);
	known = tsr_intern_add(
	    &number, &rules->chains_seen, tsr_buf_view(&key));
	if (!known)
		*number = see_chain(rules, audiences, count, scratch);
	seen = *number;
	conds = TSR_NEW_ARRAY(scratch, const struct tsr_cond *, count);
	for (i = 0; i < count && !known; i++)
		conds[i] = rule_cond(rules, &list[i], audiences[i]);
	if (!known && !rules->relaxed)
		tsr_rules_prove(rules, list, conds, count, scratch);
	known_key(&key, rules, &rules->seen_chains[seen]);
	if (tsr_intern_add(&number, &rules->chains, tsr_buf_view(&key)))
		*decision = *number;
	else {
		for (i = 0; i < count && known; i++)
			conds[i] = rule_cond(rules, &list[i], audiences[i]);
		ok = compile(decision, rules, list, conds, count, outcomes,
		    scratch);
		(void)tsr_intern_add(
		    &number, &rules->chains, tsr_buf_view(&key));
		*number = ok ? *decision : UINT32_MAX;
	}
	tsr_buf_free(&key);
	return ok && *decision != UINT32_MAX;
}

bool
tsr_rules_asks_page(
    struct tsr_rules *rules, const struct tsr_rule *list, size_t count)
{
	const struct tsr_cond *c;
	bool asks = false;
	size_t i, a;

	/* Each is read, whatever those before it ask. */
	for (i = 0; i < count; i++) {
		c = list[i].audience != NULL
		    ? tsr_rules_condition(rules, list[i].audience) : NULL;
		for (a = 0; c != NULL && a < rules->attribute_count; a++)
			asks = asks || (tsr_attribute_set_has(&c->reads, a) &&
			    of_page(&rules->attributes[a]));
	}
	return asks;
}

bool
tsr_rules_chain(uint32_t *decision, struct tsr_rules *rules,
    const struct tsr_rule *list, size_t count)
{
	return tsr_rules_chain_to(decision, rules, list, count, count + 1);
}

bool
tsr_rules_chain_to(uint32_t *decision, struct tsr_rules *rules,
    const struct tsr_rule *list, size_t count, size_t outcomes)
{
	const struct tsr_cond **audiences;
	struct tsr_arena scratch;
	bool ok = true;
	size_t i;

	tsr_arena_init(&scratch);
	audiences = TSR_NEW_ARRAY(&scratch, const struct tsr_cond *, count);
	for (i = 0; i < count; i++) {
		if (list[i].audience == NULL)
			continue;
		audiences[i] = tsr_rules_condition(rules, list[i].audience);
		ok = ok && audiences[i] != NULL;
	}
	*decision = 0;
	/* Without rules there is still the default to go to. */
	if (ok && (count > 0 || outcomes > 1))
		ok = chain(decision, rules, list, audiences, count, outcomes,
		    &scratch);
	if (!ok)
		*decision = 0;
	tsr_arena_free(&scratch);
	return ok;
}

/* ---- products ---- */

bool
tsr_rules_product(uint32_t *decision, uint32_t **tuples, uint32_t *outcomes,
    struct tsr_rules *rules, const uint32_t *decisions, size_t count,
    size_t max, struct tsr_arena *arena)
{
	struct tsr_arena scratch;
	struct tsr_reach reach;
	struct tsr_decision *d;
	uint32_t *roots, *parts, *kept;
	size_t i, n;
	bool ok;

	/* A node keeps its largest outcome in 16 bits. */
	if (max > UINT16_MAX)
		max = UINT16_MAX;
	tsr_arena_init(&scratch);
	roots = TSR_NEW_ARRAY(&scratch, uint32_t, count);
	for (i = 0; i < count; i++)
		roots[i] = rules->decisions[decisions[i]].root;
	ok = max > 0 && tsr_reach_walk(&reach, rules, roots, count, true,
	    max, &scratch) &&
	    tsr_target_height(rules, reach.root) <= TSR_DECIDE_STEPS;
	if (ok) {
		d = tsr_rules_decide(decision, rules, reach.root,
		    (uint32_t)reach.tuple_count, &scratch);
		n = reach.tuple_count * count;
		*outcomes = (uint32_t)reach.tuple_count;
		*tuples = TSR_NEW_ARRAY(arena, uint32_t, n);
		parts = TSR_NEW_ARRAY(rules->arena, uint32_t, count);
		kept = TSR_NEW_ARRAY(rules->arena, uint32_t, n);
		if (count > 0) {
			memcpy(*tuples, reach.tuples, n * sizeof(**tuples));
			memcpy(kept, reach.tuples, n * sizeof(*kept));
			memcpy(parts, decisions, count * sizeof(*parts));
		}
		d->parts = parts;
		d->tuples = kept;
		d->part_count = count;
	}
	tsr_arena_free(&scratch);
	return ok;
}
