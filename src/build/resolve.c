/*
 * resolve - one page in one locale: every slot filled, for every audience.
 *
 * Recursion goes from a slot to its contents to their slots and ends at
 * TSR_SLOT_DEPTH; an entry inside itself is found before that.
 */
#include "build/resolve.h"

#include "build/mistake.h"
#include "build/shape.h"
#include "build/template.h"
#include "core/limits.h"

struct job {
	const struct tsr_resolver *r;
	uint32_t locale;
	const struct tsr_json *record; /* of the page */
	const struct tsr_page_source *page;
	struct tsr_arena *arena;
	struct tsr_diag *diag;
	uint32_t rows;
	bool variant; /* of the whole page: may lack what slots' variants patch */
};

/* Where a content stands. */
struct frame {
	const struct frame *up;
	const struct tsr_entry *entry; /* whose slot this is, or NULL */
	struct tsr_span owner;	       /* page id or entry, for variants */
	struct tsr_span path;	       /* slot, or OUTER.INNER */
	unsigned depth;
	bool own; /* variants of slots inside belong to these contents */
};

static struct tsr_span
text_of(const char *s)
{
	return tsr_span_of(s, strlen(s));
}

/* "{record.x}" alone keeps the value's type. */
static const struct tsr_json *
whole_reference(const struct job *j, struct tsr_span s)
{
	if (!tsr_span_starts(s, TSR_LIT("{record.")) ||
	    tsr_span_find(s, '}', 0) != s.n - 1)
		return NULL;
	return tsr_json_find(j->record, tsr_span_part(s, 8, s.n - 9));
}

static bool
has_reference(const struct tsr_json *v)
{
	uint32_t i;

	if (v->type == TSR_JSON_STRING) {
		struct tsr_span s = v->u.string;
		size_t at;

		for (at = tsr_span_find(s, '{', 0); at < s.n;
		     at = tsr_span_find(s, '{', at + 1))
			if (tsr_span_starts(
				tsr_span_from(s, at), TSR_LIT("{record.")))
				return true;
		return false;
	}
	for (i = 0; v->type == TSR_JSON_ARRAY && i < v->count; i++)
		if (has_reference(&v->u.items[i]))
			return true;
	for (i = 0; v->type == TSR_JSON_OBJECT && i < v->count; i++)
		if (has_reference(&v->u.members[i].value))
			return true;
	return false;
}

static struct tsr_json fill(const struct job *j, const struct tsr_json *v);

static struct tsr_json
fill_text(const struct job *j, const struct tsr_json *v)
{
	struct tsr_json out = *v;
	const struct tsr_json *whole;

	if (j->record == NULL) {
		tsr_diag_add(j->diag, TSR_ERROR, TSR_M_NO_RECORD,
		    tsr_json_where(v), "this page has no record");
		tsr_diag_hint(j->diag,
		    "{record.field} is for pages that say \"for\"");
		return out;
	}
	whole = whole_reference(j, v->u.string);
	if (whole != NULL) {
		out = *whole;
		out.src = v->src;
		out.off = v->off;
	} else {
		tsr_address_fill(&out.u.string, v->u.string, "record.",
		    j->record, tsr_json_where(v), j->arena, j->diag);
	}
	return out;
}

/* A copy with {record.x} filled in; JSON's own depth bounds the recursion. */
static struct tsr_json
fill(const struct job *j, const struct tsr_json *v)
{
	struct tsr_json out = *v, *items;
	struct tsr_member *members;
	uint32_t i;

	if (!has_reference(v))
		return out;
	if (v->type == TSR_JSON_STRING)
		return fill_text(j, v);
	if (v->type == TSR_JSON_ARRAY) {
		items = TSR_NEW_ARRAY(j->arena, struct tsr_json, v->count);
		for (i = 0; i < v->count; i++)
			items[i] = fill(j, &v->u.items[i]);
		out.u.items = items;
		return out;
	}
	members = TSR_NEW_ARRAY(j->arena, struct tsr_member, v->count);
	for (i = 0; i < v->count; i++) {
		members[i] = v->u.members[i];
		members[i].value = fill(j, &v->u.members[i].value);
	}
	out.u.members = members;
	return out;
}

static const struct tsr_json *
filled(const struct job *j, const struct tsr_json *v)
{
	struct tsr_json *out;

	if (!has_reference(v))
		return v;
	out = TSR_NEW(j->arena, struct tsr_json);
	*out = fill(j, v);
	return out;
}

static const struct tsr_component *
find_component(struct job *j, const struct tsr_json *name)
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
find_catalogue(struct job *j, const struct tsr_json *name)
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
add_block(struct job *j, struct tsr_alternative *alt, struct tsr_where where)
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

