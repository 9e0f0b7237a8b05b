/*
 * rules_operator - one operator on one attribute becomes a test.
 *
 * A test is put into the simplest form that means the same for the type of its
 * attribute, so that equal questions become one predicate.
 */
#include "build/rules/rules_inner.h"

#include "core/instant.h"
#include "core/number.h"
#include "core/word.h"

static const struct tsr_cond *
atom_test(const struct tsr_atom *a, enum tsr_operator operator,
    const struct tsr_json *operand)
{
	struct tsr_test test = {
	    .operator = operator, .attribute = a->attribute};

	if (operand != NULL)
		test.operand = *operand;
	return tsr_cond_test(a->rules, &test, a->where);
}

static const struct tsr_cond *
constant(const struct tsr_atom *a, bool value)
{
	return tsr_cond_make(a->rules, value ? TSR_COND_TRUE : TSR_COND_FALSE,
	    NULL, 0, a->where);
}

static bool
fits_type(const struct tsr_atom *a, const struct tsr_json *v)
{
	switch (a->type) {
	case TSR_TYPE_STRING:
		return v->type == TSR_JSON_STRING;
	case TSR_TYPE_NUMBER:
		return tsr_json_is_number(v);
	default:
		return v->type == TSR_JSON_BOOLEAN;
	}
}

/* An operand that the attribute can be compared with; false: reported. */
static bool
check_operand(const struct tsr_atom *a, const struct tsr_json *v, bool null_ok)
{
	const struct tsr_rules_attribute *at =
	    &a->rules->attributes[a->attribute];

	if (v->type == TSR_JSON_STRING && v->u.string.n > TSR_VALUE_MAX) {
		tsr_rules_mistake(a->rules, "R005", tsr_json_where(v),
		    "no value can be as long as this one");
		return false;
	}
	if (a->rules->relaxed || fits_type(a, v) ||
	    (null_ok && v->type == TSR_JSON_NULL)) {
		tsr_rules_check_value(a->rules, a->attribute, v);
		return true;
	}
	tsr_diag_add(a->rules->diag, TSR_ERROR, "R005", tsr_json_where(v),
	    "\"%.*s\" is a %s and cannot be compared with this",
	    TSR_ARG(at->name), tsr_word_type(at->type))->also = at->where;
	return false;
}

/* === with an operand that was checked. */
static const struct tsr_cond *
same_as(const struct tsr_atom *a, const struct tsr_json *v)
{
	if (v->type == TSR_JSON_NULL)
		return tsr_cond_negate(
		    a->rules, atom_test(a, TSR_OPERATOR_EXISTS, NULL));
	if (v->type == TSR_JSON_ARRAY || v->type == TSR_JSON_OBJECT)
		return constant(a, false);
	return atom_test(a, TSR_OPERATOR_EQ, v);
}

static const struct tsr_cond *
make_eq(const struct tsr_atom *a, const struct tsr_json *v)
{
	return check_operand(a, v, true) ? same_as(a, v) : NULL;
}

static const struct tsr_cond *
make_bare(const struct tsr_atom *a, const struct tsr_json *v)
{
	bool strict = fits_type(a, v);

	if (!check_operand(a, v, true))
		return NULL;
	/* What a missing value equals: "null" and 0. */
	if (v->type == TSR_JSON_STRING &&
	    tsr_span_eq(v->u.string, TSR_LIT("null")))
		strict = false;
	if (tsr_json_is_number(v) && !tsr_condition_truthy(v))
		strict = false;
	if (strict || v->type == TSR_JSON_NULL || v->type == TSR_JSON_ARRAY ||
	    v->type == TSR_JSON_OBJECT)
		return same_as(a, v);
	return atom_test(a, TSR_OPERATOR_BARE, v);
}

/* The order of core/predicate.c. */
static int
cmp_operands(const struct tsr_json *a, const struct tsr_json *b)
{
	static const int ranks[TSR_JSON_TYPE_COUNT] = {
	    [TSR_JSON_BOOLEAN] = 1, [TSR_JSON_INTEGER] = 2,
	    [TSR_JSON_REAL] = 2, [TSR_JSON_STRING] = 3};
	double x, y;

	if (ranks[a->type] != ranks[b->type])
		return ranks[a->type] - ranks[b->type];
	if (a->type == TSR_JSON_STRING)
		return tsr_span_cmp(a->u.string, b->u.string);
	if (a->type == TSR_JSON_BOOLEAN)
		return (int)a->u.boolean - (int)b->u.boolean;
	x = tsr_json_number(a);
	y = tsr_json_number(b);
	return x < y ? -1 : x > y;
}

