/*
 * rules_expression - what no single predicate can say becomes code for core's
 * expressions: paths into JSON, tests of the items of arrays, versions, texts.
 *
 * Code is made backwards: where to go on is known before it is written. So
 * instructions get their numbers in the end, counted from the last one.
 */
#include "build/rules/rules_inner.h"

#include "core/expression.h"
#include "core/instant.h"
#include "core/jsontext.h"
#include "core/lower.h"
#include "core/netaddr.h"
#include "core/number.h"
#include "core/number_text.h"
#include "core/versiontext.h"

#define DEPTH_MAX 200
#define CODE_MAX 60000

struct maker {
	struct tsr_rules *rules;
	struct tsr_buf code; /* in the order made */
	uint32_t count;
	struct tsr_json *constants; /* operands from 1 on */
	size_t constant_count, constant_cap;
	struct tsr_where where;
	unsigned each; /* EACHs around this place */
	bool failed;
};

/* Where to go on. */
struct exits {
	unsigned yes, no;
};

/* The value that is tested. */
struct pick {
	uint32_t path; /* operand, or 0 */
	unsigned flags;
};

static unsigned make_condition(
    struct maker *m, const struct tsr_json *v, struct exits go);
static unsigned make_field(struct maker *m, struct pick pick,
    const struct tsr_json *v, bool caseless, struct exits go);

static bool
is(struct tsr_span s, const char *name)
{
	return tsr_span_eq(s, tsr_span_of(name, strlen(name)));
}

static unsigned
fail(struct maker *m, struct tsr_where where, const char *text)
{
	if (!m->failed)
		tsr_diag_add(
		    m->rules->diag, TSR_ERROR, "R005", where, "%s", text);
	m->failed = true;
	return TSR_EXPRESSION_FALSE;
}

/* What the reference answers false to, and what an author is told. */
static unsigned
refuse(struct maker *m, const struct tsr_json *v, struct exits go,
    const char *text)
{
	return m->rules->relaxed ? go.no
				 : fail(m, tsr_json_where(v), text);
}

/* ---- operands ---- */

static uint32_t
constant(struct maker *m, struct tsr_json v)
{
	m->constants = tsr_arena_grow(m->rules->arena, m->constants,
	    m->constant_count, &m->constant_cap, sizeof(*m->constants));
	m->constants[m->constant_count++] = v;
	return (uint32_t)m->constant_count;
}

static struct tsr_json
number(double d)
{
	return (struct tsr_json){.type = TSR_JSON_REAL, .u.real = d};
}

static struct tsr_json
null(void)
{
	return (struct tsr_json){.type = TSR_JSON_NULL};
}

static struct tsr_span
lower(struct maker *m, struct tsr_span s)
{
	size_t room = s.n * 3 + 8;
	struct tsr_span out = s;

	(void)tsr_lower_text(
	    &out, s, tsr_arena_alloc(m->rules->arena, room), room);
	return out;
}

/* The number of which a string is the text, or null. */
static struct tsr_json
number_of(struct tsr_span s)
{
	uint8_t text[TSR_NUMBER_TEXT];
	double d;

	if (!tsr_number_read(&d, s) ||
	    !tsr_span_eq(s, tsr_span_of(text, tsr_number_text(text, d))))
		return null();
	return number(d);
}

/* String(v), in the arena. */
static struct tsr_span
text_of(struct maker *m, const struct tsr_json *v)
{
	struct tsr_buf json;
	struct tsr_jsontext text = {NULL, 0, {NULL, 0}, 0, false};

	if (v->type == TSR_JSON_STRING)
		return v->u.string;
	tsr_buf_init(&json, SIZE_MAX / 2);
	tsr_json_write(&json, v);
	text.cap = json.n * 22 + 32;
	text.room = tsr_arena_alloc(m->rules->arena, text.cap);
	tsr_jsontext_string(&text, tsr_buf_view(&json));
	tsr_buf_free(&json);
	return tsr_span_of(text.room, text.n);
}

