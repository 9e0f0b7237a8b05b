/*
 * svg - a picture as SVG: may it be served, and how large is it?
 */
#include "build/read/svg.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "core/limits.h"

#define SVG_NS "http://www.w3.org/2000/svg"
#define XHTML_NS "http://www.w3.org/1999/xhtml"

struct svg {
	struct tsr_span text;
	uint32_t src;
	struct tsr_diag *diag;
	bool wrong;
};

static struct tsr_span
span_of(const xmlChar *s)
{
	return s == NULL ? TSR_LIT("") : tsr_span_of(s, strlen((const char *)s));
}

static bool
holds(struct tsr_span s, const char *word)
{
	struct tsr_span w = tsr_span_of(word, strlen(word));
	size_t i;

	for (i = 0; i + w.n <= s.n; i++)
		if (tsr_span_same(tsr_span_part(s, i, w.n), w))
			return true;
	return false;
}

/* libxml2 knows the line on which a tag ends; look back for the name. */
static struct tsr_where
place(const struct svg *svg, const xmlNode *node, struct tsr_span name)
{
	struct tsr_where where = {svg->src, 0, 0};
	long line = xmlGetLineNo(node);
	size_t at = 0, end;

	for (; line > 1 && at < svg->text.n; line--)
		at = tsr_span_find(svg->text, '\n', at) + 1;
	end = tsr_span_find(svg->text, '\n', at < svg->text.n ? at : 0);
	for (at = end; at-- > 0;)
		if (tsr_span_starts(tsr_span_from(svg->text, at), name)) {
			where.off = (uint32_t)at;
			where.len = (uint32_t)name.n;
			break;
		}
	return where;
}

static void
complain(struct svg *svg, const char *rule, const xmlNode *node,
    struct tsr_span name, const char *text)
{
	svg->wrong = true;
	tsr_diag_add(svg->diag, TSR_ERROR, rule, place(svg, node, name),
	    text, TSR_ARG(name));
}

/* A part of the file itself, or a bitmap in it. */
static bool
is_inner(struct tsr_span url)
{
	static const char *const kinds[] = {"data:image/png;base64,",
	    "data:image/jpeg;base64,", "data:image/gif;base64,",
	    "data:image/webp;base64,"};
	size_t i;

	if (url.n == 0 || url.p[0] == '#')
		return true;
	for (i = 0; i < TSR_COUNT_OF(kinds); i++)
		if (tsr_span_starts(url, tsr_span_of(kinds[i], strlen(kinds[i]))))
			return true;
	return false;
}

/* url( in CSS or in a presentation attribute must name a part of the file. */
static bool
style_is_inner(struct tsr_span s)
{
	size_t i;

	if (holds(s, "@import") || holds(s, "expression(") ||
	    holds(s, "javascript:") || tsr_span_find(s, '\\', 0) < s.n)
		return false;
	for (i = 0; i + 4 <= s.n; i++) {
		if (!tsr_span_same(tsr_span_part(s, i, 4), TSR_LIT("url(")))
			continue;
		i += 4;
		while (i < s.n && (tsr_is_space(s.p[i]) || s.p[i] == '"' ||
		    s.p[i] == '\''))
			i++;
		if (!is_inner(tsr_span_from(s, i)) || i == s.n)
			return false;
	}
	return true;
}

static void
check_attribute(struct svg *svg, xmlNode *node, const xmlAttr *attr)
{
	struct tsr_span name = span_of(attr->name), value;
	bool animated = tsr_span_same(name, TSR_LIT("attributeName"));
	xmlChar *text = xmlNodeListGetString(node->doc, attr->children, 1);

	value = span_of(text);
	if (name.n > 2 && tsr_span_same(tsr_span_part(name, 0, 2), TSR_LIT("on")))
		complain(svg, "G003", node, name, "the handler \"%.*s\"");
	else if ((tsr_span_same(name, TSR_LIT("href")) && !is_inner(value)) ||
	    tsr_span_same(name, TSR_LIT("base")) || tsr_span_same(name, TSR_LIT("src")))
		complain(svg, "G004", node, name,
		    "\"%.*s\" leads out of the picture");
	else if (animated && (holds(value, "href") ||
		tsr_span_starts(value, TSR_LIT("on"))))
		complain(svg, "G003", node, name,
		    "\"%.*s\" animates an address or a handler");
	else if (!style_is_inner(value))
		complain(svg, "G004", node, name,
		    "the style in \"%.*s\" leads out of the picture");
	xmlFree(text);
}

static void
check_element(struct svg *svg, xmlNode *node)
{
	static const char *const refused[] = {"script", "foreignObject",
	    "iframe", "embed", "object", "handler", "listener", "audio",
	    "video", "canvas"};
	struct tsr_span name = span_of(node->name);
	const xmlAttr *attr;
	xmlChar *text;
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(refused); i++)
		if (tsr_span_same(name, tsr_span_of(refused[i], strlen(refused[i]))))
			complain(svg, "G003", node, name,
			    "the element \"%.*s\"");
	if (node->ns != NULL &&
	    strcmp((const char *)node->ns->href, XHTML_NS) == 0)
		complain(svg, "G003", node, name, "\"%.*s\" is no SVG element");
	for (attr = node->properties; attr != NULL; attr = attr->next)
		check_attribute(svg, node, attr);
	if (!tsr_span_same(name, TSR_LIT("style")))
		return;
	text = xmlNodeGetContent(node);
	if (!style_is_inner(span_of(text)))
		complain(svg, "G004", node, name,
		    "the style in \"%.*s\" leads out of the picture");
	xmlFree(text);
}

