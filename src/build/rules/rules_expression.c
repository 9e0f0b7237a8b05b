/*
 * rules_expression - what no single predicate can say becomes code for core's
 * expressions: which operator it is, conditions of items, and the whole test.
 */
#include "build/rules/rules_code.h"

/* ---- the operators by name ---- */

enum word {
	W_EQ, W_NE, W_LT, W_LTE, W_GT, W_GTE, W_EXISTS, W_IN, W_NIN, W_INI,
	W_NINI, W_IN_GROUP, W_NOT_IN_GROUP, W_NOT, W_SIZE, W_ELEM_MATCH, W_ALL,
	W_ALLI, W_REGEX, W_REGEXI, W_TYPE, W_VEQ, W_VNE, W_VLT, W_VLTE, W_VGT,
	W_VGTE, W_STARTS, W_ENDS, W_CONTAINS, W_BEFORE, W_AFTER, W_CIDR, W_COUNT
};

static const char *const words[W_COUNT] = {"$eq", "$ne", "$lt", "$lte", "$gt",
    "$gte", "$exists", "$in", "$nin", "$ini", "$nini", "$inGroup",
    "$notInGroup", "$not", "$size", "$elemMatch", "$all", "$alli", "$regex",
    "$regexi", "$type", "$veq", "$vne", "$vlt", "$vlte", "$vgt", "$vgte",
    "$startsWith", "$endsWith", "$contains", "$before", "$after", "$cidr"};

static enum word
word_of(struct tsr_span name)
{
	unsigned w;

	for (w = 0; w < W_COUNT; w++)
		if (is(name, words[w]))
			break;
	return (enum word)w;
}

bool
tsr_rules_is_operator(struct tsr_span name)
{
	return word_of(name) < W_COUNT;
}

static unsigned
make_late(struct maker *m, struct pick pick, enum word w,
    const struct tsr_json *v, struct exits go)
{
	switch (w) {
	case W_TYPE:
		return tsr_code_type(m, pick, v, go);
	case W_VEQ:
		return tsr_code_version(m, TSR_EXPRESSION_VERSION_EQ, pick, v, go);
	case W_VNE:
		return tsr_code_version(
		    m, TSR_EXPRESSION_VERSION_EQ, pick, v, swap(go));
	case W_VLT:
	case W_VLTE:
	case W_VGT:
	case W_VGTE:
		return tsr_code_version(m, (enum tsr_expression_op)(
		    TSR_EXPRESSION_VERSION_LT + (w - W_VLT)), pick, v, go);
	case W_STARTS:
	case W_ENDS:
	case W_CONTAINS:
		return tsr_code_part(m, (enum tsr_expression_op)(
		    TSR_EXPRESSION_STARTS + (w - W_STARTS)), pick, v, go);
	case W_BEFORE:
		return tsr_code_moment(m, TSR_EXPRESSION_BEFORE, pick, v, go);
	case W_AFTER:
		return tsr_code_moment(m, TSR_EXPRESSION_AFTER, pick, v, go);
	default:
		return tsr_code_cidr(m, pick, v, go);
	}
}

static unsigned
make_operator(struct maker *m, struct pick pick, const struct tsr_member *o,
    struct exits go)
{
	const struct tsr_json *v = &o->value;
	enum word w = word_of(o->name);

