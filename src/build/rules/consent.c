/*
 * consent - what tessera.json says about consent, as META records.
 */
#include "build/rules/consent.h"

#include "core/consent.h"
#include "core/format.h"
#include "core/word.h"

#define DAY 86400
#define DAYS_DEFAULT 180

/* Purposes of the IAB's framework as bits: n is bit n - 1. */
#define BIT(n) (1u << ((n)-1))
static const unsigned framework[TSR_PURPOSE_COUNT] = {0, BIT(1),
    BIT(1) | BIT(8) | BIT(9), BIT(1) | BIT(5) | BIT(6)};

static struct tsr_span
text_of(const char *s)
{
	return tsr_span_of(s, strlen(s));
}

/* The purposes of a list of names as a mask; no list: personalization. */
static struct tsr_span
mask(const struct tsr_json *list, struct tsr_arena *arena)
{
	unsigned bits = 0;
	uint32_t i;

	if (list == NULL)
		bits = 1u << TSR_PURPOSE_PERSONALIZATION;
	for (i = 0; list != NULL && i < list->count; i++)
		bits |= tsr_consent_purpose(
		    tsr_json_text(&list->u.items[i]));
	return text_of(tsr_arena_printf(arena, "%06x", bits));
}

/* The framework's purposes that one of ours needs. */
static unsigned
needs(const struct tsr_json *tcf, unsigned purpose)
{
	const struct tsr_json *list = tsr_json_get(
	    tsr_json_get(tcf, "purposes"), tsr_word_purpose(purpose));
	unsigned bits = 0;
	uint32_t i;

	if (list == NULL)
		return framework[purpose];
	for (i = 0; i < list->count; i++)
		bits |= BIT((unsigned)tsr_json_number(&list->u.items[i]));
	return bits;
}

static struct tsr_span
purposes(const struct tsr_json *tcf, struct tsr_arena *arena)
{
	const struct tsr_json *vendor = tsr_json_get(tcf, "vendor");

	return text_of(
	    tsr_arena_printf(arena, "%06x%06x%06x%06x",
		tsr_json_is_number(vendor)
		    ? (unsigned)tsr_json_number(vendor) : 0u,
		needs(tcf, TSR_PURPOSE_FUNCTIONAL),
		needs(tcf, TSR_PURPOSE_ANALYTICS),
		needs(tcf, TSR_PURPOSE_PERSONALIZATION)));
}

static struct tsr_span
cookie(const struct tsr_json *source, struct tsr_span usual)
{
	struct tsr_span name = tsr_json_text(tsr_json_get(source, "cookie"));

	return name.n > 0 ? name : usual;
}

size_t
tsr_consent_list(struct tsr_consent_meta out[TSR_CONSENT_METAS],
    const struct tsr_json *consent, struct tsr_arena *arena)
{
	const struct tsr_json *tcf = tsr_json_get(consent, "tcf");
	const struct tsr_json *gpp = tsr_json_get(consent, "gpp");
	const struct tsr_json *days = tsr_json_get(consent, "maxAge");
	long seconds = DAYS_DEFAULT;
	size_t n = 0;

	if (consent == NULL)
		return 0;
	if (tsr_json_is_number(days))
		seconds = (long)tsr_json_number(days);
	out[n].key = TSR_LIT("consent.maxAge");
	out[n++].value = text_of(
	    tsr_arena_printf(arena, "%ld", seconds * DAY));
	out[n].key = TSR_LIT("consent.gpc");
	out[n++].value = mask(tsr_json_get(consent, "gpc"), arena);
	if (tcf != NULL) {
		out[n].key = TSR_LIT("consent.tcf");
		out[n++].value = cookie(tcf, TSR_LIT("euconsent-v2"));
	}
	if (gpp != NULL) {
		out[n].key = TSR_LIT("consent.gpp");
		out[n++].value = cookie(gpp, TSR_LIT("__gpp"));
		out[n].key = TSR_LIT("consent.optOut");
		out[n++].value = mask(tsr_json_get(gpp, "optOut"), arena);
	}
	/* A GPP string may hold a TC string, too. */
	if (tcf != NULL || gpp != NULL) {
		out[n].key = TSR_LIT("consent.purposes");
		out[n++].value = purposes(tcf, arena);
	}
	return n;
}
