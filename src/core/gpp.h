/*
 * gpp - the IAB's Global Privacy Platform string, version 1: the TC string in
 * it, and whether a visitor has opted out of the sale or sharing of what is
 * known about them, or of targeted advertising, in the United States.
 */
#ifndef TSR_CORE_GPP_H
#define TSR_CORE_GPP_H

#include "core/bytes.h"

struct tsr_gpp {
	struct tsr_span tcf; /* section 2; p NULL: there is none */
	/*
	 * Said in sections 6 to 23, or by the Global Privacy Control noted in
	 * one of them, or there is a section with a number that we do not know.
	 */
	bool opted_out;
};

/*
 * False when it is no GPP string: header and sections do not agree, a section
 * of a known number is cut off or of another version, a character is beyond
 * the alphabet, longer than TSR_CONSENT_STRING_MAX.
 */
bool tsr_gpp_read(struct tsr_gpp *out, struct tsr_span text);

#endif
