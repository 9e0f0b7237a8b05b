/*
 * markdown_write - the HTML of headings, notes and code, and where in the text
 * things are: all that needs no tree.
 */
#include "build/read/markdown_impl.h"

#include "build/read/slug.h"
#include "core/limits.h"
#include "core/utf8.h"

void
tsr_markdown_complain(struct renderer *r, const char *rule, size_t pos,
    const char *text)
{
	r->wrong = true;
	tsr_diag_add(r->diag, TSR_ERROR, rule,
	    tsr_markup_where(r->text, pos, 0), "%s", text);
}

/* ---- places ---- */

void
tsr_markdown_lines(struct renderer *r)
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

size_t
tsr_markdown_offset(const struct renderer *r, int line, int column)
{
	size_t at;

	if (line < 1)
		return 0;
	if ((size_t)line > r->line_count)
		return r->text->text.n;
	at = r->lines[line - 1] + (column > 1 ? (size_t)(column - 1) : 0);
	return at < r->text->text.n ? at : r->text->text.n;
}

struct tsr_where
tsr_markdown_find(struct renderer *r, struct tsr_span url, size_t start,
    size_t from, size_t end)
{
	struct tsr_span s = r->text->text;

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

/* ---- elements ---- */

void
tsr_markdown_count(struct renderer *r, struct tsr_span s)
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

void
tsr_markdown_heading(struct renderer *r, unsigned level, size_t pos)
{
	struct tsr_markdown_heading heading = {.level = level};

	tsr_buf_printf(&r->out, "<h%u", heading.level);
	if (r->heading_count == TSR_MARKUP_HEADINGS) {
		if (!r->wrong)
			tsr_markdown_complain(r, "M006", pos,
			    "more headings than one text may have");
		tsr_buf_byte(&r->out, '>');
		return;
	}
	heading.text = tsr_arena_dup(r->arena, tsr_buf_view(&r->plain));
	heading.where = tsr_markup_where(r->text, pos, 0);
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

void
tsr_markdown_reference(struct renderer *r, unsigned n, size_t pos)
{
	struct tsr_span prefix = r->options->id_prefix;
	unsigned again;

	if (n == 0 || n > TSR_MARKUP_HEADINGS) {
		tsr_markdown_complain(r, "M006", pos,
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

void
tsr_markdown_footnote(struct renderer *r)
{
	r->footnotes++;
	if (r->footnotes == 1)
		tsr_buf_text(&r->out, "<section class=\"footnotes\">\n<ol>\n");
	tsr_buf_text(&r->out, "<li id=\"");
	tsr_markup_escape(&r->out, r->options->id_prefix);
	tsr_buf_printf(&r->out, "fn_%zu\">\n", r->footnotes);
	r->back_written = false;
}

void
tsr_markdown_back(struct renderer *r)
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

void
tsr_markdown_code(
    struct renderer *r, struct tsr_span info, struct tsr_span text)
{
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
	tsr_markup_escape(&r->out, text);
	tsr_buf_text(&r->out, "</code></pre>\n");
}

static void
write_title(struct renderer *r, struct tsr_span title)
{
	if (title.n > 0)
		tsr_markup_attribute(&r->out, "title", title);
}

void
tsr_markdown_link(struct renderer *r, struct tsr_span title)
{
	tsr_buf_text(&r->out, "<a href=\"");
	tsr_markup_escape_url(&r->out, tsr_buf_view(&r->url));
	tsr_buf_byte(&r->out, '"');
	write_title(r, title);
	tsr_buf_byte(&r->out, '>');
	r->raw.links++;
}

void
tsr_markdown_image(struct renderer *r, const struct tsr_markup_image *image,
    struct tsr_span title)
{
	tsr_buf_text(&r->out, "<img src=\"");
	tsr_markup_escape_url(&r->out, tsr_buf_view(&r->url));
	tsr_buf_byte(&r->out, '"');
	tsr_markup_attribute(&r->out, "alt", tsr_buf_view(&r->plain));
	write_title(r, title);
	tsr_markup_image_attributes(&r->out, image);
	if (r->images++ > 0)
		tsr_buf_text(&r->out, " loading=\"lazy\"");
	tsr_buf_byte(&r->out, '>');
}

void
tsr_markdown_cell(struct renderer *r, bool head, uint8_t align)
{
	static const char *const names[] = {"left", "center", "right"};

	tsr_buf_text(&r->out, head ? "<th" : "<td");
	if (align != 0)
		tsr_buf_printf(&r->out, " class=\"align-%s\"",
		    names[align == 'l' ? 0 : align == 'c' ? 1 : 2]);
	tsr_buf_byte(&r->out, '>');
}
