/*
 * template_lines - the pieces of a template to nodes.
 *
 * Takes away the white space of lines that hold nothing but a tag, puts the
 * pieces together as nodes that know where they end, and works out how blocks
 * are indented.
 */
#include "build/template/template_parse.h"

static bool
blank(struct tsr_span s)
{
	return tsr_span_trim(s).n == 0;
}

/* The white space before the first tag, which must be blanks and tabs. */
static struct tsr_span
line_indent(const struct piece *line)
{
	if (line[0].node.kind == NODE_TEXT)
		return line[0].node.text;
	return tsr_span_of(NULL, 0);
}

static void
strip_line(struct parser *ps, size_t from, size_t to)
{
	struct piece *line = &ps->list[from];
	size_t i, n = to - from, last = n;
	bool first = true, pair = false;

	for (i = 0; i < n; i++) {
		struct node *node = &line[i].node;

		if (node->kind == NODE_TEXT)
			continue;
		node->own = true;
		if (first)
			node->indent = line_indent(line);
		first = false;
		pair = line[i].closes && line[i].opener >= from &&
		       ps->list[line[i].opener].node.kind == NODE_BLOCK;
		if (pair)
			ps->list[line[i].opener].node.pair = true;
		last = i;
	}
	for (i = 0; i < n; i++) {
		struct node *node = &line[i].node;

		if (node->kind == NODE_TEXT && (!pair || i < last))
			node->kind = NODE_NONE;
	}
}

/* A line of one tag that prints nothing itself, or of inheritance tags. */
static bool
stands_alone(const struct piece *line, size_t n)
{
	size_t i, tags = 0, family = 0;

	for (i = 0; i < n; i++) {
		const struct node *node = &line[i].node;

		if (node->kind == NODE_TEXT) {
			if (!blank(node->text))
				return false;
			continue;
		}
		if (node->kind == NODE_VAR || node->kind == NODE_SLOT ||
		    node->kind == NODE_FIELD)
			return false;
		tags++;
		family += line[i].family;
	}
	return tags == 1 || (tags > 1 && family == tags);
}

static void
strip(struct parser *ps)
{
	size_t from = 0, to;

	while (from < ps->count) {
		for (to = from; to < ps->count; to++)
			if (ps->list[to].eol)
				break;
		to = to < ps->count ? to + 1 : to;
		ps->list[from].node.bol = true;
		if (stands_alone(&ps->list[from], to - from))
			strip_line(ps, from, to);
		from = to;
	}
}

static struct node *
add_node(struct parser *ps)
{
	struct nodes *nodes = &ps->tmpl->nodes;

	nodes->list = tsr_arena_grow(ps->all->arena, nodes->list, nodes->count,
	    &nodes->cap, sizeof(*nodes->list));
	return &nodes->list[nodes->count++];
}

/* Text that follows text in the source is one node. */
static bool
merged(struct nodes *nodes, const struct node *node)
{
	struct node *last;

	if (node->kind != NODE_TEXT || nodes->count == 0)
		return false;
	last = &nodes->list[nodes->count - 1];
	if (last->kind != NODE_TEXT ||
	    last->text.p + last->text.n != node->text.p)
		return false;
	last->text.n += node->text.n;
	return true;
}

