/*
 * Style sheets: any bytes are copied, and nothing outside them is read.
 */
#include <stdlib.h>

#include "build/read/css.h"

static struct tsr_span
resolve(void *ctx, struct tsr_span reference, size_t off)
{
	struct tsr_arena arena = {0};
	struct tsr_span name, css = *(struct tsr_span *)ctx;
	bool local;

	if (off > css.n || reference.n > css.n - off)
		abort();
	local = tsr_css_local(&name, reference, TSR_LIT("a/b/"), &arena);
	tsr_arena_free(&arena);
	return local ? TSR_LIT("/x") : tsr_span_of(NULL, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tsr_span css = tsr_span_of(data, size);
	struct tsr_buf out;

	tsr_buf_init(&out, (size_t)1 << 24);
	tsr_css_rewrite(&out, css, resolve, &css);
	tsr_buf_free(&out);
	return 0;
}
