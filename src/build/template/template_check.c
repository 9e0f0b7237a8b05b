/*
 * template_check - compile a template of a site.
 *
 * Follows HTML and the data's shapes through the template and all it includes,
 * and copies the nodes into units with the escaping that each tag needs.
 */
#include "build/template/template_impl.h"

#include "build/template/template_hole.h"
#include "core/limits.h"

struct tsr_message *
tsr_check_mistake(struct checker *ck, const char *rule, const struct node *node,
    const char *text)
{
	ck->unit->bad = true;
	return tsr_diag_add(ck->diag, TSR_ERROR, rule, node->where,
	    "%s: \"%.*s\"", text, TSR_ARG(node->text));
}

static void
stop(struct checker *ck, const struct node *node, const char *rule,
    const char *text)
{
	if (!ck->stopped)
		tsr_check_mistake(ck, rule, node, text);
	ck->stopped = true;
}

/* The index of the copy in the code being made. */
size_t
tsr_check_emit(struct checker *ck, const struct node *node)
{
	struct nodes *code = ck->code;

	if (ck->made++ >= TSR_TEMPLATE_CODE)
		stop(ck, node, "T009", "the template expands to too much");
	code->list = tsr_arena_grow(ck->all->arena, code->list, code->count,
	    &code->cap, sizeof(*code->list));
	code->list[code->count] = *node;
	code->list[code->count].end = (uint32_t)code->count + 1;
	return code->count++;
}

/* The same; the copy itself, which the next emit may move. */
struct node *
tsr_check_node(struct checker *ck, const struct node *node)
{
	size_t at = tsr_check_emit(ck, node);

	return &ck->code->list[at];
}

void
tsr_check_end(struct checker *ck, size_t at)
{
	ck->code->list[at].end = (uint32_t)ck->code->count;
}

/* The place of byte i of a text node. */
struct tsr_where
tsr_check_place(const struct checker *ck, const struct node *node, size_t i)
{
	struct tsr_span text =
	    tsr_sources_at(ck->all->sources, node->where.src)->text;
	struct tsr_where where = node->where;

	/* A dedented text is a copy: its first byte will have to do. */
	if (node->text.p == text.p + where.off) {
		where.off += (uint32_t)i;
		where.len = 1;
	}
	return where;
}

static void
text_mistakes(struct checker *ck, const struct node *node)
{
	struct tsr_htmltok t = ck->html;
	size_t i;

	for (i = 0; i < node->text.n; i++) {
		enum tsr_hole hole = tsr_htmltok_hole(&t);

		if (tsr_span_starts(
			tsr_span_from(node->text, i), TSR_LIT("}}")) &&
		    (hole == TSR_HOLE_TEXT || hole == TSR_HOLE_RCDATA ||
			(hole >= TSR_HOLE_ATTR && hole < TSR_HOLE_CSS))) {
			ck->unit->bad = true;
			tsr_diag_add(ck->diag, TSR_ERROR, "T038",
			    tsr_check_place(ck, node, i),
			    "\"}}\" closes a tag that was never opened");
			tsr_diag_hint(ck->diag, "a tag begins with \"{{\"");
			i++;
		}
		tsr_htmltok_feed(&t, tsr_span_part(node->text, i, 1));
		if (t.broken && !ck->maybe) {
			ck->unit->bad = true;
			tsr_diag_add(ck->diag, TSR_ERROR, "T039",
			    tsr_check_place(ck, node, i),
			    "a blank is missing between attributes");
			t.broken = false;
		}
		if (t.scheme) {
			ck->unit->bad = true;
			tsr_diag_add(ck->diag, TSR_ERROR, "T019",
			    tsr_check_place(ck, node, i),
			    "\":\" behind a printed value may make it a "
			    "scheme");
			t.scheme = false;
		}
	}
}

static bool
has_braces(struct tsr_span text)
{
	const uint8_t *p = text.n > 0 ? memchr(text.p, '}', text.n) : NULL;
	size_t i = p != NULL ? (size_t)(p - text.p) : text.n;

	for (; i + 1 < text.n; i++)
		if (text.p[i] == '}' && text.p[i + 1] == '}')
			return true;
	return false;
}

