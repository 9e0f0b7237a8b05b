/*
 * fold - decide a page's segment-tier slots once, for the whole page.
 *
 * A page whose slots all depend on the segment tier alone is one of a few
 * texts. Where those are few, each becomes an edition of its own: compressed
 * whole, with no slot left in it.
 */
#ifndef TSR_BUILD_FOLD_H
#define TSR_BUILD_FOLD_H

#include "build/render/page.h"
#include "build/rules/rules.h"

/* True when tsr_fold_page would try: cheap, and asks the rules only. */
bool tsr_fold_fits(const struct tsr_page *page, const struct tsr_rules *rules);

/*
 * Replace the page's only edition by one for each combination of choices that
 * can happen, when there are at most max. False when there are more: the page
 * stays as it was. Adds a decision to the rules: one thread.
 */
bool tsr_fold_page(struct tsr_page *page, struct tsr_rules *rules, size_t max,
    struct tsr_arena *arena);

#endif
