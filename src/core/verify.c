/*
 * verify - the deep check of a release index: every record, every reference.
 *
 * Run by the writer, by the daemon at start, by tests and fuzzers; the
 * accessors do not rely on it. The decision table's part is in decision.c.
 */
#include "core/crc.h"
#include "core/decision.h"
#include "core/event.h"
#include "core/group.h"
#include "core/route.h"
#include "core/score.h"
#include "core/table.h"

static bool
index_ok(const struct tsr_table *t, enum tsr_section s, uint32_t i)
{
	return i < tsr_table_count(t, s);
}

static bool
object_ok(const struct tsr_table *t, const uint8_t *p)
{
	const uint8_t *pack = tsr_table_record(
	    t, TSR_SECTION_PACK, tsr_le32(p), TSR_PACK_SIZE);
	uint64_t off = tsr_le64(p + 8), size;

	if (pack == NULL)
		return false;
	size = tsr_le64(pack + 32);
	return off <= size && tsr_le32(p + 4) <= size - off;
}

static bool
part_ok(const struct tsr_table *t, const uint8_t *p)
{
	uint32_t a = tsr_le32(p + 4), b = tsr_le32(p + 8);

	switch (p[0]) {
	case TSR_PART_UNIT:
		return index_ok(t, TSR_SECTION_OBJS, a);
	case TSR_PART_SLOT:
		return index_ok(t, TSR_SECTION_SLOT, a);
	case TSR_PART_FRAGMENT:
		return index_ok(t, TSR_SECTION_FSET, a) &&
		    index_ok(t, TSR_SECTION_ATTR, b);
	case TSR_PART_TEXT:
		return index_ok(t, TSR_SECTION_TEXT, a);
	case TSR_PART_END:
		return a <= TSR_PAGE_TEXT_MAX;
	case TSR_PART_FIELD:
		return p[1] < TSR_FIELD_COUNT && a <= 65535;
	default:
		return false;
	}
}

static bool
program_ok(const struct tsr_table *t, const uint8_t *p)
{
	return tsr_table_range_ok(t, TSR_SECTION_PART, p) && tsr_table_text_ok(t, p + 8) &&
	    tsr_le32(p + 16) <= TSR_REPLY_MAX;
}

/* A decision's outcomes must all have a program. */
static bool
decides(const struct tsr_table *t, uint32_t decision, uint32_t count)
{
	const uint8_t *d = tsr_table_record(
	    t, TSR_SECTION_DECN, decision, TSR_DECISION_SIZE);

	return d != NULL && count > 0 && tsr_le32(d + 4) <= count;
}

static bool
slot_ok(const struct tsr_table *t, const uint8_t *p)
{
	return decides(t, tsr_le32(p), tsr_le32(p + 8)) &&
	    tsr_table_range_ok(t, TSR_SECTION_PROG, p + 4) && tsr_table_text_ok(t, p + 12);
}

static bool
field_ok(const struct tsr_table *t, const uint8_t *p)
{
	uint32_t length = tsr_le32(p + 4), most = tsr_le32(p + 8);

	return index_ok(t, TSR_SECTION_ATTR, tsr_le32(p)) && length <= 65535 &&
	    most <= length && tsr_le32(p + 20) <= length - most &&
	    tsr_le32(p + 12) < TSR_ESCAPE_COUNT && tsr_table_text_ok(t, p + 16) &&
	    tsr_table_text_ok(t, p + 24) && tsr_le32(p + 36) <= TSR_TEXT_MAX;
}

static bool
page_ok(const struct tsr_table *t, const uint8_t *p)
{
	uint32_t status = tsr_le32(p + 36);

	return tsr_table_text_ok(t, p) && tsr_table_text_ok(t, p + 8) && tsr_table_text_ok(t, p + 40) &&
	    index_ok(t, TSR_SECTION_LOCL, tsr_le32(p + 16)) &&
	    decides(t, tsr_le32(p + 24), tsr_le32(p + 32)) &&
	    tsr_table_range_ok(t, TSR_SECTION_PROG, p + 28) &&
	    (status == 200 || status == 404) &&
	    tsr_table_range_ok(t, TSR_SECTION_BNDS, p + 48) &&
	    tsr_table_range_ok(t, TSR_SECTION_WHYP, p + 64) &&
	    tsr_table_range_ok(t, TSR_SECTION_MASK, p + 72) &&
	    tsr_le32(p + 56) <= TSR_PAGE_TEXT_MAX;
}

