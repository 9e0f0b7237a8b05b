/*
 * jsonread - JSON read where it lies: no tree, no allocation.
 */
#include "core/jsonread.h"

#include "core/automaton.h"
#include "core/limits.h"
#include "core/lower.h"
#include "core/number.h"
#include "core/utf8.h"

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct tsr_span
skip_blanks(struct tsr_span s)
{
	size_t i = 0;

	while (i < s.n && is_blank(s.p[i]))
		i++;
	return tsr_span_from(s, i);
}

/* ---- characters ---- */

static int32_t
hex4(struct tsr_span s, size_t at)
{
	int32_t v = 0;
	size_t i;

	if (at > s.n || s.n - at < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		if (tsr_hex(s.p[at + i]) < 0)
			return -1;
		v = v << 4 | tsr_hex(s.p[at + i]);
	}
	return v;
}

static uint32_t
escaped_unit(size_t *n, struct tsr_span s)
{
	int32_t c = hex4(s, 2), low;

	if (c < 0) {
		*n = 2;
		return 0xfffd;
	}
	*n = 6;
	if (c < 0xd800 || c >= 0xe000)
		return (uint32_t)c;
	if (c >= 0xdc00 || s.n < 12 || s.p[6] != '\\' || s.p[7] != 'u')
		return 0xfffd;
	low = hex4(s, 8);
	if (low < 0xdc00 || low >= 0xe000)
		return 0xfffd;
	*n = 12;
	return 0x10000 + ((uint32_t)(c - 0xd800) << 10 |
	    (uint32_t)(low - 0xdc00));
}

uint32_t
tsr_jsonread_char(size_t *n, struct tsr_span s)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	size_t i;

	if (s.p[0] != '\\')
		return tsr_automaton_decode(n, s.p, s.p + s.n);
	*n = 1;
	if (s.n < 2)
		return 0xfffd;
	if (s.p[1] == 'u')
		return escaped_unit(n, s);
	*n = 2;
	for (i = 0; i < sizeof(from) - 1; i++)
		if (s.p[1] == (uint8_t)from[i])
			return (uint8_t)to[i];
	return 0xfffd;
}

/* Between the quotes of a string. */
static struct tsr_span
inside(struct tsr_span string)
{
	return string.n < 2 ? tsr_span_of(NULL, 0)
			    : tsr_span_part(string, 1, string.n - 2);
}

bool
tsr_jsonread_text(struct tsr_span *text, struct tsr_span string,
    uint8_t *room, size_t n)
{
	struct tsr_span s = inside(string);
	uint8_t bytes[4];
	size_t at = 0, taken, len;
	uint32_t c;

	if (tsr_span_find(s, '\\', 0) == s.n) {
		*text = s;
		return true;
	}
	for (; s.n > 0; s = tsr_span_from(s, taken)) {
		c = tsr_jsonread_char(&taken, s);
		len = tsr_utf8_put(bytes, c);
		if (n - at < len)
			return false;
		memcpy(room + at, bytes, len);
		at += len;
	}
	*text = tsr_span_of(room, at);
	return true;
}

bool
tsr_jsonread_is(struct tsr_span string, struct tsr_span text)
{
	struct tsr_span s = inside(string);
	uint8_t bytes[4];
	size_t taken, len;

	if (tsr_span_find(s, '\\', 0) == s.n)
		return tsr_span_eq(s, text);
	for (; s.n > 0; s = tsr_span_from(s, taken)) {
		len = tsr_utf8_put(bytes, tsr_jsonread_char(&taken, s));
		if (text.n < len || memcmp(text.p, bytes, len) != 0)
			return false;
		text = tsr_span_from(text, len);
	}
	return text.n == 0;
}

/* ---- values ---- */

enum tsr_jsonread_kind
tsr_jsonread_kind(struct tsr_span v)
{
	if (v.n == 0)
		return TSR_JSONREAD_NONE;
	switch (v.p[0]) {
	case 'n':
		return TSR_JSONREAD_NULL;
	case 't':
	case 'f':
		return TSR_JSONREAD_BOOLEAN;
	case '"':
		return TSR_JSONREAD_STRING;
	case '[':
		return TSR_JSONREAD_ARRAY;
	case '{':
		return TSR_JSONREAD_OBJECT;
	default:
		return v.p[0] == '-' || tsr_is_digit(v.p[0])
		    ? TSR_JSONREAD_NUMBER : TSR_JSONREAD_NONE;
	}
}

/* Where a string that begins at s.p[i] ends. */
static size_t
string_end(struct tsr_span s, size_t i)
{
	for (i++; i < s.n && s.p[i] != '"'; i++)
		if (s.p[i] == '\\' && i + 1 < s.n)
			i++;
	return i < s.n ? i + 1 : s.n;
}

/* How many bytes the value at the front has. */
static size_t
value_length(struct tsr_span s)
{
	size_t i, depth = 0;

	for (i = 0; i < s.n;) {
		switch (s.p[i]) {
		case '"':
			i = string_end(s, i);
			break;
		case '[':
		case '{':
			depth++;
			i++;
			continue;
		case ']':
		case '}':
			if (depth == 0)
				return i;
			depth--;
			i++;
			break;
		case ',':
		case ':':
			if (depth == 0)
				return i;
			i++;
			continue;
		default:
			if (depth == 0 && is_blank(s.p[i]))
				return i;
			i++;
			continue;
		}
		if (depth == 0)
			return i;
	}
	return i;
}

