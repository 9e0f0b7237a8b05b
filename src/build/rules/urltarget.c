/*
 * urltarget - is an experiment meant for this address?
 */
#include "build/rules/urltarget.h"

#include "base/buf.h"
#include "build/regex/regex.h"
#include "core/automaton.h"

#define WILD "_____"

struct url {
	struct tsr_span href, host, path, search, hash; /* the last with ? # */
	size_t origin; /* bytes of href before the path */
};

/* ---- taking apart ---- */

/* Tabs and line ends count for nothing anywhere, blanks not at the ends. */
static struct tsr_span
clean(struct tsr_span s, struct tsr_arena *arena)
{
	uint8_t *out = tsr_arena_alloc(arena, s.n + 1);
	size_t i, n = 0;

	while (s.n > 0 && s.p[0] <= ' ')
		s = tsr_span_from(s, 1);
	while (s.n > 0 && s.p[s.n - 1] <= ' ')
		s.n--;
	for (i = 0; i < s.n; i++)
		if (s.p[i] != '\t' && s.p[i] != '\n' && s.p[i] != '\r')
			out[n++] = s.p[i];
	return tsr_span_of(out, n);
}

static void
encode(struct tsr_buf *out, struct tsr_span s, const char *more)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] > ' ' && s.p[i] < 0x7f &&
		    memchr(more, s.p[i], strlen(more)) == NULL)
			tsr_buf_byte(out, s.p[i]);
		else {
			tsr_buf_byte(out, '%');
			tsr_buf_byte(out, (uint8_t)digits[s.p[i] >> 4]);
			tsr_buf_byte(out, (uint8_t)digits[s.p[i] & 15]);
		}
}

static bool
is_any(struct tsr_span s, const char *const *words)
{
	size_t i;

	for (; *words != NULL; words++) {
		for (i = 0; i < s.n && (*words)[i] != '\0'; i++)
			if (tsr_lower(s.p[i]) != (uint8_t)(*words)[i])
				break;
		if (i == s.n && (*words)[i] == '\0')
			return true;
	}
	return false;
}

/* The path, each with its slash in front, dots followed. */
static void
write_path(struct tsr_buf *out, struct tsr_span path)
{
	static const char *const one[] = {".", "%2e", NULL};
	static const char *const two[] = {"..", ".%2e", "%2e.", "%2e%2e", NULL};
	size_t from = out->n, at = 0, end;
	struct tsr_span part;

	if (path.n > 0 && (path.p[0] == '/' || path.p[0] == '\\'))
		at = 1;
	for (;; at = end + 1) {
		for (end = at; end < path.n && path.p[end] != '/' &&
		     path.p[end] != '\\'; end++)
			;
		part = tsr_span_part(path, at, end - at);
		if (is_any(part, two)) {
			while (out->n > from && out->p[--out->n] != '/')
				;
			if (end == path.n)
				tsr_buf_byte(out, '/');
		} else if (!is_any(part, one)) {
			tsr_buf_byte(out, '/');
			encode(out, part, "\"#<>?`{}");
		} else if (end == path.n)
			tsr_buf_byte(out, '/');
		if (end == path.n)
			break;
	}
}

/* HOST[:PORT], in lower case, the scheme's own port left out. */
static bool
write_host(struct tsr_buf *out, struct tsr_span host, const char *port)
{
	uint32_t number = 0;
	size_t i, colon;

	colon = host.n > 0 && host.p[0] == '[' ? tsr_span_find(host, ']', 0) : 0;
	colon = tsr_span_find(host, ':', colon);
	if (colon == 0)
		return false;
	for (i = 0; i < colon; i++) {
		if (host.p[i] <= ' ' || host.p[i] >= 0x7f ||
		    strchr("#%/<>?@\\^|", host.p[i]) != NULL)
			return false;
		tsr_buf_byte(out, tsr_lower(host.p[i]));
	}
	if (colon + 1 >= host.n)
		return true;
	for (i = colon + 1; i < host.n; i++) {
		if (!tsr_is_digit(host.p[i]))
			return false;
		number = number * 10 + (uint32_t)(host.p[i] - '0');
		if (number > 65535)
			return false;
	}
	if (number != (strcmp(port, "80") == 0 ? 80u : 443u))
		tsr_buf_printf(out, ":%u", number);
	return true;
}

