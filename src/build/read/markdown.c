/*
 * markdown - CommonMark with GitHub's extensions as HTML.
 */
#include "build/read/markdown.h"

#include <cmark-gfm.h>
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>

#include "build/read/budget.h"
#include "build/read/markdown_raw.h"
#include "build/read/slug.h"
#include "core/limits.h"
#include "core/utf8.h"

/*
 * cmark's allocator takes no context, so this is how it finds the budget of
 * the text that its thread is reading.
 */
static _Thread_local struct tsr_budget *current;

/* Before each piece of cmark's memory stands its size. */
#define HEAD 16

struct renderer {
	const struct tsr_markup_text *text;
	const struct tsr_markdown *options;
	struct tsr_arena *arena;
	struct tsr_diag *diag;
	struct tsr_buf out, plain, url;
	struct tsr_richhtml html; /* strict */
	struct tsr_raw raw;
	struct tsr_markdown_heading *headings;
	size_t heading_count, heading_cap;
	uint32_t *lines; /* where each line begins */
	size_t line_count;
	unsigned *references; /* how often each footnote was referred to */
	size_t footnotes, images, depth, words;
	size_t found; /* where the last address was found */
	struct tsr_span excerpt;
	unsigned column; /* of the table's cell */
	bool in_word, body_open, back_written, wrong;
};

static void *
budget_calloc(size_t count, size_t size)
{
	uint8_t *p;
	size_t n;

	if (!tsr_mul(&n, count, size) || n > SIZE_MAX - HEAD)
		n = SIZE_MAX - HEAD; /* more than any budget */
	p = tsr_budget_take(current, n + HEAD);
	memcpy(p, &n, sizeof(n));
	return p + HEAD;
}

static void *
budget_realloc(void *old, size_t n)
{
	void *p = budget_calloc(1, n);
	size_t before;

	if (old == NULL)
		return p;
	memcpy(&before, (uint8_t *)old - HEAD, sizeof(before));
	memcpy(p, old, before < n ? before : n);
	return p;
}

static void
budget_free(void *p)
{
	(void)p;
}

static cmark_mem memory = {budget_calloc, budget_realloc, budget_free};

static struct tsr_span
text_of(const char *s)
{
	return s == NULL ? TSR_LIT("") : tsr_span_of(s, strlen(s));
}

static bool
is_called(cmark_node *node, const char *type)
{
	return strcmp(cmark_node_get_type_string(node), type) == 0;
}

static void
complain(struct renderer *r, const char *rule, size_t pos, const char *text)
{
	r->wrong = true;
	tsr_diag_add(r->diag, TSR_ERROR, rule,
	    tsr_markup_where(r->text, pos, 0), "%s", text);
}

/* ---- places ---- */

static void
find_lines(struct renderer *r)
{
	struct tsr_span s = r->text->text;
	size_t i, count = 1;

	for (i = 0; i < s.n; i++)
		count += s.p[i] == '\n' || s.p[i] == '\r';
	r->lines = TSR_NEW_ARRAY(r->arena, uint32_t, count);
	r->line_count = 1;
	for (i = 0; i < s.n; i++) {
		if (s.p[i] != '\n' && s.p[i] != '\r')
			continue;
		if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			i++;
		r->lines[r->line_count++] = (uint32_t)(i + 1);
	}
}

/* Offset of a line and column as cmark counts them; both may be wrong. */
static size_t
offset_of(const struct renderer *r, int line, int column)
{
	size_t at;

	if (line < 1)
		return 0;
	if ((size_t)line > r->line_count)
		return r->text->text.n;
	at = r->lines[line - 1] + (column > 1 ? (size_t)(column - 1) : 0);
	return at < r->text->text.n ? at : r->text->text.n;
}

static size_t
node_offset(const struct renderer *r, cmark_node *node)
{
	return offset_of(r, cmark_node_get_start_line(node),
	    cmark_node_get_start_column(node));
}

/*
 * The place of a link's address. cmark knows where the link begins, roughly;
 * the address itself is looked for in the lines of the block around it.
 */
