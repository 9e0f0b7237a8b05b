/*
 * context - what templates see besides a component's fields.
 *
 * page.* of one page in one locale, as a JSON value made for the occasion.
 */
#ifndef TSR_BUILD_CONTEXT_H
#define TSR_BUILD_CONTEXT_H

#include "build/read/markdown.h"
#include "build/model/resolve.h"

/*
 * The value of page.*, in the arena. words: the page's JSON; body may be NULL.
 */
struct tsr_json tsr_context_page(const struct tsr_resolver *resolver,
    const struct tsr_resolved *page, const struct tsr_json *words,
    const struct tsr_markdown_result *body, struct tsr_arena *arena,
    struct tsr_diag *diag);

/*
 * A member of the page that may hold {field} on a page of records: title,
 * description, image. Empty when it is not there; mistakes go to the diag.
 */
struct tsr_span tsr_context_text(const struct tsr_resolved *page,
    const struct tsr_json *words, const char *name, struct tsr_arena *arena,
    struct tsr_diag *diag);

#endif
