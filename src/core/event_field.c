/*
 * event_field - the fields of one event: checked, and written to the log.
 */
#include "core/event_field.h"

#include "core/automaton.h"
#include "core/jsonread.h"
#include "core/lower.h"
#include "core/number.h"
#include "core/number_text.h"
#include "core/utf8.h"

static const uint8_t *
kind_record(const struct tsr_table *t, uint32_t kind)
{
	return tsr_table_record(t, TSR_SECTION_EVNT, kind, TSR_EVENT_SIZE);
}

/* Field i of a kind; NULL when there is none. */
static const uint8_t *
field_record(const struct tsr_table *t, const uint8_t *kind, uint32_t i)
{
	uint32_t first = tsr_le32(kind + 12), count = tsr_le32(kind + 16);

	if (i >= count || i >= TSR_EVENT_FIELDS_MAX || i > UINT32_MAX - first)
		return NULL;
	return tsr_table_record(
	    t, TSR_SECTION_EVFD, first + i, TSR_EVENT_FIELD_SIZE);
}

static bool
within(const uint8_t *field, double d)
{
	unsigned flags = field[9];
	double least = tsr_le_double(field + 16), most = tsr_le_double(field + 24);

	if ((flags & TSR_EVENT_LEAST) != 0 &&
	    !((flags & TSR_EVENT_ABOVE) != 0 ? d > least : d >= least))
		return false;
	return (flags & TSR_EVENT_MOST) == 0 ||
	    ((flags & TSR_EVENT_BELOW) != 0 ? d < most : d <= most);
}

/* A double of 2^53 or more has no fraction. */
static bool
is_whole(double d)
{
	return d >= 9007199254740992.0 || d <= -9007199254740992.0 ||
	    (double)(int64_t)d == d;
}

static enum tsr_event_fault
check_number(const uint8_t *field, struct tsr_span value)
{
	double d;

	if (tsr_jsonread_kind(value) != TSR_JSONREAD_NUMBER ||
	    !tsr_number_read(&d, value) ||
	    (field[8] == TSR_EVENT_INTEGER && !is_whole(d)))
		return TSR_EVENT_BAD_TYPE;
	return within(field, d) ? TSR_EVENT_FINE : TSR_EVENT_BAD_RANGE;
}

/* Between the quotes. */
static struct tsr_span
inside(struct tsr_span string)
{
	return tsr_jsonread_parts(string);
}

static size_t
characters(struct tsr_span s)
{
	size_t count = 0, n;

	for (; s.n > 0; s = tsr_span_from(s, n)) {
		(void)tsr_jsonread_char(&n, s);
		count++;
	}
	return count;
}

static enum tsr_event_fault
check_string(
    const struct tsr_table *t, const uint8_t *field, struct tsr_span value)
{
	uint8_t room[4 * TSR_EVENT_TEXT_MAX];
	struct tsr_span pattern = tsr_table_text(t, field + 40), text;

	if (tsr_jsonread_kind(value) != TSR_JSONREAD_STRING)
		return TSR_EVENT_BAD_TYPE;
	if (!within(field, (double)characters(inside(value))))
		return TSR_EVENT_BAD_LENGTH;
	if (pattern.n > 0 &&
	    !(tsr_jsonread_text(&text, value, room, sizeof(room)) &&
		tsr_automaton_match(pattern, text)))
		return TSR_EVENT_BAD_PATTERN;
	return TSR_EVENT_FINE;
}

static enum tsr_event_fault
check_choice(
    const struct tsr_table *t, const uint8_t *field, struct tsr_span value)
{
	uint32_t first = tsr_le32(field + 32), count = tsr_le32(field + 36), i;
	const uint8_t *choice;

	if (tsr_jsonread_kind(value) != TSR_JSONREAD_STRING)
		return TSR_EVENT_BAD_TYPE;
	for (i = 0; i < count && i <= UINT32_MAX - first; i++) {
		choice = tsr_table_record(t, TSR_SECTION_EVCH, first + i, 8);
		if (choice == NULL)
			break;
		if (tsr_jsonread_is(value, tsr_table_text(t, choice)))
			return TSR_EVENT_FINE;
	}
	return TSR_EVENT_BAD_CHOICE;
}

