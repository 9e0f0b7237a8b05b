/*
 * render - a site's folder to pages, fragments and public files.
 *
 * Stages one after the other; pages in parallel, each with messages of its own
 * that are merged in the order of pages, so threads change nothing.
 */
#include "build/render/render.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/pool.h"
#include "build/model/feed.h"
#include "build/model/place_chain.h"
#include "build/pack/script.h"
#include "build/read/markdown.h"
#include "build/read/mistake.h"
#include "build/render/paint.h"
#include "build/render/trigger_file.h"
#include "build/rules/lost.h"
#include "build/read/xml.h"
#include "core/limits.h"

/* The page's script, the buttons that ask why, the dialog. */
enum { SCRIPTS = 3 };

/* One page to be rendered. */
struct task {
	const struct tsr_place *place;
	uint32_t locale;
	struct tsr_diag diag;
};

struct run {
	struct tsr_site_output *out;
	const struct tsr_build_options *options;
	struct tsr_resolver resolver;
	struct tsr_variant_file *triggers;
	size_t trigger_count;
	struct task *tasks;
	size_t count;
	struct tsr_arena *messages; /* one a worker */
	pthread_mutex_t lock;
	size_t done;
	struct tsr_arena *arena;
	struct tsr_diag *diag;
};

static int
compare_tasks(const void *a, const void *b)
{
	const struct task *x = a, *y = b;

	return tsr_span_cmp(
	    x->place->paths[x->locale], y->place->paths[y->locale]);
}

/* Every path that answers with a page, sorted. */
static void
list_tasks(struct run *run)
{
	const struct tsr_addresses *all = run->resolver.addresses;
	struct tsr_span only = run->options->only;
	const struct tsr_address *a;
	uint32_t i;

	run->tasks = TSR_NEW_ARRAY(run->arena, struct task, all->count);
	for (i = 0; i < all->count; i++) {
		a = &all->list[i];
		if (a->kind != TSR_ADDRESS_PAGE ||
		    (only.n > 0 && !tsr_span_eq(a->path, only)))
			continue;
		run->tasks[run->count].place = &all->places[a->place];
		run->tasks[run->count++].locale = a->locale;
	}
	if (run->count > 0)
		qsort(run->tasks, run->count, sizeof(*run->tasks),
		    compare_tasks);
}

static void
report_progress(struct run *run)
{
	if (run->options->progress == NULL)
		return;
	pthread_mutex_lock(&run->lock);
	run->done++;
	run->options->progress(run->options->ctx, run->done, run->count);
	pthread_mutex_unlock(&run->lock);
}

static void
render_page(void *ctx, size_t number, unsigned worker)
{
	struct run *run = ctx;
	struct task *task = &run->tasks[number];
	struct tsr_arena *arena = &run->out->workers[worker];
	struct tsr_arena_mark mark = tsr_arena_mark(arena);
	struct tsr_page *page = &run->out->pages[number];
	struct tsr_resolved resolved;

	tsr_diag_init(&task->diag, &run->messages[worker]);
	if (tsr_resolve_page(&resolved, &run->resolver, task->place,
		task->locale, arena, &task->diag))
		tsr_paint_page(
		    page, &run->resolver, &resolved, arena, &task->diag);
	if (run->options->page != NULL) {
		if (page->editions != NULL && task->diag.errors == 0)
			run->options->page(
			    run->options->ctx, page, number, worker);
		page->editions = NULL;
		page->edition_count = 0;
		page->file_count = 0;
		tsr_arena_rewind(arena, mark);
	}
	report_progress(run);
}

/* Messages alike in rule and place, from many records: a few say it all. */
#define ALIKE_MAX 3

/*
 * Keep the first of what is alike; a site of 100,000 records with one mistake
 * in their page is one mistake.
 */
