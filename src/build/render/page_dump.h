/*
 * page_dump - rendered pages as stable text, for golden tests and for people.
 */
#ifndef TSR_BUILD_PAGE_DUMP_H
#define TSR_BUILD_PAGE_DUMP_H

#include "build/render/render.h"

/*
 * Append one page, indented by nesting: a text's lines begin with "|", and "\"
 * ends one whose line end is not its own.
 */
void tsr_page_dump(struct tsr_buf *out, const struct tsr_page *page);

/* All pages, fragment sets, redirects and names of public files. */
void tsr_output_dump(struct tsr_buf *out, const struct tsr_site_output *site);

#endif
