/*
 * state - what the visitor's signed cookie remembers of them.
 */
#include "core/state.h"

#include "core/base64.h"

#define MAY(purpose) (1u << TSR_PURPOSE_##purpose)

uint32_t
tsr_state_name(struct tsr_span name)
{
	return tsr_hash32(name);
}

bool
tsr_state_restrict(struct tsr_state *state, unsigned purposes)
{
	unsigned gone = state->purposes & ~purposes;

	state->purposes &= purposes;
	if ((gone & MAY(FUNCTIONAL)) != 0) {
		state->session_start = state->session_pages = 0;
		state->entry = TSR_ENTRY_DIRECT;
		state->campaign_n = 0;
		memset(state->campaign, 0, sizeof(state->campaign));
	}
	if ((gone & MAY(ANALYTICS)) != 0) {
		memset(state->id, 0, sizeof(state->id));
		state->bucket_count = 0;
	}
	if ((gone & MAY(PERSONALIZATION)) != 0) {
		state->first_seen = state->visits = state->pages = 0;
		state->counter_count = state->points_count = 0;
	}
	return gone != 0;
}

/* ---- fields as attributes ---- */

enum field {
	FIELD_ID,
	FIELD_VISITS,
	FIELD_PAGES,
	FIELD_RETURNING,
	FIELD_FIRST_SEEN,
	FIELD_DAYS,
	FIELD_SESSION_PAGES,
	FIELD_SESSION_SECONDS,
	FIELD_ENTRY_REFERRER,
	FIELD_ENTRY_CAMPAIGN,
	FIELD_COUNTER,
	FIELD_COUNT
};

static const struct {
	char name[20];
	uint8_t purpose, type;
} fields[FIELD_COUNT] = {
    {"id", TSR_PURPOSE_ANALYTICS, TSR_TYPE_STRING},
    {"visits", TSR_PURPOSE_PERSONALIZATION, TSR_TYPE_NUMBER},
    {"pages", TSR_PURPOSE_PERSONALIZATION, TSR_TYPE_NUMBER},
    {"returning", TSR_PURPOSE_PERSONALIZATION, TSR_TYPE_BOOLEAN},
    {"first-seen", TSR_PURPOSE_PERSONALIZATION, TSR_TYPE_NUMBER},
    {"days-since-first", TSR_PURPOSE_PERSONALIZATION, TSR_TYPE_NUMBER},
    {"session.pages", TSR_PURPOSE_FUNCTIONAL, TSR_TYPE_NUMBER},
    {"session.seconds", TSR_PURPOSE_FUNCTIONAL, TSR_TYPE_NUMBER},
    {"entry.referrer", TSR_PURPOSE_FUNCTIONAL, TSR_TYPE_STRING},
    {"entry.campaign", TSR_PURPOSE_FUNCTIONAL, TSR_TYPE_STRING},
    {"counter.", TSR_PURPOSE_PERSONALIZATION, TSR_TYPE_NUMBER},
};

static enum field
find_field(struct tsr_span key)
{
	struct tsr_span name;
	int i;

	for (i = 0; i < FIELD_COUNT; i++) {
		name = tsr_span_of(fields[i].name, sizeof(fields[i].name));
		name.n = tsr_span_find(name, 0, 0);
		if (tsr_span_eq(key, name) && i != FIELD_COUNTER)
			break;
		if (i == FIELD_COUNTER && key.n > name.n &&
		    tsr_span_starts(key, name))
			break;
	}
	return (enum field)i;
}

bool
tsr_state_field(enum tsr_purpose *purpose, enum tsr_attribute_type *type,
    struct tsr_span key)
{
	enum field field = find_field(key);

	if (field == FIELD_COUNT)
		return false;
	*purpose = (enum tsr_purpose)fields[field].purpose;
	*type = (enum tsr_attribute_type)fields[field].type;
	return true;
}

static struct tsr_span
entry_name(uint8_t entry)
{
	static const struct tsr_span names[TSR_ENTRY_COUNT] = {
	    {(const uint8_t *)"direct", 6},
	    {(const uint8_t *)"search", 6},
	    {(const uint8_t *)"social", 6},
	    {(const uint8_t *)"email", 5},
	    {(const uint8_t *)"internal", 8},
	    {(const uint8_t *)"other", 5},
	};

	return names[entry < TSR_ENTRY_COUNT ? entry : TSR_ENTRY_OTHER];
}

/* Seconds from then to now; 0 when a clock went back. */
static uint32_t
since(uint32_t then, int64_t now)
{
	int64_t seconds = now / 1000 - then;

	return seconds < 0 ? 0
	    : seconds > UINT32_MAX ? UINT32_MAX
				   : (uint32_t)seconds;
}

static void
put_number(struct tsr_value *out, uint32_t number)
{
	out->kind = TSR_VALUE_NUMBER;
	out->number = number;
}

static void
put_text(struct tsr_value *out, struct tsr_span text)
{
	out->kind = text.n > 0 ? TSR_VALUE_STRING : TSR_VALUE_MISSING;
	out->string = text;
}

void
tsr_state_value(struct tsr_value *out, const struct tsr_state *state,
    struct tsr_span key, int64_t now, uint8_t room[TSR_STATE_ID_TEXT])
{
	enum field field = find_field(key);