static struct tsr_where
address_where(struct renderer *r, cmark_node *node, struct tsr_span url)
{
	struct tsr_span s = r->text->text;
	cmark_node *block = node;
	size_t from, end, start = node_offset(r, node);

	while (block != NULL && (cmark_node_get_type(block) &
	    CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_INLINE)
		block = cmark_node_parent(block);
	if (block == NULL || url.n == 0)
		return tsr_markup_where(r->text, start, 0);
	from = offset_of(r, cmark_node_get_start_line(block), 1);
	end = offset_of(r, cmark_node_get_end_line(block) + 1, 1);
	if (r->found > from)
		from = r->found;
	for (; from + url.n <= end; from++) {
		if (!tsr_span_eq(tsr_span_part(s, from, url.n), url))
			continue;
		r->found = from + url.n;
		return tsr_markup_where(r->text, from, url.n);
	}
	return tsr_markup_where(r->text, start, 0);
}

/* ---- plain text ---- */

static void
count_words(struct renderer *r, struct tsr_span s)
{
	uint32_t c;
	bool alone, part;

	while (s.n > 0) {
		c = tsr_utf8_cut(&s);
		/* Chinese and Japanese part no words: each sign counts. */
		alone = (c >= 0x3040 && c < 0x3100) || (c >= 0x3400 && c < 0xa000);
		part = c >= 0x80 || tsr_is_alnum((uint8_t)c);
		if (alone || (part && !r->in_word))
			r->words++;
		r->in_word = alone ? false
		    : part || (r->in_word && c > ' ' && c < 0x80);
	}
}

/* What the node's text says, into r->plain. */
static void
gather(struct renderer *r, cmark_node *root)
{
	cmark_iter *iter = cmark_iter_new(root);
	cmark_node *node;

	tsr_buf_clear(&r->plain);
	while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		if (cmark_iter_get_event_type(iter) != CMARK_EVENT_ENTER)
			continue;
		node = cmark_iter_get_node(iter);
		switch (cmark_node_get_type(node)) {
		case CMARK_NODE_TEXT:
		case CMARK_NODE_CODE:
			tsr_buf_add(
			    &r->plain, text_of(cmark_node_get_literal(node)));
			break;
		case CMARK_NODE_SOFTBREAK:
		case CMARK_NODE_LINEBREAK:
			tsr_buf_byte(&r->plain, ' ');
			break;
		default:
			break;
		}
	}
	cmark_iter_free(iter);
}

/* ---- headings ---- */

/* Give a heading an id that no other has. */
static void
choose_id(struct renderer *r, struct tsr_markdown_heading *heading)
{
	const struct tsr_markdown_heading *other;
	struct tsr_span id;
	size_t i;

	heading->number = 1;
	for (i = r->heading_count; i-- > 0;) {
		other = &r->headings[i];
		if (tsr_span_eq(other->slug, heading->slug)) {
			heading->number = other->number + 1;
			break;
		}
	}
again:
	tsr_buf_clear(&r->url);
	tsr_buf_add(&r->url, r->options->id_prefix);
	tsr_buf_add(&r->url, heading->slug);
	if (heading->number > 1)
		tsr_buf_printf(&r->url, "-%u", heading->number);
	id = tsr_buf_view(&r->url);
	for (i = 0; i < r->heading_count; i++)
		if (tsr_span_eq(r->headings[i].id, id)) {
			heading->number++;
			goto again;
		}
	heading->id = tsr_arena_dup(r->arena, id);
}

static unsigned
heading_level(const struct renderer *r, cmark_node *node)
{
	unsigned level = (unsigned)cmark_node_get_heading_level(node) +
	    r->options->heading_shift;

	return level > 6 ? 6 : level;
}

