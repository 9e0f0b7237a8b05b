/*
 * paint - a resolved page through its templates to a tree of items.
 *
 * A slot with one outcome is text like any other; one with several becomes an
 * item that holds all its choices, each rendered.
 */
#ifndef TSR_BUILD_PAINT_H
#define TSR_BUILD_PAINT_H

#include "build/render/page.h"
#include "build/model/resolve.h"

/* Render all editions. Everything lives in the arena. False after mistakes. */
bool tsr_paint_page(struct tsr_page *out, const struct tsr_resolver *resolver,
    const struct tsr_resolved *page, struct tsr_arena *arena,
    struct tsr_diag *diag);

/* A component with fields and nothing around it: plain text. */
bool tsr_paint_fragment(struct tsr_span *out,
    const struct tsr_resolver *resolver, uint32_t locale,
    const struct tsr_block *block, struct tsr_arena *arena,
    struct tsr_diag *diag);

#endif
