/*
 * pipe - the closed list of functions behind "|" in a template's tag.
 */
#include "build/template/pipe.h"

#include "build/read/slug.h"
#include "build/template/escape.h"
#include "core/calendar.h"
#include "core/utf8.h"

#define NUMBERS (1u << TSR_JSON_INTEGER | 1u << TSR_JSON_REAL)
#define STRINGS (1u << TSR_JSON_STRING)
#define SCALARS (NUMBERS | STRINGS | 1u << TSR_JSON_BOOLEAN)
#define EVERYTHING ((1u << TSR_JSON_TYPE_COUNT) - 1)

static const struct {
	const char *name;
	unsigned types;
} pipes[TSR_PIPE_COUNT] = {
    [TSR_PIPE_DATE] = {"date", STRINGS},
    [TSR_PIPE_NUMBER] = {"number", NUMBERS},
    [TSR_PIPE_URL] = {"url", SCALARS},
    [TSR_PIPE_JSON] = {"json", EVERYTHING},
    [TSR_PIPE_SLUG] = {"slug", SCALARS},
    [TSR_PIPE_TRUNCATE] = {"truncate", STRINGS},
    [TSR_PIPE_ASSET] = {"asset", STRINGS},
    [TSR_PIPE_IMAGE] = {"image", STRINGS},
    [TSR_PIPE_REF] = {"ref", STRINGS},
};

enum date_style {
	DATE_MEDIUM,
	DATE_SHORT,
	DATE_LONG,
	DATE_FULL,
	DATE_ISO,
	DATE_YEAR,
	DATE_MONTH,
	DATE_TIME,
	DATE_STYLE_COUNT
};

static const char *const styles[DATE_STYLE_COUNT] = {
    [DATE_MEDIUM] = "medium", [DATE_SHORT] = "short", [DATE_LONG] = "long",
    [DATE_FULL] = "full", [DATE_ISO] = "iso", [DATE_YEAR] = "year",
    [DATE_MONTH] = "month", [DATE_TIME] = "time"};

/*
 * Patterns: D day, DD with zero, M month's number, MM with zero, N its name,
 * n the name's short form, W weekday, Y year, y its last two digits.
 */
struct language {
	const char *tag;
	const char *const *months; /* 12 names, then 12 short ones */
	const char *const *days;   /* from Monday */
	const char *patterns[DATE_STYLE_COUNT];
	const char *group, *point;
};

static const char *const months_en[24] = {"January", "February", "March",
    "April", "May", "June", "July", "August", "September", "October",
    "November", "December", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
    "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const days_en[7] = {"Monday", "Tuesday", "Wednesday",
    "Thursday", "Friday", "Saturday", "Sunday"};
static const char *const months_de[24] = {"Januar", "Februar", "März",
    "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember", "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni",
    "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."};
static const char *const days_de[7] = {"Montag", "Dienstag", "Mittwoch",
    "Donnerstag", "Freitag", "Samstag", "Sonntag"};

#define BRITISH                                                                \
	{                                                                      \
		[DATE_MEDIUM] = "D n Y", [DATE_SHORT] = "DD/MM/Y",             \
		[DATE_LONG] = "D N Y", [DATE_FULL] = "W D N Y",                \
		[DATE_MONTH] = "N Y"                                           \
	}
#define GERMAN                                                                 \
	{                                                                      \
		[DATE_MEDIUM] = "DD.MM.Y", [DATE_SHORT] = "DD.MM.y",           \
		[DATE_LONG] = "D. N Y", [DATE_FULL] = "W, D. N Y",             \
		[DATE_MONTH] = "N Y"                                           \
	}

