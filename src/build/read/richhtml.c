/*
 * richhtml - HTML from a content system, made safe.
 */
#include "build/read/richhtml.h"

#include <gumbo.h>

#include "build/read/budget.h"
#include "build/read/richhtml_list.h"
#include "core/limits.h"

/* Messages about one text; a bad import needs no thousand of them. */
#define MESSAGES_MAX 50

/* Rounds of parsing and writing until nothing changes. */
#define ROUNDS_MAX 6

struct cleaner {
	const struct tsr_richhtml *options;
	const struct tsr_markup_text *text;
	struct tsr_diag *diag;
	struct tsr_buf *out;
	const char *base;   /* the bytes that gumbo read */
	unsigned messages;
	bool ours;	    /* a later round: we wrote what is read */
	bool wrong;
	bool after_pre;	    /* the last thing written is <pre> */
};

struct level {
	const GumboVector *children;
	unsigned next;
	const struct tsr_element *element; /* NULL: its tags are left out */
};

static void *
budget_alloc(void *ctx, size_t n)
{
	return tsr_budget_take(ctx, n);
}

static void
budget_free(void *ctx, void *p)
{
	(void)ctx;
	(void)p;
}

/* The fragment's children; NULL when the budget was spent. */
static const GumboVector *
parse(struct tsr_budget *b, const char *html, size_t n)
{
	GumboOptions options = kGumboDefaultOptions;

	options.allocator = budget_alloc;
	options.deallocator = budget_free;
	options.userdata = b;
	options.max_errors = 0;
	options.fragment_context = GUMBO_TAG_DIV;
	tsr_budget_start(b);
	if (setjmp(b->spent) != 0)
		return NULL;
	return &gumbo_parse_with_options(&options, html, n)
	    ->root->v.element.children;
}

static struct tsr_span
text_of(const char *s)
{
	return tsr_span_of(s, strlen(s));
}

/* Report what is left out; place is a piece of what gumbo read, or empty. */
static void
complain(struct cleaner *c, bool error, const char *rule,
    GumboStringPiece place, const char *format, const char *name)
{
	size_t pos = place.data == NULL ? 0 : (size_t)(place.data - c->base);
	struct tsr_where where = tsr_markup_where(c->text, pos, place.length);
	struct tsr_span shown = text_of(name);

	if (c->ours)
		return;
	error = error || c->options->strict;
	c->wrong = c->wrong || error;
	if (c->messages++ >= MESSAGES_MAX)
		return;
	tsr_diag_add(c->diag, error ? TSR_ERROR : TSR_WARNING, rule, where,
	    "%s \"%.*s\" is left out", format, TSR_ARG(shown));
}

/* Cut the next word off *s; empty at the end. */
static struct tsr_span
cut_word(struct tsr_span *s)
{
	struct tsr_span word;
	size_t n = 0;

	*s = tsr_span_trim(*s);
	while (n < s->n && !tsr_is_space(s->p[n]))
		n++;
	word = tsr_span_part(*s, 0, n);
	*s = tsr_span_from(*s, n);
	return word;
}

/* The classes with an allowed beginning; false when one was left out. */
static bool
keep_classes(struct cleaner *c, struct tsr_span value)
{
	const struct tsr_richhtml *options = c->options;
	struct tsr_span word;
	bool any = false, all = true, good;
	size_t i;

	for (word = cut_word(&value); word.n > 0; word = cut_word(&value)) {
		good = false;
		for (i = 0; i < options->class_prefix_count; i++)
			good = good || tsr_span_starts(
			    word, options->class_prefixes[i]);
		all = all && good;
		if (!good)
			continue;
		tsr_buf_text(c->out, any ? " " : " class=\"");
		tsr_markup_escape(c->out, word);
		any = true;
	}
	if (any)
		tsr_buf_byte(c->out, '"');
	return all;
}

