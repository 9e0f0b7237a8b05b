/*
 * paint_markup - Markdown and rich HTML of a site, with its addresses.
 *
 * Links and pictures become URLs of the page's locale; pictures get their
 * dimensions.
 */
#ifndef TSR_BUILD_PAINT_MARKUP_H
#define TSR_BUILD_PAINT_MARKUP_H

#include "build/read/markdown.h"
#include "build/model/resolve.h"

/* Where a text stands, as far as its addresses care. */
struct tsr_paint_place {
	const struct tsr_resolver *resolver;
	uint32_t locale;
	struct tsr_arena *arena;
	struct tsr_diag *diag;
};

/* The HTML of a field of format markdown or html. */
bool tsr_paint_markup(struct tsr_buf *out, struct tsr_paint_place *place,
    const struct tsr_json *value, bool markdown);

/* The body of a Markdown page in its locale. False: the page has none. */
bool tsr_paint_body(struct tsr_markdown_result *out,
    struct tsr_paint_place *place, const struct tsr_page_source *page);

/* Append the URL of an asset, or report that it is not there. */
bool tsr_paint_asset(struct tsr_buf *out, struct tsr_paint_place *place,
    struct tsr_span path, struct tsr_where where, bool picture);

#endif
