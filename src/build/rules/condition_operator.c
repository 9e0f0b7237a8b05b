/*
 * condition_operator - what a field's value must be: the operators.
 */
#include "build/rules/condition_inner.h"

#include "core/automaton.h"
#include "core/instant.h"
#include "core/netaddr.h"

typedef bool operator_fn(const struct tsr_condition_run *run,
    const struct tsr_json *value, const struct tsr_json *operand);

/* ---- lists ---- */

bool
tsr_condition_one_of(const struct tsr_json *value, const struct tsr_json *list,
    bool caseless)
{
	uint32_t i, j;

	for (i = 0; i < list->count; i++) {
		if (tsr_condition_same(value, &list->u.items[i], caseless))
			return true;
		if (!tsr_json_is(value, TSR_JSON_ARRAY))
			continue;
		for (j = 0; j < value->count; j++)
			if (tsr_condition_same(&value->u.items[j],
				&list->u.items[i], caseless))
				return true;
	}
	return false;
}

/* What is no list has nothing in it and nothing outside of it. */
static bool
is_in(const struct tsr_json *value, const struct tsr_json *list, bool in,
    bool caseless)
{
	return tsr_json_is(list, TSR_JSON_ARRAY) &&
	    tsr_condition_one_of(value, list, caseless) == in;
}

static bool
size(const struct tsr_condition_run *run, const struct tsr_json *value,
    const struct tsr_json *operand)
{
	struct tsr_json count;

	if (!tsr_json_is(value, TSR_JSON_ARRAY))
		return false;
	count = tsr_json_integer(value->count);
	return tsr_condition_field(run, &count, operand);
}

static bool
elem_match(const struct tsr_condition_run *run, const struct tsr_json *value,
    const struct tsr_json *operand)
{
	struct tsr_condition_run inner = *run;
	bool field = tsr_condition_is_operators(operand);
	uint32_t i;

	if (!tsr_json_is(value, TSR_JSON_ARRAY) ||
	    !tsr_json_is(operand, TSR_JSON_OBJECT))
		return false;
	inner.item = true;
	for (i = 0; i < value->count; i++) {
		if (tsr_condition_is_null(&value->u.items[i]))
			continue;
		if (field ? tsr_condition_field(
			&inner, &value->u.items[i], operand)
			  : tsr_condition_whole(
			&inner, operand, &value->u.items[i]))
			return true;
	}
	return false;
}

static bool
all(const struct tsr_condition_run *run, const struct tsr_json *value,
    const struct tsr_json *operand, bool caseless)
{
	const struct tsr_json *want;
	uint32_t i, j;

	if (!tsr_json_is(value, TSR_JSON_ARRAY) ||
	    !tsr_json_is(operand, TSR_JSON_ARRAY))
		return false;
	for (i = 0; i < operand->count; i++) {
		want = &operand->u.items[i];
		for (j = 0; j < value->count; j++)
			if (tsr_condition_is_operators(want)
				? tsr_condition_field(
				      run, &value->u.items[j], want)
				: tsr_condition_bare(&value->u.items[j], want,
				      caseless))
				break;
		if (j == value->count)
			return false;
	}
	return true;
}

/* ---- texts ---- */

static bool
matches(const struct tsr_condition_world *world, const struct tsr_json *value,
    const struct tsr_json *pattern, bool caseless)
{
	struct tsr_buf text;
	struct tsr_span automaton;
	bool ok;

	if (!tsr_json_is(pattern, TSR_JSON_STRING))
		return false;
	automaton =
	    world->automaton(world->ctx, pattern->u.string, caseless);
	tsr_buf_init(&text, SIZE_MAX / 2);
	tsr_condition_text(&text, value);
	ok = automaton.n > 0 &&
	    tsr_automaton_match(automaton, tsr_buf_view(&text));
	tsr_buf_free(&text);
	return ok;
}

static bool
has_type(const struct tsr_json *value, const struct tsr_json *type)
{
	static const char *const names[TSR_JSON_TYPE_COUNT] = {
	    [TSR_JSON_NULL] = "null", [TSR_JSON_BOOLEAN] = "boolean",
	    [TSR_JSON_INTEGER] = "number", [TSR_JSON_REAL] = "number",
	    [TSR_JSON_STRING] = "string", [TSR_JSON_ARRAY] = "array",
	    [TSR_JSON_OBJECT] = "object"};
	const char *name =
	    names[value == NULL ? TSR_JSON_NULL : value->type];

	return tsr_span_eq(
	    tsr_json_text(type), tsr_span_of(name, strlen(name)));
}

