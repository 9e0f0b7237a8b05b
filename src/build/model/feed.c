/*
 * feed - sitemap.xml, robots.txt and Atom feeds, from the site's pages.
 *
 * A page that says "noindex" and the not-found page are in none of them.
 */
#include "build/model/feed.h"

#include <stdlib.h>

#include "build/template/context.h"
#include "build/read/moment.h"

/* Entries of one feed: readers fetch it again and again. */
#define ENTRIES_MAX 50

struct writer {
	struct tsr_xml_files *out;
	const struct tsr_resolver *r;
	const struct tsr_model *model;
	struct tsr_arena *arena;
	struct tsr_diag *diag;
};

static void
add_file(struct writer *w, struct tsr_span name, struct tsr_span text)
{
	w->out->list = tsr_arena_grow(w->arena, w->out->list, w->out->count,
	    &w->out->cap, sizeof(*w->out->list));
	w->out->list[w->out->count].name = name;
	w->out->list[w->out->count++].text = text;
}

static struct tsr_span
absolute(struct writer *w, struct tsr_span path)
{
	struct tsr_span base = w->model->base_url;
	char *s = tsr_arena_printf(w->arena, "%.*s%.*s", (int)base.n,
	    (const char *)base.p, (int)path.n, (const char *)path.p);

	return tsr_span_of(s, strlen(s));
}

static const struct tsr_json *
words_of(
    const struct writer *w, const struct tsr_place *place, uint32_t locale)
{
	return w->model->pages[place->page].words.by_locale[locale];
}

static bool
listed(const struct writer *w, const struct tsr_place *place, uint32_t locale)
{
	return place->paths[locale].n > 0 &&
	    !tsr_span_eq(place->id, w->model->not_found) &&
	    !tsr_json_true(
		tsr_json_get(words_of(w, place, locale), "noindex"));
}

/* "updated", or else "date". */
static const struct tsr_json *
last_change(const struct tsr_json *words)
{
	const struct tsr_json *v = tsr_json_get(words, "updated");

	return v != NULL ? v : tsr_json_get(words, "date");
}

static void
add_url(struct writer *w, struct tsr_sitemap_url *out,
    const struct tsr_place *place, uint32_t locale)
{
	const struct tsr_json *change =
	    last_change(words_of(w, place, locale));
	struct tsr_sitemap_alternate *list;
	uint32_t i;

	memset(out, 0, sizeof(*out));
	out->url = absolute(w, place->paths[locale]);
	out->lastmod = tsr_json_text(change);
	if (change != NULL)
		out->where = tsr_json_where(change);
	list = TSR_NEW_ARRAY(w->arena, struct tsr_sitemap_alternate,
	    w->model->locale_count + 1u);
	for (i = 0; i < w->model->locale_count; i++) {
		if (!listed(w, place, i))
			continue;
		list[out->alternate_count].lang = w->model->locales[i].tag;
		list[out->alternate_count++].url =
		    absolute(w, place->paths[i]);
	}
	if (out->alternate_count < 2)
		out->alternate_count = 0;
	out->alternates = list;
}

static void
write_sitemap(struct writer *w)
{
	const struct tsr_addresses *all = w->r->addresses;
	struct tsr_sitemap map = {.base = absolute(w, TSR_LIT("/"))};
	struct tsr_sitemap_url *urls = TSR_NEW_ARRAY(w->arena,
	    struct tsr_sitemap_url,
	    (size_t)all->place_count * w->model->locale_count);
	uint32_t i, l;

	for (i = 0; i < all->place_count; i++)
		for (l = 0; l < w->model->locale_count; l++)
			if (listed(w, &all->places[i], l))
				add_url(w, &urls[map.count++],
				    &all->places[i], l);
	map.urls = urls;
	tsr_sitemap_write(w->out, &map, w->arena, w->diag);
}

/* A pattern that ends in a star takes every id that begins like it. */
static bool
matches(struct tsr_span id, struct tsr_span pattern)
{
	if (tsr_span_ends(pattern, TSR_LIT("*")))
		return tsr_span_starts(
		    id, tsr_span_part(pattern, 0, pattern.n - 1));
	return tsr_span_eq(id, pattern);
}

