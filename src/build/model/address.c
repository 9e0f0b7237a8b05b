/*
 * address - every URL of the site.
 */
#include "build/model/address.h"

#include <stdlib.h>

#include "build/read/mistake.h"
#include "core/limits.h"

struct finder {
	struct tsr_addresses *out;
	const struct tsr_model *model;
	struct tsr_arena *arena;
	struct tsr_diag *diag;
};

const struct tsr_json *
tsr_place_record(const struct tsr_place *place, const struct tsr_model *model,
    uint32_t locale)
{
	uint32_t catalogue = model->pages[place->page].catalogue;

	if (place->record == UINT32_MAX)
		return NULL;
	return model->catalogues[catalogue].by_locale[locale][place->record];
}

bool
tsr_address_fill(struct tsr_span *out, struct tsr_span text,
    const char *prefix, const struct tsr_json *record, struct tsr_where where,
    struct tsr_arena *arena, struct tsr_diag *diag)
{
	struct tsr_span before = tsr_span_of(prefix, strlen(prefix)), name;
	const struct tsr_json *v;
	struct tsr_buf buf;
	size_t at = 0, open, close;
	bool ok = true;

	*out = text;
	if (tsr_span_find(text, '{', 0) == text.n)
		return true;
	tsr_buf_init(&buf, TSR_PAGE_TEXT_MAX);
	for (;;) {
		open = tsr_span_find(text, '{', at);
		close = tsr_span_find(text, '}', open);
		if (close >= text.n)
			break;
		name = tsr_span_part(text, open + 1, close - open - 1);
		if (!tsr_span_starts(name, before)) {
			tsr_buf_add(&buf, tsr_span_part(text, at, close - at));
			at = close;
			continue;
		}
		tsr_buf_add(&buf, tsr_span_part(text, at, open - at));
		name = tsr_span_from(name, before.n);
		v = tsr_json_find(record, name);
		if (tsr_json_is(v, TSR_JSON_STRING))
			tsr_buf_add(&buf, v->u.string);
		else if (tsr_json_is_number(v))
			tsr_json_number_text(&buf, v);
		else {
			tsr_diag_add(diag, TSR_ERROR, TSR_M_RECORD_FIELD,
			    where, "the record %.*s has no text or number "
			    "\"%.*s\"",
			    TSR_ARG(tsr_json_text(tsr_json_get(record, "id"))),
			    TSR_ARG(name));
			ok = false;
		}
		at = close + 1;
	}
	tsr_buf_add(&buf, tsr_span_from(text, at));
	*out = tsr_arena_dup(arena, tsr_buf_view(&buf));
	tsr_buf_free(&buf);
	return ok;
}

/* Bytes that stand for themselves in a path (RFC 3986, pchar and "/"). */
static bool
plain(uint8_t c)
{
	static const char others[] = "/-._~!$&'()*+,;=:@";

	return tsr_is_alnum(c) || memchr(others, c, sizeof(others) - 1) != NULL;
}

/* What is wrong with a path, or NULL. */
static const char *
path_mistake(struct tsr_span path)
{
	struct tsr_span part;
	size_t i, at, end;

	if (path.n == 0 || path.p[0] != '/')
		return "a path begins with \"/\"";
	if (path.n > TSR_PATH_MAX / 4)
		return "this path is too long";
	if (path.n > 1 && path.p[path.n - 1] == '/')
		return "a path has no final slash";
	for (i = 0; i < path.n; i++)
		if (path.p[i] < 0x80 && !plain(path.p[i]))
			return "a path holds letters, digits and "
			       "-._~!$&'()*+,;=:@ alone";
	for (at = 1; at < path.n; at = end + 1) {
		end = tsr_span_find(path, '/', at);
		part = tsr_span_part(path, at, end - at);
		if (part.n == 0 || tsr_span_eq(part, TSR_LIT(".")) ||
		    tsr_span_eq(part, TSR_LIT("..")))
			return "a path has no empty part, \".\" or \"..\"";
	}
	if (tsr_span_starts(path, TSR_LIT("/_tessera")) ||
	    tsr_span_starts(path, TSR_LIT("/assets/")) ||
	    tsr_span_starts(path, TSR_LIT("/v/")))
		return "paths below /_tessera, /assets and /v are taken";
	return NULL;
}

