/*
 * trial - one condition and one visitor, through all that serves pages.
 *
 * The condition is compiled as a site's conditions are, but with the author's
 * lint off; core then decides for a visitor who has the given attributes.
 */
#ifndef TSR_BUILD_TRIAL_H
#define TSR_BUILD_TRIAL_H

#include "build/read/json.h"

/*
 * Does it hold? attributes is an object, or NULL; groups as tsr_rules_groups
 * has them, or NULL. False, with messages in the diag, when the condition
 * cannot be compiled.
 */
bool tsr_trial(struct tsr_diag *diag, const struct tsr_json *condition,
    const struct tsr_json *attributes, const struct tsr_json *groups,
    struct tsr_arena *arena);

#endif
