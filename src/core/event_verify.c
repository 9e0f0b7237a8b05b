/*
 * event_verify - the deep check of the kinds of events in a release.
 */
#include "core/automaton.h"
#include "core/event_field.h"

/* A bound that is not there is 0; neither is NaN or infinite. */
static bool
bounds_ok(const uint8_t *field)
{
	unsigned flags = field[9];
	double least = tsr_le_double(field + 16), most = tsr_le_double(field + 24);

	if ((flags & ~(unsigned)TSR_EVENT_FLAGS) != 0 ||
	    !(least - least >= 0) || !(most - most >= 0) ||
	    ((flags & TSR_EVENT_LEAST) == 0 &&
		((flags & TSR_EVENT_ABOVE) != 0 || tsr_le64(field + 16) != 0)) ||
	    ((flags & TSR_EVENT_MOST) == 0 &&
		((flags & TSR_EVENT_BELOW) != 0 || tsr_le64(field + 24) != 0)))
		return false;
	return (flags & TSR_EVENT_LEAST) == 0 ||
	    (flags & TSR_EVENT_MOST) == 0 || least <= most;
}

static enum tsr_err
verify_field(const struct tsr_table *t, const uint8_t *field)
{
	uint32_t count = tsr_le32(field + 36);
	bool string = field[8] == TSR_EVENT_STRING;
	unsigned bounds = field[9] & ~(unsigned)TSR_EVENT_REQUIRED;

	if (!tsr_table_text_ok(t, field) ||
	    !tsr_event_named(tsr_table_text(t, field), false) ||
	    field[8] >= TSR_EVENT_TYPE_COUNT || tsr_le16(field + 10) != 0 ||
	    tsr_le32(field + 12) != 0 ||
	    !bounds_ok(field) ||
	    !tsr_table_text_ok(t, field + 40) ||
	    !tsr_table_range_ok(t, TSR_SECTION_EVCH, field + 32))
		return TSR_RANGE;
	if ((field[8] == TSR_EVENT_CHOICE) != (count > 0) ||
	    (!string && tsr_le32(field + 44) > 0) ||
	    (field[8] > TSR_EVENT_INTEGER && bounds != 0))
		return TSR_RANGE;
	if (count > TSR_EVENT_CHOICES_MAX)
		return TSR_LONG;
	if (string && ((bounds & TSR_EVENT_MOST) == 0 ||
		tsr_le_double(field + 24) > TSR_EVENT_TEXT_MAX))
		return TSR_LONG;
	if (tsr_le32(field + 44) == 0)
		return TSR_OK;
	/* A program takes its time for every character that anybody sends. */
	if (tsr_table_text(t, field + 40).p[0] != TSR_AUTOMATON_TABLE)
		return TSR_UNSUPPORTED;
	return tsr_automaton_check(tsr_table_text(t, field + 40));
}

static enum tsr_err
verify_kind(const struct tsr_table *t, const uint8_t *k, const uint8_t *last)
{
	int order = last == NULL ? -1
	    : tsr_span_cmp(tsr_table_text(t, last), tsr_table_text(t, k));

	if (!tsr_table_text_ok(t, k) || !tsr_event_named(tsr_table_text(t, k), true) ||
	    tsr_le32(k + 8) == 0 || tsr_le32(k + 8) > TSR_EVENT_VERSION_MAX ||
	    !tsr_table_range_ok(t, TSR_SECTION_EVFD, k + 12) ||
	    k[20] >= TSR_PURPOSE_COUNT || k[21] == 0 ||
	    k[21] >= 1u << TSR_EVENT_FROM_COUNT ||
	    k[22] >= TSR_EVENT_CATEGORY_COUNT || k[23] != 0 ||
	    tsr_le32(k + 28) != 0)
		return TSR_RANGE;
	if (order > 0 ||
	    (order == 0 && tsr_le32(last + 8) >= tsr_le32(k + 8)))
		return TSR_ORDER;
	return tsr_le32(k + 16) > TSR_EVENT_FIELDS_MAX ||
		tsr_le32(k + 24) > TSR_EVENT_BYTES_MAX
	    ? TSR_LONG : TSR_OK;
}

enum tsr_err
tsr_event_verify(const struct tsr_table *t)
{
	uint32_t count = tsr_table_count(t, TSR_SECTION_EVNT), i;
	const uint8_t *record, *last = NULL;
	enum tsr_err err = TSR_OK;

	if (count > TSR_EVENT_KINDS_MAX)
		return TSR_LONG;
	for (i = 0; i < count && err == TSR_OK; i++) {
		record = tsr_table_record(
		    t, TSR_SECTION_EVNT, i, TSR_EVENT_SIZE);
		err = verify_kind(t, record, last);
		last = record;
	}
	for (i = 0; i < tsr_table_count(t, TSR_SECTION_EVFD) && err == TSR_OK;
	     i++)
		err = verify_field(t, tsr_table_record(t, TSR_SECTION_EVFD, i,
					  TSR_EVENT_FIELD_SIZE));
	for (i = 0; i < tsr_table_count(t, TSR_SECTION_EVCH) && err == TSR_OK;
	     i++)
		if (!tsr_table_text_ok(t, tsr_table_record(t, TSR_SECTION_EVCH, i, 8)))
			err = TSR_RANGE;
	return err;
}
