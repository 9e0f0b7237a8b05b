/*
 * markdown_raw - the raw HTML of a Markdown text, tag by tag.
 */
#include "build/read/markdown_raw.h"

#include "build/read/richhtml_list.h"

enum piece_kind {
	PIECE_TEXT,
	PIECE_START,
	PIECE_END,
	PIECE_COMMENT, /* also declarations and instructions */
	PIECE_KIND_COUNT
};

struct piece {
	enum piece_kind kind;
	size_t from, n;
	struct tsr_span name; /* as written */
};

/* The end of the tag that begins at from; quotes may hold a >. */
static size_t
tag_end(struct tsr_span s, size_t from)
{
	uint8_t quote = 0;
	size_t i;

	for (i = from; i < s.n; i++) {
		if (quote != 0)
			quote = s.p[i] == quote ? 0 : quote;
		else if (s.p[i] == '>')
			return i + 1;
		else if ((s.p[i] == '"' || s.p[i] == '\'') && s.p[i - 1] == '=')
			quote = s.p[i];
	}
	return s.n;
}

static size_t
find(struct tsr_span s, struct tsr_span what, size_t from)
{
	while (from < s.n && !tsr_span_starts(tsr_span_from(s, from), what))
		from++;
	return from;
}

static void
next_piece(struct piece *out, struct tsr_span s, size_t at)
{
	struct tsr_span rest = tsr_span_from(s, at);
	size_t name = 1, n;

	out->from = at;
	out->name = TSR_LIT("");
	out->kind = PIECE_COMMENT;
	if (tsr_span_starts(rest, TSR_LIT("<!--"))) {
		n = find(rest, TSR_LIT("-->"), 4);
		out->n = n < rest.n ? n + 3 : rest.n;
		return;
	}
	if (tsr_span_starts(rest, TSR_LIT("<![CDATA["))) {
		n = find(rest, TSR_LIT("]]>"), 9);
		out->n = n < rest.n ? n + 3 : rest.n;
		return;
	}
	if (rest.n > 1 && rest.p[0] == '<' &&
	    (rest.p[1] == '!' || rest.p[1] == '?')) {
		n = tsr_span_find(rest, '>', 0);
		out->n = n < rest.n ? n + 1 : rest.n;
		return;
	}
	out->kind = PIECE_START;
	if (rest.n > 1 && rest.p[0] == '<' && rest.p[1] == '/') {
		out->kind = PIECE_END;
		name = 2;
	}
	if (rest.p[0] != '<' || rest.n <= name || !tsr_is_alpha(rest.p[name])) {
		out->kind = PIECE_TEXT;
		out->n = tsr_span_find(rest, '<', 1);
		return;
	}
	for (n = name; n < rest.n && (tsr_is_alnum(rest.p[n]) ||
	    rest.p[n] == '-'); n++)
		;
	out->name = tsr_span_part(rest, name, n - name);
	out->n = tag_end(rest, n);
}

/* A name of an element that has no end tag, in any case of letters. */
static bool
is_void(struct tsr_span name)
{
	uint8_t small[8];
	size_t i;

	if (name.n > sizeof(small))
		return false;
	for (i = 0; i < name.n; i++)
		small[i] = tsr_lower(name.p[i]);
	return tsr_element_is_void(tsr_span_of(small, name.n));
}

/* Whether every tag of the block has its partner in the block. */
static bool
is_whole(struct tsr_span s)
{
	struct tsr_span open[TSR_RAW_DEPTH];
	struct piece piece;
	size_t at, depth = 0;

	for (at = 0; at < s.n; at += piece.n) {
		next_piece(&piece, s, at);
		if (piece.kind == PIECE_START && !is_void(piece.name)) {
			if (depth == TSR_RAW_DEPTH)
				return false;
			open[depth++] = piece.name;
		} else if (piece.kind == PIECE_END) {
			if (depth == 0 || !tsr_span_same(open[--depth], piece.name))
				return false;
		}
	}
	return depth == 0;
}

static void
complain(struct tsr_raw *raw, const char *rule, struct tsr_where where,
    const char *text, struct tsr_span name)
{
	raw->wrong = true;
	tsr_diag_add(raw->diag, TSR_ERROR, rule, where, text, TSR_ARG(name));
}

/* What may be opened in one piece of raw HTML and closed in another. */
static bool
may_span(struct tsr_span name)
{
	static const char *const names[] = {"article", "aside", "blockquote",
	    "details", "div", "figcaption", "figure", "footer", "header",
	    "section", "summary"};
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(names); i++)
		if (tsr_span_eq(name, tsr_span_of(names[i], strlen(names[i]))))
			return true;
	return tsr_element_is_inline(name);
}

bool
tsr_raw_in_link(const struct tsr_raw *raw)
{
	size_t i;

	for (i = 0; i < raw->depth; i++)
		if (tsr_span_eq(raw->open[i].name, TSR_LIT("a")))
			return true;
	return false;
}

