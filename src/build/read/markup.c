/*
 * markup - what Markdown and rich HTML share.
 */
#include "build/read/markup.h"

/* Bytes of the text that the JSON escape at *at stands for; moves *at on. */
static size_t
json_step(struct tsr_span json, size_t *at)
{
	uint32_t unit = 0;
	size_t i;

	if (json.p[*at] != '\\') {
		*at += 1;
		return 1;
	}
	if (*at + 1 >= json.n || json.p[*at + 1] != 'u') {
		*at += 2;
		return 1;
	}
	for (i = *at + 2; i < *at + 6 && i < json.n; i++)
		unit = unit << 4 | ((uint32_t)tsr_hex(json.p[i]) & 15);
	*at += 6;
	if (unit < 0x80)
		return 1;
	/* Each half of a surrogate pair is two of its four bytes. */
	return unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
}

struct tsr_where
tsr_markup_where(const struct tsr_markup_text *text, size_t pos, size_t n)
{
	struct tsr_where where = text->where;
	size_t at, seen = 0, first = 0;

	pos += text->base;
	/* A parser's own count of places may be beyond the end. */
	if (text->whole > 0) {
		pos = pos < text->whole ? pos : text->whole;
		n = n < text->whole - pos ? n : text->whole - pos;
	}
	if (text->verbatim) {
		where.off += (uint32_t)pos;
		where.len = (uint32_t)n;
		return where;
	}
	at = where.off;
	if (at >= text->json.n || text->json.p[at] != '"')
		return where;
	at++;
	while (at < text->json.n && text->json.p[at] != '"' && seen < pos + n) {
		if (seen <= pos)
			first = at;
		seen += json_step(text->json, &at);
	}
	if (seen <= pos)
		first = at;
	if (first == 0 || first >= text->json.n)
		return where;
	where.off = (uint32_t)first;
	where.len = at > first && at <= text->json.n ? (uint32_t)(at - first) : 0;
	return where;
}

/* Browsers drop tabs and line ends anywhere, and controls at the start. */
static struct tsr_span
scheme_of(uint8_t *room, size_t size, struct tsr_span url)
{
	size_t n = 0, i;
	uint8_t c;

	for (i = 0; i < url.n && n < size; i++) {
		c = url.p[i];
		if (c == '\t' || c == '\n' || c == '\r' || (n == 0 && c <= ' '))
			continue;
		if (c == '/' || c == '?' || c == '#')
			return tsr_span_of(room, 0);
		room[n++] = tsr_lower(c);
		if (c == ':')
			return tsr_span_of(room, n);
	}
	/* A scheme longer than the room: not empty, and not a known one. */
	return tsr_span_of(room, i < url.n ? n : 0);
}

bool
tsr_markup_url_safe(enum tsr_markup_kind kind, struct tsr_span url)
{
	static const struct tsr_span schemes[] = {
	    {(const uint8_t *)"http:", 5}, {(const uint8_t *)"https:", 6},
	    {(const uint8_t *)"mailto:", 7}, {(const uint8_t *)"tel:", 4}};
	static const char *const pictures[] = {"data:image/png;",
	    "data:image/gif;", "data:image/jpeg;", "data:image/webp;",
	    "data:image/avif;"};
	uint8_t room[64];
	struct tsr_span scheme = scheme_of(room, sizeof(room), url);
	size_t i;

	for (i = 0; i < url.n; i++)
		if (url.p[i] < ' ' || url.p[i] == 0x7f)
			return false;
	if (scheme.n == 0)
		return true;
	for (i = 0; i < TSR_COUNT_OF(schemes); i++)
		if (tsr_span_eq(scheme, schemes[i]))
			return true;
	for (i = 0; kind == TSR_MARKUP_IMAGE && i < TSR_COUNT_OF(pictures); i++)
		if (tsr_span_starts(
		    url, tsr_span_of(pictures[i], strlen(pictures[i]))))
			return true;
	return false;
}

bool
tsr_markup_url(struct tsr_buf *out, struct tsr_markup_image *image,
    const struct tsr_markup_hooks *hooks, struct tsr_diag *diag,
    struct tsr_span url, struct tsr_where where)
{
	enum tsr_markup_kind kind =
	    image == NULL ? TSR_MARKUP_LINK : TSR_MARKUP_IMAGE;

	bool hooked = kind == TSR_MARKUP_LINK && hooks != NULL &&
	    hooks->link != NULL;

	/* page:ID is the site's own way to name a page: the hook's matter. */
	if (!(hooked && tsr_span_starts(url, TSR_LIT("page:"))) &&
	    !tsr_markup_url_safe(kind, url)) {
		tsr_diag_add(diag, TSR_ERROR, "U001", where,
		    "the address \"%.*s\" is not safe in a page", TSR_ARG(url));
		tsr_diag_hint(diag, kind == TSR_MARKUP_LINK
			? "use http, https, mailto, tel or a path"
			: "use http, https, a path, or data: of a bitmap");
		return false;
	}
	if (kind == TSR_MARKUP_IMAGE && hooks != NULL && hooks->image != NULL)
		return hooks->image(hooks->ctx, out, image, url, where);
	if (hooked)
		return hooks->link(hooks->ctx, out, url, where);
	tsr_buf_add(out, url);
	return true;
}

static void
escape_byte(struct tsr_buf *out, uint8_t c)
{
	switch (c) {
	case '&':
		tsr_buf_text(out, "&amp;");
		break;
	case '<':
		tsr_buf_text(out, "&lt;");
		break;
	case '>':
		tsr_buf_text(out, "&gt;");
		break;
	case '"':
		tsr_buf_text(out, "&quot;");
		break;
	default:
		tsr_buf_byte(out, c);
	}
}

void
tsr_markup_escape(struct tsr_buf *out, struct tsr_span s)
{
	size_t i, from = 0;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] != '&' && s.p[i] != '<' && s.p[i] != '>' &&
		    s.p[i] != '"')
			continue;
		tsr_buf_add(out, tsr_span_part(s, from, i - from));
		escape_byte(out, s.p[i]);
		from = i + 1;
	}
	tsr_buf_add(out, tsr_span_from(s, from));
}

void
tsr_markup_escape_url(struct tsr_buf *out, struct tsr_span s)
{
	static const char kept[] = "-_.+!*'(),%#@?=;:/&$~";
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (tsr_is_alnum(s.p[i]) ||
		    (s.p[i] != 0 && memchr(kept, s.p[i], sizeof(kept) - 1)))
			escape_byte(out, s.p[i]);
		else
			tsr_buf_printf(out, "%%%02X", s.p[i]);
	}
}

void
tsr_markup_attribute(
    struct tsr_buf *out, const char *name, struct tsr_span value)
{
	tsr_buf_byte(out, ' ');
	tsr_buf_text(out, name);
	tsr_buf_text(out, "=\"");
	tsr_markup_escape(out, value);
	tsr_buf_byte(out, '"');
}

void
tsr_markup_image_attributes(
    struct tsr_buf *out, const struct tsr_markup_image *image)
{
	if (image->width > 0 && image->height > 0)
		tsr_buf_printf(out, " width=\"%u\" height=\"%u\"",
		    (unsigned)image->width, (unsigned)image->height);
	if (image->srcset.n > 0)
		tsr_markup_attribute(out, "srcset", image->srcset);
	if (image->sizes.n > 0)
		tsr_markup_attribute(out, "sizes", image->sizes);
}
