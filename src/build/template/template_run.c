/*
 * template_run - render a compiled template.
 *
 * Walks the nodes; keeps the data's levels, the indentation of standalone
 * includes, and, in spec mode, the blocks that parents were given. Compiled
 * templates are not changed.
 */
#include "build/template/template_impl.h"

#include "build/template/escape.h"
#include "build/template/template_value.h"
#include "core/limits.h"

struct indent {
	struct tsr_span text;
	const struct indent *outer;
};

struct run {
	struct value_out value; /* first: out, diag, hooks */
	const struct tsr_template *t;
	const struct tsr_render *render;
	struct value_frame frames[TSR_TEMPLATE_DEPTH];
	size_t nframes, base;
	const struct indent *indent;
	const struct args *args;
	size_t depth, steps;
	bool mid;     /* the next line start is in the middle of a line */
	bool stopped; /* a cap was reached */
	struct tsr_span slots[TSR_TEMPLATE_SLOTS];
	size_t nslots;
};

static void
run_nodes(struct run *r, const struct nodes *nodes, size_t from, size_t to);

static void
stop(struct run *r, const struct node *node, const char *why)
{
	if (!r->stopped)
		tsr_diag_add(r->value.diag, TSR_ERROR, "T041", node->where,
		    "the rendering stops here: %s", why);
	r->stopped = true;
	r->value.failed = true;
}

static void
write_indent(struct tsr_buf *out, const struct indent *indent)
{
	if (indent == NULL)
		return;
	write_indent(out, indent->outer);
	tsr_buf_add(out, indent->text);
}

static void
line_start(struct run *r, const struct node *node)
{
	if (!node->bol)
		return;
	if (!r->mid)
		write_indent(r->value.out, r->indent);
	r->mid = false;
}

static void
run_text(struct run *r, const struct node *node)
{
	struct tsr_span rest = node->text;
	struct tsr_buf *out = r->value.out;
	bool start = node->bol && !r->mid;

	r->mid = false;
	if (r->indent == NULL) {
		tsr_buf_add(out, rest);
		return;
	}
	while (rest.n > 0) {
		size_t n = tsr_span_find(rest, '\n', 0);

		if (start && n > 0 && !(n == 1 && rest.p[0] == '\r'))
			write_indent(out, r->indent);
		n = n < rest.n ? n + 1 : n;
		tsr_buf_add(out, tsr_span_part(rest, 0, n));
		rest = tsr_span_from(rest, n);
		start = true;
	}
}

static const struct tsr_json *
follow(const struct tsr_json *value, const struct node *node)
{
	size_t i;

	for (i = 1; i < node->nparts && value != NULL; i++)
		value = tsr_json_find(value, node->parts[i]);
	return value;
}

static const struct tsr_json *
look_up(const struct run *r, const struct node *node)
{
	const struct tsr_json *value = NULL;
	size_t i;

	if (node->nparts == 0)
		return r->frames[r->nframes - 1].value;
	for (i = r->nframes; i-- > r->base;) {
		value = tsr_json_find(r->frames[i].value, node->parts[0]);
		if (value != NULL)
			return follow(value, node);
	}
	for (i = 0; i < r->render->nglobals; i++)
		if (tsr_span_eq(r->render->globals[i].name, node->parts[0]))
			return follow(r->render->globals[i].value, node);
	return NULL;
}

static const struct value_frame *
loop_frame(const struct run *r)
{
	size_t i;

	for (i = r->nframes; i-- > r->base;)
		if (r->frames[i].list)
			return &r->frames[i];
	return NULL;
}

/* The value of a name or of a loop's {{@x}}; *made holds the latter. */
static const struct tsr_json *
value_of(const struct run *r, const struct node *node, struct tsr_json *made)
{
	const struct value_frame *loop;

	if (node->meta == META_NONE)
		return look_up(r, node);
	loop = loop_frame(r);
	if (loop == NULL)
		return NULL;
	switch (node->meta) {
	case META_INDEX:
		*made = tsr_json_integer(loop->index);
		break;
	case META_FIRST:
		*made = tsr_json_boolean(loop->index == 0);
		break;
	case META_LAST:
		*made = tsr_json_boolean(loop->index + 1 == loop->length);
		break;
	default:
		*made = tsr_json_integer(loop->length);
	}
	return made;
}

static void
run_var(struct run *r, const struct node *node)
{
	struct tsr_json made;
	const struct tsr_json *value = value_of(r, node, &made);

	line_start(r, node);
	if (r->t->all->mode == TSR_TEMPLATE_SPEC)
		tsr_value_print_spec(&r->value, node, value);
	else
		tsr_value_print(&r->value, node, value);
}

static bool
holds(const struct tsr_json *value)
{
	if (value == NULL)
		return false;
	switch (value->type) {
	case TSR_JSON_NULL:
		return false;
	case TSR_JSON_BOOLEAN:
		return value->u.boolean;
	case TSR_JSON_STRING:
		return value->u.string.n > 0;
	case TSR_JSON_ARRAY:
		return value->count > 0;
	default:
		return true;
	}
}

