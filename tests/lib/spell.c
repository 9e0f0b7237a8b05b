/*
 * spell - a visitor drawn at random, and the request that says who it is.
 */
#include "lib/spell.h"

#define REQUEST_MAX ((size_t)1 << 20)

/* One value on its way into a request. */
struct saying {
	const struct tsr_rules_attribute *attribute;
	struct tsr_buf text; /* what is said, before encoding */
	bool plain;	     /* without decoys and needless encoding */
};

void
tsr_spelled_init(struct tsr_spelled *out)
{
	tsr_buf_init(&out->headers, REQUEST_MAX);
	tsr_buf_init(&out->cookie, REQUEST_MAX);
	tsr_buf_init(&out->query, REQUEST_MAX);
}

void
tsr_spelled_free(struct tsr_spelled *out)
{
	tsr_buf_free(&out->headers);
	tsr_buf_free(&out->cookie);
	tsr_buf_free(&out->query);
}

void
tsr_spell_bytes(struct tsr_buf *out, struct tsr_span bytes)
{
	size_t i;

	tsr_buf_byte(out, '"');
	for (i = 0; i < bytes.n; i++)
		if (bytes.p[i] < 0x20 || bytes.p[i] >= 0x7f ||
		    bytes.p[i] == '"' || bytes.p[i] == '\\')
			tsr_buf_printf(out, "\\u%04x", bytes.p[i]);
		else
			tsr_buf_byte(out, bytes.p[i]);
	tsr_buf_byte(out, '"');
}

static bool
chance(struct tsr_speller *s, uint32_t in)
{
	return tsr_dice_below(&s->dice, in) == 0;
}

static struct tsr_span
one_of(struct tsr_speller *s, const char *const *list, size_t n)
{
	const char *text = list[tsr_dice_below(&s->dice, (uint32_t)n)];

	return tsr_span_of(text, strlen(text));
}

static bool
must_encode(uint8_t c, bool query, bool edge)
{
	if (c < 0x20 || c == 0x7f || c == '%' || (c == ' ' && (query || edge)))
		return true;
	if (!query)
		return c == ';' || c == '"';
	return c >= 0x80 ||
	    tsr_span_find(TSR_LIT("&#+\"<>\\^`{|}"), c, 0) < 12;
}

static void
encode(struct tsr_buf *out, struct tsr_speller *s, const struct saying *saying)
{
	static const char digits[2][17] = {
	    "0123456789abcdef", "0123456789ABCDEF"};
	bool query = saying->attribute->source == TSR_SOURCE_QUERY;
	struct tsr_span text = tsr_buf_view(&saying->text);
	const char *hex = digits[tsr_dice_below(&s->dice, 2)];
	size_t i;
	uint8_t c;

	for (i = 0; i < text.n; i++) {
		c = text.p[i];
		if (c == ' ' && query && chance(s, 2)) {
			tsr_buf_byte(out, '+');
		} else if (must_encode(c, query, i == 0 || i + 1 == text.n) ||
		    (!saying->plain && chance(s, c < 0x80 ? 8 : 2))) {
			tsr_buf_byte(out, '%');
			tsr_buf_byte(out, (uint8_t)hex[c >> 4]);
			tsr_buf_byte(out, (uint8_t)hex[c & 15]);
		} else {
			tsr_buf_byte(out, c);
		}
	}
}

void
tsr_spell_header(struct tsr_spelled *out, struct tsr_span name,
    struct tsr_span value)
{
	if (out->headers.n > 0)
		tsr_buf_byte(&out->headers, ',');
	tsr_buf_byte(&out->headers, '[');
	tsr_spell_bytes(&out->headers, name);
	tsr_buf_byte(&out->headers, ',');
	tsr_spell_bytes(&out->headers, value);
	tsr_buf_byte(&out->headers, ']');
}

