/*
 * weights - shares of arms that were published after the build.
 */
#include "core/weights.h"

#include "core/experiment.h"
#include "core/jsonread.h"
#include "core/number.h"

const char *
tsr_weights_fit_text(enum tsr_weights_fit fit)
{
	static const char *const texts[TSR_WEIGHTS_FIT_COUNT] = {
	    [TSR_WEIGHTS_FIT] = "fits",
	    [TSR_WEIGHTS_UNKNOWN] = "the release has no such experiment",
	    [TSR_WEIGHTS_VERSION] = "the release has another version of it "
		"(0 where it names none)",
	    [TSR_WEIGHTS_COUNT] = "the experiment has another number of arms",
	    [TSR_WEIGHTS_RANGES] =
		"the experiment's ranges have gaps, so weights do not apply"};

	return fit < TSR_WEIGHTS_FIT_COUNT ? texts[fit] : "unknown";
}

/* ---- the file ---- */

/*
 * Whole units of each weight; what is left goes to those that lost most, the
 * first of equals before the others.
 */
static void
round_units(uint16_t *units, const double *weights, uint32_t count,
    double total)
{
	double rest[TSR_ARMS_EACH], exact;
	uint32_t left = TSR_WEIGHTS_ONE, most, i;

	for (i = 0; i < count; i++) {
		/* 0.07 x 10000 is 700.0000000000001, and 0.0699... is 700. */
		exact = weights[i] / total * TSR_WEIGHTS_ONE + 1e-6;
		units[i] = (uint16_t)exact;
		rest[i] = exact - units[i];
		if (units[i] > left)
			units[i] = (uint16_t)left;
		left -= units[i];
	}
	for (; left > 0; left--) {
		most = 0;
		for (i = 1; i < count; i++)
			if (rest[i] > rest[most])
				most = i;
		units[most]++;
		rest[most] -= 1;
	}
}

static enum tsr_err
read_weights(struct tsr_weights_entry *out, struct tsr_span list)
{
	double weights[TSR_ARMS_EACH], total = 0;
	struct tsr_span rest = tsr_jsonread_parts(list), item;

	if (tsr_jsonread_kind(list) != TSR_JSONREAD_ARRAY)
		return TSR_SYNTAX;
	while (tsr_jsonread_item(&item, &rest)) {
		if (out->count == TSR_ARMS_EACH)
			return TSR_LONG;
		if (tsr_jsonread_kind(item) != TSR_JSONREAD_NUMBER ||
		    !tsr_number_read(&weights[out->count], item))
			return TSR_SYNTAX;
		if (!(weights[out->count] >= 0 && weights[out->count] <= 1))
			return TSR_RANGE;
		total += weights[out->count++];
	}
	if (!(total >= 0.999 && total <= 1.001))
		return TSR_RANGE;
	round_units(out->units, weights, out->count, total);
	return TSR_OK;
}

/* {"version": 3, "weights": [0.2, 0.8]} */
static enum tsr_err
read_entry(struct tsr_weights_entry *out, struct tsr_span value)
{
	struct tsr_span version, weights;
	double number;

	if (tsr_jsonread_kind(value) != TSR_JSONREAD_OBJECT ||
	    !tsr_jsonread_find(&version, value, TSR_LIT("version")) ||
	    !tsr_jsonread_find(&weights, value, TSR_LIT("weights")) ||
	    tsr_jsonread_kind(version) != TSR_JSONREAD_NUMBER ||
	    !tsr_number_read(&number, version) ||
	    !(number >= 0 && number <= UINT32_MAX) ||
	    (double)(uint32_t)number < number)
		return TSR_SYNTAX;
	out->version = (uint32_t)number;
	out->count = 0;
	return read_weights(out, weights);
}

bool
tsr_weights_next(struct tsr_weights_entry *out, struct tsr_span *entries)
{
	struct tsr_span value;

	return tsr_jsonread_member(&out->name, &value, entries) &&
	    read_entry(out, value) == TSR_OK;
}

/*
 * Names may be spelled in several ways; only one spelling is looked for here,
 * and of others the last counts.
 */
static bool
is_named_twice(struct tsr_span entries, struct tsr_span name)
{
	struct tsr_span other, value;

	while (tsr_jsonread_member(&other, &value, &entries))
		if (tsr_span_eq(other, name))
			return true;
	return false;
}

enum tsr_err
tsr_weights_check(struct tsr_span *entries, struct tsr_span file)
{
	struct tsr_weights_entry entry;
	struct tsr_span all, table, rest, value;
	enum tsr_err err;
	uint32_t count = 0;

	*entries = tsr_span_of(NULL, 0);
	if (file.n > TSR_WEIGHTS_FILE)
		return TSR_LONG;
	if (!tsr_jsonread_check(&all, file) ||
	    tsr_jsonread_kind(all) != TSR_JSONREAD_OBJECT ||
	    !tsr_jsonread_find(&table, all, TSR_LIT("experiments")) ||
	    tsr_jsonread_kind(table) != TSR_JSONREAD_OBJECT)
		return TSR_SYNTAX;
	rest = tsr_jsonread_parts(table);
	for (;;) {
		*entries = rest;
		if (!tsr_jsonread_member(&entry.name, &value, &rest))
			break;
		if (++count > TSR_ATTRIBUTES_MAX)
			return TSR_LONG;
		err = read_entry(&entry, value);
		if (err != TSR_OK)
			return err;
		if (is_named_twice(rest, entry.name))
			return TSR_ORDER;
	}
	*entries = tsr_jsonread_parts(table);
	return TSR_OK;
}