/* rel without opener, and with noopener where a new window is opened. */
static void
write_rel(struct cleaner *c, struct tsr_span value, bool blank)
{
	struct tsr_span word;
	bool any = false;

	for (word = cut_word(&value); word.n > 0; word = cut_word(&value)) {
		if (!tsr_attribute_is_word(word) || tsr_span_eq(word, TSR_LIT("opener")) ||
		    (blank && tsr_span_eq(word, TSR_LIT("noopener"))))
			continue;
		tsr_buf_text(c->out, any ? " " : " rel=\"");
		for (size_t i = 0; i < word.n; i++)
			tsr_buf_byte(c->out, tsr_lower(word.p[i]));
		any = true;
	}
	if (blank)
		tsr_buf_text(c->out, any ? " noopener" : " rel=\"noopener");
	if (any || blank)
		tsr_buf_byte(c->out, '"');
}

static bool
is_listed_frame(const struct tsr_richhtml *options, struct tsr_span url)
{
	struct tsr_span host;
	size_t i, n = 0;

	if (!tsr_span_starts(url, TSR_LIT("https://")))
		return false;
	host = tsr_span_from(url, 8);
	while (n < host.n && (tsr_is_alnum(host.p[n]) || host.p[n] == '-' ||
	    host.p[n] == '.'))
		n++;
	if (n < host.n && host.p[n] != '/' && host.p[n] != '?')
		return false;
	host.n = n;
	for (i = 0; i < options->frame_host_count; i++)
		if (tsr_span_eq(host, options->frame_hosts[i]))
			return true;
	return false;
}

static struct tsr_where
value_where(const struct cleaner *c, const GumboAttribute *attribute)
{
	GumboStringPiece v = attribute->original_value;
	bool quoted = v.length >= 2 && (v.data[0] == '"' || v.data[0] == '\'');

	if (v.data == NULL)
		v = attribute->original_name;
	return tsr_markup_where(c->text,
	    (size_t)(v.data - c->base) + (quoted ? 1 : 0),
	    v.length - (quoted ? 2 : 0));
}

/* The final address, in url; false when the attribute is left out. */
static bool
resolve(struct cleaner *c, struct tsr_buf *url, struct tsr_markup_image *image,
    const GumboAttribute *attribute)
{
	struct tsr_span value = tsr_span_trim(text_of(attribute->value));

	if (c->ours) {
		if (!tsr_markup_url_safe(image == NULL ? TSR_MARKUP_LINK
			: TSR_MARKUP_IMAGE, value))
			return false;
		tsr_buf_add(url, value);
		return true;
	}
	if (tsr_markup_url(url, image, c->options->hooks, c->diag, value,
		value_where(c, attribute)))
		return true;
	c->wrong = true;
	return false;
}

static void
write_address(struct cleaner *c, const GumboAttribute *attribute, bool picture)
{
	struct tsr_markup_image image = {0};
	struct tsr_buf url;

	tsr_buf_init(&url, TSR_MARKUP_MAX);
	if (resolve(c, &url, picture ? &image : NULL, attribute))
		tsr_markup_attribute(
		    c->out, attribute->name, tsr_buf_view(&url));
	tsr_buf_free(&url);
}

/* Write an attribute of a kind that needs no more than its value. */
static bool
write_plain(struct cleaner *c, const GumboAttribute *attribute,
    enum tsr_attribute_kind kind)
{
	struct tsr_span value = text_of(attribute->value);

	switch (kind) {
	case TSR_ATTRIBUTE_TEXT:
		break;
	case TSR_ATTRIBUTE_NUMBER:
		value = tsr_span_trim(value);
		if (!tsr_attribute_is_number(value))
			return false;
		break;
	case TSR_ATTRIBUTE_FLAG:
		value.n = 0;
		break;
	case TSR_ATTRIBUTE_WORD:
		if (!tsr_attribute_is_word(value))
			return false;
		break;
	case TSR_ATTRIBUTE_ID:
		if (!c->options->ids || value.n == 0)
			return false;
		break;
	case TSR_ATTRIBUTE_TARGET:
		if (!tsr_span_eq(value, TSR_LIT("_blank")))
			return tsr_span_eq(value, TSR_LIT("_self"));
		break;
	case TSR_ATTRIBUTE_OURS:
		if (!c->ours)
			return false;
		break;
	case TSR_ATTRIBUTE_CLASS:
		return keep_classes(c, value);
	default:
		return false;
	}
	tsr_markup_attribute(c->out, attribute->name, value);
	return true;
}

