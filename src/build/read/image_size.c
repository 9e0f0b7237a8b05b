/*
 * image_size - how many pixels a bitmap has, from its first bytes.
 */
#include "build/read/image_size.h"

/* Boxes that AVIF may nest, and properties that are looked at. */
#define BOXES_MAX 4096

static uint32_t
big16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t
big32(const uint8_t *p)
{
	return big16(p) << 16 | big16(p + 2);
}

static enum tsr_err
png_size(struct tsr_image_size *out, struct tsr_span s)
{
	if (s.n < 24)
		return TSR_SHORT;
	if (memcmp(s.p + 12, "IHDR", 4) != 0)
		return TSR_SYNTAX;
	out->width = big32(s.p + 16);
	out->height = big32(s.p + 20);
	return TSR_OK;
}

static enum tsr_err
gif_size(struct tsr_image_size *out, struct tsr_span s)
{
	if (s.n < 10)
		return TSR_SHORT;
	out->width = tsr_le16(s.p + 6);
	out->height = tsr_le16(s.p + 8);
	return TSR_OK;
}

/* ---- JPEG ---- */

static uint32_t
tiff16(struct tsr_span s, size_t at, bool little)
{
	return little ? tsr_le16(s.p + at) : big16(s.p + at);
}

/* The Exif orientation (1 to 8) of an APP1 segment; 0 when it has none. */
static uint32_t
exif_orientation(struct tsr_span s)
{
	bool little;
	uint32_t first, count, i;
	size_t at;

	if (!tsr_span_starts(s, TSR_LIT("Exif\0\0")))
		return 0;
	s = tsr_span_from(s, 6);
	if (s.n < 8)
		return 0;
	little = s.p[0] == 'I';
	first = little ? tsr_le32(s.p + 4) : big32(s.p + 4);
	if (first > s.n || s.n - first < 2)
		return 0;
	count = tiff16(s, first, little);
	for (i = 0; i < count; i++) {
		at = first + 2 + (size_t)i * 12;
		if (at > s.n || s.n - at < 12)
			return 0;
		if (tiff16(s, at, little) == 0x112)
			return tiff16(s, at + 8, little);
	}
	return 0;
}

static bool
is_frame(uint8_t marker)
{
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
	    marker != 0xc8 && marker != 0xcc;
}

static enum tsr_err
jpeg_size(struct tsr_image_size *out, struct tsr_span s)
{
	uint32_t turned = 0, n;
	size_t at = 2;
	uint8_t marker;

	for (;;) {
		/* Any number of 0xff may stand before a marker. */
		if (at >= s.n)
			return TSR_SHORT;
		if (s.p[at] != 0xff)
			return TSR_SYNTAX;
		while (at < s.n && s.p[at] == 0xff)
			at++;
		if (s.n - at < 3)
			return TSR_SHORT;
		marker = s.p[at];
		if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
			at++;
			continue;
		}
		if (marker == 0xd9 || marker == 0xda)
			return TSR_SYNTAX;
		n = big16(s.p + at + 1);
		if (n < 2)
			return TSR_SYNTAX;
		if (s.n - at - 1 < n)
			return TSR_SHORT;
		if (marker == 0xe1 && turned == 0)
			turned = exif_orientation(
			    tsr_span_part(s, at + 3, n - 2));
		if (is_frame(marker))
			break;
		at += 1 + n;
	}
	if (n < 7)
		return TSR_SYNTAX;
	out->height = big16(s.p + at + 4);
	out->width = big16(s.p + at + 6);
	if (turned >= 5 && turned <= 8) {
		n = out->width;
		out->width = out->height;
		out->height = n;
	}
	return TSR_OK;
}

/* ---- WebP ---- */

static uint32_t
little24(const uint8_t *p)
{
	return tsr_le16(p) | (uint32_t)p[2] << 16;
}

static enum tsr_err
webp_size(struct tsr_image_size *out, struct tsr_span s)
{
	uint32_t bits;

	bool lossless;

	/* A lossless picture of one colour is shorter than other headers. */
	if (s.n < 25)
		return TSR_SHORT;
	lossless = memcmp(s.p + 12, "VP8L", 4) == 0;
	if (s.n < 30 && !lossless)
		return TSR_SHORT;
	if (memcmp(s.p + 12, "VP8X", 4) == 0) {
		out->width = little24(s.p + 24) + 1;
		out->height = little24(s.p + 27) + 1;
	} else if (lossless && s.p[20] == 0x2f) {
		bits = tsr_le32(s.p + 21);
		out->width = (bits & 0x3fff) + 1;
		out->height = (bits >> 14 & 0x3fff) + 1;
	} else if (memcmp(s.p + 12, "VP8 ", 4) == 0 && s.p[23] == 0x9d &&
	    s.p[24] == 0x01 && s.p[25] == 0x2a) {
		out->width = tsr_le16(s.p + 26) & 0x3fff;
		out->height = tsr_le16(s.p + 28) & 0x3fff;
	} else {
		return TSR_SYNTAX;
	}
	return TSR_OK;
}