/* The scheme, cut off; base: there is none. False: not one of ours. */
static bool
cut_scheme(const char **scheme, struct tsr_span *s)
{
	static const char *const http[] = {"http", NULL};
	static const char *const https[] = {"https", NULL};
	size_t i = 0;

	*scheme = NULL;
	if (s->n == 0 || !tsr_is_alpha(s->p[0]))
		return true;
	while (i < s->n && (tsr_is_alnum(s->p[i]) || s->p[i] == '+' ||
		s->p[i] == '-' || s->p[i] == '.'))
		i++;
	if (i == s->n || s->p[i] != ':')
		return true;
	if (is_any(tsr_span_part(*s, 0, i), http))
		*scheme = "http";
	else if (is_any(tsr_span_part(*s, 0, i), https))
		*scheme = "https";
	else
		return false;
	*s = tsr_span_from(*s, i + 1);
	return true;
}

static bool
is_slash(struct tsr_span s, size_t i)
{
	return i < s.n && (s.p[i] == '/' || s.p[i] == '\\');
}

/* What stands before the path goes to out; *s begins at the path then. */
static bool
write_origin(struct tsr_buf *out, size_t *host_at, struct tsr_span *s,
    struct tsr_span base)
{
	const char *scheme;
	size_t end, at;

	if (!cut_scheme(&scheme, s))
		return false;
	/* Without slashes our base's own scheme says nothing. */
	if (!(is_slash(*s, 0) && is_slash(*s, 1)) &&
	    (scheme == NULL || strcmp(scheme, "https") == 0)) {
		tsr_buf_text(out, "https://");
		*host_at = out->n;
		tsr_buf_add(out, base);
		return true;
	}
	while (is_slash(*s, 0))
		*s = tsr_span_from(*s, 1);
	tsr_buf_printf(out, "%s://", scheme == NULL ? "https" : scheme);
	for (end = 0; end < s->n && !is_slash(*s, end) && s->p[end] != '?' &&
	     s->p[end] != '#'; end++)
		;
	for (at = end; at > 0 && s->p[at - 1] != '@'; at--)
		;
	*host_at = out->n;
	if (!write_host(out, tsr_span_part(*s, at, end - at),
		scheme != NULL && strcmp(scheme, "http") == 0 ? "80" : "443"))
		return false;
	*s = tsr_span_from(*s, end);
	return true;
}

static bool
take_apart(struct url *out, struct tsr_span text, struct tsr_span base,
    struct tsr_arena *arena)
{
	struct tsr_span s = clean(text, arena), all;
	size_t hash, query, host_at, path_at, search_at, hash_at;
	struct tsr_buf href;
	bool ok;

	tsr_buf_init(&href, SIZE_MAX / 2);
	ok = write_origin(&href, &host_at, &s, base);
	hash = tsr_span_find(s, '#', 0);
	query = tsr_span_find(tsr_span_part(s, 0, hash), '?', 0);
	path_at = href.n;
	write_path(&href, tsr_span_part(s, 0, query));
	search_at = href.n;
	if (query < hash) {
		tsr_buf_byte(&href, '?');
		encode(&href, tsr_span_part(s, query + 1, hash - query - 1),
		    "\"#<>'");
	}
	hash_at = href.n;
	if (hash < s.n) {
		tsr_buf_byte(&href, '#');
		encode(&href, tsr_span_from(s, hash + 1), "\"<>`");
	}
	all = tsr_arena_dup(arena, tsr_buf_view(&href));
	tsr_buf_free(&href);
	out->href = all;
	out->origin = path_at;
	if (ok)
		out->host = tsr_span_part(all, host_at, path_at - host_at);
	out->path = tsr_span_part(all, path_at, search_at - path_at);
	out->search = tsr_span_part(all, search_at, hash_at - search_at);
	out->hash = tsr_span_from(all, hash_at);
	/* A lone ? or # is in the address, but is no part of it. */
	if (out->search.n == 1)
		out->search.n = 0;
	if (out->hash.n == 1)
		out->hash.n = 0;
	return ok;
}

/* ---- query ---- */