/* Every node in the order of the file; no recursion. */
static void
check_nodes(struct svg *svg, xmlDoc *doc)
{
	xmlNode *node = doc->children;

	while (node != NULL) {
		if (node->type == XML_ELEMENT_NODE)
			check_element(svg, node);
		else if (node->type == XML_PI_NODE)
			complain(svg, "G003", node, span_of(node->name),
			    "the instruction \"%.*s\"");
		if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
			node = node->children;
			continue;
		}
		while (node != NULL && node->next == NULL)
			node = node->type == XML_DOCUMENT_NODE ? NULL
							       : node->parent;
		if (node != NULL)
			node = node->next;
	}
}

/* A number without exponent, rounded up; what follows it stays in *s. */
static uint32_t
cut_number(struct tsr_span *s)
{
	uint32_t n = 0;
	bool more = false;
	size_t i = 0;

	while (i < s->n && (tsr_is_space(s->p[i]) || s->p[i] == ','))
		i++;
	if (i < s->n && (s->p[i] == '-' || s->p[i] == '+'))
		i++;
	for (; i < s->n && tsr_is_digit(s->p[i]) && n < 1000000; i++)
		n = n * 10 + (uint32_t)(s->p[i] - '0');
	if (i < s->n && s->p[i] == '.')
		for (i++; i < s->n && tsr_is_digit(s->p[i]); i++)
			more = more || s->p[i] != '0';
	*s = tsr_span_from(*s, i);
	return n + more;
}

/* A side in pixels; 0 for other units. */
static uint32_t
side_of(const xmlNode *root, const char *name)
{
	xmlChar *text = xmlGetNoNsProp(root, (const xmlChar *)name);
	struct tsr_span s = span_of(text);
	uint32_t n = cut_number(&s);

	if (s.n > 0 && !tsr_span_eq(s, TSR_LIT("px")))
		n = 0;
	xmlFree(text);
	return n;
}

static void
find_size(struct tsr_svg *out, const xmlNode *root)
{
	xmlChar *text;
	struct tsr_span box;
	uint32_t width, height;

	out->width = side_of(root, "width");
	out->height = side_of(root, "height");
	if (out->width > 0 && out->height > 0)
		return;
	text = xmlGetNoNsProp(root, (const xmlChar *)"viewBox");
	box = span_of(text);
	cut_number(&box);
	cut_number(&box);
	width = cut_number(&box);
	height = cut_number(&box);
	xmlFree(text);
	if (width == 0 || height == 0)
		width = height = 0;
	out->width = width;
	out->height = height;
}

static void
ignore_message(void *ctx, xmlError *error)
{
	(void)ctx;
	(void)error;
}

static xmlDoc *
parse(struct svg *svg)
{
	xmlParserCtxt *parser = xmlNewParserCtxt();
	struct tsr_where where = {svg->src, 0, 0};
	const xmlError *error;
	xmlDoc *doc;
	int line;
	size_t at = 0, i;

	if (parser == NULL)
		tsr_out_of_memory();
	parser->sax->serror = ignore_message;
	doc = xmlCtxtReadMemory(parser, (const char *)svg->text.p,
	    (int)svg->text.n, NULL, "UTF-8", XML_PARSE_NONET);
	if (doc == NULL) {
		error = xmlCtxtGetLastError(parser);
		line = error == NULL ? 1 : error->line;
		for (; line > 1 && at < svg->text.n; line--)
			at = tsr_span_find(svg->text, '\n', at) + 1;
		if (error != NULL && error->int2 > 1)
			at += (size_t)error->int2 - 1;
		where.off = (uint32_t)(at < svg->text.n ? at : svg->text.n);
		i = error == NULL || error->message == NULL
		    ? 0 : strcspn(error->message, "\n");
		tsr_diag_add(svg->diag, TSR_ERROR, "G001", where,
		    "not well-formed: %.*s", (int)(i > 200 ? 200 : i),
		    i == 0 ? "" : error->message);
		svg->wrong = true;
	}
	xmlFreeParserCtxt(parser);
	return doc;
}

bool
tsr_svg_check(struct tsr_svg *out, const struct tsr_sources *sources,
    uint32_t src, struct tsr_diag *diag)
{
	struct svg svg = {
	    tsr_sources_at(sources, src)->text, src, diag, false};
	struct tsr_where where = {src, 0, 0};
	const xmlNode *root;
	xmlDoc *doc;

	memset(out, 0, sizeof(*out));
	if (svg.text.n > TSR_SVG_MAX) {
		tsr_diag_add(diag, TSR_ERROR, "G005", where,
		    "the picture is larger than %d bytes", TSR_SVG_MAX);
		return false;
	}
	/* Before parsing: entities would be expanded in attributes. */
	if (holds(svg.text, "<!DOCTYPE") || holds(svg.text, "<!ENTITY")) {
		tsr_diag_add(diag, TSR_ERROR, "G002", where,
		    "an SVG file has no document type here");
		tsr_diag_hint(diag, "take the <!DOCTYPE ...> out");
		return false;
	}
	doc = parse(&svg);
	if (doc == NULL)
		return false;
	root = xmlDocGetRootElement(doc);
	if (root == NULL || strcmp((const char *)root->name, "svg") != 0 ||
	    root->ns == NULL ||
	    strcmp((const char *)root->ns->href, SVG_NS) != 0) {
		svg.wrong = true;
		tsr_diag_add(diag, TSR_ERROR, "G001", where,
		    "the outer element is not svg in its namespace");
		tsr_diag_hint(diag, "begin with <svg xmlns=\"%s\" ...>", SVG_NS);
	} else {
		find_size(out, root);
	}
	check_nodes(&svg, doc);
	xmlFreeDoc(doc);
	return !svg.wrong;
}
