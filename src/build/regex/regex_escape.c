/*
 * regex_escape - the escapes and classes of a pattern.
 *
 * ECMA-262 22.2.1 with Annex B.1.2 when the pattern has no u flag.
 */
#include "build/regex/regex_parse.h"
#include "build/regex/regex_unicode.h"

static bool
is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool
tsr_regex_hex(struct tsr_regex_parser *p, uint32_t *out, size_t n)
{
	uint32_t v = 0, c;
	size_t i;

	for (i = 0; i < n; i++) {
		c = tsr_regex_peek(p, i);
		if (c > 0x7f || tsr_hex((uint8_t)c) < 0)
			return false;
		v = v << 4 | (uint32_t)tsr_hex((uint8_t)c);
	}
	p->i += n;
	*out = v;
	return true;
}

static bool
bad_escape(struct tsr_regex_parser *p, size_t start, const char *text)
{
	size_t place[2] = {start, p->i};

	return tsr_regex_fail(p, TSR_REGEX_SYNTAX, place, text,
	    "write a literal backslash as \\\\");
}

/* After \u{ : digits and a brace. */
static bool
read_braced(struct tsr_regex_parser *p, uint32_t *out)
{
	uint32_t v = 0, c;
	size_t digits = 0;

	for (;; digits++) {
		c = tsr_regex_peek(p, 0);
		if (c > 0x7f || tsr_hex((uint8_t)c) < 0)
			break;
		v = v << 4 | (uint32_t)tsr_hex((uint8_t)c);
		if (v > 0x10ffff)
			return false;
		p->i++;
	}
	if (digits == 0 || c != '}')
		return false;
	p->i++;
	*out = v;
	return true;
}

/* After \u. With u, two escaped surrogates make one code point. */
static bool
read_u(struct tsr_regex_parser *p, uint32_t *out, size_t start)
{
	size_t back;
	uint32_t low;

	if (!p->unicode) {
		if (!tsr_regex_hex(p, out, 4))
			*out = 'u';
		return true;
	}
	if (tsr_regex_peek(p, 0) == '{') {
		p->i++;
		if (!read_braced(p, out))
			return bad_escape(p, start, "not a code point");
		return true;
	}
	if (!tsr_regex_hex(p, out, 4))
		return bad_escape(p, start, "\\u needs four hexadecimal digits");
	back = p->i;
	if (*out >> 10 != 0xd800 >> 10 || tsr_regex_peek(p, 0) != '\\' ||
	    tsr_regex_peek(p, 1) != 'u')
		return true;
	p->i += 2;
	if (tsr_regex_hex(p, &low, 4) && low >> 10 == 0xdc00 >> 10)
		*out = 0x10000 + ((*out & 0x3ff) << 10 | (low & 0x3ff));
	else
		p->i = back;
	return true;
}

static bool
read_octal(struct tsr_regex_parser *p, uint32_t *out, uint32_t c)
{
	size_t more = c <= '3' ? 2 : 1;
	uint32_t v = c - '0';

	while (more-- > 0 && tsr_regex_peek(p, 0) >= '0' &&
	    tsr_regex_peek(p, 0) <= '7')
		v = v * 8 + (p->text[p->i++] - '0');
	*out = v;
	return true;
}

/* c is a digit, i after it. */
static bool
read_number(struct tsr_regex_parser *p, uint32_t *out, size_t start, bool in_class)
{
	uint32_t c = p->text[start + 1], n = 0;
	size_t end = start + 1, place[2] = {start, 0};

	while (end < p->n && is_digit(p->text[end])) {
		if (n < 100000)
			n = n * 10 + (p->text[end] - '0');
		end++;
	}
	place[1] = end;
	if (c == '0' && (!p->unicode || end == start + 2))
		return read_octal(p, out, c);
	if (c == '0')
		return tsr_regex_fail(p, TSR_REGEX_SYNTAX, place,
		    "octal escape", "write \\xHH");
	if (p->unicode && (in_class || n > p->groups))
		return tsr_regex_fail(p, TSR_REGEX_SYNTAX, place,
		    "there is no group of this number", "write \\xHH for a character");
	if (!in_class && n <= p->groups)
		return tsr_regex_fail(p, TSR_REGEX_NOT_REGULAR, place,
		    "a back-reference is not a regular expression",
		    "write out what the group may match");
	if (c >= '8') {
		*out = c;
		return true;
	}
	return read_octal(p, out, c);
}

