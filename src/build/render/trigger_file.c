/*
 * trigger_file - what triggers show, as files that anyone may fetch.
 */
#include "build/render/trigger_file.h"

#include "build/read/htmltok.h"
#include "build/read/mistake.h"
#include "build/render/canvas.h"
#include "build/render/paint.h"
#include "build/render/variant_file.h"
#include "build/rules/trigger.h"
#include "build/template/escape.h"
#include "core/limits.h"

static const struct tsr_entry *
find_entry(const struct tsr_model *model, const struct tsr_trigger_entry *t,
    struct tsr_diag *diag)
{
	const struct tsr_json *name = tsr_json_get(t->json, "entry");
	uint32_t at = tsr_names_find(&model->entry_names, tsr_json_text(name));

	if (at == TSR_NAMES_NONE)
		tsr_model_unknown(diag, TSR_M_ENTRY, tsr_json_where(name),
		    "entry", tsr_json_text(name), &model->entry_names);
	if (at == TSR_NAMES_NONE || !model->entries[at].words.valid ||
	    model->entries[at].component == UINT32_MAX)
		return NULL;
	return &model->entries[at];
}

/* Its elements say which trigger shows them. */
static struct tsr_span
with_name(struct tsr_span html, struct tsr_span trigger,
    struct tsr_arena *arena)
{
	struct tsr_canvas canvas;
	struct tsr_buf attribute;
	struct tsr_span out;

	tsr_canvas_init(&canvas, TSR_PAGE_TEXT_MAX);
	tsr_buf_init(&attribute, TSR_PATH_MAX);
	tsr_buf_add(&canvas.buf, html);
	tsr_buf_text(&attribute, " data-trigger=\"");
	tsr_escape_attr(&attribute, trigger);
	tsr_buf_text(&attribute, "\"");
	if (!attribute.full)
		tsr_canvas_attribute(
		    &canvas, tsr_buf_view(&attribute), false);
	out = tsr_arena_dup(arena, tsr_buf_view(&canvas.buf));
	tsr_buf_free(&attribute);
	tsr_canvas_free(&canvas);
	return out;
}

/* What stands in slots would not be in the file. */
static void
check_slots(const struct tsr_trigger_entry *t, const struct tsr_entry *entry,
    struct tsr_diag *diag)
{
	const struct tsr_json *name = tsr_json_get(t->json, "entry");
	const struct tsr_member *slots = tsr_json_member(
	    entry->words.by_locale[0], TSR_LIT("slots"));

	if (slots == NULL)
		return;
	tsr_diag_add(diag, TSR_ERROR, TSR_M_TRIGGER_FILLED,
	    tsr_json_where(name), "trigger \"%.*s\" shows an entry that fills "
	    "slots", TSR_ARG(t->name))->also = tsr_json_name_where(slots);
	tsr_diag_hint(diag, "it is one file, a component alone: write what the "
	    "slots hold into its fields");
}

/*
 * Where the first heading's tag ends in HTML: behind "<h2". 0: there is none.
 */
static size_t
find_heading(struct tsr_span html)
{
	struct tsr_htmltok t;
	size_t i;

	tsr_htmltok_init(&t);
	for (i = 0; i + 3 < html.n; i++) {
		if (t.state == TSR_HTML_DATA && html.p[i] == '<' &&
		    (html.p[i + 1] | 0x20) == 'h' && html.p[i + 2] >= '1' &&
		    html.p[i + 2] <= '3' && !tsr_is_alnum(html.p[i + 3]))
			return i + 3;
		tsr_htmltok_feed(&t, tsr_span_part(html, i, 1));
	}
	return 0;
}

/* A dialog, named by its heading: what is shown where there is no slot. */
static struct tsr_span
in_dialog(struct tsr_span html, struct tsr_arena *arena)
{
	size_t heading = find_heading(html);
	struct tsr_span out;
	struct tsr_buf buf;

	tsr_buf_init(&buf, TSR_PAGE_TEXT_MAX);
	tsr_buf_text(&buf, heading > 0
		? "<dialog aria-labelledby=\"tessera-title\">" : "<dialog>");
	tsr_buf_add(&buf, tsr_span_part(html, 0, heading));
	if (heading > 0)
		tsr_buf_text(&buf, " id=\"tessera-title\"");
	tsr_buf_add(&buf, tsr_span_from(html, heading));
	tsr_buf_text(&buf, "</dialog>");
	out = tsr_arena_dup(arena, tsr_buf_view(&buf));
	tsr_buf_free(&buf);
	return out;
}

static void
render(struct tsr_variant_file *out, const struct tsr_resolver *resolver,
    const struct tsr_entry *entry, uint32_t locale, struct tsr_arena *arena,
    struct tsr_diag *diag)
{
	static const struct tsr_json nothing = {.type = TSR_JSON_OBJECT};
	const struct tsr_json *words = entry->words.by_locale[locale];
	struct tsr_block block = {
	    .component = &resolver->model->components[entry->component],
	    .fields = tsr_json_get(words, "fields"),
	    .where = tsr_json_where(words)};

	if (block.fields == NULL)
		block.fields = &nothing;
	(void)tsr_paint_fragment(
	    &out->html, resolver, locale, &block, arena, diag);
	out->html = with_name(out->html, out->variant, arena);
}

struct tsr_variant_file *
tsr_trigger_files(size_t *count, const struct tsr_resolver *resolver,
    struct tsr_arena *arena, struct tsr_diag *diag)
{
	const struct tsr_model *model = resolver->model;
	size_t n = tsr_triggers_count(model->triggers), i;
	struct tsr_variant_file *files = TSR_NEW_ARRAY(
	    arena, struct tsr_variant_file, n * model->locale_count);
	struct tsr_trigger_entry *t;
	const struct tsr_entry *entry;
	struct tsr_variant_file *f;
	struct tsr_span *names;
	uint32_t l;
	bool dialog;

	*count = 0;
	for (i = 0; i < n; i++) {
		t = tsr_triggers_at(model->triggers, i);
		entry = find_entry(model, t, diag);
		if (entry == NULL)
			continue;
		check_slots(t, entry, diag);
		dialog = tsr_json_get(t->json, "slot") == NULL;
		names = TSR_NEW_ARRAY(
		    arena, struct tsr_span, model->locale_count);
		for (l = 0; l < model->locale_count; l++) {
			f = &files[(*count)++];
			f->slot = TSR_LIT("trigger");
			f->variant = t->name;
			render(f, resolver, entry, l, arena, diag);
			tsr_variant_file_make(f, dialog
				? in_dialog(f->html, arena) : f->html, arena);
			names[l] = f->name;
		}
		t->files = names;
	}
	return files;
}
