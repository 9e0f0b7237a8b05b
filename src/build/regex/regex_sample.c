/*
 * regex_sample - shortest strings in and out of an automaton's language.
 *
 * A walk through the states, nearest first, over one well-chosen character for
 * each class: letters before digits before the rest. Where characters are
 * UTF-16 units, a surrogate is only used with its other half, and only when
 * nothing can be found without.
 *
 * A program too large for this walk is walked by its instructions instead, as
 * if every assertion held; what that finds is tried before it is believed.
 */
#include "build/regex/regex.h"

#include "build/regex/regex_dfa.h"
#include "core/limits.h"
#include "core/utf8.h"

#define NOBODY UINT32_MAX
#define NO_CHARACTER (UINT32_MAX - 1) /* an edge that needs none */

/* An edge of the walk: the characters of a class, or of two in a row. */
struct step {
	uint32_t class, second; /* second is NOBODY for a single class */
	uint32_t c;
	unsigned rank; /* smaller is nicer */
};

#define RANK_PAIR 6

struct walk {
	struct tsr_regex_dfa dfa;
	struct step *steps;
	size_t count, cap;
	uint32_t *from, *by; /* of each state: the state and step before */
	struct tsr_arena *arena;
};

static unsigned
rank(uint32_t c, bool pair)
{
	if (pair)
		return RANK_PAIR;
	if (c >= 'a' && c <= 'z')
		return 0;
	if (c >= '0' && c <= '9')
		return 1;
	if (c >= 'A' && c <= 'Z')
		return 2;
	if (c >= ' ' && c < 0x7f)
		return 3;
	return c >= 0xa0 && c < 0xfff0 ? 4 : 5;
}

static void
add_step(struct walk *w, const uint32_t classes[2], uint32_t c)
{
	unsigned nice = rank(c, classes[1] != NOBODY);
	size_t i;

	for (i = 0; i < w->count; i++)
		if (w->steps[i].class == classes[0] &&
		    w->steps[i].second == classes[1])
			break;
	if (i == w->count) {
		w->steps = tsr_arena_grow(w->arena, w->steps, w->count, &w->cap,
		    sizeof(*w->steps));
		w->count++;
	} else if (w->steps[i].rank <= nice) {
		return;
	}
	w->steps[i].class = classes[0];
	w->steps[i].second = classes[1];
	w->steps[i].c = c;
	w->steps[i].rank = nice;
}

/* The first character of each class in [low, high]; NOBODY where none. */
static void
firsts(uint32_t out[256], const struct tsr_automaton *a, uint32_t low,
    uint32_t high)
{
	uint32_t i, first, last, class;

	for (i = 0; i < 256; i++)
		out[i] = NOBODY;
	for (i = 0; i < a->ranges; i++) {
		first = tsr_le32(a->range + 4 * (size_t)i);
		class = first >> 24;
		first &= 0xffffff;
		last = i + 1 == a->ranges ?
		    0x10ffff :
		    (tsr_le32(a->range + 4 * (size_t)i + 4) & 0xffffff) - 1;
		if (first < low)
			first = low;
		if (first <= last && first <= high && out[class] == NOBODY)
			out[class] = first;
	}
}

static void
add_range(struct walk *w, const struct tsr_automaton *a, uint32_t low,
    uint32_t high)
{
	uint32_t first[256], i;

	firsts(first, a, low, high);
	for (i = 0; i < 256; i++)
		if (first[i] != NOBODY)
			add_step(w, (uint32_t[2]){i, NOBODY}, first[i]);
}

static void
add_pairs(struct walk *w, const struct tsr_automaton *a)
{
	uint32_t high[256], low[256], i, j;

	firsts(high, a, 0xd800, 0xdbff);
	firsts(low, a, 0xdc00, 0xdfff);
	for (i = 0; i < 256; i++)
		for (j = 0; high[i] != NOBODY && j < 256; j++)
			if (low[j] != NOBODY)
				add_step(w, (uint32_t[2]){i, j},
				    0x10000 + ((high[i] & 0x3ff) << 10 |
						  (low[j] & 0x3ff)));
}