/* prefix and path, percent-encoded. */
static struct tsr_span
canonical(struct finder *f, struct tsr_span prefix, struct tsr_span path)
{
	static const char digits[] = "0123456789ABCDEF";
	struct tsr_span out;
	struct tsr_buf buf;
	size_t i;

	tsr_buf_init(&buf, (size_t)TSR_PATH_MAX * 2);
	tsr_buf_add(&buf, prefix);
	if (path.n == 1 && prefix.n > 0)
		path.n = 0;
	for (i = 0; i < path.n; i++) {
		if (plain(path.p[i])) {
			tsr_buf_byte(&buf, path.p[i]);
			continue;
		}
		tsr_buf_byte(&buf, '%');
		tsr_buf_byte(&buf, (uint8_t)digits[path.p[i] >> 4]);
		tsr_buf_byte(&buf, (uint8_t)digits[path.p[i] & 15]);
	}
	out = tsr_arena_dup(f->arena, tsr_buf_view(&buf));
	tsr_buf_free(&buf);
	return out;
}

static void
bad_path(struct finder *f, struct tsr_where where, const char *mistake,
    struct tsr_span path)
{
	tsr_diag_add(f->diag, TSR_ERROR, TSR_M_PATH, where, "%s: \"%.*s\"",
	    mistake, TSR_ARG(path));
}

/* Take a path; false when another has it. */
static bool
claim(struct finder *f, const struct tsr_address *address)
{
	struct tsr_addresses *all = f->out;
	const struct tsr_address *other;
	uint32_t at =
	    tsr_names_add(&all->paths, f->arena, address->path, all->count);

	if (at != TSR_NAMES_NONE) {
		other = &all->list[at];
		tsr_diag_add(f->diag, TSR_ERROR, TSR_M_SAME_PATH,
		    address->where, "the path %.*s is taken",
		    TSR_ARG(address->path))
		    ->also = other->where;
		return false;
	}
	all->list = tsr_arena_grow(
	    f->arena, all->list, all->count, &all->cap, sizeof(*all->list));
	all->list[all->count++] = *address;
	return true;
}

/* "/" and the id, "index" at its end left out. */
static struct tsr_span
default_path(struct finder *f, struct tsr_span id)
{
	const char *text;

	if (tsr_span_eq(id, TSR_LIT("index")))
		return TSR_LIT("/");
	if (tsr_span_ends(id, TSR_LIT("/index")))
		id.n -= 6;
	text = tsr_arena_printf(f->arena, "/%.*s", (int)id.n,
	    (const char *)id.p);
	return tsr_span_of(text, strlen(text));
}

static void
take_path(struct finder *f, uint32_t number, uint32_t locale)
{
	struct tsr_place *place = &f->out->places[number];
	const struct tsr_page_source *page = &f->model->pages[place->page];
	const struct tsr_json *v =
	    tsr_json_get(page->words.by_locale[locale], "path");
	const struct tsr_json *record =
	    tsr_place_record(place, f->model, locale);
	struct tsr_address address = {
	    .kind = TSR_ADDRESS_PAGE, .place = number, .locale = locale};
	struct tsr_span path;
	const char *mistake;

	address.where =
	    v != NULL ? tsr_json_where(v) : tsr_site_where(page->words.file);
	path = v != NULL ? tsr_json_text(v) : default_path(f, page->id);
	if (record != NULL &&
	    !tsr_address_fill(&path, path, "", record, address.where, f->arena,
		f->diag))
		return;
	mistake = path_mistake(path);
	if (mistake != NULL) {
		bad_path(f, address.where, mistake, path);
		return;
	}
	address.path = canonical(f, f->model->locales[locale].prefix, path);
	if (claim(f, &address))
		place->paths[locale] = address.path;
}

static void
add_place(struct finder *f, uint32_t page, uint32_t record, struct tsr_span id)
{
	struct tsr_addresses *all = f->out;
	struct tsr_place *place = &all->places[all->place_count];
	uint32_t i;

	place->page = page;
	place->record = record;
	place->id = id;
	place->paths = TSR_NEW_ARRAY(
	    f->arena, struct tsr_span, f->model->locale_count);
	tsr_names_add(&all->ids, f->arena, id, all->place_count);
	for (i = 0; i < f->model->locale_count; i++)
		if (f->model->pages[page].locales[i])
			take_path(f, all->place_count, i);
	all->place_count++;
}

