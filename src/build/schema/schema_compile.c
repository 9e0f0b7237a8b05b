/*
 * schema_compile - one schema object, and all inside it, becomes a node.
 */
#include "build/schema/schema_build.h"
#include "build/schema/schema_uri.h"

static int
by_name(struct tsr_span a, struct tsr_span b)
{
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return a.n == 0 ? 0 : memcmp(a.p, b.p, a.n);
}

/* Shell sort: short lists, and qsort has no room for the list beside. */
const uint32_t *
tsr_schema_sort(
    struct tsr_arena *arena, const struct tsr_schema_properties *list)
{
	uint32_t *order = TSR_NEW_ARRAY(arena, uint32_t, list->count);
	uint32_t gap, i, j, moved;

	for (i = 0; i < list->count; i++)
		order[i] = i;
	for (gap = list->count / 2; gap > 0; gap /= 2)
		for (i = gap; i < list->count; i++) {
			moved = order[i];
			for (j = i;
			     j >= gap && by_name(list->at[moved].name,
					     list->at[order[j - gap]].name) < 0;
			     j -= gap)
				order[j] = order[j - gap];
			order[j] = moved;
		}
	return order;
}

const struct tsr_schema_property *
tsr_schema_property(
    const struct tsr_schema *s, struct tsr_span name, uint32_t hint)
{
	const struct tsr_schema_properties *all = &s->properties;
	uint32_t low = 0, high = all->count, middle;
	int c;

	if (hint < all->count && tsr_span_eq(all->at[hint].name, name))
		return &all->at[hint];
	while (low < high) {
		middle = low + (high - low) / 2;
		c = by_name(name, all->at[all->sorted[middle]].name);
		if (c == 0)
			return &all->at[all->sorted[middle]];
		if (c < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* $id starts a resource of its own; everything below belongs to it. */
static void
enter_resource(struct tsr_schema_here *h)
{
	const struct tsr_member *m =
	    tsr_json_member(h->s->json, TSR_LIT("$id"));
	struct tsr_span uri, fragment;

	if (m == NULL)
		return;
	uri = tsr_json_text(&m->value);
	fragment = tsr_uri_fragment(&uri);
	if (m->value.type != TSR_JSON_STRING || fragment.n > 0) {
		tsr_schema_bad(h, m, "a URI reference without a fragment");
		if (fragment.n > 0)
			tsr_diag_hint(h->all->diag, "use \"$anchor\"");
		return;
	}
	uri = tsr_uri_resolve(h->all->arena, h->resource->uri, uri);
	h->resource = tsr_schema_resource_add(h->all, uri, h->s->json);
	h->resource->root = h->s;
	h->s->resource = h->resource;
}

/* Which of the required are in properties: these are found in passing. */
static void
mark_required(struct tsr_schema *s)
{
	uint32_t i, j;

	for (i = 0; i < s->properties.count; i++)
		for (j = 0; j < s->required.count; j++)
			if (tsr_span_eq(
				s->properties.at[i].name, s->required.at[j])) {
				s->properties.at[i].required = true;
				s->required_listed++;
			}
}

/* Recursion is bounded by the depth of the JSON. */
struct tsr_schema *
tsr_schema_compile(struct tsr_schemas *all, const struct tsr_json *json,
    struct tsr_schema_resource *resource)
{
	struct tsr_schema *s = tsr_schemas_at(all, json);
	struct tsr_schema_here h = {all, s, resource};
	uint32_t i;

	if (s != NULL)
		return s;
	s = h.s = tsr_schema_new(all, json, resource);
	if (json->type == TSR_JSON_BOOLEAN) {
		s->never = !json->u.boolean;
		return s;
	}
	if (json->type != TSR_JSON_OBJECT) {
		all->failed = true;
		tsr_diag_add(all->diag, TSR_ERROR, "S101", tsr_json_where(json),
		    "a schema is an object, or true or false");
		return s;
	}
	enter_resource(&h);
	for (i = 0; i < json->count; i++)
		tsr_schema_keyword(&h, &json->u.members[i]);
	mark_required(s);
	s->unevaluated = s->rest != NULL || s->others != NULL;
	return s;
}
