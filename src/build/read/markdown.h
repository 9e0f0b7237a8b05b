/*
 * markdown - CommonMark with GitHub's tables, strikethrough and task lists,
 * and footnotes, as HTML that can stand in any page.
 *
 * cmark-gfm parses; the HTML is written here from its tree, so that headings
 * get ids, addresses go through the site's hooks, and every element that is
 * opened is closed. Raw HTML passes the list of richhtml.h, strictly: what is
 * not allowed is an error at its place, not something silently missing.
 */
#ifndef TSR_BUILD_MARKDOWN_H
#define TSR_BUILD_MARKDOWN_H

#include "build/read/richhtml.h"

struct tsr_markdown {
	const struct tsr_richhtml *html; /* hooks too; never NULL */
	unsigned heading_shift;		 /* 1: "# x" becomes h2 */
	struct tsr_span id_prefix;	 /* of all ids; several texts a page */
};

struct tsr_markdown_heading {
	unsigned level; /* as written in the HTML: 1 to 6 */
	struct tsr_span id, text;
	struct tsr_where where;
	struct tsr_span slug; /* the id before it was made unique */
	unsigned number;
};

struct tsr_markdown_result {
	struct tsr_span html;
	struct tsr_span excerpt; /* the first paragraph as plain text */
	size_t words;
	const struct tsr_markdown_heading *headings; /* in their order */
	size_t heading_count;
};

/* Once, before any thread renders. */
void tsr_markdown_setup(void);

/*
 * Render a text; everything in *out lives in the arena. false when errors
 * were reported; the HTML is whole and safe even then. Messages besides
 * those of richhtml.h and markup.h:
 *	M001 too long               M005 raw element not allowed here
 *	M002 too complex            M006 too many headings or footnotes
 *	M003 nested too deep        M007 the HTML would be too long
 *	M004 raw HTML not closed, or closed but not opened
 */
bool tsr_markdown_render(struct tsr_markdown_result *out,
    const struct tsr_markup_text *text, const struct tsr_markdown *options,
    struct tsr_arena *arena, struct tsr_diag *diag);

#endif
