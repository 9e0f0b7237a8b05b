/*
 * events_merge - the logs of several hosts as one: each event once, in order.
 */
#include "cli/events_merge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/linefile.h"
#include "base/sorter.h"
#include "cli/events_say.h"
#include "cli/options.h"
#include "core/jsonread.h"

/* Mistakes that are said; the rest is counted. */
#define NOTES_MAX 1000
#define REPORT_MAX ((size_t)1 << 28)

/* Kinds of one sum: a release has 128, and there may be several. */
#define SUM_MAX 256

/* Of a record by id: id, time, class. By time: time, class, id. */
#define TIME_SIZE 8
#define KEY_SIZE (TSR_EVENT_ID_SIZE + TIME_SIZE + 1)

/* Counts of a minute stand before its events. */
enum class {
	CLASS_COUNTS,
	CLASS_EVENT
};

struct sum {
	uint8_t name[TSR_EVENT_NAME_MAX];
	size_t name_n;
	uint64_t n;
};

struct job {
	const struct tsr_events_merge *plan;
	const char *file;
	struct tsr_table none; /* a release without kinds: all are unknown */
	struct tsr_sorter by_id, by_time;
	uint64_t lines, events, counts, sums, twice, damaged;
	struct tsr_buf report; /* JSON of what is damaged */
	bool crowded; /* a sorter's file cannot be written */
	FILE *to;
	uint64_t minute; /* of the sum at hand */
	size_t sum_count;
	struct sum sum[SUM_MAX];
};

/* ---- what is damaged ---- */

static void
note(struct job *job, const struct tsr_event_note *n)
{
	if (++job->damaged > NOTES_MAX)
		return;
	if (!job->plan->json) {
		tsr_event_say(stderr, n, &job->none);
		return;
	}
	if (job->damaged > 1)
		tsr_buf_byte(&job->report, ',');
	tsr_event_say_json(&job->report, n, &job->none);
}

/* Something that is not a matter of JSON. */
static void
note_text(struct job *job, uint64_t line, const char *text)
{
	struct tsr_span file = tsr_span_of(job->file, strlen(job->file));

	if (++job->damaged > NOTES_MAX)
		return;
	if (!job->plan->json) {
		fprintf(stderr, "%s:%llu: error: %s\n", job->file,
		    (unsigned long long)line, text);
		return;
	}
	if (job->damaged > 1)
		tsr_buf_byte(&job->report, ',');
	tsr_buf_printf(&job->report, "{\"severity\":\"error\",\"message\":"
	    "\"%s\",\"file\":", text);
	tsr_buf_json(&job->report, file);
	tsr_buf_printf(
	    &job->report, ",\"line\":%llu}", (unsigned long long)line);
}

/* ---- reading ---- */

static void
put_time(uint8_t out[TIME_SIZE], uint64_t time)
{
	size_t i;

	for (i = 0; i < TIME_SIZE; i++)
		out[i] = (uint8_t)(time >> 8 * (TIME_SIZE - 1 - i));
}

static enum tsr_err
add_by_time(struct job *job, const uint8_t *time_and_class, const uint8_t *id,
    struct tsr_span line)
{
	uint8_t key[KEY_SIZE];

	memcpy(key, time_and_class, TIME_SIZE + 1);
	memcpy(key + TIME_SIZE + 1, id, TSR_EVENT_ID_SIZE);
	return tsr_sorter_add(
	    &job->by_time, tsr_span_of(key, sizeof(key)), line);
}

static enum tsr_err
add_by_id(struct job *job, const uint8_t *id, uint64_t time, enum class class,
    struct tsr_span line)
{
	uint8_t key[KEY_SIZE];

	memcpy(key, id, TSR_EVENT_ID_SIZE);
	put_time(key + TSR_EVENT_ID_SIZE, time);
	key[TSR_EVENT_ID_SIZE + TIME_SIZE] = (uint8_t)class;
	return tsr_sorter_add(&job->by_id, tsr_span_of(key, sizeof(key)), line);
}

