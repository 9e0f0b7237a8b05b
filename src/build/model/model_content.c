/*
 * model_content - entries, pages and variants, by name and in every locale.
 */
#include "build/read/mistake.h"
#include "build/model/model_part.h"

static struct tsr_span
slash_join(struct tsr_arena *arena, struct tsr_span a, struct tsr_span b)
{
	const char *s = tsr_arena_printf(
	    arena, "%.*s/%.*s", TSR_ARG(a), TSR_ARG(b));

	return tsr_span_of(s, strlen(s));
}

static uint32_t
count_files(struct tsr_modeler *m, enum tsr_file_kind kind)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < m->site->count; i++)
		n += tsr_model_is(&m->site->files[i], kind);
	return n;
}

/* An overlay needs a file of the same name without a locale. */
static void
check_strays(struct tsr_modeler *m, enum tsr_file_kind kind,
    const struct tsr_names *names)
{
	const struct tsr_site_file *f;
	struct tsr_span name;
	size_t i;

	for (i = 0; i < m->site->count; i++) {
		f = &m->site->files[i];
		if (f->kind != kind || f->locale.n == 0)
			continue;
		name = f->group.n > 0
		    ? slash_join(m->arena, f->group, f->name) : f->name;
		if (tsr_names_find(names, name) != TSR_NAMES_NONE)
			continue;
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_STRAY_OVERLAY,
		    tsr_site_where(f), "there is no \"%.*s\" to lie over",
		    TSR_ARG(name));
	}
}

void
tsr_model_entries(struct tsr_modeler *m)
{
	struct tsr_model *model = m->model;
	struct tsr_entry *e;
	const struct tsr_site_file *f;
	size_t i;

	model->entries = TSR_NEW_ARRAY(
	    m->arena, struct tsr_entry, count_files(m, TSR_FILE_ENTRY));
	for (i = 0; i < m->site->count; i++) {
		f = &m->site->files[i];
		if (!tsr_model_is(f, TSR_FILE_ENTRY))
			continue;
		e = &model->entries[model->entry_count];
		e->name = slash_join(m->arena, f->group, f->name);
		e->component =
		    tsr_names_find(&model->component_names, f->group);
		if (e->component == TSR_NAMES_NONE)
			tsr_model_unknown(m->diag, TSR_M_COMPONENT,
			    tsr_site_where(f), "component", f->group,
			    &model->component_names);
		tsr_model_words(&e->words, m, i);
		tsr_names_add(&model->entry_names, m->arena, e->name,
		    model->entry_count++);
	}
	check_strays(m, TSR_FILE_ENTRY, &model->entry_names);
}

/* Which locales a page is there for: all, or those it names. */
static void
page_locales(struct tsr_modeler *m, struct tsr_page_source *page)
{
	const struct tsr_model *model = m->model;
	const struct tsr_json *list = tsr_json_get(page->words.base, "locales");
	uint32_t i, locale;

	page->locales = TSR_NEW_ARRAY(m->arena, bool, model->locale_count);
	for (i = 0; i < model->locale_count; i++)
		page->locales[i] = !tsr_json_is(list, TSR_JSON_ARRAY);
	for (i = 0; tsr_json_is(list, TSR_JSON_ARRAY) && i < list->count; i++) {
		locale = tsr_model_locale(
		    model, tsr_json_text(&list->u.items[i]));
		if (locale != UINT32_MAX) {
			page->locales[locale] = true;
			continue;
		}
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_UNKNOWN_LOCALE,
		    tsr_json_where(&list->u.items[i]),
		    "\"%.*s\" is no locale of this site",
		    TSR_ARG(tsr_json_text(&list->u.items[i])));
	}
}

static void
take_page(struct tsr_modeler *m, struct tsr_page_source *page, size_t file)
{
	struct tsr_model *model = m->model;
	const struct tsr_json *layout, *records;
	struct tsr_span name = TSR_LIT("default");
	struct tsr_where where = tsr_site_where(&m->site->files[file]);

	page->id = m->site->files[file].name;
	tsr_model_words(&page->words, m, file);
	layout = tsr_json_get(page->words.base, "layout");
	if (layout != NULL) {
		name = tsr_json_text(layout);
		where = tsr_json_where(layout);
	}
	page->layout = tsr_names_find(&model->layout_names, name);
	if (page->layout == TSR_NAMES_NONE)
		tsr_model_unknown(m->diag, TSR_M_LAYOUT, where, "layout", name,
		    &model->layout_names);
	page->catalogue = UINT32_MAX;
	records = tsr_json_get(page->words.base, "for");
	if (records != NULL) {
		page->catalogue = tsr_names_find(
		    &model->catalogue_names, tsr_json_text(records));
		if (page->catalogue == TSR_NAMES_NONE)
			tsr_model_unknown(m->diag, TSR_M_CATALOGUE,
			    tsr_json_where(records), "catalogue",
			    tsr_json_text(records), &model->catalogue_names);
		else if (model->catalogues[page->catalogue].page == UINT32_MAX)
			model->catalogues[page->catalogue].page =
			    model->page_count;
	}
	page_locales(m, page);
}

