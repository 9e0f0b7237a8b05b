/*
 * site - the files of a site, found and read.
 *
 * A table says which path is what. JSON is parsed here, so that every later
 * stage sees values with their places and never a byte of syntax.
 */
#include "build/model/site.h"

#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "build/read/mistake.h"
#include "build/read/yaml.h"
#include "core/limits.h"
#include "core/utf8.h"

/* How a path says what it names. */
enum shape {
	SHAPE_FIXED, /* the whole path is given */
	SHAPE_FLAT,  /* prefix NAME suffix */
	SHAPE_GROUP, /* prefix GROUP/NAME suffix, one folder */
	SHAPE_DEEP,  /* prefix and a name with folders */
	SHAPE_ASSET  /* prefix and any name */
};

struct pattern {
	enum tsr_file_kind kind;
	enum shape shape;
	const char *prefix;
	const char *suffix;
	bool overlays; /* NAME.<locale>suffix is allowed */
};

/* The first that fits counts. */
static const struct pattern patterns[] = {
    {TSR_FILE_CONFIG, SHAPE_FIXED, "tessera.json", "", false},
    {TSR_FILE_REDIRECTS, SHAPE_FIXED, "content/redirects.json", "", false},
    {TSR_FILE_ATTRIBUTES, SHAPE_FIXED, "variants/attributes.json", "", false},
    {TSR_FILE_SEGMENTS, SHAPE_FIXED, "variants/segments.json", "", false},
    {TSR_FILE_EXPERIMENTS, SHAPE_FIXED, "variants/experiments.json", "",
	false},
    {TSR_FILE_SCORES, SHAPE_FIXED, "variants/scores.json", "", false},
    {TSR_FILE_TRIGGERS, SHAPE_FIXED, "variants/triggers.json", "", false},
    {TSR_FILE_PERSONAS, SHAPE_FIXED, "variants/personas.json", "", false},
    {TSR_FILE_GROUPS, SHAPE_FIXED, "variants/groups.json", "", false},
    {TSR_FILE_EVENT, SHAPE_FLAT, "variants/events/", ".json", true},
    {TSR_FILE_GROUP, SHAPE_FLAT, "variants/groups/", ".txt", false},
    {TSR_FILE_LAYOUT_MODEL, SHAPE_FLAT, "content/models/layouts/", ".json",
	false},
    {TSR_FILE_CATALOGUE_MODEL, SHAPE_FLAT, "content/models/catalogues/",
	".json", false},
    {TSR_FILE_MODEL, SHAPE_FLAT, "content/models/", ".json", false},
    {TSR_FILE_ENTRY, SHAPE_GROUP, "content/entries/", ".json", true},
    {TSR_FILE_PAGE, SHAPE_DEEP, "content/pages/", ".json", true},
    {TSR_FILE_PAGE, SHAPE_DEEP, "content/pages/", ".md", true},
    {TSR_FILE_DATA, SHAPE_FLAT, "content/data/", ".json", true},
    {TSR_FILE_DATA, SHAPE_FLAT, "content/data/", ".ndjson", false},
    {TSR_FILE_STRINGS, SHAPE_FLAT, "content/strings/", ".json", false},
    {TSR_FILE_LAYOUT, SHAPE_FLAT, "templates/layouts/", ".html", false},
    {TSR_FILE_COMPONENT, SHAPE_FLAT, "templates/components/", ".html", false},
    {TSR_FILE_PARTIAL, SHAPE_DEEP, "templates/partials/", ".html", false},
    {TSR_FILE_ASSET, SHAPE_ASSET, "templates/assets/", "", false},
    {TSR_FILE_VARIANT, SHAPE_DEEP, "variants/", ".json", true},
};

static const char *const folders[] = {"content", "templates", "variants"};

struct reader {
	struct tsr_site *site;
	struct tsr_arena *arena;
	struct tsr_arena scratch;
	struct tsr_diag *diag;
};

static struct tsr_span
span_of(const char *text)
{
	return tsr_span_of(text, strlen(text));
}

bool
tsr_is_name(struct tsr_span s)
{
	size_t i;

	if (s.n == 0 || s.p[0] == '-')
		return false;
	for (i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') &&
		    !tsr_is_digit(s.p[i]) && s.p[i] != '-')
			return false;
	return true;
}