int
tsr_rules_operand_cmp(const void *a, const void *b)
{
	return cmp_operands(a, b);
}

static const struct tsr_cond *
make_in(const struct tsr_atom *a, const struct tsr_json *v)
{
	const struct tsr_cond **either;
	struct tsr_json *list, operand = *v;
	uint32_t i, n = 0;
	bool null = false, ok = true;

	if (v->type != TSR_JSON_ARRAY) {
		if (a->rules->relaxed)
			return constant(a, false);
		tsr_rules_mistake(a->rules, "R005", tsr_json_where(v),
		    "$in and $nin take a list of values");
		return NULL;
	}
	list = TSR_NEW_ARRAY(a->rules->arena, struct tsr_json, v->count);
	for (i = 0; i < v->count; i++) {
		ok = check_operand(a, &v->u.items[i], true) && ok;
		if (v->u.items[i].type == TSR_JSON_NULL)
			null = true;
		else if (v->u.items[i].type != TSR_JSON_ARRAY &&
		    v->u.items[i].type != TSR_JSON_OBJECT)
			list[n++] = v->u.items[i];
	}
	if (!ok)
		return NULL;
	if (n > 0)
		qsort(list, n, sizeof(*list), tsr_rules_operand_cmp);
	operand.u.items = list;
	for (i = 0, operand.count = 0; i < n; i++)
		if (i == 0 || cmp_operands(&list[operand.count - 1],
			&list[i]) != 0)
			list[operand.count++] = list[i];
	either = TSR_NEW_ARRAY(a->rules->arena, const struct tsr_cond *, 2);
	either[0] = operand.count == 0 ? constant(a, false)
	    : operand.count == 1 ? atom_test(a, TSR_OPERATOR_EQ, &list[0])
				 : atom_test(a, TSR_OPERATOR_IN, &operand);
	if (!null)
		return either[0];
	either[1] = tsr_cond_negate(a->rules, atom_test(a, TSR_OPERATOR_EXISTS, NULL));
	return tsr_cond_make(a->rules, TSR_COND_OR, either, 2, a->where);
}

static const struct tsr_cond *
make_exists(const struct tsr_atom *a, const struct tsr_json *v)
{
	const struct tsr_cond *c = atom_test(a, TSR_OPERATOR_EXISTS, NULL);

	if (v->type != TSR_JSON_BOOLEAN && !a->rules->relaxed) {
		tsr_rules_mistake(a->rules, "R005", tsr_json_where(v),
		    "$exists takes true or false");
		return NULL;
	}
	return tsr_condition_truthy(v) ? c : tsr_cond_negate(a->rules, c);
}

static const struct tsr_cond *
make_relation(
    const struct tsr_atom *a, enum tsr_operator operator,
    const struct tsr_json *v)
{
	double d;
	bool nan;

	if (!check_operand(a, v, false))
		return NULL;
	if (a->type == TSR_TYPE_BOOLEAN && !a->rules->relaxed) {
		tsr_rules_mistake(a->rules, "R005", a->where,
		    "true and false have no order");
		return NULL;
	}
	if (v->type == TSR_JSON_ARRAY || v->type == TSR_JSON_OBJECT) {
		tsr_rules_mistake(a->rules, "R005", tsr_json_where(v),
		    "a list or object has no order");
		return NULL;
	}
	/* Without NaN, > is the opposite of <=. */
	nan = !tsr_condition_number(&d, v);
	if (a->type != TSR_TYPE_STRING && nan)
		return constant(a, false);
	if (a->type == TSR_TYPE_STRING || operator < TSR_OPERATOR_GT)
		return atom_test(a, operator, v);
	return tsr_cond_negate(a->rules, atom_test(a,
	    operator == TSR_OPERATOR_GT ? TSR_OPERATOR_LTE : TSR_OPERATOR_LT,
	    v));
}

/*
 * The place of bytes [off, off+n) of a string's value in its text, where only
 * quotes, backslashes and controls are written as escapes of two characters.
 */
static struct tsr_where
where_in(const struct tsr_json *v, uint32_t off, uint32_t n)
{
	struct tsr_where where = tsr_json_where(v);
	uint32_t i;
	bool escaped;

	where.off += 1 + off;
	where.len = n;
	for (i = 0; i < v->u.string.n && i < off + n; i++) {
		escaped = v->u.string.p[i] == '"' || v->u.string.p[i] == '\\' ||
		    v->u.string.p[i] < 0x20;
		where.off += i < off && escaped;
		where.len += i >= off && escaped;
	}
	return where;
}

