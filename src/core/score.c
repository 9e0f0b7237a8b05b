/*
 * score - how much a visitor is after something, from 0 to 100.
 */
#include "core/score.h"

#include "core/jsonread.h"
#include "core/number.h"

/* Steps of a half-life, and 65536 * 2^(-k/32), rounded, for each. */
#define STEPS 32
static const uint32_t left[STEPS] = {65536, 64132, 62757, 61413, 60097, 58809,
    57549, 56316, 55109, 53928, 52773, 51642, 50535, 49452, 48393, 47356, 46341,
    45348, 44376, 43425, 42495, 41584, 40693, 39821, 38968, 38133, 37316, 36516,
    35734, 34968, 34219, 33486};

#define CAP_MAX (TSR_SCORE_CAP * 256u)

uint32_t
tsr_score_decay(uint32_t points, uint64_t steps)
{
	uint64_t now = (uint64_t)points * left[steps % STEPS] >> 16;

	return steps / STEPS >= 32 ? 0 : (uint32_t)(now >> steps / STEPS);
}

uint64_t
tsr_score_steps(uint32_t from, uint32_t to, uint32_t half_life)
{
	if (to <= from || half_life == 0)
		return 0;
	return (uint64_t)to * STEPS / half_life -
	    (uint64_t)from * STEPS / half_life;
}

uint16_t
tsr_score_name(struct tsr_span text)
{
	uint32_t h = tsr_hash32(text);

	return (uint16_t)(h ^ h >> 16);
}

/* ---- records ---- */

static const uint8_t *
score_at(const struct tsr_table *t, uint32_t i)
{
	return tsr_table_record(t, TSR_SECTION_SCOR, i, TSR_SCORE_SIZE);
}

/* Record i of the range at p. */
static const uint8_t *
record_of(const struct tsr_table *t, enum tsr_section s, const uint8_t *p,
    uint32_t i, size_t size)
{
	if (i >= tsr_le32(p + 4) || i > UINT32_MAX - tsr_le32(p))
		return NULL;
	return tsr_table_record(t, s, tsr_le32(p) + i, size);
}

/* A vector; NULL behind the last, or when it is not as it must be. */
static const uint8_t *
vector_of(const struct tsr_table *t, const uint8_t *score, uint32_t i)
{
	const uint8_t *v = record_of(
	    t, TSR_SECTION_VECT, score + 8, i, TSR_VECTOR_SIZE);

	return v == NULL || tsr_le32(v + 12) > 100 || tsr_le32(v + 16) == 0 ||
		tsr_le32(v + 16) > CAP_MAX
	    ? NULL : v;
}

static uint32_t
points_now(const struct tsr_state *state, const uint8_t *vector, uint32_t now)
{
	const struct tsr_points *p =
	    tsr_state_points(state, (uint16_t)tsr_le32(vector + 8));
	uint32_t points;

	if (p == NULL)
		return 0;
	points = tsr_score_decay(p->points,
	    tsr_score_steps(p->at, now, tsr_le32(vector + 20)));
	return points < tsr_le32(vector + 16) ? points : tsr_le32(vector + 16);
}

static uint32_t
seconds_of(int64_t now)
{
	return now < 0 ? 0
	    : now / 1000 > UINT32_MAX ? UINT32_MAX
				      : (uint32_t)(now / 1000);
}

/* ---- what events give ---- */

/* How often a number holds another one, at most TSR_SCORE_TIMES. */
static uint32_t
times(double value, uint32_t per)
{
	if (!(value >= 1) || per == 0)
		return 0;
	if (value >= (double)per * TSR_SCORE_TIMES)
		return TSR_SCORE_TIMES;
	return (uint32_t)((uint64_t)value / per);
}

/* How often a rule's points are given for an event with these fields. */
static uint32_t
counts(const struct tsr_table *t, const uint8_t *gain, struct tsr_span fields)
{
	uint32_t test = tsr_le32(gain + 16), number = tsr_le32(gain + 32);
	enum tsr_jsonread_kind kind;
	struct tsr_span value;
	double d = 0;

	if (test == TSR_GAIN_ANY)
		return 1;
	if (fields.n == 0 || !tsr_jsonread_find(&value, fields,
		tsr_table_text(t, gain + 8)))
		return 0;
	kind = tsr_jsonread_kind(value);
	switch (test) {
	case TSR_GAIN_TEXT:
		return kind == TSR_JSONREAD_STRING &&
		    tsr_jsonread_is(value, tsr_table_text(t, gain + 24));
	case TSR_GAIN_TRUE:
	case TSR_GAIN_FALSE:
		return kind == TSR_JSONREAD_BOOLEAN &&
		    (value.p[0] == 't') == (test == TSR_GAIN_TRUE);
	case TSR_GAIN_LEAST:
		return kind == TSR_JSONREAD_NUMBER &&
		    tsr_number_read(&d, value) && d >= (double)number;
	case TSR_GAIN_PER:
		return kind == TSR_JSONREAD_NUMBER &&
			tsr_number_read(&d, value)
		    ? times(d, number) : 0;
	default:
		return 0;
	}
}

