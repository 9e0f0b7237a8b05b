/*
 * automaton_check - is every byte of an automaton as the compiler writes it?
 *
 * Takes hostile bytes. tsr_automaton_match is safe without this; a release
 * that passes it also answers as it was compiled.
 */
#include "core/automaton.h"

static enum tsr_err
check_classes(const struct tsr_automaton *a)
{
	uint32_t i, v, before = 0;

	for (i = 0; i < 256; i++)
		if (i < 0x80 ? a->bytes[i] >= a->classes :
			       a->bytes[i] != a->classes + 1)
			return TSR_RANGE;
	for (i = 0; i < a->ranges; i++) {
		v = tsr_le32(a->range + 4 * (size_t)i);
		if (v >> 24 >= a->classes ||
		    (v & 0xffffff) > (a->units ? 0xffffu : 0x10ffffu))
			return TSR_RANGE;
		v &= 0xffffff;
		if (i == 0 ? v != 0x80 : v <= before)
			return TSR_ORDER;
		before = v;
	}
	return TSR_OK;
}

/* Is v an entry that a column of a class may have? */
static bool
is_target(uint32_t v, uint32_t width, uint32_t rows)
{
	if (v < TSR_AUTOMATON_ROW)
		return v != TSR_AUTOMATON_DECODE;
	v -= TSR_AUTOMATON_ROW;
	return v % width == 0 && v / width < rows;
}

static enum tsr_err
check_table(const struct tsr_automaton *a)
{
	uint32_t width = a->classes + 2, pad = a->mask + 1 - width;
	uint32_t rows = (a->count - pad) / width, i, v, column;

	if (rows == 0 || rows * width + pad != a->count)
		return TSR_RANGE;
	if (!is_target(a->first, width, rows))
		return TSR_RANGE;
	for (i = 0; i < a->count; i++) {
		v = tsr_le16(a->body + 2 * (size_t)i);
		column = i % width;
		if (i >= rows * width) {
			if (v != 0)
				return TSR_SYNTAX;
		} else if (column < a->classes) {
			if (!is_target(v, width, rows))
				return TSR_RANGE;
		} else if (column == a->classes) {
			if (v > TSR_AUTOMATON_ACCEPT)
				return TSR_RANGE;
		} else if (v != TSR_AUTOMATON_DECODE) {
			return TSR_RANGE;
		}
	}
	return TSR_OK;
}

static enum tsr_err
check_program(const struct tsr_automaton *a)
{
	const uint8_t *op = a->body;
	uint32_t i, x, y;

	for (i = 0; i < a->count; i++, op += TSR_AUTOMATON_OP) {
		x = tsr_le16(op + 2);
		y = tsr_le16(op + 4);
		if (op[0] >= TSR_OP_COUNT || x >= a->count)
			return TSR_RANGE;
		if (op[0] == TSR_OP_ASSERT ? op[1] >= TSR_ASSERT_COUNT :
					     op[1] != 0)
			return TSR_RANGE;
		if (op[0] == TSR_OP_SET ? y >= a->sets :
		    op[0] == TSR_OP_SPLIT ? y >= a->count : y != 0)
			return TSR_RANGE;
	}
	return TSR_OK;
}

enum tsr_err
tsr_automaton_check(struct tsr_span automaton)
{
	struct tsr_automaton a;
	enum tsr_err err = tsr_automaton_open(&a, automaton);

	if (err == TSR_OK)
		err = check_classes(&a);
	if (err != TSR_OK)
		return err;
	return a.kind == TSR_AUTOMATON_TABLE ? check_table(&a) :
					       check_program(&a);
}
