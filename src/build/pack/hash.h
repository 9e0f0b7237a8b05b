/*
 * hash - fingerprints of bytes: BLAKE2b with 256 bits, by libsodium.
 *
 * The only file that uses libsodium's hashes in the builder.
 */
#ifndef TSR_BUILD_HASH_H
#define TSR_BUILD_HASH_H

#include "core/bytes.h"

#define TSR_HASH_SIZE 32

struct tsr_hash {
	uint8_t bytes[TSR_HASH_SIZE];
};

struct tsr_hash tsr_hash_of(struct tsr_span bytes);

/* The same over several spans, one after the other. */
struct tsr_hash tsr_hash_join(const struct tsr_span *spans, size_t count);

#endif