static void
enter_heading(struct renderer *r, cmark_node *node)
{
	struct tsr_markdown_heading heading = {0};

	heading.level = heading_level(r, node);
	tsr_buf_printf(&r->out, "<h%u", heading.level);
	if (r->heading_count == TSR_MARKUP_HEADINGS) {
		if (!r->wrong)
			complain(r, "M006", node_offset(r, node),
			    "more headings than one text may have");
		tsr_buf_byte(&r->out, '>');
		return;
	}
	gather(r, node);
	heading.text = tsr_arena_dup(r->arena, tsr_buf_view(&r->plain));
	heading.where = tsr_markup_where(r->text, node_offset(r, node), 0);
	tsr_buf_clear(&r->url);
	tsr_slug(&r->url, heading.text);
	if (r->url.n == 0)
		tsr_buf_text(&r->url, "section");
	heading.slug = tsr_arena_dup(r->arena, tsr_buf_view(&r->url));
	choose_id(r, &heading);
	r->headings = tsr_arena_grow(r->arena, r->headings, r->heading_count,
	    &r->heading_cap, sizeof(*r->headings));
	r->headings[r->heading_count++] = heading;
	tsr_markup_attribute(&r->out, "id", heading.id);
	tsr_buf_byte(&r->out, '>');
}

/* ---- links and pictures ---- */

static void
write_title(struct renderer *r, cmark_node *node)
{
	struct tsr_span title = text_of(cmark_node_get_title(node));

	if (title.n > 0)
		tsr_markup_attribute(&r->out, "title", title);
}

/* The final address, in r->url. */
static bool
resolve(struct renderer *r, cmark_node *node, struct tsr_markup_image *image)
{
	struct tsr_span url = text_of(cmark_node_get_url(node));

	tsr_buf_clear(&r->url);
	if (tsr_markup_url(&r->url, image, r->html.hooks, r->diag, url,
		address_where(r, node, url)))
		return true;
	r->wrong = true;
	return false;
}

static void
enter_link(struct renderer *r, cmark_node *node)
{
	if (tsr_raw_in_link(&r->raw))
		complain(r, "M005", node_offset(r, node),
		    "a link inside of another link");
	tsr_buf_text(&r->out, "<a");
	if (resolve(r, node, NULL)) {
		tsr_buf_text(&r->out, " href=\"");
		tsr_markup_escape_url(&r->out, tsr_buf_view(&r->url));
		tsr_buf_byte(&r->out, '"');
	}
	write_title(r, node);
	tsr_buf_byte(&r->out, '>');
	r->raw.links++;
}

static void
write_image(struct renderer *r, cmark_node *node)
{
	struct tsr_markup_image image = {0};

	if (!resolve(r, node, &image))
		return;
	gather(r, node);
	tsr_buf_text(&r->out, "<img src=\"");
	tsr_markup_escape_url(&r->out, tsr_buf_view(&r->url));
	tsr_buf_byte(&r->out, '"');
	tsr_markup_attribute(&r->out, "alt", tsr_buf_view(&r->plain));
	write_title(r, node);
	tsr_markup_image_attributes(&r->out, &image);
	if (r->images++ > 0)
		tsr_buf_text(&r->out, " loading=\"lazy\"");
	tsr_buf_byte(&r->out, '>');
}

/* ---- footnotes ---- */

/* The number that cmark gave a reference; 0 when it is none. */
static unsigned
footnote_number(cmark_node *node)
{
	struct tsr_span s = text_of(cmark_node_get_literal(node));
	unsigned n = 0;
	size_t i;

	for (i = 0; i < s.n && tsr_is_digit(s.p[i]) && n < 1000000; i++)
		n = n * 10 + (unsigned)(s.p[i] - '0');
	return n;
}

