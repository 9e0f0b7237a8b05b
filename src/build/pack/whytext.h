/*
 * whytext - how long the signed text is that says why a page is as it is.
 *
 * Every page that is private carries one; core/why.h has what it says. Its
 * length depends on the page's predicates, so it is known once all decisions
 * are made and before anything is padded.
 */
#ifndef TSR_BUILD_WHYTEXT_H
#define TSR_BUILD_WHYTEXT_H

#include "build/render/page.h"
#include "build/rules/rules.h"

/*
 * Give the pages' items of TSR_FIELD_WHY and TSR_FIELD_STATE their lengths,
 * once it is known what they ask (build/render/asked.h). A page that a shared
 * cache may keep, or one that can ask more than TSR_WHY_PREDICATES, has no such
 * text: its items become fixed text, their fallback; nor has it a state.
 */
void tsr_whytext_measure(struct tsr_page *pages, size_t count,
    const struct tsr_rules *rules, struct tsr_arena *arena);

/* Bytes of the signed text in a page's items; 0: none. */
uint32_t tsr_whytext_length(const struct tsr_page *page);

#endif