bool
tsr_is_id(struct tsr_span s)
{
	size_t at = 0, end;

	do {
		end = tsr_span_find(s, '/', at);
		if (!tsr_is_name(tsr_span_part(s, at, end - at)))
			return false;
		at = end + 1;
	} while (end < s.n);
	return true;
}

struct tsr_span
tsr_site_text(const struct tsr_site *site, const struct tsr_site_file *file)
{
	return tsr_sources_at(site->sources, file->src)->text;
}

struct tsr_where
tsr_site_where(const struct tsr_site_file *file)
{
	return (struct tsr_where){file->src, 0, 1};
}

static void
say_file(struct reader *r, enum tsr_severity severity, const char *rule,
    const char *path, const char *text)
{
	struct tsr_message *m = tsr_diag_add(
	    r->diag, severity, rule, TSR_NOWHERE, "%s", text);

	m->file = tsr_arena_printf(r->diag->arena, "%s", path);
}

/* One message for the first byte that no text may have. */
static bool
check_text(struct reader *r, uint32_t src)
{
	struct tsr_span text = tsr_sources_at(r->site->sources, src)->text;
	size_t i = 0, len;

	while (i < text.n) {
		len = tsr_utf8_at(text.p + i, text.n - i);
		if (len == 0)
			break;
		i += len;
	}
	if (i == text.n)
		return true;
	tsr_diag_add(r->diag, TSR_ERROR, TSR_M_BAD_TEXT,
	    (struct tsr_where){src, (uint32_t)i, 1},
	    text.p[i] == 0 ? "a NUL byte in a text file"
			   : "byte 0x%02x is not UTF-8",
	    text.p[i]);
	tsr_diag_hint(r->diag, "save the file as UTF-8");
	return false;
}

/* Read a text file into the sources; 0 after a message. */
static uint32_t
load(struct reader *r, const char *path, size_t max)
{
	struct tsr_arena_mark mark = tsr_arena_mark(&r->scratch);
	const char *full = tsr_arena_printf(
	    &r->scratch, "%s/%s", r->site->folder, path);
	struct tsr_span text;
	enum tsr_err err = tsr_file_read(&text, &r->scratch, full, max);
	uint32_t src = 0;

	if (err == TSR_LONG) {
		say_file(r, TSR_ERROR, TSR_M_TOO_LARGE, path,
		    tsr_arena_printf(&r->scratch,
			"more than %zu bytes in a file of this kind", max));
	} else if (err != TSR_OK) {
		say_file(
		    r, TSR_ERROR, TSR_M_UNREADABLE, path, strerror(errno));
	} else {
		if (tsr_span_starts(text, TSR_LIT("\xef\xbb\xbf")))
			text = tsr_span_from(text, 3);
		src = tsr_sources_add(r->site->sources, path, text);
	}
	tsr_arena_rewind(&r->scratch, mark);
	return src;
}

/* NDJSON: every line that is not blank is a value. */
static bool
read_lines(struct reader *r, struct tsr_site_file *f)
{
	struct tsr_span text = tsr_site_text(r->site, f), line;
	struct tsr_json *items = NULL;
	size_t cap = 0, n = 0, at = 0, end, i;
	bool ok = true;

	for (; at < text.n; at = end + 1) {
		end = tsr_span_find(text, '\n', at);
		line = tsr_span_part(text, at, end - at);
		for (i = 0; i < line.n && tsr_is_space(line.p[i]); i++)
			;
		if (i == line.n)
			continue;
		items = tsr_arena_grow(
		    &r->scratch, items, n, &cap, sizeof(*items));
		if (n < TSR_RECORDS_MAX &&
		    tsr_json_read_part(&items[n], r->arena, r->diag,
			r->site->sources, f->src, at, line.n))
			n++;
		else
			ok = false;
		if (n == TSR_RECORDS_MAX)
			break;
	}
	f->json.type = TSR_JSON_ARRAY;
	f->json.src = f->src;
	f->json.count = (uint32_t)n;
	f->json.u.items = TSR_NEW_ARRAY(r->arena, struct tsr_json, n);
	if (n > 0)
		memcpy((void *)(uintptr_t)f->json.u.items, items,
		    n * sizeof(*items));
	return ok;
}

