/*
 * regex_name - the names of groups: identifiers of ECMAScript.
 */
#include "build/regex/regex_parse.h"
#include "build/regex/regex_unicode.h"

static bool
is_low(uint32_t c)
{
	return c != UINT32_MAX && c >> 10 == 0xdc00 >> 10;
}

/* \uXXXX, two of them, or \u{X}; i is at the backslash. */
static bool
escaped(struct tsr_regex_parser *p, uint32_t *out)
{
	uint32_t low;
	size_t back, n;

	if (tsr_regex_peek(p, 1) != 'u')
		return false;
	p->i += 2;
	if (tsr_regex_peek(p, 0) == '{') {
		for (n = 1; n < 8 && tsr_regex_peek(p, n) != '}'; n++)
			;
		p->i++;
		if (n == 1 || !tsr_regex_hex(p, out, n - 1) || *out > 0x10ffff)
			return false;
		return tsr_regex_peek(p, 0) == '}' && p->i++ > 0;
	}
	if (!tsr_regex_hex(p, out, 4))
		return false;
	back = p->i;
	if (*out >> 10 == 0xd800 >> 10 && tsr_regex_peek(p, 0) == '\\' &&
	    tsr_regex_peek(p, 1) == 'u') {
		p->i += 2;
		if (tsr_regex_hex(p, &low, 4) && is_low(low))
			*out = 0x10000 + ((*out & 0x3ff) << 10 | (low & 0x3ff));
		else
			p->i = back;
	}
	return true;
}

static bool
character(struct tsr_regex_parser *p, uint32_t *out)
{
	uint32_t c = tsr_regex_peek(p, 0), low;

	if (c == UINT32_MAX)
		return false;
	if (c == '\\')
		return escaped(p, out);
	p->i++;
	low = tsr_regex_peek(p, 0);
	if (c >> 10 == 0xd800 >> 10 && is_low(low)) {
		p->i++;
		c = 0x10000 + ((c & 0x3ff) << 10 | (low & 0x3ff));
	}
	*out = c;
	return true;
}

static bool
may_stand(struct tsr_regex_parser *p, uint32_t c, bool first)
{
	if (c == '$' || c == '_')
		return true;
	if (first)
		return tsr_regex_set_has(&p->id_start, c);
	return c == 0x200c || c == 0x200d || tsr_regex_set_has(&p->id_part, c);
}

bool
tsr_regex_name(struct tsr_regex_parser *p, struct tsr_span *name)
{
	size_t start = p->i, n = 0, place[2] = {start, start};
	uint32_t c = 0;
	uint8_t *out;

	if (p->id_start.count == 0) {
		tsr_regex_set_init(&p->id_start, p->arena);
		tsr_regex_set_init(&p->id_part, p->arena);
		tsr_regex_property(
		    &p->id_start, TSR_LIT("ID_Start"), tsr_span_of(NULL, 0));
		tsr_regex_property(
		    &p->id_part, TSR_LIT("ID_Continue"), tsr_span_of(NULL, 0));
	}
	while (place[1] < p->n && p->text[place[1]] != '>')
		place[1]++;
	out = tsr_arena_alloc(p->arena, 4 * (place[1] - start));
	while (tsr_regex_peek(p, 0) != '>') {
		if (!character(p, &c) || !may_stand(p, c, n == 0))
			break;
		tsr_put32(out + 4 * n++, c);
	}
	if (n > 0 && tsr_regex_peek(p, 0) == '>') {
		p->i++;
		*name = tsr_span_of(out, 4 * n);
		return true;
	}
	place[1] = p->i;
	return tsr_regex_fail(p, TSR_REGEX_SYNTAX, place,
	    "the name of the group is not an identifier",
	    "write (?<name>, with letters, digits and _");
}
