/*
 * schema - the registry: documents, resources, and what was made of which JSON.
 */
#include "build/schema/schema_build.h"

#include <stdio.h>

#include "base/embedded.h"
#include "build/schema/schema_uri.h"

struct tsr_schemas *
tsr_schemas_new(
    struct tsr_arena *arena, struct tsr_diag *diag, struct tsr_sources *sources)
{
	struct tsr_schemas *all = TSR_NEW(arena, struct tsr_schemas);

	all->arena = arena;
	all->diag = diag;
	all->sources = sources;
	all->last = &all->first;
	return all;
}

static size_t
slot_of(const struct tsr_schemas *all, const struct tsr_json *json)
{
	uint64_t h = (uint64_t)(uintptr_t)json * 0x9e3779b97f4a7c15u;
	size_t i = (size_t)(h >> 32) & (all->cap - 1);

	while (all->table[i] != NULL && all->table[i]->json != json)
		i = (i + 1) & (all->cap - 1);
	return i;
}

struct tsr_schema *
tsr_schemas_at(const struct tsr_schemas *all, const struct tsr_json *json)
{
	return all->cap == 0 ? NULL : all->table[slot_of(all, json)];
}

static void
grow_table(struct tsr_schemas *all)
{
	struct tsr_schema *s;

	if (all->count * 2 < all->cap)
		return;
	all->cap = all->cap == 0 ? 256 : all->cap * 4;
	all->table = TSR_NEW_ARRAY(all->arena, struct tsr_schema *, all->cap);
	for (s = all->first; s != NULL; s = s->next)
		all->table[slot_of(all, s->json)] = s;
}

struct tsr_schema *
tsr_schema_new(struct tsr_schemas *all, const struct tsr_json *json,
    struct tsr_schema_resource *resource)
{
	struct tsr_schema *s;

	grow_table(all);
	s = TSR_NEW(all->arena, struct tsr_schema);
	s->json = json;
	s->resource = resource;
	s->types = (1u << TSR_JSON_TYPE_COUNT) - 1;
	s->max_length = s->max_items = s->max_members = UINT32_MAX;
	s->max_contains = UINT32_MAX;
	s->min_contains = 1;
	*all->last = s;
	all->last = &s->next;
	all->count++;
	all->table[slot_of(all, json)] = s;
	if (all->unresolved == NULL)
		all->unresolved = s;
	return s;
}

struct tsr_schema_resource *
tsr_schema_resource_add(
    struct tsr_schemas *all, struct tsr_span uri, const struct tsr_json *json)
{
	struct tsr_schema_resource *r;

	tsr_uri_fragment(&uri);
	for (r = all->resources; r != NULL; r = r->next) {
		/* A document whose $id is its own name is one resource. */
		if (!tsr_span_eq(r->uri, uri) || r->json == json)
			continue;
		all->failed = true;
		tsr_diag_add(all->diag, TSR_ERROR, "S107", tsr_json_where(json),
		    "two schemas are called %.*s", TSR_ARG(uri))
		    ->also = tsr_json_where(r->json);
		break;
	}
	r = TSR_NEW(all->arena, struct tsr_schema_resource);
	r->uri = uri;
	r->json = json;
	r->next = all->resources;
	all->resources = r;
	return r;
}

static const struct tsr_schema *
add_document(
    struct tsr_schemas *all, struct tsr_span uri, const struct tsr_json *json)
{
	struct tsr_schema_resource *r = tsr_schema_resource_add(all, uri, json);

	r->root = tsr_schema_compile(all, json, r);
	return r->root;
}

const struct tsr_schema *
tsr_schemas_add(
    struct tsr_schemas *all, const char *name, const struct tsr_json *document)
{
	struct tsr_span uri =
	    tsr_arena_dup(all->arena, tsr_span_of(name, strlen(name)));

	uri = tsr_uri_resolve(all->arena, TSR_LIT("file:///"), uri);
	return add_document(all, uri, document);
}

bool
tsr_schemas_compile(struct tsr_schemas *all)
{
	bool ok;

	tsr_schema_link(all);
	tsr_schema_cut_cycles(all);
	ok = !all->failed;
	all->failed = false;
	return ok;
}

static const struct tsr_embedded *
embedded(struct tsr_span name)
{
	const struct tsr_embedded *e;

	for (e = tsr_embedded_files; e->name != NULL; e++)
		if (tsr_span_eq(name, tsr_span_of(e->name, strlen(e->name))))
			return e;
	return NULL;
}

/* A file of src/build/schemas under a URI; NULL when there is none. */
static const struct tsr_schema *
add_embedded(struct tsr_schemas *all, const char *file, struct tsr_span uri)
{
	const struct tsr_embedded *e =
	    embedded(tsr_span_of(file, strlen(file)));
	struct tsr_json *json = TSR_NEW(all->arena, struct tsr_json);
	uint32_t src;

	if (e == NULL)
		return NULL;
	src = tsr_sources_add(all->sources, file, tsr_span_of(e->p, e->n));
	if (!tsr_json_read(json, all->arena, all->diag, all->sources, src))
		return NULL;
	return add_document(all, uri, json);
}

const struct tsr_schema *
tsr_schemas_add_kind(struct tsr_schemas *all, const char *kind)
{
	char *file = tsr_arena_printf(all->arena, "schemas/%s.json", kind);
	char *uri = tsr_arena_printf(all->arena, "tessera:/%s", file);

	return add_embedded(all, file, tsr_span_of(uri, strlen(uri)));
}

#define META TSR_LIT("https://json-schema.org/draft/2020-12/")

bool
tsr_schemas_load(struct tsr_schemas *all, struct tsr_span uri)
{
	struct tsr_span name = tsr_span_from(uri, META.n);

	if (!tsr_span_starts(uri, META))
		return false;
	if (tsr_span_starts(name, TSR_LIT("meta/")))
		name = tsr_span_from(name, 5);
	return add_embedded(all,
		   tsr_arena_printf(all->arena, "schemas/" TSR_META "%.*s.json",
		       TSR_ARG(name)),
		   uri) != NULL;
}

struct tsr_span
tsr_schema_published(struct tsr_span kind)
{
	char file[64];
	const struct tsr_embedded *e;
	int n;

	if (kind.n > 40 || tsr_span_starts(kind, TSR_LIT(TSR_META)))
		return tsr_span_of(NULL, 0);
	n = snprintf(file, sizeof(file), "schemas/%.*s.json", TSR_ARG(kind));
	e = embedded(tsr_span_of(file, (size_t)n));
	return e == NULL ? tsr_span_of(NULL, 0) : tsr_span_of(e->p, e->n);
}

struct tsr_span
tsr_schema_kind(size_t i)
{
	const struct tsr_embedded *e;
	struct tsr_span name;

	for (e = tsr_embedded_files; e->name != NULL; e++) {
		name = tsr_span_of(e->name, strlen(e->name));
		if (!tsr_span_starts(name, TSR_LIT("schemas/")) ||
		    tsr_span_starts(name, TSR_LIT("schemas/" TSR_META)))
			continue;
		if (i-- == 0)
			return tsr_span_part(name, 8, name.n - 8 - 5);
	}
	return tsr_span_of(NULL, 0);
}

const struct tsr_json *
tsr_schema_json(const struct tsr_schema *schema)
{
	return schema->json;
}
