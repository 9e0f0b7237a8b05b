/*
 * why - a page's decisions, kept in a signed text that the page carries.
 */
#include "core/why.h"

#include "core/predicate.h"
#include "core/weights.h"

#define VERSION 1
#define HEAD 22
#define HOUR 3600

static size_t
bytes_of(uint32_t predicates)
{
	return HEAD + ((size_t)predicates + 7) / 8 + TSR_SEAL_SIZE;
}

size_t
tsr_why_length(uint32_t predicates)
{
	return TSR_BASE64_TEXT(bytes_of(predicates));
}

/* WHYP's part of a page; false when there is none that can be kept. */
static bool
kept_by(uint32_t *first, uint32_t *count, const struct tsr_table *t,
    const uint8_t *page)
{
	uint32_t all = tsr_table_count(t, TSR_SECTION_WHYP);

	*first = tsr_le32(page + 64);
	*count = tsr_le32(page + 68);
	return *count <= TSR_WHY_PREDICATES && *first <= all &&
	    *count <= all - *first;
}

static uint32_t
kept_at(const struct tsr_table *t, uint32_t i)
{
	return tsr_le32(tsr_table_record(t, TSR_SECTION_WHYP, i, 4));
}

/* Whether a visit answered a predicate with yes; not asked is no. */
static bool
said_yes(const struct tsr_visit *visit, uint32_t i)
{
	return i < TSR_PREDICATES_MAX &&
	    (visit->predicates[i / 4] >> i % 4 * 2 & 3) == 2;
}

/*
 * Seconds, floored to the full hour or the moment at which the page last chose
 * otherwise by time alone: the text, and with it the page's ETag, changes no
 * more often.
 */
static int64_t
floored(const struct tsr_table *t, const uint8_t *page, int64_t now)
{
	uint32_t first = tsr_le32(page + 48), count = tsr_le32(page + 52), i;
	int64_t seconds = now / 1000 / HOUR * HOUR, at;
	const uint8_t *p;

	for (i = 0; i < count && i <= UINT32_MAX - first; i++) {
		p = tsr_table_record(t, TSR_SECTION_BNDS, first + i, 8);
		if (p == NULL)
			break;
		at = (int64_t)tsr_le64(p);
		if (at <= now && at / 1000 > seconds)
			seconds = at / 1000;
	}
	return seconds;
}

void
tsr_why_write(
    uint8_t *out, size_t length, struct tsr_visit *visit, uint32_t page)
{
	const struct tsr_table *t = visit->table;
	const struct tsr_seal *seal = visit->request->seal;
	const uint8_t *record =
	    tsr_table_record(t, TSR_SECTION_PAGE, page, TSR_PAGE_SIZE);
	uint8_t bytes[TSR_WHY_BYTES] = {VERSION};
	uint32_t first, count, i;
	size_t n;

	memset(out, ' ', length);
	if (record == NULL || seal == NULL ||
	    !kept_by(&first, &count, t, record) ||
	    tsr_why_length(count) != length)
		return;
	n = bytes_of(count) - TSR_SEAL_SIZE;
	tsr_put32(bytes + 2,
	    (uint32_t)floored(t, record, visit->request->now));
	memcpy(bytes + 6, t->id.p, 8);
	tsr_put32(bytes + 14, page);
	if (visit->request->weights != NULL)
		memcpy(bytes + 18, visit->request->weights->hash, 4);
	for (i = 0; i < count; i++)
		if (said_yes(visit, kept_at(t, first + i)))
			bytes[HEAD + i / 8] |= (uint8_t)(1u << i % 8);
	/* The key's number is not signed: another key does not fit anyway. */
	if (seal->sign(bytes + n, bytes + 1, seal->ctx, TSR_SEAL_WHY,
		tsr_span_of(bytes + 2, n - 2)))
		tsr_base64_write(out, tsr_span_of(bytes, n + TSR_SEAL_SIZE));
}

