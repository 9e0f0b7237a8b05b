/*
 * times - moments and spans of time in reports.
 */
#include "cli/times.h"

#include <stdio.h>

void
tsr_times_print(time_t seconds)
{
	struct tm tm;

	if (gmtime_r(&seconds, &tm) != NULL)
		printf("%04d-%02d-%02d %02d:%02d:%02dZ", tm.tm_year + 1900,
		    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
		    tm.tm_sec);
}

double
tsr_times_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) +
	    (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}
