/*
 * residue_sample - what the interpreter takes the browser's values for.
 *
 * "Whatever the browser says" is a statement about all values; the interpreter
 * tries some that the conditions tell apart: missing, each constant, and what
 * lies between and beside the constants. A second opinion: reach_cells.c, by
 * which chains are compiled, has no part in it.
 */
#include "build/rules/rules_inner.h"
#include "build/rules/score.h"

#include "build/regex/regex.h"

/* Values of one attribute, and combinations of those of several. */
#define VALUES_MAX 200
#define SAMPLES_MAX 4096

struct values {
	uint32_t attribute;
	struct tsr_json *list;
	size_t count, cap;
	bool ranged; /* only these numbers can come */
	double low, high;
	struct tsr_arena *arena;
};

static void
add(struct values *v, struct tsr_json value)
{
	if (v->count == VALUES_MAX)
		return;
	v->list = tsr_arena_grow(
	    v->arena, v->list, v->count, &v->cap, sizeof(*v->list));
	v->list[v->count++] = value;
}

static void
add_number(struct values *v, double d)
{
	if (!v->ranged || (d >= v->low && d <= v->high))
		add(v, (struct tsr_json){.type = TSR_JSON_REAL, .u.real = d});
}

static void
add_string(struct values *v, const char *before, struct tsr_span s,
    const char *after)
{
	char *text = tsr_arena_printf(
	    v->arena, "%s%.*s%s", before, TSR_ARG(s), after);

	add(v, tsr_json_string(tsr_span_of(text, strlen(text))));
}

/* Values near a constant, to either side of it. */
static void
add_near(struct values *v, enum tsr_attribute_type type,
    const struct tsr_json *c)
{
	double d;
	uint32_t i;

	if (c->type == TSR_JSON_ARRAY)
		for (i = 0; i < c->count; i++)
			add_near(v, type, &c->u.items[i]);
	else if (type == TSR_TYPE_NUMBER) {
		if (!tsr_condition_number(&d, c))
			return;
		add_number(v, d);
		add_number(v, d - 0.25);
		add_number(v, d + 0.25);
	} else if (c->type == TSR_JSON_STRING) {
		add(v, *c);
		add_string(v, "", c->u.string, "~");
		add_string(v, "~", c->u.string, "");
		add_string(v, "~", c->u.string, "~");
	}
}

static void
add_matches(struct values *v, const struct tsr_rules *rules,
    const struct tsr_test *t)
{
	struct tsr_regex_sample sample;

	tsr_regex_sample(&sample,
	    tsr_rules_pattern(rules, t->operand.u.string, false), v->arena);
	if (sample.accepts)
		add(v, tsr_json_string(sample.in));
	if (sample.rejects)
		add(v, tsr_json_string(sample.out));
}

static void
find_values(struct values *v, const struct tsr_rules *rules,
    const bool *seen)
{
	enum tsr_attribute_type type = rules->attributes[v->attribute].type;
	const struct tsr_json *tiers;
	size_t i;

	add(v, (struct tsr_json){.type = TSR_JSON_NULL});
	if (tsr_scores_values(&tiers, rules, v->attribute)) {
		for (i = 0; i < tiers->count; i++)
			add(v, tiers->u.items[i]);
		return;
	}
	if (type == TSR_TYPE_BOOLEAN) {
		add(v, tsr_json_boolean(true));
		add(v, tsr_json_boolean(false));
	} else if (type == TSR_TYPE_NUMBER) {
		v->ranged = tsr_rules_range(
		    &v->low, &v->high, rules, v->attribute);
		add_number(v, 0);
		if (v->ranged)
			add_number(v, v->high);
	} else
		add(v, tsr_json_string(TSR_LIT("")));
	for (i = 0; i < rules->test_count; i++) {
		const struct tsr_test *t = &rules->tests[i];

		if (!seen[i] || t->attribute != v->attribute)
			continue;
		if (t->operator == TSR_OPERATOR_REGEX)
			add_matches(v, rules, t);
		else
			add_near(v, type, &t->operand);
	}
}

/* One combination: known, and a value of each attribute. */
static struct tsr_json
combine(struct tsr_rules *rules, const struct values *lists, size_t count,
    const struct tsr_json *known, size_t number)
{
	struct tsr_json out = {.type = TSR_JSON_OBJECT};
	struct tsr_member *m = TSR_NEW_ARRAY(
	    rules->arena, struct tsr_member, known->count + count);
	size_t i;

	for (; out.count < known->count; out.count++)
		m[out.count] = known->u.members[out.count];
	for (i = 0; i < count; i++) {
		m[out.count].name =
		    rules->attributes[lists[i].attribute].name;
		m[out.count++].value = lists[i].list[number % lists[i].count];
		number /= lists[i].count;
	}
	out.u.members = m;
	return out;
}

const struct tsr_json *
tsr_residue_samples(size_t *count, struct tsr_rules *rules,
    const uint32_t *roots, size_t root_count, const struct tsr_json *known,
    struct tsr_arena *scratch)
{
	bool *seen = TSR_NEW_ARRAY(scratch, bool, rules->test_count);
	struct values *lists = TSR_NEW_ARRAY(
	    scratch, struct values, rules->attribute_count);
	struct tsr_json *out;
	uint32_t *nodes, a;
	size_t i, n, k = 0, all = 1;

	n = tsr_reach_nodes(&nodes, rules, roots, root_count, scratch);
	for (i = 0; i < n; i++)
		seen[rules->nodes[nodes[i]].test] = true;
	for (a = 0; a < rules->attribute_count; a++) {
		if (rules->attributes[a].tier != TSR_TIER_BROWSER)
			continue;
		lists[k].attribute = a;
		lists[k].arena = rules->arena;
		find_values(&lists[k], rules, seen);
		/* One that no test names is missing. */
		for (i = 0; i < rules->test_count; i++)
			if (seen[i] && rules->tests[i].attribute == a)
				break;
		if (i == rules->test_count)
			lists[k].count = 1;
		all = all > SAMPLES_MAX ? all : all * lists[k].count;
		k++;
	}
	if (all > SAMPLES_MAX)
		all = SAMPLES_MAX;
	out = TSR_NEW_ARRAY(rules->arena, struct tsr_json, all);
	for (i = 0; i < all; i++)
		out[i] = combine(rules, lists, k, known, i);
	*count = all;
	return out;
}
