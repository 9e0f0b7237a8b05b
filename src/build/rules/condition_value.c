/*
 * condition_value - what JavaScript makes of a value when it compares.
 */
#include "build/rules/condition_inner.h"

#include <stdlib.h>

#include "core/automaton.h"
#include "core/lower.h"
#include "core/number.h"

bool
tsr_condition_is_null(const struct tsr_json *v)
{
	return v == NULL || v->type == TSR_JSON_NULL;
}

void
tsr_condition_text(struct tsr_buf *out, const struct tsr_json *v)
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
			if (!tsr_condition_is_null(&v->u.items[i]))
				tsr_condition_text(out, &v->u.items[i]);
		}
	else
		tsr_json_write(out, v);
}

/* ---- JSON.stringify ---- */

/* The number that a name is as an index of an array, or UINT64_MAX. */
static uint64_t
index_of(struct tsr_span name)
{
	uint64_t n = 0;
	size_t i;

	if (name.n == 0 || name.n > 10 || (name.n > 1 && name.p[0] == '0'))
		return UINT64_MAX;
	for (i = 0; i < name.n; i++) {
		if (!tsr_is_digit(name.p[i]))
			return UINT64_MAX;
		n = n * 10 + (uint64_t)(name.p[i] - '0');
	}
	return n < UINT32_MAX ? n : UINT64_MAX;
}

static int
cmp_members(const void *a, const void *b)
{
	const struct tsr_member *x = a, *y = b;
	uint64_t i = index_of(x->name), j = index_of(y->name);

	if (i != j)
		return i < j ? -1 : 1;
	return x->off < y->off ? -1 : x->off > y->off;
}

static void
add_quoted(struct tsr_buf *out, struct tsr_span s)
{
	static const char escapes[] = "\bb\ff\nn\rr\tt\"\"\\\\";
	size_t i, k;

	tsr_buf_byte(out, '"');
	for (i = 0; i < s.n; i++) {
		for (k = 0; escapes[k] != 0; k += 2)
			if (s.p[i] == (uint8_t)escapes[k])
				break;
		if (escapes[k] != 0)
			tsr_buf_printf(out, "\\%c", escapes[k + 1]);
		else if (s.p[i] < 0x20)
			tsr_buf_printf(out, "\\u%04x", s.p[i]);
		else
			tsr_buf_byte(out, s.p[i]);
	}
	tsr_buf_byte(out, '"');
}

/* Names that are indices come first, in their order; then as written. */
static void
add_members(struct tsr_buf *out, const struct tsr_json *v)
{
	struct tsr_arena arena;
	struct tsr_member *list;
	uint32_t i;

	tsr_arena_init(&arena);
	list = TSR_NEW_ARRAY(&arena, struct tsr_member, v->count);
	for (i = 0; i < v->count; i++) {
		list[i] = v->u.members[i];
		list[i].off = i;
	}
	if (v->count > 0)
		qsort(list, v->count, sizeof(*list), cmp_members);
	for (i = 0; i < v->count; i++) {
		if (i > 0)
			tsr_buf_byte(out, ',');
		add_quoted(out, list[i].name);
		tsr_buf_byte(out, ':');
		tsr_condition_json(out, &list[i].value);
	}
	tsr_arena_free(&arena);
}

void
tsr_condition_json(struct tsr_buf *out, const struct tsr_json *v)
{
	uint32_t i;

	if (v == NULL)
		tsr_buf_text(out, "null");
	else if (v->type == TSR_JSON_STRING)
		add_quoted(out, v->u.string);
	else if (v->type == TSR_JSON_ARRAY) {
		tsr_buf_byte(out, '[');
		for (i = 0; i < v->count; i++) {
			if (i > 0)
				tsr_buf_byte(out, ',');
			tsr_condition_json(out, &v->u.items[i]);
		}
		tsr_buf_byte(out, ']');
	} else if (v->type == TSR_JSON_OBJECT) {
		tsr_buf_byte(out, '{');
		add_members(out, v);
		tsr_buf_byte(out, '}');
	} else
		tsr_json_write(out, v);
}

