/*
 * stitch - turn a page program and a visit's choices into the bytes to send.
 */
#include "core/stitch.h"

#include "core/crc.h"
#include "core/decide.h"
#include "core/fragment.h"
#include "core/tell.h"
#include "core/utf8.h"
#include "core/why.h"

/* gzip, deflate, no flags, no time, maximum compression, unknown system. */
static const uint8_t gzip_header[10] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255};

/* A program being run: the parts that are left of it. */
struct frame {
	uint32_t part, end;
};

/* CRC and length so far; see crc.h. */
struct sums {
	uint32_t crc;	 /* of all finished regions */
	uint32_t region; /* words of the region under way */
	bool begun;	 /* crc covers something */
	uint64_t raw;
};

void
tsr_stitch_init(struct tsr_stitch *stitch, struct tsr_span *pieces, size_t cap)
{
	stitch->pieces = pieces;
	stitch->cap = cap;
	stitch->count = 0;
	stitch->length = 0;
	stitch->raw = 0;
	stitch->hash = 0;
	stitch->scratch_used = 0;
}

static enum tsr_err
add_piece(struct tsr_stitch *stitch, struct tsr_span bytes)
{
	if (stitch->count >= stitch->cap)
		return TSR_LONG;
	stitch->pieces[stitch->count++] = bytes;
	stitch->length += bytes.n;
	return TSR_OK;
}

static enum tsr_err
add_object(struct tsr_stitch *stitch, const struct tsr_store *store,
    const uint8_t *object)
{
	uint32_t pack = tsr_le32(object), n = tsr_le32(object + 4);
	uint64_t off = tsr_le64(object + 8);
	struct tsr_span bytes;

	if (pack >= store->pack_count)
		return TSR_RANGE;
	bytes = store->packs[pack];
	if (off > bytes.n || n > bytes.n - off)
		return TSR_RANGE;
	return add_piece(stitch, tsr_span_of(bytes.p + off, n));
}

static enum tsr_err
add_unit(struct tsr_stitch *stitch, struct sums *sums,
    const struct tsr_store *store, const uint8_t *part)
{
	const uint8_t *object = tsr_table_record(&store->table,
	    TSR_SECTION_OBJS, tsr_le32(part + 4), TSR_OBJECT_SIZE);

	if (object == NULL)
		return TSR_RANGE;
	sums->region ^= tsr_le32(part + 12);
	return add_object(stitch, store, object);
}

static void
join(struct sums *sums, uint32_t multiplier, uint32_t crc)
{
	if (sums->begun)
		crc ^= tsr_crc_multiply(sums->crc, multiplier);
	sums->crc = crc;
	sums->begun = true;
}

static void
end_region(struct sums *sums, const uint8_t *part)
{
	sums->raw += tsr_le32(part + 4);
	join(sums, tsr_le32(part + 8), sums->region ^ tsr_le32(part + 12));
	sums->region = 0;
}

/* A fragment whose id is not there shows nothing: the chain tested for it. */
static enum tsr_err
add_fragment(struct tsr_stitch *stitch, struct sums *sums,
    const struct tsr_store *store, struct tsr_visit *visit, const uint8_t *part)
{
	const struct tsr_table *t = &store->table;
	const struct tsr_value *value =
	    tsr_decide_value(visit, tsr_le32(part + 8));
	const uint8_t *fragment, *object;

	if (tsr_le32(part + 4) >= tsr_table_count(t, TSR_SECTION_FSET))
		return TSR_RANGE;
	if (value->kind != TSR_VALUE_STRING)
		return TSR_OK;
	fragment = tsr_fragment_find(t, tsr_le32(part + 4), value->string);
	if (fragment == NULL)
		return TSR_OK;
	object = tsr_table_record(t, TSR_SECTION_OBJS,
	    tsr_le32(fragment + 8), TSR_OBJECT_SIZE);
	if (object == NULL)
		return TSR_RANGE;
	stitch->hash = tsr_mix(stitch->hash, tsr_le32(fragment + 8));
	join(sums, tsr_le32(fragment + 12), tsr_le32(object + 20));
	sums->raw += tsr_le32(object + 16);
	return add_object(stitch, store, object);
}

/* Bytes of the UTF-8 character at p, n left; a broken one counts as 0. */
static size_t
character(const uint8_t *p, size_t n)
{
	if (p[0] < 0x80)
		return p[0] >= 0x20 && p[0] != 0x7f ? 1 : 0;
	return tsr_utf8_at(p, n);
}

static struct tsr_span
entity(uint8_t c, enum tsr_escape escape)
{
	switch (c) {
	case '&':
		return TSR_LIT("&amp;");
	case '<':
		return TSR_LIT("&lt;");
	case '>':
		return TSR_LIT("&gt;");
	case '"':
		return TSR_LIT("&quot;");
	case '\'':
		if (escape == TSR_ESCAPE_ATTRIBUTE)
			return TSR_LIT("&#39;");
		break;
	default:
		break;
	}
	return tsr_span_of(NULL, 0);
}

