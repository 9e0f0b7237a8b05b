/*
 * rules - attributes and segments are declared; what was declared is asked.
 */
#include "build/rules_inner.h"

struct tsr_rules *
tsr_rules_new(struct tsr_arena *arena, struct tsr_diag *diag)
{
	struct tsr_rules *rules = TSR_NEW(arena, struct tsr_rules);
	struct tsr_decision *constant;

	rules->arena = arena;
	rules->diag = diag;
	rules->clock = UINT32_MAX;
	tsr_intern_init(&rules->test_index, arena);
	tsr_intern_init(&rules->node_index, arena);
	tsr_intern_init(&rules->decision_index, arena);
	tsr_intern_init(&rules->automata, arena);
	tsr_intern_init(&rules->conditions, arena);
	tsr_intern_init(&rules->chains, arena);
	tsr_intern_init(&rules->chains_seen, arena);
	rules->decisions = tsr_arena_grow(arena, NULL, 0,
	    &rules->decision_cap, sizeof(*rules->decisions));
	constant = &rules->decisions[rules->decision_count++];
	memset(constant, 0, sizeof(*constant));
	constant->root = TSR_TARGET_OUTCOME;
	constant->outcomes = 1;
	return rules;
}

void
tsr_rules_relax(struct tsr_rules *rules)
{
	rules->relaxed = true;
}

void
tsr_rules_groups(struct tsr_rules *rules, const struct tsr_json *groups)
{
	rules->groups = groups;
}

void
tsr_rules_page(struct tsr_rules *rules, struct tsr_span page,
    struct tsr_span locale, struct tsr_span path)
{
	rules->known.page = page;
	rules->known.locale = locale;
	rules->known.path = path;
}

void
tsr_rules_fragments(struct tsr_rules *rules, uint32_t set,
    const struct tsr_span *ids, size_t count)
{
	while (rules->fragment_count <= set) {
		rules->fragments = tsr_arena_grow(rules->arena,
		    rules->fragments, rules->fragment_count,
		    &rules->fragment_cap, sizeof(*rules->fragments));
		rules->fragments[rules->fragment_count++].count = 0;
	}
	rules->fragments[set].list = ids;
	rules->fragments[set].count = count;
}

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

static const char *const type_words[] = {
    "string", "number", "boolean", "json", NULL};
static const char *const source_words[] = {"header", "cookie", "query", "path",
    "method", "time", "locale", "page", NULL};
static const char *const purpose_words[] = {
    "", "functional", "analytics", "personalization", NULL};
static const char *const tier_words[] = {"build", "segment", "request", NULL};

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

static bool
has_key(enum tsr_attribute_source source)
{
	return source == TSR_SOURCE_HEADER || source == TSR_SOURCE_COOKIE ||
	    source == TSR_SOURCE_QUERY;
}

static bool
read_source(struct tsr_rules *rules, struct tsr_rules_attribute *a)
{
	const struct tsr_json *v = tsr_json_get(a->declared, "source");
	struct tsr_span text = tsr_json_text(v);
	size_t colon = tsr_span_find(text, ':', 0);
	unsigned n = word_number(source_words, tsr_span_part(text, 0, colon));

	a->source = (enum tsr_attribute_source)n;
	a->key = tsr_span_from(text, colon + 1);
	if (n < TSR_SOURCE_COUNT && has_key(a->source) == (colon < text.n) &&
	    (!has_key(a->source) || is_key(a->key)))
		return true;
	tsr_diag_add(rules->diag, TSR_ERROR, "R020",
	    v != NULL ? tsr_json_where(v) : a->where,
	    "attribute \"%.*s\" has no source that is known", TSR_ARG(a->name));
	tsr_diag_hint(rules->diag, "header:NAME, cookie:NAME, query:NAME, "
	    "path, method, time, locale or page");
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
	if (a->type != TSR_TYPE_STRING || !(n >= 1 && n <= TSR_TEXT_MAX)) {
		tsr_diag_add(rules->diag, TSR_ERROR, "R023",
		    tsr_json_where(text),
		    "only a string can be a text, of 1 to %d characters",
		    TSR_TEXT_MAX);
		return false;
	}
	a->text_max = (uint32_t)n;
	return true;
}