/* A line of counts is taken whole or not at all. */
static bool
are_counts(struct tsr_event_batch *batch, struct tsr_event_note *n,
    const struct tsr_table *none, struct tsr_span line)
{
	struct tsr_event_counter counter;
	struct tsr_span counters;

	n->fault = tsr_event_open(batch, none, TSR_EVENT_FORM_LINE, line);
	n->at = batch->at;
	n->field = batch->field;
	if (n->fault != TSR_EVENT_FINE)
		return false;
	counters = batch->counters;
	while (tsr_event_counter(&counter, batch)) {
		n->fault = counter.fault;
		n->at = counter.at;
		if (!tsr_event_aside(counter.fault))
			return false;
	}
	batch->counters = counters;
	return true;
}

static enum tsr_err
take_counts(struct job *job, struct tsr_event_note *n, struct tsr_span line)
{
	static const uint8_t no_id[TSR_EVENT_ID_SIZE];
	struct tsr_event_batch batch;
	uint8_t when[TIME_SIZE + 1];

	if (!are_counts(&batch, n, &job->none, line)) {
		note(job, n);
		return TSR_OK;
	}
	if (batch.has_id)
		return add_by_id(
		    job, batch.id, batch.minute, CLASS_COUNTS, line);
	/* A sum of an earlier merge. */
	put_time(when, batch.minute);
	when[TIME_SIZE] = CLASS_COUNTS;
	return add_by_time(job, when, no_id, line);
}

static enum tsr_err
take_line(struct job *job, struct tsr_span line, uint64_t number)
{
	struct tsr_event_note n = {.file = job->file, .text = line,
	    .line = (size_t)number, .kind = TSR_EVENT_UNKNOWN};
	struct tsr_span value, counts;
	struct tsr_event event;

	job->lines++;
	if (tsr_jsonread_check(&value, line) &&
	    tsr_jsonread_kind(value) == TSR_JSONREAD_OBJECT &&
	    tsr_jsonread_find(&counts, value, TSR_LIT("counts")))
		return take_counts(job, &n, line);
	n.fault = tsr_event_line(&event, &job->none, line);
	if (tsr_event_aside(n.fault))
		return add_by_id(
		    job, event.id, event.at_ms, CLASS_EVENT, line);
	n.at = event.at;
	n.field = event.field;
	note(job, &n);
	return TSR_OK;
}

static enum tsr_err
read_file(struct job *job, struct tsr_linefile *file)
{
	enum tsr_err err = TSR_OK;
	struct tsr_span line;

	for (;;) {
		switch (tsr_linefile_next(&line, file)) {
		case TSR_LINE_WHOLE:
			if (line.n > 0)
				err = take_line(job, line, file->number);
			job->crowded = err != TSR_OK;
			break;
		case TSR_LINE_LONG:
			job->lines++;
			note_text(job, file->number,
			    "the line is longer than those of a log");
			break;
		case TSR_LINE_DAMAGED:
			note_text(job, file->number,
			    "what gzip packed is damaged from here on");
			break;
		case TSR_LINE_FAILED:
			return TSR_IO;
		case TSR_LINE_END:
			return TSR_OK;
		}
		if (err != TSR_OK)
			return err;
	}
}

static bool
read_all(struct job *job, int count, char **files)
{
	struct tsr_linefile file;
	enum tsr_err err;
	bool good = true;
	int i;

	for (i = 0; i < count && !job->crowded; i++) {
		job->file = files[i];
		err = tsr_linefile_open(&file, files[i], TSR_EVENTS_TEXT);
		if (err == TSR_OK)
			err = read_file(job, &file);
		if (err != TSR_OK)
			tsr_report_error(
			    job->crowded ? "temporary files" : files[i], err);
		good = good && err == TSR_OK;
		tsr_linefile_close(&file);
	}
	return good;
}

