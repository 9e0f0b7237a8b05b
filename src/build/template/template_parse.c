/*
 * template_parse - the text of one template to nodes.
 *
 * Cuts the text into pieces: tags, and text line by line. template_lines.c
 * makes nodes of them.
 */
#include "build/template/template_parse.h"

struct tsr_where
tsr_template_where(
    const struct tsr_templates *all, uint32_t src, struct tsr_span s)
{
	struct tsr_span text = tsr_sources_at(all->sources, src)->text;
	struct tsr_where w = TSR_NOWHERE;

	w.src = src;
	w.off = (uint32_t)(s.p - text.p);
	w.len = (uint32_t)s.n;
	return w;
}

static struct tsr_message *
mistake(struct parser *ps, const char *rule, struct tsr_where where,
    const char *text, struct tsr_span name)
{
	ps->tmpl->bad = true;
	return tsr_diag_add(ps->diag, TSR_ERROR, rule, where, "%s \"%.*s\"",
	    text, TSR_ARG(name));
}

static struct piece *
add_piece(struct parser *ps, enum node_kind kind, struct tsr_span at)
{
	struct piece *piece;

	ps->list = tsr_arena_grow(
	    ps->all->arena, ps->list, ps->count, &ps->cap, sizeof(*ps->list));
	piece = &ps->list[ps->count++];
	memset(piece, 0, sizeof(*piece));
	piece->node.kind = (uint8_t)kind;
	piece->node.where = tsr_template_where(ps->all, ps->tmpl->src, at);
	return piece;
}

/* Position of needle at or after from; text.n when it is not there. */
static size_t
find(struct tsr_span text, struct tsr_span needle, size_t from)
{
	size_t i;

	for (i = from; i < text.n; i++) {
		i = tsr_span_find(text, needle.p[0], i);
		if (tsr_span_starts(tsr_span_from(text, i), needle))
			return i;
	}
	return text.n;
}

static void
add_text(struct parser *ps, struct tsr_span text)
{
	while (text.n > 0) {
		size_t n = tsr_span_find(text, '\n', 0);
		struct piece *piece;

		n = n < text.n ? n + 1 : n;
		piece = add_piece(ps, NODE_TEXT, tsr_span_part(text, 0, n));
		piece->node.text = tsr_span_part(text, 0, n);
		piece->eol = text.p[n - 1] == '\n';
		text = tsr_span_from(text, n);
	}
}

/* a.b.c to its parts; "." has none. */
static void
split_name(struct parser *ps, struct node *node)
{
	struct tsr_span rest = node->text, *parts;
	size_t i, n = 1;

	if (tsr_span_eq(rest, TSR_LIT(".")))
		return;
	for (i = 0; i < rest.n; i++)
		n += rest.p[i] == '.';
	if (n > TSR_TEMPLATE_PARTS) {
		mistake(ps, "T005", node->where, "too many parts in", rest);
		n = TSR_TEMPLATE_PARTS;
	}
	parts = TSR_NEW_ARRAY(ps->all->arena, struct tsr_span, n);
	for (i = 0; i < n; i++) {
		size_t dot = tsr_span_find(rest, '.', 0);

		parts[i] = tsr_span_part(rest, 0, dot);
		rest = tsr_span_from(rest, dot + 1);
		if (parts[i].n == 0 && ps->site)
			mistake(ps, "T005", node->where, "an empty part in",
			    node->text);
	}
	node->parts = parts;
	node->nparts = (uint8_t)n;
}

static void
read_pipe(struct parser *ps, struct pipe_call *call, struct tsr_span text)
{
	size_t colon = tsr_span_find(text, ':', 0);
	struct tsr_span name = tsr_span_trim(tsr_span_part(text, 0, colon));
	struct tsr_span arg = tsr_span_trim(tsr_span_from(text, colon + 1));
	const char *want;

	call->where = tsr_template_where(
	    ps->all, ps->tmpl->src, tsr_span_trim(text));
	call->pipe.kind = tsr_pipe_find(name);
	if (call->pipe.kind == TSR_PIPE_COUNT) {
		struct tsr_span names[TSR_PIPE_COUNT], near;
		size_t i;

		for (i = 0; i < TSR_PIPE_COUNT; i++) {
			const char *known =
			    tsr_pipe_name((enum tsr_pipe_kind)i);

			names[i] = tsr_span_of(known, strlen(known));
		}
		mistake(ps, "T026", call->where, "unknown pipe", name);
		near = tsr_nearest(name, names, TSR_PIPE_COUNT);
		if (near.n > 0)
			tsr_diag_hint(
			    ps->diag, "did you mean \"%.*s\"?", TSR_ARG(near));
		call->pipe.kind = TSR_PIPE_JSON;
		return;
	}
	want = tsr_pipe_argument(&call->pipe, arg);
	if (want != NULL) {
		mistake(ps, "T027", call->where, "wrong argument", arg);
		tsr_diag_hint(ps->diag, "%.*s takes %s", TSR_ARG(name), want);
	}
}

