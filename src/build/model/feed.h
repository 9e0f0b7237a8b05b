/*
 * feed - sitemap.xml, robots.txt and Atom feeds, from the site's pages.
 */
#ifndef TSR_BUILD_FEED_H
#define TSR_BUILD_FEED_H

#include "build/model/resolve.h"
#include "build/read/xml.h"

/* Append the files; names are below out/public. Mistakes go to the diag. */
void tsr_feed_write(struct tsr_xml_files *out,
    const struct tsr_resolver *resolver, struct tsr_arena *arena,
    struct tsr_diag *diag);

#endif