/* ---- each once ---- */

/* Of those with one id the first counts. */
static enum tsr_err
drop_duplicates(struct job *job)
{
	uint8_t last[TSR_EVENT_ID_SIZE];
	enum tsr_err err = tsr_sorter_sort(&job->by_id);
	struct tsr_span record;
	bool any = false;

	while (err == TSR_OK && tsr_sorter_next(&record, &job->by_id)) {
		if (any && memcmp(last, record.p, sizeof(last)) == 0) {
			job->twice++;
			continue;
		}
		any = true;
		memcpy(last, record.p, sizeof(last));
		err = add_by_time(job, record.p + TSR_EVENT_ID_SIZE, last,
		    tsr_span_from(record, KEY_SIZE));
	}
	return err != TSR_OK ? err : job->by_id.err;
}

/* ---- writing ---- */

static int
by_name(const void *a, const void *b)
{
	const struct sum *x = a, *y = b;
	size_t n = x->name_n < y->name_n ? x->name_n : y->name_n;
	int d = memcmp(x->name, y->name, n);

	return d != 0 ? d : (x->name_n > y->name_n) - (x->name_n < y->name_n);
}

static void
write_sum(struct job *job)
{
	size_t i;

	if (job->sum_count == 0)
		return;
	qsort(job->sum, job->sum_count, sizeof(job->sum[0]), by_name);
	fprintf(job->to, "{\"minute\":%llu,\"counts\":{",
	    (unsigned long long)job->minute);
	for (i = 0; i < job->sum_count; i++)
		fprintf(job->to, "%s\"%.*s\":%llu", i > 0 ? "," : "",
		    (int)job->sum[i].name_n, (const char *)job->sum[i].name,
		    (unsigned long long)job->sum[i].n);
	fputs("}}\n", job->to);
	job->sums++;
	job->sum_count = 0;
}

static void
add_counter(struct job *job, const struct tsr_event_counter *counter)
{
	struct sum *sum;
	size_t i;

	for (i = 0; i < job->sum_count; i++)
		if (tsr_span_eq(counter->name,
			tsr_span_of(job->sum[i].name, job->sum[i].name_n)))
			break;
	/* There may be several lines of a minute. */
	if (i == SUM_MAX || (i < job->sum_count &&
				job->sum[i].n > UINT32_MAX - counter->n)) {
		write_sum(job);
		i = 0;
	}
	sum = &job->sum[i];
	if (i == job->sum_count) {
		memcpy(sum->name, counter->name.p, counter->name.n);
		sum->name_n = counter->name.n;
		sum->n = 0;
		job->sum_count++;
	}
	sum->n += counter->n;
}

static void
add_counts(struct job *job, struct tsr_span line)
{
	struct tsr_event_counter counter;
	struct tsr_event_batch batch;

	(void)tsr_event_open(&batch, &job->none, TSR_EVENT_FORM_LINE, line);
	if (batch.minute != job->minute)
		write_sum(job);
	job->minute = batch.minute;
	while (tsr_event_counter(&counter, &batch))
		add_counter(job, &counter);
	job->counts++;
}

static enum tsr_err
write_lines(struct job *job)
{
	enum tsr_err err = tsr_sorter_sort(&job->by_time);
	struct tsr_span record, line;

	while (err == TSR_OK && tsr_sorter_next(&record, &job->by_time)) {
		line = tsr_span_from(record, KEY_SIZE);
		if (record.p[TIME_SIZE] == CLASS_COUNTS) {
			add_counts(job, line);
			continue;
		}
		write_sum(job);
		fwrite(line.p, 1, line.n, job->to);
		putc('\n', job->to);
		job->events++;
	}
	write_sum(job);
	if (err == TSR_OK)
		err = job->by_time.err;
	if (err == TSR_OK && (fflush(job->to) != 0 || ferror(job->to)))
		err = TSR_IO;
	return err;
}

