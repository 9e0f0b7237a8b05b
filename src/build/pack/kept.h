/*
 * kept - the predicates whose answers a page keeps (WHYP).
 */
#ifndef TSR_BUILD_KEPT_H
#define TSR_BUILD_KEPT_H

#include "build/pack/index.h"

/*
 * Fill WHYP, and each PAGE record's part of it, once the decision table is
 * written: for every page the predicates that its decisions can ask, in order.
 * Pages with the same ones share them. A page that can ask more than
 * TSR_WHY_PREDICATES has none.
 */
void tsr_kept_fill(struct tsr_index *index, const struct tsr_emit_input *in,
    struct tsr_arena *arena);

#endif
