/*
 * template_path - what the schemas say about the name in a tag.
 */
#include "build/template/template_impl.h"

#define BIT(type) (1u << (type))
#define NUMBERS (BIT(TSR_JSON_INTEGER) | BIT(TSR_JSON_REAL))
#define CONTAINERS (BIT(TSR_JSON_OBJECT) | BIT(TSR_JSON_ARRAY))

/* Names to choose a hint from. */
#define HINTS 256

static struct tsr_message *
mistake(struct checker *ck, enum tsr_severity severity, const char *rule,
    const struct node *node, const char *text)
{
	if (severity == TSR_ERROR)
		ck->unit->bad = true;
	return tsr_diag_add(ck->diag, severity, rule, node->where,
	    "%s: \"%.*s\"", text, TSR_ARG(node->text));
}

void
tsr_path_use(struct checker *ck, struct unit *unit, struct tsr_span name)
{
	size_t i;

	for (i = 0; i < unit->nused; i++)
		if (tsr_span_eq(unit->used[i], name))
			return;
	unit->used = tsr_arena_grow(ck->all->arena, unit->used, unit->nused,
	    &unit->cap_used, sizeof(*unit->used));
	unit->used[unit->nused++] = name;
}

void
tsr_path_use_all(struct checker *ck)
{
	ck->unit->used_all = true;
}

void
tsr_path_report_unused(struct checker *ck, const struct unit *unit)
{
	struct tsr_span names[HINTS];
	const struct view *root = &unit->levels->view;
	size_t i, k, n;

	if (root->kind != VIEW_SCHEMA || unit->used_all)
		return;
	n = tsr_view_names(names, HINTS, root);
	for (i = 0; i < n; i++) {
		struct tsr_shape shape =
		    tsr_shape_member(&root->shape, names[i]);

		for (k = 0; k < unit->nused; k++)
			if (tsr_span_eq(unit->used[k], names[i]))
				break;
		if (k == unit->nused && names[i].p[0] != '$')
			tsr_diag_add(ck->diag, TSR_WARNING, "T033",
			    tsr_shape_where(&shape),
			    "property \"%.*s\" is never used by template "
			    "\"%.*s\"",
			    TSR_ARG(names[i]), TSR_ARG(unit->tmpl->name));
	}
}

/* Names that could have been meant for a first part, or for a member. */
static void
hint_first(struct checker *ck, struct tsr_span name)
{
	struct tsr_span names[HINTS], near;
	const struct level *l;
	size_t n = 0, i;

	for (l = ck->levels; l != NULL; l = l->outer)
		n += tsr_view_names(names + n, HINTS - n, &l->view);
	for (i = 0; i < ck->all->nglobals && n < HINTS; i++)
		names[n++] = ck->all->globals[i].name;
	near = tsr_nearest(name, names, n);
	if (near.n > 0)
		tsr_diag_hint(
		    ck->diag, "did you mean \"%.*s\"?", TSR_ARG(near));
}

static void
hint_member(struct checker *ck, const struct view *view, struct tsr_span name)
{
	struct tsr_span names[HINTS], near;

	near = tsr_nearest(name, names, tsr_view_names(names, HINTS, view));
	if (near.n > 0)
		tsr_diag_hint(
		    ck->diag, "did you mean \"%.*s\"?", TSR_ARG(near));
}

static bool
find_first(struct found *out, struct checker *ck, struct tsr_span name)
{
	const struct level *l;
	size_t i;

	for (l = ck->levels; l != NULL; l = l->outer) {
		struct view member = tsr_view_member(&l->view, name);

		if (!tsr_view_known(&member))
			continue;
		out->view = member;
		out->level = l;
		if (l->root)
			tsr_path_use(ck, ck->unit, name);
		return true;
	}
	for (i = 0; i < ck->all->nglobals; i++) {
		if (!tsr_span_eq(ck->all->globals[i].name, name))
			continue;
		out->view = tsr_view_of(ck->all->globals[i].shape);
		out->level = NULL;
		return true;
	}
	return false;
}

/* {{@index}} and the like. */
static bool
find_meta(struct found *out, struct checker *ck, const struct node *node)
{
	static const struct tsr_json integer = {.type = TSR_JSON_INTEGER};
	static const struct tsr_json boolean = {.type = TSR_JSON_BOOLEAN};
	const struct level *l = ck->levels;

	memset(out, 0, sizeof(*out));
	out->view.kind = VIEW_VALUE;
	out->view.required = true;
	out->view.value = node->meta == META_INDEX || node->meta == META_LENGTH
			      ? &integer
			      : &boolean;
	while (l != NULL && !l->list)
		l = l->outer;
	if (l == NULL)
		mistake(ck, TSR_ERROR, "T042", node, "not in a list");
	return l != NULL;
}

