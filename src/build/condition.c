/*
 * condition - the meaning of a condition, read from its JSON every time.
 */
#include "build/condition.h"

#include "build/regex.h"
#include "build/rules.h"
#include "core/automaton.h"
#include "core/number.h"

/* Conditions inside conditions and segments: beyond it nothing holds. */
#define DEPTH_MAX 256

static bool
is(struct tsr_span s, const char *name)
{
	return tsr_span_eq(s, tsr_span_of(name, strlen(name)));
}

bool
tsr_condition_is_operators(const struct tsr_json *v)
{
	uint32_t i;

	if (!tsr_json_is(v, TSR_JSON_OBJECT) || v->count == 0)
		return false;
	for (i = 0; i < v->count; i++)
		if (!tsr_span_starts(v->u.members[i].name, TSR_LIT("$")))
			return false;
	return true;
}

static bool
is_null(const struct tsr_json *v)
{
	return v == NULL || v->type == TSR_JSON_NULL;
}

/* String(v). */
static void
add_text(struct tsr_buf *out, const struct tsr_json *v)
{
	uint32_t i;

	if (v == NULL)
		tsr_buf_text(out, "null");
	else if (v->type == TSR_JSON_STRING)
		tsr_buf_add(out, v->u.string);
	else if (v->type == TSR_JSON_OBJECT)
		tsr_buf_text(out, "[object Object]");
	else if (v->type == TSR_JSON_ARRAY)
		for (i = 0; i < v->count; i++) {
			if (i > 0)
				tsr_buf_byte(out, ',');
			if (!is_null(&v->u.items[i]))
				add_text(out, &v->u.items[i]);
		}
	else
		tsr_json_write(out, v);
}

bool
tsr_condition_truthy(const struct tsr_json *v)
{
	if (is_null(v))
		return false;
	switch (v->type) {
	case TSR_JSON_BOOLEAN:
		return v->u.boolean;
	case TSR_JSON_INTEGER:
	case TSR_JSON_REAL:
		return tsr_json_number(v) < 0 || tsr_json_number(v) > 0;
	case TSR_JSON_STRING:
		return v->u.string.n > 0;
	default:
		return true;
	}
}

bool
tsr_condition_number(double *out, const struct tsr_json *v)
{
	struct tsr_buf text;
	bool ok;

	*out = 0;
	if (is_null(v))
		return true;
	if (tsr_json_is_number(v)) {
		*out = tsr_json_number(v);
		return true;
	}
	if (v->type == TSR_JSON_BOOLEAN) {
		*out = v->u.boolean;
		return true;
	}
	tsr_buf_init(&text, SIZE_MAX / 2);
	add_text(&text, v);
	ok = tsr_number_of_text(out, tsr_buf_view(&text));
	tsr_buf_free(&text);
	return ok;
}

/* === ; SameValueZero is the same here, where there is no NaN. */
static bool
same(const struct tsr_json *a, const struct tsr_json *b)
{
	double x, y;

	if (is_null(a) || is_null(b))
		return is_null(a) && is_null(b);
	if (tsr_json_is_number(a) && tsr_json_is_number(b)) {
		x = tsr_json_number(a);
		y = tsr_json_number(b);
		return x >= y && x <= y;
	}
	if (a->type != b->type)
		return false;
	if (a->type == TSR_JSON_STRING)
		return tsr_span_eq(a->u.string, b->u.string);
	return a->type == TSR_JSON_BOOLEAN && a->u.boolean == b->u.boolean;
}

static bool
bare(const struct tsr_json *value, const struct tsr_json *operand)
{
	struct tsr_buf a, b;
	double x, y;
	bool equal;

	if (is_null(operand))
		return is_null(value);
	if (tsr_json_is_number(operand)) {
		y = tsr_json_number(operand);
		return tsr_condition_number(&x, value) && x >= y && x <= y;
	}
	if (operand->type == TSR_JSON_BOOLEAN)
		return !is_null(value) &&
		    tsr_condition_truthy(value) == operand->u.boolean;
	tsr_buf_init(&a, SIZE_MAX / 2);
	tsr_buf_init(&b, SIZE_MAX / 2);
	if (operand->type == TSR_JSON_STRING) {
		add_text(&a, value);
		equal = tsr_span_eq(tsr_buf_view(&a), operand->u.string);
	} else {
		if (value != NULL)
			tsr_json_write(&a, value);
		tsr_json_write(&b, operand);
		equal = tsr_span_eq(tsr_buf_view(&a), tsr_buf_view(&b));
	}
	tsr_buf_free(&a);
	tsr_buf_free(&b);
	return equal;
}

