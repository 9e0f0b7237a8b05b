/*
 * dump - a release index as text that a person reads.
 *
 * One line a record, numbers first, names resolved. The index may be damaged:
 * what points nowhere is shown as such.
 */
#include "build/pack/dump.h"

#include "core/predicate.h"
#include "core/word.h"

static const uint8_t *
record(const struct tsr_table *t, enum tsr_section s, uint32_t i)
{
	return tsr_table_record(t, s, i, tsr_table_section_size(s));
}

static void
put(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *ref)
{
	tsr_buf_json(out, tsr_table_text(t, ref));
}

static const char *
name_of(const char *const *names, size_t count, uint32_t i)
{
	return i < count ? names[i] : "?";
}

#define NAME(names, i) name_of(names, TSR_COUNT_OF(names), i)

static const char *const operators[] = {"exists", "is", "in", "matches value",
    "<", "<=", ">", ">=", "matches pattern", "is in set",
    "satisfies"};
static const char *const kinds[] = {"unit", "slot", "fragment", "text", "end"};

static void
put_hex(struct tsr_buf *out, struct tsr_span bytes, size_t most)
{
	tsr_buf_hex(out, tsr_span_part(bytes, 0, most));
}

static void
dump_operand(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *v)
{
	switch (v[0]) {
	case TSR_OPERAND_NULL:
		tsr_buf_text(out, "null");
		break;
	case TSR_OPERAND_BOOLEAN:
		tsr_buf_text(out, v[1] ? "true" : "false");
		break;
	case TSR_OPERAND_NUMBER:
		tsr_buf_printf(out, "%.17g", tsr_le_double(v + 8));
		break;
	case TSR_OPERAND_GROUP:
		tsr_buf_printf(out, "%s of group %u",
		    v[1] ? "numbers" : "texts", tsr_le32(v + 8));
		break;
	default:
		put(out, t, v + 8);
	}
}

void
tsr_dump_predicate(
    struct tsr_buf *out, const struct tsr_table *t, uint32_t number)
{
	const uint8_t *p = record(t, TSR_SECTION_PRED, number), *a, *v;
	uint32_t i, first, count;

	if (p == NULL) {
		tsr_buf_text(out, "?");
		return;
	}
	a = record(t, TSR_SECTION_ATTR, tsr_le32(p + 4));
	if (a == NULL)
		tsr_buf_text(out, "?");
	else
		tsr_buf_add(out, tsr_table_text(t, a));
	tsr_buf_printf(out, " %s", NAME(operators, p[0]));
	first = tsr_le32(p + 8);
	count = tsr_le32(p + 12);
	for (i = 0; i < count && i <= UINT32_MAX - first; i++) {
		v = record(t, TSR_SECTION_VALU, first + i);
		if (v == NULL)
			break;
		tsr_buf_byte(out, i == 0 ? ' ' : ',');
		dump_operand(out, t, v);
	}
	if (p[0] == TSR_OPERATOR_REGEX) {
		v = record(t, TSR_SECTION_AUTO, tsr_le32(p + 16));
		tsr_buf_text(out, " automaton:");
		if (v != NULL)
			put_hex(out, tsr_table_text(t, v), SIZE_MAX);
	} else if (p[0] == TSR_OPERATOR_FRAGMENT) {
		tsr_buf_printf(out, " %u", tsr_le32(p + 16));
	}
}

static void
dump_target(struct tsr_buf *out, uint32_t target)
{
	if (target & TSR_TARGET_OUTCOME)
		tsr_buf_printf(out, "outcome %u", target & ~TSR_TARGET_OUTCOME);
	else
		tsr_buf_printf(out, "node %u", target);
}

static void
dump_pack(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	(void)t;
	put_hex(out, tsr_span_of(p, 32), 32);
	tsr_buf_printf(
	    out, " %llu bytes", (unsigned long long)tsr_le64(p + 32));
}

