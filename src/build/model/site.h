/*
 * site - the files of a site, found and read.
 *
 * Takes a folder; gives every file with its kind, its name and, for JSON,
 * NDJSON and front matter, its value. Looks at names and syntax alone: what the
 * files say is the model's business. The order is that of the paths' bytes.
 */
#ifndef TSR_BUILD_SITE_H
#define TSR_BUILD_SITE_H

#include "build/read/json.h"

enum tsr_file_kind {
	TSR_FILE_CONFIG,
	TSR_FILE_MODEL,		  /* content/models/<component>.json */
	TSR_FILE_LAYOUT_MODEL,	  /* content/models/layouts/<layout>.json */
	TSR_FILE_CATALOGUE_MODEL, /* content/models/catalogues/<name>.json */
	TSR_FILE_ENTRY,		  /* group: component */
	TSR_FILE_PAGE,		  /* name: the page's id */
	TSR_FILE_DATA,		  /* JSON or NDJSON; an array either way */
	TSR_FILE_STRINGS,	  /* name: the locale */
	TSR_FILE_REDIRECTS,
	TSR_FILE_LAYOUT,
	TSR_FILE_COMPONENT,
	TSR_FILE_PARTIAL, /* name: path below partials/ without .html */
	TSR_FILE_ASSET,	  /* name: path below assets/; not read */
	TSR_FILE_ATTRIBUTES,
	TSR_FILE_SEGMENTS,
	TSR_FILE_EXPERIMENTS,
	TSR_FILE_SCORES,
	TSR_FILE_TRIGGERS,
	TSR_FILE_PERSONAS,
	TSR_FILE_GROUPS,
	TSR_FILE_EVENT, /* locale: the version in the name, if any */
	TSR_FILE_GROUP, /* a list, one id a line; name: the group */
	TSR_FILE_VARIANT, /* group: owner/slot */
	TSR_FILE_CHAIN,	  /* _chain.json; group as above */
	TSR_FILE_KIND_COUNT
};

struct tsr_site_file {
	enum tsr_file_kind kind;
	const char *path; /* from the site's folder */
	struct tsr_span name;
	struct tsr_span group;
	struct tsr_span locale; /* of an overlay; else empty */
	uint32_t src;		/* 0: not read */
	bool read;		/* json holds what the file says */
	struct tsr_json json;
	bool markdown;
	uint32_t body; /* markdown: where the body begins */
};

struct tsr_site {
	const char *folder;
	struct tsr_sources *sources;
	struct tsr_site_file *files;
	size_t count, cap;
};

/*
 * Read the site. False only when the folder itself cannot be read; all other
 * mistakes are messages, and the file is left out or not read.
 */
bool tsr_site_read(struct tsr_site *out, const char *folder,
    struct tsr_sources *sources, struct tsr_arena *arena,
    struct tsr_diag *diag);

/*
 * Cut the next id off the text of a group's list: a line as it stands there.
 * Empty lines are none. False after the last.
 */
bool tsr_site_id(struct tsr_span *id, struct tsr_span *text);

/* The file's text (empty when it was not read), and its first byte's place. */
struct tsr_span tsr_site_text(
    const struct tsr_site *site, const struct tsr_site_file *file);
struct tsr_where tsr_site_where(const struct tsr_site_file *file);

/* [a-z0-9][a-z0-9-]*; tsr_is_id also takes such names joined by /. */
bool tsr_is_name(struct tsr_span s);
bool tsr_is_id(struct tsr_span s);

#endif