static void
read_pipes(struct parser *ps, struct node *node)
{
	struct tsr_span rest = node->text;
	struct pipe_call *calls;
	size_t i, n = 0, bar = tsr_span_find(rest, '|', 0);

	for (i = 0; i < rest.n; i++)
		n += rest.p[i] == '|';
	if (n == 0)
		return;
	if (n > TSR_TEMPLATE_PIPES) {
		mistake(ps, "T027", node->where, "too many pipes in", rest);
		n = TSR_TEMPLATE_PIPES;
	}
	node->text = tsr_span_trim(tsr_span_part(rest, 0, bar));
	calls = TSR_NEW_ARRAY(ps->all->arena, struct pipe_call, n);
	for (i = 0; i < n; i++) {
		rest = tsr_span_from(rest, bar + 1);
		bar = tsr_span_find(rest, '|', 0);
		read_pipe(ps, &calls[i], tsr_span_part(rest, 0, bar));
	}
	node->pipes = calls;
	node->npipes = (uint8_t)n;
}

static void
read_meta(struct parser *ps, struct node *node)
{
	static const char *const names[] = {
	    "", "@index", "@first", "@last", "@length"};
	size_t i;

	for (i = 1; i < TSR_COUNT_OF(names); i++)
		if (tsr_span_eq(
			node->text, tsr_span_of(names[i], strlen(names[i]))))
			node->meta = (uint8_t)i;
	if (node->meta == 0) {
		mistake(
		    ps, "T005", node->where, "no such loop value:", node->text);
		tsr_diag_hint(
		    ps->diag, "there are @index, @first, @last and @length");
	}
}

/* A name that is looked up in the data. */
static void
read_path(struct parser *ps, struct node *node)
{
	size_t i;

	if (ps->site)
		read_pipes(ps, node);
	for (i = 0; ps->site && i < node->text.n; i++) {
		uint8_t c = node->text.p[i];

		if (tsr_is_alnum(c) || c >= 0x80 || c == '_' || c == '-' ||
		    c == '.' || c == '@' || c == '$')
			continue;
		mistake(ps, "T005", node->where, "not a name:", node->text);
		return;
	}
	if (ps->site && node->text.n > 0 && node->text.p[0] == '@')
		read_meta(ps, node);
	else
		split_name(ps, node);
}

static void
set_delimiters(struct parser *ps, struct tsr_span inner, struct tsr_where where)
{
	size_t i = 0, k;

	inner = tsr_span_trim(inner);
	while (i < inner.n && !tsr_is_space(inner.p[i]))
		i++;
	k = inner.n;
	while (k > i && !tsr_is_space(inner.p[k - 1]))
		k--;
	if (i == 0 || k == inner.n || k == i ||
	    tsr_span_trim(tsr_span_part(inner, i, k - i)).n > 0 ||
	    tsr_span_find(inner, '=', 0) < inner.n) {
		mistake(ps, "T006", where, "not two delimiters:", inner);
		return;
	}
	ps->open = tsr_span_part(inner, 0, i);
	ps->close = tsr_span_from(inner, k);
}

static void
push(struct parser *ps, const struct node *node)
{
	if (ps->depth == TSR_TEMPLATE_NESTING) {
		mistake(
		    ps, "T009", node->where, "nested too deeply:", node->text);
		return;
	}
	ps->stack[ps->depth++] = ps->count - 1;
}

static void
close_section(struct parser *ps, struct piece *piece)
{
	struct tsr_span name = piece->node.text;
	struct piece *top;
	struct tsr_message *m;

	if (ps->depth == 0) {
		mistake(
		    ps, "T004", piece->node.where, "nothing to close:", name);
		piece->node.kind = NODE_NONE;
		return;
	}
	piece->opener = ps->stack[--ps->depth];
	top = &ps->list[piece->opener];
	piece->family =
	    top->node.kind == NODE_PARENT || top->node.kind == NODE_BLOCK;
	if (top->node.dynamic && name.p[0] == '*')
		name = tsr_span_trim(tsr_span_from(name, 1));
	if (tsr_span_eq(top->node.text, name))
		return;
	m = mistake(ps, "T002", piece->node.where, "end tag", name);
	m->also = top->node.where;
	tsr_diag_hint(ps->diag, "\"%.*s\" is open here: close it first",
	    TSR_ARG(top->node.text));
}

/* Which node a sigil makes; NODE_VAR for none. */
static enum node_kind
kind_of(uint8_t sigil)
{
	switch (sigil) {
	case '#':
		return NODE_SECTION;
	case '^':
		return NODE_INVERTED;
	case '/':
		return NODE_END;
	case '>':
		return NODE_PARTIAL;
	case '<':
		return NODE_PARENT;
	case '$':
		return NODE_BLOCK;
	case '!':
	case '=':
		return NODE_NONE;
	default:
		return NODE_VAR;
	}
}

