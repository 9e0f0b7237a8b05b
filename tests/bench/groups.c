/*
 * groups - what a saved group costs: bytes an id, a lookup, and to be made.
 *
 * usage: groups [IDS]
 */
#include <stdio.h>
#include <time.h>

#include "build/rules/group_pack.h"
#include "core/group.h"
#include "lib/ids.h"

#define LOOKUPS 1000000u

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void
measure(enum ids_kind kind, size_t n)
{
	struct tsr_table table;
	struct tsr_buf record, bytes;
	struct ids ids;
	double begun, made, checked;
	unsigned i, found = 0;
	uint64_t at = 1;

	ids_make(&ids, kind, n);
	tsr_buf_init(&record, SIZE_MAX / 2);
	tsr_buf_init(&bytes, SIZE_MAX / 2);
	begun = now();
	tsr_group_pack(&record, &bytes, ids.list, ids.n);
	made = now() - begun;
	memset(&table, 0, sizeof(table));
	table.sections[TSR_SECTION_GRPS].p = record.p;
	table.sections[TSR_SECTION_GRPS].n = record.n;
	table.sections[TSR_SECTION_GRPS].count = 1;
	table.sections[TSR_SECTION_GRPB].p = bytes.p;
	table.sections[TSR_SECTION_GRPB].n = bytes.n;
	begun = now();
	if (tsr_group_verify(&table, 0) != TSR_OK)
		printf("NOT in order: ");
	checked = now() - begun;
	begun = now();
	for (i = 0; i < LOOKUPS; i++) {
		at = at * 6364136223846793005u + 1442695040888963407u;
		found += tsr_group_has(&table, 0, ids.list[(at >> 33) % ids.n]);
	}
	begun = now() - begun;
	printf("%-24s %8zu ids %7.2f bytes an id  made %4.0f ms  verified "
	       "%3.0f ms  lookup %4.0f ns%s\n", ids_names[kind], ids.n,
	    (double)(bytes.n + record.n) / (double)ids.n, made / 1e6,
	    checked / 1e6, begun / LOOKUPS,
	    found == LOOKUPS ? "" : "  NOT ALL FOUND");
	tsr_buf_free(&record);
	tsr_buf_free(&bytes);
	ids_free(&ids);
}

int
main(int argc, char **argv)
{
	unsigned long long n = 1000000;
	unsigned kind;

	if (argc > 1 && sscanf(argv[1], "%llu", &n) != 1)
		return 2;
	for (kind = 0; kind < IDS_KIND_COUNT; kind++)
		measure((enum ids_kind)kind, (size_t)n);
	return 0;
}
