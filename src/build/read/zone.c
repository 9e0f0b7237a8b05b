/*
 * zone - a time zone of the system's tz database, as the release keeps it.
 *
 * Transitions that the file lists are taken over; those after its last come
 * from the rule in its footer. Entries that change nothing are left out, so
 * that a file with many transitions and one with few give the same bytes.
 */
#include "build/read/zone.h"

#include "base/diag.h"
#include "base/file.h"
#include "core/calendar.h"
#include "core/format.h"

#define ZONE_FOLDER "/usr/share/zoneinfo/"
#define FILE_MAX (64 * 1024)
#define LAST_YEAR 2100

/* RFC 9636 section 3.1. */
#define HEAD 44

/* Offsets: what ISO C and POSIX allow, and then some. */
#define OFFSET_MAX 90000

struct tzif {
	const uint8_t *times, *indices, *types;
	uint32_t time_count, type_count;
	struct tsr_span footer;
};

struct change {
	int kind; /* 'M', 'J' or 0: day of the year from 0 */
	int month, week, day;
	int64_t time; /* seconds after midnight */
};

/* The footer: a POSIX TZ string. */
struct rule {
	int64_t standard, daylight; /* from UTC */
	bool changes;
	struct change start, end; /* of daylight saving time */
};

/* What was written last; count 0: nothing. */
struct writer {
	struct tsr_buf *out;
	size_t count;
	int64_t at, offset;
};

enum tsr_err
tsr_zone_file(
    struct tsr_span *out, struct tsr_span name, struct tsr_arena *arena)
{
	return tsr_file_read(out, arena,
	    tsr_arena_printf(arena, ZONE_FOLDER "%.*s", TSR_ARG(name)),
	    FILE_MAX);
}

