/*
 * pad - give every slot one fixed length, so that offsets are constants.
 */
#include "build/render/pad.h"

#include "build/render/align.h"
#include "build/read/htmltok.h"
#include "core/limits.h"
#include "core/stitch.h"

struct padder {
	struct tsr_arena *arena;
	struct tsr_diag *diag;
	bool ok;
};

static bool pad_items(struct padder *pad, struct tsr_padded *out,
    const struct tsr_item *items, size_t count, struct tsr_htmltok *state);

static struct tsr_piece *
add_piece(struct padder *pad, struct tsr_padded *v, enum tsr_item_kind kind)
{
	struct tsr_piece *piece;

	v->pieces = tsr_arena_grow(
	    pad->arena, v->pieces, v->count, &v->cap, sizeof(*v->pieces));
	piece = &v->pieces[v->count++];
	memset(piece, 0, sizeof(*piece));
	piece->kind = kind;
	return piece;
}

static void
add_text(struct padder *pad, struct tsr_padded *v, struct tsr_span text)
{
	struct tsr_piece *piece;

	if (text.n == 0)
		return;
	piece = add_piece(pad, v, TSR_ITEM_TEXT);
	piece->text = text;
	piece->length = text.n;
}

/* Offset of the first place for blanks in text; text.n when there is none. */
static size_t
first_gap(struct tsr_span text, const struct tsr_htmltok *from)
{
	struct tsr_htmltok state = *from;
	size_t i;

	for (i = 0; i < text.n; i++) {
		if (tsr_htmltok_gap(&state, text.p[i]))
			return i;
		tsr_htmltok_feed(&state, tsr_span_part(text, i, 1));
	}
	return text.n;
}

size_t
tsr_pad_field_bytes(const struct tsr_item *item)
{
	uint8_t escaped[TSR_TEXT_MAX * 6];
	size_t n;

	n = tsr_escape_cut(escaped, sizeof(escaped), item->fallback, item->max,
	    item->escape);
	return (size_t)item->max * 2 > n ? (size_t)item->max * 2 : n;
}

/*
 * A field takes in what follows it up to the first place inside a tag, so that
 * the blanks that fill it up change nothing. Gives the length of that tail.
 */
static size_t
add_field(struct padder *pad, struct tsr_padded *out,
    const struct tsr_item *item, struct tsr_span next,
    struct tsr_htmltok *state)
{
	struct tsr_piece *piece = add_piece(pad, out, TSR_ITEM_FIELD);
	size_t tail;

	tsr_htmltok_fill(state);
	tail = first_gap(next, state);
	if (tail == next.n) {
		tsr_diag_add(pad->diag, TSR_ERROR, "P001", item->where,
		    "request-time text \"%.*s\" needs a tag behind it",
		    TSR_ARG(item->text));
		tsr_diag_hint(pad->diag, "put it in an element of its own");
		pad->ok = false;
	}
	piece->item = item;
	piece->text = tsr_span_part(next, 0, tail);
	piece->most = tsr_pad_field_bytes(item);
	piece->length = piece->most + tail;
	return tail;
}

/* The offsets in a variant where blanks may stand, each with a key. */
struct gap_finder {
	struct padder *pad;
	struct tsr_gaps *gaps;
	uint32_t key;	/* of the chunk under way */
	bool in_name;	/* the name after "<" or of an attribute goes on */
};

static void
find_in_text(struct gap_finder *f, struct tsr_htmltok *state,
    struct tsr_span text, size_t at)
{
	struct tsr_gaps *gaps = f->gaps;
	size_t i;

	for (i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (tsr_htmltok_gap(state, c)) {
			gaps->list = tsr_arena_grow(f->pad->arena, gaps->list,
			    gaps->count, &gaps->cap, sizeof(*gaps->list));
			gaps->list[gaps->count].at = at + i;
			gaps->list[gaps->count].blanks = 0;
			gaps->list[gaps->count++].key = 0;
			f->key = 2166136261u;
			f->in_name = true;
		}
		if (c == '<' && !f->in_name) {
			f->key = f->key * 31 + 1;
			f->in_name = true;
		} else if (tsr_is_space(c) || c == '=' || c == '>') {
			if (f->in_name && c == '>')
				f->key = f->key * 31 + 2;
			f->in_name = false;
		}
		if (f->in_name)
			f->key = (f->key ^ c) * 16777619u;
		if (gaps->count > 0)
			gaps->list[gaps->count - 1].key = f->key;
		tsr_htmltok_feed(state, tsr_span_of(&c, 1));
	}
}

