/*
 * signal - attributes that are worked out from more than one text.
 */
#include "core/signal.h"

#include "core/client.h"
#include "core/clock.h"
#include "core/device.h"
#include "core/item.h"
#include "core/language.h"
#include "core/limits.h"

static void
set_string(struct tsr_value *out, struct tsr_span s)
{
	if (s.n == 0)
		return;
	out->kind = TSR_VALUE_STRING;
	out->string = s;
}

static uint8_t *
room_for(size_t *n, struct tsr_visit *visit)
{
	*n = sizeof(visit->scratch) - visit->scratch_used;
	return visit->scratch + visit->scratch_used;
}

/* A string that was made in the room stays there. */
static void
keep(struct tsr_visit *visit, struct tsr_span s)
{
	if (s.p == visit->scratch + visit->scratch_used)
		visit->scratch_used += s.n;
}

static void
read_hint(struct tsr_value *out, struct tsr_visit *visit, struct tsr_span key,
    unsigned type)
{
	struct tsr_span field = tsr_request_param(visit->request, key), text;
	struct tsr_bare_item item;
	uint8_t *room;
	size_t n;

	if (field.n > TSR_VALUE_MAX || !tsr_item_read(&item, field))
		return;
	if (type == TSR_TYPE_BOOLEAN && item.kind == TSR_BARE_BOOLEAN) {
		out->kind = TSR_VALUE_BOOLEAN;
		out->boolean = item.boolean;
	} else if (type == TSR_TYPE_NUMBER && item.kind == TSR_BARE_NUMBER) {
		out->kind = TSR_VALUE_NUMBER;
		out->number = item.number;
	} else if (type == TSR_TYPE_STRING && (item.kind == TSR_BARE_STRING ||
		item.kind == TSR_BARE_TOKEN)) {
		room = room_for(&n, visit);
		if (!tsr_item_text(&text, &item, room, n))
			return;
		keep(visit, text);
		out->kind = TSR_VALUE_STRING;
		out->string = text;
	}
}

static void
read_address(struct tsr_value *out, struct tsr_visit *visit)
{
	struct tsr_netaddr address;
	struct tsr_span text;
	uint8_t *room;
	size_t n;

	if (!tsr_client_address(&address, visit->table, visit->request))
		return;
	room = room_for(&n, visit);
	if (n < TSR_NETADDR_TEXT)
		return;
	text = tsr_netaddr_write(room, &address);
	keep(visit, text);
	set_string(out, text);
}

static void
put_digits(uint8_t *p, uint64_t v, size_t n)
{
	for (; n > 0; n--, v /= 10)
		p[n - 1] = (uint8_t)('0' + v % 10);
}

static void
read_date(struct tsr_value *out, struct tsr_visit *visit,
    const struct tsr_clock *clock)
{
	size_t n;
	uint8_t *room = room_for(&n, visit);

	if (n < 10 || clock->date.year < 0 || clock->date.year > 9999)
		return;
	put_digits(room, (uint64_t)clock->date.year, 4);
	room[4] = room[7] = '-';
	put_digits(room + 5, clock->date.month, 2);
	put_digits(room + 8, clock->date.day, 2);
	keep(visit, tsr_span_of(room, 10));
	set_string(out, tsr_span_of(room, 10));
}

static void
read_clock(
    struct tsr_value *out, struct tsr_visit *visit, struct tsr_span key)
{
	struct tsr_clock clock;

	tsr_clock_read(&clock, visit->table, visit->request->now);
	if (tsr_span_eq(key, TSR_LIT("date"))) {
		read_date(out, visit, &clock);
		return;
	}
	out->kind = TSR_VALUE_NUMBER;
	if (tsr_span_eq(key, TSR_LIT("hour")))
		out->number = clock.hour;
	else if (tsr_span_eq(key, TSR_LIT("minute")))
		out->number = clock.minute;
	else if (tsr_span_eq(key, TSR_LIT("minutes")))
		out->number = clock.hour * 60 + clock.minute;
	else if (tsr_span_eq(key, TSR_LIT("weekday")))
		out->number = clock.weekday;
	else if (tsr_span_eq(key, TSR_LIT("month")))
		out->number = clock.date.month;
	else
		out->kind = TSR_VALUE_MISSING;
}

static struct tsr_span
header(const struct tsr_visit *visit, struct tsr_span name)
{
	return tsr_request_param(visit->request, name);
}

void
tsr_signal_read(
    struct tsr_value *out, struct tsr_visit *visit, const uint8_t *attribute)
{
	struct tsr_span key = tsr_table_text(visit->table, attribute + 8), s;

	switch (attribute[17]) {
	case TSR_SOURCE_HINT:
		read_hint(out, visit, key, attribute[16]);
		break;
	case TSR_SOURCE_LANGUAGE:
		if (tsr_language_lookup(&s,
			header(visit, TSR_LIT("HTTP_ACCEPT_LANGUAGE")), key))
			set_string(out, s);
		break;
	case TSR_SOURCE_DEVICE:
		set_string(out, tsr_device(
		    header(visit, TSR_LIT("HTTP_USER_AGENT")),
		    header(visit, TSR_LIT("HTTP_SEC_CH_UA_MOBILE")),
		    header(visit, TSR_LIT("HTTP_SEC_CH_UA_FORM_FACTORS"))));
		break;
	case TSR_SOURCE_ADDRESS:
		read_address(out, visit);
		break;
	case TSR_SOURCE_CLOCK:
		read_clock(out, visit, key);
		break;
	default:
		break;
	}
}
