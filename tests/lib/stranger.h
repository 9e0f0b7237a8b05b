/*
 * stranger - a visitor drawn at random over a site, and what core reads of it.
 *
 * The visitor is spelled as a request; what core then finds in the request must
 * be what was spelled, and is what the build's interpreter is asked with.
 */
#ifndef TSR_TESTS_STRANGER_H
#define TSR_TESTS_STRANGER_H

#include "build/render/render.h"
#include "core/decide.h"
#include "lib/beside.h"
#include "lib/spell.h"

struct tsr_stranger {
	struct tsr_arena *arena; /* of the one drawn last; the caller's */
	struct tsr_speller speller;
	struct tsr_request request;
	struct tsr_param *params;
	struct tsr_json spelled;
	struct tsr_beside beside;
	/* When a variant or an experiment begins or ends. */
	int64_t *moments;
	size_t moment_count;
};

/* The site's rules get the ids of its fragments, which live in arena. */
void tsr_stranger_init(struct tsr_stranger *stranger,
    const struct tsr_site_output *site, uint64_t seed, struct tsr_arena *arena,
    struct tsr_arena *scratch);

/*
 * Draw a visitor and its request for a path; about a moment, often. Then visit
 * a page, with a state and a profile beside the request.
 */
void tsr_stranger_draw(struct tsr_stranger *stranger, struct tsr_span path);
void tsr_stranger_visit(struct tsr_visit *visit, struct tsr_stranger *stranger,
    const struct tsr_table *table, const uint8_t *page);

/*
 * All values core read; those that were spelled must be as they were, or are
 * printed and counted. Arms and holdouts are left out: the interpreter finds
 * its own, with those that the state keeps ("_kept").
 */
struct tsr_json tsr_stranger_values(uint64_t *faults,
    const struct tsr_stranger *stranger, struct tsr_visit *visit);

#endif