/* The longest tag that fits counts; the last fits all. */
static const struct language languages[] = {
    {"en-gb", months_en, days_en, BRITISH, ",", "."},
    {"en-ie", months_en, days_en, BRITISH, ",", "."},
    {"en-au", months_en, days_en, BRITISH, ",", "."},
    {"en-nz", months_en, days_en, BRITISH, ",", "."},
    {"en", months_en, days_en,
	{[DATE_MEDIUM] = "n D, Y",
	    [DATE_SHORT] = "M/D/y",
	    [DATE_LONG] = "N D, Y",
	    [DATE_FULL] = "W, N D, Y",
	    [DATE_MONTH] = "N Y"},
	",", "."},
    {"de-ch", months_de, days_de, GERMAN, "’", "."},
    {"de", months_de, days_de, GERMAN, ".", ","},
    {"", NULL, NULL,
	{[DATE_MEDIUM] = "Y-MM-DD",
	    [DATE_SHORT] = "Y-MM-DD",
	    [DATE_LONG] = "Y-MM-DD",
	    [DATE_FULL] = "Y-MM-DD",
	    [DATE_MONTH] = "Y-MM"},
	"", "."},
};

static const struct language *
find_language(struct tsr_span locale)
{
	size_t i, k, n;

	for (i = 0; i + 1 < TSR_COUNT_OF(languages); i++) {
		const char *tag = languages[i].tag;

		n = strlen(tag);
		if (locale.n < n ||
		    (locale.n > n && tsr_is_alnum(locale.p[n])))
			continue;
		for (k = 0; k < n; k++)
			if (tsr_lower(locale.p[k]) != (uint8_t)tag[k])
				break;
		if (k == n)
			break;
	}
	return &languages[i];
}

enum tsr_pipe_kind
tsr_pipe_find(struct tsr_span name)
{
	size_t i;

	for (i = 0; i < TSR_PIPE_COUNT; i++)
		if (tsr_span_eq(
			name, tsr_span_of(pipes[i].name, strlen(pipes[i].name))))
			break;
	return (enum tsr_pipe_kind)i;
}

const char *
tsr_pipe_name(enum tsr_pipe_kind kind)
{
	return pipes[kind].name;
}

unsigned
tsr_pipe_types(enum tsr_pipe_kind kind)
{
	return pipes[kind].types;
}

/* At most six digits; false for anything else. */
static bool
read_number(uint32_t *out, struct tsr_span s)
{
	size_t i;

	*out = 0;
	if (s.n == 0 || s.n > 6)
		return false;
	for (i = 0; i < s.n; i++) {
		if (!tsr_is_digit(s.p[i]))
			return false;
		*out = *out * 10 + (uint32_t)(s.p[i] - '0');
	}
	return true;
}

static const char *
date_argument(struct tsr_pipe *pipe, struct tsr_span arg)
{
	uint32_t i;

	pipe->arg = DATE_MEDIUM;
	if (arg.n == 0)
		return NULL;
	for (i = 0; i < DATE_STYLE_COUNT; i++) {
		if (tsr_span_eq(
			arg, tsr_span_of(styles[i], strlen(styles[i])))) {
			pipe->arg = i;
			return NULL;
		}
	}
	return "short, medium, long, full, iso, year, month or time";
}

#define AS_WRITTEN UINT32_MAX

const char *
tsr_pipe_argument(struct tsr_pipe *pipe, struct tsr_span arg)
{
	switch (pipe->kind) {
	case TSR_PIPE_DATE:
		return date_argument(pipe, arg);
	case TSR_PIPE_NUMBER:
		pipe->arg = AS_WRITTEN;
		if (arg.n > 0 && (!read_number(&pipe->arg, arg) || pipe->arg > 6))
			return "a number of decimals, 0 to 6";
		return NULL;
	case TSR_PIPE_TRUNCATE:
		if (!read_number(&pipe->arg, arg) || pipe->arg == 0 ||
		    pipe->arg > 100000)
			return "a number of characters, 1 to 100000";
		return NULL;
	default:
		return arg.n > 0 ? "no argument" : NULL;
	}
}

struct date {
	uint32_t year, month, day, hour, minute;
	bool time;
};

static bool
two_digits(uint32_t *out, struct tsr_span s, size_t at)
{
	return s.n >= at + 2 && read_number(out, tsr_span_part(s, at, 2));
}

