/*
 * group_write - the bytes of a saved group: tables, ends, and the numbers of
 * the ids of each class, in blocks.
 */
#include "build/rules/group_inner.h"

static void
write_tables(struct packer *p, struct tsr_buf *out)
{
	const struct set *set;
	uint32_t i;
	unsigned c;
	uint8_t rank;

	for (i = 0; i < p->table_count; i++) {
		set = &p->sets[p->tables[i]].set;
		for (c = 0, rank = 0; c < 256; c++)
			tsr_buf_byte(out, set_has(set, (uint8_t)c)
				? rank++ : 255);
	}
}

struct place {
	uint8_t table, c, bits, radix;
	uint8_t rank[256];
};

struct coder {
	struct place places[TSR_GROUP_ID_MAX];
	uint8_t widths[TSR_GROUP_ID_MAX];
	unsigned parts; /* at least 1 */
	uint32_t rest;
	uint64_t *numbers; /* of a block */
	uint64_t pending;
	unsigned pending_bits;
	uint64_t written; /* bits */
};

static unsigned
width(uint64_t most)
{
	unsigned n = 0;

	while (most > 0) {
		most >>= 1;
		n++;
	}
	return n;
}

static void
put(struct tsr_buf *out, struct coder *c, uint64_t v, unsigned n)
{
	unsigned some;

	for (; n > 0; n -= some) {
		some = n < 32 ? n : 32;
		c->pending |= (v & (((uint64_t)1 << some) - 1))
		    << c->pending_bits;
		c->pending_bits += some;
		c->written += some;
		v = some < 64 ? v >> some : 0;
		while (c->pending_bits >= 8) {
			tsr_buf_byte(out, (uint8_t)c->pending);
			c->pending >>= 8;
			c->pending_bits -= 8;
		}
	}
}

/* Which characters stand where, and where parts begin. */
static void
plan(struct coder *out, const struct packer *p, const struct class *c)
{
	const struct choice *set;
	struct place *place, *begun = NULL;
	uint64_t most = 1;
	uint32_t i;
	unsigned r, rank;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < c->shape.length; i++) {
		set = &p->sets[c->sets[i]];
		place = &out->places[i];
		place->c = p->ids[c->ids[0]].p[i];
		if (set->size < 2)
			continue;
		place->c = 0;
		place->table = (uint8_t)set->table;
		set = &p->sets[p->tables[set->table - 1]];
		place->radix = (uint8_t)set->size;
		for (r = 0, rank = 0; r < 256; r++)
			if (set_has(&set->set, (uint8_t)r))
				place->rank[r] = (uint8_t)rank++;
		if (begun == NULL || most > UINT64_MAX / place->radix) {
			if (begun != NULL)
				begun->bits = (uint8_t)width(most - 1);
			begun = place;
			most = 1;
		}
		most *= place->radix;
	}
	if (begun != NULL)
		begun->bits = (uint8_t)width(most - 1);
	for (i = 0; i < c->shape.length; i++)
		if (out->places[i].bits > 0)
			out->widths[out->parts++] = out->places[i].bits;
	for (r = 1; r < out->parts; r++)
		out->rest += out->widths[r];
	out->parts += out->parts == 0;
}

static void
number_id(uint64_t *out, const struct coder *c, uint32_t length,
    struct tsr_span id)
{
	const struct place *place;
	unsigned begun = 0;
	uint32_t i;

	out[0] = 0;
	for (i = 0; i < length; i++) {
		place = &c->places[i];
		if (place->table == 0)
			continue;
		if (place->bits > 0)
			out[begun++] = 0;
		out[begun - 1] =
		    out[begun - 1] * place->radix + place->rank[id.p[i]];
	}
}

/*
 * The k with which the steps of a block take least. It is near the logarithm of
 * their mean; so no step takes more than TSR_GROUP_QUOTIENT zeros.
 */
static unsigned
best_k(const uint64_t *steps, uint32_t n)
{
	uint64_t bits, least = UINT64_MAX, mean = 0;
	unsigned k, best = 0, middle;
	uint32_t i;

	for (i = 0; i < n; i++)
		mean += steps[i] / n;
	middle = width(mean);
	for (k = middle < 3 ? 0 : middle - 3; k < 64 && k < middle + 3; k++) {
		bits = (uint64_t)k * n;
		for (i = 0; i < n; i++)
			bits += steps[i] >> k;
		if (bits < least) {
			least = bits;
			best = k;
		}
	}
	return best;
}

static void
put_rest(struct tsr_buf *out, struct coder *c, const uint64_t *number)
{
	unsigned i;

	for (i = 1; i < c->parts; i++)
		put(out, c, number[i], c->widths[i]);
}

