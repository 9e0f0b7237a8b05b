/*
 * lines - what the server leaves to the browser, for visitors drawn at random.
 *
 * usage: lines SITE OUT VISITORS SEED
 *
 * Builds the site into the folder OUT. Each visitor asks core for one of the
 * pages with variants that wait for the browser; the page's text is read as a
 * browser reads it. Prints one JSON object a line:
 *
 *	{"regions":[{"n":N,"slot":S,"names":[..]},..],"files":[[URL,S,NAME],..]}
 *		the next page as the site has it: the choices of each region
 *		in the order of the chain, and which of them are files
 *	{"data":{..}}
 *		the next page's element, when it is a new one
 *	{"regions":R,"data":D,"mask":M,"signals":{..},"granted":[..],
 *	 "path":P,"shown":[[CHOSEN,WANTED],..]}
 *		a visitor: what core shows in each region, and what the build's
 *		interpreter shows when it knows the browser's signals, too
 *
 * R and D count the lines before, from 0.
 */
#include <stdio.h>
#include <stdlib.h>

#include "build/build.h"
#include "cli/setup.h"
#include "core/limits.h"
#include "lib/stranger.h"
#include "serve/body.h"
#include "serve/release.h"

#define LINE_MAX_BYTES ((size_t)1 << 24)
#define REGIONS_MAX 64
#define CONSTANTS_MAX 64
#define DATA_KINDS_MAX 10000

/* A region of an edition. */
struct place {
	const struct tsr_item *item;
	size_t number;
};

struct edition {
	const struct tsr_page *page;
	struct place places[REGIONS_MAX];
	size_t count;
	size_t line; /* 1 + its number; 0: not printed yet */
};

struct lines {
	struct tsr_site_output site;
	struct tsr_arena arena, scratch;
	struct tsr_release release;
	struct tsr_stranger stranger;
	struct edition **editions; /* by page, and there by number */
	size_t *pages;		   /* those with files */
	size_t page_count;
	size_t edition_lines, data_count;
	struct tsr_span data[DATA_KINDS_MAX];
	struct tsr_buf out;
	uint64_t failed;
};

static struct tsr_answer answer;
static struct tsr_body body;
static struct tsr_span pieces[TSR_PARTS_MAX];
static uint8_t text[TSR_PAGE_TEXT_MAX];

static void
fail(struct lines *l, const char *what, struct tsr_span where)
{
	if (l->failed++ < 10)
		fprintf(stderr, "%s: %.*s\n", what, TSR_ARG(where));
}

/* Where one text begins in another, or SIZE_MAX. */
static size_t
find(struct tsr_span in, struct tsr_span what)
{
	size_t i;

	for (i = 0; i + what.n <= in.n; i++)
		if (memcmp(in.p + i, what.p, what.n) == 0)
			return i;
	return SIZE_MAX;
}

/* ---- the site ---- */

/* The number that the region's elements carry. */
static bool
number_of(size_t *out, const struct tsr_item *item)
{
	static const char mark[] = " data-tessera=\"";
	size_t at;
	uint32_t c, r, i;

	for (c = 0; c < item->count; c++)
		for (r = 0; r < item->choices[c].count; r++)
			for (i = 0; i < item->choices[c].rows[r].count; i++) {
				struct tsr_span s =
				    item->choices[c].rows[r].items[i].text;

				at = find(s, TSR_LIT(mark));
				if (at == SIZE_MAX)
					continue;
				*out = 0;
				for (at += sizeof(mark) - 1; s.p[at] != '/'; at++)
					*out = *out * 10 + (size_t)(s.p[at] - '0');
				return true;
			}
	return false;
}

/* Slots nest to TSR_SLOT_DEPTH. */
static void
find_places(struct lines *l, struct edition *e, const struct tsr_choice *choice)
{
	const struct tsr_rules_residue *residues;
	struct place *place;
	uint32_t r, i, c;

	for (r = 0; r < choice->count; r++)
		for (i = 0; i < choice->rows[r].count; i++) {
			const struct tsr_item *item = &choice->rows[r].items[i];

			if (item->kind != TSR_ITEM_SLOT)
				continue;
			for (c = 0; c < item->count; c++)
				find_places(l, e, &item->choices[c]);
			if (tsr_rules_residues(&residues, l->site.rules,
				item->decision) == 0)
				continue;
			place = &e->places[e->count];
			place->item = item;
			if (e->count == REGIONS_MAX ||
			    !number_of(&place->number, item))
				abort();
			e->count++;
		}
}

