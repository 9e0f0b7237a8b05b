/*
 * uuid - 128 bits as browsers write random ones.
 */
#include "core/uuid.h"

bool
tsr_uuid_read(uint8_t out[TSR_UUID_SIZE], struct tsr_span text)
{
	size_t i, n = 0;
	int high, low;

	if (text.n != TSR_UUID_TEXT)
		return false;
	for (i = 0; i < text.n;) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text.p[i++] != '-')
				return false;
			continue;
		}
		high = tsr_hex(text.p[i++]);
		low = tsr_hex(text.p[i++]);
		if (high < 0 || low < 0)
			return false;
		out[n++] = (uint8_t)(high << 4 | low);
	}
	return true;
}
