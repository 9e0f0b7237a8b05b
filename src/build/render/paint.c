/*
 * paint - a resolved page through its templates to a tree of items.
 *
 * The template calls back for each slot; the recursion from slot to component
 * to slot is as deep as resolve.c made it, at most TSR_SLOT_DEPTH.
 */
#include "build/render/paint.h"

#include <assert.h>

#include "build/pack/script.h"
#include "build/pack/words.h"
#include "build/model/place_chain.h"
#include "build/render/canvas.h"
#include "build/template/context.h"
#include "build/template/escape.h"
#include "build/read/mistake.h"
#include "build/render/fields.h"
#include "build/render/paint_markup.h"
#include "build/template/template.h"
#include "core/limits.h"

/* Names that are found when no field has them. */
#define GLOBALS_MAX 4

struct painter {
	struct tsr_paint_place place;
	const struct tsr_resolver *r;
	uint32_t locale;
	struct tsr_arena *arena;
	struct tsr_diag *diag;
	struct tsr_render_global globals[GLOBALS_MAX];
	size_t nglobals;
	struct tsr_span body; /* HTML of the page's own text */
	const uint8_t *body_mark; /* what stands for it among the fields */
	bool ok;
	struct tsr_span path; /* of the page */
	const struct tsr_place *at;
	struct tsr_regions regions; /* of the edition under way */
	bool why_said; /* its layout has {{>why}} */
	bool has_data; /* some layout of the page has {{>tessera}} */
};

/* One component being rendered: whose slots, and where to. */
struct painting {
	struct painter *p;
	struct tsr_canvas *canvas;
	const struct tsr_slot *slots;
	uint32_t slot_count;
};

static void paint_block(struct painter *p, struct tsr_canvas *canvas,
    const struct tsr_block *block);

/*
 * One row: a component, in a canvas of its own. first: of what its choice
 * shows; personal: and that is not the default.
 */
static void
paint_row(struct tsr_row *out, struct painter *p,
    const struct tsr_block *block, struct tsr_span region, bool personal,
    bool first)
{
	struct tsr_canvas canvas;

	tsr_canvas_init(&canvas, TSR_PAGE_TEXT_MAX);
	paint_block(p, &canvas, block);
	tsr_canvas_region(&canvas, region, personal && first, first);
	tsr_canvas_finish(out, &canvas, p->arena);
	tsr_canvas_free(&canvas);
}

/*
 * The choices of a slot. What is not the default says so in its first element,
 * for figures and explanations, where the button that asks why has its place,
 * too; other rows stay the same in all choices.
 */
static void
paint_choice(struct tsr_choice *out, struct painter *p,
    const struct tsr_alternative *alt, struct tsr_span region, bool personal)
{
	uint32_t i;

	out->name = alt->name;
	out->omitted = alt->count == 0;
	out->count = alt->count;
	out->rows = TSR_NEW_ARRAY(p->arena, struct tsr_row, alt->count);
	for (i = 0; i < alt->count; i++)
		paint_row(&out->rows[i], p, &alt->blocks[i], region, personal,
		    i == 0);
}

/*
 * A slot whose variants the browser may fetch: each of them is painted as it
 * stands alone, and says which it is. Gives the name of its region in the page;
 * room is the choices', which are painted anew behind this.
 */
static struct tsr_span
add_region(struct painter *p, struct tsr_choice *room,
    const struct tsr_slot *slot, struct tsr_where tag)
{
	uint32_t i;

	for (i = 0; i < slot->count; i++)
		paint_choice(&room[i], p, &slot->list[i],
		    tsr_region_alone(slot->name, slot->list[i].name, p->arena),
		    i + 1 < slot->count);
	return tsr_region_add(&p->regions, p->r->model->rules, slot, room, tag);
}

static void
mark_slot(struct painting *painting, const struct tsr_slot *slot,
    struct tsr_where tag)
{
	struct painter *p = painting->p;
	struct tsr_item item = {.kind = TSR_ITEM_SLOT,
	    .text = slot->name,
	    .decision = slot->decision,
	    .rules = slot->rules,
	    .count = slot->count,
	    .list = true,
	    .where = tag};
	const struct tsr_rules_residue *residues;
	struct tsr_span region = slot->name;
	bool some = false;
	uint32_t i;

	item.choices = TSR_NEW_ARRAY(p->arena, struct tsr_choice, slot->count);
	if (tsr_rules_residues(
		&residues, p->r->model->rules, slot->decision) > 0)
		region = add_region(p, item.choices, slot, tag);
	for (i = 0; i < slot->count; i++) {
		paint_choice(&item.choices[i], p, &slot->list[i], region,
		    i + 1 < slot->count);
		if (item.choices[i].omitted)
			continue;
		some = true;
		item.list &= slot->list[i].list;
	}
	item.list &= some;
	if (region.n != slot->name.n)
		tsr_region_finish(&item, p->r->model->rules, region, p->arena);
	tsr_canvas_mark(painting->canvas, p->arena, &item);
}

