/*
 * automaton - a compiled regular expression, run over bytes in linear time.
 *
 * This file opens an automaton, decodes characters, and runs the table and the
 * program. automaton_check.c has the deep check.
 */
#include "core/automaton.h"

#include "core/limits.h"

enum tsr_err
tsr_automaton_open(struct tsr_automaton *out, struct tsr_span s)
{
	uint64_t size = TSR_AUTOMATON_RANGES;
	uint32_t m;

	if (s.n < TSR_AUTOMATON_RANGES)
		return TSR_SHORT;
	if ((s.p[0] != TSR_AUTOMATON_TABLE && s.p[0] != TSR_AUTOMATON_PROGRAM) ||
	    s.p[1] > 1)
		return TSR_SYNTAX;
	out->kind = (enum tsr_automaton_kind)s.p[0];
	out->units = s.p[1] == 1;
	out->classes = tsr_le16(s.p + 2);
	out->ranges = tsr_le32(s.p + 4);
	out->count = tsr_le32(s.p + 8);
	out->first = tsr_le32(s.p + 12);
	if (out->classes == 0 || out->classes > TSR_REGEX_CLASSES_MAX ||
	    out->ranges == 0)
		return TSR_SYNTAX;
	m = out->classes + 1;
	m |= m >> 1;
	m |= m >> 2;
	m |= m >> 4;
	out->mask = m;
	out->bytes = s.p + TSR_AUTOMATON_BYTES;
	out->range = s.p + TSR_AUTOMATON_RANGES;
	out->sets = out->set_size = 0;
	size += (uint64_t)out->ranges * 4;
	if (size > s.n)
		return TSR_SHORT;
	out->body = s.p + size;
	if (out->kind == TSR_AUTOMATON_TABLE) {
		size += (uint64_t)out->count * 2;
		out->set = NULL;
		if (out->count <= m)
			return TSR_SYNTAX;
		if (out->count > TSR_AUTOMATON_TABLE_MAX)
			return TSR_LONG;
	} else {
		size += (uint64_t)out->count * TSR_AUTOMATON_OP;
		if (out->count == 0 || out->first == 0)
			return TSR_SYNTAX;
		if (out->count > TSR_AUTOMATON_OPS_MAX)
			return TSR_LONG;
		if (size > s.n)
			return TSR_SHORT;
		out->set = s.p + size;
		out->sets = out->first;
		out->first = 0;
		out->set_size = (out->classes + 7) / 8;
		size += (uint64_t)out->sets * out->set_size;
	}
	return size > s.n ? TSR_SHORT : size < s.n ? TSR_LONG : TSR_OK;
}

uint32_t
tsr_automaton_decode(size_t *taken, const uint8_t *p, const uint8_t *end)
{
	uint32_t c = p[0];
	uint8_t low = 0x80, high = 0xbf;
	size_t need, i;

	*taken = 1;
	if (c < 0x80)
		return c;
	if (c >= 0xc2 && c <= 0xdf) {
		need = 1;
		c &= 0x1f;
	} else if (c >= 0xe0 && c <= 0xef) {
		need = 2;
		low = c == 0xe0 ? 0xa0 : 0x80;
		c &= 0x0f;
	} else if (c >= 0xf0 && c <= 0xf4) {
		need = 3;
		low = c == 0xf0 ? 0x90 : 0x80;
		high = c == 0xf4 ? 0x8f : 0xbf;
		c &= 0x07;
	} else {
		return 0xfffd;
	}
	for (i = 1; i <= need; i++) {
		if (i == (size_t)(end - p) || p[i] < low || p[i] > high)
			return 0xfffd;
		c = c << 6 | (p[i] & 0x3fu);
		*taken = i + 1;
		low = 0x80;
		high = 0xbf;
	}
	return c;
}

uint32_t
tsr_automaton_class(const struct tsr_automaton *a, uint32_t c)
{
	uint32_t low = 0, high = a->ranges, mid;

	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if ((tsr_le32(a->range + 4 * (size_t)mid) & 0xffffff) <= c)
			low = mid;
		else
			high = mid;
	}
	return tsr_le32(a->range + 4 * (size_t)low) >> 24;
}

/* High and low surrogate of a code point above the first plane. */
static uint32_t
high_unit(uint32_t c)
{
	return 0xd800 + ((c - 0x10000) >> 10);
}

static uint32_t
low_unit(uint32_t c)
{
	return 0xdc00 + (c & 0x3ff);
}

/*
 * The entry for this class in the row, less TSR_AUTOMATON_ROW: one comparison
 * then tells a row that may be indexed from everything else, because the
 * special entries wrap to huge numbers.
 */
static inline size_t
step(const uint8_t *table, size_t row, size_t class)
{
	return (size_t)tsr_le16(table + 2 * (row + class)) - TSR_AUTOMATON_ROW;
}

/* The step over the character at *p, which is not ASCII; *p moves past it. */
static size_t
step_over(const struct tsr_automaton *a, size_t row, const uint8_t **p,
    const uint8_t *end)
{
	size_t taken;
	uint32_t c = tsr_automaton_decode(&taken, *p, end);

	*p += taken;
	if (a->units && c > 0xffff) {
		row = step(a->body, row,
		    tsr_automaton_class(a, high_unit(c)) & a->mask);
		if (row > a->count - a->mask - 1)
			return row;
		c = low_unit(c);
	}
	return step(a->body, row, tsr_automaton_class(a, c) & a->mask);
}

