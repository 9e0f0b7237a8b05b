/*
 * trial - a condition or an experiment and one visitor, through all that serves
 * pages.
 */
#include "build/rules/trial.h"

#include <assert.h>

#include "build/pack/intern.h"
#include "build/rules/rules.h"
#include "core/decide.h"
#include "core/decision.h"
#include "core/experiment.h"
#include "core/hash.h"
#include "core/state.h"
#include "core/value.h"

struct trial {
	struct tsr_arena *arena;
	struct tsr_buf sections[TSR_SECTION_COUNT];
	struct tsr_intern index; /* of strings */
	struct tsr_table table;
	struct tsr_rules *rules;
	uint32_t decision;
	struct tsr_value *values; /* by attribute */
	uint32_t value_count;
};

static uint32_t
add_string(void *ctx, struct tsr_span s)
{
	struct trial *t = ctx;
	uint32_t *off;

	if (!tsr_intern_add(&off, &t->index, s)) {
		*off = (uint32_t)t->sections[TSR_SECTION_STRS].n;
		tsr_buf_add(&t->sections[TSR_SECTION_STRS], s);
	}
	return *off;
}

/* Attributes of a site, each with the type that its value has here. */
static struct tsr_json
declare(const struct tsr_json *attributes, struct tsr_arena *arena)
{
	static const char *const types[TSR_JSON_TYPE_COUNT] = {
	    [TSR_JSON_NULL] = "string", [TSR_JSON_BOOLEAN] = "boolean",
	    [TSR_JSON_INTEGER] = "number", [TSR_JSON_REAL] = "number",
	    [TSR_JSON_STRING] = "string", [TSR_JSON_ARRAY] = "json",
	    [TSR_JSON_OBJECT] = "json"};
	struct tsr_json out = {.type = TSR_JSON_OBJECT}, *v;
	struct tsr_member *list, *two;
	const char *type;
	uint32_t i;

	if (!tsr_json_is(attributes, TSR_JSON_OBJECT))
		return out;
	list = TSR_NEW_ARRAY(arena, struct tsr_member, attributes->count + 1);
	for (i = 0; i < attributes->count; i++) {
		/* A name with a dot cannot be reached: it is a path. */
		if (tsr_span_find(attributes->u.members[i].name, '.', 0) <
		    attributes->u.members[i].name.n)
			continue;
		list[out.count].name = attributes->u.members[i].name;
		v = &list[out.count++].value;
		two = TSR_NEW_ARRAY(arena, struct tsr_member, 2);
		type = types[attributes->u.members[i].value.type];
		two[0].name = TSR_LIT("type");
		two[0].value =
		    tsr_json_string(tsr_span_of(type, strlen(type)));
		two[1].name = TSR_LIT("source");
		two[1].value = tsr_json_string(TSR_LIT("query:x"));
		v->type = TSR_JSON_OBJECT;
		v->count = 2;
		v->u.members = two;
	}
	out.u.members = list;
	return out;
}

static void
set_value(struct tsr_value *out, const struct tsr_json *v,
    struct tsr_arena *arena)
{
	struct tsr_buf text;
	struct tsr_span kept;

	if (v == NULL)
		return;
	if (v->type == TSR_JSON_STRING) {
		out->kind = TSR_VALUE_STRING;
		out->string = v->u.string;
		return;
	}
	tsr_buf_init(&text, SIZE_MAX / 2);
	tsr_json_write(&text, v);
	kept = tsr_arena_dup(arena, tsr_buf_view(&text));
	tsr_buf_free(&text);
	tsr_value_json(out, kept, NULL, 0);
}

/* Values of the attributes that the rules know, by number. */
static void
set_values(struct trial *t, const struct tsr_json *attributes)
{
	uint32_t i;

	t->values =
	    TSR_NEW_ARRAY(t->arena, struct tsr_value, TSR_ATTRIBUTES_MAX);
	t->value_count = (uint32_t)tsr_rules_attribute_count(t->rules);
	for (i = 0; i < t->value_count; i++)
		set_value(&t->values[i], tsr_json_find(attributes,
			tsr_rules_attribute_at(t->rules, i)->name), t->arena);
}

