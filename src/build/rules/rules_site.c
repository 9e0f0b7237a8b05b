/*
 * rules_site - what attributes need of tessera.json: languages, consent, the
 * time zone, proxies.
 */
#include "build/rules/rules_inner.h"
#include "build/read/moment.h"
#include "build/read/zone.h"
#include "core/netaddr.h"

/* "de,en": the default locale first. */
static void
list_languages(struct tsr_rules *rules, const struct tsr_json *locales)
{
	const struct tsr_json *first = tsr_json_get(locales, "default");
	const struct tsr_member *m;
	struct tsr_buf out;
	uint32_t i;

	tsr_buf_init(&out, SIZE_MAX / 2);
	tsr_buf_add(&out, tsr_json_text(first));
	for (i = 0; tsr_json_is(locales, TSR_JSON_OBJECT) &&
	    i < locales->count; i++) {
		m = &locales->u.members[i];
		if (tsr_span_eq(m->name, TSR_LIT("default")) ||
		    tsr_span_eq(m->name, tsr_json_text(first)))
			continue;
		tsr_buf_byte(&out, ',');
		tsr_buf_add(&out, m->name);
	}
	rules->languages = tsr_arena_dup(rules->arena, tsr_buf_view(&out));
	tsr_buf_free(&out);
}

void
tsr_rules_site(struct tsr_rules *rules, const struct tsr_json *config)
{
	rules->config = config;
	list_languages(rules, tsr_json_get(config, "locales"));
}

/* ---- titles ---- */

struct tsr_span
tsr_rules_title(const struct tsr_rules *rules, const struct tsr_json *title,
    struct tsr_span locale)
{
	struct tsr_span first = tsr_span_part(rules->languages, 0,
	    tsr_span_find(rules->languages, ',', 0));
	const struct tsr_json *text;

	if (!tsr_json_is(title, TSR_JSON_OBJECT))
		return tsr_json_text(title);
	text = tsr_json_find(title, locale);
	if (text == NULL)
		text = tsr_json_find(title, first);
	if (text == NULL && title->count > 0)
		text = &title->u.members[0].value;
	return tsr_json_text(text);
}

static bool
is_language(const struct tsr_rules *rules, struct tsr_span tag)
{
	struct tsr_span all = rules->languages;
	size_t end;

	for (; all.n > 0; all = tsr_span_from(all, end + 1)) {
		end = tsr_span_find(all, ',', 0);
		if (tsr_span_eq(tsr_span_part(all, 0, end), tag))
			return true;
	}
	return false;
}

void
tsr_rules_check_title(
    struct tsr_rules *rules, const struct tsr_json *declared)
{
	const struct tsr_json *title = tsr_json_get(declared, "title");
	const struct tsr_member *m;
	uint32_t i;

	if (!tsr_json_is(title, TSR_JSON_OBJECT) || rules->config == NULL)
		return;
	for (i = 0; i < title->count; i++) {
		m = &title->u.members[i];
		if (is_language(rules, m->name))
			continue;
		tsr_diag_add(rules->diag, TSR_ERROR, "R027",
		    tsr_json_name_where(m), "\"%.*s\" is no locale of this site",
		    TSR_ARG(m->name));
		tsr_diag_hint(rules->diag, "its locales are %.*s",
		    TSR_ARG(rules->languages));
	}
}

/* ---- consent ---- */

bool
tsr_rules_nothing_granted(const struct tsr_rules *rules)
{
	return rules->config != NULL && !rules->relaxed &&
	    tsr_json_get(rules->config, "consent") == NULL;
}

void
tsr_rules_check_consent(struct tsr_rules *rules)
{
	const struct tsr_rules_attribute *a, *first = NULL;
	size_t i, n = 0;

	if (!tsr_rules_nothing_granted(rules))
		return;
	for (i = rules->attribute_count; i > 0; i--) {
		a = &rules->attributes[i - 1];
		if (a->purpose == TSR_PURPOSE_NONE)
			continue;
		first = a;
		n++;
	}
	if (n == 0)
		return;
	/* One cause, one message. */
	tsr_diag_add(rules->diag, TSR_WARNING, "R031",
	    tsr_json_where(tsr_json_get(first->declared, "purpose")),
	    "no purpose is ever granted, since tessera.json has no "
	    "\"consent\": \"%.*s\"%s always missing", TSR_ARG(first->name),
	    n == 1 ? " is" : tsr_arena_printf(
		rules->arena, " and %zu more are", n - 1));
	tsr_rules_hint_consent(rules);
}

void
tsr_rules_hint_consent(struct tsr_rules *rules)
{
	tsr_diag_hint(rules->diag, "say in tessera.json where consent is read, "
	    "such as \"consent\": {\"cookie\": \"consent\"}");
}

/* ---- the time zone ---- */

static void
read_zone(struct tsr_rules *rules)
{
	const struct tsr_json *v = tsr_json_get(rules->config, "timeZone");
	struct tsr_span file, name = tsr_json_text(v);
	struct tsr_buf out;

	/* No zone: UTC. One that is not there is told once. */
	if (v == NULL || rules->zone_read)
		return;
	rules->zone_read = true;
	tsr_buf_init(&out, SIZE_MAX / 2);
	if (tsr_zone_file(&file, name, rules->arena) != TSR_OK ||
	    !tsr_zone_compile(&out, file)) {
		tsr_diag_add(rules->diag, TSR_ERROR, "R026",
		    tsr_json_where(v),
		    "no time zone \"%.*s\" in the system's tz database",
		    TSR_ARG(name));
		tsr_diag_hint(rules->diag, "a name such as Europe/Berlin; "
		    "Debian's package is tzdata");
	}
	rules->zone = tsr_arena_dup(rules->arena, tsr_buf_view(&out));
	tsr_buf_free(&out);
}

