/*
 * groups - what a saved group costs: bytes an id, a lookup, and to be made.
 *
 * usage: groups [IDS]
 * With a million (as without a number) the bytes are held against what doc/
 * site.md says; exit 1 where one is more, or an answer is wrong.
 */
#include <stdio.h>
#include <time.h>

#include "build/rules/group_pack.h"
#include "core/group.h"
#include "lib/ids.h"

#define LOOKUPS 1000000u
#define MILLION 1000000u

/* Bytes of a million ids each; where it is more than 8, no store can do it. */
static const double most[IDS_KIND_COUNT] = {
    13.1, 11.5, 0.4, 2.1, 5.0, 5.9, 1.3, 8.3, 4.3};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Ids that are not in the list; ends with its number of false members. */
static unsigned
strangers(const struct tsr_table *table, struct ids *ids, enum ids_kind kind)
{
	unsigned i, wrong = 0;
	struct tsr_span id;
	char *text;

	for (i = 0; i < LOOKUPS / 10; i++) {
		text = ids_one(ids, kind, MILLION * 2 + i);
		id = tsr_span_of(text, strlen(text));
		wrong += tsr_group_has(table, 0, id) != ids_have(ids, id);
	}
	return wrong;
}

static bool
measure(enum ids_kind kind, size_t n)
{
	struct tsr_table table;
	struct tsr_buf record, bytes;
	struct ids ids;
	double begun, made, checked, each;
	unsigned i, found = 0, wrong;
	bool good;
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
	good = tsr_group_verify(&table, 0) == TSR_OK;
	checked = now() - begun;
	begun = now();
	for (i = 0; i < LOOKUPS; i++) {
		at = at * 6364136223846793005u + 1442695040888963407u;
		found += tsr_group_has(&table, 0, ids.list[(at >> 33) % ids.n]);
	}
	begun = now() - begun;
	wrong = strangers(&table, &ids, kind);
	each = (double)(bytes.n + record.n) / (double)ids.n;
	good = good && found == LOOKUPS && wrong == 0 &&
	    (n != MILLION || each <= most[kind]);
	printf("%-24s %8zu ids %6.2f bytes an id  made %4.0f ms  verified "
	       "%3.0f ms  lookup %4.0f ns  %u false%s\n", ids_names[kind],
	    ids.n, each, made / 1e6, checked / 1e6, begun / LOOKUPS, wrong,
	    good ? "" : "  WRONG OR TOO LARGE");
	tsr_buf_free(&record);
	tsr_buf_free(&bytes);
	ids_free(&ids);
	return good;
}

int
main(int argc, char **argv)
{
	unsigned long long n = MILLION;
	bool good = true;
	unsigned kind;

	if (argc > 1 && sscanf(argv[1], "%llu", &n) != 1)
		return 2;
	for (kind = 0; kind < IDS_KIND_COUNT; kind++)
		good = measure((enum ids_kind)kind, (size_t)n) && good;
	return good ? 0 : 1;
}
