/*
 * table - a release index in memory: opened quickly, read with checks.
 */
#include "core/table.h"

#include "core/crc.h"

/* In the order of enum tsr_section. */
static const struct {
	uint32_t id, size;
} known[TSR_SECTION_COUNT] = {
    [TSR_SECTION_STRS] = {TSR_ID('S', 'T', 'R', 'S'), 1},
    [TSR_SECTION_PACK] = {TSR_ID('P', 'A', 'C', 'K'), TSR_PACK_SIZE},
    [TSR_SECTION_OBJS] = {TSR_ID('O', 'B', 'J', 'S'), TSR_OBJECT_SIZE},
    [TSR_SECTION_PART] = {TSR_ID('P', 'A', 'R', 'T'), TSR_PART_SIZE},
    [TSR_SECTION_PROG] = {TSR_ID('P', 'R', 'O', 'G'), TSR_PROGRAM_SIZE},
    [TSR_SECTION_SLOT] = {TSR_ID('S', 'L', 'O', 'T'), TSR_SLOT_SIZE},
    [TSR_SECTION_TEXT] = {TSR_ID('T', 'E', 'X', 'T'), TSR_TEXT_SIZE},
    [TSR_SECTION_PAGE] = {TSR_ID('P', 'A', 'G', 'E'), TSR_PAGE_SIZE},
    [TSR_SECTION_ROUT] = {TSR_ID('R', 'O', 'U', 'T'), TSR_ROUTE_SIZE},
    [TSR_SECTION_RIDX] = {TSR_ID('R', 'I', 'D', 'X'), 4},
    [TSR_SECTION_LOCL] = {TSR_ID('L', 'O', 'C', 'L'), TSR_LOCALE_SIZE},
    [TSR_SECTION_FSET] = {TSR_ID('F', 'S', 'E', 'T'), TSR_FRAGMENT_SET_SIZE},
    [TSR_SECTION_FRAG] = {TSR_ID('F', 'R', 'A', 'G'), TSR_FRAGMENT_SIZE},
    [TSR_SECTION_ATTR] = {TSR_ID('A', 'T', 'T', 'R'), TSR_ATTRIBUTE_SIZE},
    [TSR_SECTION_PRED] = {TSR_ID('P', 'R', 'E', 'D'), TSR_PREDICATE_SIZE},
    [TSR_SECTION_VALU] = {TSR_ID('V', 'A', 'L', 'U'), TSR_OPERAND_SIZE},
    [TSR_SECTION_NODE] = {TSR_ID('N', 'O', 'D', 'E'), TSR_NODE_SIZE},
    [TSR_SECTION_DECN] = {TSR_ID('D', 'E', 'C', 'N'), TSR_DECISION_SIZE},
    [TSR_SECTION_AUTO] = {TSR_ID('A', 'U', 'T', 'O'), 8},
    [TSR_SECTION_SKEY] = {TSR_ID('S', 'K', 'E', 'Y'), 4},
    [TSR_SECTION_BNDS] = {TSR_ID('B', 'N', 'D', 'S'), 8},
    [TSR_SECTION_META] = {TSR_ID('M', 'E', 'T', 'A'), 16},
    [TSR_SECTION_ZONE] = {TSR_ID('Z', 'O', 'N', 'E'), TSR_ZONE_SIZE},
    [TSR_SECTION_PRXY] = {TSR_ID('P', 'R', 'X', 'Y'), TSR_PROXY_SIZE},
    [TSR_SECTION_EXPT] = {TSR_ID('E', 'X', 'P', 'T'), TSR_EXPERIMENT_SIZE},
    [TSR_SECTION_EARM] = {TSR_ID('E', 'A', 'R', 'M'), TSR_ARM_SIZE},
    [TSR_SECTION_EFLT] = {TSR_ID('E', 'F', 'L', 'T'), TSR_FILTER_SIZE},
    [TSR_SECTION_GRPS] = {TSR_ID('G', 'R', 'P', 'S'), TSR_GROUP_SIZE},
    [TSR_SECTION_GRPB] = {TSR_ID('G', 'R', 'P', 'B'), 1},
    [TSR_SECTION_WHYP] = {TSR_ID('W', 'H', 'Y', 'P'), 4},
    [TSR_SECTION_MASK] = {TSR_ID('M', 'A', 'S', 'K'), 4},
    [TSR_SECTION_EVNT] = {TSR_ID('E', 'V', 'N', 'T'), TSR_EVENT_SIZE},
    [TSR_SECTION_EVFD] = {TSR_ID('E', 'V', 'F', 'D'), TSR_EVENT_FIELD_SIZE},
    [TSR_SECTION_EVCH] = {TSR_ID('E', 'V', 'C', 'H'), 8},
    [TSR_SECTION_SCOR] = {TSR_ID('S', 'C', 'O', 'R'), TSR_SCORE_SIZE},
    [TSR_SECTION_VECT] = {TSR_ID('V', 'E', 'C', 'T'), TSR_VECTOR_SIZE},
    [TSR_SECTION_GAIN] = {TSR_ID('G', 'A', 'I', 'N'), TSR_GAIN_SIZE},
    [TSR_SECTION_TIER] = {TSR_ID('T', 'I', 'E', 'R'), TSR_TIER_SIZE},
};

