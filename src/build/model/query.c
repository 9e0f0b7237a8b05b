/*
 * query - lists: which records of a catalogue, in which order.
 */
#include "build/model/query.h"

#include <pthread.h>

#include "build/rules/condition.h"
#include "build/read/mistake.h"

/* Fields of one "order" that count; more would never decide anything. */
#define KEYS_MAX 8

struct sorted {
	struct sorted *next;
	const struct tsr_json **list; /* the catalogue's, in this locale */
	const struct tsr_json *order; /* as written; NULL: by id */
	uint32_t *places;	      /* into list */
	unsigned missing; /* bit i: no record has the field of key i */
};

struct tsr_queries {
	pthread_mutex_t lock;
	struct tsr_arena arena;
	struct sorted *first;
};

struct key {
	struct tsr_span field;
	bool falling;
};

struct sorter {
	const struct tsr_json **list;
	struct key keys[KEYS_MAX];
	size_t count;
	/* A value a key and place, looked up once. */
	const struct tsr_json **values[KEYS_MAX];
};

struct tsr_queries *
tsr_queries_new(struct tsr_arena *arena)
{
	struct tsr_queries *q = TSR_NEW(arena, struct tsr_queries);

	pthread_mutex_init(&q->lock, NULL);
	return q;
}

void
tsr_queries_free(struct tsr_queries *queries)
{
	if (queries == NULL)
		return;
	pthread_mutex_destroy(&queries->lock);
	tsr_arena_free(&queries->arena);
}

/* Missing values come last however the order goes. */
static int
rank(const struct tsr_json *v)
{
	if (v == NULL || v->type == TSR_JSON_NULL)
		return 4;
	if (tsr_json_is_number(v))
		return 1;
	if (v->type == TSR_JSON_STRING)
		return 2;
	return v->type == TSR_JSON_BOOLEAN ? 0 : 3;
}

static int
compare_values(const struct tsr_json *a, const struct tsr_json *b)
{
	double x, y;

	if (tsr_json_is_number(a)) {
		x = tsr_json_number(a);
		y = tsr_json_number(b);
		return x < y ? -1 : x > y;
	}
	if (a->type == TSR_JSON_STRING)
		return tsr_span_cmp(a->u.string, b->u.string);
	if (a->type == TSR_JSON_BOOLEAN)
		return (int)a->u.boolean - (int)b->u.boolean;
	return 0;
}

static bool
before(const struct sorter *s, uint32_t x, uint32_t y)
{
	const struct tsr_json *a, *b;
	size_t i;
	int c, ra, rb;

	for (i = 0; i < s->count; i++) {
		a = s->values[i][x];
		b = s->values[i][y];
		ra = rank(a);
		rb = rank(b);
		if (ra != rb && (ra == 4 || rb == 4))
			return ra < rb;
		c = ra != rb ? ra - rb : ra == 4 ? 0 : compare_values(a, b);
		if (c != 0)
			return s->keys[i].falling ? c > 0 : c < 0;
	}
	return tsr_span_cmp(tsr_json_text(tsr_json_get(s->list[x], "id")),
		   tsr_json_text(tsr_json_get(s->list[y], "id"))) < 0;
}

/* Merge sort, from runs of one upwards. */
static void
sort(const struct sorter *s, uint32_t *places, uint32_t *other, size_t n)
{
	uint32_t *from = places, *to = other, *swap;
	size_t width, i, a, b, mid, end, at;

	for (width = 1; width < n; width *= 2) {
		for (i = 0; i < n; i += 2 * width) {
			mid = n - i < width ? n : i + width;
			end = n - i < 2 * width ? n : i + 2 * width;
			a = i;
			b = mid;
			for (at = i; at < end; at++)
				to[at] = b == end ||
					(a < mid && !before(s, from[b],
							from[a]))
				    ? from[a++] : from[b++];
		}
		swap = from;
		from = to;
		to = swap;
	}
	if (from != places && n > 0)
		memcpy(places, from, n * sizeof(*places));
}

static void
read_keys(struct sorter *s, const struct tsr_json *order)
{
	struct tsr_span text;
	uint32_t i;

	for (i = 0; tsr_json_is(order, TSR_JSON_ARRAY) && i < order->count &&
	     s->count < KEYS_MAX; i++) {
		text = tsr_json_text(&order->u.items[i]);
		s->keys[s->count].falling = text.n > 0 && text.p[0] == '-';
		s->keys[s->count].field =
		    s->keys[s->count].falling ? tsr_span_from(text, 1) : text;
		s->count++;
	}
}