static struct tsr_span
decode(struct tsr_span s, struct tsr_arena *arena)
{
	uint8_t *out = tsr_arena_alloc(arena, s.n);
	size_t i, n = 0;

	for (i = 0; i < s.n; i++)
		if (s.p[i] == '%' && i + 2 < s.n && tsr_hex(s.p[i + 1]) >= 0 &&
		    tsr_hex(s.p[i + 2]) >= 0) {
			out[n++] = (uint8_t)(tsr_hex(s.p[i + 1]) * 16 +
			    tsr_hex(s.p[i + 2]));
			i += 2;
		} else
			out[n++] = s.p[i] == '+' ? ' ' : s.p[i];
	return tsr_span_of(out, n);
}

/* The next NAME=VALUE of a query, decoded; false: there is none. */
static bool
next_pair(struct tsr_span *name, struct tsr_span *value,
    struct tsr_span *rest, struct tsr_arena *arena)
{
	struct tsr_span pair;
	size_t end, equal;

	do {
		if (rest->n == 0)
			return false;
		end = tsr_span_find(*rest, '&', 0);
		pair = tsr_span_part(*rest, 0, end);
		*rest = tsr_span_from(*rest, end + 1);
	} while (pair.n == 0);
	equal = tsr_span_find(pair, '=', 0);
	*name = decode(tsr_span_part(pair, 0, equal), arena);
	*value = decode(tsr_span_from(pair, equal + 1), arena);
	return true;
}

static struct tsr_span
parameter(const struct url *url, struct tsr_span name, struct tsr_arena *arena)
{
	struct tsr_span rest = tsr_span_from(url->search, 1), n, v;

	while (next_pair(&n, &v, &rest, arena))
		if (tsr_span_eq(n, name))
			return v;
	return tsr_span_of(NULL, 0);
}

int32_t
tsr_url_forced(struct tsr_span url, struct tsr_span key, size_t count)
{
	size_t at = tsr_span_find(url, '?', 0), end, equal, i;
	struct tsr_span rest = tsr_span_from(url, at + 1), pair;
	double number = 0;

	/* Up to the next ?, and to the end of the line without the anchor. */
	rest.n = tsr_span_find(rest, '?', 0);
	rest.n = tsr_span_find(rest, '#', 0);
	for (; rest.n > 0; rest = tsr_span_from(rest, end + 1)) {
		end = tsr_span_find(rest, '&', 0);
		pair = tsr_span_part(rest, 0, end);
		equal = tsr_span_find(pair, '=', 0);
		if (!tsr_span_eq(tsr_span_part(pair, 0, equal), key))
			continue;
		/* parseInt: blanks, a sign, digits. */
		pair = tsr_span_from(pair, equal + 1);
		while (pair.n > 0 && tsr_is_space(pair.p[0]))
			pair = tsr_span_from(pair, 1);
		i = pair.n > 0 && pair.p[0] == '+';
		if (i >= pair.n || !tsr_is_digit(pair.p[i]))
			return -1;
		for (; i < pair.n && tsr_is_digit(pair.p[i]); i++)
			number = number * 10 + (pair.p[i] - '0');
		return number < (double)count ? (int32_t)number : -1;
	}
	return -1;
}

/* ---- patterns ---- */

static bool
matches(struct tsr_diag *diag, struct tsr_span pattern, unsigned flags,
    struct tsr_span text, struct tsr_arena *arena)
{
	struct tsr_regex_error err;
	struct tsr_span automaton;

	if (tsr_regex_compile(&automaton, &err, pattern,
		flags | TSR_REGEX_UTF16, arena))
		return tsr_automaton_match(automaton, text);
	if (err.fault != TSR_REGEX_SYNTAX)
		tsr_diag_add(diag, TSR_ERROR, "R006", TSR_NOWHERE, "%s",
		    err.text);
	return false;
}

