/*
 * xml - the XML that a site has: sitemaps, feeds, and pictures as SVG.
 */
#include "build/read/xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlwriter.h>

#include "build/model/slug.h"
#include "core/limits.h"

#define SITEMAP_NS "http://www.sitemaps.org/schemas/sitemap/0.9"
#define XHTML_NS "http://www.w3.org/1999/xhtml"
#define ATOM_NS "http://www.w3.org/2005/Atom"
#define SVG_NS "http://www.w3.org/2000/svg"

/* One document being written. Memory is all that can fail. */
struct writer {
	xmlBuffer *buffer;
	xmlTextWriter *xml;
	struct tsr_buf text; /* one value, made fit for XML */
};

static _Noreturn void
out_of_memory(void)
{
	fputs("tessera: out of memory\n", stderr);
	exit(3);
}

void
tsr_xml_setup(void)
{
	xmlInitParser();
}

static const xmlChar *
name_of(const char *s)
{
	return (const xmlChar *)s;
}

/* The value with what XML 1.0 does not allow replaced, NUL at its end. */
static const xmlChar *
value_of(struct writer *w, struct tsr_span s)
{
	uint32_t c;

	tsr_buf_clear(&w->text);
	while (s.n > 0) {
		c = tsr_utf8_cut(&s);
		if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
		    c == 0xfffe || c == 0xffff)
			c = 0xfffd;
		tsr_utf8_add(&w->text, c);
	}
	tsr_buf_byte(&w->text, 0);
	return w->text.p;
}

static void
check(int result)
{
	if (result < 0)
		out_of_memory();
}

static void
open_document(struct writer *w, const char *root, const char *ns)
{
	tsr_buf_init(&w->text, 64 * 1024 * 1024);
	w->buffer = xmlBufferCreate();
	if (w->buffer == NULL)
		out_of_memory();
	w->xml = xmlNewTextWriterMemory(w->buffer, 0);
	if (w->xml == NULL)
		out_of_memory();
	check(xmlTextWriterStartDocument(w->xml, NULL, "UTF-8", NULL));
	check(xmlTextWriterStartElement(w->xml, name_of(root)));
	check(xmlTextWriterWriteAttribute(
	    w->xml, name_of("xmlns"), name_of(ns)));
}

/* End the document and give its text. */
static struct tsr_span
close_document(struct writer *w, struct tsr_arena *arena)
{
	struct tsr_span text;

	check(xmlTextWriterEndDocument(w->xml));
	xmlFreeTextWriter(w->xml);
	text = tsr_arena_dup(arena, tsr_span_of(xmlBufferContent(w->buffer),
	    (size_t)xmlBufferLength(w->buffer)));
	xmlBufferFree(w->buffer);
	tsr_buf_free(&w->text);
	return text;
}

static void
start(struct writer *w, const char *name)
{
	check(xmlTextWriterStartElement(w->xml, name_of(name)));
}

static void
end(struct writer *w)
{
	check(xmlTextWriterEndElement(w->xml));
}

static void
attribute(struct writer *w, const char *name, struct tsr_span value)
{
	check(xmlTextWriterWriteAttribute(
	    w->xml, name_of(name), value_of(w, value)));
}

static void
element(struct writer *w, const char *name, struct tsr_span value)
{
	if (value.n == 0)
		return;
	check(xmlTextWriterWriteElement(
	    w->xml, name_of(name), value_of(w, value)));
}

/* ---- times ---- */

/* n digits at *at make *out; moves on. */
static bool
digits(int64_t *out, struct tsr_span s, size_t *at, size_t n)
{
	size_t i;

	*out = 0;
	if (s.n - *at < n)
		return false;
	for (i = 0; i < n; i++, *at += 1) {
		if (!tsr_is_digit(s.p[*at]))
			return false;
		*out = *out * 10 + (s.p[*at] - '0');
	}
	return true;
}

static bool
sign(struct tsr_span s, size_t *at, char c)
{
	if (*at >= s.n || s.p[*at] != (uint8_t)c)
		return false;
	*at += 1;
	return true;
}