static enum tsr_event_fault
check_value(
    const struct tsr_table *t, const uint8_t *field, struct tsr_span value)
{
	switch (field[8]) {
	case TSR_EVENT_STRING:
		return check_string(t, field, value);
	case TSR_EVENT_NUMBER:
	case TSR_EVENT_INTEGER:
		return check_number(field, value);
	case TSR_EVENT_BOOLEAN:
		return tsr_jsonread_kind(value) == TSR_JSONREAD_BOOLEAN
		    ? TSR_EVENT_FINE : TSR_EVENT_BAD_TYPE;
	case TSR_EVENT_CHOICE:
		return check_choice(t, field, value);
	default:
		return TSR_EVENT_BAD_TYPE;
	}
}

static void
fail(struct tsr_event *out, enum tsr_event_fault fault, struct tsr_span at,
    struct tsr_span field)
{
	out->fault = fault;
	out->at = at;
	out->field = field;
}

/* Number of the field with this name; UINT32_MAX when there is none. */
static uint32_t
find_field(
    const struct tsr_table *t, const uint8_t *kind, struct tsr_span name)
{
	const uint8_t *field;
	uint32_t i;

	for (i = 0; (field = field_record(t, kind, i)) != NULL; i++)
		if (tsr_jsonread_is(name, tsr_table_text(t, field)))
			return i;
	return UINT32_MAX;
}

static bool
take_field(struct tsr_event *out, const struct tsr_table *t,
    const uint8_t *kind, struct tsr_span name, struct tsr_span value)
{
	uint32_t i = find_field(t, kind, name);
	enum tsr_event_fault fault = TSR_EVENT_NO_FIELD;
	struct tsr_span at = name;

	if (i != UINT32_MAX) {
		fault = out->values[i].p != NULL ? TSR_EVENT_TWICE
		    : check_value(t, field_record(t, kind, i), value);
		if (fault != TSR_EVENT_TWICE)
			at = value;
		out->values[i] = value;
	}
	if (fault == TSR_EVENT_FINE)
		return true;
	fail(out, fault, at, inside(name));
	return false;
}

void
tsr_event_fields(struct tsr_event *out, const struct tsr_table *t)
{
	const uint8_t *kind = kind_record(t, out->kind), *field;
	struct tsr_span rest = {NULL, 0}, name, value;
	uint32_t i;

	if (kind == NULL) {
		fail(out, TSR_EVENT_NO_KIND, out->name, tsr_span_of(NULL, 0));
		return;
	}
	if (out->f.p != NULL)
		rest = tsr_jsonread_parts(out->f);
	while (tsr_jsonread_member(&name, &value, &rest))
		if (!take_field(out, t, kind, name, value))
			return;
	for (i = 0; (field = field_record(t, kind, i)) != NULL; i++)
		if ((field[9] & TSR_EVENT_REQUIRED) != 0 &&
		    out->values[i].p == NULL) {
			fail(out, TSR_EVENT_MISSING,
			    out->f.p != NULL ? out->f : out->whole,
			    tsr_table_text(t, field));
			return;
		}
}

bool
tsr_event_named(struct tsr_span name, bool kind)
{
	size_t i;

	if (name.n == 0 || name.n > TSR_EVENT_NAME_MAX ||
	    !tsr_is_alpha(name.p[0]))
		return false;
	for (i = 0; i < name.n; i++)
		if (kind ? !(name.p[i] >= 'a' && name.p[i] <= 'z') &&
			!tsr_is_digit(name.p[i]) && name.p[i] != '-'
			 : !tsr_is_alnum(name.p[i]))
			return false;
	return true;
}

bool
tsr_event_number(double *out, const struct tsr_event *event, size_t field)
{
	return field < TSR_EVENT_FIELDS_MAX && event->values[field].p != NULL &&
	    tsr_jsonread_kind(event->values[field]) == TSR_JSONREAD_NUMBER &&
	    tsr_number_read(out, event->values[field]);
}