static const struct tsr_cond *
make_regex(const struct tsr_atom *a, const struct tsr_json *v)
{
	struct tsr_rules *rules = a->rules;
	struct tsr_regex_error err;
	struct tsr_span automaton;

	if (v->type != TSR_JSON_STRING || a->type == TSR_TYPE_NUMBER ||
	    (a->type != TSR_TYPE_STRING && !rules->relaxed)) {
		tsr_rules_mistake(rules, "R005", tsr_json_where(v),
		    "$regex takes a string and needs a string attribute");
		return NULL;
	}
	if (!tsr_rules_pattern_make(
		&automaton, &err, rules, v->u.string, false)) {
		/* To the reference it matches nothing. */
		if (rules->relaxed && err.fault == TSR_REGEX_SYNTAX)
			return constant(a, false);
		tsr_rules_mistake(
		    rules, "R006", where_in(v, err.off, err.len), err.text);
		if (err.hint != NULL)
			tsr_diag_hint(rules->diag, "%s", err.hint);
		return NULL;
	}
	return atom_test(a, TSR_OPERATOR_REGEX, v);
}

/* The operators that predicates know. */
static const char *const plain_words[] = {"$eq", "$ne", "$in", "$nin", "$gt",
    "$gte", "$lt", "$lte", "$exists", "$regex", "$not"};

/* The number of a name among them; their count: none of them. */
static size_t
plain_word(struct tsr_span name)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(plain_words); i++)
		if (tsr_span_eq(name, tsr_span_of(plain_words[i],
			strlen(plain_words[i]))))
			break;
	return i;
}

/* Operators and operands that are code, not predicates. */
static bool
needs_code(const struct tsr_atom *a, const struct tsr_member *m)
{
	const struct tsr_json *v = &m->value;

	if (tsr_span_eq(m->name, TSR_LIT("$not")))
		return false;
	if (a->path.p != NULL)
		return true;
	if (tsr_span_eq(m->name, TSR_LIT("$exists")) ||
	    (m->name.n == 0 && v->type == TSR_JSON_NULL))
		return false;
	if (a->type == TSR_TYPE_JSON)
		return true;
	if (m->name.n > 0 && plain_word(m->name) == TSR_COUNT_OF(plain_words))
		return tsr_rules_is_operator(m->name) || a->rules->relaxed;
	return a->rules->relaxed &&
	    ((tsr_span_eq(m->name, TSR_LIT("$regex")) &&
		(a->type != TSR_TYPE_STRING || v->type != TSR_JSON_STRING)) ||
		((v->type == TSR_JSON_ARRAY || v->type == TSR_JSON_OBJECT) &&
		    (tsr_span_starts(m->name, TSR_LIT("$l")) ||
			tsr_span_starts(m->name, TSR_LIT("$g")))));
}

/* What src/browser/evaluate.js does beyond predicates; groups are written out. */
static bool
browser_knows(struct tsr_span name)
{
	static const char *const words[] = {"$ini", "$nini", "$regexi",
	    "$startsWith", "$endsWith", "$contains", "$inGroup", "$notInGroup"};
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(words); i++)
		if (tsr_span_eq(name, tsr_span_of(words[i], strlen(words[i]))))
			return true;
	return false;
}

/* Only texts and JSON are asked what is not plain; numbers only when. */
static const struct tsr_cond *
make_code(const struct tsr_atom *a, const struct tsr_member *m)
{
	struct tsr_place place = {a->attribute, a->path, a->where};

	if (a->rules->attributes[a->attribute].tier == TSR_TIER_BROWSER &&
	    !browser_knows(m->name)) {
		tsr_diag_add(a->rules->diag, TSR_ERROR, "R005", a->where,
		    "the browser does not know %.*s", TSR_ARG(m->name))->also =
		    a->rules->attributes[a->attribute].where;
		tsr_diag_hint(a->rules->diag, "ask dates, versions, lists and "
		    "addresses of what the server knows");
		return NULL;
	}
	if (!a->rules->relaxed && a->type != TSR_TYPE_STRING &&
	    a->type != TSR_TYPE_JSON) {
		tsr_diag_add(a->rules->diag, TSR_ERROR, "R005", a->where,
		    "%.*s needs a string or json attribute",
		    TSR_ARG(m->name))->also =
		    a->rules->attributes[a->attribute].where;
		return NULL;
	}
	return tsr_rules_expression(a->rules, &place, m);
}

