/*
 * moment - RFC 3339 times as milliseconds since 1970.
 */
#include "build/read/moment.h"

#include <time.h>

#include "core/calendar.h"

#define DAY_MS 86400000

/* n digits at *at; false when there are fewer. */
static bool
digits(unsigned *out, struct tsr_span s, size_t *at, size_t n)
{
	unsigned v = 0;

	for (; n > 0; n--, (*at)++) {
		if (*at >= s.n || !tsr_is_digit(s.p[*at]))
			return false;
		v = v * 10 + (unsigned)(s.p[*at] - '0');
	}
	*out = v;
	return true;
}

/* This byte; a letter also as a small one. */
static bool
byte(struct tsr_span s, size_t *at, uint8_t c)
{
	uint8_t lower = c >= 'A' ? c + 32 : c;

	if (*at >= s.n || (s.p[*at] != c && s.p[*at] != lower))
		return false;
	(*at)++;
	return true;
}

static bool
read_date(int64_t *out, struct tsr_span s, size_t *at)
{
	unsigned y, m, d;

	if (!digits(&y, s, at, 4) || !byte(s, at, '-') ||
	    !digits(&m, s, at, 2) || !byte(s, at, '-') ||
	    !digits(&d, s, at, 2))
		return false;
	if (d < 1 || d > tsr_calendar_days(y, m))
		return false;
	*out = tsr_calendar_day(y, m, d) * DAY_MS;
	return true;
}

static bool
read_offset(int64_t *out, struct tsr_span s, size_t *at)
{
	unsigned h, m;
	bool minus;

	*out = 0;
	if (byte(s, at, 'Z'))
		return true;
	minus = *at < s.n && s.p[*at] == '-';
	if (!minus && (*at >= s.n || s.p[*at] != '+'))
		return false;
	(*at)++;
	if (!digits(&h, s, at, 2) || !byte(s, at, ':') ||
	    !digits(&m, s, at, 2) || h > 23 || m > 59)
		return false;
	*out = ((int64_t)h * 60 + m) * 60000;
	if (minus)
		*out = -*out;
	return true;
}

bool
tsr_moment_parse(int64_t *out, bool *local, struct tsr_span s)
{
	int64_t date, offset = 0, ms = 0, unit = 100;
	unsigned h, m, sec = 0;
	size_t at = 0;

	*local = true;
	if (!read_date(&date, s, &at))
		return false;
	if (at == s.n) {
		*out = date;
		return true;
	}
	if (!byte(s, &at, 'T') || !digits(&h, s, &at, 2) ||
	    !byte(s, &at, ':') || !digits(&m, s, &at, 2))
		return false;
	if (at < s.n && (!byte(s, &at, ':') || !digits(&sec, s, &at, 2)))
		return false;
	if (h > 23 || m > 59 || sec > 60)
		return false;
	if (at < s.n && s.p[at] == '.') {
		if (++at >= s.n || !tsr_is_digit(s.p[at]))
			return false;
		for (; at < s.n && tsr_is_digit(s.p[at]); at++, unit /= 10)
			ms += (s.p[at] - '0') * unit;
	}
	*local = at == s.n;
	if (!*local && (!read_offset(&offset, s, &at) || at != s.n))
		return false;
	*out = date + (((int64_t)h * 60 + m) * 60 + sec) * 1000 + ms - offset;
	return true;
}

bool
tsr_moment_read(int64_t *out, struct tsr_span s)
{
	bool local;

	/* A date alone has ten characters. */
	return tsr_moment_parse(out, &local, s) && (!local || s.n == 10);
}

void
tsr_moment_write(struct tsr_buf *out, int64_t ms)
{
	int64_t rest = (ms % 1000 + 1000) % 1000;
	time_t seconds = (time_t)((ms - rest) / 1000);
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL)
		return;
	tsr_buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d", tm.tm_year + 1900,
	    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	if (rest != 0)
		tsr_buf_printf(out, ".%03d", (int)rest);
	tsr_buf_byte(out, 'Z');
}