uint32_t
tsr_table_section_id(enum tsr_section s)
{
	return known[s].id;
}

uint32_t
tsr_table_section_size(enum tsr_section s)
{
	return known[s].size;
}

static enum tsr_err
check_header(struct tsr_span bytes)
{
	const uint8_t *h = bytes.p;

	if (bytes.n < TSR_HEADER_SIZE)
		return TSR_SHORT;
	if (memcmp(h, TSR_MAGIC_BYTES, 8) != 0)
		return TSR_MAGIC;
	if (tsr_le32(h + 76) != tsr_crc32(0, tsr_span_of(h, 76)))
		return TSR_CHECKSUM;
	if (tsr_le32(h + 8) != TSR_FORMAT_VERSION)
		return TSR_VERSION;
	if (tsr_le64(h + 16) != bytes.n)
		return TSR_SHORT;
	return TSR_OK;
}

static enum tsr_err
take_section(struct tsr_table *out, const uint8_t *entry, uint64_t end)
{
	uint64_t off = tsr_le64(entry + 8), n = tsr_le64(entry + 16);
	uint32_t count = tsr_le32(entry + 24), size = tsr_le32(entry + 28);
	size_t i;

	if (off < end || off % 8 != 0)
		return TSR_ORDER;
	if (off > out->bytes.n || n > out->bytes.n - off)
		return TSR_RANGE;
	if (size == 0 || n / size != count || n % size != 0)
		return TSR_RANGE;
	for (i = 0; i < TSR_SECTION_COUNT; i++)
		if (known[i].id == tsr_le32(entry))
			break;
	if (i == TSR_SECTION_COUNT)
		return tsr_le32(entry + 4) & 1 ? TSR_OK : TSR_UNSUPPORTED;
	if (size != known[i].size || out->sections[i].p != NULL)
		return TSR_RANGE;
	out->sections[i].p = out->bytes.p + off;
	out->sections[i].n = (size_t)n;
	out->sections[i].count = count;
	return TSR_OK;
}

enum tsr_err
tsr_table_open(struct tsr_table *out, struct tsr_span bytes)
{
	enum tsr_err err = check_header(bytes);
	const uint8_t *entry;
	uint64_t end;
	uint32_t count, i;

	memset(out, 0, sizeof(*out));
	if (err != TSR_OK)
		return err;
	out->bytes = bytes;
	out->id = tsr_span_of(bytes.p + 24, 32);
	out->reply_max = tsr_le64(bytes.p + 64);
	count = tsr_le32(bytes.p + 12);
	if (count > TSR_SECTIONS_MAX)
		return TSR_LONG;
	end = TSR_HEADER_SIZE + (uint64_t)count * TSR_SECTION_SIZE;
	if (end > bytes.n)
		return TSR_SHORT;
	entry = bytes.p + TSR_HEADER_SIZE;
	if (tsr_le32(bytes.p + 56) !=
	    tsr_crc32(0, tsr_span_of(entry, (size_t)end - TSR_HEADER_SIZE)))
		return TSR_CHECKSUM;
	for (i = 0; i < count && err == TSR_OK; i++) {
		err = take_section(out, entry, end);
		end = tsr_le64(entry + 8) + tsr_le64(entry + 16);
		entry += TSR_SECTION_SIZE;
	}
	for (i = 0; i < TSR_SECTION_COUNT && err == TSR_OK; i++)
		if (out->sections[i].p == NULL)
			err = TSR_MISSING;
	return err;
}

struct tsr_span
tsr_table_meta(const struct tsr_table *t, struct tsr_span key)
{
	uint32_t i;
	const uint8_t *p;

	for (i = 0; i < tsr_table_count(t, TSR_SECTION_META); i++) {
		p = tsr_table_record(t, TSR_SECTION_META, i, 16);
		if (tsr_span_eq(tsr_table_text(t, p), key))
			return tsr_table_text(t, p + 8);
	}
	return tsr_span_of(NULL, 0);
}
