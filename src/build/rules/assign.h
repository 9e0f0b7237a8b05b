/*
 * assign - which variation of an experiment a visitor gets.
 *
 * Takes GrowthBook's experiment fields and asks in GrowthBook's order what
 * belongs to a page or a request: addresses, forced variations, prerequisites,
 * what was kept. The rest is core's experiments: see trial.h.
 */
#ifndef TSR_BUILD_ASSIGN_H
#define TSR_BUILD_ASSIGN_H

#include "build/read/json.h"

struct tsr_assigned {
	bool in, hashed; /* hashed: by its number, not forced */
	bool sticky;	 /* by what was kept; or kept out by it */
	uint32_t variation;
};

/*
 * The visitor, as members of an object: attributes, savedGroups, url,
 * forcedVariations, stickyBucketAssignmentDocs, features, groups, enabled,
 * qaMode. Sticky buckets count when there are documents.
 */
struct tsr_assign {
	struct tsr_diag *diag;
	const struct tsr_json *line;
	struct tsr_arena *arena;
	const struct tsr_asked_feature *asked; /* see feature.h */
};

/* Mistakes go to the diag; the visitor is then not in the experiment. */
struct tsr_assigned tsr_assign(
    const struct tsr_assign *a, const struct tsr_json *experiment);

/* The value that is hashed; NULL: none, or one that JavaScript calls falsy. */
const struct tsr_json *tsr_assign_value(
    const struct tsr_assign *a, const struct tsr_json *attribute);

/* Is the visitor let through by "filters"? */
bool tsr_assign_filtered(
    const struct tsr_assign *a, const struct tsr_json *filters);

/* The hash version a member asks for; 3: one that does not exist. */
unsigned tsr_assign_version(const struct tsr_json *v, unsigned otherwise);

struct tsr_range tsr_assign_range(const struct tsr_json *v, uint32_t at);

/* String(v) for hashing; empty where JavaScript's v is falsy. */
struct tsr_span tsr_assign_text(
    const struct tsr_json *v, struct tsr_arena *arena);

#endif
