/*
 * schema_uri - references between schemas: RFC 3986 section 5.
 */
#include "build/schema/schema_uri.h"

struct tsr_span
tsr_uri_fragment(struct tsr_span *uri)
{
	size_t at = tsr_span_find(*uri, '#', 0);
	struct tsr_span fragment = tsr_span_from(*uri, at + 1);

	if (at == uri->n)
		fragment = tsr_span_of(NULL, 0);
	uri->n = at;
	return fragment;
}

size_t
tsr_uri_scheme(struct tsr_span uri)
{
	size_t i;

	if (uri.n == 0 || !tsr_is_alpha(uri.p[0]))
		return 0;
	for (i = 1; i < uri.n; i++) {
		uint8_t c = uri.p[i];

		if (c == ':')
			return i + 1;
		if (!tsr_is_alnum(c) && c != '+' && c != '-' && c != '.')
			return 0;
	}
	return 0;
}

/* Bytes of "//host" at at. */
static size_t
authority_length(struct tsr_span uri, size_t at)
{
	size_t i;

	if (!tsr_span_starts(tsr_span_from(uri, at), TSR_LIT("//")))
		return 0;
	for (i = at + 2; i < uri.n; i++)
		if (uri.p[i] == '/' || uri.p[i] == '?' || uri.p[i] == '#')
			break;
	return i - at;
}

static size_t
path_end(struct tsr_span uri, size_t at)
{
	while (at < uri.n && uri.p[at] != '?' && uri.p[at] != '#')
		at++;
	return at;
}

/*
 * Remove "." and ".." segments of path[0..n) in place; returns the new length.
 * The path begins with a slash.
 */
static size_t
remove_dots(uint8_t *path, size_t n)
{
	size_t in = 0, out = 0, end;

	while (in < n) {
		end = in + 1;
		while (end < n && path[end] != '/')
			end++;
		if (end - in == 2 && path[in + 1] == '.') {
			if (end == n)
				path[out++] = '/';
		} else if (end - in == 3 && path[in + 1] == '.' &&
			   path[in + 2] == '.') {
			while (out > 0 && path[--out] != '/')
				continue;
			if (end == n)
				path[out++] = '/';
		} else {
			memmove(path + out, path + in, end - in);
			out += end - in;
		}
		in = end;
	}
	return out;
}

static size_t
put(uint8_t *out, size_t at, struct tsr_span s)
{
	if (s.n > 0)
		memcpy(out + at, s.p, s.n);
	return at + s.n;
}

struct tsr_span
tsr_uri_resolve(
    struct tsr_arena *arena, struct tsr_span base, struct tsr_span ref)
{
	uint8_t *out;
	size_t scheme = tsr_uri_scheme(base), head, path, n, end;

	tsr_uri_fragment(&base);
	if (tsr_uri_scheme(ref) > 0 || ref.n == 0)
		return ref.n == 0 ? base : ref;
	out = tsr_arena_alloc(arena, base.n + ref.n + 1);
	head = scheme + authority_length(base, scheme);
	path = path_end(base, head);
	if (ref.p[0] == '#') {
		n = put(out, 0, base);
		return tsr_span_of(out, put(out, n, ref));
	}
	if (ref.p[0] == '?') {
		n = put(out, 0, tsr_span_part(base, 0, path));
		return tsr_span_of(out, put(out, n, ref));
	}
	if (authority_length(ref, 0) > 0) {
		n = put(out, 0, tsr_span_part(base, 0, scheme));
		return tsr_span_of(out, put(out, n, ref));
	}
	n = put(out, 0, tsr_span_part(base, 0, head));
	if (ref.p[0] != '/') {
		while (path > head && base.p[path - 1] != '/')
			path--;
		n = put(out, n, tsr_span_part(base, head, path - head));
		if (n == head)
			out[n++] = '/';
	}
	end = path_end(ref, 0);
	n = put(out, n, tsr_span_part(ref, 0, end));
	if (out[head] == '/')
		n = head + remove_dots(out + head, n - head);
	return tsr_span_of(out, put(out, n, tsr_span_from(ref, end)));
}

struct tsr_span
tsr_uri_decode(struct tsr_arena *arena, struct tsr_span s)
{
	uint8_t *out;
	size_t i, n = 0;

	if (tsr_span_find(s, '%', 0) == s.n)
		return s;
	out = tsr_arena_alloc(arena, s.n);
	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '%' && s.n - i > 2 && tsr_hex(s.p[i + 1]) >= 0 &&
		    tsr_hex(s.p[i + 2]) >= 0) {
			out[n++] = (uint8_t)(tsr_hex(s.p[i + 1]) * 16 +
					     tsr_hex(s.p[i + 2]));
			i += 2;
		} else {
			out[n++] = s.p[i];
		}
	}
	return tsr_span_of(out, n);
}

static bool
one_of(uint8_t c, const char *set)
{
	for (; *set != 0; set++)
		if ((uint8_t)*set == c)
			return true;
	return false;
}

/* Unreserved, sub-delims, escapes, and the bytes of more. */
static bool
check_chars(struct tsr_span s, const char *more)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (c == '%') {
			if (s.n - i < 3 || tsr_hex(s.p[i + 1]) < 0 ||
			    tsr_hex(s.p[i + 2]) < 0)
				return false;
			i += 2;
		} else if (!tsr_is_alnum(c) && !one_of(c, "-._~!$&'()*+,;=") &&
			   !one_of(c, more)) {
			return false;
		}
	}
	return true;
}

/* "//user@host:port" without the slashes. */
static bool
check_authority(struct tsr_span s)
{
	size_t at = tsr_span_find(s, '@', 0), i;

	if (at < s.n) {
		if (!check_chars(tsr_span_part(s, 0, at), ":"))
			return false;
		s = tsr_span_from(s, at + 1);
	}
	if (s.n > 0 && s.p[0] == '[') {
		at = tsr_span_find(s, ']', 0);
		if (at == s.n || at < 3 ||
		    !check_chars(tsr_span_part(s, 1, at - 1), ":"))
			return false;
		at++;
	} else {
		at = tsr_span_find(s, ':', 0);
		if (!check_chars(tsr_span_part(s, 0, at), ""))
			return false;
	}
	if (at < s.n && s.p[at] != ':')
		return false;
	for (i = at + 1; i < s.n; i++)
		if (!tsr_is_digit(s.p[i]))
			return false;
	return true;
}

bool
tsr_uri_check(struct tsr_span uri, bool relative)
{
	struct tsr_span fragment = tsr_uri_fragment(&uri), path;
	size_t scheme = tsr_uri_scheme(uri), host, end, slash;

	if (scheme == 0 && !relative)
		return false;
	host = authority_length(uri, scheme);
	end = path_end(uri, scheme + host);
	path = tsr_span_part(uri, scheme + host, end - scheme - host);
	slash = tsr_span_find(path, '/', 0);
	/* The first segment of a relative path may not look like a scheme. */
	if (scheme == 0 && host == 0 && tsr_span_find(path, ':', 0) < slash)
		return false;
	return (host == 0 ||
		   check_authority(tsr_span_part(uri, scheme + 2, host - 2))) &&
	       check_chars(path, ":@/") &&
	       check_chars(tsr_span_from(uri, end), ":@/?") &&
	       check_chars(fragment, ":@/?");
}