static void
walk_text(struct checker *ck, const struct node *node)
{
	struct tsr_htmltok t = ck->html;

	tsr_htmltok_feed(&t, node->text);
	if (t.broken || t.scheme || has_braces(node->text))
		text_mistakes(ck, node);
	t.broken = t.scheme = false;
	ck->html = t;
	tsr_check_emit(ck, node);
}

static void
walk_var(struct checker *ck, const struct node *node)
{
	enum tsr_hole hole = tsr_htmltok_hole(&ck->html);
	struct node *copy = tsr_check_node(ck, node);
	struct found found;

	copy->hole = (uint8_t)hole;
	if (!tsr_hole_check(ck, node, hole))
		copy->hole = TSR_HOLE_TEXT;
	if (tsr_path_find(&found, ck, node)) {
		tsr_path_check_print(ck, node, &found);
		copy->markdown =
		    tsr_view_format(&found.view) == TSR_FORMAT_MARKDOWN;
	}
	tsr_htmltok_fill(&ck->html);
}

/*
 * A level equal to one that is there already changes no look-up; leaving that
 * one out keeps the number of different ways to include a template finite.
 */
static const struct level *
without(struct checker *ck, const struct level *levels, const struct view *view)
{
	struct level *copy;

	if (levels == NULL || levels->root)
		return levels;
	if (tsr_view_same(&levels->view, view))
		return levels->outer;
	copy = TSR_NEW(ck->all->arena, struct level);
	*copy = *levels;
	copy->outer = without(ck, levels->outer, view);
	return copy;
}

static const struct level *
push_level(struct checker *ck, const struct node *node, struct found *found)
{
	struct level *level = TSR_NEW(ck->all->arena, struct level);
	unsigned types = tsr_view_types(&found->view);
	unsigned list = 1u << TSR_JSON_ARRAY;

	(void)node;
	level->view = found->view;
	level->view.required = true;
	if ((types & list) != 0) {
		level->list = true;
		if ((types & ~(list | 1u << TSR_JSON_NULL)) == 0)
			level->view = tsr_view_item(&found->view);
		else
			memset(&level->view, 0, sizeof(level->view));
	}
	level->outer = without(ck, ck->levels, &level->view);
	return level;
}

static void
branches_differ(struct checker *ck, const struct node *node,
    const struct tsr_htmltok *start, const struct tsr_htmltok *end)
{
	struct tsr_message *m = tsr_check_mistake(ck, "T022", node,
	    "with and without this section the text ends in different places");

	m->also = node->close;
	tsr_diag_hint(ck->diag, "it begins in %s and ends in %s",
	    tsr_htmltok_text(start), tsr_htmltok_text(end));
}

/*
 * The content may be left out, or come many times: what follows must be read
 * the same way, and so must the content itself when it follows itself.
 */
static void
walk_branch(struct checker *ck, const struct nodes *nodes, size_t at,
    const struct found *found)
{
	const struct node *node = &nodes->list[at];
	struct tsr_htmltok start = ck->html, joined, again;
	bool list = node->kind == NODE_SECTION &&
		    (tsr_view_types(&found->view) & 1u << TSR_JSON_ARRAY) != 0;
	bool maybe = ck->maybe;
	size_t errors, count;

	ck->sections++;
	tsr_check_walk(ck, nodes, at + 1, node->end);
	if (!tsr_htmltok_join(&joined, &start, &ck->html)) {
		branches_differ(ck, node, &start, &ck->html);
		ck->html = start;
	} else if (list && !tsr_htmltok_same(&joined, &start) && !ck->stopped) {
		count = ck->code->count;
		errors = ck->diag->errors;
		ck->html = joined;
		ck->maybe = maybe || found->view.kind == VIEW_ANY;
		tsr_check_walk(ck, nodes, at + 1, node->end);
		ck->maybe = maybe;
		ck->code->count = count;
		if (ck->diag->errors == errors &&
		    (!tsr_htmltok_join(&again, &joined, &ck->html) ||
			!tsr_htmltok_same(&again, &joined)))
			branches_differ(ck, node, &joined, &ck->html);
		ck->html = joined;
	} else {
		ck->html = joined;
	}
	ck->sections--;
}

