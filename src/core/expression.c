/*
 * expression - one test of a value that may be an array or object.
 *
 * A scalar is tested by the predicate of the same name; an array or object is
 * first turned into what JavaScript would turn it into.
 */
#include "core/expression.h"

#include "core/automaton.h"
#include "core/expression_inner.h"
#include "core/instant.h"
#include "core/jsonread.h"
#include "core/jsontext.h"
#include "core/lower.h"
#include "core/netaddr.h"
#include "core/value.h"
#include "core/versiontext.h"

struct run {
	struct tsr_expression e;
	uint8_t text[TSR_JSON_MAX]; /* of the value tested, unescaped */
	uint8_t made[TSR_JSON_MAX + 16]; /* what was made of it */
};

/* What paths begin at: a value, or the JSON of an item. */
struct scope {
	const struct tsr_value *value;
	struct tsr_span json; /* when value is NULL */
};

static double
number_at(const struct run *r, uint32_t i)
{
	const uint8_t *p = tsr_expression_operand(&r->e, i);

	return p != NULL && p[0] == TSR_OPERAND_NUMBER ? tsr_le_double(p + 8)
						       : 0;
}

/* ---- the value that is tested ---- */

/* One step of a path into JSON; false: there is nothing. */
static bool
step(struct tsr_span *json, size_t *length, struct tsr_span name)
{
	uint64_t index = 0;
	size_t i;

	if (tsr_jsonread_kind(*json) == TSR_JSONREAD_OBJECT)
		return tsr_jsonread_find(json, *json, name);
	if (tsr_jsonread_kind(*json) != TSR_JSONREAD_ARRAY)
		return false;
	if (tsr_span_eq(name, TSR_LIT("length"))) {
		*length = tsr_jsonread_count(*json);
		return true;
	}
	for (i = 0; i < name.n && i < 10; i++) {
		if (!tsr_is_digit(name.p[i]) || (i > 0 && name.p[0] == '0'))
			return false;
		index = index * 10 + (uint64_t)(name.p[i] - '0');
	}
	return i > 0 && i == name.n && tsr_jsonread_at(json, *json, index);
}

/*
 * The value at a path. An array's length has no JSON: *is_length then, and
 * nothing can follow.
 */
static bool
walk(struct tsr_span *json, size_t *length, bool *is_length,
    struct tsr_span path)
{
	size_t from, end;

	*is_length = false;
	for (from = 0; from <= path.n; from = end + 1) {
		end = tsr_span_find(path, '.', from);
		*length = SIZE_MAX;
		if (*is_length ||
		    !step(json, length,
			tsr_span_part(path, from, end - from)))
			return false;
		*is_length = *length != SIZE_MAX;
	}
	return true;
}

static void
set_number(struct tsr_value *out, size_t n)
{
	memset(out, 0, sizeof(*out));
	out->kind = TSR_VALUE_NUMBER;
	out->number = (double)n;
}

static void
read_item(struct tsr_value *out, struct run *r, struct tsr_span json)
{
	memset(out, 0, sizeof(*out));
	out->kind = TSR_VALUE_JSON;
	out->string = json;
	/* A whole array or object was checked with what it stands in. */
	if (tsr_jsonread_kind(json) < TSR_JSONREAD_ARRAY)
		tsr_value_json(out, json, r->text, sizeof(r->text));
}

static bool
is_array(const struct tsr_value *v)
{
	return v->kind == TSR_VALUE_JSON &&
	    tsr_jsonread_kind(v->string) == TSR_JSONREAD_ARRAY;
}

/* False: its length is asked and it is no array. */
static bool
load(struct tsr_value *out, struct run *r, const struct scope *scope,
    const uint8_t *code)
{
	struct tsr_span json = scope->json, path;
	size_t length;
	bool is_length;

	memset(out, 0, sizeof(*out));
	out->kind = TSR_VALUE_MISSING;
	if (tsr_le16(code + 2) == 0) {
		if (scope->value != NULL)
			*out = *scope->value;
		else
			read_item(out, r, json);
	} else {
		path = tsr_expression_string(&r->e, tsr_le16(code + 2));
		if (scope->value != NULL)
			json = scope->value->kind == TSR_VALUE_JSON
			    ? scope->value->string : tsr_span_of(NULL, 0);
		if (walk(&json, &length, &is_length, path)) {
			if (is_length)
				set_number(out, length);
			else
				read_item(out, r, json);
		}
	}
	if ((code[1] & TSR_EXPRESSION_LENGTH) == 0)
		return true;
	if (!is_array(out))
		return false;
	set_number(out, tsr_jsonread_count(out->string));
	return true;
}

