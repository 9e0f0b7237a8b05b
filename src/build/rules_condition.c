/*
 * rules_condition - JSON becomes conditions over shared tests.
 *
 * A test is put into the simplest form that means the same for the type of its
 * attribute, so that equal questions become one predicate. Mistakes are
 * reported at their place and reading goes on.
 */
#include "build/rules_inner.h"

#include "build/regex.h"
#include "core/number.h"

/* Conditions inside conditions and segments; the interpreter stops there, too. */
#define DEPTH_MAX 200

static const struct tsr_cond *read_condition(
    struct tsr_rules *rules, const struct tsr_json *v);

static struct tsr_message *
mistake(struct tsr_rules *rules, const char *rule, struct tsr_where where,
    const char *text)
{
	return tsr_diag_add(
	    rules->diag, TSR_ERROR, rule, where, "%s", text);
}

static void
add_needs(struct tsr_attribute_set *set, const struct tsr_attribute_set *more,
    bool both)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(set->bits); i++)
		set->bits[i] = both ? set->bits[i] | more->bits[i]
				    : set->bits[i] & more->bits[i];
}

/* What a condition needs to hold, and not to hold, follows from its parts. */
static void
find_needs(struct tsr_cond *c)
{
	uint32_t i;

	switch (c->kind) {
	case TSR_COND_AND:
	case TSR_COND_OR:
		memset(&c->needs[c->kind == TSR_COND_AND ? 1 : 0], 0,
		    sizeof(c->needs[0]));
		memset(&c->needs[c->kind == TSR_COND_AND ? 0 : 1], 0xff,
		    sizeof(c->needs[0]));
		for (i = 0; i < c->count; i++) {
			add_needs(&c->needs[1], &c->items[i]->needs[1],
			    c->kind == TSR_COND_AND);
			add_needs(&c->needs[0], &c->items[i]->needs[0],
			    c->kind == TSR_COND_OR);
		}
		break;
	case TSR_COND_NOT:
		c->needs[0] = c->items[0]->needs[1];
		c->needs[1] = c->items[0]->needs[0];
		break;
	case TSR_COND_TRUE:
		memset(&c->needs[0], 0xff, sizeof(c->needs[0]));
		break;
	case TSR_COND_FALSE:
		memset(&c->needs[1], 0xff, sizeof(c->needs[1]));
		break;
	default:
		break;
	}
}

const struct tsr_cond *
tsr_cond_make(struct tsr_rules *rules, enum tsr_cond_kind kind,
    const struct tsr_cond **items, uint32_t count, struct tsr_where where)
{
	struct tsr_cond *c = TSR_NEW(rules->arena, struct tsr_cond);
	uint32_t i;

	c->kind = kind;
	c->id = rules->cond_count++;
	c->items = items;
	c->count = count;
	c->where = where;
	for (i = 0; i < count; i++) {
		c->asked = c->asked || items[i]->asked;
		add_needs(&c->reads, &items[i]->reads, true);
	}
	find_needs(c);
	return c;
}

static const struct tsr_cond *
negate(struct tsr_rules *rules, const struct tsr_cond *c)
{
	const struct tsr_cond **items;

	if (c == NULL)
		return NULL;
	items = TSR_NEW_ARRAY(rules->arena, const struct tsr_cond *, 1);
	items[0] = c;
	return tsr_cond_make(rules, TSR_COND_NOT, items, 1, c->where);
}

static struct tsr_span
automaton_of(void *ctx, struct tsr_span pattern)
{
	const struct tsr_rules *rules = ctx;
	const uint32_t *number = tsr_intern_find(&rules->automata, pattern);

	return number != NULL && *number > 0
	    ? rules->automaton_list[*number - 1] : tsr_span_of(NULL, 0);
}

struct tsr_condition_world
tsr_rules_world(const struct tsr_rules *rules)
{
	struct tsr_condition_world world = {.segments = rules->segment_file,
	    .flat = true, .automaton = automaton_of};

	/* Only read through automaton_of. */
	memcpy(&world.ctx, &rules, sizeof(world.ctx));
	return world;
}