static void fill_slots(struct job *j, struct tsr_slot **out, uint32_t *count,
    const struct tsr_component *component, const struct tsr_json *slots,
    const struct frame *frame);

static struct tsr_json
no_fields(struct tsr_where where)
{
	struct tsr_json v = {
	    .type = TSR_JSON_OBJECT, .src = where.src, .off = where.off};

	return v;
}

/* The fields of a content with a variant's patch and record values. */
static const struct tsr_json *
patched(struct job *j, const struct tsr_json *fields,
    const struct tsr_json *patch, struct tsr_where where)
{
	struct tsr_json *out;

	if (fields == NULL) {
		out = TSR_NEW(j->arena, struct tsr_json);
		*out = no_fields(where);
		fields = out;
	}
	if (patch != NULL) {
		out = TSR_NEW(j->arena, struct tsr_json);
		*out = tsr_json_merge(j->arena, fields, patch);
		fields = out;
	}
	return filled(j, fields);
}

static void
take_inline(struct job *j, struct tsr_alternative *alt,
    const struct tsr_json *content, const struct tsr_json *patch,
    const struct frame *frame)
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
	fill_slots(j, &b->slots, &b->slot_count, c,
	    tsr_json_get(content, "slots"), frame);
}

static bool
inside_itself(
    struct job *j, const struct tsr_entry *e, const struct frame *frame,
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
take_entry(struct job *j, struct tsr_alternative *alt,
    const struct tsr_json *name, const struct tsr_json *patch,
    const struct frame *frame)
{
	const struct tsr_model *model = j->r->model;
	uint32_t at = tsr_names_find(&model->entry_names, tsr_json_text(name));
	struct tsr_where where = tsr_json_where(name);
	const struct tsr_json *words, *fields;
	const struct tsr_entry *e;
	struct tsr_block *b;
	struct frame inner = {.up = frame, .own = true};

	if (at == TSR_NAMES_NONE) {
		tsr_model_unknown(j->diag, TSR_M_ENTRY, where, "entry",
		    tsr_json_text(name), &model->entry_names);
		return;
	}
	e = &model->entries[at];
	if (e->component == UINT32_MAX || inside_itself(j, e, frame, where))
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
	fill_slots(j, &b->slots, &b->slot_count, b->component,
	    tsr_json_get(words, "slots"), &inner);
}

static void
take_record(struct job *j, struct tsr_alternative *alt,
    const struct tsr_json *name, const struct tsr_json *patch,
    const struct frame *frame)
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
	fill_slots(j, &b->slots, &b->slot_count, c, NULL, frame);
}