static void
find_pages(struct lines *l)
{
	size_t i;
	uint32_t k;

	l->editions = TSR_NEW_ARRAY(
	    &l->arena, struct edition *, l->site.page_count);
	l->pages = TSR_NEW_ARRAY(&l->arena, size_t, l->site.page_count);
	for (i = 0; i < l->site.page_count; i++) {
		const struct tsr_page *page = &l->site.pages[i];

		if (page->file_count == 0)
			continue;
		l->pages[l->page_count++] = i;
		l->editions[i] = TSR_NEW_ARRAY(
		    &l->arena, struct edition, page->edition_count);
		for (k = 0; k < page->edition_count; k++) {
			l->editions[i][k].page = page;
			find_places(
			    l, &l->editions[i][k], &page->editions[k]);
		}
	}
}

static bool
open_site(struct lines *l, const char *site, const char *out)
{
	struct tsr_build build = {.site = site, .out = out, .level = 1};
	struct tsr_build_options options = {.threads = 0};
	struct tsr_build_result result;
	struct tsr_site_output built;
	struct tsr_diag diag;
	bool ok;

	tsr_diag_init(&diag, &l->arena);
	ok = tsr_build_run(&result, &built, &build, &l->arena, &diag) ==
	    TSR_OK;
	tsr_diag_print(stderr, &diag, &built.sources, false);
	tsr_site_output_free(&built);
	tsr_diag_init(&diag, &l->arena);
	/* Once more: pages as they are before segments are folded. */
	ok = ok && tsr_site_render(
	    &l->site, site, &options, &l->arena, &diag);
	return ok && tsr_release_open(&l->release,
	    tsr_arena_printf(&l->arena, "%s/current", out),
	    TSR_RELEASE_DEEP, NULL) == TSR_OK;
}

/* ---- signals ---- */

struct constants {
	const struct tsr_json *list[CONSTANTS_MAX];
	size_t count;
};

/* What conditions compare with; they nest as deep as the build lets them. */
static void
find_constants(struct constants *c, const struct tsr_json *v)
{
	uint32_t i;

	if (v->type == TSR_JSON_ARRAY)
		for (i = 0; i < v->count; i++)
			find_constants(c, &v->u.items[i]);
	else if (v->type == TSR_JSON_OBJECT)
		for (i = 0; i < v->count; i++)
			find_constants(c, &v->u.members[i].value);
	else if (c->count < CONSTANTS_MAX)
		c->list[c->count++] = v;
}

static struct tsr_json
draw_signal(struct lines *l, const struct tsr_rules_attribute *a,
    const struct constants *c)
{
	static const double steps[] = {-1, -0.25, 0, 0, 0.25, 1};
	struct tsr_dice *dice = &l->stranger.speller.dice;
	const struct tsr_json *near =
	    c->count == 0 ? NULL : c->list[tsr_dice_below(dice,
					       (uint32_t)c->count)];
	struct tsr_json v = {.type = TSR_JSON_REAL};

	switch (a->type) {
	case TSR_TYPE_BOOLEAN:
		return tsr_json_boolean(tsr_dice_below(dice, 2) != 0);
	case TSR_TYPE_NUMBER:
		if (near == NULL || (near->type != TSR_JSON_INTEGER &&
			near->type != TSR_JSON_REAL))
			return tsr_json_integer(
			    (int64_t)tsr_dice_below(dice, 200));
		v.u.real = tsr_json_number(near) +
		    steps[tsr_dice_below(dice, TSR_COUNT_OF(steps))];
		return v;
	default:
		if (near != NULL && near->type == TSR_JSON_STRING)
			return *near;
		return tsr_json_string(TSR_LIT("none"));
	}
}

/* By key: one signal may be two attributes with two purposes. */
static struct tsr_json
draw_signals(struct lines *l, const struct edition *e)
{
	const struct tsr_rules *rules = l->site.rules;
	size_t i, k, n = tsr_rules_attribute_count(rules);
	const struct tsr_rules_residue *residues;
	struct tsr_member *m = TSR_NEW_ARRAY(&l->scratch, struct tsr_member, n);
	struct tsr_json out = {.type = TSR_JSON_OBJECT, .u.members = m};
	struct constants c = {.count = 0};
	size_t count;

	for (i = 0; i < e->count; i++) {
		count = tsr_rules_residues(
		    &residues, rules, e->places[i].item->decision);
		for (k = 0; k < count; k++)
			find_constants(&c, &residues[k].condition);
	}
	for (i = 0; i < n; i++) {
		const struct tsr_rules_attribute *a =
		    tsr_rules_attribute_at(rules, (uint32_t)i);

		if (a->source != TSR_SOURCE_BROWSER ||
		    tsr_dice_below(&l->stranger.speller.dice, 5) == 0 ||
		    tsr_json_find(&out, a->key) != NULL)
			continue;
		m[out.count].name = a->key;
		m[out.count++].value = draw_signal(l, a, &c);
	}
	return out;
}

