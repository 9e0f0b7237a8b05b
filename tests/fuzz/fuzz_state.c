/*
 * Fuzz the visitor state: bytes that are signed as they come, and bytes laid
 * over a cookie of ours. What is read is written as the same text.
 */
#include <stdlib.h>

#include "core/base64.h"
#include "core/state_text.h"
#include "lib/fake_seal.h"

#define NOW 1781524800000

static void
check(struct tsr_span text)
{
	uint8_t again[TSR_STATE_TEXT];
	struct tsr_state state;
	size_t n;

	if (tsr_state_read(&state, text, &tsr_fake_seal, NOW) != TSR_OK)
		return;
	n = tsr_state_write(again, &state, &tsr_fake_seal);
	if (!tsr_span_eq(text, tsr_span_of(again, n)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t all[400] = {1, 0}, text[600], key;
	size_t n = size < 300 ? size : 300;

	check(tsr_span_of(data, size));
	tsr_put32(all + 2, NOW / 1000);
	tsr_put32(all + 6, NOW / 1000 + 1000);
	if (n > 0)
		memcpy(all + 10, data, n);
	(void)tsr_fake_seal.sign(all + 10 + n, &key, NULL, TSR_SEAL_STATE,
	    tsr_span_of(all, 10 + n));
	check(tsr_span_of(text, tsr_base64_write(text,
	    tsr_span_of(all, 10 + n + TSR_SEAL_SIZE))));
	return 0;
}