static void
thin(struct tsr_diag *diag)
{
	struct tsr_message *m, *first;
	size_t i, kept = 0, run = 0;

	for (i = 0; i < diag->count; i++) {
		m = &diag->list[i];
		first = kept > 0 ? &diag->list[kept - 1] : NULL;
		run = first != NULL && m->where.src != 0 &&
			m->where.src == first->where.src &&
			m->where.off == first->where.off &&
			strcmp(m->rule, first->rule) == 0
		    ? run + 1 : 0;
		if (run < ALIKE_MAX) {
			diag->list[kept++] = *m;
			continue;
		}
		tsr_diag_forget(diag, m->severity);
	}
	diag->count = kept;
}

static void
render_pages(struct run *run)
{
	size_t i;

	list_tasks(run);
	run->out->pages =
	    TSR_NEW_ARRAY(run->arena, struct tsr_page, run->count);
	run->out->page_count = run->count;
	pthread_mutex_init(&run->lock, NULL);
	tsr_pool_run(render_page, run, run->count, run->out->worker_count);
	pthread_mutex_destroy(&run->lock);
	for (i = 0; i < run->count; i++)
		tsr_diag_merge(run->diag, &run->tasks[i].diag);
}

/* Records sorted by id, for the fragments of a set. */
struct record {
	struct tsr_span id;
	const struct tsr_json *json;
};

static int
compare_records(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	return tsr_span_cmp(x->id, y->id);
}

static void
render_set(struct run *run, struct tsr_fragment_set *out,
    const struct tsr_set *set, uint32_t locale)
{
	const struct tsr_model *model = run->resolver.model;
	const struct tsr_catalogue *c = &model->catalogues[set->catalogue];
	struct record *records =
	    TSR_NEW_ARRAY(run->arena, struct record, c->count);
	struct tsr_block block = {
	    .component = &model->components[set->component]};
	uint32_t i;

	out->catalogue = c->name;
	out->component = block.component->name;
	out->locale = locale;
	out->count = c->count;
	out->list = TSR_NEW_ARRAY(run->arena, struct tsr_fragment, c->count);
	for (i = 0; i < c->count; i++) {
		records[i].json = c->by_locale[locale][i];
		records[i].id =
		    tsr_json_text(tsr_json_get(records[i].json, "id"));
	}
	if (c->count > 0)
		qsort(records, c->count, sizeof(*records), compare_records);
	for (i = 0; i < c->count; i++) {
		block.fields = tsr_resolve_record(&run->resolver, c,
		    records[i].json, locale, run->arena);
		block.where = tsr_json_where(records[i].json);
		tsr_resolve_record_fields(
		    block.component, block.fields, run->arena, run->diag);
		out->list[i].id = records[i].id;
		tsr_paint_fragment(&out->list[i].html, &run->resolver, locale,
		    &block, run->arena, run->diag);
	}
}

static void
render_sets(struct run *run)
{
	const struct tsr_model *model = run->resolver.model;
	uint32_t i, l;

	run->out->set_count = model->set_count * model->locale_count;
	run->out->sets = TSR_NEW_ARRAY(
	    run->arena, struct tsr_fragment_set, run->out->set_count);
	for (i = 0; i < model->set_count; i++)
		for (l = 0; l < model->locale_count; l++)
			render_set(run,
			    &run->out->sets[model->sets[i].number + l],
			    &model->sets[i], l);
}

static void
name_locales(struct run *run)
{
	const struct tsr_model *model = run->resolver.model;
	const struct tsr_addresses *all = run->resolver.addresses;
	struct tsr_output_locale *l;
	uint32_t i, at = tsr_names_find(&all->ids, model->not_found);
	size_t p;

	run->out->locale_count = model->locale_count;
	run->out->locales = TSR_NEW_ARRAY(
	    run->arena, struct tsr_output_locale, model->locale_count);
	for (i = 0; i < model->locale_count; i++) {
		l = &run->out->locales[i];
		l->tag = model->locales[i].tag;
		l->prefix = model->locales[i].prefix;
		l->name = model->locales[i].name;
		l->strings = &model->locales[i].strings;
		l->not_found = UINT32_MAX;
		for (p = 0; at != TSR_NAMES_NONE && p < run->count; p++)
			if (run->tasks[p].place == &all->places[at] &&
			    run->tasks[p].locale == i)
				l->not_found = (uint32_t)p;
	}
}