/* ---- AVIF: boxes of ISO/IEC 14496-12 ---- */

struct box {
	struct tsr_span body;
	const uint8_t *type;
};

/* Cut a box off *in. */
static enum tsr_err
cut_box(struct box *out, struct tsr_span *in)
{
	uint64_t size;
	size_t head = 8;

	if (in->n < 8)
		return TSR_SHORT;
	size = big32(in->p);
	out->type = in->p + 4;
	if (size == 1) {
		if (in->n < 16)
			return TSR_SHORT;
		size = (uint64_t)big32(in->p + 8) << 32 | big32(in->p + 12);
		head = 16;
	} else if (size == 0) {
		size = in->n;
	}
	if (size < head)
		return TSR_SYNTAX;
	if (size > in->n)
		return TSR_SHORT;
	out->body = tsr_span_part(*in, head, (size_t)size - head);
	*in = tsr_span_from(*in, (size_t)size);
	return TSR_OK;
}

/* The body of the first box of this type in *in, moved past it. */
static enum tsr_err
find_box(struct tsr_span *out, struct tsr_span in, const char *type)
{
	struct box box;
	enum tsr_err err;
	unsigned i;

	for (i = 0; i < BOXES_MAX; i++) {
		err = cut_box(&box, &in);
		if (err != TSR_OK)
			return err;
		if (memcmp(box.type, type, 4) == 0) {
			*out = box.body;
			return TSR_OK;
		}
	}
	return TSR_LONG;
}

/*
 * The largest of the sizes given: the whole picture, not a tile or thumbnail.
 * A turn by 90 degrees swaps its sides.
 */
static enum tsr_err
avif_size(struct tsr_image_size *out, struct tsr_span s)
{
	struct tsr_span part;
	struct box box;
	enum tsr_err err;
	bool turned = false;
	uint32_t width, height;
	unsigned i;

	err = find_box(&part, s, "meta");
	if (err != TSR_OK)
		return err;
	/* meta begins with version and flags. */
	err = find_box(&part, tsr_span_from(part, 4), "iprp");
	if (err == TSR_OK)
		err = find_box(&part, part, "ipco");
	if (err != TSR_OK)
		return err == TSR_SHORT ? TSR_SYNTAX : err;
	for (i = 0; i < BOXES_MAX && cut_box(&box, &part) == TSR_OK; i++) {
		if (memcmp(box.type, "irot", 4) == 0 && box.body.n >= 1)
			turned = (box.body.p[0] & 1) != 0;
		if (memcmp(box.type, "ispe", 4) != 0 || box.body.n < 12)
			continue;
		width = big32(box.body.p + 4);
		height = big32(box.body.p + 8);
		if ((uint64_t)width * height <=
		    (uint64_t)out->width * out->height)
			continue;
		out->width = width;
		out->height = height;
	}
	if (turned) {
		width = out->width;
		out->width = out->height;
		out->height = width;
	}
	return TSR_OK;
}

static bool
is_avif(struct tsr_span s)
{
	struct box box;
	size_t i;

	if (s.n < 12 || memcmp(s.p + 4, "ftyp", 4) != 0 ||
	    cut_box(&box, &s) != TSR_OK)
		return false;
	for (i = 0; i + 4 <= box.body.n; i += 4)
		if (i != 4 && (memcmp(box.body.p + i, "avif", 4) == 0 ||
			memcmp(box.body.p + i, "avis", 4) == 0))
			return true;
	return false;
}

enum tsr_err
tsr_image_size(struct tsr_image_size *out, struct tsr_span file)
{
	enum tsr_err err;

	memset(out, 0, sizeof(*out));
	if (tsr_span_starts(file, TSR_LIT("\x89PNG\r\n\x1a\n"))) {
		out->kind = TSR_IMAGE_PNG;
		err = png_size(out, file);
	} else if (tsr_span_starts(file, TSR_LIT("GIF87a")) ||
	    tsr_span_starts(file, TSR_LIT("GIF89a"))) {
		out->kind = TSR_IMAGE_GIF;
		err = gif_size(out, file);
	} else if (tsr_span_starts(file, TSR_LIT("\xff\xd8\xff"))) {
		out->kind = TSR_IMAGE_JPEG;
		err = jpeg_size(out, file);
	} else if (tsr_span_starts(file, TSR_LIT("RIFF")) && file.n >= 12 &&
	    memcmp(file.p + 8, "WEBP", 4) == 0) {
		out->kind = TSR_IMAGE_WEBP;
		err = webp_size(out, file);
	} else if (is_avif(file)) {
		out->kind = TSR_IMAGE_AVIF;
		err = avif_size(out, file);
	} else {
		return TSR_MAGIC;
	}
	if (err == TSR_OK && (out->width == 0 || out->height == 0))
		err = TSR_SYNTAX;
	return err;
}