enum tsr_err
tsr_why_read(
    struct tsr_why *out, struct tsr_span text, const struct tsr_seal *seal)
{
	struct tsr_span bytes;
	enum tsr_err err;
	size_t n;

	err = tsr_base64_read(&bytes, text, out->room, sizeof(out->room));
	if (err != TSR_OK || bytes.n < HEAD + TSR_SEAL_SIZE ||
	    bytes.p[0] != VERSION)
		return TSR_RANGE;
	n = bytes.n - TSR_SEAL_SIZE;
	if (seal == NULL ||
	    !seal->check(seal->ctx, TSR_SEAL_WHY, bytes.p[1],
		tsr_span_part(bytes, 2, n - 2), bytes.p + n))
		return TSR_CHECKSUM;
	out->time = tsr_le32(bytes.p + 2);
	out->release = tsr_span_part(bytes, 6, 8);
	out->page = tsr_le32(bytes.p + 14);
	out->weights = tsr_le32(bytes.p + 18);
	out->bits = tsr_span_part(bytes, HEAD, n - HEAD);
	out->table = NULL;
	out->record = NULL;
	out->strange = false;
	return TSR_OK;
}

enum tsr_err
tsr_why_open(struct tsr_why *why, const struct tsr_table *table)
{
	uint32_t first, count;

	if (!tsr_span_eq(why->release, tsr_span_part(table->id, 0, 8)))
		return TSR_MISSING;
	why->record = tsr_table_record(
	    table, TSR_SECTION_PAGE, why->page, TSR_PAGE_SIZE);
	why->table = table;
	if (why->record == NULL ||
	    !kept_by(&first, &count, table, why->record) ||
	    why->bits.n != ((size_t)count + 7) / 8)
		return TSR_MISSING;
	return TSR_OK;
}

/* A predicate's place among those of the page, by binary search. */
static bool
kept_holds(void *ctx, uint32_t predicate)
{
	struct tsr_why *why = ctx;
	uint32_t first, count, low = 0, high, middle, at;

	if (!kept_by(&first, &count, why->table, why->record))
		count = 0;
	for (high = count; low < high;) {
		middle = low + (high - low) / 2;
		at = kept_at(why->table, first + middle);
		if (at == predicate)
			return (why->bits.p[middle / 8] >> middle % 8 & 1) != 0;
		if (at < predicate)
			low = middle + 1;
		else
			high = middle;
	}
	why->strange = true;
	return false;
}

struct tsr_ask
tsr_why_ask(struct tsr_why *why)
{
	struct tsr_ask ask = {why, kept_holds};

	return ask;
}

/* ---- signals ---- */

static void
notice(struct tsr_signal *signals, uint32_t attribute,
    enum tsr_signal_kind kind, uint32_t predicate)
{
	if (attribute >= TSR_ATTRIBUTES_MAX)
		return;
	if (kind != TSR_SIGNAL_PRESENT && kind != TSR_SIGNAL_MISSING)
		signals[attribute].valued = true;
	if (signals[attribute].kind >= (uint8_t)kind)
		return;
	signals[attribute].kind = (uint8_t)kind;
	signals[attribute].predicate = predicate;
}

void
tsr_why_follow(struct tsr_signal *signals, const struct tsr_table *t,
    const struct tsr_ask *ask, uint32_t decision)
{
	enum tsr_signal_kind kind;
	struct tsr_path path;
	const uint8_t *p;

	tsr_path_init(&path, t, ask, decision);
	while (tsr_path_next(&path)) {
		p = tsr_table_record(t, TSR_SECTION_PRED, path.predicate,
		    TSR_PREDICATE_SIZE);
		if (p == NULL)
			continue;
		if (p[0] == TSR_OPERATOR_EXISTS)
			kind = path.held ? TSR_SIGNAL_PRESENT
					 : TSR_SIGNAL_MISSING;
		else
			kind = path.held ? TSR_SIGNAL_HELD : TSR_SIGNAL_OTHER;
		notice(signals, tsr_le32(p + 4), kind, path.predicate);
	}
}

