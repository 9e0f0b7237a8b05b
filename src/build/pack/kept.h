/*
 * kept - the predicates whose answers a page keeps (WHYP).
 */
#ifndef TSR_BUILD_KEPT_H
#define TSR_BUILD_KEPT_H

#include "build/pack/index.h"

/* What the decisions of a written table can ask. */
struct tsr_kept;

/* sections and arena must outlive it. NULL: a section did not fit. */
struct tsr_kept *tsr_kept_open(
    const struct tsr_buf *sections, struct tsr_arena *arena);

/*
 * The predicates that any of a page's decisions can ask, in order, with what
 * drawing the arms of experiments asks. *out is good until the next call.
 */
size_t tsr_kept_find(const uint32_t **out, struct tsr_kept *kept,
    const struct tsr_page *page);

/*
 * Fill WHYP, and each PAGE record's part of it, once the decision table is
 * written: for every page the predicates that its decisions can ask, in order.
 * Pages with the same ones share them. A page that can ask more than
 * TSR_WHY_PREDICATES has none.
 */
void tsr_kept_fill(struct tsr_index *index, const struct tsr_emit_input *in,
    struct tsr_arena *arena);

#endif