/* 2026-03-01, with T or a blank and 10:20 and anything behind it. */
static bool
read_date(struct date *d, struct tsr_span s)
{
	memset(d, 0, sizeof(*d));
	if (s.n < 10 || !read_number(&d->year, tsr_span_part(s, 0, 4)) ||
	    s.p[4] != '-' || !two_digits(&d->month, s, 5) || s.p[7] != '-' ||
	    !two_digits(&d->day, s, 8))
		return false;
	if (d->day < 1 || d->day > tsr_calendar_days(d->year, d->month))
		return false;
	if (s.n == 10)
		return true;
	if (tsr_lower(s.p[10]) != 't' && s.p[10] != ' ')
		return false;
	d->time = true;
	return s.n >= 16 && two_digits(&d->hour, s, 11) && s.p[13] == ':' &&
	    two_digits(&d->minute, s, 14) && d->hour < 24 && d->minute < 60;
}

static void
padded(struct tsr_buf *out, uint32_t v, size_t width)
{
	uint32_t limit = 10;
	size_t digits = 1;

	for (; limit <= v && digits < 9; limit *= 10)
		digits++;
	if (width > digits)
		tsr_buf_fill(out, '0', width - digits);
	tsr_buf_uint(out, v);
}

static void
write_pattern(struct tsr_buf *out, const struct language *l, const char *p,
    const struct date *d)
{
	for (; *p != '\0'; p++) {
		size_t width = p[0] == p[1] ? 2 : 1;

		switch (*p) {
		case 'D':
			padded(out, d->day, width);
			break;
		case 'M':
			padded(out, d->month, width);
			break;
		case 'N':
			tsr_buf_text(out, l->months[d->month - 1]);
			break;
		case 'n':
			tsr_buf_text(out, l->months[d->month + 11]);
			break;
		case 'W':
			tsr_buf_text(out, l->days[tsr_calendar_weekday(
			    tsr_calendar_day(d->year, d->month, d->day)) - 1]);
			break;
		case 'Y':
			padded(out, d->year, 4);
			break;
		case 'y':
			padded(out, d->year % 100, 2);
			break;
		default:
			tsr_buf_byte(out, (uint8_t)*p);
			width = 1;
		}
		p += width - 1;
	}
}

static const char *
run_date(struct tsr_buf *out, uint32_t style, struct tsr_span text,
    const struct language *l)
{
	struct date d;

	if (!read_date(&d, text))
		return "a date such as 2026-03-01";
	if (style == DATE_ISO) {
		write_pattern(out, l, "Y-MM-DD", &d);
	} else if (style == DATE_YEAR) {
		padded(out, d.year, 4);
	} else if (style == DATE_TIME) {
		if (!d.time)
			return "a date with a time such as 2026-03-01T10:20";
		padded(out, d.hour, 2);
		tsr_buf_byte(out, ':');
		padded(out, d.minute, 2);
	} else {
		write_pattern(out, l, l->patterns[style], &d);
	}
	return NULL;
}

/*
 * Round the digits of a decimal, half away from zero. text has a "." or not
 * and room for one digit before it; it is changed in place.
 */
static void
round_decimal(struct tsr_span *whole, struct tsr_span *part, uint8_t *text,
    size_t n, size_t decimals)
{
	size_t dot = tsr_span_find(tsr_span_of(text + 1, n), '.', 0) + 1;
	size_t cut = dot + 1 + decimals, i;
	bool up = cut < n + 1 && text[cut] >= '5';

	text[0] = '0';
	for (i = cut; up && i-- > 0;) {
		if (text[i] == '.')
			continue;
		up = text[i] == '9';
		text[i] = up ? '0' : (uint8_t)(text[i] + 1);
	}
	i = text[0] == '0' ? 1 : 0;
	*whole = tsr_span_of(text + i, dot - i);
	*part = dot < n + 1 ? tsr_span_of(text + dot + 1, n - dot)
			    : tsr_span_of(text, 0);
	if (part->n > decimals)
		part->n = decimals;
}

static void
write_grouped(
    struct tsr_buf *out, struct tsr_span digits, const char *group)
{
	size_t i;

	for (i = 0; i < digits.n; i++) {
		if (i > 0 && (digits.n - i) % 3 == 0)
			tsr_buf_text(out, group);
		tsr_buf_byte(out, digits.p[i]);
	}
}

