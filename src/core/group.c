/*
 * group - saved groups: is a text one of very many, exactly?
 */
#include "core/group.h"

#include "core/digits.h"

/* Parts of an id: each place but the last ones of a part has a radix > 1. */
#define PARTS_MAX (TSR_GROUP_ID_MAX / 8 + 2)

struct view {
	struct tsr_span bytes, tables, ends, classes;
	uint32_t ids, end_count, class_count, table_count;
};

struct class {
	struct tsr_span places, blocks, bits;
	uint32_t end, length, ids, block_count, rest;
};

/* An id as a class has it. */
struct key {
	uint64_t parts[PARTS_MAX];
	uint8_t bits[PARTS_MAX];
	unsigned count; /* at least 1 */
};

static bool
open(struct view *out, const struct tsr_table *t, uint32_t i)
{
	const uint8_t *p = tsr_table_record(
	    t, TSR_SECTION_GRPS, i, TSR_GROUP_SIZE);
	uint64_t all = t->sections[TSR_SECTION_GRPB].n, off, n;
	struct tsr_span rest;

	if (p == NULL)
		return false;
	off = tsr_le64(p);
	n = tsr_le64(p + 8);
	if (off > all || n > all - off || n > UINT32_MAX)
		return false;
	out->bytes = rest =
	    tsr_span_of(t->sections[TSR_SECTION_GRPB].p + off, (size_t)n);
	out->ids = tsr_le32(p + 16);
	out->table_count = tsr_le32(p + 20);
	out->end_count = tsr_le32(p + 24);
	out->class_count = tsr_le32(p + 28);
	return out->table_count < 256 &&
	    tsr_span_cut(&out->tables, &rest,
		(size_t)out->table_count * TSR_GROUP_TABLE) == TSR_OK &&
	    out->end_count <= UINT32_MAX / TSR_GROUP_END &&
	    tsr_span_cut(&out->ends, &rest,
		(size_t)out->end_count * TSR_GROUP_END) == TSR_OK &&
	    out->class_count <= UINT32_MAX / TSR_GROUP_CLASS &&
	    tsr_span_cut(&out->classes, &rest,
		(size_t)out->class_count * TSR_GROUP_CLASS) == TSR_OK;
}

/* Bytes [off, off + n) of a group; false: they are not all there. */
static bool
part(struct tsr_span *out, const struct view *v, uint32_t off, uint64_t n)
{
	*out = tsr_span_part(v->bytes, off, (size_t)n);
	return out->n == n;
}

static bool
load(struct class *out, const struct view *v, uint32_t i)
{
	const uint8_t *p = v->classes.p + (size_t)i * TSR_GROUP_CLASS;

	out->end = tsr_le32(p);
	out->length = tsr_le32(p + 4);
	out->ids = tsr_le32(p + 8);
	out->rest = tsr_le32(p + 28);
	out->block_count = out->ids / TSR_GROUP_BLOCK +
	    (out->ids % TSR_GROUP_BLOCK != 0);
	return out->ids > 0 && out->length <= TSR_GROUP_ID_MAX &&
	    part(&out->places, v, tsr_le32(p + 12),
		(uint64_t)out->length * TSR_GROUP_PLACE) &&
	    part(&out->blocks, v, tsr_le32(p + 16),
		(uint64_t)out->block_count * TSR_GROUP_BLOCK_SIZE) &&
	    part(&out->bits, v, tsr_le32(p + 20), tsr_le32(p + 24)) &&
	    out->bits.n >= TSR_GROUP_PAD;
}

/* ---- bits ---- */

/* The 64 bits from a place on; 0 where there are none. */
static uint64_t
peek(struct tsr_span bits, uint64_t at)
{
	uint64_t byte = at / 8, word;
	unsigned shift = (unsigned)(at % 8);

	if (byte > bits.n - TSR_GROUP_PAD)
		return 0;
	word = tsr_le64(bits.p + byte) >> shift;
	if (shift > 0)
		word |= (uint64_t)bits.p[byte + 8] << (64 - shift);
	return word;
}

static uint64_t
take(struct tsr_span bits, uint64_t *at, unsigned n)
{
	uint64_t word = peek(bits, *at);

	*at += n;
	return n < 64 ? word & (((uint64_t)1 << n) - 1) : word;
}

/* How much larger the next head is; false: the bits are damaged. */
static bool
take_step(uint64_t *out, struct tsr_span bits, uint64_t *at, unsigned k)
{
	uint64_t q = 0, word;
	unsigned zeros;

	for (word = peek(bits, *at); word == 0; word = peek(bits, *at)) {
		q += 64;
		*at += 64;
		if (q > TSR_GROUP_QUOTIENT)
			return false;
	}
	zeros = (unsigned)__builtin_ctzll(word);
	q += zeros;
	*at += zeros + 1;
	*out = (q << k) + take(bits, at, k);
	return true;
}

/* ---- an id as a number ---- */

