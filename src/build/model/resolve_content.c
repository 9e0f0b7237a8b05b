/*
 * resolve_content - one CONTENT becomes components with their fields.
 *
 * Inline contents, entries, the page's record, lists and fragments; a variant
 * says which contents there are, or patches the slot's own.
 */
#include "build/read/mistake.h"
#include "build/model/resolve_part.h"
#include "build/template/template.h"
#include "core/limits.h"

static const struct tsr_component *
find_component(struct tsr_resolving *j, const struct tsr_json *name)
{
	const struct tsr_model *model = j->r->model;
	uint32_t at =
	    tsr_names_find(&model->component_names, tsr_json_text(name));

	if (at != TSR_NAMES_NONE)
		return &model->components[at];
	if (name != NULL)
		tsr_model_unknown(j->diag, TSR_M_COMPONENT,
		    tsr_json_where(name), "component", tsr_json_text(name),
		    &model->component_names);
	return NULL;
}

static const struct tsr_catalogue *
find_catalogue(struct tsr_resolving *j, const struct tsr_json *name)
{
	const struct tsr_model *model = j->r->model;
	uint32_t at =
	    tsr_names_find(&model->catalogue_names, tsr_json_text(name));

	if (at != TSR_NAMES_NONE)
		return &model->catalogues[at];
	if (name != NULL)
		tsr_model_unknown(j->diag, TSR_M_CATALOGUE,
		    tsr_json_where(name), "catalogue", tsr_json_text(name),
		    &model->catalogue_names);
	return NULL;
}

/* Room for one more block, or NULL after a message. */
static struct tsr_block *
add_block(struct tsr_resolving *j, struct tsr_alternative *alt,
    struct tsr_where where)
{
	struct tsr_block *b;

	if (j->rows == TSR_ROWS_MAX) {
		tsr_diag_add(j->diag, TSR_ERROR, TSR_M_TOO_LARGE, where,
		    "a page shows at most %d components, all variants counted",
		    TSR_ROWS_MAX);
		tsr_diag_hint(j->diag, "give lists a \"limit\"");
	}
	if (j->rows++ >= TSR_ROWS_MAX)
		return NULL;
	alt->blocks = tsr_arena_grow(j->arena, alt->blocks, alt->count,
	    &alt->cap, sizeof(*alt->blocks));
	b = &alt->blocks[alt->count++];
	memset(b, 0, sizeof(*b));
	b->where = where;
	return b;
}

/* The fields of a content with a variant's patch and record values. */
static const struct tsr_json *
patched(struct tsr_resolving *j, const struct tsr_json *fields,
    const struct tsr_json *patch, struct tsr_where where)
{
	struct tsr_json *out;

	if (fields == NULL) {
		out = TSR_NEW(j->arena, struct tsr_json);
		*out = tsr_resolve_no_fields(where);
		fields = out;
	}
	if (patch != NULL) {
		out = TSR_NEW(j->arena, struct tsr_json);
		*out = tsr_json_merge(j->arena, fields, patch);
		fields = out;
	}
	return tsr_resolve_fill(j, fields);
}

static void
take_inline(struct tsr_resolving *j, struct tsr_alternative *alt,
    const struct tsr_json *content, const struct tsr_json *patch,
    const struct tsr_frame *frame)
{
	const struct tsr_component *c =
	    find_component(j, tsr_json_get(content, "component"));
	struct tsr_where where = tsr_json_where(content);
	const struct tsr_json *fields;
	struct tsr_block *b;

	if (c == NULL)
		return;
	fields =
	    patched(j, tsr_json_get(content, "fields"), patch, where);
	tsr_resolve_fields(c, fields, j->diag);
	b = add_block(j, alt, where);
	if (b == NULL)
		return;
	b->component = c;
	b->fields = fields;
	tsr_resolve_slots(j, b, tsr_json_get(content, "slots"), frame);
}

static bool
inside_itself(
    struct tsr_resolving *j, const struct tsr_entry *e,
    const struct tsr_frame *frame,
    struct tsr_where where)
{
	for (; frame != NULL; frame = frame->up) {
		if (frame->entry != e)
			continue;
		tsr_diag_add(j->diag, TSR_ERROR, TSR_M_CYCLE, where,
		    "the entry \"%.*s\" contains itself", TSR_ARG(e->name));
		return true;
	}
	return false;
}

