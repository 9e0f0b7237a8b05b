/*
 * kept - the predicates whose answers a page keeps (WHYP).
 */
#include "build/pack/kept.h"

#include <stdlib.h>

#include "build/pack/intern.h"

struct list {
	uint32_t *items;
	size_t count;
};

struct tsr_kept {
	const struct tsr_buf *nodes, *decisions, *predicates, *trials, *filters;
	struct tsr_arena *arena;
	uint32_t *found; /* what is being collected */
	size_t count;
	struct list *lists; /* by decision */
	uint32_t *marks;    /* by predicate: the round that met it */
	uint32_t *met;	    /* by node likewise */
	uint32_t attributes[TSR_ATTRIBUTES_MAX]; /* likewise */
	uint32_t *stack;
	uint32_t round;
};

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void
add(struct tsr_kept *k, uint32_t predicate)
{
	if (k->marks[predicate] == k->round)
		return;
	k->marks[predicate] = k->round;
	k->found[k->count++] = predicate;
}

/* The predicates below a decision's root. */
static void
make_list(struct tsr_kept *k, uint32_t decision)
{
	struct list *list = &k->lists[decision];
	size_t depth = 0, i;
	uint32_t target;
	const uint8_t *node;

	k->round++;
	k->count = 0;
	k->stack[depth++] = tsr_le32(
	    k->decisions->p + (size_t)decision * TSR_DECISION_SIZE);
	while (depth > 0) {
		target = k->stack[--depth];
		if ((target & TSR_TARGET_OUTCOME) != 0 ||
		    k->met[target] == k->round)
			continue;
		k->met[target] = k->round;
		node = k->nodes->p + (size_t)target * TSR_NODE_SIZE;
		add(k, tsr_le32(node));
		k->stack[depth++] = tsr_le32(node + 4);
		k->stack[depth++] = tsr_le32(node + 8);
	}
	list->count = k->count;
	list->items = TSR_NEW_ARRAY(k->arena, uint32_t, list->count);
	for (i = 0; i < list->count; i++)
		list->items[i] = k->found[i];
}

static void
add_list(struct tsr_kept *k, uint32_t decision)
{
	const struct list *list = &k->lists[decision];
	size_t i;

	for (i = 0; i < list->count; i++)
		add(k, list->items[i]);
}

/*
 * What assigning an attribute can ask: the decision of its experiment, and the
 * attributes of its filters, which may be holdouts.
 */
static void
add_trials(struct tsr_kept *k, uint32_t attribute)
{
	const uint8_t *trial, *filter;
	uint32_t first, count;
	size_t i, j;

	if (k->attributes[attribute] == k->round)
		return;
	k->attributes[attribute] = k->round;
	for (i = 0; i < k->trials->n / TSR_EXPERIMENT_SIZE; i++) {
		trial = k->trials->p + i * TSR_EXPERIMENT_SIZE;
		if (tsr_le32(trial + 20) != attribute)
			continue;
		add_list(k, tsr_le32(trial + 48));
		first = tsr_le32(trial + 40);
		count = tsr_le32(trial + 44);
		for (j = 0; j < count; j++) {
			filter = k->filters->p + (first + j) * TSR_FILTER_SIZE;
			/* Marked first, so this goes no deeper than filters. */
			add_trials(k, tsr_le32(filter + 4));
		}
	}
}

struct tsr_kept *
tsr_kept_open(const struct tsr_buf *sections, struct tsr_arena *arena)
{
	struct tsr_kept *k = TSR_NEW(arena, struct tsr_kept);
	size_t nodes, predicates, i;

	k->nodes = &sections[TSR_SECTION_NODE];
	k->decisions = &sections[TSR_SECTION_DECN];
	k->predicates = &sections[TSR_SECTION_PRED];
	k->trials = &sections[TSR_SECTION_EXPT];
	k->filters = &sections[TSR_SECTION_EFLT];
	k->arena = arena;
	if (k->nodes->full || k->decisions->full || k->predicates->full ||
	    k->trials->full || k->filters->full)
		return NULL;
	nodes = k->nodes->n / TSR_NODE_SIZE;
	predicates = k->predicates->n / TSR_PREDICATE_SIZE;
	k->lists = TSR_NEW_ARRAY(
	    arena, struct list, k->decisions->n / TSR_DECISION_SIZE + 1);
	k->found = TSR_NEW_ARRAY(arena, uint32_t, predicates + 1);
	k->marks = TSR_NEW_ARRAY(arena, uint32_t, predicates + 1);
	k->met = TSR_NEW_ARRAY(arena, uint32_t, nodes + 1);
	k->stack = TSR_NEW_ARRAY(arena, uint32_t, 2 * nodes + 2);
	for (i = 0; i < k->decisions->n / TSR_DECISION_SIZE; i++)
		make_list(k, (uint32_t)i);
	return k;
}

size_t
tsr_kept_find(const uint32_t **out, struct tsr_kept *k,
    const struct tsr_page *page)
{
	size_t i;

	k->round++;
	k->count = 0;
	for (i = 0; i < page->decision_count; i++)
		add_list(k, page->decisions[i]);
	/* The list grows while experiments are found in it. */
	for (i = 0; i < k->count && k->trials->n > 0; i++)
		add_trials(k,
		    tsr_le32(k->predicates->p +
			(size_t)k->found[i] * TSR_PREDICATE_SIZE + 4));
	qsort(k->found, k->count, sizeof(*k->found), compare);
	*out = k->found;
	return k->count;
}

void
tsr_kept_fill(struct tsr_index *index, const struct tsr_emit_input *in,
    struct tsr_arena *arena)
{
	struct tsr_buf *out = &index->sections[TSR_SECTION_WHYP];
	struct tsr_kept *kept = tsr_kept_open(index->sections, arena);
	const uint32_t *list;
	uint32_t *first;
	struct tsr_intern seen;
	size_t i, j, n;

	/* Sections that did not fit are no release: the caller says so. */
	if (kept == NULL || index->sections[TSR_SECTION_PAGE].full)
		return;
	tsr_intern_init(&seen, arena);
	for (i = 0; i < in->page_count; i++) {
		uint8_t *record = index->sections[TSR_SECTION_PAGE].p +
		    i * TSR_PAGE_SIZE;

		n = tsr_kept_find(&list, kept, &in->pages[i]);
		if (n == 0 || n > TSR_WHY_PREDICATES)
			continue;
		if (!tsr_intern_add(&first, &seen,
			tsr_span_of(list, n * sizeof(*list)))) {
			*first = (uint32_t)(out->n / 4);
			for (j = 0; j < n; j++)
				tsr_buf_le32(out, list[j]);
		}
		tsr_put32(record + 64, *first);
		tsr_put32(record + 68, (uint32_t)n);
	}
}