/* Take a value off the front, and the comma or colon after it. */
static bool
take(struct tsr_span *out, struct tsr_span *rest)
{
	struct tsr_span s = skip_blanks(*rest);

	*out = tsr_span_part(s, 0, value_length(s));
	s = skip_blanks(tsr_span_from(s, out->n));
	if (s.n > 0 && (s.p[0] == ',' || s.p[0] == ':'))
		s = tsr_span_from(s, 1);
	*rest = s;
	return out->n > 0;
}

struct tsr_span
tsr_jsonread_parts(struct tsr_span value)
{
	return inside(value);
}

bool
tsr_jsonread_item(struct tsr_span *item, struct tsr_span *rest)
{
	return take(item, rest);
}

bool
tsr_jsonread_member(
    struct tsr_span *name, struct tsr_span *value, struct tsr_span *rest)
{
	return take(name, rest) && take(value, rest);
}

bool
tsr_jsonread_find(
    struct tsr_span *value, struct tsr_span object, struct tsr_span name)
{
	struct tsr_span rest = inside(object), key, v;
	bool found = false;

	while (tsr_jsonread_member(&key, &v, &rest))
		if (tsr_jsonread_is(key, name)) {
			*value = v;
			found = true;
		}
	return found;
}

bool
tsr_jsonread_at(struct tsr_span *item, struct tsr_span array, size_t i)
{
	struct tsr_span rest = inside(array);

	while (take(item, &rest))
		if (i-- == 0)
			return true;
	return false;
}

size_t
tsr_jsonread_count(struct tsr_span array)
{
	struct tsr_span rest = inside(array), item;
	size_t n = 0;

	while (take(&item, &rest))
		n++;
	return n;
}

/* ---- the check ---- */

/* Is the escape at the front of s one that stands for a character of ours? */
static bool
escape_ok(size_t *n, struct tsr_span s)
{
	static const struct tsr_span simple = {
	    (const uint8_t *)"\"\\/bfnrt", 8};
	uint32_t c;

	if (s.n < 2)
		return false;
	if (s.p[1] != 'u') {
		*n = 2;
		return tsr_span_find(simple, s.p[1], 0) < simple.n;
	}
	c = escaped_unit(n, s);
	return c != 0 && *n >= 6 && (c != 0xfffd || hex4(s, 2) == 0xfffd);
}

static bool
string_ok(size_t *length, struct tsr_span s)
{
	size_t i, n;

	for (i = 1; i < s.n && s.p[i] != '"'; i += n) {
		if (s.p[i] < 0x20)
			return false;
		if (s.p[i] == '\\') {
			if (!escape_ok(&n, tsr_span_from(s, i)))
				return false;
		} else if (s.p[i] < 0x80)
			n = 1;
		else if (tsr_automaton_decode(&n, s.p + i, s.p + s.n) ==
			0xfffd && !tsr_span_starts(tsr_span_from(s, i),
			TSR_LIT("\xef\xbf\xbd")))
			return false;
	}
	*length = i + 1;
	return i < s.n;
}

static bool
scalar_ok(size_t *length, struct tsr_span s)
{
	struct tsr_span word;

	if (s.n > 0 && s.p[0] == '"')
		return string_ok(length, s);
	word = tsr_span_part(s, 0, value_length(s));
	*length = word.n;
	return tsr_span_eq(word, TSR_LIT("null")) ||
	    tsr_span_eq(word, TSR_LIT("true")) ||
	    tsr_span_eq(word, TSR_LIT("false")) || tsr_number_ok(word);
}

/* A member's name and its colon. */
static bool
name_ok(struct tsr_span *s)
{
	size_t n;

	*s = skip_blanks(*s);
	if (s->n == 0 || s->p[0] != '"' || !string_ok(&n, *s))
		return false;
	*s = skip_blanks(tsr_span_from(*s, n));
	if (s->n == 0 || s->p[0] != ':')
		return false;
	*s = skip_blanks(tsr_span_from(*s, 1));
	return true;
}

bool
tsr_jsonread_check(struct tsr_span *value, struct tsr_span text)
{
	struct tsr_span s = skip_blanks(text);
	const uint8_t *from = s.p;
	uint64_t objects = 0; /* bit 0: the innermost is an object */
	unsigned depth = 0;
	size_t n;

	for (;;) {
		if (s.n > 0 && (s.p[0] == '[' || s.p[0] == '{')) {
			if (++depth > TSR_JSONREAD_DEPTH)
				return false;
			objects = objects << 1 | (s.p[0] == '{');
			s = skip_blanks(tsr_span_from(s, 1));
			if (s.n == 0)
				return false;
			if (s.p[0] != ((objects & 1) != 0 ? '}' : ']')) {
				if ((objects & 1) != 0 && !name_ok(&s))
					return false;
				continue;
			}
		} else {
			if (!scalar_ok(&n, s))
				return false;
			s = tsr_span_from(s, n);
		}
		/* Close what ends here. */
		for (;;) {
			if (depth == 0) {
				*value = tsr_span_of(from, (size_t)(s.p - from));
				return skip_blanks(s).n == 0;
			}
			s = skip_blanks(s);
			if (s.n == 0)
				return false;
			if (s.p[0] != ((objects & 1) != 0 ? '}' : ']'))
				break;
			objects >>= 1;
			depth--;
			s = tsr_span_from(s, 1);
		}
		if (s.p[0] != ',')
			return false;
		s = skip_blanks(tsr_span_from(s, 1));
		if ((objects & 1) != 0 && !name_ok(&s))
			return false;
	}
}