/* ---- comparing ---- */

bool
tsr_condition_truthy(const struct tsr_json *v)
{
	if (tsr_condition_is_null(v))
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
	if (tsr_condition_is_null(v))
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
	tsr_condition_text(&text, v);
	ok = tsr_number_of_text(out, tsr_buf_view(&text));
	tsr_buf_free(&text);
	return ok;
}

void
tsr_condition_lower(struct tsr_buf *out, struct tsr_span s)
{
	struct tsr_arena arena;
	struct tsr_span lower = s;
	size_t room = s.n * 3 + 8;

	tsr_arena_init(&arena);
	(void)tsr_lower_text(
	    &lower, s, tsr_arena_alloc(&arena, room), room);
	tsr_buf_add(out, lower);
	tsr_arena_free(&arena);
}

static bool
same_lower(struct tsr_span a, struct tsr_span b)
{
	struct tsr_buf x, y;
	bool same;

	tsr_buf_init(&x, SIZE_MAX / 2);
	tsr_buf_init(&y, SIZE_MAX / 2);
	tsr_condition_lower(&x, a);
	tsr_condition_lower(&y, b);
	same = tsr_span_eq(tsr_buf_view(&x), tsr_buf_view(&y));
	tsr_buf_free(&x);
	tsr_buf_free(&y);
	return same;
}

/* SameValueZero is the same as === here, where there is no NaN. */
bool
tsr_condition_same(
    const struct tsr_json *a, const struct tsr_json *b, bool caseless)
{
	double x, y;

	if (tsr_condition_is_null(a) || tsr_condition_is_null(b))
		return tsr_condition_is_null(a) && tsr_condition_is_null(b);
	if (tsr_json_is_number(a) && tsr_json_is_number(b)) {
		x = tsr_json_number(a);
		y = tsr_json_number(b);
		return x >= y && x <= y;
	}
	if (a->type != b->type)
		return false;
	if (a->type == TSR_JSON_STRING)
		return caseless ? same_lower(a->u.string, b->u.string)
				: tsr_span_eq(a->u.string, b->u.string);
	return a->type == TSR_JSON_BOOLEAN && a->u.boolean == b->u.boolean;
}

bool
tsr_condition_bare(
    const struct tsr_json *value, const struct tsr_json *operand, bool caseless)
{
	struct tsr_buf a, b;
	double x, y;
	bool equal;

	if (tsr_condition_is_null(operand))
		return tsr_condition_is_null(value);
	if (tsr_json_is_number(operand)) {
		y = tsr_json_number(operand);
		return tsr_condition_number(&x, value) && x >= y && x <= y;
	}
	if (operand->type == TSR_JSON_BOOLEAN)
		return !tsr_condition_is_null(value) &&
		    tsr_condition_truthy(value) == operand->u.boolean;
	tsr_buf_init(&a, SIZE_MAX / 2);
	tsr_buf_init(&b, SIZE_MAX / 2);
	if (operand->type == TSR_JSON_STRING) {
		tsr_condition_text(&a, value);
		equal = caseless
		    ? same_lower(tsr_buf_view(&a), operand->u.string)
		    : tsr_span_eq(tsr_buf_view(&a), operand->u.string);
	} else {
		tsr_condition_json(&a, value);
		tsr_condition_json(&b, operand);
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

bool
tsr_condition_order(
    int *order, const struct tsr_json *a, const struct tsr_json *b)
{
	struct tsr_buf x, y;
	double d, e;

	if (is_textual(a) && is_textual(b)) {
		tsr_buf_init(&x, SIZE_MAX / 2);
		tsr_buf_init(&y, SIZE_MAX / 2);
		tsr_condition_text(&x, a);
		tsr_condition_text(&y, b);
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
