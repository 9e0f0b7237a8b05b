/*
 * small - a release of pages made by hand, on disk and opened.
 */
#include "lib/small.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "base/file.h"
#include "build/render/asked.h"

#define BODY_MAX ((size_t)1 << 26)

static struct tsr_span
span(const char *text)
{
	return tsr_span_of(text, strlen(text));
}

const struct tsr_json *
tsr_small_json(struct tsr_small *s, const char *text)
{
	struct tsr_json *v = TSR_NEW(&s->arena, struct tsr_json);
	uint32_t src = tsr_sources_add(
	    &s->sources, "test", tsr_arena_dup(&s->arena, span(text)));

	if (!tsr_json_read(v, &s->arena, &s->diag, &s->sources, src))
		abort();
	return v;
}

void
tsr_small_init(struct tsr_small *s, const char *attributes)
{
	tsr_small_init_site(s, attributes, "{}", "{}");
}

void
tsr_small_init_site(struct tsr_small *s, const char *attributes,
    const char *config, const char *experiments)
{
	memset(s, 0, sizeof(*s));
	tsr_diag_init(&s->diag, &s->arena);
	tsr_sources_init(&s->sources, &s->arena);
	s->rules = tsr_rules_new(&s->arena, &s->diag);
	tsr_rules_site(s->rules, tsr_small_json(s, config));
	tsr_rules_experiments(s->rules, tsr_small_json(s, experiments));
	tsr_rules_declare(s->rules, tsr_small_json(s, attributes), NULL);
	tsr_event_kinds_init(&s->events,
	    tsr_schemas_new(&s->arena, &s->diag, &s->sources), NULL,
	    &s->sources, &s->arena, &s->diag);
	s->deflater = tsr_deflater_new(6);
	s->pieces = calloc(TSR_PARTS_MAX, sizeof(*s->pieces));
	tsr_buf_init(&s->body, BODY_MAX);
	memcpy(s->folder, "/tmp/tessera-test-XXXXXX", 25);
	if (s->pieces == NULL || s->deflater == NULL || s->diag.errors > 0 ||
	    mkdtemp(s->folder) == NULL)
		abort();
}

uint32_t
tsr_small_chain(struct tsr_small *s, const char *attribute, uint32_t count)
{
	struct tsr_rule *rules =
	    TSR_NEW_ARRAY(&s->arena, struct tsr_rule, count);
	uint32_t decision, i;

	for (i = 0; i < count; i++) {
		rules[i].audience = tsr_small_json(s,
		    tsr_arena_printf(&s->arena, "{\"%s\": \"v%u\"}", attribute,
			(unsigned)i));
		rules[i].starts = INT64_MIN;
		rules[i].ends = INT64_MAX;
		rules[i].name = TSR_LIT("rule");
	}
	if (!tsr_rules_chain(&decision, s->rules, rules, count))
		abort();
	return decision;
}

uint32_t
tsr_small_attribute(struct tsr_small *s, const char *name)
{
	return tsr_rules_attribute_find(s->rules, span(name));
}

bool
tsr_small_page(struct tsr_small *s, const char *path,
    struct tsr_choice *editions, uint32_t count, uint32_t decision)
{
	struct tsr_page *page = &s->pages[s->page_count];
	struct tsr_pack_tools tools = {s->deflater, &s->arena, &s->arena};
	uint32_t i;

	page->id = page->path = tsr_arena_dup(&s->arena, span(path));
	page->status = 200;
	page->decision = decision;
	page->editions = editions;
	page->edition_count = count;
	s->padded[s->page_count] =
	    TSR_NEW_ARRAY(&s->arena, struct tsr_padded, count);
	for (i = 0; i < count; i++)
		if (!tsr_pad_edition(&s->padded[s->page_count][i],
			&editions[i], &s->arena, &s->diag))
			return false;
	if (!tsr_pack_page(&s->packed[s->page_count],
		s->padded[s->page_count], count, &tools))
		abort();
	tsr_bounds_find(&s->bounds, &s->packed[s->page_count], s->sets,
	    &s->arena);
	tsr_bounds_check(&s->diag, &s->bounds, page);
	s->page_count++;
	return s->diag.errors == 0;
}

