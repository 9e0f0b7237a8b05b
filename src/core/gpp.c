/*
 * gpp - the IAB's Global Privacy Platform string, version 1.
 *
 * "Global Privacy Platform String" of the IAB Tech Lab for the header, the
 * specification of each section for the positions below.
 */
#include "core/gpp.h"

#include "core/bits.h"
#include "core/limits.h"

#define HEADER_TYPE 3
#define HEADER_VERSION 1

enum section {
	SECTION_TCF_EU = 2,
	SECTION_TCF_CANADA = 5,
	SECTION_US_PRIVACY = 6,
	SECTION_US_NATIONAL = 7,
	SECTION_US_CALIFORNIA = 8
};

#define OPTED_OUT 1
#define SEGMENT_GPC 1

/*
 * Where the core segment of a section has its opt-outs, two bits each, one
 * after the other, and how many bits the segment has in all.
 */
static const struct layout {
	uint8_t section, version, first, count, bits;
} layouts[] = {
    {SECTION_US_NATIONAL, 1, 18, 3, 60}, /* sale, sharing, advertising */
    {SECTION_US_NATIONAL, 2, 18, 3, 70},
    {SECTION_US_CALIFORNIA, 1, 12, 2, 46}, /* sale, sharing */
    /* All others: sale, targeted advertising. */
    {9, 1, 12, 2, 40},	/* Virginia */
    {10, 1, 12, 2, 38}, /* Colorado */
    {11, 1, 14, 2, 42}, /* Utah */
    {12, 1, 12, 2, 44}, /* Connecticut */
    {13, 1, 12, 2, 46}, /* Florida */
    {14, 1, 12, 2, 46}, /* Montana */
    {15, 1, 12, 2, 52}, /* Oregon */
    {16, 1, 12, 2, 42}, /* Texas */
    {17, 1, 12, 2, 52}, /* Delaware */
    {18, 1, 14, 2, 42}, /* Iowa */
    {19, 1, 12, 2, 42}, /* Nebraska */
    {20, 1, 12, 2, 46}, /* New Hampshire */
    {21, 1, 12, 2, 54}, /* New Jersey */
    {22, 1, 12, 2, 42}, /* Tennessee */
    {23, 1, 12, 2, 42}, /* Minnesota */
};

#define FIRST_LAYOUT 7
#define LAST_LAYOUT 23

/* "1YNN" (US Privacy): its third character is the opt-out of sale. */
static bool
read_us_privacy(struct tsr_gpp *out, struct tsr_span text)
{
	size_t i;

	if (text.n != 4 || text.p[0] != '1')
		return false;
	for (i = 1; i < 4; i++)
		if (text.p[i] != 'Y' && text.p[i] != 'N' && text.p[i] != '-')
			return false;
	out->opted_out |= text.p[2] == 'Y';
	return true;
}

static bool
read_core(struct tsr_gpp *out, uint32_t section, struct tsr_span text)
{
	struct tsr_bits bits;
	uint32_t version;
	size_t i, j;

	if (!tsr_bits_open(&bits, text))
		return false;
	version = tsr_bits_take(&bits, 6);
	for (i = 0; i < TSR_COUNT_OF(layouts); i++)
		if (layouts[i].section == section &&
		    layouts[i].version == version)
			break;
	if (i == TSR_COUNT_OF(layouts))
		return false;
	tsr_bits_skip(&bits, layouts[i].first - 6u);
	for (j = 0; j < layouts[i].count; j++)
		out->opted_out |= tsr_bits_take(&bits, 2) == OPTED_OUT;
	tsr_bits_skip(
	    &bits, layouts[i].bits - layouts[i].first - 2u * layouts[i].count);
	return tsr_bits_done(&bits);
}

/* A section of the United States: its core, and segments behind points. */
static bool
read_opt_outs(struct tsr_gpp *out, uint32_t section, struct tsr_span text)
{
	size_t end = tsr_span_find(text, '.', 0);
	struct tsr_bits bits;

	if (!read_core(out, section, tsr_span_part(text, 0, end)))
		return false;
	while (end < text.n) {
		text = tsr_span_from(text, end + 1);
		end = tsr_span_find(text, '.', 0);
		if (!tsr_bits_open(&bits, tsr_span_part(text, 0, end)))
			return false;
		if (tsr_bits_take(&bits, 2) != SEGMENT_GPC)
			return false;
		out->opted_out |= tsr_bits_take(&bits, 1) == 1;
		if (!tsr_bits_done(&bits))
			return false;
	}
	return true;
}

static bool
read_section(struct tsr_gpp *out, uint32_t section, struct tsr_span text)
{
	if (section == SECTION_TCF_EU)
		out->tcf = text;
	else if (section == SECTION_US_PRIVACY)
		return read_us_privacy(out, text);
	else if (section >= FIRST_LAYOUT && section <= LAST_LAYOUT)
		return read_opt_outs(out, section, text);
	else if (section > LAST_LAYOUT)
		out->opted_out = true;
	/* What is left has no choice in it that we know how to read. */
	return true;
}

/* The numbers of the sections in their order; 0 when the header is bad. */
static size_t
read_header(uint32_t *sections, struct tsr_span text)
{
	uint32_t items, last = 0, more;
	struct tsr_bits bits;
	size_t n = 0;

	if (!tsr_bits_open(&bits, text) ||
	    tsr_bits_take(&bits, 6) != HEADER_TYPE ||
	    tsr_bits_take(&bits, 6) != HEADER_VERSION)
		return 0;
	for (items = tsr_bits_take(&bits, 12); items > 0; items--) {
		more = tsr_bits_take(&bits, 1);
		last += tsr_bits_fibonacci(&bits);
		if (more == 1)
			more = tsr_bits_fibonacci(&bits);
		if (bits.bad || last > 65535)
			return 0;
		for (;; more--) {
			if (n == TSR_GPP_SECTIONS)
				return 0;
			sections[n++] = last;
			if (more == 0)
				break;
			last++;
		}
	}
	return tsr_bits_done(&bits) ? n : 0;
}

bool
tsr_gpp_read(struct tsr_gpp *out, struct tsr_span text)
{
	uint32_t sections[TSR_GPP_SECTIONS];
	size_t end = tsr_span_find(text, '~', 0), count, i;

	memset(out, 0, sizeof(*out));
	if (text.n > TSR_CONSENT_STRING_MAX)
		return false;
	count = read_header(sections, tsr_span_part(text, 0, end));
	for (i = 0; i < count && end < text.n; i++) {
		text = tsr_span_from(text, end + 1);
		end = tsr_span_find(text, '~', 0);
		if (!read_section(out, sections[i],
			tsr_span_part(text, 0, end)))
			return false;
	}
	return count > 0 && i == count && end == text.n;
}
