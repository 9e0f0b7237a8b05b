/*
 * urltarget - is an experiment meant for this address?
 *
 * GrowthBook's URL targeting and its forcing of a variation by the query, with
 * addresses taken apart as browsers do (URL Standard). Only http and https have
 * addresses here; hosts that are not ASCII match nothing.
 */
#ifndef TSR_BUILD_URLTARGET_H
#define TSR_BUILD_URLTARGET_H

#include "base/diag.h"
#include "build/read/json.h"

/*
 * Does one of the patterns ({"type": "simple" or "regex", "pattern",
 * "include"}) match and none that excludes? Expressions that are not regular
 * are reported (R006) and match nothing.
 */
bool tsr_url_targeted(struct tsr_diag *diag, struct tsr_span url,
    const struct tsr_json *patterns, struct tsr_arena *arena);

/* The variation below count that ?KEY=N asks for, or -1. */
int32_t tsr_url_forced(
    struct tsr_span url, struct tsr_span key, size_t count);

#endif