static const char *const operator_words[TSR_OPERATOR_COUNT] = {"$exists",
    "$eq", "$in", "", "$lt", "$lte", "$gt", "$gte", "$regex", ""};

bool
tsr_test_holds(const struct tsr_rules *rules, uint32_t test,
    const struct tsr_json *value)
{
	const struct tsr_test *t = &rules->tests[test];
	const char *word = operator_words[t->operator];
	struct tsr_condition_world world = tsr_rules_world(rules);

	if (t->operator == TSR_OPERATOR_EXISTS)
		return value != NULL;
	return tsr_condition_apply(
	    &world, tsr_span_of(word, strlen(word)), value, &t->operand);
}

const struct tsr_cond *
tsr_cond_test(struct tsr_rules *rules, struct tsr_test *test,
    struct tsr_where where)
{
	struct tsr_cond *c = TSR_NEW(rules->arena, struct tsr_cond);
	struct tsr_buf key;
	uint32_t *number;

	tsr_buf_init(&key, SIZE_MAX / 2);
	tsr_buf_byte(&key, (uint8_t)test->operator);
	tsr_buf_le32(&key, test->attribute);
	tsr_buf_le32(&key, test->number);
	tsr_json_write(&key, &test->operand);
	if (!tsr_intern_add(
		&number, &rules->test_index, tsr_buf_view(&key))) {
		*number = (uint32_t)rules->test_count;
		test->tier = rules->attributes[test->attribute].tier;
		rules->tests = tsr_arena_grow(rules->arena, rules->tests,
		    rules->test_count, &rules->test_cap, sizeof(*rules->tests));
		rules->tests[rules->test_count++] = *test;
		if (test->operator != TSR_OPERATOR_FRAGMENT)
			rules->tests[*number].missing =
			    tsr_test_holds(rules, *number, NULL);
		if (test->tier == TSR_TIER_SEGMENT &&
		    rules->attributes[test->attribute].source !=
			TSR_SOURCE_TIME &&
		    (!tsr_segment_can(rules, &rules->tests[*number]) ||
			rules->key_count++ >= TSR_SEGMENT_KEY_MAX))
			rules->tests[*number].tier = TSR_TIER_REQUEST;
		if (rules->test_count == TSR_PREDICATES_MAX + 1)
			mistake(rules, "R016", where,
			    "the site has too many different tests");
	}
	tsr_buf_free(&key);
	c->kind = TSR_COND_TEST;
	c->id = rules->cond_count++;
	c->test = *number;
	c->asked = true;
	c->reads.bits[test->attribute / 64] |=
	    (uint64_t)1 << test->attribute % 64;
	c->where = where;
	c->needs[rules->tests[c->test].missing ? 0 : 1]
	    .bits[test->attribute / 64] |= (uint64_t)1 << test->attribute % 64;
	return c;
}

/* ---- one operator ---- */

struct atom {
	struct tsr_rules *rules;
	uint32_t attribute;
	enum tsr_attribute_type type;
	struct tsr_where where;
};

static const struct tsr_cond *
atom_test(const struct atom *a, enum tsr_operator operator,
    const struct tsr_json *operand)
{
	struct tsr_test test = {
	    .operator = operator, .attribute = a->attribute};

	if (operand != NULL)
		test.operand = *operand;
	return tsr_cond_test(a->rules, &test, a->where);
}

static const struct tsr_cond *
constant(const struct atom *a, bool value)
{
	return tsr_cond_make(a->rules, value ? TSR_COND_TRUE : TSR_COND_FALSE,
	    NULL, 0, a->where);
}

static bool
fits_type(const struct atom *a, const struct tsr_json *v)
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

