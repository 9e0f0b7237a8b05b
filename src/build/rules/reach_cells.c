/*
 * reach_cells - the kinds of values that tests of one attribute tell apart.
 *
 * A kind (a cell) is stood for by one value: missing, each constant that is
 * mentioned, and what lies between and beside the constants. What expressions
 * say of a string that is not mentioned is left open: there is a cell for each
 * combination of answers (reach_wheel.c). So there may be cells that no value
 * has, but no value is without a cell.
 */
#include "build/rules/rules_inner.h"
#include "build/rules/score.h"

/* Past this a set of tests is not told apart. */
#define CELLS_MAX 1024

struct candidate {
	const struct tsr_json *value; /* NULL: missing */
	bool open;		      /* stands for others, too */
};

struct making {
	const struct tsr_rules *rules;
	struct tsr_arena *scratch;
	struct candidate *list;
	size_t count, cap;
	struct tsr_json *constants;
	size_t constant_count, constant_cap;
	double ends[2]; /* of what it can be; without a range 0 and 0 */
	bool ranged;
};

static bool
relates(const struct tsr_test *t)
{
	return t->operator >= TSR_OPERATOR_LT &&
	    t->operator <= TSR_OPERATOR_GTE;
}

bool
tsr_cells_free(const struct tsr_rules *rules, const struct tsr_test *t)
{
	if (t->operator == TSR_OPERATOR_FRAGMENT)
		return true;
	if (t->operator == TSR_OPERATOR_EXPRESSION)
		return rules->attributes[t->attribute].type !=
		    TSR_TYPE_STRING || t->path.p != NULL;
	return rules->attributes[t->attribute].type == TSR_TYPE_STRING &&
	    (t->operator == TSR_OPERATOR_BARE || relates(t)) &&
	    t->operand.type != TSR_JSON_STRING;
}

static void
add_candidate(struct making *m, struct tsr_json value, bool open)
{
	struct tsr_json *kept = TSR_NEW(m->scratch, struct tsr_json);

	*kept = value;
	m->list = tsr_arena_grow(
	    m->scratch, m->list, m->count, &m->cap, sizeof(*m->list));
	m->list[m->count].value = kept;
	m->list[m->count++].open = open;
}

static void
add_constant(struct making *m, const struct tsr_json *v, bool numbers)
{
	struct tsr_json c = *v;
	double d;

	if (numbers) {
		if (!tsr_condition_number(&d, v))
			return;
		c = (struct tsr_json){.type = TSR_JSON_REAL, .u.real = d};
	} else if (v->type != TSR_JSON_STRING)
		return;
	m->constants = tsr_arena_grow(m->scratch, m->constants,
	    m->constant_count, &m->constant_cap, sizeof(*m->constants));
	m->constants[m->constant_count++] = c;
}

static int
cmp_constants(const void *a, const void *b)
{
	const struct tsr_json *x = a, *y = b;

	if (x->type == TSR_JSON_STRING)
		return tsr_predicate_cmp(x->u.string, y->u.string);
	return x->u.real < y->u.real ? -1 : x->u.real > y->u.real;
}

/* All constants of the tests, in order, each once. */
static void
collect(struct making *m, const uint32_t *tests, size_t count, bool numbers)
{
	const struct tsr_test *t;
	struct tsr_json end = {.type = TSR_JSON_REAL};
	size_t i, n;
	uint32_t j;

	for (i = 0; i < count; i++) {
		t = &m->rules->tests[tests[i]];
		if (t->operator == TSR_OPERATOR_IN)
			for (j = 0; j < t->operand.count; j++)
				add_constant(
				    m, &t->operand.u.items[j], numbers);
		else if (t->operator != TSR_OPERATOR_EXISTS &&
		    t->operator != TSR_OPERATOR_REGEX)
			add_constant(m, &t->operand, numbers);
	}
	for (i = 0; numbers && i < TSR_COUNT_OF(m->ends); i++) {
		end.u.real = m->ends[i];
		add_constant(m, &end, true);
	}
	if (m->constant_count > 0)
		qsort(m->constants, m->constant_count, sizeof(*m->constants),
		    cmp_constants);
	for (i = 0, n = 0; i < m->constant_count; i++)
		if (n == 0 ||
		    cmp_constants(&m->constants[n - 1], &m->constants[i]) != 0)
			m->constants[n++] = m->constants[i];
	m->constant_count = n;
}

static void
add_number(struct making *m, double d)
{
	if (!m->ranged || (d >= m->ends[0] && d <= m->ends[1]))
		add_candidate(m, (struct tsr_json){.type = TSR_JSON_REAL,
		    .u.real = d}, false);
}