static void
sort_catalogue(struct sorted *out, struct tsr_arena *arena, uint32_t n)
{
	struct sorter s = {.list = out->list};
	struct tsr_arena scratch;
	uint32_t i, *other;
	size_t k;

	tsr_arena_init(&scratch);
	read_keys(&s, out->order);
	out->places = TSR_NEW_ARRAY(arena, uint32_t, n);
	other = TSR_NEW_ARRAY(&scratch, uint32_t, n);
	for (k = 0; k < s.count; k++) {
		s.values[k] =
		    TSR_NEW_ARRAY(&scratch, const struct tsr_json *, n);
		out->missing |= 1u << k;
		for (i = 0; i < n; i++) {
			s.values[k][i] =
			    tsr_json_find(out->list[i], s.keys[k].field);
			if (s.values[k][i] != NULL)
				out->missing &= ~(1u << k);
		}
	}
	for (i = 0; i < n; i++)
		out->places[i] = i;
	sort(&s, out->places, other, n);
	tsr_arena_free(&scratch);
}

static bool
same_order(const struct tsr_json *a, const struct tsr_json *b)
{
	return a == b || (a != NULL && b != NULL && tsr_json_eq(a, b));
}

/* A lasting copy of an order: what is asked with may live shorter. */
static const struct tsr_json *
keep(struct tsr_arena *arena, const struct tsr_json *order)
{
	struct tsr_json *out, *items;
	uint32_t i;

	if (!tsr_json_is(order, TSR_JSON_ARRAY))
		return NULL;
	out = TSR_NEW(arena, struct tsr_json);
	items = TSR_NEW_ARRAY(arena, struct tsr_json, order->count);
	*out = *order;
	for (i = 0; i < order->count; i++)
		items[i] = tsr_json_string(tsr_arena_dup(
		    arena, tsr_json_text(&order->u.items[i])));
	out->u.items = items;
	return out;
}

static const struct sorted *
sorted_for(struct tsr_queries *q, const struct tsr_query *query,
    const struct tsr_json *order)
{
	const struct tsr_json **list = query->catalogue->by_locale[query->locale];
	struct sorted *s;

	if (!tsr_json_is(order, TSR_JSON_ARRAY))
		order = NULL;
	pthread_mutex_lock(&q->lock);
	for (s = q->first; s != NULL; s = s->next)
		if (s->list == list && same_order(s->order, order))
			break;
	if (s == NULL) {
		s = TSR_NEW(&q->arena, struct sorted);
		s->list = list;
		s->order = keep(&q->arena, order);
		sort_catalogue(s, &q->arena, query->catalogue->count);
		s->next = q->first;
		q->first = s;
	}
	pthread_mutex_unlock(&q->lock);
	return s;
}

static bool
check(const struct sorted *s, const struct tsr_query *query,
    const struct tsr_json *order, struct tsr_diag *diag)
{
	const struct tsr_json *where = tsr_json_get(query->list, "where");
	uint32_t i;
	bool ok = true;

	for (i = 0; s->order != NULL && i < order->count && i < KEYS_MAX; i++) {
		if ((s->missing >> i & 1) == 0 || query->catalogue->count == 0)
			continue;
		tsr_diag_add(diag, TSR_ERROR, TSR_M_RECORD_FIELD,
		    tsr_json_where(&order->u.items[i]),
		    "no record of \"%.*s\" has this field",
		    TSR_ARG(query->catalogue->name));
		ok = false;
	}
	return (where == NULL || tsr_condition_check(diag, where)) && ok;
}

static uint32_t
whole(const struct tsr_json *v, uint32_t otherwise)
{
	if (!tsr_json_is(v, TSR_JSON_INTEGER) || v->u.integer < 0)
		return otherwise;
	return v->u.integer > UINT32_MAX ? UINT32_MAX : (uint32_t)v->u.integer;
}

bool
tsr_query_run(struct tsr_query_result *out, struct tsr_queries *queries,
    const struct tsr_query *query, struct tsr_arena *arena,
    struct tsr_diag *diag)
{
	const struct tsr_json *where = tsr_json_get(query->list, "where");
	const struct tsr_json *order = tsr_json_get(query->list, "order");
	const struct tsr_json *record;
	uint32_t limit = whole(tsr_json_get(query->list, "limit"), UINT32_MAX);
	uint32_t skip = whole(tsr_json_get(query->list, "offset"), 0), i;
	const struct sorted *s = sorted_for(queries, query, order);
	struct tsr_condition_patterns patterns;
	size_t cap = 0;

	out->records = NULL;
	out->count = 0;
	if (!check(s, query, order, diag))
		return false;
	tsr_condition_patterns_init(&patterns);
	for (i = 0; i < query->catalogue->count && out->count < limit; i++) {
		record = s->list[s->places[i]];
		if (where != NULL &&
		    !tsr_condition_match(&patterns, where, record))
			continue;
		if (skip > 0) {
			skip--;
			continue;
		}
		out->records = tsr_arena_grow(arena, out->records, out->count,
		    &cap, sizeof(*out->records));
		out->records[out->count++] = record;
	}
	tsr_condition_patterns_free(&patterns);
	return true;
}
