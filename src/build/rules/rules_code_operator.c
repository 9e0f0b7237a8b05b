/*
 * rules_code_operator - operators as code for core's expressions: paths into
 * JSON, tests of the items of arrays, versions, texts.
 */
#include "build/rules/rules_code.h"

#include "core/instant.h"
#include "core/netaddr.h"
#include "core/number.h"
#include "core/versiontext.h"

unsigned
tsr_code_bare(struct maker *m, struct pick pick, const struct tsr_json *v,
    bool caseless, struct exits go)
{
	struct operands with;
	struct tsr_span s;

	switch (v->type) {
	case TSR_JSON_NULL:
		return tsr_code_none(m, TSR_EXPRESSION_EXISTS, pick, swap(go));
	case TSR_JSON_ARRAY:
	case TSR_JSON_OBJECT:
		return tsr_code_one(m, TSR_EXPRESSION_JSON, pick,
		    tsr_json_string(tsr_code_json_of(m, v)), go);
	case TSR_JSON_STRING:
		s = caseless ? tsr_code_lower(m, v->u.string) : v->u.string;
		with.first = tsr_code_constant(m, tsr_json_string(s));
		with.count = 2;
		(void)tsr_code_constant(m, tsr_code_number_of(s));
		if (caseless)
			pick.flags |= TSR_EXPRESSION_CASELESS;
		return tsr_code_emit(m, TSR_EXPRESSION_BARE, pick, with, go);
	default:
		return tsr_code_one(m, TSR_EXPRESSION_BARE, pick, *v, go);
	}
}

unsigned
tsr_code_eq(struct maker *m, struct pick pick, const struct tsr_json *v,
    struct exits go)
{
	if (v->type == TSR_JSON_NULL)
		return tsr_code_none(m, TSR_EXPRESSION_EXISTS, pick, swap(go));
	if (v->type == TSR_JSON_ARRAY || v->type == TSR_JSON_OBJECT)
		return go.no;
	return tsr_code_one(m, TSR_EXPRESSION_EQ, pick, *v, go);
}

unsigned
tsr_code_in(struct maker *m, struct pick pick, const struct tsr_json *v,
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
			list[n].u.string = tsr_code_lower(m, list[n].u.string);
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
		with.first = tsr_code_constant(m, packed[i]);
		with.count++;
	}
	with.first -= with.count - 1;
	if (caseless)
		pick.flags |= TSR_EXPRESSION_CASELESS;
	return tsr_code_emit(m, TSR_EXPRESSION_IN, pick, with, go);
}

unsigned
tsr_code_relation(struct maker *m, enum tsr_expression_op op, struct pick pick,
    const struct tsr_json *v, struct exits go)
{
	struct operands with;
	struct tsr_span s;
	double d;

	if (v->type != TSR_JSON_STRING && v->type != TSR_JSON_ARRAY &&
	    v->type != TSR_JSON_OBJECT)
		return tsr_code_one(m, op, pick, *v, go);
	s = tsr_code_text_of(m, v);
	with.first = tsr_code_constant(m, tsr_json_string(s));
	with.count = 2;
	(void)tsr_code_constant(
	    m, tsr_number_of_text(&d, s) ? tsr_code_number(d) : tsr_code_null());
	return tsr_code_emit(m, op, pick, with, go);
}

unsigned
tsr_code_regex(struct maker *m, struct pick pick, const struct tsr_json *v,
    bool caseless, struct exits go)
{
	struct tsr_regex_error err;
	struct tsr_span automaton;

	if (v->type != TSR_JSON_STRING)
		return tsr_code_refuse(m, v, go, "an expression is a string");
	if (tsr_rules_pattern_make(
		&automaton, &err, m->rules, v->u.string, caseless))
		return tsr_code_one(m, TSR_EXPRESSION_REGEX, pick,
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
		tsr_code_fail(m, tsr_json_where(v), "a version is written as a string");
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
bool
tsr_code_mixed(struct maker *m, const struct tsr_json *list)
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
		tsr_code_fail(m, tsr_json_where(v),
		    "the values of this list are of different types");
		return false;
	}
	return true;
}

unsigned
tsr_code_version(struct maker *m, enum tsr_expression_op op, struct pick pick,
    const struct tsr_json *v, struct exits go)
{
	struct tsr_span s = {NULL, 0}, padded = {NULL, 0};
	size_t room;

	if (!m->rules->relaxed && !check_version(m, v))
		return go.no;
	if (v->type == TSR_JSON_STRING || tsr_json_is_number(v))
		s = tsr_code_text_of(m, v);
	room = TSR_VERSIONTEXT_ROOM(s.n);
	(void)tsr_versiontext(
	    &padded, s, tsr_arena_alloc(m->rules->arena, room), room);
	return tsr_code_one(m, op, pick, tsr_json_string(padded), go);
}