static bool
check_for(struct finder *f, const struct tsr_page_source *page)
{
	const struct tsr_json *path = tsr_json_get(page->words.base, "path");
	const struct tsr_json *records = tsr_json_get(page->words.base, "for");
	struct tsr_span text = tsr_json_text(path);

	if (records == NULL || tsr_span_find(text, '{', 0) < text.n)
		return true;
	tsr_diag_add(f->diag, TSR_ERROR, TSR_M_FOR_PATH,
	    tsr_json_where(path != NULL ? path : records),
	    "the pages of all records would have one path");
	tsr_diag_hint(
	    f->diag, "put a field into \"path\", like \"/shop/{id}\"");
	return false;
}

static void
add_page(struct finder *f, uint32_t number)
{
	const struct tsr_page_source *page = &f->model->pages[number];
	const struct tsr_catalogue *c;
	const char *id;
	uint32_t i;

	f->out->first[number] = f->out->place_count;
	if (!check_for(f, page) || !page->words.valid)
		return;
	if (tsr_json_get(page->words.base, "for") == NULL) {
		add_place(f, number, UINT32_MAX, page->id);
		return;
	}
	if (page->catalogue == UINT32_MAX)
		return;
	c = &f->model->catalogues[page->catalogue];
	for (i = 0; i < c->count; i++) {
		id = tsr_arena_printf(f->arena, "%.*s/%.*s", TSR_ARG(page->id),
		    TSR_ARG(tsr_json_text(tsr_json_get(&c->records[i], "id"))));
		add_place(f, number, i, tsr_span_of(id, strlen(id)));
	}
}

static void
add_pages(struct finder *f)
{
	const struct tsr_model *model = f->model;
	size_t total = 0;
	uint32_t i, catalogue;

	for (i = 0; i < model->page_count; i++) {
		catalogue = model->pages[i].catalogue;
		total += catalogue == UINT32_MAX
		    ? 1 : model->catalogues[catalogue].count;
	}
	if (total * model->locale_count > TSR_PAGES_MAX) {
		tsr_diag_add(f->diag, TSR_ERROR, TSR_M_TOO_LARGE, TSR_NOWHERE,
		    "%zu pages, %d are allowed",
		    total * model->locale_count, TSR_PAGES_MAX);
		total = 0;
	}
	f->out->places = TSR_NEW_ARRAY(f->arena, struct tsr_place, total);
	f->out->first =
	    TSR_NEW_ARRAY(f->arena, uint32_t, model->page_count + 1u);
	for (i = 0; i < model->page_count && total > 0; i++)
		add_page(f, i);
	f->out->first[model->page_count] = f->out->place_count;
}

static void
add_redirect(struct finder *f, struct tsr_span from, struct tsr_span to,
    struct tsr_where where)
{
	struct tsr_addresses *all = f->out;
	struct tsr_address address = {
	    .kind = TSR_ADDRESS_REDIRECT, .path = from, .where = where};
	struct tsr_redirect *r;

	if (!claim(f, &address))
		return;
	all->redirects = tsr_arena_grow(f->arena, all->redirects,
	    all->redirect_count, &all->redirect_cap, sizeof(*all->redirects));
	r = &all->redirects[all->redirect_count++];
	r->from = from;
	r->to = to;
	r->where = where;
}

/* Aliases: paths beside the page's own, in each of its locales. */
static void
add_aliases(struct finder *f, const struct tsr_place *place, uint32_t locale)
{
	const struct tsr_page_source *page = &f->model->pages[place->page];
	const struct tsr_json *list =
	    tsr_json_get(page->words.by_locale[locale], "aliases");
	const struct tsr_json *record =
	    tsr_place_record(place, f->model, locale);
	struct tsr_span path;
	const char *mistake;
	uint32_t i;

	if (place->paths[locale].n == 0 || list == NULL)
		return;
	for (i = 0; i < list->count; i++) {
		struct tsr_where where = tsr_json_where(&list->u.items[i]);

		path = tsr_json_text(&list->u.items[i]);
		if (record != NULL &&
		    !tsr_address_fill(
			&path, path, "", record, where, f->arena, f->diag))
			continue;
		mistake = path_mistake(path);
		if (mistake != NULL)
			bad_path(f, where, mistake, path);
		else
			add_redirect(f,
			    canonical(f, f->model->locales[locale].prefix,
				path),
			    place->paths[locale], where);
	}
}

static bool
is_absolute(struct tsr_span s)
{
	return tsr_span_starts(s, TSR_LIT("https://")) ||
	    tsr_span_starts(s, TSR_LIT("http://"));
}