static bool
all_zero(struct tsr_span digits)
{
	size_t i;

	for (i = 0; i < digits.n; i++)
		if (digits.p[i] != '0')
			return false;
	return true;
}

static const char *
run_number(struct tsr_buf *out, uint32_t decimals,
    const struct tsr_json *value, const struct language *l)
{
	uint8_t text[64];
	struct tsr_buf digits;
	struct tsr_span s, whole, part;
	bool minus;

	tsr_buf_init(&digits, sizeof(text) - 2);
	tsr_json_number_text(&digits, value);
	s = tsr_buf_view(&digits);
	minus = s.n > 0 && s.p[0] == '-';
	if (minus)
		s = tsr_span_from(s, 1);
	if (tsr_span_find(s, '-', 0) < s.n) {
		s = TSR_LIT("0"); /* 1e-7 and less: six decimals show none */
	} else if (tsr_span_find(s, 'e', 0) < s.n) {
		tsr_buf_free(&digits);
		return "a number below 10^21";
	}
	memset(text, 0, sizeof(text));
	memcpy(text + 1, s.p, s.n);
	if (decimals == AS_WRITTEN)
		round_decimal(&whole, &part, text, s.n, s.n);
	else
		round_decimal(&whole, &part, text, s.n, decimals);
	if (minus && !(all_zero(whole) && all_zero(part)))
		tsr_buf_byte(out, '-');
	write_grouped(out, whole, l->group);
	if (decimals != AS_WRITTEN ? decimals > 0 : part.n > 0) {
		tsr_buf_text(out, l->point);
		tsr_buf_add(out, part);
		if (decimals != AS_WRITTEN && part.n < decimals)
			tsr_buf_fill(out, '0', decimals - part.n);
	}
	tsr_buf_free(&digits);
	return NULL;
}

/* At most max characters, "…" among them; cut at a blank when one is near. */
static void
run_truncate(struct tsr_buf *out, size_t max, struct tsr_span text)
{
	struct tsr_span rest = text;
	size_t count = 0, cut = 0, blank = 0;

	while (rest.n > 0 && count <= max) {
		if (count == max - 1)
			cut = (size_t)(rest.p - text.p);
		if (rest.p[0] == ' ' && count < max)
			blank = (size_t)(rest.p - text.p);
		tsr_utf8_cut(&rest);
		count++;
	}
	if (count <= max) {
		tsr_buf_add(out, text);
		return;
	}
	if (blank > cut / 2)
		cut = blank;
	tsr_buf_add(out, tsr_span_part(text, 0, cut));
	tsr_buf_text(out, "…");
}

/* A scalar as text in a buffer of its own. */
static void
scalar(struct tsr_buf *out, const struct tsr_json *value)
{
	if (value->type == TSR_JSON_STRING)
		tsr_buf_add(out, value->u.string);
	else
		tsr_json_write(out, value);
}

const char *
tsr_pipe_run(struct tsr_buf *out, const struct tsr_pipe *pipe,
    const struct tsr_json *value, struct tsr_span locale)
{
	struct tsr_buf text;

	if ((pipes[pipe->kind].types & 1u << value->type) == 0)
		return "another type of value";
	switch (pipe->kind) {
	case TSR_PIPE_DATE:
		return run_date(out, pipe->arg, value->u.string,
		    find_language(locale));
	case TSR_PIPE_NUMBER:
		return run_number(
		    out, pipe->arg, value, find_language(locale));
	case TSR_PIPE_TRUNCATE:
		run_truncate(out, pipe->arg, value->u.string);
		return NULL;
	case TSR_PIPE_JSON:
		tsr_json_write(out, value);
		return NULL;
	default:
		break;
	}
	tsr_buf_init(&text, out->max);
	scalar(&text, value);
	if (pipe->kind == TSR_PIPE_URL)
		tsr_escape_percent(out, tsr_buf_view(&text));
	else if (pipe->kind == TSR_PIPE_SLUG)
		tsr_slug(out, tsr_buf_view(&text));
	else
		tsr_buf_add(out, tsr_buf_view(&text));
	tsr_buf_free(&text);
	return NULL;
}
