/*
 * group_pack - the ids of a saved group as core/group.h has them.
 *
 * Ids are put into classes by their end and length; what is rare in a class is
 * put into one of its own, so that it does not make the others' numbers larger.
 * Then tables are chosen: one more table costs its bytes and may save bits of
 * each id. Last the numbers are written.
 */
#include "build/rules/group_pack.h"

#include "build/pack/intern.h"
#include "core/group.h"

/* Ids that an end must have to be taken away: its classes cost some KB. */
#define END_LEAST 1024
#define ENDS_MAX 255
#define TABLES_MAX 255
/* One of so many ids has it: then it is rare; so many ids must there be. */
#define RARE 4096
#define RARE_LEAST 8192

/* Characters that can stand at a place. */
struct set {
	uint64_t bits[4];
};

struct shape {
	uint32_t end;
	uint32_t length;
};

struct class {
	struct shape shape;
	const uint32_t *ids; /* numbers, in order */
	uint32_t count;
	uint32_t *sets; /* by place: numbers of sets */
};

struct choice {
	struct set set;
	uint64_t weight; /* ids of all its places */
	unsigned size;
	uint32_t table; /* + 1 of the table it has; 0: a character */
};

struct packer {
	struct tsr_arena arena;
	const struct tsr_span *ids;
	size_t n;
	struct tsr_span *ends;
	uint32_t end_count;
	struct class *classes;
	size_t class_count, class_cap;
	struct tsr_intern set_index;
	struct choice *sets;
	size_t set_count, set_cap;
	uint32_t tables[TABLES_MAX]; /* the sets they are */
	uint32_t table_count;
	uint32_t (*seen)[256]; /* by place and character */
};

/* ---- sets ---- */

static bool
set_has(const struct set *set, uint8_t c)
{
	return (set->bits[c / 64] >> c % 64 & 1) != 0;
}

static unsigned
set_size(const struct set *set)
{
	unsigned n = 0, i;

	for (i = 0; i < 256; i++)
		n += set_has(set, (uint8_t)i);
	return n;
}

static bool
set_within(const struct set *inner, const struct set *outer)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(inner->bits); i++)
		if ((inner->bits[i] & ~outer->bits[i]) != 0)
			return false;
	return true;
}

/* log2 of n in 1/256: the same on every machine. */
static uint64_t
log_of(uint64_t n)
{
	uint64_t out = 0, x = n << 24;
	unsigned i;

	while (x >= (uint64_t)2 << 24) {
		x >>= 1;
		out += 256;
	}
	for (i = 128; i > 0; i /= 2) {
		x = (x * x) >> 24;
		if (x >= (uint64_t)2 << 24) {
			x >>= 1;
			out += i;
		}
	}
	return out;
}

static uint32_t
add_set(struct packer *p, const struct set *set, uint64_t weight)
{
	uint32_t *number;

	if (!tsr_intern_add(&number, &p->set_index,
		tsr_span_of(set->bits, sizeof(set->bits)))) {
		*number = (uint32_t)p->set_count;
		p->sets = tsr_arena_grow(&p->arena, p->sets, p->set_count,
		    &p->set_cap, sizeof(*p->sets));
		p->sets[p->set_count].set = *set;
		p->sets[p->set_count].weight = 0;
		p->sets[p->set_count++].size = set_size(set);
	}
	p->sets[*number].weight += weight;
	return *number;
}

/* ---- ends ---- */

/* From the last '@' on; empty: there is none. */
static struct tsr_span
tail_of(struct tsr_span id)
{
	size_t at = id.n;

	while (at > 0 && id.p[at - 1] != '@')
		at--;
	return at == 0 ? tsr_span_of(NULL, 0) : tsr_span_from(id, at - 1);
}

static int
cmp_spans(const void *a, const void *b)
{
	const struct tsr_span *x = a, *y = b;

	return tsr_span_cmp(*x, *y);
}