/* The text between two places as bytes; empty when a letter is not ASCII. */
static struct tsr_span
ascii_part(struct tsr_regex_parser *p, size_t from, size_t to)
{
	uint8_t *out = tsr_arena_alloc(p->arena, to - from);
	size_t i;

	for (i = from; i < to; i++) {
		if (p->text[i] > 0x7f)
			return tsr_span_of(out, 0);
		out[i - from] = (uint8_t)p->text[i];
	}
	return tsr_span_of(out, to - from);
}

/* After \p or \P. */
static bool
read_property(struct tsr_regex_parser *p, struct tsr_regex_atom *out,
    size_t start, bool inverted)
{
	size_t end = p->i, equal, place[2];
	struct tsr_span name, value = {NULL, 0};

	while (end < p->n && p->text[end] != '}')
		end++;
	place[0] = start;
	place[1] = end < p->n ? end + 1 : p->i;
	if (tsr_regex_peek(p, 0) != '{' || end == p->n)
		return tsr_regex_fail(p, TSR_REGEX_SYNTAX, place,
		    "\\p needs the name of a property in braces",
		    "write \\p{L} or \\p{Script=Greek}");
	name = ascii_part(p, p->i + 1, end);
	equal = tsr_span_find(name, '=', 0);
	if (equal < name.n) {
		value = tsr_span_from(name, equal + 1);
		name = tsr_span_part(name, 0, equal);
		if (value.n == 0)
			name.n = 0;
	}
	out->is_set = true;
	if (!tsr_regex_property(&out->set, name, value))
		return tsr_regex_fail(p, TSR_REGEX_SYNTAX, place,
		    "unknown property of characters",
		    "names are case-sensitive: \\p{L}, \\p{Script=Greek}");
	tsr_regex_set_tidy(&out->set);
	if (inverted)
		tsr_regex_set_invert(&out->set, 0x10ffff);
	p->i = end + 1;
	return true;
}

/* \d \D \s \S \w \W */
static bool
read_shorthand(
    struct tsr_regex_parser *p, struct tsr_regex_atom *out, uint32_t c)
{
	out->is_set = true;
	tsr_regex_set_escape(&out->set, c | 0x20);
	tsr_regex_set_tidy(&out->set);
	if (p->fold && p->unicode && (c | 0x20) == 'w')
		tsr_regex_set_fold(&out->set, true);
	if (c < 'a')
		tsr_regex_set_invert(
		    &out->set, p->unicode ? 0x10ffff : 0xffff);
	return true;
}

static bool
read_control(struct tsr_regex_parser *p, struct tsr_regex_atom *out,
    size_t start, bool in_class)
{
	uint32_t c = tsr_regex_peek(p, 0);

	if (is_letter(c) ||
	    (in_class && !p->unicode && (is_digit(c) || c == '_'))) {
		out->c = c & 31;
		p->i++;
		return true;
	}
	if (p->unicode)
		return bad_escape(p, start, "\\c needs a letter");
	out->c = '\\';
	p->i = start + 1;
	return true;
}

/* What stands for itself after a backslash. */
static bool
read_identity(struct tsr_regex_parser *p, struct tsr_regex_atom *out,
    size_t start, bool in_class)
{
	static const char syntax[] = "^$\\.*+?()[]{}|/";
	uint32_t c = out->c;

	if (c == 'k' && (p->unicode || p->named))
		return bad_escape(p, start, "\\k needs the name of a group");
	if (!p->unicode || (in_class && c == '-'))
		return true;
	if (c != 0 && c < 0x80 &&
	    memchr(syntax, (int)c, sizeof(syntax) - 1) != NULL)
		return true;
	return bad_escape(p, start, "unknown escape");
}

