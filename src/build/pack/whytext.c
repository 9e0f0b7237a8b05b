/*
 * whytext - how long the texts are that requests write: why a page is as it is,
 * and what its script is told of the visitor.
 */
#include "build/pack/whytext.h"

#include "build/pack/kept.h"
#include "core/limits.h"
#include "core/tell.h"
#include "core/why.h"

/* What a page's choices depend on. */
struct reach {
	const struct tsr_rules *rules;
	struct tsr_arena *arena;
	uint32_t *decisions;
	size_t count, cap;
	bool private;
};

static void
reach_decision(struct reach *r, uint32_t decision)
{
	r->decisions = tsr_arena_grow(r->arena, r->decisions, r->count,
	    &r->cap, sizeof(*r->decisions));
	r->decisions[r->count++] = decision;
	if (tsr_rules_tier(r->rules, decision) > TSR_TIER_SEGMENT)
		r->private = true;
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
reach_page(struct reach *r, const struct tsr_page *page)
{
	uint32_t i;

	r->count = 0;
	/* As index.c says of the record. */
	r->private = page->status != 200;
	reach_decision(r, page->decision);
	for (i = 0; i < page->edition_count; i++)
		reach_choice(r, &page->editions[i]);
	for (i = 0; i < page->bit_count; i++)
		reach_decision(r, page->bits[i]);
}

/* The place of the data is in the layout: in no slot. */
static void
give_length(struct tsr_page *page, enum tsr_field field, uint32_t length)
{
	struct tsr_row *row;
	uint32_t i, k;

	for (i = 0; i < page->edition_count; i++) {
		row = &page->editions[i].rows[0];
		for (k = 0; k < row->count; k++) {
			struct tsr_item *item = &row->items[k];

			if (item->kind != TSR_ITEM_DATA ||
			    item->field != field)
				continue;
			item->length = length;
			if (length > 0)
				continue;
			item->kind = TSR_ITEM_TEXT;
			item->text = item->fallback;
		}
	}
}

static uint32_t
add_nothing(void *ctx, struct tsr_span s)
{
	(void)ctx;
	(void)s;
	return 0;
}

void
tsr_whytext_measure(struct tsr_page *pages, size_t count,
    const struct tsr_rules *rules, struct tsr_arena *arena)
{
	struct tsr_buf sections[TSR_SECTION_COUNT];
	struct tsr_strings strings = {NULL, add_nothing};
	struct reach reach = {.rules = rules, .arena = arena};
	struct tsr_kept *kept;
	const uint32_t *list;
	size_t i, n;

	for (i = 0; i < TSR_SECTION_COUNT; i++)
		tsr_buf_init(&sections[i], UINT32_MAX);
	tsr_rules_write(sections, rules, &strings);
	kept = tsr_kept_open(sections, arena);
	for (i = 0; i < count; i++) {
		reach_page(&reach, &pages[i]);
		n = kept != NULL && reach.private
		    ? tsr_kept_find(
			  &list, kept, reach.decisions, reach.count)
		    : SIZE_MAX;
		give_length(&pages[i], TSR_FIELD_STATE,
		    reach.private
			? (uint32_t)TSR_TELL_LENGTH(
			      tsr_rules_vector_count(rules))
			: 0);
		give_length(&pages[i], TSR_FIELD_WHY,
		    n <= TSR_WHY_PREDICATES
			? (uint32_t)tsr_why_length((uint32_t)n)
			: 0);
	}
	for (i = 0; i < TSR_SECTION_COUNT; i++)
		tsr_buf_free(&sections[i]);
}

uint32_t
tsr_whytext_length(const struct tsr_page *page)
{
	const struct tsr_row *row = &page->editions[0].rows[0];
	uint32_t i;

	for (i = 0; i < row->count; i++)
		if (row->items[i].kind == TSR_ITEM_DATA &&
		    row->items[i].field == TSR_FIELD_WHY)
			return row->items[i].length;
	return 0;
}