/* Is the text what a pattern with wildcards says, in any case? */
static bool
fits(struct tsr_diag *diag, struct tsr_span text, struct tsr_span pattern,
    bool path, struct tsr_arena *arena)
{
	struct tsr_buf out;
	bool is;
	size_t i;

	if (path && pattern.n > 0 && pattern.p[0] == '/')
		pattern = tsr_span_from(pattern, 1);
	if (path && pattern.n > 0 && pattern.p[pattern.n - 1] == '/')
		pattern.n--;
	tsr_buf_init(&out, SIZE_MAX / 2);
	tsr_buf_text(&out, path ? "^\\/?" : "^");
	for (i = 0; i < pattern.n; i++)
		if (tsr_span_starts(tsr_span_from(pattern, i), TSR_LIT(WILD))) {
			tsr_buf_text(&out, ".*");
			i += sizeof(WILD) - 2;
		} else {
			if (strchr("*.+?^${}()|[]\\", pattern.p[i]) != NULL)
				tsr_buf_byte(&out, '\\');
			tsr_buf_byte(&out, pattern.p[i]);
		}
	tsr_buf_text(&out, path ? "\\/?$" : "$");
	is = matches(diag, tsr_buf_view(&out), TSR_REGEX_IGNORE_CASE, text,
	    arena);
	tsr_buf_free(&out);
	return is;
}

/* A host without its scheme gets one, and a * is a word that hosts may have. */
static struct tsr_span
spell_out(struct tsr_span pattern, struct tsr_arena *arena)
{
	struct tsr_span out;
	struct tsr_buf text;
	size_t i, dot = 0;

	tsr_buf_init(&text, SIZE_MAX / 2);
	for (i = 0; i < pattern.n && strchr(":/?", pattern.p[i]) == NULL; i++)
		dot |= pattern.p[i] == '.';
	if (dot)
		tsr_buf_text(&text, "https://");
	for (i = 0; i < pattern.n; i++)
		if (pattern.p[i] == '*')
			tsr_buf_text(&text, WILD);
		else
			tsr_buf_byte(&text, pattern.p[i]);
	out = tsr_arena_dup(arena, tsr_buf_view(&text));
	tsr_buf_free(&text);
	return out;
}

static bool
fits_simple(struct tsr_diag *diag, const struct url *url,
    struct tsr_span pattern, struct tsr_arena *arena)
{
	struct tsr_span rest, name, value;
	struct url want;

	if (!take_apart(&want, spell_out(pattern, arena), TSR_LIT(WILD),
		arena) || !fits(diag, url->host, want.host, false, arena) ||
	    !fits(diag, url->path, want.path, true, arena) ||
	    (want.hash.n > 0 &&
		!fits(diag, url->hash, want.hash, false, arena)))
		return false;
	rest = tsr_span_from(want.search, 1);
	while (next_pair(&name, &value, &rest, arena))
		if (!fits(diag, parameter(url, name, arena), value, false,
			arena))
			return false;
	return true;
}

static bool
fits_target(struct tsr_diag *diag, const struct url *url,
    const struct tsr_json *target, struct tsr_arena *arena)
{
	struct tsr_span type = tsr_json_text(tsr_json_get(target, "type"));
	struct tsr_span pattern =
	    tsr_json_text(tsr_json_get(target, "pattern"));

	if (tsr_span_eq(type, TSR_LIT("simple")))
		return fits_simple(diag, url, pattern, arena);
	return tsr_span_eq(type, TSR_LIT("regex")) &&
	    (matches(diag, pattern, 0, url->href, arena) ||
		matches(diag, pattern, 0,
		    tsr_span_from(url->href, url->origin), arena));
}

bool
tsr_url_targeted(struct tsr_diag *diag, struct tsr_span url,
    const struct tsr_json *patterns, struct tsr_arena *arena)
{
	const struct tsr_json *target, *include;
	bool includes = false, in = false, match, readable;
	struct url parts;
	uint32_t i;

	if (!tsr_json_is(patterns, TSR_JSON_ARRAY) || patterns->count == 0)
		return false;
	readable = take_apart(&parts, url, TSR_LIT("_"), arena);
	for (i = 0; i < patterns->count; i++) {
		target = &patterns->u.items[i];
		match = readable && fits_target(diag, &parts, target, arena);
		include = tsr_json_get(target, "include");
		if (tsr_json_is(include, TSR_JSON_BOOLEAN) &&
		    !include->u.boolean) {
			if (match)
				return false;
			continue;
		}
		includes = true;
		in = in || match;
	}
	return in || !includes;
}
