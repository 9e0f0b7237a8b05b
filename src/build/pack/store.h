/*
 * store - the packs that releases share: objects found by their hash.
 *
 * A pack file, packs/<BLAKE2b-256 of the file>.pack, never changes:
 *	 0  8  magic "TSRPACK\x1a"
 *	 8  4  version 1
 *	12  4  number of objects
 *	16  4  CRC-32 of the directory
 *	20 12  0
 *	32     directory, 48 bytes an object, sorted by hash: hash 32, offset
 *	       from the file's start u64, length u32, raw length u32. The hash is over
 *	       CRC-32 and length of the text (u32 each) and the bytes
 *	       then the objects' bytes
 * A build reads the directories of the packs that the current release uses,
 * takes from them what it needs, and writes one new pack with the rest. A pack
 * that is missing or damaged is passed over: its objects are written anew.
 */
#ifndef TSR_BUILD_STORE_H
#define TSR_BUILD_STORE_H

#include "build/pack/hash.h"
#include "build/pack/pack.h"

struct tsr_store_object {
	uint8_t hash[32];
	struct tsr_span bytes; /* in the arena, or NULL when in an old pack */
	uint32_t length, raw_length, crc;
	uint32_t pack; /* once placed */
	uint64_t offset;
};

struct tsr_store_pack {
	uint8_t hash[32];
	uint64_t size;
	bool is_new; /* written by this build */
};

struct tsr_object_store;

/* folder: out. current: its release, or empty when there is none. */
struct tsr_object_store *tsr_store_new(struct tsr_arena *arena);

/* Number of the object; equal objects have one number, in order of first use. */
uint32_t tsr_store_add(
    struct tsr_object_store *store, const struct tsr_packed_object *object);

size_t tsr_store_count(const struct tsr_object_store *store);
const struct tsr_store_object *tsr_store_at(
    const struct tsr_object_store *store, uint32_t i);

/*
 * Look for the objects in the packs named by an old index (the file's bytes),
 * below folder/packs. Any damage only means that less is found.
 */
void tsr_store_reuse(struct tsr_object_store *store, const char *folder,
    struct tsr_span old_index);

/*
 * Write what is not yet in a pack to a new one and place every object. *packs
 * are the packs in use. TSR_IO leaves errno.
 */
enum tsr_err tsr_store_write(const struct tsr_store_pack **packs,
    size_t *count, struct tsr_object_store *store, const char *folder);

#endif
