/*
 * assign - which variation of an experiment a visitor gets.
 *
 * Takes GrowthBook's experiment fields and checks in GrowthBook's order. Made
 * for comparing: what it decides with is core's hash and compiled conditions.
 */
#ifndef TSR_BUILD_ASSIGN_H
#define TSR_BUILD_ASSIGN_H

#include "build/read/json.h"

struct tsr_assigned {
	bool in, hashed; /* hashed: by its number, not forced */
	uint32_t variation;
};

/* Mistakes go to the diag; the visitor is then not in the experiment. */
struct tsr_assigned tsr_assign(struct tsr_diag *diag,
    const struct tsr_json *experiment, const struct tsr_json *attributes,
    const struct tsr_json *groups, struct tsr_arena *arena);

/* String(v) for hashing; empty where JavaScript's v is falsy. */
struct tsr_span tsr_assign_text(
    const struct tsr_json *v, struct tsr_arena *arena);

#endif
