/*
 * consent - to what a visitor has agreed.
 */
#include "core/consent.h"

#include "core/attribute.h"
#include "core/header.h"
#include "core/query.h"

/* By their number. */
static const char names[TSR_PURPOSE_COUNT][16] = {
    "", "functional", "analytics", "personalization"};

static struct tsr_span
purpose_name(unsigned purpose)
{
	return tsr_span_of(names[purpose],
	    tsr_span_find(tsr_span_of(names[purpose], 16), 0, 0));
}

unsigned
tsr_consent_purpose(struct tsr_span name)
{
	unsigned i;

	for (i = 1; i < TSR_PURPOSE_COUNT; i++)
		if (tsr_span_eq(name, purpose_name(i)))
			return 1u << i;
	return 0;
}

/* A number and a point in front: is it a version that we know? */
static bool
is_known(struct tsr_span text)
{
	size_t i;

	for (i = 0; i < text.n && tsr_is_digit(text.p[i]); i++)
		;
	if (i == 0 || i == text.n || text.p[i] != '.')
		return true;
	return i == 1 && text.p[0] == '1';
}

unsigned
tsr_consent_cookie(struct tsr_span value)
{
	unsigned granted = TSR_CONSENT_NONE;
	uint8_t room[TSR_CONSENT_MAX];
	struct tsr_span text;
	size_t from, end;

	if (tsr_query_decode(&text, value, false, room, sizeof(room)) !=
	    TSR_OK || !is_known(text))
		return granted;
	for (from = 0; from < text.n; from = end + 1) {
		for (end = from; end < text.n; end++)
			if (text.p[end] == '+' || text.p[end] == '.' ||
			    text.p[end] == ',')
				break;
		granted |= tsr_consent_purpose(
		    tsr_span_part(text, from, end - from));
	}
	return granted;
}

size_t
tsr_consent_write(
    uint8_t out[TSR_CONSENT_TEXT], unsigned purposes, int64_t now)
{
	struct tsr_head text = {out, 0, TSR_CONSENT_TEXT, false};
	unsigned i;
	bool any = false;

	tsr_head_add(&text, TSR_LIT("1."));
	for (i = 1; i < TSR_PURPOSE_COUNT; i++) {
		if ((purposes & 1u << i) == 0)
			continue;
		if (any)
			tsr_head_add(&text, TSR_LIT("+"));
		tsr_head_add(&text, purpose_name(i));
		any = true;
	}
	if (!any)
		tsr_head_add(&text, TSR_LIT("none"));
	tsr_head_add(&text, TSR_LIT("."));
	tsr_head_uint(&text, now > 0 ? (uint64_t)now / 1000 : 0);
	return text.n;
}

unsigned
tsr_consent_read(
    const struct tsr_table *table, const struct tsr_request *request)
{
	struct tsr_span name = tsr_table_meta(table, TSR_LIT("consent"));
	struct tsr_span value;

	if (name.n == 0 || !tsr_attribute_cookie(&value, request, name))
		return TSR_CONSENT_NONE;
	return tsr_consent_cookie(value);
}
