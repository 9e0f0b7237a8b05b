/*
 * experiment_write - the records of experiments and holdouts.
 *
 * Shares become ranges of buckets exactly as the reference's comparisons of
 * doubles have them. The records' layout is in core/experiment.h.
 */
#include "build/rules/experiment_inner.h"
#include "core/experiment.h"

/* The first bucket of n that is not below x. */
static uint32_t
cut(double x, uint32_t n)
{
	uint32_t b = x <= 0 ? 0 : x >= 1 ? n : (uint32_t)(x * (double)n);

	while (b > 0 && (double)(b - 1) / (double)n >= x)
		b--;
	while (b < n && (double)b / (double)n < x)
		b++;
	return b;
}

struct writer {
	struct tsr_buf *sections;
	const struct tsr_rules *rules;
	const struct tsr_strings *strings;
};

static void
put_text(struct writer *w, struct tsr_buf *out, struct tsr_span text)
{
	tsr_buf_le32(out, w->strings->add(w->strings->ctx, text));
	tsr_buf_le32(out, (uint32_t)text.n);
}

static uint32_t
count_of(const struct writer *w, enum tsr_section s, size_t size)
{
	return (uint32_t)(w->sections[s].n / size);
}

static void
put_arm(struct writer *w, struct tsr_span name, struct tsr_range range,
    unsigned version)
{
	struct tsr_buf *out = &w->sections[TSR_SECTION_EARM];
	uint32_t n = tsr_experiment_buckets(version);

	put_text(w, out, name);
	tsr_buf_le32(out, cut(range.from, n));
	tsr_buf_le32(out, cut(range.to, n));
}

static uint32_t
put_arms(struct writer *w, const struct trial *t)
{
	const struct tsr_json *arms = member(t, "arms");
	const struct tsr_json *weights = member(t, "weights");
	const struct tsr_json *given = member(t, "ranges");
	struct tsr_range ranges[TSR_ARMS_EACH] = {{0, 0}};
	double shares[TSR_ARMS_EACH];
	uint32_t i, n = list_count(arms);

	if (t->holdout) {
		ranges[0].to = number_or(member(t, "share"), 0.05);
		ranges[1].from = ranges[0].to;
		ranges[1].to =
		    ranges[0].to + number_or(member(t, "control"), 0);
		put_arm(w, TSR_LIT("held-out"), ranges[0], t->version);
		put_arm(w, TSR_LIT("control"), ranges[1], t->version);
		return 2;
	}
	for (i = 0; i < list_count(weights) && i < TSR_ARMS_EACH;
	     i++)
		shares[i] = tsr_json_number(&weights->u.items[i]);
	tsr_range_fill(ranges, weights != NULL ? shares : NULL, n,
	    number_or(member(t, "coverage"), 1));
	for (i = 0; i < n; i++)
		put_arm(w, tsr_json_text(&arms->u.items[i]), given != NULL
			? read_range(&given->u.items[i]) : ranges[i],
		    t->version);
	return n;
}

static void
put_filter(struct writer *w, enum tsr_filter_kind kind, unsigned version,
    uint32_t attribute, struct tsr_span seed, uint32_t ranges)
{
	struct tsr_buf *out = &w->sections[TSR_SECTION_EFLT];

	tsr_buf_byte(out, (uint8_t)kind);
	tsr_buf_byte(out, (uint8_t)version);
	tsr_buf_le16(out, 0);
	tsr_buf_le32(out, attribute);
	tsr_buf_le32(out, tsr_fnv32a(TSR_FNV32A_START, seed));
	tsr_buf_le32(out,
	    count_of(w, TSR_SECTION_EARM, TSR_ARM_SIZE) - ranges);
	tsr_buf_le32(out, ranges);
	put_text(w, out, seed);
	tsr_buf_le32(out, 0);
}