/* A pair whose name only looks like the right one. */
static void
add_decoy(struct tsr_buf *out, struct tsr_speller *s, struct tsr_span name,
    const char *separator)
{
	static const char *const values[] = {"gold", "1", "150", "climbing", ""};

	if (out->n > 0)
		tsr_buf_text(out, separator);
	if (chance(s, 2)) {
		tsr_buf_byte(out, 'x');
		tsr_buf_add(out, name);
	} else if (chance(s, 2) && name.p[0] >= 'a' && name.p[0] <= 'z') {
		tsr_buf_byte(out, (uint8_t)(name.p[0] - 'a' + 'A'));
		tsr_buf_add(out, tsr_span_from(name, 1));
	} else {
		tsr_buf_add(out, name);
		tsr_buf_byte(out, '2');
	}
	tsr_buf_byte(out, '=');
	tsr_buf_text(out,
	    values[tsr_dice_below(&s->dice, TSR_COUNT_OF(values))]);
}

static void
add_pair(struct tsr_buf *out, struct tsr_speller *s,
    const struct saying *saying)
{
	bool query = saying->attribute->source == TSR_SOURCE_QUERY;
	const char *separator = query ? "&" : "; ";
	bool quoted = !query && !saying->plain && chance(s, 6);

	if (!saying->plain && chance(s, 4))
		add_decoy(out, s, saying->attribute->key, separator);
	if (out->n > 0)
		tsr_buf_text(out, separator);
	tsr_buf_add(out, saying->attribute->key);
	tsr_buf_byte(out, '=');
	if (quoted)
		tsr_buf_byte(out, '"');
	encode(out, s, saying);
	if (quoted)
		tsr_buf_byte(out, '"');
	if (!saying->plain && chance(s, 6)) {
		/* The first of a name counts. */
		tsr_buf_text(out, separator);
		tsr_buf_add(out, saying->attribute->key);
		tsr_buf_text(out, "=gold");
	}
}

static void
say(struct tsr_spelled *out, struct tsr_speller *s, const struct saying *saying,
    struct tsr_arena *arena)
{
	struct tsr_span key = saying->attribute->key;

	if (tsr_span_eq(key, TSR_LIT("Sec-CH-UA-Mobile")))
		s->mobile = tsr_arena_dup(arena, tsr_buf_view(&saying->text));
	if (saying->attribute->source == TSR_SOURCE_HEADER)
		tsr_spell_header(out, key, tsr_buf_view(&saying->text));
	else if (saying->attribute->source == TSR_SOURCE_COOKIE)
		add_pair(&out->cookie, s, saying);
	else
		add_pair(&out->query, s, saying);
}

/* Texts that count as no value of the attribute's type. */
static void
draw_wrong(struct saying *out, struct tsr_speller *s)
{
	static const char *const numbers[] = {"12abc",
	    "0x10", "1e999", "NaN", "-",
	    "+5", ".5", "007", "1,5",
	    ""};
	static const char *const booleans[] = {"TRUE",
	    "2", "y", "on", "?2",
	    ""};
	static const char *const texts[] = {"\xff",
	    "gold\xc3", "\xed\xa0\x80",
	    "DE\xf4\x90\x80\x80", "\xc0\xaf"};
	unsigned kind = tsr_dice_below(&s->dice, 7);

	if (out->attribute->type == TSR_TYPE_NUMBER)
		tsr_buf_add(&out->text,
		    one_of(s, numbers, TSR_COUNT_OF(numbers)));
	else if (out->attribute->type == TSR_TYPE_BOOLEAN)
		tsr_buf_add(&out->text,
		    one_of(s, booleans, TSR_COUNT_OF(booleans)));
	else if (kind == 5)
		tsr_buf_fill(&out->text, 'b',
		    out->attribute->type == TSR_TYPE_JSON ? 4097 : 1025);
	else if (kind == 6 && out->attribute->source != TSR_SOURCE_HEADER)
		tsr_buf_add(&out->text, TSR_LIT("DE\0"));
	else if (out->attribute->source == TSR_SOURCE_HEADER && chance(s, 4))
		return; /* an empty header is none */
	else
		tsr_buf_text(&out->text, texts[kind % TSR_COUNT_OF(texts)]);
}