static bool
opens_window(const GumboVector *attributes)
{
	const GumboAttribute *target = gumbo_get_attribute(attributes, "target");

	return target != NULL && strcmp(target->value, "_blank") == 0;
}

static void
write_attribute(struct cleaner *c, const struct tsr_element *element,
    const GumboVector *all, const GumboAttribute *attribute)
{
	struct tsr_span name = text_of(attribute->name);
	enum tsr_attribute_kind kind = tsr_attribute_find(element, name);
	bool script = tsr_span_starts(name, TSR_LIT("on"));

	if (attribute->attr_namespace != GUMBO_ATTR_NAMESPACE_NONE)
		kind = TSR_ATTRIBUTE_NONE;
	switch (kind) {
	case TSR_ATTRIBUTE_LINK:
		write_address(c, attribute, false);
		return;
	case TSR_ATTRIBUTE_PICTURE:
		write_address(c, attribute, true);
		return;
	case TSR_ATTRIBUTE_REL:
		write_rel(c, text_of(attribute->value), opens_window(all));
		return;
	case TSR_ATTRIBUTE_FRAME:
		tsr_markup_attribute(
		    c->out, "src", tsr_span_trim(text_of(attribute->value)));
		return;
	default:
		if (!write_plain(c, attribute, kind))
			complain(c, script, script ? "H004" : "H006",
			    attribute->original_name,
			    script ? "the handler" : "the attribute",
			    attribute->name);
	}
}

/* A picture's tag; nothing when its address is not to be had. */
static void
write_picture(struct cleaner *c, const struct tsr_element *element,
    const GumboElement *node)
{
	const GumboVector *all = &node->attributes;
	const GumboAttribute *src = gumbo_get_attribute(all, "src"), *attribute;
	struct tsr_markup_image image = {0};
	struct tsr_buf url;
	unsigned i;

	if (src == NULL) {
		complain(c, false, "H005", node->original_tag,
		    "the picture without src in", "img");
		return;
	}
	tsr_buf_init(&url, TSR_MARKUP_MAX);
	if (!resolve(c, &url, &image, src))
		goto out;
	tsr_buf_text(c->out, "<img");
	tsr_markup_attribute(c->out, "src", tsr_buf_view(&url));
	for (i = 0; i < all->length; i++) {
		attribute = all->data[i];
		if (attribute != src)
			write_attribute(c, element, all, attribute);
	}
	if (gumbo_get_attribute(all, "width") != NULL ||
	    gumbo_get_attribute(all, "height") != NULL)
		image.width = 0;
	tsr_markup_image_attributes(c->out, &image);
	if (!c->ours && gumbo_get_attribute(all, "loading") == NULL)
		tsr_buf_text(c->out, " loading=\"lazy\"");
	if (!c->ours && gumbo_get_attribute(all, "alt") == NULL &&
	    c->messages++ < MESSAGES_MAX) {
		tsr_diag_add(c->diag, TSR_WARNING, "H008",
		    value_where(c, src), "a picture has no text for those who "
		    "cannot see it");
		tsr_diag_hint(c->diag, "add alt=\"...\", or alt=\"\" when it "
		    "only decorates");
	}
	tsr_buf_byte(c->out, '>');
out:
	tsr_buf_free(&url);
}

static void
write_start(struct cleaner *c, const struct tsr_element *element,
    const GumboElement *node)
{
	const GumboVector *all = &node->attributes;
	unsigned i;

	c->after_pre = false;
	if (node->tag == GUMBO_TAG_IMG) {
		write_picture(c, element, node);
		return;
	}
	tsr_buf_byte(c->out, '<');
	tsr_buf_text(c->out, element->name);
	for (i = 0; i < all->length; i++)
		write_attribute(c, element, all, all->data[i]);
	if (node->tag == GUMBO_TAG_A && opens_window(all) &&
	    gumbo_get_attribute(all, "rel") == NULL)
		tsr_buf_text(c->out, " rel=\"noopener\"");
	tsr_buf_byte(c->out, '>');
	c->after_pre = node->tag == GUMBO_TAG_PRE;
}