/* Where a text must stand in a text: at -1 its begin, 1 its end, 0 anywhere. */
static bool
stands(const struct tsr_json *value, const struct tsr_json *part, int where)
{
	size_t i, last;

	if (!tsr_json_is(value, TSR_JSON_STRING) ||
	    !tsr_json_is(part, TSR_JSON_STRING) ||
	    part->u.string.n > value->u.string.n)
		return false;
	last = value->u.string.n - part->u.string.n;
	for (i = where > 0 ? last : 0; i <= (where < 0 ? 0 : last); i++)
		if (tsr_span_eq(part->u.string,
			tsr_span_part(value->u.string, i, part->u.string.n)))
			return true;
	return false;
}

/* ---- versions, moments, addresses ---- */

/* Where the part of a version text begins that a + cuts off. */
static size_t
version_end(struct tsr_span s)
{
	size_t i, from = 0;

	/* .* goes no further than its line, $ is the end of all. */
	for (i = 0; i < s.n; i++)
		if (s.p[i] == '\n' || s.p[i] == '\r' ||
		    (s.n - i >= 3 && s.p[i] == 0xe2 && s.p[i + 1] == 0x80 &&
			(s.p[i + 2] & 0xfe) == 0xa8))
			from = i + 1;
	return tsr_span_find(s, '+', from);
}

static void
add_version_part(struct tsr_buf *out, struct tsr_span part)
{
	size_t i;

	for (i = 0; i < part.n && tsr_is_digit(part.p[i]); i++)
		;
	if (i > 0 && i == part.n && part.n < 5)
		tsr_buf_fill(out, ' ', 5 - part.n);
	tsr_buf_add(out, part);
}

void
tsr_condition_version(struct tsr_buf *out, const struct tsr_json *v)
{
	struct tsr_buf text;
	struct tsr_span s;
	size_t i, from = 0, parts = 1;

	tsr_buf_init(&text, SIZE_MAX / 2);
	if (tsr_json_is(v, TSR_JSON_STRING) || tsr_json_is_number(v))
		tsr_condition_text(&text, v);
	if (text.n == 0)
		tsr_buf_byte(&text, '0');
	s = tsr_buf_view(&text);
	s = tsr_span_part(s, 0, version_end(s));
	if (s.n > 0 && s.p[0] == 'v')
		s = tsr_span_from(s, 1);
	for (i = 0; i < s.n; i++) {
		if (s.p[i] != '-' && s.p[i] != '.')
			continue;
		add_version_part(out, tsr_span_part(s, from, i - from));
		tsr_buf_byte(out, '-');
		from = i + 1;
		parts++;
	}
	add_version_part(out, tsr_span_from(s, from));
	if (parts == 3)
		tsr_buf_text(out, "-~");
	tsr_buf_free(&text);
}

static int
cmp_versions(const struct tsr_json *a, const struct tsr_json *b)
{
	struct tsr_json x, y;
	struct tsr_buf v, w;
	int order = 0;

	tsr_buf_init(&v, SIZE_MAX / 2);
	tsr_buf_init(&w, SIZE_MAX / 2);
	tsr_condition_version(&v, a);
	tsr_condition_version(&w, b);
	x = tsr_json_string(tsr_buf_view(&v));
	y = tsr_json_string(tsr_buf_view(&w));
	(void)tsr_condition_order(&order, &x, &y);
	tsr_buf_free(&v);
	tsr_buf_free(&w);
	return order;
}

static bool
moment(double *out, const struct tsr_json *v)
{
	if (tsr_json_is_number(v)) {
		*out = tsr_json_number(v);
		return true;
	}
	return tsr_json_is(v, TSR_JSON_STRING) &&
	    tsr_instant_read(out, v->u.string);
}

static bool
is_in_network(const struct tsr_json *value, const struct tsr_json *network)
{
	struct tsr_netaddr address, net;
	unsigned i, bit, low;
	uint32_t k;

	if (tsr_json_is(network, TSR_JSON_ARRAY)) {
		for (k = 0; k < network->count; k++)
			if (network->u.items[k].type == TSR_JSON_STRING &&
			    is_in_network(value, &network->u.items[k]))
				return true;
		return false;
	}
	if (!tsr_netaddr_read(&address, tsr_json_text(value), false) ||
	    !tsr_netaddr_read(&net, tsr_json_text(network), true))
		return false;
	for (bit = 0; bit < net.bits; bit++) {
		i = bit / 8;
		low = 7 - bit % 8;
		if ((address.bytes[i] >> low & 1) !=
		    (net.bytes[i] >> low & 1))
			return false;
	}
	return true;
}

/* ---- by name ---- */

#define OPERATOR(name, expression)                                       \
	static bool name(const struct tsr_condition_run *run,            \
	    const struct tsr_json *value, const struct tsr_json *operand) \
	{                                                                \
		(void)run;                                               \
		return expression;                                       \
	}