static bool
encode(struct key *out, const struct view *v, const struct class *c,
    struct tsr_span id)
{
	const uint8_t *p = c->places.p;
	unsigned now = 0, radix, rank;
	bool begun = false;
	size_t i;

	out->parts[0] = 0;
	for (i = 0; i < id.n; i++, p += TSR_GROUP_PLACE) {
		if (p[0] == 0) {
			if (id.p[i] != p[1])
				return false;
			continue;
		}
		if (p[0] > v->table_count)
			return false;
		radix = p[3];
		rank = v->tables.p[(size_t)(p[0] - 1) * TSR_GROUP_TABLE +
		    id.p[i]];
		if (rank >= radix)
			return false;
		if (p[2] != 0) {
			if (begun && ++now == PARTS_MAX)
				return false;
			begun = true;
			out->parts[now] = 0;
			out->bits[now] = p[2];
		}
		out->parts[now] = out->parts[now] * radix + rank;
	}
	out->count = now + 1;
	return true;
}

/* An id against one whose head is given and whose rest is at a place. */
static int
compare(const struct key *key, uint64_t head, struct tsr_span bits,
    uint64_t at)
{
	uint64_t other;
	unsigned i;

	if (key->parts[0] != head)
		return key->parts[0] < head ? -1 : 1;
	for (i = 1; i < key->count; i++) {
		other = take(bits, &at, key->bits[i]);
		if (key->parts[i] != other)
			return key->parts[i] < other ? -1 : 1;
	}
	return 0;
}

/* ---- looking up ---- */

static bool
in_block(const struct class *c, uint32_t block, const struct key *key)
{
	const uint8_t *p = c->blocks.p + (size_t)block * TSR_GROUP_BLOCK_SIZE;
	uint64_t head = tsr_le64(p), at = tsr_le32(p + 8), step;
	uint32_t left = c->ids - block * TSR_GROUP_BLOCK;
	unsigned k = (unsigned)take(c->bits, &at, 6);
	int order;

	if (left > TSR_GROUP_BLOCK)
		left = TSR_GROUP_BLOCK;
	for (;;) {
		if (head >= key->parts[0]) {
			order = compare(key, head, c->bits, at);
			if (order <= 0)
				return order == 0;
		}
		at += c->rest;
		if (--left == 0 || !take_step(&step, c->bits, &at, k))
			return false;
		head += step + (c->rest == 0);
	}
}

static bool
in_class(const struct class *c, const struct key *key)
{
	uint32_t first = 0, n = c->block_count, half;
	const uint8_t *p;

	/* The last block whose first id is not larger. */
	while (n > 0) {
		half = n / 2;
		p = c->blocks.p + (size_t)(first + half) * TSR_GROUP_BLOCK_SIZE;
		if (compare(key, tsr_le64(p), c->bits,
			(uint64_t)tsr_le32(p + 8) + 6) >= 0) {
			first += half + 1;
			n -= half + 1;
		} else
			n = half;
	}
	return first > 0 && in_block(c, first - 1, key);
}

static struct tsr_span
end_at(const struct view *v, uint32_t i)
{
	const uint8_t *p = v->ends.p + (size_t)i * TSR_GROUP_END;
	struct tsr_span out;

	if (!part(&out, v, tsr_le32(p), tsr_le32(p + 4)))
		return tsr_span_of(NULL, 0);
	return out;
}

/* The number of an id's end, which is taken away from it; 0: it has none. */
static uint32_t
cut_end(struct tsr_span *id, const struct view *v)
{
	uint32_t first = 0, n = v->end_count, half;
	struct tsr_span tail;
	size_t at = id->n;
	int c;

	if (n == 0)
		return 0;
	while (at > 0 && id->p[at - 1] != '@')
		at--;
	if (at == 0)
		return 0;
	tail = tsr_span_from(*id, at - 1);
	while (n > 0) {
		half = n / 2;
		c = tsr_span_cmp(tail, end_at(v, first + half));
		if (c == 0) {
			id->n -= tail.n;
			return first + half + 1;
		}
		if (c > 0) {
			first += half + 1;
			n -= half + 1;
		} else
			n = half;
	}
	return 0;
}

/* Order of a class by its end and length. */
static bool
before(const struct view *v, uint32_t i, uint32_t end, size_t length)
{
	const uint8_t *p = v->classes.p + (size_t)i * TSR_GROUP_CLASS;

	if (tsr_le32(p) != end)
		return tsr_le32(p) < end;
	return tsr_le32(p + 4) < length;
}

bool
tsr_group_has(const struct tsr_table *t, uint32_t group, struct tsr_span id)
{
	uint32_t first = 0, n, half, end, tries;
	struct class c;
	struct view v;
	struct key key;

	if (id.n > TSR_GROUP_ID_MAX || !open(&v, t, group))
		return false;
	end = cut_end(&id, &v);
	for (n = v.class_count; n > 0;) {
		half = n / 2;
		if (before(&v, first + half, end, id.n)) {
			first += half + 1;
			n -= half + 1;
		} else
			n = half;
	}
	for (tries = 0; tries < TSR_GROUP_CLASSES && first < v.class_count;
	     tries++, first++) {
		if (!load(&c, &v, first) || c.end != end || c.length != id.n)
			return false;
		if (encode(&key, &v, &c, id) && in_class(&c, &key))
			return true;
	}
	return false;
}

