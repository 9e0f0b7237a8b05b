/*
 * persona - a signed link that lets a person look as somebody else.
 */
#include "core/persona.h"

#include "core/base64.h"
#include "core/consent.h"
#include "core/jsonread.h"
#include "core/number.h"
#include "core/query.h"
#include "core/value.h"

#define HEAD 1
/* Behind the JSON: the key's number and the signature. */
#define TAIL (1 + TSR_SEAL_SIZE)

/* Seconds in the years 1970 to 9999. */
#define SECONDS_MAX 253402300799.0

/* The signed JSON of a token, decoded into room. */
static bool
open_token(struct tsr_span *json, struct tsr_span token, uint8_t *room,
    size_t n, const struct tsr_seal *seal)
{
	struct tsr_span bytes, signed_part;

	if (seal == NULL ||
	    tsr_base64_read(&bytes, token, room, n) != TSR_OK ||
	    bytes.n < HEAD + TAIL || bytes.p[0] != TSR_PERSONA_VERSION)
		return false;
	signed_part = tsr_span_part(bytes, 0, bytes.n - TAIL);
	if (!seal->check(seal->ctx, TSR_SEAL_PREVIEW, bytes.p[signed_part.n],
		signed_part, bytes.p + signed_part.n + 1))
		return false;
	return tsr_jsonread_check(json, tsr_span_from(signed_part, HEAD)) &&
	    tsr_jsonread_kind(*json) == TSR_JSONREAD_OBJECT;
}

static bool
read_seconds(double *out, struct tsr_span json, struct tsr_span name)
{
	struct tsr_span v;

	return tsr_jsonread_find(&v, json, name) &&
	    tsr_jsonread_kind(v) == TSR_JSONREAD_NUMBER &&
	    tsr_number_read(out, v) && *out >= 0 && *out <= SECONDS_MAX;
}

/* All purposes, or those of the list. */
static unsigned
read_consent(struct tsr_span json)
{
	struct tsr_span list, item, name;
	unsigned purposes = TSR_CONSENT_NONE;
	uint8_t room[TSR_CONSENT_TEXT];

	if (!tsr_jsonread_find(&list, json, TSR_LIT("consent")))
		return (1u << TSR_PURPOSE_COUNT) - 1;
	if (tsr_jsonread_kind(list) != TSR_JSONREAD_ARRAY)
		return purposes;
	list = tsr_jsonread_parts(list);
	while (tsr_jsonread_item(&item, &list))
		if (tsr_jsonread_kind(item) == TSR_JSONREAD_STRING &&
		    tsr_jsonread_text(&name, item, room, sizeof(room)))
			purposes |= tsr_consent_purpose(name);
	return purposes;
}

static bool
has_type(const struct tsr_value *v, unsigned type)
{
	switch (type) {
	case TSR_TYPE_STRING:
		return v->kind == TSR_VALUE_STRING;
	case TSR_TYPE_NUMBER:
		return v->kind == TSR_VALUE_NUMBER;
	case TSR_TYPE_BOOLEAN:
		return v->kind == TSR_VALUE_BOOLEAN;
	default:
		return true;
	}
}

/* What the page, the time and the assignment say stays as it is. */
static bool
stays(unsigned source)
{
	switch (source) {
	case TSR_SOURCE_PATH:
	case TSR_SOURCE_METHOD:
	case TSR_SOURCE_TIME:
	case TSR_SOURCE_LOCALE:
	case TSR_SOURCE_PAGE:
	case TSR_SOURCE_CLOCK:
	case TSR_SOURCE_FACT:
	case TSR_SOURCE_EXPERIMENT:
	case TSR_SOURCE_HOLDOUT:
		return true;
	default:
		return false;
	}
}

static void
read_attributes(struct tsr_persona *out, const struct tsr_table *t,
    struct tsr_span json)
{
	uint32_t count = tsr_table_count(t, TSR_SECTION_ATTR), i;
	struct tsr_span list = {NULL, 0}, v;
	const uint8_t *a;
	size_t used = 0;