static bool
route_ok(const struct tsr_table *t, const uint8_t *p)
{
	uint32_t kind = tsr_le32(p + 8);

	if (!tsr_table_text_ok(t, p) || !tsr_table_text_ok(t, p + 16))
		return false;
	return kind == TSR_ROUTE_REDIRECT ||
	    (kind == TSR_ROUTE_PAGE &&
		index_ok(t, TSR_SECTION_PAGE, tsr_le32(p + 12)));
}

static bool
bucket_ok(const struct tsr_table *t, const uint8_t *p)
{
	return tsr_le32(p) <= tsr_table_count(t, TSR_SECTION_ROUT);
}

static bool
locale_ok(const struct tsr_table *t, const uint8_t *p)
{
	uint32_t page = tsr_le32(p + 16);

	return tsr_table_text_ok(t, p) && tsr_table_text_ok(t, p + 8) &&
	    (page == UINT32_MAX || index_ok(t, TSR_SECTION_PAGE, page));
}

static bool
set_ok(const struct tsr_table *t, const uint8_t *p)
{
	uint32_t first = tsr_le32(p), count = tsr_le32(p + 4), i;
	struct tsr_span last = {NULL, 0}, id;

	if (!tsr_table_range_ok(t, TSR_SECTION_FRAG, p))
		return false;
	for (i = 0; i < count; i++) {
		id = tsr_table_text(t,
		    tsr_table_record(t, TSR_SECTION_FRAG, first + i,
			TSR_FRAGMENT_SIZE));
		if (i > 0 && tsr_span_cmp(last, id) >= 0)
			return false;
		last = id;
	}
	return true;
}

static bool
fragment_ok(const struct tsr_table *t, const uint8_t *p)
{
	return tsr_table_text_ok(t, p) && index_ok(t, TSR_SECTION_OBJS, tsr_le32(p + 8));
}

static bool
meta_ok(const struct tsr_table *t, const uint8_t *p)
{
	return tsr_table_text_ok(t, p) && tsr_table_text_ok(t, p + 8);
}

static bool
zone_ok(const struct tsr_table *t, const uint8_t *p)
{
	int32_t offset = (int32_t)tsr_le32(p + 8);
	const uint8_t *first = tsr_table_record(
	    t, TSR_SECTION_ZONE, 0, TSR_ZONE_SIZE);

	return offset > -90000 && offset < 94000 && tsr_le32(p + 12) == 0 &&
	    (p == first || (int64_t)tsr_le64(p) >
		(int64_t)tsr_le64(p - TSR_ZONE_SIZE));
}

static bool
proxy_ok(const struct tsr_table *t, const uint8_t *p)
{
	(void)t;
	return p[16] <= 128 && tsr_le64(p + 16) >> 8 == 0;
}

static bool
kept_ok(const struct tsr_table *t, const uint8_t *p)
{
	return index_ok(t, TSR_SECTION_PRED, tsr_le32(p));
}

/* A bit: a decision with two outcomes. */
static bool
bit_ok(const struct tsr_table *t, const uint8_t *p)
{
	return decides(t, tsr_le32(p), 2);
}

static const struct {
	enum tsr_section section;
	size_t size;
	bool (*ok)(const struct tsr_table *t, const uint8_t *p);
} checks[] = {
    {TSR_SECTION_OBJS, TSR_OBJECT_SIZE, object_ok},
    {TSR_SECTION_PART, TSR_PART_SIZE, part_ok},
    {TSR_SECTION_PROG, TSR_PROGRAM_SIZE, program_ok},
    {TSR_SECTION_SLOT, TSR_SLOT_SIZE, slot_ok},
    {TSR_SECTION_TEXT, TSR_TEXT_SIZE, field_ok},
    {TSR_SECTION_PAGE, TSR_PAGE_SIZE, page_ok},
    {TSR_SECTION_ROUT, TSR_ROUTE_SIZE, route_ok},
    {TSR_SECTION_RIDX, 4, bucket_ok},
    {TSR_SECTION_LOCL, TSR_LOCALE_SIZE, locale_ok},
    {TSR_SECTION_FSET, TSR_FRAGMENT_SET_SIZE, set_ok},
    {TSR_SECTION_FRAG, TSR_FRAGMENT_SIZE, fragment_ok},
    {TSR_SECTION_META, 16, meta_ok},
    {TSR_SECTION_ZONE, TSR_ZONE_SIZE, zone_ok},
    {TSR_SECTION_PRXY, TSR_PROXY_SIZE, proxy_ok},
    {TSR_SECTION_WHYP, 4, kept_ok},
    {TSR_SECTION_MASK, 4, bit_ok},
};

