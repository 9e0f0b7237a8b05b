/*
 * asked - what a page's choices ask: their decisions, and whether the answer
 * is the visitor's own.
 */
#include "build/render/asked.h"

struct asked {
	struct tsr_page *page;
	const struct tsr_rules *rules;
	struct tsr_arena *arena;
	uint32_t *decisions; /* of the page under way */
	size_t count, cap;
};

static void
add_decision(struct asked *a, uint32_t decision)
{
	a->decisions = tsr_arena_grow(a->arena, a->decisions, a->count,
	    &a->cap, sizeof(*a->decisions));
	a->decisions[a->count++] = decision;
	if (tsr_rules_tier(a->rules, decision) > TSR_TIER_SEGMENT)
		a->page->own = true;
}

/* Slots nest to TSR_SLOT_DEPTH. */
static void
add_choice(struct asked *a, const struct tsr_choice *choice)
{
	const struct tsr_item *item;
	uint32_t i, j, k;

	for (i = 0; i < choice->count; i++)
		for (j = 0; j < choice->rows[i].count; j++) {
			item = &choice->rows[i].items[j];
			if (item->kind == TSR_ITEM_FIELD ||
			    item->kind == TSR_ITEM_FRAGMENT)
				a->page->own = true;
			if (item->kind != TSR_ITEM_SLOT)
				continue;
			add_decision(a, item->decision);
			for (k = 0; k < item->count; k++)
				add_choice(a, &item->choices[k]);
		}
}

void
tsr_asked_find(struct tsr_page *pages, size_t count,
    const struct tsr_rules *rules, struct tsr_arena *arena)
{
	struct asked a = {.rules = rules, .arena = arena};
	struct tsr_page *page;
	uint32_t k;
	size_t i;

	for (i = 0; i < count; i++) {
		page = a.page = &pages[i];
		a.count = 0;
		page->own = false;
		add_decision(&a, page->decision);
		for (k = 0; k < page->edition_count; k++)
			add_choice(&a, &page->editions[k]);
		for (k = 0; k < page->bit_count; k++)
			add_decision(&a, page->bits[k]);
		page->decisions =
		    TSR_NEW_ARRAY(arena, uint32_t, a.count);
		memcpy(page->decisions, a.decisions,
		    a.count * sizeof(*a.decisions));
		page->decision_count = (uint32_t)a.count;
	}
}

bool
tsr_asked_public(const struct tsr_page *page)
{
	return !page->own && page->status == 200;
}
