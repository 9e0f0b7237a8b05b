/*
 * times - moments and spans of time in reports.
 */
#ifndef TSR_CLI_TIMES_H
#define TSR_CLI_TIMES_H

#include <time.h>

/* Print a moment: the time of day is UTC, so that it reads alike everywhere. */
void tsr_times_print(time_t seconds);

/* Seconds since a moment of CLOCK_MONOTONIC. */
double tsr_times_since(const struct timespec *start);

#endif
