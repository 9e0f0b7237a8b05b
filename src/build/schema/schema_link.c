/*
 * schema_link - references find their schemas; loops without progress are cut.
 */
#include "build/schema/schema_build.h"
#include "build/schema/schema_uri.h"

const struct tsr_schema_anchor *
tsr_schema_anchor(const struct tsr_schema_resource *r, struct tsr_span name)
{
	const struct tsr_schema_anchor *a;

	for (a = r->anchors; a != NULL; a = a->next)
		if (tsr_span_eq(a->name, name))
			return a;
	return NULL;
}

static const struct tsr_schema_resource *
find_resource(struct tsr_schemas *all, struct tsr_span uri)
{
	struct tsr_schema_resource *r;
	int round;

	for (round = 0; round < 2; round++) {
		for (r = all->resources; r != NULL; r = r->next)
			if (tsr_span_eq(r->uri, uri))
				return r;
		if (!tsr_schemas_load(all, uri))
			return NULL;
	}
	return NULL;
}

/* One step of a JSON pointer: the token with ~0 and ~1 decoded. */
static struct tsr_span
pointer_token(struct tsr_arena *arena, struct tsr_span token)
{
	uint8_t *out = tsr_arena_alloc(arena, token.n);
	size_t i, n = 0;

	for (i = 0; i < token.n; i++) {
		if (token.p[i] == '~' && i + 1 < token.n &&
		    (token.p[i + 1] == '0' || token.p[i + 1] == '1')) {
			out[n++] = token.p[++i] == '0' ? '~' : '/';
			continue;
		}
		out[n++] = token.p[i];
	}
	return tsr_span_of(out, n);
}

static const struct tsr_json *
pointer_step(const struct tsr_json *v, struct tsr_span token)
{
	uint32_t index = 0;
	size_t i;

	if (v->type == TSR_JSON_OBJECT)
		return tsr_json_find(v, token);
	if (v->type != TSR_JSON_ARRAY || token.n == 0 || token.n > 8 ||
	    (token.n > 1 && token.p[0] == '0'))
		return NULL;
	for (i = 0; i < token.n; i++) {
		if (!tsr_is_digit(token.p[i]))
			return NULL;
		index = index * 10 + (uint32_t)(token.p[i] - '0');
	}
	return index < v->count ? &v->u.items[index] : NULL;
}

/*
 * The schema at a JSON pointer below a resource. One that stands under a
 * keyword we do not know is compiled now, as part of the resource around it.
 */
static const struct tsr_schema *
at_pointer(struct tsr_schemas *all, const struct tsr_schema_resource *r,
    struct tsr_span pointer)
{
	const struct tsr_json *v = r->json;
	struct tsr_schema_resource *around = r->root->resource;
	const struct tsr_schema *s;
	size_t from = 1, end;

	while (v != NULL && from <= pointer.n) {
		end = tsr_span_find(pointer, '/', from);
		v = pointer_step(
		    v, pointer_token(all->arena,
			   tsr_span_part(pointer, from, end - from)));
		s = v == NULL ? NULL : tsr_schemas_at(all, v);
		if (s != NULL)
			around = s->resource;
		from = end + 1;
	}
	return v == NULL ? NULL : tsr_schema_compile(all, v, around);
}

/* *anchor becomes the anchor that the reference names, if it names one. */
static const struct tsr_schema *
resolve(const struct tsr_schema_anchor **anchor, struct tsr_schemas *all,
    const struct tsr_schema *s, const struct tsr_json *ref)
{
	struct tsr_span uri, fragment;
	const struct tsr_schema_resource *r;

	*anchor = NULL;
	uri = tsr_uri_resolve(all->arena, s->resource->uri, ref->u.string);
	fragment = tsr_uri_decode(all->arena, tsr_uri_fragment(&uri));
	r = find_resource(all, uri);
	if (r == NULL)
		return NULL;
	if (fragment.n == 0)
		return r->root;
	if (fragment.p[0] == '/')
		return at_pointer(all, r, fragment);
	*anchor = tsr_schema_anchor(r->root->resource, fragment);
	return *anchor == NULL ? NULL : (*anchor)->schema;
}

static void
dangling(struct tsr_schemas *all, const struct tsr_json *ref)
{
	all->failed = true;
	tsr_diag_add(all->diag, TSR_ERROR, "S104", tsr_json_where(ref),
	    "no schema is called \"%.*s\"", TSR_ARG(ref->u.string));
	if (tsr_uri_scheme(ref->u.string) > 0)
		tsr_diag_hint(all->diag,
		    "nothing is fetched: put the schema into a file of the "
		    "site");
}

static void
link_schema(struct tsr_schemas *all, struct tsr_schema *s)
{
	const struct tsr_schema_anchor *anchor;

	if (s->ref_json != NULL && s->ref == NULL) {
		s->ref = resolve(&anchor, all, s, s->ref_json);
		if (s->ref == NULL)
			dangling(all, s->ref_json);
	}
	if (s->dynamic_json != NULL && s->dynamic_ref == NULL) {
		s->dynamic_ref = resolve(&anchor, all, s, s->dynamic_json);
		if (s->dynamic_ref == NULL)
			dangling(all, s->dynamic_json);
		else if (anchor != NULL && anchor->dynamic)
			s->dynamic_name = anchor->name;
	}
}

void
tsr_schema_link(struct tsr_schemas *all)
{
	/* Following a reference may add schemas at the end of the list. */
	while (all->unresolved != NULL) {
		link_schema(all, all->unresolved);
		all->unresolved = all->unresolved->next;
	}
}
