/*
 * asked - what a page's choices ask: their decisions, and whether the answer
 * is the visitor's own.
 */
#ifndef TSR_BUILD_ASKED_H
#define TSR_BUILD_ASKED_H

#include "build/render/page.h"
#include "build/rules/rules.h"

/*
 * Fill decisions, those of its mask among them, and own of every page. Choices
 * must be final by now: what is folded, is.
 */
void tsr_asked_find(struct tsr_page *pages, size_t count,
    const struct tsr_rules *rules, struct tsr_arena *arena);

/*
 * May a shared cache keep the page? It asks nothing beyond the segment tier,
 * and it is no error. All others are private.
 */
bool tsr_asked_public(const struct tsr_page *page);

#endif
