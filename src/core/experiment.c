/*
 * experiment - the arm of an experiment that a visitor is in.
 *
 * The order of the checks is the reference's (GrowthBook's JavaScript SDK).
 */
#include "core/experiment.h"

#include "core/hash.h"
#include "core/jsontext.h"
#include "core/number_text.h"
#include "core/state.h"
#include "core/weights.h"

static const uint8_t *
trial_at(const struct tsr_table *t, uint32_t i)
{
	return tsr_table_record(
	    t, TSR_SECTION_EXPT, i, TSR_EXPERIMENT_SIZE);
}

/* What is hashed: as JavaScript prints it. False for what it takes as none. */
static bool
hashed_text(struct tsr_span *out, uint8_t room[TSR_JSON_MAX],
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

static uint32_t
buckets_of(unsigned version)
{
	return version == 1 ? 1000 : 10000;
}

/* state: of the seed, where version 2 goes on. */
static uint32_t
bucket_of(unsigned version, uint32_t state, struct tsr_span seed,
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

static bool
passes_filter(
    struct tsr_visit *visit, const uint8_t *filter, struct tsr_span hashed)
{
	const struct tsr_table *t = visit->table;
	const struct tsr_value *v =
	    tsr_visit_value(visit, tsr_le32(filter + 4));
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
	return hashed_text(&value, room, v) &&
	    in_ranges(t, filter + 12,
		bucket_of(filter[1], tsr_le32(filter + 8), seed, value));
}

static bool
passes_filters(
    struct tsr_visit *visit, const uint8_t *trial, struct tsr_span hashed)
{
	uint32_t first = tsr_le32(trial + 40), count = tsr_le32(trial + 44), i;
	const uint8_t *filter;

	for (i = 0; i < count && i <= UINT32_MAX - first; i++) {
		filter = tsr_table_record(visit->table, TSR_SECTION_EFLT,
		    first + i, TSR_FILTER_SIZE);
		if (filter == NULL || !passes_filter(visit, filter, hashed))
			return false;
	}
	return true;
}

/* Arm i of all, with the share that counts now. */
static bool
arm_at(struct tsr_assignment *out, const struct tsr_visit *visit,
    uint32_t number, const uint8_t *trial, uint32_t i)
{
	const struct tsr_weights *weights = visit->request->weights;
	uint32_t first = tsr_le32(trial + 32), count = tsr_le32(trial + 36);
	const uint8_t *arm;

	if (i >= count || i > UINT32_MAX - first)
		return false;
	arm = tsr_table_record(
	    visit->table, TSR_SECTION_EARM, first + i, TSR_ARM_SIZE);
	if (arm == NULL)
		return false;
	out->name = tsr_table_text(visit->table, arm);
	out->from = tsr_le32(arm + 8);
	out->to = tsr_le32(arm + 12);
	if (weights != NULL && number < TSR_ATTRIBUTES_MAX &&
	    first + i < TSR_ARMS_MAX && weights->has[number]) {
		out->from = weights->cuts[first + i].from;
		out->to = weights->cuts[first + i].to;
	}
	return true;
}

/*
 * What the visitor keeps: true when that is the answer. Consent to keep it is
 * a matter of the state.
 */
static bool
keep_bucket(struct tsr_assignment *out, struct tsr_visit *visit,
    uint32_t number, const uint8_t *trial)
{
	const struct tsr_bucket *bucket;

	if ((tsr_le16(trial + 18) & TSR_TRIAL_STICKY) == 0 ||
	    visit->state == NULL)
		return false;
	bucket = tsr_state_bucket(visit->state,
	    tsr_state_name(tsr_table_text(visit->table, trial)));
	if (bucket == NULL)
		return false;
	if (bucket->version < tsr_le32(trial + 56)) {
		out->reason = TSR_REASON_BLOCKED;
		return true;
	}
	if (bucket->version != tsr_le32(trial + 52) ||
	    !arm_at(out, visit, number, trial, bucket->arm))
		return false;
	out->reason = TSR_REASON_STICKY;
	out->arm = bucket->arm;
	return true;
}

/* Who is in an arm of a sticky experiment stays there. */
static void
remember(struct tsr_visit *visit, const uint8_t *trial, uint32_t arm)
{
	struct tsr_bucket bucket = {
	    .experiment = tsr_state_name(tsr_table_text(visit->table, trial)),
	    .version = (uint16_t)tsr_le32(trial + 52),
	    .arm = (uint8_t)arm,
	    .day = (uint16_t)(visit->request->now / 86400000)};

	if ((tsr_le16(trial + 18) & TSR_TRIAL_STICKY) != 0 &&
	    visit->keep != NULL && arm < 256 &&
	    tsr_le32(trial + 52) <= UINT16_MAX)
		tsr_state_bucket_put(visit->keep, bucket);
}

static void
choose(struct tsr_assignment *out, struct tsr_visit *visit, uint32_t number,
    const uint8_t *trial)
{
	uint32_t forced = tsr_le32(trial + 60), n, i;
	struct tsr_span value = {NULL, 0};
	uint8_t room[TSR_JSON_MAX];

	out->reason = TSR_REASON_NO_ID;
	if (forced == 0 && !hashed_text(&value, room,
		tsr_visit_value(visit, tsr_le32(trial + 24))))
		return;
	if (forced == 0 && keep_bucket(out, visit, number, trial))
		return;
	out->reason = TSR_REASON_FILTERED;
	if (!passes_filters(visit, trial, value))
		return;
	out->reason = TSR_REASON_CONDITION;
	if (tsr_visit_decide(visit, tsr_le32(trial + 48)) != 0)
		return;
	if (forced != 0) {
		out->reason = TSR_REASON_FORCED;
		if (arm_at(out, visit, number, trial, forced - 1))
			out->arm = (int32_t)(forced - 1);
		return;
	}
	out->reason = TSR_REASON_OUTSIDE;
	n = bucket_of(trial[17], tsr_le32(trial + 28),
	    tsr_table_text(visit->table, trial + 8), value);
	for (i = 0; arm_at(out, visit, number, trial, i); i++)
		if (n >= out->from && n < out->to) {
			out->reason = TSR_REASON_HASHED;
			out->arm = (int32_t)i;
			remember(visit, trial, i);
			return;
		}
}

/* Those that this one's decision may ask have smaller numbers. */
static void
prepare(struct tsr_visit *visit, uint32_t number)
{
	const uint8_t *trial;
	uint32_t i;

	for (i = 0; i < number; i++) {
		trial = trial_at(visit->table, i);
		if (trial != NULL &&
		    (tsr_le16(trial + 18) & TSR_TRIAL_ASKED) != 0)
			(void)tsr_visit_value(visit, tsr_le32(trial + 20));
	}
}

void
tsr_experiment_assign(
    struct tsr_assignment *out, struct tsr_visit *visit, uint32_t i)
{
	const uint8_t *trial = trial_at(visit->table, i), *filter;
	uint32_t first, count, k;

	memset(out, 0, sizeof(*out));
	out->arm = -1;
	if (trial == NULL || (tsr_le16(trial + 18) & TSR_TRIAL_OFF) != 0)
		return;
	out->buckets = buckets_of(trial[17]);
	/* Holdouts hash and nothing else: filters ask them on the way. */
	first = tsr_le32(trial + 40);
	count = tsr_le32(trial + 44);
	for (k = 0; k < count && k <= UINT32_MAX - first; k++) {
		filter = tsr_table_record(visit->table, TSR_SECTION_EFLT,
		    first + k, TSR_FILTER_SIZE);
		if (filter == NULL)
			break;
		if (filter[0] == TSR_FILTER_HOLDOUT)
			(void)tsr_visit_value(visit, tsr_le32(filter + 4));
	}
	visit->assigning = true;
	choose(out, visit, i, trial);
	visit->assigning = false;
}

void
tsr_experiment_read(
    struct tsr_value *out, struct tsr_visit *visit, uint32_t i)
{
	const uint8_t *trial = trial_at(visit->table, i);
	struct tsr_assignment got;

	memset(out, 0, sizeof(*out));
	out->kind = TSR_VALUE_MISSING;
	/* Only a damaged table asks for an arm while one is being chosen. */
	if (trial == NULL || visit->assigning)
		return;
	if ((tsr_le16(trial + 18) & TSR_TRIAL_ASKS) != 0)
		prepare(visit, i);
	tsr_experiment_assign(&got, visit, i);
	if (trial[16] == TSR_TRIAL_HOLDOUT) {
		if (got.reason != TSR_REASON_HASHED &&
		    got.reason != TSR_REASON_OUTSIDE)
			return;
		out->kind = TSR_VALUE_BOOLEAN;
		out->boolean = got.arm == 0;
	} else if (got.arm >= 0) {
		out->kind = TSR_VALUE_STRING;
		out->string = got.name;
	}
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
	const uint8_t *p = trial_at(t, i), *a = attribute_at(t, p + 20);
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
		a = trial_at(t, tsr_le32(a + 36));
		if (a == NULL || tsr_le32(a + 20) != i)
			return TSR_RANGE;
	}
	return TSR_OK;
}
