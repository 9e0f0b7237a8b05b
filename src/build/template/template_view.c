/*
 * template_view - what is known about a value while templates are compiled:
 * from a schema, from a value of the same form, or nothing.
 */
#include "build/template/template_impl.h"

struct view
tsr_view_of(struct tsr_template_shape shape)
{
	struct view view;

	memset(&view, 0, sizeof(view));
	view.required = true;
	if (shape.schema != NULL) {
		view.kind = VIEW_SCHEMA;
		view.shape = tsr_shape_root(shape.schema);
	} else if (shape.value != NULL) {
		view.kind = VIEW_VALUE;
		view.value = shape.value;
	}
	return view;
}

static struct view
anything(bool required)
{
	struct view view;

	memset(&view, 0, sizeof(view));
	view.required = required;
	return view;
}

bool
tsr_view_known(const struct view *view)
{
	switch (view->kind) {
	case VIEW_SCHEMA:
		return tsr_shape_known(&view->shape);
	case VIEW_VALUE:
		return view->value != NULL;
	default:
		return true;
	}
}

/* An object of which no member is described may hold any. */
struct view
tsr_view_member(const struct view *view, struct tsr_span name)
{
	struct view member = *view;
	struct tsr_span names[1];

	switch (view->kind) {
	case VIEW_SCHEMA:
		member.shape = tsr_shape_member(&view->shape, name);
		member.required =
		    view->required && tsr_shape_required(&view->shape, name);
		if (!tsr_shape_known(&member.shape) &&
		    (tsr_view_types(view) & 1u << TSR_JSON_OBJECT) != 0 &&
		    tsr_shape_names(names, 1, &view->shape) == 0)
			return anything(true);
		return member;
	case VIEW_VALUE:
		member.value = tsr_json_find(view->value, name);
		return member;
	default:
		return anything(true);
	}
}

struct view
tsr_view_item(const struct view *view)
{
	struct view item = *view;

	item.required = true;
	switch (view->kind) {
	case VIEW_SCHEMA:
		item.shape = tsr_shape_item(&view->shape);
		if (!tsr_shape_known(&item.shape))
			return anything(true);
		return item;
	case VIEW_VALUE:
		if (view->value == NULL ||
		    view->value->type != TSR_JSON_ARRAY ||
		    view->value->count == 0)
			return anything(true);
		item.value = &view->value->u.items[0];
		return item;
	default:
		return item;
	}
}

unsigned
tsr_view_types(const struct view *view)
{
	switch (view->kind) {
	case VIEW_SCHEMA:
		return tsr_shape_types(&view->shape);
	case VIEW_VALUE:
		return view->value == NULL ? TYPES_ALL
					   : 1u << view->value->type;
	default:
		return TYPES_ALL;
	}
}

enum tsr_format
tsr_view_format(const struct view *view)
{
	if (view->kind == VIEW_SCHEMA)
		return tsr_shape_format(&view->shape);
	return TSR_FORMAT_NONE;
}

bool
tsr_view_same(const struct view *a, const struct view *b)
{
	size_t i;

	if (a->kind != b->kind || a->required != b->required)
		return false;
	if (a->kind == VIEW_VALUE)
		return a->value == b->value;
	if (a->kind == VIEW_ANY)
		return true;
	if (a->shape.count != b->shape.count)
		return false;
	for (i = 0; i < a->shape.count; i++)
		if (a->shape.nodes[i] != b->shape.nodes[i] ||
		    a->shape.group[i] != b->shape.group[i])
			return false;
	return true;
}

size_t
tsr_view_names(struct tsr_span *out, size_t max, const struct view *view)
{
	size_t i;

	if (view->kind == VIEW_SCHEMA)
		return tsr_shape_names(out, max, &view->shape);
	if (view->kind != VIEW_VALUE || view->value == NULL ||
	    view->value->type != TSR_JSON_OBJECT)
		return 0;
	for (i = 0; i < view->value->count && i < max; i++)
		out[i] = view->value->u.members[i].name;
	return i;
}
