/*
 * rules_check - mistakes in a condition over records, where there are no
 * declared attributes: operators, their operands, expressions.
 */
#include "build/regex.h"
#include "build/rules_inner.h"

#define DEPTH_MAX 200

struct check {
	struct tsr_diag *diag;
	unsigned depth;
	bool ok;
};

static void check_condition(struct check *c, const struct tsr_json *v);

static void
mistake(struct check *c, const char *rule, struct tsr_where where,
    const char *text)
{
	tsr_diag_add(c->diag, TSR_ERROR, rule, where, "%s", text);
	c->ok = false;
}

static bool
is(struct tsr_span s, const char *name)
{
	return tsr_span_eq(s, tsr_span_of(name, strlen(name)));
}

static void
check_regex(struct check *c, const struct tsr_json *v)
{
	struct tsr_regex_error err;
	struct tsr_arena arena;
	struct tsr_span automaton;
	struct tsr_where where = tsr_json_where(v);

	if (v->type != TSR_JSON_STRING) {
		mistake(c, "R005", where, "$regex takes a string");
		return;
	}
	tsr_arena_init(&arena);
	if (!tsr_regex_compile(
		&automaton, &err, v->u.string, TSR_REGEX_UTF16, &arena)) {
		mistake(c, "R006", where, err.text);
		if (err.hint != NULL)
			tsr_diag_hint(c->diag, "%s", err.hint);
	}
	tsr_arena_free(&arena);
}

static void
check_operators(struct check *c, const struct tsr_json *v)
{
	static const char *const plain[] = {
	    "$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$exists"};
	const struct tsr_member *m;
	size_t k;
	uint32_t i;

	if (!tsr_condition_is_operators(v))
		return;
	if (++c->depth > DEPTH_MAX) {
		mistake(c, "R016", tsr_json_where(v),
		    "conditions nest too deeply");
		return;
	}
	for (i = 0; i < v->count; i++) {
		m = &v->u.members[i];
		for (k = 0; k < TSR_COUNT_OF(plain); k++)
			if (is(m->name, plain[k]))
				break;
		if (k < TSR_COUNT_OF(plain))
			continue;
		if (is(m->name, "$in") || is(m->name, "$nin")) {
			if (m->value.type != TSR_JSON_ARRAY)
				mistake(c, "R005", tsr_json_where(&m->value),
				    "$in and $nin take a list of values");
		} else if (is(m->name, "$regex"))
			check_regex(c, &m->value);
		else if (is(m->name, "$not"))
			check_operators(c, &m->value);
		else
			mistake(c, "R004", tsr_json_name_where(m),
			    "unknown operator");
	}
	c->depth--;
}

static void
check_member(struct check *c, const struct tsr_member *m)
{
	uint32_t i;

	if (is(m->name, "$and") || is(m->name, "$or") || is(m->name, "$nor")) {
		if (m->value.type != TSR_JSON_ARRAY)
			mistake(c, "R005", tsr_json_where(&m->value),
			    "this operator takes a list of conditions");
		else
			for (i = 0; i < m->value.count; i++)
				check_condition(c, &m->value.u.items[i]);
	} else if (is(m->name, "$not"))
		check_condition(c, &m->value);
	else if (is(m->name, "$segment"))
		mistake(c, "R002", tsr_json_name_where(m),
		    "a record is in no segment");
	else if (tsr_span_starts(m->name, TSR_LIT("$")))
		mistake(c, "R004", tsr_json_name_where(m), "unknown operator");
	else
		check_operators(c, &m->value);
}

static void
check_condition(struct check *c, const struct tsr_json *v)
{
	uint32_t i;

	if (v->type != TSR_JSON_OBJECT)
		mistake(c, "R005", tsr_json_where(v),
		    "a condition is an object");
	else if (c->depth >= DEPTH_MAX)
		mistake(c, "R016", tsr_json_where(v),
		    "conditions nest too deeply");
	else {
		c->depth++;
		for (i = 0; i < v->count; i++)
			check_member(c, &v->u.members[i]);
		c->depth--;
	}
}

bool
tsr_condition_check(struct tsr_diag *diag, const struct tsr_json *condition)
{
	struct check c = {.diag = diag, .ok = true};

	check_condition(&c, condition);
	return c.ok;
}
