/*
 * regex - ECMAScript regular expressions, compiled to automata.
 *
 * pattern -> tree -> program over classes -> smallest table -> bytes. A table
 * that would be too large is left and the program itself is written.
 */
#include "build/regex/regex.h"

#include "base/buf.h"
#include "build/regex/regex_dfa.h"
#include "core/limits.h"

#define BYTES_MAX (16 * 1024 * 1024)

static void
write_head(struct tsr_buf *buf, const struct tsr_regex_program *g,
    enum tsr_automaton_kind kind, const uint32_t counts[2])
{
	uint32_t i;

	tsr_buf_byte(buf, (uint8_t)kind);
	tsr_buf_byte(buf, g->units);
	tsr_buf_le16(buf, (uint16_t)g->classes);
	tsr_buf_le32(buf, g->run_count);
	tsr_buf_le32(buf, counts[0]);
	tsr_buf_le32(buf, counts[1]);
	tsr_buf_add(buf, tsr_span_of(g->ascii, 128));
	tsr_buf_fill(buf, (uint8_t)(g->classes + 1), 128);
	for (i = 0; i < g->run_count; i++)
		tsr_buf_le32(buf, g->runs[i].first | g->runs[i].class << 24);
}

/* The entry that leads to a state. */
static uint32_t
entry(uint32_t state, uint32_t width)
{
	if (state < TSR_DFA_FIRST)
		return state == TSR_DFA_ACCEPT ? TSR_AUTOMATON_ACCEPT :
						 TSR_AUTOMATON_DEAD;
	return (state - TSR_DFA_FIRST) * width + TSR_AUTOMATON_ROW;
}

/* False when it would be too large: nothing is then written. */
static bool
write_table(struct tsr_buf *buf, const struct tsr_regex_program *g,
    const struct tsr_regex_dfa *d)
{
	uint32_t width = g->classes + 2, mask = width - 1, counts[2], s, c;
	uint32_t rows = d->count - TSR_DFA_FIRST;
	size_t before;

	mask |= mask >> 1;
	mask |= mask >> 2;
	mask |= mask >> 4;
	counts[0] = (rows == 0 ? 1 : rows) * width + mask + 1 - width;
	counts[1] = entry(d->start, width);
	if (counts[0] > TSR_AUTOMATON_TABLE_MAX)
		return false;
	write_head(buf, g, TSR_AUTOMATON_TABLE, counts);
	before = buf->n;
	for (s = TSR_DFA_FIRST; s < d->count; s++) {
		for (c = 0; c < g->classes; c++)
			tsr_buf_le16(buf, (uint16_t)entry(
			    d->next[(size_t)s * g->classes + c], width));
		tsr_buf_le16(buf, d->at_end[s]);
		tsr_buf_le16(buf, TSR_AUTOMATON_DECODE);
	}
	if (rows == 0) {
		tsr_buf_fill(buf, 0, 2 * (size_t)(width - 1));
		tsr_buf_le16(buf, TSR_AUTOMATON_DECODE);
	}
	tsr_buf_fill(buf, 0, 2 * (size_t)counts[0] - (buf->n - before));
	return true;
}

static void
write_program(struct tsr_buf *buf, const struct tsr_regex_program *g)
{
	uint32_t counts[2] = {g->count, g->sets}, i;

	write_head(buf, g, TSR_AUTOMATON_PROGRAM, counts);
	for (i = 0; i < g->count; i++) {
		tsr_buf_byte(buf, g->ops[i].op);
		tsr_buf_byte(buf, g->ops[i].assertion);
		tsr_buf_le16(buf, g->ops[i].x);
		tsr_buf_le16(buf, g->ops[i].y);
	}
	tsr_buf_add(buf, tsr_span_of(g->bits, (size_t)g->sets * g->set_size));
}

static bool
compile(struct tsr_buf *buf, struct tsr_regex_error *err,
    struct tsr_span pattern, unsigned flags, struct tsr_arena *scratch)
{
	struct tsr_regex_node *root;
	struct tsr_regex_program program;
	struct tsr_regex_dfa dfa, least;

	err->off = 0;
	err->len = (uint32_t)pattern.n;
	if (pattern.n > TSR_REGEX_PATTERN_MAX) {
		err->fault = TSR_REGEX_TOO_LARGE;
		err->off = TSR_REGEX_PATTERN_MAX;
		err->len = (uint32_t)(pattern.n - TSR_REGEX_PATTERN_MAX);
		err->text = "the pattern is too long";
		err->hint = NULL;
		return false;
	}
	root = tsr_regex_parse(err, pattern, flags, scratch);
	if (root == NULL ||
	    !tsr_regex_program_make(&program, err, root, flags, scratch))
		return false;
	if (!(flags & TSR_REGEX_NO_TABLE) &&
	    tsr_regex_dfa_make(&dfa, &program, scratch)) {
		tsr_regex_dfa_minimise(&least, &dfa, scratch);
		if (write_table(buf, &program, &least))
			return true;
	}
	write_program(buf, &program);
	return true;
}

bool
tsr_regex_compile(struct tsr_span *automaton, struct tsr_regex_error *err,
    struct tsr_span pattern, unsigned flags, struct tsr_arena *arena)
{
	struct tsr_arena scratch;
	struct tsr_buf buf;
	bool ok;

	tsr_arena_init(&scratch);
	tsr_buf_init(&buf, BYTES_MAX);
	ok = compile(&buf, err, pattern, flags, &scratch);
	if (ok)
		*automaton = tsr_arena_dup(arena, tsr_buf_view(&buf));
	tsr_buf_free(&buf);
	tsr_arena_free(&scratch);
	return ok;
}