/* $before and $after of a number are plain relations. */
static const struct tsr_cond *
make_moment(const struct tsr_atom *a, const struct tsr_member *m)
{
	struct tsr_json v = m->value;
	double d;

	if (!tsr_json_is_number(&v)) {
		if (!tsr_instant_read(&d, tsr_json_text(&v))) {
			tsr_rules_mistake(a->rules, "R005", tsr_json_where(&v),
			    "a moment is written as in \"2026-03-29\" or "
			    "\"2026-03-29T10:00:00+02:00\"");
			return NULL;
		}
		v.type = TSR_JSON_REAL;
		v.u.real = d;
	}
	return make_relation(a, tsr_span_eq(m->name, TSR_LIT("$before"))
		? TSR_OPERATOR_LT : TSR_OPERATOR_GT, &v);
}

static const struct tsr_cond *
make_operator(const struct tsr_atom *a, const struct tsr_member *m)
{
	struct tsr_span names[TSR_COUNT_OF(plain_words)], near;
	struct tsr_atom at = *a;
	size_t i;

	at.where = tsr_json_name_where(m);
	if (a->type == TSR_TYPE_NUMBER && a->path.p == NULL &&
	    !a->rules->relaxed && (tsr_span_eq(m->name, TSR_LIT("$before")) ||
		tsr_span_eq(m->name, TSR_LIT("$after"))))
		return make_moment(&at, m);
	if (needs_code(a, m))
		return make_code(&at, m);
	switch (plain_word(m->name)) {
	case 0:
		return make_eq(&at, &m->value);
	case 1:
		return tsr_cond_negate(a->rules, make_eq(&at, &m->value));
	case 2:
		return make_in(&at, &m->value);
	case 3:
		/* What is no list is in no list, and not outside one either. */
		if (m->value.type != TSR_JSON_ARRAY)
			return make_in(&at, &m->value);
		return tsr_cond_negate(a->rules, make_in(&at, &m->value));
	case 4:
		return make_relation(&at, TSR_OPERATOR_GT, &m->value);
	case 5:
		return make_relation(&at, TSR_OPERATOR_GTE, &m->value);
	case 6:
		return make_relation(&at, TSR_OPERATOR_LT, &m->value);
	case 7:
		return make_relation(&at, TSR_OPERATOR_LTE, &m->value);
	case 8:
		return make_exists(&at, &m->value);
	case 9:
		return make_regex(&at, &m->value);
	case 10:
		return tsr_cond_negate(a->rules, tsr_rules_field(&at, &m->value));
	default:
		tsr_diag_add(a->rules->diag, TSR_ERROR, "R004", at.where,
		    "unknown operator \"%.*s\"", TSR_ARG(m->name));
		for (i = 0; i < TSR_COUNT_OF(names); i++)
			names[i] = tsr_span_of(
			    plain_words[i], strlen(plain_words[i]));
		near = tsr_nearest(m->name, names, TSR_COUNT_OF(names));
		if (near.n > 0)
			tsr_diag_hint(a->rules->diag,
			    "did you mean \"%.*s\"?", TSR_ARG(near));
		return NULL;
	}
}

const struct tsr_cond *
tsr_rules_field(const struct tsr_atom *a, const struct tsr_json *v)
{
	struct tsr_rules *rules = a->rules;
	const struct tsr_cond **items;
	const struct tsr_cond *c = NULL;
	struct tsr_member bare = {.name = {NULL, 0}};
	bool ok = true;
	uint32_t i;

	if (!tsr_condition_is_operators(v)) {
		bare.value = *v;
		return needs_code(a, &bare) ? make_code(a, &bare)
					    : make_bare(a, v);
	}
	if (++rules->depth > TSR_CONDITION_DEPTH) {
		tsr_rules_mistake(rules, "R016", a->where, "conditions nest too deeply");
		ok = false;
	}
	items = TSR_NEW_ARRAY(rules->arena, const struct tsr_cond *, v->count);
	for (i = 0; i < v->count && rules->depth <= TSR_CONDITION_DEPTH; i++) {
		items[i] = make_operator(a, &v->u.members[i]);
		ok = ok && items[i] != NULL;
	}
	rules->depth--;
	if (ok)
		c = v->count == 1 ? items[0] : tsr_cond_make(rules,
		    TSR_COND_AND, items, v->count, a->where);
	return c;
}
