/*
 * paint_markup - Markdown and rich HTML of a site, with its addresses.
 */
#include "build/render/paint_markup.h"

#include "build/read/mistake.h"

bool
tsr_paint_asset(struct tsr_buf *out, struct tsr_paint_place *place,
    struct tsr_span path, struct tsr_where where, bool picture)
{
	const struct tsr_assets *assets = place->resolver->model->assets;
	const struct tsr_asset *asset = tsr_assets_find(assets, path);
	struct tsr_span near;

	if (asset != NULL && (asset->picture || !picture)) {
		tsr_buf_add(out, asset->url);
		return true;
	}
	if (asset != NULL) {
		tsr_diag_add(place->diag, TSR_ERROR, TSR_M_IMAGE, where,
		    "templates/assets/%.*s is no picture", TSR_ARG(path));
		return false;
	}
	tsr_diag_add(place->diag, TSR_ERROR, TSR_M_ASSET, where,
	    "no file templates/assets/%.*s", TSR_ARG(path));
	near = tsr_assets_nearest(assets, path, place->arena);
	if (near.n > 0)
		tsr_diag_hint(place->diag, "did you mean \"%.*s\"?",
		    TSR_ARG(near));
	return false;
}

static bool
link_hook(void *ctx, struct tsr_buf *out, struct tsr_span url,
    struct tsr_where where)
{
	struct tsr_paint_place *place = ctx;

	return tsr_address_link(out, place->resolver->addresses,
	    place->resolver->model, url, place->locale, where, place->diag);
}

/* A picture: an asset by its path, or an address of another host. */
static bool
image_hook(void *ctx, struct tsr_buf *out, struct tsr_markup_image *image,
    struct tsr_span url, struct tsr_where where)
{
	struct tsr_paint_place *place = ctx;
	const struct tsr_asset *asset;

	if (tsr_span_find(url, ':', 0) < url.n ||
	    tsr_span_starts(url, TSR_LIT("//"))) {
		tsr_buf_add(out, url);
		return true;
	}
	if (!tsr_paint_asset(out, place, url, where, true))
		return false;
	asset = tsr_assets_find(place->resolver->model->assets, url);
	image->width = asset->width;
	image->height = asset->height;
	return true;
}

static struct tsr_markup_hooks
hooks_of(struct tsr_paint_place *place)
{
	struct tsr_markup_hooks hooks = {
	    .ctx = place, .link = link_hook, .image = image_hook};

	return hooks;
}

bool
tsr_paint_markup(struct tsr_buf *out, struct tsr_paint_place *place,
    const struct tsr_json *value, bool markdown)
{
	struct tsr_markup_hooks hooks = hooks_of(place);
	struct tsr_richhtml html = {.hooks = &hooks};
	struct tsr_markdown options = {.html = &html};
	struct tsr_markdown_result result;
	const struct tsr_source *source = tsr_sources_at(
	    place->resolver->model->site->sources, value->src);
	struct tsr_markup_text text = {
	    .text = tsr_json_text(value), .where = tsr_json_where(value)};
	struct tsr_arena_mark mark = tsr_arena_mark(place->arena);
	bool ok;

	if (value->off < source->text.n && source->text.p[value->off] == '"' &&
	    !tsr_span_ends(tsr_span_of(source->name, strlen(source->name)),
		TSR_LIT(".md")))
		text.json = source->text;
	if (!markdown)
		return tsr_richhtml_clean(out, &text, &html, place->diag);
	ok = tsr_markdown_render(
	    &result, &text, &options, place->arena, place->diag);
	tsr_buf_add(out, result.html);
	tsr_arena_rewind(place->arena, mark);
	return ok;
}

/* The file whose body is read in a locale. */
static const struct tsr_site_file *
body_file(const struct tsr_model *model, const struct tsr_page_source *page,
    uint32_t locale)
{
	const struct tsr_locale *l = &model->locales[locale];
	const struct tsr_site_file *f;
	uint32_t i;

	for (i = 0; i < l->chain_count; i++) {
		f = page->words.overlays[l->chain[i]];
		if (f != NULL && f->markdown)
			return f;
	}
	return page->words.file->markdown ? page->words.file : NULL;
}

bool
tsr_paint_body(struct tsr_markdown_result *out, struct tsr_paint_place *place,
    const struct tsr_page_source *page)
{
	const struct tsr_model *model = place->resolver->model;
	const struct tsr_site_file *f =
	    body_file(model, page, place->locale);
	struct tsr_markup_hooks hooks = hooks_of(place);
	struct tsr_richhtml html = {.hooks = &hooks};
	struct tsr_markdown options = {.html = &html};
	struct tsr_markup_text text = {.verbatim = true};

	memset(out, 0, sizeof(*out));
	if (f == NULL)
		return false;
	text.text = tsr_span_from(tsr_site_text(model->site, f), f->body);
	text.where = (struct tsr_where){f->src, f->body, 0};
	tsr_markdown_render(out, &text, &options, place->arena, place->diag);
	return true;
}
