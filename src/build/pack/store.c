/*
 * store - the packs that releases share: objects found by their hash.
 */
#include "build/pack/store.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "core/crc.h"
#include "core/table.h"

#define PACK_MAGIC "TSRPACK\x1a"
#define PACK_HEADER 32
#define PACK_ENTRY 48
#define UNPLACED UINT32_MAX

/* A pack of which less than this part is still needed is not used again. */
#define WORTH_KEEPING 4

/* The most that one build writes; a bound for the buffer, not for sites. */
#define PACK_MAX ((size_t)1 << 36)

struct tsr_object_store {
	struct tsr_arena *arena;
	struct tsr_store_object *objects;
	size_t count, cap;
	uint32_t *buckets; /* object number + 1 */
	size_t bucket_count;
	struct tsr_store_pack *packs;
	size_t pack_count, pack_cap;
};

struct tsr_object_store *
tsr_store_new(struct tsr_arena *arena)
{
	struct tsr_object_store *store = TSR_NEW(arena, struct tsr_object_store);

	store->arena = arena;
	store->bucket_count = 4096;
	store->buckets = TSR_NEW_ARRAY(arena, uint32_t, store->bucket_count);
	return store;
}

/* The bucket of a hash: its object's, or the free one where it would go. */
static uint32_t *
find(const struct tsr_object_store *store, const uint8_t *hash)
{
	size_t mask = store->bucket_count - 1;
	size_t place = (size_t)tsr_le64(hash) & mask;

	while (store->buckets[place] != 0 &&
	    memcmp(store->objects[store->buckets[place] - 1].hash, hash, 32) !=
		0)
		place = (place + 1) & mask;
	return &store->buckets[place];
}

static void
grow(struct tsr_object_store *store)
{
	size_t i;

	store->bucket_count *= 2;
	store->buckets =
	    TSR_NEW_ARRAY(store->arena, uint32_t, store->bucket_count);
	for (i = 0; i < store->count; i++)
		*find(store, store->objects[i].hash) = (uint32_t)i + 1;
}

/*
 * Equal compressed bytes may stand for different texts, as they refer to
 * different windows: the text's CRC and length are part of what is hashed.
 */
static struct tsr_hash
object_hash(const struct tsr_packed_object *object)
{
	struct tsr_span parts[2];
	uint8_t sums[8];

	tsr_put32(sums, object->crc);
	tsr_put32(sums + 4, object->raw_length);
	parts[0] = tsr_span_of(sums, sizeof(sums));
	parts[1] = object->bytes;
	return tsr_hash_join(parts, 2);
}

uint32_t
tsr_store_add(
    struct tsr_object_store *store, const struct tsr_packed_object *object)
{
	struct tsr_store_object *o;
	struct tsr_hash hash = object_hash(object);
	uint32_t *bucket = find(store, hash.bytes);

	if (*bucket != 0)
		return *bucket - 1;
	store->objects = tsr_arena_grow(store->arena, store->objects,
	    store->count, &store->cap, sizeof(*store->objects));
	o = &store->objects[store->count++];
	memset(o, 0, sizeof(*o));
	memcpy(o->hash, hash.bytes, sizeof(o->hash));
	o->bytes = object->bytes;
	o->length = (uint32_t)object->bytes.n;
	o->raw_length = object->raw_length;
	o->crc = object->crc;
	o->pack = UNPLACED;
	*bucket = (uint32_t)store->count;
	if (store->count * 2 > store->bucket_count)
		grow(store);
	return (uint32_t)store->count - 1;
}

size_t
tsr_store_count(const struct tsr_object_store *store)
{
	return store->count;
}

const struct tsr_store_object *
tsr_store_at(const struct tsr_object_store *store, uint32_t i)
{
	return &store->objects[i];
}

/* The directory of a pack's bytes, or NULL when it is not a whole pack. */
static const uint8_t *
directory(uint32_t *count, struct tsr_span pack)
{
	size_t n;

	if (pack.n < PACK_HEADER || memcmp(pack.p, PACK_MAGIC, 8) != 0 ||
	    tsr_le32(pack.p + 8) != 1)
		return NULL;
	*count = tsr_le32(pack.p + 12);
	n = (size_t)*count * PACK_ENTRY;
	if (n > pack.n - PACK_HEADER ||
	    tsr_le32(pack.p + 16) !=
		tsr_crc32(0, tsr_span_of(pack.p + PACK_HEADER, n)))
		return NULL;
	return pack.p + PACK_HEADER;
}

static bool
entry_fits(const uint8_t *entry, struct tsr_span pack)
{
	uint64_t off = tsr_le64(entry + 32);
	uint32_t n = tsr_le32(entry + 40);

	return off <= pack.n && n <= pack.n - off;
}

/* Objects of the pack that are needed and in no pack yet: their bytes. */
static uint64_t
needed_bytes(const struct tsr_object_store *store, const uint8_t *entries,
    uint32_t count, struct tsr_span pack)
{
	const uint32_t *bucket;
	uint64_t n = 0;
	uint32_t i;

	for (i = 0; i < count; i++) {
		bucket = find(store, entries + (size_t)i * PACK_ENTRY);
		if (*bucket != 0 &&
		    store->objects[*bucket - 1].pack == UNPLACED &&
		    entry_fits(entries + (size_t)i * PACK_ENTRY, pack))
			n += tsr_le32(entries + (size_t)i * PACK_ENTRY + 40);
	}
	return n;
}

