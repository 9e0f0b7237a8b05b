/*
 * events_merge - the logs of several hosts as one: each event once, in order.
 *
 * Lines are sorted by id, of each id the earliest is kept, and those are sorted
 * by time; counts of a minute become sums without ids. Memory is bounded, and
 * what it does not hold is in temporary files (base/sorter.h). Fields are not
 * checked, and no release is needed: see tessera events check.
 */
#ifndef TSR_CLI_EVENTS_MERGE_H
#define TSR_CLI_EVENTS_MERGE_H

#include <stdbool.h>
#include <stdint.h>

struct tsr_events_merge {
	const char *out; /* NULL: standard output */
	bool json;	 /* the report, on standard output: out is not NULL */
	uint32_t memory; /* MiB */
};

/* The exit code. */
int tsr_events_merge(
    const struct tsr_events_merge *plan, int count, char **files);

#endif