	switch (w) {
	case W_EQ:
		return tsr_code_eq(m, pick, v, go);
	case W_NE:
		return tsr_code_eq(m, pick, v, swap(go));
	case W_LT:
	case W_LTE:
	case W_GT:
	case W_GTE:
		return tsr_code_relation(m, (enum tsr_expression_op)(
		    TSR_EXPRESSION_LT + (w - W_LT)), pick, v, go);
	case W_EXISTS:
		return tsr_code_none(m, TSR_EXPRESSION_EXISTS, pick,
		    tsr_condition_truthy(v) ? go : swap(go));
	case W_IN:
	case W_NIN:
	case W_INI:
	case W_NINI:
		if (v->type != TSR_JSON_ARRAY)
			return tsr_code_refuse(m, v, go,
			    "$in and its like take a list of values");
		if (!tsr_code_mixed(m, v))
			return go.no;
		return tsr_code_in(m, pick, v, w == W_INI || w == W_NINI,
		    w == W_IN || w == W_INI ? go : swap(go));
	case W_IN_GROUP:
	case W_NOT_IN_GROUP:
		return tsr_code_group(m, pick, v, w == W_IN_GROUP, go);
	case W_NOT:
		return tsr_code_field(m, pick, v, false, swap(go));
	case W_SIZE:
		return tsr_code_size(m, pick, v, go);
	case W_ELEM_MATCH:
		return tsr_code_elem_match(m, pick, v, go);
	case W_ALL:
	case W_ALLI:
		return tsr_code_all(m, pick, v, w == W_ALLI, go);
	case W_REGEX:
	case W_REGEXI:
		return tsr_code_regex(m, pick, v, w == W_REGEXI, go);
	case W_COUNT:
		if (!m->rules->relaxed)
			tsr_code_fail(m, tsr_json_name_where(o), "unknown operator");
		return go.no;
	default:
		return make_late(m, pick, w, v, go);
	}
}

unsigned
tsr_code_field(struct maker *m, struct pick pick, const struct tsr_json *v,
    bool caseless, struct exits go)
{
	uint32_t i;

	if (!tsr_condition_is_operators(v))
		return tsr_code_bare(m, pick, v, caseless, go);
	if (m->rules->depth >= TSR_CONDITION_DEPTH)
		return tsr_code_fail(m, tsr_json_where(v), "conditions nest too deeply");
	m->rules->depth++;
	for (i = v->count; i > 0 && !m->failed; i--)
		go.yes = make_operator(m, pick, &v->u.members[i - 1], go);
	m->rules->depth--;
	return go.yes;
}

/* ---- whole conditions, of an item ---- */

static unsigned
make_list(struct maker *m, const struct tsr_json *v, bool any,
    struct exits go)
{
	uint32_t i;

	if (v->type != TSR_JSON_ARRAY)
		return tsr_code_fail(m, tsr_json_where(v),
		    "this operator takes a list of conditions");
	/* An empty $or holds. */
	if (v->count == 0)
		return go.yes;
	for (i = v->count; i > 0 && !m->failed; i--)
		if (any)
			go.no = tsr_code_condition(m, &v->u.items[i - 1], go);
		else
			go.yes = tsr_code_condition(m, &v->u.items[i - 1], go);
	return any ? go.no : go.yes;
}

static struct pick
pick_path(struct maker *m, struct tsr_span path)
{
	return (struct pick){tsr_code_constant(m, tsr_json_string(path)), 0};
}

static unsigned
make_saved_group(
    struct maker *m, const struct tsr_json *v, struct exits go)
{
	struct tsr_seen_group seen;
	struct tsr_group group;
	unsigned target;

	if (!tsr_rules_group(&group, m->rules, v))
		return tsr_code_refuse(m, v, go,
		    "no such saved group, or one that names itself");
	if (group.list != NULL)
		return tsr_code_in(
		    m, pick_path(m, group.path), group.list, false, go);
	seen.id = group.id;
	seen.outer = m->rules->seen;
	m->rules->seen = &seen;
	target = tsr_code_condition(m, group.condition, go);
	m->rules->seen = seen.outer;
	return target;
}

static unsigned
make_member(struct maker *m, const struct tsr_member *c, struct exits go)
{
	if (is(c->name, "$and"))
		return make_list(m, &c->value, false, go);
	if (is(c->name, "$or"))
		return make_list(m, &c->value, true, go);
	if (is(c->name, "$nor"))
		return make_list(m, &c->value, true, swap(go));
	if (is(c->name, "$not"))
		return tsr_code_condition(m, &c->value, swap(go));
	if (is(c->name, "$savedGroup"))
		return make_saved_group(m, &c->value, go);
	return tsr_code_field(m, pick_path(m, c->name), &c->value, false, go);
}