/* What an event gives to a vector; *some: it is one that counts here. */
static int64_t
gain_of(bool *some, const struct tsr_table *t, const uint8_t *vector,
    struct tsr_span kind, struct tsr_span fields)
{
	const uint8_t *gain;
	int64_t sum = 0;
	uint32_t i, n;

	*some = false;
	for (i = 0; i < TSR_GAINS_MAX; i++) {
		gain = record_of(
		    t, TSR_SECTION_GAIN, vector + 24, i, TSR_GAIN_SIZE);
		if (gain == NULL)
			break;
		if (!tsr_span_eq(tsr_table_text(t, gain), kind))
			continue;
		n = counts(t, gain, fields);
		*some = *some || n > 0;
		sum += (int64_t)n * (int32_t)tsr_le32(gain + 20);
	}
	return sum;
}

static bool
take(struct tsr_state *state, const struct tsr_table *t, const uint8_t *vector,
    struct tsr_span kind, struct tsr_span fields, uint32_t now)
{
	struct tsr_points points = {.name = (uint16_t)tsr_le32(vector + 8)};
	int64_t cap = tsr_le32(vector + 16), sum;
	bool some;

	sum = gain_of(&some, t, vector, kind, fields);
	if (!some)
		return false;
	sum += points_now(state, vector, now);
	points.points = (uint32_t)(sum < 0 ? 0 : sum > cap ? cap : sum);
	points.at = now;
	return tsr_state_points_put(state, points);
}

bool
tsr_score_take(struct tsr_state *state, const struct tsr_table *t,
    struct tsr_span kind, struct tsr_span fields, int64_t now)
{
	uint32_t seconds = seconds_of(now), i, k;
	const uint8_t *score, *vector;
	bool taken = false;

	if ((state->purposes & 1u << TSR_PURPOSE_PERSONALIZATION) == 0)
		return false;
	/* Hosts' clocks differ: time never goes back. */
	if (seconds < state->issued)
		seconds = state->issued;
	for (i = 0; (score = score_at(t, i)) != NULL; i++)
		for (k = 0; k < TSR_VECTORS_MAX &&
		     (vector = vector_of(t, score, k)) != NULL; k++)
			taken |= take(state, t, vector, kind, fields, seconds);
	return taken;
}

void
tsr_score_clear(struct tsr_state *state, const struct tsr_table *t)
{
	uint32_t count = tsr_table_count(t, TSR_SECTION_VECT), i, k, n = 0;

	for (i = 0; i < state->points_count; i++) {
		for (k = 0; k < count; k++)
			if (tsr_le32(tsr_table_record(t, TSR_SECTION_VECT, k,
				TSR_VECTOR_SIZE) + 8) ==
			    state->points_of[i].name)
				break;
		if (k < count)
			state->points_of[n++] = state->points_of[i];
	}
	state->points_count = n;
}

/* ---- what a score is ---- */

uint32_t
tsr_score_value(const struct tsr_table *t, uint32_t score,
    const struct tsr_state *state, int64_t now)
{
	const uint8_t *s = score_at(t, score), *v;
	uint32_t seconds = seconds_of(now), i;
	uint64_t sum = 0;

	if (s == NULL || state == NULL ||
	    (state->purposes & 1u << TSR_PURPOSE_PERSONALIZATION) == 0)
		return UINT32_MAX;
	for (i = 0; i < TSR_VECTORS_MAX && (v = vector_of(t, s, i)) != NULL;
	     i++)
		sum += (uint64_t)points_now(state, v, seconds) *
		    tsr_le32(v + 12) * 256 / tsr_le32(v + 16);
	return sum / 256 > 100 ? 100 : (uint32_t)(sum / 256);
}