static bool
run_table(const struct tsr_automaton *a, struct tsr_span subject)
{
	const uint8_t *const bytes = a->bytes, *const table = a->body;
	const uint8_t *p = subject.p, *end = subject.p + subject.n;
	const size_t last = a->count - a->mask - 1, mask = a->mask;
	size_t row = (size_t)a->first - TSR_AUTOMATON_ROW, next;

	if (row > last)
		return a->first == TSR_AUTOMATON_ACCEPT;
	for (;;) {
		for (;; p++) {
			if (p == end)
				return step(table, row, a->classes) +
				    TSR_AUTOMATON_ROW == TSR_AUTOMATON_ACCEPT;
			next = step(table, row, bytes[*p] & mask);
			if (next > last)
				break;
			row = next;
		}
		if (next + TSR_AUTOMATON_ROW == TSR_AUTOMATON_DECODE)
			next = step_over(a, row, &p, end);
		if (next > last)
			return next + TSR_AUTOMATON_ROW == TSR_AUTOMATON_ACCEPT;
		row = next;
	}
}

/* Where a program's run stands: between two characters. */
struct run {
	const struct tsr_automaton *a;
	const uint8_t *p, *end;
	uint32_t low;	     /* the second unit of a character, or 0 */
	uint32_t class;	     /* of the next character; classes at the end */
	bool begin;	     /* no character before */
	bool word_before, word_after;
	uint32_t targets, leaves; /* how many in target[] and leaf[] */
	uint16_t target[TSR_AUTOMATON_OPS_MAX];
	uint16_t leaf[TSR_AUTOMATON_OPS_MAX];
	uint16_t stack[TSR_AUTOMATON_OPS_MAX];
	uint8_t seen[TSR_AUTOMATON_OPS_MAX / 8];
};

static bool
in_set(const struct tsr_automaton *a, uint32_t set, uint32_t class)
{
	if (set >= a->sets || class >= a->classes)
		return false;
	return a->set[(size_t)set * a->set_size + class / 8] >> (class & 7) & 1;
}

/* Look at the next character. False at the end. */
static bool
look(struct run *r)
{
	uint32_t c = r->low;
	size_t taken;

	r->low = 0;
	r->word_before = r->word_after;
	if (c == 0) {
		if (r->p == r->end) {
			r->class = r->a->classes;
			r->word_after = false;
			return false;
		}
		c = tsr_automaton_decode(&taken, r->p, r->end);
		r->p += taken;
		if (r->a->units && c > 0xffff) {
			r->low = low_unit(c);
			c = high_unit(c);
		}
	}
	r->class = c < 0x80 ? r->a->bytes[c] : tsr_automaton_class(r->a, c);
	r->word_after = in_set(r->a, 0, r->class);
	return true;
}

static bool
holds(const struct run *r, uint8_t assertion)
{
	switch (assertion) {
	case TSR_ASSERT_BEGIN:
		return r->begin;
	case TSR_ASSERT_END:
		return r->class == r->a->classes;
	case TSR_ASSERT_WORD:
		return r->word_before != r->word_after;
	case TSR_ASSERT_NOT_WORD:
		return r->word_before == r->word_after;
	default:
		return false;
	}
}

/* Put an instruction on the stack unless it was there at this place. */
static void
push(struct run *r, uint32_t *depth, uint32_t i)
{
	if (i >= r->a->count || (r->seen[i / 8] >> (i & 7) & 1))
		return;
	r->seen[i / 8] = (uint8_t)(r->seen[i / 8] | 1u << (i & 7));
	r->stack[(*depth)++] = (uint16_t)i;
}

/* All that is reachable from i without a character. True when it matched. */
static bool
close_over(struct run *r, uint32_t i)
{
	const uint8_t *op;
	uint32_t depth = 0;

	push(r, &depth, i);
	while (depth > 0) {
		i = r->stack[--depth];
		op = r->a->body + (size_t)i * TSR_AUTOMATON_OP;
		switch (op[0]) {
		case TSR_OP_MATCH:
			return true;
		case TSR_OP_SET:
			r->leaf[r->leaves++] = (uint16_t)i;
			break;
		case TSR_OP_SPLIT:
			push(r, &depth, tsr_le16(op + 4));
			push(r, &depth, tsr_le16(op + 2));
			break;
		case TSR_OP_ASSERT:
			if (holds(r, op[1]))
				push(r, &depth, tsr_le16(op + 2));
			break;
		}
	}
	return false;
}

static bool
run_program(const struct tsr_automaton *a, struct tsr_span subject)
{
	struct run r;
	const uint8_t *op;
	uint32_t i;
	bool more;

	r.a = a;
	r.p = subject.p;
	r.end = subject.p + subject.n;
	r.low = 0;
	r.begin = true;
	r.word_after = false;
	r.targets = 0;
	do {
		more = look(&r);
		memset(r.seen, 0, (a->count + 7) / 8);
		r.leaves = 0;
		for (i = 0; i < r.targets; i++)
			if (close_over(&r, r.target[i]))
				return true;
		if (close_over(&r, 0))
			return true;
		r.targets = 0;
		for (i = 0; i < r.leaves; i++) {
			op = a->body + (size_t)r.leaf[i] * TSR_AUTOMATON_OP;
			if (in_set(a, tsr_le16(op + 4), r.class))
				r.target[r.targets++] = tsr_le16(op + 2);
		}
		r.begin = false;
	} while (more);
	return false;
}

bool
tsr_automaton_match(struct tsr_span automaton, struct tsr_span subject)
{
	struct tsr_automaton a;

	if (tsr_automaton_open(&a, automaton) != TSR_OK)
		return false;
	/* An empty subject may have no address; adding to none is undefined. */
	if (subject.n == 0)
		subject.p = automaton.p;
	if (a.kind == TSR_AUTOMATON_TABLE)
		return run_table(&a, subject);
	return run_program(&a, subject);
}