bool
tsr_site_id(struct tsr_span *id, struct tsr_span *text)
{
	size_t end;

	while (text->n > 0) {
		end = tsr_span_find(*text, '\n', 0);
		*id = tsr_span_part(*text, 0, end);
		*text = tsr_span_from(*text, end + 1);
		if (id->n > 0 && id->p[id->n - 1] == '\r')
			id->n--;
		if (id->n > 0)
			return true;
	}
	return false;
}

/* A group's list. */
static bool
read_ids(struct reader *r, struct tsr_site_file *f)
{
	struct tsr_span text = tsr_site_text(r->site, f), rest = text, id;
	struct tsr_json *items;
	size_t n = 0, at, lines = 1;

	for (at = 0; at < text.n; at++)
		lines += text.p[at] == '\n';
	if (lines > (size_t)TSR_GROUP_IDS_MAX)
		lines = TSR_GROUP_IDS_MAX;
	items = TSR_NEW_ARRAY(r->arena, struct tsr_json, lines);
	while (tsr_site_id(&id, &rest)) {
		at = (size_t)(id.p - text.p);
		if (n == TSR_GROUP_IDS_MAX) {
			tsr_diag_add(r->diag, TSR_ERROR, TSR_M_TOO_LARGE,
			    (struct tsr_where){f->src, (uint32_t)at, 1},
			    "more than %d ids in one group",
			    TSR_GROUP_IDS_MAX);
			return false;
		}
		items[n] = tsr_json_string(id);
		items[n].src = f->src;
		items[n++].off = (uint32_t)at;
	}
	f->json.type = TSR_JSON_ARRAY;
	f->json.src = f->src;
	f->json.count = (uint32_t)n;
	f->json.u.items = items;
	return true;
}

static bool
read_front_matter(struct reader *r, struct tsr_site_file *f)
{
	struct tsr_span text = tsr_site_text(r->site, f);
	size_t from, n, body;

	f->markdown = true;
	switch (tsr_front_matter(&from, &n, &body, text)) {
	case TSR_FRONT_OPEN:
		tsr_diag_add(r->diag, TSR_ERROR, TSR_M_FRONT_MATTER,
		    (struct tsr_where){f->src, 0, 3},
		    "this front matter does not end");
		tsr_diag_hint(r->diag, "end it with a line that is ---");
		return false;
	case TSR_FRONT_NONE:
		if (f->locale.n == 0) {
			tsr_diag_add(r->diag, TSR_ERROR, TSR_M_FRONT_MATTER,
			    (struct tsr_where){f->src, 0, 1},
			    "a page needs front matter with a title");
			tsr_diag_hint(r->diag,
			    "begin with a line that is ---, then title: ..., "
			    "then ---");
			return false;
		}
		break;
	default:
		break;
	}
	f->body = (uint32_t)body;
	return tsr_yaml_read(&f->json, r->arena, r->diag, r->site->sources,
	    f->src, from, n);
}

static void
read_file(struct reader *r, struct tsr_site_file *f)
{
	struct tsr_span path = span_of(f->path);
	size_t max = f->kind == TSR_FILE_DATA || f->kind == TSR_FILE_GROUP
	    ? TSR_SITE_DATA_MAX : TSR_SITE_FILE_MAX;

	if (f->kind == TSR_FILE_ASSET)
		return;
	f->src = load(r, f->path, max);
	if (f->src == 0 || !check_text(r, f->src))
		return;
	if (tsr_span_ends(path, TSR_LIT(".html")))
		f->read = true;
	else if (tsr_span_ends(path, TSR_LIT(".ndjson")))
		f->read = read_lines(r, f);
	else if (f->kind == TSR_FILE_GROUP)
		f->read = read_ids(r, f);
	else if (tsr_span_ends(path, TSR_LIT(".md")))
		f->read = read_front_matter(r, f);
	else
		f->read = tsr_json_read(&f->json, r->arena, r->diag,
		    r->site->sources, f->src);
}

