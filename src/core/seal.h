/*
 * seal - signatures, made by whoever calls core.
 *
 * core has no cryptography: the host brings it (libsodium's keyed BLAKE2b in
 * serve/keys.c). Each purpose has keys of its own, so that what is signed for
 * one is worth nothing for another.
 */
#ifndef TSR_CORE_SEAL_H
#define TSR_CORE_SEAL_H

#include "core/bytes.h"

enum tsr_seal_purpose {
	TSR_SEAL_STATE,	  /* the visitor state */
	TSR_SEAL_WHY,	  /* what a page says of its decisions */
	TSR_SEAL_PREVIEW, /* links that let a person look */
	TSR_SEAL_EVENTS,  /* events that a server posts */
	TSR_SEAL_COUNT
};

#define TSR_SEAL_SIZE 16 /* bytes of a signature */

struct tsr_seal {
	void *ctx;
	/*
	 * Sign with the newest key of a purpose and tell which it was. False:
	 * there is no key.
	 */
	bool (*sign)(uint8_t signature[TSR_SEAL_SIZE], uint8_t *key, void *ctx,
	    enum tsr_seal_purpose purpose, struct tsr_span bytes);
	/* Is this the signature by that key? In constant time. */
	bool (*check)(void *ctx, enum tsr_seal_purpose purpose, uint8_t key,
	    struct tsr_span bytes, const uint8_t signature[TSR_SEAL_SIZE]);
};

#endif
