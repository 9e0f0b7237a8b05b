/*
 * pack - a padded page becomes units and a program over them.
 *
 * Walks the page in order and keeps the window: every byte before the current
 * place, with NUL where it depends on the visitor. A slot's variants are
 * compressed one after the other from the same place; what they agree on, byte
 * by byte, stays in the window for what follows.
 */
#include "build/pack/pack.h"

#include <stdlib.h>

#include "core/crc.h"
#include "core/limits.h"

/* A piece whose word depends on how many bytes follow in the region. */
struct pending {
	struct tsr_packed_part *part; /* a unit, or */
	size_t text;		      /* a text's number, when part is NULL */
	size_t end;		      /* offset in the region behind it */
	uint32_t crc_register;
};

struct packer {
	struct tsr_packed_page *page;
	struct tsr_deflater *deflater;
	struct tsr_arena *arena;   /* of the result */
	struct tsr_arena *scratch; /* of the work */
	/* The region under way. */
	uint8_t *window;
	size_t n, cap;
	struct pending *pending;
	size_t pending_count, pending_cap;
	size_t pending_first; /* of this region; outer ones lie before */
	bool ok;
};

static bool pack_pieces(struct packer *k, struct tsr_packed_program *program,
    const struct tsr_padded *v, bool last);

static void
window_add(struct packer *k, struct tsr_span text, size_t zeros)
{
	size_t n = text.n + zeros, cap;
	uint8_t *bigger;

	if (n > k->cap - k->n) {
		cap = (k->n + n) * 2;
		bigger = tsr_arena_alloc(k->scratch, cap);
		if (k->n > 0)
			memcpy(bigger, k->window, k->n);
		k->window = bigger;
		k->cap = cap;
	}
	if (text.n > 0)
		memcpy(k->window + k->n, text.p, text.n);
	memset(k->window + k->n + text.n, 0, zeros);
	k->n += n;
}

static struct pending *
add_pending(struct packer *k)
{
	k->pending = tsr_arena_grow(k->scratch, k->pending, k->pending_count,
	    &k->pending_cap, sizeof(*k->pending));
	return &k->pending[k->pending_count++];
}

static struct tsr_packed_part *
add_part(struct tsr_packed_program *program, enum tsr_part_kind kind, size_t a)
{
	struct tsr_packed_part *part = &program->parts[program->count++];

	part->kind = kind;
	part->a = (uint32_t)a;
	return part;
}

static size_t
add_object(struct packer *k, struct tsr_span bytes, struct tsr_span text)
{
	struct tsr_packed_page *page = k->page;
	struct tsr_packed_object *object;

	page->objects = tsr_arena_grow(k->arena, page->objects,
	    page->object_count, &page->object_cap, sizeof(*page->objects));
	object = &page->objects[page->object_count];
	object->bytes = bytes;
	object->raw_length = (uint32_t)text.n;
	object->crc = tsr_crc32(0, text);
	page->stored += bytes.n;
	return page->object_count++;
}

static void
pack_text(struct packer *k, struct tsr_packed_program *program,
    struct tsr_span text, bool last)
{
	struct tsr_span unit;
	struct pending *p;

	if (!tsr_deflater_unit(&unit, k->deflater,
		tsr_span_of(k->window, k->n), text, last, k->arena))
		k->ok = false;
	p = add_pending(k);
	p->part =
	    add_part(program, TSR_PART_UNIT, add_object(k, unit, text));
	p->end = k->n + text.n;
	p->crc_register = tsr_crc_register(0, text);
	window_add(k, text, 0);
}

static void
pack_field(struct packer *k, struct tsr_packed_program *program,
    const struct tsr_piece *piece)
{
	struct tsr_packed_page *page = k->page;
	struct tsr_packed_text *text;
	struct pending *p;

	page->texts = tsr_arena_grow(k->arena, page->texts, page->text_count,
	    &page->text_cap, sizeof(*page->texts));
	text = &page->texts[page->text_count];
	text->item = piece->item;
	text->length = (uint32_t)piece->length;
	text->most = (uint32_t)piece->most;
	text->tail = piece->text;
	add_part(program, TSR_PART_TEXT, page->text_count);
	window_add(k, tsr_span_of(NULL, 0), piece->length);
	p = add_pending(k);
	p->part = NULL;
	p->text = page->text_count++;
	p->end = k->n;
}

