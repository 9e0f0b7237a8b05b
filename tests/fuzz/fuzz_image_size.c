/*
 * Picture headers from hostile bytes: a size is found or an error is told.
 */
#include <stdlib.h>

#include "build/read/image_size.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tsr_image_size out;
	/* A copy of its own, so that reading past the end is seen. */
	uint8_t *copy = malloc(size == 0 ? 1 : size);

	if (copy == NULL)
		abort();
	if (size > 0)
		memcpy(copy, data, size);
	if (tsr_image_size(&out, tsr_span_of(copy, size)) == TSR_OK &&
	    (out.width == 0 || out.height == 0))
		abort();
	free(copy);
	return 0;
}
