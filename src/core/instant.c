/*
 * instant - a moment written as RFC 3339 says, as seconds since 1970.
 */
#include "core/instant.h"

#include "core/calendar.h"

/* Two or four digits at s.p[at], or -1. */
static int
digits(struct tsr_span s, size_t at, size_t n)
{
	int v = 0;
	size_t i;

	if (at > s.n || s.n - at < n)
		return -1;
	for (i = at; i < at + n; i++) {
		if (!tsr_is_digit(s.p[i]))
			return -1;
		v = v * 10 + (s.p[i] - '0');
	}
	return v;
}

/* "Z" or "+02:00" and nothing after; *minutes to subtract. */
static bool
zone(int *minutes, struct tsr_span s)
{
	int hour, minute;

	*minutes = 0;
	if (s.n == 1 && (s.p[0] == 'Z' || s.p[0] == 'z'))
		return true;
	if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':')
		return false;
	hour = digits(s, 1, 2);
	minute = digits(s, 4, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
		return false;
	*minutes = (hour * 60 + minute) * (s.p[0] == '-' ? -1 : 1);
	return true;
}

static bool
clock_time(double *seconds, struct tsr_span s)
{
	int hour = digits(s, 0, 2), minute = digits(s, 3, 2);
	int second = digits(s, 6, 2), minutes;
	double fraction = 0, place = 0.1;
	size_t i = 8;

	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
	    second > 60 || s.p[2] != ':' || s.p[5] != ':')
		return false;
	if (i < s.n && s.p[i] == '.') {
		for (i++; i < s.n && tsr_is_digit(s.p[i]); i++, place /= 10)
			fraction += place * (s.p[i] - '0');
		if (i == 9)
			return false;
	}
	if (!zone(&minutes, tsr_span_from(s, i)))
		return false;
	*seconds = (hour * 60 + minute - minutes) * 60.0 + second + fraction;
	return true;
}

bool
tsr_instant_read(double *seconds, struct tsr_span s)
{
	int year = digits(s, 0, 4), month = digits(s, 5, 2);
	int day = digits(s, 8, 2);
	double time = 0;

	if (year < 0 || month < 1 || day < 1 ||
	    (unsigned)day > tsr_calendar_days(year, (unsigned)month) ||
	    s.p[4] != '-' || s.p[7] != '-')
		return false;
	if (s.n > 10 && ((s.p[10] != 'T' && s.p[10] != 't') ||
		!clock_time(&time, tsr_span_from(s, 11))))
		return false;
	*seconds = (double)tsr_calendar_day(
			year, (unsigned)month, (unsigned)day) * 86400.0 + time;
	return true;
}
