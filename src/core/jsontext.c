/*
 * jsontext - the texts JavaScript makes of a JSON value.
 */
#include "core/jsontext.h"

#include "core/jsonread.h"
#include "core/limits.h"
#include "core/lower.h"
#include "core/number.h"
#include "core/number_text.h"
#include "core/utf8.h"

static void
put(struct tsr_jsontext *out, struct tsr_span s)
{
	if (out->bad)
		return;
	if (out->room == NULL) {
		out->bad = !tsr_span_starts(
		    tsr_span_from(out->want, out->n), s);
	} else if (s.n > out->cap - out->n)
		out->bad = true;
	else if (s.n > 0)
		memcpy(out->room + out->n, s.p, s.n);
	if (!out->bad)
		out->n += s.n;
}

bool
tsr_jsontext_done(const struct tsr_jsontext *out)
{
	return !out->bad && (out->room != NULL || out->n == out->want.n);
}

void
tsr_jsontext_number(struct tsr_jsontext *out, double d)
{
	uint8_t text[TSR_NUMBER_TEXT];

	put(out, tsr_span_of(text, tsr_number_text(text, d)));
}

/* A number or word as it was written. */
static void
put_plain(struct tsr_jsontext *out, struct tsr_span v)
{
	double d;

	if (tsr_jsonread_kind(v) == TSR_JSONREAD_NUMBER &&
	    tsr_number_read(&d, v))
		tsr_jsontext_number(out, d);
	else
		put(out, v);
}

static void
put_char(struct tsr_jsontext *out, uint32_t c)
{
	uint8_t bytes[4];

	put(out, tsr_span_of(bytes, tsr_utf8_put(bytes, c)));
}

static void
put_escaped(struct tsr_jsontext *out, uint32_t c)
{
	static const char from[] = "\b\t\n\f\r\"\\", to[] = "btnfr\"\\";
	static const char digits[] = "0123456789abcdef";
	uint8_t text[6] = {'\\', 'u', '0', '0', 0, 0};
	size_t i;

	if (c >= 0x20 && c != '"' && c != '\\') {
		put_char(out, c);
		return;
	}
	for (i = 0; i < sizeof(from) - 1; i++)
		if (c == (uint8_t)from[i]) {
			text[1] = (uint8_t)to[i];
			put(out, tsr_span_of(text, 2));
			return;
		}
	text[4] = (uint8_t)digits[c >> 4 & 15];
	text[5] = (uint8_t)digits[c & 15];
	put(out, tsr_span_of(text, 6));
}

/* The characters of a string in JSON, as they are or escaped again. */
static void
put_string(struct tsr_jsontext *out, struct tsr_span string, bool quoted)
{
	struct tsr_span s = tsr_jsonread_parts(string);
	size_t n;
	uint32_t c;

	for (; s.n > 0 && !out->bad; s = tsr_span_from(s, n)) {
		c = tsr_jsonread_char(&n, s);
		if (quoted)
			put_escaped(out, c);
		else
			put_char(out, c);
	}
}

void
tsr_jsontext_quoted(struct tsr_jsontext *out, struct tsr_span text)
{
	size_t i, from;

	put(out, TSR_LIT("\""));
	for (i = 0, from = 0; i < text.n; i++)
		if (text.p[i] < 0x20 || text.p[i] == '"' ||
		    text.p[i] == '\\') {
			put(out, tsr_span_part(text, from, i - from));
			put_escaped(out, text.p[i]);
			from = i + 1;
		}
	put(out, tsr_span_from(text, from));
	put(out, TSR_LIT("\""));
}

void
tsr_jsontext_string(struct tsr_jsontext *out, struct tsr_span value)
{
	struct tsr_span rest[TSR_JSONREAD_DEPTH + 1], item = value;
	size_t depth = 0;
	bool first = true;

	for (;;) {
		switch (tsr_jsonread_kind(item)) {
		case TSR_JSONREAD_ARRAY:
			if (depth == TSR_JSONREAD_DEPTH + 1) {
				out->bad = true;
				return;
			}
			rest[depth++] = tsr_jsonread_parts(item);
			first = true;
			break;
		case TSR_JSONREAD_OBJECT:
			put(out, TSR_LIT("[object Object]"));
			break;
		case TSR_JSONREAD_STRING:
			put_string(out, item, false);
			break;
		case TSR_JSONREAD_NULL:
			if (depth == 0)
				put(out, item);
			break;
		default:
			put_plain(out, item);
		}
		while (depth > 0 && !tsr_jsonread_item(&item, &rest[depth - 1]))
			depth--, first = false;
		if (depth == 0 || out->bad)
			return;
		if (!first)
			put(out, TSR_LIT(","));
		first = false;
	}
}

/* ---- JSON.stringify ---- */

