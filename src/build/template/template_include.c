/*
 * template_include - partials, parents and blocks while a template of a site is
 * compiled.
 *
 * Parents and blocks are expanded in place; partials are units of their own,
 * shared by all places of the same kind.
 */
#include "build/template/template_impl.h"

#include "core/limits.h"

static bool
same_levels(const struct level *a, const struct level *b)
{
	while (a != b) {
		if (a == NULL || b == NULL || a->root != b->root ||
		    a->list != b->list || !tsr_view_same(&a->view, &b->view))
			return false;
		a = a->outer;
		b = b->outer;
	}
	return true;
}

static struct unit *
find_unit(const struct checker *ck, const struct unit *like)
{
	size_t i;

	for (i = 0; i < ck->all->nunits; i++) {
		struct unit *u = ck->all->units[i];

		if (u->tmpl == like->tmpl && u->isolated == like->isolated &&
		    tsr_htmltok_same(&u->start, &like->start) &&
		    same_levels(u->levels, like->levels))
			return u;
	}
	return NULL;
}

void
tsr_check_unit(struct checker *ck, struct unit *unit)
{
	struct checker saved = *ck;

	ck->unit = unit;
	ck->code = &unit->code;
	ck->args = NULL;
	ck->guards = NULL;
	ck->html = unit->start;
	ck->levels = unit->levels;
	unit->building = true;
	unit->sections = ck->sections;
	if (unit->tmpl->bad)
		unit->bad = true;
	tsr_check_walk(ck, &unit->tmpl->nodes, 0, unit->tmpl->nodes.count);
	unit->building = false;
	unit->end = ck->html;
	saved.made = ck->made;
	saved.stopped = ck->stopped;
	*ck = saved;
}

static struct unit *
unit_for(struct checker *ck, const struct unit *like)
{
	struct tsr_templates *all = ck->all;
	struct unit *unit = find_unit(ck, like);

	if (unit != NULL)
		return unit;
	unit = TSR_NEW(all->arena, struct unit);
	*unit = *like;
	all->units = tsr_arena_grow(all->arena, all->units, all->nunits,
	    &all->cap_units, sizeof(*all->units));
	all->units[all->nunits++] = unit;
	tsr_check_unit(ck, unit);
	return unit;
}

static void
use_unit(struct checker *ck, const struct unit *unit)
{
	size_t i;

	if (unit->bad)
		ck->unit->bad = true;
	if (unit->used_all)
		ck->unit->used_all = true;
	for (i = 0; i < unit->nused; i++)
		tsr_path_use(ck, ck->unit, unit->used[i]);
}

static void
include_unit(struct checker *ck, const struct node *node, struct tmpl *target)
{
	struct unit like, *unit;

	memset(&like, 0, sizeof(like));
	like.tmpl = target;
	like.start = ck->html;
	like.levels = ck->levels;
	unit = find_unit(ck, &like);
	if (unit != NULL && unit->building) {
		if (ck->sections <= unit->sections) {
			tsr_check_mistake(ck, "T008", node, "an include without end");
			tsr_diag_hint(ck->diag,
			    "put it in a section, so that the data end it");
		}
		unit->recursive = true;
	} else {
		unit = unit_for(ck, &like);
		use_unit(ck, unit);
		ck->html = unit->end;
		if (unit->recursive &&
		    !tsr_htmltok_same(&unit->start, &unit->end))
			tsr_check_mistake(ck, "T022", node,
			    "a template that includes itself ends in another "
			    "place than it began");
	}
	tsr_check_node(ck, node)->unit = unit;
}

/* Every component may come here: each is compiled for its own fields. */
static void
walk_dynamic(struct checker *ck, const struct node *node)
{
	size_t i;
	struct found found;

	tsr_check_emit(ck, node);
	if (tsr_path_find(&found, ck, node) &&
	    (tsr_view_types(&found.view) & 1u << TSR_JSON_STRING) == 0)
		tsr_check_mistake(
		    ck, "T040", node, "a dynamic name is a string in the data");
	if (ck->levels->root)
		tsr_path_use_all(ck);
	if (node->kind != NODE_PARTIAL || ck->html.state != TSR_HTML_DATA) {
		tsr_check_mistake(ck, "T040", node,
		    "only {{>*name}} in text has a dynamic name");
		return;
	}
	for (i = 0; i < ck->all->count; i++) {
		struct tmpl *tmpl = ck->all->list[i];
		struct level *root;
		struct unit like;

		if (!tsr_span_starts(tmpl->name, TSR_LIT("components/")))
			continue;
		tsr_template_parse(ck->all, tmpl, ck->diag);
		root = TSR_NEW(ck->all->arena, struct level);
		root->view = tsr_view_of(tmpl->fields);
		root->root = true;
		memset(&like, 0, sizeof(like));
		like.tmpl = tmpl;
		like.isolated = true;
		like.levels = root;
		if (unit_for(ck, &like)->bad)
			ck->unit->bad = true;
	}
}