/* Split NAME.LOCALE; false when the rest is not a name of this shape. */
static bool
split_name(struct tsr_site_file *f, struct tsr_span rest,
    const struct pattern *p)
{
	size_t slash = rest.n, dot;

	while (slash > 0 && rest.p[slash - 1] != '/')
		slash--;
	dot = tsr_span_find(rest, '.', slash);
	if (dot < rest.n && p->overlays)
		f->locale = tsr_span_from(rest, dot + 1);
	else if (dot < rest.n && p->kind != TSR_FILE_STRINGS)
		return false;
	if (dot < rest.n && f->locale.n == 0)
		return false;
	f->name = tsr_span_part(rest, 0, dot);
	if (p->kind == TSR_FILE_VARIANT) {
		if (slash < 2)
			return false;
		f->group = tsr_span_part(rest, 0, slash - 1);
		f->name = tsr_span_part(f->name, slash, f->name.n);
		if (tsr_span_find(f->group, '/', 0) == f->group.n)
			return false;
		if (tsr_span_eq(f->name, TSR_LIT("_chain")))
			f->kind = TSR_FILE_CHAIN;
		return true;
	}
	if (p->shape == SHAPE_FLAT)
		return slash == 0;
	if (p->shape == SHAPE_GROUP) {
		dot = tsr_span_find(rest, '/', 0);
		if (slash == 0 || dot != slash - 1)
			return false;
		f->group = tsr_span_part(rest, 0, dot);
		f->name = tsr_span_part(f->name, slash, f->name.n);
	}
	return true;
}

static bool
match(struct tsr_site_file *f, struct tsr_span path, const struct pattern *p)
{
	struct tsr_span prefix = span_of(p->prefix), suffix = span_of(p->suffix);

	f->kind = p->kind;
	f->name = f->group = f->locale = tsr_span_of(NULL, 0);
	if (p->shape == SHAPE_FIXED)
		return tsr_span_eq(path, prefix);
	if (!tsr_span_starts(path, prefix) || !tsr_span_ends(path, suffix) ||
	    path.n <= prefix.n + suffix.n)
		return false;
	path = tsr_span_part(
	    path, prefix.n, path.n - prefix.n - suffix.n);
	if (p->shape == SHAPE_ASSET) {
		f->name = path;
		return true;
	}
	return split_name(f, path, p);
}

/* Names that appear in addresses and messages are of one form. */
static bool
check_names(struct reader *r, const struct tsr_site_file *f)
{
	struct tsr_span slot, owner, bad = {NULL, 0};
	size_t slash = f->group.n;

	if (f->kind == TSR_FILE_ASSET || f->kind == TSR_FILE_STRINGS)
		return true;
	if (f->kind == TSR_FILE_VARIANT || f->kind == TSR_FILE_CHAIN) {
		while (slash > 0 && f->group.p[slash - 1] != '/')
			slash--;
		slot = tsr_span_from(f->group, slash);
		owner = tsr_span_part(f->group, 0, slash - 1);
		if (!tsr_is_id(owner))
			bad = owner;
		if (f->kind == TSR_FILE_VARIANT && !tsr_is_name(f->name))
			bad = f->name;
		/* OUTER.INNER for slots inside inline contents. */
		while (slot.n > 0 && !tsr_span_eq(slot, TSR_LIT("_page"))) {
			size_t dot = tsr_span_find(slot, '.', 0);

			if (!tsr_is_name(tsr_span_part(slot, 0, dot)))
				bad = slot;
			slot = tsr_span_from(slot, dot + 1);
		}
	} else if (f->name.n > 0) {
		if (!tsr_is_id(f->name))
			bad = f->name;
		if (f->group.n > 0 && !tsr_is_name(f->group))
			bad = f->group;
	}
	if (bad.n == 0)
		return true;
	say_file(r, TSR_ERROR, TSR_M_BAD_NAME, f->path,
	    tsr_arena_printf(r->arena, "\"%.*s\" is not a name", TSR_ARG(bad)));
	tsr_diag_hint(r->diag,
	    "names are lower-case letters, digits and hyphens, and begin with "
	    "a letter or digit");
	return false;
}

