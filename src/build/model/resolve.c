/*
 * resolve - one page in one locale: every slot filled, for every audience.
 *
 * Recursion goes from a slot to its contents to their slots and ends at
 * TSR_SLOT_DEPTH; an entry inside itself is found before that.
 */
#include "build/read/mistake.h"
#include "build/model/place_chain.h"
#include "build/model/resolve_part.h"
#include "build/template/template.h"
#include "core/limits.h"

static struct tsr_span
text_of(const char *s)
{
	return tsr_span_of(s, strlen(s));
}

struct tsr_json
tsr_resolve_no_fields(struct tsr_where where)
{
	struct tsr_json v = {
	    .type = TSR_JSON_OBJECT, .src = where.src, .off = where.off};

	return v;
}

/* The variants of owner/path, or NULL. */
static const struct tsr_variants *
variants_of(struct tsr_resolving *j, struct tsr_span owner,
    struct tsr_span path)
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
fill_slot(struct tsr_resolving *j, struct tsr_slot *out,
    const struct tsr_json *own,
    const struct tsr_frame *frame)
{
	const struct tsr_variants *g =
	    frame->own ? variants_of(j, frame->owner, frame->path) : NULL;
	struct tsr_contents contents = tsr_resolve_contents(own);
	uint32_t i, n = g == NULL ? 0 : (uint32_t)g->count;

	out->list = TSR_NEW_ARRAY(j->arena, struct tsr_alternative, n + 1u);
	out->count = n + 1;
	for (i = 0; i < n; i++) {
		out->list[i].name = g->list[i].name;
		tsr_resolve_variant(j, &out->list[i],
		    g->list[i].words.by_locale[j->locale], contents, frame);
	}
	out->list[n].name = TSR_LIT("default");
	tsr_resolve_own(j, &out->list[n], contents, frame);
	if (n > 0)
		out->decision = tsr_chain_at(
		    g, j->r->addresses, j->place, j->locale);
	out->rules = n > 0 ? &g->rules : NULL;
	if (n == 0 ||
	    tsr_rules_outcomes(j->r->model->rules, out->decision) != n + 1) {
		out->decision = 0;
		out->list += n;
		out->count = 1;
	}
}

static void
unknown_slots(struct tsr_resolving *j, const struct tsr_component *component,
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
static struct tsr_frame
inner_frame(struct tsr_resolving *j, const struct tsr_frame *frame,
    struct tsr_span name)
{
	struct tsr_frame inner = *frame;

	inner.up = frame;
	inner.entry = NULL;
	inner.depth = frame->depth + 1;
	inner.path = frame->path.n == 0
	    ? name
	    : text_of(tsr_arena_printf(j->arena, "%.*s.%.*s",
		  TSR_ARG(frame->path), TSR_ARG(name)));
	return inner;
}

void
tsr_resolve_slots(struct tsr_resolving *j, struct tsr_block *out,
    const struct tsr_json *slots, const struct tsr_frame *frame)
{
	const struct tsr_component *component = out->component;
	struct tsr_template_names known = {NULL, 0};
	struct tsr_frame inner;
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
	out->slots = TSR_NEW_ARRAY(j->arena, struct tsr_slot, known.count);
	out->slot_count = (uint32_t)known.count;
	for (i = 0; i < known.count; i++) {
		out->slots[i].name = known.list[i].name;
		inner = inner_frame(j, frame, known.list[i].name);
		fill_slot(j, &out->slots[i],
		    tsr_json_find(slots, known.list[i].name), &inner);
	}
}

/* What a variant of a page may not change: where the page is. */
static void
check_page_patch(struct tsr_resolving *j, const struct tsr_json *patch)
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
make_edition(struct tsr_resolving *j, struct tsr_edition *out,
    const struct tsr_json *page)
{
	const struct tsr_model *model = j->r->model;
	const struct tsr_json *layout = tsr_json_get(page, "layout");
	const struct tsr_json *fields = tsr_json_get(page, "fields");
	struct tsr_frame frame = {.owner = j->page->id, .own = true};
	struct tsr_block block = {.slot_count = 0};
	uint32_t at = tsr_names_find(&model->layout_names,
	    layout != NULL ? tsr_json_text(layout) : TSR_LIT("default"));

	out->page = page;
	if (at == TSR_NAMES_NONE)
		return false;
	out->layout = &model->layouts[at];
	out->fields = fields != NULL
	    ? *tsr_resolve_fill(j, fields)
	    : tsr_resolve_no_fields(tsr_json_where(page));
	if (out->layout->model != NULL) {
		/* The body is put in when it has been rendered. */
		struct tsr_json body = {.type = TSR_JSON_OBJECT, .count = 1};
		struct tsr_member member = {.name = TSR_LIT("body"),
		    .value = tsr_json_string(TSR_LIT(""))};

		body.u.members = &member;
		body = tsr_json_merge(j->arena, &out->fields, &body);
		tsr_resolve_fields(out->layout, &body, j->diag);
	}
	block.component = out->layout;
	tsr_resolve_slots(j, &block, tsr_json_get(page, "slots"), &frame);
	out->slots = block.slots;
	out->slot_count = block.slot_count;
	return out->layout->template != NULL;
}

/* The page with a whole-page variant laid over it. */
static const struct tsr_json *
page_variant(struct tsr_resolving *j, const struct tsr_json *page,
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
	if (j->r->model->page_schema != NULL &&
	    !tsr_schema_check(j->diag, j->r->model->page_schema, out, NULL))
		return page;
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
	struct tsr_resolving j = {.r = resolver, .locale = locale, .page = page,
	    .place = place,
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
	if (n > 0)
		out->decision =
		    tsr_chain_at(g, resolver->addresses, place, locale);
	out->rules = n > 0 ? &g->rules : NULL;
	if (n == 0 ||
	    tsr_rules_outcomes(model->rules, out->decision) != n + 1) {
		out->decision = 0;
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
				*none = tsr_resolve_no_fields(
				    tsr_json_where(e->words.base));
				fields = none;
			}
			tsr_resolve_fields(
			    &model->components[e->component], fields,
			    diag);
		}
	}
}
