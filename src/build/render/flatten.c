/*
 * flatten - a page as one visitor sees it, with and without padding.
 *
 * What the compressed page must decode to: for the build's own check and for
 * tests. Nothing here knows about compression.
 */
#include "build/render/pad.h"
#include "core/limits.h"
#include "core/stitch.h"

static uint32_t
outcome(const struct tsr_flat_choice *choice, const struct tsr_item *item)
{
	uint32_t i = item->count - 1;

	if (choice != NULL && choice->outcome != NULL)
		i = choice->outcome(choice->ctx, item->decision);
	return i < item->count ? i : item->count - 1;
}

/* Write the escaped value into at most n bytes; returns those written. */
static size_t
add_value(struct tsr_buf *out, const struct tsr_item *item, size_t n,
    const struct tsr_flat_choice *choice)
{
	struct tsr_span value = {NULL, 0};
	uint8_t escaped[TSR_TEXT_MAX * 6];
	size_t used;

	if (choice != NULL && choice->value != NULL)
		value = choice->value(choice->ctx, item->attribute);
	if (value.n == 0)
		value = item->fallback;
	if (n > sizeof(escaped))
		n = sizeof(escaped);
	used = tsr_escape_cut(escaped, n, value, item->max, item->escape);
	tsr_buf_add(out, tsr_span_of(escaped, used));
	return used;
}

static void
add_fragment(struct tsr_buf *out, const struct tsr_item *item,
    const struct tsr_flat_choice *choice)
{
	if (choice != NULL && choice->fragment != NULL)
		tsr_buf_add(out,
		    choice->fragment(choice->ctx, item->set, item->attribute));
}

/* As stitch.c writes it; what only a server can sign is blank. */
static void
add_data(struct tsr_buf *out, const struct tsr_item *item,
    const struct tsr_flat_choice *choice)
{
	uint32_t i, b, six;

	if (item->field != TSR_FIELD_MASK) {
		tsr_buf_fill(out, ' ', item->length);
		return;
	}
	for (i = 0; i < item->length; i++) {
		for (b = i * 6, six = 0; b < i * 6 + 6; b++)
			six = six << 1 |
			    (b < item->bit_count && choice != NULL &&
				choice->outcome != NULL &&
				choice->outcome(
				    choice->ctx, item->bits[b]) == 0);
		tsr_buf_byte(out, (uint8_t)TSR_BASE64[six]);
	}
}

void
tsr_pad_flatten(struct tsr_buf *out, const struct tsr_padded *variant,
    const struct tsr_flat_choice *choice)
{
	size_t i, n;

	for (i = 0; i < variant->count; i++) {
		const struct tsr_piece *piece = &variant->pieces[i];

		switch (piece->kind) {
		case TSR_ITEM_TEXT:
			tsr_buf_add(out, piece->text);
			break;
		case TSR_ITEM_FIELD:
			n = add_value(out, piece->item, piece->most, choice);
			tsr_buf_add(out, piece->text);
			tsr_buf_fill(out, ' ', piece->most - n);
			break;
		case TSR_ITEM_FRAGMENT:
			add_fragment(out, piece->item, choice);
			break;
		case TSR_ITEM_DATA:
			add_data(out, piece->item, choice);
			break;
		case TSR_ITEM_SLOT:
			/* Slots nest to TSR_SLOT_DEPTH. */
			tsr_pad_flatten(out,
			    &piece->variants[outcome(choice, piece->item)],
			    choice);
			break;
		}
	}
}

static void
flatten_items(struct tsr_buf *out, const struct tsr_item *items, size_t count,
    const struct tsr_flat_choice *choice)
{
	const struct tsr_choice *chosen;
	size_t i, r, before;

	for (i = 0; i < count; i++) {
		const struct tsr_item *item = &items[i];

		switch (item->kind) {
		case TSR_ITEM_TEXT:
			tsr_buf_add(out, item->text);
			break;
		case TSR_ITEM_FIELD:
			add_value(out, item, tsr_pad_field_bytes(item), choice);
			break;
		case TSR_ITEM_FRAGMENT:
			add_fragment(out, item, choice);
			break;
		case TSR_ITEM_DATA:
			add_data(out, item, choice);
			break;
		case TSR_ITEM_SLOT:
			chosen = &item->choices[outcome(choice, item)];
			before = out->n;
			for (r = 0; r < chosen->count; r++)
				flatten_items(out, chosen->rows[r].items,
				    chosen->rows[r].count, choice);
			if (out->n == before)
				tsr_buf_text(out, TSR_PAD_NOTHING);
			break;
		}
	}
}

void
tsr_page_flatten(struct tsr_buf *out, const struct tsr_choice *edition,
    const struct tsr_flat_choice *choice)
{
	size_t r;

	for (r = 0; r < edition->count; r++)
		flatten_items(out, edition->rows[r].items,
		    edition->rows[r].count, choice);
}