size_t
tsr_escape_cut(uint8_t *out, size_t n, struct tsr_span s, uint32_t characters,
    enum tsr_escape escape)
{
	size_t i = 0, used = 0, len;
	struct tsr_span e;

	for (; i < s.n && characters > 0; characters--) {
		len = character(s.p + i, s.n - i);
		if (len == 0)
			break;
		e = entity(s.p[i], escape);
		if (e.n == 0)
			e = tsr_span_of(s.p + i, len);
		if (e.n > n - used)
			break;
		memcpy(out + used, e.p, e.n);
		used += e.n;
		i += len;
	}
	return used;
}

/*
 * A field: the escaped value, the tail that follows it in the page (up to a
 * place inside a tag) and blanks to the fixed length, as a stored block.
 */
static enum tsr_err
add_text(struct tsr_stitch *stitch, struct sums *sums,
    const struct tsr_table *t, struct tsr_visit *visit, const uint8_t *part)
{
	const uint8_t *text = tsr_table_record(
	    t, TSR_SECTION_TEXT, tsr_le32(part + 4), TSR_TEXT_SIZE);
	const struct tsr_value *value;
	struct tsr_span tail, shown;
	size_t length, most, n, left = TSR_STITCH_SCRATCH - stitch->scratch_used;
	uint32_t sum;
	uint8_t *p;

	if (text == NULL || left < 5)
		return TSR_RANGE;
	length = tsr_le32(text + 4);
	most = tsr_le32(text + 8);
	tail = tsr_table_text(t, text + 16);
	if (length > left - 5 || length > 65535 || most > length ||
	    tail.n > length - most)
		return TSR_RANGE;
	value = tsr_decide_value(visit, tsr_le32(text));
	shown = value->kind == TSR_VALUE_STRING && value->string.n > 0
	    ? value->string
	    : tsr_table_text(t, text + 24);
	p = stitch->scratch + stitch->scratch_used;
	stitch->scratch_used += length + 5;
	p[0] = 0;
	tsr_put16(p + 1, (uint16_t)length);
	tsr_put16(p + 3, (uint16_t)~length);
	n = tsr_escape_cut(p + 5, most, shown, tsr_le32(text + 36),
	    tsr_le32(text + 12) == TSR_ESCAPE_TEXT ? TSR_ESCAPE_TEXT
						   : TSR_ESCAPE_ATTRIBUTE);
	if (tail.n > 0)
		memcpy(p + 5 + n, tail.p, tail.n);
	memset(p + 5 + n + tail.n, ' ', length - n - tail.n);
	sum = tsr_crc_register(0, tsr_span_of(p + 5, length));
	stitch->hash = tsr_mix(stitch->hash, (uint64_t)sum << 1 | 1);
	sums->region ^= tsr_crc_multiply(sum, tsr_le32(text + 32));
	return add_piece(stitch, tsr_span_of(p, length + 5));
}

/* The place of the visit's page in PAGE. */
static uint32_t
page_number(const struct tsr_visit *visit)
{
	const uint8_t *first = visit->table->sections[TSR_SECTION_PAGE].p;

	return (uint32_t)((size_t)(visit->record - first) / TSR_PAGE_SIZE);
}

/* A bit of the page's mask; behind the last there are zeros. */
static bool
mask_bit(const struct tsr_table *t, struct tsr_visit *visit, uint32_t bit)
{
	uint32_t first = tsr_le32(visit->record + 72);
	const uint8_t *decision;

	if (bit >= tsr_le32(visit->record + 76) || first > UINT32_MAX - bit)
		return false;
	decision = tsr_table_record(t, TSR_SECTION_MASK, first + bit, 4);
	return decision != NULL &&
	    tsr_decide_outcome(visit, tsr_le32(decision)) == 0;
}

/* The page's mask: bit after bit, six a character, first bit highest. */
static void
write_mask(uint8_t *out, size_t n, const struct tsr_table *t,
    struct tsr_visit *visit)
{
	unsigned six, left;
	uint32_t bit = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		for (six = 0, left = 6; left > 0; left--)
			six = six << 1 | mask_bit(t, visit, bit++);
		out[i] = (uint8_t)TSR_BASE64[six];
	}
}

/* What was answered for the mask is kept, too, wherever that stands. */
static void
write_why(uint8_t *out, size_t n, const struct tsr_table *t,
    struct tsr_visit *visit)
{
	uint32_t bits = tsr_le32(visit->record + 76), i;

	if (visit->request->seal == NULL)
		bits = 0;
	for (i = 0; i < bits && i < TSR_MASK_MAX; i++)
		(void)mask_bit(t, visit, i);
	tsr_why_write(out, n, visit, page_number(visit));
}