static void
number_candidates(struct making *m)
{
	const struct tsr_json *c = m->constants;
	size_t i, n = m->constant_count;
	double between;

	for (i = 0; i < n; i++) {
		add_number(m, c[i].u.real);
		between = i + 1 < n
		    ? c[i].u.real + (c[i + 1].u.real - c[i].u.real) / 2
		    : c[i].u.real + 1 + c[i].u.real / 2;
		if (between > c[i].u.real &&
		    (i + 1 == n || between < c[i + 1].u.real))
			add_number(m, between);
	}
	add_number(m, c[0].u.real > 0 ? -1
				      : c[0].u.real - 1 + c[0].u.real / 2);
}

/* The string that follows c at once in the order, NUL being none of ours. */
static struct tsr_json
after(struct making *m, struct tsr_span c)
{
	uint8_t *p = tsr_arena_alloc(m->scratch, c.n + 1);

	if (c.n > 0)
		memcpy(p, c.p, c.n);
	p[c.n] = 1;
	return tsr_json_string(tsr_span_of(p, c.n + 1));
}

static void
string_candidates(struct making *m, bool ordered)
{
	const struct tsr_json *c = m->constants;
	struct tsr_json v;
	size_t i, n = m->constant_count, longest = 0;

	for (i = 0; i < n; i++) {
		add_candidate(m, c[i], false);
		if (c[i].u.string.n > c[longest].u.string.n)
			longest = i;
		if (!ordered)
			continue;
		v = after(m, c[i].u.string);
		if (i + 1 == n || !tsr_json_eq(&v, &c[i + 1]))
			add_candidate(m, v, true);
	}
	if (!ordered)
		add_candidate(m, n == 0 ? tsr_json_string(TSR_LIT("x"))
					: after(m, c[longest].u.string), true);
	else if (n == 0 || c[0].u.string.n > 0)
		add_candidate(m, tsr_json_string(TSR_LIT("")), true);
}

static void
candidates(struct making *m, uint32_t attribute, const uint32_t *tests,
    size_t count)
{
	enum tsr_attribute_type type = m->rules->attributes[attribute].type;
	const struct tsr_json *values;
	bool ordered = false;
	size_t i;

	if (tsr_rules_may_miss(m->rules, attribute)) {
		m->list = tsr_arena_grow(
		    m->scratch, NULL, 0, &m->cap, sizeof(*m->list));
		m->list[m->count++].value = NULL;
	}
	if (type == TSR_TYPE_BOOLEAN) {
		add_candidate(m, tsr_json_boolean(true), false);
		add_candidate(m, tsr_json_boolean(false), false);
		return;
	}
	/* An experiment has its arms, a score its tiers, and nothing else. */
	if (tsr_experiments_values(&values, m->rules, attribute) ||
	    tsr_scores_values(&values, m->rules, attribute)) {
		for (i = 0; i < values->count; i++)
			add_candidate(m, values->u.items[i], false);
		return;
	}
	m->ranged = tsr_rules_range(
	    &m->ends[0], &m->ends[1], m->rules, attribute);
	collect(m, tests, count, type == TSR_TYPE_NUMBER);
	if (type == TSR_TYPE_NUMBER) {
		number_candidates(m);
		return;
	}
	for (i = 0; i < count; i++)
		ordered = ordered || relates(&m->rules->tests[tests[i]]);
	string_candidates(m, ordered);
}

/* Expressions are asked of the interpreter: there may be many values. */
static bool
holds(const struct tsr_rules *rules, uint32_t test,
    const struct tsr_json *value)
{
	const struct tsr_test *t = &rules->tests[test];
	struct tsr_condition_world world;

	if (t->operator != TSR_OPERATOR_EXPRESSION)
		return tsr_test_holds(rules, test, value);
	world = tsr_rules_world(rules);
	return tsr_condition_apply(&world, t->word, value, t->asked);
}

bool
tsr_cells_make(struct tsr_cells *out, const struct tsr_rules *rules,
    uint32_t attribute, const uint32_t *tests, size_t count,
    struct tsr_arena *scratch)
{
	struct making m = {.rules = rules, .scratch = scratch};
	struct tsr_wheels wheels;
	size_t i, j, turn, words;
	bool yes;

	if (!tsr_wheels_make(&wheels, rules, tests, count, scratch))
		return false;
	candidates(&m, attribute, tests, count);
	if (m.count > CELLS_MAX || m.count * wheels.turns > CELLS_MAX * 16)
		return false;
	words = m.count * wheels.turns / 64 + 1;
	out->truth = TSR_NEW_ARRAY(scratch, uint64_t *, count);
	for (j = 0; j < count; j++)
		out->truth[j] = TSR_NEW_ARRAY(scratch, uint64_t, words);
	out->count = 0;
	for (i = 0; i < m.count; i++)
		for (turn = 0; turn < (m.list[i].open ? wheels.turns : 1);
		     turn++) {
			for (j = 0; j < count; j++) {
				if (!m.list[i].open ||
				    !tsr_wheels_answer(&yes, &wheels, rules,
					tests, j, turn))
					yes = holds(rules, tests[j],
					    m.list[i].value);
				out->truth[j][out->count / 64] |=
				    (uint64_t)yes << out->count % 64;
			}
			out->count++;
		}
	return true;
}
