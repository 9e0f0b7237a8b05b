/*
 * model_words - one file's value in every locale, and who lacks which words.
 */
#include "build/read/mistake.h"
#include "build/model/model_part.h"
#include "build/model/shape.h"

/* Is b an overlay of a? Overlays follow their file in the order of paths. */
static bool
same_thing(const struct tsr_site_file *a, const struct tsr_site_file *b)
{
	return (a->kind == b->kind) && tsr_span_eq(a->name, b->name) &&
	    tsr_span_eq(a->group, b->group);
}

static void
take_overlay(struct tsr_words *out, struct tsr_modeler *m,
    const struct tsr_site_file *f)
{
	uint32_t locale = tsr_model_locale(m->model, f->locale);

	if (locale == UINT32_MAX || locale == 0) {
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_UNKNOWN_LOCALE,
		    tsr_site_where(f),
		    locale == 0 ? "\"%.*s\" is the default locale: its words "
				  "stand in the file itself"
				: "\"%.*s\" is no locale of this site",
		    TSR_ARG(f->locale));
		return;
	}
	if (out->overlays[locale] != NULL) {
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_TWICE,
		    tsr_site_where(f), "a second overlay for \"%.*s\"",
		    TSR_ARG(f->locale))
		    ->also = tsr_site_where(out->overlays[locale]);
		return;
	}
	if (f->json.type != TSR_JSON_OBJECT) {
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_STRAY_OVERLAY,
		    tsr_site_where(f), "an overlay is an object");
		return;
	}
	out->overlays[locale] = f;
}

static void
merge_locales(struct tsr_words *out, struct tsr_modeler *m)
{
	const struct tsr_model *model = m->model;
	const struct tsr_site_file *overlay;
	const struct tsr_locale *l;
	struct tsr_json *merged;
	uint32_t i, j;

	for (i = 0; i < model->locale_count; i++) {
		l = &model->locales[i];
		out->by_locale[i] = out->base;
		for (j = l->chain_count; j-- > 0;) {
			overlay = out->overlays[l->chain[j]];
			if (overlay == NULL)
				continue;
			merged = TSR_NEW(m->arena, struct tsr_json);
			*merged = tsr_json_merge(
			    m->arena, out->by_locale[i], &overlay->json);
			out->by_locale[i] = merged;
		}
		/*
		 * A file that is wrong itself need not be wrong again; words
		 * that do not fit are not looked at further.
		 */
		if (out->by_locale[i] != out->base && (!out->valid ||
			!tsr_model_fits(m, out->file->kind,
			    out->by_locale[i])))
			out->by_locale[i] = out->base;
	}
}

void
tsr_model_words(struct tsr_words *out, struct tsr_modeler *m, size_t file)
{
	const struct tsr_site_file *f = &m->site->files[file];
	uint32_t n = m->model->locale_count;
	size_t i;

	memset(out, 0, sizeof(*out));
	out->file = f;
	out->base = &f->json;
	out->by_locale = TSR_NEW_ARRAY(m->arena, const struct tsr_json *, n);
	out->overlays =
	    TSR_NEW_ARRAY(m->arena, const struct tsr_site_file *, n);
	out->valid = tsr_model_fits(m, f->kind, &f->json);
	/* NAME.de.json sorts before NAME.json: look to both sides. */
	for (i = file; i > 0 && same_thing(f, &m->site->files[i - 1]); i--)
		;
	for (; i < m->site->count && same_thing(f, &m->site->files[i]); i++)
		if (m->site->files[i].locale.n > 0 && m->site->files[i].read)
			take_overlay(out, m, &m->site->files[i]);
	merge_locales(out, m);
}

