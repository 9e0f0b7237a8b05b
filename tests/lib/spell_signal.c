/*
 * spell_signal - values that are worked out from more than one text, and JSON.
 *
 * Clocks are libc's, with the system's zone files: the second opinion on
 * core/clock.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/device.h"
#include "core/netaddr.h"
#include "lib/beside.h"
#include "lib/spell.h"

#define DEPTH 3

static bool
chance(struct tsr_speller *s, uint32_t in)
{
	return tsr_dice_below(&s->dice, in) == 0;
}

static struct tsr_span
kept(struct tsr_arena *arena, const char *text)
{
	return tsr_arena_dup(arena, tsr_span_of(text, strlen(text)));
}

/* ---- JSON ---- */

static struct tsr_json
draw_scalar(struct tsr_speller *s)
{
	static const char *const words[] = {
	    "tents", "gift", "wrap", "GIFT", "1", "", "merino"};
	const char *word = words[tsr_dice_below(
	    &s->dice, TSR_COUNT_OF(words))];

	switch (tsr_dice_below(&s->dice, 6)) {
	case 0:
		return (struct tsr_json){.type = TSR_JSON_NULL};
	case 1:
		return tsr_json_boolean(chance(s, 2));
	case 2:
		return tsr_json_integer(
		    (int64_t)tsr_dice_below(&s->dice, 400) - 20);
	default:
		return tsr_json_string(tsr_span_of(word, strlen(word)));
	}
}

/* A value, its containers nested to DEPTH; list: it is an array. */
static struct tsr_json
draw_json(struct tsr_speller *s, unsigned depth, bool list,
    struct tsr_arena *arena)
{
	static const char *const names[] = {
	    "items", "marks", "category", "price", "length", "0"};
	struct tsr_json out = {.type = TSR_JSON_ARRAY}, v;
	struct tsr_member *members;
	struct tsr_json *items;
	uint32_t i;

	if (!list)
		out.type = TSR_JSON_OBJECT;
	items = TSR_NEW_ARRAY(arena, struct tsr_json, 6);
	members = TSR_NEW_ARRAY(arena, struct tsr_member, 6);
	for (i = 0; i < TSR_COUNT_OF(names); i++) {
		if (chance(s, 3))
			continue;
		v = depth < DEPTH && chance(s, 2)
		    ? draw_json(s, depth + 1, !list || chance(s, 4), arena)
		    : draw_scalar(s);
		items[out.count] = v;
		members[out.count].value = v;
		members[out.count++].name =
		    tsr_span_of(names[i], strlen(names[i]));
	}
	if (list)
		out.u.items = items;
	else
		out.u.members = members;
	return out;
}

struct tsr_json
tsr_spell_json(struct tsr_speller *speller, struct tsr_arena *arena)
{
	return draw_json(speller, 0, chance(speller, 4), arena);
}

/* ---- one header each ---- */

static bool
is_word(struct tsr_span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!tsr_is_alnum(s.p[i]) || tsr_is_digit(s.p[0]))
			return false;
	return s.n > 0;
}

/* A string's token or string (RFC 8941), with a parameter now and then. */
static bool
spell_hint(struct tsr_json *value, struct tsr_spelled *out,
    struct tsr_speller *s, const struct tsr_rules_attribute *a,
    const struct tsr_json *given, struct tsr_arena *arena)
{
	const struct tsr_json *list = tsr_json_get(a->declared, "values");
	struct tsr_span text;
	bool quoted;

	if (given != NULL)
		*value = *given;
	else if (tsr_json_is(list, TSR_JSON_ARRAY) && list->count > 0 &&
	    !chance(s, 3))
		*value = list->u.items[tsr_dice_below(&s->dice, list->count)];
	else
		return false;
	if (a->type != TSR_TYPE_STRING)
		return false;
	if (given == NULL && chance(s, 8)) {
		tsr_spell_header(out, a->key, TSR_LIT("(on)"));
		return false;
	}
	text = tsr_json_text(value);
	quoted = !is_word(text) || chance(s, 2);
	text = kept(arena, tsr_arena_printf(arena, "%s%.*s%s%s",
	    quoted ? "\"" : "", TSR_ARG(text), quoted ? "\"" : "",
	    given == NULL && chance(s, 3) ? ";a=1" : ""));
	tsr_spell_header(out, a->key, text);
	return true;
}

/* Always said: a browser would say its own. */
static bool
spell_language(struct tsr_json *value, struct tsr_spelled *out,
    struct tsr_speller *s, const struct tsr_rules_attribute *a,
    const struct tsr_json *given, bool plain, struct tsr_arena *arena)
{
	static const char *const forms[][2] = {{"", ""},
	    {"", "-XX-yy;q=0.7, *"}, {"zz, ", ";q=0.3"},
	    {"*;q=0.9,", ";q=0.8,zz-DE"}, {"-x, ,", ";q=1.000"}};
	const char *const *form =
	    forms[plain ? 0 : tsr_dice_below(&s->dice, TSR_COUNT_OF(forms))];
	size_t at, end, n = 1;
	struct tsr_span tag;

	for (at = 0; at < a->key.n; at++)
		n += a->key.p[at] == ',';
	if (given == NULL && (plain || chance(s, 3))) {
		tsr_spell_header(out, TSR_LIT("Accept-Language"),
		    plain || chance(s, 2) ? TSR_LIT("*") : TSR_LIT("zz,xx;q=1"));
		return false;
	}
	n = tsr_dice_below(&s->dice, (uint32_t)n);
	for (at = 0; n > 0; n--)
		at = tsr_span_find(a->key, ',', at) + 1;
	end = tsr_span_find(a->key, ',', at);
	tag = given != NULL ? tsr_json_text(given)
			    : tsr_span_part(a->key, at, end - at);
	*value = tsr_json_string(tag);
	tsr_spell_header(out, TSR_LIT("Accept-Language"),
	    kept(arena, tsr_arena_printf(arena, "%s%.*s%s", form[0],
		TSR_ARG(tag), form[1])));
	return true;
}