/* JSON.stringify(v), in the arena. */
static struct tsr_span
json_of(struct maker *m, const struct tsr_json *v)
{
	struct tsr_buf json;
	struct tsr_jsontext text = {NULL, 0, {NULL, 0}, 0, false};

	tsr_buf_init(&json, SIZE_MAX / 2);
	tsr_json_write(&json, v);
	text.cap = json.n * 22 + 32;
	text.room = tsr_arena_alloc(m->rules->arena, text.cap);
	tsr_jsontext_json(&text, tsr_buf_view(&json));
	tsr_buf_free(&json);
	return tsr_span_of(text.room, text.n);
}

/* ---- instructions ---- */

struct operands {
	uint32_t first, count;
};

static unsigned
emit(struct maker *m, enum tsr_expression_op op, struct pick pick,
    struct operands with, struct exits go)
{
	if (m->count == CODE_MAX || pick.path > UINT16_MAX)
		return fail(m, m->where, "this condition is too large");
	tsr_buf_byte(&m->code, (uint8_t)op);
	tsr_buf_byte(&m->code, (uint8_t)pick.flags);
	tsr_buf_le16(&m->code, (uint16_t)pick.path);
	tsr_buf_le32(&m->code, with.first);
	tsr_buf_le32(&m->code, with.count);
	tsr_buf_le16(&m->code, 0);
	tsr_buf_le16(&m->code, (uint16_t)go.yes);
	tsr_buf_le16(&m->code, (uint16_t)go.no);
	tsr_buf_le16(&m->code, 0);
	return m->count++;
}

/* One with one operand. */
static unsigned
emit_one(struct maker *m, enum tsr_expression_op op, struct pick pick,
    struct tsr_json v, struct exits go)
{
	struct operands with = {constant(m, v), 1};

	return emit(m, op, pick, with, go);
}

static unsigned
emit_none(struct maker *m, enum tsr_expression_op op, struct pick pick,
    struct exits go)
{
	return emit(m, op, pick, (struct operands){0, 0}, go);
}

static struct exits
swap(struct exits go)
{
	return (struct exits){go.no, go.yes};
}

static unsigned
emit_array(struct maker *m, struct pick pick, struct exits go)
{
	return emit_one(m, TSR_EXPRESSION_TYPE, pick,
	    number(TSR_EXPRESSION_ARRAY), go);
}

/* ---- operators ---- */

static unsigned
make_bare(struct maker *m, struct pick pick, const struct tsr_json *v,
    bool caseless, struct exits go)
{
	struct operands with;
	struct tsr_span s;

	switch (v->type) {
	case TSR_JSON_NULL:
		return emit_none(m, TSR_EXPRESSION_EXISTS, pick, swap(go));
	case TSR_JSON_ARRAY:
	case TSR_JSON_OBJECT:
		return emit_one(m, TSR_EXPRESSION_JSON, pick,
		    tsr_json_string(json_of(m, v)), go);
	case TSR_JSON_STRING:
		s = caseless ? lower(m, v->u.string) : v->u.string;
		with.first = constant(m, tsr_json_string(s));
		with.count = 2;
		(void)constant(m, number_of(s));
		if (caseless)
			pick.flags |= TSR_EXPRESSION_CASELESS;
		return emit(m, TSR_EXPRESSION_BARE, pick, with, go);
	default:
		return emit_one(m, TSR_EXPRESSION_BARE, pick, *v, go);
	}
}

static unsigned
make_eq(struct maker *m, struct pick pick, const struct tsr_json *v,
    struct exits go)
{
	if (v->type == TSR_JSON_NULL)
		return emit_none(m, TSR_EXPRESSION_EXISTS, pick, swap(go));
	if (v->type == TSR_JSON_ARRAY || v->type == TSR_JSON_OBJECT)
		return go.no;
	return emit_one(m, TSR_EXPRESSION_EQ, pick, *v, go);
}

