/*
 * oracle - what every page must be for visitors drawn at random.
 *
 * usage: oracle SITE FOLDER NOW SEED VISITORS
 *        oracle SITE FOLDER NOW VISITORS.json
 *
 * Prints one JSON object a line: the visitors with the request of each, then
 * for every page a line of its own and one for each visitor, with the names of
 * two files in FOLDER: the body as it is padded, and as the templates have it.
 * Choices come from the interpreter of conditions, texts from the rendering:
 * compiled decisions and compression have no part in it.
 *
 * VISITORS.json: { NAME: { ATTRIBUTE: VALUE } }, each with all consent.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "build/build.h"
#include "build/pack/hash.h"
#include "cli/setup.h"
#include "core/limits.h"
#include "lib/spell.h"

#define PAGE_MAX ((size_t)1 << 26)
#define NUMBER_MAX 0xffffffffffffll

struct oracle {
	struct tsr_site_output site;
	struct tsr_arena arena;
	struct tsr_speller speller;
	const char *folder;
	struct tsr_json *visitors;
	size_t count;
	const struct tsr_json *visitor; /* whose page is made */
};

static uint32_t
outcome(void *ctx, uint32_t decision)
{
	struct oracle *o = ctx;

	return tsr_rules_interpret(
	    o->site.rules, decision, o->visitor, o->speller.now);
}

static struct tsr_span
value(void *ctx, uint32_t attribute)
{
	struct oracle *o = ctx;
	const struct tsr_rules_attribute *a =
	    tsr_rules_attribute_at(o->site.rules, attribute);

	return tsr_json_text(tsr_json_find(o->visitor, a->name));
}

static struct tsr_span
fragment(void *ctx, uint32_t set, uint32_t attribute)
{
	struct oracle *o = ctx;
	const struct tsr_fragment_set *s = &o->site.sets[set];
	struct tsr_span id = value(o, attribute);
	uint32_t i;

	for (i = 0; i < s->count; i++)
		if (tsr_span_eq(s->list[i].id, id))
			return s->list[i].html;
	return tsr_span_of(NULL, 0);
}

/* What a page's choices ask for. */
struct reach {
	const struct tsr_rules *rules;
	bool private;
	bool reads[TSR_ATTRIBUTES_MAX];
};

static void
reach_decision(struct reach *r, uint32_t decision)
{
	if (tsr_rules_tier(r->rules, decision) > TSR_TIER_SEGMENT)
		r->private = true;
	tsr_rules_reads(r->reads, r->rules, decision);
}

/* Slots nest to TSR_SLOT_DEPTH. */
static void
reach_choice(struct reach *r, const struct tsr_choice *choice)
{
	uint32_t i, j, k;

	for (i = 0; i < choice->count; i++)
		for (j = 0; j < choice->rows[i].count; j++) {
			const struct tsr_item *item = &choice->rows[i].items[j];

			if (item->kind == TSR_ITEM_FIELD ||
			    item->kind == TSR_ITEM_FRAGMENT)
				r->private = true;
			if (item->kind != TSR_ITEM_SLOT)
				continue;
			reach_decision(r, item->decision);
			for (k = 0; k < item->count; k++)
				reach_choice(r, &item->choices[k]);
		}
}

static void
print_vary(struct tsr_buf *out, const struct reach *r)
{
	size_t i, n = tsr_rules_attribute_count(r->rules);
	bool cookie = false;

	tsr_buf_text(out, "\"Accept-Encoding");
	for (i = 0; i < n && !r->private; i++) {
		const struct tsr_rules_attribute *a =
		    tsr_rules_attribute_at(r->rules, (uint32_t)i);

		if (r->reads[i] && a->source == TSR_SOURCE_HEADER)
			tsr_buf_printf(out, ", %.*s", TSR_ARG(a->key));
		cookie |= r->reads[i] && a->source == TSR_SOURCE_COOKIE;
	}
	tsr_buf_text(out, cookie ? ", Cookie\"" : "\"");
}