static void
dump_object(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	(void)t;
	tsr_buf_printf(out, "pack %u at %llu, %u bytes for %u, crc %08x",
	    tsr_le32(p), (unsigned long long)tsr_le64(p + 8), tsr_le32(p + 4),
	    tsr_le32(p + 16), tsr_le32(p + 20));
}

static void
dump_part(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	(void)t;
	tsr_buf_printf(out, "%s %u", NAME(kinds, p[0]), tsr_le32(p + 4));
	if (p[0] == TSR_PART_FRAGMENT)
		tsr_buf_printf(out, " by attribute %u", tsr_le32(p + 8));
	if (p[0] == TSR_PART_UNIT || p[0] == TSR_PART_END)
		tsr_buf_printf(out, " word %08x", tsr_le32(p + 12));
}

static void
dump_program(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	put(out, t, p + 8);
	tsr_buf_printf(out, " %u parts from %u, %u bytes at most%s",
	    tsr_le32(p + 4), tsr_le32(p), tsr_le32(p + 16),
	    tsr_le32(p + 20) & 1 ? ", omitted" : "");
}

static void
dump_slot(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	put(out, t, p + 12);
	tsr_buf_printf(out, " decision %u, %u programs from %u", tsr_le32(p),
	    tsr_le32(p + 8), tsr_le32(p + 4));
	if (tsr_le32(p + 20) != 0)
		tsr_buf_printf(out, ", position %u", tsr_le32(p + 20));
}

static void
dump_text(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	tsr_buf_printf(out, "attribute %u, %u bytes, value %u, tail ",
	    tsr_le32(p), tsr_le32(p + 4), tsr_le32(p + 8));
	put(out, t, p + 16);
	tsr_buf_text(out, ", fallback ");
	put(out, t, p + 24);
}

static void
dump_page(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	put(out, t, p);
	tsr_buf_text(out, " id ");
	put(out, t, p + 8);
	tsr_buf_printf(out,
	    " locale %u, status %u, decision %u, %u editions from %u, %s, vary ",
	    tsr_le32(p + 16), tsr_le32(p + 36), tsr_le32(p + 24),
	    tsr_le32(p + 32), tsr_le32(p + 28),
	    tsr_le32(p + 20) & TSR_PAGE_PUBLIC ? "public" : "private");
	put(out, t, p + 40);
	if (tsr_le32(p + 52) > 0)
		tsr_buf_printf(out, ", %u boundaries from %u",
		    tsr_le32(p + 52), tsr_le32(p + 48));
}

static void
dump_route(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	put(out, t, p);
	if (tsr_le32(p + 8) == TSR_ROUTE_PAGE) {
		tsr_buf_printf(out, " page %u", tsr_le32(p + 12));
	} else {
		tsr_buf_text(out, " redirect ");
		put(out, t, p + 16);
	}
}

static void
dump_locale(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	put(out, t, p);
	tsr_buf_text(out, " prefix ");
	put(out, t, p + 8);
	if (tsr_le32(p + 16) != UINT32_MAX)
		tsr_buf_printf(out, ", not found: page %u", tsr_le32(p + 16));
}

static void
dump_set(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	(void)t;
	tsr_buf_printf(out, "%u fragments from %u, longest %u bytes",
	    tsr_le32(p + 4), tsr_le32(p), tsr_le32(p + 8));
}

static void
dump_fragment(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	put(out, t, p);
	tsr_buf_printf(out, " object %u", tsr_le32(p + 8));
}

static void
dump_attribute(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	put(out, t, p);
	tsr_buf_printf(out, " %s from %s ", tsr_word_type(p[16]),
	    tsr_word_source(p[17]));
	put(out, t, p + 8);
	tsr_buf_printf(
	    out, ", tier %s", tsr_word_tier(p[19]));
	if (p[18] != TSR_PURPOSE_NONE)
		tsr_buf_printf(out, " %s", tsr_word_purpose(p[18]));
}