static int
compare_files(const void *a, const void *b)
{
	const struct tsr_public_file *x = a, *y = b;

	return tsr_span_cmp(x->name, y->name);
}

/* Of equal files the one that is always the same. */
static int
compare_variants(const void *a, const void *b)
{
	const struct tsr_public_file *x = a, *y = b;
	int c = tsr_span_cmp(x->name, y->name);

	c = c != 0 ? c : tsr_span_cmp(x->page, y->page);
	c = c != 0 ? c : tsr_span_cmp(x->slot, y->slot);
	return c != 0 ? c : tsr_span_cmp(x->variant, y->variant);
}

/* Sorted, each once: many pages may have one variant. */
static void
unite_files(struct tsr_site_output *out, struct tsr_arena *arena)
{
	size_t i, n = 0;

	if (out->file_count > 0)
		qsort(out->files, out->file_count, sizeof(*out->files),
		    compare_variants);
	for (i = 0; i < out->file_count; i++)
		if (n == 0 || compare_files(
			&out->files[n - 1], &out->files[i]) != 0)
			out->files[n++] = out->files[i];
	for (i = n; i < out->file_count; i++)
		memset(&out->files[i], 0, sizeof(out->files[i]));
	out->file_count = n;
	for (i = 0; i < n; i++)
		out->files[i].gzip = tsr_assets_gzip(
		    out->files[i].bytes, arena);
}

static void
add_script(struct run *run, const struct tsr_script_file *script)
{
	struct tsr_public_file *f = &run->out->files[run->out->file_count++];

	f->name = script->file;
	f->bytes = script->bytes;
	f->gzip = tsr_assets_gzip(f->bytes, run->arena);
}

/* Assets, the browser's script, what feed.c writes, and the variants that browsers fetch. */
static void
list_files(struct run *run, const struct tsr_assets *assets)
{
	struct tsr_site_output *out = run->out;
	struct tsr_xml_files made = {NULL, 0, 0};
	struct tsr_public_file *f;
	size_t i, j, n = run->trigger_count + assets->count + SCRIPTS;

	tsr_feed_write(&made, &run->resolver, run->arena, run->diag);
	n += made.count;
	for (i = 0; i < out->page_count; i++)
		n += out->pages[i].file_count;
	out->files = TSR_NEW_ARRAY(run->arena, struct tsr_public_file, n);
	for (i = 0; i < out->page_count; i++)
		for (j = 0; j < out->pages[i].file_count; j++) {
			f = &out->files[out->file_count++];
			f->name = out->pages[i].files[j].name;
			f->bytes = out->pages[i].files[j].html;
			f->variant = out->pages[i].files[j].variant;
			f->slot = out->pages[i].files[j].slot;
			f->page = out->pages[i].path;
		}
	for (i = 0; i < run->trigger_count &&
	     atomic_load(&run->resolver.script->used); i++) {
		f = &out->files[out->file_count++];
		f->name = run->triggers[i].name;
		f->bytes = run->triggers[i].html;
		f->variant = run->triggers[i].variant;
		f->slot = run->triggers[i].slot;
		f->page = run->resolver.model->locales[i %
		    run->resolver.model->locale_count].prefix;
		if (f->page.n == 0)
			f->page = TSR_LIT("/");
	}
	unite_files(out, run->arena);
	for (i = 0; i < assets->count; i++) {
		f = &out->files[out->file_count++];
		f->name = assets->list[i].file;
		f->bytes = assets->list[i].bytes;
		f->gzip = assets->list[i].gzip;
	}
	if (atomic_load(&run->resolver.script->used))
		add_script(run, &run->resolver.script->main);
	if (atomic_load(&run->resolver.script->asked)) {
		add_script(run, &run->resolver.script->ask);
		add_script(run, &run->resolver.script->why);
	}
	for (i = 0; i < made.count; i++) {
		f = &out->files[out->file_count++];
		f->name = made.list[i].name;
		f->bytes = made.list[i].text;
		f->gzip = tsr_assets_gzip(f->bytes, run->arena);
	}
	assert(out->file_count <= n);
	if (out->file_count > 0)
		qsort(out->files, out->file_count, sizeof(*out->files),
		    compare_files);
}