unsigned
tsr_code_size(struct maker *m, struct pick pick, const struct tsr_json *v,
    struct exits go)
{
	struct pick length = pick;

	/* A length has no length. */
	if ((pick.flags & TSR_EXPRESSION_LENGTH) != 0)
		return go.no;
	length.flags |= TSR_EXPRESSION_LENGTH;
	go.yes = tsr_code_field(m, length, v, false, go);
	return tsr_code_array(m, pick, go);
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
		return tsr_code_fail(m, tsr_json_where(v),
		    "lists inside lists are asked too deeply here");
	m->each++;
	body = whole ? tsr_code_condition(m, v, inner)
		     : tsr_code_field(m, item, v, caseless, inner);
	m->each--;
	at = tsr_code_none(m, TSR_EXPRESSION_EACH, pick, go);
	if (!m->failed)
		tsr_put16(m->code.p + (size_t)at * TSR_EXPRESSION_SIZE + 12,
		    (uint16_t)body);
	return at;
}

unsigned
tsr_code_elem_match(struct maker *m, struct pick pick, const struct tsr_json *v,
    struct exits go)
{
	if (v->type != TSR_JSON_OBJECT)
		return tsr_code_fail(m, tsr_json_where(v),
		    "$elemMatch takes an object");
	return make_each(m, pick, v, !tsr_condition_is_operators(v), go);
}

unsigned
tsr_code_all(struct maker *m, struct pick pick, const struct tsr_json *v,
    bool caseless, struct exits go)
{
	unsigned target = go.yes;
	struct pick each = pick;
	uint32_t i;

	if (v->type != TSR_JSON_ARRAY)
		return tsr_code_refuse(m, v, go, "$all takes a list");
	if (v->count == 0)
		return tsr_code_array(m, pick, go);
	each.flags |= TSR_EXPRESSION_NULLS;
	if (caseless)
		each.flags |= TSR_EXPRESSION_CASELESS;
	for (i = v->count; i > 0; i--)
		target = make_each(m, each, &v->u.items[i - 1], false,
		    (struct exits){target, go.no});
	return target;
}

unsigned
tsr_code_type(struct maker *m, struct pick pick, const struct tsr_json *v,
    struct exits go)
{
	static const char *const names[TSR_EXPRESSION_TYPE_COUNT] = {
	    "null", "boolean", "number", "string", "array", "object"};
	size_t i;

	for (i = 0; i < TSR_EXPRESSION_TYPE_COUNT; i++)
		if (is(tsr_json_text(v), names[i]))
			return tsr_code_one(m, TSR_EXPRESSION_TYPE, pick,
			    tsr_code_number((double)i), go);
	return tsr_code_refuse(m, v, go,
	    "$type is null, boolean, number, string, array or object");
}

unsigned
tsr_code_moment(struct maker *m, enum tsr_expression_op op, struct pick pick,
    const struct tsr_json *v, struct exits go)
{
	double d;

	if (tsr_json_is_number(v))
		d = tsr_json_number(v);
	else if (!tsr_instant_read(&d, tsr_json_text(v)))
		return tsr_code_fail(m, tsr_json_where(v), "a moment is written as in "
		    "\"2026-03-29\" or \"2026-03-29T10:00:00+02:00\"");
	return tsr_code_one(m, op, pick, tsr_code_number(d), go);
}

unsigned
tsr_code_cidr(struct maker *m, struct pick pick, const struct tsr_json *v,
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
			return tsr_code_fail(m, tsr_json_where(&list[i]),
			    "a network is written as in \"192.0.2.0/24\" or "
			    "\"2001:db8::/32\"");
		bytes = tsr_arena_alloc(m->rules->arena, 17);
		memcpy(bytes, network.bytes, 16);
		bytes[16] = network.bits;
		with.first =
		    tsr_code_constant(m, tsr_json_string(tsr_span_of(bytes, 17)));
		with.count++;
	}
	if (n == 0)
		return go.no;
	with.first -= n - 1;
	return tsr_code_emit(m, TSR_EXPRESSION_CIDR, pick, with, go);
}

unsigned
tsr_code_part(struct maker *m, enum tsr_expression_op op, struct pick pick,
    const struct tsr_json *v, struct exits go)
{
	if (v->type != TSR_JSON_STRING)
		return tsr_code_fail(m, tsr_json_where(v), "this takes a string");
	return tsr_code_one(m, op, pick, *v, go);
}

unsigned
tsr_code_group(struct maker *m, struct pick pick, const struct tsr_json *v,
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
	return tsr_code_in(m, pick, list, false, in ? go : swap(go));
}
