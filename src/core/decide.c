/*
 * decide - what follows from a visit: values, predicates, outcomes and arms.
 *
 * These ask each other: an outcome asks predicates, a predicate asks a value,
 * and a value may be an arm, whose audience is a decision. The build orders
 * experiments so that this ends; here visit->assigning ends it.
 */
#include "core/decide.h"

#include "core/attribute.h"
#include "core/experiment.h"
#include "core/expression.h"
#include "core/predicate.h"
#include "core/state.h"
#include "core/weights.h"

/* ---- arms ---- */

/* Filter i of an experiment; NULL: it has no more. */
static const uint8_t *
filter_at(const struct tsr_table *t, const uint8_t *trial, uint32_t i)
{
	uint32_t first = tsr_le32(trial + 40);

	if (i >= tsr_le32(trial + 44) || i > UINT32_MAX - first)
		return NULL;
	return tsr_table_record(
	    t, TSR_SECTION_EFLT, first + i, TSR_FILTER_SIZE);
}

static bool
passes_filters(
    struct tsr_visit *visit, const uint8_t *trial, struct tsr_span hashed)
{
	uint32_t count = tsr_le32(trial + 44), i;
	const uint8_t *filter;

	for (i = 0; i < count; i++) {
		filter = filter_at(visit->table, trial, i);
		if (filter == NULL || !tsr_experiment_passes(visit->table,
			filter, tsr_decide_value(visit, tsr_le32(filter + 4)),
			hashed))
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
		out->reason = TSR_ASSIGNED_BLOCKED;
		return true;
	}
	if (bucket->version != tsr_le32(trial + 52) ||
	    !arm_at(out, visit, number, trial, bucket->arm))
		return false;
	out->reason = TSR_ASSIGNED_STICKY;
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

/* In the order of the reference's checks (GrowthBook's JavaScript SDK). */
static void
choose(struct tsr_assignment *out, struct tsr_visit *visit, uint32_t number,
    const uint8_t *trial)
{
	uint32_t forced = tsr_le32(trial + 60), n, i;
	struct tsr_span value = {NULL, 0};
	uint8_t room[TSR_JSON_MAX];

	out->reason = TSR_ASSIGNED_NO_ID;
	if (forced == 0 && !tsr_experiment_hashed(&value, room,
		tsr_decide_value(visit, tsr_le32(trial + 24))))
		return;
	if (forced == 0 && keep_bucket(out, visit, number, trial))
		return;
	out->reason = TSR_ASSIGNED_FILTERED;
	if (!passes_filters(visit, trial, value))
		return;
	out->reason = TSR_ASSIGNED_CONDITION;
	if (tsr_decide_outcome(visit, tsr_le32(trial + 48)) != 0)
		return;
	if (forced != 0) {
		out->reason = TSR_ASSIGNED_FORCED;
		if (arm_at(out, visit, number, trial, forced - 1))
			out->arm = (int32_t)(forced - 1);
		return;
	}
	out->reason = TSR_ASSIGNED_OUTSIDE;
	n = tsr_experiment_bucket(trial[17], tsr_le32(trial + 28),
	    tsr_table_text(visit->table, trial + 8), value);
	for (i = 0; arm_at(out, visit, number, trial, i); i++)
		if (n >= out->from && n < out->to) {
			out->reason = TSR_ASSIGNED_HASHED;
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
		trial = tsr_experiment_at(visit->table, i);
		if (trial != NULL &&
		    (tsr_le16(trial + 18) & TSR_TRIAL_ASKED) != 0)
			(void)tsr_decide_value(visit, tsr_le32(trial + 20));
	}
}

void
tsr_decide_arm(
    struct tsr_assignment *out, struct tsr_visit *visit, uint32_t i)
{
	const uint8_t *trial = tsr_experiment_at(visit->table, i), *filter;
	uint32_t k;

