/*
 * xml - the XML that a site gives: sitemaps and feeds, written by libxml2.
 *
 * All functions may run in any thread after tsr_xml_setup.
 */
#ifndef TSR_BUILD_XML_H
#define TSR_BUILD_XML_H

#include "base/diag.h"

/* Once, before any thread uses XML. */
void tsr_xml_setup(void);

/* ---- sitemaps ---- */

struct tsr_sitemap_alternate {
	struct tsr_span lang, url; /* lang may be x-default */
};

struct tsr_sitemap_url {
	struct tsr_span url;	 /* absolute */
	struct tsr_span lastmod; /* a date or time of the content, or empty */
	const struct tsr_sitemap_alternate *alternates; /* itself too */
	size_t alternate_count;
	struct tsr_where where; /* for a bad lastmod */
};

struct tsr_sitemap {
	struct tsr_span base; /* where the files will be: https://host/ */
	const struct tsr_sitemap_url *urls;
	size_t count;
	size_t max_urls, max_bytes; /* of one file; 0: the protocol's */
};

struct tsr_xml_file {
	struct tsr_span name, text;
};

struct tsr_xml_files {
	struct tsr_xml_file *list;
	size_t count, cap;
};

/*
 * Append sitemap.xml; when it would be too large, sitemap-1.xml and so on,
 * and sitemap.xml as their index. false: X001 was reported, a lastmod that
 * is neither a date nor a time with its zone; it is left out.
 */
bool tsr_sitemap_write(struct tsr_xml_files *out,
    const struct tsr_sitemap *sitemap, struct tsr_arena *arena,
    struct tsr_diag *diag);

/* ---- feeds ---- */

struct tsr_atom_entry {
	struct tsr_span id, url, title, author; /* author may be empty */
	struct tsr_span updated;		/* a date or a time */
	struct tsr_span published;		/* the same, or empty */
	struct tsr_span summary, html;		/* may be empty */
	struct tsr_where where;
};

struct tsr_atom_feed {
	struct tsr_span id, url, self, title, subtitle, author, lang;
	struct tsr_span updated; /* empty: the newest entry's */
	const struct tsr_atom_entry *entries;
	size_t count;
};

/* The feed as RFC 4287 has it. false: X001 was reported for some date. */
bool tsr_atom_write(struct tsr_span *out, const struct tsr_atom_feed *feed,
    struct tsr_arena *arena, struct tsr_diag *diag);

#endif
