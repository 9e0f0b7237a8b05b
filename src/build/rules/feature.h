/*
 * feature - the value of a feature: what experiments have as prerequisites.
 *
 * GrowthBook's features ({"defaultValue", "rules"}), as its SDK evaluates them.
 */
#ifndef TSR_BUILD_FEATURE_H
#define TSR_BUILD_FEATURE_H

#include "build/rules/assign.h"

/* Features that are being evaluated: one that asks itself has no value. */
struct tsr_asked_feature {
	struct tsr_span id;
	const struct tsr_asked_feature *outer;
};

/*
 * Do all parents ({"id", "condition"}) have the value that is asked? True when
 * there are none.
 */
bool tsr_feature_parents(
    const struct tsr_assign *a, const struct tsr_json *parents);

/* The value of a feature; NULL: null, or the visitor asks in a circle. */
const struct tsr_json *tsr_feature_value(
    bool *circle, const struct tsr_assign *a, struct tsr_span id);

#endif
