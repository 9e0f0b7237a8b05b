/*
 * attribute - read one fact about a visitor from the request.
 *
 * What was sent is checked before anything sees it: from here on a string is
 * UTF-8 without NUL and has at most TSR_VALUE_MAX bytes.
 */
#include "core/attribute.h"

#include "core/client.h"
#include "core/cookie.h"
#include "core/experiment.h"
#include "core/jsonread.h"
#include "core/number.h"
#include "core/query.h"
#include "core/score.h"
#include "core/state.h"
#include "core/signal.h"

/* Bytes of the UTF-8 character at the front of [p, p+n), or 0. */
static size_t
utf8_at(const uint8_t *p, size_t n)
{
	size_t want, i;
	uint8_t low = 0x80, high = 0xbf;

	if (p[0] < 0x80)
		return p[0] != 0;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	want = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (want > n)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < want; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return want;
}

/* Eight bytes at once: all ASCII, none of them NUL? */
static bool
is_ascii8(uint64_t word)
{
	const uint64_t ones = 0x0101010101010101u;

	return ((word | (word - ones)) & ones << 7) == 0;
}

bool
tsr_attribute_is_text(struct tsr_span s)
{
	size_t i, n;

	for (i = 0; i < s.n; i += n) {
		if (s.n - i >= 8 && is_ascii8(tsr_le64(s.p + i))) {
			n = 8;
			continue;
		}
		n = utf8_at(s.p + i, s.n - i);
		if (n == 0)
			return false;
	}
	return true;
}

bool
tsr_attribute_cookie(struct tsr_span *value,
    const struct tsr_request *request, struct tsr_span name)
{
	size_t i;

	for (i = 0; i < request->count; i++)
		if (tsr_span_eq(request->params[i].name,
			TSR_LIT("HTTP_COOKIE")) &&
		    tsr_cookie_find(value, request->params[i].value, name))
			return true;
	return false;
}

/* Ask the host for the profile of the visitor that the state knows. */
static void
ask_profile(struct tsr_visit *visit)
{
	const struct tsr_profiles *from = visit->request->profiles;
	const unsigned id = 1u << TSR_PURPOSE_ANALYTICS;

	visit->profile_asked = true;
	if (from == NULL || visit->state == NULL ||
	    (visit->state->purposes & visit->purposes & id) == 0)
		return;
	visit->profile = from->find(
	    &visit->profile_count, from->ctx, visit->state->id);
	if (visit->profile == NULL)
		visit->profile_count = 0;
}

static bool
find_profile(
    struct tsr_span *out, struct tsr_visit *visit, struct tsr_span name)
{
	size_t i;

	if (!visit->profile_asked)
		ask_profile(visit);
	for (i = 0; i < visit->profile_count; i++)
		if (tsr_span_eq(visit->profile[i].name, name)) {
			*out = visit->profile[i].value;
			return true;
		}
	return false;
}

/* What the request says, as it was sent: false when it says nothing. */
static bool
find(struct tsr_span *out, struct tsr_visit *visit, unsigned source,
    struct tsr_span key)
{
	switch (source) {
	case TSR_SOURCE_HEADER:
		*out = tsr_request_param(visit->request, key);
		return out->n > 0;
	case TSR_SOURCE_COOKIE:
		return tsr_attribute_cookie(out, visit->request, key);
	case TSR_SOURCE_QUERY:
		return tsr_query_find(out,
		    tsr_request_param(
			visit->request, TSR_LIT("QUERY_STRING")), key);
	case TSR_SOURCE_PATH:
		*out = visit->path;
		return true;
	case TSR_SOURCE_METHOD:
		*out = tsr_request_param(
		    visit->request, TSR_LIT("REQUEST_METHOD"));
		/* HEAD must answer what GET would. */
		if (tsr_span_eq(*out, TSR_LIT("HEAD")))
			*out = TSR_LIT("GET");
		return out->p != NULL;
	case TSR_SOURCE_LOCALE:
		*out = visit->locale;
		return true;
	case TSR_SOURCE_PAGE:
		*out = visit->page;
		return true;
	case TSR_SOURCE_PROFILE:
		return find_profile(out, visit, key);
	default:
		return false;
	}
}

static bool
decode(struct tsr_span *text, struct tsr_visit *visit, unsigned source,
    size_t most)
{
	size_t left = sizeof(visit->scratch) - visit->scratch_used;
	uint8_t *room = visit->scratch + visit->scratch_used;

	if (left > most)
		left = most;
	if (source == TSR_SOURCE_COOKIE || source == TSR_SOURCE_QUERY) {
		if (tsr_query_decode(text, *text, source == TSR_SOURCE_QUERY,
			room, left) != TSR_OK)
			return false;
		if (text->p == room)
			visit->scratch_used += text->n;
	}
	return text->n <= most && tsr_attribute_is_text(*text);
}

/* The text in an array of n bytes: up to its first NUL. */
static struct tsr_span
literal(const char *p, size_t n)
{
	return tsr_span_of(p, tsr_span_find(tsr_span_of(p, n), 0, 0));
}

static void
read_boolean(struct tsr_value *out, struct tsr_span text)
{
	static const char words[][6] = {
	    "1", "true", "?1", "yes", "0", "false", "?0", "no"};
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(words); i++)
		if (tsr_span_eq(text, literal(words[i], 6))) {
			out->kind = TSR_VALUE_BOOLEAN;
			out->boolean = i < 4;
		}
}