static void
reuse_pack(struct tsr_object_store *store, const uint8_t *hash,
    struct tsr_span pack)
{
	struct tsr_store_object *o;
	const uint8_t *entries;
	uint32_t count, i, number = (uint32_t)store->pack_count;
	uint32_t *bucket;

	entries = directory(&count, pack);
	if (entries == NULL ||
	    needed_bytes(store, entries, count, pack) < pack.n / WORTH_KEEPING)
		return;
	store->packs = tsr_arena_grow(store->arena, store->packs,
	    store->pack_count, &store->pack_cap, sizeof(*store->packs));
	memcpy(store->packs[store->pack_count].hash, hash, 32);
	store->packs[store->pack_count++].size = pack.n;
	for (i = 0; i < count; i++) {
		const uint8_t *entry = entries + (size_t)i * PACK_ENTRY;

		bucket = find(store, entry);
		if (*bucket == 0 || !entry_fits(entry, pack))
			continue;
		o = &store->objects[*bucket - 1];
		if (o->pack != UNPLACED || o->length != tsr_le32(entry + 40))
			continue;
		o->pack = number;
		o->offset = tsr_le64(entry + 32);
	}
}

static void
pack_path(struct tsr_buf *out, const char *folder, const uint8_t *hash)
{
	tsr_buf_clear(out);
	tsr_buf_printf(out, "%s/packs/", folder);
	tsr_buf_hex(out, tsr_span_of(hash, 32));
	tsr_buf_text(out, ".pack");
	tsr_buf_byte(out, 0);
}

void
tsr_store_reuse(struct tsr_object_store *store, const char *folder,
    struct tsr_span old_index)
{
	struct tsr_table table;
	struct tsr_span pack;
	const uint8_t *record;
	struct tsr_hash hash;
	struct tsr_buf path;
	uint32_t i;

	if (tsr_table_open(&table, old_index) != TSR_OK ||
	    tsr_table_count(&table, TSR_SECTION_PACK) > TSR_PACKS_MAX / 2)
		return;
	tsr_buf_init(&path, 8192);
	for (i = 0; i < tsr_table_count(&table, TSR_SECTION_PACK); i++) {
		struct tsr_arena read = {0};

		record = tsr_table_record(
		    &table, TSR_SECTION_PACK, i, TSR_PACK_SIZE);
		pack_path(&path, folder, record);
		if (tsr_file_read(&pack, &read, (char *)path.p, PACK_MAX) ==
		    TSR_OK) {
			hash = tsr_hash_of(pack);
			if (memcmp(hash.bytes, record, 32) == 0)
				reuse_pack(store, hash.bytes, pack);
		}
		tsr_arena_free(&read);
	}
	tsr_buf_free(&path);
}

struct entry {
	const uint8_t *hash;
	uint32_t object;
};

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return memcmp(x->hash, y->hash, 32);
}

/* The new pack's bytes: the objects that are in no pack yet. */
static size_t
build_pack(struct tsr_buf *out, struct tsr_object_store *store, uint32_t number)
{
	struct entry *list =
	    TSR_NEW_ARRAY(store->arena, struct entry, store->count);
	struct tsr_store_object *o;
	size_t i, n = 0, at;

	for (i = 0; i < store->count; i++) {
		if (store->objects[i].pack != UNPLACED)
			continue;
		list[n].hash = store->objects[i].hash;
		list[n++].object = (uint32_t)i;
	}
	if (n == 0)
		return 0;
	qsort(list, n, sizeof(*list), compare_entries);
	tsr_buf_fill(out, 0, PACK_HEADER);
	at = PACK_HEADER + n * PACK_ENTRY;
	for (i = 0; i < n; i++) {
		o = &store->objects[list[i].object];
		o->pack = number;
		o->offset = at;
		at += o->length;
		tsr_buf_add(out, tsr_span_of(o->hash, 32));
		tsr_buf_le64(out, o->offset);
		tsr_buf_le32(out, o->length);
		tsr_buf_le32(out, o->raw_length);
	}
	for (i = 0; i < n; i++)
		tsr_buf_add(out, store->objects[list[i].object].bytes);
	if (out->full)
		return n;
	memcpy(out->p, PACK_MAGIC, 8);
	tsr_put32(out->p + 8, 1);
	tsr_put32(out->p + 12, (uint32_t)n);
	tsr_put32(out->p + 16,
	    tsr_crc32(0, tsr_span_of(out->p + PACK_HEADER, n * PACK_ENTRY)));
	return n;
}

enum tsr_err
tsr_store_write(const struct tsr_store_pack **packs, size_t *count,
    struct tsr_object_store *store, const char *folder)
{
	enum tsr_err err = TSR_OK;
	struct tsr_buf pack, path;
	struct tsr_store_pack *p;
	struct tsr_hash hash;

	tsr_buf_init(&pack, PACK_MAX);
	tsr_buf_init(&path, 8192);
	if (build_pack(&pack, store, (uint32_t)store->pack_count) > 0) {
		store->packs = tsr_arena_grow(store->arena, store->packs,
		    store->pack_count, &store->pack_cap, sizeof(*store->packs));
		p = &store->packs[store->pack_count++];
		hash = tsr_hash_of(tsr_buf_view(&pack));
		memcpy(p->hash, hash.bytes, sizeof(p->hash));
		p->size = pack.n;
		p->is_new = true;
		pack_path(&path, folder, p->hash);
		err = pack.full ? TSR_LONG
				: tsr_file_write(
				      (char *)path.p, tsr_buf_view(&pack));
	}
	*packs = store->packs;
	*count = store->pack_count;
	tsr_buf_free(&pack);
	tsr_buf_free(&path);
	return err;
}
