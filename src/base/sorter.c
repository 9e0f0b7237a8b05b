/*
 * sorter - puts records in the order of their bytes, however many there are.
 */
#include "base/sorter.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Bytes of a record's length. */
#define HEAD 4

enum tsr_err
tsr_sorter_init(struct tsr_sorter *out, size_t room)
{
	memset(out, 0, sizeof(*out));
	out->file = -1;
	out->room = room;
	out->bytes = malloc(room);
	return out->bytes == NULL ? TSR_IO : TSR_OK;
}

void
tsr_sorter_free(struct tsr_sorter *s)
{
	if (s->file != -1)
		close(s->file);
	free(s->bytes);
	free(s->list);
	free(s->runs);
	free(s->heap);
	memset(s, 0, sizeof(*s));
	s->file = -1;
}

/* ---- order ---- */

static struct tsr_span
record_at(const uint8_t *p)
{
	return tsr_span_of(p + HEAD, tsr_le32(p));
}

static int
compare(struct tsr_span a, struct tsr_span b)
{
	int d = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

	return d != 0 ? d : (a.n > b.n) - (a.n < b.n);
}

static int
by_bytes(const void *a, const void *b)
{
	const uint8_t *const *x = a, *const *y = b;

	return compare(record_at(*x), record_at(*y));
}

/* ---- writing ---- */

static enum tsr_err
open_file(struct tsr_sorter *s)
{
	const char *folder = getenv("TMPDIR");
	char path[PATH_MAX];
	int n;

	if (s->file != -1)
		return TSR_OK;
	if (folder == NULL || folder[0] == '\0')
		folder = "/tmp";
	n = snprintf(path, sizeof(path), "%s/tessera-XXXXXX", folder);
	if (n < 0 || (size_t)n >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return TSR_IO;
	}
	s->file = mkostemp(path, O_CLOEXEC);
	if (s->file == -1)
		return TSR_IO;
	(void)unlink(path);
	return TSR_OK;
}

static enum tsr_err
write_all(struct tsr_sorter *s, struct tsr_span bytes)
{
	ssize_t n;

	while (bytes.n > 0) {
		n = pwrite(s->file, bytes.p, bytes.n, (off_t)s->written);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return TSR_IO;
		s->written += (uint64_t)n;
		bytes = tsr_span_from(bytes, (size_t)n);
	}
	return TSR_OK;
}

static enum tsr_err
add_run(struct tsr_sorter *s, uint64_t at)
{
	size_t cap = s->run_cap * 2 + 64;
	void *more;

	if (s->run_count == s->run_cap) {
		more = realloc(s->runs, cap * sizeof(*s->runs));
		if (more == NULL)
			return TSR_IO;
		s->runs = more;
		s->run_cap = cap;
	}
	memset(&s->runs[s->run_count], 0, sizeof(s->runs[0]));
	s->runs[s->run_count].at = at;
	s->runs[s->run_count].end = s->written;
	s->run_count++;
	return TSR_OK;
}

/* What is in memory becomes a run of the file. */
static enum tsr_err
spill(struct tsr_sorter *s)
{
	uint8_t piece[65536];
	uint64_t at = s->written;
	enum tsr_err err = open_file(s);
	struct tsr_span record;
	size_t i, have = 0;

	qsort(s->list, s->count, sizeof(*s->list), by_bytes);
	for (i = 0; i < s->count && err == TSR_OK; i++) {
		record = tsr_span_of(s->list[i], HEAD + tsr_le32(s->list[i]));
		if (record.n > sizeof(piece) - have) {
			err = write_all(s, tsr_span_of(piece, have));
			have = 0;
		}
		if (err == TSR_OK && record.n > sizeof(piece)) {
			err = write_all(s, record);
		} else {
			memcpy(piece + have, record.p, record.n);
			have += record.n;
		}
	}
	if (err == TSR_OK)
		err = write_all(s, tsr_span_of(piece, have));
	if (err == TSR_OK)
		err = add_run(s, at);
	s->n = s->count = 0;
	return err;
}

static enum tsr_err
add_place(struct tsr_sorter *s, const uint8_t *p)
{
	size_t cap = s->cap * 2 + 1024;
	void *more;

	if (s->count == s->cap) {
		more = realloc(s->list, cap * sizeof(*s->list));
		if (more == NULL)
			return TSR_IO;
		s->list = more;
		s->cap = cap;
	}
	s->list[s->count++] = p;
	return TSR_OK;
}

