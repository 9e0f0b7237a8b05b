/*
 * canvas - text being rendered, with marks where something else will stand.
 */
#include "build/render/canvas.h"

#include "build/read/richhtml_list.h"

void
tsr_canvas_init(struct tsr_canvas *canvas, size_t max)
{
	memset(canvas, 0, sizeof(*canvas));
	tsr_buf_init(&canvas->buf, max);
}

void
tsr_canvas_free(struct tsr_canvas *canvas)
{
	tsr_buf_free(&canvas->buf);
}

void
tsr_canvas_mark(struct tsr_canvas *canvas, struct tsr_arena *arena,
    const struct tsr_item *item)
{
	canvas->marks = tsr_arena_grow(arena, canvas->marks, canvas->count,
	    &canvas->cap, sizeof(*canvas->marks));
	canvas->marks[canvas->count].at = canvas->buf.n;
	canvas->marks[canvas->count++].item = *item;
}

static size_t
name_end(struct tsr_span s, size_t at)
{
	while (at < s.n && !tsr_is_space(s.p[at]) && s.p[at] != '>' &&
	    s.p[at] != '/')
		at++;
	return at;
}

/* Behind the ">" of the tag whose name ends at `at`; *closed: by "/>". */
static size_t
tag_end(bool *closed, struct tsr_span s, size_t at)
{
	*closed = false;
	while (at < s.n && s.p[at] != '>') {
		*closed = s.p[at] == '/';
		if (s.p[at] == '"' || s.p[at] == '\'')
			at = tsr_span_find(s, s.p[at], at + 1);
		at++;
	}
	return at < s.n ? at + 1 : s.n;
}

static bool
is_raw(struct tsr_span name)
{
	return tsr_span_same(name, TSR_LIT("script")) ||
	    tsr_span_same(name, TSR_LIT("style")) ||
	    tsr_span_same(name, TSR_LIT("textarea")) ||
	    tsr_span_same(name, TSR_LIT("title"));
}

/* Where the end tag of a raw text element begins. */
static size_t
raw_end(struct tsr_span s, size_t at, struct tsr_span name)
{
	for (; at < s.n; at++)
		if (s.p[at] == '<' && at + 1 < s.n && s.p[at + 1] == '/' &&
		    tsr_span_same(name, tsr_span_part(s, at + 2, name.n)))
			return at;
	return s.n;
}

static size_t
comment_end(struct tsr_span s, size_t at)
{
	if (!tsr_span_starts(tsr_span_from(s, at), TSR_LIT("<!--")))
		return tsr_span_find(s, '>', at);
	for (at += 4; at + 2 < s.n; at++)
		if (s.p[at] == '-' && s.p[at + 1] == '-' && s.p[at + 2] == '>')
			return at + 3;
	return s.n;
}

/*
 * Can such an element hold a button? Not what has no content, or content of
 * its own kind, or is itself something to press.
 */
static bool
can_hold(struct tsr_span name)
{
	static const char *const closed[] = {"a", "audio", "button", "canvas",
	    "colgroup", "datalist", "dl", "iframe", "label", "math", "menu",
	    "meter", "noscript", "object", "ol", "optgroup", "option",
	    "picture", "progress", "script", "select", "style", "summary",
	    "svg", "table", "tbody", "template", "textarea", "tfoot", "thead",
	    "title", "tr", "ul", "video"};
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(closed); i++)
		if (tsr_span_same(name,
			tsr_span_of(closed[i], strlen(closed[i]))))
			return false;
	return !tsr_element_is_void(name);
}

/* Position behind the next outermost element's name, or s.n. */
static size_t
next_element(struct tsr_span *element, struct tsr_span s, size_t *at,
    unsigned *depth)
{
	struct tsr_span name;
	size_t i = *at, end, found = s.n;
	bool closed, void_element;

	while (i < s.n && found == s.n) {
		i = tsr_span_find(s, '<', i);
		if (i + 1 >= s.n)
			break;
		if (s.p[i + 1] == '/') {
			*depth -= *depth > 0;
			i = tsr_span_find(s, '>', i);
		} else if (s.p[i + 1] == '!') {
			i = comment_end(s, i);
		} else if (tsr_is_alpha(s.p[i + 1])) {
			end = name_end(s, i + 1);
			name = tsr_span_part(s, i + 1, end - i - 1);
			found = *depth == 0 ? end : s.n;
			*element = name;
			i = tag_end(&closed, s, end);
			void_element = closed || tsr_element_is_void(name);
			*depth += !void_element;
			if (!void_element && is_raw(name))
				i = raw_end(s, i, name);
		} else {
			i++;
		}
	}
	*at = i;
	return found;
}

void
tsr_canvas_attribute(
    struct tsr_canvas *canvas, struct tsr_span attribute, bool first)
{
	struct tsr_span s = tsr_buf_view(&canvas->buf), element = {NULL, 0};
	struct tsr_buf out;
	size_t at = 0, from = 0, end, mark = 0;
	unsigned depth = 0;

	tsr_buf_init(&out, canvas->buf.max);
	for (;;) {
		end = next_element(&element, s, &at, &depth);
		for (; mark < canvas->count && canvas->marks[mark].at < end;
		     mark++)
			canvas->marks[mark].at += out.n - from;
		if (end == s.n)
			break;
		tsr_buf_add(&out, tsr_span_part(s, from, end - from));
		tsr_buf_add(&out, attribute);
		if (first && can_hold(element)) {
			tsr_buf_text(&out, " data-why");
			first = false;
		}
		from = end;
	}
	for (; mark < canvas->count; mark++)
		canvas->marks[mark].at += out.n - from;
	tsr_buf_add(&out, tsr_span_from(s, from));
	out.full |= canvas->buf.full;
	tsr_buf_free(&canvas->buf);
	canvas->buf = out;
}

void
tsr_canvas_region(struct tsr_canvas *canvas, struct tsr_span name,
    bool personal, bool first)
{
	struct tsr_buf text;

	tsr_buf_init(&text, canvas->buf.max);
	tsr_buf_text(&text, " data-personalized-region=\"");
	tsr_buf_add(&text, name);
	tsr_buf_text(&text, personal ? "\" data-personalized" : "\"");
	tsr_canvas_attribute(canvas, tsr_buf_view(&text), first);
	tsr_buf_free(&text);
}

static void
add_text(struct tsr_row *out, struct tsr_span text, struct tsr_arena *arena)
{
	struct tsr_item *item;

	if (text.n == 0)
		return;
	item = &out->items[out->count++];
	item->kind = TSR_ITEM_TEXT;
	item->text = tsr_arena_dup(arena, text);
}

void
tsr_canvas_finish(struct tsr_row *out, const struct tsr_canvas *canvas,
    struct tsr_arena *arena)
{
	struct tsr_span s = tsr_buf_view(&canvas->buf);
	size_t i, from = 0;

	out->items = TSR_NEW_ARRAY(
	    arena, struct tsr_item, canvas->count * 2 + 1);
	out->count = 0;
	for (i = 0; i < canvas->count; i++) {
		add_text(out,
		    tsr_span_part(s, from, canvas->marks[i].at - from), arena);
		from = canvas->marks[i].at;
		out->items[out->count++] = canvas->marks[i].item;
	}
	add_text(out, tsr_span_from(s, from), arena);
}
