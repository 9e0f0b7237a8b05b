/*
 * render - a site's folder to pages, fragments and public files.
 *
 * The whole front half of the build: read, model, addresses, resolve, render.
 * What comes out is all that packing needs; nothing is written to disk.
 */
#ifndef TSR_BUILD_RENDER_H
#define TSR_BUILD_RENDER_H

#include "build/model/address.h"
#include "build/render/page.h"
#include "build/rules/rules.h"

/* A record's component rendered alone. */
struct tsr_fragment {
	struct tsr_span id; /* of the record */
	struct tsr_span html;
};

/* All records of a catalogue as one component in one locale. */
struct tsr_fragment_set {
	struct tsr_span catalogue, component;
	uint32_t locale;
	struct tsr_fragment *list; /* sorted by id */
	uint32_t count;
};

/* A file of out/public. */
struct tsr_public_file {
	struct tsr_span name; /* assets/site.0123456789.css */
	struct tsr_span bytes;
	struct tsr_span gzip; /* empty: only the bytes */
	/* Of a variant that waits for the browser, else empty: what it is, and
	   the first page that has it. Anyone can fetch it. */
	struct tsr_span variant, slot, page;
};

struct tsr_output_locale {
	struct tsr_span tag, prefix, name;
	uint32_t not_found; /* number of a page, or UINT32_MAX */
	const struct tsr_json *strings;
};

struct tsr_site_output {
	struct tsr_page *pages; /* sorted by path */
	size_t page_count;
	struct tsr_fragment_set *sets; /* by the number that items have */
	uint32_t set_count;
	const struct tsr_redirect *redirects; /* sorted by from */
	uint32_t redirect_count;
	struct tsr_output_locale *locales; /* 0: the default */
	uint32_t locale_count;
	struct tsr_public_file *files; /* sorted by name */
	size_t file_count;
	struct tsr_rules *rules;
	struct tsr_triggers *triggers;
	struct tsr_json known; /* of one page alone: attributes that it answers */
	const struct tsr_event_kinds *events;
	struct tsr_span name, base_url, consent_cookie;
	const struct tsr_json *consent; /* of tessera.json, or NULL */
	const struct tsr_json *config; /* tessera.json */
	struct tsr_sources sources; /* of all messages and places */
	struct tsr_arena *workers; /* hold the pages */
	unsigned worker_count;
};

struct tsr_build_options {
	unsigned threads; /* 0: as many as there are processors */
	/*
	 * Called for each page as soon as it is rendered, from any thread and
	 * in any order; afterwards its editions are gone. For sites that are
	 * larger than memory. NULL keeps all pages.
	 */
	void (*page)(void *ctx, const struct tsr_page *page, size_t number,
	    unsigned worker);
	void *ctx;
	/* Render this path alone; empty: all. */
	struct tsr_span only;
	/* Called now and then: pages done and in all. May be NULL. */
	void (*progress)(void *ctx, size_t done, size_t total);
};

/*
 * Read and render a site. All mistakes are in the diag, sorted; false when one
 * is an error. out is then as whole as can be and may be looked at (messages
 * point into its sources), but should not be packed. Free it in any case.
 */
bool tsr_site_render(struct tsr_site_output *out, const char *folder,
    const struct tsr_build_options *options, struct tsr_arena *arena,
    struct tsr_diag *diag);

void tsr_site_output_free(struct tsr_site_output *out);

#endif