/* String(value); false when it is too long. */
static bool
text_of(struct tsr_span *out, struct run *r, const struct tsr_value *v)
{
	struct tsr_jsontext text = {.room = r->made, .cap = TSR_JSON_MAX};

	switch (v->kind) {
	case TSR_VALUE_STRING:
		*out = v->string;
		return true;
	case TSR_VALUE_BOOLEAN:
		*out = v->boolean ? TSR_LIT("true") : TSR_LIT("false");
		return true;
	case TSR_VALUE_NUMBER:
		tsr_jsontext_number(&text, v->number);
		break;
	case TSR_VALUE_JSON:
		tsr_jsontext_string(&text, v->string);
		break;
	default:
		*out = TSR_LIT("null");
		return true;
	}
	*out = tsr_span_of(r->made, text.n);
	return tsr_jsontext_done(&text);
}

/* v becomes the string it is, in lower case if that is asked. */
static bool
make_text(struct tsr_value *v, struct run *r, bool caseless)
{
	struct tsr_span s;
	bool in_text = v->string.p == r->text;

	if (!text_of(&s, r, v))
		return false;
	v->kind = TSR_VALUE_STRING;
	v->string = s;
	if (!caseless)
		return true;
	if (in_text || s.p != r->made)
		return tsr_lower_text(
		    &v->string, s, r->made, sizeof(r->made));
	return tsr_lower_text(&v->string, s, r->text, sizeof(r->text));
}

/* ---- tests ---- */

/* The predicate of that name over operands of the expression. */
static bool
predicate(const struct run *r, enum tsr_operator operator,
    const uint8_t *code, const struct tsr_value *v)
{
	uint8_t record[TSR_PREDICATE_SIZE] = {0};
	uint32_t first = tsr_le32(code + 4), count = tsr_le32(code + 8);

	if (first > r->e.count || count > r->e.count - first)
		return false;
	record[0] = (uint8_t)operator;
	tsr_put32(record + 8, r->e.first + first);
	tsr_put32(record + 12, count);
	return tsr_predicate_holds(r->e.t, record, v);
}

static bool
is_one_of(struct run *r, const uint8_t *code, struct tsr_value *v)
{
	struct tsr_span rest, json;
	bool caseless = (code[1] & TSR_EXPRESSION_CASELESS) != 0;
	struct tsr_value item;

	if (!is_array(v)) {
		if (caseless && v->kind == TSR_VALUE_STRING &&
		    !make_text(v, r, true))
			return false;
		return v->kind != TSR_VALUE_JSON &&
		    predicate(r, TSR_OPERATOR_IN, code, v);
	}
	rest = tsr_jsonread_parts(v->string);
	while (tsr_jsonread_item(&json, &rest)) {
		read_item(&item, r, json);
		if (item.kind == TSR_VALUE_JSON ||
		    (caseless && item.kind == TSR_VALUE_STRING &&
			!make_text(&item, r, true)))
			continue;
		if (predicate(r, TSR_OPERATOR_IN, code, &item))
			return true;
	}
	return false;
}

static bool
is_bare(struct run *r, const uint8_t *code, struct tsr_value *v)
{
	const uint8_t *operand = tsr_expression_operand(&r->e, tsr_le32(code + 4));
	bool caseless = (code[1] & TSR_EXPRESSION_CASELESS) != 0;

	if (operand == NULL)
		return false;
	/* Truthiness and null are asked of the value itself. */
	if (operand[0] == TSR_OPERAND_STRING
		? caseless || v->kind == TSR_VALUE_JSON
		: operand[0] == TSR_OPERAND_NUMBER &&
		    v->kind == TSR_VALUE_JSON)
		if (!make_text(v, r, caseless))
			return false;
	return predicate(r, TSR_OPERATOR_BARE, code, v);
}

static bool
relates(struct run *r, const uint8_t *code, struct tsr_value *v)
{
	unsigned by = (unsigned)code[0] - TSR_EXPRESSION_LT;

	if (v->kind == TSR_VALUE_JSON && !make_text(v, r, false))
		return false;
	return predicate(
	    r, (enum tsr_operator)(TSR_OPERATOR_LT + by), code, v);
}