bool
tsr_path_find(struct found *out, struct checker *ck, const struct node *node)
{
	struct view member;
	size_t i;

	if (node->meta != META_NONE)
		return find_meta(out, ck, node);
	memset(out, 0, sizeof(*out));
	if (node->nparts == 0) {
		out->view = ck->levels->view;
		out->level = ck->levels;
		if (ck->levels->root)
			tsr_path_use_all(ck);
		return true;
	}
	if (!find_first(out, ck, node->parts[0])) {
		mistake(ck, TSR_ERROR, "T010", node, "unknown path");
		hint_first(ck, node->parts[0]);
		return false;
	}
	for (i = 1; i < node->nparts; i++) {
		member = tsr_view_member(&out->view, node->parts[i]);
		if (!tsr_view_known(&member)) {
			mistake(ck, TSR_ERROR, "T010", node, "unknown path");
			hint_member(ck, &out->view, node->parts[i]);
			return false;
		}
		out->view = member;
	}
	return true;
}

static bool
is_guarded(const struct checker *ck, const struct node *node,
    const struct found *found)
{
	const struct guard *g;
	size_t i;

	for (g = ck->guards; g != NULL; g = g->outer) {
		if (g->level != found->level ||
		    g->node->nparts > node->nparts || g->node->nparts == 0)
			continue;
		for (i = 0; i < g->node->nparts; i++)
			if (!tsr_span_eq(g->node->parts[i], node->parts[i]))
				break;
		if (i == g->node->nparts)
			return true;
	}
	return false;
}

static void
check_pipes(struct checker *ck, const struct node *node, unsigned types,
    enum tsr_format format)
{
	size_t i;

	for (i = 0; i < node->npipes; i++) {
		enum tsr_pipe_kind kind = node->pipes[i].pipe.kind;
		bool date = kind != TSR_PIPE_DATE || i > 0 ||
			    format == TSR_FORMAT_NONE ||
			    format == TSR_FORMAT_DATE ||
			    format == TSR_FORMAT_DATE_TIME;

		if ((types & tsr_pipe_types(kind)) == 0 || !date) {
			ck->unit->bad = true;
			tsr_diag_add(ck->diag, TSR_ERROR, "T028",
			    node->pipes[i].where,
			    "pipe \"%s\" cannot take this type of value",
			    tsr_pipe_name(kind));
		}
		types = BIT(TSR_JSON_STRING);
	}
}

static void
check_raw(struct checker *ck, const struct node *node, enum tsr_format format)
{
	if (node->npipes == 0 &&
	    (format == TSR_FORMAT_HTML || format == TSR_FORMAT_MARKDOWN))
		return;
	mistake(ck, TSR_ERROR, "T024", node,
	    "only fields of format html or markdown are printed as they are");
	tsr_diag_hint(ck->diag, "write {{%.*s}}, or give the field a format",
	    TSR_ARG(node->text));
}

void
tsr_path_check_print(
    struct checker *ck, const struct node *node, const struct found *found)
{
	unsigned types = tsr_view_types(&found->view);
	enum tsr_format format = tsr_view_format(&found->view);
	size_t errors = ck->diag->errors;

	if (node->raw) {
		check_raw(ck, node, format);
	} else if (node->npipes > 0) {
		check_pipes(ck, node, types, format);
	} else if ((types & ~(CONTAINERS | BIT(TSR_JSON_NULL))) == 0) {
		mistake(ck, TSR_ERROR, "T011", node,
		    "an object or list cannot be printed");
		tsr_diag_hint(ck->diag,
		    (types & BIT(TSR_JSON_ARRAY)) != 0
			? "go through it with {{#x}}, or print one of its "
			  "members"
			: "print one of its members");
	}
	if (ck->diag->errors == errors && !found->view.required &&
	    !is_guarded(ck, node, found)) {
		mistake(ck, TSR_WARNING, "T034", node,
		    "optional and not asked for");
		tsr_diag_hint(ck->diag,
		    "put it in {{#%.*s}}, or make it required",
		    TSR_ARG(node->text));
	}
}

void
tsr_path_check_section(
    struct checker *ck, const struct node *node, const struct found *found)
{
	unsigned types = tsr_view_types(&found->view);
	bool inverted = node->kind == NODE_INVERTED;

	if (!found->view.required || node->nparts == 0)
		return;
	if ((types & ~NUMBERS) == 0 ||
	    (inverted && (types & ~(NUMBERS | BIT(TSR_JSON_OBJECT))) == 0))
		mistake(ck, TSR_WARNING, "T035", node,
		    inverted ? "never shown" : "always shown");
}
