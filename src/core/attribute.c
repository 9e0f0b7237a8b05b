/*
 * attribute - read one fact about a visitor from the request.
 *
 * What was sent is checked before anything sees it: from here on a string is
 * UTF-8 without NUL and has at most TSR_VALUE_MAX bytes.
 */
#include "core/attribute.h"

#include "core/client.h"
#include "core/number.h"
#include "core/query.h"
#include "core/score.h"
#include "core/signal.h"
#include "core/state.h"
#include "core/utf8.h"
#include "core/value.h"

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
		return tsr_request_cookie(out, visit->request, key);
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
	return text->n <= most && tsr_utf8_is_text(*text);
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

static void
read_json(
    struct tsr_value *out, struct tsr_visit *visit, struct tsr_span text)
{
	uint8_t *room = visit->scratch + visit->scratch_used;

	tsr_value_json(
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