static struct tsr_json
draw_text(struct tsr_speller *s, const struct tsr_rules_attribute *a,
    struct tsr_arena *arena)
{
	static const char *const texts[] = {"a", "DE",
	    "Ada", "<b>&\"'</b>", "x y",
	    "Zo\xc3\xab \xf0\x9f\x8f\x94", "50%; a+b=c, d",
	    "</title><script>alert(1)</script>",
	    "\xe4\xb8\x80\xe4\xb8\x80\xe4\xb8\x80\xe4\xb8\x80\xe4\xb8"
		    "\x80\xe4\xb8\x80\xe4\xb8\x80\xe4\xb8\x80\xe4\xb8\x80\xe4"
		    "\xb8\x80\xe4\xb8\x80\xe4\xb8\x80\xe4\xb8\x80",
	    "Wolfeschlegelsteinhausenbergerdorff the elder",
	    "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\""};
	uint8_t *most;

	if (s->id_count > 0 && chance(s, 3))
		return tsr_json_string(s->ids[tsr_dice_below(
		    &s->dice, (uint32_t)s->id_count)]);
	if (chance(s, 20)) {
		most = tsr_arena_alloc(arena, 1024);
		memset(most, 'm', 1024);
		return tsr_json_string(tsr_span_of(most, 1024));
	}
	if (a->source != TSR_SOURCE_HEADER && chance(s, 12))
		return tsr_json_string(TSR_LIT(""));
	return tsr_json_string(one_of(s, texts, TSR_COUNT_OF(texts)));
}

static struct tsr_json
draw_value(struct tsr_speller *s, const struct tsr_rules_attribute *a,
    struct tsr_arena *arena)
{
	const struct tsr_json *values = tsr_json_get(a->declared, "values");

	if (tsr_json_is(values, TSR_JSON_ARRAY) && values->count > 0 &&
	    !chance(s, 5))
		return values->u.items[tsr_dice_below(&s->dice, values->count)];
	switch (a->type) {
	case TSR_TYPE_BOOLEAN:
		return tsr_json_boolean(chance(s, 2));
	case TSR_TYPE_NUMBER:
		return tsr_json_integer(
		    (int64_t)tsr_dice_below(&s->dice, 400) - 20);
	case TSR_TYPE_JSON:
		return tsr_spell_json(s, arena);
	default:
		return draw_text(s, a, arena);
	}
}

/* A value's text: one of several where there are several. */
static void
add_text(struct saying *out, struct tsr_speller *s, const struct tsr_json *v)
{
	static const char *const words[2][4] = {
	    {"0", "false", "?0", "no"}, {"1", "true", "?1", "yes"}};

	if (v->type == TSR_JSON_STRING) {
		tsr_buf_add(&out->text, v->u.string);
	} else if (v->type == TSR_JSON_BOOLEAN) {
		tsr_buf_add(&out->text, one_of(s, words[v->u.boolean], 4));
	} else if (v->type == TSR_JSON_ARRAY || v->type == TSR_JSON_OBJECT) {
		tsr_json_write(&out->text, v);
	} else {
		tsr_json_number_text(&out->text, v);
		if (v->type == TSR_JSON_INTEGER && !out->plain && chance(s, 3))
			tsr_buf_text(&out->text, chance(s, 2) ? ".0" : "e0");
	}
}