static void
put_holdouts(struct writer *w, const struct trial *t)
{
	const struct tsr_experiments *all = w->rules->experiments;
	const struct tsr_json *named = member(t, "holdouts");
	uint32_t i;

	for (i = 0; i < all->holdouts; i++)
		if (named == NULL ||
		    list_find(named, all->list[i].id) < named->count)
			put_filter(w, TSR_FILTER_HOLDOUT, 2,
			    all->list[i].attribute, tsr_span_of(NULL, 0), 0);
}

static void
put_filters(struct writer *w, const struct trial *t)
{
	const struct tsr_json *filters = member(t, "filters"), *f, *ranges;
	const struct tsr_json *space = member(t, "namespace");
	uint32_t i, k, attribute;
	unsigned version;

	put_holdouts(w, t);
	for (i = 0; i < list_count(filters) && t->winner == 0; i++) {
		f = &filters->u.items[i];
		ranges = tsr_json_get(f, "ranges");
		version = number_or(tsr_json_get(f, "hashVersion"), 2) < 2
		    ? 1 : 2;
		for (k = 0; k < ranges->count; k++)
			put_arm(w, tsr_span_of(NULL, 0),
			    read_range(&ranges->u.items[k]), version);
		attribute = tsr_rules_attribute_find(
		    w->rules, tsr_json_text(tsr_json_get(f, "attribute")));
		put_filter(w, TSR_FILTER_RANGES, version,
		    attribute != UINT32_MAX ? attribute : t->hashed,
		    tsr_json_text(tsr_json_get(f, "seed")), ranges->count);
	}
	if (space == NULL || t->winner != 0)
		return;
	put_arm(w, tsr_span_of(NULL, 0),
	    read_range(tsr_json_get(space, "range")), 1);
	put_filter(w, TSR_FILTER_NAMESPACE, 1, t->hashed,
	    tsr_json_text(tsr_json_get(space, "id")), 1);
}

static void
put_trial(struct writer *w, const struct trial *t)
{
	struct tsr_buf *out = &w->sections[TSR_SECTION_EXPT];
	struct tsr_span seed = tsr_json_text(member(t, "seed"));
	uint32_t filter = count_of(w, TSR_SECTION_EFLT, TSR_FILTER_SIZE);
	uint32_t filters, arm, arms;

	if (seed.n == 0)
		seed = t->id;
	if (!t->holdout)
		put_filters(w, t);
	filters = count_of(w, TSR_SECTION_EFLT, TSR_FILTER_SIZE) - filter;
	arm = count_of(w, TSR_SECTION_EARM, TSR_ARM_SIZE);
	arms = put_arms(w, t);
	put_text(w, out, t->id);
	put_text(w, out, seed);
	tsr_buf_byte(out,
	    t->holdout ? TSR_TRIAL_HOLDOUT : TSR_TRIAL_EXPERIMENT);
	tsr_buf_byte(out, (uint8_t)t->version);
	tsr_buf_le16(out, (uint16_t)(t->flags | (t->off ? TSR_TRIAL_OFF : 0)));
	tsr_buf_le32(out, t->attribute);
	tsr_buf_le32(out, t->hashed);
	tsr_buf_le32(out, tsr_fnv32a(TSR_FNV32A_START, seed));
	tsr_buf_le32(out, arm);
	tsr_buf_le32(out, arms);
	tsr_buf_le32(out, filter);
	tsr_buf_le32(out, filters);
	tsr_buf_le32(out, t->decision);
	tsr_buf_le32(out, (uint32_t)number_or(member(t, "version"), 0));
	tsr_buf_le32(out, (uint32_t)number_or(member(t, "minVersion"), 0));
	tsr_buf_le32(out, t->winner);
	tsr_buf_fill(out, 0, 16);
}

void
tsr_experiments_write(struct tsr_buf *sections, const struct tsr_rules *rules,
    const struct tsr_strings *strings)
{
	struct writer w = {sections, rules, strings};
	uint32_t i;

	for (i = 0; rules->experiments != NULL && i < rules->experiments->count;
	     i++)
		put_trial(&w, &rules->experiments->list[i]);
}
