/*
 * Damage to a small release: open, perhaps verify, answer requests, decode.
 *
 * The first byte says what to do; each four bytes after it are a place in the
 * index or the pack and what is XORed into the byte there.
 */
#include <stdlib.h>

#include "lib/reindex.h"
#include "lib/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tsr_sample sample;
	struct tsr_store store;
	struct tsr_span pack;
	uint8_t *bytes;
	size_t i, n, at;

	if (sample.index.n == 0)
		tsr_sample_init(&sample);
	if (size == 0)
		return 0;
	pack = sample.release.packs[0];
	n = sample.index.n;
	/* Two blocks, so that a read behind either of them is seen. */
	bytes = malloc(n);
	memcpy(bytes, sample.index.p, n);
	pack.p = memcpy(malloc(pack.n), pack.p, pack.n);
	for (i = 1; size - i >= 4; i += 4) {
		at = (data[i] | (size_t)data[i + 1] << 8 |
			 (size_t)data[i + 2] << 16) %
		    (n + pack.n);
		if (at < n)
			bytes[at] ^= data[i + 3];
		else
			((uint8_t *)(uintptr_t)pack.p)[at - n] ^= data[i + 3];
	}
	tsr_reindex_sums(bytes, n);
	store.packs = &pack;
	store.pack_count = 1;
	if (tsr_table_open(&store.table, tsr_span_of(bytes, n)) == TSR_OK &&
	    ((data[0] & 1) || tsr_table_verify(&store.table) == TSR_OK))
		tsr_sample_answer(&sample, &store);
	free(bytes);
	free((void *)(uintptr_t)pack.p);
	return 0;
}