static void
walk_section(struct checker *ck, const struct nodes *nodes, size_t at)
{
	const struct node *node = &nodes->list[at];
	const struct level *levels = ck->levels;
	struct guard guard = {node, NULL, ck->guards};
	size_t copy = tsr_check_emit(ck, node);
	struct found found;

	if (tsr_path_find(&found, ck, node)) {
		tsr_path_check_section(ck, node, &found);
		guard.level = found.level;
	} else {
		memset(&found, 0, sizeof(found));
	}
	if (node->kind == NODE_SECTION && node->meta == META_NONE) {
		if (node->nparts > 0)
			ck->guards = &guard;
		ck->levels = push_level(ck, node, &found);
	}
	walk_branch(ck, nodes, at, &found);
	ck->guards = guard.outer;
	ck->levels = levels;
	tsr_check_end(ck, copy);
}

static void
walk_place(struct checker *ck, const struct node *node)
{
	enum tsr_hole hole = tsr_htmltok_hole(&ck->html);
	struct node *copy = tsr_check_node(ck, node);

	copy->hole = (uint8_t)hole;
	if (node->text.n == 0)
		tsr_check_mistake(ck, "T005", node, "a slot or text without a name");
	if (node->kind == NODE_SLOT && hole != TSR_HOLE_TEXT) {
		tsr_check_mistake(ck, "T025", node, "a slot stands in text");
		tsr_diag_hint(
		    ck->diag, "this is %s", tsr_htmltok_text(&ck->html));
	} else if (node->kind == NODE_FIELD && hole != TSR_HOLE_TEXT &&
		   hole != TSR_HOLE_ATTR) {
		tsr_check_mistake(ck, "T030", node,
		    "a request-time text stands in text or a quoted "
		    "attribute that is no URL");
		tsr_diag_hint(
		    ck->diag, "this is %s", tsr_htmltok_text(&ck->html));
	}
	tsr_htmltok_fill(&ck->html);
}

static void
walk_data(struct checker *ck, const struct node *node)
{
	tsr_check_emit(ck, node);
	if (tsr_htmltok_hole(&ck->html) != TSR_HOLE_TEXT ||
	    ck->html.state != TSR_HTML_DATA)
		tsr_check_mistake(ck, "T043", node, "the page's data stand in text");
	else if (!tsr_span_starts(ck->t->tmpl->name, TSR_LIT("layouts/")))
		tsr_check_mistake(ck, "T043", node, "the page's data stand in a layout");
	else if (ck->sections > 0)
		tsr_check_mistake(ck, "T043", node,
		    "the page's data stand in no section");
}

void
tsr_check_walk(struct checker *ck, const struct nodes *nodes, size_t from,
    size_t to)
{
	size_t i;

	if (from < to && ck->depth >= TSR_TEMPLATE_DEPTH)
		stop(ck, &nodes->list[from], "T008",
		    "includes without end, or too deep");
	ck->depth++;
	for (i = from; i < to && !ck->stopped; i = nodes->list[i].end) {
		const struct node *node = &nodes->list[i];

		switch (node->kind) {
		case NODE_TEXT:
			walk_text(ck, node);
			break;
		case NODE_VAR:
			walk_var(ck, node);
			break;
		case NODE_SECTION:
		case NODE_INVERTED:
			walk_section(ck, nodes, i);
			break;
		case NODE_PARTIAL:
		case NODE_PARENT:
			tsr_check_include(ck, nodes, i);
			break;
		case NODE_BLOCK:
			tsr_check_block(ck, nodes, i);
			break;
		case NODE_SLOT:
		case NODE_FIELD:
			walk_place(ck, node);
			break;
		case NODE_DATA:
		case NODE_WHY:
			walk_data(ck, node);
			break;
		default:
			break;
		}
	}
	ck->depth--;
}