static void
render_model(struct run *run, struct tsr_model *model)
{
	struct tsr_addresses *all = TSR_NEW(run->arena, struct tsr_addresses);
	struct tsr_site_output *out = run->out;

	tsr_addresses_find(all, model, run->arena, run->diag);
	tsr_chains_place(model, all, run->arena, run->diag);
	tsr_triggers_place(model, all, run->arena);
	run->resolver.model = model;
	run->resolver.addresses = all;
	run->resolver.queries = tsr_queries_new(run->arena);
	run->resolver.script = TSR_NEW(run->arena, struct tsr_script);
	run->triggers = tsr_trigger_files(&run->trigger_count, &run->resolver,
	    run->arena, run->diag);
	tsr_script_make(run->resolver.script, model, run->arena);
	run->resolver.used =
	    TSR_NEW_ARRAY(run->arena, atomic_bool, model->variants_count);
	tsr_resolve_entries(&run->resolver, run->arena, run->diag);
	render_pages(run);
	if (run->options->only.n == 0)
		tsr_resolve_unused(&run->resolver, run->diag);
	render_sets(run);
	name_locales(run);
	list_files(run, model->assets);
	out->redirects = all->redirects;
	out->redirect_count = all->redirect_count;
	out->rules = model->rules;
	out->triggers = model->triggers;
	if (run->options->only.n > 0 && run->count == 1)
		out->known = tsr_place_known(
		    model, run->tasks[0].place, run->tasks[0].locale);
	out->events = &model->events;
	out->name = model->name;
	out->base_url = model->base_url;
	out->consent_cookie = model->consent_cookie;
	out->consent = tsr_json_get(model->config, "consent");
	out->config = model->config;
	tsr_queries_free(run->resolver.queries);
}

bool
tsr_site_render(struct tsr_site_output *out, const char *folder,
    const struct tsr_build_options *options, struct tsr_arena *arena,
    struct tsr_diag *diag)
{
	struct run run = {
	    .out = out, .options = options, .arena = arena, .diag = diag};
	struct tsr_site *site = TSR_NEW(arena, struct tsr_site);
	struct tsr_assets *assets = TSR_NEW(arena, struct tsr_assets);
	struct tsr_model *model = TSR_NEW(arena, struct tsr_model);
	unsigned i;

	memset(out, 0, sizeof(*out));
	tsr_sources_init(&out->sources, arena);
	tsr_markdown_setup();
	tsr_xml_setup();
	out->worker_count = tsr_pool_threads(options->threads);
	out->workers =
	    TSR_NEW_ARRAY(arena, struct tsr_arena, out->worker_count);
	run.messages =
	    TSR_NEW_ARRAY(arena, struct tsr_arena, out->worker_count);
	if (tsr_site_read(site, folder, &out->sources, arena, diag)) {
		tsr_assets_read(assets, site, options->threads, arena, diag);
		if (tsr_model_build(model, site, assets, arena, diag))
			render_model(&run, model);
	}
	for (i = 0; i < out->worker_count; i++)
		tsr_arena_free(&run.messages[i]);
	tsr_lost_drop(diag, model->lost);
	tsr_diag_sort(diag, &out->sources);
	thin(diag);
	return diag->errors == 0;
}

void
tsr_site_output_free(struct tsr_site_output *out)
{
	unsigned i;

	for (i = 0; i < out->worker_count; i++)
		tsr_arena_free(&out->workers[i]);
	out->worker_count = 0;
}
