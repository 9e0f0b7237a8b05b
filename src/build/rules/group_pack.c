/*
 * group_pack - the ids of a saved group as core/group.h has them.
 *
 * Ids are put into classes by their end and length; what is rare in a class is
 * put into one of its own, so that it does not make the others' numbers larger.
 * Then tables are chosen: one more table costs its bytes and may save bits of
 * each id. Last the numbers are written (group_write.c).
 */
#include "build/rules/group_pack.h"

#include "build/rules/group_inner.h"

/* Ids that an end must have to be taken away: its classes cost some KB. */
#define END_LEAST 1024
#define ENDS_MAX 255
/* One of so many ids has it: then it is rare; so many ids must there be. */
#define RARE 4096
#define RARE_LEAST 8192

/* ---- sets ---- */

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
	tsr_group_write(&p, record, bytes);
	tsr_arena_free(&p.arena);
}
