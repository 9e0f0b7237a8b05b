/*
 * sender - requests drawn at random for the decisions of one release.
 */
#include "lib/sender.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/decide.h"
#include "core/number_text.h"
#include "core/predicate.h"

void
tsr_sender_init(
    struct tsr_sender *sender, const struct tsr_table *table, uint64_t seed)
{
	memset(sender, 0, sizeof(*sender));
	sender->table = table;
	sender->dice.state = seed;
}

static void
add(struct tsr_sender *s, struct tsr_span bytes)
{
	if (bytes.n > sizeof(s->text) - s->used)
		abort();
	memcpy(s->text + s->used, bytes.p, bytes.n);
	s->used += bytes.n;
}

/* Percent-encoded wherever a cookie or a query would need it. */
static void
add_encoded(struct tsr_sender *s, struct tsr_span bytes)
{
	char hex[4];
	size_t i;

	for (i = 0; i < bytes.n; i++) {
		if (tsr_is_alnum(bytes.p[i])) {
			add(s, tsr_span_part(bytes, i, 1));
			continue;
		}
		snprintf(hex, sizeof(hex), "%%%02X", bytes.p[i]);
		add(s, tsr_span_of(hex, 3));
	}
}

static void
param(struct tsr_sender *s, struct tsr_span name, size_t from)
{
	s->params[s->request.count].name = name;
	s->params[s->request.count++].value =
	    tsr_span_of(s->text + from, s->used - from);
}

static struct tsr_span
number_text(struct tsr_sender *s, double d)
{
	size_t from = s->used;

	if (sizeof(s->text) - from < TSR_NUMBER_TEXT)
		abort();
	s->used += tsr_number_text(s->text + from, d);
	return tsr_span_of(s->text + from, s->used - from);
}

/* An operand of some predicate of the attribute; p NULL: none was found. */
static struct tsr_span
operand(struct tsr_sender *s, uint32_t attribute)
{
	const struct tsr_table *t = s->table;
	uint32_t count = tsr_table_count(t, TSR_SECTION_PRED), tries, n;
	const uint8_t *p, *v;
	uint64_t bits;
	double d;

	for (tries = 0; tries < 200 && count > 0; tries++) {
		p = tsr_table_record(t, TSR_SECTION_PRED,
		    tsr_dice_below(&s->dice, count), TSR_PREDICATE_SIZE);
		n = tsr_le32(p + 12);
		if (tsr_le32(p + 4) != attribute || n == 0 ||
		    p[0] == TSR_OPERATOR_EXPRESSION)
			continue;
		v = tsr_table_record(t, TSR_SECTION_VALU,
		    tsr_le32(p + 8) + tsr_dice_below(&s->dice, n),
		    TSR_OPERAND_SIZE);
		if (v[0] == TSR_OPERAND_STRING)
			return tsr_table_text(t, v + 8);
		if (v[0] == TSR_OPERAND_BOOLEAN)
			return v[1] ? TSR_LIT("true") : TSR_LIT("false");
		if (v[0] != TSR_OPERAND_NUMBER)
			continue;
		bits = tsr_le64(v + 8);
		memcpy(&d, &bits, sizeof(d));
		return number_text(s, d + (double)tsr_dice_below(&s->dice, 3));
	}
	return tsr_span_of(NULL, 0);
}

/* The id of a fragment, for the attributes that name one. */
static struct tsr_span
fragment(struct tsr_sender *s)
{
	uint32_t n = tsr_table_count(s->table, TSR_SECTION_FRAG);

	if (n == 0)
		return TSR_LIT("none");
	return tsr_table_text(s->table,
	    tsr_table_record(s->table, TSR_SECTION_FRAG,
		tsr_dice_below(&s->dice, n), TSR_FRAGMENT_SIZE));
}

static struct tsr_span
value(struct tsr_sender *s, uint32_t i)
{
	static const char *const odd[] = {"true", "false", "1", "0", "",
	    "<b>&\"'\\", "Zo\xc3\xab \xf0\x9f\x8f\x94", "\xff", "a\nb", "-5",
	    "1e9", "Infinity", "{\"a\":[1,\"x\"]}", "\x7f\x01"};
	struct tsr_span found = {NULL, 0};
	const char *text;

	if (tsr_dice_below(&s->dice, 4) != 0)
		found = operand(s, i);
	if (found.p == NULL && tsr_dice_below(&s->dice, 2) != 0)
		found = fragment(s);
	if (found.p != NULL)
		return found;
	text = odd[tsr_dice_below(&s->dice, TSR_COUNT_OF(odd))];
	return tsr_span_of(text, strlen(text));
}

