/*
 * Any request to a small release that is whole: the answer is one that HTTP
 * allows, and its body is as long as it says.
 *
 * Method, target, query and header values, each up to a NUL.
 */
#include <stdlib.h>

#include "lib/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"REQUEST_URI", "REQUEST_METHOD",
	    "QUERY_STRING", "HTTP_COOKIE", "HTTP_ACCEPT_ENCODING",
	    "HTTP_X_COUNTRY", "HTTP_IF_NONE_MATCH", "TESSERA_SEGMENT"};
	static struct tsr_sample sample;
	struct tsr_param params[TSR_COUNT_OF(names)];
	struct tsr_request request = {params, 0, TSR_SMALL_NOW};
	struct tsr_span all = tsr_span_of(data, size);
	const struct tsr_answer *a = &sample.small.answer;
	size_t i, end;

	if (sample.index.n == 0)
		tsr_sample_init(&sample);
	for (i = 0; i < TSR_COUNT_OF(names) && (i < 2 || all.n > 0); i++) {
		end = tsr_span_find(all, 0, 0);
		params[i].name = tsr_span_of(names[i], strlen(names[i]));
		params[i].value = tsr_span_part(all, 0, end);
		all = tsr_span_from(all, end + 1);
	}
	if (params[1].value.n == 0)
		params[1].value = TSR_LIT("GET");
	request.count = i;
	tsr_sample_request(&sample.small, &sample.release.store, &request);
	if (a->status < 200 || a->status >= 500 || a->head_length < 40 ||
	    memcmp(a->head + a->head_length - 4, "\r\n\r\n", 4) != 0)
		abort();
	for (i = 0; i + 1 < a->head_length; i++)
		if ((a->head[i] == '\r') != (a->head[i + 1] == '\n') ||
		    a->head[i] == 0)
			abort();
	return 0;
}