static void
write_reference(struct renderer *r, cmark_node *node)
{
	unsigned n = footnote_number(node), again;
	struct tsr_span prefix = r->options->id_prefix;

	if (n == 0 || n > TSR_MARKUP_HEADINGS) {
		complain(r, "M006", node_offset(r, node),
		    "more footnotes than one text may have");
		return;
	}
	tsr_buf_text(&r->out, "<sup class=\"footnote-ref\">");
	/* In a link there can be no other. */
	if (r->raw.links > 0 || tsr_raw_in_link(&r->raw)) {
		tsr_buf_printf(&r->out, "%u</sup>", n);
		return;
	}
	again = ++r->references[n];
	tsr_buf_text(&r->out, "<a href=\"#");
	tsr_markup_escape_url(&r->out, prefix);
	tsr_buf_printf(&r->out, "fn_%u\" id=\"", n);
	tsr_markup_escape(&r->out, prefix);
	tsr_buf_printf(&r->out, "fnref_%u", n);
	if (again > 1)
		tsr_buf_printf(&r->out, "_%u", again);
	tsr_buf_printf(&r->out, "\">%u</a></sup>", n);
}

static void
enter_footnote(struct renderer *r)
{
	r->footnotes++;
	if (r->footnotes == 1)
		tsr_buf_text(&r->out, "<section class=\"footnotes\">\n<ol>\n");
	tsr_buf_text(&r->out, "<li id=\"");
	tsr_markup_escape(&r->out, r->options->id_prefix);
	tsr_buf_printf(&r->out, "fn_%zu\">\n", r->footnotes);
	r->back_written = false;
}

/* Arrows from the footnote back to where it is referred to. */
static void
write_back(struct renderer *r)
{
	unsigned i, count = 0;

	r->back_written = true;
	if (r->footnotes <= TSR_MARKUP_HEADINGS)
		count = r->references[r->footnotes];
	for (i = 1; i <= count; i++) {
		tsr_buf_text(&r->out, " <a class=\"footnote-back\" href=\"#");
		tsr_markup_escape_url(&r->out, r->options->id_prefix);
		tsr_buf_printf(&r->out, "fnref_%zu", r->footnotes);
		if (i > 1)
			tsr_buf_printf(&r->out, "_%u", i);
		tsr_buf_text(&r->out, "\">\xe2\x86\xa9</a>");
	}
}

/* ---- blocks ---- */

static bool
is_tight(cmark_node *paragraph)
{
	cmark_node *item = cmark_node_parent(paragraph);
	cmark_node *list = item == NULL ? NULL : cmark_node_parent(item);

	return list != NULL && cmark_node_get_type(list) == CMARK_NODE_LIST &&
	    cmark_node_get_list_tight(list);
}

static void
enter_paragraph(struct renderer *r, cmark_node *node)
{
	cmark_node *parent = cmark_node_parent(node);

	if (r->excerpt.n == 0 && parent != NULL &&
	    cmark_node_get_type(parent) == CMARK_NODE_DOCUMENT) {
		gather(r, node);
		r->excerpt = tsr_arena_dup(r->arena, tsr_buf_view(&r->plain));
	}
	if (!is_tight(node))
		tsr_buf_text(&r->out, "<p>");
}

static void
leave_paragraph(struct renderer *r, cmark_node *node)
{
	cmark_node *parent = cmark_node_parent(node);

	if (is_tight(node))
		return;
	if (parent != NULL && cmark_node_next(node) == NULL &&
	    cmark_node_get_type(parent) == CMARK_NODE_FOOTNOTE_DEFINITION)
		write_back(r);
	tsr_buf_text(&r->out, "</p>\n");
}

static void
write_code_block(struct renderer *r, cmark_node *node)
{
	struct tsr_span info = text_of(cmark_node_get_fence_info(node));
	size_t n = 0;

	while (n < info.n && !tsr_is_space(info.p[n]))
		n++;
	tsr_buf_text(&r->out, "<pre><code");
	if (n > 0) {
		tsr_buf_text(&r->out, " class=\"language-");
		tsr_markup_escape(&r->out, tsr_span_part(info, 0, n));
		tsr_buf_byte(&r->out, '"');
	}
	tsr_buf_byte(&r->out, '>');
	tsr_markup_escape(&r->out, text_of(cmark_node_get_literal(node)));
	tsr_buf_text(&r->out, "</code></pre>\n");
}