/* Everything of one source, as NAME=VALUE joined; to be a parameter. */
static void
joined(struct tsr_sender *s, unsigned source, const char *between)
{
	uint32_t n = tsr_table_count(s->table, TSR_SECTION_ATTR), i;
	const uint8_t *a;

	for (i = 0; i < n; i++) {
		struct tsr_span v;

		a = tsr_table_record(
		    s->table, TSR_SECTION_ATTR, i, TSR_ATTRIBUTE_SIZE);
		if (a[17] != source || tsr_dice_below(&s->dice, 3) == 0)
			continue;
		/* A number's text is put where it would be read from. */
		v = value(s, i);
		if (v.p >= s->text && v.p < s->text + sizeof(s->text)) {
			uint8_t copy[TSR_NUMBER_TEXT];

			memcpy(copy, v.p, v.n);
			s->used -= v.n;
			add(s, tsr_table_text(s->table, a + 8));
			add(s, TSR_LIT("="));
			add_encoded(s, tsr_span_of(copy, v.n));
		} else {
			add(s, tsr_table_text(s->table, a + 8));
			add(s, TSR_LIT("="));
			add_encoded(s, v);
		}
		add(s, tsr_span_of(between, strlen(between)));
	}
}

static void
draw_headers(struct tsr_sender *s)
{
	uint32_t n = tsr_table_count(s->table, TSR_SECTION_ATTR), i;
	struct tsr_span v;
	const uint8_t *a;
	size_t from;

	for (i = 0; i < n; i++) {
		a = tsr_table_record(
		    s->table, TSR_SECTION_ATTR, i, TSR_ATTRIBUTE_SIZE);
		if ((a[17] != TSR_SOURCE_HEADER &&
			a[17] != TSR_SOURCE_HINT) ||
		    tsr_dice_below(&s->dice, 3) == 0)
			continue;
		v = value(s, i);
		from = s->used;
		add(s, v);
		param(s, tsr_table_text(s->table, a + 8), from);
	}
}

static void
draw_cookie(struct tsr_sender *s)
{
	static const char *const granted[] = {"functional", "analytics",
	    "personalization", "functional.personalization",
	    "functional.analytics.personalization"};
	struct tsr_span name = tsr_table_meta(s->table, TSR_LIT("consent"));
	const char *which =
	    granted[tsr_dice_below(&s->dice, TSR_COUNT_OF(granted))];
	size_t from = s->used;

	joined(s, TSR_SOURCE_COOKIE, "; ");
	if (name.n > 0 && tsr_dice_below(&s->dice, 4) != 0) {
		add(s, name);
		add(s, TSR_LIT("="));
		add(s, tsr_span_of(which, strlen(which)));
	}
	param(s, TSR_LIT("HTTP_COOKIE"), from);
}

static void
draw_client(struct tsr_sender *s)
{
	size_t from = s->used;

	add(s, tsr_beside_address(&s->dice));
	param(s, TSR_LIT("HTTP_X_FORWARDED_FOR"), from);
	from = s->used;
	add(s, tsr_beside_agent(&s->dice));
	param(s, TSR_LIT("HTTP_USER_AGENT"), from);
	from = s->used;
	add(s, tsr_beside_languages(&s->dice));
	param(s, TSR_LIT("HTTP_ACCEPT_LANGUAGE"), from);
}

/* State and profile; the state as consent leaves it. */
static void
draw_beside(struct tsr_sender *s, const uint8_t *page)
{
	static struct tsr_visit visit;

	s->request.state = NULL;
	tsr_visit_init(&visit, s->table, &s->request, page);
	tsr_beside_draw(&s->beside, &s->dice, s->table, s->request.now,
	    visit.purposes);
	s->request.state = &s->beside.state;
	s->request.profile = s->beside.profile;
	s->request.profile_count = s->beside.profile_count;
}

void
tsr_sender_draw(struct tsr_sender *s)
{
	const uint8_t *page = tsr_table_record(s->table, TSR_SECTION_PAGE,
	    tsr_dice_below(
		&s->dice, tsr_table_count(s->table, TSR_SECTION_PAGE)),
	    TSR_PAGE_SIZE);
	size_t from;

	s->used = 0;
	s->request.params = s->params;
	s->request.count = 0;
	/* Some day of 2026, to the millisecond. */
	s->request.now = 1767225600000 +
	    (int64_t)(tsr_dice_roll(&s->dice) % ((uint64_t)365 * 86400000));
	add(s, TSR_LIT("GET"));
	param(s, TSR_LIT("REQUEST_METHOD"), 0);
	from = s->used;
	add(s, tsr_table_text(s->table, page));
	param(s, TSR_LIT("REQUEST_URI"), from);
	from = s->used;
	joined(s, TSR_SOURCE_QUERY, "&");
	param(s, TSR_LIT("QUERY_STRING"), from);
	/* The example site believes what its own machine passes on. */
	from = s->used;
	add(s, TSR_LIT("127.0.0.1"));
	param(s, TSR_LIT("REMOTE_ADDR"), from);
	draw_client(s);
	draw_headers(s);
	draw_cookie(s);
	draw_beside(s, page);
}