/* Names of text that base has and the overlays of a locale lack. */
static void
lacking(struct tsr_buf *out, const struct tsr_words *words, uint32_t locale,
    const struct tsr_model *model, const struct tsr_component *component)
{
	const struct tsr_json *fields = tsr_json_get(words->base, "fields");
	const struct tsr_locale *l = &model->locales[locale];
	struct tsr_shape root = tsr_shape_root(component->schema);
	uint32_t i, j;

	for (i = 0; fields != NULL && i < fields->count; i++) {
		const struct tsr_member *f = &fields->u.members[i];
		struct tsr_shape s = tsr_shape_member(&root, f->name);
		enum tsr_format format = tsr_shape_format(&s);
		const struct tsr_json *wanted =
		    tsr_shape_keyword(&s, "x-translate");

		if (f->value.type != TSR_JSON_STRING ||
		    (format != TSR_FORMAT_NONE &&
			format != TSR_FORMAT_MARKDOWN &&
			format != TSR_FORMAT_HTML) ||
		    (wanted != NULL && !tsr_json_true(wanted)) ||
		    tsr_shape_keyword(&s, "enum") != NULL ||
		    tsr_span_starts(f->value.u.string, TSR_LIT("page:")) ||
		    tsr_span_starts(f->value.u.string, TSR_LIT("/")))
			continue;
		for (j = 0; j + 1 < l->chain_count; j++) {
			const struct tsr_site_file *overlay =
			    words->overlays[l->chain[j]];

			if (overlay != NULL &&
			    tsr_json_find(tsr_json_get(&overlay->json,
					      "fields"),
				f->name) != NULL)
				break;
		}
		if (j + 1 == l->chain_count) {
			tsr_buf_text(out, out->n > 0 ? ", " : "");
			tsr_buf_add(out, f->name);
		}
	}
}

static void
check_entry(struct tsr_modeler *m, const struct tsr_entry *entry)
{
	struct tsr_buf buf;
	uint32_t i;

	for (i = 1; i < m->model->locale_count; i++) {
		tsr_buf_init(&buf, 300);
		lacking(&buf, &entry->words, i, m->model,
		    &m->model->components[entry->component]);
		if (buf.n > 0) {
			tsr_diag_add(m->diag, TSR_WARNING, TSR_M_UNTRANSLATED,
			    tsr_site_where(entry->words.file),
			    "no \"%.*s\" words for: %.*s",
			    TSR_ARG(m->model->locales[i].tag),
			    TSR_ARG(tsr_buf_view(&buf)));
			tsr_diag_hint(m->diag,
			    "put them beside this file, ending in .%.*s.json",
			    TSR_ARG(m->model->locales[i].tag));
		}
		tsr_buf_free(&buf);
	}
}

/* A page of records alone may get all its words from them. */
static bool
has_words(const struct tsr_page_source *page)
{
	struct tsr_span title =
	    tsr_json_text(tsr_json_get(page->words.base, "title"));

	return !(title.n > 1 && title.p[0] == '{' &&
	    tsr_span_find(title, '}', 0) == title.n - 1);
}

static void
check_page(struct tsr_modeler *m, const struct tsr_page_source *page)
{
	const struct tsr_locale *l;
	uint32_t i, j;

	for (i = 1; i < m->model->locale_count; i++) {
		l = &m->model->locales[i];
		if (!page->locales[i] || !has_words(page))
			continue;
		for (j = 0; j + 1 < l->chain_count; j++)
			if (page->words.overlays[l->chain[j]] != NULL)
				break;
		if (j + 1 < l->chain_count)
			continue;
		tsr_diag_add(m->diag, TSR_WARNING, TSR_M_UNTRANSLATED,
		    tsr_site_where(page->words.file),
		    "this page has no words in \"%.*s\"", TSR_ARG(l->tag));
		tsr_diag_hint(m->diag,
		    "put them beside this file, ending in .%.*s%s, or name the "
		    "page's locales in \"locales\"",
		    TSR_ARG(l->tag), page->words.file->markdown ? ".md"
								: ".json");
	}
}

void
tsr_model_untranslated(struct tsr_modeler *m)
{
	uint32_t i;

	for (i = 0; i < m->model->entry_count; i++)
		if (m->model->entries[i].words.valid &&
		    m->model->entries[i].component != UINT32_MAX)
			check_entry(m, &m->model->entries[i]);
	for (i = 0; i < m->model->page_count; i++)
		if (m->model->pages[i].words.valid)
			check_page(m, &m->model->pages[i]);
}
