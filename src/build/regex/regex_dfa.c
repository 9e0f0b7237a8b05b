/*
 * regex_dfa - a program as a deterministic automaton.
 *
 * The subset construction. A state is the set of instructions that wait for a
 * character, or for knowing the next character: an assertion looks both ways,
 * what was before is known when a state is made (and kept in it as long as an
 * assertion waits), what comes after when it is left.
 */
#include "build/regex/regex_dfa.h"

#include "core/limits.h"

#define HASH_SIZE (TSR_REGEX_STATES_MAX * 4)

enum after {
	AFTER_UNKNOWN,
	AFTER_OTHER,
	AFTER_WORD,
	AFTER_END,
	AFTER_COUNT
};

struct state {
	uint16_t *list; /* instructions, ascending */
	uint32_t count;
	bool waits;	/* an assertion is among them */
	bool begin, word; /* what was before; false when nothing waits */
};

struct maker {
	const struct tsr_regex_program *program;
	struct tsr_regex_dfa *out;
	struct tsr_arena *arena;
	struct state *states;
	uint16_t hash[HASH_SIZE];
	uint32_t max;
	uint32_t work;
	/* The closure in hand. */
	bool begin, word, matched;
	enum after after;
	uint8_t seen[TSR_AUTOMATON_OPS_MAX / 8];
	uint16_t stack[TSR_AUTOMATON_OPS_MAX];
	uint16_t leaf[TSR_AUTOMATON_OPS_MAX];
	uint32_t leaves;
};

static void
begin_closure(struct maker *m, bool begin, bool word, enum after after)
{
	m->begin = begin;
	m->word = word;
	m->after = after;
	m->matched = false;
	m->leaves = 0;
	memset(m->seen, 0, (m->program->count + 7) / 8);
	m->work += m->program->count / 64;
}

static bool
holds(const struct maker *m, uint8_t assertion)
{
	switch (assertion) {
	case TSR_ASSERT_BEGIN:
		return m->begin;
	case TSR_ASSERT_END:
		return m->after == AFTER_END;
	case TSR_ASSERT_WORD:
		return m->word != (m->after == AFTER_WORD);
	default:
		return m->word == (m->after == AFTER_WORD);
	}
}

static void
push(struct maker *m, uint32_t *depth, uint32_t i)
{
	if (m->seen[i / 8] >> (i & 7) & 1)
		return;
	m->seen[i / 8] = (uint8_t)(m->seen[i / 8] | 1u << (i & 7));
	m->stack[(*depth)++] = (uint16_t)i;
}

static void
close_over(struct maker *m, uint32_t i)
{
	const struct tsr_regex_op *op;
	uint32_t depth = 0;

	push(m, &depth, i);
	while (depth > 0) {
		i = m->stack[--depth];
		op = &m->program->ops[i];
		m->work++;
		if (op->op == TSR_OP_MATCH) {
			m->matched = true;
		} else if (op->op == TSR_OP_SPLIT) {
			push(m, &depth, op->y);
			push(m, &depth, op->x);
		} else if (op->op == TSR_OP_SET ||
		    (m->after == AFTER_UNKNOWN &&
			op->assertion != TSR_ASSERT_BEGIN)) {
			m->leaf[m->leaves++] = (uint16_t)i;
		} else if (holds(m, op->assertion)) {
			push(m, &depth, op->x);
		}
	}
}

/* The leaves of the closure as a state without a place, ascending. */
static void
collect(struct maker *m, struct state *out)
{
	uint32_t i, n = 0;

	memset(m->seen, 0, (m->program->count + 7) / 8);
	for (i = 0; i < m->leaves; i++)
		m->seen[m->leaf[i] / 8] = (uint8_t)(m->seen[m->leaf[i] / 8] |
		    1u << (m->leaf[i] & 7));
	out->waits = false;
	for (i = 0; n < m->leaves; i++) {
		if (!(m->seen[i / 8] >> (i & 7) & 1))
			continue;
		m->leaf[n++] = (uint16_t)i;
		if (m->program->ops[i].op == TSR_OP_ASSERT)
			out->waits = true;
	}
	m->work += n;
	out->list = m->leaf;
	out->count = n;
	out->begin = out->waits && m->begin;
	out->word = out->waits && m->word;
}

static bool
same(const struct state *a, const struct state *b)
{
	return a->count == b->count && a->begin == b->begin &&
	    a->word == b->word &&
	    memcmp(a->list, b->list, a->count * sizeof(*a->list)) == 0;
}