/* Days since 1970-01-01 in the Gregorian calendar; years begin in March. */
static int64_t
days_of(int64_t y, int64_t m, int64_t d)
{
	if (m <= 2)
		y--;
	m = (m + 9) % 12;
	return 365 * y + y / 4 - y / 100 + y / 400 + (m * 306 + 5) / 10 + d -
	    1 - 719468;
}

static bool
is_day(int64_t y, int64_t m, int64_t d)
{
	static const uint8_t days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);

	return m >= 1 && m <= 12 && d >= 1 &&
	    d <= days[m - 1] + (m == 2 && leap);
}

/* Z or +hh:mm, in seconds. */
static bool
read_zone(int64_t *out, struct tsr_span s, size_t *at)
{
	int64_t hours, minutes;
	bool west;

	*out = 0;
	if (sign(s, at, 'Z'))
		return true;
	west = sign(s, at, '-');
	if (!west && !sign(s, at, '+'))
		return false;
	if (!digits(&hours, s, at, 2) || !sign(s, at, ':') ||
	    !digits(&minutes, s, at, 2) || hours > 23 || minutes > 59)
		return false;
	*out = (hours * 60 + minutes) * (west ? -60 : 60);
	return true;
}

bool
tsr_xml_time(int64_t *out, struct tsr_span s)
{
	int64_t y, m, d, hour = 0, minute = 0, second = 0, zone = 0;
	size_t at = 0;

	if (!digits(&y, s, &at, 4) || !sign(s, &at, '-') ||
	    !digits(&m, s, &at, 2) || !sign(s, &at, '-') ||
	    !digits(&d, s, &at, 2) || !is_day(y, m, d))
		return false;
	if (at < s.n) {
		if (!sign(s, &at, 'T') || !digits(&hour, s, &at, 2) ||
		    !sign(s, &at, ':') || !digits(&minute, s, &at, 2) ||
		    !sign(s, &at, ':') || !digits(&second, s, &at, 2) ||
		    hour > 23 || minute > 59 || second > 60)
			return false;
		if (sign(s, &at, '.'))
			while (at < s.n && tsr_is_digit(s.p[at]))
				at++;
		if (!read_zone(&zone, s, &at) || at != s.n)
			return false;
	}
	*out = days_of(y, m, d) * 86400 + hour * 3600 + minute * 60 + second -
	    zone;
	return true;
}

static bool
good_time(struct tsr_span text, struct tsr_where where, struct tsr_diag *diag)
{
	int64_t seconds;

	if (tsr_xml_time(&seconds, text))
		return true;
	tsr_diag_add(diag, TSR_ERROR, "X001", where,
	    "\"%.*s\" is neither a date nor a time", TSR_ARG(text));
	tsr_diag_hint(diag, "write 2026-03-01 or 2026-03-01T12:00:00Z");
	return false;
}

/* ---- sitemaps ---- */

/* Most bytes that the element of this address can take: all escaped. */
static size_t
most_bytes(const struct tsr_sitemap_url *url)
{
	size_t n = 200 + (url->url.n + url->lastmod.n) * 6, i;

	for (i = 0; i < url->alternate_count; i++)
		n += 100 + (url->alternates[i].lang.n +
		    url->alternates[i].url.n) * 6;
	return n;
}

static bool
write_url(struct writer *w, const struct tsr_sitemap_url *url,
    struct tsr_diag *diag)
{
	bool good = true;
	size_t i;

	start(w, "url");
	element(w, "loc", url->url);
	if (url->lastmod.n > 0) {
		good = good_time(url->lastmod, url->where, diag);
		if (good)
			element(w, "lastmod", url->lastmod);
	}
	for (i = 0; i < url->alternate_count; i++) {
		start(w, "xhtml:link");
		attribute(w, "rel", TSR_LIT("alternate"));
		attribute(w, "hreflang", url->alternates[i].lang);
		attribute(w, "href", url->alternates[i].url);
		end(w);
	}
	end(w);
	return good;
}