static void
print_page(const struct oracle *o, const struct tsr_page *page, size_t number)
{
	struct reach r = {.rules = o->site.rules};
	struct tsr_buf out;
	uint32_t i;

	reach_decision(&r, page->decision);
	for (i = 0; i < page->bit_count; i++)
		reach_decision(&r, page->bits[i]);
	for (i = 0; i < page->edition_count; i++)
		reach_choice(&r, &page->editions[i]);
	tsr_buf_init(&out, PAGE_MAX);
	tsr_buf_printf(&out, "{\"page\":%zu,\"path\":", number);
	tsr_buf_json(&out, page->path);
	tsr_buf_text(&out, ",\"id\":");
	tsr_buf_json(&out, page->id);
	tsr_buf_text(&out, ",\"locale\":");
	tsr_buf_json(&out, o->site.locales[page->locale].tag);
	tsr_buf_printf(&out, ",\"status\":%u,\"public\":%s,\"vary\":",
	    page->status,
	    !r.private && page->status == 200 ? "true" : "false");
	print_vary(&out, &r);
	tsr_buf_text(&out, "}\n");
	fwrite(out.p, 1, out.n, stdout);
	tsr_buf_free(&out);
}

/* Put a text into the folder under its hash, which is printed. */
static void
keep(const struct oracle *o, const char *key, struct tsr_span text)
{
	struct tsr_hash hash = tsr_hash_of(text);
	char name[4096];
	struct tsr_buf hex;
	FILE *f;

	tsr_buf_init(&hex, 64);
	tsr_buf_hex(&hex, tsr_span_of(hash.bytes, 16));
	printf(",\"%s\":\"%.*s\"", key, (int)hex.n, (const char *)hex.p);
	snprintf(name, sizeof(name), "%s/%.*s", o->folder, (int)hex.n,
	    (const char *)hex.p);
	tsr_buf_free(&hex);
	f = fopen(name, "wbx");
	if (f == NULL)
		return; /* it is there already, or the reader will miss it */
	if (fwrite(text.p, 1, text.n, f) != text.n || fclose(f) != 0) {
		perror(name);
		exit(1);
	}
}

static void
answer(struct oracle *o, const struct tsr_page *page, size_t number,
    const struct tsr_padded *editions, size_t visitor)
{
	struct tsr_flat_choice choice = {o, outcome, value, fragment};
	struct tsr_buf text;
	uint32_t edition;

	o->visitor = &o->visitors[visitor];
	edition = outcome(o, page->decision);
	if (edition >= page->edition_count)
		edition = page->edition_count - 1;
	tsr_buf_init(&text, PAGE_MAX);
	printf("{\"of\":%zu,\"for\":%zu", number, visitor);
	tsr_pad_flatten(&text, &editions[edition], &choice);
	keep(o, "padded", tsr_buf_view(&text));
	tsr_buf_clear(&text);
	tsr_page_flatten(&text, &page->editions[edition], &choice);
	keep(o, "plain", tsr_buf_view(&text));
	printf("}\n");
	tsr_buf_free(&text);
}

static void
answer_pages(struct oracle *o, struct tsr_diag *diag)
{
	struct tsr_arena scratch = {0};
	struct tsr_padded *editions;
	size_t i, j;

	for (i = 0; i < o->site.page_count; i++) {
		struct tsr_arena_mark mark = tsr_arena_mark(&scratch);
		const struct tsr_page *page = &o->site.pages[i];

		editions = tsr_build_pad(page, &scratch, diag);
		if (editions == NULL)
			abort();
		print_page(o, page, i);
		for (j = 0; j < o->count; j++)
			answer(o, page, i, editions, j);
		tsr_arena_rewind(&scratch, mark);
	}
	tsr_arena_free(&scratch);
}

static void
print_visitor(const struct oracle *o, size_t number, struct tsr_span name,
    const struct tsr_spelled *said)
{
	struct tsr_buf out;

	tsr_buf_init(&out, PAGE_MAX);
	tsr_buf_printf(&out, "{\"visitor\":%zu,\"name\":", number);
	tsr_buf_json(&out, name);
	tsr_buf_text(&out, ",\"headers\":[");
	tsr_buf_add(&out, tsr_buf_view(&said->headers));
	tsr_buf_text(&out, "],\"cookie\":");
	tsr_spell_bytes(&out, tsr_buf_view(&said->cookie));
	tsr_buf_text(&out, ",\"query\":");
	tsr_spell_bytes(&out, tsr_buf_view(&said->query));
	tsr_buf_text(&out, ",\"values\":");
	tsr_json_write(&out, &o->visitors[number]);
	tsr_buf_text(&out, "}\n");
	fwrite(out.p, 1, out.n, stdout);
	tsr_buf_free(&out);
}