static void
find_gaps(struct padder *pad, struct tsr_gaps *out,
    const struct tsr_padded *v, struct tsr_htmltok state)
{
	struct gap_finder f = {pad, out, 0, false};
	size_t i, at = 0;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < v->count; i++) {
		const struct tsr_piece *piece = &v->pieces[i];

		if (piece->kind == TSR_ITEM_TEXT)
			find_in_text(&f, &state, piece->text, at);
		if (piece->kind == TSR_ITEM_FIELD) {
			tsr_htmltok_fill(&state);
			tsr_htmltok_feed(&state, piece->text);
		}
		at += piece->length;
	}
	out->length = at;
}

/* Put the blanks that alignment asks for into the texts of a variant. */
static void
put_blanks(struct padder *pad, struct tsr_padded *v, const struct tsr_gaps *g)
{
	size_t i, next = 0, at = 0, from, n;

	for (i = 0; i < v->count; i++) {
		struct tsr_piece *piece = &v->pieces[i];
		size_t end = at + piece->length, more = 0, first = next;
		uint8_t *p;

		for (; next < g->count && g->list[next].at < end; next++)
			more += g->list[next].blanks;
		if (more > 0) {
			p = tsr_arena_alloc(pad->arena, piece->length + more);
			n = from = 0;
			for (; first < next; first++) {
				size_t to = g->list[first].at - at;

				memcpy(p + n, piece->text.p + from, to - from);
				n += to - from;
				memset(p + n, ' ', g->list[first].blanks);
				n += g->list[first].blanks;
				from = to;
			}
			memcpy(p + n, piece->text.p + from,
			    piece->length - from);
			piece->text = tsr_span_of(p, piece->length + more);
			piece->length += more;
		}
		at = end;
	}
}

static bool
has_barrier(const struct tsr_padded *v)
{
	size_t i;

	for (i = 0; i < v->count; i++)
		if (v->pieces[i].barrier)
			return true;
	return false;
}

static size_t
pieces_length(const struct tsr_padded *v)
{
	size_t i, n = 0;

	for (i = 0; i < v->count; i++)
		n += v->pieces[i].length;
	return n;
}

/* Bring the variants of a slot to one length, or make it a barrier. */
static void
fix_length(struct padder *pad, struct tsr_piece *slot,
    const struct tsr_htmltok *state)
{
	struct tsr_arena_mark mark;
	struct tsr_gaps *gaps;
	size_t i, n, shortest = SIZE_MAX, longest = 0;

	for (i = 0; i < slot->count; i++) {
		if (has_barrier(&slot->variants[i]))
			slot->barrier = true;
		n = pieces_length(&slot->variants[i]);
		shortest = n < shortest ? n : shortest;
		longest = n > longest ? n : longest;
	}
	if (longest - shortest > TSR_PAD_SPREAD)
		slot->barrier = true;
	mark = tsr_arena_mark(pad->arena);
	gaps = TSR_NEW_ARRAY(pad->arena, struct tsr_gaps, slot->count);
	for (i = 0; i < slot->count && !slot->barrier; i++) {
		find_gaps(pad, &gaps[i], &slot->variants[i], *state);
		if (gaps[i].count == 0)
			slot->barrier = true;
	}
	slot->length = 0;
	if (slot->barrier) {
		tsr_arena_rewind(pad->arena, mark);
		return;
	}
	slot->length = tsr_align(gaps, slot->count, pad->arena);
	for (i = 0; i < slot->count; i++) {
		put_blanks(pad, &slot->variants[i], &gaps[i]);
		slot->variants[i].length = slot->length;
	}
}

/* One slot whose variant for outcome i is made of these rows. */
static void
pad_slot(struct padder *pad, struct tsr_piece *slot,
    const struct tsr_htmltok *state, size_t first, size_t rows)
{
	const struct tsr_item *item = slot->item;
	size_t i, r;

	slot->count = item->count;
	slot->variants =
	    TSR_NEW_ARRAY(pad->arena, struct tsr_padded, item->count);
	for (i = 0; i < item->count; i++) {
		const struct tsr_choice *choice = &item->choices[i];
		struct tsr_padded *v = &slot->variants[i];
		struct tsr_htmltok inner = *state;

		v->name = choice->name;
		for (r = first; r < choice->count && r - first < rows; r++)
			pad_items(pad, v, choice->rows[r].items,
			    choice->rows[r].count, &inner);
		v->omitted = choice->omitted;
		if (pieces_length(v) == 0 && !has_barrier(v)) {
			v->omitted = true;
			v->count = 0;
			add_text(pad, v, TSR_LIT(TSR_PAD_NOTHING));
		}
	}
	fix_length(pad, slot, state);
}