void
tsr_model_pages(struct tsr_modeler *m)
{
	struct tsr_model *model = m->model;
	const struct tsr_site_file *f;
	uint32_t at;
	size_t i;

	model->pages = TSR_NEW_ARRAY(
	    m->arena, struct tsr_page_source, count_files(m, TSR_FILE_PAGE));
	for (i = 0; i < m->site->count; i++) {
		f = &m->site->files[i];
		if (!tsr_model_is(f, TSR_FILE_PAGE))
			continue;
		at = tsr_names_add(
		    &model->page_names, m->arena, f->name, model->page_count);
		if (at != TSR_NAMES_NONE) {
			tsr_diag_add(m->diag, TSR_ERROR, TSR_M_TWICE,
			    tsr_site_where(f),
			    "a second file for the page \"%.*s\"",
			    TSR_ARG(f->name))
			    ->also =
			    tsr_site_where(model->pages[at].words.file);
			continue;
		}
		take_page(m, &model->pages[model->page_count], i);
		model->page_count++;
	}
	check_strays(m, TSR_FILE_PAGE, &model->page_names);
	if (model->not_found.n > 0 &&
	    tsr_names_find(&model->page_names, model->not_found) ==
		TSR_NAMES_NONE)
		tsr_model_unknown(m->diag, TSR_M_NOT_FOUND_PAGE,
		    tsr_json_where(tsr_json_get(model->config, "notFound")),
		    "page", model->not_found, &model->page_names);
}

/* The moment that a member says, or the one given. */
static int64_t
moment(struct tsr_modeler *m, const struct tsr_json *variant, const char *name,
    int64_t otherwise)
{
	const struct tsr_json *v = tsr_json_get(variant, name);
	int64_t out;

	if (v == NULL)
		return otherwise;
	if (tsr_rules_moment(&out, m->model->rules, v))
		return out;
	tsr_diag_add(m->diag, TSR_ERROR, TSR_M_TIME, tsr_json_where(v),
	    "\"%s\" is no moment", name);
	tsr_diag_hint(m->diag, "like \"2026-03-01T00:00:00+01:00\", or without the offset: a "
	    "time of the site's zone");
	return otherwise;
}

/* The group of a file's folder, made when it is the first in it. */
static struct tsr_variants *
group_of(struct tsr_modeler *m, const struct tsr_site_file *f)
{
	struct tsr_model *model = m->model;
	struct tsr_variants *g;
	uint32_t at = tsr_names_find(&model->variant_keys, f->group);
	size_t slash = f->group.n;

	if (at != TSR_NAMES_NONE)
		return &model->variants[at];
	g = &model->variants[model->variants_count];
	while (f->group.p[slash - 1] != '/')
		slash--;
	g->key = f->group;
	g->owner = tsr_span_part(f->group, 0, slash - 1);
	g->slot = tsr_span_from(f->group, slash);
	tsr_names_add(&model->variant_keys, m->arena, g->key,
	    model->variants_count++);
	if (tsr_names_find(&model->page_names, g->owner) == TSR_NAMES_NONE &&
	    tsr_names_find(&model->entry_names, g->owner) == TSR_NAMES_NONE)
		tsr_model_unknown(m->diag, TSR_M_VARIANT_OWNER,
		    tsr_site_where(f), "page or entry", g->owner,
		    &model->page_names);
	return g;
}

static void
take_variant(struct tsr_modeler *m, size_t file)
{
	const struct tsr_site_file *f = &m->site->files[file];
	struct tsr_variants *g = group_of(m, f);
	struct tsr_variant *v;
	const struct tsr_json *priority;

	g->list = tsr_arena_grow(
	    m->arena, g->list, g->count, &g->cap, sizeof(*g->list));
	v = &g->list[g->count];
	memset(v, 0, sizeof(*v));
	v->name = f->name;
	tsr_model_words(&v->words, m, file);
	if (!v->words.valid)
		return;
	priority = tsr_json_get(v->words.base, "priority");
	v->priority = (int64_t)tsr_json_number(priority);
	v->starts = moment(m, v->words.base, "startsAt", INT64_MIN);
	v->ends = moment(m, v->words.base, "endsAt", INT64_MAX);
	if (v->ends <= v->starts)
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_TIME,
		    tsr_json_where(tsr_json_get(v->words.base, "endsAt")),
		    "this variant ends before it starts");
	if (tsr_span_eq(g->slot, TSR_LIT("_page")) &&
	    tsr_json_get(v->words.base, "fields") == NULL)
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_NO_CONTENT,
		    tsr_site_where(f),
		    "a variant of a whole page has \"fields\"");
	g->count++;
}

void
tsr_model_variants(struct tsr_modeler *m)
{
	struct tsr_model *model = m->model;
	const struct tsr_site_file *f;
	struct tsr_names names = {NULL, 0, 0};
	size_t i;

	model->variants = TSR_NEW_ARRAY(m->arena, struct tsr_variants,
	    count_files(m, TSR_FILE_VARIANT) + count_files(m, TSR_FILE_CHAIN));
	for (i = 0; i < m->site->count; i++) {
		f = &m->site->files[i];
		if (tsr_model_is(f, TSR_FILE_VARIANT)) {
			take_variant(m, i);
			tsr_names_add(&names, m->arena,
			    slash_join(m->arena, f->group, f->name), 0);
		} else if (tsr_model_is(f, TSR_FILE_CHAIN) &&
		    tsr_model_fits(m, f->kind, &f->json)) {
			group_of(m, f)->chain = f;
		}
	}
	check_strays(m, TSR_FILE_VARIANT, &names);
}