/* A typo in a value that the attribute lists. */
static void
check_listed(const struct atom *a, const struct tsr_json *v)
{
	const struct tsr_rules_attribute *at =
	    &a->rules->attributes[a->attribute];
	const struct tsr_json *values = tsr_json_get(at->declared, "values");
	struct tsr_span *names, near;
	uint32_t i;

	if (!tsr_json_is(values, TSR_JSON_ARRAY) ||
	    v->type != TSR_JSON_STRING || a->rules->relaxed)
		return;
	names = TSR_NEW_ARRAY(a->rules->arena, struct tsr_span, values->count);
	for (i = 0; i < values->count; i++) {
		names[i] = tsr_json_text(&values->u.items[i]);
		if (tsr_span_eq(names[i], v->u.string))
			return;
	}
	tsr_diag_add(a->rules->diag, TSR_WARNING, "R017", tsr_json_where(v),
	    "\"%.*s\" is not among the values of \"%.*s\"",
	    TSR_ARG(v->u.string), TSR_ARG(at->name))->also = at->where;
	near = tsr_nearest(v->u.string, names, values->count);
	if (near.n > 0)
		tsr_diag_hint(a->rules->diag, "did you mean \"%.*s\"?",
		    TSR_ARG(near));
}

/* An operand that the attribute can be compared with; false: reported. */
static bool
check_operand(const struct atom *a, const struct tsr_json *v, bool null_ok)
{
	static const char *const names[] = {"string", "number", "boolean"};
	const struct tsr_rules_attribute *at =
	    &a->rules->attributes[a->attribute];

	if (v->type == TSR_JSON_STRING && v->u.string.n > TSR_VALUE_MAX) {
		mistake(a->rules, "R005", tsr_json_where(v),
		    "no value can be as long as this one");
		return false;
	}
	if (a->rules->relaxed || fits_type(a, v) ||
	    (null_ok && v->type == TSR_JSON_NULL)) {
		check_listed(a, v);
		return true;
	}
	tsr_diag_add(a->rules->diag, TSR_ERROR, "R005", tsr_json_where(v),
	    "\"%.*s\" is a %s and cannot be compared with this",
	    TSR_ARG(at->name), names[at->type])->also = at->where;
	return false;
}

/* === with an operand that was checked. */
static const struct tsr_cond *
same_as(const struct atom *a, const struct tsr_json *v)
{
	if (v->type == TSR_JSON_NULL)
		return negate(
		    a->rules, atom_test(a, TSR_OPERATOR_EXISTS, NULL));
	if (v->type == TSR_JSON_ARRAY || v->type == TSR_JSON_OBJECT)
		return constant(a, false);
	return atom_test(a, TSR_OPERATOR_EQ, v);
}

static const struct tsr_cond *
make_eq(const struct atom *a, const struct tsr_json *v)
{
	return check_operand(a, v, true) ? same_as(a, v) : NULL;
}

static const struct tsr_cond *
make_bare(const struct atom *a, const struct tsr_json *v)
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

static int
cmp_items(const void *a, const void *b)
{
	return cmp_operands(a, b);
}