static void
take_entry(struct tsr_resolving *j, struct tsr_alternative *alt,
    const struct tsr_json *name, const struct tsr_json *patch,
    const struct tsr_frame *frame)
{
	const struct tsr_model *model = j->r->model;
	uint32_t at = tsr_names_find(&model->entry_names, tsr_json_text(name));
	struct tsr_where where = tsr_json_where(name);
	const struct tsr_json *words, *fields;
	const struct tsr_entry *e;
	struct tsr_block *b;
	struct tsr_frame inner = {.up = frame, .own = true};

	if (at == TSR_NAMES_NONE) {
		tsr_model_unknown(j->diag, TSR_M_ENTRY, where, "entry",
		    tsr_json_text(name), &model->entry_names);
		return;
	}
	e = &model->entries[at];
	if (e->component == UINT32_MAX || !e->words.valid ||
	    inside_itself(j, e, frame, where))
		return;
	words = e->words.by_locale[j->locale];
	fields = patched(j, tsr_json_get(words, "fields"), patch,
	    tsr_json_where(words));
	/* Unpatched fields were checked once for all pages. */
	if (patch != NULL)
		tsr_resolve_fields(
		    &model->components[e->component], fields, j->diag);
	b = add_block(j, alt, where);
	if (b == NULL)
		return;
	b->component = &model->components[e->component];
	b->fields = fields;
	inner.entry = e;
	inner.owner = e->name;
	inner.depth = frame->depth;
	tsr_resolve_slots(j, b, tsr_json_get(words, "slots"), &inner);
}

static void
take_record(struct tsr_resolving *j, struct tsr_alternative *alt,
    const struct tsr_json *name, const struct tsr_json *patch,
    const struct tsr_frame *frame)
{
	const struct tsr_component *c = find_component(j, name);
	struct tsr_where where = tsr_json_where(name);
	struct tsr_block *b;

	if (j->record == NULL) {
		tsr_diag_add(j->diag, TSR_ERROR, TSR_M_NO_RECORD, where,
		    "this page has no record");
		tsr_diag_hint(j->diag,
		    "contents with \"record\" are for pages that say \"for\"");
		return;
	}
	b = c == NULL ? NULL : add_block(j, alt, where);
	if (b == NULL)
		return;
	b->component = c;
	b->fields = patched(j, j->record, patch, where);
	tsr_resolve_record_fields(c, b->fields, j->arena, j->diag);
	tsr_resolve_slots(j, b, NULL, frame);
}

static void
take_list(struct tsr_resolving *j, struct tsr_alternative *alt,
    const struct tsr_json *content, const struct tsr_json *patch)
{
	const struct tsr_json *list = patched(j, content, patch, TSR_NOWHERE);
	const struct tsr_json *name = tsr_json_get(list, "component");
	const struct tsr_component *c = find_component(j, name);
	struct tsr_query query = {.locale = j->locale, .list = list};
	struct tsr_query_result result;
	struct tsr_block *b;
	uint32_t i;

	query.catalogue = find_catalogue(j, tsr_json_get(list, "from"));
	if (c == NULL || query.catalogue == NULL)
		return;
	if (c->template != NULL && tsr_template_slots(c->template).count > 0) {
		tsr_diag_add(j->diag, TSR_ERROR, TSR_M_LIST_SLOT,
		    tsr_json_where(name),
		    "the component \"%.*s\" has slots: it cannot stand in a "
		    "list",
		    TSR_ARG(c->name))
		    ->also = tsr_template_slots(c->template).list[0].where;
		return;
	}
	if (!tsr_query_run(&result, j->r->queries, &query, j->arena, j->diag))
		return;
	for (i = 0; i < result.count; i++) {
		b = add_block(j, alt, tsr_json_where(content));
		if (b == NULL)
			return;
		b->component = c;
		b->fields = tsr_resolve_record(j->r, query.catalogue,
		    result.records[i], j->locale, j->arena);
		tsr_resolve_record_fields(c, b->fields, j->arena, j->diag);
	}
}