/* What was read to draw an arm, or could have been. */
static void
follow_trial(struct tsr_signal *signals, const struct tsr_table *t,
    const struct tsr_ask *ask, const uint8_t *trial)
{
	uint32_t first = tsr_le32(trial + 40), count = tsr_le32(trial + 44), i;
	const uint8_t *filter;

	notice(signals, tsr_le32(trial + 24), TSR_SIGNAL_DRAWN, 0);
	for (i = 0; i < count && i <= UINT32_MAX - first; i++) {
		filter = tsr_table_record(
		    t, TSR_SECTION_EFLT, first + i, TSR_FILTER_SIZE);
		if (filter == NULL)
			break;
		notice(signals, tsr_le32(filter + 4), TSR_SIGNAL_DRAWN, 0);
	}
	tsr_why_follow(signals, t, ask, tsr_le32(trial + 48));
}

void
tsr_why_close(struct tsr_signal *signals, const struct tsr_table *t,
    const struct tsr_ask *ask)
{
	uint32_t count = tsr_table_count(t, TSR_SECTION_EXPT), attribute, i;
	bool done[TSR_ATTRIBUTES_MAX] = {false}, again = count > 0;
	const uint8_t *trial;

	/* One experiment may ask for another, and all for holdouts. */
	while (again) {
		again = false;
		for (i = 0; i < count; i++) {
			trial = tsr_table_record(
			    t, TSR_SECTION_EXPT, i, TSR_EXPERIMENT_SIZE);
			attribute = tsr_le32(trial + 20);
			if (attribute >= TSR_ATTRIBUTES_MAX ||
			    done[attribute] ||
			    signals[attribute].kind == TSR_SIGNAL_NONE)
				continue;
			done[attribute] = again = true;
			follow_trial(signals, t, ask, trial);
		}
	}
}

/* What a program fills in when it is asked for, or chooses by its id. */
static void
look_inside(
    struct tsr_signal *signals, const struct tsr_table *t, uint32_t program)
{
	const uint8_t *p = tsr_table_record(
	    t, TSR_SECTION_PROG, program, TSR_PROGRAM_SIZE), *part, *text;
	uint32_t i, first, count;

	if (p == NULL)
		return;
	first = tsr_le32(p);
	count = tsr_le32(p + 4);
	for (i = 0; i < count && i <= UINT32_MAX - first; i++) {
		part = tsr_table_record(
		    t, TSR_SECTION_PART, first + i, TSR_PART_SIZE);
		if (part == NULL)
			return;
		if (part[0] == TSR_PART_FRAGMENT)
			notice(signals, tsr_le32(part + 8), TSR_SIGNAL_SHOWN, 0);
		if (part[0] != TSR_PART_TEXT)
			continue;
		text = tsr_table_record(t, TSR_SECTION_TEXT,
		    tsr_le32(part + 4), TSR_TEXT_SIZE);
		if (text != NULL)
			notice(signals, tsr_le32(text), TSR_SIGNAL_SHOWN, 0);
	}
}

void
tsr_why_signals(struct tsr_signal *signals, const struct tsr_table *table,
    const struct tsr_ask *ask, const uint8_t *page,
    const struct tsr_chosen *chain, size_t count)
{
	const uint8_t *slot;
	size_t i;

	memset(signals, 0, TSR_ATTRIBUTES_MAX * sizeof(*signals));
	tsr_why_follow(signals, table, ask, tsr_le32(page + 24));
	for (i = 0; i < count; i++) {
		slot = tsr_table_record(
		    table, TSR_SECTION_SLOT, chain[i].slot, TSR_SLOT_SIZE);
		if (slot != NULL)
			tsr_why_follow(signals, table, ask, tsr_le32(slot));
	}
	if (count > 0)
		look_inside(signals, table, chain[count - 1].program);
	tsr_why_close(signals, table, ask);
}
