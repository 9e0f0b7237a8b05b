/*
 * reach - walk diagrams knowing which values are still possible.
 *
 * Each attribute's values fall into the cells of reach_cells.c; a branch of a
 * node keeps the cells for which its test has that answer. A branch without
 * cells cannot happen: it is left out. So the result has no test whose answer
 * is implied, and an outcome that it does not have can never be chosen.
 */
#include "build/rules/rules_inner.h"

/* Steps before it is given up: some tens of milliseconds. */
#define STEPS_MAX 60000

struct variable {
	size_t word, words; /* its cells in the array of possible ones */
};

struct reach {
	struct tsr_rules *rules;
	struct tsr_arena *scratch;
	uint32_t *nodes;
	size_t node_count;
	uint32_t *node_test;	/* by node: which of the tests below */
	uint64_t *support;	/* by node: variables asked at or below it */
	size_t support_words;
	uint32_t *tests;
	size_t test_count;
	uint32_t *test_variable;
	uint64_t **truth;
	struct variable *variables;
	size_t variable_count, words;
	uint64_t *possible;
	struct tsr_intern memo, tuple_index;
	uint32_t *tuples;
	size_t tuple_count, tuple_cap, tuples_max;
	size_t count; /* of diagrams */
	bool tupled;
	size_t steps;
	bool full;
};

