/*
 * trial - a condition or an experiment and one visitor, through all that serves
 * pages.
 *
 * The condition is compiled as a site's conditions are, but with the author's
 * lint off; core then decides for a visitor who has the given attributes.
 */
#ifndef TSR_BUILD_TRIAL_H
#define TSR_BUILD_TRIAL_H

#include "build/read/json.h"
#include "core/hash.h"

/*
 * Does it hold? attributes is an object, or NULL; groups as tsr_rules_groups
 * has them, or NULL. False, with messages in the diag, when the condition
 * cannot be compiled.
 */
bool tsr_trial(struct tsr_diag *diag, const struct tsr_json *condition,
    const struct tsr_json *attributes, const struct tsr_json *groups,
    struct tsr_arena *arena);

/* Values are whole attributes, or NULL; they are hashed as core hashes. */
struct tsr_trial_filter {
	bool space; /* a namespace: of the experiment's value */
	unsigned version; /* 1 or 2 */
	struct tsr_span seed;
	const struct tsr_json *value;
	const struct tsr_range *ranges;
	size_t count;
};
struct tsr_trial_experiment {
	const struct tsr_json *condition; /* NULL: everybody */
	struct tsr_span seed;
	unsigned version;
	const struct tsr_json *value;
	const struct tsr_range *arms;
	size_t arm_count;
	const struct tsr_trial_filter *filters;
	size_t filter_count;
	int32_t kept; /* the arm that the visitor keeps; -1: none */
	bool blocked; /* kept from a version that may not be in it */
};

/* The arm, by core's experiments over an index with this one; -1: none. */
int32_t tsr_trial_arm(struct tsr_diag *diag,
    const struct tsr_trial_experiment *experiment,
    const struct tsr_json *attributes, const struct tsr_json *groups,
    struct tsr_arena *arena);

#endif