/* Routes in order, and each found through the index. */
static enum tsr_err
verify_routes(const struct tsr_table *t)
{
	uint32_t count = tsr_table_count(t, TSR_SECTION_ROUT);
	uint32_t buckets = tsr_table_count(t, TSR_SECTION_RIDX), i;
	struct tsr_span last = {NULL, 0}, path;

	if (buckets < 2 || (buckets & (buckets - 1)) != 0 ||
	    count > buckets / 2)
		return TSR_RANGE;
	for (i = 0; i < count; i++) {
		path = tsr_table_text(t,
		    tsr_table_record(
			t, TSR_SECTION_ROUT, i, TSR_ROUTE_SIZE));
		if (i > 0 && tsr_span_cmp(last, path) >= 0)
			return TSR_ORDER;
		last = path;
		if (tsr_route_lookup(t, path) != i)
			return TSR_RANGE;
	}
	return TSR_OK;
}

/*
 * Slots nest to TSR_SLOT_DEPTH: a program's parts name slots whose programs
 * come before it, so there is no cycle; the depth is the stitcher's to check.
 */
static enum tsr_err
verify_nesting(const struct tsr_table *t)
{
	uint32_t count = tsr_table_count(t, TSR_SECTION_PROG), i, j, end;
	const uint8_t *program, *part, *slot;

	for (i = 0; i < count; i++) {
		program = tsr_table_record(
		    t, TSR_SECTION_PROG, i, TSR_PROGRAM_SIZE);
		end = tsr_le32(program) + tsr_le32(program + 4);
		for (j = tsr_le32(program); j < end; j++) {
			part = tsr_table_record(
			    t, TSR_SECTION_PART, j, TSR_PART_SIZE);
			if (part[0] != TSR_PART_SLOT)
				continue;
			slot = tsr_table_record(t, TSR_SECTION_SLOT,
			    tsr_le32(part + 4), TSR_SLOT_SIZE);
			if (tsr_le32(slot + 4) + tsr_le32(slot + 8) > i)
				return TSR_ORDER;
		}
	}
	return TSR_OK;
}

enum tsr_err
tsr_table_verify(const struct tsr_table *t)
{
	size_t body = TSR_HEADER_SIZE +
	    (size_t)tsr_le32(t->bytes.p + 12) * TSR_SECTION_SIZE;
	enum tsr_err err;
	uint32_t i;
	size_t c;

	if (tsr_le32(t->bytes.p + 60) !=
	    tsr_crc32(0, tsr_span_from(t->bytes, body)))
		return TSR_CHECKSUM;
	if (t->reply_max > TSR_REPLY_MAX)
		return TSR_LONG;
	for (c = 0; c < TSR_COUNT_OF(checks); c++)
		for (i = 0; i < tsr_table_count(t, checks[c].section); i++)
			if (!checks[c].ok(t,
				tsr_table_record(t, checks[c].section, i,
				    checks[c].size)))
				return TSR_RANGE;
	err = verify_routes(t);
	if (err == TSR_OK)
		err = verify_nesting(t);
	for (i = 0; i < tsr_table_count(t, TSR_SECTION_GRPS) && err == TSR_OK;
	     i++)
		err = tsr_group_verify(t, i);
	if (err == TSR_OK)
		err = tsr_score_verify(t);
	if (err == TSR_OK)
		err = tsr_decision_verify(t);
	if (err == TSR_OK)
		err = tsr_event_verify(t);
	return err;
}