static void
enter_list(struct renderer *r, cmark_node *node)
{
	int start = cmark_node_get_list_start(node);

	if (cmark_node_get_list_type(node) == CMARK_BULLET_LIST)
		tsr_buf_text(&r->out, "<ul>\n");
	else if (start == 1)
		tsr_buf_text(&r->out, "<ol>\n");
	else
		tsr_buf_printf(&r->out, "<ol start=\"%d\">\n", start);
}

static void
enter_item(struct renderer *r, cmark_node *node)
{
	if (!is_called(node, "tasklist")) {
		tsr_buf_text(&r->out, "<li>");
		return;
	}
	tsr_buf_text(&r->out, "<li class=\"task\"><input type=\"checkbox\"");
	if (cmark_gfm_extensions_get_tasklist_item_checked(node))
		tsr_buf_text(&r->out, " checked=\"\"");
	tsr_buf_text(&r->out, " disabled=\"\"> ");
}

static void
write_raw(struct renderer *r, cmark_node *node, bool block)
{
	struct tsr_markup_text part = *r->text;

	part.text = text_of(cmark_node_get_literal(node));
	part.base += node_offset(r, node);
	part.whole = r->text->base + r->text->text.n;
	if (block)
		tsr_raw_block(&r->raw, &part, cmark_node_parent(node));
	else
		tsr_raw_inline(&r->raw, &part, cmark_node_parent(node));
}

/* ---- tables ---- */

static void
enter_cell(struct renderer *r, cmark_node *node)
{
	static const char *const names[] = {"left", "center", "right"};
	cmark_node *row = cmark_node_parent(node);
	cmark_node *table = cmark_node_parent(row);
	bool head = cmark_gfm_extensions_get_table_row_is_header(row) != 0;
	uint8_t align = 0;

	if (r->column < cmark_gfm_extensions_get_table_columns(table))
		align = cmark_gfm_extensions_get_table_alignments(
		    table)[r->column];
	r->column++;
	tsr_buf_text(&r->out, head ? "<th" : "<td");
	if (align != 0)
		tsr_buf_printf(&r->out, " class=\"align-%s\"",
		    names[align == 'l' ? 0 : align == 'c' ? 1 : 2]);
	tsr_buf_byte(&r->out, '>');
}

static void
enter_row(struct renderer *r, cmark_node *node)
{
	r->column = 0;
	if (cmark_gfm_extensions_get_table_row_is_header(node)) {
		tsr_buf_text(&r->out, "<thead>\n");
	} else if (!r->body_open) {
		tsr_buf_text(&r->out, "<tbody>\n");
		r->body_open = true;
	}
	tsr_buf_text(&r->out, "<tr>\n");
}

/* The nodes of the extensions, known by name. */
static void
extension(struct renderer *r, cmark_node *node, bool enter)
{
	if (is_called(node, "table")) {
		if (!enter && r->body_open)
			tsr_buf_text(&r->out, "</tbody>\n");
		r->body_open = false;
		/* On a phone a wide table scrolls, the page does not. */
		tsr_buf_text(&r->out, enter
			? "<div class=\"table-scroll\" tabindex=\"0\"><table>\n"
			: "</table></div>\n");
	} else if (is_called(node, "table_header") ||
	    is_called(node, "table_row")) {
		if (enter)
			enter_row(r, node);
		else
			tsr_buf_text(&r->out,
			    cmark_gfm_extensions_get_table_row_is_header(node)
				? "</tr>\n</thead>\n" : "</tr>\n");
	} else if (is_called(node, "table_cell")) {
		cmark_node *row = cmark_node_parent(node);

		if (enter)
			enter_cell(r, node);
		else
			tsr_buf_text(&r->out,
			    cmark_gfm_extensions_get_table_row_is_header(row)
				? "</th>\n" : "</td>\n");
	} else if (is_called(node, "strikethrough")) {
		tsr_buf_text(&r->out, enter ? "<del>" : "</del>");
	}
}

/* ---- the walk ---- */

