/*
 * item - items and lists of structured header fields (RFC 8941), bounded.
 */
#include "core/item.h"

#include "core/number.h"

static bool
take(struct tsr_span *s, uint8_t c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = tsr_span_from(*s, 1);
	return true;
}

static void
skip(struct tsr_span *s, bool tabs)
{
	while (s->n > 0 && (s->p[0] == ' ' || (tabs && s->p[0] == '\t')))
		*s = tsr_span_from(*s, 1);
}

/* At most 15 digits, or 12 and a fraction of 1 to 3. */
static bool
read_number(struct tsr_bare_item *out, struct tsr_span *s)
{
	size_t i = s->p[0] == '-', first = i, dot = 0;
	struct tsr_span text;

	for (; i < s->n; i++) {
		if (s->p[i] == '.' && dot == 0 && i > first &&
		    i - first <= 12)
			dot = i;
		else if (!tsr_is_digit(s->p[i]))
			break;
	}
	if (i == first || i - first - (dot > 0) > 15 ||
	    (dot > 0 && (i - dot < 2 || i - dot > 4)))
		return false;
	/* JSON has no zeros in front; a sign before them stays. */
	text = tsr_span_part(*s, first, i - first);
	while (text.n > 1 && text.p[0] == '0' && tsr_is_digit(text.p[1]))
		text = tsr_span_from(text, 1);
	if (!tsr_number_read(&out->number, text))
		return false;
	if (first == 1)
		out->number = -out->number;
	out->kind = TSR_BARE_NUMBER;
	*s = tsr_span_from(*s, i);
	return true;
}

static bool
read_string(struct tsr_bare_item *out, struct tsr_span *s)
{
	size_t i;

	for (i = 1; i < s->n && s->p[i] != '"'; i++) {
		if (s->p[i] < 0x20 || s->p[i] > 0x7e)
			return false;
		if (s->p[i] == '\\' && (++i == s->n ||
			(s->p[i] != '"' && s->p[i] != '\\')))
			return false;
	}
	if (i == s->n)
		return false;
	out->kind = TSR_BARE_STRING;
	out->text = tsr_span_part(*s, 1, i - 1);
	*s = tsr_span_from(*s, i + 1);
	return true;
}

static bool
read_token(struct tsr_bare_item *out, struct tsr_span *s)
{
	static const char more[] = "!#$%&'*+-.^_`|~:/";
	size_t i = 0;

	if (!tsr_is_alpha(s->p[0]) && s->p[0] != '*')
		return false;
	while (i < s->n && (tsr_is_alnum(s->p[i]) ||
		tsr_span_find(TSR_LIT(more), s->p[i], 0) < sizeof(more) - 1))
		i++;
	out->kind = TSR_BARE_TOKEN;
	out->text = tsr_span_part(*s, 0, i);
	*s = tsr_span_from(*s, i);
	return true;
}

static bool
read_bare(struct tsr_bare_item *out, struct tsr_span *s)
{
	memset(out, 0, sizeof(*out));
	if (s->n == 0)
		return false;
	if (s->p[0] == '"')
		return read_string(out, s);
	if (s->p[0] == '-' || tsr_is_digit(s->p[0]))
		return read_number(out, s);
	if (s->p[0] != '?')
		return read_token(out, s);
	if (s->n < 2 || (s->p[1] != '0' && s->p[1] != '1'))
		return false;
	out->kind = TSR_BARE_BOOLEAN;
	out->boolean = s->p[1] == '1';
	*s = tsr_span_from(*s, 2);
	return true;
}

static bool
is_key_byte(uint8_t c, bool first)
{
	if ((c >= 'a' && c <= 'z') || c == '*')
		return true;
	return !first && (tsr_is_digit(c) || c == '_' || c == '-' || c == '.');
}

static bool
read_item(struct tsr_bare_item *out, struct tsr_span *s)
{
	struct tsr_bare_item ignored;
	size_t i;

	if (!read_bare(out, s))
		return false;
	while (take(s, ';')) {
		skip(s, false);
		for (i = 0; i < s->n && is_key_byte(s->p[i], i == 0); i++)
			;
		if (i == 0)
			return false;
		*s = tsr_span_from(*s, i);
		if (take(s, '=') && !read_bare(&ignored, s))
			return false;
	}
	return true;
}

bool
tsr_item_read(struct tsr_bare_item *out, struct tsr_span field)
{
	skip(&field, false);
	if (!read_item(out, &field))
		return false;
	skip(&field, false);
	return field.n == 0;
}

bool
tsr_item_next(struct tsr_bare_item *out, struct tsr_span *rest)
{
	skip(rest, true);
	if (!read_item(out, rest))
		return false;
	skip(rest, true);
	return rest->n == 0 || (take(rest, ',') && rest->n > 0);
}

bool
tsr_item_text(struct tsr_span *out, const struct tsr_bare_item *item,
    uint8_t *room, size_t n)
{
	struct tsr_span s = item->text;
	size_t i, used = 0;

	*out = s;
	if (tsr_span_find(s, '\\', 0) == s.n)
		return true;
	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n)
			i++;
		if (used == n)
			return false;
		room[used++] = s.p[i];
	}
	*out = tsr_span_of(room, used);
	return true;
}
