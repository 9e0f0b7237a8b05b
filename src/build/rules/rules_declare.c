/*
 * rules_declare - variants/attributes.json: what is asked about a visitor.
 *
 * Each source says what types it can have and in which tiers it is known.
 */
#include "build/rules/rules_inner.h"
#include "build/rules/score.h"

#include "core/word.h"

/* Number of a word in a list that ends with NULL, or its length. */
static unsigned
word_number(const char *const *words, struct tsr_span s)
{
	unsigned i;

	for (i = 0; words[i] != NULL; i++)
		if (tsr_span_eq(s, tsr_span_of(words[i], strlen(words[i]))))
			break;
	return i;
}

/* The number of a word in one of the lists of core/word, or count. */
static unsigned
number_of(const char *(*word)(uint32_t), unsigned count, struct tsr_span s)
{
	unsigned i;

	for (i = 0; i < count; i++)
		if (tsr_span_eq(s, tsr_span_of(word(i), strlen(word(i)))))
			break;
	return i;
}

#define STRING (1u << TSR_TYPE_STRING)
#define NUMBER (1u << TSR_TYPE_NUMBER)
#define BOOLEAN (1u << TSR_TYPE_BOOLEAN)
#define JSON (1u << TSR_TYPE_JSON)
#define ANY (STRING | NUMBER | BOOLEAN | JSON)
#define BUILD (1u << TSR_TIER_BUILD)
#define SEGMENT (1u << TSR_TIER_SEGMENT)
#define REQUEST (1u << TSR_TIER_REQUEST)
#define BROWSER (1u << TSR_TIER_BROWSER)

/* By enum tsr_attribute_source; a source without a word is no author's. */
static const struct {
	char word[10];
	bool keyed;
	uint8_t types; /* it may have */
	uint8_t tiers; /* it may be of */
	uint8_t tier;  /* it is of, when nothing is said */
} sources[TSR_SOURCE_COUNT] = {
    [TSR_SOURCE_HEADER] =
	{"header", true, ANY, SEGMENT | REQUEST, TSR_TIER_REQUEST},
    [TSR_SOURCE_COOKIE] =
	{"cookie", true, ANY, SEGMENT | REQUEST, TSR_TIER_REQUEST},
    [TSR_SOURCE_QUERY] =
	{"query", true, ANY, SEGMENT | REQUEST, TSR_TIER_REQUEST},
    [TSR_SOURCE_PATH] =
	{"path", false, STRING, BUILD | REQUEST, TSR_TIER_REQUEST},
    [TSR_SOURCE_METHOD] =
	{"method", false, STRING, REQUEST, TSR_TIER_REQUEST},
    [TSR_SOURCE_TIME] = {"time", false, NUMBER, REQUEST, TSR_TIER_REQUEST},
    [TSR_SOURCE_LOCALE] =
	{"locale", false, STRING, BUILD | REQUEST, TSR_TIER_BUILD},
    [TSR_SOURCE_PAGE] =
	{"page", false, STRING, BUILD | REQUEST, TSR_TIER_BUILD},
    [TSR_SOURCE_HINT] = {"hint", true, STRING | NUMBER | BOOLEAN, REQUEST,
	TSR_TIER_REQUEST},
    [TSR_SOURCE_LANGUAGE] =
	{"language", false, STRING, REQUEST, TSR_TIER_REQUEST},
    [TSR_SOURCE_DEVICE] =
	{"device", false, STRING, REQUEST, TSR_TIER_REQUEST},
    [TSR_SOURCE_ADDRESS] =
	{"address", false, STRING, REQUEST, TSR_TIER_REQUEST},
    /* Written time:hour; its key says which type it has. */
    [TSR_SOURCE_CLOCK] =
	{"", true, STRING | NUMBER, REQUEST, TSR_TIER_REQUEST},
    [TSR_SOURCE_FACT] = {"fact", true, ANY, BUILD, TSR_TIER_BUILD},
    [TSR_SOURCE_PROFILE] = {"profile", true, ANY, REQUEST, TSR_TIER_REQUEST},
    [TSR_SOURCE_STATE] = {"state", true, ANY, REQUEST, TSR_TIER_REQUEST},
    [TSR_SOURCE_SCORE] =
	{"score", true, STRING | NUMBER, REQUEST, TSR_TIER_REQUEST},
    [TSR_SOURCE_BROWSER] = {"browser", true, STRING | NUMBER | BOOLEAN,
	BROWSER, TSR_TIER_BROWSER},
};

/* A token of RFC 9110; in a query also what needs no escape. */
static bool
is_key(struct tsr_span key)
{
	size_t i;

	for (i = 0; i < key.n; i++)
		if (!tsr_is_alnum(key.p[i]) &&
		    tsr_span_find(TSR_LIT("-_.~!*$"), key.p[i], 0) == 7)
			return false;
	return key.n > 0 && key.n <= 200;
}

