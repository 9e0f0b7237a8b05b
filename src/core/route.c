/*
 * route - from a request's target to a page, a redirect or nothing.
 */
#include "core/route.h"

uint32_t
tsr_route_lookup(const struct tsr_table *t, struct tsr_span path)
{
	uint32_t buckets = tsr_table_count(t, TSR_SECTION_RIDX);
	uint32_t mask = buckets - 1, place = tsr_hash32(path), number, i;
	const uint8_t *cell, *route;

	for (i = 0; i < buckets; i++) {
		cell = tsr_table_record(
		    t, TSR_SECTION_RIDX, (place + i) & mask, 4);
		number = cell == NULL ? 0 : tsr_le32(cell);
		if (number == 0)
			return UINT32_MAX;
		route = tsr_table_record(
		    t, TSR_SECTION_ROUT, number - 1, TSR_ROUTE_SIZE);
		if (route != NULL && tsr_span_eq(tsr_table_text(t, route), path))
			return number - 1;
	}
	return UINT32_MAX;
}

struct tsr_span
tsr_target_query(struct tsr_span target)
{
	size_t q = tsr_span_find(target, '?', 0);

	if (q == target.n)
		return tsr_span_of(NULL, 0);
	return tsr_span_from(target, q + 1);
}

struct tsr_span
tsr_target_path(struct tsr_span target)
{
	size_t end = tsr_span_find(target, '?', 0);
	size_t hash = tsr_span_find(target, '#', 0), slash;
	struct tsr_span path = tsr_span_part(target, 0, end < hash ? end : hash);

	if (path.n > 0 && path.p[0] != '/' &&
	    (tsr_span_starts(path, TSR_LIT("http://")) ||
		tsr_span_starts(path, TSR_LIT("https://")))) {
		slash = tsr_span_find(path, '/', 8);
		if (slash == path.n)
			return TSR_LIT("/");
		path = tsr_span_from(path, slash);
	}
	return path;
}

/* The path decoded once, in out; false when an escape or a byte is bad. */
static bool
decode(uint8_t *out, size_t *n, struct tsr_span path)
{
	size_t i;
	int high, low;

	*n = 0;
	for (i = 0; i < path.n; i++) {
		uint8_t c = path.p[i];

		if (c == '%') {
			if (path.n - i < 3)
				return false;
			high = tsr_hex(path.p[i + 1]);
			low = tsr_hex(path.p[i + 2]);
			if (high < 0 || low < 0)
				return false;
			c = (uint8_t)(high << 4 | low);
			i += 2;
		}
		if (c < 0x20 || c == 0x7f)
			return false;
		out[(*n)++] = c;
	}
	return true;
}

/*
 * Resolve empty and dot segments in place (RFC 3986 section 5.2.4): what is
 * left is "/a/b" without a final slash, or "/".
 */
static size_t
clean(uint8_t *p, size_t n)
{
	size_t from = 0, to = 0, end;
	struct tsr_span all = tsr_span_of(p, n), segment;

	while (from < n) {
		end = tsr_span_find(all, '/', from);
		segment = tsr_span_part(all, from, end - from);
		from = end + 1;
		if (segment.n == 0 || tsr_span_eq(segment, TSR_LIT(".")))
			continue;
		if (tsr_span_eq(segment, TSR_LIT(".."))) {
			while (to > 0 && p[--to] != '/')
				;
			continue;
		}
		/* The writer never overtakes the reader: to < from. */
		memmove(p + to + 1, segment.p, segment.n);
		p[to] = '/';
		to += segment.n + 1;
	}
	if (to == 0)
		p[to++] = '/';
	return to;
}

static size_t
drop_suffix(const uint8_t *p, size_t n, struct tsr_span suffix)
{
	if (tsr_span_ends(tsr_span_of(p, n), suffix))
		n -= suffix.n;
	return n;
}

/* Bytes that stand for themselves in a canonical path (RFC 3986 pchar). */
static bool
plain(uint8_t c)
{
	return tsr_is_alnum(c) || c == '/' || c == '-' || c == '.' ||
	    c == '_' || c == '~' || c == '!' || c == '$' || c == '&' ||
	    c == '\'' || c == '(' || c == ')' || c == '*' || c == '+' ||
	    c == ',' || c == ';' || c == '=' || c == ':' || c == '@';
}

