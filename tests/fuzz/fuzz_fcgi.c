/*
 * FastCGI records and parameters from any bytes: the first byte says in what
 * pieces they come; the meaning must not depend on it.
 */
#include <stdlib.h>

#include "core/fcgi.h"

static uint8_t store[TSR_PARAMS_MAX], kept[TSR_BODY_KEPT];

/* A hash of all that happened. */
static uint64_t
run(struct tsr_span in, size_t piece)
{
	struct tsr_param params[TSR_PARAM_COUNT_MAX];
	struct tsr_fcgi fcgi;
	struct tsr_span part;
	enum tsr_fcgi_event event = TSR_FCGI_MORE;
	uint64_t hash = 1;
	size_t count, i;

	tsr_fcgi_init(&fcgi, store, 1024, false);
	fcgi.kept = kept;
	while (in.n > 0 && event != TSR_FCGI_BROKEN) {
		tsr_span_cut(&part, &in, piece < in.n ? piece : in.n);
		do {
			event = tsr_fcgi_read(&fcgi, &part);
			if (event != TSR_FCGI_MORE)
				hash = hash * 31 + event;
			for (i = 0; event == TSR_FCGI_CONTROL &&
			     i < fcgi.control_n; i++)
				hash = hash * 31 + fcgi.control[i];
			if (event != TSR_FCGI_REQUEST &&
			    event != TSR_FCGI_TOO_LONG &&
			    event != TSR_FCGI_TOO_BIG)
				continue;
			tsr_fcgi_params(params, &count, TSR_PARAM_COUNT_MAX,
			    tsr_span_of(store, fcgi.store_n));
			for (i = 0; i < count; i++)
				hash = hash * 31 + params[i].value.n;
			hash = hash * 31 + fcgi.kept_n;
			for (i = 0; i < fcgi.kept_n && i < sizeof(kept); i++)
				hash = hash * 31 + kept[i];
			tsr_fcgi_done(&fcgi);
		} while (event != TSR_FCGI_MORE && event != TSR_FCGI_BROKEN);
	}
	return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tsr_span in = tsr_span_of(data + 1, size - 1);

	if (size > 0 && run(in, size) != run(in, 1u + data[0] % 64u))
		abort();
	return 0;
}