	memset(out, 0, sizeof(*out));
	out->arm = -1;
	if (trial == NULL || (tsr_le16(trial + 18) & TSR_TRIAL_OFF) != 0)
		return;
	out->buckets = tsr_experiment_buckets(trial[17]);
	/* Holdouts hash and nothing else: filters ask them on the way. */
	for (k = 0; (filter = filter_at(visit->table, trial, k)) != NULL; k++)
		if (filter[0] == TSR_FILTER_HOLDOUT)
			(void)tsr_decide_value(visit, tsr_le32(filter + 4));
	visit->assigning = true;
	choose(out, visit, i, trial);
	visit->assigning = false;
}

/*
 * The value of the attribute of EXPT record i: an arm's name, or whether one is
 * held out; as it was for who is not in it or has nothing to hash.
 */
static void
read_arm(struct tsr_value *out, struct tsr_visit *visit, uint32_t i)
{
	const uint8_t *trial = tsr_experiment_at(visit->table, i);
	struct tsr_assignment got;

	/* Only a damaged table asks for an arm while one is being chosen. */
	if (trial == NULL || visit->assigning)
		return;
	if ((tsr_le16(trial + 18) & TSR_TRIAL_ASKS) != 0)
		prepare(visit, i);
	tsr_decide_arm(&got, visit, i);
	if (trial[16] == TSR_TRIAL_HOLDOUT) {
		if (got.reason != TSR_ASSIGNED_HASHED &&
		    got.reason != TSR_ASSIGNED_OUTSIDE)
			return;
		out->kind = TSR_VALUE_BOOLEAN;
		out->boolean = got.arm == 0;
	} else if (got.arm >= 0) {
		out->kind = TSR_VALUE_STRING;
		out->string = got.name;
	}
}

/* ---- values, predicates, outcomes ---- */

/* Work attribute i out. Apart from who asks: most find it known. */
static void __attribute__((noinline))
read_value(struct tsr_visit *visit, uint32_t i)
{
	struct tsr_value *out = &visit->values[i];
	const uint8_t *attribute = tsr_table_record(
	    visit->table, TSR_SECTION_ATTR, i, TSR_ATTRIBUTE_SIZE);
	unsigned source = attribute[17], purpose = attribute[18];

	if (visit->overrides != NULL &&
	    visit->overrides[i].kind != TSR_VALUE_UNREAD) {
		*out = visit->overrides[i];
		return;
	}
	memset(out, 0, sizeof(*out));
	out->kind = TSR_VALUE_MISSING;
	if (purpose >= TSR_PURPOSE_COUNT ||
	    (visit->purposes & 1u << purpose) == 0)
		return;
	if (source == TSR_SOURCE_EXPERIMENT || source == TSR_SOURCE_HOLDOUT)
		read_arm(out, visit, tsr_le32(attribute + 36));
	else
		tsr_attribute_read(out, visit, attribute);
}

const struct tsr_value *
tsr_decide_value(struct tsr_visit *visit, uint32_t i)
{
	static const struct tsr_value missing = {.kind = TSR_VALUE_MISSING};

	if (i >= tsr_table_count(visit->table, TSR_SECTION_ATTR) ||
	    i >= TSR_ATTRIBUTES_MAX)
		return &missing;
	if (visit->values[i].kind == TSR_VALUE_UNREAD)
		read_value(visit, i);
	return &visit->values[i];
}

/* What was not asked before, apart like read_value. */
static bool __attribute__((noinline))
test(struct tsr_visit *visit, const uint8_t *predicate)
{
	const struct tsr_value *value =
	    tsr_decide_value(visit, tsr_le32(predicate + 4));
	uint32_t count = tsr_le32(predicate + 12);

	if (predicate[0] != TSR_OPERATOR_EXPRESSION)
		return tsr_predicate_holds(visit->table, predicate, value);
	return count > 0 && tsr_expression_holds(
	    visit->table, tsr_le32(predicate + 8), count, value);
}

bool
tsr_decide_predicate(struct tsr_visit *visit, uint32_t i)
{
	const uint8_t *predicate = tsr_table_record(
	    visit->table, TSR_SECTION_PRED, i, TSR_PREDICATE_SIZE);
	unsigned shift = i % 4 * 2, known;

	if (predicate == NULL || i >= TSR_PREDICATES_MAX)
		return false;
	known = visit->predicates[i / 4] >> shift & 3;
	if (known == 0) {
		known = 1 + test(visit, predicate);
		visit->predicates[i / 4] |= (uint8_t)(known << shift);
	}
	return known == 2;
}

uint32_t
tsr_decide_outcome(struct tsr_visit *visit, uint32_t i)
{
	const uint8_t *decision = tsr_table_record(
	    visit->table, TSR_SECTION_DECN, i, TSR_DECISION_SIZE), *node;
	uint32_t target, count, steps;

	if (decision == NULL)
		return 0;
	target = tsr_le32(decision);
	count = tsr_le32(decision + 4);
	for (steps = 0; (target & TSR_TARGET_OUTCOME) == 0; steps++) {
		node = tsr_table_record(
		    visit->table, TSR_SECTION_NODE, target, TSR_NODE_SIZE);
		if (node == NULL || steps == TSR_DECIDE_STEPS)
			return count > 0 ? count - 1 : 0;
		target = tsr_decide_predicate(visit, tsr_le32(node))
		    ? tsr_le32(node + 4) : tsr_le32(node + 8);
	}
	target &= ~TSR_TARGET_OUTCOME;
	if (target < count)
		return target;
	return count > 0 ? count - 1 : 0;
}

size_t
tsr_decide_segment_key(uint8_t *out, size_t n, struct tsr_visit *visit)
{
	uint32_t count = tsr_table_count(visit->table, TSR_SECTION_SKEY), i;

	for (i = 0; i < count && i < n; i++)
		out[i] = tsr_decide_predicate(visit, tsr_le32(tsr_table_record(
		    visit->table, TSR_SECTION_SKEY, i, 4))) ? '1' : '0';
	return i;
}