static void
add_file(struct tsr_xml_files *out, struct tsr_arena *arena, const char *name,
    struct tsr_span text)
{
	out->list = tsr_arena_grow(
	    arena, out->list, out->count, &out->cap, sizeof(*out->list));
	out->list[out->count++] = (struct tsr_xml_file){
	    tsr_span_of(name, strlen(name)), text};
}

static void
write_index(struct tsr_xml_files *out, const struct tsr_sitemap *sitemap,
    size_t first, struct tsr_arena *arena)
{
	size_t last = out->count, i;
	struct writer w;
	struct tsr_buf url;

	tsr_buf_init(&url, 65536);
	open_document(&w, "sitemapindex", SITEMAP_NS);
	for (i = first; i < last; i++) {
		start(&w, "sitemap");
		tsr_buf_clear(&url);
		tsr_buf_add(&url, sitemap->base);
		tsr_buf_add(&url, out->list[i].name);
		element(&w, "loc", tsr_buf_view(&url));
		end(&w);
	}
	tsr_buf_free(&url);
	add_file(out, arena, "sitemap.xml", close_document(&w, arena));
}

bool
tsr_sitemap_write(struct tsr_xml_files *out, const struct tsr_sitemap *sitemap,
    struct tsr_arena *arena, struct tsr_diag *diag)
{
	size_t max_urls = sitemap->max_urls ? sitemap->max_urls
					    : TSR_SITEMAP_URLS;
	size_t max_bytes = sitemap->max_bytes ? sitemap->max_bytes
					      : TSR_SITEMAP_BYTES;
	size_t first = out->count, i = 0, in_file, used;
	bool good = true;
	struct writer w;

	do {
		open_document(&w, "urlset", SITEMAP_NS);
		check(xmlTextWriterWriteAttribute(
		    w.xml, name_of("xmlns:xhtml"), name_of(XHTML_NS)));
		used = 300;
		for (in_file = 0; i < sitemap->count && in_file < max_urls;
		     i++, in_file++) {
			used += most_bytes(&sitemap->urls[i]);
			if (used > max_bytes && in_file > 0) {
				/* That was the worst case: look again. */
				check(xmlTextWriterFlush(w.xml));
				used = (size_t)xmlBufferLength(w.buffer) + 50 +
				    most_bytes(&sitemap->urls[i]);
				if (used > max_bytes)
					break;
			}
			good = write_url(&w, &sitemap->urls[i], diag) && good;
		}
		add_file(out, arena, tsr_arena_printf(arena, "sitemap-%zu.xml",
		    out->count - first + 1), close_document(&w, arena));
	} while (i < sitemap->count);
	if (out->count - first == 1)
		out->list[first].name = TSR_LIT("sitemap.xml");
	else
		write_index(out, sitemap, first, arena);
	return good;
}

/* ---- feeds ---- */

/* A time as Atom asks: a date alone is its first second. */
static void
write_time(struct writer *w, const char *name, struct tsr_span text)
{
	struct tsr_buf full;

	if (text.n != 10) {
		element(w, name, text);
		return;
	}
	tsr_buf_init(&full, 100);
	tsr_buf_add(&full, text);
	tsr_buf_text(&full, "T00:00:00Z");
	element(w, name, tsr_buf_view(&full));
	tsr_buf_free(&full);
}

static void
write_link(struct writer *w, const char *rel, struct tsr_span url)
{
	if (url.n == 0)
		return;
	start(w, "link");
	attribute(w, "rel", tsr_span_of(rel, strlen(rel)));
	attribute(w, "href", url);
	end(w);
}

static void
write_author(struct writer *w, struct tsr_span name)
{
	if (name.n == 0)
		return;
	start(w, "author");
	element(w, "name", name);
	end(w);
}

static bool
write_entry(struct writer *w, const struct tsr_atom_entry *entry,
    struct tsr_diag *diag)
{
	bool good = good_time(entry->updated, entry->where, diag);

