/*
 * base64 - bytes as text that may stand in cookies, links and pages.
 */
#include "core/base64.h"

static uint8_t
letter(uint32_t v)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789-_";

	return (uint8_t)letters[v & 63];
}

size_t
tsr_base64_write(uint8_t *out, struct tsr_span bytes)
{
	uint32_t held = 0;
	unsigned bits = 0;
	size_t i, n = 0;

	for (i = 0; i < bytes.n; i++) {
		held = held << 8 | bytes.p[i];
		for (bits += 8; bits >= 6; bits -= 6)
			out[n++] = letter(held >> (bits - 6));
		held &= (1u << bits) - 1;
	}
	if (bits > 0)
		out[n++] = letter(held << (6 - bits));
	return n;
}

size_t
tsr_base64_plain(uint8_t *out, struct tsr_span bytes)
{
	size_t i, n = tsr_base64_write(out, bytes);

	for (i = 0; i < n; i++)
		out[i] = out[i] == '-' ? '+' : out[i] == '_' ? '/' : out[i];
	return n;
}

/* The six bits of a character, or 64. */
static uint32_t
value(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return (uint32_t)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (uint32_t)(c - 'a' + 26);
	if (tsr_is_digit(c))
		return (uint32_t)(c - '0' + 52);
	return c == '-' ? 62 : c == '_' ? 63 : 64;
}

enum tsr_err
tsr_base64_read(
    struct tsr_span *out, struct tsr_span text, uint8_t *room, size_t n)
{
	uint32_t held = 0, v;
	unsigned bits = 0;
	size_t i, used = 0;

	if (text.n % 4 == 1)
		return TSR_RANGE;
	for (i = 0; i < text.n; i++) {
		v = value(text.p[i]);
		if (v == 64)
			return TSR_RANGE;
		held = held << 6 | v;
		bits += 6;
		if (bits < 8)
			continue;
		if (used == n)
			return TSR_LONG;
		bits -= 8;
		room[used++] = (uint8_t)(held >> bits);
		held &= (1u << bits) - 1;
	}
	if (held != 0)
		return TSR_RANGE;
	*out = tsr_span_of(room, used);
	return TSR_OK;
}
