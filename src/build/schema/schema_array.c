/*
 * schema_array - the items of an array.
 */
#include <stdlib.h>

#include "build/schema/schema_check.h"

static bool
check_items(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen)
{
	const struct tsr_schema *item;
	bool ok = true;
	uint32_t i;

	for (i = 0; i < v->count && (ok || c->diag != NULL); i++) {
		item = i < s->prefix.count ? s->prefix.at[i] : s->items;
		if (item == NULL)
			break;
		tsr_seen_mark(seen, i);
		ok &= tsr_check_schema(c, item, &v->u.items[i], scope, NULL);
	}
	return ok;
}

static bool
check_contains(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen)
{
	struct tsr_check quiet = *c;
	uint32_t i, n = 0;
	bool few;

	quiet.diag = NULL;
	for (i = 0; i < v->count; i++) {
		if (!tsr_check_schema(
			&quiet, s->contains, &v->u.items[i], scope, NULL))
			continue;
		tsr_seen_mark(seen, i);
		n++;
	}
	few = n < s->min_contains;
	if (!few && n <= s->max_contains)
		return true;
	if (c->diag != NULL)
		tsr_diag_add(c->diag, TSR_ERROR, "S011", tsr_json_where(v),
		    "%u of the items are as \"contains\" asks, expected at "
		    "%s %u",
		    n, few ? "least" : "most",
		    few ? s->min_contains : s->max_contains);
	return false;
}

/* Equal values have equal hashes: 1 and 1.0, members in any order. */
static uint64_t
hash(const struct tsr_json *v)
{
	uint64_t h = 14695981039346656037u, bits;
	double number;
	size_t i;

	switch (v->type) {
	case TSR_JSON_INTEGER:
	case TSR_JSON_REAL:
		number = tsr_json_number(v) + 0.0;
		memcpy(&bits, &number, sizeof(bits));
		return (bits ^ bits >> 29) * 0x9e3779b97f4a7c15u;
	case TSR_JSON_STRING:
		for (i = 0; i < v->u.string.n; i++)
			h = (h ^ v->u.string.p[i]) * 1099511628211u;
		return h;
	case TSR_JSON_ARRAY:
		for (i = 0; i < v->count; i++)
			h = (h ^ hash(&v->u.items[i])) * 1099511628211u;
		return h + 1;
	case TSR_JSON_OBJECT:
		for (i = 0; i < v->count; i++) {
			struct tsr_json name =
			    tsr_json_string(v->u.members[i].name);

			h += (hash(&name) ^ 7) *
			     (hash(&v->u.members[i].value) | 1);
		}
		return h;
	default:
		return (uint64_t)v->type * 31 +
		       (v->type == TSR_JSON_BOOLEAN && v->u.boolean);
	}
}

struct hashed {
	uint64_t hash;
	uint32_t index;
};

static int
by_hash(const void *a, const void *b)
{
	const struct hashed *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static bool
twice(const struct tsr_check *c, const struct tsr_json *v, uint32_t first,
    uint32_t second)
{
	if (c->diag != NULL)
		tsr_diag_add(c->diag, TSR_ERROR, "S010",
		    tsr_json_where(&v->u.items[second]),
		    "item %u is equal to item %u, expected different ones",
		    second + 1, first + 1)
		    ->also = tsr_json_where(&v->u.items[first]);
	return false;
}

#define FEW 16

static bool
check_unique(const struct tsr_check *c, const struct tsr_json *v)
{
	struct hashed *all;
	uint32_t i, j;

	for (i = 1; v->count <= FEW && i < v->count; i++)
		for (j = 0; j < i; j++)
			if (tsr_json_eq(&v->u.items[i], &v->u.items[j]))
				return twice(c, v, j, i);
	if (v->count <= FEW)
		return true;
	all = TSR_NEW_ARRAY(c->scratch, struct hashed, v->count);
	for (i = 0; i < v->count; i++)
		all[i] = (struct hashed){hash(&v->u.items[i]), i};
	qsort(all, v->count, sizeof(*all), by_hash);
	for (i = 0; i < v->count; i++)
		for (j = i + 1; j < v->count && all[j].hash == all[i].hash; j++)
			if (tsr_json_eq(&v->u.items[all[i].index],
				&v->u.items[all[j].index]))
				return twice(c, v, all[i].index, all[j].index);
	return true;
}

static bool
check_size(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v)
{
	bool few = v->count < s->min_items;

	if (!few && v->count <= s->max_items)
		return true;
	if (c->diag != NULL)
		tsr_diag_add(c->diag, TSR_ERROR, "S009", tsr_json_where(v),
		    "found %u items, expected at %s %u", v->count,
		    few ? "least" : "most", few ? s->min_items : s->max_items);
	return false;
}

bool
tsr_check_array(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen)
{
	bool ok = check_size(c, s, v), all = c->diag != NULL;

	if (ok || all)
		ok &= check_items(c, s, v, scope, seen);
	if ((ok || all) && s->contains != NULL)
		ok &= check_contains(c, s, v, scope, seen);
	if ((ok || all) && s->unique)
		ok &= check_unique(c, v);
	return ok;
}

bool
tsr_check_rest(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen)
{
	bool ok = true;
	uint32_t i;

	if (s->rest == NULL)
		return true;
	for (i = 0; i < v->count && (ok || c->diag != NULL); i++)
		if (!tsr_seen_has(seen, i))
			ok &= tsr_check_schema(
			    c, s->rest, &v->u.items[i], scope, NULL);
	tsr_seen_mark_all(seen);
	return ok;
}