static void
take_list(struct job *j, struct tsr_alternative *alt,
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
take_fragment(struct job *j, struct tsr_alternative *alt,
    const struct tsr_json *f, const struct frame *frame)
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
take_content(struct job *j, struct tsr_alternative *alt,
    const struct tsr_json *content, const struct tsr_json *patch,
    const struct frame *frame)
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

/* A slot's contents: one, or one after the other. */
struct contents {
	const struct tsr_json *list;
	uint32_t count;
};

static struct contents
contents_of(const struct tsr_json *v)
{
	struct contents c = {v, 1};

	if (v == NULL)
		c.count = 0;
	else if (v->type == TSR_JSON_ARRAY) {
		c.list = v->u.items;
		c.count = v->count;
	}
	return c;
}

static void
take_contents(struct job *j, struct tsr_alternative *alt, struct contents c,
    const struct frame *frame)
{
	uint32_t i;

	for (i = 0; i < c.count; i++)
		take_content(j, alt, &c.list[i], NULL, frame);
	alt->list =
	    c.count == 1 && tsr_json_get(&c.list[0], "list") != NULL;
}

/* The slot's own contents with a patch on the first that can take it. */
static void
take_patched(struct job *j, struct tsr_alternative *alt, struct contents c,
    const struct tsr_json *patch, const struct frame *frame)
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

static void
take_variant(struct job *j, struct tsr_alternative *alt,
    const struct tsr_json *variant, struct contents own,
    const struct frame *frame)
{
	const struct tsr_json *v;
	struct frame other = *frame;

	if ((v = tsr_json_get(variant, "fields")) != NULL) {
		take_patched(j, alt, own, v, frame);
	} else if ((v = tsr_json_get(variant, "list")) != NULL) {
		alt->list = true;
		take_patched(j, alt, own, v, frame);
	} else if ((v = tsr_json_get(variant, "content")) != NULL) {
		other.own = false;
		take_contents(j, alt, contents_of(v), &other);
	}
}

/* The variants of owner/path, or NULL. */
static const struct tsr_variants *
variants_of(struct job *j, struct tsr_span owner, struct tsr_span path)
{
	const struct tsr_model *model = j->r->model;
	struct tsr_arena_mark mark = tsr_arena_mark(j->arena);
	uint32_t at;

	if (model->variants_count == 0)
		return NULL;
	at = tsr_names_find(&model->variant_keys,
	    text_of(tsr_arena_printf(
		j->arena, "%.*s/%.*s", TSR_ARG(owner), TSR_ARG(path))));
	tsr_arena_rewind(j->arena, mark);
	if (at == TSR_NAMES_NONE)
		return NULL;
	atomic_store(&j->r->used[at], true);
	return &model->variants[at];
}

static void
fill_slot(struct job *j, struct tsr_slot *out, const struct tsr_json *own,
    const struct frame *frame)
{
	const struct tsr_variants *g =
	    frame->own ? variants_of(j, frame->owner, frame->path) : NULL;
	struct contents contents = contents_of(own);
	uint32_t i, n = g == NULL ? 0 : (uint32_t)g->count;

	out->list = TSR_NEW_ARRAY(j->arena, struct tsr_alternative, n + 1u);
	out->count = n + 1;
	for (i = 0; i < n; i++) {
		out->list[i].name = g->list[i].name;
		take_variant(j, &out->list[i],
		    g->list[i].words.by_locale[j->locale], contents, frame);
	}
	out->list[n].name = TSR_LIT("default");
	take_contents(j, &out->list[n], contents, frame);
	if (n > 0 &&
	    tsr_rules_outcomes(j->r->model->rules, g->decision) == n + 1) {
		out->decision = g->decision;
	} else {
		out->list += n;
		out->count = 1;
	}
}

static void
unknown_slots(struct job *j, const struct tsr_component *component,
    const struct tsr_json *slots)
{
	struct tsr_template_names known =
	    tsr_template_slots(component->template);
	struct tsr_names names = {NULL, 0, 0};
	uint32_t i;
	size_t k;

	for (k = 0; k < known.count; k++)
		tsr_names_add(
		    &names, j->arena, known.list[k].name, (uint32_t)k);
	for (i = 0; i < slots->count; i++)
		if (tsr_names_find(&names, slots->u.members[i].name) ==
		    TSR_NAMES_NONE)
			tsr_model_unknown(j->diag, TSR_M_SLOT,
			    tsr_json_name_where(&slots->u.members[i]), "slot",
			    slots->u.members[i].name, &names);
}

/* The frame of a slot inside what stands in frame. */
static struct frame
inner_frame(struct job *j, const struct frame *frame, struct tsr_span name)
{
	struct frame inner = *frame;

	inner.up = frame;
	inner.entry = NULL;
	inner.depth = frame->depth + 1;
	inner.path = frame->path.n == 0
	    ? name
	    : text_of(tsr_arena_printf(j->arena, "%.*s.%.*s",
		  TSR_ARG(frame->path), TSR_ARG(name)));
	return inner;
}

static void
fill_slots(struct job *j, struct tsr_slot **out, uint32_t *count,
    const struct tsr_component *component, const struct tsr_json *slots,
    const struct frame *frame)
{
	struct tsr_template_names known = {NULL, 0};
	struct frame inner;
	uint32_t i;

	if (component->template != NULL)
		known = tsr_template_slots(component->template);
	if (component->template != NULL && slots != NULL)
		unknown_slots(j, component, slots);
	if (known.count > 0 && frame->depth == TSR_SLOT_DEPTH) {
		tsr_diag_add(j->diag, TSR_ERROR, TSR_M_DEPTH,
		    slots != NULL ? tsr_json_where(slots) : known.list[0].where,
		    "slots nest %d deep at most", TSR_SLOT_DEPTH);
		return;
	}
	*out = TSR_NEW_ARRAY(j->arena, struct tsr_slot, known.count);
	*count = (uint32_t)known.count;
	for (i = 0; i < known.count; i++) {
		(*out)[i].name = known.list[i].name;
		inner = inner_frame(j, frame, known.list[i].name);
		fill_slot(j, &(*out)[i],
		    tsr_json_find(slots, known.list[i].name), &inner);
	}
}

/* What a variant of a page may not change: where the page is. */
static void
check_page_patch(struct job *j, const struct tsr_json *patch)
{
	static const char *const fixed[] = {
	    "path", "for", "aliases", "locales", "noindex"};
	const struct tsr_member *m;
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(fixed); i++) {
		m = tsr_json_member(patch, text_of(fixed[i]));
		if (m != NULL)
			tsr_diag_add(j->diag, TSR_ERROR, TSR_M_PAGE_PATH,
			    tsr_json_name_where(m),
			    "a variant cannot change the page's \"%s\"",
			    fixed[i]);
	}
}

