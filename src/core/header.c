/*
 * header - the request headers that shape a reply, and writing its own.
 */
#include "core/header.h"

#include "core/digits.h"

/* Cut the next element of a list off the front; false at its end. */
static bool
next(struct tsr_span *element, struct tsr_span *list, uint8_t separator)
{
	size_t end;

	if (list->n == 0)
		return false;
	end = tsr_span_find(*list, separator, 0);
	*element = tsr_span_unpad(tsr_span_part(*list, 0, end));
	*list = tsr_span_from(*list, end + 1);
	return true;
}

/*
 * The weight of "gzip;q=0.5", in thousandths. A weight that is not well formed
 * counts as 0: the client did not clearly ask for it.
 */
static unsigned
weight(struct tsr_span parameters)
{
	struct tsr_span p, name;
	unsigned q, unit;
	size_t i;

	while (next(&p, &parameters, ';')) {
		name = tsr_span_unpad(
		    tsr_span_part(p, 0, tsr_span_find(p, '=', 0)));
		if (!tsr_span_same(name, TSR_LIT("q")))
			continue;
		if (p.n < 3 || p.p[1] != '=' ||
		    (p.p[2] != '0' && p.p[2] != '1'))
			return 0;
		q = (unsigned)(p.p[2] - '0') * 1000;
		if (p.n > 3 && p.p[3] != '.')
			return 0;
		for (i = 4, unit = 100; i < p.n; i++, unit /= 10) {
			if (!tsr_is_digit(p.p[i]) || i > 6)
				return 0;
			q += (unsigned)(p.p[i] - '0') * unit;
		}
		return q > 1000 ? 0 : q;
	}
	return 1000;
}

enum tsr_coding
tsr_accept_encoding(struct tsr_span value)
{
	struct tsr_span element, name;
	int gzip = -1, identity = -1, any = -1;
	size_t end;
	int q;

	if (value.p == NULL)
		return TSR_CODING_IDENTITY;
	while (next(&element, &value, ',')) {
		end = tsr_span_find(element, ';', 0);
		name = tsr_span_unpad(tsr_span_part(element, 0, end));
		q = (int)weight(tsr_span_from(element, end + 1));
		if (tsr_span_same(name, TSR_LIT("gzip")) ||
		    tsr_span_same(name, TSR_LIT("x-gzip")))
			gzip = q > gzip ? q : gzip;
		else if (tsr_span_same(name, TSR_LIT("identity")))
			identity = q;
		else if (tsr_span_eq(name, TSR_LIT("*")))
			any = q;
	}
	if (gzip == -1)
		gzip = any > 0 ? any : 0;
	/* Without a word about it identity is acceptable, but least. */
	if (identity == -1)
		identity = any == 0 ? 0 : 1;
	if (gzip == 0 && identity == 0)
		return TSR_CODING_NONE;
	return gzip > 0 && gzip >= identity ? TSR_CODING_GZIP
					    : TSR_CODING_IDENTITY;
}

bool
tsr_none_match(struct tsr_span value, struct tsr_span etag)
{
	struct tsr_span element;

	while (next(&element, &value, ',')) {
		if (tsr_span_eq(element, TSR_LIT("*")))
			return true;
		if (tsr_span_starts(element, TSR_LIT("W/")))
			element = tsr_span_from(element, 2);
		if (tsr_span_eq(element, etag))
			return true;
	}
	return false;
}

void
tsr_head_add(struct tsr_head *head, struct tsr_span s)
{
	if (head->full || s.n > head->cap - head->n) {
		head->full = true;
		return;
	}
	if (s.n > 0)
		memcpy(head->p + head->n, s.p, s.n);
	head->n += s.n;
}

void
tsr_head_uint(struct tsr_head *head, uint64_t v)
{
	uint8_t room[TSR_DIGITS];

	tsr_head_add(head, tsr_digits(room, v));
}

void
tsr_head_hex(struct tsr_head *head, uint64_t v)
{
	uint8_t digits[16];
	size_t i;

	for (i = 0; i < sizeof(digits); i++)
		digits[i] = (uint8_t)"0123456789abcdef"[v >> (60 - 4 * i) & 15];
	tsr_head_add(head, tsr_span_of(digits, sizeof(digits)));
}

void
tsr_head_line(
    struct tsr_head *head, struct tsr_span name, struct tsr_span value)
{
	tsr_head_add(head, name);
	tsr_head_add(head, TSR_LIT(": "));
	tsr_head_add(head, value);
	tsr_head_add(head, TSR_LIT("\r\n"));
}

void
tsr_head_cookie(struct tsr_head *head, struct tsr_span name,
    struct tsr_span value, uint64_t seconds)
{
	tsr_head_add(head, TSR_LIT("Set-Cookie: "));
	tsr_head_add(head, name);
	tsr_head_add(head, TSR_LIT("="));
	tsr_head_add(head, value);
	tsr_head_add(head, TSR_LIT("; Path=/; Max-Age="));
	tsr_head_uint(head, seconds);
	if (tsr_span_starts(name, TSR_LIT("__Host-")))
		tsr_head_add(head, TSR_LIT("; Secure"));
	tsr_head_add(head, TSR_LIT("; HttpOnly; SameSite=Lax\r\n"));
}