static void
make_steps(struct walk *w, const struct tsr_automaton *a)
{
	struct step swap;
	uint32_t c;
	size_t i, j;

	for (c = 0; c < 0x80; c++)
		add_step(w, (uint32_t[2]){a->bytes[c], NOBODY}, c);
	add_range(w, a, 0xa0, 0xd7ff);
	add_range(w, a, 0xe000, 0xffef);
	add_range(w, a, 0x80, 0x9f);
	add_range(w, a, 0xfff0, 0xffff);
	if (a->units)
		add_pairs(w, a);
	else
		add_range(w, a, 0x10000, 0x10ffff);
	for (i = 1; i < w->count; i++)
		for (j = i; j > 0 && w->steps[j].rank < w->steps[j - 1].rank;
		     j--) {
			swap = w->steps[j];
			w->steps[j] = w->steps[j - 1];
			w->steps[j - 1] = swap;
		}
}

static uint16_t
state_of(uint32_t entry, uint32_t width)
{
	if (entry == TSR_AUTOMATON_ACCEPT)
		return TSR_DFA_ACCEPT;
	if (entry < TSR_AUTOMATON_ROW)
		return TSR_DFA_DEAD;
	return (uint16_t)((entry - TSR_AUTOMATON_ROW) / width + TSR_DFA_FIRST);
}

static void
read_table(struct tsr_regex_dfa *d, const struct tsr_automaton *a,
    struct tsr_arena *arena)
{
	uint32_t width = a->classes + 2, s, c;
	const uint8_t *row;

	d->classes = a->classes;
	d->count = (a->count - (a->mask + 1 - width)) / width + TSR_DFA_FIRST;
	d->next = TSR_NEW_ARRAY(arena, uint16_t, d->count * a->classes);
	d->at_end = TSR_NEW_ARRAY(arena, bool, d->count);
	d->at_end[TSR_DFA_ACCEPT] = true;
	d->start = state_of(a->first, width);
	for (c = 0; c < a->classes; c++)
		d->next[a->classes + c] = TSR_DFA_ACCEPT;
	for (s = TSR_DFA_FIRST; s < d->count; s++) {
		row = a->body + 2 * (size_t)(s - TSR_DFA_FIRST) * width;
		for (c = 0; c < a->classes; c++)
			d->next[s * a->classes + c] =
			    state_of(tsr_le16(row + 2 * c), width);
		d->at_end[s] = tsr_le16(row + 2 * a->classes) != 0;
	}
}

static uint32_t
follow(const struct tsr_regex_dfa *d, uint32_t state, uint32_t class)
{
	return state >= d->count ? TSR_DFA_UNKNOWN :
				   d->next[state * d->classes + class];
}

/* The characters from the start to a state, as UTF-8. */
static struct tsr_span
spell(const struct walk *w, uint32_t state)
{
	uint8_t *out, one[4];
	uint32_t s;
	size_t n, at, i;

	for (n = 0, s = state; w->by[s] != NOBODY; s = w->from[s])
		n += 4;
	out = tsr_arena_alloc(w->arena, n);
	at = n;
	for (s = state; w->by[s] != NOBODY; s = w->from[s]) {
		if (w->by[s] == NO_CHARACTER)
			continue;
		i = tsr_utf8_put(one, w->steps[w->by[s]].c);
		at -= i;
		memcpy(out + at, one, i);
	}
	return tsr_span_of(out + at, n - at);
}

/* Visit states, nearest first, over the first `steps` steps. */
static void
visit(struct tsr_regex_sample *out, struct walk *w, size_t steps)
{
	uint32_t *queue = TSR_NEW_ARRAY(w->arena, uint32_t, w->dfa.count);
	uint32_t head, tail = 1, s, to;
	size_t i;

	w->from = TSR_NEW_ARRAY(w->arena, uint32_t, w->dfa.count);
	w->by = TSR_NEW_ARRAY(w->arena, uint32_t, w->dfa.count);
	memset(w->from, 0xff, w->dfa.count * sizeof(*w->from));
	w->by[w->dfa.start] = NOBODY;
	w->from[w->dfa.start] = w->dfa.start;
	queue[0] = w->dfa.start;
	for (head = 0; head < tail; head++) {
		s = queue[head];
		if (w->dfa.at_end[s] && !out->accepts) {
			out->accepts = true;
			out->in = spell(w, s);
		} else if (!w->dfa.at_end[s] && !out->rejects) {
			out->rejects = true;
			out->out = spell(w, s);
		}
		for (i = 0; i < steps; i++) {
			to = follow(&w->dfa, s, w->steps[i].class);
			if (w->steps[i].second != NOBODY)
				to = follow(&w->dfa, to, w->steps[i].second);
			if (to >= w->dfa.count || w->from[to] != NOBODY)
				continue;
			w->from[to] = s;
			w->by[to] = (uint32_t)i;
			queue[tail++] = to;
		}
	}
}

