/*
 * asset - css, pictures and fonts: read, fingerprinted, compressed.
 *
 * A file templates/assets/img/a.svg is published as
 * assets/img/a.<10 digits of its hash>.svg, so that it may be cached for ever;
 * references to other assets inside css become their published names. What
 * compresses well gets a .gz beside it.
 */
#ifndef TSR_BUILD_ASSET_H
#define TSR_BUILD_ASSET_H

#include "build/model/names.h"
#include "build/model/site.h"

struct tsr_asset {
	struct tsr_span name; /* below templates/assets: img/a.svg */
	struct tsr_span file; /* below out/public: assets/img/a.0123456789.svg */
	struct tsr_span url;  /* /assets/img/a.0123456789.svg */
	struct tsr_span bytes;
	struct tsr_span gzip; /* empty: not worth it */
	bool picture;	      /* by its name: svg png jpg jpeg webp avif gif */
	uint32_t width, height; /* 0: not known */
};

struct tsr_assets {
	struct tsr_asset *list; /* in the order of names */
	size_t count;
	struct tsr_names names;
};

/*
 * Read all assets of a site. Mistakes (unreadable, too large, a css reference to
 * an asset that is not there) go to the diag.
 */
void tsr_assets_read(struct tsr_assets *out, const struct tsr_site *site,
    unsigned threads, struct tsr_arena *arena, struct tsr_diag *diag);

/* The asset of that name, or NULL. */
const struct tsr_asset *tsr_assets_find(
    const struct tsr_assets *assets, struct tsr_span name);

/* The gzip form of bytes, or empty when it would not save a twentieth. */
struct tsr_span tsr_assets_gzip(
    struct tsr_span bytes, struct tsr_arena *arena);

/* The name nearest to a misspelt one, or empty. */
struct tsr_span tsr_assets_nearest(const struct tsr_assets *assets,
    struct tsr_span name, struct tsr_arena *arena);

#endif
