/*
 * index - the sections of site.tsr from packed pages.
 */
#include "build/pack/index.h"

#include <assert.h>
#include <stdlib.h>

#include "build/pack/kept.h"
#include "build/pack/whytext.h"
#include "build/pack/words.h"
#include "build/render/asked.h"
#include "build/rules/consent.h"
#include "core/crc.h"
#include "core/why.h"

struct filler {
	struct tsr_index *index;
	const struct tsr_emit_input *in;
	struct tsr_object_store *store;
	struct tsr_arena *arena;
	/* Where the numbers of the page under way begin. */
	uint32_t programs, slots, texts;
	uint32_t *objects; /* the page's number -> the store's */
};

static struct tsr_buf *
section(struct filler *f, enum tsr_section s)
{
	return &f->index->sections[s];
}

static uint32_t
count_of(struct filler *f, enum tsr_section s)
{
	return (uint32_t)(section(f, s)->n / tsr_table_section_size(s));
}

static void
put_text(struct filler *f, enum tsr_section s, struct tsr_span text)
{
	tsr_buf_le32(section(f, s), tsr_texts_add(&f->index->texts, text));
	tsr_buf_le32(section(f, s), (uint32_t)text.n);
}

static void
put_part(struct filler *f, const struct tsr_packed_part *part)
{
	struct tsr_buf *out = section(f, TSR_SECTION_PART);
	uint32_t a = part->a;

	if (part->kind == TSR_PART_UNIT)
		a = f->objects[a];
	else if (part->kind == TSR_PART_SLOT)
		a += f->slots;
	else if (part->kind == TSR_PART_TEXT)
		a += f->texts;
	tsr_buf_byte(out, (uint8_t)part->kind);
	tsr_buf_byte(out,
	    part->kind == TSR_PART_FIELD ? (uint8_t)part->field : 0);
	tsr_buf_le16(out, 0);
	tsr_buf_le32(out, a);
	tsr_buf_le32(out, part->b);
	tsr_buf_le32(out, part->word);
}

/* Two outcomes with the same content share their parts. */
static uint32_t
put_parts(struct filler *f, const struct tsr_packed_page *page, size_t i,
    uint32_t *firsts)
{
	const struct tsr_packed_program *program = &page->programs[i];
	uint32_t first = count_of(f, TSR_SECTION_PART), p;
	size_t j;

	for (j = i; j-- > 0 && i - j < TSR_CHOICES_MAX;)
		if (page->programs[j].parts == program->parts)
			return firsts[j];
	for (p = 0; p < program->count; p++)
		put_part(f, &program->parts[p]);
	return first;
}

static void
put_programs(struct filler *f, const struct tsr_packed_page *page)
{
	struct tsr_buf *out = section(f, TSR_SECTION_PROG);
	uint32_t *firsts =
	    TSR_NEW_ARRAY(f->arena, uint32_t, page->program_count);
	size_t i;

	for (i = 0; i < page->program_count; i++) {
		const struct tsr_packed_program *program = &page->programs[i];

		firsts[i] = put_parts(f, page, i, firsts);
		tsr_buf_le32(out, firsts[i]);
		tsr_buf_le32(out, program->count);
		put_text(f, TSR_SECTION_PROG, program->name);
		tsr_buf_le32(out, program->most);
		tsr_buf_le32(out, program->omitted ? 1 : 0);
		if (program->most > f->index->reply_most)
			f->index->reply_most = program->most;
	}
}

static void
put_slots(struct filler *f, const struct tsr_packed_page *page)
{
	struct tsr_buf *out = section(f, TSR_SECTION_SLOT);
	size_t i;

	for (i = 0; i < page->slot_count; i++) {
		const struct tsr_packed_slot *slot = &page->slots[i];

		tsr_buf_le32(out, slot->decision);
		tsr_buf_le32(out, f->programs + slot->first);
		tsr_buf_le32(out, slot->count);
		put_text(f, TSR_SECTION_SLOT, slot->name);
		tsr_buf_le32(out, slot->position);
	}
}

static void
put_texts(struct filler *f, const struct tsr_packed_page *page)
{
	struct tsr_buf *out = section(f, TSR_SECTION_TEXT);
	size_t i;

	for (i = 0; i < page->text_count; i++) {
		const struct tsr_packed_text *text = &page->texts[i];

		tsr_buf_le32(out, text->item->attribute);
		tsr_buf_le32(out, text->length);
		tsr_buf_le32(out, text->most);
		tsr_buf_le32(out, (uint32_t)text->item->escape);
		put_text(f, TSR_SECTION_TEXT, text->tail);
		put_text(f, TSR_SECTION_TEXT, text->item->fallback);
		tsr_buf_le32(out, text->multiplier);
		tsr_buf_le32(out, text->item->max);
	}
}

