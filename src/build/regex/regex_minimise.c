/*
 * regex_minimise - the smallest deterministic automaton of a language.
 *
 * Moore's refinement: states begin as two blocks, by what they answer at the
 * end, and states of a block that lead to different blocks are parted until
 * none are. Linear in states and edges a round; TSR_REGEX_STATES_MAX bounds
 * the rounds.
 */
#include "build/regex/regex_dfa.h"

struct refiner {
	const struct tsr_regex_dfa *from;
	uint32_t *block, *fresh; /* of each state: before and after a round */
	uint32_t *hash;		 /* state + 1, open addressing */
	size_t hash_size;
	uint32_t blocks;
};

static uint32_t
signature(const struct refiner *r, uint32_t s)
{
	const uint16_t *next = r->from->next + (size_t)s * r->from->classes;
	uint32_t h = (r->block[s] + 1) * 0x9e3779b1u, c;

	for (c = 0; c < r->from->classes; c++) {
		h = (h ^ r->block[next[c]]) * 0x85ebca6bu;
		h ^= h >> 15;
	}
	return h;
}

static bool
alike(const struct refiner *r, uint32_t a, uint32_t b)
{
	const uint16_t *x = r->from->next + (size_t)a * r->from->classes;
	const uint16_t *y = r->from->next + (size_t)b * r->from->classes;
	uint32_t c;

	if (r->block[a] != r->block[b])
		return false;
	for (c = 0; c < r->from->classes; c++)
		if (r->block[x[c]] != r->block[y[c]])
			return false;
	return true;
}

/* One round; true when a block was parted. */
static bool
refine(struct refiner *r)
{
	uint32_t s, blocks = 0, *swap;
	size_t h;
	bool more;

	memset(r->hash, 0, r->hash_size * sizeof(*r->hash));
	for (s = 0; s < r->from->count; s++) {
		h = signature(r, s) % r->hash_size;
		while (r->hash[h] != 0 && !alike(r, r->hash[h] - 1, s))
			h = (h + 1) % r->hash_size;
		if (r->hash[h] == 0) {
			r->hash[h] = s + 1;
			r->fresh[s] = blocks++;
		} else {
			r->fresh[s] = r->fresh[r->hash[h] - 1];
		}
	}
	more = blocks != r->blocks;
	r->blocks = blocks;
	swap = r->block;
	r->block = r->fresh;
	r->fresh = swap;
	return more;
}

/* Write the blocks as states, in the order found from the start. */
static void
rebuild(struct tsr_regex_dfa *out, const struct refiner *r,
    struct tsr_arena *arena)
{
	const struct tsr_regex_dfa *from = r->from;
	uint32_t *number = TSR_NEW_ARRAY(arena, uint32_t, r->blocks);
	uint32_t *queue = TSR_NEW_ARRAY(arena, uint32_t, from->count + 2);
	uint32_t i, c, b;

	memset(number, 0xff, r->blocks * sizeof(*number));
	number[r->block[TSR_DFA_DEAD]] = queue[0] = TSR_DFA_DEAD;
	number[r->block[TSR_DFA_ACCEPT]] = queue[1] = TSR_DFA_ACCEPT;
	out->classes = from->classes;
	out->count = TSR_DFA_FIRST;
	out->next = TSR_NEW_ARRAY(
	    arena, uint16_t, (size_t)(from->count + 2) * from->classes);
	out->at_end = TSR_NEW_ARRAY(arena, bool, from->count + 2);
	b = r->block[from->start];
	if (number[b] == UINT32_MAX) {
		number[b] = out->count;
		queue[out->count++] = from->start;
	}
	out->start = number[b];
	for (i = 0; i < out->count; i++) {
		out->at_end[i] = from->at_end[queue[i]];
		for (c = 0; c < from->classes; c++) {
			const uint32_t to =
			    from->next[(size_t)queue[i] * from->classes + c];

			b = r->block[to];
			if (number[b] == UINT32_MAX) {
				number[b] = out->count;
				queue[out->count++] = to;
			}
			out->next[(size_t)i * from->classes + c] =
			    (uint16_t)number[b];
		}
	}
}

void
tsr_regex_dfa_minimise(struct tsr_regex_dfa *out,
    const struct tsr_regex_dfa *from, struct tsr_arena *arena)
{
	struct refiner r = {from, NULL, NULL, NULL, 0, 0};
	uint32_t s;

	r.block = TSR_NEW_ARRAY(arena, uint32_t, from->count);
	r.fresh = TSR_NEW_ARRAY(arena, uint32_t, from->count);
	r.hash_size = (size_t)from->count * 2 + 1;
	r.hash = TSR_NEW_ARRAY(arena, uint32_t, r.hash_size);
	for (s = 0; s < from->count; s++)
		r.block[s] = from->at_end[s];
	while (refine(&r))
		;
	rebuild(out, &r, arena);
}
