/*
 * table - a release index in memory: opened quickly, read with checks.
 *
 * The bytes may come from anywhere. tsr_table_open looks at the header and the
 * section table; every accessor checks its index and the references it hands
 * out, so even a hostile file cannot make us read outside it.
 * tsr_table_verify looks at every record.
 */
#ifndef TSR_CORE_TABLE_H
#define TSR_CORE_TABLE_H

#include "core/bytes.h"
#include "core/format.h"
#include "core/limits.h"

struct tsr_table {
	struct tsr_span bytes;
	struct {
		const uint8_t *p;
		size_t n;     /* bytes */
		uint32_t count;
	} sections[TSR_SECTION_COUNT];
	struct tsr_span id; /* 32 bytes */
	uint64_t reply_max;
};

/* bytes must outlive the table; they are borrowed. */
enum tsr_err tsr_table_open(struct tsr_table *out, struct tsr_span bytes);

/* Id and entry size of a section as format.h has them. */
uint32_t tsr_table_section_id(enum tsr_section s);
uint32_t tsr_table_section_size(enum tsr_section s);

/* Deep check of every record of an opened table (checksums too). */
enum tsr_err tsr_table_verify(const struct tsr_table *t);

/*
 * Record i of a section, its fixed size from format.h; NULL when there is none.
 */
static inline const uint8_t *
tsr_table_record(const struct tsr_table *t, enum tsr_section s, uint32_t i,
    size_t size)
{
	if (i >= t->sections[s].count)
		return NULL;
	return t->sections[s].p + (size_t)i * size;
}

static inline uint32_t
tsr_table_count(const struct tsr_table *t, enum tsr_section s)
{
	return t->sections[s].count;
}

/* The text a reference (8 bytes at p) points to; empty when out of range. */
static inline struct tsr_span
tsr_table_text(const struct tsr_table *t, const uint8_t *p)
{
	size_t off = tsr_le32(p), n = tsr_le32(p + 4);
	size_t all = t->sections[TSR_SECTION_STRS].n;

	if (off > all || n > all - off)
		return tsr_span_of(NULL, 0);
	return tsr_span_of(t->sections[TSR_SECTION_STRS].p + off, n);
}

/* The text that a reference points to is there. */
static inline bool
tsr_table_text_ok(const struct tsr_table *t, const uint8_t *p)
{
	size_t off = tsr_le32(p), n = tsr_le32(p + 4);
	size_t all = t->sections[TSR_SECTION_STRS].n;

	return off <= all && n <= all - off;
}

/* first and count, both u32 at p, lie within the section. */
static inline bool
tsr_table_range_ok(
    const struct tsr_table *t, enum tsr_section s, const uint8_t *p)
{
	uint32_t first = tsr_le32(p), count = tsr_le32(p + 4);
	uint32_t all = tsr_table_count(t, s);

	return first <= all && count <= all - first;
}

/* FNV-1a, 32 bits: the hash of the route index. */
static inline uint32_t
tsr_hash32(struct tsr_span s)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < s.n; i++)
		h = (h ^ s.p[i]) * 16777619u;
	return h;
}

/* FNV-1a, 64 bits: for tables that live while a build does. */
static inline uint64_t
tsr_hash64(struct tsr_span s)
{
	uint64_t h = 0xcbf29ce484222325u;
	size_t i;

	for (i = 0; i < s.n; i++)
		h = (h ^ s.p[i]) * 0x100000001b3u;
	return h;
}

/* The value of a META record; an empty span with p NULL: there is none. */
struct tsr_span tsr_table_meta(const struct tsr_table *t, struct tsr_span key);

#endif
