/*
 * reindex - an index written anew with one section changed.
 */
#include "lib/reindex.h"

#include "core/crc.h"

void
tsr_reindex_sums(uint8_t *file, size_t n)
{
	size_t table, sections;

	if (n < TSR_HEADER_SIZE)
		return;
	sections = tsr_le32(file + 12);
	if (sections <= (n - TSR_HEADER_SIZE) / TSR_SECTION_SIZE) {
		table = sections * TSR_SECTION_SIZE;
		tsr_put32(file + 56,
		    tsr_crc32(0, tsr_span_of(file + TSR_HEADER_SIZE, table)));
		table += TSR_HEADER_SIZE;
		tsr_put32(file + 60,
		    tsr_crc32(0, tsr_span_of(file + table, n - table)));
	}
	tsr_put32(file + 76, tsr_crc32(0, tsr_span_of(file, 76)));
}

static void
put_entry(struct tsr_buf *out, uint32_t id, uint32_t flags, size_t off,
    const struct tsr_span *bytes, uint32_t size)
{
	tsr_buf_le32(out, id);
	tsr_buf_le32(out, flags);
	tsr_buf_le64(out, off);
	tsr_buf_le64(out, bytes->n);
	tsr_buf_le32(out, (uint32_t)(bytes->n / size));
	tsr_buf_le32(out, size);
}

void
tsr_reindex(struct tsr_buf *out, const struct tsr_table *t, uint32_t extra,
    enum tsr_section changed, struct tsr_span bytes)
{
	struct tsr_span sections[TSR_SECTION_COUNT], none = {NULL, 0};
	uint32_t count = TSR_SECTION_COUNT + extra, i;
	size_t off = TSR_HEADER_SIZE + (size_t)count * TSR_SECTION_SIZE;

	tsr_buf_add(out, tsr_span_of(t->bytes.p, TSR_HEADER_SIZE));
	for (i = 0; i < count; i++) {
		enum tsr_section s = (enum tsr_section)i;

		off = (off + 7) & ~(size_t)7;
		if (i >= TSR_SECTION_COUNT) {
			put_entry(out, TSR_ID('X', '0' + i / 10, '0' + i % 10, ' '),
			    1, off, &none, 1);
			continue;
		}
		sections[i] = s == changed
		    ? bytes
		    : tsr_span_of(t->sections[i].p, t->sections[i].n);
		put_entry(out, tsr_table_section_id(s), 0, off, &sections[i],
		    tsr_table_section_size(s));
		off += sections[i].n;
	}
	for (i = 0; i < TSR_SECTION_COUNT; i++) {
		tsr_buf_fill(out, 0, (8 - out->n % 8) % 8);
		tsr_buf_add(out, sections[i]);
	}
	tsr_buf_fill(out, 0, off - out->n);
	tsr_put32(out->p + 12, count);
	tsr_put64(out->p + 16, out->n);
	tsr_reindex_sums(out->p, out->n);
}