#define ORDER(name, test)                                                \
	static bool name(const struct tsr_condition_run *run,            \
	    const struct tsr_json *value, const struct tsr_json *operand) \
	{                                                                \
		int order;                                               \
                                                                         \
		(void)run;                                               \
		return tsr_condition_order(&order, value, operand) &&    \
		    order test 0;                                        \
	}

#define MOMENT(name, test)                                               \
	static bool name(const struct tsr_condition_run *run,            \
	    const struct tsr_json *value, const struct tsr_json *operand) \
	{                                                                \
		double is, than;                                         \
                                                                         \
		(void)run;                                               \
		return moment(&is, value) && moment(&than, operand) &&   \
		    is test than;                                        \
	}

OPERATOR(op_eq, tsr_condition_same(value, operand, false))
OPERATOR(op_ne, !tsr_condition_same(value, operand, false))
OPERATOR(op_in, is_in(value, operand, true, false))
OPERATOR(op_nin, is_in(value, operand, false, false))
OPERATOR(op_ini, is_in(value, operand, true, true))
OPERATOR(op_nini, is_in(value, operand, false, true))
OPERATOR(op_in_group,
    tsr_condition_is_in_group(run->world, value, operand, true))
OPERATOR(op_not_in_group,
    tsr_condition_is_in_group(run->world, value, operand, false))
OPERATOR(op_exists,
    tsr_condition_truthy(operand) != tsr_condition_is_null(value))
OPERATOR(op_type, has_type(value, operand))
OPERATOR(op_not, !tsr_condition_field(run, value, operand))
OPERATOR(op_regex, matches(run->world, value, operand, false))
OPERATOR(op_regexi, matches(run->world, value, operand, true))
OPERATOR(op_all, all(run, value, operand, false))
OPERATOR(op_alli, all(run, value, operand, true))
OPERATOR(op_veq, cmp_versions(value, operand) == 0)
OPERATOR(op_vne, cmp_versions(value, operand) != 0)
OPERATOR(op_vlt, cmp_versions(value, operand) < 0)
OPERATOR(op_vlte, cmp_versions(value, operand) <= 0)
OPERATOR(op_vgt, cmp_versions(value, operand) > 0)
OPERATOR(op_vgte, cmp_versions(value, operand) >= 0)
OPERATOR(op_starts, stands(value, operand, -1))
OPERATOR(op_ends, stands(value, operand, 1))
OPERATOR(op_contains, stands(value, operand, 0))
OPERATOR(op_cidr, is_in_network(value, operand))
ORDER(op_lt, <)
ORDER(op_lte, <=)
ORDER(op_gt, >)
ORDER(op_gte, >=)
MOMENT(op_before, <)
MOMENT(op_after, >)

static const struct {
	const char *name;
	operator_fn *run;
} operators[] = {
    {"$eq", op_eq}, {"$ne", op_ne}, {"$lt", op_lt}, {"$lte", op_lte},
    {"$gt", op_gt}, {"$gte", op_gte}, {"$in", op_in}, {"$nin", op_nin},
    {"$ini", op_ini}, {"$nini", op_nini}, {"$exists", op_exists},
    {"$not", op_not}, {"$type", op_type}, {"$regex", op_regex},
    {"$regexi", op_regexi}, {"$size", size}, {"$elemMatch", elem_match},
    {"$all", op_all}, {"$alli", op_alli}, {"$inGroup", op_in_group},
    {"$notInGroup", op_not_in_group}, {"$veq", op_veq}, {"$vne", op_vne},
    {"$vlt", op_vlt}, {"$vlte", op_vlte}, {"$vgt", op_vgt},
    {"$vgte", op_vgte}, {"$startsWith", op_starts}, {"$endsWith", op_ends},
    {"$contains", op_contains}, {"$before", op_before}, {"$after", op_after},
    {"$cidr", op_cidr}};

static bool
apply(const struct tsr_condition_run *run, struct tsr_span operator,
    const struct tsr_json *value, const struct tsr_json *operand)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(operators); i++)
		if (tsr_span_eq(operator, tsr_span_of(operators[i].name,
			strlen(operators[i].name))))
			return operators[i].run(run, value, operand);
	return false;
}

bool
tsr_condition_field(const struct tsr_condition_run *run,
    const struct tsr_json *value, const struct tsr_json *expected)
{
	uint32_t i;

	if (!tsr_condition_is_operators(expected))
		return tsr_condition_bare(value, expected, false);
	for (i = 0; i < expected->count; i++)
		if (!apply(run, expected->u.members[i].name, value,
			&expected->u.members[i].value))
			return false;
	return true;
}

bool
tsr_condition_apply(const struct tsr_condition_world *world,
    struct tsr_span operator, const struct tsr_json *value,
    const struct tsr_json *operand)
{
	const struct tsr_condition_run run = {.world = world};

	return operator.n == 0 ? tsr_condition_bare(value, operand, false)
			       : apply(&run, operator, value, operand);
}
