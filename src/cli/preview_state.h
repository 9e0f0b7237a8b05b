/*
 * preview_state - all that the bar shows about one page, as JSON.
 *
 *	{ "generation", "release", "errors", "warnings", "messages": [...],
 *	  "page": { id, path, locale, status, edition, public } or null,
 *	  "time": { now, set }, "persona": its name or null,
 *	  "personas": [{ name, title }],
 *	  "attributes": [{ name, type, source, key, purpose, tier, values,
 *	      value, sent, set, read }],
 *	  "segments": [{ name, title, holds, reads, condition,
 *	      change: { set: {...}, clear: [...] } or null }],
 *	  "slots": [{ slot, shown, variants, omitted, position, depth }],
 *	  "locales": [{ tag, path, current }] }
 *
 * The page is the one that the query's "path" names.
 */
#ifndef TSR_CLI_PREVIEW_STATE_H
#define TSR_CLI_PREVIEW_STATE_H

#include "cli/preview_desk.h"

/* site NULL: before the first good build; then only news and messages. */
void tsr_preview_state_write(struct tsr_buf *out,
    const struct tsr_preview_site *site, const struct tsr_preview_news *news,
    struct tsr_span messages, const struct tsr_preview_request *request,
    struct tsr_arena *arena);

#endif
