/*
 * schema_format - the formats that are asserted.
 */
#include "build/schema/schema.h"

#include "build/schema/schema_pattern.h"
#include "build/schema/schema_uri.h"
#include "core/calendar.h"

static const char *const names[TSR_FORMAT_COUNT] = {"", "date", "date-time",
    "time", "email", "uri", "uri-reference", "regex", "uuid", "markdown",
    "html", "image"};

enum tsr_format
tsr_format_find(struct tsr_span name)
{
	unsigned i;

	for (i = 1; i < TSR_FORMAT_COUNT; i++)
		if (tsr_span_eq(name, tsr_span_of(names[i], strlen(names[i]))))
			return (enum tsr_format)i;
	return TSR_FORMAT_NONE;
}

const char *
tsr_format_name(enum tsr_format format)
{
	return names[format];
}

/* n digits at the front as a number; false when they are not there. */
static bool
cut_number(unsigned *out, struct tsr_span *s, size_t n)
{
	struct tsr_span digits;
	size_t i;

	*out = 0;
	if (tsr_span_cut(&digits, s, n) != TSR_OK)
		return false;
	for (i = 0; i < n; i++) {
		if (!tsr_is_digit(digits.p[i]))
			return false;
		*out = *out * 10 + (unsigned)(digits.p[i] - '0');
	}
	return true;
}

static bool
cut_byte(struct tsr_span *s, uint8_t c)
{
	struct tsr_span byte;

	return s->n > 0 && s->p[0] == c && tsr_span_cut(&byte, s, 1) == TSR_OK;
}

/* RFC 3339 full-date. */
static bool
cut_date(struct tsr_span *s)
{
	unsigned y, m, d;

	if (!cut_number(&y, s, 4) || !cut_byte(s, '-') ||
	    !cut_number(&m, s, 2) || !cut_byte(s, '-') || !cut_number(&d, s, 2))
		return false;
	return d >= 1 && d <= tsr_calendar_days(y, m);
}

/* RFC 3339 full-time; a leap second is the last of a day in UTC. */
static bool
cut_time(struct tsr_span *s)
{
	unsigned h, m, sec, oh = 0, om = 0, digit;
	unsigned minutes;
	bool minus = false;

	if (!cut_number(&h, s, 2) || !cut_byte(s, ':') ||
	    !cut_number(&m, s, 2) || !cut_byte(s, ':') ||
	    !cut_number(&sec, s, 2))
		return false;
	if (cut_byte(s, '.')) {
		if (!cut_number(&digit, s, 1))
			return false;
		while (s->n > 0 && tsr_is_digit(s->p[0]))
			cut_number(&digit, s, 1);
	}
	if (!cut_byte(s, 'Z') && !cut_byte(s, 'z')) {
		minus = cut_byte(s, '-');
		if ((!minus && !cut_byte(s, '+')) || !cut_number(&oh, s, 2) ||
		    !cut_byte(s, ':') || !cut_number(&om, s, 2))
			return false;
	}
	if (h > 23 || m > 59 || sec > 60 || oh > 23 || om > 59)
		return false;
	minutes = h * 60 + m + 24 * 60;
	minutes = minus ? minutes + (oh * 60 + om) : minutes - (oh * 60 + om);
	return sec < 60 || minutes % (24 * 60) == 24 * 60 - 1;
}

static bool
is_date_time(struct tsr_span s)
{
	return cut_date(&s) && (cut_byte(&s, 'T') || cut_byte(&s, 't')) &&
	       cut_time(&s) && s.n == 0;
}

static bool
is_host(struct tsr_span s)
{
	size_t i, label = 0;

	for (i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (c == '.' || c == '-') {
			if (label == 0 || i + 1 == s.n || s.p[i + 1] == '.')
				return false;
			label = c == '.' ? 0 : label + 1;
		} else if (tsr_is_alnum(c) || c >= 0x80) {
			label++;
		} else {
			return false;
		}
		if (label > 63)
			return false;
	}
	return s.n > 0 && s.n < 254;
}