static void
write_words(struct renderer *r, cmark_node *node)
{
	struct tsr_span s = text_of(cmark_node_get_literal(node));

	count_words(r, s);
	tsr_markup_escape(&r->out, s);
}

/* Nodes without children. */
static bool
write_leaf(struct renderer *r, cmark_node *node)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
		write_words(r, node);
		return true;
	case CMARK_NODE_CODE:
		tsr_buf_text(&r->out, "<code>");
		write_words(r, node);
		tsr_buf_text(&r->out, "</code>");
		return true;
	case CMARK_NODE_SOFTBREAK:
		r->in_word = false;
		tsr_buf_byte(&r->out, '\n');
		return true;
	case CMARK_NODE_LINEBREAK:
		r->in_word = false;
		tsr_buf_text(&r->out, "<br>\n");
		return true;
	case CMARK_NODE_CODE_BLOCK:
		write_code_block(r, node);
		return true;
	case CMARK_NODE_THEMATIC_BREAK:
		tsr_buf_text(&r->out, "<hr>\n");
		return true;
	case CMARK_NODE_HTML_BLOCK:
		write_raw(r, node, true);
		return true;
	case CMARK_NODE_HTML_INLINE:
		write_raw(r, node, false);
		return true;
	case CMARK_NODE_FOOTNOTE_REFERENCE:
		write_reference(r, node);
		return true;
	default:
		return false;
	}
}

static void
enter(struct renderer *r, cmark_node *node)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_DOCUMENT:
		break;
	case CMARK_NODE_BLOCK_QUOTE:
		tsr_buf_text(&r->out, "<blockquote>\n");
		break;
	case CMARK_NODE_LIST:
		enter_list(r, node);
		break;
	case CMARK_NODE_ITEM:
		enter_item(r, node);
		break;
	case CMARK_NODE_PARAGRAPH:
		enter_paragraph(r, node);
		break;
	case CMARK_NODE_HEADING:
		enter_heading(r, node);
		break;
	case CMARK_NODE_FOOTNOTE_DEFINITION:
		enter_footnote(r);
		break;
	case CMARK_NODE_EMPH:
		tsr_buf_text(&r->out, "<em>");
		break;
	case CMARK_NODE_STRONG:
		tsr_buf_text(&r->out, "<strong>");
		break;
	case CMARK_NODE_LINK:
		enter_link(r, node);
		break;
	default:
		extension(r, node, true);
	}
}

static void
leave(struct renderer *r, cmark_node *node)
{
	tsr_raw_leave(&r->raw, node);
	if ((cmark_node_get_type(node) & CMARK_NODE_TYPE_MASK) ==
	    CMARK_NODE_TYPE_BLOCK)
		r->in_word = false;
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_DOCUMENT:
		if (r->footnotes > 0)
			tsr_buf_text(&r->out, "</ol>\n</section>\n");
		break;
	case CMARK_NODE_BLOCK_QUOTE:
		tsr_buf_text(&r->out, "</blockquote>\n");
		break;
	case CMARK_NODE_LIST:
		tsr_buf_text(&r->out, cmark_node_get_list_type(node) ==
			CMARK_BULLET_LIST ? "</ul>\n" : "</ol>\n");
		break;
	case CMARK_NODE_ITEM:
		tsr_buf_text(&r->out, "</li>\n");
		break;
	case CMARK_NODE_PARAGRAPH:
		leave_paragraph(r, node);
		break;
	case CMARK_NODE_HEADING:
		tsr_buf_printf(&r->out, "</h%u>\n", heading_level(r, node));
		break;
	case CMARK_NODE_FOOTNOTE_DEFINITION:
		if (!r->back_written)
			write_back(r);
		tsr_buf_text(&r->out, "</li>\n");
		break;
	case CMARK_NODE_EMPH:
		tsr_buf_text(&r->out, "</em>");
		break;
	case CMARK_NODE_STRONG:
		tsr_buf_text(&r->out, "</strong>");
		break;
	case CMARK_NODE_LINK:
		r->raw.links--;
		tsr_buf_text(&r->out, "</a>");
		break;
	default:
		extension(r, node, false);
	}
}

