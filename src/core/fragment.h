/*
 * fragment - a set's fragment by its id.
 */
#ifndef TSR_CORE_FRAGMENT_H
#define TSR_CORE_FRAGMENT_H

#include "core/table.h"

/*
 * The FRAG record of this id in FSET record i; NULL: the set has none, or there
 * is no such set.
 */
const uint8_t *tsr_fragment_find(
    const struct tsr_table *t, uint32_t i, struct tsr_span id);

#endif
