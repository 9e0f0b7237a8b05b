/*
 * regex_program - a pattern's tree as instructions over classes of characters.
 *
 * Thompson's construction, from the end of the pattern to its beginning, so
 * that every part knows what follows it.
 */
#include "build/regex/regex_program.h"

#include "build/regex/regex_classes.h"
#include "build/regex/regex_unicode.h"
#include "core/limits.h"

struct maker {
	struct tsr_regex_program *out;
	struct tsr_regex_set *sets;
	size_t count, cap;
	bool words; /* there is a \b or \B */
	struct tsr_arena *arena;
};

static uint16_t emit(struct maker *m, const struct tsr_regex_node *n, uint16_t next);

static uint16_t
add_op(struct maker *m, enum tsr_automaton_op op, uint16_t x, uint16_t y)
{
	struct tsr_regex_op *o = &m->out->ops[m->out->count];

	o->op = (uint8_t)op;
	o->assertion = 0;
	o->x = x;
	o->y = y;
	return (uint16_t)m->out->count++;
}

/* The number of a set; the same set has one number. */
static uint16_t
add_set(struct maker *m, const struct tsr_regex_set *set)
{
	size_t i;

	for (i = 1; i < m->count; i++)
		if (tsr_regex_set_eq(&m->sets[i], set))
			return (uint16_t)i;
	m->sets = tsr_arena_grow(
	    m->arena, m->sets, m->count, &m->cap, sizeof(*m->sets));
	m->sets[m->count] = *set;
	return (uint16_t)m->count++;
}

static uint16_t
emit_sequence(struct maker *m, const struct tsr_regex_node *n, uint16_t next)
{
	const struct tsr_regex_node **list, *child;
	size_t count = 0;

	for (child = n->first; child != NULL; child = child->next)
		count++;
	list = TSR_NEW_ARRAY(m->arena, const struct tsr_regex_node *, count);
	count = 0;
	for (child = n->first; child != NULL; child = child->next)
		list[count++] = child;
	while (count > 0)
		next = emit(m, list[--count], next);
	return next;
}

static uint16_t
emit_choice(struct maker *m, const struct tsr_regex_node *n, uint16_t next)
{
	const struct tsr_regex_node *child = n->first;
	uint16_t entry = emit(m, child, next), other;

	for (child = child->next; child != NULL; child = child->next) {
		other = emit(m, child, next);
		entry = add_op(m, TSR_OP_SPLIT, entry, other);
	}
	return entry;
}

static uint16_t
emit_repeat(struct maker *m, const struct tsr_regex_node *n, uint16_t next)
{
	uint16_t entry = next, loop, body;
	uint32_t i = 0;

	if (n->max == TSR_REGEX_INFINITY) {
		loop = add_op(m, TSR_OP_SPLIT, 0, next);
		body = emit(m, n->first, loop);
		m->out->ops[loop].x = body;
		entry = n->min == 0 ? loop : body;
		i = 1;
	} else {
		for (; i < n->max - n->min; i++) {
			body = emit(m, n->first, entry);
			entry = add_op(m, TSR_OP_SPLIT, body, next);
		}
		i = 0;
	}
	for (; i < n->min; i++)
		entry = emit(m, n->first, entry);
	return entry;
}

static uint16_t
emit(struct maker *m, const struct tsr_regex_node *n, uint16_t next)
{
	uint16_t i;

	switch (n->kind) {
	case TSR_REGEX_SET:
		return add_op(m, TSR_OP_SET, next, add_set(m, &n->set));
	case TSR_REGEX_ASSERT:
		i = add_op(m, TSR_OP_ASSERT, next, 0);
		m->out->ops[i].assertion = n->assertion;
		m->words = m->words || n->assertion == TSR_ASSERT_WORD ||
		    n->assertion == TSR_ASSERT_NOT_WORD;
		return i;
	case TSR_REGEX_SEQUENCE:
		return emit_sequence(m, n, next);
	case TSR_REGEX_CHOICE:
		return emit_choice(m, n, next);
	case TSR_REGEX_REPEAT:
		return emit_repeat(m, n, next);
	default:
		return next;
	}
}

bool
tsr_regex_program_make(struct tsr_regex_program *out,
    struct tsr_regex_error *err, const struct tsr_regex_node *root,
    unsigned flags, struct tsr_arena *arena)
{
	struct maker m = {out, NULL, 0, 0, false, arena};
	struct tsr_regex_set word;
	uint16_t entry;

	memset(out, 0, sizeof(*out));
	out->units = (flags & TSR_REGEX_UNICODE) == 0;
	out->ops = TSR_NEW_ARRAY(
	    arena, struct tsr_regex_op, (size_t)root->size + 2);
	tsr_regex_set_init(&word, arena);
	m.sets = tsr_arena_grow(arena, NULL, 0, &m.cap, sizeof(*m.sets));
	m.count = 1;
	add_op(&m, TSR_OP_SPLIT, 0, 0);
	entry = emit(&m, root, add_op(&m, TSR_OP_MATCH, 0, 0));
	out->ops[0].x = out->ops[0].y = entry;
	if (m.words) {
		tsr_regex_set_escape(&word, 'w');
		tsr_regex_set_tidy(&word);
		if (flags & TSR_REGEX_UNICODE && flags & TSR_REGEX_IGNORE_CASE)
			tsr_regex_set_fold(&word, true);
	}
	m.sets[0] = word;
	if (tsr_regex_classes_make(out, m.sets, m.count, arena))
		return true;
	err->fault = TSR_REGEX_TOO_LARGE;
	err->text = "the pattern tells too many characters apart";
	err->hint = "use classes such as \\p{L} instead of lists of letters";
	return false;
}

void
tsr_regex_program_read(struct tsr_regex_program *out,
    const struct tsr_automaton *a, struct tsr_arena *arena)
{
	const uint8_t *p = a->body;
	uint32_t i;

	memset(out, 0, sizeof(*out));
	out->units = a->units;
	out->ops = TSR_NEW_ARRAY(arena, struct tsr_regex_op, a->count);
	out->count = a->count;
	out->classes = a->classes;
	out->bits = TSR_NEW_ARRAY(arena, uint8_t, a->sets * a->set_size);
	memcpy(out->bits, a->set, (size_t)a->sets * a->set_size);
	out->sets = a->sets;
	out->set_size = a->set_size;
	for (i = 0; i < a->count; i++, p += TSR_AUTOMATON_OP) {
		out->ops[i].op = p[0];
		out->ops[i].assertion = p[1];
		out->ops[i].x = tsr_le16(p + 2);
		out->ops[i].y = tsr_le16(p + 4);
	}
}

bool
tsr_regex_program_has(
    const struct tsr_regex_program *program, uint32_t set, uint32_t class)
{
	return program->bits[set * program->set_size + class / 8] >>
	    (class & 7) & 1;
}