static bool
has_json(const struct tsr_value *v, struct tsr_span want)
{
	struct tsr_jsontext text = {.want = want};

	/* Nothing else is written like this: arrays and objects are asked. */
	if (v->kind != TSR_VALUE_JSON)
		return false;
	tsr_jsontext_json(&text, v->string);
	return tsr_jsontext_done(&text);
}

static bool
has_type(const struct tsr_value *v, double type)
{
	static const uint8_t types[] = {[TSR_VALUE_MISSING] =
	    TSR_EXPRESSION_NULL, [TSR_VALUE_BOOLEAN] = TSR_EXPRESSION_BOOLEAN,
	    [TSR_VALUE_NUMBER] = TSR_EXPRESSION_NUMBER,
	    [TSR_VALUE_STRING] = TSR_EXPRESSION_STRING,
	    [TSR_VALUE_JSON] = TSR_EXPRESSION_OBJECT};
	double is = is_array(v) ? TSR_EXPRESSION_ARRAY : types[v->kind];

	return is >= type && is <= type;
}

static bool
version_relates(struct run *r, unsigned op, struct tsr_span want,
    const struct tsr_value *v)
{
	struct tsr_span s = {NULL, 0}, made;
	uint8_t room[TSR_JSON_MAX];
	int c;

	if (v->kind == TSR_VALUE_STRING || v->kind == TSR_VALUE_NUMBER)
		(void)text_of(&s, r, v);
	if (!tsr_versiontext(&made, s, room, sizeof(room)))
		return false;
	c = tsr_predicate_cmp(made, want);
	switch (op) {
	case TSR_EXPRESSION_VERSION_EQ:
		return c == 0;
	case TSR_EXPRESSION_VERSION_LT:
		return c < 0;
	case TSR_EXPRESSION_VERSION_LTE:
		return c <= 0;
	case TSR_EXPRESSION_VERSION_GT:
		return c > 0;
	default:
		return c >= 0;
	}
}

static bool
contains(struct tsr_span s, struct tsr_span part)
{
	size_t i;

	for (i = 0; part.n <= s.n && i <= s.n - part.n; i++)
		if (tsr_span_starts(tsr_span_from(s, i), part))
			return true;
	return false;
}

static bool
has_text(unsigned op, struct tsr_span part, const struct tsr_value *v)
{
	if (v->kind != TSR_VALUE_STRING)
		return false;
	switch (op) {
	case TSR_EXPRESSION_STARTS:
		return tsr_span_starts(v->string, part);
	case TSR_EXPRESSION_ENDS:
		return tsr_span_ends(v->string, part);
	default:
		return contains(v->string, part);
	}
}

static bool
is_beside(unsigned op, double moment, const struct tsr_value *v)
{
	double d;

	if (v->kind == TSR_VALUE_NUMBER)
		d = v->number;
	else if (v->kind != TSR_VALUE_STRING ||
	    !tsr_instant_read(&d, v->string))
		return false;
	return op == TSR_EXPRESSION_BEFORE ? d < moment : d > moment;
}

static bool
is_in_network(
    const struct run *r, const uint8_t *code, const struct tsr_value *v)
{
	uint32_t first = tsr_le32(code + 4), count = tsr_le32(code + 8), i;
	struct tsr_netaddr address, network;
	struct tsr_span s;

	if (v->kind != TSR_VALUE_STRING ||
	    !tsr_netaddr_read(&address, v->string, false))
		return false;
	for (i = 0; i < count && first + i < r->e.count; i++) {
		s = tsr_expression_string(&r->e, first + i);
		if (s.n != 17)
			continue;
		memcpy(network.bytes, s.p, 16);
		network.bits = s.p[16];
		if (tsr_netaddr_in(&address, &network))
			return true;
	}
	return false;
}