bool
tsr_group_has_number(
    const struct tsr_table *t, uint32_t group, double number)
{
	uint8_t room[TSR_DIGITS];
	uint64_t n;

	if (!(number >= 0 && number <= TSR_GROUP_NUMBER_MAX))
		return false;
	n = (uint64_t)number;
	if ((double)n < number)
		return false;
	return tsr_group_has(t, group, tsr_digits(room, n));
}

/* ---- the check ---- */

static unsigned
width(uint64_t most)
{
	return most == 0 ? 0 : 64 - (unsigned)__builtin_clzll(most);
}

/* Parts below 2^64, each but the first as wide as it says. */
static bool
places_ok(struct key *out, const struct view *v, const struct class *c)
{
	const uint8_t *p = c->places.p;
	uint64_t most = 1;
	unsigned rest = 0;
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < c->length; i++, p += TSR_GROUP_PLACE) {
		if (p[0] == 0) {
			if (p[2] != 0 || p[3] != 0)
				return false;
			continue;
		}
		if (p[0] > v->table_count || p[3] < 2 || p[2] > 64 ||
		    (p[2] == 0) != (out->count > 0 && most <= UINT64_MAX / p[3]))
			return false;
		if (p[2] != 0) {
			if (out->count > 1 &&
			    width(most - 1) != out->bits[out->count - 1])
				return false;
			if (out->count == PARTS_MAX)
				return false;
			out->bits[out->count++] = p[2];
			rest += out->count > 1 ? p[2] : 0;
			most = 1;
		}
		most *= p[3];
	}
	if (out->count > 1 && width(most - 1) != out->bits[out->count - 1])
		return false;
	return rest == c->rest;
}

static void
take_rest(struct key *out, const struct class *c, uint64_t *at)
{
	unsigned i;

	for (i = 1; i < out->count; i++)
		out->parts[i] = take(c->bits, at, out->bits[i]);
}

/* Every id of a class, in order, and none outside the bits. */
static enum tsr_err
verify_ids(const struct class *c, struct key *key)
{
	uint64_t at = 0, step, end, here;
	const uint8_t *p;
	unsigned k = 0;
	uint32_t i;

	end = (uint64_t)(c->bits.n - TSR_GROUP_PAD) * 8;
	for (i = 0; i < c->ids; i++) {
		p = c->blocks.p +
		    (size_t)(i / TSR_GROUP_BLOCK) * TSR_GROUP_BLOCK_SIZE;
		step = 0;
		if (i % TSR_GROUP_BLOCK == 0) {
			at = tsr_le32(p + 8);
			k = (unsigned)take(c->bits, &at, 6);
		} else if (!take_step(&step, c->bits, &at, k))
			return TSR_LONG;
		here = i % TSR_GROUP_BLOCK == 0 ? tsr_le64(p)
		    : key->parts[0] + step + (c->rest == 0);
		if (at > end || c->rest > end - at)
			return TSR_SHORT;
		if (i > 0 && (here < key->parts[0] ||
			(here == key->parts[0] &&
			    compare(key, here, c->bits, at) >= 0)))
			return TSR_ORDER;
		key->parts[0] = here;
		take_rest(key, c, &at);
	}
	return TSR_OK;
}

static bool
ends_ok(const struct view *v)
{
	struct tsr_span last = {NULL, 0}, end;
	uint32_t i;

	for (i = 0; i < v->end_count; i++) {
		end = end_at(v, i);
		if (end.n == 0 || end.p[0] != '@' ||
		    tsr_span_find(end, '@', 1) != end.n ||
		    (i > 0 && tsr_span_cmp(last, end) >= 0))
			return false;
		last = end;
	}
	return true;
}

enum tsr_err
tsr_group_verify(const struct tsr_table *t, uint32_t i)
{
	uint32_t same = 0, end = 0, length = 0, n;
	enum tsr_err err;
	struct class c;
	struct view v;
	struct key key;
	uint64_t ids = 0;

	if (!open(&v, t, i) || !ends_ok(&v))
		return TSR_RANGE;
	for (n = 0; n < v.class_count; n++) {
		if (!load(&c, &v, n) || c.end > v.end_count ||
		    !places_ok(&key, &v, &c))
			return TSR_RANGE;
		same = n > 0 && c.end == end && c.length == length
		    ? same + 1 : 1;
		if (same > TSR_GROUP_CLASSES ||
		    (n > 0 && same == 1 && !before(&v, n - 1, c.end, c.length)))
			return TSR_ORDER;
		end = c.end;
		length = c.length;
		ids += c.ids;
		err = verify_ids(&c, &key);
		if (err != TSR_OK)
			return err;
	}
	return ids == v.ids ? TSR_OK : TSR_RANGE;
}