/* named: an object of visitors, or NULL to draw o->count of them. */
static void
make_visitors(struct oracle *o, const struct tsr_json *named)
{
	size_t i;

	if (named != NULL)
		o->count = named->count;
	o->visitors = TSR_NEW_ARRAY(&o->arena, struct tsr_json, o->count);
	for (i = 0; i < o->count; i++) {
		struct tsr_span name = TSR_LIT("drawn");
		struct tsr_spelled said;

		tsr_spelled_init(&said);
		if (named != NULL) {
			name = named->u.members[i].name;
			o->visitors[i] = tsr_spell_values(&said, &o->speller,
			    &named->u.members[i].value, &o->arena);
		} else {
			o->visitors[i] = tsr_spell_random(
			    &said, &o->speller, &o->arena);
		}
		print_visitor(o, i, name, &said);
		tsr_spelled_free(&said);
	}
}

/* Ids of records: what the interpreter asks for, and texts to draw. */
static void
name_fragments(struct oracle *o)
{
	struct tsr_span *ids;
	uint32_t i, j;

	for (i = 0; i < o->site.set_count; i++) {
		const struct tsr_fragment_set *set = &o->site.sets[i];

		ids = TSR_NEW_ARRAY(&o->arena, struct tsr_span, set->count);
		for (j = 0; j < set->count; j++)
			ids[j] = set->list[j].id;
		tsr_rules_fragments(o->site.rules, i, ids, set->count);
		o->speller.ids = ids;
		o->speller.id_count = set->count;
	}
}

static int64_t
number(const char *text)
{
	int64_t n = 0;

	for (; *text >= '0' && *text <= '9' && n < NUMBER_MAX; text++)
		n = n * 10 + (*text - '0');
	return n;
}

static bool
read_visitors(struct tsr_json *out, struct oracle *o, const char *path,
    struct tsr_diag *diag)
{
	struct tsr_span text;
	uint32_t src;

	if (tsr_file_read(&text, &o->arena, path, PAGE_MAX) != TSR_OK) {
		perror(path);
		return false;
	}
	src = tsr_sources_add(&o->site.sources, path, text);
	return tsr_json_read(out, &o->arena, diag, &o->site.sources, src) &&
	    out->type == TSR_JSON_OBJECT;
}

int
main(int argc, char **argv)
{
	struct tsr_build_options options = {.threads = 0};
	struct oracle o = {.count = 0};
	struct tsr_json named;
	struct tsr_diag diag;
	bool ok;

	if (argc < 5) {
		fprintf(stderr, "usage: oracle SITE FOLDER NOW SEED VISITORS\n"
				"       oracle SITE FOLDER NOW FILE\n");
		return 2;
	}
	tsr_setup();
	tsr_diag_init(&diag, &o.arena);
	ok = tsr_site_render(&o.site, argv[1], &options, &o.arena, &diag);
	if (ok && argc == 5)
		ok = read_visitors(&named, &o, argv[4], &diag);
	if (ok) {
		o.folder = argv[2];
		o.speller.now = number(argv[3]);
		o.speller.rules = o.site.rules;
		o.speller.consent_cookie = o.site.consent_cookie;
		o.speller.dice.state = (uint64_t)number(argv[4]);
		o.count = argc > 5 ? (size_t)number(argv[5]) : 0;
		name_fragments(&o);
		make_visitors(&o, argc == 5 ? &named : NULL);
		tsr_build_fold(&o.site, &o.arena);
		answer_pages(&o, &diag);
	}
	tsr_diag_print(stderr, &diag, &o.site.sources, false);
	tsr_site_output_free(&o.site);
	tsr_arena_free(&o.arena);
	return ok ? 0 : 1;
}