static bool
slot_hook(void *ctx, struct tsr_buf *out, struct tsr_span name,
    struct tsr_where tag)
{
	struct painting *painting = ctx;
	const struct tsr_slot *slot = NULL;
	uint32_t i;

	assert(out == &painting->canvas->buf);
	(void)out;
	for (i = 0; i < painting->slot_count; i++)
		if (tsr_span_eq(painting->slots[i].name, name))
			slot = &painting->slots[i];
	if (slot == NULL)
		return true;
	if (slot->count > 1) {
		mark_slot(painting, slot, tag);
		return true;
	}
	for (i = 0; i < slot->list[0].count; i++)
		paint_block(
		    painting->p, painting->canvas, &slot->list[0].blocks[i]);
	return true;
}

static bool
text_hook(void *ctx, struct tsr_buf *out, struct tsr_span name,
    enum tsr_hole hole, struct tsr_where tag)
{
	struct painting *painting = ctx;
	const struct tsr_rules *rules = painting->p->r->model->rules;
	const struct tsr_rules_attribute *a;
	struct tsr_item item = {
	    .kind = TSR_ITEM_FIELD, .text = name, .where = tag};

	assert(out == &painting->canvas->buf);
	(void)out;
	item.attribute = tsr_rules_attribute_find(rules, name);
	if (item.attribute == UINT32_MAX)
		return false; /* reported when the template was compiled */
	a = tsr_rules_attribute_at(rules, item.attribute);
	item.escape = hole == TSR_HOLE_ATTR ? TSR_ESCAPE_ATTRIBUTE
					    : TSR_ESCAPE_TEXT;
	item.max = a->text_max;
	item.fallback = a->fallback;
	tsr_canvas_mark(painting->canvas, painting->p->arena, &item);
	return true;
}

/* An attribute that holds what a request writes: name=" and the rest. */
static void
add_data(struct painting *painting, struct tsr_item item, const char *name)
{
	item.kind = TSR_ITEM_DATA;
	tsr_buf_text(&painting->canvas->buf, name);
	tsr_canvas_mark(painting->canvas, painting->p->arena, &item);
	tsr_buf_text(&painting->canvas->buf, "\"");
}

/* Whether what was written so far has left a form open. */
static bool
is_in_form(struct tsr_span s)
{
	size_t i;

	for (i = s.n; i-- > 0;) {
		if (tsr_span_starts(tsr_span_from(s, i), TSR_LIT("</form")))
			return false;
		if (tsr_span_starts(tsr_span_from(s, i), TSR_LIT("<form")))
			return true;
	}
	return false;
}

/*
 * A form, which asks without a script. With it, its button is the one that
 * regions get copies of: the last thing in it. A page that has no signed text
 * asks by its path.
 */
static bool
why_hook(void *ctx, struct tsr_buf *out, struct tsr_where tag)
{
	struct painting *painting = ctx;
	const struct tsr_script *script = painting->p->r->script;
	struct tsr_item item = {.text = TSR_LIT("why"),
	    .field = TSR_FIELD_WHY,
	    .fallback = painting->p->path,
	    .where = tag};
	const struct tsr_locale *l =
	    &painting->p->r->model->locales[painting->p->locale];
	struct tsr_span question = tsr_words_own(&l->strings, TSR_WHY_TITLE);

	if (question.n == 0)
		question = tsr_why_word(TSR_WHY_TITLE, question, l->tag);
	if (is_in_form(tsr_buf_view(out))) {
		tsr_diag_add(painting->p->diag, TSR_ERROR, TSR_M_WHY_FORM, tag,
		    "{{>why}} is a form of its own");
		tsr_diag_hint(painting->p->diag, "take it out of <form>");
	}
	painting->p->why_said = true;
	atomic_store(&painting->p->r->script->asked, true);
	tsr_buf_text(out, "<form id=\"tessera-why\" action=\"/_tessera/why\">"
			  "<link rel=\"stylesheet\" href=\"");
	tsr_buf_add(out, script->ask.url);
	tsr_buf_text(out, "\"><input type=\"hidden\"");
	add_data(painting, item, " name=\"page\" value=\"");
	tsr_buf_text(out, "><button class=\"tessera-ask\" form=\"tessera-why\""
			  " title=\"");
	tsr_escape_attr(out, question);
	tsr_buf_text(out, "\" aria-label=\"");
	tsr_escape_attr(out, question);
	tsr_buf_text(out, "\">");
	tsr_escape_html(out, question);
	tsr_buf_text(out, "</button></form>");
	return true;
}

