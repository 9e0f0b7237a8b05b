/*
 * richhtml - HTML from a content system, made safe.
 *
 * gumbo parses it as a browser would, what is not on the list of harmless
 * elements and attributes is left out, and the tree is written again by us.
 * That is repeated until parsing and writing change nothing, so what was
 * checked is what a browser builds. Comments go without a word; scripts,
 * handlers and unsafe addresses are errors; the rest is a warning.
 */
#ifndef TSR_BUILD_RICHHTML_H
#define TSR_BUILD_RICHHTML_H

#include "build/read/markup.h"

struct tsr_richhtml {
	const struct tsr_markup_hooks *hooks; /* or NULL */
	/* A class stays when it begins with one of these; none: no class. */
	const struct tsr_span *class_prefixes;
	size_t class_prefix_count;
	/* Hosts whose https pages may stand in an iframe. */
	const struct tsr_span *frame_hosts;
	size_t frame_host_count;
	bool ids;    /* id may stay; else it could clobber the page's own */
	bool strict; /* whatever is left out is an error */
};

/*
 * Append text made safe to out. false when errors were reported; what was
 * appended is safe even then. Messages:
 *	H001 too long          H005 element left out
 *	H002 too complex       H006 attribute left out
 *	H003 nested too deep   H007 frame from a host that is not listed
 *	H004 script or handler H008 picture without alt
 *	H009 no stable form    U001 unsafe address
 */
bool tsr_richhtml_clean(struct tsr_buf *out, const struct tsr_markup_text *text,
    const struct tsr_richhtml *options, struct tsr_diag *diag);

/*
 * The same for a text that is one start tag: appends the tag alone. *name is
 * the element's name, living for ever, and empty when false is returned.
 */
bool tsr_richhtml_start_tag(struct tsr_buf *out, struct tsr_span *name,
    const struct tsr_markup_text *text, const struct tsr_richhtml *options,
    struct tsr_diag *diag);

#endif