static unsigned
source_number(struct tsr_span word)
{
	unsigned i;

	for (i = 0; i < TSR_SOURCE_COUNT; i++)
		if (word.n > 0 &&
		    tsr_span_eq(word, tsr_span_of(sources[i].word,
			strlen(sources[i].word))))
			break;
	return i;
}

/* The parts of a clock; a date is a string, all others are numbers. */
static bool
is_clock_key(struct tsr_span key)
{
	static const char *const words[] = {
	    "hour", "minute", "minutes", "weekday", "month", "date", NULL};

	return words[word_number(words, key)] != NULL;
}

/* The tags of "values", or the site's languages. */
static struct tsr_span
language_tags(const struct tsr_rules *rules, const struct tsr_json *declared)
{
	const struct tsr_json *values = tsr_json_get(declared, "values");
	struct tsr_span out;
	struct tsr_buf tags;
	uint32_t i;

	if (!tsr_json_is(values, TSR_JSON_ARRAY))
		return rules->languages;
	tsr_buf_init(&tags, SIZE_MAX / 2);
	for (i = 0; i < values->count; i++) {
		if (i > 0)
			tsr_buf_byte(&tags, ',');
		tsr_buf_add(&tags, tsr_json_text(&values->u.items[i]));
	}
	out = tsr_arena_dup(rules->arena, tsr_buf_view(&tags));
	tsr_buf_free(&tags);
	return out;
}

static bool
read_source(struct tsr_rules *rules, struct tsr_rules_attribute *a)
{
	const struct tsr_json *v = tsr_json_get(a->declared, "source");
	struct tsr_span text = tsr_json_text(v);
	size_t colon = tsr_span_find(text, ':', 0);
	unsigned n = source_number(tsr_span_part(text, 0, colon));

	if (n == TSR_SOURCE_TIME && colon < text.n)
		n = TSR_SOURCE_CLOCK;
	a->source = (enum tsr_attribute_source)n;
	a->key = tsr_span_from(text, colon + 1);
	if (n < TSR_SOURCE_COUNT && sources[n].keyed == (colon < text.n) &&
	    (!sources[n].keyed || is_key(a->key)) &&
	    (n != TSR_SOURCE_CLOCK || is_clock_key(a->key))) {
		if (n == TSR_SOURCE_LANGUAGE)
			a->key = language_tags(rules, a->declared);
		return true;
	}
	tsr_diag_add(rules->diag, TSR_ERROR, "R020",
	    v != NULL ? tsr_json_where(v) : a->where,
	    "attribute \"%.*s\" has no source that is known", TSR_ARG(a->name));
	tsr_diag_hint(rules->diag, "header:NAME, cookie:NAME, query:NAME, "
	    "hint:NAME, fact:NAME, state:NAME, score:NAME, profile:NAME, "
	    "browser:NAME, path, method, locale, page, language, device, "
	    "address, time, time:hour, "
	    "time:minute, time:minutes, time:weekday, time:month or "
	    "time:date");
	return false;
}

static bool
read_text(struct tsr_rules *rules, struct tsr_rules_attribute *a)
{
	const struct tsr_json *text = tsr_json_get(a->declared, "text");
	const struct tsr_json *most = tsr_json_get(text, "maxLength");
	double n = most != NULL ? tsr_json_number(most) : TSR_TEXT_DEFAULT;

	if (text == NULL)
		return true;
	a->has_text = true;
	a->fallback = tsr_json_text(tsr_json_get(text, "fallback"));
	if (a->type != TSR_TYPE_STRING || !(n >= 1 && n <= TSR_TEXT_MAX) ||
	    a->source == TSR_SOURCE_BROWSER) {
		tsr_diag_add(rules->diag, TSR_ERROR, "R023",
		    tsr_json_where(text),
		    "only a string that the server knows can be a text, of 1 "
		    "to %d characters", TSR_TEXT_MAX);
		return false;
	}
	a->text_max = (uint32_t)n;
	return true;
}

/* "string, number" for bits of 1 << its number. */
static const char *
list_words(const struct tsr_rules *rules, const char *(*word)(uint32_t),
    unsigned count, unsigned bits)
{
	const char *out = "";
	unsigned i;

	for (i = 0; i < count; i++)
		if ((bits & 1u << i) != 0)
			out = tsr_arena_printf(rules->arena, "%s%s%s", out,
			    out[0] != 0 ? " or " : "", word(i));
	return out;
}

