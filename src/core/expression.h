/*
 * expression - one test of a value that may be an array or object.
 *
 * An expression is the operands of a predicate. The first is a string, the
 * code; the others are what it compares with. Code is u16 where it begins (a
 * target), u16 number of instructions, then the instructions, 20 bytes each:
 *
 *	 0  1  enum tsr_expression_op
 *	 1  1  flags
 *	 2  2  operand that is the path to the value tested; 0: itself
 *	 4  4  first operand
 *	 8  4  number of operands
 *	12  2  EACH: target where the test of an item begins
 *	14  2  target if it holds
 *	16  2  target if not
 *	18  2  0
 *
 * A target is the number of a LATER instruction, or one of the two answers.
 * EACH tests the items of an array one by one until one holds: what its body
 * answers is about the item, which paths there begin at. So every run ends.
 */
#ifndef TSR_CORE_EXPRESSION_H
#define TSR_CORE_EXPRESSION_H

#include "core/table.h"
#include "core/value.h"

#define TSR_EXPRESSION_HEAD 4
#define TSR_EXPRESSION_SIZE 20
#define TSR_EXPRESSION_TRUE 0xffffu
#define TSR_EXPRESSION_FALSE 0xfffeu

enum tsr_expression_flag {
	TSR_EXPRESSION_LENGTH = 1,  /* the length of the array at the path */
	TSR_EXPRESSION_NULLS = 2,   /* EACH: items that are null count, too */
	TSR_EXPRESSION_CASELESS = 4 /* the value is put into lower case */
};

enum tsr_expression_op {
	TSR_EXPRESSION_EXISTS,
	TSR_EXPRESSION_EQ,   /* these as enum tsr_operator has them */
	TSR_EXPRESSION_IN,   /* of an array: one of its items */
	TSR_EXPRESSION_BARE,
	TSR_EXPRESSION_LT,
	TSR_EXPRESSION_LTE,
	TSR_EXPRESSION_GT,
	TSR_EXPRESSION_GTE,
	TSR_EXPRESSION_JSON,  /* JSON.stringify gives this string */
	TSR_EXPRESSION_REGEX, /* a string: the automaton */
	TSR_EXPRESSION_TYPE,  /* a number: enum tsr_expression_type */
	TSR_EXPRESSION_VERSION_EQ, /* a string of versiontext.h */
	TSR_EXPRESSION_VERSION_LT,
	TSR_EXPRESSION_VERSION_LTE,
	TSR_EXPRESSION_VERSION_GT,
	TSR_EXPRESSION_VERSION_GTE,
	TSR_EXPRESSION_STARTS, /* a string; only strings start with it */
	TSR_EXPRESSION_ENDS,
	TSR_EXPRESSION_CONTAINS,
	TSR_EXPRESSION_BEFORE, /* a number: seconds since 1970 */
	TSR_EXPRESSION_AFTER,
	TSR_EXPRESSION_CIDR, /* strings of 17 bytes: address and bits */
	TSR_EXPRESSION_EACH,
	TSR_EXPRESSION_OP_COUNT
};

enum tsr_expression_type {
	TSR_EXPRESSION_NULL,
	TSR_EXPRESSION_BOOLEAN,
	TSR_EXPRESSION_NUMBER,
	TSR_EXPRESSION_STRING,
	TSR_EXPRESSION_ARRAY,
	TSR_EXPRESSION_OBJECT,
	TSR_EXPRESSION_TYPE_COUNT
};

/*
 * Whether the expression in operands [first, first + count) of VALU holds for
 * a value. Damaged code holds for nobody. Takes some 10 KB of stack.
 */
bool tsr_expression_holds(const struct tsr_table *t, uint32_t first,
    uint32_t count, const struct tsr_value *value);

/* The deep check; the operands themselves were looked at before. */
enum tsr_err tsr_expression_check(
    const struct tsr_table *t, uint32_t first, uint32_t count);

#endif