static bool
data_hook(void *ctx, struct tsr_buf *out, struct tsr_where tag)
{
	struct painting *painting = ctx;
	struct painter *p = painting->p;
	struct tsr_item mask = {.text = TSR_LIT("mask"),
	    .field = TSR_FIELD_MASK,
	    .where = tag};
	struct tsr_item why = {.text = TSR_LIT("why"),
	    .field = TSR_FIELD_WHY,
	    .where = tag};
	struct tsr_item state = {.text = TSR_LIT("state"),
	    .field = TSR_FIELD_STATE,
	    .where = tag};

	assert(out == &painting->canvas->buf);
	p->regions.said = p->has_data = true;
	tsr_regions_triggers(&p->regions, tsr_triggers_of(p->r->model,
		p->r->addresses, p->at, p->locale), tag);
	atomic_store(&p->r->script->used, true);
	tsr_buf_text(out, "<script src=\"");
	tsr_buf_add(out, p->r->script->main.url);
	tsr_buf_text(out, "\" defer></script>\n");
	tsr_buf_text(out, "<script type=\"application/json\" id=\"tessera\"");
	if (p->regions.bit_count > 0)
		add_data(painting, mask, " data-mask=\"");
	else
		tsr_buf_text(out, " data-mask=\"\"");
	if (!p->why_said)
		add_data(painting, why, " data-why=\"");
	add_data(painting, state, " data-state=\"");
	tsr_buf_text(out, ">");
	tsr_regions_write(out, &p->regions, p->locale);
	tsr_buf_text(out, "</script>");
	return true;
}

static bool
asset_hook(void *ctx, struct tsr_buf *out, struct tsr_span path,
    struct tsr_where where)
{
	struct painting *painting = ctx;

	return tsr_paint_asset(
	    out, &painting->p->place, path, where, false);
}

static bool
image_hook(void *ctx, struct tsr_buf *out, struct tsr_span path,
    struct tsr_where where)
{
	struct painting *painting = ctx;

	return tsr_paint_asset(out, &painting->p->place, path, where, true);
}

static bool
ref_hook(void *ctx, struct tsr_buf *out, struct tsr_span target,
    struct tsr_where where)
{
	struct painter *p = ((struct painting *)ctx)->p;

	return tsr_address_link(out, p->r->addresses, p->r->model, target,
	    p->locale, where, p->diag);
}

static bool
markup_hook(
    void *ctx, struct tsr_buf *out, const struct tsr_json *value, bool markdown)
{
	struct painter *p = ((struct painting *)ctx)->p;

	if (p->body_mark != NULL && tsr_json_text(value).p == p->body_mark) {
		tsr_buf_add(out, p->body);
		return true;
	}
	return tsr_paint_markup(out, &p->place, value, markdown);
}

static void
paint_template(struct painting *painting, const struct tsr_template *template,
    const struct tsr_json *fields)
{
	struct painter *p = painting->p;
	struct tsr_render_hooks hooks = {.ctx = painting,
	    .slot = slot_hook,
	    .text = text_hook,
	    .data = data_hook,
	    .why = why_hook,
	    .asset = asset_hook,
	    .image = image_hook,
	    .ref = ref_hook,
	    .markup = markup_hook,
	    .locale = p->r->model->locales[p->locale].tag};
	struct tsr_render render = {.data = fields,
	    .globals = p->globals,
	    .nglobals = p->nglobals,
	    .hooks = &hooks};

	if (template == NULL ||
	    !tsr_template_render(
		&painting->canvas->buf, template, &render, p->diag))
		p->ok = false;
	if (painting->canvas->buf.full)
		p->ok = false;
}

static void
paint_block(struct painter *p, struct tsr_canvas *canvas,
    const struct tsr_block *block)
{
	struct painting painting = {.p = p,
	    .canvas = canvas,
	    .slots = block->slots,
	    .slot_count = block->slot_count};
	struct tsr_item item = {.kind = TSR_ITEM_FRAGMENT,
	    .attribute = block->attribute,
	    .set = block->set,
	    .where = block->where};

	if (block->fields != NULL) {
		paint_template(
		    &painting, block->component->template, block->fields);
		return;
	}
	item.text =
	    tsr_rules_attribute_at(p->r->model->rules, block->attribute)->name;
	tsr_canvas_mark(canvas, p->arena, &item);
}

static void
add_global(
    struct painter *p, struct tsr_span name, const struct tsr_json *value)
{
	p->globals[p->nglobals].name = name;
	p->globals[p->nglobals++].value = value;
}

static void
init(struct painter *p, const struct tsr_resolver *r, uint32_t locale,
    struct tsr_arena *arena, struct tsr_diag *diag)
{
	const struct tsr_locale *l = &r->model->locales[locale];

