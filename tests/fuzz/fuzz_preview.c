/*
 * What a stranger can send to the preview: a Host, a target, a cookie.
 */
#include <stdlib.h>

#include "cli/preview_file.h"
#include "cli/preview_host.h"
#include "cli/preview_page.h"
#include "cli/preview_visitor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct tsr_preview_news news = {.generation = 1};
	static struct tsr_preview_visitor visitor;
	struct tsr_span in = tsr_span_of(data, n);
	struct tsr_arena arena = {0};
	struct tsr_preview_host host;
	struct tsr_preview_file file;
	struct tsr_table table = {0};
	struct tsr_param cookie = {TSR_LIT("HTTP_COOKIE"), in};
	struct tsr_request request = {.params = &cookie, .count = 1};
	struct tsr_span page;

	(void)tsr_preview_host_read(&host, TSR_LIT("127.0.0.1:8080"));
	/* Nothing but these, in any case, is us. */
	if (tsr_preview_host_allows(&host, in) &&
	    (n < 10 || !tsr_span_ends(in, TSR_LIT("8080"))))
		abort();
	(void)tsr_preview_host_read(&host, in);
	if (tsr_preview_file_read(&file, "tests/fuzz", in, &arena) == TSR_OK &&
	    tsr_span_find(in, '/', 1) < tsr_span_find(in, '?', 0) &&
	    tsr_span_starts(in, TSR_LIT("/..")))
		abort();
	tsr_preview_visitor_read(&visitor, &table, NULL, &request, &arena);
	page = tsr_preview_page_add(in, &news, true, &arena);
	if (page.n <= n)
		abort();
	(void)tsr_preview_page_error(&news, in, &arena);
	tsr_arena_free(&arena);
	return 0;
}
