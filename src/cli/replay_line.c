/*
 * replay_line - one logged page view, decided once more.
 */
#include "cli/replay_line.h"

#include "core/decisionlog.h"
#include "core/jsonread.h"
#include "core/number.h"
#include "core/value.h"

bool
tsr_replay_find(struct tsr_span *out, struct tsr_span line, const char *name)
{
	return tsr_jsonread_find(out, line, tsr_span_of(name, strlen(name)));
}

bool
tsr_replay_number(double *out, struct tsr_span line, const char *name)
{
	struct tsr_span v;

	return tsr_replay_find(&v, line, name) &&
	    tsr_jsonread_kind(v) == TSR_JSONREAD_NUMBER &&
	    tsr_number_read(out, v) && *out >= 0 && *out < 9e15;
}

struct tsr_span
tsr_replay_text(struct tsr_span string, uint8_t *room, size_t n)
{
	struct tsr_span text;

	if (tsr_jsonread_kind(string) == TSR_JSONREAD_STRING &&
	    tsr_jsonread_text(&text, string, room, n))
		return text;
	return tsr_span_of(NULL, 0);
}

/*
 * Is the arm of an attribute's experiment to be believed: one that the visitor
 * kept from before, or drawn by weights that are not at hand?
 */
static bool
is_given(const struct tsr_table *t, struct tsr_span line, uint32_t attribute,
    bool at_hand)
{
	struct tsr_span all, one, reason, weights;
	const uint8_t *trial;
	uint8_t room[256];
	uint32_t i;

	if (!at_hand && tsr_replay_find(&weights, line, "weights") &&
	    tsr_jsonread_kind(weights) == TSR_JSONREAD_STRING)
		return true;
	for (i = 0; i < tsr_table_count(t, TSR_SECTION_EXPT); i++) {
		trial = tsr_table_record(
		    t, TSR_SECTION_EXPT, i, TSR_EXPERIMENT_SIZE);
		if (tsr_le32(trial + 20) == attribute &&
		    tsr_replay_find(&all, line, "experiments") &&
		    tsr_jsonread_find(&one, all, tsr_table_text(t, trial)) &&
		    tsr_replay_find(&reason, one, "reason")) {
			reason = tsr_replay_text(reason, room, sizeof(room));
			return tsr_span_eq(reason, TSR_LIT("sticky")) ||
			    tsr_span_eq(reason, TSR_LIT("blocked"));
		}
	}
	return false;
}

/* What the release knows by itself is worked out again, not believed. */
static bool
is_recomputed(unsigned source)
{
	return source == TSR_SOURCE_TIME || source == TSR_SOURCE_CLOCK ||
	    source == TSR_SOURCE_PATH || source == TSR_SOURCE_METHOD ||
	    source == TSR_SOURCE_LOCALE || source == TSR_SOURCE_PAGE;
}

static void
read_input(struct tsr_value *out, struct tsr_replay *r,
    const uint8_t *attribute, struct tsr_span json)
{
	uint8_t *room = r->room + r->used;

	tsr_value_json(out, json, room, sizeof(r->room) - r->used);
	if (out->kind == TSR_VALUE_STRING && out->string.p == room)
		r->used += out->string.n;
	/* Infinity, which is no number of JSON. */
	if (attribute[16] == TSR_TYPE_NUMBER && out->kind == TSR_VALUE_STRING &&
	    tsr_number_read(&out->number, out->string))
		out->kind = TSR_VALUE_NUMBER;
}

/* The logged inputs in place of what a request says; the rest is missing. */
static void
read_inputs(struct tsr_replay *r, const struct tsr_table *t,
    struct tsr_span line, struct tsr_span inputs)
{
	uint32_t count = tsr_table_count(t, TSR_SECTION_ATTR), i;
	const uint8_t *attribute;
	struct tsr_span json;

	memset(r->overrides, 0, sizeof(r->overrides));
	r->used = 0;
	for (i = 0; i < count && i < TSR_ATTRIBUTES_MAX; i++) {
		attribute = tsr_table_record(
		    t, TSR_SECTION_ATTR, i, TSR_ATTRIBUTE_SIZE);
		if (is_recomputed(attribute[17]) ||
		    ((attribute[17] == TSR_SOURCE_EXPERIMENT ||
			 attribute[17] == TSR_SOURCE_HOLDOUT) &&
			!is_given(t, line, i, r->weights != NULL)))
			continue;
		r->overrides[i].kind = TSR_VALUE_MISSING;
		if (tsr_jsonread_find(
			&json, inputs, tsr_table_text(t, attribute)))
			read_input(&r->overrides[i], r, attribute, json);
	}
}

struct tsr_span
tsr_replay_line(
    struct tsr_replay *r, const struct tsr_table *t, struct tsr_span line)
{
	static const struct tsr_param get = {
	    {(const uint8_t *)"REQUEST_METHOD", 14},
	    {(const uint8_t *)"GET", 3}};
	struct tsr_request request = {
	    .params = &get, .count = 1, .weights = r->weights};
	const uint8_t *record;
	struct tsr_span inputs;
	double time, page;
	size_t n;

	if (!tsr_replay_number(&time, line, "time") ||
	    !tsr_replay_number(&page, line, "page") || page > UINT32_MAX ||
	    !tsr_replay_find(&inputs, line, "inputs"))
		return tsr_span_of(NULL, 0);
	request.now = (int64_t)time;
	record = tsr_table_record(
	    t, TSR_SECTION_PAGE, (uint32_t)page, TSR_PAGE_SIZE);
	if (record == NULL)
		return tsr_span_of(NULL, 0);
	read_inputs(r, t, line, inputs);
	tsr_visit_init(&r->visit, t, &request, record);
	r->visit.overrides = r->overrides;
	/* What lacked consent is missing in the line. */
	r->visit.purposes = UINT32_MAX;
	n = tsr_decisionlog_write(
	    r->line, sizeof(r->line), &r->visit, (uint32_t)page);
	return tsr_span_of(r->line, n);
}
