/*
 * Any bytes as the site's own consent cookie, as a TC string and as a GPP
 * string: nothing but known purposes is granted, and a string that is refused
 * grants none.
 */
#include <stdlib.h>

#include "core/consent.h"
#include "core/gpp.h"
#include "core/tcf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tsr_span text = tsr_span_of(data, size);
	uint32_t vendor, purposes;
	struct tsr_gpp gpp;

	if (tsr_consent_cookie(text) >= 1u << TSR_PURPOSE_COUNT)
		abort();
	if (size < 2)
		return 0;
	vendor = tsr_le16(data);
	text = tsr_span_from(text, 2);
	if (!tsr_tcf_read(&purposes, text, vendor) && purposes != 0)
		abort();
	if (purposes > 0xffffff)
		abort();
	if (tsr_gpp_read(&gpp, text) && gpp.tcf.p != NULL) {
		if (gpp.tcf.p < text.p || gpp.tcf.n > text.n)
			abort();
		(void)tsr_tcf_read(&purposes, gpp.tcf, vendor);
	}
	return 0;
}
