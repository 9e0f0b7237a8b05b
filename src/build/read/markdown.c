/*
 * markdown - CommonMark with GitHub's extensions as HTML: the walk over cmark's
 * tree.
 */
#include "build/read/markdown.h"

#include <cmark-gfm.h>
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>

#include "build/read/budget.h"
#include "build/read/markdown_impl.h"
#include "core/limits.h"

/*
 * cmark's allocator takes no context, so this is how it finds the budget of
 * the text that its thread is reading.
 */
static _Thread_local struct tsr_budget *current;

/* Before each piece of cmark's memory stands its size. */
#define HEAD 16

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

/* ---- places ---- */

static size_t
node_offset(const struct renderer *r, cmark_node *node)
{
	return tsr_markdown_offset(r, cmark_node_get_start_line(node),
	    cmark_node_get_start_column(node));
}

/*
 * The place of a link's address. cmark knows where the link begins, roughly;
 * the address itself is looked for in the lines of the block around it.
 */
static struct tsr_where
address_where(struct renderer *r, cmark_node *node, struct tsr_span url)
{
	cmark_node *block = node;
	size_t start = node_offset(r, node);

	while (block != NULL && (cmark_node_get_type(block) &
	    CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_INLINE)
		block = cmark_node_parent(block);
	if (block == NULL || url.n == 0)
		return tsr_markup_where(r->text, start, 0);
	return tsr_markdown_find(r, url, start,
	    tsr_markdown_offset(r, cmark_node_get_start_line(block), 1),
	    tsr_markdown_offset(r, cmark_node_get_end_line(block) + 1, 1));
}

/* ---- plain text ---- */

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
	gather(r, node);
	tsr_markdown_heading(r, heading_level(r, node), node_offset(r, node));
}

/* ---- links and pictures ---- */

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
		tsr_markdown_complain(r, "M005", node_offset(r, node),
		    "a link inside of another link");
	if (!resolve(r, node, NULL))
		tsr_buf_clear(&r->url);
	tsr_markdown_link(r, text_of(cmark_node_get_title(node)));
}

static void
write_image(struct renderer *r, cmark_node *node)
{
	struct tsr_markup_image image = {0};

	if (!resolve(r, node, &image))
		return;
	gather(r, node);
	tsr_markdown_image(r, &image, text_of(cmark_node_get_title(node)));
}

/* ---- footnotes and blocks ---- */

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
		tsr_markdown_back(r);
	tsr_buf_text(&r->out, "</p>\n");
}

static void
write_code_block(struct renderer *r, cmark_node *node)
{
	tsr_markdown_code(r, text_of(cmark_node_get_fence_info(node)),
	    text_of(cmark_node_get_literal(node)));
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
	cmark_node *row = cmark_node_parent(node);
	cmark_node *table = cmark_node_parent(row);
	uint8_t align = 0;

	if (r->column < cmark_gfm_extensions_get_table_columns(table))
		align = cmark_gfm_extensions_get_table_alignments(
		    table)[r->column];
	r->column++;
	tsr_markdown_cell(r,
	    cmark_gfm_extensions_get_table_row_is_header(row) != 0, align);
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

	tsr_markdown_count(r, s);
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
		tsr_markdown_reference(
		    r, footnote_number(node), node_offset(r, node));
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
		tsr_markdown_footnote(r);
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
			tsr_markdown_back(r);
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
				tsr_markdown_complain(r, "M003", node_offset(r, node),
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
		tsr_markdown_complain(r, "M002", 0, "the text is too complex to be read");
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
	tsr_markdown_lines(r);
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
		tsr_markdown_complain(r, "M001", 0, "the text is too long");
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
		tsr_markdown_complain(r, "M007", 0, "the HTML of the text would be too long");
	}
	tsr_arena_free(&budget->arena);
	tsr_buf_free(&r->out);
	tsr_buf_free(&r->plain);
	tsr_buf_free(&r->url);
	return !r->wrong && !r->raw.wrong;
}