static void
add_redirect_file(struct finder *f, const struct tsr_json *map)
{
	const struct tsr_member *m;
	struct tsr_span to;
	const char *mistake;
	uint32_t i;

	for (i = 0; i < map->count; i++) {
		m = &map->u.members[i];
		to = tsr_json_text(&m->value);
		if (tsr_span_eq(m->name, TSR_LIT("$schema")))
			continue;
		mistake = path_mistake(m->name);
		if (mistake != NULL) {
			bad_path(f, tsr_json_name_where(m), mistake, m->name);
			continue;
		}
		/* The published schema has said so. */
		if (!is_absolute(to) && (to.n == 0 || to.p[0] != '/'))
			continue;
		if (!is_absolute(to))
			to = canonical(f, TSR_LIT(""), to);
		add_redirect(f, canonical(f, TSR_LIT(""), m->name), to,
		    tsr_json_where(&m->value));
	}
}

/* Every redirect ends at a page in few steps. */
static void
check_redirects(struct finder *f)
{
	const struct tsr_addresses *all = f->out;
	const struct tsr_redirect *r;
	uint32_t i, at, steps, j;

	for (i = 0; i < all->redirect_count; i++) {
		struct tsr_span to = all->redirects[i].to;

		r = &all->redirects[i];
		for (steps = 0; !is_absolute(to); steps++) {
			size_t end = 0;

			while (end < to.n && to.p[end] != '?' &&
			    to.p[end] != '#')
				end++;
			at = tsr_names_find(
			    &all->paths, tsr_span_part(to, 0, end));
			if (at != TSR_NAMES_NONE &&
			    all->list[at].kind != TSR_ADDRESS_REDIRECT)
				break;
			if (at == TSR_NAMES_NONE ||
			    steps == all->redirect_count) {
				tsr_diag_add(f->diag, TSR_ERROR,
				    TSR_M_REDIRECT, r->where,
				    at == TSR_NAMES_NONE
					? "no page has the path %.*s"
					: "this redirect goes in a circle: "
					  "%.*s",
				    TSR_ARG(at == TSR_NAMES_NONE ? to
								 : r->from));
				break;
			}
			for (j = 0; j < all->redirect_count; j++)
				if (tsr_span_eq(all->redirects[j].from,
					all->list[at].path))
					to = all->redirects[j].to;
		}
	}
}

static int
compare_redirects(const void *a, const void *b)
{
	const struct tsr_redirect *x = a, *y = b;

	return tsr_span_cmp(x->from, y->from);
}

/* Paths of what the build writes itself. */
static void
add_files(struct finder *f)
{
	const struct tsr_json *feeds = tsr_json_get(f->model->config, "feeds");
	struct tsr_address address = {.kind = TSR_ADDRESS_FILE};
	const struct tsr_json *path;
	const char *mistake;
	uint32_t i;

	address.path = TSR_LIT("/sitemap.xml");
	claim(f, &address);
	address.path = TSR_LIT("/robots.txt");
	claim(f, &address);
	for (i = 0; feeds != NULL && i < feeds->count; i++) {
		path = tsr_json_get(&feeds->u.items[i], "path");
		mistake = path_mistake(tsr_json_text(path));
		if (mistake != NULL) {
			bad_path(f, tsr_json_where(path), mistake,
			    tsr_json_text(path));
			continue;
		}
		address.path = canonical(f, TSR_LIT(""), tsr_json_text(path));
		address.where = tsr_json_where(path);
		claim(f, &address);
	}
}

void
tsr_addresses_find(struct tsr_addresses *out, const struct tsr_model *model,
    struct tsr_arena *arena, struct tsr_diag *diag)
{
	struct finder f = {
	    .out = out, .model = model, .arena = arena, .diag = diag};
	const struct tsr_site_file *file;
	uint32_t i, j;
	size_t k;

	memset(out, 0, sizeof(*out));
	add_files(&f);
	add_pages(&f);
	for (i = 0; i < out->place_count; i++)
		for (j = 0; j < model->locale_count; j++)
			add_aliases(&f, &out->places[i], j);
	for (k = 0; k < model->site->count; k++) {
		file = &model->site->files[k];
		if (file->kind == TSR_FILE_REDIRECTS && file->read &&
		    file->json.type == TSR_JSON_OBJECT)
			add_redirect_file(&f, &file->json);
	}
	if (out->redirect_count > 0)
		qsort(out->redirects, out->redirect_count,
		    sizeof(*out->redirects), compare_redirects);
	check_redirects(&f);
}