static unsigned
make_in(struct maker *m, struct pick pick, const struct tsr_json *v,
    bool caseless, struct exits go)
{
	const struct tsr_json *packed;
	struct tsr_json *list;
	struct operands with = {0, 0};
	uint32_t i, n = 0, all;

	list = TSR_NEW_ARRAY(m->rules->arena, struct tsr_json, v->count + 1);
	for (i = 0; i < v->count; i++) {
		if (v->u.items[i].type == TSR_JSON_ARRAY ||
		    v->u.items[i].type == TSR_JSON_OBJECT)
			continue;
		list[n] = v->u.items[i];
		if (caseless && list[n].type == TSR_JSON_STRING)
			list[n].u.string = lower(m, list[n].u.string);
		n++;
	}
	if (n == 0)
		return go.no;
	qsort(list, n, sizeof(*list), tsr_rules_operand_cmp);
	for (i = 0, all = n, n = 0; i < all; i++)
		if (n == 0 ||
		    tsr_rules_operand_cmp(&list[n - 1], &list[i]) != 0)
			list[n++] = list[i];
	packed = tsr_rules_packed(&all, list, n, m->rules->arena);
	for (i = 0; i < all; i++) {
		with.first = constant(m, packed[i]);
		with.count++;
	}
	with.first -= with.count - 1;
	if (caseless)
		pick.flags |= TSR_EXPRESSION_CASELESS;
	return emit(m, TSR_EXPRESSION_IN, pick, with, go);
}

static unsigned
make_relation(struct maker *m, enum tsr_expression_op op, struct pick pick,
    const struct tsr_json *v, struct exits go)
{
	struct operands with;
	struct tsr_span s;
	double d;

	if (v->type != TSR_JSON_STRING && v->type != TSR_JSON_ARRAY &&
	    v->type != TSR_JSON_OBJECT)
		return emit_one(m, op, pick, *v, go);
	s = text_of(m, v);
	with.first = constant(m, tsr_json_string(s));
	with.count = 2;
	(void)constant(
	    m, tsr_number_of_text(&d, s) ? number(d) : null());
	return emit(m, op, pick, with, go);
}

static unsigned
make_regex(struct maker *m, struct pick pick, const struct tsr_json *v,
    bool caseless, struct exits go)
{
	struct tsr_regex_error err;
	struct tsr_span automaton;

	if (v->type != TSR_JSON_STRING)
		return refuse(m, v, go, "an expression is a string");
	if (tsr_rules_pattern_make(
		&automaton, &err, m->rules, v->u.string, caseless))
		return emit_one(m, TSR_EXPRESSION_REGEX, pick,
		    tsr_json_string(automaton), go);
	if (m->rules->relaxed && err.fault == TSR_REGEX_SYNTAX)
		return go.no;
	tsr_diag_add(m->rules->diag, TSR_ERROR, "R006", tsr_json_where(v),
	    "%s", err.text);
	if (err.hint != NULL)
		tsr_diag_hint(m->rules->diag, "%s", err.hint);
	m->failed = true;
	return go.no;
}

/* What an author may not have meant: see rules_lint.c. */
static bool
check_version(struct maker *m, const struct tsr_json *v)
{
	struct tsr_span s = tsr_json_text(v);
	size_t i, digits = 0;

	if (v->type != TSR_JSON_STRING) {
		fail(m, tsr_json_where(v), "a version is written as a string");
		return false;
	}
	for (i = 0; i < s.n && digits < 6 && s.p[i] != '+'; i++)
		digits = tsr_is_digit(s.p[i]) ? digits + 1 : 0;
	if (digits < 6)
		return true;
	tsr_diag_add(m->rules->diag, TSR_ERROR, "R019", tsr_json_where(v),
	    "a number of more than five digits is out of order among versions");
	tsr_diag_hint(m->rules->diag, "compare it as a number of its own");
	m->failed = true;
	return false;
}