/* Consent to some purposes: bit 1 << enum tsr_purpose. */
static unsigned
say_consent(struct tsr_spelled *out, struct tsr_speller *s, bool plain)
{
	static const char *const names[TSR_PURPOSE_COUNT] = {
	    "marketing", "functional", "analytics",
	    "personalization"};
	unsigned all = (1u << TSR_PURPOSE_COUNT) - 1, granted = all, i;
	uint8_t separator = (uint8_t)"+.,"[tsr_dice_below(&s->dice, 3)];
	bool first = true;

	if (!plain && chance(s, 6))
		return 1u << TSR_PURPOSE_NONE;
	if (!plain && !chance(s, 3))
		granted = tsr_dice_below(&s->dice, all + 1);
	if (out->cookie.n > 0)
		tsr_buf_text(&out->cookie, "; ");
	tsr_buf_add(&out->cookie, s->consent_cookie);
	tsr_buf_byte(&out->cookie, '=');
	for (i = 0; i < TSR_PURPOSE_COUNT; i++) {
		if ((granted & 1u << i) == 0)
			continue;
		if (!first)
			tsr_buf_byte(&out->cookie, separator);
		tsr_buf_text(&out->cookie, names[i]);
		first = false;
	}
	return granted | 1u << TSR_PURPOSE_NONE;
}

/* True when the server should find *value. */
static bool
draw_saying(struct tsr_json *value, struct tsr_spelled *out,
    struct tsr_speller *s, const struct tsr_json *values,
    struct saying *saying, struct tsr_arena *arena)
{
	const struct tsr_json *given =
	    tsr_json_find(values, saying->attribute->name);
	bool found = true;

	if (values != NULL ? given == NULL : chance(s, 3))
		return false;
	tsr_buf_init(&saying->text, REQUEST_MAX);
	if (values == NULL && chance(s, 10)) {
		draw_wrong(saying, s);
		found = false;
	} else {
		*value = values != NULL
		    ? *given : draw_value(s, saying->attribute, arena);
		add_text(saying, s, value);
	}
	say(out, s, saying, arena);
	tsr_buf_free(&saying->text);
	return found;
}

/* True when the server should find *value. */
static bool
spell_one(struct tsr_json *value, struct tsr_spelled *out,
    struct tsr_speller *s, const struct tsr_json *values, uint32_t i,
    struct tsr_arena *arena)
{
	struct saying saying = {.plain = values != NULL};

	saying.attribute = tsr_rules_attribute_at(s->rules, i);
	if (saying.attribute->source >= TSR_SOURCE_PATH)
		return tsr_spell_signal(
		    value, out, s, saying.attribute, values, arena);
	return draw_saying(value, out, s, values, &saying, arena);
}

static struct tsr_json
spell(struct tsr_spelled *out, struct tsr_speller *s,
    const struct tsr_json *values, struct tsr_arena *arena)
{
	size_t i, n = tsr_rules_attribute_count(s->rules);
	struct tsr_member *members =
	    TSR_NEW_ARRAY(arena, struct tsr_member, n + 1);
	struct tsr_json visitor = {.type = TSR_JSON_OBJECT};
	unsigned granted = 1u << TSR_PURPOSE_NONE;
	const struct tsr_rules_attribute *a;

	s->mobile = TSR_LIT("");
	if (s->consent_cookie.n > 0)
		granted = say_consent(out, s, values != NULL);
	if (values == NULL && chance(s, 4))
		tsr_buf_text(&out->query, "page=2");
	for (i = 0; i < n; i++) {
		a = tsr_rules_attribute_at(s->rules, (uint32_t)i);
		if (spell_one(&members[visitor.count].value, out, s, values,
			(uint32_t)i, arena) &&
		    (granted & 1u << a->purpose) != 0)
			members[visitor.count++].name = a->name;
	}
	visitor.u.members = members;
	return visitor;
}

struct tsr_json
tsr_spell_random(struct tsr_spelled *out, struct tsr_speller *speller,
    struct tsr_arena *arena)
{
	return spell(out, speller, NULL, arena);
}

struct tsr_json
tsr_spell_values(struct tsr_spelled *out, struct tsr_speller *speller,
    const struct tsr_json *values, struct tsr_arena *arena)
{
	return spell(out, speller, values, arena);
}
