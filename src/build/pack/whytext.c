/*
 * whytext - how long the texts are that requests write: why a page is as it is,
 * and what its script is told of the visitor.
 */
#include "build/pack/whytext.h"

#include "build/pack/kept.h"
#include "build/render/asked.h"
#include "core/limits.h"
#include "core/tell.h"
#include "core/why.h"

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
	struct tsr_kept *kept;
	const uint32_t *list;
	bool private;
	size_t i, n;

	for (i = 0; i < TSR_SECTION_COUNT; i++)
		tsr_buf_init(&sections[i], UINT32_MAX);
	tsr_rules_write(sections, rules, &strings);
	kept = tsr_kept_open(sections, arena);
	for (i = 0; i < count; i++) {
		private = !tsr_asked_public(&pages[i]);
		n = kept != NULL && private
		    ? tsr_kept_find(&list, kept, &pages[i])
		    : SIZE_MAX;
		give_length(&pages[i], TSR_FIELD_STATE,
		    private
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