/* RFC 5321 Mailbox: dot-string or quoted string, @, domain or literal. */
static bool
is_email(struct tsr_span s)
{
	static const struct tsr_span marks = {
	    (const uint8_t *)"!#$%&'*+/=?^_`{|}~-", 19};
	size_t i, at = s.n;

	while (at > 0 && s.p[at - 1] != '@')
		at--;
	if (at < 2 || at > 65)
		return false;
	if (s.p[0] == '"') {
		if (at < 4 || s.p[at - 2] != '"')
			return false;
		for (i = 1; i < at - 2; i++) {
			if (s.p[i] < ' ' || s.p[i] == '"')
				return false;
			if (s.p[i] == '\\' && ++i >= at - 2)
				return false;
		}
	} else {
		for (i = 0; i < at - 1; i++) {
			if (s.p[i] == '.' &&
			    (i == 0 || i == at - 2 || s.p[i + 1] == '.'))
				return false;
			if (s.p[i] != '.' && !tsr_is_alnum(s.p[i]) &&
			    s.p[i] < 0x80 &&
			    tsr_span_find(marks, s.p[i], 0) == marks.n)
				return false;
		}
	}
	s = tsr_span_from(s, at);
	if (s.n > 2 && s.p[0] == '[')
		return s.p[s.n - 1] == ']';
	return is_host(s);
}

static bool
is_uuid(struct tsr_span s)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s.p[i] != '-' : tsr_hex(s.p[i]) < 0)
			return false;
	}
	return s.n == 36;
}

static bool
is_regex(struct tsr_span s)
{
	struct tsr_arena scratch = {0};
	struct tsr_span pattern;
	bool ok = tsr_schema_pattern(&pattern, s, TSR_NOWHERE, &scratch, NULL);

	tsr_arena_free(&scratch);
	return ok;
}

/* A relative path that stays below its folder. */
static bool
is_image(struct tsr_span s)
{
	size_t from = 0, end, i;
	struct tsr_span part;

	for (i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] == '\\' || s.p[i] == ':' ||
		    s.p[i] == '?' || s.p[i] == '#')
			return false;
	for (;;) {
		end = tsr_span_find(s, '/', from);
		part = tsr_span_part(s, from, end - from);
		if (part.n == 0 || tsr_span_eq(part, TSR_LIT(".")) ||
		    tsr_span_eq(part, TSR_LIT("..")))
			return false;
		if (end == s.n)
			return true;
		from = end + 1;
	}
}

const char *
tsr_format_check(enum tsr_format format, struct tsr_span text)
{
	struct tsr_span s = text;

	switch (format) {
	case TSR_FORMAT_DATE:
		return cut_date(&s) && s.n == 0 ? NULL
						: "a date such as 2026-03-31";
	case TSR_FORMAT_TIME:
		return cut_time(&s) && s.n == 0
			   ? NULL
			   : "a time with zone such as 08:30:00Z";
	case TSR_FORMAT_DATE_TIME:
		return is_date_time(s)
			   ? NULL
			   : "a moment such as 2026-03-31T08:30:00+01:00";
	case TSR_FORMAT_EMAIL:
		return is_email(s) ? NULL : "an address such as a@b.example";
	case TSR_FORMAT_URI:
		return tsr_uri_check(s, false)
			   ? NULL
			   : "an absolute URL such as https://a.example/b";
	case TSR_FORMAT_URI_REFERENCE:
		return tsr_uri_check(s, true) ? NULL
					      : "a URL or path such as /a/b";
	case TSR_FORMAT_REGEX:
		return is_regex(s) ? NULL : "a regular expression";
	case TSR_FORMAT_UUID:
		return is_uuid(s) ? NULL
				  : "a UUID such as "
				    "123e4567-e89b-12d3-a456-426614174000";
	case TSR_FORMAT_IMAGE:
		return is_image(s) ? NULL
				   : "a path below templates/assets such as "
				     "img/boot.svg";
	default:
		return NULL;
	}
}