/* Whether parents' blocks can reach into the template. */
static bool
has_blocks(
    struct checker *ck, struct tmpl *tmpl, struct tsr_span name, unsigned depth)
{
	size_t i;

	tsr_template_parse(ck->all, tmpl, ck->diag);
	for (i = 0; i < tmpl->nodes.count; i++) {
		const struct node *node = &tmpl->nodes.list[i];
		struct tmpl *next;

		if (node->kind == NODE_BLOCK &&
		    (name.n == 0 || tsr_span_eq(node->text, name)))
			return true;
		if ((node->kind != NODE_PARTIAL && node->kind != NODE_PARENT) ||
		    node->dynamic || depth == 0)
			continue;
		next = tsr_template_find(ck->all, node->text);
		if (next != NULL && next != tmpl &&
		    has_blocks(ck, next, name, depth - 1))
			return true;
	}
	return false;
}

static void
check_arguments(struct checker *ck, const struct nodes *nodes, size_t at,
    struct tmpl *target)
{
	size_t k;

	for (k = at + 1; k < nodes->list[at].end; k = nodes->list[k].end) {
		const struct node *node = &nodes->list[k];
		size_t i = 0;

		while (node->kind == NODE_TEXT && i < node->text.n &&
		       tsr_is_space(node->text.p[i]))
			i++;
		if (node->kind == NODE_BLOCK) {
			if (!has_blocks(ck, target, node->text, 8))
				tsr_check_mistake(ck, "T037", node,
				    "the parent has no such block");
		} else if (node->kind != NODE_TEXT || i < node->text.n) {
			ck->unit->bad = true;
			tsr_diag_add(ck->diag, TSR_ERROR, "T036",
			    node->kind == NODE_TEXT ? tsr_check_place(ck, node, i)
						    : node->where,
			    "this is not printed: inside a parent tag only "
			    "blocks count");
			tsr_diag_hint(
			    ck->diag, "put it in one of the parent's blocks");
		}
	}
}

static void
expand(struct checker *ck, const struct nodes *nodes, size_t at,
    struct tmpl *target)
{
	struct args args = {nodes, at, ck->args};
	struct node group = nodes->list[at];
	size_t copy;

	if (group.kind == NODE_PARENT)
		ck->args = &args;
	group.kind = NODE_GROUP;
	copy = tsr_check_emit(ck, &group);
	if (target->bad)
		ck->unit->bad = true;
	tsr_check_walk(ck, &target->nodes, 0, target->nodes.count);
	tsr_check_end(ck, copy);
	ck->args = args.outer;
}

static void
no_template(struct checker *ck, const struct node *node)
{
	size_t i, n = ck->all->count;
	struct tsr_span *names =
	    TSR_NEW_ARRAY(ck->all->arena, struct tsr_span, n);
	struct tsr_span near;

	for (i = 0; i < n; i++)
		names[i] = ck->all->list[i]->name;
	tsr_check_mistake(ck, "T007", node, "no such template");
	near = tsr_nearest(node->text, names, n);
	if (near.n > 0)
		tsr_diag_hint(
		    ck->diag, "did you mean \"%.*s\"?", TSR_ARG(near));
}

void
tsr_check_include(struct checker *ck, const struct nodes *nodes, size_t at)
{
	const struct node *node = &nodes->list[at];
	struct tmpl *target;

	if (node->dynamic) {
		walk_dynamic(ck, node);
		return;
	}
	target = tsr_template_find(ck->all, node->text);
	if (target == NULL) {
		no_template(ck, node);
		return;
	}
	tsr_template_parse(ck->all, target, ck->diag);
	if (node->kind == NODE_PARENT)
		check_arguments(ck, nodes, at, target);
	if (node->kind == NODE_PARENT ||
	    (ck->args != NULL && has_blocks(ck, target, TSR_LIT(""), 8)))
		expand(ck, nodes, at, target);
	else
		include_unit(ck, node, target);
}

void
tsr_check_block(struct checker *ck, const struct nodes *nodes, size_t at)
{
	struct node group = nodes->list[at];
	const struct nodes *in = NULL;
	size_t k = tsr_template_override(&in, ck->args, &group), copy;

	group.kind = NODE_GROUP;
	group.raw = in != NULL;
	group.meta = in != NULL ? META_NONE : META_INDEX;
	copy = tsr_check_emit(ck, &group);
	if (in != NULL)
		tsr_check_walk(ck, in, k + 1, in->list[k].end);
	else
		tsr_check_walk(ck, nodes, at + 1, nodes->list[at].end);
	tsr_check_end(ck, copy);
}