static void
pack_data(struct packer *k, struct tsr_packed_program *program,
    const struct tsr_piece *piece)
{
	struct pending *p;

	window_add(k, tsr_span_of(NULL, 0), piece->length);
	p = add_pending(k);
	p->part = add_part(program, TSR_PART_FIELD, piece->length);
	p->part->field = piece->item->field;
	p->end = k->n;
}

/* The words of the region's pieces are known now. */
static void
end_region(struct packer *k, struct tsr_packed_program *program)
{
	struct tsr_packed_part *part;
	size_t i;

	for (i = k->pending_first; i < k->pending_count; i++) {
		struct pending *p = &k->pending[i];
		uint32_t shift = tsr_crc_shift(k->n - p->end);

		if (p->part != NULL && p->part->kind == TSR_PART_FIELD)
			p->part->b = shift;
		else if (p->part != NULL)
			p->part->word = tsr_crc_multiply(p->crc_register, shift);
		else
			k->page->texts[p->text].multiplier = shift;
	}
	k->pending_count = k->pending_first;
	if (k->n == 0)
		return;
	part = add_part(program, TSR_PART_END, k->n);
	part->b = tsr_crc_shift(k->n);
	/* The CRC of n zero bytes. */
	part->word = ~tsr_crc_multiply(0xffffffffu, part->b);
	k->n = 0;
}

/* A variant of one text alone, the same as an earlier one of its slot. */
static size_t
same_as(const struct tsr_piece *slot, size_t i)
{
	const struct tsr_padded *a = &slot->variants[i], *b;
	size_t j;

	if (a->count != 1 || a->pieces[0].kind != TSR_ITEM_TEXT)
		return i;
	for (j = 0; j < i; j++) {
		b = &slot->variants[j];
		if (b->count == 1 && b->pieces[0].kind == TSR_ITEM_TEXT &&
		    tsr_span_eq(a->pieces[0].text, b->pieces[0].text))
			return j;
	}
	return i;
}

/* Keep what the variants so far and the one in the window agree on. */
static void
agree(uint8_t *agreed, const struct packer *k, size_t base, bool first)
{
	size_t i, n = k->n - base;

	if (first) {
		memcpy(agreed, k->window + base, n);
		return;
	}
	for (i = 0; i < n; i++)
		if (agreed[i] != k->window[base + i])
			agreed[i] = 0;
}

/* Room for the parts a variant needs: each piece, and an end around it. */
static void
program_init(struct packer *k, struct tsr_packed_program *program,
    const struct tsr_padded *v)
{
	memset(program, 0, sizeof(*program));
	program->name = v->name;
	program->omitted = v->omitted;
	program->parts = TSR_NEW_ARRAY(
	    k->arena, struct tsr_packed_part, v->count * 2 + 2);
}

/* Programs of a slot stand in a row, after those nested in them. */
static uint32_t
add_programs(struct packer *k, const struct tsr_packed_program *list,
    size_t count)
{
	struct tsr_packed_page *page = k->page;
	uint32_t first = (uint32_t)page->program_count;
	size_t i;

	for (i = 0; i < count; i++) {
		page->programs = tsr_arena_grow(k->arena, page->programs,
		    page->program_count, &page->program_cap,
		    sizeof(*page->programs));
		page->programs[page->program_count++] = list[i];
	}
	return first;
}

