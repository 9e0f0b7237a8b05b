/*
 * Picture headers: each kind's size, and what is damaged.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build/read/image_size.h"

#define ROW(s) {(const uint8_t *)(s), sizeof(s) - 1}
#define EXIF(o) "\xff\xd8\xff\xe1\0\x22" "Exif\0\0" "II*\0\x08\0\0\0\x01\0" \
	"\x12\x01\x03\0\x01\0\0\0" o "\0\0\0\0\0\0\0" \
	"\xff\xc0\0\x0b\x08\0\x03\0\x05\x01\0\0\0"
#define AVIF(more) "\0\0\0\x18" "ftypavif\0\0\0\0mif1avif" \
	"\0\0\0" more

static const struct {
	struct tsr_span file;
	enum tsr_err err;
	uint32_t width, height;
	const char *why;
} rows[] = {
    {ROW("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\1\0\0\0\0\7"), TSR_OK, 256, 7,
	"PNG"},
    {ROW("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\0\0\0\0\7"), TSR_SYNTAX, 0, 0,
	"a side of 0"},
    {ROW("GIF89a\x02\x01\x03\0"), TSR_OK, 258, 3, "GIF"},
    {ROW(EXIF("\x01")), TSR_OK, 5, 3, "JPEG as it lies"},
    {ROW(EXIF("\x06")), TSR_OK, 3, 5, "JPEG turned by Exif"},
    {ROW("\xff\xd8\xff\xda\0\2"), TSR_SYNTAX, 0, 0, "JPEG without a frame"},
    {ROW("\xff\xd8\xff\xe0\0\1"), TSR_SYNTAX, 0, 0, "a segment of 1 byte"},
    {ROW("RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x03\0\0\x04\0\0"), TSR_OK,
	4, 5, "WebP, extended"},
    {ROW("RIFF\0\0\0\0WEBPVP8L\x0a\0\0\0\x2f\x03\x00\x01\0\0\0\0\0"), TSR_OK,
	4, 5, "WebP, lossless"},
    {ROW("RIFF\0\0\0\0WEBPVP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a\x04\0\x05\0"),
	TSR_OK, 4, 5, "WebP, lossy"},
    {ROW(AVIF("\x3cmeta\0\0\0\0\0\0\0\x30iprp\0\0\0\x28ipco"
	"\0\0\0\x14ispe\0\0\0\0\0\0\0\x04\0\0\0\x05\0\0\0\x0cirot\0\0\0\0")),
	TSR_OK, 4, 5, "AVIF"},
    {ROW(AVIF("\x39meta\0\0\0\0\0\0\0\x2diprp\0\0\0\x25ipco"
	"\0\0\0\x14ispe\0\0\0\0\0\0\0\x04\0\0\0\x05\0\0\0\x09irot\x01")),
	TSR_OK, 5, 4, "AVIF, turned"},
    {ROW("<svg/>"), TSR_MAGIC, 0, 0, "none of the kinds"},
    {ROW(""), TSR_MAGIC, 0, 0, "nothing"},
};

static void
test_image_size_is_as_the_row_says(void **state)
{
	struct tsr_image_size out;
	enum tsr_err err;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		err = tsr_image_size(&out, rows[i].file);
		if (err != rows[i].err || (err == TSR_OK &&
			(out.width != rows[i].width ||
			    out.height != rows[i].height)))
			fail_msg("%s: %d %ux%u", rows[i].why, (int)err,
			    out.width, out.height);
	}
}

static void
test_image_size_of_every_beginning_is_an_error_or_the_size(void **state)
{
	struct tsr_image_size out;
	enum tsr_err err;
	size_t i, n;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++)
		for (n = 0; n < rows[i].file.n; n++) {
			err = tsr_image_size(
			    &out, tsr_span_part(rows[i].file, 0, n));
			if (err == TSR_OK && out.width != rows[i].width)
				fail_msg("%s cut at %zu", rows[i].why, n);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_image_size_is_as_the_row_says),
	    cmocka_unit_test(
		test_image_size_of_every_beginning_is_an_error_or_the_size),
	};

	return cmocka_run_group_tests_name("image_size", tests, NULL, NULL);
}