static void
take_fragment(struct tsr_resolving *j, struct tsr_alternative *alt,
    const struct tsr_json *f, const struct tsr_frame *frame)
{
	const struct tsr_model *model = j->r->model;
	const struct tsr_component *c =
	    find_component(j, tsr_json_get(f, "component"));
	const struct tsr_catalogue *from =
	    find_catalogue(j, tsr_json_get(f, "from"));
	struct tsr_block *b;
	uint32_t i, key = tsr_rules_attribute_find(
	    model->rules, tsr_json_text(tsr_json_get(f, "key")));

	if (tsr_span_eq(alt->name, TSR_LIT("default")) || frame->depth > 1) {
		tsr_diag_add(j->diag, TSR_ERROR, TSR_M_FRAGMENT,
		    tsr_json_where(f),
		    "a fragment is for the content of a variant");
		tsr_diag_hint(j->diag,
		    "the slot needs content of its own for visitors without "
		    "the key");
		return;
	}
	if (c == NULL || from == NULL || key == UINT32_MAX)
		return;
	for (i = 0; i < model->set_count; i++)
		if (&model->components[model->sets[i].component] == c &&
		    &model->catalogues[model->sets[i].catalogue] == from)
			break;
	b = i == model->set_count
	    ? NULL : add_block(j, alt, tsr_json_where(f));
	if (b == NULL)
		return;
	b->component = c;
	b->set = model->sets[i].number + j->locale;
	b->attribute = key;
}

/* One CONTENT; patch: for its fields or, when list, for its list. */
static void
take_content(struct tsr_resolving *j, struct tsr_alternative *alt,
    const struct tsr_json *content, const struct tsr_json *patch,
    const struct tsr_frame *frame)
{
	const struct tsr_json *v;

	if (tsr_json_get(content, "component") != NULL)
		take_inline(j, alt, content, patch, frame);
	else if ((v = tsr_json_get(content, "entry")) != NULL)
		take_entry(j, alt, v, patch, frame);
	else if ((v = tsr_json_get(content, "record")) != NULL)
		take_record(j, alt, v, patch, frame);
	else if ((v = tsr_json_get(content, "list")) != NULL)
		take_list(j, alt, v, patch);
	else if ((v = tsr_json_get(content, "fragment")) != NULL)
		take_fragment(j, alt, v, frame);
}

struct tsr_contents
tsr_resolve_contents(const struct tsr_json *v)
{
	struct tsr_contents c = {v, 1};

	if (v == NULL)
		c.count = 0;
	else if (v->type == TSR_JSON_ARRAY) {
		c.list = v->u.items;
		c.count = v->count;
	}
	return c;
}

void
tsr_resolve_own(struct tsr_resolving *j, struct tsr_alternative *alt,
    struct tsr_contents c,
    const struct tsr_frame *frame)
{
	uint32_t i;

	for (i = 0; i < c.count; i++)
		take_content(j, alt, &c.list[i], NULL, frame);
	alt->list =
	    c.count == 1 && tsr_json_get(&c.list[0], "list") != NULL;
}

/* The slot's own contents with a patch on the first that can take it. */
static void
take_patched(struct tsr_resolving *j, struct tsr_alternative *alt,
    struct tsr_contents c,
    const struct tsr_json *patch, const struct tsr_frame *frame)
{
	bool list = alt->list;
	uint32_t i, at = c.count;

	for (i = 0; i < c.count && at == c.count; i++) {
		bool is_list = tsr_json_get(&c.list[i], "list") != NULL;
		bool is_component =
		    tsr_json_get(&c.list[i], "component") != NULL ||
		    tsr_json_get(&c.list[i], "entry") != NULL ||
		    tsr_json_get(&c.list[i], "record") != NULL;

		if (list ? is_list : is_component && i == 0)
			at = i;
	}
	if (at == c.count && j->variant)
		return;
	if (at == c.count) {
		tsr_diag_add(j->diag, TSR_ERROR, TSR_M_NO_CONTENT,
		    tsr_json_where(patch), list
			? "the slot's own content is no list"
			: "the slot's own content does not begin with a "
			  "component");
		tsr_diag_hint(j->diag, "\"content\" says all of it");
		return;
	}
	for (i = 0; i < c.count; i++)
		take_content(
		    j, alt, &c.list[i], i == at ? patch : NULL, frame);
	alt->list = list && c.count == 1;
}

void
tsr_resolve_variant(struct tsr_resolving *j, struct tsr_alternative *alt,
    const struct tsr_json *variant, struct tsr_contents own,
    const struct tsr_frame *frame)
{
	const struct tsr_json *v;
	struct tsr_frame other = *frame;

	if ((v = tsr_json_get(variant, "fields")) != NULL) {
		take_patched(j, alt, own, v, frame);
	} else if ((v = tsr_json_get(variant, "list")) != NULL) {
		alt->list = true;
		take_patched(j, alt, own, v, frame);
	} else if ((v = tsr_json_get(variant, "content")) != NULL) {
		other.own = false;
		tsr_resolve_own(j, alt, tsr_resolve_contents(v), &other);
	}
}
