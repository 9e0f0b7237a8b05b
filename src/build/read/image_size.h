/*
 * image_size - how many pixels a bitmap has, from its first bytes.
 *
 * Reads PNG, GIF, JPEG (turned by Exif as browsers do), WebP and AVIF, looks
 * at nothing but headers, and decodes nothing. For SVG see xml.h.
 */
#ifndef TSR_BUILD_IMAGE_SIZE_H
#define TSR_BUILD_IMAGE_SIZE_H

#include "core/bytes.h"

enum tsr_image_kind {
	TSR_IMAGE_PNG,
	TSR_IMAGE_GIF,
	TSR_IMAGE_JPEG,
	TSR_IMAGE_WEBP,
	TSR_IMAGE_AVIF,
	TSR_IMAGE_KIND_COUNT
};

struct tsr_image_size {
	enum tsr_image_kind kind;
	uint32_t width, height; /* at least 1 */
};

/*
 * TSR_MAGIC: none of the kinds; TSR_SHORT: it ends before its size stands;
 * TSR_SYNTAX: a damaged header, or a side of 0.
 */
enum tsr_err tsr_image_size(struct tsr_image_size *out, struct tsr_span file);

#endif