/* False when the tree is too deep; then nothing of it is used. */
static bool
walk(struct renderer *r, cmark_node *root)
{
	cmark_iter *iter = cmark_iter_new(root);
	cmark_event_type event;
	cmark_node *node;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		node = cmark_iter_get_node(iter);
		if (cmark_node_get_type(node) == CMARK_NODE_IMAGE) {
			if (event == CMARK_EVENT_ENTER)
				write_image(r, node);
			cmark_iter_reset(iter, node, CMARK_EVENT_EXIT);
		} else if (event == CMARK_EVENT_EXIT) {
			r->depth--;
			leave(r, node);
		} else if (!write_leaf(r, node)) {
			if (r->depth++ == TSR_MARKUP_DEPTH) {
				complain(r, "M003", node_offset(r, node),
				    "nested too deep");
				return false;
			}
			enter(r, node);
		}
	}
	return true;
}

static cmark_node *
parse(struct tsr_span text)
{
	static const char *const names[] = {"table", "strikethrough", "tasklist"};
	cmark_parser *parser = cmark_parser_new_with_mem(
	    CMARK_OPT_FOOTNOTES | CMARK_OPT_VALIDATE_UTF8, &memory);
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(names); i++)
		cmark_parser_attach_syntax_extension(
		    parser, cmark_find_syntax_extension(names[i]));
	cmark_parser_feed(parser, (const char *)text.p, text.n);
	return cmark_parser_finish(parser);
}

/* Parse and write within the budget; false when there is no HTML. */
static bool
run(struct renderer *r, struct tsr_budget *budget)
{
	struct tsr_budget *outer = current;
	bool good;

	tsr_budget_start(budget);
	current = budget;
	if (setjmp(budget->spent) == 0) {
		good = walk(r, parse(r->text->text));
	} else {
		good = false;
		complain(r, "M002", 0, "the text is too complex to be read");
	}
	current = outer;
	return good;
}

void
tsr_markdown_setup(void)
{
	cmark_gfm_core_extensions_ensure_registered();
}

static void
start(struct renderer *r)
{
	tsr_buf_init(&r->out, TSR_MARKUP_OUT_MAX);
	tsr_buf_init(&r->plain, TSR_MARKUP_MAX);
	tsr_buf_init(&r->url, TSR_MARKUP_MAX);
	r->html = *r->options->html;
	r->html.strict = true;
	r->raw.out = &r->out;
	r->raw.options = &r->html;
	r->raw.diag = r->diag;
	r->references =
	    TSR_NEW_ARRAY(r->arena, unsigned, TSR_MARKUP_HEADINGS + 1);
	find_lines(r);
}

bool
tsr_markdown_render(struct tsr_markdown_result *out,
    const struct tsr_markup_text *text, const struct tsr_markdown *options,
    struct tsr_arena *arena, struct tsr_diag *diag)
{
	struct renderer *r = TSR_NEW(arena, struct renderer);
	struct tsr_budget *budget = TSR_NEW(arena, struct tsr_budget);

	memset(out, 0, sizeof(*out));
	r->text = text;
	r->options = options;
	r->arena = arena;
	r->diag = diag;
	if (text->text.n > TSR_MARKUP_MAX) {
		complain(r, "M001", 0, "the text is too long");
		return false;
	}
	start(r);
	if (run(r, budget) && !r->out.full) {
		out->html = tsr_arena_dup(arena, tsr_buf_view(&r->out));
		out->excerpt = r->excerpt;
		out->words = r->words;
		out->headings = r->headings;
		out->heading_count = r->heading_count;
	} else if (!r->wrong) {
		complain(r, "M007", 0, "the HTML of the text would be too long");
	}
	tsr_arena_free(&budget->arena);
	tsr_buf_free(&r->out);
	tsr_buf_free(&r->plain);
	tsr_buf_free(&r->url);
	return !r->wrong && !r->raw.wrong;
}