/* ---- the file ---- */

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static int64_t
be64(const uint8_t *p)
{
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

/* Bytes of a block after its header; no count is above FILE_MAX. */
static bool
block_size(size_t *out, struct tsr_span s, size_t wide)
{
	static const uint8_t counts[] = {20, 24, 28, 32, 36, 40};
	size_t n[6], i;

	if (s.n < HEAD || !tsr_span_starts(s, TSR_LIT("TZif")))
		return false;
	for (i = 0; i < 6; i++) {
		n[i] = be32(s.p + counts[i]);
		if (n[i] > FILE_MAX)
			return false;
	}
	/* isut, isstd, leap, time, type, char */
	*out = n[0] + n[1] + n[2] * (wide + 4) + n[3] * (wide + 1) +
	    n[4] * 6 + n[5];
	return *out <= s.n - HEAD;
}

static bool
read_tzif(struct tzif *out, struct tsr_span s)
{
	size_t size;
	uint32_t i;

	if (!block_size(&size, s, 4) || s.p[4] < '2')
		return false;
	s = tsr_span_from(s, HEAD + size);
	if (!block_size(&size, s, 8) || be32(s.p + 28) != 0)
		return false;
	out->time_count = be32(s.p + 32);
	out->type_count = be32(s.p + 36);
	out->times = s.p + HEAD;
	out->indices = out->times + (size_t)out->time_count * 8;
	out->types = out->indices + out->time_count;
	out->footer = tsr_span_from(s, HEAD + size);
	for (i = 0; i < out->time_count; i++)
		if (out->indices[i] >= out->type_count || (i > 0 &&
			be64(out->times + (size_t)i * 8) <=
			    be64(out->times + (size_t)i * 8 - 8)))
			return false;
	for (i = 0; i < out->type_count; i++)
		if ((int32_t)be32(out->types + (size_t)i * 6) > OFFSET_MAX ||
		    (int32_t)be32(out->types + (size_t)i * 6) < -OFFSET_MAX)
			return false;
	if (out->type_count == 0 || out->footer.n < 2 ||
	    out->footer.p[0] != '\n' ||
	    out->footer.p[out->footer.n - 1] != '\n')
		return false;
	out->footer = tsr_span_part(out->footer, 1, out->footer.n - 2);
	return true;
}

static int64_t
offset_of(const struct tzif *z, uint32_t type)
{
	return (int32_t)be32(z->types + (size_t)type * 6);
}

/* ---- the footer ---- */

static bool
take(struct tsr_span *s, uint8_t c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = tsr_span_from(*s, 1);
	return true;
}

static bool
read_int(int *out, struct tsr_span *s, int least, int most)
{
	size_t i;

	*out = 0;
	for (i = 0; i < s->n && i < 3 && tsr_is_digit(s->p[i]); i++)
		*out = *out * 10 + (s->p[i] - '0');
	*s = tsr_span_from(*s, i);
	return i > 0 && *out >= least && *out <= most;
}

static bool
read_name(struct tsr_span *s)
{
	bool quoted = take(s, '<');
	size_t i = 0;

	while (i < s->n && (quoted ? s->p[i] != '>' : tsr_is_alpha(s->p[i])))
		i++;
	*s = tsr_span_from(*s, i);
	return i >= 3 && (!quoted || take(s, '>'));
}

/* [+-]hh[:mm[:ss]] */
static bool
read_time(int64_t *out, struct tsr_span *s)
{
	int hour, minute = 0, second = 0;
	bool minus = take(s, '-');

	if (!minus)
		(void)take(s, '+');
	if (!read_int(&hour, s, 0, 167) ||
	    (take(s, ':') && (!read_int(&minute, s, 0, 59) ||
		(take(s, ':') && !read_int(&second, s, 0, 59)))))
		return false;
	*out = ((int64_t)hour * 60 + minute) * 60 + second;
	if (minus)
		*out = -*out;
	return true;
}

static bool
read_change(struct change *out, struct tsr_span *s)
{
	memset(out, 0, sizeof(*out));
	out->time = 7200;
	if (take(s, 'M')) {
		out->kind = 'M';
		if (!read_int(&out->month, s, 1, 12) || !take(s, '.') ||
		    !read_int(&out->week, s, 1, 5) || !take(s, '.') ||
		    !read_int(&out->day, s, 0, 6))
			return false;
	} else {
		out->kind = take(s, 'J') ? 'J' : 0;
		if (!read_int(&out->day, s, out->kind == 'J', 365))
			return false;
	}
	return !take(s, '/') || read_time(&out->time, s);
}

static bool
read_rule(struct rule *out, struct tsr_span s)
{
	memset(out, 0, sizeof(*out));
	if (!read_name(&s) || !read_time(&out->standard, &s) ||
	    out->standard > OFFSET_MAX || out->standard < -OFFSET_MAX)
		return false;
	out->standard = -out->standard;
	if (s.n == 0)
		return true;
	out->daylight = out->standard + 3600;
	out->changes = true;
	if (!read_name(&s))
		return false;
	if (s.n > 0 && s.p[0] != ',') {
		if (!read_time(&out->daylight, &s) ||
		    out->daylight > OFFSET_MAX || out->daylight < -OFFSET_MAX)
			return false;
		out->daylight = -out->daylight;
	}
	return take(&s, ',') && read_change(&out->start, &s) &&
	    take(&s, ',') && read_change(&out->end, &s) && s.n == 0;
}

/* Seconds since 1970 of midnight on the day of a change, as if UTC. */
static int64_t
midnight(const struct change *c, int year)
{
	int64_t day, next;
	int weekday;

	if (c->kind != 'M') {
		day = tsr_calendar_day(year, 1, 1) + c->day;
		if (c->kind == 'J')
			day += (c->day >= 60 && tsr_calendar_leaps(year)) - 1;
		return day * 86400;
	}
	day = tsr_calendar_day(year, (unsigned)c->month, 1);
	next = day + tsr_calendar_days(year, (unsigned)c->month);
	weekday = (int)tsr_calendar_weekday(day) % 7; /* 0 is Sunday */
	day += (c->day - weekday + 7) % 7 + 7 * (c->week - 1);
	return (day >= next ? day - 7 : day) * 86400;
}

/* ---- the section ---- */

static void
put(struct writer *w, int64_t at, int64_t offset)
{
	if (w->count > 0 && offset == w->offset)
		return;
	if (w->count > 0 && at <= w->at)
		return;
	tsr_buf_le64(w->out, (uint64_t)at);
	tsr_buf_le32(w->out, (uint32_t)(int32_t)offset);
	tsr_buf_le32(w->out, 0);
	w->count++;
	w->at = at;
	w->offset = offset;
}

static void
put_rule(struct writer *w, const struct rule *rule, int64_t after)
{
	int64_t start, end, first, last;
	int year;

	if (!rule->changes) {
		put(w, after, rule->standard);
		return;
	}
	for (year = 1970; year <= LAST_YEAR; year++) {
		start = midnight(&rule->start, year) + rule->start.time -
		    rule->standard;
		end = midnight(&rule->end, year) + rule->end.time -
		    rule->daylight;
		first = start < end ? start : end;
		last = start < end ? end : start;
		if (first > after)
			put(w, first, first == start ? rule->daylight
						     : rule->standard);
		if (last > after)
			put(w, last, last == start ? rule->daylight
						   : rule->standard);
	}
}

bool
tsr_zone_compile(struct tsr_buf *out, struct tsr_span tzif)
{
	struct writer w = {.out = out};
	int64_t at = 0, offset;
	struct tzif z;
	struct rule rule;
	bool ruled;
	uint32_t i;

	if (!read_tzif(&z, tzif))
		return false;
	ruled = z.footer.n > 0;
	if (ruled && !read_rule(&rule, z.footer))
		return false;
	/* What counts in 1970: the last transition before it. */
	offset = z.time_count == 0 && ruled ? rule.standard
					    : offset_of(&z, 0);
	for (i = 0; i < z.time_count && be64(z.times + (size_t)i * 8) <= 0;
	    i++)
		offset = offset_of(&z, z.indices[i]);
	put(&w, 0, offset);
	for (; i < z.time_count; i++) {
		at = be64(z.times + (size_t)i * 8);
		put(&w, at, offset_of(&z, z.indices[i]));
	}
	if (ruled)
		put_rule(&w, &rule, at);
	return true;
}

/* ---- clocks on the wall ---- */

enum tsr_zone_local
tsr_zone_moment(int64_t *ms, struct tsr_span zone, int64_t local)
{
	size_t n = zone.n / TSR_ZONE_SIZE, i;
	int64_t from, to, at = local, past = local;
	unsigned found = 0;

	*ms = local;
	for (i = 0; i < n; i++) {
		const uint8_t *p = zone.p + i * TSR_ZONE_SIZE;

		from = i == 0 ? INT64_MIN : (int64_t)tsr_le64(p) * 1000;
		to = i + 1 == n ? INT64_MAX
				: (int64_t)tsr_le64(p + TSR_ZONE_SIZE) * 1000;
		at = local - (int64_t)(int32_t)tsr_le32(p + 8) * 1000;
		if (at >= from && at < to) {
			if (found++ == 0)
				*ms = at;
		} else if (at >= to) {
			past = at;
		}
	}
	if (n == 0 || found == 1)
		return TSR_ZONE_ONCE;
	if (found > 1)
		return TSR_ZONE_TWICE;
	*ms = past;
	return TSR_ZONE_NEVER;
}
