/*
 * instant - a moment written as RFC 3339 says, as seconds since 1970.
 */
#include "core/instant.h"

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

static int
days_in(int year, int month)
{
	static const uint8_t days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (leap && month == 2);
}

/* Days from 1970-01-01 in the proleptic Gregorian calendar. */
static int64_t
days_before(int year, int month, int day)
{
	int64_t y = year - (month <= 2), era = (y + 400) / 400 - 1;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 +
	    day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	    of_year - 719468;
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

	if (year < 0 || month < 1 || month > 12 || day < 1 ||
	    day > days_in(year, month) || s.p[4] != '-' || s.p[7] != '-')
		return false;
	if (s.n > 10 && ((s.p[10] != 'T' && s.p[10] != 't') ||
		!clock_time(&time, tsr_span_from(s, 11))))
		return false;
	*seconds = (double)days_before(year, month, day) * 86400.0 + time;
	return true;
}