struct tsr_span
tsr_score_tier(const struct tsr_table *t, uint32_t score, uint32_t value)
{
	struct tsr_span name = {NULL, 0};
	const uint8_t *s = score_at(t, score), *tier;
	uint32_t i;

	for (i = 0; s != NULL && i < TSR_TIERS_MAX; i++) {
		tier = record_of(t, TSR_SECTION_TIER, s + 16, i, TSR_TIER_SIZE);
		if (tier == NULL || tsr_le32(tier + 8) > value)
			break;
		name = tsr_table_text(t, tier);
	}
	return name;
}

uint32_t
tsr_score_find(const struct tsr_table *t, struct tsr_span name)
{
	const uint8_t *s;
	uint32_t i;

	for (i = 0; (s = score_at(t, i)) != NULL; i++)
		if (tsr_span_eq(tsr_table_text(t, s), name))
			return i;
	return UINT32_MAX;
}

/* ---- the deep check ---- */

static bool
text_ok(const struct tsr_table *t, const uint8_t *p)
{
	size_t off = tsr_le32(p), n = tsr_le32(p + 4);
	size_t all = t->sections[TSR_SECTION_STRS].n;

	return off <= all && n <= all - off;
}

static bool
range_ok(const struct tsr_table *t, enum tsr_section s, const uint8_t *p,
    uint32_t most)
{
	uint32_t first = tsr_le32(p), count = tsr_le32(p + 4);
	uint32_t all = tsr_table_count(t, s);

	return first <= all && count <= all - first && count <= most;
}

static bool
gain_ok(const struct tsr_table *t, const uint8_t *p)
{
	uint32_t test = tsr_le32(p + 16), points = tsr_le32(p + 20);
	uint32_t size = points > INT32_MAX ? 0 - points : points;

	return text_ok(t, p) && text_ok(t, p + 8) && text_ok(t, p + 24) &&
	    test < TSR_GAIN_COUNT && size <= CAP_MAX &&
	    (test != TSR_GAIN_PER || tsr_le32(p + 32) > 0) &&
	    tsr_le32(p + 36) == 0;
}

static bool
vector_ok(const struct tsr_table *t, const uint8_t *p)
{
	uint32_t cap = tsr_le32(p + 16), half = tsr_le32(p + 20);

	return text_ok(t, p) && tsr_le32(p + 8) <= UINT16_MAX &&
	    tsr_le32(p + 12) <= 100 && cap > 0 && cap <= CAP_MAX &&
	    half >= TSR_HALF_LIFE_MIN && half <= TSR_HALF_LIFE_MAX &&
	    range_ok(t, TSR_SECTION_GAIN, p + 24, TSR_GAINS_MAX) &&
	    tsr_le64(p + 32) == 0;
}

static bool
score_ok(const struct tsr_table *t, const uint8_t *p)
{
	uint32_t i, weight = 0, from, last = 0;
	const uint8_t *tier;

	if (!text_ok(t, p) ||
	    !range_ok(t, TSR_SECTION_VECT, p + 8, TSR_VECTORS_MAX) ||
	    !range_ok(t, TSR_SECTION_TIER, p + 16, TSR_TIERS_MAX) ||
	    tsr_le32(p + 20) == 0 || tsr_le64(p + 24) != 0)
		return false;
	for (i = 0; i < tsr_le32(p + 12); i++)
		weight += tsr_le32(vector_of(t, p, i) + 12);
	for (i = 0; i < tsr_le32(p + 20); i++) {
		tier = record_of(t, TSR_SECTION_TIER, p + 16, i, TSR_TIER_SIZE);
		from = tsr_le32(tier + 8);
		if (!text_ok(t, tier) || tsr_le32(tier + 12) != 0 ||
		    (i == 0 ? from != 0 : from <= last) || from > 100)
			return false;
		last = from;
	}
	return weight == 100;
}

enum tsr_err
tsr_score_verify(const struct tsr_table *t)
{
	uint32_t i;

	if (tsr_table_count(t, TSR_SECTION_VECT) > TSR_VECTORS_MAX)
		return TSR_LONG;
	for (i = 0; i < tsr_table_count(t, TSR_SECTION_GAIN); i++)
		if (!gain_ok(t, tsr_table_record(
			t, TSR_SECTION_GAIN, i, TSR_GAIN_SIZE)))
			return TSR_RANGE;
	for (i = 0; i < tsr_table_count(t, TSR_SECTION_VECT); i++)
		if (!vector_ok(t, tsr_table_record(
			t, TSR_SECTION_VECT, i, TSR_VECTOR_SIZE)))
			return TSR_RANGE;
	for (i = 0; i < tsr_table_count(t, TSR_SECTION_SCOR); i++)
		if (!score_ok(t, score_at(t, i)))
			return TSR_RANGE;
	return TSR_OK;
}