/* To a file that is there whole, or as it was. */
static enum tsr_err
write_file(struct job *job, const char *path)
{
	struct tsr_arena arena = {0};
	const char *name = tsr_arena_printf(
	    &arena, "%s.tmp-%ld", path, (long)getpid());
	enum tsr_err err = TSR_IO;

	job->to = fopen(name, "wxe");
	if (job->to != NULL) {
		err = write_lines(job);
		if (err == TSR_OK && fsync(fileno(job->to)) != 0)
			err = TSR_IO;
		if (fclose(job->to) != 0 && err == TSR_OK)
			err = TSR_IO;
		if (err == TSR_OK && rename(name, path) != 0)
			err = TSR_IO;
		if (err != TSR_OK)
			(void)unlink(name);
	}
	tsr_arena_free(&arena);
	return err;
}

/* ---- the verb ---- */

static const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void
print_report(const struct job *job)
{
	if (job->damaged > NOTES_MAX)
		fprintf(stderr, "and %llu more\n",
		    (unsigned long long)(job->damaged - NOTES_MAX));
	fprintf(stderr, "%llu line%s: %llu event%s, %llu of counts in %llu "
	    "sum%s; %llu came twice, %llu damaged\n",
	    (unsigned long long)job->lines, plural(job->lines),
	    (unsigned long long)job->events, plural(job->events),
	    (unsigned long long)job->counts, (unsigned long long)job->sums,
	    plural(job->sums), (unsigned long long)job->twice,
	    (unsigned long long)job->damaged);
}

static void
json_report(const struct job *job)
{
	printf("{\"lines\":%llu,\"events\":%llu,\"counts\":%llu,\"sums\":%llu,"
	       "\"twice\":%llu,\"damaged\":%llu,\"messages\":[",
	    (unsigned long long)job->lines, (unsigned long long)job->events,
	    (unsigned long long)job->counts, (unsigned long long)job->sums,
	    (unsigned long long)job->twice, (unsigned long long)job->damaged);
	if (job->report.n > 0)
		fwrite(job->report.p, 1, job->report.n, stdout);
	puts("]}");
}

static enum tsr_err
merge(struct job *job, int count, char **files, bool *unread)
{
	size_t room = (size_t)job->plan->memory * 1024 * 1024 / 2;
	enum tsr_err err = tsr_sorter_init(&job->by_id, room);

	if (err == TSR_OK)
		err = tsr_sorter_init(&job->by_time, room);
	if (err != TSR_OK)
		return err;
	*unread = !read_all(job, count, files);
	if (*unread)
		return TSR_OK;
	err = drop_duplicates(job);
	if (err != TSR_OK)
		return err;
	job->to = stdout;
	return job->plan->out != NULL ? write_file(job, job->plan->out)
				      : write_lines(job);
}

int
tsr_events_merge(
    const struct tsr_events_merge *plan, int count, char **files)
{
	struct job *job = calloc(1, sizeof(*job));
	bool unread = false;
	enum tsr_err err;
	int code = TSR_EXIT_OK;

	if (job == NULL)
		return TSR_EXIT_SYSTEM;
	job->plan = plan;
	job->by_id.file = job->by_time.file = -1;
	tsr_buf_init(&job->report, REPORT_MAX);
	err = merge(job, count, files, &unread);
	if (err == TSR_LONG)
		fputs("tessera: so many lines need more --memory\n", stderr);
	else if (err != TSR_OK)
		tsr_report_error(
		    plan->out != NULL ? plan->out : "merge", err);
	if (err != TSR_OK || unread)
		code = TSR_EXIT_SYSTEM;
	else if (job->damaged > 0)
		code = TSR_EXIT_MISTAKES;
	if (plan->json)
		json_report(job);
	else
		print_report(job);
	tsr_sorter_free(&job->by_id);
	tsr_sorter_free(&job->by_time);
	tsr_buf_free(&job->report);
	free(job);
	return code;
}
