/*
 * build - a site's folder becomes a release: the whole way, stage by stage.
 */
#include "build/build.h"

#include <stdlib.h>

#include "base/pool.h"
#include "build/pack/bounds.h"
#include "build/pack/whytext.h"
#include "build/render/asked.h"
#include "build/render/fold.h"

/* Editions that folding may make of one page (tessera.json limits.fold). */
#define FOLD_EDITIONS 4

/* One thread's tools and memory. */
struct worker {
	struct tsr_arena arena;	  /* what packed pages are made of */
	struct tsr_arena scratch; /* padding of the page under way */
	struct tsr_diag diag;
	struct tsr_deflater *deflater;
};

struct builder {
	const struct tsr_build *build;
	struct tsr_site_output *site;
	struct tsr_build_result *result;
	struct tsr_arena *arena;
	struct tsr_diag *diag;
	struct worker *workers;
	unsigned worker_count;
	struct tsr_packed_page *packed; /* by page number */
	struct tsr_emit_set *sets;
};

struct tsr_padded *
tsr_build_pad(const struct tsr_page *page, struct tsr_arena *arena,
    struct tsr_diag *diag)
{
	struct tsr_padded *editions =
	    TSR_NEW_ARRAY(arena, struct tsr_padded, page->edition_count);
	bool ok = true;
	uint32_t i;

	for (i = 0; i < page->edition_count; i++)
		ok &= tsr_pad_edition(
		    &editions[i], &page->editions[i], arena, diag);
	return ok ? editions : NULL;
}

static void
pack_page(struct builder *b, const struct tsr_page *page, size_t number,
    unsigned worker)
{
	struct worker *w = &b->workers[worker];
	struct tsr_arena_mark mark = tsr_arena_mark(&w->scratch);
	struct tsr_padded *editions =
	    tsr_build_pad(page, &w->scratch, &w->diag);
	struct tsr_packed_page *packed = &b->packed[number];
	struct tsr_pack_tools tools = {w->deflater, &w->arena, &w->scratch};
	struct tsr_bounds bounds;

	if (editions != NULL) {
		if (!tsr_pack_page(
			packed, editions, page->edition_count, &tools))
			abort(); /* a unit that does not decode: our bug */
		tsr_bounds_find(&bounds, packed, b->sets, &w->scratch);
		tsr_bounds_check(&w->diag, &bounds, page);
	}
	tsr_arena_rewind(&w->scratch, mark);
}

static void
start_workers(struct builder *b)
{
	unsigned i;

	b->worker_count = tsr_pool_threads(b->build->threads);
	b->workers = TSR_NEW_ARRAY(b->arena, struct worker, b->worker_count);
	for (i = 0; i < b->worker_count; i++) {
		tsr_diag_init(&b->workers[i].diag, &b->workers[i].arena);
		b->workers[i].deflater = tsr_deflater_new(b->build->level);
		if (b->workers[i].deflater == NULL)
			abort(); /* zlib refuses our constants, or no memory */
	}
}

static void
pack_one(void *ctx, size_t number, unsigned worker)
{
	struct builder *b = ctx;

	pack_page(b, &b->site->pages[number], number, worker);
	if (worker == 0 && b->build->progress != NULL)
		b->build->progress(b->build->ctx,
		    b->site->page_count + number, b->site->page_count * 2);
}

void
tsr_build_fold(struct tsr_site_output *site, struct tsr_arena *arena)
{
	const struct tsr_json *limit =
	    tsr_json_get(tsr_json_get(site->config, "limits"), "fold");
	size_t i, max = FOLD_EDITIONS;

	if (tsr_json_is(limit, TSR_JSON_INTEGER) && limit->u.integer >= 0)
		max = (size_t)limit->u.integer;
	for (i = 0; i < site->page_count && max > 0; i++)
		if (tsr_fold_fits(&site->pages[i], site->rules))
			tsr_fold_page(
			    &site->pages[i], site->rules, max, arena);
	tsr_asked_find(site->pages, site->page_count, site->rules, arena);
	tsr_whytext_measure(
	    site->pages, site->page_count, site->rules, arena);
}

static void
pack_sets(struct builder *b)
{
	struct worker *w = &b->workers[0];
	uint32_t i, j;

	b->sets =
	    TSR_NEW_ARRAY(b->arena, struct tsr_emit_set, b->site->set_count);
	for (i = 0; i < b->site->set_count; i++) {
		const struct tsr_fragment_set *from = &b->site->sets[i];
		struct tsr_emit_set *set = &b->sets[i];

		set->count = from->count;
		set->ids = TSR_NEW_ARRAY(b->arena, struct tsr_span, set->count);
		set->objects = TSR_NEW_ARRAY(
		    b->arena, struct tsr_packed_object, set->count);
		for (j = 0; j < from->count; j++) {
			set->ids[j] = from->list[j].id;
			if (!tsr_pack_fragment(&set->objects[j],
				from->list[j].html, w->deflater, b->arena))
				abort();
		}
	}
}