static bool
make_edition(struct job *j, struct tsr_edition *out,
    const struct tsr_json *page)
{
	const struct tsr_model *model = j->r->model;
	const struct tsr_json *layout = tsr_json_get(page, "layout");
	const struct tsr_json *fields = tsr_json_get(page, "fields");
	struct frame frame = {.owner = j->page->id, .own = true};
	uint32_t at = tsr_names_find(&model->layout_names,
	    layout != NULL ? tsr_json_text(layout) : TSR_LIT("default"));

	out->page = page;
	if (at == TSR_NAMES_NONE)
		return false;
	out->layout = &model->layouts[at];
	out->fields = fields != NULL
	    ? *filled(j, fields)
	    : no_fields(tsr_json_where(page));
	if (out->layout->model != NULL) {
		/* The body is put in when it has been rendered. */
		struct tsr_json body = {.type = TSR_JSON_OBJECT, .count = 1};
		struct tsr_member member = {.name = TSR_LIT("body"),
		    .value = tsr_json_string(TSR_LIT(""))};

		body.u.members = &member;
		body = tsr_json_merge(j->arena, &out->fields, &body);
		tsr_resolve_fields(out->layout, &body, j->diag);
	}
	fill_slots(j, &out->slots, &out->slot_count, out->layout,
	    tsr_json_get(page, "slots"), &frame);
	return out->layout->template != NULL;
}

/* The page with a whole-page variant laid over it. */
static const struct tsr_json *
page_variant(struct job *j, const struct tsr_json *page,
    const struct tsr_variant *variant)
{
	const struct tsr_json *patch = tsr_json_get(
	    variant->words.by_locale[j->locale], "fields");
	struct tsr_json *out;

	if (patch == NULL)
		return page;
	check_page_patch(j, patch);
	out = TSR_NEW(j->arena, struct tsr_json);
	*out = tsr_json_merge(j->arena, page, patch);
	if (j->r->model->page_schema != NULL)
		tsr_schema_check(
		    j->diag, j->r->model->page_schema, out, NULL);
	return out;
}

bool
tsr_resolve_page(struct tsr_resolved *out, const struct tsr_resolver *resolver,
    const struct tsr_place *place, uint32_t locale, struct tsr_arena *arena,
    struct tsr_diag *diag)
{
	const struct tsr_model *model = resolver->model;
	const struct tsr_page_source *page = &model->pages[place->page];
	const struct tsr_json *words = page->words.by_locale[locale];
	const struct tsr_variants *g;
	struct job j = {.r = resolver, .locale = locale, .page = page,
	    .arena = arena, .diag = diag};
	uint32_t i, n;
	bool ok = true;

	memset(out, 0, sizeof(*out));
	out->place = place;
	out->locale = locale;
	if (place->record != UINT32_MAX)
		j.record = out->record = tsr_resolve_record(resolver,
		    &model->catalogues[page->catalogue],
		    tsr_place_record(place, model, locale), locale, arena);
	g = variants_of(&j, page->id, TSR_LIT("_page"));
	n = g == NULL ? 0 : (uint32_t)g->count;
	out->editions = TSR_NEW_ARRAY(arena, struct tsr_edition, n + 1u);
	out->count = n + 1;
	j.variant = true;
	for (i = 0; i < n; i++) {
		out->editions[i].name = g->list[i].name;
		ok &= make_edition(&j, &out->editions[i],
		    page_variant(&j, words, &g->list[i]));
	}
	j.variant = false;
	out->editions[n].name = TSR_LIT("default");
	ok &= make_edition(&j, &out->editions[n], words);
	if (n > 0 && tsr_rules_outcomes(model->rules, g->decision) == n + 1) {
		out->decision = g->decision;
	} else {
		out->editions += n;
		out->count = 1;
	}
	return ok;
}

void
tsr_resolve_entries(const struct tsr_resolver *resolver,
    struct tsr_arena *arena, struct tsr_diag *diag)
{
	const struct tsr_model *model = resolver->model;
	const struct tsr_entry *e;
	const struct tsr_json *fields;
	struct tsr_json *none;
	uint32_t i, l;

	for (i = 0; i < model->entry_count; i++) {
		e = &model->entries[i];
		if (!e->words.valid || e->component == UINT32_MAX)
			continue;
		for (l = 0; l < model->locale_count; l++) {
			if (l > 0 && e->words.by_locale[l] == e->words.base)
				continue;
			fields = tsr_json_get(e->words.by_locale[l], "fields");
			if (fields == NULL) {
				none = TSR_NEW(arena, struct tsr_json);
				*none = no_fields(
				    tsr_json_where(e->words.base));
				fields = none;
			}
			tsr_resolve_fields(
			    &model->components[e->component], fields,
			    diag);
		}
	}
}
