/*
 * Any bytes as language ranges, structured fields, addresses and zone files:
 * what is found lies within bounds, and an address reads back as it was
 * written.
 */
#include <stdlib.h>

#include "build/read/zone.h"
#include "core/device.h"
#include "core/format.h"
#include "core/item.h"
#include "core/language.h"
#include "core/limits.h"
#include "core/netaddr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tsr_span all = tsr_span_of(data, size), rest = all, out;
	uint8_t room[TSR_VALUE_MAX], text[TSR_NETADDR_TEXT];
	struct tsr_netaddr address, again;
	struct tsr_bare_item item;
	struct tsr_buf zone;

	if (tsr_language_lookup(&out, all, TSR_LIT("de,en-US,zh-Hant")) &&
	    out.n > 7)
		abort();
	while (tsr_item_next(&item, &rest))
		;
	if (tsr_item_read(&item, all) &&
	    tsr_item_text(&out, &item, room, sizeof(room)) &&
	    out.n > item.text.n)
		abort();
	if (tsr_device(all, all, all).n > 7)
		abort();
	if (tsr_netaddr_read(&address, all, false)) {
		out = tsr_netaddr_write(text, &address);
		if (out.n > sizeof(text) ||
		    !tsr_netaddr_read(&again, out, false) ||
		    memcmp(&address, &again, sizeof(again)) != 0)
			abort();
	}
	tsr_buf_init(&zone, 1 << 20);
	if (tsr_zone_compile(&zone, all) && zone.n % TSR_ZONE_SIZE != 0)
		abort();
	tsr_buf_free(&zone);
	return 0;
}
