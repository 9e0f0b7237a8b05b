/*
 * svg - a picture as SVG: may it be served, and how large is it?
 *
 * libxml2 reads it. Nothing is fetched and no entity is expanded. May run in
 * any thread after tsr_xml_setup.
 */
#ifndef TSR_BUILD_SVG_H
#define TSR_BUILD_SVG_H

#include "base/diag.h"

struct tsr_svg {
	uint32_t width, height; /* 0: the picture does not say */
};

/*
 * Look whether an SVG file may be served and shown. false when errors were
 * reported:
 *	G001 not well-formed, or no SVG     G004 an address outside the file
 *	G002 document type or entities      G005 too large
 *	G003 scripts or foreign content
 */
bool tsr_svg_check(struct tsr_svg *out, const struct tsr_sources *sources,
    uint32_t src, struct tsr_diag *diag);

#endif