/* Values of several types: one of them cannot be what comes. */
static bool
check_mixed(struct maker *m, const struct tsr_json *list)
{
	const struct tsr_json *first = NULL, *v;
	uint32_t i;

	for (i = 0; i < list->count && !m->rules->relaxed; i++) {
		v = &list->u.items[i];
		if (v->type == TSR_JSON_NULL)
			continue;
		if (first == NULL)
			first = v;
		if (v->type == first->type ||
		    (tsr_json_is_number(v) && tsr_json_is_number(first)))
			continue;
		fail(m, tsr_json_where(v),
		    "the values of this list are of different types");
		return false;
	}
	return true;
}

static unsigned
make_version(struct maker *m, enum tsr_expression_op op, struct pick pick,
    const struct tsr_json *v, struct exits go)
{
	struct tsr_span s = {NULL, 0}, padded = {NULL, 0};
	size_t room;

	if (!m->rules->relaxed && !check_version(m, v))
		return go.no;
	if (v->type == TSR_JSON_STRING || tsr_json_is_number(v))
		s = text_of(m, v);
	room = TSR_VERSIONTEXT_ROOM(s.n);
	(void)tsr_versiontext(
	    &padded, s, tsr_arena_alloc(m->rules->arena, room), room);
	return emit_one(m, op, pick, tsr_json_string(padded), go);
}

static unsigned
make_size(struct maker *m, struct pick pick, const struct tsr_json *v,
    struct exits go)
{
	struct pick length = pick;

	/* A length has no length. */
	if ((pick.flags & TSR_EXPRESSION_LENGTH) != 0)
		return go.no;
	length.flags |= TSR_EXPRESSION_LENGTH;
	go.yes = make_field(m, length, v, false, go);
	return emit_array(m, pick, go);
}

/* An EACH whose body is made of a field or of a whole condition. */
static unsigned
make_each(struct maker *m, struct pick pick, const struct tsr_json *v,
    bool whole, struct exits go)
{
	const struct exits inner = {
	    TSR_EXPRESSION_TRUE, TSR_EXPRESSION_FALSE};
	struct pick item = {0, 0};
	unsigned body, at;
	bool caseless = (pick.flags & TSR_EXPRESSION_CASELESS) != 0;

	pick.flags &= ~(unsigned)TSR_EXPRESSION_CASELESS;
	if (m->each == TSR_EXPRESSION_DEPTH)
		return fail(m, tsr_json_where(v),
		    "lists inside lists are asked too deeply here");
	m->each++;
	body = whole ? make_condition(m, v, inner)
		     : make_field(m, item, v, caseless, inner);
	m->each--;
	at = emit_none(m, TSR_EXPRESSION_EACH, pick, go);
	if (!m->failed)
		tsr_put16(m->code.p + (size_t)at * TSR_EXPRESSION_SIZE + 12,
		    (uint16_t)body);
	return at;
}

static unsigned
make_elem_match(struct maker *m, struct pick pick, const struct tsr_json *v,
    struct exits go)
{
	if (v->type != TSR_JSON_OBJECT)
		return fail(m, tsr_json_where(v),
		    "$elemMatch takes an object");
	return make_each(m, pick, v, !tsr_condition_is_operators(v), go);
}

static unsigned
make_all(struct maker *m, struct pick pick, const struct tsr_json *v,
    bool caseless, struct exits go)
{
	unsigned target = go.yes;
	struct pick each = pick;
	uint32_t i;

	if (v->type != TSR_JSON_ARRAY)
		return refuse(m, v, go, "$all takes a list");
	if (v->count == 0)
		return emit_array(m, pick, go);
	each.flags |= TSR_EXPRESSION_NULLS;
	if (caseless)
		each.flags |= TSR_EXPRESSION_CASELESS;
	for (i = v->count; i > 0; i--)
		target = make_each(m, each, &v->u.items[i - 1], false,
		    (struct exits){target, go.no});
	return target;
}

static unsigned
make_type(struct maker *m, struct pick pick, const struct tsr_json *v,
    struct exits go)
{
	static const char *const names[TSR_EXPRESSION_TYPE_COUNT] = {
	    "null", "boolean", "number", "string", "array", "object"};
	size_t i;