uint32_t
tsr_small_set(struct tsr_small *s, const char *const *ids,
    const char *const *html, uint32_t count)
{
	struct tsr_emit_set *set = &s->sets[s->set_count];
	uint32_t i;

	set->count = count;
	set->ids = TSR_NEW_ARRAY(&s->arena, struct tsr_span, count);
	set->objects =
	    TSR_NEW_ARRAY(&s->arena, struct tsr_packed_object, count);
	s->html[s->set_count] =
	    TSR_NEW_ARRAY(&s->arena, struct tsr_span, count);
	for (i = 0; i < count; i++) {
		set->ids[i] = span(ids[i]);
		s->html[s->set_count][i] = span(html[i]);
		if (!tsr_pack_fragment(&set->objects[i], span(html[i]),
			s->deflater, &s->arena))
			abort();
	}
	return (uint32_t)s->set_count++;
}

enum tsr_err
tsr_small_emit(struct tsr_small *s)
{
	static const struct tsr_emit_locale locale = {
	    {(const uint8_t *)"en", 2}, {(const uint8_t *)"", 0}, UINT32_MAX, NULL};
	struct tsr_emit_input in = {.pages = s->pages,
	    .packed = s->packed,
	    .page_count = s->page_count,
	    .rules = s->rules,
	    .events = &s->events,
	    .locales = &locale,
	    .locale_count = 1,
	    .redirects = s->redirects,
	    .redirect_count = s->redirect_count,
	    .sets = s->sets,
	    .set_count = s->set_count,
	    .files = s->files,
	    .file_count = s->file_count,
	    .consent_cookie = TSR_LIT("consent"),
	    .origin = TSR_LIT("https://www.example.org"),
	    .site_name = TSR_LIT("small")};

	tsr_asked_find(s->pages, s->page_count, s->rules, &s->arena);
	return tsr_emit(&s->emitted, &s->what, &in, s->folder, &s->arena);
}

void
tsr_small_open(struct tsr_small *s)
{
	const char *current = tsr_arena_printf(&s->arena, "%s/current",
	    s->folder);

	tsr_release_close(&s->release);
	if (tsr_small_emit(s) != TSR_OK ||
	    tsr_release_open(&s->release, current, TSR_RELEASE_DEEP, NULL) !=
		TSR_OK)
		abort();
}

static void
add_param(struct tsr_small *s, struct tsr_span name, struct tsr_span value)
{
	if (s->request.count == TSR_SMALL_PARAMS)
		abort();
	s->params[s->request.count].name = name;
	s->params[s->request.count++].value = value;
}

void
tsr_small_ask(struct tsr_small *s, const char *method, const char *target,
    const char *const *headers)
{
	struct tsr_span all = span(target), line;
	size_t mark = tsr_span_find(all, '?', 0), equals, n;
	uint8_t room[4096];

	s->request.params = s->params;
	s->request.count = 0;
	s->request.now = TSR_SMALL_NOW;
	add_param(s, TSR_LIT("REQUEST_METHOD"), span(method));
	add_param(s, TSR_LIT("REQUEST_URI"), all);
	add_param(s, TSR_LIT("QUERY_STRING"), tsr_span_from(all, mark + 1));
	for (; headers != NULL && *headers != NULL; headers++) {
		line = span(*headers);
		equals = tsr_span_find(line, '=', 0);
		add_param(s, tsr_span_part(line, 0, equals),
		    tsr_span_from(line, equals + 1));
	}
	tsr_answer_make(&s->answer, s->pieces, &s->release.store, &s->request,
	    NULL);
	tsr_buf_clear(&s->body);
	if (s->answer.no_body)
		return;
	tsr_body_start(&s->body_reader, &s->answer);
	while ((n = tsr_body_read(room, sizeof(room), &s->body_reader)) > 0)
		tsr_buf_add(&s->body, tsr_span_of(room, n));
}