static void
start(struct tsr_raw *raw, const struct tsr_markup_text *text,
    const void *container, bool in_line)
{
	struct tsr_where where = tsr_markup_where(text, 0, text->text.n);
	struct tsr_span name;
	size_t before = raw->out->n, errors = raw->diag->errors;
	bool good;

	good = tsr_richhtml_start_tag(
	    raw->out, &name, text, raw->options, raw->diag);
	raw->wrong = raw->wrong || !good || raw->diag->errors > errors;
	if (!good)
		return;
	if ((in_line && !tsr_element_is_inline(name)) || !may_span(name) ||
	    (tsr_span_eq(name, TSR_LIT("a")) &&
		(raw->links > 0 || tsr_raw_in_link(raw)))) {
		raw->out->n = before;
		complain(raw, "M005", where,
		    "<%.*s> may not be opened here", name);
		tsr_diag_hint(raw->diag, "put the whole element in a block of "
		    "its own, without empty lines");
		return;
	}
	if (tsr_element_is_void(name))
		return;
	if (raw->depth == TSR_RAW_DEPTH) {
		raw->out->n = before;
		complain(raw, "M003", where,
		    "<%.*s> is nested too deep", name);
		return;
	}
	raw->open[raw->depth++] =
	    (struct tsr_raw_open){name, container, where};
}

static void
write_end(struct tsr_raw *raw)
{
	tsr_buf_text(raw->out, "</");
	tsr_buf_add(raw->out, raw->open[--raw->depth].name);
	tsr_buf_byte(raw->out, '>');
}

static void
end(struct tsr_raw *raw, const struct tsr_markup_text *text,
    const void *container, struct tsr_span name)
{
	const struct tsr_raw_open *top;

	if (is_void(name))
		return;
	if (raw->depth > 0) {
		top = &raw->open[raw->depth - 1];
		if (top->container == container && tsr_span_same(top->name, name)) {
			write_end(raw);
			return;
		}
	}
	complain(raw, "M004", tsr_markup_where(text, 0, text->text.n),
	    "</%.*s> closes nothing that was opened here", name);
	tsr_diag_hint(raw->diag, "an element must be closed in the same "
	    "paragraph, list item or quote in which it was opened");
}

/* Text between tags: its character references stay. */
static void
write_text(struct tsr_raw *raw, struct tsr_span s)
{
	size_t i, n;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] != '&') {
			tsr_markup_escape(raw->out, tsr_span_part(s, i, 1));
			continue;
		}
		n = i + 1 < s.n && s.p[i + 1] == '#' ? i + 2 : i + 1;
		while (n < s.n && n < i + 34 && tsr_is_alnum(s.p[n]))
			n++;
		if (n > i + 1 && n < s.n && s.p[n] == ';')
			tsr_buf_byte(raw->out, '&');
		else
			tsr_buf_text(raw->out, "&amp;");
	}
}

static struct tsr_markup_text
part_of(const struct tsr_markup_text *text, const struct piece *piece)
{
	struct tsr_markup_text part = *text;

	part.text = tsr_span_part(text->text, piece->from, piece->n);
	part.base += piece->from;
	return part;
}

static void
write_pieces(struct tsr_raw *raw, const struct tsr_markup_text *text,
    const void *container, bool in_line)
{
	struct tsr_markup_text part;
	struct piece piece;
	size_t at;

	for (at = 0; at < text->text.n; at += piece.n) {
		next_piece(&piece, text->text, at);
		part = part_of(text, &piece);
		if (piece.kind == PIECE_START)
			start(raw, &part, container, in_line);
		else if (piece.kind == PIECE_END)
			end(raw, &part, container, piece.name);
		else if (piece.kind == PIECE_TEXT)
			write_text(raw, part.text);
	}
}

void
tsr_raw_inline(struct tsr_raw *raw, const struct tsr_markup_text *text,
    const void *container)
{
	write_pieces(raw, text, container, true);
}

void
tsr_raw_block(struct tsr_raw *raw, const struct tsr_markup_text *text,
    const void *container)
{
	/* Inside a raw link another could hide in the block: tag by tag. */
	if (!is_whole(text->text) || tsr_raw_in_link(raw))
		write_pieces(raw, text, container, false);
	else if (!tsr_richhtml_clean(
		     raw->out, text, raw->options, raw->diag))
		raw->wrong = true;
}

void
tsr_raw_leave(struct tsr_raw *raw, const void *container)
{
	const struct tsr_raw_open *top;

	while (raw->depth > 0) {
		top = &raw->open[raw->depth - 1];
		if (top->container != container)
			return;
		complain(raw, "M004", top->where,
		    "<%.*s> is not closed where it was opened", top->name);
		tsr_diag_hint(raw->diag, "close it in the same paragraph, list "
		    "item or quote");
		write_end(raw);
	}
}