static struct value_frame *
push_frame(struct run *r, const struct node *node, const struct tsr_json *value)
{
	struct value_frame *frame;

	if (r->nframes == TSR_TEMPLATE_DEPTH) {
		stop(r, node, "nested too deeply");
		return NULL;
	}
	frame = &r->frames[r->nframes++];
	memset(frame, 0, sizeof(*frame));
	frame->value = value;
	return frame;
}

static void
run_section(struct run *r, const struct nodes *nodes, size_t at)
{
	const struct node *node = &nodes->list[at];
	struct tsr_json made;
	const struct tsr_json *value = value_of(r, node, &made);
	struct value_frame *frame;
	uint32_t i;

	if (!node->own)
		line_start(r, node);
	if (holds(value) == (node->kind == NODE_INVERTED))
		return;
	if (node->kind == NODE_INVERTED || node->meta != META_NONE) {
		run_nodes(r, nodes, at + 1, node->end);
		return;
	}
	frame = push_frame(r, node, value);
	if (frame == NULL)
		return;
	if (value->type != TSR_JSON_ARRAY) {
		run_nodes(r, nodes, at + 1, node->end);
	} else {
		frame->list = true;
		frame->length = value->count;
		for (i = 0; i < value->count && !r->stopped; i++) {
			frame->value = &value->u.items[i];
			frame->index = i;
			run_nodes(r, nodes, at + 1, node->end);
		}
	}
	r->nframes--;
}

/* A dynamic name's template in spec mode. */
static const struct tmpl *
dynamic_spec(const struct run *r, const struct node *node)
{
	const struct tsr_json *value = look_up(r, node);

	if (!tsr_json_is(value, TSR_JSON_STRING))
		return NULL;
	return tsr_template_find(r->t->all, value->u.string);
}

static const struct unit *
find_component(const struct tsr_templates *all, struct tsr_span name)
{
	struct tsr_span folder = TSR_LIT("components/");
	size_t i;

	for (i = 0; i < all->nunits; i++) {
		struct tsr_span full = all->units[i]->tmpl->name;

		if (all->units[i]->isolated && tsr_span_starts(full, folder) &&
		    tsr_span_eq(tsr_span_from(full, folder.n), name))
			return all->units[i];
	}
	return NULL;
}

/* A component by the name in the data; it sees only the level it stands in. */
static void
run_component(struct run *r, const struct node *node)
{
	const struct tsr_json *value = look_up(r, node);
	const struct unit *unit =
	    find_component(r->t->all, tsr_json_text(value));
	size_t base = r->base;

	if (unit != NULL) {
		r->base = r->nframes - 1;
		run_nodes(r, &unit->code, 0, unit->code.count);
		r->base = base;
		return;
	}
	tsr_value_mistake(&r->value, node, value, "T040",
	    value == NULL ? "a component has no name"
			  : "no component has this name");
}

static void
run_target(struct run *r, const struct nodes *nodes, size_t at)
{
	const struct node *node = &nodes->list[at];
	const struct args *outer = r->args;
	struct args args = {nodes, at, outer};
	const struct tmpl *target = node->target;

	if (r->t->all->mode == TSR_TEMPLATE_SITE) {
		if (node->dynamic)
			run_component(r, node);
		else
			run_nodes(
			    r, &node->unit->code, 0, node->unit->code.count);
		return;
	}
	if (node->dynamic)
		target = dynamic_spec(r, node);
	if (target == NULL)
		return;
	if (node->kind == NODE_PARENT)
		r->args = &args;
	run_nodes(r, &target->nodes, 0, target->nodes.count);
	r->args = outer;
}

/* Run fn's part with the indentation that node gives to what it includes. */
static void
run_include(struct run *r, const struct nodes *nodes, size_t at)
{
	const struct node *node = &nodes->list[at];
	const struct indent *outer = r->indent;
	struct indent indent = {node->indent, outer};

	if (!node->own) {
		line_start(r, node);
		r->indent = NULL;
	} else if (node->indent.n > 0) {
		r->indent = &indent;
	}
	if (node->kind == NODE_GROUP)
		run_nodes(r, nodes, at + 1, node->end);
	else
		run_target(r, nodes, at);
	r->indent = outer;
}

/* Put content in a block's place, with the block's indentation. */
static void
run_override(struct run *r, const struct node *site, const struct nodes *nodes,
    size_t from, size_t to)
{
	const struct indent *outer = r->indent;
	struct indent indent = {site->indent, outer};
	bool bol = from < to && nodes->list[from].bol;

	if (site->own && site->indent.n > 0)
		r->indent = &indent;
	if (!site->own) {
		line_start(r, site);
		r->mid = bol;
	} else if (from < to && !bol) {
		write_indent(r->value.out, r->indent);
	}
	run_nodes(r, nodes, from, to);
	r->indent = outer;
}

static void
run_default(struct run *r, const struct nodes *nodes, size_t at)
{
	if (!nodes->list[at].own)
		line_start(r, &nodes->list[at]);
	run_nodes(r, nodes, at + 1, nodes->list[at].end);
}