unsigned
tsr_code_condition(struct maker *m, const struct tsr_json *v, struct exits go)
{
	uint32_t i;

	if (v->type != TSR_JSON_OBJECT)
		return tsr_code_fail(
		    m, tsr_json_where(v), "a condition is an object");
	if (m->rules->depth >= TSR_CONDITION_DEPTH)
		return tsr_code_fail(m, tsr_json_where(v), "conditions nest too deeply");
	m->rules->depth++;
	for (i = v->count; i > 0 && !m->failed; i--)
		go.yes = make_member(m, &v->u.members[i - 1], go);
	m->rules->depth--;
	return go.yes;
}

/* ---- a test ---- */

static unsigned
final_target(const struct maker *m, unsigned target)
{
	return target >= TSR_EXPRESSION_FALSE ? target : m->count - 1 - target;
}

/* The code in the order in which it runs. */
static struct tsr_span
final_code(struct maker *m, unsigned root)
{
	size_t n = TSR_EXPRESSION_HEAD + (size_t)m->count * TSR_EXPRESSION_SIZE;
	uint8_t *out = tsr_arena_alloc(m->rules->arena, n), *p = out;
	size_t at;
	uint32_t i;

	tsr_put16(p, (uint16_t)final_target(m, root));
	tsr_put16(p + 2, (uint16_t)m->count);
	p += TSR_EXPRESSION_HEAD;
	for (i = m->count; i > 0; i--, p += TSR_EXPRESSION_SIZE) {
		memcpy(p, m->code.p + (size_t)(i - 1) * TSR_EXPRESSION_SIZE,
		    TSR_EXPRESSION_SIZE);
		for (at = p[0] == TSR_EXPRESSION_EACH ? 12 : 14; at < 18;
		     at += 2)
			tsr_put16(p + at,
			    (uint16_t)final_target(m, tsr_le16(p + at)));
	}
	return tsr_span_of(out, n);
}

const struct tsr_cond *
tsr_rules_expression(struct tsr_rules *rules, const struct tsr_place *place,
    const struct tsr_member *member)
{
	const struct exits go = {TSR_EXPRESSION_TRUE, TSR_EXPRESSION_FALSE};
	struct maker m = {.rules = rules, .where = place->where};
	struct pick pick = {0, 0};
	struct tsr_test test = {.operator = TSR_OPERATOR_EXPRESSION,
	    .attribute = place->attribute, .written = *member};
	const struct tsr_cond *c = NULL;
	struct tsr_json *asked;
	unsigned root;

	tsr_buf_init(&m.code, SIZE_MAX / 2);
	if (place->path.p != NULL)
		pick = pick_path(&m, place->path);
	root = member->name.n > 0 ? make_operator(&m, pick, member, go)
				  : tsr_code_bare(&m, pick, &member->value, false,
					go);
	if (m.failed)
		;
	else if (root >= TSR_EXPRESSION_FALSE)
		c = tsr_cond_make(rules, root == TSR_EXPRESSION_TRUE
			? TSR_COND_TRUE : TSR_COND_FALSE, NULL, 0,
		    place->where);
	else {
		test.code = final_code(&m, root);
		test.operand.type = TSR_JSON_ARRAY;
		test.operand.count = (uint32_t)m.constant_count;
		test.operand.u.items = m.constants;
		asked = TSR_NEW(rules->arena, struct tsr_json);
		*asked = member->value;
		test.word = member->name;
		test.path = place->path;
		test.asked = asked;
		c = tsr_cond_test(rules, &test, place->where);
	}
	tsr_buf_free(&m.code);
	return c;
}