/* What core read, and the browser's attributes as far as they are granted. */
static struct tsr_json
join(struct lines *l, const struct tsr_json *read,
    const struct tsr_json *signals, unsigned granted)
{
	const struct tsr_rules *rules = l->site.rules;
	size_t i, n = tsr_rules_attribute_count(rules);
	struct tsr_member *m =
	    TSR_NEW_ARRAY(&l->scratch, struct tsr_member, n + read->count);
	struct tsr_json out = {.type = TSR_JSON_OBJECT, .u.members = m};

	memcpy(m, read->u.members, read->count * sizeof(*m));
	out.count = read->count;
	for (i = 0; i < n; i++) {
		const struct tsr_rules_attribute *a =
		    tsr_rules_attribute_at(rules, (uint32_t)i);
		const struct tsr_json *v = tsr_json_find(signals, a->key);

		if (a->source != TSR_SOURCE_BROWSER || v == NULL ||
		    (granted >> a->purpose & 1) == 0)
			continue;
		m[out.count].name = a->name;
		m[out.count++].value = *v;
	}
	return out;
}

/* ---- pages ---- */

static void
print(struct lines *l)
{
	tsr_buf_text(&l->out, "\n");
	if (l->out.full)
		abort();
	fwrite(l->out.p, 1, l->out.n, stdout);
	tsr_buf_clear(&l->out);
}

static void
print_place(struct lines *l, const struct place *place)
{
	size_t i;

	tsr_buf_printf(&l->out, "{\"n\":%zu,\"slot\":", place->number);
	tsr_buf_json(&l->out, place->item->text);
	tsr_buf_text(&l->out, ",\"names\":[");
	for (i = 0; i < place->item->count; i++) {
		tsr_buf_text(&l->out, i > 0 ? "," : "");
		tsr_buf_json(&l->out, place->item->choices[i].name);
	}
	tsr_buf_text(&l->out, "]}");
}

static void
print_edition(struct lines *l, struct edition *e)
{
	const struct tsr_page *page = e->page;
	size_t i;

	if (e->line > 0)
		return;
	e->line = ++l->edition_lines;
	tsr_buf_text(&l->out, "{\"regions\":[");
	for (i = 0; i < e->count; i++) {
		tsr_buf_text(&l->out, i > 0 ? "," : "");
		print_place(l, &e->places[i]);
	}
	tsr_buf_text(&l->out, "],\"files\":[");
	for (i = 0; i < page->file_count; i++) {
		tsr_buf_text(&l->out, i > 0 ? ",[\"/" : "[\"/");
		tsr_buf_add(&l->out, page->files[i].name);
		tsr_buf_text(&l->out, "\",");
		tsr_buf_json(&l->out, page->files[i].slot);
		tsr_buf_text(&l->out, ",");
		tsr_buf_json(&l->out, page->files[i].variant);
		tsr_buf_text(&l->out, "]");
	}
	tsr_buf_text(&l->out, "]}");
	print(l);
}

/* Number of the page's data; printed when it is new. */
static size_t
data_number(struct lines *l, struct tsr_span json)
{
	size_t i;

	for (i = 0; i < l->data_count; i++)
		if (tsr_span_eq(l->data[i], json))
			return i;
	if (i == DATA_KINDS_MAX)
		abort();
	l->data[l->data_count++] = tsr_arena_dup(&l->arena, json);
	tsr_buf_text(&l->out, "{\"data\":");
	tsr_buf_add(&l->out, json);
	tsr_buf_text(&l->out, "}");
	print(l);
	return i;
}

/* The element with the page's data: its mask and its JSON. */
static bool
read_data(struct tsr_span *mask, struct tsr_span *json, struct tsr_span page)
{
	static const char head[] =
	    "<script type=\"application/json\" id=\"tessera\"";
	static const char attribute[] = " data-mask=\"";
	size_t at = find(page, TSR_LIT(head)), end;
	struct tsr_span tag;

	if (at == SIZE_MAX)
		return false;
	page = tsr_span_from(page, at);
	end = tsr_span_find(page, '>', 0);
	tag = tsr_span_part(page, 0, end);
	*json = tsr_span_from(page, end + 1);
	json->n = find(*json, TSR_LIT("</script>"));
	at = find(tag, TSR_LIT(attribute));
	*mask = TSR_LIT("");
	if (at != SIZE_MAX) {
		*mask = tsr_span_from(tag, at + sizeof(attribute) - 1);
		mask->n = tsr_span_find(*mask, '"', 0);
	}
	return json->n != SIZE_MAX;
}

/* ---- visitors ---- */

static void
print_visitor(struct lines *l, const struct edition *e, size_t data,
    struct tsr_span mask, const struct tsr_json *visitor)
{
	const struct tsr_rules *rules = l->site.rules;
	uint32_t decision;
	size_t i;

