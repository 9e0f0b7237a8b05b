/*
 * rules_segment - segments that have the same visitors as another one.
 *
 * Two diagrams are walked together, knowing which values are possible: the
 * segments are the same when no visitor is in one of them alone. Those that ask
 * the same attributes are compared; where a site has many of these, only those
 * that mention the same constants, too.
 */
#include "build/rules/rules_inner.h"

/* Segments over the same attributes of which each is compared with each. */
#define GROUP_MAX 40

#define YES TSR_TARGET_OUTCOME
#define NO (TSR_TARGET_OUTCOME | 1)

struct shape {
	const struct tsr_segment *segment;
	uint32_t root; /* its diagram, without impossible branches */
	uint32_t group; /* number of what it asks */
	uint64_t constants;
};

/* A constant in bytes; of a list the one at k. */
static void
add_constant(struct tsr_buf *out, const struct tsr_test *t, uint32_t k)
{
	tsr_buf_le32(out, t->attribute);
	if (t->operator == TSR_OPERATOR_EXPRESSION)
		tsr_buf_add(out, t->code);
	else if (t->operator == TSR_OPERATOR_IN)
		tsr_json_write(out, &t->operand.u.items[k]);
	else if (t->operator != TSR_OPERATOR_EXISTS)
		tsr_json_write(out, &t->operand);
}

/* A sum in which each constant of a diagram counts once, in any order. */
static uint64_t
sum_constants(const struct tsr_rules *rules, const uint32_t *nodes, size_t n,
    struct tsr_arena *scratch)
{
	const struct tsr_test *t;
	struct tsr_intern seen;
	struct tsr_buf text;
	uint64_t sum = 0;
	uint32_t *known, k, count;
	size_t i;

	tsr_intern_init(&seen, scratch);
	tsr_buf_init(&text, SIZE_MAX / 2);
	for (i = 0; i < n; i++) {
		t = &rules->tests[rules->nodes[nodes[i]].test];
		count = t->operator == TSR_OPERATOR_IN ? t->operand.count : 1;
		for (k = 0; k < count; k++) {
			tsr_buf_clear(&text);
			add_constant(&text, t, k);
			if (!tsr_intern_add(
				&known, &seen, tsr_buf_view(&text)))
				sum += tsr_hash64(tsr_buf_view(&text));
		}
	}
	tsr_buf_free(&text);
	return sum;
}

/*
 * False: it holds for all, for nobody, or it is not known for whom: then that
 * was said where it was judged.
 */
static bool
make_shape(struct shape *out, struct tsr_rules *rules,
    const struct tsr_segment *segment, struct tsr_intern *groups)
{
	struct tsr_attribute_set reads = {{0}};
	struct tsr_arena scratch;
	struct tsr_reach reach;
	struct tsr_draw draw;
	uint32_t *nodes, *number, attribute;
	size_t n = 0, i;
	bool ok;

	tsr_arena_init(&scratch);
	tsr_draw_init(&draw, rules, false);
	out->segment = segment;
	out->root = tsr_draw_cond(&draw, segment->cond, YES, NO);
	ok = !draw.full && tsr_reach_walk(
	    &reach, rules, &out->root, 1, false, SIZE_MAX, &scratch);
	tsr_draw_free(&draw);
	if (ok) {
		out->root = reach.root;
		n = tsr_reach_nodes(&nodes, rules, &out->root, 1, &scratch);
	}
	for (i = 0; i < n; i++) {
		attribute =
		    rules->tests[rules->nodes[nodes[i]].test].attribute;
		reads.bits[attribute / 64] |= (uint64_t)1 << attribute % 64;
	}
	if (n > 0) {
		out->constants = sum_constants(rules, nodes, n, &scratch);
		if (!tsr_intern_add(&number, groups,
			tsr_span_of(&reads, sizeof(reads))))
			*number = (uint32_t)groups->count - 1;
		out->group = *number;
	}
	tsr_arena_free(&scratch);
	return n > 0;
}

static bool
are_same(bool *coarse, struct tsr_rules *rules, const struct shape *a,
    const struct shape *b)
{
	uint32_t roots[2] = {a->root, b->root};
	struct tsr_arena scratch;
	struct tsr_reach reach;
	size_t i;
	bool same = a->root == b->root;

	if (same)
		return true;
	tsr_arena_init(&scratch);
	same = tsr_reach_walk(&reach, rules, roots, 2, true, 2, &scratch);
	for (i = 0; same && i < reach.tuple_count; i++)
		same = reach.tuples[i * 2] == reach.tuples[i * 2 + 1];
	for (i = 0; i < TSR_COUNT_OF(reach.coarse.bits); i++)
		*coarse = *coarse || (!same && reach.coarse.bits[i] != 0);
	tsr_arena_free(&scratch);
	return same;
}

static void
note(struct tsr_rules *rules, const struct shape *a, const struct shape *b)
{
	tsr_diag_add(rules->diag, TSR_NOTE, "R030", b->segment->where,
	    "not looked at: whether this segment has the same visitors as "
	    "\"%.*s\", which is written in another way",
	    TSR_ARG(a->segment->name))->also = a->segment->where;
}

static void
compare(struct tsr_rules *rules, const struct shape *list, size_t i,
    bool many)
{
	const struct shape *a, *b = &list[i];
	bool coarse = false, before;
	size_t j;

	for (j = 0; j < i; j++) {
		a = &list[j];
		/* Another name for it was meant to be the same. */
		if (a->segment->cond == b->segment->cond)
			return;
		before = coarse;
		if (a->group != b->group ||
		    (many && a->constants != b->constants) ||
		    !are_same(&coarse, rules, a, b)) {
			if (coarse && !before)
				note(rules, a, b);
			continue;
		}
		tsr_diag_add(rules->diag, TSR_WARNING, "R018",
		    b->segment->where,
		    "segment \"%.*s\" has the same visitors as \"%.*s\"",
		    TSR_ARG(b->segment->name), TSR_ARG(a->segment->name))
		    ->also = a->segment->where;
		tsr_diag_hint(rules->diag,
		    "use one of them, or name one as the audience of the "
		    "other");
		return;
	}
}

void
tsr_rules_segments(struct tsr_rules *rules)
{
	struct tsr_arena scratch;
	struct tsr_intern groups;
	struct shape *list;
	uint32_t *sizes;
	size_t i, n = 0;

	if (rules->relaxed)
		return;
	tsr_arena_init(&scratch);
	tsr_intern_init(&groups, &scratch);
	list = TSR_NEW_ARRAY(&scratch, struct shape, rules->segment_count);
	sizes = TSR_NEW_ARRAY(&scratch, uint32_t, rules->segment_count);
	for (i = 0; i < rules->segment_count; i++)
		if (rules->segments[i].cond != NULL &&
		    rules->segments[i].cond->asked &&
		    make_shape(
			&list[n], rules, &rules->segments[i], &groups))
			sizes[list[n++].group]++;
	for (i = 0; i < n; i++)
		compare(rules, list, i, sizes[list[i].group] > GROUP_MAX);
	for (i = 0; i < n; i++) {
		if (sizes[list[i].group] <= GROUP_MAX)
			continue;
		tsr_diag_add(rules->diag, TSR_NOTE, "R030",
		    list[i].segment->where, "not looked at: whether this "
		    "segment and %u others are the same, where they mention "
		    "different constants", sizes[list[i].group] - 1);
		/* Once for the group. */
		sizes[list[i].group] = 0;
	}
	tsr_arena_free(&scratch);
}
