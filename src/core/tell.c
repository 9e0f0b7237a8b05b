/*
 * tell - what a page tells its script of the visitor: the field "state".
 */
#include "core/tell.h"

#include "core/score.h"

#define KNOWN 128u

uint64_t
tsr_tell_write(uint8_t *out, size_t n, const struct tsr_visit *visit)
{
	uint32_t count = tsr_table_count(visit->table, TSR_SECTION_VECT), i;
	uint8_t bytes[TSR_TELL_BYTES(TSR_VECTORS_MAX)] = {1};
	const struct tsr_points *p;
	struct tsr_span all;
	uint64_t hash;

	memset(out, ' ', n);
	if (count > TSR_VECTORS_MAX || n != TSR_TELL_LENGTH(count))
		return 0;
	/* What needs no consent is no purpose. */
	bytes[1] = (uint8_t)(
	    (visit->purposes & ~(1u << TSR_PURPOSE_NONE)) | KNOWN);
	for (i = 0; i < count && visit->state != NULL; i++) {
		p = tsr_state_points(visit->state,
		    (uint16_t)tsr_le32(tsr_table_record(visit->table,
			TSR_SECTION_VECT, i, TSR_VECTOR_SIZE) + 8));
		if (p == NULL)
			continue;
		tsr_put32(bytes + 6 + i * 8, p->points);
		tsr_put32(bytes + 10 + i * 8, p->at);
	}
	all = tsr_span_of(bytes, TSR_TELL_BYTES(count));
	hash = tsr_hash32(all);
	tsr_put32(bytes + 2, (uint32_t)(visit->request->now / 1000));
	tsr_base64_plain(out, all);
	return hash;
}
