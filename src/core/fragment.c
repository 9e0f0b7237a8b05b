/*
 * fragment - a set's fragment by its id: they are in order.
 */
#include "core/fragment.h"

const uint8_t *
tsr_fragment_find(const struct tsr_table *t, uint32_t i, struct tsr_span id)
{
	const uint8_t *set = tsr_table_record(
	    t, TSR_SECTION_FSET, i, TSR_FRAGMENT_SET_SIZE), *fragment;
	uint32_t first, n, half;
	int c;

	if (set == NULL)
		return NULL;
	first = tsr_le32(set);
	for (n = tsr_le32(set + 4); n > 0;) {
		half = n / 2;
		if (half > UINT32_MAX - first)
			return NULL;
		fragment = tsr_table_record(
		    t, TSR_SECTION_FRAG, first + half, TSR_FRAGMENT_SIZE);
		if (fragment == NULL)
			return NULL;
		c = tsr_span_cmp(id, tsr_table_text(t, fragment));
		if (c == 0)
			return fragment;
		if (c > 0) {
			first += half + 1;
			n -= half + 1;
		} else
			n = half;
	}
	return NULL;
}