void
tsr_rules_zone(struct tsr_rules *rules)
{
	read_zone(rules);
	rules->clocks = true;
}

bool
tsr_rules_moment_of(
    int64_t *out, const struct tsr_rules *rules, const struct tsr_json *text)
{
	bool local;

	if (!tsr_moment_parse(out, &local, tsr_json_text(text)))
		return false;
	if (local)
		(void)tsr_zone_moment(out, rules->zone, *out);
	return true;
}

bool
tsr_rules_moment(
    int64_t *out, struct tsr_rules *rules, const struct tsr_json *text)
{
	struct tsr_span s = tsr_json_text(text);
	enum tsr_zone_local how;
	bool local;

	if (!tsr_moment_parse(out, &local, s))
		return false;
	if (!local)
		return true;
	read_zone(rules);
	how = tsr_zone_moment(out, rules->zone, *out);
	if (how == TSR_ZONE_ONCE)
		return true;
	tsr_diag_add(rules->diag, TSR_WARNING, "R029", tsr_json_where(text),
	    how == TSR_ZONE_TWICE
		? "the site's clock shows %.*s twice that day; the first is "
		  "taken"
		: "the site's clock never shows %.*s: it is set forward past "
		  "it", TSR_ARG(s));
	tsr_diag_hint(rules->diag, "add the offset that is meant, as in "
	    "+01:00");
	return true;
}

/* ---- proxies ---- */

/* Servers complain of bits beyond the network's. */
static void
clear_host(struct tsr_netaddr *network)
{
	size_t i;

	for (i = network->bits; i < 128; i++)
		network->bytes[i / 8] &= (uint8_t)~(0x80u >> i % 8);
}

static bool
is_word(struct tsr_span s)
{
	return tsr_span_eq(s, TSR_LIT("unix")) ||
	    tsr_span_eq(s, TSR_LIT("web-server"));
}

void
tsr_rules_proxies(struct tsr_rules *rules)
{
	const struct tsr_json *list = tsr_json_get(rules->config, "proxies");
	struct tsr_netaddr network;
	struct tsr_span words = {NULL, 0}, s;
	uint32_t i;

	if (!tsr_json_is(list, TSR_JSON_ARRAY))
		return;
	rules->proxies =
	    TSR_NEW_ARRAY(rules->arena, struct tsr_netaddr, list->count);
	for (i = 0; i < list->count; i++) {
		s = tsr_json_text(&list->u.items[i]);
		if (tsr_netaddr_read(&network, s, true)) {
			clear_host(&network);
			rules->proxies[rules->proxy_count++] = network;
		} else if (is_word(s)) {
			words = tsr_arena_dup(rules->arena,
			    tsr_span_of(tsr_arena_printf(rules->arena,
				"%.*s %.*s", TSR_ARG(words), TSR_ARG(s)),
				words.n + 1 + s.n));
		} else {
			tsr_diag_add(rules->diag, TSR_ERROR, "R025",
			    tsr_json_where(&list->u.items[i]),
			    "\"%.*s\" is no network", TSR_ARG(s));
			tsr_diag_hint(rules->diag, "192.0.2.0/24, 2001:db8::"
			    "/32, unix or web-server");
		}
	}
	rules->proxy_words = tsr_span_from(words, words.n > 0);
}

void
tsr_rules_check_proxy(
    struct tsr_rules *rules, const struct tsr_rules_attribute *a)
{
	const struct tsr_json *source = tsr_json_get(a->declared, "source");

	if (!a->proxy || rules->relaxed || rules->config == NULL ||
	    rules->proxy_count > 0 || rules->proxy_words.n > 0)
		return;
	tsr_diag_add(rules->diag, TSR_WARNING, "R028", tsr_json_where(source),
	    "\"%.*s\" is missing for everybody: this header counts only from "
	    "a proxy, and tessera.json names none", TSR_ARG(a->name));
	tsr_diag_hint(rules->diag, "\"proxies\": the CDN's networks, or "
	    "\"web-server\" if it sets this header itself");
}

bool
tsr_rules_proxy_word(const struct tsr_rules *rules, struct tsr_span word)
{
	struct tsr_span words = rules->proxy_words;
	size_t from, end;

	for (from = 0; from < words.n; from = end + 1) {
		end = tsr_span_find(words, ' ', from);
		if (tsr_span_eq(
			tsr_span_part(words, from, end - from), word))
			return true;
	}
	return false;
}

/* Headers that only a proxy can know; one that ends in - begins others. */
static const char *const geography[] = {"cf-ip", "cf-region",
    "cf-region-code", "cf-metro-code", "cf-postal-code", "cf-timezone",
    "cf-connecting-ip", "cloudfront-viewer-", "x-country", "x-country-code",
    "x-geo-", "x-geoip-", "x-vercel-ip-", "x-appengine-", "x-forwarded-for",
    "x-real-ip", "true-client-ip", "fastly-client-ip", "forwarded"};

bool
tsr_rules_is_geography(struct tsr_span header)
{
	size_t i, j, n;

	for (i = 0; i < TSR_COUNT_OF(geography); i++) {
		n = strlen(geography[i]);
		for (j = 0; j < n && j < header.n; j++)
			if ((char)tsr_lower(header.p[j]) != geography[i][j])
				break;
		if (j == n && (header.n == n || geography[i][n - 1] == '-' ||
			i == 0))
			return true;
	}
	return false;
}