/* ---- the release ---- */

/* How the buckets of an experiment are laid out. */
struct layout {
	uint32_t buckets;
	uint32_t from, width; /* all arms together, in a row */
	bool spread; /* each arm has room of its own, and covers part of it */
	uint32_t covered; /* buckets of all arms together */
};

static uint32_t
difference(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

/*
 * Is it so that arm i begins where those before it end, were they as wide as
 * their weights? Each may be off by so many buckets.
 */
static bool
is_spread(const struct tsr_table *t, uint32_t first, uint32_t count,
    const struct layout *layout, uint32_t off)
{
	uint32_t sum = 0, i;
	const uint8_t *arm;

	for (i = 0; i < count; i++) {
		arm = tsr_table_record(
		    t, TSR_SECTION_EARM, first + i, TSR_ARM_SIZE);
		if (difference(tsr_le32(arm + 8),
			sum * layout->buckets / layout->covered) > off)
			return false;
		sum += tsr_le32(arm + 12) - tsr_le32(arm + 8);
	}
	return true;
}

static bool
read_layout(struct layout *out, const struct tsr_table *t, uint32_t first,
    uint32_t count, uint32_t buckets)
{
	bool in_a_row = true;
	uint32_t from, to, at = 0, i;
	const uint8_t *arm;

	memset(out, 0, sizeof(*out));
	out->buckets = buckets;
	for (i = 0; i < count; i++) {
		arm = tsr_table_record(
		    t, TSR_SECTION_EARM, first + i, TSR_ARM_SIZE);
		if (arm == NULL)
			return false;
		from = tsr_le32(arm + 8);
		to = tsr_le32(arm + 12);
		if (from > to || to > buckets || to - from >
			buckets - out->covered)
			return false;
		out->from = i == 0 ? from : out->from;
		in_a_row = in_a_row && (i == 0 || from == at);
		at = to;
		out->covered += to - from;
	}
	out->width = at - out->from;
	if (out->covered == 0)
		return false;
	out->spread = is_spread(t, first, count, out, 2);
	if (out->spread || in_a_row)
		return true;
	/* Weights of the release may be off one by a hundredth. */
	out->spread = is_spread(t, first, count, out, buckets / 100);
	return out->spread;
}

/* The buckets below a part of the units; a bucket is in when it begins there. */
static uint32_t
scale(uint32_t units, uint32_t buckets)
{
	return (units * buckets + TSR_WEIGHTS_ONE - 1) / TSR_WEIGHTS_ONE;
}

static void
fill_cuts(struct tsr_cut *cuts, const struct layout *layout,
    const struct tsr_weights_entry *entry)
{
	uint32_t before = 0, from, to, i;

	for (i = 0; i < entry->count; i++) {
		if (layout->spread) {
			from = scale(before, layout->buckets);
			to = (before * layout->buckets +
				 entry->units[i] * layout->covered +
				 TSR_WEIGHTS_ONE - 1) / TSR_WEIGHTS_ONE;
		} else {
			from = layout->from + scale(before, layout->width);
			to = layout->from +
			    scale(before + entry->units[i], layout->width);
		}
		cuts[i].from = (uint16_t)from;
		cuts[i].to = (uint16_t)to;
		before += entry->units[i];
	}
}

/* The experiment of that name; NULL: there is none. */
static const uint8_t *
find_trial(uint32_t *number, const struct tsr_table *t, struct tsr_span name)
{
	uint32_t count = tsr_table_count(t, TSR_SECTION_EXPT), i;
	const uint8_t *trial;

	for (i = 0; i < count && i < TSR_ATTRIBUTES_MAX; i++) {
		trial = tsr_table_record(
		    t, TSR_SECTION_EXPT, i, TSR_EXPERIMENT_SIZE);
		if (trial[16] != TSR_TRIAL_EXPERIMENT ||
		    !tsr_jsonread_is(name, tsr_table_text(t, trial)))
			continue;
		*number = i;
		return trial;
	}
	return NULL;
}

enum tsr_weights_fit
tsr_weights_put(struct tsr_weights *out, const struct tsr_table *t,
    const struct tsr_weights_entry *entry)
{
	struct layout layout;
	uint32_t number = 0, first, count;
	const uint8_t *trial = find_trial(&number, t, entry->name);

	if (trial == NULL)
		return TSR_WEIGHTS_UNKNOWN;
	if (tsr_le32(trial + 52) != entry->version)
		return TSR_WEIGHTS_VERSION;
	first = tsr_le32(trial + 32);
	count = tsr_le32(trial + 36);
	if (count != entry->count || first > TSR_ARMS_MAX ||
	    count > TSR_ARMS_MAX - first)
		return TSR_WEIGHTS_COUNT;
	if (!read_layout(&layout, t, first, count,
		tsr_experiment_buckets(trial[17])))
		return TSR_WEIGHTS_RANGES;
	fill_cuts(out->cuts + first, &layout, entry);
	out->count += out->has[number] ? 0 : 1;
	out->has[number] = true;
	return TSR_WEIGHTS_FIT;
}
