/*
 * sorter - puts records in the order of their bytes, however many there are.
 *
 * Records are gathered in memory; when its room is full they are sorted and put
 * into a file without a name in $TMPDIR, or /tmp, and at the end all such runs
 * are merged. Records that are alike come out one after another.
 */
#ifndef TSR_BASE_SORTER_H
#define TSR_BASE_SORTER_H

#include "core/bytes.h"

/* A sorted part of the file, being read. */
struct tsr_sorter_run {
	uint64_t at, end; /* what is to be read of it */
	uint8_t *room;
	size_t have, used;
	struct tsr_span record;
};

struct tsr_sorter {
	enum tsr_err err; /* of next: why it ended */
	size_t room, n;	  /* bytes in memory: there may be, there are */
	uint8_t *bytes;	  /* each record's length (u32), and it */
	const uint8_t **list;
	size_t count, cap;
	size_t longest; /* record */
	int file;	/* -1: all is in memory */
	uint64_t written;
	struct tsr_sorter_run *runs;
	size_t run_count, run_cap;
	size_t *heap; /* runs, that with the least record first */
	size_t heap_count;
	size_t next; /* in memory */
	bool taken;  /* the first run's record was handed out */
};

/* Room for so many bytes of records. TSR_IO: errno says why. */
enum tsr_err tsr_sorter_init(struct tsr_sorter *out, size_t room);

/*
 * Add a record, in two parts. TSR_LONG: it is longer than the room; TSR_IO: the
 * file cannot be written.
 */
enum tsr_err tsr_sorter_add(
    struct tsr_sorter *s, struct tsr_span head, struct tsr_span body);

/*
 * All are added. TSR_LONG: there are more runs than the room has records, some
 * thousand times its bytes.
 */
enum tsr_err tsr_sorter_sort(struct tsr_sorter *s);

/*
 * The next record, valid until the one after it; false after the last, and
 * where the file cannot be read: s->err is then TSR_IO.
 */
bool tsr_sorter_next(struct tsr_span *out, struct tsr_sorter *s);

void tsr_sorter_free(struct tsr_sorter *s);

#endif