static void
find_ends(struct packer *p, struct tsr_intern *index)
{
	struct tsr_intern counts;
	struct tsr_span tail;
	uint32_t *count;
	size_t i;

	tsr_intern_init(&counts, &p->arena);
	p->ends = TSR_NEW_ARRAY(&p->arena, struct tsr_span, ENDS_MAX);
	for (i = 0; i < p->n; i++) {
		tail = tail_of(p->ids[i]);
		if (tail.n == 0)
			continue;
		(void)tsr_intern_add(&count, &counts, tail);
		if (++*count == END_LEAST && p->end_count < ENDS_MAX)
			p->ends[p->end_count++] = tail;
	}
	if (p->end_count > 0)
		qsort(p->ends, p->end_count, sizeof(*p->ends), cmp_spans);
	for (i = 0; i < p->end_count; i++) {
		(void)tsr_intern_add(&count, index, p->ends[i]);
		*count = (uint32_t)i + 1;
	}
}

static struct shape
shape_of(const struct tsr_intern *ends, struct tsr_span id)
{
	struct tsr_span tail = tail_of(id);
	const uint32_t *end =
	    tail.n == 0 ? NULL : tsr_intern_find(ends, tail);
	struct shape out = {0, (uint32_t)id.n};

	if (end != NULL) {
		out.end = *end;
		out.length -= (uint32_t)tail.n;
	}
	return out;
}

/* ---- classes ---- */

static void
look(struct packer *p, uint32_t length, const uint32_t *ids, uint32_t count)
{
	uint32_t i, j;

	memset(p->seen, 0, sizeof(*p->seen) * (length + 1));
	for (i = 0; i < count; i++)
		for (j = 0; j < length; j++)
			p->seen[j][p->ids[ids[i]].p[j]]++;
}

/* What at least so many ids have at a place. */
static struct set
common(const struct packer *p, uint32_t place, uint32_t least)
{
	struct set out = {{0, 0, 0, 0}};
	unsigned c;

	for (c = 0; c < 256; c++)
		if (p->seen[place][c] >= least)
			out.bits[c / 64] |= (uint64_t)1 << c % 64;
	return out;
}

static void
add_class(struct packer *p, struct shape shape, const uint32_t *ids,
    uint32_t count)
{
	struct class *c;
	struct set set;
	uint32_t i;

	p->classes = tsr_arena_grow(&p->arena, p->classes, p->class_count,
	    &p->class_cap, sizeof(*p->classes));
	c = &p->classes[p->class_count++];
	c->shape = shape;
	c->ids = ids;
	c->count = count;
	c->sets = TSR_NEW_ARRAY(&p->arena, uint32_t, shape.length);
	look(p, shape.length, ids, count);
	for (i = 0; i < shape.length; i++) {
		set = common(p, i, 1);
		c->sets[i] = add_set(p, &set, count);
	}
}

static bool
is_common(const struct set *sets, uint32_t length, struct tsr_span id)
{
	uint32_t i;

	for (i = 0; i < length; i++)
		if (!set_has(&sets[i], id.p[i]))
			return false;
	return true;
}

/* The ids of a shape become a class, and what is rare another one. */
static void
split(struct packer *p, struct shape shape, uint32_t *ids, uint32_t count)
{
	struct set sets[TSR_GROUP_ID_MAX];
	uint32_t *rare, i, n, rare_count, tries;

	for (tries = 1; tries < TSR_GROUP_CLASSES && count >= RARE_LEAST;
	     tries++) {
		look(p, shape.length, ids, count);
		for (i = 0; i < shape.length; i++)
			sets[i] = common(p, i, count / RARE);
		rare = TSR_NEW_ARRAY(&p->arena, uint32_t, count);
		for (i = 0, rare_count = 0; i < count; i++)
			rare_count += !is_common(
			    sets, shape.length, p->ids[ids[i]]);
		if (rare_count == 0 || rare_count > count / 2)
			break;
		for (i = 0, n = 0, rare_count = 0; i < count; i++)
			if (is_common(sets, shape.length, p->ids[ids[i]]))
				ids[n++] = ids[i];
			else
				rare[rare_count++] = ids[i];
		add_class(p, shape, ids, n);
		ids = rare;
		count = rare_count;
	}
	add_class(p, shape, ids, count);
}