/* What was written, as a table, and a visit to it. */
static struct tsr_visit *
open_table(struct trial *t)
{
	static const uint8_t page[TSR_PAGE_SIZE];
	static const struct tsr_request request = {.now = 0};
	struct tsr_visit *visit = TSR_NEW(t->arena, struct tsr_visit);
	bool sound;
	size_t i;

	for (i = 0; i < TSR_SECTION_COUNT; i++) {
		t->table.sections[i].p = t->sections[i].p;
		t->table.sections[i].n = t->sections[i].n;
		t->table.sections[i].count = (uint32_t)(t->sections[i].n /
		    tsr_table_section_size((enum tsr_section)i));
	}
	sound = tsr_decision_verify(&t->table) == TSR_OK;
	assert(sound);
	if (!sound)
		return NULL;
	tsr_visit_init(visit, &t->table, &request, page);
	visit->overrides = t->values;
	return visit;
}

/* Compile a condition, or none, and write all there is but the experiment. */
static bool
begin(struct trial *t, struct tsr_diag *diag, const struct tsr_json *condition,
    const struct tsr_json *attributes, const struct tsr_json *groups)
{
	struct tsr_strings strings = {t, add_string};
	struct tsr_rule rule = {.audience = condition, .starts = INT64_MIN,
	    .ends = INT64_MAX, .name = TSR_LIT("condition")};
	struct tsr_json declared = declare(attributes, t->arena);
	size_t i;

	tsr_intern_init(&t->index, t->arena);
	for (i = 0; i < TSR_SECTION_COUNT; i++)
		tsr_buf_init(&t->sections[i], SIZE_MAX / 2);
	t->rules = tsr_rules_new(t->arena, diag);
	tsr_rules_relax(t->rules);
	tsr_rules_groups(t->rules, groups);
	tsr_rules_declare(t->rules, &declared, NULL);
	if (condition != NULL &&
	    !tsr_rules_chain(&t->decision, t->rules, &rule, 1))
		return false;
	if (diag->errors > 0)
		return false;
	tsr_rules_write(t->sections, t->rules, &strings);
	set_values(t, attributes);
	return true;
}

static void
end(struct trial *t)
{
	size_t i;

	for (i = 0; i < TSR_SECTION_COUNT; i++)
		tsr_buf_free(&t->sections[i]);
}

bool
tsr_trial(struct tsr_diag *diag, const struct tsr_json *condition,
    const struct tsr_json *attributes, const struct tsr_json *groups,
    struct tsr_arena *arena)
{
	struct trial *t = TSR_NEW(arena, struct trial);
	struct tsr_visit *visit;
	bool holds = false;

	t->arena = arena;
	if (begin(t, diag, condition, attributes, groups)) {
		visit = open_table(t);
		holds = visit != NULL &&
		    tsr_decide_outcome(visit, t->decision) == 0;
	}
	end(t);
	return holds;
}

/* ---- experiments ---- */

/* One more attribute, of which only the value counts. */
static uint32_t
add_attribute(struct trial *t, enum tsr_attribute_source source,
    const struct tsr_json *value)
{
	struct tsr_buf *out = &t->sections[TSR_SECTION_ATTR];

	tsr_buf_fill(out, 0, 16);
	tsr_buf_byte(out, TSR_TYPE_STRING);
	tsr_buf_byte(out, (uint8_t)source);
	tsr_buf_byte(out, TSR_PURPOSE_NONE);
	tsr_buf_byte(out, TSR_TIER_REQUEST);
	tsr_buf_fill(out, 0, TSR_ATTRIBUTE_SIZE - 20);
	if (source != TSR_SOURCE_EXPERIMENT) {
		t->values[t->value_count].kind = TSR_VALUE_MISSING;
		set_value(&t->values[t->value_count], value, t->arena);
	}
	return t->value_count++;
}

static void
add_text(struct trial *t, struct tsr_buf *out, struct tsr_span text)
{
	tsr_buf_le32(out, add_string(t, text));
	tsr_buf_le32(out, (uint32_t)text.n);
}

/* The first bucket of n whose number is not below x. */
static uint32_t
bucket_from(double x, uint32_t n)
{
	uint32_t low = 0, high = n, half;

	while (low < high) {
		half = low + (high - low) / 2;
		if ((double)half / n >= x)
			high = half;
		else
			low = half + 1;
	}
	return low;
}

/* Ranges to EARM, and their first and count to a record. */
static void
add_ranges(struct trial *t, struct tsr_buf *record,
    const struct tsr_range *ranges, size_t count, unsigned version)
{
	struct tsr_buf *out = &t->sections[TSR_SECTION_EARM];
	uint32_t n = version == 1 ? 1000 : 10000;
	size_t i;

	tsr_buf_le32(record, (uint32_t)(out->n / TSR_ARM_SIZE));
	tsr_buf_le32(record, (uint32_t)count);
	for (i = 0; i < count; i++) {
		tsr_buf_le64(out, 0);
		tsr_buf_le32(out, bucket_from(ranges[i].from, n));
		tsr_buf_le32(out, bucket_from(ranges[i].to, n));
	}
}

