/*
 * asset - css, pictures and fonts: read, fingerprinted, compressed.
 */
#include "build/model/asset.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/file.h"
#include "base/pool.h"
#include "build/read/css.h"
#include "build/pack/hash.h"
#include "build/read/image_size.h"
#include "build/read/mistake.h"
#include "build/read/svg.h"
#include "core/limits.h"

/* Digits of the hash in a published name: 40 bits. */
#define DIGITS 10

/* Style sheets that refer to style sheets. */
#define CSS_DEPTH 16

enum progress {
	NEW,
	BUSY,
	DONE
};

struct reader {
	struct tsr_assets *assets;
	const struct tsr_site *site;
	struct tsr_arena *arena;
	struct tsr_diag *diag;
	uint8_t *progress; /* one an asset */
};

static const char *const pictures[] = {
    ".svg", ".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif"};
static const char *const compressible[] = {".css", ".js", ".mjs", ".svg",
    ".txt", ".json", ".xml", ".webmanifest", ".ico", ".ttf", ".otf", ".wasm",
    ".map", ".html"};

static bool
ends_in(struct tsr_span name, const char *const *list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (tsr_span_ends(
			name, tsr_span_of(list[i], strlen(list[i]))))
			return true;
	return false;
}

const struct tsr_asset *
tsr_assets_find(const struct tsr_assets *assets, struct tsr_span name)
{
	uint32_t i = tsr_names_find(&assets->names, name);

	return i == TSR_NAMES_NONE ? NULL : &assets->list[i];
}

struct tsr_span
tsr_assets_nearest(const struct tsr_assets *assets, struct tsr_span name,
    struct tsr_arena *arena)
{
	struct tsr_span *names =
	    TSR_NEW_ARRAY(arena, struct tsr_span, assets->count);
	size_t i;

	for (i = 0; i < assets->count; i++)
		names[i] = assets->list[i].name;
	return tsr_nearest(name, names, assets->count);
}

static void
read_bytes(struct reader *r, struct tsr_asset *asset, const char *path)
{
	const char *full =
	    tsr_arena_printf(r->arena, "%s/%s", r->site->folder, path);
	enum tsr_err err =
	    tsr_file_read(&asset->bytes, r->arena, full, TSR_ASSET_MAX);

	if (err == TSR_OK)
		return;
	if (err == TSR_LONG)
		tsr_diag_add(r->diag, TSR_ERROR, TSR_M_TOO_LARGE, TSR_NOWHERE,
		    "more than %d bytes in an asset", TSR_ASSET_MAX)
		    ->file = path;
	else
		tsr_diag_add(r->diag, TSR_ERROR, TSR_M_UNREADABLE,
		    TSR_NOWHERE, "%s", strerror(errno))
		    ->file = path;
}

static uint32_t
add_source(struct reader *r, const struct tsr_asset *asset)
{
	const char *name = tsr_arena_printf(
	    r->arena, "templates/assets/%.*s", TSR_ARG(asset->name));

	return tsr_sources_add(r->site->sources, name, asset->bytes);
}

/* Dimensions of a picture; an SVG that would run code is refused. */
static void
measure(struct reader *r, struct tsr_asset *asset)
{
	struct tsr_image_size size;
	struct tsr_svg svg;

	if (tsr_span_ends(asset->name, TSR_LIT(".svg"))) {
		if (!tsr_svg_check(&svg, r->site->sources,
			add_source(r, asset), r->diag))
			return;
		asset->width = svg.width;
		asset->height = svg.height;
	} else if (asset->picture &&
	    tsr_image_size(&size, asset->bytes) == TSR_OK) {
		asset->width = size.width;
		asset->height = size.height;
	}
}

/* img/a.svg and its bytes' hash: assets/img/a.0123456789.svg. */
static void
name_asset(struct reader *r, struct tsr_asset *asset)
{
	struct tsr_hash hash = tsr_hash_of(asset->bytes);
	struct tsr_span name = asset->name;
	struct tsr_buf buf;
	size_t dot = name.n;

	while (dot > 0 && name.p[dot - 1] != '.' && name.p[dot - 1] != '/')
		dot--;
	if (dot == 0 || name.p[dot - 1] == '/')
		dot = name.n + 1;
	tsr_buf_init(&buf, TSR_PATH_MAX);
	tsr_buf_text(&buf, "/assets/");
	tsr_buf_add(&buf, tsr_span_part(name, 0, dot - 1));
	tsr_buf_byte(&buf, '.');
	tsr_buf_hex(&buf, tsr_span_of(hash.bytes, DIGITS / 2));
	tsr_buf_add(&buf, tsr_span_from(name, dot - 1));
	asset->url = tsr_arena_dup(r->arena, tsr_buf_view(&buf));
	asset->file = tsr_span_from(asset->url, 1);
	tsr_buf_free(&buf);
}

static void finish(struct reader *r, size_t i, unsigned depth);

/* What one css file knows while its references are looked up. */
struct sheet {
	struct reader *r;
	struct tsr_span folder; /* with the final slash, or empty */
	uint32_t src;
	unsigned depth;
};

static void
unknown_asset(struct sheet *s, struct tsr_span name, struct tsr_where where)
{
	struct tsr_span near =
	    tsr_assets_nearest(s->r->assets, name, s->r->arena);

	tsr_diag_add(s->r->diag, TSR_ERROR, TSR_M_ASSET, where,
	    "no file templates/assets/%.*s", TSR_ARG(name));
	if (near.n > 0)
		tsr_diag_hint(
		    s->r->diag, "did you mean \"%.*s\"?", TSR_ARG(near));
}