static size_t
encode(uint8_t *out, const uint8_t *p, size_t n)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t i, to = 0;

	for (i = 0; i < n; i++) {
		if (plain(p[i])) {
			out[to++] = p[i];
			continue;
		}
		out[to++] = '%';
		out[to++] = (uint8_t)digits[p[i] >> 4];
		out[to++] = (uint8_t)digits[p[i] & 15];
	}
	return to;
}

static uint32_t
lookup_encoded(const struct tsr_table *t, const uint8_t *p, size_t n)
{
	uint8_t encoded[TSR_PATH_MAX * 3];

	if (n == 0)
		return tsr_route_lookup(t, TSR_LIT("/"));
	return tsr_route_lookup(t, tsr_span_of(encoded, encode(encoded, p, n)));
}

/* Other spellings of one clean path; the first that is in the index. */
static uint32_t
other_spelling(const struct tsr_table *t, uint8_t *p, size_t n)
{
	const uint8_t *locale =
	    tsr_table_record(t, TSR_SECTION_LOCL, 0, TSR_LOCALE_SIZE);
	struct tsr_span tag;
	uint32_t route = lookup_encoded(t, p, n);
	size_t i;

	if (route != UINT32_MAX)
		return route;
	n = drop_suffix(p, n, TSR_LIT("/index.html"));
	n = drop_suffix(p, n, TSR_LIT(".html"));
	for (i = 0; i < n; i++)
		p[i] = tsr_lower(p[i]);
	route = lookup_encoded(t, p, n);
	if (route != UINT32_MAX || locale == NULL)
		return route;
	tag = tsr_table_text(t, locale);
	if (tag.n + 1 > n || !tsr_span_eq(tsr_span_of(p + 1, tag.n), tag) ||
	    (n > tag.n + 1 && p[tag.n + 1] != '/'))
		return UINT32_MAX;
	return lookup_encoded(t, p + tag.n + 1, n - tag.n - 1);
}

/* The not-found page of the locale whose prefix the path has. */
static uint32_t
not_found_page(const struct tsr_table *t, struct tsr_span path)
{
	uint32_t i, count = tsr_table_count(t, TSR_SECTION_LOCL);
	uint32_t page = UINT32_MAX;
	const uint8_t *locale;
	struct tsr_span prefix;

	for (i = 0; i < count; i++) {
		locale = tsr_table_record(
		    t, TSR_SECTION_LOCL, i, TSR_LOCALE_SIZE);
		prefix = tsr_table_text(t, locale + 8);
		if (i == 0 ||
		    (tsr_span_starts(path, prefix) &&
			(path.n == prefix.n || path.p[prefix.n] == '/')))
			page = tsr_le32(locale + 16);
	}
	return page;
}

static void
follow(struct tsr_route *out, const struct tsr_table *t, uint32_t number,
    bool canonical)
{
	const uint8_t *route = tsr_table_record(
	    t, TSR_SECTION_ROUT, number, TSR_ROUTE_SIZE);

	if (tsr_le32(route + 8) == TSR_ROUTE_REDIRECT) {
		out->result = TSR_ROUTED_REDIRECT;
		out->location = tsr_table_text(t, route + 16);
	} else if (canonical) {
		out->result = TSR_ROUTED_PAGE;
		out->page = tsr_le32(route + 12);
	} else {
		out->result = TSR_ROUTED_REDIRECT;
		out->location = tsr_table_text(t, route);
	}
}

void
tsr_route_find(struct tsr_route *out, const struct tsr_table *t,
    struct tsr_span target)
{
	struct tsr_span path = tsr_target_path(target);
	uint8_t decoded[TSR_PATH_MAX];
	uint32_t number;
	size_t n;

	out->page = UINT32_MAX;
	out->location = tsr_span_of(NULL, 0);
	out->result = TSR_ROUTED_BAD;
	if (path.n == 0 || path.p[0] != '/')
		return;
	number = tsr_route_lookup(t, path);
	if (number != UINT32_MAX) {
		follow(out, t, number, true);
		return;
	}
	if (path.n > TSR_PATH_MAX) {
		out->result = TSR_ROUTED_LONG;
		return;
	}
	if (!decode(decoded, &n, path))
		return;
	n = clean(decoded, n);
	number = other_spelling(t, decoded, n);
	if (number != UINT32_MAX) {
		follow(out, t, number, false);
		return;
	}
	out->result = TSR_ROUTED_NOTHING;
	out->page = not_found_page(t, path);
}