/* Type, source, tier and purpose must go together. */
static bool
check_attribute(struct tsr_rules *rules, const struct tsr_rules_attribute *a)
{
	const char *text = NULL, *word = sources[a->source].word;
	unsigned types = sources[a->source].types;
	const struct tsr_json *trusted = tsr_json_get(a->declared, "trusted");
	unsigned tiers = sources[a->source].tiers;

	if (a->source == TSR_SOURCE_CLOCK) {
		word = "time";
		types = tsr_span_eq(a->key, TSR_LIT("date")) ? STRING : NUMBER;
	}
	if ((types & 1u << a->type) == 0)
		text = tsr_arena_printf(rules->arena, "%s is of type %s", word,
		    list_words(
			rules, tsr_word_type, TSR_TYPE_COUNT, types));
	else if ((tiers & 1u << a->tier) == 0)
		text = tsr_arena_printf(rules->arena, "%s is of tier %s", word,
		    list_words(
			rules, tsr_word_tier, TSR_TIER_COUNT, tiers));
	else if (tsr_json_true(trusted) && a->source != TSR_SOURCE_HEADER &&
	    a->source != TSR_SOURCE_HINT)
		text = "only a header can be trusted";
	else if (a->tier == TSR_TIER_SEGMENT &&
	    (a->type == TSR_TYPE_NUMBER || a->type == TSR_TYPE_JSON))
		text = "only strings and booleans can be of the segment tier";
	else if (a->tier <= TSR_TIER_SEGMENT &&
	    a->purpose != TSR_PURPOSE_NONE)
		text = "an attribute with a purpose must be of the request "
		       "tier: no shared cache may key on it";
	if (text == NULL)
		return true;
	tsr_diag_add(rules->diag, TSR_ERROR, "R021", a->where,
	    "attribute \"%.*s\": %s", TSR_ARG(a->name), text);
	return false;
}

static void
declare_attribute(struct tsr_rules *rules, const struct tsr_member *m)
{
	struct tsr_rules_attribute *a =
	    &rules->attributes[rules->attribute_count];
	const struct tsr_json *tier = tsr_json_get(&m->value, "tier");
	const struct tsr_json *purpose = tsr_json_get(&m->value, "purpose");
	unsigned type, word;

	memset(a, 0, sizeof(*a));
	a->name = m->name;
	a->where = tsr_json_name_where(m);
	a->declared = &m->value;
	type = number_of(tsr_word_type, TSR_TYPE_COUNT,
	    tsr_json_text(tsr_json_get(&m->value, "type")));
	word = purpose == NULL ? TSR_PURPOSE_NONE
			       : number_of(tsr_word_purpose, TSR_PURPOSE_COUNT,
				     tsr_json_text(purpose));
	if (type >= TSR_TYPE_COUNT || word >= TSR_PURPOSE_COUNT) {
		tsr_diag_add(rules->diag, TSR_ERROR, "R021", a->where,
		    "attribute \"%.*s\" needs a type and a purpose that are "
		    "known", TSR_ARG(a->name));
		type = 0;
		word = 0;
	}
	a->type = (enum tsr_attribute_type)type;
	a->purpose = (enum tsr_purpose)word;
	/* An attribute with a mistake stays: its uses are not mistakes. */
	if (!read_source(rules, a))
		a->source = TSR_SOURCE_QUERY;
	a->tier = (enum tsr_tier)sources[a->source].tier;
	word = number_of(tsr_word_tier, TSR_TIER_COUNT, tsr_json_text(tier));
	if (tier != NULL && word < TSR_TIER_COUNT)
		a->tier = (enum tsr_tier)word;
	if (!check_attribute(rules, a) ||
	    (a->source == TSR_SOURCE_BROWSER &&
		!tsr_rules_check_signal(rules, a)) ||
	    (a->source == TSR_SOURCE_STATE &&
		!tsr_rules_check_state(rules, a)) ||
	    (a->source == TSR_SOURCE_SCORE && !tsr_scores_check(rules, a)))
		a->tier = (enum tsr_tier)sources[a->source].tier;
	a->proxy = (a->source == TSR_SOURCE_HEADER ||
		       a->source == TSR_SOURCE_HINT) &&
	    (tsr_rules_is_geography(a->key) ||
		tsr_json_true(tsr_json_get(&m->value, "trusted")));
	tsr_rules_check_proxy(rules, a);
	if (a->source == TSR_SOURCE_CLOCK)
		tsr_rules_zone(rules);
	(void)read_text(rules, a);
	tsr_rules_check_title(rules, a->declared);
	rules->attribute_count++;
}

void
tsr_rules_declare_attributes(
    struct tsr_rules *rules, const struct tsr_json *file)
{
	const struct tsr_member *m;
	uint32_t i;

	for (i = 0; i < file->count; i++) {
		m = &file->u.members[i];
		if (tsr_span_eq(m->name, TSR_LIT("$schema")))
			continue;
		/* One is kept for the clock of startsAt and endsAt. */
		if (rules->attribute_count == TSR_ATTRIBUTES_MAX - 1) {
			tsr_diag_add(rules->diag, TSR_ERROR, "R024",
			    tsr_json_name_where(m),
			    "a site has at most %d attributes",
			    TSR_ATTRIBUTES_MAX - 1);
			return;
		}
		declare_attribute(rules, m);
	}
}