static void
add_name(struct tsr_arena *arena, struct name_list *names, struct tsr_span name,
    struct tsr_where where)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		if (tsr_span_eq(names->list[i].name, name))
			return;
	names->list = tsr_arena_grow(arena, names->list, names->count,
	    &names->cap, sizeof(*names->list));
	names->list[names->count].name = name;
	names->list[names->count++].where = where;
}

/*
 * The page's data come once, and know of all slots: they stand before them.
 * {{>why}} holds a part of the data, and stands before the rest.
 */
static void
collect_data(struct tsr_template *t, const struct node *node,
    struct tsr_diag *diag)
{
	const struct node *other = NULL;
	const char *text = NULL;

	if (t->data != NULL) {
		other = t->data;
		text = node->kind == NODE_SLOT
		    ? "a slot must stand before {{>tessera}}"
		    : node->kind == NODE_WHY
		    ? "{{>why}} must stand before {{>tessera}}"
		    : "{{>tessera}} stands once in a page";
	} else if (t->why != NULL && node->kind != NODE_DATA) {
		other = t->why;
		text = node->kind == NODE_SLOT
		    ? "a slot must stand before {{>why}}"
		    : "{{>why}} stands once in a page";
	}
	if (text != NULL)
		tsr_diag_add(diag, TSR_ERROR, "T043", node->where, "%s", text)
		    ->also = other->where;
	else if (node->kind == NODE_DATA)
		t->data = node;
	else if (node->kind == NODE_WHY)
		t->why = node;
}

/* Slots, texts and includes of all units that can be reached. */
static void
collect(struct tsr_template *t, struct unit *unit, struct tsr_diag *diag)
{
	struct tsr_arena *arena = t->all->arena;
	size_t i;

	if (unit->seen == t)
		return;
	unit->seen = t;
	for (i = 0; i < unit->code.count; i++) {
		const struct node *node = &unit->code.list[i];

		if (node->kind == NODE_SLOT || node->kind == NODE_DATA ||
		    node->kind == NODE_WHY)
			collect_data(t, node, diag);
		if (node->kind == NODE_SLOT)
			add_name(arena, &t->slots, node->text, node->where);
		else if (node->kind == NODE_FIELD)
			add_name(arena, &t->texts, node->text, node->where);
		else if (node->kind == NODE_PARTIAL && !node->dynamic)
			add_name(arena, &t->includes, node->text, node->where);
		else if (node->kind == NODE_GROUP && !node->raw &&
			 node->meta == META_NONE)
			add_name(arena, &t->includes, node->text, node->where);
		if (node->unit != NULL)
			collect(t, node->unit, diag);
	}
}

static void
check_end(struct checker *ck, const struct unit *unit)
{
	struct tsr_where where = TSR_NOWHERE;
	size_t n = tsr_sources_at(ck->all->sources, unit->tmpl->src)->text.n;

	if (unit->end.state == TSR_HTML_DATA || unit->bad)
		return;
	where.src = unit->tmpl->src;
	where.off = (uint32_t)(n > 0 ? n - 1 : 0);
	where.len = 1;
	tsr_diag_add(ck->diag, TSR_ERROR, "T023", where,
	    "the template ends in %s", tsr_htmltok_text(&unit->end));
}

bool
tsr_template_check(struct tsr_template *t, struct tsr_diag *diag)
{
	struct checker *ck = TSR_NEW(t->all->arena, struct checker);
	struct level *root = TSR_NEW(t->all->arena, struct level);
	struct unit *unit = TSR_NEW(t->all->arena, struct unit);
	size_t errors = diag->errors;

	ck->t = t;
	ck->all = t->all;
	ck->diag = diag;
	root->view = tsr_view_of(t->tmpl->fields);
	root->root = true;
	unit->tmpl = t->tmpl;
	unit->levels = root;
	t->unit = unit;
	tsr_template_parse(
	    t->all, tsr_template_find(t->all, t->tmpl->name), diag);
	tsr_check_unit(ck, unit);
	check_end(ck, unit);
	collect(t, unit, diag);
	if (!unit->bad && diag->errors == errors)
		tsr_path_report_unused(ck, unit);
	return !unit->bad && diag->errors == errors;
}