static void
dump_node(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	tsr_dump_predicate(out, t, tsr_le32(p));
	tsr_buf_text(out, " ? ");
	dump_target(out, tsr_le32(p + 4));
	tsr_buf_text(out, " : ");
	dump_target(out, tsr_le32(p + 8));
}

static void
dump_decision(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	(void)t;
	dump_target(out, tsr_le32(p));
	tsr_buf_printf(out, ", %u outcomes, tier %s, longest path %u",
	    tsr_le32(p + 4), tsr_word_tier(p[8]), tsr_le32(p + 12));
}

static void
dump_trial(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	put(out, t, p);
	tsr_buf_printf(out,
	    " kind %u, hash %u of attribute %u, seed ", p[16], p[17],
	    tsr_le32(p + 24));
	put(out, t, p + 8);
	tsr_buf_printf(out,
	    ", flags %u, arms %u+%u, filters %u+%u, decision %u, version %u, "
	    "at least %u, winner %u",
	    tsr_le16(p + 18), tsr_le32(p + 32), tsr_le32(p + 36),
	    tsr_le32(p + 40), tsr_le32(p + 44), tsr_le32(p + 48),
	    tsr_le32(p + 52), tsr_le32(p + 56), tsr_le32(p + 60));
}

static void
dump_arm(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	put(out, t, p);
	tsr_buf_printf(out, " [%u, %u)", tsr_le32(p + 8), tsr_le32(p + 12));
}

static void
dump_filter(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	tsr_buf_printf(out, "kind %u, hash %u of attribute %u, ranges %u+%u ",
	    p[0], p[1], tsr_le32(p + 4), tsr_le32(p + 12), tsr_le32(p + 16));
	put(out, t, p + 20);
}

static void
dump_key(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	tsr_dump_predicate(out, t, tsr_le32(p));
}

static void
dump_moment(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	(void)t;
	tsr_buf_printf(out, "%lld ms", (long long)tsr_le64(p));
}

static void
dump_meta(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	put(out, t, p);
	tsr_buf_byte(out, ' ');
	put(out, t, p + 8);
}

static void
dump_event(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	put(out, t, p);
	tsr_buf_printf(out,
	    " version %u, from %s, purpose %s, category %s, fields %u+%u, %u "
	    "bytes", tsr_le32(p + 8), tsr_word_event_from(p[21]),
	    tsr_word_purpose(p[20]), tsr_word_event_category(p[22]),
	    tsr_le32(p + 12), tsr_le32(p + 16), tsr_le32(p + 24));
}

static void
dump_bound(struct tsr_buf *out, const char *word, const uint8_t *p)
{
	tsr_buf_printf(out, " %s %.17g", word, tsr_le_double(p));
}

static void
dump_event_field(
    struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	unsigned flags = p[9];

	put(out, t, p);
	tsr_buf_printf(out, " %s", tsr_word_event_type(p[8]));
	if ((flags & TSR_EVENT_LEAST) != 0)
		dump_bound(out, (flags & TSR_EVENT_ABOVE) != 0 ? ">" : ">=",
		    p + 16);
	if ((flags & TSR_EVENT_MOST) != 0)
		dump_bound(out, (flags & TSR_EVENT_BELOW) != 0 ? "<" : "<=",
		    p + 24);
	if (p[8] == TSR_EVENT_CHOICE)
		tsr_buf_printf(out, " of choices %u+%u", tsr_le32(p + 32),
		    tsr_le32(p + 36));
	if (tsr_le32(p + 44) > 0) {
		tsr_buf_text(out, " automaton:");
		put_hex(out, tsr_table_text(t, p + 40), SIZE_MAX);
	}
	if ((flags & TSR_EVENT_REQUIRED) != 0)
		tsr_buf_text(out, " required");
}

static void
dump_score(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	put(out, t, p);
	tsr_buf_printf(out, " vectors %u+%u tiers %u+%u", tsr_le32(p + 8),
	    tsr_le32(p + 12), tsr_le32(p + 16), tsr_le32(p + 20));
}

