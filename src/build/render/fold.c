/*
 * fold - decide a page's segment-tier slots once, for the whole page.
 */
#include "build/render/fold.h"

#include "build/render/pad.h"

/* Slots of a page that are worth looking at. */
#define SLOTS_MAX 32

/* The decisions of the page's own slots, once each. */
struct slots {
	uint32_t decisions[SLOTS_MAX];
	size_t count;
	bool fits;
};

static void
add_decision(struct slots *slots, const struct tsr_rules *rules,
    const struct tsr_item *item)
{
	size_t i;

	if (tsr_rules_tier(rules, item->decision) > TSR_TIER_SEGMENT ||
	    tsr_rules_purposed(rules, item->decision)) {
		slots->fits = false;
		return;
	}
	for (i = 0; i < slots->count; i++)
		if (slots->decisions[i] == item->decision)
			return;
	if (slots->count == SLOTS_MAX) {
		slots->fits = false;
		return;
	}
	slots->decisions[slots->count++] = item->decision;
}

/*
 * A page whose other parts vary at request time gains nothing that would be
 * worth storing it more than once.
 */
static void
find_slots(struct slots *slots, const struct tsr_page *page,
    const struct tsr_rules *rules)
{
	const struct tsr_choice *edition = &page->editions[0];
	size_t r, i;

	memset(slots, 0, sizeof(*slots));
	slots->fits = page->edition_count == 1;
	for (r = 0; r < edition->count && slots->fits; r++) {
		const struct tsr_row *row = &edition->rows[r];

		for (i = 0; i < row->count; i++) {
			if (row->items[i].kind == TSR_ITEM_SLOT)
				add_decision(slots, rules, &row->items[i]);
			else if (row->items[i].kind != TSR_ITEM_TEXT &&
			    row->items[i].kind != TSR_ITEM_DATA)
				slots->fits = false;
		}
	}
	if (slots->count == 0)
		slots->fits = false;
}

bool
tsr_fold_fits(const struct tsr_page *page, const struct tsr_rules *rules)
{
	struct slots slots;

	find_slots(&slots, page, rules);
	return slots.fits;
}

/* An edition being put together. */
struct folder {
	struct tsr_arena *arena;
	const struct slots *slots;
	const uint32_t *tuple; /* outcomes, in the order of the slots */
	struct tsr_item *items;
	size_t count, cap;
	struct tsr_buf name;
};

static void
add_item(struct folder *f, const struct tsr_item *item)
{
	f->items = tsr_arena_grow(
	    f->arena, f->items, f->count, &f->cap, sizeof(*f->items));
	f->items[f->count++] = *item;
}

static void
add_chosen(struct folder *f, const struct tsr_item *slot)
{
	const struct tsr_item nothing = {
	    .kind = TSR_ITEM_TEXT, .text = TSR_LIT(TSR_PAD_NOTHING)};
	const struct tsr_choice *choice;
	size_t i, r, before = f->count;
	uint32_t outcome = 0;

	for (i = 0; i < f->slots->count; i++)
		if (f->slots->decisions[i] == slot->decision)
			outcome = f->tuple[i];
	choice = &slot->choices[outcome < slot->count ? outcome
						      : slot->count - 1];
	for (r = 0; r < choice->count; r++)
		for (i = 0; i < choice->rows[r].count; i++)
			add_item(f, &choice->rows[r].items[i]);
	if (f->count == before)
		add_item(f, &nothing);
	if (f->name.n > 0)
		tsr_buf_byte(&f->name, '+');
	tsr_buf_add(&f->name, choice->name);
}

static void
fold_edition(struct tsr_choice *out, struct folder *f,
    const struct tsr_choice *edition)
{
	size_t r, i;

	f->items = NULL;
	f->count = f->cap = 0;
	tsr_buf_clear(&f->name);
	for (r = 0; r < edition->count; r++) {
		for (i = 0; i < edition->rows[r].count; i++) {
			const struct tsr_item *item = &edition->rows[r].items[i];

			if (item->kind == TSR_ITEM_SLOT)
				add_chosen(f, item);
			else
				add_item(f, item);
		}
	}
	out->name = tsr_arena_dup(f->arena, tsr_buf_view(&f->name));
	out->rows = TSR_NEW(f->arena, struct tsr_row);
	out->rows->items = f->items;
	out->rows->count = (uint32_t)f->count;
	out->count = 1;
}

bool
tsr_fold_page(struct tsr_page *page, struct tsr_rules *rules, size_t max,
    struct tsr_arena *arena)
{
	struct slots slots;
	struct folder f = {.arena = arena, .slots = &slots};
	struct tsr_choice *editions;
	uint32_t decision, *tuples, outcomes, i;

	find_slots(&slots, page, rules);
	if (!slots.fits ||
	    !tsr_rules_product(&decision, &tuples, &outcomes, rules,
		slots.decisions, slots.count, max, arena))
		return false;
	tsr_buf_init(&f.name, 4096);
	editions = TSR_NEW_ARRAY(arena, struct tsr_choice, outcomes);
	for (i = 0; i < outcomes; i++) {
		f.tuple = tuples + (size_t)i * slots.count;
		fold_edition(&editions[i], &f, &page->editions[0]);
	}
	tsr_buf_free(&f.name);
	page->decision = decision;
	page->editions = editions;
	page->edition_count = outcomes;
	return true;
}
