/*
 * json_value - looking at JSON values, comparing, patching and writing them.
 */
#include <math.h>

#include "build/read/json.h"

const struct tsr_member *
tsr_json_member(const struct tsr_json *v, struct tsr_span name)
{
	uint32_t i;

	if (v == NULL || v->type != TSR_JSON_OBJECT)
		return NULL;
	for (i = 0; i < v->count; i++)
		if (tsr_span_eq(v->u.members[i].name, name))
			return &v->u.members[i];
	return NULL;
}

const struct tsr_json *
tsr_json_find(const struct tsr_json *v, struct tsr_span name)
{
	const struct tsr_member *m = tsr_json_member(v, name);

	return m != NULL ? &m->value : NULL;
}

const struct tsr_json *
tsr_json_get(const struct tsr_json *v, const char *name)
{
	return tsr_json_find(v, tsr_span_of(name, strlen(name)));
}

struct tsr_span
tsr_json_text(const struct tsr_json *v)
{
	if (!tsr_json_is(v, TSR_JSON_STRING))
		return tsr_span_of(NULL, 0);
	return v->u.string;
}

bool
tsr_json_is(const struct tsr_json *v, enum tsr_json_type type)
{
	return v != NULL && v->type == type;
}

bool
tsr_json_is_number(const struct tsr_json *v)
{
	return tsr_json_is(v, TSR_JSON_INTEGER) ||
	       tsr_json_is(v, TSR_JSON_REAL);
}

double
tsr_json_number(const struct tsr_json *v)
{
	if (tsr_json_is(v, TSR_JSON_INTEGER))
		return (double)v->u.integer;
	return tsr_json_is(v, TSR_JSON_REAL) ? v->u.real : 0;
}

bool
tsr_json_true(const struct tsr_json *v)
{
	return tsr_json_is(v, TSR_JSON_BOOLEAN) && v->u.boolean;
}

/* An integer and a double, without rounding the integer. */
static bool
same_number(int64_t i, double d)
{
	return d >= -0x1p63 && d < 0x1p63 && floor(d) == d && (int64_t)d == i;
}

static bool
same_object(const struct tsr_json *a, const struct tsr_json *b)
{
	const struct tsr_member *m = a->u.members, *other;
	uint32_t i;

	for (i = 0; i < a->count; i++) {
		other = &b->u.members[i];
		if (!tsr_span_eq(m[i].name, other->name))
			other = tsr_json_member(b, m[i].name);
		if (other == NULL || !tsr_json_eq(&m[i].value, &other->value))
			return false;
	}
	return true;
}

bool
tsr_json_eq(const struct tsr_json *a, const struct tsr_json *b)
{
	uint32_t i;

	if (a->type == TSR_JSON_INTEGER && b->type == TSR_JSON_REAL)
		return same_number(a->u.integer, b->u.real);
	if (a->type == TSR_JSON_REAL && b->type == TSR_JSON_INTEGER)
		return same_number(b->u.integer, a->u.real);
	if (a->type != b->type || a->count != b->count)
		return false;
	switch (a->type) {
	case TSR_JSON_BOOLEAN:
		return a->u.boolean == b->u.boolean;
	case TSR_JSON_INTEGER:
		return a->u.integer == b->u.integer;
	case TSR_JSON_REAL:
		return a->u.real == b->u.real;
	case TSR_JSON_STRING:
		return tsr_span_eq(a->u.string, b->u.string);
	case TSR_JSON_ARRAY:
		for (i = 0; i < a->count; i++)
			if (!tsr_json_eq(&a->u.items[i], &b->u.items[i]))
				return false;
		return true;
	case TSR_JSON_OBJECT:
		return same_object(a, b);
	default:
		return true;
	}
}

struct tsr_where
tsr_json_where(const struct tsr_json *v)
{
	return (struct tsr_where){v->src, v->off, 0};
}

struct tsr_where
tsr_json_name_where(const struct tsr_member *m)
{
	return (struct tsr_where){m->src, m->off, 0};
}

struct tsr_json
tsr_json_merge(struct tsr_arena *arena, const struct tsr_json *target,
    const struct tsr_json *patch)
{
	struct tsr_json out = *patch;
	struct tsr_member *list;
	const struct tsr_member *m, *old;
	uint32_t i, kept = 0, n = 0;

	if (patch->type != TSR_JSON_OBJECT)
		return out;
	if (tsr_json_is(target, TSR_JSON_OBJECT)) {
		kept = target->count;
		out.src = target->src;
		out.off = target->off;
	}
	list = TSR_NEW_ARRAY(
	    arena, struct tsr_member, (size_t)kept + patch->count);
	for (i = 0; i < kept; i++) {
		old = &target->u.members[i];
		m = tsr_json_member(patch, old->name);
		if (m != NULL && m->value.type == TSR_JSON_NULL)
			continue;
		list[n] = m != NULL ? *m : *old;
		if (m != NULL)
			list[n].value =
			    tsr_json_merge(arena, &old->value, &m->value);
		n++;
	}
	for (i = 0; i < patch->count; i++) {
		m = &patch->u.members[i];
		if (m->value.type == TSR_JSON_NULL ||
		    (kept > 0 && tsr_json_member(target, m->name) != NULL))
			continue;
		list[n] = *m;
		list[n++].value = tsr_json_merge(arena, NULL, &m->value);
	}
	out.count = n;
	out.u.members = list;
	return out;
}

struct tsr_json
tsr_json_string(struct tsr_span text)
{
	struct tsr_json v = {.type = TSR_JSON_STRING, .u.string = text};

	return v;
}

struct tsr_json
tsr_json_integer(int64_t n)
{
	struct tsr_json v = {.type = TSR_JSON_INTEGER, .u.integer = n};

	return v;
}

struct tsr_json
tsr_json_boolean(bool b)
{
	struct tsr_json v = {.type = TSR_JSON_BOOLEAN, .u.boolean = b};

	return v;
}

void
tsr_json_write(struct tsr_buf *out, const struct tsr_json *v)
{
	uint32_t i;

	switch (v->type) {
	case TSR_JSON_BOOLEAN:
		tsr_buf_text(out, v->u.boolean ? "true" : "false");
		break;
	case TSR_JSON_INTEGER:
	case TSR_JSON_REAL:
		tsr_json_number_text(out, v);
		break;
	case TSR_JSON_STRING:
		tsr_buf_json(out, v->u.string);
		break;
	case TSR_JSON_ARRAY:
		tsr_buf_byte(out, '[');
		for (i = 0; i < v->count; i++) {
			if (i > 0)
				tsr_buf_byte(out, ',');
			tsr_json_write(out, &v->u.items[i]);
		}
		tsr_buf_byte(out, ']');
		break;
	case TSR_JSON_OBJECT:
		tsr_buf_byte(out, '{');
		for (i = 0; i < v->count; i++) {
			if (i > 0)
				tsr_buf_byte(out, ',');
			tsr_buf_json(out, v->u.members[i].name);
			tsr_buf_byte(out, ':');
			tsr_json_write(out, &v->u.members[i].value);
		}
		tsr_buf_byte(out, '}');
		break;
	default:
		tsr_buf_text(out, "null");
	}
}
