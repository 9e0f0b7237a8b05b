/*
 * experiment - the record of an experiment, and the numbers that arms go by.
 */
#include "core/experiment.h"

#include "core/hash.h"
#include "core/jsontext.h"
#include "core/number_text.h"

bool
tsr_experiment_hashed(struct tsr_span *out, uint8_t room[TSR_JSON_MAX],
    const struct tsr_value *v)
{
	struct tsr_jsontext text = {.room = room, .cap = TSR_JSON_MAX};

	switch (v->kind) {
	case TSR_VALUE_JSON:
		tsr_jsontext_string(&text, v->string);
		*out = tsr_span_of(room, text.n);
		return tsr_jsontext_done(&text);
	case TSR_VALUE_STRING:
		*out = v->string;
		return out->n > 0;
	case TSR_VALUE_NUMBER:
		*out = tsr_span_of(room, tsr_number_text(room, v->number));
		return v->number < 0 || v->number > 0;
	case TSR_VALUE_BOOLEAN:
		*out = TSR_LIT("true");
		return v->boolean;
	default:
		return false;
	}
}

uint32_t
tsr_experiment_bucket(unsigned version, uint32_t state, struct tsr_span seed,
    struct tsr_span value)
{
	if (version != 1)
		return tsr_hash_bucket(state, value);
	return tsr_fnv32a(tsr_fnv32a(TSR_FNV32A_START, value), seed) % 1000;
}

static bool
in_ranges(const struct tsr_table *t, const uint8_t *ranges, uint32_t n)
{
	uint32_t first = tsr_le32(ranges), count = tsr_le32(ranges + 4), i;
	const uint8_t *arm;

	for (i = 0; i < count && i <= UINT32_MAX - first; i++) {
		arm = tsr_table_record(
		    t, TSR_SECTION_EARM, first + i, TSR_ARM_SIZE);
		if (arm == NULL)
			break;
		if (n >= tsr_le32(arm + 8) && n < tsr_le32(arm + 12))
			return true;
	}
	return false;
}

bool
tsr_experiment_passes(const struct tsr_table *t, const uint8_t *filter,
    const struct tsr_value *v, struct tsr_span hashed)
{
	struct tsr_span seed = tsr_table_text(t, filter + 20), value;
	uint8_t room[TSR_JSON_MAX];
	uint32_t h;

	if (filter[0] == TSR_FILTER_HOLDOUT)
		return v->kind != TSR_VALUE_BOOLEAN || !v->boolean;
	if (filter[0] == TSR_FILTER_NAMESPACE) {
		h = tsr_fnv32a(TSR_FNV32A_START, hashed);
		h = tsr_fnv32a(tsr_fnv32a(h, TSR_LIT("__")), seed);
		return in_ranges(t, filter + 12, h % 1000);
	}
	return tsr_experiment_hashed(&value, room, v) &&
	    in_ranges(t, filter + 12, tsr_experiment_bucket(filter[1],
		tsr_le32(filter + 8), seed, value));
}

/* ---- the deep check ---- */

static const uint8_t *
attribute_at(const struct tsr_table *t, const uint8_t *p)
{
	return tsr_table_record(
	    t, TSR_SECTION_ATTR, tsr_le32(p), TSR_ATTRIBUTE_SIZE);
}

/* An attribute that is hashed is none that is assigned. */
static bool
hashed_ok(const struct tsr_table *t, const uint8_t *p)
{
	const uint8_t *a = attribute_at(t, p);

	return a != NULL && a[17] != TSR_SOURCE_EXPERIMENT &&
	    a[17] != TSR_SOURCE_HOLDOUT;
}

static bool
trial_ok(const struct tsr_table *t, uint32_t i)
{
	const uint8_t *p = tsr_experiment_at(t, i), *a = attribute_at(t, p + 20);
	unsigned source = p[16] == TSR_TRIAL_HOLDOUT ? TSR_SOURCE_HOLDOUT
						     : TSR_SOURCE_EXPERIMENT;

	return tsr_table_text_ok(t, p) && tsr_table_text_ok(t, p + 8) &&
	    p[16] < TSR_TRIAL_KIND_COUNT && (p[17] == 1 || p[17] == 2) &&
	    a != NULL && a[17] == source && tsr_le32(a + 36) == i &&
	    hashed_ok(t, p + 24) && tsr_table_range_ok(t, TSR_SECTION_EARM, p + 32) &&
	    tsr_table_range_ok(t, TSR_SECTION_EFLT, p + 40) &&
	    (p[16] != TSR_TRIAL_HOLDOUT ||
		(tsr_le32(p + 44) == 0 && tsr_le32(p + 48) == 0)) &&
	    tsr_le32(p + 48) < tsr_table_count(t, TSR_SECTION_DECN) &&
	    tsr_le32(p + 60) <= tsr_le32(p + 36);
}

static bool
filter_ok(const struct tsr_table *t, const uint8_t *p)
{
	const uint8_t *a = attribute_at(t, p + 4);

	if (p[0] == TSR_FILTER_HOLDOUT)
		return a != NULL && a[17] == TSR_SOURCE_HOLDOUT;
	return p[0] < TSR_FILTER_KIND_COUNT && (p[1] == 1 || p[1] == 2) &&
	    hashed_ok(t, p + 4) && tsr_table_range_ok(t, TSR_SECTION_EARM, p + 12) &&
	    tsr_table_text_ok(t, p + 20);
}

enum tsr_err
tsr_experiment_verify(const struct tsr_table *t)
{
	const uint8_t *a;
	uint32_t i;

	if (tsr_table_count(t, TSR_SECTION_EARM) > TSR_ARMS_MAX ||
	    tsr_table_count(t, TSR_SECTION_EXPT) > TSR_ATTRIBUTES_MAX)
		return TSR_LONG;
	for (i = 0; i < tsr_table_count(t, TSR_SECTION_EXPT); i++)
		if (!trial_ok(t, i))
			return TSR_RANGE;
	for (i = 0; i < tsr_table_count(t, TSR_SECTION_EFLT); i++)
		if (!filter_ok(t, tsr_table_record(
			t, TSR_SECTION_EFLT, i, TSR_FILTER_SIZE)))
			return TSR_RANGE;
	for (i = 0; i < tsr_table_count(t, TSR_SECTION_EARM); i++) {
		a = tsr_table_record(t, TSR_SECTION_EARM, i, TSR_ARM_SIZE);
		if (!tsr_table_text_ok(t, a) || tsr_le32(a + 8) > 10000 ||
		    tsr_le32(a + 12) > 10000)
			return TSR_RANGE;
	}
	/* Each attribute that is assigned has its record. */
	for (i = 0; i < tsr_table_count(t, TSR_SECTION_ATTR); i++) {
		a = tsr_table_record(
		    t, TSR_SECTION_ATTR, i, TSR_ATTRIBUTE_SIZE);
		if (a[17] != TSR_SOURCE_EXPERIMENT &&
		    a[17] != TSR_SOURCE_HOLDOUT)
			continue;
		a = tsr_experiment_at(t, tsr_le32(a + 36));
		if (a == NULL || tsr_le32(a + 20) != i)
			return TSR_RANGE;
	}
	return TSR_OK;
}