static bool
spell_device(struct tsr_json *value, struct tsr_spelled *out,
    struct tsr_speller *s, const struct tsr_json *given, bool plain)
{
	static const char *const kinds[][2] = {{"bot", "Some/1 crawler"},
	    {"tablet", "Some/1 iPad"}, {"mobile", "Some/1 iPhone"},
	    {"desktop", "Some/1 X11"}};
	struct tsr_span agent = TSR_LIT("Some/1"), kind;
	size_t i;

	if (given == NULL && !plain)
		agent = tsr_beside_agent(&s->dice);
	for (i = 0; i < TSR_COUNT_OF(kinds); i++)
		if (tsr_span_eq(tsr_json_text(given),
			tsr_span_of(kinds[i][0], strlen(kinds[i][0]))))
			agent = tsr_span_of(kinds[i][1], strlen(kinds[i][1]));
	tsr_spell_header(out, TSR_LIT("User-Agent"), agent);
	kind = tsr_device(agent, s->mobile, TSR_LIT(""));
	*value = tsr_json_string(kind);
	return kind.n > 0;
}

/* The requests come from a proxy, which says whose they are. */
static bool
spell_address(struct tsr_json *value, struct tsr_spelled *out,
    struct tsr_speller *s, const struct tsr_json *given, bool plain,
    struct tsr_arena *arena)
{
	struct tsr_span text = TSR_LIT("unknown"), last;
	struct tsr_netaddr address;
	size_t i, colon;

	if (given != NULL)
		text = tsr_json_text(given);
	else if (!plain)
		text = tsr_beside_address(&s->dice);
	tsr_spell_header(out, TSR_LIT("X-Forwarded-For"), text);
	last = text;
	for (i = 0; i < text.n; i++)
		if (text.p[i] == ' ')
			last = tsr_span_from(text, i + 1);
	if (last.p[0] == '[')
		last = tsr_span_part(
		    last, 1, tsr_span_find(last, ']', 0) - 1);
	colon = tsr_span_find(last, ':', 0);
	if (tsr_span_find(last, ':', colon + 1) == last.n)
		last = tsr_span_part(last, 0, colon);
	if (!tsr_netaddr_read(&address, last, false))
		return false;
	*value = tsr_json_string(tsr_netaddr_write(
	    tsr_arena_alloc(arena, TSR_NETADDR_TEXT), &address));
	return true;
}

/* ---- the clock ---- */

static bool
spell_clock(struct tsr_json *value, const struct tsr_speller *s,
    struct tsr_span key, struct tsr_arena *arena)
{
	time_t seconds = (time_t)(s->now / 1000);
	struct tm tm;
	char word;

	/* The zone of the example site. */
	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	localtime_r(&seconds, &tm);
	word = (char)key.p[0];
	if (word == 'd')
		*value = tsr_json_string(kept(arena, tsr_arena_printf(arena,
		    "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1,
		    tm.tm_mday)));
	else if (word == 'h')
		*value = tsr_json_integer(tm.tm_hour);
	else if (word == 'w')
		*value = tsr_json_integer(tm.tm_wday == 0 ? 7 : tm.tm_wday);
	else if (key.n == 5)
		*value = tsr_json_integer(tm.tm_mon + 1);
	else
		*value = tsr_json_integer(tm.tm_min +
		    (key.n == 7 ? tm.tm_hour * 60 : 0));
	return true;
}

bool
tsr_spell_signal(struct tsr_json *value, struct tsr_spelled *out,
    struct tsr_speller *speller, const struct tsr_rules_attribute *attribute,
    const struct tsr_json *values, struct tsr_arena *arena)
{
	const struct tsr_json *given =
	    values != NULL ? tsr_json_find(values, attribute->name) : NULL;
	bool plain = values != NULL;

	switch (attribute->source) {
	case TSR_SOURCE_TIME:
		*value = tsr_json_integer(speller->now / 1000);
		return true;
	case TSR_SOURCE_METHOD:
		*value = tsr_json_string(TSR_LIT("GET"));
		return true;
	case TSR_SOURCE_HINT:
		return (given != NULL || !plain) && spell_hint(
		    value, out, speller, attribute, given, arena);
	case TSR_SOURCE_LANGUAGE:
		return spell_language(
		    value, out, speller, attribute, given, plain, arena);
	case TSR_SOURCE_DEVICE:
		return spell_device(value, out, speller, given, plain);
	case TSR_SOURCE_ADDRESS:
		return spell_address(
		    value, out, speller, given, plain, arena);
	case TSR_SOURCE_CLOCK:
		return spell_clock(value, speller, attribute->key, arena);
	default:
		/* Beside the request, or only the browser knows. */
		return false;
	}
}