struct candidate {
	const struct tsr_place *place;
	const struct tsr_json *words;
	int64_t time;
};

/* Newest first; of one day by id. */
static int
compare(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->time != y->time)
		return x->time > y->time ? -1 : 1;
	return tsr_span_cmp(x->place->id, y->place->id);
}

static void
fill_entry(struct writer *w, struct tsr_atom_entry *out,
    const struct candidate *c)
{
	struct tsr_resolved page = {.place = c->place};

	if (c->place->record != UINT32_MAX)
		page.record = tsr_place_record(c->place, w->model, 0);
	out->url = out->id = absolute(w, c->place->paths[0]);
	out->title = tsr_context_text(
	    &page, c->words, "title", w->arena, w->diag);
	out->summary = tsr_context_text(
	    &page, c->words, "description", w->arena, w->diag);
	out->published = tsr_json_text(tsr_json_get(c->words, "date"));
	out->updated = tsr_json_text(last_change(c->words));
	out->where = tsr_json_where(c->words);
}

static void
write_feed(struct writer *w, const struct tsr_json *config)
{
	const struct tsr_addresses *all = w->r->addresses;
	struct tsr_span path = tsr_json_text(tsr_json_get(config, "path"));
	struct tsr_span pages = tsr_json_text(tsr_json_get(config, "pages")), xml;
	struct candidate *list = TSR_NEW_ARRAY(
	    w->arena, struct candidate, all->place_count);
	struct tsr_atom_entry *entries;
	struct tsr_atom_feed feed = {.lang = w->model->locales[0].tag};
	uint32_t i, n = 0;

	for (i = 0; i < all->place_count; i++) {
		const struct tsr_place *place = &all->places[i];

		list[n].place = place;
		list[n].words = words_of(w, place, 0);
		if (listed(w, place, 0) && matches(place->id, pages) &&
		    tsr_moment_read(&list[n].time,
			tsr_json_text(tsr_json_get(list[n].words, "date"))))
			n++;
	}
	if (n > 0)
		qsort(list, n, sizeof(*list), compare);
	feed.count = n < ENTRIES_MAX ? n : ENTRIES_MAX;
	entries = TSR_NEW_ARRAY(w->arena, struct tsr_atom_entry, feed.count);
	for (i = 0; i < feed.count; i++)
		fill_entry(w, &entries[i], &list[i]);
	feed.entries = entries;
	feed.id = feed.self = absolute(w, path);
	feed.url = absolute(w, TSR_LIT("/"));
	feed.title = tsr_json_text(tsr_json_get(config, "title"));
	feed.author = tsr_json_text(tsr_json_get(config, "author"));
	if (feed.author.n == 0)
		feed.author = w->model->name;
	if (n == 0)
		feed.updated = TSR_LIT("1970-01-01");
	tsr_atom_write(&xml, &feed, w->arena, w->diag);
	add_file(w, tsr_span_from(path, 1), xml);
}

void
tsr_feed_write(struct tsr_xml_files *out, const struct tsr_resolver *resolver,
    struct tsr_arena *arena, struct tsr_diag *diag)
{
	struct writer w = {.out = out,
	    .r = resolver,
	    .model = resolver->model,
	    .arena = arena,
	    .diag = diag};
	const struct tsr_json *feeds = tsr_json_get(w.model->config, "feeds");
	char *robots;
	uint32_t i;

	write_sitemap(&w);
	robots = tsr_arena_printf(arena,
	    "User-agent: *\nDisallow: /_tessera/\n\nSitemap: %.*s\n",
	    TSR_ARG(absolute(&w, TSR_LIT("/sitemap.xml"))));
	add_file(&w, TSR_LIT("robots.txt"),
	    tsr_span_of(robots, strlen(robots)));
	for (i = 0; feeds != NULL && i < feeds->count; i++)
		write_feed(&w, &feeds->u.items[i]);
}