/* The published URL of what a style sheet refers to, or an empty span. */
static struct tsr_span
resolve_reference(void *ctx, struct tsr_span ref, size_t off)
{
	struct sheet *s = ctx;
	struct tsr_where where = {s->src, (uint32_t)off, (uint32_t)ref.n};
	struct tsr_span name;
	uint32_t i;

	if (!tsr_css_local(&name, ref, s->folder, s->r->arena))
		return tsr_span_of(NULL, 0);
	i = tsr_names_find(&s->r->assets->names, name);
	if (i == TSR_NAMES_NONE) {
		unknown_asset(s, name, where);
		return tsr_span_of(NULL, 0);
	}
	if (s->r->progress[i] == BUSY || s->depth == CSS_DEPTH) {
		tsr_diag_add(s->r->diag, TSR_ERROR, TSR_M_CSS_CYCLE, where,
		    "this style sheet comes back to itself");
		return tsr_span_of(NULL, 0);
	}
	finish(s->r, i, s->depth + 1);
	return s->r->assets->list[i].url;
}

static void
rewrite_css(struct reader *r, struct tsr_asset *asset, unsigned depth)
{
	struct sheet sheet = {.r = r, .depth = depth};
	struct tsr_buf buf;
	size_t slash = asset->name.n;

	while (slash > 0 && asset->name.p[slash - 1] != '/')
		slash--;
	sheet.folder = tsr_span_part(asset->name, 0, slash);
	sheet.src = add_source(r, asset);
	tsr_buf_init(&buf, (size_t)TSR_ASSET_MAX * 2);
	tsr_css_rewrite(&buf, asset->bytes, resolve_reference, &sheet);
	asset->bytes = tsr_arena_dup(r->arena, tsr_buf_view(&buf));
	tsr_buf_free(&buf);
}

/* Depth is capped by CSS_DEPTH in resolve_reference. */
static void
finish(struct reader *r, size_t i, unsigned depth)
{
	struct tsr_asset *asset = &r->assets->list[i];

	if (r->progress[i] != NEW)
		return;
	r->progress[i] = BUSY;
	if (tsr_span_ends(asset->name, TSR_LIT(".css")))
		rewrite_css(r, asset, depth);
	name_asset(r, asset);
	r->progress[i] = DONE;
}

struct squeeze {
	struct tsr_assets *assets;
	struct tsr_buf *out; /* one an asset */
};

/* out becomes the gzip form, or stays empty when little would be saved. */
static void
gzip(struct tsr_buf *out, struct tsr_span bytes)
{
	z_stream z = {0};

	/* No time and no name in the header: the same bytes every time. */
	if (bytes.n < 64 ||
	    deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		return;
	tsr_buf_init(out, deflateBound(&z, bytes.n));
	tsr_buf_fill(out, 0, out->max);
	z.next_in = (uint8_t *)(uintptr_t)bytes.p;
	z.avail_in = (uInt)bytes.n;
	z.next_out = out->p;
	z.avail_out = (uInt)out->n;
	out->n = deflate(&z, Z_FINISH) == Z_STREAM_END
	    ? out->n - z.avail_out : 0;
	if (out->n > bytes.n - bytes.n / 20)
		out->n = 0;
	deflateEnd(&z);
}

struct tsr_span
tsr_assets_gzip(struct tsr_span bytes, struct tsr_arena *arena)
{
	struct tsr_buf buf = {0};
	struct tsr_span out = {NULL, 0};

	gzip(&buf, bytes);
	if (buf.n > 0)
		out = tsr_arena_dup(arena, tsr_buf_view(&buf));
	tsr_buf_free(&buf);
	return out;
}

static void
compress_asset(void *ctx, size_t item, unsigned worker)
{
	struct squeeze *s = ctx;
	struct tsr_asset *asset = &s->assets->list[item];

	(void)worker;
	if (ends_in(asset->name, compressible, TSR_COUNT_OF(compressible)))
		gzip(&s->out[item], asset->bytes);
}

static void
compress_all(struct reader *r, unsigned threads)
{
	struct squeeze s = {.assets = r->assets};
	size_t i;

	s.out = TSR_NEW_ARRAY(r->arena, struct tsr_buf, r->assets->count);
	tsr_pool_run(compress_asset, &s, r->assets->count, threads);
	for (i = 0; i < r->assets->count; i++) {
		if (s.out[i].n > 0)
			r->assets->list[i].gzip =
			    tsr_arena_dup(r->arena, tsr_buf_view(&s.out[i]));
		tsr_buf_free(&s.out[i]);
	}
}

void
tsr_assets_read(struct tsr_assets *out, const struct tsr_site *site,
    unsigned threads, struct tsr_arena *arena, struct tsr_diag *diag)
{
	struct reader r = {
	    .assets = out, .site = site, .arena = arena, .diag = diag};
	size_t i, n = 0;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < site->count; i++)
		n += site->files[i].kind == TSR_FILE_ASSET;
	out->list = TSR_NEW_ARRAY(arena, struct tsr_asset, n);
	r.progress = TSR_NEW_ARRAY(arena, uint8_t, n);
	for (i = 0; i < site->count; i++) {
		struct tsr_asset *asset = &out->list[out->count];

		if (site->files[i].kind != TSR_FILE_ASSET)
			continue;
		asset->name = site->files[i].name;
		asset->picture =
		    ends_in(asset->name, pictures, TSR_COUNT_OF(pictures));
		read_bytes(&r, asset, site->files[i].path);
		measure(&r, asset);
		tsr_names_add(&out->names, arena, asset->name,
		    (uint32_t)out->count++);
	}
	for (i = 0; i < out->count; i++)
		finish(&r, i, 0);
	compress_all(&r, threads);
}
