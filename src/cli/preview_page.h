/*
 * preview_page - what the preview adds to a page, and the page it shows when
 * there is none.
 *
 * Nothing but one script element is added; all else is fetched by the script
 * from /_tessera/preview/. No script or style stands inside the page, so a
 * strict Content-Security-Policy of the site lets it work.
 */
#ifndef TSR_CLI_PREVIEW_PAGE_H
#define TSR_CLI_PREVIEW_PAGE_H

#include "cli/preview.h"

/*
 * The page with the script before its last </body>, or at its end. news: of the
 * build that the page comes from.
 */
struct tsr_span tsr_preview_page_add(struct tsr_span page,
    const struct tsr_preview_news *news, bool bar, struct tsr_arena *arena);

/* A page that shows the messages (a JSON array) until there is a site. */
struct tsr_span tsr_preview_page_error(const struct tsr_preview_news *news,
    struct tsr_span messages, struct tsr_arena *arena);

/*
 * The messages of a build as a JSON array of {severity, rule, text}; text as on
 * a terminal: place, message, line of code with a caret, hint.
 */
void tsr_preview_page_messages(struct tsr_buf *out, const struct tsr_diag *diag,
    const struct tsr_sources *sources);

/* A file of the preview itself; empty when there is none of this name. */
struct tsr_span tsr_preview_page_asset(const char *name);

#endif