static bool
test(struct run *r, const uint8_t *code, const struct scope *scope)
{
	uint32_t first = tsr_le32(code + 4);
	struct tsr_value v;

	if (!load(&v, r, scope, code))
		return false;
	switch (code[0]) {
	case TSR_EXPRESSION_EXISTS:
		return v.kind != TSR_VALUE_MISSING;
	case TSR_EXPRESSION_EQ:
		return v.kind != TSR_VALUE_JSON &&
		    predicate(r, TSR_OPERATOR_EQ, code, &v);
	case TSR_EXPRESSION_IN:
		return is_one_of(r, code, &v);
	case TSR_EXPRESSION_BARE:
		return is_bare(r, code, &v);
	case TSR_EXPRESSION_LT:
	case TSR_EXPRESSION_LTE:
	case TSR_EXPRESSION_GT:
	case TSR_EXPRESSION_GTE:
		return relates(r, code, &v);
	case TSR_EXPRESSION_JSON:
		return has_json(&v, tsr_expression_string(&r->e, first));
	case TSR_EXPRESSION_REGEX:
		return make_text(&v, r, false) &&
		    tsr_automaton_match(tsr_expression_string(&r->e, first), v.string);
	case TSR_EXPRESSION_TYPE:
		return has_type(&v, number_at(r, first));
	case TSR_EXPRESSION_VERSION_EQ:
	case TSR_EXPRESSION_VERSION_LT:
	case TSR_EXPRESSION_VERSION_LTE:
	case TSR_EXPRESSION_VERSION_GT:
	case TSR_EXPRESSION_VERSION_GTE:
		return version_relates(r, code[0], tsr_expression_string(&r->e, first), &v);
	case TSR_EXPRESSION_STARTS:
	case TSR_EXPRESSION_ENDS:
	case TSR_EXPRESSION_CONTAINS:
		return has_text(code[0], tsr_expression_string(&r->e, first), &v);
	case TSR_EXPRESSION_BEFORE:
	case TSR_EXPRESSION_AFTER:
		return is_beside(code[0], number_at(r, first), &v);
	case TSR_EXPRESSION_CIDR:
		return is_in_network(r, code, &v);
	default:
		return false;
	}
}

/* ---- the run ---- */

struct frame {
	struct tsr_span rest; /* items not tested yet */
	struct scope scope;   /* outside */
	const uint8_t *code;  /* of the EACH */
};

/* The next item of a frame becomes the scope; false: there is none. */
static bool
next_item(struct scope *scope, struct frame *f)
{
	bool nulls = (f->code[1] & TSR_EXPRESSION_NULLS) != 0;

	scope->value = NULL;
	while (tsr_jsonread_item(&scope->json, &f->rest))
		if (nulls ||
		    tsr_jsonread_kind(scope->json) != TSR_JSONREAD_NULL)
			return true;
	return false;
}

bool
tsr_expression_holds(const struct tsr_table *t, uint32_t first,
    uint32_t count, const struct tsr_value *value)
{
	struct frame frames[TSR_EXPRESSION_DEPTH], *f;
	struct scope scope = {.value = value};
	struct run r;
	const uint8_t *code;
	struct tsr_value v;
	unsigned target, depth = 0, steps;

	r.e.t = t;
	r.e.first = first;
	r.e.count = count;
	r.e.code = tsr_expression_string(&r.e, 0);
	if (r.e.code.n < TSR_EXPRESSION_HEAD)
		return false;
	target = tsr_le16(r.e.code.p);
	for (steps = 0; steps < TSR_EXPRESSION_STEPS; steps++) {
		if (target >= TSR_EXPRESSION_FALSE) {
			if (depth == 0)
				return target == TSR_EXPRESSION_TRUE;
			f = &frames[depth - 1];
			if (target == TSR_EXPRESSION_FALSE &&
			    next_item(&scope, f)) {
				target = tsr_le16(f->code + 12);
				continue;
			}
			scope = f->scope;
			target = tsr_le16(f->code +
			    (target == TSR_EXPRESSION_TRUE ? 14 : 16));
			depth--;
			continue;
		}
		code = tsr_expression_instruction(&r.e, target);
		if (code == NULL)
			return false;
		if (code[0] != TSR_EXPRESSION_EACH) {
			target = tsr_le16(
			    code + (test(&r, code, &scope) ? 14 : 16));
			continue;
		}
		if (!load(&v, &r, &scope, code) || !is_array(&v)) {
			target = tsr_le16(code + 16);
			continue;
		}
		if (depth == TSR_EXPRESSION_DEPTH)
			return false;
		f = &frames[depth++];
		f->rest = tsr_jsonread_parts(v.string);
		f->scope = scope;
		f->code = code;
		target = TSR_EXPRESSION_FALSE;
	}
	return false;
}