static void
dump_vector(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	put(out, t, p);
	tsr_buf_printf(out,
	    " number %u weight %u cap %u/256 half-life %u s gains %u+%u",
	    tsr_le32(p + 8), tsr_le32(p + 12), tsr_le32(p + 16),
	    tsr_le32(p + 20), tsr_le32(p + 24), tsr_le32(p + 28));
}

static void
dump_gain(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	put(out, t, p);
	tsr_buf_byte(out, ' ');
	put(out, t, p + 8);
	tsr_buf_printf(out, " test %u points %d/256 ", tsr_le32(p + 16),
	    (int)tsr_le32(p + 20));
	put(out, t, p + 24);
	tsr_buf_printf(out, " %u", tsr_le32(p + 32));
}

static void
dump_tier(struct tsr_buf *out, const struct tsr_table *t, const uint8_t *p)
{
	put(out, t, p);
	tsr_buf_printf(out, " from %u", tsr_le32(p + 8));
}

/* Sections that hold nothing to read by themselves are left out. */
static const struct {
	enum tsr_section section;
	const char *name;
	void (*dump)(struct tsr_buf *, const struct tsr_table *, const uint8_t *);
} dumpers[] = {
    {TSR_SECTION_META, "meta", dump_meta},
    {TSR_SECTION_LOCL, "locale", dump_locale},
    {TSR_SECTION_ROUT, "route", dump_route},
    {TSR_SECTION_PAGE, "page", dump_page},
    {TSR_SECTION_PROG, "program", dump_program},
    {TSR_SECTION_PART, "part", dump_part},
    {TSR_SECTION_SLOT, "slot", dump_slot},
    {TSR_SECTION_TEXT, "text", dump_text},
    {TSR_SECTION_FSET, "set", dump_set},
    {TSR_SECTION_FRAG, "fragment", dump_fragment},
    {TSR_SECTION_ATTR, "attribute", dump_attribute},
    {TSR_SECTION_EXPT, "experiment", dump_trial},
    {TSR_SECTION_EARM, "arm", dump_arm},
    {TSR_SECTION_EFLT, "filter", dump_filter},
    {TSR_SECTION_SCOR, "score", dump_score},
    {TSR_SECTION_VECT, "vector", dump_vector},
    {TSR_SECTION_GAIN, "gain", dump_gain},
    {TSR_SECTION_TIER, "tier", dump_tier},
    {TSR_SECTION_DECN, "decision", dump_decision},
    {TSR_SECTION_NODE, "node", dump_node},
    {TSR_SECTION_SKEY, "key", dump_key},
    {TSR_SECTION_BNDS, "boundary", dump_moment},
    {TSR_SECTION_EVNT, "event", dump_event},
    {TSR_SECTION_EVFD, "field", dump_event_field},
    {TSR_SECTION_EVCH, "choice", put},
    {TSR_SECTION_PACK, "pack", dump_pack},
    {TSR_SECTION_OBJS, "object", dump_object},
};

void
tsr_dump_table(struct tsr_buf *out, const struct tsr_table *t)
{
	uint32_t i;
	size_t d;

	tsr_buf_printf(out, "release ");
	put_hex(out, t->id, 32);
	tsr_buf_printf(out, "\nformat %d, %zu bytes, largest reply %llu bytes\n",
	    TSR_FORMAT_VERSION, t->bytes.n, (unsigned long long)t->reply_max);
	for (d = 0; d < TSR_COUNT_OF(dumpers); d++) {
		enum tsr_section s = dumpers[d].section;

		for (i = 0; i < tsr_table_count(t, s); i++) {
			tsr_buf_printf(out, "%s %u: ", dumpers[d].name, i);
			dumpers[d].dump(out, t, record(t, s, i));
			tsr_buf_byte(out, '\n');
		}
	}
}