static void
add_filter(struct trial *t, const struct tsr_trial_filter *f)
{
	struct tsr_buf *out = &t->sections[TSR_SECTION_EFLT];
	uint32_t attribute = add_attribute(t, TSR_SOURCE_QUERY, f->value);

	tsr_buf_byte(out, f->space ? TSR_FILTER_NAMESPACE : TSR_FILTER_RANGES);
	tsr_buf_byte(out, (uint8_t)f->version);
	tsr_buf_le16(out, 0);
	tsr_buf_le32(out, attribute);
	tsr_buf_le32(out, tsr_fnv32a(TSR_FNV32A_START, f->seed));
	add_ranges(t, out, f->ranges, f->count, f->version);
	add_text(t, out, f->seed);
	tsr_buf_le32(out, 0);
}

static void
add_experiment(struct trial *t, const struct tsr_trial_experiment *e)
{
	struct tsr_buf *out = &t->sections[TSR_SECTION_EXPT];
	uint32_t hashed = add_attribute(t, TSR_SOURCE_QUERY, e->value);
	uint32_t result = add_attribute(t, TSR_SOURCE_EXPERIMENT, NULL);
	size_t i;

	tsr_buf_le64(out, 0);
	add_text(t, out, e->seed);
	tsr_buf_byte(out, TSR_TRIAL_EXPERIMENT);
	tsr_buf_byte(out, (uint8_t)e->version);
	tsr_buf_le16(out, TSR_TRIAL_STICKY);
	tsr_buf_le32(out, result);
	tsr_buf_le32(out, hashed);
	tsr_buf_le32(out, tsr_fnv32a(TSR_FNV32A_START, e->seed));
	add_ranges(t, out, e->arms, e->arm_count, e->version);
	tsr_buf_le32(out, 0);
	tsr_buf_le32(out, (uint32_t)e->filter_count);
	tsr_buf_le32(out, t->decision);
	tsr_buf_le32(out, 1); /* the versions of what is kept: see below */
	tsr_buf_le32(out, 1);
	tsr_buf_fill(out, 0, 20);
	for (i = 0; i < e->filter_count; i++)
		add_filter(t, &e->filters[i]);
}

/* What the visitor keeps: of this version, or of one before it. */
static void
keep(struct tsr_state *out, const struct tsr_trial_experiment *e)
{
	struct tsr_bucket bucket = {
	    .experiment = tsr_state_name(tsr_span_of(NULL, 0))};

	memset(out, 0, sizeof(*out));
	out->purposes = 1u << TSR_PURPOSE_ANALYTICS;
	if (!e->blocked && (e->kept < 0 || e->kept > UINT8_MAX))
		return;
	bucket.version = !e->blocked;
	bucket.arm = e->blocked ? 0 : (uint8_t)e->kept;
	tsr_state_bucket_put(out, bucket);
}

/* More than an index has; the attributes of the experiment are two. */
static bool
is_too_large(const struct trial *t, const struct tsr_trial_experiment *e)
{
	size_t arms = e->arm_count, i;

	for (i = 0; i < e->filter_count; i++)
		arms += e->filters[i].count;
	return arms > TSR_ARMS_MAX ||
	    t->value_count + e->filter_count + 2 > TSR_ATTRIBUTES_MAX;
}

int32_t
tsr_trial_arm(struct tsr_diag *diag, const struct tsr_trial_experiment *e,
    const struct tsr_json *attributes, const struct tsr_json *groups,
    struct tsr_arena *arena)
{
	struct trial *t = TSR_NEW(arena, struct trial);
	struct tsr_assignment got = {.arm = -1};
	struct tsr_visit *visit;
	struct tsr_state state;

	t->arena = arena;
	if (!begin(t, diag, e->condition, attributes, groups))
		goto out;
	if (is_too_large(t, e)) {
		tsr_diag_add(diag, TSR_ERROR, "R016",
		    TSR_NOWHERE, "too many ranges or filters");
		goto out;
	}
	add_experiment(t, e);
	visit = open_table(t);
	if (visit == NULL)
		goto out;
	keep(&state, e);
	visit->state = &state;
	tsr_decide_arm(&got, visit, 0);
out:
	end(t);
	return got.arm;
}