bool
tsr_regex_escape(
    struct tsr_regex_parser *p, struct tsr_regex_atom *out, bool in_class)
{
	static const char letters[] = "tnvfr", means[] = "\t\n\v\f\r";
	size_t start = p->i++;
	const char *found;
	uint32_t c;

	if (p->i == p->n)
		return bad_escape(p, start, "a backslash ends the pattern");
	out->c = c = p->text[p->i++];
	if (c >= '0' && c <= '9')
		return read_number(p, &out->c, start, in_class);
	switch (c) {
	case 'd': case 'D': case 's': case 'S': case 'w': case 'W':
		return read_shorthand(p, out, c);
	case 'p': case 'P':
		if (p->unicode)
			return read_property(p, out, start, c == 'P');
		return true;
	case 'c':
		return read_control(p, out, start, in_class);
	case 'u':
		return read_u(p, &out->c, start);
	case 'x':
		if (!tsr_regex_hex(p, &out->c, 2) && p->unicode)
			return bad_escape(
			    p, start, "\\x needs two hexadecimal digits");
		return true;
	case 'b':
		if (in_class) {
			out->c = 8;
			return true;
		}
		break;
	}
	found = c == 0 || c > 0x7f ? NULL : strchr(letters, (int)c);
	if (found != NULL) {
		out->c = (uint8_t)means[found - letters];
		return true;
	}
	return read_identity(p, out, start, in_class);
}

static bool
class_atom(struct tsr_regex_parser *p, struct tsr_regex_atom *out)
{
	out->is_set = false;
	tsr_regex_set_init(&out->set, p->arena);
	if (p->text[p->i] == '\\')
		return tsr_regex_escape(p, out, true);
	out->c = p->text[p->i++];
	return true;
}

static void
add_atom(struct tsr_regex_set *set, const struct tsr_regex_atom *a)
{
	if (a->is_set)
		tsr_regex_set_add_all(set, &a->set);
	else
		tsr_regex_set_add(set, a->c, a->c);
}

/* After the first atom: a range, if there is one. */
static bool
class_range(struct tsr_regex_parser *p, struct tsr_regex_set *set,
    const struct tsr_regex_atom *a, size_t start)
{
	struct tsr_regex_atom b;
	size_t place[2] = {start, 0};

	if (tsr_regex_peek(p, 0) != '-' || p->i + 1 >= p->n ||
	    p->text[p->i + 1] == ']') {
		add_atom(set, a);
		return true;
	}
	p->i++;
	if (!class_atom(p, &b))
		return false;
	place[1] = p->i;
	if (a->is_set || b.is_set) {
		if (p->unicode)
			return tsr_regex_fail(p, TSR_REGEX_SYNTAX, place,
			    "a range ends in a set of characters",
			    "write a literal hyphen as \\-");
		add_atom(set, a);
		tsr_regex_set_add(set, '-', '-');
		add_atom(set, &b);
		return true;
	}
	if (a->c > b.c)
		return tsr_regex_fail(p, TSR_REGEX_SYNTAX, place,
		    "the range is out of order", "write the smaller end first");
	tsr_regex_set_add(set, a->c, b.c);
	return true;
}

bool
tsr_regex_class(
    struct tsr_regex_parser *p, struct tsr_regex_set *set, bool *inverted)
{
	struct tsr_regex_atom a;
	size_t start = p->i++, at, place[2];

	*inverted = tsr_regex_peek(p, 0) == '^';
	if (*inverted)
		p->i++;
	while (p->i < p->n && p->text[p->i] != ']') {
		at = p->i;
		if (!class_atom(p, &a) || !class_range(p, set, &a, at))
			return false;
	}
	if (p->i == p->n) {
		place[0] = start;
		place[1] = p->n;
		return tsr_regex_fail(p, TSR_REGEX_SYNTAX, place,
		    "the class is not closed",
		    "end it with ]; write a literal bracket as \\[");
	}
	p->i++;
	tsr_regex_set_tidy(set);
	return true;
}