struct frame {
	struct tsr_span value, rest;
	int64_t index; /* the array index written last; -1: none; -2: past */
	bool object, any;
};

/* The array index that a name is (below 2^32 - 1), or -1. */
static int64_t
index_of(struct tsr_span name)
{
	struct tsr_span s = tsr_jsonread_parts(name);
	int64_t v = 0;
	size_t i, n;
	uint32_t c;

	for (i = 0; s.n > 0; i++, s = tsr_span_from(s, n)) {
		c = tsr_jsonread_char(&n, s);
		if (c < '0' || c > '9' || i == 10 || (i > 0 && v == 0))
			return -1;
		v = v * 10 + (int64_t)(c - '0');
	}
	return i > 0 && v < 0xffffffff ? v : -1;
}

/* The member with the smallest index above the last one; false: none. */
static bool
next_index(struct tsr_span *name, struct tsr_span *value, struct frame *f)
{
	struct tsr_span rest = tsr_jsonread_parts(f->value), n, v;
	int64_t best = -1, i;

	while (tsr_jsonread_member(&n, &v, &rest)) {
		i = index_of(n);
		if (i > f->index && (best < 0 || i <= best)) {
			best = i;
			*name = n;
			*value = v;
		}
	}
	f->index = best >= 0 ? best : -2;
	return best >= 0;
}

/* Have two names the same text? */
static bool
same_name(struct tsr_span a, struct tsr_span b)
{
	size_t n, m;

	if (tsr_span_eq(a, b))
		return true;
	a = tsr_jsonread_parts(a);
	b = tsr_jsonread_parts(b);
	if (tsr_span_find(a, '\\', 0) == a.n && tsr_span_find(b, '\\', 0) == b.n)
		return false;
	for (; a.n > 0 && b.n > 0; a = tsr_span_from(a, n),
	     b = tsr_span_from(b, m))
		if (tsr_jsonread_char(&n, a) != tsr_jsonread_char(&m, b))
			return false;
	return a.n == 0 && b.n == 0;
}

/* The next member in its first place with its last value. */
static bool
next_name(struct tsr_span *name, struct tsr_span *value, struct frame *f)
{
	struct tsr_span rest, n, v;
	bool first;

	while (tsr_jsonread_member(name, value, &f->rest)) {
		if (index_of(*name) >= 0)
			continue;
		first = true;
		rest = tsr_jsonread_parts(f->value);
		while (first && tsr_jsonread_member(&n, &v, &rest) &&
		    n.p != name->p)
			first = !same_name(n, *name);
		if (!first)
			continue;
		rest = f->rest;
		while (tsr_jsonread_member(&n, &v, &rest))
			if (same_name(n, *name))
				*value = v;
		return true;
	}
	return false;
}

/* Go on with the next part of a frame, its name written; false: none left. */
static bool
next_part(struct tsr_jsontext *out, struct tsr_span *item, struct frame *f)
{
	struct tsr_span name;
	bool found;

	if (!f->object)
		found = tsr_jsonread_item(item, &f->rest);
	else
		found = (f->index != -2 && next_index(&name, item, f)) ||
		    next_name(&name, item, f);
	if (!found)
		return false;
	if (f->any)
		put(out, TSR_LIT(","));
	f->any = true;
	if (f->object) {
		put(out, TSR_LIT("\""));
		put_string(out, name, true);
		put(out, TSR_LIT("\":"));
	}
	return true;
}

void
tsr_jsontext_json(struct tsr_jsontext *out, struct tsr_span value)
{
	struct frame frames[TSR_JSONREAD_DEPTH];
	struct tsr_span item = value;
	enum tsr_jsonread_kind kind;
	size_t depth = 0;

	for (;;) {
		kind = tsr_jsonread_kind(item);
		if (kind == TSR_JSONREAD_ARRAY || kind == TSR_JSONREAD_OBJECT) {
			if (depth == TSR_JSONREAD_DEPTH) {
				out->bad = true;
				return;
			}
			frames[depth].value = item;
			frames[depth].rest = tsr_jsonread_parts(item);
			frames[depth].index = -1;
			frames[depth].object = kind == TSR_JSONREAD_OBJECT;
			frames[depth++].any = false;
			put(out, tsr_span_part(item, 0, 1));
		} else if (kind == TSR_JSONREAD_STRING) {
			put(out, TSR_LIT("\""));
			put_string(out, item, true);
			put(out, TSR_LIT("\""));
		} else
			put_plain(out, item);
		while (depth > 0 &&
		    !next_part(out, &item, &frames[depth - 1])) {
			put(out, frames[depth - 1].object ? TSR_LIT("}")
							  : TSR_LIT("]"));
			depth--;
		}
		if (depth == 0 || out->bad)
			return;
	}
}
