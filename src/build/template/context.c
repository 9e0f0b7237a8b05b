/*
 * context - what templates see besides a component's fields.
 */
#include "build/template/context.h"

/* Members of page.*. */
#define MEMBERS_MAX 20

struct object {
	struct tsr_member *list;
	uint32_t count;
};

static void
put(struct object *o, const char *name, struct tsr_json value)
{
	o->list[o->count].name = tsr_span_of(name, strlen(name));
	o->list[o->count++].value = value;
}

static void
put_text(struct object *o, const char *name, struct tsr_span text)
{
	if (text.n > 0)
		put(o, name, tsr_json_string(text));
}

static struct tsr_json
object_of(const struct object *o)
{
	struct tsr_json v = {.type = TSR_JSON_OBJECT, .count = o->count};

	v.u.members = o->list;
	return v;
}

static struct tsr_span
url_of(const struct tsr_model *model, struct tsr_span path,
    struct tsr_arena *arena)
{
	struct tsr_span base = model->base_url;
	char *url;

	if (base.n > 0 && base.p[base.n - 1] == '/')
		base.n--;
	url = tsr_arena_printf(arena, "%.*s%.*s", (int)base.n,
	    (const char *)base.p, (int)path.n, (const char *)path.p);
	return tsr_span_of(url, strlen(url));
}

struct tsr_span
tsr_context_text(const struct tsr_resolved *page, const struct tsr_json *words,
    const char *name, struct tsr_arena *arena, struct tsr_diag *diag)
{
	const struct tsr_json *v = tsr_json_get(words, name);
	struct tsr_span text = tsr_json_text(v);

	if (page->record != NULL && v != NULL)
		tsr_address_fill(&text, text, "", page->record,
		    tsr_json_where(v), arena, diag);
	return text;
}

static struct tsr_json
alternates(const struct tsr_model *model, const struct tsr_resolved *page,
    struct tsr_arena *arena)
{
	struct tsr_json out = {.type = TSR_JSON_ARRAY};
	struct tsr_json *items =
	    TSR_NEW_ARRAY(arena, struct tsr_json, model->locale_count);
	struct object o;
	uint32_t i;

	for (i = 0; i < model->locale_count; i++) {
		struct tsr_span path = page->place->paths[i];

		if (path.n == 0)
			continue;
		o.list = TSR_NEW_ARRAY(arena, struct tsr_member, 5);
		o.count = 0;
		put_text(&o, "locale", model->locales[i].tag);
		put_text(&o, "url", url_of(model, path, arena));
		put_text(&o, "path", path);
		put_text(&o, "name", model->locales[i].name);
		put(&o, "current", tsr_json_boolean(i == page->locale));
		items[out.count++] = object_of(&o);
	}
	out.u.items = items;
	return out;
}

static struct tsr_json
contents_table(const struct tsr_markdown_result *body, struct tsr_arena *arena)
{
	struct tsr_json out = {.type = TSR_JSON_ARRAY}, *items;
	struct object o;
	size_t i, n = body == NULL ? 0 : body->heading_count;

	items = TSR_NEW_ARRAY(arena, struct tsr_json, n);
	for (i = 0; i < n; i++) {
		o.list = TSR_NEW_ARRAY(arena, struct tsr_member, 3);
		o.count = 0;
		put(&o, "level",
		    tsr_json_integer((int64_t)body->headings[i].level));
		put(&o, "id", tsr_json_string(body->headings[i].id));
		put(&o, "text", tsr_json_string(body->headings[i].text));
		items[i] = object_of(&o);
	}
	out.count = (uint32_t)n;
	out.u.items = items;
	return out;
}

/* The first part of the path below the locale's prefix. */
static struct tsr_span
section_of(struct tsr_span path, struct tsr_span prefix)
{
	path = tsr_span_from(path, prefix.n);
	if (path.n > 0)
		path = tsr_span_from(path, 1);
	return tsr_span_part(path, 0, tsr_span_find(path, '/', 0));
}

struct tsr_json
tsr_context_page(const struct tsr_resolver *resolver,
    const struct tsr_resolved *page, const struct tsr_json *words,
    const struct tsr_markdown_result *body, struct tsr_arena *arena,
    struct tsr_diag *diag)
{
	static const char *const filled[] = {"title", "description", "image"};
	static const char *const plain[] = {"date", "updated"};
	const struct tsr_model *model = resolver->model;
	const struct tsr_locale *l = &model->locales[page->locale];
	struct tsr_span path = page->place->paths[page->locale];
	const struct tsr_json *tags = tsr_json_get(words, "tags");
	const struct tsr_json *layout = tsr_json_get(words, "layout");
	struct tsr_json none = {.type = TSR_JSON_ARRAY};
	struct object o = {
	    TSR_NEW_ARRAY(arena, struct tsr_member, MEMBERS_MAX), 0};
	size_t i;

	put_text(&o, "id", page->place->id);
	put_text(&o, "path", path);
	put_text(&o, "url", url_of(model, path, arena));
	for (i = 0; i < TSR_COUNT_OF(filled); i++)
		put_text(&o, filled[i],
		    tsr_context_text(page, words, filled[i], arena, diag));
	for (i = 0; i < TSR_COUNT_OF(plain); i++)
		put_text(&o, plain[i],
		    tsr_json_text(tsr_json_get(words, plain[i])));
	put_text(&o, "locale", l->tag);
	put(&o, "layout",
	    layout != NULL ? *layout : tsr_json_string(TSR_LIT("default")));
	put(&o, "section", tsr_json_string(section_of(path, l->prefix)));
	put(&o, "noindex",
	    tsr_json_boolean(tsr_json_true(tsr_json_get(words, "noindex"))));
	put(&o, "tags", tags != NULL ? *tags : none);
	put(&o, "alternates", alternates(model, page, arena));
	put(&o, "toc", contents_table(body, arena));
	return object_of(&o);
}