static void
make_classes(struct packer *p)
{
	struct tsr_intern ends;
	size_t lengths = TSR_GROUP_ID_MAX + 1, shapes, i;
	uint32_t *first, *list, *number;
	struct shape shape;

	tsr_intern_init(&ends, &p->arena);
	find_ends(p, &ends);
	shapes = (p->end_count + 1) * lengths;
	first = TSR_NEW_ARRAY(&p->arena, uint32_t, shapes + 1);
	number = TSR_NEW_ARRAY(&p->arena, uint32_t, p->n);
	list = TSR_NEW_ARRAY(&p->arena, uint32_t, p->n);
	for (i = 0; i < p->n; i++) {
		shape = shape_of(&ends, p->ids[i]);
		number[i] = (uint32_t)(shape.end * lengths + shape.length);
		first[number[i] + 1]++;
	}
	for (i = 0; i < shapes; i++)
		first[i + 1] += first[i];
	for (i = 0; i < p->n; i++)
		list[first[number[i]]++] = (uint32_t)i;
	/* Each number is now where the next one begins. */
	for (i = 0; i < shapes; i++) {
		uint32_t from = i == 0 ? 0 : first[i - 1];

		shape.end = (uint32_t)(i / lengths);
		shape.length = (uint32_t)(i % lengths);
		if (first[i] > from)
			split(p, shape, list + from, first[i] - from);
	}
}

/* ---- tables ---- */

static int
cmp_weights(const void *a, const void *b)
{
	const struct choice *const *x = a, *const *y = b;

	if ((*x)->weight != (*y)->weight)
		return (*x)->weight > (*y)->weight ? -1 : 1;
	return memcmp(&(*x)->set, &(*y)->set, sizeof((*x)->set));
}

/* The smallest table that has all of a set; there is one. */
static uint32_t
table_of(const struct packer *p, const struct choice *set)
{
	uint32_t best = 0, i;

	for (i = 1; i < p->table_count; i++)
		if (p->sets[p->tables[i]].size < p->sets[p->tables[best]].size &&
		    set_within(&set->set, &p->sets[p->tables[i]].set))
			best = i;
	return best;
}

static void
choose_tables(struct packer *p)
{
	struct set all = {{0, 0, 0, 0}};
	struct choice **order, *s, *wide;
	uint64_t saved;
	size_t i, j, n = p->set_count;

	for (i = 0; i < n; i++)
		for (j = 0; j < TSR_COUNT_OF(all.bits); j++)
			all.bits[j] |= p->sets[i].set.bits[j];
	p->tables[p->table_count++] = add_set(p, &all, 0);
	order = TSR_NEW_ARRAY(&p->arena, struct choice *, n);
	for (i = 0; i < n; i++)
		order[i] = &p->sets[i];
	qsort(order, n, sizeof(*order), cmp_weights);
	for (i = 0; i < n && p->table_count < TABLES_MAX; i++) {
		s = order[i];
		if (s->size < 2)
			continue;
		wide = &p->sets[p->tables[table_of(p, s)]];
		saved = s->weight * (log_of(wide->size) - log_of(s->size));
		if (saved / 256 / 8 > TSR_GROUP_TABLE)
			p->tables[p->table_count++] = (uint32_t)(s - p->sets);
	}
	for (i = 0; i < p->set_count; i++)
		if (p->sets[i].size >= 2)
			p->sets[i].table = table_of(p, &p->sets[i]) + 1;
}

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

/* ---- numbers ---- */

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

static void
write_group(struct packer *p, struct tsr_buf *record, struct tsr_buf *bytes)
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

void
tsr_group_pack(struct tsr_buf *record, struct tsr_buf *bytes,
    const struct tsr_span *ids, size_t n)
{
	struct packer p = {.ids = ids, .n = n};

	tsr_arena_init(&p.arena);
	tsr_intern_init(&p.set_index, &p.arena);
	p.seen = tsr_arena_array(
	    &p.arena, TSR_GROUP_ID_MAX + 1, sizeof(*p.seen));
	make_classes(&p);
	choose_tables(&p);
	write_group(&p, record, bytes);
	tsr_arena_free(&p.arena);
}
