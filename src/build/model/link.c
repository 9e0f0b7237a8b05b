/*
 * link - what an author writes as a target becomes a URL of one locale.
 */
#include "build/model/address.h"

#include "build/read/mistake.h"

/* Where the query or fragment of a target begins. */
static size_t
tail_of(struct tsr_span target)
{
	size_t i = 0;

	while (i < target.n && target.p[i] != '?' && target.p[i] != '#')
		i++;
	return i;
}

const struct tsr_address *
tsr_address_at(const struct tsr_addresses *all, struct tsr_span path)
{
	static const char digits[] = "0123456789ABCDEF";
	struct tsr_buf buf;
	uint32_t at = tsr_names_find(&all->paths, path);
	size_t i;

	if (at == TSR_NAMES_NONE) {
		tsr_buf_init(&buf, path.n * 3);
		for (i = 0; i < path.n; i++) {
			if (path.p[i] < 0x80) {
				tsr_buf_byte(&buf, path.p[i]);
				continue;
			}
			tsr_buf_byte(&buf, '%');
			tsr_buf_byte(&buf, (uint8_t)digits[path.p[i] >> 4]);
			tsr_buf_byte(&buf, (uint8_t)digits[path.p[i] & 15]);
		}
		at = tsr_names_find(&all->paths, tsr_buf_view(&buf));
		tsr_buf_free(&buf);
	}
	return at == TSR_NAMES_NONE ? NULL : &all->list[at];
}

/* The path of a place in a locale, or in the nearest it is there for. */
static struct tsr_span
path_in(const struct tsr_place *place, const struct tsr_model *model,
    uint32_t locale)
{
	const struct tsr_locale *l = &model->locales[locale];
	uint32_t i;

	for (i = 0; i < l->chain_count; i++)
		if (place->paths[l->chain[i]].n > 0)
			return place->paths[l->chain[i]];
	for (i = 0; i < model->locale_count; i++)
		if (place->paths[i].n > 0)
			return place->paths[i];
	return tsr_span_of(NULL, 0);
}

static void
hint_nearest(struct tsr_diag *diag, const struct tsr_names *names,
    struct tsr_span wrong, const char *before)
{
	struct tsr_arena scratch;
	struct tsr_span *list, near;
	size_t i, n = 0;

	tsr_arena_init(&scratch);
	list = TSR_NEW_ARRAY(&scratch, struct tsr_span, names->count);
	for (i = 0; i < names->cap; i++)
		if (names->cells[i].value != 0)
			list[n++] = names->cells[i].name;
	near = tsr_nearest(wrong, list, n);
	if (near.n > 0)
		tsr_diag_hint(diag, "did you mean \"%s%.*s\"?", before,
		    TSR_ARG(near));
	tsr_arena_free(&scratch);
}

static struct tsr_span
page_link(const struct tsr_addresses *all, const struct tsr_model *model,
    struct tsr_span id, uint32_t locale, struct tsr_where where,
    struct tsr_diag *diag)
{
	uint32_t at = tsr_names_find(&all->ids, id);
	struct tsr_span path = {NULL, 0};

	if (at != TSR_NAMES_NONE)
		path = path_in(&all->places[at], model, locale);
	if (path.n > 0)
		return path;
	tsr_diag_add(diag, TSR_ERROR, TSR_M_PAGE, where,
	    "no page has the id \"%.*s\"", TSR_ARG(id));
	hint_nearest(diag, &all->ids, id, "page:");
	return path;
}

static struct tsr_span
path_link(const struct tsr_addresses *all, const struct tsr_model *model,
    struct tsr_span path, uint32_t locale, struct tsr_where where,
    struct tsr_diag *diag)
{
	const struct tsr_address *a = tsr_address_at(all, path);

	if (a == NULL && tsr_span_starts(path, TSR_LIT("/_tessera/")))
		return path;
	if (a == NULL) {
		tsr_diag_add(diag, TSR_ERROR, TSR_M_LINK, where,
		    "this site has no path %.*s", TSR_ARG(path));
		hint_nearest(diag, &all->paths, path, "");
		return tsr_span_of(NULL, 0);
	}
	if (a->kind == TSR_ADDRESS_PAGE && a->locale == 0)
		return path_in(&all->places[a->place], model, locale);
	return a->path;
}

bool
tsr_address_link(struct tsr_buf *out, const struct tsr_addresses *all,
    const struct tsr_model *model, struct tsr_span target, uint32_t locale,
    struct tsr_where where, struct tsr_diag *diag)
{
	size_t tail = tail_of(target);
	struct tsr_span head = tsr_span_part(target, 0, tail), url;

	if (tsr_span_starts(head, TSR_LIT("page:")))
		url = page_link(all, model, tsr_span_from(head, 5), locale,
		    where, diag);
	else if (head.n > 0 && head.p[0] == '/' &&
	    !(head.n > 1 && head.p[1] == '/'))
		url = path_link(all, model, head, locale, where, diag);
	else {
		tsr_buf_add(out, target);
		return true;
	}
	tsr_buf_add(out, url);
	tsr_buf_add(out, tsr_span_from(target, tail));
	return url.n > 0;
}