/* What a request writes for scripts, as a stored block. */
static enum tsr_err
add_field(struct tsr_stitch *stitch, struct sums *sums,
    const struct tsr_table *t, struct tsr_visit *visit, const uint8_t *part)
{
	size_t n = tsr_le32(part + 4);
	size_t left = TSR_STITCH_SCRATCH - stitch->scratch_used;
	uint8_t *p = stitch->scratch + stitch->scratch_used;
	uint64_t hash = 0;
	uint32_t sum;

	if (left < 5 || n > left - 5 || n > 65535)
		return TSR_RANGE;
	stitch->scratch_used += n + 5;
	p[0] = 0;
	tsr_put16(p + 1, (uint16_t)n);
	tsr_put16(p + 3, (uint16_t)~n);
	if (part[1] == TSR_FIELD_MASK)
		write_mask(p + 5, n, t, visit);
	else if (part[1] == TSR_FIELD_WHY)
		write_why(p + 5, n, t, visit);
	else if (part[1] == TSR_FIELD_STATE)
		hash = tsr_tell_write(p + 5, n, visit);
	else
		memset(p + 5, ' ', n);
	sum = tsr_crc_register(0, tsr_span_of(p + 5, n));
	if (part[1] != TSR_FIELD_STATE)
		hash = sum;
	stitch->hash = tsr_mix(stitch->hash, hash << 1 | 1);
	sums->region ^= tsr_crc_multiply(sum, tsr_le32(part + 8));
	return add_piece(stitch, tsr_span_of(p, n + 5));
}

static enum tsr_err
enter(struct frame *frame, const struct tsr_table *t, uint32_t program)
{
	const uint8_t *p = tsr_table_record(
	    t, TSR_SECTION_PROG, program, TSR_PROGRAM_SIZE);

	if (p == NULL)
		return TSR_RANGE;
	frame->part = tsr_le32(p);
	if (tsr_le32(p + 4) > UINT32_MAX - frame->part)
		return TSR_RANGE;
	frame->end = frame->part + tsr_le32(p + 4);
	return TSR_OK;
}

/* The program of the choice that this visit makes in a slot. */
static enum tsr_err
choose(uint32_t *program, struct tsr_stitch *stitch, const struct tsr_table *t,
    struct tsr_visit *visit, uint32_t slot)
{
	const uint8_t *s =
	    tsr_table_record(t, TSR_SECTION_SLOT, slot, TSR_SLOT_SIZE);
	uint32_t outcome;

	if (s == NULL || tsr_le32(s + 8) == 0)
		return TSR_RANGE;
	outcome = tsr_decide_outcome(visit, tsr_le32(s));
	if (outcome >= tsr_le32(s + 8))
		outcome = tsr_le32(s + 8) - 1;
	if (outcome > UINT32_MAX - tsr_le32(s + 4))
		return TSR_RANGE;
	*program = tsr_le32(s + 4) + outcome;
	stitch->hash = tsr_mix(stitch->hash, outcome);
	return TSR_OK;
}

static enum tsr_err
run(struct tsr_stitch *stitch, struct sums *sums, const struct tsr_store *store,
    struct tsr_visit *visit, uint32_t program)
{
	struct frame stack[TSR_SLOT_DEPTH + 1];
	const struct tsr_table *t = &store->table;
	enum tsr_err err = enter(&stack[0], t, program);
	size_t depth = 0, steps = 0;
	const uint8_t *part;

	while (err == TSR_OK) {
		if (stack[depth].part == stack[depth].end) {
			if (depth == 0)
				return TSR_OK;
			depth--;
			continue;
		}
		part = tsr_table_record(t, TSR_SECTION_PART,
		    stack[depth].part++, TSR_PART_SIZE);
		if (part == NULL || ++steps > TSR_PARTS_MAX)
			return TSR_RANGE;
		switch (part[0]) {
		case TSR_PART_UNIT:
			err = add_unit(stitch, sums, store, part);
			break;
		case TSR_PART_SLOT:
			if (depth == TSR_SLOT_DEPTH)
				return TSR_RANGE;
			err = choose(&program, stitch, t, visit,
			    tsr_le32(part + 4));
			if (err == TSR_OK)
				err = enter(&stack[++depth], t, program);
			break;
		case TSR_PART_FRAGMENT:
			err = add_fragment(stitch, sums, store, visit, part);
			break;
		case TSR_PART_TEXT:
			err = add_text(stitch, sums, t, visit, part);
			break;
		case TSR_PART_FIELD:
			err = add_field(stitch, sums, t, visit, part);
			break;
		case TSR_PART_END:
			end_region(sums, part);
			break;
		default:
			return TSR_RANGE;
		}
	}
	return err;
}

enum tsr_err
tsr_stitch_run(struct tsr_stitch *stitch, const struct tsr_store *store,
    struct tsr_visit *visit, uint32_t program)
{
	struct sums sums = {0, 0, false, 0};
	enum tsr_err err;

	err = add_piece(stitch, tsr_span_of(gzip_header, sizeof(gzip_header)));
	if (err == TSR_OK)
		err = run(stitch, &sums, store, visit, program);
	if (err != TSR_OK)
		return err;
	if (sums.raw > TSR_PAGE_TEXT_MAX || stitch->length > TSR_REPLY_MAX)
		return TSR_LONG;
	tsr_put32(stitch->trailer, sums.crc);
	tsr_put32(stitch->trailer + 4, (uint32_t)sums.raw);
	stitch->raw = (size_t)sums.raw;
	return add_piece(
	    stitch, tsr_span_of(stitch->trailer, sizeof(stitch->trailer)));
}
