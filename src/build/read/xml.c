/*
 * xml - the XML that a site gives: sitemaps and feeds.
 */
#include "build/read/xml.h"

#include <libxml/parser.h>
#include <libxml/xmlwriter.h>

#include "build/read/moment.h"
#include "core/limits.h"
#include "core/utf8.h"

#define SITEMAP_NS "http://www.sitemaps.org/schemas/sitemap/0.9"
#define XHTML_NS "http://www.w3.org/1999/xhtml"
#define ATOM_NS "http://www.w3.org/2005/Atom"

/* One document being written. Memory is all that can fail. */
struct writer {
	xmlBuffer *buffer;
	xmlTextWriter *xml;
	struct tsr_buf text; /* one value, made fit for XML */
};

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
		tsr_buf_utf8(&w->text, c);
	}
	tsr_buf_byte(&w->text, 0);
	return w->text.p;
}

static void
check(int result)
{
	if (result < 0)
		tsr_out_of_memory();
}

static void
open_document(struct writer *w, const char *root, const char *ns)
{
	tsr_buf_init(&w->text, 64 * 1024 * 1024);
	w->buffer = xmlBufferCreate();
	if (w->buffer == NULL)
		tsr_out_of_memory();
	w->xml = xmlNewTextWriterMemory(w->buffer, 0);
	if (w->xml == NULL)
		tsr_out_of_memory();
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

static bool
good_time(struct tsr_span text, struct tsr_where where, struct tsr_diag *diag)
{
	int64_t ms;

	if (tsr_moment_read(&ms, text))
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

/* As Atom asks: a date alone is its first second, and letters are large. */
static void
write_time(struct writer *w, const char *name, struct tsr_span text)
{
	struct tsr_buf full;
	size_t i;

	tsr_buf_init(&full, 100);
	for (i = 0; i < text.n; i++)
		tsr_buf_byte(&full, text.p[i] == 't' || text.p[i] == 'z'
			? text.p[i] - 32 : text.p[i]);
	if (text.n == 10)
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
	int64_t most = INT64_MIN, ms;
	size_t i;

	for (i = 0; i < feed->count; i++)
		if (tsr_moment_read(&ms, feed->entries[i].updated) &&
		    ms > most) {
			most = ms;
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
