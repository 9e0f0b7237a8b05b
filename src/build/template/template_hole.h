/*
 * template_hole - whether a tag may print where it stands in HTML.
 */
#ifndef TSR_BUILD_TEMPLATE_HOLE_H
#define TSR_BUILD_TEMPLATE_HOLE_H

#include "build/template/template_impl.h"

/* False, with a message, when it may not. */
bool tsr_hole_check(
    struct checker *ck, const struct node *node, enum tsr_hole hole);

#endif
