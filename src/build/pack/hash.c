/*
 * hash - fingerprints of bytes.
 */
#include "build/pack/hash.h"

#include <sodium.h>

struct tsr_hash
tsr_hash_join(const struct tsr_span *spans, size_t count)
{
	crypto_generichash_state state;
	struct tsr_hash out;
	size_t i;

	crypto_generichash_init(&state, NULL, 0, sizeof(out.bytes));
	for (i = 0; i < count; i++)
		crypto_generichash_update(&state, spans[i].p, spans[i].n);
	crypto_generichash_final(&state, out.bytes, sizeof(out.bytes));
	return out;
}

struct tsr_hash
tsr_hash_of(struct tsr_span bytes)
{
	return tsr_hash_join(&bytes, 1);
}
