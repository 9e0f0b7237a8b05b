/*
 * align - line up the mark-up that several variants share.
 */
#include "build/render/align.h"

/* Pairs of chunks compared for one alignment: above it only the end is. */
#define PAIRS_MAX (4 * 1024 * 1024)

/*
 * columns[k * count + v]: the gap of variant v at which column k begins. The
 * last gap of a variant is never a column: the padding of what comes last goes
 * there.
 */
struct columns {
	uint32_t *at;
	size_t n, variants;
};

/*
 * The longest common subsequence of the columns so far (compared by the keys of
 * variant 0) and the gaps of variant v; keeps the columns that are in it.
 */
static void
narrow(struct columns *columns, const struct tsr_gaps *variants, size_t v,
    struct tsr_arena *arena)
{
	const struct tsr_gap *base = variants[0].list, *mine = variants[v].list;
	size_t n = columns->n, m = variants[v].count - 1, i, j, kept = 0;
	struct tsr_arena_mark mark = tsr_arena_mark(arena);
	uint16_t *best;

	if (n == 0 || m == 0 || n > PAIRS_MAX / m || n > 60000) {
		columns->n = 0;
		return;
	}
	best = TSR_NEW_ARRAY(arena, uint16_t, (n + 1) * (m + 1));
#define BEST(i, j) best[(i) * (m + 1) + (j)]
#define KEY(i) base[columns->at[(i) * columns->variants]].key
	for (i = n; i-- > 0;) {
		for (j = m; j-- > 0;) {
			if (KEY(i) == mine[j].key)
				BEST(i, j) = (uint16_t)(BEST(i + 1, j + 1) + 1);
			else if (BEST(i + 1, j) >= BEST(i, j + 1))
				BEST(i, j) = BEST(i + 1, j);
			else
				BEST(i, j) = BEST(i, j + 1);
		}
	}
	for (i = j = 0; i < n && j < m;) {
		if (KEY(i) == mine[j].key) {
			memmove(&columns->at[kept * columns->variants],
			    &columns->at[i * columns->variants],
			    columns->variants * sizeof(*columns->at));
			columns->at[kept++ * columns->variants + v] =
			    (uint32_t)j;
			i++;
			j++;
		} else if (BEST(i + 1, j) >= BEST(i, j + 1)) {
			i++;
		} else {
			j++;
		}
	}
#undef BEST
#undef KEY
	columns->n = kept;
	tsr_arena_rewind(arena, mark);
}

/* Bytes of variant v from column k (or the start) to the next (or the end). */
static size_t
group_length(const struct columns *columns, const struct tsr_gaps *variant,
    size_t v, size_t k)
{
	size_t from = 0, to = variant->length;

	if (k > 0)
		from = variant->list[columns->at[(k - 1) * columns->variants + v]]
			   .at;
	if (k < columns->n)
		to = variant->list[columns->at[k * columns->variants + v]].at;
	return to - from;
}

size_t
tsr_align(struct tsr_gaps *variants, size_t count, struct tsr_arena *arena)
{
	struct tsr_arena_mark mark;
	struct columns columns;
	size_t i, v, k, longest, total = 0;

	mark = tsr_arena_mark(arena);
	columns.variants = count;
	columns.n = variants[0].count - 1;
	columns.at =
	    TSR_NEW_ARRAY(arena, uint32_t, (columns.n + 1) * count);
	for (i = 0; i < columns.n; i++)
		columns.at[i * count] = (uint32_t)i;
	for (v = 1; v < count; v++)
		narrow(&columns, variants, v, arena);
	for (k = 0; k <= columns.n; k++) {
		longest = 0;
		for (v = 0; v < count; v++) {
			size_t n = group_length(&columns, &variants[v], v, k);

			longest = n > longest ? n : longest;
		}
		for (v = 0; v < count; v++) {
			struct tsr_gaps *g = &variants[v];
			size_t gap = k < columns.n
			    ? columns.at[k * count + v]
			    : g->count - 1;

			g->list[gap].blanks +=
			    longest - group_length(&columns, g, v, k);
		}
		total += longest;
	}
	tsr_arena_rewind(arena, mark);
	return total;
}
