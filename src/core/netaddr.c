/*
 * netaddr - Internet addresses as texts, and the networks they are in.
 */
#include "core/netaddr.h"

/* A number of at most `most`, without leading zeros; false: something else. */
static bool
decimal(unsigned *out, struct tsr_span s, unsigned most)
{
	size_t i;

	*out = 0;
	for (i = 0; i < s.n && i < 4; i++) {
		if (!tsr_is_digit(s.p[i]) || (i > 0 && s.p[0] == '0'))
			return false;
		*out = *out * 10 + (unsigned)(s.p[i] - '0');
	}
	return i > 0 && i == s.n && *out <= most;
}

static bool
read_v4(uint8_t out[4], struct tsr_span s)
{
	size_t i, dot, from = 0;
	unsigned v;

	for (i = 0; i < 4; i++, from = dot + 1) {
		dot = tsr_span_find(s, '.', from);
		if ((dot == s.n) != (i == 3) || from > s.n ||
		    !decimal(&v, tsr_span_part(s, from, dot - from), 255))
			return false;
		out[i] = (uint8_t)v;
	}
	return true;
}

static bool
group(uint8_t out[2], struct tsr_span s)
{
	unsigned v = 0;
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (tsr_hex(s.p[i]) < 0)
			return false;
		v = v << 4 | (unsigned)tsr_hex(s.p[i]);
	}
	out[0] = (uint8_t)(v >> 8);
	out[1] = (uint8_t)v;
	return s.n > 0 && s.n <= 4;
}

static bool
read_v6(uint8_t out[16], struct tsr_span s)
{
	uint8_t bytes[16] = {0};
	size_t at = 0, gap = SIZE_MAX, end, tail;
	struct tsr_span part;

	if (tsr_span_starts(s, TSR_LIT("::"))) {
		gap = 0;
		s = tsr_span_from(s, 2);
	}
	while (s.n > 0) {
		end = tsr_span_find(s, ':', 0);
		part = tsr_span_part(s, 0, end);
		if (end == s.n && at <= 12 && read_v4(bytes + at, part)) {
			at += 4;
			break;
		}
		if (at > 14 || !group(bytes + at, part))
			return false;
		at += 2;
		if (end == s.n)
			break;
		s = tsr_span_from(s, end + 1);
		if (s.n == 0)
			return false;
		if (s.p[0] == ':') {
			if (gap != SIZE_MAX)
				return false;
			gap = at;
			s = tsr_span_from(s, 1);
		}
	}
	if ((gap == SIZE_MAX) != (at == 16))
		return false;
	if (gap == SIZE_MAX)
		gap = at;
	tail = at - gap;
	memset(out, 0, 16);
	memcpy(out, bytes, gap);
	memcpy(out + 16 - tail, bytes + gap, tail);
	return true;
}

bool
tsr_netaddr_read(struct tsr_netaddr *out, struct tsr_span s, bool network)
{
	size_t slash = tsr_span_find(s, '/', 0);
	struct tsr_span address = tsr_span_part(s, 0, slash);
	unsigned bits, most = 128;

	if (slash < s.n && !network)
		return false;
	if (read_v4(out->bytes + 12, address)) {
		memset(out->bytes, 0, 10);
		memset(out->bytes + 10, 0xff, 2);
		most = 32;
	} else if (!read_v6(out->bytes, address))
		return false;
	bits = most;
	if (slash < s.n &&
	    !decimal(&bits, tsr_span_from(s, slash + 1), most))
		return false;
	out->bits = (uint8_t)(128 - most + bits);
	return true;
}

bool
tsr_netaddr_in(
    const struct tsr_netaddr *address, const struct tsr_netaddr *network)
{
	size_t whole = network->bits / 8;
	unsigned left = network->bits % 8;

	if (whole > 16 ||
	    memcmp(address->bytes, network->bytes, whole) != 0)
		return false;
	return left == 0 ||
	    (address->bytes[whole] ^ network->bytes[whole]) >> (8 - left) == 0;
}

static size_t
put_decimal(uint8_t *p, unsigned v)
{
	size_t n = v >= 100 ? 3 : v >= 10 ? 2 : 1, i;

	for (i = n; i > 0; i--, v /= 10)
		p[i - 1] = (uint8_t)('0' + v % 10);
	return n;
}

static size_t
put_hex(uint8_t *p, unsigned v)
{
	size_t n = v >= 0x1000 ? 4 : v >= 0x100 ? 3 : v >= 0x10 ? 2 : 1, i;

	for (i = n; i > 0; i--, v /= 16)
		p[i - 1] = (uint8_t)"0123456789abcdef"[v % 16];
	return n;
}

static unsigned
group_at(const struct tsr_netaddr *a, size_t i)
{
	return (unsigned)a->bytes[2 * i] << 8 | a->bytes[2 * i + 1];
}

/* The first longest run of two or more zero groups; 8: none. */
static size_t
find_gap(size_t *length, const struct tsr_netaddr *a)
{
	size_t i, j, at = 8;

	*length = 1;
	for (i = 0; i < 8; i = j + 1) {
		for (j = i; j < 8 && group_at(a, j) == 0; j++)
			;
		if (j - i > *length) {
			*length = j - i;
			at = i;
		}
	}
	return at;
}

static size_t
write_v6(uint8_t *p, const struct tsr_netaddr *a)
{
	size_t length, gap = find_gap(&length, a), i, n = 0;

	for (i = 0; i < 8; i++) {
		if (i == gap) {
			p[n++] = ':';
			p[n++] = ':';
			i += length - 1;
			continue;
		}
		if (i > 0 && (gap == 8 || i != gap + length))
			p[n++] = ':';
		n += put_hex(p + n, group_at(a, i));
	}
	return n;
}

struct tsr_span
tsr_netaddr_write(uint8_t *room, const struct tsr_netaddr *address)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	size_t i, n = 0;

	if (memcmp(address->bytes, mapped, 12) != 0)
		return tsr_span_of(room, write_v6(room, address));
	for (i = 12; i < 16; i++) {
		if (i > 12)
			room[n++] = '.';
		n += put_decimal(room + n, address->bytes[i]);
	}
	return tsr_span_of(room, n);
}
