/*
 * index - the bytes of site.tsr from packed pages and placed objects.
 */
#ifndef TSR_BUILD_INDEX_H
#define TSR_BUILD_INDEX_H

#include "build/pack/emit.h"
#include "build/pack/store.h"
#include "build/pack/texts.h"
#include "core/table.h"

/* No section may be larger: 32-bit counts and offsets of texts. */
#define TSR_INDEX_SECTION_MAX ((size_t)0xffffffffu)

struct tsr_index {
	struct tsr_buf sections[TSR_SECTION_COUNT];
	struct tsr_texts texts;
	uint64_t reply_most;
};

/*
 * Fill every section but PACK and OBJS; objects get their numbers in the
 * store. False when a cap is passed.
 */
bool tsr_index_fill(struct tsr_index *index, const struct tsr_emit_input *in,
    struct tsr_object_store *store, struct tsr_arena *arena);

/*
 * The release's id: the hash of everything logical (sections, objects, public
 * files), nothing of where it lies.
 */
struct tsr_hash tsr_index_id(const struct tsr_index *index,
    const struct tsr_emit_input *in, const struct tsr_object_store *store);

/* The whole file, once all objects are placed in packs. */
void tsr_index_write(struct tsr_buf *out, struct tsr_index *index,
    const struct tsr_hash *id, const struct tsr_object_store *store,
    const struct tsr_store_pack *packs, size_t pack_count);

void tsr_index_free(struct tsr_index *index);

#endif