bool
tsr_small_gunzip(struct tsr_buf *out, struct tsr_span gzip)
{
	z_stream z = {0};
	uint8_t room[16384];
	int result;

	if (inflateInit2(&z, 15 + 16) != Z_OK)
		return false;
	z.next_in = (Bytef *)(uintptr_t)gzip.p;
	z.avail_in = (uInt)gzip.n;
	do {
		z.next_out = room;
		z.avail_out = sizeof(room);
		result = inflate(&z, Z_NO_FLUSH);
		tsr_buf_add(out,
		    tsr_span_of(room, sizeof(room) - z.avail_out));
	} while (result == Z_OK);
	inflateEnd(&z);
	return result == Z_STREAM_END && z.avail_in == 0;
}

bool
tsr_small_get(struct tsr_small *s, struct tsr_buf *out, const char *target)
{
	static const char *const gzip[] = {"HTTP_ACCEPT_ENCODING=gzip", NULL};

	tsr_small_ask(s, "GET", target, gzip);
	tsr_buf_clear(out);
	return s->answer.status == 200 && s->body.n == s->answer.length &&
	    tsr_small_gunzip(out, tsr_buf_view(&s->body)) &&
	    out->n == s->answer.stitch.raw;
}

bool
tsr_small_has(const struct tsr_small *s, const char *line)
{
	struct tsr_span head =
	    tsr_span_of(s->answer.head, s->answer.head_length);
	size_t i, n = strlen(line);

	for (i = 0; i + n + 2 <= head.n; i++)
		if ((i == 0 || head.p[i - 1] == '\n') &&
		    memcmp(head.p + i, line, n) == 0 && head.p[i + n] == '\r')
			return true;
	return false;
}

void
tsr_small_free(struct tsr_small *s)
{
	tsr_release_close(&s->release);
	if (tsr_file_remove_all(s->folder) != TSR_OK)
		perror(s->folder);
	tsr_deflater_free(s->deflater);
	tsr_buf_free(&s->body);
	free(s->pieces);
	tsr_arena_free(&s->arena);
}

struct tsr_item
tsr_small_text(const char *text)
{
	struct tsr_item item = {.kind = TSR_ITEM_TEXT, .text = span(text)};

	return item;
}

struct tsr_item
tsr_small_slot(const char *name, uint32_t decision, struct tsr_choice *choices,
    uint32_t count)
{
	struct tsr_item item = {.kind = TSR_ITEM_SLOT, .text = span(name),
	    .decision = decision, .choices = choices, .count = count};

	return item;
}

struct tsr_item
tsr_small_field(uint32_t attribute, enum tsr_escape escape,
    const char *fallback, uint32_t max)
{
	struct tsr_item item = {.kind = TSR_ITEM_FIELD,
	    .text = TSR_LIT("field"), .attribute = attribute,
	    .escape = escape, .fallback = span(fallback), .max = max};

	return item;
}

struct tsr_item
tsr_small_fragment(uint32_t attribute, uint32_t set)
{
	struct tsr_item item = {.kind = TSR_ITEM_FRAGMENT,
	    .text = TSR_LIT("fragment"), .attribute = attribute, .set = set};

	return item;
}

struct tsr_choice
tsr_small_choice(struct tsr_small *s, const char *name,
    const struct tsr_item *items, uint32_t count)
{
	struct tsr_choice choice = {.name = span(name)};

	if (count == 0) {
		choice.omitted = true;
		return choice;
	}
	choice.rows = TSR_NEW(&s->arena, struct tsr_row);
	choice.rows->items = TSR_NEW_ARRAY(&s->arena, struct tsr_item, count);
	memcpy(choice.rows->items, items, count * sizeof(*items));
	choice.rows->count = count;
	choice.count = 1;
	return choice;
}