/* The next UTF-16 unit; *low keeps the second half of a pair. */
static uint32_t
next_unit(struct tsr_span *s, uint32_t *low)
{
	uint32_t c = *low;
	size_t n;

	if (c != 0) {
		*low = 0;
		return c;
	}
	c = tsr_automaton_decode(&n, s->p, s->p + s->n);
	*s = tsr_span_from(*s, n);
	if (c < 0x10000)
		return c;
	*low = 0xdc00 + ((c - 0x10000) & 0x3ff);
	return 0xd800 + ((c - 0x10000) >> 10);
}

static int
cmp_units(struct tsr_span a, struct tsr_span b)
{
	uint32_t x, y, low_a = 0, low_b = 0;

	while ((a.n > 0 || low_a != 0) && (b.n > 0 || low_b != 0)) {
		x = next_unit(&a, &low_a);
		y = next_unit(&b, &low_b);
		if (x != y)
			return x < y ? -1 : 1;
	}
	if (a.n > 0 || low_a != 0)
		return 1;
	return b.n > 0 || low_b != 0 ? -1 : 0;
}

/* Arrays and objects become texts before they are compared. */
static bool
is_textual(const struct tsr_json *v)
{
	return v != NULL &&
	    (v->type == TSR_JSON_STRING || v->type == TSR_JSON_ARRAY ||
		v->type == TSR_JSON_OBJECT);
}

/* *order becomes <0, 0, >0; false when nothing can be said (NaN). */
static bool
compare(int *order, const struct tsr_json *a, const struct tsr_json *b)
{
	struct tsr_buf x, y;
	double d, e;

	if (is_textual(a) && is_textual(b)) {
		tsr_buf_init(&x, SIZE_MAX / 2);
		tsr_buf_init(&y, SIZE_MAX / 2);
		add_text(&x, a);
		add_text(&y, b);
		*order = cmp_units(tsr_buf_view(&x), tsr_buf_view(&y));
		tsr_buf_free(&x);
		tsr_buf_free(&y);
		return true;
	}
	if (!tsr_condition_number(&d, a) || !tsr_condition_number(&e, b))
		return false;
	*order = d < e ? -1 : d > e;
	return true;
}

static bool
one_of(const struct tsr_json *value, const struct tsr_json *list)
{
	uint32_t i, j;

	for (i = 0; i < list->count; i++) {
		if (same(value, &list->u.items[i]))
			return true;
		if (tsr_json_is(value, TSR_JSON_ARRAY))
			for (j = 0; j < value->count; j++)
				if (same(&value->u.items[j],
					&list->u.items[i]))
					return true;
	}
	return false;
}

static bool
matches(const struct tsr_condition_world *world, const struct tsr_json *value,
    const struct tsr_json *pattern)
{
	struct tsr_buf text;
	struct tsr_span automaton;
	bool ok;

	if (!tsr_json_is(pattern, TSR_JSON_STRING))
		return false;
	automaton = world->automaton(world->ctx, pattern->u.string);
	tsr_buf_init(&text, SIZE_MAX / 2);
	add_text(&text, value);
	ok = automaton.n > 0 &&
	    tsr_automaton_match(automaton, tsr_buf_view(&text));
	tsr_buf_free(&text);
	return ok;
}

static bool
field(const struct tsr_condition_world *world, const struct tsr_json *value,
    const struct tsr_json *expected)
{
	uint32_t i;

	if (!tsr_condition_is_operators(expected))
		return bare(value, expected);
	for (i = 0; i < expected->count; i++)
		if (!tsr_condition_apply(world, expected->u.members[i].name,
			value, &expected->u.members[i].value))
			return false;
	return true;
}

bool
tsr_condition_apply(const struct tsr_condition_world *world,
    struct tsr_span operator, const struct tsr_json *value,
    const struct tsr_json *operand)
{
	int order;

	if (operator.n == 0)
		return bare(value, operand);
	if (is(operator, "$eq"))
		return same(value, operand);
	if (is(operator, "$ne"))
		return !same(value, operand);
	if (is(operator, "$in"))
		return tsr_json_is(operand, TSR_JSON_ARRAY) &&
		    one_of(value, operand);
	if (is(operator, "$nin"))
		return tsr_json_is(operand, TSR_JSON_ARRAY) &&
		    !one_of(value, operand);
	if (is(operator, "$exists"))
		return tsr_condition_truthy(operand) != is_null(value);
	if (is(operator, "$regex"))
		return matches(world, value, operand);
	if (is(operator, "$not"))
		return !field(world, value, operand);
	if (is(operator, "$lt"))
		return compare(&order, value, operand) && order < 0;
	if (is(operator, "$lte"))
		return compare(&order, value, operand) && order <= 0;
	if (is(operator, "$gt"))
		return compare(&order, value, operand) && order > 0;
	if (is(operator, "$gte"))
		return compare(&order, value, operand) && order >= 0;
	return false;
}