	(void)tsr_jsonread_find(&list, json, TSR_LIT("attributes"));
	for (i = 0; i < count && i < TSR_ATTRIBUTES_MAX; i++) {
		struct tsr_value *value = &out->overrides[i];

		a = tsr_table_record(
		    t, TSR_SECTION_ATTR, i, TSR_ATTRIBUTE_SIZE);
		memset(value, 0, sizeof(*value));
		if (tsr_jsonread_kind(list) == TSR_JSONREAD_OBJECT &&
		    tsr_jsonread_find(&v, list, tsr_table_text(t, a))) {
			tsr_value_json(value, v, out->texts + used,
			    sizeof(out->texts) - used);
			if (value->kind == TSR_VALUE_STRING &&
			    value->string.p == out->texts + used)
				used += value->string.n;
			if (!has_type(value, a[16]))
				value->kind = TSR_VALUE_MISSING;
		} else if (!stays(a[17])) {
			value->kind = TSR_VALUE_MISSING;
		}
		if (a[18] >= TSR_PURPOSE_COUNT ||
		    (out->purposes & 1u << a[18]) == 0)
			value->kind = TSR_VALUE_MISSING;
	}
}

static bool
read_token(struct tsr_persona *out, const struct tsr_table *t,
    const struct tsr_request *request, struct tsr_span token)
{
	struct tsr_span json;
	double expires, time;

	if (!open_token(&json, token, out->json, sizeof(out->json),
		request->seal) ||
	    !read_seconds(&expires, json, TSR_LIT("expires")) ||
	    (double)request->now / 1000.0 >= expires)
		return false;
	out->token = token;
	out->seconds = (int64_t)(expires - (double)request->now / 1000.0);
	out->purposes = read_consent(json);
	/* Nobody's state is read or changed, and nothing is signed. */
	out->request = *request;
	out->request.state = NULL;
	out->request.profiles = NULL;
	out->request.profile = NULL;
	out->request.profile_count = 0;
	out->request.seal = NULL;
	out->request.random = NULL;
	if (read_seconds(&time, json, TSR_LIT("time")))
		out->request.now = (int64_t)(time * 1000.0);
	read_attributes(out, t, json);
	return true;
}

enum tsr_looked
tsr_persona_read(struct tsr_persona *out, const struct tsr_table *t,
    const struct tsr_request *request)
{
	struct tsr_span token;

	if (tsr_query_find(&token,
		tsr_request_param(request, TSR_LIT("QUERY_STRING")),
		TSR_LIT("tessera_preview"))) {
		if (tsr_span_eq(token, TSR_LIT("end")))
			return TSR_LOOKED_ENDED;
		return read_token(out, t, request, token)
		    ? TSR_LOOKED_YES : TSR_LOOKED_WRONG;
	}
	if (tsr_request_cookie(&token, request,
		request->plain ? TSR_LIT("tessera_preview_link")
			       : TSR_LIT("__Host-tessera_preview_link")) &&
	    read_token(out, t, request, token))
		return TSR_LOOKED_YES;
	return TSR_LOOKED_NOT;
}

size_t
tsr_persona_write(uint8_t *out, size_t n, struct tsr_span json,
    const struct tsr_seal *seal)
{
	uint8_t bytes[TSR_PERSONA_MAX];
	size_t end = HEAD + json.n;

	if (seal == NULL || json.n > TSR_PERSONA_MAX - HEAD - TAIL ||
	    TSR_BASE64_TEXT(end + TAIL) > n)
		return 0;
	bytes[0] = TSR_PERSONA_VERSION;
	memcpy(bytes + HEAD, json.p, json.n);
	if (!seal->sign(bytes + end + 1, &bytes[end], seal->ctx,
		TSR_SEAL_PREVIEW, tsr_span_of(bytes, end)))
		return 0;
	return tsr_base64_write(out, tsr_span_of(bytes, end + TAIL));
}
