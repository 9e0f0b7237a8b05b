/*
 * SVG from hostile bytes: looked at without a crash, and what is found has
 * its place in the file.
 */
#include <stdlib.h>

#include "build/read/svg.h"
#include "build/read/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tsr_arena arena = {0};
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_svg svg;
	uint32_t src;
	size_t i;

	tsr_xml_setup();
	tsr_sources_init(&sources, &arena);
	tsr_diag_init(&diag, &arena);
	src = tsr_sources_add(&sources, "x.svg", tsr_span_of(data, size));
	if (!tsr_svg_check(&svg, &sources, src, &diag) && diag.errors == 0)
		abort();
	for (i = 0; i < diag.count; i++)
		if (diag.list[i].where.off > size)
			abort();
	tsr_arena_free(&arena);
	return 0;
}