	memset(out, 0, sizeof(*out));
	out->kind = TSR_VALUE_MISSING;
	if (field == FIELD_COUNT ||
	    (state->purposes & 1u << fields[field].purpose) == 0)
		return;
	switch (field) {
	case FIELD_ID:
		put_text(out, tsr_span_of(room, tsr_base64_write(room,
			tsr_span_of(state->id, sizeof(state->id)))));
		break;
	case FIELD_VISITS:
		put_number(out, state->visits);
		break;
	case FIELD_PAGES:
		put_number(out, state->pages);
		break;
	case FIELD_RETURNING:
		out->kind = TSR_VALUE_BOOLEAN;
		out->boolean = state->visits > 1;
		break;
	case FIELD_FIRST_SEEN:
		put_number(out, state->first_seen);
		break;
	case FIELD_DAYS:
		put_number(out, since(state->first_seen, now) / 86400);
		break;
	case FIELD_SESSION_PAGES:
		put_number(out, state->session_pages);
		break;
	case FIELD_SESSION_SECONDS:
		put_number(out, since(state->session_start, now));
		break;
	case FIELD_ENTRY_REFERRER:
		put_text(out, entry_name(state->entry));
		break;
	case FIELD_ENTRY_CAMPAIGN:
		put_text(out, tsr_span_of(state->campaign, state->campaign_n));
		break;
	default:
		put_number(out, tsr_state_counter(state,
			tsr_state_name(tsr_span_from(key, 8))));
		break;
	}
}

/* ---- buckets ---- */

/* Where an experiment's bucket stands, or would. */
static uint32_t
bucket_place(const struct tsr_state *state, uint32_t experiment)
{
	uint32_t i;

	for (i = 0; i < state->bucket_count; i++)
		if (state->buckets[i].experiment >= experiment)
			break;
	return i;
}

const struct tsr_bucket *
tsr_state_bucket(const struct tsr_state *state, uint32_t experiment)
{
	uint32_t i = bucket_place(state, experiment);

	return i < state->bucket_count &&
		state->buckets[i].experiment == experiment
	    ? &state->buckets[i]
	    : NULL;
}

static bool
goes_before(const struct tsr_bucket *a, const struct tsr_bucket *b)
{
	return a->ended != b->ended ? a->ended : a->day < b->day;
}

bool
tsr_state_bucket_drop(struct tsr_state *state)
{
	uint32_t i, worst = 0;

	if (state->bucket_count == 0)
		return false;
	for (i = 1; i < state->bucket_count; i++)
		if (goes_before(&state->buckets[i], &state->buckets[worst]))
			worst = i;
	state->bucket_count--;
	memmove(&state->buckets[worst], &state->buckets[worst + 1],
	    (state->bucket_count - worst) * sizeof(state->buckets[0]));
	return true;
}

void
tsr_state_bucket_put(struct tsr_state *state, struct tsr_bucket bucket)
{
	uint32_t i = bucket_place(state, bucket.experiment);

	if ((state->purposes & MAY(ANALYTICS)) == 0)
		return;
	if (i == state->bucket_count ||
	    state->buckets[i].experiment != bucket.experiment) {
		if (state->bucket_count == TSR_BUCKETS_MAX)
			tsr_state_bucket_drop(state);
		i = bucket_place(state, bucket.experiment);
		memmove(&state->buckets[i + 1], &state->buckets[i],
		    (state->bucket_count - i) * sizeof(state->buckets[0]));
		state->bucket_count++;
	}
	state->buckets[i] = bucket;
}

/* ---- counters ---- */

static uint32_t
counter_place(const struct tsr_state *state, uint32_t name)
{
	uint32_t i;

	for (i = 0; i < state->counter_count; i++)
		if (state->counters[i].name >= name)
			break;
	return i;
}

uint32_t
tsr_state_counter(const struct tsr_state *state, uint32_t name)
{
	uint32_t i = counter_place(state, name);

	return i < state->counter_count && state->counters[i].name == name
	    ? state->counters[i].value
	    : 0;
}

bool
tsr_state_counter_put(
    struct tsr_state *state, uint32_t name, uint32_t value)
{
	uint32_t i = counter_place(state, name);
	bool there = i < state->counter_count && state->counters[i].name == name;
	size_t behind = (state->counter_count - i) * sizeof(state->counters[0]);

	if ((state->purposes & MAY(PERSONALIZATION)) == 0)
		return false;
	if (value == 0 && there) {
		memmove(&state->counters[i], &state->counters[i + 1],
		    behind - sizeof(state->counters[0]));
		state->counter_count--;
	} else if (value != 0 && !there) {
		if (state->counter_count == TSR_COUNTERS_MAX)
			return false;
		memmove(&state->counters[i + 1], &state->counters[i], behind);
		state->counter_count++;
	}
	if (value != 0)
		state->counters[i] = (struct tsr_counter){name, value};
	return true;
}

/* ---- scores ---- */

static uint32_t
points_place(const struct tsr_state *state, uint16_t name)
{
	uint32_t i;

	for (i = 0; i < state->points_count; i++)
		if (state->points_of[i].name >= name)
			break;
	return i;
}

const struct tsr_points *
tsr_state_points(const struct tsr_state *state, uint16_t name)
{
	uint32_t i = points_place(state, name);

	return i < state->points_count && state->points_of[i].name == name
	    ? &state->points_of[i]
	    : NULL;
}

bool
tsr_state_points_put(struct tsr_state *state, struct tsr_points points)
{
	uint32_t i = points_place(state, points.name);
	bool there = i < state->points_count &&
	    state->points_of[i].name == points.name;
	struct tsr_points *p = &state->points_of[i];
	size_t behind = (state->points_count - i) * sizeof(*p);

	if ((state->purposes & MAY(PERSONALIZATION)) == 0)
		return false;
	if (points.points == 0 && there) {
		memmove(p, p + 1, behind - sizeof(*p));
		state->points_count--;
	} else if (points.points != 0 && !there) {
		if (state->points_count == TSR_VECTORS_MAX)
			return false;
		memmove(p + 1, p, behind);
		state->points_count++;
	}
	if (points.points != 0)
		*p = points;
	if (state->issued < points.at)
		state->issued = points.at;
	return true;
}
