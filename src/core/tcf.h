/*
 * tcf - to which purposes of the IAB's Transparency and Consent Framework a
 * visitor has agreed: the core segment of a TC string, version 2.
 *
 * What the framework calls legitimate interest is no consent and not looked at.
 */
#ifndef TSR_CORE_TCF_H
#define TSR_CORE_TCF_H

#include "core/bytes.h"

/*
 * The purposes with consent: bit n - 1 for purpose n, 1 to 24. vendor: the
 * site's number in the Global Vendor List; then its own consent is needed, too,
 * and purposes that the publisher forbids it, or allows it by legitimate
 * interest alone, are left out. 0: it has none.
 *
 * False, and no purposes, when text is no TC string: another version, not
 * service specific, characters beyond the alphabet, cut off, longer than
 * TSR_CONSENT_STRING_MAX. Other segments are looked at for their alphabet only.
 */
bool tsr_tcf_read(uint32_t *purposes, struct tsr_span text, uint32_t vendor);

#endif
