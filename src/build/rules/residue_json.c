/*
 * residue_json - a diagram as a condition again, in the language itself.
 *
 * A node that goes to an outcome on one side is an "and" or an "or" with what
 * is on the other; tests of one attribute that stand together become one
 * object. Equal diagrams give equal conditions.
 */
#include "build/rules/rules_inner.h"

#define YES TSR_TARGET_OUTCOME
#define NO (TSR_TARGET_OUTCOME | 1u)

/* Tests of one condition as it is written out: more is no question any more. */
#define TESTS_MAX 256

enum form_kind {
	FORM_TEST,
	FORM_AND,
	FORM_OR
};

struct form {
	enum form_kind kind;
	uint32_t test;
	bool positive;
	const struct form **items;
	size_t count;
};

struct former {
	struct tsr_rules *rules;
	size_t tests;
	bool full;
};

static const struct form *
form_test(struct former *f, uint32_t test, bool positive)
{
	struct form *form = TSR_NEW(f->rules->arena, struct form);

	form->kind = FORM_TEST;
	form->test = test;
	form->positive = positive;
	if (++f->tests > TESTS_MAX)
		f->full = true;
	return form;
}

/* Both or either; what is of the same kind inside becomes part of it. */
static const struct form *
form_pair(struct former *f, enum form_kind kind, const struct form *a,
    const struct form *b)
{
	struct form *form = TSR_NEW(f->rules->arena, struct form);
	const struct form *parts[2] = {a, b};
	size_t i, j, n;

	form->kind = kind;
	form->items = TSR_NEW_ARRAY(f->rules->arena, const struct form *,
	    a->count + b->count + 2);
	for (i = 0; i < 2; i++) {
		n = parts[i]->kind == kind ? parts[i]->count : 0;
		for (j = 0; j < n; j++)
			form->items[form->count++] = parts[i]->items[j];
		if (n == 0)
			form->items[form->count++] = parts[i];
	}
	return form;
}

/* Below a node; as deep as the diagram has tests, at most TESTS_MAX. */
static const struct form *
form_node(struct former *f, uint32_t target)
{
	const struct tsr_node *node = &f->rules->nodes[target];
	uint32_t yes = node->yes, no = node->no, test = node->test;
	const struct form *a, *b;

	if (f->full || node->height > TESTS_MAX) {
		f->full = true;
		return form_test(f, test, true);
	}
	if (yes == YES && no == NO)
		return form_test(f, test, true);
	if (yes == NO && no == YES)
		return form_test(f, test, false);
	if (no == NO)
		return form_pair(f, FORM_AND, form_test(f, test, true),
		    form_node(f, yes));
	if (yes == NO)
		return form_pair(f, FORM_AND, form_test(f, test, false),
		    form_node(f, no));
	if (yes == YES)
		return form_pair(f, FORM_OR, form_test(f, test, true),
		    form_node(f, no));
	if (no == YES)
		return form_pair(f, FORM_OR, form_test(f, test, false),
		    form_node(f, yes));
	a = form_pair(f, FORM_AND, form_test(f, test, true), form_node(f, yes));
	b = form_pair(f, FORM_AND, form_test(f, test, false), form_node(f, no));
	return form_pair(f, FORM_OR, a, b);
}

/* ---- to JSON ---- */

static struct tsr_json
object_of(struct tsr_rules *rules, struct tsr_span name, struct tsr_json value)
{
	struct tsr_json out = {.type = TSR_JSON_OBJECT, .count = 1};
	struct tsr_member *m = TSR_NEW(rules->arena, struct tsr_member);

	m->name = name;
	m->value = value;
	out.u.members = m;
	return out;
}

static struct tsr_json
opposite(struct tsr_rules *rules, struct tsr_json v, bool positive)
{
	return positive ? v : object_of(rules, TSR_LIT("$not"), v);
}

/* The list of a saved group: the browser has no groups. */
static bool
group_list(struct tsr_json *out, const struct tsr_rules *rules,
    const struct tsr_test *t)
{
	const struct tsr_json *list;

	if (!tsr_span_eq(t->written.name, TSR_LIT("$inGroup")) &&
	    !tsr_span_eq(t->written.name, TSR_LIT("$notInGroup")))
		return false;
	list = tsr_rules_group_list(rules, &t->written.value);
	*out = (struct tsr_json){.type = TSR_JSON_ARRAY};
	if (list != NULL)
		*out = *list;
	return true;
}