/* An iframe may stand; what it holds is text for browsers without frames. */
static void
write_frame(struct cleaner *c, const struct tsr_element *element,
    const GumboElement *node)
{
	const GumboAttribute *src =
	    gumbo_get_attribute(&node->attributes, "src");

	if (src == NULL || !is_listed_frame(
		c->options, tsr_span_trim(text_of(src->value)))) {
		complain(c, true, "H007",
		    src == NULL ? node->original_tag : src->original_value,
		    "the frame of", src == NULL ? "nothing" : src->value);
		return;
	}
	write_start(c, element, node);
	tsr_buf_text(c->out, "</iframe>");
}

static void
write_text(struct cleaner *c, const char *text)
{
	/* The parser takes one line end after <pre> away. */
	if (c->after_pre && text[0] == '\n')
		tsr_buf_byte(c->out, '\n');
	c->after_pre = false;
	tsr_markup_escape(c->out, text_of(text));
}

/* Write the element's start; true when its children are to be written. */
static bool
enter(struct cleaner *c, const struct tsr_element **element,
    const GumboElement *node)
{
	const char *name = gumbo_normalized_tagname(node->tag);
	GumboStringPiece shown = node->original_tag;
	char unknown[32] = "unknown";
	bool foreign = node->tag_namespace != GUMBO_NAMESPACE_HTML;
	bool known = node->tag != GUMBO_TAG_UNKNOWN;

	/* Its name is only shown: it could hold a NUL after a known one. */
	if (!known && shown.data != NULL) {
		gumbo_tag_from_original_text(&shown);
		if (shown.length < sizeof(unknown)) {
			memcpy(unknown, shown.data, shown.length);
			unknown[shown.length] = 0;
		}
		name = unknown;
	}
	*element = foreign || !known ? NULL : tsr_element_find(text_of(name));
	if (*element == NULL || ((*element)->flags & TSR_ELEMENT_GONE) != 0) {
		bool script = *element != NULL &&
		    ((*element)->flags & TSR_ELEMENT_SCRIPT) != 0;
		bool gone = foreign || *element != NULL;

		complain(c, script, script ? "H004" : "H005",
		    node->original_tag, "the element", name);
		*element = NULL;
		return !gone;
	}
	if (node->tag == GUMBO_TAG_IFRAME) {
		write_frame(c, *element, node);
		return false;
	}
	write_start(c, *element, node);
	return ((*element)->flags & TSR_ELEMENT_VOID) == 0;
}

static void
leave(struct cleaner *c, const struct tsr_element *element)
{
	c->after_pre = false;
	if (element == NULL)
		return;
	tsr_buf_text(c->out, "</");
	tsr_buf_text(c->out, element->name);
	tsr_buf_byte(c->out, '>');
}

static void
write_children(struct cleaner *c, const GumboVector *children)
{
	struct level levels[TSR_MARKUP_DEPTH + 1];
	const struct tsr_element *element;
	const GumboNode *node;
	size_t depth = 0;

	levels[0] = (struct level){children, 0, NULL};
	for (;;) {
		struct level *at = &levels[depth];

		if (at->next == at->children->length) {
			leave(c, at->element);
			if (depth-- == 0)
				return;
			continue;
		}
		node = at->children->data[at->next++];
		if (node->type == GUMBO_NODE_TEXT ||
		    node->type == GUMBO_NODE_WHITESPACE)
			write_text(c, node->v.text.text);
		if (node->type != GUMBO_NODE_ELEMENT &&
		    node->type != GUMBO_NODE_TEMPLATE)
			continue;
		if (depth == TSR_MARKUP_DEPTH)
			complain(c, true, "H003", node->v.element.original_tag,
			    "nested too deep, so the element",
			    gumbo_normalized_tagname(node->v.element.tag));
		else if (enter(c, &element, &node->v.element))
			levels[++depth] = (struct level){
			    &node->v.element.children, 0, element};
	}
}