enum tsr_err
tsr_sorter_add(struct tsr_sorter *s, struct tsr_span head, struct tsr_span body)
{
	enum tsr_err err = TSR_OK;
	uint8_t *p;

	if (s->room < HEAD || head.n > s->room - HEAD ||
	    body.n > s->room - HEAD - head.n || head.n + body.n > UINT32_MAX)
		return TSR_LONG;
	if (HEAD + head.n + body.n > s->room - s->n)
		err = spill(s);
	if (err != TSR_OK)
		return err;
	p = s->bytes + s->n;
	tsr_put32(p, (uint32_t)(head.n + body.n));
	memcpy(p + HEAD, head.p, head.n);
	memcpy(p + HEAD + head.n, body.p, body.n);
	s->n += HEAD + head.n + body.n;
	if (head.n + body.n > s->longest)
		s->longest = head.n + body.n;
	return add_place(s, p);
}

/* ---- merging ---- */

/* Read on, so that a whole record is there. False: at the end, or s->err. */
static bool
read_record(struct tsr_sorter *s, struct tsr_sorter_run *run, size_t room)
{
	size_t left = run->have - run->used, want;
	ssize_t n;

	while (left < HEAD || left - HEAD < tsr_le32(run->room + run->used)) {
		memmove(run->room, run->room + run->used, left);
		run->have = left;
		run->used = 0;
		if (run->at == run->end)
			return false;
		want = room - left;
		if (want > run->end - run->at)
			want = (size_t)(run->end - run->at);
		n = pread(s->file, run->room + left, want, (off_t)run->at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			s->err = TSR_IO;
			return false;
		}
		run->at += (uint64_t)n;
		left += (size_t)n;
		run->have = left;
	}
	run->record = record_at(run->room + run->used);
	run->used += HEAD + run->record.n;
	return true;
}

static bool
is_before(const struct tsr_sorter *s, size_t a, size_t b)
{
	return compare(s->runs[s->heap[a]].record,
		   s->runs[s->heap[b]].record) < 0;
}

/* Put the run at i where it belongs among those below it. */
static void
sink(struct tsr_sorter *s, size_t i)
{
	size_t least = i, child, run;

	for (;;) {
		for (child = 2 * i + 1; child <= 2 * i + 2; child++)
			if (child < s->heap_count &&
			    is_before(s, child, least))
				least = child;
		if (least == i)
			return;
		run = s->heap[i];
		s->heap[i] = s->heap[least];
		s->heap[least] = run;
		i = least;
	}
}

/* The room for records becomes one for what is read of each run. */
static enum tsr_err
begin_merge(struct tsr_sorter *s)
{
	size_t share = s->room / s->run_count, i;

	if (share < s->longest + HEAD)
		return TSR_LONG;
	s->heap = malloc(s->run_count * sizeof(*s->heap));
	if (s->heap == NULL)
		return TSR_IO;
	s->room = share;
	for (i = 0; i < s->run_count; i++) {
		s->runs[i].room = s->bytes + i * share;
		if (read_record(s, &s->runs[i], share))
			s->heap[s->heap_count++] = i;
	}
	for (i = s->heap_count; i-- > 0;)
		sink(s, i);
	return s->err;
}

enum tsr_err
tsr_sorter_sort(struct tsr_sorter *s)
{
	enum tsr_err err;

	if (s->run_count == 0) {
		if (s->count > 1)
			qsort(s->list, s->count, sizeof(*s->list), by_bytes);
		return TSR_OK;
	}
	err = s->count > 0 ? spill(s) : TSR_OK;
	return err == TSR_OK ? begin_merge(s) : err;
}

bool
tsr_sorter_next(struct tsr_span *out, struct tsr_sorter *s)
{
	if (s->run_count == 0) {
		if (s->next == s->count)
			return false;
		*out = record_at(s->list[s->next++]);
		return true;
	}
	if (s->taken) {
		if (!read_record(s, &s->runs[s->heap[0]], s->room))
			s->heap[0] = s->heap[--s->heap_count];
		if (s->err != TSR_OK)
			return false;
		sink(s, 0);
	}
	s->taken = s->heap_count > 0;
	if (s->taken)
		*out = s->runs[s->heap[0]].record;
	return s->taken;
}