/* ---- the log ---- */

struct writer {
	uint8_t *p;
	size_t n, cap;
	bool full;
};

static void
put(struct writer *w, struct tsr_span s)
{
	if (w->full || s.n > w->cap - w->n) {
		w->full = true;
		return;
	}
	if (s.n > 0)
		memcpy(w->p + w->n, s.p, s.n);
	w->n += s.n;
}

static void
put_unit(struct writer *w, uint32_t c)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t text[6] = {'\\', 'u'};
	size_t i;

	for (i = 0; i < 4; i++)
		text[2 + i] = (uint8_t)digits[c >> (12 - 4 * i) & 15];
	put(w, tsr_span_of(text, sizeof(text)));
}

/*
 * What is no graphic character, or what some reader takes for a line's end or
 * for the order of the text, is escaped.
 */
static bool
is_plain(uint32_t c)
{
	return c >= 0x20 && c != '"' && c != '\\' && !(c >= 0x7f && c < 0xa0) &&
	    !(c >= 0x200b && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202e) &&
	    !(c >= 0x2066 && c <= 0x2069) && c != 0xfeff;
}

static void
put_string(struct writer *w, struct tsr_span string)
{
	struct tsr_span s = inside(string);
	uint8_t bytes[4];
	uint32_t c;
	size_t n;

	put(w, TSR_LIT("\""));
	for (; s.n > 0 && !w->full; s = tsr_span_from(s, n)) {
		c = tsr_jsonread_char(&n, s);
		if (c == '"' || c == '\\') {
			bytes[0] = '\\';
			bytes[1] = (uint8_t)c;
			put(w, tsr_span_of(bytes, 2));
		} else if (!is_plain(c)) {
			put_unit(w, c);
		} else {
			put(w, tsr_span_of(bytes, tsr_utf8_put(bytes, c)));
		}
	}
	put(w, TSR_LIT("\""));
}

static void
put_value(struct writer *w, struct tsr_span value)
{
	uint8_t text[TSR_NUMBER_TEXT];
	double d = 0;

	switch (tsr_jsonread_kind(value)) {
	case TSR_JSONREAD_STRING:
		put_string(w, value);
		return;
	case TSR_JSONREAD_NUMBER:
		(void)tsr_number_read(&d, value);
		put(w, tsr_span_of(text, tsr_number_text(text, d)));
		return;
	default:
		put(w, value.p[0] == 't' ? TSR_LIT("true") : TSR_LIT("false"));
	}
}

size_t
tsr_event_write(uint8_t *out, size_t n, const struct tsr_table *t,
    const struct tsr_event *event)
{
	struct writer w = {.p = out, .cap = n};
	const uint8_t *kind = kind_record(t, event->kind), *field;
	bool any = false;
	uint32_t i;

	if (kind == NULL || event->fault != TSR_EVENT_FINE)
		return 0;
	put(&w, TSR_LIT("{"));
	for (i = 0; (field = field_record(t, kind, i)) != NULL; i++) {
		if (event->values[i].n == 0)
			continue;
		put(&w, any ? TSR_LIT(",\"") : TSR_LIT("\""));
		put(&w, tsr_table_text(t, field));
		put(&w, TSR_LIT("\":"));
		put_value(&w, event->values[i]);
		any = true;
	}
	put(&w, TSR_LIT("}"));
	return w.full ? 0 : w.n;
}

size_t
tsr_event_compact(uint8_t *out, size_t n, struct tsr_span json)
{
	struct writer w = {.p = out, .cap = n};
	bool string = false;
	size_t i;

	for (i = 0; i < json.n && !w.full; i++) {
		if (string && json.p[i] == '\\' && i + 1 < json.n)
			put(&w, tsr_span_part(json, i++, 1));
		else if (json.p[i] == '"')
			string = !string;
		if (string || !tsr_is_space(json.p[i]))
			put(&w, tsr_span_part(json, i, 1));
	}
	return w.full ? 0 : w.n;
}