/* One round: parse in, write what is allowed. */
static bool
round_of(struct cleaner *c, struct tsr_span in)
{
	struct tsr_budget *b;
	struct tsr_arena arena = {0};
	const GumboVector *children;

	b = TSR_NEW(&arena, struct tsr_budget);
	/* Gumbo looks one byte past the end: it gets a copy with a NUL. */
	c->base = (const char *)tsr_arena_dup(&arena, in).p;
	children = parse(b, c->base, in.n);
	if (children == NULL) {
		c->wrong = true;
		tsr_diag_add(c->diag, TSR_ERROR, "H002",
		    tsr_markup_where(c->text, 0, 0),
		    "the HTML is too complex to be read");
	} else {
		c->after_pre = false;
		write_children(c, children);
	}
	tsr_arena_free(&b->arena);
	tsr_arena_free(&arena);
	return children != NULL;
}

static bool
too_long(const struct tsr_markup_text *text, struct tsr_diag *diag)
{
	if (text->text.n <= TSR_MARKUP_MAX)
		return false;
	tsr_diag_add(diag, TSR_ERROR, "H001", tsr_markup_where(text, 0, 0),
	    "the HTML is longer than %d bytes", TSR_MARKUP_MAX);
	return true;
}

bool
tsr_richhtml_clean(struct tsr_buf *out, const struct tsr_markup_text *text,
    const struct tsr_richhtml *options, struct tsr_diag *diag)
{
	struct cleaner c = {.options = options, .text = text, .diag = diag};
	struct tsr_buf now, before;
	bool same = false;
	unsigned i;

	if (too_long(text, diag))
		return false;
	tsr_buf_init(&now, TSR_MARKUP_OUT_MAX);
	tsr_buf_init(&before, TSR_MARKUP_OUT_MAX);
	tsr_buf_add(&before, text->text);
	c.out = &now;
	for (i = 0; i < ROUNDS_MAX && !same; i++) {
		if (!round_of(&c, tsr_buf_view(&before)) || now.full)
			break;
		same = c.ours && tsr_span_eq(
		    tsr_buf_view(&now), tsr_buf_view(&before));
		c.ours = true;
		tsr_buf_clear(&before);
		tsr_buf_add(&before, tsr_buf_view(&now));
		tsr_buf_clear(&now);
	}
	if (same) {
		tsr_buf_add(out, tsr_buf_view(&before));
	} else if (!c.wrong) {
		c.wrong = true;
		tsr_diag_add(diag, TSR_ERROR, "H009",
		    tsr_markup_where(text, 0, 0),
		    "the HTML has no form that browsers read as it is written");
		tsr_diag_hint(diag, "close every element where it was opened");
	}
	tsr_buf_free(&before);
	tsr_buf_free(&now);
	return !c.wrong;
}

bool
tsr_richhtml_start_tag(struct tsr_buf *out, struct tsr_span *name,
    const struct tsr_markup_text *text, const struct tsr_richhtml *options,
    struct tsr_diag *diag)
{
	struct cleaner c = {
	    .options = options, .text = text, .diag = diag, .out = out};
	const struct tsr_element *element = NULL;
	const GumboVector *children;
	const GumboNode *node = NULL;
	struct tsr_budget b = {0};
	struct tsr_arena arena = {0};
	size_t before = out->n;

	*name = TSR_LIT("");
	if (too_long(text, diag))
		return false;
	c.base = (const char *)tsr_arena_dup(&arena, text->text).p;
	children = parse(&b, c.base, text->text.n);
	if (children != NULL && children->length == 1)
		node = children->data[0];
	if (node != NULL && (node->type == GUMBO_NODE_ELEMENT ||
		node->type == GUMBO_NODE_TEMPLATE)) {
		enter(&c, &element, &node->v.element);
	} else {
		c.wrong = true;
		tsr_diag_add(diag, TSR_ERROR, "H005",
		    tsr_markup_where(text, 0, text->text.n),
		    "this tag cannot stand alone");
	}
	if (element != NULL && out->n > before)
		*name = text_of(element->name);
	else if (!c.wrong) {
		c.wrong = true;
		tsr_diag_add(diag, TSR_ERROR, "H005",
		    tsr_markup_where(text, 0, text->text.n),
		    "this element may not stand here");
	}
	tsr_arena_free(&b.arena);
	tsr_arena_free(&arena);
	return name->n > 0;
}