static void
run_block(struct run *r, const struct nodes *nodes, size_t at)
{
	const struct node *node = &nodes->list[at];
	const struct nodes *in = NULL;
	size_t k = tsr_template_override(&in, r->args, node);

	if (in != NULL) {
		run_override(r, node, in, k + 1, in->list[k].end);
		return;
	}
	run_default(r, nodes, at);
}

static void
run_slot(struct run *r, const struct node *node)
{
	const struct tsr_render_hooks *hooks = r->value.hooks;
	size_t i;

	line_start(r, node);
	for (i = 0; i < r->nslots; i++) {
		if (!tsr_span_eq(r->slots[i], node->text))
			continue;
		tsr_diag_add(r->value.diag, TSR_ERROR, "T031", node->where,
		    "slot \"%.*s\" stands twice in one rendering",
		    TSR_ARG(node->text));
		tsr_diag_hint(r->value.diag,
		    "a slot cannot stand in a list or in two includes");
		r->value.failed = true;
		return;
	}
	if (r->nslots == TSR_TEMPLATE_SLOTS) {
		stop(r, node, "too many slots");
		return;
	}
	r->slots[r->nslots++] = node->text;
	if (hooks->slot != NULL &&
	    !hooks->slot(hooks->ctx, r->value.out, node->text, node->where))
		r->value.failed = true;
}

static void
run_field(struct run *r, const struct node *node)
{
	const struct tsr_render_hooks *hooks = r->value.hooks;

	line_start(r, node);
	if (hooks->text != NULL &&
	    !hooks->text(hooks->ctx, r->value.out, node->text,
		(enum tsr_hole)node->hole, node->where))
		r->value.failed = true;
}

static void
run_data(struct run *r, const struct node *node)
{
	const struct tsr_render_hooks *hooks = r->value.hooks;
	bool (*hook)(void *, struct tsr_buf *, struct tsr_where) =
	    node->kind == NODE_DATA ? hooks->data : hooks->why;

	line_start(r, node);
	if (hook != NULL && !hook(hooks->ctx, r->value.out, node->where))
		r->value.failed = true;
}

static void
run_node(struct run *r, const struct nodes *nodes, size_t at)
{
	const struct node *node = &nodes->list[at];

	switch (node->kind) {
	case NODE_TEXT:
		run_text(r, node);
		return;
	case NODE_VAR:
		run_var(r, node);
		return;
	case NODE_SECTION:
	case NODE_INVERTED:
		run_section(r, nodes, at);
		return;
	case NODE_PARTIAL:
	case NODE_PARENT:
		run_include(r, nodes, at);
		return;
	case NODE_GROUP:
		if (node->raw) /* an override in a block's place */
			run_override(r, node, nodes, at + 1, node->end);
		else if (node->meta != META_NONE) /* a block as it is */
			run_default(r, nodes, at);
		else
			run_include(r, nodes, at);
		return;
	case NODE_BLOCK:
		run_block(r, nodes, at);
		return;
	case NODE_SLOT:
		run_slot(r, node);
		return;
	case NODE_FIELD:
		run_field(r, node);
		return;
	case NODE_DATA:
	case NODE_WHY:
		run_data(r, node);
		return;
	default:
		return;
	}
}

static void
run_nodes(struct run *r, const struct nodes *nodes, size_t from, size_t to)
{
	size_t i;

	if (r->depth == 2 * TSR_TEMPLATE_DEPTH && from < to) {
		stop(r, &nodes->list[from], "includes nested too deeply");
		return;
	}
	r->depth++;
	for (i = from; i < to && !r->stopped; i = nodes->list[i].end) {
		if (++r->steps > TSR_TEMPLATE_STEPS)
			stop(r, &nodes->list[i], "too many steps");
		else if (r->value.out->full)
			stop(r, &nodes->list[i], "too long");
		else
			run_node(r, nodes, i);
	}
	r->depth--;
}

bool
tsr_template_render(struct tsr_buf *out, const struct tsr_template *t,
    const struct tsr_render *render, struct tsr_diag *diag)
{
	static const struct tsr_render_hooks no_hooks;
	static const struct tsr_json nothing;
	const struct nodes *nodes =
	    t->unit != NULL ? &t->unit->code : &t->tmpl->nodes;
	struct run r;

	/* The slots are not read before they are written. */
	memset(&r, 0, offsetof(struct run, slots));
	r.nslots = 0;
	r.t = t;
	r.render = render;
	tsr_value_init(&r.value, out, diag,
	    render->hooks != NULL ? render->hooks : &no_hooks);
	r.frames[0].value = render->data != NULL ? render->data : &nothing;
	r.nframes = 1;
	run_nodes(&r, nodes, 0, nodes->count);
	if (out->full && !r.stopped && nodes->count > 0)
		stop(&r, &nodes->list[nodes->count - 1], "too long");
	tsr_value_free(&r.value);
	return !r.value.failed;
}