	for (i = 0; i < TSR_EXPRESSION_TYPE_COUNT; i++)
		if (is(tsr_json_text(v), names[i]))
			return emit_one(m, TSR_EXPRESSION_TYPE, pick,
			    number((double)i), go);
	return refuse(m, v, go,
	    "$type is null, boolean, number, string, array or object");
}

static unsigned
make_moment(struct maker *m, enum tsr_expression_op op, struct pick pick,
    const struct tsr_json *v, struct exits go)
{
	double d;

	if (tsr_json_is_number(v))
		d = tsr_json_number(v);
	else if (!tsr_instant_read(&d, tsr_json_text(v)))
		return fail(m, tsr_json_where(v), "a moment is written as in "
		    "\"2026-03-29\" or \"2026-03-29T10:00:00+02:00\"");
	return emit_one(m, op, pick, number(d), go);
}

static unsigned
make_cidr(struct maker *m, struct pick pick, const struct tsr_json *v,
    struct exits go)
{
	const struct tsr_json *list = v;
	struct operands with = {0, 0};
	struct tsr_netaddr network;
	uint32_t i, n = 1;
	uint8_t *bytes;

	if (v->type == TSR_JSON_ARRAY) {
		list = v->u.items;
		n = v->count;
	}
	for (i = 0; i < n; i++) {
		if (!tsr_netaddr_read(&network, tsr_json_text(&list[i]), true))
			return fail(m, tsr_json_where(&list[i]),
			    "a network is written as in \"192.0.2.0/24\" or "
			    "\"2001:db8::/32\"");
		bytes = tsr_arena_alloc(m->rules->arena, 17);
		memcpy(bytes, network.bytes, 16);
		bytes[16] = network.bits;
		with.first =
		    constant(m, tsr_json_string(tsr_span_of(bytes, 17)));
		with.count++;
	}
	if (n == 0)
		return go.no;
	with.first -= n - 1;
	return emit(m, TSR_EXPRESSION_CIDR, pick, with, go);
}

static unsigned
make_part(struct maker *m, enum tsr_expression_op op, struct pick pick,
    const struct tsr_json *v, struct exits go)
{
	if (v->type != TSR_JSON_STRING)
		return fail(m, tsr_json_where(v), "this takes a string");
	return emit_one(m, op, pick, *v, go);
}

