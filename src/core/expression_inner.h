/*
 * expression_inner - what running and checking an expression share.
 */
#ifndef TSR_CORE_EXPRESSION_INNER_H
#define TSR_CORE_EXPRESSION_INNER_H

#include "core/expression.h"
#include "core/predicate.h"

/* The operands [first, first + count) of VALU; the first one is the code. */
struct tsr_expression {
	const struct tsr_table *t;
	uint32_t first, count;
	struct tsr_span code;
};

static inline const uint8_t *
tsr_expression_operand(const struct tsr_expression *r, uint32_t i)
{
	if (i >= r->count || i > UINT32_MAX - r->first)
		return NULL;
	return tsr_table_record(
	    r->t, TSR_SECTION_VALU, r->first + i, TSR_OPERAND_SIZE);
}

static inline struct tsr_span
tsr_expression_string(const struct tsr_expression *r, uint32_t i)
{
	const uint8_t *p = tsr_expression_operand(r, i);

	if (p == NULL || p[0] != TSR_OPERAND_STRING)
		return tsr_span_of(NULL, 0);
	return tsr_table_text(r->t, p + 8);
}

/* Instruction number i, or NULL. */
static inline const uint8_t *
tsr_expression_instruction(const struct tsr_expression *r, unsigned i)
{
	size_t at = TSR_EXPRESSION_HEAD + (size_t)i * TSR_EXPRESSION_SIZE;

	if (at > r->code.n || r->code.n - at < TSR_EXPRESSION_SIZE)
		return NULL;
	return r->code.p + at;
}

#endif