	memset(p, 0, sizeof(*p));
	p->r = r;
	p->locale = locale;
	p->arena = arena;
	p->diag = diag;
	p->place = (struct tsr_paint_place){r, locale, arena, diag};
	p->ok = true;
	add_global(p, TSR_LIT("site"), &l->site);
	add_global(p, TSR_LIT("strings"), &l->strings);
}

/* The layout's fields with "body": a mark that markup_hook knows again. */
static struct tsr_json
with_body(struct painter *p, const struct tsr_json *fields)
{
	static const char mark[] = "body";
	struct tsr_json body = {.type = TSR_JSON_OBJECT, .count = 1};
	struct tsr_member *member = TSR_NEW(p->arena, struct tsr_member);
	struct tsr_span text = tsr_span_of(mark, p->body.n > 0 ? 4 : 0);

	p->body_mark = text.p;
	member->name = TSR_LIT("body");
	member->value = tsr_json_string(text);
	body.u.members = member;
	return tsr_json_merge(p->arena, fields, &body);
}

static void
paint_edition(struct tsr_choice *out, struct painter *p,
    const struct tsr_edition *edition)
{
	struct tsr_json fields = with_body(p, &edition->fields);
	struct tsr_canvas canvas;
	struct painting painting = {.p = p,
	    .canvas = &canvas,
	    .slots = edition->slots,
	    .slot_count = edition->slot_count};

	tsr_canvas_init(&canvas, TSR_PAGE_TEXT_MAX);
	tsr_regions_clear(&p->regions);
	p->why_said = false;
	paint_template(&painting, edition->layout->template, &fields);
	tsr_regions_check(&p->regions);
	if (canvas.buf.full)
		tsr_diag_add(p->diag, TSR_ERROR, TSR_M_TOO_LARGE,
		    tsr_json_where(edition->page),
		    "this page has more than %d bytes", TSR_PAGE_TEXT_MAX);
	out->name = edition->name;
	out->count = 1;
	out->rows = TSR_NEW(p->arena, struct tsr_row);
	tsr_canvas_finish(out->rows, &canvas, p->arena);
	tsr_canvas_free(&canvas);
}

bool
tsr_paint_page(struct tsr_page *out, const struct tsr_resolver *resolver,
    const struct tsr_resolved *page, struct tsr_arena *arena,
    struct tsr_diag *diag)
{
	const struct tsr_model *model = resolver->model;
	const struct tsr_page_source *source = &model->pages[page->place->page];
	struct tsr_markdown_result body;
	struct tsr_json context;
	struct painter p;
	uint32_t i;

	init(&p, resolver, page->locale, arena, diag);
	p.regions.arena = arena;
	p.regions.diag = diag;
	tsr_paint_body(&body, &p.place, source);
	p.body = body.html;
	add_global(&p, TSR_LIT("page"), &context);
	if (page->record != NULL)
		add_global(&p, TSR_LIT("record"), page->record);
	p.at = page->place;
	out->id = page->place->id;
	p.path = out->path = page->place->paths[page->locale];
	out->locale = page->locale;
	out->status = tsr_span_eq(source->id, model->not_found) ? 404 : 200;
	out->decision = page->decision;
	out->rules = page->rules;
	out->edition_count = page->count;
	out->editions = TSR_NEW_ARRAY(arena, struct tsr_choice, page->count);
	for (i = 0; i < page->count; i++) {
		context = tsr_context_page(resolver, page,
		    page->editions[i].page, &body, arena, diag);
		paint_edition(&out->editions[i], &p, &page->editions[i]);
	}
	tsr_regions_give(out, &p.regions);
	if (p.has_data)
		out->triggers = tsr_triggers_of(
		    model, resolver->addresses, p.at, p.locale);
	return p.ok;
}

bool
tsr_paint_fragment(struct tsr_span *out, const struct tsr_resolver *resolver,
    uint32_t locale, const struct tsr_block *block, struct tsr_arena *arena,
    struct tsr_diag *diag)
{
	struct tsr_canvas canvas;
	struct painter p;

	init(&p, resolver, locale, arena, diag);
	tsr_canvas_init(&canvas, TSR_PAGE_TEXT_MAX);
	paint_block(&p, &canvas, block);
	if (canvas.count > 0) {
		tsr_diag_add(diag, TSR_ERROR, TSR_M_FRAGMENT,
		    canvas.marks[0].item.where,
		    "a fragment cannot hold request-time texts or slots");
		p.ok = false;
	}
	*out = tsr_arena_dup(arena, tsr_buf_view(&canvas.buf));
	tsr_canvas_free(&canvas);
	return p.ok;
}
