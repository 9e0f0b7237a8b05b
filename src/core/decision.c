/*
 * decision - the deep check of the decision table's sections.
 *
 * Each node says how long its longest path is and how large its outcomes can
 * become; both are checked against its targets, which have larger numbers. So
 * one pass proves what a walk over all paths would.
 */
#include "core/decision.h"

#include "core/automaton.h"
#include "core/experiment.h"
#include "core/expression.h"
#include "core/predicate.h"

static bool
attribute_ok(const struct tsr_table *t, const uint8_t *a)
{
	return tsr_table_text_ok(t, a) && tsr_table_text_ok(t, a + 8) && a[16] < TSR_TYPE_COUNT &&
	    a[17] < TSR_SOURCE_COUNT && a[18] < TSR_PURPOSE_COUNT &&
	    a[19] < TSR_TIER_COUNT && tsr_le32(a + 24) <= TSR_TEXT_MAX &&
	    tsr_table_text_ok(t, a + 28);
}

/*
 * A target of node from (UINT32_MAX: a decision's root) fits what its holder
 * says: a path of at most length steps, outcomes below outcomes.
 */
static bool
target_ok(const struct tsr_table *t, uint32_t from, uint32_t target,
    uint32_t length, uint32_t outcomes)
{
	const uint8_t *node;

	if ((target & TSR_TARGET_OUTCOME) != 0)
		return (target & ~TSR_TARGET_OUTCOME) < outcomes;
	node = tsr_table_record(t, TSR_SECTION_NODE, target, TSR_NODE_SIZE);
	return node != NULL && (from == UINT32_MAX || target > from) &&
	    tsr_le16(node + 12) <= length && tsr_le16(node + 14) <= outcomes;
}

static bool
node_ok(const struct tsr_table *t, uint32_t i)
{
	const uint8_t *node =
	    tsr_table_record(t, TSR_SECTION_NODE, i, TSR_NODE_SIZE);
	uint32_t length = tsr_le16(node + 12), outcomes = tsr_le16(node + 14);

	return tsr_le32(node) < tsr_table_count(t, TSR_SECTION_PRED) &&
	    length > 0 && length <= TSR_DECIDE_STEPS &&
	    target_ok(t, i, tsr_le32(node + 4), length - 1, outcomes) &&
	    target_ok(t, i, tsr_le32(node + 8), length - 1, outcomes);
}

static bool
decision_ok(const struct tsr_table *t, const uint8_t *d)
{
	uint32_t length = tsr_le32(d + 12);

	return tsr_le32(d + 4) > 0 && d[8] < TSR_TIER_COUNT &&
	    length <= TSR_DECIDE_STEPS &&
	    target_ok(t, UINT32_MAX, tsr_le32(d), length, tsr_le32(d + 4));
}

static enum tsr_err
verify_predicate(const struct tsr_table *t, uint32_t i)
{
	enum tsr_err err = tsr_predicate_verify(t, i);
	const uint8_t *p = tsr_table_record(
	    t, TSR_SECTION_PRED, i, TSR_PREDICATE_SIZE);

	if (err != TSR_OK || p[0] != TSR_OPERATOR_EXPRESSION)
		return err;
	return tsr_expression_check(t, tsr_le32(p + 8), tsr_le32(p + 12));
}

static enum tsr_err
verify_automata(const struct tsr_table *t)
{
	uint32_t count = tsr_table_count(t, TSR_SECTION_AUTO), i;
	const uint8_t *a;
	enum tsr_err err = TSR_OK;

	for (i = 0; i < count && err == TSR_OK; i++) {
		a = tsr_table_record(t, TSR_SECTION_AUTO, i, 8);
		if (!tsr_table_text_ok(t, a))
			return TSR_RANGE;
		err = tsr_automaton_check(tsr_table_text(t, a));
	}
	return err;
}

enum tsr_err
tsr_decision_verify(const struct tsr_table *t)
{
	uint32_t predicates = tsr_table_count(t, TSR_SECTION_PRED), i;
	enum tsr_err err = TSR_OK;

	if (predicates > TSR_PREDICATES_MAX ||
	    tsr_table_count(t, TSR_SECTION_ATTR) > TSR_ATTRIBUTES_MAX ||
	    tsr_table_count(t, TSR_SECTION_SKEY) > TSR_SEGMENT_KEY_MAX ||
	    tsr_table_count(t, TSR_SECTION_NODE) >= TSR_TARGET_OUTCOME)
		return TSR_LONG;
	if (tsr_table_count(t, TSR_SECTION_DECN) == 0)
		return TSR_MISSING;
	for (i = 0; i < tsr_table_count(t, TSR_SECTION_ATTR); i++)
		if (!attribute_ok(t, tsr_table_record(
			t, TSR_SECTION_ATTR, i, TSR_ATTRIBUTE_SIZE)))
			return TSR_RANGE;
	for (i = 0; i < predicates && err == TSR_OK; i++)
		err = verify_predicate(t, i);
	if (err != TSR_OK)
		return err;
	for (i = 0; i < tsr_table_count(t, TSR_SECTION_NODE); i++)
		if (!node_ok(t, i))
			return TSR_RANGE;
	for (i = 0; i < tsr_table_count(t, TSR_SECTION_DECN); i++)
		if (!decision_ok(t, tsr_table_record(
			t, TSR_SECTION_DECN, i, TSR_DECISION_SIZE)))
			return TSR_RANGE;
	for (i = 0; i < tsr_table_count(t, TSR_SECTION_SKEY); i++)
		if (tsr_le32(tsr_table_record(t, TSR_SECTION_SKEY, i, 4)) >=
		    predicates)
			return TSR_RANGE;
	err = tsr_experiment_verify(t);
	return err != TSR_OK ? err : verify_automata(t);
}