static void
build(struct parser *ps)
{
	struct nodes *nodes = &ps->tmpl->nodes;
	uint32_t *open;
	size_t i, depth = 0;

	open = TSR_NEW_ARRAY(ps->all->arena, uint32_t, TSR_TEMPLATE_NESTING);
	for (i = 0; i < ps->count; i++) {
		struct node *node = &ps->list[i].node;

		if (ps->list[i].closes) {
			if (depth == 0 || node->kind != NODE_END)
				continue;
			depth--;
			nodes->list[open[depth]].end = (uint32_t)nodes->count;
			nodes->list[open[depth]].close = node->where;
			continue;
		}
		if (node->kind == NODE_NONE) {
			/* What it stood before begins the line now. */
			if (node->bol && !node->own && i + 1 < ps->count)
				ps->list[i + 1].node.bol = true;
			continue;
		}
		if (merged(nodes, node))
			continue;
		*add_node(ps) = *node;
		nodes->list[nodes->count - 1].end = (uint32_t)nodes->count;
		if (node->kind >= NODE_SECTION && node->kind <= NODE_BLOCK &&
		    node->kind != NODE_PARTIAL && depth < TSR_TEMPLATE_NESTING)
			open[depth++] = (uint32_t)nodes->count - 1;
	}
	while (depth > 0)
		nodes->list[open[--depth]].end = (uint32_t)nodes->count;
}

static struct tsr_span
leading(struct tsr_span text)
{
	size_t i = 0;

	while (i < text.n && (text.p[i] == ' ' || text.p[i] == '\t'))
		i++;
	return tsr_span_part(text, 0, i);
}

/* The indentation of the first line of a block's content. */
static struct tsr_span
content_indent(const struct nodes *nodes, size_t at)
{
	const struct node *first = &nodes->list[at + 1];

	if (nodes->list[at].end == at + 1 || !first->bol)
		return tsr_span_of(NULL, 0);
	return first->kind == NODE_TEXT ? leading(first->text) : first->indent;
}

static struct tsr_span
without(struct tsr_span s, struct tsr_span prefix)
{
	size_t i = 0;

	while (i < s.n && i < prefix.n && s.p[i] == prefix.p[i])
		i++;
	return tsr_span_from(s, i);
}

static struct tsr_span
dedent_text(struct parser *ps, const struct node *node, struct tsr_span prefix)
{
	struct tsr_span rest = node->text;
	uint8_t *to = tsr_arena_alloc(ps->all->arena, rest.n);
	size_t n = 0;
	bool start = node->bol;

	while (rest.n > 0) {
		size_t len = tsr_span_find(rest, '\n', 0);
		struct tsr_span line;

		len = len < rest.n ? len + 1 : len;
		line = tsr_span_part(rest, 0, len);
		if (start)
			line = without(line, prefix);
		memcpy(to + n, line.p, line.n);
		n += line.n;
		start = true;
		rest = tsr_span_from(rest, len);
	}
	return tsr_span_of(to, n);
}

/* Take the block's indentation from all lines in it. */
static void
dedent(struct parser *ps, size_t at)
{
	struct nodes *nodes = &ps->tmpl->nodes;
	struct tsr_span prefix = content_indent(nodes, at);
	size_t i;

	for (i = at + 1; prefix.n > 0 && i < nodes->list[at].end; i++) {
		struct node *node = &nodes->list[i];

		if (node->kind == NODE_TEXT)
			node->text = dedent_text(ps, node, prefix);
		else
			node->indent = without(node->indent, prefix);
	}
}

/*
 * A block alone on its line prints what overrides it with the indentation of
 * its own content. What overrides has its own indentation taken away.
 */
static void
indent_blocks(struct parser *ps)
{
	struct nodes *nodes = &ps->tmpl->nodes;
	size_t i, k;

	for (i = 0; i < nodes->count; i++) {
		struct node *node = &nodes->list[i];

		if (node->kind == NODE_BLOCK && node->own && node->end > i + 1)
			node->indent = content_indent(nodes, i);
	}
	for (i = 0; i < nodes->count; i++) {
		if (nodes->list[i].kind != NODE_PARENT)
			continue;
		for (k = i + 1; k < nodes->list[i].end; k = nodes->list[k].end)
			if (nodes->list[k].kind == NODE_BLOCK)
				dedent(ps, k);
	}
}

void
tsr_template_lines(struct parser *ps)
{
	strip(ps);
	build(ps);
	if (!ps->tmpl->bad)
		indent_blocks(ps);
}