/* The nicest step over one character of the set; NOBODY if there is none. */
static uint32_t
step_in(const struct walk *w, const struct tsr_regex_program *g, uint32_t set)
{
	size_t i;

	for (i = 0; i < w->count && w->steps[i].rank < RANK_PAIR; i++)
		if (tsr_regex_program_has(g, set, w->steps[i].class))
			return (uint32_t)i;
	return NOBODY;
}

/* What a walk over instructions shares. */
struct trip {
	const struct tsr_regex_program *program;
	struct walk *walk;
	uint32_t *stack, *sets; /* in hand; waiting for a character */
	uint32_t depth, waiting;
};

static void
reach(struct trip *t, uint32_t to, uint32_t from, uint32_t by)
{
	if (t->walk->from[to] != NOBODY)
		return;
	t->walk->from[to] = from;
	t->walk->by[to] = by;
	t->stack[t->depth++] = to;
}

/* Go on to all that needs no character. The matching one, or NOBODY. */
static uint32_t
spread(struct trip *t)
{
	const struct tsr_regex_op *op;
	uint32_t i;

	t->waiting = 0;
	while (t->depth > 0) {
		i = t->stack[--t->depth];
		op = &t->program->ops[i];
		if (op->op == TSR_OP_MATCH)
			return i;
		if (op->op == TSR_OP_SET) {
			t->sets[t->waiting++] = i;
			continue;
		}
		reach(t, op->x, i, NO_CHARACTER);
		if (op->op == TSR_OP_SPLIT)
			reach(t, op->y, i, NO_CHARACTER);
	}
	return NOBODY;
}

/* The shortest way through the instructions to a match, as a string. */
static bool
visit_program(struct tsr_span *out, struct walk *w,
    const struct tsr_regex_program *g)
{
	struct trip t = {g, w, NULL, NULL, 0, 0};
	uint32_t i, by, found;

	t.stack = TSR_NEW_ARRAY(w->arena, uint32_t, g->count);
	t.sets = TSR_NEW_ARRAY(w->arena, uint32_t, g->count);
	w->from = TSR_NEW_ARRAY(w->arena, uint32_t, g->count);
	w->by = TSR_NEW_ARRAY(w->arena, uint32_t, g->count);
	memset(w->from, 0xff, g->count * sizeof(*w->from));
	reach(&t, 0, 0, NOBODY);
	while (t.depth > 0) {
		found = spread(&t);
		if (found != NOBODY) {
			*out = spell(w, found);
			return true;
		}
		for (i = 0; i < t.waiting; i++) {
			by = step_in(w, g, g->ops[t.sets[i]].y);
			if (by != NOBODY)
				reach(&t, g->ops[t.sets[i]].x, t.sets[i], by);
		}
	}
	return false;
}

/* How many steps are over one class: they come first. */
static size_t
single_steps(const struct walk *w)
{
	size_t i = 0;

	while (i < w->count && w->steps[i].rank < RANK_PAIR)
		i++;
	return i;
}

/* Walk the states, without pairs of surrogates first. */
static void
visit_states(struct tsr_regex_sample *out, struct walk *w)
{
	visit(out, w, single_steps(w));
	if (!out->accepts || !out->rejects)
		visit(out, w, w->count);
}

void
tsr_regex_sample(struct tsr_regex_sample *out, struct tsr_span automaton,
    struct tsr_arena *arena)
{
	struct tsr_regex_program program;
	struct tsr_automaton a;
	struct tsr_span found;
	struct tsr_arena scratch;
	struct walk w;

	memset(out, 0, sizeof(*out));
	if (tsr_automaton_check(automaton) != TSR_OK ||
	    tsr_automaton_open(&a, automaton) != TSR_OK)
		return;
	memset(&w, 0, sizeof(w));
	tsr_arena_init(&scratch);
	w.arena = &scratch;
	make_steps(&w, &a);
	out->complete = true;
	if (a.kind == TSR_AUTOMATON_TABLE) {
		read_table(&w.dfa, &a, &scratch);
	} else {
		tsr_regex_program_read(&program, &a, &scratch);
		out->complete = tsr_regex_dfa_make(&w.dfa, &program, &scratch);
	}
	visit_states(out, &w);
	if (!out->complete && !out->accepts &&
	    visit_program(&found, &w, &program) &&
	    tsr_automaton_match(automaton, found)) {
		out->accepts = true;
		out->in = found;
	}
	out->in = tsr_arena_dup(arena, out->in);
	out->out = tsr_arena_dup(arena, out->out);
	tsr_arena_free(&scratch);
}