static unsigned
make_group(struct maker *m, struct pick pick, const struct tsr_json *v,
    bool in, struct exits go)
{
	const struct tsr_json *list = tsr_rules_group_list(m->rules, v);

	if (!m->rules->relaxed && !tsr_rules_has_group(m->rules, v)) {
		tsr_diag_add(m->rules->diag, TSR_ERROR, "R002",
		    tsr_json_where(v), "no such saved group");
		m->failed = true;
	}
	if (list == NULL)
		return go.no;
	return make_in(m, pick, list, false, in ? go : swap(go));
}

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
		return make_type(m, pick, v, go);
	case W_VEQ:
		return make_version(m, TSR_EXPRESSION_VERSION_EQ, pick, v, go);
	case W_VNE:
		return make_version(
		    m, TSR_EXPRESSION_VERSION_EQ, pick, v, swap(go));
	case W_VLT:
	case W_VLTE:
	case W_VGT:
	case W_VGTE:
		return make_version(m, (enum tsr_expression_op)(
		    TSR_EXPRESSION_VERSION_LT + (w - W_VLT)), pick, v, go);
	case W_STARTS:
	case W_ENDS:
	case W_CONTAINS:
		return make_part(m, (enum tsr_expression_op)(
		    TSR_EXPRESSION_STARTS + (w - W_STARTS)), pick, v, go);
	case W_BEFORE:
		return make_moment(m, TSR_EXPRESSION_BEFORE, pick, v, go);
	case W_AFTER:
		return make_moment(m, TSR_EXPRESSION_AFTER, pick, v, go);
	default:
		return make_cidr(m, pick, v, go);
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
		return make_eq(m, pick, v, go);
	case W_NE:
		return make_eq(m, pick, v, swap(go));
	case W_LT:
	case W_LTE:
	case W_GT:
	case W_GTE:
		return make_relation(m, (enum tsr_expression_op)(
		    TSR_EXPRESSION_LT + (w - W_LT)), pick, v, go);
	case W_EXISTS:
		return emit_none(m, TSR_EXPRESSION_EXISTS, pick,
		    tsr_condition_truthy(v) ? go : swap(go));
	case W_IN:
	case W_NIN:
	case W_INI:
	case W_NINI:
		if (v->type != TSR_JSON_ARRAY)
			return refuse(m, v, go,
			    "$in and its like take a list of values");
		if (!check_mixed(m, v))
			return go.no;
		return make_in(m, pick, v, w == W_INI || w == W_NINI,
		    w == W_IN || w == W_INI ? go : swap(go));
	case W_IN_GROUP:
	case W_NOT_IN_GROUP:
		return make_group(m, pick, v, w == W_IN_GROUP, go);
	case W_NOT:
		return make_field(m, pick, v, false, swap(go));
	case W_SIZE:
		return make_size(m, pick, v, go);
	case W_ELEM_MATCH:
		return make_elem_match(m, pick, v, go);
	case W_ALL:
	case W_ALLI:
		return make_all(m, pick, v, w == W_ALLI, go);
	case W_REGEX:
	case W_REGEXI:
		return make_regex(m, pick, v, w == W_REGEXI, go);
	case W_COUNT:
		if (!m->rules->relaxed)
			fail(m, tsr_json_name_where(o), "unknown operator");
		return go.no;
	default:
		return make_late(m, pick, w, v, go);
	}
}

static unsigned
make_field(struct maker *m, struct pick pick, const struct tsr_json *v,
    bool caseless, struct exits go)
{
	uint32_t i;

	if (!tsr_condition_is_operators(v))
		return make_bare(m, pick, v, caseless, go);
	if (m->rules->depth >= DEPTH_MAX)
		return fail(m, tsr_json_where(v), "conditions nest too deeply");
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
		return fail(m, tsr_json_where(v),
		    "this operator takes a list of conditions");
	/* An empty $or holds. */
	if (v->count == 0)
		return go.yes;
	for (i = v->count; i > 0 && !m->failed; i--)
		if (any)
			go.no = make_condition(m, &v->u.items[i - 1], go);
		else
			go.yes = make_condition(m, &v->u.items[i - 1], go);
	return any ? go.no : go.yes;
}

static struct pick
pick_path(struct maker *m, struct tsr_span path)
{
	return (struct pick){constant(m, tsr_json_string(path)), 0};
}

static unsigned
make_saved_group(
    struct maker *m, const struct tsr_json *v, struct exits go)
{
	struct tsr_seen_group seen;
	struct tsr_group group;
	unsigned target;

	if (!tsr_rules_group(&group, m->rules, v))
		return refuse(m, v, go,
		    "no such saved group, or one that names itself");
	if (group.list != NULL)
		return make_in(
		    m, pick_path(m, group.path), group.list, false, go);
	seen.id = group.id;
	seen.outer = m->rules->seen;
	m->rules->seen = &seen;
	target = make_condition(m, group.condition, go);
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
		return make_condition(m, &c->value, swap(go));
	if (is(c->name, "$savedGroup"))
		return make_saved_group(m, &c->value, go);
	return make_field(m, pick_path(m, c->name), &c->value, false, go);
}

static unsigned
make_condition(struct maker *m, const struct tsr_json *v, struct exits go)
{
	uint32_t i;

	if (v->type != TSR_JSON_OBJECT)
		return fail(
		    m, tsr_json_where(v), "a condition is an object");
	if (m->rules->depth >= DEPTH_MAX)
		return fail(m, tsr_json_where(v), "conditions nest too deeply");
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
				  : make_bare(&m, pick, &member->value, false,
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