static struct tsr_emit_file *
public_files(size_t *count, struct builder *b)
{
	const struct tsr_site_output *site = b->site;
	struct tsr_emit_file *files = TSR_NEW_ARRAY(
	    b->arena, struct tsr_emit_file, site->file_count * 2);
	size_t i, n = 0;

	for (i = 0; i < site->file_count; i++) {
		const struct tsr_public_file *f = &site->files[i];

		files[n].name = f->name;
		files[n].variant = f->variant;
		files[n].slot = f->slot;
		files[n].page = f->page;
		files[n++].bytes = f->bytes;
		if (f->gzip.n == 0)
			continue;
		files[n].name = tsr_span_of(
		    tsr_arena_printf(b->arena, "%.*s.gz", (int)f->name.n,
			(const char *)f->name.p),
		    f->name.n + 3);
		files[n++].bytes = f->gzip;
	}
	*count = n;
	return files;
}

static int
compare_files(const void *a, const void *b)
{
	const struct tsr_emit_file *x = a, *y = b;

	return tsr_span_cmp(x->name, y->name);
}

static struct tsr_emit_file *
input_files(size_t *count, struct builder *b)
{
	const struct tsr_sources *sources = &b->site->sources;
	struct tsr_emit_file *files =
	    TSR_NEW_ARRAY(b->arena, struct tsr_emit_file, sources->count);
	size_t i, n = 0;

	for (i = 1; i < sources->count; i++) {
		const char *name = sources->list[i].name;

		files[n].name = tsr_span_of(name, strlen(name));
		files[n++].bytes = sources->list[i].text;
	}
	qsort(files, n, sizeof(*files), compare_files);
	*count = n;
	return files;
}

static enum tsr_err
emit(struct builder *b)
{
	const struct tsr_site_output *site = b->site;
	struct tsr_emit_input in = {.pages = site->pages,
	    .packed = b->packed,
	    .page_count = site->page_count,
	    .rules = site->rules,
	    .events = site->events,
	    .sets = b->sets,
	    .set_count = site->set_count,
	    .consent_cookie = site->consent_cookie,
	    .consent = site->consent,
	    .origin = site->base_url,
	    .site_name = site->name};
	struct tsr_emit_locale *locales = TSR_NEW_ARRAY(
	    b->arena, struct tsr_emit_locale, site->locale_count);
	struct tsr_emit_redirect *redirects = TSR_NEW_ARRAY(
	    b->arena, struct tsr_emit_redirect, site->redirect_count);
	uint32_t i;

	for (i = 0; i < site->locale_count; i++) {
		locales[i].tag = site->locales[i].tag;
		locales[i].prefix = site->locales[i].prefix;
		locales[i].not_found = site->locales[i].not_found;
		locales[i].strings = site->locales[i].strings;
	}
	for (i = 0; i < site->redirect_count; i++) {
		redirects[i].from = site->redirects[i].from;
		redirects[i].to = site->redirects[i].to;
	}
	in.locales = locales;
	in.locale_count = site->locale_count;
	in.redirects = redirects;
	in.redirect_count = site->redirect_count;
	in.files = public_files(&in.file_count, b);
	in.inputs = input_files(&in.input_count, b);
	return tsr_emit(
	    &b->result->emit, &b->result->what, &in, b->build->out, b->arena);
}

static void
count_results(struct builder *b)
{
	size_t i;

	b->result->pages = b->site->page_count;
	for (i = 0; i < b->site->page_count; i++) {
		b->result->editions += b->packed[i].edition_count;
		b->result->units += b->packed[i].object_count;
		b->result->page_bytes += b->packed[i].stored;
	}
}

enum tsr_err
tsr_build_run(struct tsr_build_result *result, struct tsr_site_output *site,
    const struct tsr_build *build, struct tsr_arena *arena,
    struct tsr_diag *diag)
{
	struct tsr_build_options options = {.threads = build->threads,
	    .progress = build->progress,
	    .ctx = build->ctx};
	struct builder b = {.build = build, .site = site, .result = result,
	    .arena = arena, .diag = diag};
	enum tsr_err err = TSR_SYNTAX;
	size_t errors;
	unsigned i;

	memset(result, 0, sizeof(*result));
	result->what = build->site;
	if (!tsr_site_render(site, build->site, &options, arena, diag))
		return TSR_SYNTAX;
	start_workers(&b);
	b.packed =
	    TSR_NEW_ARRAY(arena, struct tsr_packed_page, site->page_count);
	tsr_build_fold(site, arena);
	pack_sets(&b);
	tsr_pool_run(pack_one, &b, site->page_count, b.worker_count);
	errors = diag->errors;
	for (i = 0; i < b.worker_count; i++)
		tsr_diag_merge(diag, &b.workers[i].diag);
	tsr_diag_sort(diag, &site->sources);
	count_results(&b);
	if (diag->errors == errors && !(build->strict && diag->warnings > 0))
		err = build->out == NULL ? TSR_OK : emit(&b);
	for (i = 0; i < b.worker_count; i++) {
		tsr_deflater_free(b.workers[i].deflater);
		tsr_arena_free(&b.workers[i].arena);
		tsr_arena_free(&b.workers[i].scratch);
	}
	return err;
}