/* What a test asks of its attribute's value. */
static struct tsr_json
field_of(struct tsr_rules *rules, const struct tsr_test *t, bool positive)
{
	static const char *const words[TSR_OPERATOR_COUNT] = {
	    [TSR_OPERATOR_LT] = "$lt", [TSR_OPERATOR_LTE] = "$lte",
	    [TSR_OPERATOR_GT] = "$gt", [TSR_OPERATOR_GTE] = "$gte"};
	bool number = rules->attributes[t->attribute].type == TSR_TYPE_NUMBER;
	struct tsr_json list;
	struct tsr_span word;

	switch (t->operator) {
	case TSR_OPERATOR_EXISTS:
		return object_of(rules, TSR_LIT("$exists"),
		    tsr_json_boolean(positive));
	case TSR_OPERATOR_EQ:
		return object_of(rules,
		    positive ? TSR_LIT("$eq") : TSR_LIT("$ne"), t->operand);
	case TSR_OPERATOR_IN:
		return object_of(rules,
		    positive ? TSR_LIT("$in") : TSR_LIT("$nin"), t->operand);
	case TSR_OPERATOR_BARE:
		return opposite(rules, t->operand, positive);
	case TSR_OPERATOR_REGEX:
		return opposite(rules, object_of(rules, TSR_LIT("$regex"),
		    t->operand), positive);
	case TSR_OPERATOR_EXPRESSION:
		if (group_list(&list, rules, t))
			return object_of(rules, (t->written.name.n == 8) == positive
				? TSR_LIT("$in") : TSR_LIT("$nin"), list);
		return opposite(rules, t->written.name.n == 0 ? t->written.value
		    : object_of(rules, t->written.name, t->written.value), positive);
	default:
		break;
	}
	/* A number's order has an opposite; a text's has none for missing. */
	if (number && !positive && t->operator <= TSR_OPERATOR_LTE)
		return object_of(rules, t->operator == TSR_OPERATOR_LT
			? TSR_LIT("$gte") : TSR_LIT("$gt"), t->operand);
	word = tsr_span_of(words[t->operator], strlen(words[t->operator]));
	return opposite(rules, object_of(rules, word, t->operand), positive);
}

/* An object being put together from conditions that must all hold. */
struct gathering {
	struct tsr_rules *rules;
	struct tsr_member *list;
	uint32_t count;
	struct tsr_json *rest; /* what has no place among them */
	uint32_t rest_count;
};

/* Add an operator to those of an attribute; false: it cannot stand there. */
static bool
join_field(struct tsr_rules *rules, struct tsr_json *to, struct tsr_json field)
{
	struct tsr_member *list;
	uint32_t i;

	if (!tsr_condition_is_operators(to) ||
	    !tsr_condition_is_operators(&field))
		return false;
	for (i = 0; i < to->count; i++)
		if (tsr_span_eq(to->u.members[i].name, field.u.members[0].name))
			return false;
	list = TSR_NEW_ARRAY(rules->arena, struct tsr_member, to->count + 1);
	memcpy(list, to->u.members, to->count * sizeof(*list));
	list[to->count++] = field.u.members[0];
	to->u.members = list;
	return true;
}

static void
gather(struct gathering *g, struct tsr_span name, struct tsr_json value)
{
	uint32_t i;

	for (i = 0; i < g->count; i++)
		if (tsr_span_eq(g->list[i].name, name))
			break;
	if (i == g->count) {
		g->list[g->count].name = name;
		g->list[g->count++].value = value;
	} else if (!join_field(g->rules, &g->list[i].value, value))
		g->rest[g->rest_count++] = object_of(g->rules, name, value);
}

static struct tsr_json write_form(
    struct tsr_rules *rules, const struct form *form);

static struct tsr_json
write_or(struct tsr_rules *rules, const struct form *form)
{
	struct tsr_json list = {.type = TSR_JSON_ARRAY}, *items;
	size_t i;

	items = TSR_NEW_ARRAY(rules->arena, struct tsr_json, form->count);
	for (i = 0; i < form->count; i++)
		items[i] = write_form(rules, form->items[i]);
	list.count = (uint32_t)form->count;
	list.u.items = items;
	return list;
}

/* Forms nest as deep as the diagram. */
static struct tsr_json
write_form(struct tsr_rules *rules, const struct form *form)
{
	const struct form *const *items = form->items, *self[1] = {form};
	struct gathering g = {.rules = rules};
	struct tsr_json out = {.type = TSR_JSON_OBJECT}, list;
	size_t i, n = form->count;

	if (form->kind != FORM_AND) {
		items = self;
		n = 1;
	}
	g.list = TSR_NEW_ARRAY(rules->arena, struct tsr_member, n + 1);
	g.rest = TSR_NEW_ARRAY(rules->arena, struct tsr_json, n);
	for (i = 0; i < n; i++) {
		const struct tsr_test *t = &rules->tests[items[i]->test];

		if (items[i]->kind == FORM_TEST)
			gather(&g, rules->attributes[t->attribute].name,
			    field_of(rules, t, items[i]->positive));
		else
			gather(&g, TSR_LIT("$or"), write_or(rules, items[i]));
	}
	if (g.rest_count > 0) {
		list = (struct tsr_json){.type = TSR_JSON_ARRAY};
		list.count = g.rest_count;
		list.u.items = g.rest;
		gather(&g, TSR_LIT("$and"), list);
	}
	out.count = g.count;
	out.u.members = g.list;
	return out;
}

bool
tsr_residue_condition(
    struct tsr_json *out, struct tsr_rules *rules, uint32_t root)
{
	struct former f = {.rules = rules};
	const struct form *form = form_node(&f, root);

	if (f.full)
		return false;
	*out = write_form(rules, form);
	return true;
}