	start(w, "entry");
	element(w, "id", entry->id);
	element(w, "title", entry->title);
	write_link(w, "alternate", entry->url);
	if (good)
		write_time(w, "updated", entry->updated);
	if (entry->published.n > 0) {
		if (good_time(entry->published, entry->where, diag))
			write_time(w, "published", entry->published);
		else
			good = false;
	}
	write_author(w, entry->author);
	element(w, "summary", entry->summary);
	if (entry->html.n > 0) {
		start(w, "content");
		attribute(w, "type", TSR_LIT("html"));
		check(xmlTextWriterWriteString(
		    w->xml, value_of(w, entry->html)));
		end(w);
	}
	end(w);
	return good;
}

static struct tsr_span
newest(const struct tsr_atom_feed *feed)
{
	struct tsr_span best = TSR_LIT("1970-01-01T00:00:00Z");
	int64_t most = INT64_MIN, seconds;
	size_t i;

	for (i = 0; i < feed->count; i++)
		if (tsr_xml_time(&seconds, feed->entries[i].updated) &&
		    seconds > most) {
			most = seconds;
			best = feed->entries[i].updated;
		}
	return best;
}

bool
tsr_atom_write(struct tsr_span *out, const struct tsr_atom_feed *feed,
    struct tsr_arena *arena, struct tsr_diag *diag)
{
	struct writer w;
	bool good = true;
	size_t i;

	open_document(&w, "feed", ATOM_NS);
	if (feed->lang.n > 0)
		attribute(&w, "xml:lang", feed->lang);
	element(&w, "id", feed->id);
	element(&w, "title", feed->title);
	element(&w, "subtitle", feed->subtitle);
	write_link(&w, "self", feed->self);
	write_link(&w, "alternate", feed->url);
	if (feed->updated.n > 0 && !good_time(feed->updated, TSR_NOWHERE, diag))
		good = false;
	else
		write_time(&w, "updated",
		    feed->updated.n > 0 ? feed->updated : newest(feed));
	write_author(&w, feed->author);
	for (i = 0; i < feed->count; i++)
		good = write_entry(&w, &feed->entries[i], diag) && good;
	*out = close_document(&w, arena);
	return good;
}

/* ---- SVG ---- */

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
same(struct tsr_span a, struct tsr_span b)
{
	size_t i;

	for (i = 0; a.n == b.n && i < a.n; i++)
		if (tsr_lower(a.p[i]) != tsr_lower(b.p[i]))
			return false;
	return a.n == b.n;
}

static bool
holds(struct tsr_span s, const char *word)
{
	struct tsr_span w = tsr_span_of(word, strlen(word));
	size_t i;

	for (i = 0; i + w.n <= s.n; i++)
		if (same(tsr_span_part(s, i, w.n), w))
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
		if (!same(tsr_span_part(s, i, 4), TSR_LIT("url(")))
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
	bool animated = same(name, TSR_LIT("attributeName"));
	xmlChar *text = xmlNodeListGetString(node->doc, attr->children, 1);

	value = span_of(text);
	if (name.n > 2 && same(tsr_span_part(name, 0, 2), TSR_LIT("on")))
		complain(svg, "G003", node, name, "the handler \"%.*s\"");
	else if ((same(name, TSR_LIT("href")) && !is_inner(value)) ||
	    same(name, TSR_LIT("base")) || same(name, TSR_LIT("src")))
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
		if (same(name, tsr_span_of(refused[i], strlen(refused[i]))))
			complain(svg, "G003", node, name,
			    "the element \"%.*s\"");
	if (node->ns != NULL &&
	    strcmp((const char *)node->ns->href, XHTML_NS) == 0)
		complain(svg, "G003", node, name, "\"%.*s\" is no SVG element");
	for (attr = node->properties; attr != NULL; attr = attr->next)
		check_attribute(svg, node, attr);
	if (!same(name, TSR_LIT("style")))
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
	xmlChar *text = xmlGetNoNsProp(root, name_of(name));
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
	text = xmlGetNoNsProp(root, name_of("viewBox"));
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
		out_of_memory();
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