/* The number of the closure's state, made if new. False: no room. */
static bool
intern(struct maker *m, uint16_t *out)
{
	struct state s;
	uint32_t h = 2166136261u, i;

	*out = m->matched ? TSR_DFA_ACCEPT : TSR_DFA_DEAD;
	if (m->matched || m->leaves == 0)
		return true;
	collect(m, &s);
	for (i = 0; i < s.count; i++) {
		h = (h ^ s.list[i]) * 0x85ebca6bu;
		h ^= h >> 16;
	}
	h = (h ^ (uint32_t)s.begin << 1 ^ s.word) % HASH_SIZE;
	for (; m->hash[h] != 0; h = (h + 1) % HASH_SIZE)
		if (same(&m->states[m->hash[h]], &s)) {
			*out = m->hash[h];
			return true;
		}
	if (m->out->count == m->max)
		return false;
	s.list = TSR_NEW_ARRAY(m->arena, uint16_t, s.count);
	memcpy(s.list, m->leaf, s.count * sizeof(*s.list));
	*out = m->hash[h] = (uint16_t)m->out->count++;
	m->states[*out] = s;
	return true;
}

/* What a state is once the next character is known: its leaves are left. */
static void
resolve(struct maker *m, const struct state *s, enum after after)
{
	uint32_t i;

	begin_closure(m, s->begin, s->word, after);
	for (i = 0; i < s->count; i++)
		close_over(m, s->list[i]);
}

/* The edges of a state for all classes that are followed alike. */
static bool
edges(struct maker *m, uint32_t from, enum after after)
{
	const struct tsr_regex_program *g = m->program;
	const struct state *s = &m->states[from];
	uint16_t *leaf = s->list, *next = m->out->next + from * g->classes;
	uint32_t count = s->count, class, i;
	bool word = after == AFTER_WORD, matched = false;

	if (s->waits) {
		resolve(m, s, after);
		matched = m->matched;
		count = m->leaves;
		leaf = TSR_NEW_ARRAY(m->arena, uint16_t, count);
		memcpy(leaf, m->leaf, count * sizeof(*leaf));
	}
	for (class = 0; class < g->classes; class++) {
		if (tsr_regex_program_has(g, 0, class) != word)
			continue;
		begin_closure(m, false, word, AFTER_UNKNOWN);
		m->matched = matched;
		m->work += count;
		for (i = 0; !matched && i < count; i++)
			if (tsr_regex_program_has(
				g, g->ops[leaf[i]].y, class))
				close_over(m, g->ops[leaf[i]].x);
		if (!matched)
			close_over(m, 0);
		if (m->work > TSR_REGEX_WORK_MAX || !intern(m, &next[class]))
			return false;
	}
	return true;
}

static void
prepare(struct maker *m, struct tsr_regex_dfa *out)
{
	size_t n;

	m->max = TSR_AUTOMATON_TABLE_MAX / (m->program->classes + 2);
	if (m->max > TSR_REGEX_STATES_MAX)
		m->max = TSR_REGEX_STATES_MAX;
	n = (size_t)m->max * m->program->classes;
	m->states = TSR_NEW_ARRAY(m->arena, struct state, m->max);
	m->out = out;
	out->classes = m->program->classes;
	out->next = TSR_NEW_ARRAY(m->arena, uint16_t, n);
	memset(out->next, 0xff, n * sizeof(*out->next));
	out->at_end = TSR_NEW_ARRAY(m->arena, bool, m->max);
	for (n = 0; n < out->classes; n++) {
		out->next[n] = TSR_DFA_DEAD;
		out->next[out->classes + n] = TSR_DFA_ACCEPT;
	}
	out->at_end[TSR_DFA_ACCEPT] = true;
	out->count = TSR_DFA_FIRST;
}

bool
tsr_regex_dfa_make(struct tsr_regex_dfa *out,
    const struct tsr_regex_program *program, struct tsr_arena *arena)
{
	struct maker *m = TSR_NEW(arena, struct maker);
	uint16_t start;
	uint32_t i;

	m->program = program;
	m->arena = arena;
	prepare(m, out);
	begin_closure(m, true, false, AFTER_UNKNOWN);
	close_over(m, 0);
	if (!intern(m, &start))
		return false;
	out->start = start;
	for (i = TSR_DFA_FIRST; i < out->count; i++) {
		resolve(m, &m->states[i], AFTER_END);
		out->at_end[i] = m->matched;
		if (!edges(m, i, AFTER_OTHER) || !edges(m, i, AFTER_WORD))
			return false;
	}
	return true;
}
