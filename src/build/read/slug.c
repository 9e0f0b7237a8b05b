/*
 * slug - the part of an address or an id that a text becomes.
 */
#include "build/read/slug.h"

#include "core/utf8.h"

struct range {
	uint32_t first, last;
};

/* What is neither letter nor digit nor a mark that belongs to a letter. */
static const struct range separators[] = {
    {0x80, 0xa9}, {0xab, 0xb4}, {0xb6, 0xb9}, {0xbb, 0xbf}, {0xd7, 0xd7},
    {0xf7, 0xf7}, {0x2c2, 0x2c5}, {0x2d2, 0x2df}, {0x37e, 0x37e},
    {0x387, 0x387}, {0x55a, 0x55f}, {0x589, 0x58a}, {0x5be, 0x5be},
    {0x5c0, 0x5c0}, {0x5c3, 0x5c3}, {0x5f3, 0x5f4}, {0x600, 0x60f},
    {0x61b, 0x61f}, {0x66a, 0x66d}, {0x6d4, 0x6d4}, {0x964, 0x965},
    {0xe3f, 0xe3f}, {0x1680, 0x1680}, {0x2000, 0x200b}, {0x200e, 0x206f},
    {0x207a, 0x207e}, {0x208a, 0x208e}, {0x20a0, 0x20cf}, {0x2100, 0x2bff},
    {0x2e00, 0x2e7f}, {0x3000, 0x3004}, {0x3008, 0x3020}, {0x3030, 0x3030},
    {0x30fb, 0x30fb}, {0xd800, 0xf8ff}, {0xfd3e, 0xfd3f}, {0xfe00, 0xfe1f},
    {0xfe30, 0xfe6f}, {0xfeff, 0xfeff}, {0xff00, 0xff0f}, {0xff1a, 0xff20},
    {0xff3b, 0xff40}, {0xff5b, 0xff65}, {0xffe0, 0xffff}, {0x1f000, 0x1faff},
    {0xe0000, 0x10ffff},
};

static bool
is_letter(uint32_t c)
{
	size_t i;

	if (c < 0x80)
		return tsr_is_alnum((uint8_t)c);
	for (i = 0; i < TSR_COUNT_OF(separators); i++) {
		if (c < separators[i].first)
			return true;
		if (c <= separators[i].last)
			return false;
	}
	return true;
}

/* Alphabets in which capital and small letter alternate. */
static uint32_t
lower_in_pairs(uint32_t c)
{
	bool odd_is_capital = (c >= 0x139 && c <= 0x148) ||
	    (c >= 0x179 && c <= 0x17e) || (c >= 0x4c1 && c <= 0x4ce);

	return c + ((c & 1) == (odd_is_capital ? 1u : 0u));
}

static uint32_t
lower(uint32_t c)
{
	if (c < 0x80)
		return tsr_lower((uint8_t)c);
	if ((c >= 0xc0 && c <= 0xde) || (c >= 0x391 && c <= 0x3ab) ||
	    (c >= 0x410 && c <= 0x42f))
		return c + 32;
	if (c == 0x130)
		return 'i';
	if (c == 0x178)
		return 0xff;
	if (c == 0x1e9e)
		return 0xdf;
	if (c == 0x131 || c == 0x138 || c == 0x149 || c == 0x17f || c == 0x4c0)
		return c;
	if ((c >= 0x100 && c <= 0x17e) || (c >= 0x460 && c <= 0x481) ||
	    (c >= 0x48a && c <= 0x52f) || (c >= 0x1e00 && c <= 0x1e95) ||
	    (c >= 0x1ea0 && c <= 0x1eff))
		return lower_in_pairs(c);
	if (c == 0x386)
		return 0x3ac;
	if (c >= 0x388 && c <= 0x38a)
		return c + 37;
	if (c == 0x38c)
		return 0x3cc;
	if (c == 0x38e || c == 0x38f)
		return c + 63;
	if (c >= 0x400 && c <= 0x40f)
		return c + 80;
	if (c >= 0x531 && c <= 0x556)
		return c + 48;
	return c;
}

void
tsr_slug(struct tsr_buf *out, struct tsr_span text)
{
	bool any = false, gap = false;
	uint32_t c;

	while (text.n > 0) {
		c = tsr_utf8_cut(&text);
		/* An apostrophe does not part a word: "don't" is "dont". */
		if (c == '\'' || c == 0x2019)
			continue;
		if (!is_letter(c)) {
			gap = any;
			continue;
		}
		if (gap)
			tsr_buf_byte(out, '-');
		gap = false;
		any = true;
		tsr_buf_utf8(out, lower(c));
	}
}
