/*
 * expression_check - the deep check of an expression's code.
 */
#include "core/expression.h"

#include "core/automaton.h"
#include "core/expression_inner.h"

static bool
target_ok(unsigned target, unsigned i, unsigned count)
{
	return target >= TSR_EXPRESSION_FALSE || (target > i && target < count);
}

/* Are operands [first, first + count) strings, or numbers? */
static bool
are(const struct tsr_expression *r, uint32_t first, uint32_t count,
    unsigned kind)
{
	uint32_t i;
	const uint8_t *p;

	for (i = 0; i < count; i++) {
		p = tsr_expression_operand(r, first + i);
		if (p == NULL || p[0] != kind)
			return false;
	}
	return true;
}

static bool
in_order(const struct tsr_expression *r, uint32_t first, uint32_t count)
{
	uint8_t record[TSR_PREDICATE_SIZE] = {TSR_OPERATOR_IN};

	tsr_put32(record + 8, r->first + first);
	tsr_put32(record + 12, count);
	return tsr_predicate_ordered(r->t, record);
}

static bool
operands_ok(const struct tsr_expression *r, const uint8_t *p)
{
	uint32_t first = tsr_le32(p + 4), count = tsr_le32(p + 8);

	if (first > r->count || count > r->count - first)
		return false;
	switch (p[0]) {
	case TSR_EXPRESSION_EXISTS:
	case TSR_EXPRESSION_EACH:
		return count == 0;
	case TSR_EXPRESSION_IN:
		return in_order(r, first, count);
	case TSR_EXPRESSION_TYPE:
	case TSR_EXPRESSION_BEFORE:
	case TSR_EXPRESSION_AFTER:
		return count == 1 && are(r, first, 1, TSR_OPERAND_NUMBER);
	case TSR_EXPRESSION_REGEX:
		return count == 1 && are(r, first, 1, TSR_OPERAND_STRING) &&
		    tsr_automaton_check(tsr_expression_string(r, first)) == TSR_OK;
	case TSR_EXPRESSION_CIDR:
		return are(r, first, count, TSR_OPERAND_STRING);
	case TSR_EXPRESSION_EQ:
		return count == 1 && !are(r, first, 1, TSR_OPERAND_GROUP);
	case TSR_EXPRESSION_BARE:
	case TSR_EXPRESSION_LT:
	case TSR_EXPRESSION_LTE:
	case TSR_EXPRESSION_GT:
	case TSR_EXPRESSION_GTE:
		return (count == 1 || count == 2) &&
		    !are(r, first, 1, TSR_OPERAND_GROUP) &&
		    !are(r, first + count - 1, 1, TSR_OPERAND_GROUP);
	default:
		return count == 1 && are(r, first, 1, TSR_OPERAND_STRING);
	}
}

enum tsr_err
tsr_expression_check(
    const struct tsr_table *t, uint32_t first, uint32_t count)
{
	struct tsr_expression r;
	const uint8_t *p;
	unsigned i, n;

	r.t = t;
	r.first = first;
	r.count = count;
	r.code = tsr_expression_string(&r, 0);
	if (r.code.n < TSR_EXPRESSION_HEAD)
		return TSR_SHORT;
	n = tsr_le16(r.code.p + 2);
	if (r.code.n != TSR_EXPRESSION_HEAD + (size_t)n * TSR_EXPRESSION_SIZE)
		return TSR_RANGE;
	if (tsr_le16(r.code.p) < TSR_EXPRESSION_FALSE &&
	    tsr_le16(r.code.p) >= n)
		return TSR_RANGE;
	for (i = 0; i < n; i++) {
		p = tsr_expression_instruction(&r, i);
		if (p[0] >= TSR_EXPRESSION_OP_COUNT ||
		    tsr_le16(p + 2) >= count ||
		    (tsr_le16(p + 2) != 0 &&
			!are(&r, tsr_le16(p + 2), 1, TSR_OPERAND_STRING)) ||
		    !target_ok(tsr_le16(p + 14), i, n) ||
		    !target_ok(tsr_le16(p + 16), i, n) ||
		    (p[0] == TSR_EXPRESSION_EACH &&
			!target_ok(tsr_le16(p + 12), i, n)) ||
		    !operands_ok(&r, p))
			return TSR_RANGE;
	}
	return TSR_OK;
}