	tsr_buf_printf(&l->out, "{\"regions\":%zu,\"data\":%zu,\"mask\":",
	    e->line - 1, data);
	tsr_buf_json(&l->out, mask);
	tsr_buf_text(&l->out, ",\"path\":");
	tsr_buf_json(&l->out, e->page->path);
	tsr_buf_text(&l->out, ",\"shown\":[");
	for (i = 0; i < e->count; i++) {
		decision = e->places[i].item->decision;
		tsr_buf_printf(&l->out, "%s[%u,%u]", i > 0 ? "," : "",
		    tsr_decide_outcome(&answer.visit, decision),
		    tsr_rules_settle(rules, decision, visitor,
			l->stranger.speller.now));
	}
	tsr_buf_text(&l->out, "]");
}

static void
print_signals(struct lines *l, const struct tsr_json *signals, unsigned granted)
{
	static const char *const words[TSR_PURPOSE_COUNT] = {
	    "", "functional", "analytics", "personalization"};
	const char *between = "";
	unsigned i;

	tsr_buf_text(&l->out, ",\"signals\":");
	tsr_json_write(&l->out, signals);
	tsr_buf_text(&l->out, ",\"granted\":[");
	for (i = 1; i < TSR_PURPOSE_COUNT; i++)
		if ((granted >> i & 1) != 0) {
			tsr_buf_printf(
			    &l->out, "%s\"%s\"", between, words[i]);
			between = ",";
		}
	tsr_buf_text(&l->out, "]}");
	print(l);
}

static struct tsr_span
ask(struct lines *l, const struct tsr_page *page)
{
	size_t n = 0, got;

	tsr_stranger_draw(&l->stranger, page->path);
	tsr_answer_make(
	    &answer, pieces, &l->release.store, &l->stranger.request, NULL);
	tsr_body_start(&body, &answer);
	while ((got = tsr_body_read(text + n, sizeof(text) - n, &body)) > 0)
		n += got;
	if (answer.status != page->status || body.failed ||
	    n != answer.length)
		fail(l, "no whole answer", page->path);
	return tsr_span_of(text, n);
}

static void
try_visitor(struct lines *l)
{
	struct tsr_dice *dice = &l->stranger.speller.dice;
	size_t number = l->pages[tsr_dice_below(dice, (uint32_t)l->page_count)];
	const struct tsr_page *page = &l->site.pages[number];
	struct tsr_span all = ask(l, page), mask, json;
	uint32_t edition = 0;
	struct tsr_json read, signals, visitor;
	unsigned granted = 1 | tsr_dice_below(dice, 8) << 1;
	struct edition *e;
	size_t data;

	if (page->edition_count > 1)
		edition = tsr_decide_outcome(&answer.visit, page->decision);
	e = &l->editions[number][edition];
	if (e->count == 0)
		return;
	if (!read_data(&mask, &json, all)) {
		fail(l, "a page without its data", page->path);
		return;
	}
	print_edition(l, e);
	data = data_number(l, json);
	read = tsr_stranger_values(&l->failed, &l->stranger, &answer.visit);
	signals = draw_signals(l, e);
	visitor = join(l, &read, &signals, granted);
	print_visitor(l, e, data, mask, &visitor);
	print_signals(l, &signals, granted);
}

static uint64_t
number(const char *s)
{
	uint64_t n = 0;

	for (; *s >= '0' && *s <= '9' && n < 1000000000000u; s++)
		n = n * 10 + (uint64_t)(*s - '0');
	return n;
}

int
main(int argc, char **argv)
{
	static struct lines l;
	uint64_t i, n;
	bool ok;

	if (argc < 5) {
		fprintf(stderr, "usage: lines SITE OUT VISITORS SEED\n");
		return 2;
	}
	tsr_setup();
	n = number(argv[3]);
	tsr_buf_init(&l.out, LINE_MAX_BYTES);
	ok = open_site(&l, argv[1], argv[2]);
	if (ok) {
		find_pages(&l);
		tsr_stranger_init(&l.stranger, &l.site, number(argv[4]),
		    &l.arena, &l.scratch);
	}
	ok = ok && l.page_count > 0;
	if (!ok)
		fprintf(stderr, "no page waits for the browser\n");
	for (i = 0; ok && i < n; i++) {
		struct tsr_arena_mark mark = tsr_arena_mark(&l.scratch);

		try_visitor(&l);
		tsr_arena_rewind(&l.scratch, mark);
	}
	tsr_buf_free(&l.out);
	tsr_release_close(&l.release);
	tsr_site_output_free(&l.site);
	tsr_arena_free(&l.scratch);
	tsr_arena_free(&l.arena);
	return ok && l.failed == 0 ? 0 : 1;
}