/* What a page's choices depend on: what is read for them, and when they end. */
struct dependence {
	bool reads[TSR_ATTRIBUTES_MAX];
	uint32_t first_boundary, boundary_count;
};

static int
compare_times(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void
depend_on(struct filler *f, struct dependence *d, uint32_t decision,
    struct tsr_buf *times)
{
	const int64_t *list;
	size_t i, n;

	tsr_rules_reads(d->reads, f->in->rules, decision);
	n = tsr_rules_boundaries(&list, f->in->rules, decision, f->arena);
	for (i = 0; i < n; i++)
		tsr_buf_le64(times, (uint64_t)list[i]);
}

static void
put_boundaries(struct filler *f, struct dependence *d, struct tsr_buf *times)
{
	size_t n = times->n / 8, i;
	int64_t *sorted = TSR_NEW_ARRAY(f->arena, int64_t, n);

	d->first_boundary = count_of(f, TSR_SECTION_BNDS);
	for (i = 0; i < n; i++)
		sorted[i] = (int64_t)tsr_le64(times->p + i * 8);
	qsort(sorted, n, sizeof(*sorted), compare_times);
	for (i = 0; i < n; i++)
		if (i == 0 || sorted[i] != sorted[i - 1])
			tsr_buf_le64(section(f, TSR_SECTION_BNDS),
			    (uint64_t)sorted[i]);
	d->boundary_count =
	    count_of(f, TSR_SECTION_BNDS) - d->first_boundary;
}

static void
find_dependence(
    struct filler *f, struct dependence *d, const struct tsr_page *page)
{
	struct tsr_buf times;
	size_t i;

	memset(d, 0, sizeof(*d));
	tsr_buf_init(&times, TSR_INDEX_SECTION_MAX);
	for (i = 0; i < page->decision_count; i++)
		depend_on(f, d, page->decisions[i], &times);
	put_boundaries(f, d, &times);
	tsr_buf_free(&times);
}

/*
 * Accept-Encoding, and what a page's choices read, once each; not where they
 * are the visitor's own.
 */
static struct tsr_span
vary(struct filler *f, const struct dependence *d, const struct tsr_page *page)
{
	size_t i, n = tsr_rules_attribute_count(f->in->rules);
	struct tsr_span copy;
	struct tsr_buf out;
	bool cookie = false;

	tsr_buf_init(&out, 4096);
	tsr_buf_text(&out, "Accept-Encoding");
	for (i = 0; i < n && !page->own; i++) {
		const struct tsr_rules_attribute *a =
		    tsr_rules_attribute_at(f->in->rules, (uint32_t)i);

		if (!d->reads[i])
			continue;
		if (a->source == TSR_SOURCE_HEADER ||
		    a->source == TSR_SOURCE_HINT) {
			tsr_buf_text(&out, ", ");
			tsr_buf_add(&out, a->key);
		} else if (a->source == TSR_SOURCE_COOKIE) {
			cookie = true;
		}
	}
	if (cookie)
		tsr_buf_text(&out, ", Cookie");
	copy = tsr_arena_dup(f->arena, tsr_buf_view(&out));
	tsr_buf_free(&out);
	return copy;
}

static void
put_page(struct filler *f, const struct tsr_page *page,
    const struct tsr_packed_page *packed)
{
	struct tsr_buf *out = section(f, TSR_SECTION_PAGE);
	struct dependence d;
	uint32_t i;

	find_dependence(f, &d, page);
	put_text(f, TSR_SECTION_PAGE, page->path);
	put_text(f, TSR_SECTION_PAGE, page->id);
	tsr_buf_le32(out, page->locale);
	tsr_buf_le32(out, tsr_asked_public(page) ? TSR_PAGE_PUBLIC : 0);
	tsr_buf_le32(out, page->decision);
	tsr_buf_le32(out, f->programs + packed->first_edition);
	tsr_buf_le32(out, packed->edition_count);
	tsr_buf_le32(out, page->status);
	put_text(f, TSR_SECTION_PAGE, vary(f, &d, page));
	tsr_buf_le32(out, d.first_boundary);
	tsr_buf_le32(out, d.boundary_count);
	tsr_buf_le32(out, packed->raw_most);
	tsr_buf_le32(out, 0);
	tsr_buf_le32(out, 0); /* WHYP: kept.c */
	tsr_buf_le32(out, 0);
	tsr_buf_le32(out, count_of(f, TSR_SECTION_MASK));
	tsr_buf_le32(out, page->bit_count);
	for (i = 0; i < page->bit_count; i++)
		tsr_buf_le32(section(f, TSR_SECTION_MASK), page->bits[i]);
}

static void
number_objects(struct filler *f, const struct tsr_packed_page *packed)
{
	size_t i;

	f->objects = TSR_NEW_ARRAY(f->arena, uint32_t, packed->object_count);
	for (i = 0; i < packed->object_count; i++)
		f->objects[i] = tsr_store_add(f->store, &packed->objects[i]);
}

static void
put_pages(struct filler *f)
{
	size_t i;

	for (i = 0; i < f->in->page_count; i++) {
		f->programs = count_of(f, TSR_SECTION_PROG);
		f->slots = count_of(f, TSR_SECTION_SLOT);
		f->texts = count_of(f, TSR_SECTION_TEXT);
		number_objects(f, &f->in->packed[i]);
		put_programs(f, &f->in->packed[i]);
		put_slots(f, &f->in->packed[i]);
		put_texts(f, &f->in->packed[i]);
		put_page(f, &f->in->pages[i], &f->in->packed[i]);
	}
}

struct route {
	struct tsr_span path, target;
	uint32_t page;
};

static int
compare_routes(const void *a, const void *b)
{
	const struct route *x = a, *y = b;

	return tsr_span_cmp(x->path, y->path);
}

static void
put_routes(struct filler *f)
{
	size_t n = f->in->page_count + f->in->redirect_count, i, buckets = 2;
	struct route *list = TSR_NEW_ARRAY(f->arena, struct route, n);
	struct tsr_buf *out = section(f, TSR_SECTION_ROUT);
	uint32_t *index;

	for (i = 0; i < f->in->page_count; i++) {
		list[i].path = f->in->pages[i].path;
		list[i].page = (uint32_t)i;
	}
	for (; i < n; i++) {
		list[i].path = f->in->redirects[i - f->in->page_count].from;
		list[i].target = f->in->redirects[i - f->in->page_count].to;
	}
	qsort(list, n, sizeof(*list), compare_routes);
	while (buckets < n * 2)
		buckets *= 2;
	index = TSR_NEW_ARRAY(f->arena, uint32_t, buckets);
	for (i = 0; i < n; i++) {
		size_t place = tsr_hash32(list[i].path) & (buckets - 1);

		while (index[place] != 0)
			place = (place + 1) & (buckets - 1);
		index[place] = (uint32_t)i + 1;
		put_text(f, TSR_SECTION_ROUT, list[i].path);
		tsr_buf_le32(out,
		    list[i].target.n > 0 ? TSR_ROUTE_REDIRECT
					 : TSR_ROUTE_PAGE);
		tsr_buf_le32(out, list[i].page);
		put_text(f, TSR_SECTION_ROUT, list[i].target);
	}
	for (i = 0; i < buckets; i++)
		tsr_buf_le32(section(f, TSR_SECTION_RIDX), index[i]);
}

static void
put_locales(struct filler *f)
{
	struct tsr_buf *out = section(f, TSR_SECTION_LOCL);
	size_t i;

	for (i = 0; i < f->in->locale_count; i++) {
		put_text(f, TSR_SECTION_LOCL, f->in->locales[i].tag);
		put_text(f, TSR_SECTION_LOCL, f->in->locales[i].prefix);
		tsr_buf_le32(out, f->in->locales[i].not_found);
		tsr_buf_le32(out, 0);
	}
}

static void
put_sets(struct filler *f)
{
	struct tsr_buf *sets = section(f, TSR_SECTION_FSET);
	struct tsr_buf *out = section(f, TSR_SECTION_FRAG);
	size_t i, j, most;

	for (i = 0; i < f->in->set_count; i++) {
		const struct tsr_emit_set *set = &f->in->sets[i];

		tsr_buf_le32(sets, count_of(f, TSR_SECTION_FRAG));
		tsr_buf_le32(sets, set->count);
		for (j = 0, most = 0; j < set->count; j++) {
			put_text(f, TSR_SECTION_FRAG, set->ids[j]);
			tsr_buf_le32(
			    out, tsr_store_add(f->store, &set->objects[j]));
			tsr_buf_le32(out,
			    tsr_crc_shift(set->objects[j].raw_length));
			tsr_buf_le64(out, 0);
			if (set->objects[j].bytes.n > most)
				most = set->objects[j].bytes.n;
		}
		tsr_buf_le32(sets, (uint32_t)most);
		tsr_buf_le32(sets, 0);
	}
}

static void
put_meta(struct filler *f, struct tsr_span key, struct tsr_span value)
{
	put_text(f, TSR_SECTION_META, key);
	put_text(f, TSR_SECTION_META, value);
}

static struct tsr_span
with_locale(struct filler *f, const char *name, struct tsr_span tag)
{
	const char *key = tsr_arena_printf(
	    f->arena, "%s@%.*s", name, TSR_ARG(tag));

	return tsr_span_of(key, strlen(key));
}

/* Behind all others: these are looked for when somebody asks why. */
static void
put_words(struct filler *f)
{
	const struct tsr_emit_locale *l;
	struct tsr_span words, titles;
	size_t i;

	for (i = 0; i < f->in->locale_count; i++) {
		l = &f->in->locales[i];
		words = tsr_words_why(l->strings, f->arena);
		titles = tsr_words_titles(f->in->rules, l->tag, f->arena);
		if (words.n > 0)
			put_meta(f, with_locale(f, "why", l->tag), words);
		if (titles.n > 0)
			put_meta(f, with_locale(f, "titles", l->tag), titles);
	}
}

static uint32_t
add_string(void *ctx, struct tsr_span s)
{
	return tsr_texts_add(ctx, s);
}

/* What the server must know of the visitor state; nothing: it has no use. */
static void
put_state(struct filler *f)
{
	uint32_t days = tsr_rules_state_days(f->in->rules);
	const struct tsr_json *counters = tsr_rules_counters(f->in->rules);
	struct tsr_buf out;
	size_t i;

	if (days == 0)
		return;
	tsr_buf_init(&out, 4096);
	tsr_buf_printf(&out, "%u", days);
	put_meta(f, TSR_LIT("state"),
	    tsr_arena_dup(f->arena, tsr_buf_view(&out)));
	tsr_buf_clear(&out);
	for (i = 0; counters != NULL && i < counters->count; i++) {
		tsr_buf_text(&out, i > 0 ? " " : "");
		tsr_buf_add(&out, tsr_json_text(&counters->u.items[i]));
	}
	put_meta(f, TSR_LIT("state.counters"),
	    tsr_arena_dup(f->arena, tsr_buf_view(&out)));
	tsr_buf_free(&out);
}

/* What was measured before the pages were packed is what they have now. */
static void
assert_lengths(const struct filler *f)
{
	const uint8_t *record = f->index->sections[TSR_SECTION_PAGE].p;
	uint32_t length;
	size_t i;

	for (i = 0; i < f->in->page_count; i++, record += TSR_PAGE_SIZE) {
		length = tsr_whytext_length(&f->in->pages[i]);
		assert(length == 0 ||
		    ((tsr_le32(record + 20) & TSR_PAGE_PUBLIC) == 0 &&
			length == tsr_why_length(tsr_le32(record + 68))));
		(void)length;
	}
}

bool
tsr_index_fill(struct tsr_index *index, const struct tsr_emit_input *in,
    struct tsr_object_store *store, struct tsr_arena *arena)
{
	struct filler f = {.index = index, .in = in, .store = store,
	    .arena = arena};
	struct tsr_strings strings = {&index->texts, add_string};
	struct tsr_consent_meta consent[TSR_CONSENT_METAS];
	size_t s, i, n;

	memset(index, 0, sizeof(*index));
	tsr_texts_init(&index->texts, arena, TSR_INDEX_SECTION_MAX);
	for (s = 0; s < TSR_SECTION_COUNT; s++)
		tsr_buf_init(&index->sections[s], TSR_INDEX_SECTION_MAX);
	put_locales(&f);
	put_sets(&f);
	put_pages(&f);
	put_routes(&f);
	put_meta(&f, TSR_LIT("consent"), in->consent_cookie);
	n = tsr_consent_list(consent, in->consent, arena);
	for (i = 0; i < n; i++)
		put_meta(&f, consent[i].key, consent[i].value);
	put_meta(&f, TSR_LIT("origin"), in->origin);
	put_meta(&f, TSR_LIT("site"), in->site_name);
	put_state(&f);
	tsr_rules_write(index->sections, in->rules, &strings);
	tsr_event_kinds_write(index->sections, in->events, &strings);
	put_words(&f);
	tsr_kept_fill(index, in, arena);
	for (s = 0; s < TSR_SECTION_COUNT; s++)
		if (index->sections[s].full)
			return false;
	assert_lengths(&f);
	return !index->texts.bytes.full &&
	    index->reply_most <= TSR_REPLY_MAX;
}

void
tsr_index_free(struct tsr_index *index)
{
	size_t s;

	for (s = 0; s < TSR_SECTION_COUNT; s++)
		tsr_buf_free(&index->sections[s]);
	tsr_texts_free(&index->texts);
}
