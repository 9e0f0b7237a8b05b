/*
 * tcf - the core segment of a TC string, version 2.
 *
 * "Consent string and vendor list formats v2" of the IAB Tech Lab, "The Core
 * String": the numbers below are its bit positions and widths.
 */
#include "core/tcf.h"

#include "core/bits.h"
#include "core/limits.h"

#define VERSION 2
#define SERVICE_SPECIFIC 138
#define PURPOSES_CONSENT 152
#define VENDOR_CONSENTS 213

enum restriction {
	NOT_ALLOWED,
	REQUIRE_CONSENT, /* which is what we ask for anyway */
	REQUIRE_LEGITIMATE_INTEREST
};

/* Is vendor in a list of ranges? The whole list is taken. */
static bool
in_ranges(struct tsr_bits *bits, uint32_t vendor)
{
	uint32_t count = tsr_bits_take(bits, 12), first, last;
	bool found = false, range;

	for (; count > 0 && !bits->bad; count--) {
		range = tsr_bits_take(bits, 1) == 1;
		first = last = tsr_bits_take(bits, 16);
		if (range)
			last = tsr_bits_take(bits, 16);
		if (first == 0 || last < first)
			bits->bad = true;
		found |= vendor >= first && vendor <= last;
	}
	return found && !bits->bad;
}

/* Is vendor in a section of vendors? The whole section is taken. */
static bool
in_section(struct tsr_bits *bits, uint32_t vendor)
{
	uint32_t most = tsr_bits_take(bits, 16);
	bool found;

	if (tsr_bits_take(bits, 1) == 1)
		return in_ranges(bits, vendor) && vendor <= most;
	if (vendor == 0 || vendor > most) {
		tsr_bits_skip(bits, most);
		return false;
	}
	tsr_bits_skip(bits, vendor - 1);
	found = tsr_bits_take(bits, 1) == 1;
	tsr_bits_skip(bits, most - vendor);
	return found;
}

/* The purposes that the publisher's restrictions take from the vendor. */
static uint32_t
restricted(struct tsr_bits *bits, uint32_t vendor)
{
	uint32_t count = tsr_bits_take(bits, 12), purpose, type, taken = 0;
	bool ours;

	for (; count > 0 && !bits->bad; count--) {
		purpose = tsr_bits_take(bits, 6);
		type = tsr_bits_take(bits, 2);
		ours = in_ranges(bits, vendor);
		if (ours && type != REQUIRE_CONSENT && purpose > 0 &&
		    purpose <= 24)
			taken |= 1u << (purpose - 1);
	}
	return taken;
}

/* Other segments say nothing that we need, but must be segments. */
static bool
are_segments(struct tsr_span text)
{
	struct tsr_bits bits;
	size_t end;

	for (; text.n > 0; text = tsr_span_from(text, end + 1)) {
		end = tsr_span_find(text, '.', 0);
		if (end == 0 || end + 1 == text.n ||
		    !tsr_bits_open(&bits, tsr_span_part(text, 0, end)))
			return false;
	}
	return true;
}

bool
tsr_tcf_read(uint32_t *purposes, struct tsr_span text, uint32_t vendor)
{
	size_t end = tsr_span_find(text, '.', 0);
	uint32_t granted = 0, bit, taken;
	struct tsr_bits bits;
	bool agreed;
	unsigned i;

	*purposes = 0;
	if (text.n > TSR_CONSENT_STRING_MAX ||
	    !tsr_bits_open(&bits, tsr_span_part(text, 0, end)) ||
	    end + 1 == text.n || !are_segments(tsr_span_from(text, end + 1)) ||
	    tsr_bits_take(&bits, 6) != VERSION)
		return false;
	tsr_bits_skip(&bits, SERVICE_SPECIFIC - 6);
	if (tsr_bits_take(&bits, 1) != 1)
		return false;
	tsr_bits_skip(&bits, PURPOSES_CONSENT - SERVICE_SPECIFIC - 1);
	for (i = 0; i < 24; i++) {
		bit = tsr_bits_take(&bits, 1);
		granted |= bit << i;
	}
	tsr_bits_skip(&bits, VENDOR_CONSENTS - PURPOSES_CONSENT - 24);
	agreed = in_section(&bits, vendor);
	(void)in_section(&bits, 0); /* legitimate interests */
	taken = restricted(&bits, vendor);
	if (!tsr_bits_done(&bits))
		return false;
	if (vendor == 0)
		*purposes = granted;
	else if (agreed)
		*purposes = granted & ~taken;
	return true;
}