void
tsr_attribute_json(
    struct tsr_value *out, struct tsr_span json, uint8_t *room, size_t n)
{
	struct tsr_span value;

	memset(out, 0, sizeof(*out));
	out->kind = TSR_VALUE_MISSING;
	if (!tsr_jsonread_check(&value, json))
		return;
	switch (tsr_jsonread_kind(value)) {
	case TSR_JSONREAD_BOOLEAN:
		out->kind = TSR_VALUE_BOOLEAN;
		out->boolean = value.p[0] == 't';
		break;
	case TSR_JSONREAD_NUMBER:
		if (tsr_number_read(&out->number, value))
			out->kind = TSR_VALUE_NUMBER;
		break;
	case TSR_JSONREAD_STRING:
		if (tsr_jsonread_text(&out->string, value, room, n))
			out->kind = TSR_VALUE_STRING;
		break;
	case TSR_JSONREAD_ARRAY:
	case TSR_JSONREAD_OBJECT:
		out->kind = TSR_VALUE_JSON;
		out->string = value;
		break;
	default:
		break;
	}
}

static void
read_json(
    struct tsr_value *out, struct tsr_visit *visit, struct tsr_span text)
{
	uint8_t *room = visit->scratch + visit->scratch_used;

	tsr_attribute_json(
	    out, text, room, sizeof(visit->scratch) - visit->scratch_used);
	if (out->kind == TSR_VALUE_STRING && out->string.p == room)
		visit->scratch_used += out->string.n;
}

/* A field of the visitor state; the key's purpose counts beside our own. */
static void
read_state(
    struct tsr_value *out, struct tsr_visit *visit, struct tsr_span key)
{
	size_t left = sizeof(visit->scratch) - visit->scratch_used;
	uint8_t *room = visit->scratch + visit->scratch_used;
	enum tsr_attribute_type type;
	enum tsr_purpose purpose;

	if (visit->state == NULL || left < TSR_STATE_ID_TEXT ||
	    !tsr_state_field(&purpose, &type, key) ||
	    (visit->purposes & 1u << purpose) == 0)
		return;
	tsr_state_value(out, visit->state, key, visit->request->now, room);
	if (out->kind == TSR_VALUE_STRING && out->string.p == room)
		visit->scratch_used += out->string.n;
}

/* number: 2 * the score's, + 1 where its tier is asked for. */
static void
read_score(struct tsr_value *out, struct tsr_visit *visit, uint32_t number)
{
	uint32_t value;

	if ((visit->purposes & 1u << TSR_PURPOSE_PERSONALIZATION) == 0)
		return;
	value = tsr_score_value(visit->table, number / 2, visit->state,
	    visit->request->now);
	if (value == UINT32_MAX)
		return;
	out->kind = number % 2 == 0 ? TSR_VALUE_NUMBER : TSR_VALUE_STRING;
	out->number = number % 2 == 0 ? value : 0;
	if (number % 2 == 1)
		out->string = tsr_score_tier(visit->table, number / 2, value);
}

void
tsr_attribute_read(
    struct tsr_value *out, struct tsr_visit *visit, const uint8_t *attribute)
{
	unsigned type = attribute[16], source = attribute[17];
	struct tsr_span text;

	memset(out, 0, sizeof(*out));
	out->kind = TSR_VALUE_MISSING;
	if (attribute[18] >= TSR_PURPOSE_COUNT ||
	    (visit->purposes & 1u << attribute[18]) == 0)
		return;
	if (source == TSR_SOURCE_EXPERIMENT || source == TSR_SOURCE_HOLDOUT) {
		tsr_experiment_read(out, visit, tsr_le32(attribute + 36));
		return;
	}
	if ((tsr_le32(attribute + 20) & TSR_ATTRIBUTE_PROXY) != 0 &&
	    !tsr_client_believed(visit->table, visit->request))
		return;
	if (source >= TSR_SOURCE_HINT && source <= TSR_SOURCE_CLOCK) {
		tsr_signal_read(out, visit, attribute);
		return;
	}
	if (source == TSR_SOURCE_TIME) {
		out->kind = TSR_VALUE_NUMBER;
		out->number = (double)visit->request->now / 1000.0;
		return;
	}
	if (source == TSR_SOURCE_SCORE) {
		read_score(out, visit, tsr_le32(attribute + 36));
		return;
	}
	if (source == TSR_SOURCE_STATE) {
		read_state(out, visit,
		    tsr_table_text(visit->table, attribute + 8));
		return;
	}
	if (!find(&text, visit, source,
		tsr_table_text(visit->table, attribute + 8)) ||
	    !decode(&text, visit, source,
		type == TSR_TYPE_JSON ? TSR_JSON_MAX : TSR_VALUE_MAX))
		return;
	if (type == TSR_TYPE_BOOLEAN)
		read_boolean(out, text);
	else if (type == TSR_TYPE_NUMBER) {
		if (tsr_number_read(&out->number, text))
			out->kind = TSR_VALUE_NUMBER;
	} else if (type == TSR_TYPE_STRING) {
		out->kind = TSR_VALUE_STRING;
		out->string = text;
	} else if (type == TSR_TYPE_JSON)
		read_json(out, visit, text);
}