static const struct tsr_cond *
make_in(const struct atom *a, const struct tsr_json *v)
{
	const struct tsr_cond **either;
	struct tsr_json *list, operand = *v;
	uint32_t i, n = 0;
	bool null = false, ok = true;

	if (v->type != TSR_JSON_ARRAY) {
		if (a->rules->relaxed)
			return constant(a, false);
		mistake(a->rules, "R005", tsr_json_where(v),
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
		qsort(list, n, sizeof(*list), cmp_items);
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
	either[1] = negate(a->rules, atom_test(a, TSR_OPERATOR_EXISTS, NULL));
	return tsr_cond_make(a->rules, TSR_COND_OR, either, 2, a->where);
}

static const struct tsr_cond *
make_exists(const struct atom *a, const struct tsr_json *v)
{
	const struct tsr_cond *c = atom_test(a, TSR_OPERATOR_EXISTS, NULL);

	if (v->type != TSR_JSON_BOOLEAN && !a->rules->relaxed) {
		mistake(a->rules, "R005", tsr_json_where(v),
		    "$exists takes true or false");
		return NULL;
	}
	return tsr_condition_truthy(v) ? c : negate(a->rules, c);
}

static const struct tsr_cond *
make_relation(
    const struct atom *a, enum tsr_operator operator, const struct tsr_json *v)
{
	double d;
	bool nan;

	if (!check_operand(a, v, false))
		return NULL;
	if (a->type == TSR_TYPE_BOOLEAN && !a->rules->relaxed) {
		mistake(a->rules, "R005", a->where,
		    "true and false have no order");
		return NULL;
	}
	if (v->type == TSR_JSON_ARRAY || v->type == TSR_JSON_OBJECT) {
		mistake(a->rules, "R005", tsr_json_where(v),
		    "a list or object has no order");
		return NULL;
	}
	/* Without NaN, > is the opposite of <=. */
	nan = !tsr_condition_number(&d, v);
	if (a->type != TSR_TYPE_STRING && nan)
		return constant(a, false);
	if (a->type == TSR_TYPE_STRING || operator < TSR_OPERATOR_GT)
		return atom_test(a, operator, v);
	return negate(a->rules, atom_test(a,
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
make_regex(const struct atom *a, const struct tsr_json *v)
{
	struct tsr_rules *rules = a->rules;
	struct tsr_regex_error err;
	struct tsr_span automaton;
	uint32_t *number;

	if (v->type != TSR_JSON_STRING || a->type == TSR_TYPE_NUMBER ||
	    (a->type != TSR_TYPE_STRING && !rules->relaxed)) {
		mistake(rules, "R005", tsr_json_where(v),
		    "$regex takes a string and needs a string attribute");
		return NULL;
	}
	(void)tsr_intern_add(&number, &rules->automata, v->u.string);
	if (*number == 0) {
		if (!tsr_regex_compile(&automaton, &err, v->u.string,
			TSR_REGEX_UTF16, rules->arena)) {
			mistake(rules, "R006", where_in(v, err.off, err.len),
			    err.text);
			if (err.hint != NULL)
				tsr_diag_hint(rules->diag, "%s", err.hint);
			return NULL;
		}
		rules->automaton_list = tsr_arena_grow(rules->arena,
		    rules->automaton_list, rules->automaton_count,
		    &rules->automaton_cap, sizeof(*rules->automaton_list));
		rules->automaton_list[rules->automaton_count] = automaton;
		*number = (uint32_t)++rules->automaton_count;
	}
	return atom_test(a, TSR_OPERATOR_REGEX, v);
}

static const struct tsr_cond *make_field(
    const struct atom *a, const struct tsr_json *v);

static const struct tsr_cond *
make_operator(const struct atom *a, const struct tsr_member *m)
{
	static const char *const words[] = {"$eq", "$ne", "$in", "$nin", "$gt",
	    "$gte", "$lt", "$lte", "$exists", "$regex", "$not"};
	struct tsr_span names[TSR_COUNT_OF(words)], near;
	struct atom at = *a;
	size_t i;

	at.where = tsr_json_name_where(m);
	for (i = 0; i < TSR_COUNT_OF(words); i++) {
		names[i] = tsr_span_of(words[i], strlen(words[i]));
		if (tsr_span_eq(m->name, names[i]))
			break;
	}
	switch (i) {
	case 0:
		return make_eq(&at, &m->value);
	case 1:
		return negate(a->rules, make_eq(&at, &m->value));
	case 2:
		return make_in(&at, &m->value);
	case 3:
		/* What is no list is in no list, and not outside one either. */
		if (m->value.type != TSR_JSON_ARRAY)
			return make_in(&at, &m->value);
		return negate(a->rules, make_in(&at, &m->value));
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
		return negate(a->rules, make_field(&at, &m->value));
	default:
		tsr_diag_add(a->rules->diag, TSR_ERROR, "R004", at.where,
		    "unknown operator \"%.*s\"", TSR_ARG(m->name));
		near = tsr_nearest(m->name, names, TSR_COUNT_OF(words));
		if (near.n > 0)
			tsr_diag_hint(a->rules->diag,
			    "did you mean \"%.*s\"?", TSR_ARG(near));
		return NULL;
	}
}

static const struct tsr_cond *
make_field(const struct atom *a, const struct tsr_json *v)
{
	struct tsr_rules *rules = a->rules;
	const struct tsr_cond **items;
	const struct tsr_cond *c = NULL;
	bool ok = true;
	uint32_t i;

	if (!tsr_condition_is_operators(v))
		return make_bare(a, v);
	if (++rules->depth > DEPTH_MAX) {
		mistake(rules, "R016", a->where, "conditions nest too deeply");
		ok = false;
	}
	items = TSR_NEW_ARRAY(rules->arena, const struct tsr_cond *, v->count);
	for (i = 0; i < v->count && rules->depth <= DEPTH_MAX; i++) {
		items[i] = make_operator(a, &v->u.members[i]);
		ok = ok && items[i] != NULL;
	}
	rules->depth--;
	if (ok)
		c = v->count == 1 ? items[0] : tsr_cond_make(rules,
		    TSR_COND_AND, items, v->count, a->where);
	return c;
}

/* ---- conditions ---- */

static const struct tsr_cond *
read_list(struct tsr_rules *rules, enum tsr_cond_kind kind,
    const struct tsr_member *m)
{
	const struct tsr_json *v = &m->value;
	const struct tsr_cond **items;
	bool ok = true;
	uint32_t i;

	if (v->type != TSR_JSON_ARRAY) {
		tsr_diag_add(rules->diag, TSR_ERROR, "R005", tsr_json_where(v),
		    "%.*s takes a list of conditions", TSR_ARG(m->name));
		return NULL;
	}
	/* An empty $or holds; so an empty $nor does not. */
	if (v->count == 0)
		kind = TSR_COND_AND;
	items = TSR_NEW_ARRAY(rules->arena, const struct tsr_cond *, v->count);
	for (i = 0; i < v->count; i++) {
		items[i] = read_condition(rules, &v->u.items[i]);
		ok = ok && items[i] != NULL;
	}
	return ok ? tsr_cond_make(
	    rules, kind, items, v->count, tsr_json_name_where(m)) : NULL;
}

static const struct tsr_cond *
read_segment(struct tsr_rules *rules, const struct tsr_json *v)
{
	struct tsr_span name = tsr_json_text(v), *names, near;
	struct tsr_segment *s = NULL;
	size_t i;

	for (i = 0; i < rules->segment_count && s == NULL; i++)
		if (tsr_span_eq(rules->segments[i].name, name))
			s = &rules->segments[i];
	if (s == NULL) {
		tsr_diag_add(rules->diag, TSR_ERROR, "R002", tsr_json_where(v),
		    "unknown segment \"%.*s\"", TSR_ARG(name));
		names = TSR_NEW_ARRAY(
		    rules->arena, struct tsr_span, rules->segment_count);
		for (i = 0; i < rules->segment_count; i++)
			names[i] = rules->segments[i].name;
		near = tsr_nearest(name, names, rules->segment_count);
		if (near.n > 0)
			tsr_diag_hint(rules->diag, "did you mean \"%.*s\"?",
			    TSR_ARG(near));
		return NULL;
	}
	if (s->state == TSR_SEGMENT_OPEN) {
		tsr_diag_add(rules->diag, TSR_ERROR, "R003", tsr_json_where(v),
		    "segment \"%.*s\" is defined by itself",
		    TSR_ARG(name))->also = s->where;
		return NULL;
	}
	if (s->state == TSR_SEGMENT_NEW) {
		s->state = TSR_SEGMENT_OPEN;
		if (s->audience != NULL)
			s->cond = read_condition(rules, s->audience);
		s->state = TSR_SEGMENT_DONE;
		if (s->cond != NULL) {
			tsr_rules_lint(rules, s->cond);
			tsr_rules_judge(rules, s->cond, s->where);
		}
	}
	return s->cond;
}

static const struct tsr_cond *
read_attribute(struct tsr_rules *rules, const struct tsr_member *m)
{
	struct atom a = {.rules = rules, .where = tsr_json_name_where(m)};
	struct tsr_span *names, near;
	size_t i;

	a.attribute = tsr_rules_attribute_find(rules, m->name);
	if (a.attribute != UINT32_MAX) {
		a.type = rules->attributes[a.attribute].type;
		return make_field(&a, &m->value);
	}
	tsr_diag_add(rules->diag, TSR_ERROR,
	    tsr_span_starts(m->name, TSR_LIT("$")) ? "R004" : "R001", a.where,
	    tsr_span_starts(m->name, TSR_LIT("$")) ? "unknown operator \"%.*s\""
						   : "unknown attribute "
						     "\"%.*s\"",
	    TSR_ARG(m->name));
	names = TSR_NEW_ARRAY(
	    rules->arena, struct tsr_span, rules->attribute_count + 5);
	for (i = 0; i < rules->attribute_count; i++)
		names[i] = rules->attributes[i].name;
	names[i++] = TSR_LIT("$and");
	names[i++] = TSR_LIT("$or");
	names[i++] = TSR_LIT("$nor");
	names[i++] = TSR_LIT("$not");
	names[i++] = TSR_LIT("$segment");
	near = tsr_nearest(m->name, names, i);
	if (near.n > 0)
		tsr_diag_hint(
		    rules->diag, "did you mean \"%.*s\"?", TSR_ARG(near));
	return NULL;
}

static const struct tsr_cond *
read_member(struct tsr_rules *rules, const struct tsr_member *m)
{
	if (tsr_span_eq(m->name, TSR_LIT("$and")))
		return read_list(rules, TSR_COND_AND, m);
	if (tsr_span_eq(m->name, TSR_LIT("$or")))
		return read_list(rules, TSR_COND_OR, m);
	if (tsr_span_eq(m->name, TSR_LIT("$nor")))
		return negate(rules, read_list(rules, TSR_COND_OR, m));
	if (tsr_span_eq(m->name, TSR_LIT("$not")))
		return negate(rules, read_condition(rules, &m->value));
	if (tsr_span_eq(m->name, TSR_LIT("$segment")))
		return read_segment(rules, &m->value);
	return read_attribute(rules, m);
}

static const struct tsr_cond *
read_condition(struct tsr_rules *rules, const struct tsr_json *v)
{
	const struct tsr_cond **items;
	const struct tsr_cond *c = NULL;
	bool ok = true;
	uint32_t i;

	if (v->type != TSR_JSON_STRING && v->type != TSR_JSON_OBJECT) {
		mistake(rules, "R005", tsr_json_where(v),
		    "a condition is an object or the name of a segment");
		return NULL;
	}
	if (++rules->depth > DEPTH_MAX) {
		mistake(rules, "R016", tsr_json_where(v),
		    "conditions nest too deeply");
		rules->depth--;
		return NULL;
	}
	if (v->type == TSR_JSON_STRING)
		c = read_segment(rules, v);
	else {
		items = TSR_NEW_ARRAY(
		    rules->arena, const struct tsr_cond *, v->count);
		for (i = 0; i < v->count; i++) {
			items[i] = read_member(rules, &v->u.members[i]);
			ok = ok && items[i] != NULL;
		}
		if (ok)
			c = v->count == 1 ? items[0] : tsr_cond_make(rules,
			    TSR_COND_AND, items, v->count, tsr_json_where(v));
	}
	rules->depth--;
	return c;
}

const struct tsr_cond *
tsr_rules_condition(struct tsr_rules *rules, const struct tsr_json *condition)
{
	const struct tsr_cond *c;
	struct tsr_buf key;
	uint32_t *number;
	bool known;

	/* Merged values share places, copies share neither: both make the key. */
	tsr_buf_init(&key, SIZE_MAX / 2);
	tsr_buf_le32(&key, condition->src);
	tsr_buf_le32(&key, condition->off);
	tsr_json_write(&key, condition);
	known = tsr_intern_add(&number, &rules->conditions, tsr_buf_view(&key));
	tsr_buf_free(&key);
	if (known)
		return rules->condition_list[*number];
	*number = (uint32_t)rules->condition_count;
	rules->condition_list = tsr_arena_grow(rules->arena,
	    rules->condition_list, rules->condition_count,
	    &rules->condition_cap, sizeof(*rules->condition_list));
	rules->condition_count++;
	c = read_condition(rules, condition);
	if (c != NULL && condition->type != TSR_JSON_STRING) {
		tsr_rules_lint(rules, c);
		tsr_rules_judge(rules, c, tsr_json_where(condition));
	}
	rules->condition_list[rules->condition_count - 1] = c;
	return c;
}