static void
pack_slot(struct packer *k, struct tsr_packed_program *program,
    const struct tsr_piece *slot)
{
	struct tsr_packed_page *page = k->page;
	struct tsr_packed_program *list =
	    TSR_NEW_ARRAY(k->scratch, struct tsr_packed_program, slot->count);
	uint8_t *agreed = tsr_arena_alloc(k->scratch, slot->length);
	size_t base, i, same, first = k->pending_first;
	struct tsr_packed_slot *packed;

	if (slot->barrier)
		end_region(k, program);
	base = k->n;
	for (i = 0; i < slot->count; i++) {
		same = same_as(slot, i);
		if (same != i) {
			list[i] = list[same];
			list[i].name = slot->variants[i].name;
			continue;
		}
		k->n = base;
		program_init(k, &list[i], &slot->variants[i]);
		if (slot->barrier)
			k->pending_first = k->pending_count;
		pack_pieces(k, &list[i], &slot->variants[i], false);
		if (slot->barrier) {
			end_region(k, &list[i]);
			k->pending_first = first;
		} else {
			agree(agreed, k, base, i == 0);
		}
	}
	if (!slot->barrier)
		memcpy(k->window + base, agreed, slot->length);
	page->slots = tsr_arena_grow(k->arena, page->slots, page->slot_count,
	    &page->slot_cap, sizeof(*page->slots));
	packed = &page->slots[page->slot_count];
	packed->decision = slot->item->decision;
	packed->count = slot->count;
	packed->position = slot->position;
	packed->name = slot->text;
	packed->first = add_programs(k, list, slot->count);
	add_part(program, TSR_PART_SLOT, page->slot_count++);
}

static bool
pack_pieces(struct packer *k, struct tsr_packed_program *program,
    const struct tsr_padded *v, bool last)
{
	struct tsr_packed_part *part;
	size_t i;

	for (i = 0; i < v->count; i++) {
		const struct tsr_piece *piece = &v->pieces[i];

		switch (piece->kind) {
		case TSR_ITEM_TEXT:
			pack_text(k, program, piece->text,
			    last && i + 1 == v->count);
			break;
		case TSR_ITEM_FIELD:
			pack_field(k, program, piece);
			break;
		case TSR_ITEM_DATA:
			pack_data(k, program, piece);
			break;
		case TSR_ITEM_SLOT:
			pack_slot(k, program, piece);
			break;
		case TSR_ITEM_FRAGMENT:
			end_region(k, program);
			part = add_part(
			    program, TSR_PART_FRAGMENT, piece->item->set);
			part->b = piece->item->attribute;
			break;
		}
	}
	return k->ok;
}

/* The stream must end: by the last text, or by an empty last block. */
static void
pack_edition(struct packer *k, struct tsr_packed_program *program,
    const struct tsr_padded *edition)
{
	static const uint8_t end[2] = {3, 0};
	bool text_last = edition->count > 0 &&
	    edition->pieces[edition->count - 1].kind == TSR_ITEM_TEXT;

	program_init(k, program, edition);
	k->n = 0;
	pack_pieces(k, program, edition, true);
	if (!text_last)
		add_part(program, TSR_PART_UNIT,
		    add_object(k, tsr_span_of(end, sizeof(end)),
			tsr_span_of(NULL, 0)));
	end_region(k, program);
}

bool
tsr_pack_page(struct tsr_packed_page *out, const struct tsr_padded *editions,
    size_t count, const struct tsr_pack_tools *tools)
{
	struct tsr_packed_program *list =
	    TSR_NEW_ARRAY(tools->scratch, struct tsr_packed_program, count);
	struct packer k = {.page = out,
	    .deflater = tools->deflater,
	    .arena = tools->arena,
	    .scratch = tools->scratch,
	    .ok = true};
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < count; i++)
		pack_edition(&k, &list[i], &editions[i]);
	out->first_edition = add_programs(&k, list, count);
	out->edition_count = (uint32_t)count;
	return k.ok;
}

bool
tsr_pack_fragment(struct tsr_packed_object *out, struct tsr_span text,
    struct tsr_deflater *d, struct tsr_arena *arena)
{
	out->raw_length = (uint32_t)text.n;
	out->crc = tsr_crc32(0, text);
	return tsr_deflater_unit(
	    &out->bytes, d, tsr_span_of(NULL, 0), text, false, arena);
}