/* Type, source, tier and purpose must go together. */
static bool
check_attribute(struct tsr_rules *rules, const struct tsr_rules_attribute *a)
{
	const char *text = NULL;
	bool text_only = a->source == TSR_SOURCE_LOCALE ||
	    a->source == TSR_SOURCE_PAGE || a->source == TSR_SOURCE_PATH ||
	    a->source == TSR_SOURCE_METHOD;

	if (a->source == TSR_SOURCE_TIME && a->type != TSR_TYPE_NUMBER)
		text = "time is a number";
	else if (text_only && a->type != TSR_TYPE_STRING)
		text = "path, method, locale and page are strings";
	else if (a->tier == TSR_TIER_BUILD && a->source != TSR_SOURCE_LOCALE &&
	    a->source != TSR_SOURCE_PAGE && a->source != TSR_SOURCE_PATH)
		text = "only page, locale and path are known at build";
	else if (a->tier == TSR_TIER_SEGMENT &&
	    (!has_key(a->source) || a->type == TSR_TYPE_NUMBER ||
		a->type == TSR_TYPE_JSON))
		text = "only a string or boolean from a header, cookie or "
		       "query can be of the segment tier";
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
	unsigned type, word;

	memset(a, 0, sizeof(*a));
	a->name = m->name;
	a->where = tsr_json_name_where(m);
	a->declared = &m->value;
	type = word_number(
	    type_words, tsr_json_text(tsr_json_get(&m->value, "type")));
	word = word_number(
	    purpose_words, tsr_json_text(tsr_json_get(&m->value, "purpose")));
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
	a->tier = a->source == TSR_SOURCE_LOCALE || a->source == TSR_SOURCE_PAGE
	    ? TSR_TIER_BUILD : TSR_TIER_REQUEST;
	word = word_number(tier_words, tsr_json_text(tier));
	if (tier != NULL && word < TSR_TIER_BROWSER)
		a->tier = (enum tsr_tier)word;
	if (!check_attribute(rules, a))
		a->tier = TSR_TIER_REQUEST;
	(void)read_text(rules, a);
	rules->attribute_count++;
}

static void
declare_attributes(struct tsr_rules *rules, const struct tsr_json *file)
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

static void
declare_segments(struct tsr_rules *rules, const struct tsr_json *file)
{
	struct tsr_segment *s;
	const struct tsr_member *m;
	uint32_t i;

	rules->segment_file = file;
	rules->segments =
	    TSR_NEW_ARRAY(rules->arena, struct tsr_segment, file->count);
	for (i = 0; i < file->count; i++) {
		m = &file->u.members[i];
		if (tsr_span_eq(m->name, TSR_LIT("$schema")))
			continue;
		s = &rules->segments[rules->segment_count++];
		s->name = m->name;
		s->where = tsr_json_name_where(m);
		s->audience = tsr_json_get(&m->value, "audience");
	}
}

void
tsr_rules_declare(struct tsr_rules *rules, const struct tsr_json *attributes,
    const struct tsr_json *segments)
{
	struct tsr_json name;
	size_t i;

	if (tsr_json_is(attributes, TSR_JSON_OBJECT))
		declare_attributes(rules, attributes);
	if (!tsr_json_is(segments, TSR_JSON_OBJECT))
		return;
	declare_segments(rules, segments);
	/* Each is looked at, used or not. */
	for (i = 0; i < rules->segment_count; i++) {
		name = tsr_json_string(rules->segments[i].name);
		name.src = rules->segments[i].where.src;
		name.off = rules->segments[i].where.off;
		(void)tsr_rules_condition(rules, &name);
	}
}

bool
tsr_rules_may_miss(const struct tsr_rules *rules, uint32_t attribute)
{
	enum tsr_attribute_source s = rules->attributes[attribute].source;

	return s != TSR_SOURCE_TIME && s != TSR_SOURCE_LOCALE &&
	    s != TSR_SOURCE_PAGE && s != TSR_SOURCE_METHOD;
}

uint32_t
tsr_rules_clock(struct tsr_rules *rules)
{
	struct tsr_rules_attribute *a;

	if (rules->clock != UINT32_MAX)
		return rules->clock;
	a = &rules->attributes[rules->attribute_count];
	memset(a, 0, sizeof(*a));
	a->name = TSR_LIT("_time");
	a->type = TSR_TYPE_NUMBER;
	a->source = TSR_SOURCE_TIME;
	/* A page may be shared until the next boundary. */
	a->tier = TSR_TIER_SEGMENT;
	rules->clock = (uint32_t)rules->attribute_count++;
	return rules->clock;
}

bool
tsr_rules_known_value(struct tsr_json *out, const struct tsr_rules *rules,
    uint32_t attribute)
{
	const struct tsr_rules_attribute *a = &rules->attributes[attribute];
	struct tsr_span s = {NULL, 0};

	if (a->type != TSR_TYPE_STRING || a->purpose != TSR_PURPOSE_NONE)
		return false;
	if (a->source == TSR_SOURCE_PAGE)
		s = rules->known.page;
	else if (a->source == TSR_SOURCE_LOCALE)
		s = rules->known.locale;
	else if (a->source == TSR_SOURCE_PATH)
		s = rules->known.path;
	/* Longer ones are missing when asked for: that is left to core. */
	if (s.p == NULL || s.n > TSR_VALUE_MAX)
		return false;
	*out = tsr_json_string(s);
	return true;
}

size_t
tsr_rules_attribute_count(const struct tsr_rules *rules)
{
	return rules->attribute_count;
}

const struct tsr_rules_attribute *
tsr_rules_attribute_at(const struct tsr_rules *rules, uint32_t i)
{
	return i < rules->attribute_count ? &rules->attributes[i] : NULL;
}

uint32_t
tsr_rules_attribute_find(const struct tsr_rules *rules, struct tsr_span name)
{
	uint32_t i;

	for (i = 0; i < rules->attribute_count; i++)
		if (tsr_span_eq(rules->attributes[i].name, name))
			return i;
	return UINT32_MAX;
}
