/*
 * wire - bytes on the wire against gzip -9 of the whole unpadded page.
 *
 * usage: wire SITE [VISITORS]
 * For every page and so many visitors drawn at random: the bytes that are
 * stitched, and gzip -9 of the same visitor's page as the templates have it.
 * Prints the geometric mean and the worst of the ratios, and what is stored.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "build/build.h"
#include "cli/setup.h"
#include "lib/visitor.h"

/* 2026-06-15 12:00 UTC. */
#define NOW 1781524800000

#define VISITORS 50

struct bench {
	struct tsr_site_output site;
	struct tsr_json visitor;
	struct tsr_deflater *deflater;
	double log_sum, worst;
	size_t count;
	double stored, whole; /* bytes */
	struct tsr_span worst_path;
	size_t units;
};

static uint32_t
outcome(void *ctx, uint32_t decision)
{
	struct bench *b = ctx;

	return tsr_rules_interpret(
	    b->site.rules, decision, &b->visitor, NOW);
}

static struct tsr_span
value(void *ctx, uint32_t attribute)
{
	struct bench *b = ctx;
	const struct tsr_rules_attribute *a =
	    tsr_rules_attribute_at(b->site.rules, attribute);

	return tsr_json_text(tsr_json_find(&b->visitor, a->name));
}

static const struct tsr_fragment *
find_fragment(struct bench *b, uint32_t set, uint32_t attribute)
{
	struct tsr_span id = value(b, attribute);
	uint32_t i;

	for (i = 0; i < b->site.sets[set].count; i++)
		if (tsr_span_eq(b->site.sets[set].list[i].id, id))
			return &b->site.sets[set].list[i];
	return NULL;
}

static struct tsr_span
fragment(void *ctx, uint32_t set, uint32_t attribute)
{
	const struct tsr_fragment *f = find_fragment(ctx, set, attribute);

	return f == NULL ? tsr_span_of(NULL, 0) : f->html;
}

static size_t
program_bytes(struct bench *b, const struct tsr_packed_page *page,
    uint32_t program, struct tsr_arena *arena)
{
	const struct tsr_packed_program *p = &page->programs[program];
	const struct tsr_fragment *f;
	struct tsr_span unit;
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < p->count; i++) {
		const struct tsr_packed_part *part = &p->parts[i];

		if (part->kind == TSR_PART_UNIT) {
			n += page->objects[part->a].bytes.n;
			b->units++;
		} else if (part->kind == TSR_PART_TEXT) {
			n += page->texts[part->a].length + 5;
		} else if (part->kind == TSR_PART_SLOT) {
			const struct tsr_packed_slot *s = &page->slots[part->a];

			n += program_bytes(b, page,
			    s->first + outcome(b, s->decision), arena);
		} else if (part->kind == TSR_PART_FRAGMENT) {
			f = find_fragment(b, part->a, part->b);
			if (f != NULL &&
			    tsr_deflater_unit(&unit, b->deflater,
				tsr_span_of(NULL, 0), f->html, false, arena))
				n += unit.n;
		}
	}
	return n;
}

static void
measure(struct bench *b, const struct tsr_page *page,
    const struct tsr_packed_page *packed, struct tsr_arena *arena)
{
	struct tsr_flat_choice choice = {b, outcome, value, fragment};
	uint32_t edition = outcome(b, page->decision);
	struct tsr_buf plain;
	size_t wire, whole;
	double ratio;

	tsr_buf_init(&plain, (size_t)1 << 26);
	tsr_page_flatten(&plain, &page->editions[edition], &choice);
	whole = tsr_gzip(tsr_buf_view(&plain), arena).n;
	wire = 18 +
	    program_bytes(b, packed, packed->first_edition + edition, arena);
	tsr_buf_free(&plain);
	ratio = (double)wire / (double)whole;
	b->log_sum += log(ratio);
	b->count++;
	if (ratio > b->worst) {
		b->worst = ratio;
		b->worst_path = page->path;
	}
	b->whole += (double)whole;
}

static void
measure_page(struct bench *b, const struct tsr_page *page, size_t visitors,
    struct tsr_dice *dice)
{
	struct tsr_arena arena = {0}, scratch = {0};
	struct tsr_pack_tools tools = {b->deflater, &arena, &scratch};
	struct tsr_packed_page packed;
	double whole = b->whole, log_sum = b->log_sum;
	size_t i, before = b->count;
	struct tsr_diag diag;

	tsr_diag_init(&diag, &arena);
	if (!tsr_pack_page(&packed, tsr_build_pad(page, &scratch, &diag),
		page->edition_count, &tools))
		abort();
	for (i = 0; i < visitors; i++) {
		struct tsr_arena_mark mark = tsr_arena_mark(&scratch);

		b->visitor = tsr_visitor_draw(dice, b->site.rules, &scratch);
		measure(b, page, &packed, &scratch);
		tsr_arena_rewind(&scratch, mark);
	}
	whole = (b->whole - whole) / (double)(b->count - before);
	b->stored += (double)packed.stored / whole;
	if (getenv("VERBOSE") != NULL)
		printf("%.*s ratio %.3f stored %llu gzip %.0f\n",
		    (int)page->path.n, (const char *)page->path.p,
		    exp((b->log_sum - log_sum) / (double)(b->count - before)),
		    (unsigned long long)packed.stored, whole);
	tsr_arena_free(&arena);
	tsr_arena_free(&scratch);
}

/* The interpreter must know the ids of every fragment set. */
static void
name_fragments(struct bench *b, struct tsr_arena *arena)
{
	struct tsr_span *ids;
	uint32_t set, i;

	for (set = 0; set < b->site.set_count; set++) {
		const struct tsr_fragment_set *s = &b->site.sets[set];

		ids = TSR_NEW_ARRAY(arena, struct tsr_span, s->count);
		for (i = 0; i < s->count; i++)
			ids[i] = s->list[i].id;
		tsr_rules_fragments(b->site.rules, set, ids, s->count);
	}
}

int
main(int argc, char **argv)
{
	struct tsr_build_options options = {.threads = 0};
	struct tsr_dice dice = {1};
	struct tsr_arena arena = {0};
	struct bench b = {.worst = 0};
	struct tsr_diag diag;
	size_t i;

	tsr_setup();
	tsr_diag_init(&diag, &arena);
	if (!tsr_site_render(
		&b.site, argc > 1 ? argv[1] : ".", &options, &arena, &diag)) {
		tsr_diag_print(stderr, &diag, &b.site.sources, false);
		return 1;
	}
	b.deflater = tsr_deflater_new(9);
	tsr_build_fold(&b.site, &arena);
	name_fragments(&b, &arena);
	for (i = 0; i < b.site.page_count; i++)
		measure_page(&b, &b.site.pages[i], VISITORS, &dice);
	printf("bytes on the wire against gzip -9 of the unpadded page, "
	       "%zu pages, %d visitors each:\n"
	       "  geometric mean %.4f, worst %.4f (%.*s), %.1f units a reply\n"
	       "  stored, in gzipped pages: mean %.2f\n",
	    b.site.page_count, VISITORS, exp(b.log_sum / (double)b.count),
	    b.worst, (int)b.worst_path.n, (const char *)b.worst_path.p,
	    (double)b.units / (double)b.count,
	    b.stored / (double)b.site.page_count);
	tsr_deflater_free(b.deflater);
	tsr_site_output_free(&b.site);
	tsr_arena_free(&arena);
	return 0;
}