/* One step of a path: a member, an item, an array's length. */
static const struct tsr_json *
step(struct tsr_json *room, const struct tsr_json *v, struct tsr_span name)
{
	uint64_t index = 0;
	size_t i;

	if (v->type == TSR_JSON_OBJECT)
		return tsr_json_find(v, name);
	if (v->type != TSR_JSON_ARRAY)
		return NULL;
	if (is(name, "length")) {
		*room = tsr_json_integer(v->count);
		return room;
	}
	for (i = 0; i < name.n && i < 10; i++) {
		if (!tsr_is_digit(name.p[i]) || (i > 0 && name.p[0] == '0'))
			return NULL;
		index = index * 10 + (uint64_t)(name.p[i] - '0');
	}
	return i > 0 && i == name.n && index < v->count ? &v->u.items[index]
							: NULL;
}

static const struct tsr_json *
look_up(struct tsr_json *room, const struct tsr_condition_world *world,
    const struct tsr_json *object, struct tsr_span path)
{
	const struct tsr_json *v = tsr_json_find(world->known, path);
	size_t from, end;

	if (v != NULL)
		return v;
	if (world->flat)
		return tsr_json_find(object, path);
	for (v = object, from = 0; v != NULL && from <= path.n;
	     from = end + 1) {
		end = tsr_span_find(path, '.', from);
		v = step(room, v, tsr_span_part(path, from, end - from));
	}
	return v;
}

static bool eval(const struct tsr_condition_world *world,
    const struct tsr_json *condition, const struct tsr_json *object,
    unsigned depth);

/* How many of a list hold: -1 when it is no list. */
static int64_t
count_held(const struct tsr_condition_world *world,
    const struct tsr_json *list, const struct tsr_json *object, unsigned depth)
{
	int64_t n = 0;
	uint32_t i;

	if (list->type != TSR_JSON_ARRAY)
		return -1;
	for (i = 0; i < list->count; i++)
		n += eval(world, &list->u.items[i], object, depth);
	return n;
}

static bool
eval_segment(const struct tsr_condition_world *world, struct tsr_span name,
    const struct tsr_json *object, unsigned depth)
{
	const struct tsr_json *segment = tsr_json_find(world->segments, name);
	const struct tsr_json *audience = tsr_json_get(segment, "audience");

	return audience != NULL && eval(world, audience, object, depth);
}

static bool
eval_member(const struct tsr_condition_world *world,
    const struct tsr_member *m, const struct tsr_json *object, unsigned depth)
{
	const struct tsr_json *v = &m->value;
	struct tsr_json room;
	int64_t held;

	if (is(m->name, "$and"))
		return count_held(world, v, object, depth) == v->count;
	/* An empty $or holds; so an empty $nor does not. */
	if (is(m->name, "$or")) {
		held = count_held(world, v, object, depth);
		return held > 0 || (held == 0 && v->count == 0);
	}
	if (is(m->name, "$nor"))
		return v->count > 0 &&
		    count_held(world, v, object, depth) == 0;
	if (is(m->name, "$not"))
		return !eval(world, v, object, depth);
	if (is(m->name, "$segment"))
		return eval_segment(world, tsr_json_text(v), object, depth);
	return field(world, look_up(&room, world, object, m->name), v);
}

static bool
eval(const struct tsr_condition_world *world, const struct tsr_json *condition,
    const struct tsr_json *object, unsigned depth)
{
	uint32_t i;

	if (depth > DEPTH_MAX)
		return false;
	if (condition->type == TSR_JSON_STRING)
		return eval_segment(
		    world, condition->u.string, object, depth + 1);
	if (condition->type != TSR_JSON_OBJECT)
		return false;
	for (i = 0; i < condition->count; i++)
		if (!eval_member(world, &condition->u.members[i], object,
			depth + 1))
			return false;
	return true;
}

bool
tsr_condition_eval(const struct tsr_condition_world *world,
    const struct tsr_json *condition, const struct tsr_json *object)
{
	return eval(world, condition, object, 0);
}

static struct tsr_span
compile_now(void *ctx, struct tsr_span pattern)
{
	struct tsr_regex_error err;
	struct tsr_span automaton;

	if (!tsr_regex_compile(
		&automaton, &err, pattern, TSR_REGEX_UTF16, ctx))
		return tsr_span_of(NULL, 0);
	return automaton;
}

bool
tsr_condition_holds(
    const struct tsr_json *condition, const struct tsr_json *object)
{
	struct tsr_arena arena;
	struct tsr_condition_world world = {
	    .automaton = compile_now, .ctx = &arena};
	bool holds;

	tsr_arena_init(&arena);
	holds = eval(&world, condition, object, 0);
	tsr_arena_free(&arena);
	return holds;
}
