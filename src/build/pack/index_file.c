/*
 * index_file - a release's id, and the bytes of site.tsr from its sections and
 * placed objects.
 */
#include "build/pack/index.h"

#include <assert.h>

#include "core/crc.h"

struct tsr_hash
tsr_index_id(const struct tsr_index *index,
    const struct tsr_emit_input *in, const struct tsr_object_store *store)
{
	struct tsr_span parts[TSR_SECTION_COUNT + 3];
	uint8_t lengths[TSR_SECTION_COUNT + 3][8];
	struct tsr_buf objects, files;
	struct tsr_hash hash;
	size_t i, n = 0;

	tsr_buf_init(&objects, TSR_INDEX_SECTION_MAX);
	tsr_buf_init(&files, TSR_INDEX_SECTION_MAX);
	for (i = 0; i < tsr_store_count(store); i++)
		tsr_buf_add(&objects,
		    tsr_span_of(tsr_store_at(store, (uint32_t)i)->hash, 32));
	for (i = 0; i < in->file_count; i++) {
		struct tsr_hash h = tsr_hash_of(in->files[i].bytes);

		tsr_buf_le32(&files, (uint32_t)in->files[i].name.n);
		tsr_buf_add(&files, in->files[i].name);
		tsr_buf_add(&files, tsr_span_of(h.bytes, sizeof(h.bytes)));
	}
	for (i = 0; i < TSR_SECTION_COUNT; i++)
		if (i != TSR_SECTION_PACK && i != TSR_SECTION_OBJS &&
		    i != TSR_SECTION_STRS)
			parts[n++] = tsr_buf_view(&index->sections[i]);
	parts[n++] = tsr_buf_view(&index->texts.bytes);
	parts[n++] = tsr_buf_view(&objects);
	parts[n++] = tsr_buf_view(&files);
	/* Where one part ends and the next begins is part of what is said. */
	for (i = 0; i < n; i++)
		tsr_put64(lengths[i], parts[i].n);
	parts[n] = tsr_span_of(lengths, n * sizeof(lengths[0]));
	hash = tsr_hash_join(parts, n + 1);
	tsr_buf_free(&objects);
	tsr_buf_free(&files);
	return hash;
}

static void
put_objects(struct tsr_index *index, const struct tsr_object_store *store,
    const struct tsr_store_pack *packs, size_t pack_count)
{
	struct tsr_buf *out = &index->sections[TSR_SECTION_OBJS];
	size_t i;

	for (i = 0; i < tsr_store_count(store); i++) {
		const struct tsr_store_object *o =
		    tsr_store_at(store, (uint32_t)i);

		tsr_buf_le32(out, o->pack);
		tsr_buf_le32(out, o->length);
		tsr_buf_le64(out, o->offset);
		tsr_buf_le32(out, o->raw_length);
		tsr_buf_le32(out, o->crc);
	}
	out = &index->sections[TSR_SECTION_PACK];
	for (i = 0; i < pack_count; i++) {
		tsr_buf_add(out, tsr_span_of(packs[i].hash, 32));
		tsr_buf_le64(out, packs[i].size);
	}
	tsr_buf_add(&index->sections[TSR_SECTION_STRS],
	    tsr_buf_view(&index->texts.bytes));
}

void
tsr_index_write(struct tsr_buf *out, struct tsr_index *index,
    const struct tsr_hash *id, const struct tsr_object_store *store,
    const struct tsr_store_pack *packs, size_t pack_count)
{
	size_t table = TSR_SECTION_COUNT * TSR_SECTION_SIZE, i;
	size_t off = TSR_HEADER_SIZE + table;

	put_objects(index, store, packs, pack_count);
	tsr_buf_fill(out, 0, TSR_HEADER_SIZE);
	for (i = 0; i < TSR_SECTION_COUNT; i++) {
		size_t n = index->sections[i].n;

		off = (off + 7) & ~(size_t)7;
		tsr_buf_le32(out, tsr_table_section_id((enum tsr_section)i));
		tsr_buf_le32(out, 0);
		tsr_buf_le64(out, off);
		tsr_buf_le64(out, n);
		tsr_buf_le32(out,
		    (uint32_t)(n / tsr_table_section_size((enum tsr_section)i)));
		tsr_buf_le32(out, tsr_table_section_size((enum tsr_section)i));
		off += n;
	}
	for (i = 0; i < TSR_SECTION_COUNT; i++) {
		tsr_buf_fill(out, 0, (8 - out->n % 8) % 8);
		tsr_buf_add(out, tsr_buf_view(&index->sections[i]));
	}
	assert(!out->full && out->n == off);
	memcpy(out->p, TSR_MAGIC_BYTES, 8);
	tsr_put32(out->p + 8, TSR_FORMAT_VERSION);
	tsr_put32(out->p + 12, TSR_SECTION_COUNT);
	tsr_put64(out->p + 16, out->n);
	memcpy(out->p + 24, id->bytes, 32);
	tsr_put32(out->p + 56,
	    tsr_crc32(0, tsr_span_of(out->p + TSR_HEADER_SIZE, table)));
	tsr_put32(out->p + 60,
	    tsr_crc32(0,
		tsr_span_from(tsr_buf_view(out), TSR_HEADER_SIZE + table)));
	tsr_put64(out->p + 64, index->reply_most);
	tsr_put32(out->p + 76, tsr_crc32(0, tsr_span_of(out->p, 76)));
}
