/*
 * consent - to what a visitor has agreed.
 */
#include "core/consent.h"

#include "core/gpp.h"
#include "core/header.h"
#include "core/query.h"
#include "core/tcf.h"
#include "core/word.h"

static struct tsr_span
purpose_name(unsigned purpose)
{
	const char *name = tsr_word_purpose(purpose);

	return tsr_span_of(
	    name, tsr_span_find(tsr_span_of(name, TSR_WORD_SIZE), 0, 0));
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

/* Six hexadecimal digits of META from a place on. */
static uint32_t
hex_at(struct tsr_span digits, size_t at)
{
	uint32_t v = 0;
	size_t i;
	int c;

	for (i = at; i < at + 6; i++) {
		c = i < digits.n ? tsr_hex(digits.p[i]) : -1;
		if (c < 0)
			return 0;
		v = v << 4 | (uint32_t)c;
	}
	return v;
}

/*
 * What a TC string grants. META "consent.purposes": the site's vendor number,
 * then for each of our purposes the framework's that it needs, all of them, six
 * digits each; none: never granted by a TC string.
 */
static unsigned
granted_by_tcf(const struct tsr_table *table, struct tsr_span text)
{
	struct tsr_span rules =
	    tsr_table_meta(table, TSR_LIT("consent.purposes"));
	unsigned granted = TSR_CONSENT_NONE, i;
	uint32_t has, needs;

	if (!tsr_tcf_read(&has, text, hex_at(rules, 0)))
		return granted;
	for (i = 1; i < TSR_PURPOSE_COUNT; i++) {
		needs = hex_at(rules, 6u * i);
		if (needs != 0 && (has & needs) == needs)
			granted |= 1u << i;
	}
	return granted;
}

/* A cookie that META names; false when the site or the visitor has none. */
static bool
find_cookie(struct tsr_span *value, const struct tsr_table *table,
    const struct tsr_request *request, struct tsr_span key)
{
	struct tsr_span name = tsr_table_meta(table, key);

	return name.n > 0 && tsr_request_cookie(value, request, name);
}

/* The purposes that META says are taken: a mask of six digits. */
static unsigned
taken(const struct tsr_table *table, struct tsr_span key)
{
	return hex_at(tsr_table_meta(table, key), 0) & ~TSR_CONSENT_NONE;
}

unsigned
tsr_consent_read(
    const struct tsr_table *table, const struct tsr_request *request)
{
	unsigned granted = (1u << TSR_PURPOSE_COUNT) - 1;
	bool any = false;
	struct tsr_gpp gpp;
	struct tsr_span value;

	if (find_cookie(&value, table, request, TSR_LIT("consent"))) {
		granted &= tsr_consent_cookie(value);
		any = true;
	}
	if (find_cookie(&value, table, request, TSR_LIT("consent.tcf"))) {
		granted &= granted_by_tcf(table, value);
		any = true;
	}
	if (find_cookie(&value, table, request, TSR_LIT("consent.gpp"))) {
		if (!tsr_gpp_read(&gpp, value))
			return TSR_CONSENT_NONE;
		if (gpp.tcf.p != NULL) {
			granted &= granted_by_tcf(table, gpp.tcf);
			any = true;
		}
		if (gpp.opted_out)
			granted &= ~taken(table, TSR_LIT("consent.optOut"));
	}
	if (!any)
		return TSR_CONSENT_NONE;
	if (tsr_span_eq(tsr_request_param(request, TSR_LIT("HTTP_SEC_GPC")),
		TSR_LIT("1")))
		granted &= ~taken(table, TSR_LIT("consent.gpc"));
	return granted;
}