static void
add_slot(struct padder *pad, struct tsr_padded *out,
    const struct tsr_item *item, const struct tsr_htmltok *state)
{
	struct tsr_piece *slot = add_piece(pad, out, TSR_ITEM_SLOT);

	slot->item = item;
	slot->text = item->text;
	pad_slot(pad, slot, state, 0, SIZE_MAX);
}

/* Entries of the shortest list that some audience sees. */
static size_t
shortest_list(const struct tsr_item *item)
{
	size_t i, n = SIZE_MAX;

	for (i = 0; i < item->count; i++)
		if (item->choices[i].count < n)
			n = item->choices[i].count;
	return n == SIZE_MAX ? 0 : n;
}

/*
 * A list known at build: one slot a position, each with the entries that stand
 * there for some audience. The last position takes what longer lists have
 * more, so that a shorter one leaves no empty places.
 */
static void
add_positions(struct padder *pad, struct tsr_padded *out,
    const struct tsr_item *item, const struct tsr_htmltok *state)
{
	size_t i, positions = shortest_list(item);

	for (i = 0; i < positions; i++) {
		struct tsr_piece *slot = add_piece(pad, out, TSR_ITEM_SLOT);

		slot->item = item;
		slot->text = item->text;
		slot->position = (uint32_t)i + 1;
		pad_slot(pad, slot, state, i,
		    i + 1 < positions ? 1 : SIZE_MAX);
	}
}

/* Bytes of text a choice's rows have, slots and fields aside. */
static size_t
rows_length(const struct tsr_row *row)
{
	size_t i, n = 0;

	for (i = 0; i < row->count; i++)
		if (row->items[i].kind == TSR_ITEM_TEXT)
			n += row->items[i].text.n;
	return n;
}

static bool
same_row(const struct tsr_row *a, const struct tsr_row *b)
{
	size_t i;

	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (a->items[i].kind != TSR_ITEM_TEXT ||
		    b->items[i].kind != TSR_ITEM_TEXT ||
		    !tsr_span_eq(a->items[i].text, b->items[i].text))
			return false;
	return true;
}

/*
 * What a unit costs beyond its text: its end, its code and what it cannot
 * share. With text compressing to about a quarter, in bytes of text.
 */
#define UNIT_COST 160

/*
 * Positions store an entry once for all audiences that have it at the same
 * place, but cost a unit each, stored and sent. Whole lists are one unit an
 * audience. Compares stored bytes plus four times the bytes sent.
 */
static bool
positions_are_smaller(const struct tsr_item *item)
{
	size_t i, j, r, whole = 0, single = 0;
	size_t positions = shortest_list(item);

	if (positions < 2)
		return false;
	for (i = 0; i < item->count; i++) {
		const struct tsr_choice *choice = &item->choices[i];

		whole += UNIT_COST;
		for (r = 0; r < choice->count; r++) {
			whole += rows_length(&choice->rows[r]);
			for (j = 0; j < i; j++)
				if (r < item->choices[j].count &&
				    same_row(&choice->rows[r],
					&item->choices[j].rows[r]))
					break;
			if (j == i)
				single += rows_length(&choice->rows[r]) +
				    UNIT_COST;
		}
	}
	return single + positions * UNIT_COST * 4 < whole + UNIT_COST * 4;
}