/* {{>slot:x}}, {{>text:x}}, {{>tessera}}, {{>why}}, {{>*x}} */
static void
read_include(struct parser *ps, struct node *node)
{
	struct tsr_span name = node->text;

	if (name.n > 0 && name.p[0] == '*') {
		node->dynamic = true;
		node->text = tsr_span_trim(tsr_span_from(name, 1));
		split_name(ps, node);
	} else if (ps->site && tsr_span_starts(name, TSR_LIT("slot:"))) {
		node->kind = NODE_SLOT;
		node->text = tsr_span_from(name, 5);
	} else if (ps->site && tsr_span_starts(name, TSR_LIT("text:"))) {
		node->kind = NODE_FIELD;
		node->text = tsr_span_from(name, 5);
	} else if (ps->site && tsr_span_eq(name, TSR_LIT("tessera"))) {
		node->kind = NODE_DATA;
	} else if (ps->site && tsr_span_eq(name, TSR_LIT("why"))) {
		node->kind = NODE_WHY;
	}
}

static void
add_tag(struct parser *ps, struct tsr_span whole, struct tsr_span inner)
{
	struct tsr_span name = tsr_span_trim(inner);
	uint8_t sigil = name.n > 0 ? name.p[0] : 0;
	enum node_kind kind = kind_of(sigil);
	struct piece *piece = add_piece(ps, kind, whole);
	struct node *node = &piece->node;

	if (kind != NODE_VAR || sigil == '&' || sigil == '{')
		name = tsr_span_trim(tsr_span_from(name, 1));
	if (kind == NODE_NONE) {
		if (sigil == '=')
			set_delimiters(ps,
			    tsr_span_part(name, 0, name.n > 0 ? name.n - 1 : 0),
			    node->where);
		return;
	}
	node->text = name;
	node->raw = sigil == '&' || sigil == '{';
	piece->family = kind == NODE_PARENT || kind == NODE_BLOCK;
	piece->closes = kind == NODE_END;
	if (name.n == 0) {
		mistake(ps, "T005", node->where, "a tag without a name", name);
		node->kind = NODE_NONE;
		return;
	}
	if (kind == NODE_VAR || kind == NODE_SECTION || kind == NODE_INVERTED)
		read_path(ps, node);
	else if (kind == NODE_PARTIAL || kind == NODE_PARENT)
		read_include(ps, node);
	if (kind == NODE_END)
		close_section(ps, piece);
	else if (kind != NODE_VAR && kind != NODE_PARTIAL)
		push(ps, node);
}

/*
 * A tag that was forgotten to be closed runs into the next one or into the
 * next line: say so where it begins, and go on behind its braces.
 */
static bool
looks_open(const struct parser *ps, struct tsr_span inner)
{
	return ps->site &&
	       (find(inner, ps->open, 0) < inner.n ||
		   tsr_span_find(tsr_span_trim(inner), '\n', 0) <
		       tsr_span_trim(inner).n);
}

static void
read_tag(struct parser *ps, size_t at)
{
	struct tsr_span text = ps->text, inner, whole, close = ps->close;
	size_t begin = at + ps->open.n, end, extra = 0;
	uint8_t sigil;

	while (begin < text.n && tsr_is_space(text.p[begin]))
		begin++;
	sigil = begin < text.n ? text.p[begin] : 0;
	end = find(text, close, begin);
	if (sigil == '{' || sigil == '=') {
		uint8_t last = sigil == '{' ? '}' : '=';

		for (end = begin + 1; end < text.n; end++)
			if (text.p[end] == last &&
			    tsr_span_starts(
				tsr_span_from(text, end + 1), close))
				break;
		extra = end < text.n ? 1 : 0;
	}
	inner = tsr_span_part(text, begin, end + extra - begin);
	if (end == text.n || (sigil != '!' && looks_open(ps, inner))) {
		whole = tsr_span_part(text, at, ps->open.n);
		mistake(ps, "T001",
		    tsr_template_where(ps->all, ps->tmpl->src, whole),
		    "a tag is not closed: no", close);
		ps->pos = end == text.n ? text.n : at + ps->open.n;
		return;
	}
	whole = tsr_span_part(text, at, end + extra + close.n - at);
	ps->pos = at + whole.n;
	if (sigil == '{')
		inner.n--;
	add_tag(ps, whole, inner);
}

static void
cut(struct parser *ps)
{
	while (ps->pos < ps->text.n) {
		size_t at = find(ps->text, ps->open, ps->pos);

		add_text(ps, tsr_span_part(ps->text, ps->pos, at - ps->pos));
		ps->pos = at;
		if (at < ps->text.n)
			read_tag(ps, at);
	}
	while (ps->depth > 0) {
		const struct node *node =
		    &ps->list[ps->stack[--ps->depth]].node;

		mistake(ps, "T003", node->where, "not closed:", node->text);
	}
}

void
tsr_template_parse(
    struct tsr_templates *all, struct tmpl *tmpl, struct tsr_diag *diag)
{
	struct parser *ps;

	if (tmpl->parsed)
		return;
	tmpl->parsed = true;
	ps = TSR_NEW(all->arena, struct parser);
	ps->all = all;
	ps->tmpl = tmpl;
	ps->diag = diag;
	ps->text = tsr_sources_at(all->sources, tmpl->src)->text;
	ps->open = TSR_LIT("{{");
	ps->close = TSR_LIT("}}");
	ps->site = all->mode == TSR_TEMPLATE_SITE;
	cut(ps);
	tsr_template_lines(ps);
}