static void
unknown_file(struct reader *r, const char *path)
{
	struct tsr_span names[TSR_COUNT_OF(patterns)], name = span_of(path);
	struct tsr_span near;
	size_t i, dir = 0;

	say_file(r, TSR_WARNING, TSR_M_UNKNOWN_FILE, path,
	    "no part of a site is read from here");
	for (i = 0; i < TSR_COUNT_OF(patterns); i++)
		names[i] = span_of(patterns[i].prefix);
	for (i = 0; i < name.n; i++)
		if (name.p[i] == '/')
			dir = i + 1;
	near = tsr_nearest(tsr_span_part(name, 0, dir), names,
	    TSR_COUNT_OF(patterns));
	if (near.n == 0)
		near = tsr_nearest(name, names, TSR_COUNT_OF(patterns));
	for (i = 0; near.n == 0 && i < TSR_COUNT_OF(patterns); i++)
		if (tsr_span_starts(name, names[i]))
			near = names[i];
	for (i = 0; i < TSR_COUNT_OF(patterns) && near.n > 0; i++)
		if (tsr_span_eq(near, names[i]))
			break;
	if (near.n > 0)
		tsr_diag_hint(r->diag, "the nearest place is %s%s%s",
		    patterns[i].prefix,
		    patterns[i].shape == SHAPE_FIXED	   ? ""
			: patterns[i].shape == SHAPE_GROUP ? "<component>/<id>"
			: patterns[i].kind == TSR_FILE_VARIANT
			? "<owner>/<slot>/<variant>"
			: "<name>",
		    patterns[i].suffix);
	else
		tsr_diag_hint(r->diag, "doc/site.md lists the places");
}

static void
take_file(struct reader *r, const char *path)
{
	struct tsr_site *site = r->site;
	struct tsr_site_file f;
	size_t i;

	memset(&f, 0, sizeof(f));
	f.path = path;
	for (i = 0; i < TSR_COUNT_OF(patterns); i++)
		if (match(&f, span_of(path), &patterns[i]))
			break;
	if (i == TSR_COUNT_OF(patterns)) {
		unknown_file(r, path);
		return;
	}
	if (!check_names(r, &f))
		return;
	site->files = tsr_arena_grow(r->arena, site->files, site->count,
	    &site->cap, sizeof(*site->files));
	read_file(r, &f);
	site->files[site->count++] = f;
}

static void
walk(struct reader *r, const char *folder)
{
	struct tsr_file_list list = {NULL, 0, 0};
	const char *root =
	    tsr_arena_printf(r->arena, "%s/%s", r->site->folder, folder);
	size_t i;

	if (tsr_file_walk(&list, r->arena, root, TSR_SITE_DEPTH) != TSR_OK) {
		say_file(r, TSR_ERROR, TSR_M_UNREADABLE, folder,
		    strerror(errno));
		return;
	}
	for (i = 0; i < list.count; i++) {
		if (r->site->count == TSR_SITE_FILES_MAX) {
			say_file(r, TSR_ERROR, TSR_M_TOO_LARGE, folder,
			    "more files than a site may have");
			return;
		}
		take_file(r, tsr_arena_printf(r->arena, "%s/%s", folder,
				 list.names[i]));
	}
}

bool
tsr_site_read(struct tsr_site *out, const char *folder,
    struct tsr_sources *sources, struct tsr_arena *arena,
    struct tsr_diag *diag)
{
	struct reader r = {.site = out, .arena = arena, .diag = diag};
	struct tsr_file_list top = {NULL, 0, 0};
	size_t i;
	bool found = false;

	memset(out, 0, sizeof(*out));
	out->folder = folder;
	out->sources = sources;
	tsr_arena_init(&r.scratch);
	for (i = 0; i < TSR_COUNT_OF(folders); i++)
		walk(&r, folders[i]);
	if (tsr_file_walk(&top, &r.scratch, folder, 0) == TSR_OK)
		for (i = 0; i < top.count; i++)
			found |= strcmp(top.names[i], "tessera.json") == 0;
	if (found)
		take_file(&r, "tessera.json");
	else
		say_file(&r, TSR_ERROR, TSR_M_NO_CONFIG, "tessera.json",
		    "this file is missing: it makes a folder a site");
	tsr_arena_free(&r.scratch);
	return found;
}
