/*
 * Rich HTML from hostile bytes: what comes out is harmless and well-formed,
 * and cleaning it again changes nothing.
 */
#include <stdlib.h>

#include "build/read/richhtml.h"
#include "lib/markup_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct tsr_span prefixes[] = {{(const uint8_t *)"c", 1}};
	static const struct tsr_span hosts[] = {{(const uint8_t *)"h", 1}};
	struct tsr_richhtml options = {.class_prefixes = prefixes,
	    .class_prefix_count = 1, .frame_hosts = hosts,
	    .frame_host_count = 1, .ids = true};
	struct tsr_markup_text text = {.text = {data, size}, .where = {1, 0, 0},
	    .verbatim = true};
	struct tsr_arena arena = {0};
	struct tsr_diag diag;
	struct tsr_buf out, again;

	tsr_diag_init(&diag, &arena);
	tsr_buf_init(&out, 16 * 1024 * 1024);
	tsr_buf_init(&again, 16 * 1024 * 1024);
	tsr_richhtml_clean(&out, &text, &options, &diag);
	if (markup_check(tsr_buf_view(&out)) != NULL)
		abort();
	text.text = tsr_buf_view(&out);
	tsr_richhtml_clean(&again, &text, &options, &diag);
	if (!tsr_span_eq(tsr_buf_view(&out), tsr_buf_view(&again)))
		abort();
	tsr_buf_free(&out);
	tsr_buf_free(&again);
	tsr_arena_free(&arena);
	return 0;
}
