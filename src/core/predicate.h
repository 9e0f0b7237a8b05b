/*
 * predicate - one test of one attribute's value against constants.
 *
 * The meaning is the reference's (GrowthBook's JavaScript SDK) for any value;
 * only negations are not here: the diagram swaps the two targets of a node.
 */
#ifndef TSR_CORE_PREDICATE_H
#define TSR_CORE_PREDICATE_H

#include "core/table.h"
#include "core/value.h"

enum tsr_operator {
	TSR_OPERATOR_EXISTS, /* no operand */
	TSR_OPERATOR_EQ,     /* === one operand */
	/*
	 * One of the operands: ordered as tsr_predicate_order says, no two
	 * equal; those that are groups come last, and at most two.
	 */
	TSR_OPERATOR_IN,
	/*
	 * A bare value in a condition: coerced before it is compared. A string
	 * has a second operand: the number or null (none) whose text it is.
	 */
	TSR_OPERATOR_BARE,
	/*
	 * JavaScript's relations. One operand; a string has a second one, what
	 * ToNumber makes of it, or null for NaN.
	 */
	TSR_OPERATOR_LT,
	TSR_OPERATOR_LTE,
	TSR_OPERATOR_GT,
	TSR_OPERATOR_GTE,
	TSR_OPERATOR_REGEX,    /* number: of the automaton */
	TSR_OPERATOR_FRAGMENT, /* number: of the fragment set it names one of */
	TSR_OPERATOR_EXPRESSION, /* first operand: see expression.h */
	TSR_OPERATOR_COUNT
};

enum tsr_operand {
	TSR_OPERAND_NULL,
	TSR_OPERAND_BOOLEAN,
	TSR_OPERAND_NUMBER,
	TSR_OPERAND_STRING,
	TSR_OPERAND_GROUP, /* of IN: all texts or all numbers of a group */
	TSR_OPERAND_COUNT
};

/*
 * Whether the PRED record, which is no EXPRESSION, holds for a value that is
 * not UNREAD. References that point nowhere are as good as none: false.
 */
bool tsr_predicate_holds(const struct tsr_table *t, const uint8_t *predicate,
    const struct tsr_value *value);

/* Order of two strings by UTF-16 units, as JavaScript's < has it. */
int tsr_predicate_cmp(struct tsr_span a, struct tsr_span b);

/* Are the operands of a record in the order that IN needs? */
bool tsr_predicate_ordered(
    const struct tsr_table *t, const uint8_t *predicate);

/*
 * All that tsr_decision_verify asks of PRED record i, but for the code of an
 * EXPRESSION.
 */
enum tsr_err tsr_predicate_verify(const struct tsr_table *t, uint32_t i);

#endif
