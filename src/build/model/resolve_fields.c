/*
 * resolve_fields - fields against schemas, and records with their addresses.
 */
#include "build/read/mistake.h"
#include "build/model/resolve.h"
#include "build/model/shape.h"
#include "build/template/template.h"

/* Names of a component's fields that a hint may suggest. */
#define NAMES_MAX 64

static void
unknown_field(const struct tsr_component *component,
    const struct tsr_member *member, const struct tsr_shape *root,
    struct tsr_diag *diag)
{
	struct tsr_span names[NAMES_MAX], near;
	size_t n = tsr_shape_names(names, NAMES_MAX, root);

	tsr_diag_add(diag, TSR_ERROR, TSR_M_FIELD, tsr_json_name_where(member),
	    "the %s \"%.*s\" has no field \"%.*s\"",
	    component->layout ? "layout" : "component",
	    TSR_ARG(component->name), TSR_ARG(member->name));
	near = tsr_nearest(member->name, names, n);
	if (near.n > 0)
		tsr_diag_hint(diag, "did you mean \"%.*s\"?", TSR_ARG(near));
	else if (component->model != NULL)
		tsr_diag_hint(diag, "its fields stand in %s",
		    component->model->path);
}

/* Is this one of the component's fields? *root is worked out when needed. */
static bool
is_field(struct tsr_shape *root, const struct tsr_component *component,
    const struct tsr_json *properties, struct tsr_span name)
{
	struct tsr_shape member;

	/* Nearly always it is one of the plain properties. */
	if (tsr_json_find(properties, name) != NULL)
		return true;
	if (root->count == 0)
		*root = tsr_shape_root(component->schema);
	member = tsr_shape_member(root, name);
	return tsr_shape_known(&member);
}

bool
tsr_resolve_fields(const struct tsr_component *component,
    const struct tsr_json *fields, struct tsr_diag *diag)
{
	struct tsr_shape root = {.count = 0};
	const struct tsr_json *properties;
	bool ok = true;
	uint32_t i;

	if (component->schema == NULL)
		return true;
	properties = tsr_json_get(
	    tsr_schema_json(component->schema), "properties");
	for (i = 0; i < fields->count; i++) {
		if (is_field(&root, component, properties,
			fields->u.members[i].name))
			continue;
		unknown_field(component, &fields->u.members[i], &root, diag);
		ok = false;
	}
	/* Pictures are looked up where they are printed: see paint_markup.c. */
	return tsr_schema_check(diag, component->schema, fields, NULL) && ok;
}

bool
tsr_resolve_record_fields(const struct tsr_component *component,
    const struct tsr_json *record, struct tsr_arena *arena,
    struct tsr_diag *diag)
{
	struct tsr_arena_mark mark = tsr_arena_mark(arena);
	struct tsr_shape root = {.count = 0};
	const struct tsr_json *properties;
	struct tsr_json part = *record;
	struct tsr_member *list;
	uint32_t i;
	bool ok;

	if (component->schema == NULL)
		return true;
	properties = tsr_json_get(
	    tsr_schema_json(component->schema), "properties");
	list = TSR_NEW_ARRAY(arena, struct tsr_member, record->count);
	part.count = 0;
	part.u.members = list;
	for (i = 0; i < record->count; i++)
		if (is_field(&root, component, properties,
			record->u.members[i].name))
			list[part.count++] = record->u.members[i];
	ok = tsr_schema_check(diag, component->schema, &part, NULL);
	tsr_arena_rewind(arena, mark);
	return ok;
}

const struct tsr_json *
tsr_resolve_record(const struct tsr_resolver *resolver,
    const struct tsr_catalogue *catalogue, const struct tsr_json *record,
    uint32_t locale, struct tsr_arena *arena)
{
	const struct tsr_addresses *all = resolver->addresses;
	const struct tsr_model *model = resolver->model;
	struct tsr_json *out;
	struct tsr_member *list;
	struct tsr_span path = {NULL, 0};
	uint32_t at, i;

	if (catalogue->page == UINT32_MAX || tsr_json_get(record, "url"))
		return record;
	at = tsr_names_find(
	    &catalogue->ids, tsr_json_text(tsr_json_get(record, "id")));
	at += all->first[catalogue->page];
	if (at >= all->first[catalogue->page + 1])
		return record;
	for (i = 0; i < model->locales[locale].chain_count && path.n == 0; i++)
		path = all->places[at].paths[model->locales[locale].chain[i]];
	out = TSR_NEW(arena, struct tsr_json);
	list = TSR_NEW_ARRAY(arena, struct tsr_member, record->count + 1u);
	memcpy(list, record->u.members, record->count * sizeof(*list));
	list[record->count].name = TSR_LIT("url");
	list[record->count].value = tsr_json_string(path);
	list[record->count].src = record->src;
	list[record->count].off = record->off;
	list[record->count].value.src = record->src;
	list[record->count].value.off = record->off;
	*out = *record;
	out->count++;
	out->u.members = list;
	return out;
}

static bool
has_slot(const struct tsr_component *c, struct tsr_span slot)
{
	struct tsr_template_names slots;
	size_t i, dot = tsr_span_find(slot, '.', 0);

	if (c == NULL || c->template == NULL)
		return true;
	slots = tsr_template_slots(c->template);
	for (i = 0; i < slots.count; i++)
		if (tsr_span_eq(
			slots.list[i].name, tsr_span_part(slot, 0, dot)))
			return true;
	return false;
}

/* The component or layout whose template has an owner's slots. */
static const struct tsr_component *
component_of(const struct tsr_model *model, struct tsr_span owner, bool *shown)
{
	uint32_t at = tsr_names_find(&model->page_names, owner);

	*shown = at != TSR_NAMES_NONE;
	if (at != TSR_NAMES_NONE) {
		if (model->pages[at].layout == UINT32_MAX)
			return NULL;
		return &model->layouts[model->pages[at].layout];
	}
	at = tsr_names_find(&model->entry_names, owner);
	if (at == TSR_NAMES_NONE || model->entries[at].component == UINT32_MAX)
		return NULL;
	return &model->components[model->entries[at].component];
}

void
tsr_resolve_unused(const struct tsr_resolver *resolver, struct tsr_diag *diag)
{
	const struct tsr_model *model = resolver->model;
	const struct tsr_component *c;
	const struct tsr_variants *g;
	bool mistakes = diag->errors > 0, page;
	uint32_t i;

	for (i = 0; i < model->variants_count; i++) {
		g = &model->variants[i];
		if (atomic_load(&resolver->used[i]) || g->count == 0)
			continue;
		c = component_of(model, g->owner, &page);
		if (c == NULL || tsr_span_eq(g->slot, TSR_LIT("_page")))
			continue;
		/*
		 * Entries that no page shows are not resolved with slots, nor
		 * are pages with mistakes, such as in their layout.
		 */
		if (has_slot(c, g->slot) && (!page || mistakes))
			continue;
		tsr_diag_add(diag, TSR_ERROR, TSR_M_VARIANT_OWNER,
		    tsr_site_where(g->list[0].words.file),
		    "\"%.*s\" has no slot \"%.*s\"", TSR_ARG(g->owner),
		    TSR_ARG(g->slot));
		if (has_slot(c, g->slot))
			tsr_diag_hint(diag,
			    "OUTER.INNER names a slot inside the page's own "
			    "content of the slot OUTER");
	}
}
