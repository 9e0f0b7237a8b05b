/*
 * decision - the deep check of the decision table's sections.
 */
#ifndef TSR_CORE_DECISION_H
#define TSR_CORE_DECISION_H

#include "core/table.h"

/*
 * Look at every record of ATTR PRED VALU NODE DECN AUTO SKEY: references in
 * range, every walk ends within TSR_DECIDE_STEPS at an outcome that its
 * decision has, lists in order, automata well-formed.
 */
enum tsr_err tsr_decision_verify(const struct tsr_table *t);

#endif
