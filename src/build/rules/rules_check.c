/*
 * rules_check - mistakes in a condition over records, where there are no
 * declared attributes: operators, their operands, expressions.
 */
#include "build/regex/regex.h"
#include "build/rules/rules_inner.h"
#include "core/instant.h"
#include "core/netaddr.h"

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

static void check_field(struct check *c, const struct tsr_json *v);

static void
check_regex(struct check *c, const struct tsr_json *v, bool caseless)
{
	struct tsr_regex_error err;
	struct tsr_arena arena;
	struct tsr_span automaton;

	if (v->type != TSR_JSON_STRING) {
		mistake(c, "R005", tsr_json_where(v),
		    "an expression is a string");
		return;
	}
	tsr_arena_init(&arena);
	if (!tsr_regex_compile(&automaton, &err, v->u.string,
		TSR_REGEX_UTF16 | (caseless
			? (unsigned)TSR_REGEX_IGNORE_CASE : 0), &arena)) {
		mistake(c, "R006", tsr_json_where(v), err.text);
		if (err.hint != NULL)
			tsr_diag_hint(c->diag, "%s", err.hint);
	}
	tsr_arena_free(&arena);
}

/* What an operator takes. */
enum operand {
	ANYTHING, LIST, FIELD, FIELDS, OBJECT, EXPRESSION, CASELESS, TEXT, TYPE,
	MOMENT, NETWORK, GROUP
};

static const struct {
	const char *name;
	enum operand operand;
} operators[] = {
    {"$eq", ANYTHING}, {"$ne", ANYTHING}, {"$gt", ANYTHING},
    {"$gte", ANYTHING}, {"$lt", ANYTHING}, {"$lte", ANYTHING},
    {"$exists", ANYTHING}, {"$veq", ANYTHING}, {"$vne", ANYTHING},
    {"$vlt", ANYTHING}, {"$vlte", ANYTHING}, {"$vgt", ANYTHING},
    {"$vgte", ANYTHING}, {"$in", LIST}, {"$nin", LIST}, {"$ini", LIST},
    {"$nini", LIST}, {"$not", FIELD}, {"$size", FIELD}, {"$all", FIELDS},
    {"$alli", FIELDS}, {"$elemMatch", OBJECT}, {"$regex", EXPRESSION},
    {"$regexi", CASELESS}, {"$type", TYPE}, {"$startsWith", TEXT},
    {"$endsWith", TEXT}, {"$contains", TEXT}, {"$before", MOMENT},
    {"$after", MOMENT}, {"$cidr", NETWORK}, {"$inGroup", GROUP},
    {"$notInGroup", GROUP}};

static bool
is_type(struct tsr_span s)
{
	return is(s, "string") || is(s, "number") || is(s, "boolean") ||
	    is(s, "array") || is(s, "object") || is(s, "null");
}

static bool
is_moment(const struct tsr_json *v)
{
	double d;

	return tsr_json_is_number(v) ||
	    tsr_instant_read(&d, tsr_json_text(v));
}

static void
check_network(struct check *c, const struct tsr_json *v)
{
	struct tsr_netaddr network;
	uint32_t i;

	if (v->type == TSR_JSON_ARRAY) {
		for (i = 0; i < v->count; i++)
			if (v->u.items[i].type != TSR_JSON_ARRAY)
				check_network(c, &v->u.items[i]);
			else
				mistake(c, "R005",
				    tsr_json_where(&v->u.items[i]),
				    "a network is a string");
	} else if (!tsr_netaddr_read(&network, tsr_json_text(v), true))
		mistake(c, "R005", tsr_json_where(v),
		    "a network is written as in \"192.0.2.0/24\" or "
		    "\"2001:db8::/32\"");
}

/* Lists of values and of what a value must be. */
static void
check_list(struct check *c, const struct tsr_json *v, bool fields)
{
	uint32_t i;

	if (v->type != TSR_JSON_ARRAY) {
		mistake(c, "R005", tsr_json_where(v),
		    "this operator takes a list of values");
		return;
	}
	for (i = 0; i < v->count && fields; i++)
		check_field(c, &v->u.items[i]);
}

static void
check_operand(struct check *c, enum operand operand, const struct tsr_json *v)
{
	const char *text = NULL;

	switch (operand) {
	case LIST:
	case FIELDS:
		check_list(c, v, operand == FIELDS);
		break;
	case FIELD:
		check_field(c, v);
		break;
	case OBJECT:
		if (tsr_condition_is_operators(v))
			check_field(c, v);
		else
			check_condition(c, v);
		break;
	case EXPRESSION:
	case CASELESS:
		check_regex(c, v, operand == CASELESS);
		break;
	case TEXT:
		if (v->type != TSR_JSON_STRING)
			text = "this operator takes a string";
		break;
	case TYPE:
		if (!is_type(tsr_json_text(v)))
			text = "$type is null, boolean, number, string, array "
			       "or object";
		break;
	case MOMENT:
		if (!is_moment(v))
			text = "a moment is written as in \"2026-03-29\" or "
			       "\"2026-03-29T10:00:00+02:00\"";
		break;
	case NETWORK:
		check_network(c, v);
		break;
	default:
		break;
	}
	if (text != NULL)
		mistake(c, "R005", tsr_json_where(v), text);
}

static void
check_operator(struct check *c, const struct tsr_member *m)
{
	struct tsr_span names[TSR_COUNT_OF(operators)], near;
	size_t k;

	for (k = 0; k < TSR_COUNT_OF(operators); k++) {
		names[k] = tsr_span_of(
		    operators[k].name, strlen(operators[k].name));
		if (tsr_span_eq(m->name, names[k]))
			break;
	}
	if (k == TSR_COUNT_OF(operators)) {
		mistake(
		    c, "R004", tsr_json_name_where(m), "unknown operator");
		near = tsr_nearest(m->name, names, k);
		if (near.n > 0)
			tsr_diag_hint(c->diag, "did you mean \"%.*s\"?",
			    TSR_ARG(near));
	} else if (operators[k].operand == GROUP)
		mistake(c, "R002", tsr_json_name_where(m),
		    "a record is in no saved group");
	else
		check_operand(c, operators[k].operand, &m->value);
}

static void
check_field(struct check *c, const struct tsr_json *v)
{
	uint32_t i;

	if (!tsr_condition_is_operators(v))
		return;
	if (++c->depth > DEPTH_MAX)
		mistake(c, "R016", tsr_json_where(v),
		    "conditions nest too deeply");
	for (i = 0; i < v->count && c->depth <= DEPTH_MAX; i++)
		check_operator(c, &v->u.members[i]);
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
	else if (is(m->name, "$savedGroup"))
		mistake(c, "R002", tsr_json_name_where(m),
		    "a record is in no saved group");
	else if (is(m->name, "$segment"))
		mistake(c, "R002", tsr_json_name_where(m),
		    "a record is in no segment");
	else if (tsr_span_starts(m->name, TSR_LIT("$")))
		mistake(c, "R004", tsr_json_name_where(m), "unknown operator");
	else
		check_field(c, &m->value);
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
