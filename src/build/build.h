/*
 * build - a site's folder becomes a release: the whole way, stage by stage.
 *
 *	render -> fold -> pad -> pack -> emit
 *
 * Rendering and packing run over pages on as many threads as there are; what
 * comes out does not depend on how many.
 */
#ifndef TSR_BUILD_BUILD_H
#define TSR_BUILD_BUILD_H

#include "build/pack/emit.h"
#include "build/render/render.h"

struct tsr_build {
	const char *site;   /* folder of the site */
	const char *out;    /* folder of releases; NULL: publish nothing */
	unsigned threads;   /* 0: as many as there are processors */
	int level;	    /* zlib's, 1 to 9 */
	bool strict;	    /* warnings keep it from being published */
	/* Called now and then, from one thread at a time; may be NULL. */
	void (*progress)(void *ctx, size_t done, size_t total);
	void *ctx;
};

struct tsr_build_result {
	struct tsr_emit_result emit;
	size_t pages, editions, units;
	uint64_t page_bytes; /* stored units of all pages */
	const char *what;    /* the file or step an I/O error is about */
};

/*
 * Build and publish. Mistakes of the author are in the diag: with an error
 * nothing is published and TSR_SYNTAX returned. TSR_IO leaves errno. The
 * site's output stays for the caller to look at and to free.
 */
enum tsr_err tsr_build_run(struct tsr_build_result *result,
    struct tsr_site_output *site, const struct tsr_build *build,
    struct tsr_arena *arena, struct tsr_diag *diag);

/*
 * Fold the site's pages as its configuration says (fold.h), and measure what
 * they say of their decisions (whytext.h).
 */
void tsr_build_fold(struct tsr_site_output *site, struct tsr_arena *arena);

/* Padded editions of one page, as packing sees it; NULL after mistakes. */
struct tsr_padded *tsr_build_pad(const struct tsr_page *page,
    struct tsr_arena *arena, struct tsr_diag *diag);

#endif