static bool
pad_items(struct padder *pad, struct tsr_padded *out,
    const struct tsr_item *items, size_t count, struct tsr_htmltok *state)
{
	struct tsr_piece *piece;
	struct tsr_span text, none = {NULL, 0};
	size_t i, skip = 0;

	for (i = 0; i < count; i++) {
		const struct tsr_item *item = &items[i];

		switch (item->kind) {
		case TSR_ITEM_TEXT:
			text = item->text;
			tsr_htmltok_feed(state, text);
			add_text(pad, out, tsr_span_from(text, skip));
			skip = 0;
			break;
		case TSR_ITEM_FIELD:
			if (i + 1 < count && items[i + 1].kind == TSR_ITEM_TEXT)
				skip = add_field(
				    pad, out, item, items[i + 1].text, state);
			else
				add_field(pad, out, item, none, state);
			break;
		case TSR_ITEM_SLOT:
			if (item->list && positions_are_smaller(item))
				add_positions(pad, out, item, state);
			else
				add_slot(pad, out, item, state);
			break;
		case TSR_ITEM_FRAGMENT:
			piece = add_piece(pad, out, TSR_ITEM_FRAGMENT);
			piece->item = item;
			piece->text = item->text;
			piece->barrier = true;
			break;
		case TSR_ITEM_DATA:
			piece = add_piece(pad, out, TSR_ITEM_DATA);
			piece->item = item;
			piece->length = item->length;
			tsr_htmltok_fill(state);
			break;
		}
	}
	return pad->ok;
}

/*
 * Text between slots that is shorter than this goes into the variants before
 * it: a unit of its own would cost more than it stores.
 */
#define JOIN_MAX 200

/* One text of the count that stand in a row at pieces. */
static struct tsr_span
concatenate(struct padder *pad, const struct tsr_piece *pieces, size_t count)
{
	size_t i, n = 0;
	uint8_t *p;

	if (count == 1)
		return pieces[0].text;
	for (i = 0; i < count; i++)
		n += pieces[i].text.n;
	p = tsr_arena_alloc(pad->arena, n);
	for (i = n = 0; i < count; i++) {
		memcpy(p + n, pieces[i].text.p, pieces[i].text.n);
		n += pieces[i].text.n;
	}
	return tsr_span_of(p, n);
}

/* Texts that stand next to each other become one: they are one unit. */
static void
merge_texts(struct padder *pad, struct tsr_padded *v)
{
	size_t i, end, to = 0;

	for (i = 0; i < v->count; i = end) {
		end = i + 1;
		if (v->pieces[i].kind == TSR_ITEM_TEXT) {
			while (end < v->count &&
			    v->pieces[end].kind == TSR_ITEM_TEXT)
				end++;
			v->pieces[i].text =
			    concatenate(pad, &v->pieces[i], end - i);
			v->pieces[i].length = v->pieces[i].text.n;
		}
		v->pieces[to++] = v->pieces[i];
	}
	v->count = to;
}

/* Short text behind a slot goes to the end of each of its variants. */
static void
join_text(struct padder *pad, struct tsr_piece *slot, struct tsr_span text)
{
	uint32_t j;

	for (j = 0; j < slot->count; j++) {
		add_text(pad, &slot->variants[j], text);
		merge_texts(pad, &slot->variants[j]);
		slot->variants[j].length += text.n;
	}
	slot->length += text.n;
}

/* Merge and join texts at every depth. */
static void
join_texts(struct padder *pad, struct tsr_padded *v)
{
	size_t i, to = 0;
	uint32_t j;

	merge_texts(pad, v);
	for (i = 0; i < v->count; i++) {
		struct tsr_piece *piece = &v->pieces[i];
		struct tsr_piece *slot = to > 0 ? &v->pieces[to - 1] : NULL;

		for (j = 0; piece->kind == TSR_ITEM_SLOT && j < piece->count;
		     j++)
			join_texts(pad, &piece->variants[j]);
		if (piece->kind == TSR_ITEM_TEXT && slot != NULL &&
		    slot->kind == TSR_ITEM_SLOT && !slot->barrier &&
		    piece->length < JOIN_MAX)
			join_text(pad, slot, piece->text);
		else
			v->pieces[to++] = *piece;
	}
	v->count = to;
}

bool
tsr_pad_edition(struct tsr_padded *out, const struct tsr_choice *edition,
    struct tsr_arena *arena, struct tsr_diag *diag)
{
	struct padder pad = {arena, diag, true};
	struct tsr_htmltok state;
	size_t r;

	memset(out, 0, sizeof(*out));
	out->name = edition->name;
	tsr_htmltok_init(&state);
	for (r = 0; r < edition->count; r++)
		pad_items(&pad, out, edition->rows[r].items,
		    edition->rows[r].count, &state);
	join_texts(&pad, out);
	out->length = has_barrier(out) ? 0 : pieces_length(out);
	return pad.ok;
}