static int
cmp_numbers(const void *a, const void *b)
{
	uint32_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

size_t
tsr_reach_nodes(uint32_t **out, const struct tsr_rules *rules,
    const uint32_t *roots, size_t count, struct tsr_arena *scratch)
{
	struct tsr_intern seen;
	uint32_t *list = NULL, *known, target;
	size_t n = 0, cap = 0, i, k;
	uint8_t key[4];

	tsr_intern_init(&seen, scratch);
	for (i = 0; i < count + n * 2; i++) {
		k = i - count;
		target = i < count ? roots[i]
		    : k % 2 == 0 ? rules->nodes[list[k / 2]].yes
				 : rules->nodes[list[k / 2]].no;
		if ((target & TSR_TARGET_OUTCOME) != 0)
			continue;
		tsr_put32(key, target);
		if (tsr_intern_add(&known, &seen, tsr_span_of(key, 4)))
			continue;
		list = tsr_arena_grow(scratch, list, n, &cap, sizeof(*list));
		list[n++] = target;
	}
	if (n > 0)
		qsort(list, n, sizeof(*list), cmp_numbers);
	*out = list;
	return n;
}

static size_t
index_of(const uint32_t *list, size_t n, uint32_t number)
{
	size_t low = 0, half;

	while (n > 0) {
		half = n / 2;
		if (list[low + half] < number) {
			low += half + 1;
			n -= half + 1;
		} else
			n = half;
	}
	return low;
}

/* The tests of the nodes, in the order of their attributes. */
static void
find_tests(struct reach *r)
{
	uint32_t *all = TSR_NEW_ARRAY(r->scratch, uint32_t, r->node_count);
	size_t i, n = 0;

	for (i = 0; i < r->node_count; i++)
		all[i] = r->rules->nodes[r->nodes[i]].test;
	if (r->node_count > 0)
		qsort(all, r->node_count, sizeof(*all), cmp_numbers);
	for (i = 0; i < r->node_count; i++)
		if (n == 0 || all[n - 1] != all[i])
			all[n++] = all[i];
	r->tests = all;
	r->test_count = n;
	r->node_test = TSR_NEW_ARRAY(r->scratch, uint32_t, r->node_count);
	for (i = 0; i < r->node_count; i++)
		r->node_test[i] = (uint32_t)index_of(
		    all, n, r->rules->nodes[r->nodes[i]].test);
}

static uint32_t
add_variable(struct reach *r, size_t cells)
{
	struct variable *v = &r->variables[r->variable_count];

	v->word = r->words;
	v->words = (cells + 63) / 64;
	r->words += v->words;
	return (uint32_t)r->variable_count++;
}

/* A test for itself: two cells, one for each answer. */
static void
free_test(struct reach *r, size_t i)
{
	r->truth[i] = TSR_NEW(r->scratch, uint64_t);
	r->truth[i][0] = 1;
	r->test_variable[i] = add_variable(r, 2);
}

/* The variable of the tests of one attribute; *sizes gets its cells. */
static void
attribute_variable(struct reach *r, uint32_t attribute, size_t *sizes)
{
	uint32_t *tests = TSR_NEW_ARRAY(r->scratch, uint32_t, r->test_count);
	size_t *places = TSR_NEW_ARRAY(r->scratch, size_t, r->test_count);
	struct tsr_cells cells;
	uint32_t variable;
	size_t i, n = 0;

	for (i = 0; i < r->test_count; i++)
		if (r->truth[i] == NULL &&
		    r->rules->tests[r->tests[i]].attribute == attribute) {
			tests[n] = r->tests[i];
			places[n++] = i;
		}
	if (!tsr_cells_make(
		&cells, r->rules, attribute, tests, n, r->scratch)) {
		for (i = 0; i < n; i++) {
			sizes[r->variable_count] = 2;
			free_test(r, places[i]);
		}
		return;
	}
	sizes[r->variable_count] = cells.count;
	variable = add_variable(r, cells.count);
	for (i = 0; i < n; i++) {
		r->truth[places[i]] = cells.truth[i];
		r->test_variable[places[i]] = variable;
	}
}

static void
find_variables(struct reach *r)
{
	size_t *sizes = TSR_NEW_ARRAY(r->scratch, size_t, r->test_count);
	size_t i, c;

	r->variables =
	    TSR_NEW_ARRAY(r->scratch, struct variable, r->test_count);
	r->truth = TSR_NEW_ARRAY(r->scratch, uint64_t *, r->test_count);
	r->test_variable = TSR_NEW_ARRAY(r->scratch, uint32_t, r->test_count);
	for (i = 0; i < r->test_count; i++)
		if (tsr_cells_free(
			r->rules, &r->rules->tests[r->tests[i]])) {
			sizes[r->variable_count] = 2;
			free_test(r, i);
		}
	for (i = 0; i < r->test_count; i++)
		if (r->truth[i] == NULL)
			attribute_variable(r,
			    r->rules->tests[r->tests[i]].attribute, sizes);
	r->possible = TSR_NEW_ARRAY(r->scratch, uint64_t, r->words);
	for (i = 0; i < r->variable_count; i++)
		for (c = 0; c < sizes[i]; c++)
			r->possible[r->variables[i].word + c / 64] |=
			    (uint64_t)1 << c % 64;
}

/* What each node and those below it ask; smaller numbers come first. */
static void
find_support(struct reach *r)
{
	const struct tsr_node *node;
	uint64_t *mine, *other;
	uint32_t targets[2], variable;
	size_t i, k, t;

	r->support_words = r->variable_count / 64 + 1;
	r->support = TSR_NEW_ARRAY(
	    r->scratch, uint64_t, r->node_count * r->support_words);
	for (i = 0; i < r->node_count; i++) {
		node = &r->rules->nodes[r->nodes[i]];
		mine = r->support + i * r->support_words;
		variable = r->test_variable[r->node_test[i]];
		mine[variable / 64] |= (uint64_t)1 << variable % 64;
		targets[0] = node->yes;
		targets[1] = node->no;
		for (t = 0; t < 2; t++) {
			if ((targets[t] & TSR_TARGET_OUTCOME) != 0)
				continue;
			other = r->support + r->support_words *
			    index_of(r->nodes, r->node_count, targets[t]);
			for (k = 0; k < r->support_words; k++)
				mine[k] |= other[k];
		}
	}
}

/* Which answers of test i can happen: 1 no, 2 yes. */
static unsigned
answers(const struct reach *r, size_t i)
{
	const struct variable *v = &r->variables[r->test_variable[i]];
	const uint64_t *possible = r->possible + v->word;
	unsigned out = 0;
	size_t k;

	for (k = 0; k < v->words; k++) {
		if ((possible[k] & r->truth[i][k]) != 0)
			out |= 2;
		if ((possible[k] & ~r->truth[i][k]) != 0)
			out |= 1;
	}
	return out;
}

/* Follow a target to the first node that can go both ways, or an outcome. */
static uint32_t
settle(const struct reach *r, uint32_t target)
{
	const struct tsr_node *node;
	size_t i;
	unsigned can;

	while ((target & TSR_TARGET_OUTCOME) == 0) {
		node = &r->rules->nodes[target];
		i = index_of(r->nodes, r->node_count, target);
		can = answers(r, r->node_test[i]);
		if (can == 3)
			break;
		target = can == 2 ? node->yes : node->no;
	}
	return target;
}

static uint32_t
leaf(struct reach *r, const uint32_t *targets)
{
	uint32_t *number;
	size_t i;

	if (!tsr_intern_add(&number, &r->tuple_index,
		tsr_span_of(targets, r->count * sizeof(*targets)))) {
		if (r->tuple_count == r->tuples_max) {
			r->full = true;
			return TSR_TARGET_OUTCOME;
		}
		*number = (uint32_t)r->tuple_count++;
		for (i = 0; i < r->count; i++) {
			r->tuples = tsr_arena_grow(r->scratch, r->tuples,
			    (r->tuple_count - 1) * r->count + i,
			    &r->tuple_cap, sizeof(*r->tuples));
			r->tuples[(r->tuple_count - 1) * r->count + i] =
			    targets[i] & ~TSR_TARGET_OUTCOME;
		}
	}
	return r->tupled ? TSR_TARGET_OUTCOME | *number : targets[0];
}

/* What the rest of a walk depends on: where it is and what it may ask. */
static struct tsr_span
state_of(struct reach *r, const uint32_t *targets)
{
	uint8_t *p = tsr_arena_alloc(
	    r->scratch, r->count * 4 + r->words * 8), *at = p;
	const uint64_t *support;
	size_t i, k, w;
	uint64_t asked;

	for (i = 0; i < r->count; i++, at += 4)
		tsr_put32(at, targets[i]);
	for (i = 0; i < r->variable_count; i++) {
		for (asked = 0, k = 0; k < r->count && asked == 0; k++) {
			if ((targets[k] & TSR_TARGET_OUTCOME) != 0)
				continue;
			support = r->support + r->support_words *
			    index_of(r->nodes, r->node_count, targets[k]);
			asked = support[i / 64] >> i % 64 & 1;
		}
		for (w = 0; w < r->variables[i].words && asked != 0; w++) {
			tsr_put64(at, r->possible[r->variables[i].word + w]);
			at += 8;
		}
	}
	return tsr_span_of(p, (size_t)(at - p));
}

static uint32_t
walk(struct reach *r, const uint32_t *given, unsigned depth)
{
	uint32_t *targets = TSR_NEW_ARRAY(r->scratch, uint32_t, r->count);
	uint32_t *known, yes, no, test;
	const struct variable *v;
	uint64_t *possible, *saved;
	struct tsr_span state;
	size_t i, k, first = r->count;

	for (i = 0; i < r->count; i++) {
		targets[i] = settle(r, given[i]);
		if (first == r->count &&
		    (targets[i] & TSR_TARGET_OUTCOME) == 0)
			first = i;
	}
	if (first == r->count)
		return leaf(r, targets);
	if (r->full || r->steps++ > STEPS_MAX || depth > TSR_DECIDE_STEPS) {
		r->full = true;
		return TSR_TARGET_OUTCOME;
	}
	state = state_of(r, targets);
	if (tsr_intern_add(&known, &r->memo, state))
		return *known;
	i = r->node_test[index_of(r->nodes, r->node_count, targets[first])];
	test = r->tests[i];
	v = &r->variables[r->test_variable[i]];
	possible = r->possible + v->word;
	saved = TSR_NEW_ARRAY(r->scratch, uint64_t, v->words);
	memcpy(saved, possible, v->words * sizeof(*saved));
	for (k = 0; k < v->words; k++)
		possible[k] = saved[k] & r->truth[i][k];
	yes = walk(r, targets, depth + 1);
	for (k = 0; k < v->words; k++)
		possible[k] = saved[k] & ~r->truth[i][k];
	no = walk(r, targets, depth + 1);
	memcpy(possible, saved, v->words * sizeof(*saved));
	yes = r->full ? TSR_TARGET_OUTCOME
		      : tsr_node_make(r->rules, test, yes, no);
	(void)tsr_intern_add(&known, &r->memo, state);
	*known = yes;
	return yes;
}

/* Attributes with tests in several variables. */
static void
find_coarse(struct tsr_attribute_set *out, const struct reach *r)
{
	uint32_t first[TSR_ATTRIBUTES_MAX], a;
	bool seen[TSR_ATTRIBUTES_MAX] = {false};
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < r->test_count; i++) {
		a = r->rules->tests[r->tests[i]].attribute;
		if (seen[a] && first[a] != r->test_variable[i])
			out->bits[a / 64] |= (uint64_t)1 << a % 64;
		first[a] = r->test_variable[i];
		seen[a] = true;
	}
}

bool
tsr_reach_walk(struct tsr_reach *out, struct tsr_rules *rules,
    const uint32_t *roots, size_t count, bool tupled, size_t tuples_max,
    struct tsr_arena *scratch)
{
	struct reach r = {.rules = rules, .scratch = scratch, .count = count,
	    .tupled = tupled, .tuples_max = tuples_max};

	tsr_intern_init(&r.memo, scratch);
	tsr_intern_init(&r.tuple_index, scratch);
	r.node_count = tsr_reach_nodes(&r.nodes, rules, roots, count, scratch);
	find_tests(&r);
	find_variables(&r);
	find_support(&r);
	find_coarse(&out->coarse, &r);
	out->root = walk(&r, roots, 0);
	out->tuples = r.tuples;
	out->tuple_count = r.tuple_count;
	return !r.full;
}