static void
write_block(struct tsr_buf *blocks, struct tsr_buf *bits, struct coder *c,
    uint32_t n)
{
	uint64_t steps[TSR_GROUP_BLOCK], q;
	unsigned k, some;
	uint32_t i;

	for (i = 1; i < n; i++)
		steps[i] = c->numbers[i * c->parts] -
		    c->numbers[(i - 1) * c->parts] - (c->rest == 0);
	k = best_k(steps + 1, n - 1);
	tsr_buf_le64(blocks, c->numbers[0]);
	tsr_buf_le32(blocks, (uint32_t)c->written);
	put(bits, c, k, 6);
	put_rest(bits, c, c->numbers);
	for (i = 1; i < n; i++) {
		for (q = steps[i] >> k; q > 0; q -= some) {
			some = q < 32 ? (unsigned)q : 32;
			put(bits, c, 0, some);
		}
		put(bits, c, 1, 1);
		put(bits, c, steps[i], k);
		put_rest(bits, c, c->numbers + i * c->parts);
	}
}

/* The class' record; its places, blocks and bits go behind what is there. */
static void
write_class(struct packer *p, struct tsr_buf *records, struct tsr_buf *out,
    uint32_t before, const struct class *c)
{
	struct tsr_buf blocks, bits;
	struct coder coder;
	uint32_t i, n;

	tsr_buf_init(&blocks, UINT32_MAX);
	tsr_buf_init(&bits, UINT32_MAX);
	plan(&coder, p, c);
	coder.numbers = TSR_NEW_ARRAY(
	    &p->arena, uint64_t, TSR_GROUP_BLOCK * coder.parts);
	for (i = 0; i < c->count; i += n) {
		for (n = 0; n < TSR_GROUP_BLOCK && i + n < c->count; n++)
			number_id(coder.numbers + n * coder.parts, &coder,
			    c->shape.length, p->ids[c->ids[i + n]]);
		write_block(&blocks, &bits, &coder, n);
	}
	put(&bits, &coder, 0, (unsigned)(8 - coder.written % 8) % 8);
	tsr_buf_fill(&bits, 0, TSR_GROUP_PAD);
	tsr_buf_le32(records, c->shape.end);
	tsr_buf_le32(records, c->shape.length);
	tsr_buf_le32(records, c->count);
	tsr_buf_le32(records, before + (uint32_t)out->n);
	for (i = 0; i < c->shape.length; i++)
		tsr_buf_add(out, tsr_span_of(
		    &coder.places[i], TSR_GROUP_PLACE));
	tsr_buf_le32(records, before + (uint32_t)out->n);
	tsr_buf_add(out, tsr_buf_view(&blocks));
	tsr_buf_le32(records, before + (uint32_t)out->n);
	tsr_buf_add(out, tsr_buf_view(&bits));
	tsr_buf_le32(records, (uint32_t)bits.n);
	tsr_buf_le32(records, coder.rest);
	tsr_buf_le64(records, 0);
	tsr_buf_free(&blocks);
	tsr_buf_free(&bits);
}

void
tsr_group_write(struct packer *p, struct tsr_buf *record, struct tsr_buf *bytes)
{
	struct tsr_buf classes, rest;
	uint32_t before, at;
	size_t i, from = bytes->n;

	tsr_buf_init(&classes, UINT32_MAX);
	tsr_buf_init(&rest, UINT32_MAX);
	before = (uint32_t)(p->table_count * TSR_GROUP_TABLE +
	    p->end_count * TSR_GROUP_END + p->class_count * TSR_GROUP_CLASS);
	write_tables(p, bytes);
	for (i = 0; i < p->end_count; i++) {
		at = before + (uint32_t)rest.n;
		tsr_buf_le32(bytes, at);
		tsr_buf_le32(bytes, (uint32_t)p->ends[i].n);
		tsr_buf_add(&rest, p->ends[i]);
	}
	for (i = 0; i < p->class_count; i++)
		write_class(p, &classes, &rest, before, &p->classes[i]);
	tsr_buf_add(bytes, tsr_buf_view(&classes));
	tsr_buf_add(bytes, tsr_buf_view(&rest));
	tsr_buf_le64(record, from);
	tsr_buf_le64(record, bytes->n - from);
	tsr_buf_le32(record, (uint32_t)p->n);
	tsr_buf_le32(record, p->table_count);
	tsr_buf_le32(record, p->end_count);
	tsr_buf_le32(record, (uint32_t)p->class_count);
	tsr_buf_free(&classes);
	tsr_buf_free(&rest);
}
