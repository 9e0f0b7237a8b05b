/*
 * events - tessera events: batches and logs of events against a release, the
 * kinds that it takes, and the logs of several hosts as one.
 *
 * A file is read by records: a line each, or all of it when it is one batch.
 * Each event is checked by the code that checks it on arrival.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/events_merge.h"
#include "cli/events_say.h"
#include "cli/options.h"
#include "core/jsonread.h"
#include "core/word.h"
#include "serve/release.h"

static const char help[] =
    "usage: tessera events check [options] FILE...\n"
    "       tessera events merge [options] FILE...\n"
    "       tessera events kinds [options]\n"
    "\n"
    "Check events as the collector does: lines of its logs, or batches as\n"
    "browsers and servers send them, one a line or one a file. FILE may be -.\n"
    "Or merge the logs of one or several hosts, also those that gzip has packed:\n"
    "each event once, in the order of time, and a minute's counts added up. Or\n"
    "show the kinds of events that a release takes.\n"
    "\n"
    "  --release DIR  check against this release (default: out/current)\n"
    "  --out FILE     merge into this file, not to standard output\n"
    "  --memory MIB   memory for merging, 16 to 65536 (default: 256); what is\n"
    "                 more goes to temporary files in $TMPDIR\n"
    "  --json         one JSON object on standard output; of merge with --out\n"
    "\n"
    "exit codes: 0 nothing is wrong, or only kinds or versions that this release\n"
    "does not have; 1 something is, or was left out by merge; 2 wrong usage; 3 a\n"
    "file or the release cannot be read, or the result not written: then merge\n"
    "gives nothing\n";

#define MEMORY_LEAST 16
#define MEMORY_MOST 65536

/* Bytes of one file, and mistakes that are said; the rest is counted. */
#define FILE_MAX ((size_t)1 << 30)
#define NOTES_MAX 1000

struct job {
	struct tsr_arena arena;
	const char *release_name, *file;
	bool json;
	struct tsr_events_merge merge;
	struct tsr_release release;
	const struct tsr_table *table;
	uint64_t lines, events, counters, fine, aside, wrong, twice, notes;
	uint64_t kinds[TSR_EVENT_KINDS_MAX];
	struct tsr_buf report; /* JSON of the mistakes */
	/* Ids that were seen: open addressing, all zero is empty. */
	uint8_t (*ids)[TSR_EVENT_ID_SIZE];
	size_t id_count, id_cap;
	bool zero_id;
};

/* ---- ids ---- */

/* The place of an id. Ids are random, so their bytes are a hash. */
static uint8_t *
id_place(struct job *job, const uint8_t *id)
{
	static const uint8_t none[TSR_EVENT_ID_SIZE];
	size_t i = (size_t)tsr_le64(id) * 0x9e3779b97f4a7c15u >> 16;

	for (;; i++) {
		uint8_t *p = job->ids[i & (job->id_cap - 1)];

		if (memcmp(p, id, TSR_EVENT_ID_SIZE) == 0 ||
		    memcmp(p, none, TSR_EVENT_ID_SIZE) == 0)
			return p;
	}
}

static void
grow_ids(struct job *job)
{
	uint8_t (*old)[TSR_EVENT_ID_SIZE] = job->ids;
	size_t cap = job->id_cap, i;

	if (job->id_count * 2 < cap)
		return;
	job->id_cap = cap == 0 ? 1024 : cap * 2;
	job->ids = tsr_arena_array(
	    &job->arena, job->id_cap, sizeof(job->ids[0]));
	for (i = 0; i < cap; i++)
		memcpy(id_place(job, old[i]), old[i], TSR_EVENT_ID_SIZE);
}

/* Note an id; true when it was there before. */
static bool
seen(struct job *job, const uint8_t *id)
{
	uint8_t *place;
	bool was;

	grow_ids(job);
	place = id_place(job, id);
	was = memcmp(place, id, TSR_EVENT_ID_SIZE) == 0;
	if (tsr_le64(id) == 0 && tsr_le64(id + 8) == 0) {
		was = job->zero_id;
		job->zero_id = true;
	}
	memcpy(place, id, TSR_EVENT_ID_SIZE);
	job->id_count += !was;
	return was;
}

/* ---- records ---- */

static void
note(struct job *job, const struct tsr_event_note *n)
{
	if (tsr_event_aside(n->fault))
		job->aside++;
	else
		job->wrong++;
	if (++job->notes > NOTES_MAX)
		return;
	if (!job->json) {
		tsr_event_say(stderr, n, job->table);
		return;
	}
	if (job->notes > 1)
		tsr_buf_byte(&job->report, ',');
	tsr_event_say_json(&job->report, n, job->table);
}

static void
take_event(struct job *job, struct tsr_event_note *n,
    const struct tsr_event *event)
{
	job->events++;
	if (event->fault == TSR_EVENT_FINE) {
		job->fine++;
		if (event->kind < TSR_EVENT_KINDS_MAX)
			job->kinds[event->kind]++;
		job->twice += seen(job, event->id);
		return;
	}
	n->fault = event->fault;
	n->at = event->at;
	n->field = event->field;
	n->name = event->name;
	n->kind = event->kind;
	note(job, n);
}

static void
take_counters(struct job *job, struct tsr_event_note *n,
    struct tsr_event_batch *batch)
{
	struct tsr_event_counter counter;

	if (batch->has_id && batch->counters.n > 0)
		job->twice += seen(job, batch->id);
	while (tsr_event_counter(&counter, batch)) {
		job->counters++;
		if (counter.fault == TSR_EVENT_FINE)
			continue;
		n->fault = counter.fault;
		n->at = counter.at;
		n->field = tsr_span_of(NULL, 0);
		n->name = counter.name;
		n->kind = counter.kind;
		note(job, n);
	}
}

static void
check_batch(
    struct job *job, struct tsr_event_note *n, enum tsr_event_form form)
{
	struct tsr_event_batch batch;
	struct tsr_event event;

	n->fault = tsr_event_open(&batch, job->table, form, n->text);
	if (n->fault != TSR_EVENT_FINE) {
		n->at = batch.at;
		n->field = batch.field;
		note(job, n);
		return;
	}
	while (tsr_event_next(&event, &batch))
		take_event(job, n, &event);
	take_counters(job, n, &batch);
}

static bool
is_object(struct tsr_span *value, struct tsr_span text)
{
	return tsr_jsonread_check(value, text) &&
	    tsr_jsonread_kind(*value) == TSR_JSONREAD_OBJECT;
}

static void
check_record(struct job *job, struct tsr_span text, size_t line)
{
	struct tsr_event_note n = {.file = job->file, .text = text,
	    .line = line, .kind = TSR_EVENT_UNKNOWN};
	struct tsr_event event;
	struct tsr_span value, v;

	job->lines++;
	if (is_object(&value, text) &&
	    tsr_jsonread_find(&v, value, TSR_LIT("events"))) {
		check_batch(job, &n,
		    tsr_jsonread_find(&v, value, TSR_LIT("page"))
			? TSR_EVENT_FORM_BROWSER : TSR_EVENT_FORM_SERVER);
	} else if (is_object(&value, text) &&
	    tsr_jsonread_find(&v, value, TSR_LIT("counts"))) {
		check_batch(job, &n, TSR_EVENT_FORM_LINE);
	} else {
		(void)tsr_event_line(&event, job->table, text);
		take_event(job, &n, &event);
	}
}

static void
check_text(struct job *job, struct tsr_span text)
{
	size_t at, end, line = 1;
	struct tsr_span value, v, row;

	/* One batch, written over several lines. */
	if (tsr_span_find(text, '\n', 0) < text.n && is_object(&value, text) &&
	    tsr_jsonread_find(&v, value, TSR_LIT("events"))) {
		check_record(job, text, 1);
		return;
	}
	for (at = 0; at < text.n; at = end + 1, line++) {
		end = tsr_span_find(text, '\n', at);
		row = tsr_span_part(text, at, end - at);
		if (row.n > 0)
			check_record(job, row, line);
	}
}

/* ---- files ---- */

static bool
read_stdin(struct tsr_buf *out)
{
	uint8_t room[65536];
	size_t n;

	while ((n = fread(room, 1, sizeof(room), stdin)) > 0)
		tsr_buf_add(out, tsr_span_of(room, n));
	return !ferror(stdin);
}

static bool
check_file(struct job *job, const char *path)
{
	struct tsr_arena arena = {0};
	struct tsr_buf in;
	struct tsr_span text;
	enum tsr_err err = TSR_OK;

	job->file = path;
	tsr_buf_init(&in, FILE_MAX);
	if (strcmp(path, "-") != 0)
		err = tsr_file_read(&text, &arena, path, FILE_MAX);
	else if (!read_stdin(&in))
		err = TSR_IO;
	else if (in.full)
		err = TSR_LONG;
	else
		text = tsr_buf_view(&in);
	if (err == TSR_OK)
		check_text(job, text);
	else
		tsr_report_error(path, err);
	tsr_buf_free(&in);
	tsr_arena_free(&arena);
	return err == TSR_OK;
}

/* ---- summaries ---- */

static struct tsr_span
kind_name(const struct job *job, uint32_t i)
{
	return tsr_table_text(job->table,
	    tsr_table_record(
		job->table, TSR_SECTION_EVNT, i, TSR_EVENT_SIZE));
}

static void
print_summary(const struct job *job)
{
	uint32_t i;

	if (job->notes > NOTES_MAX)
		fprintf(stderr, "and %llu more\n",
		    (unsigned long long)(job->notes - NOTES_MAX));
	for (i = 0; i < TSR_EVENT_KINDS_MAX; i++)
		if (job->kinds[i] > 0)
			printf("%10llu %.*s\n",
			    (unsigned long long)job->kinds[i],
			    TSR_ARG(kind_name(job, i)));
	printf("%llu event%s: %llu fine, %llu aside, %llu wrong; %llu came twice\n",
	    (unsigned long long)job->events, job->events == 1 ? "" : "s",
	    (unsigned long long)job->fine, (unsigned long long)job->aside,
	    (unsigned long long)job->wrong, (unsigned long long)job->twice);
}

static void
json_summary(struct job *job)
{
	const char *comma = "";
	struct tsr_buf out;
	uint32_t i;

	tsr_buf_init(&out, FILE_MAX);
	tsr_buf_printf(&out, "{\"lines\":%llu,\"events\":%llu,\"fine\":%llu,"
	    "\"aside\":%llu,\"wrong\":%llu,\"twice\":%llu,\"counters\":%llu,"
	    "\"kinds\":{", (unsigned long long)job->lines,
	    (unsigned long long)job->events, (unsigned long long)job->fine,
	    (unsigned long long)job->aside, (unsigned long long)job->wrong,
	    (unsigned long long)job->twice,
	    (unsigned long long)job->counters);
	for (i = 0; i < TSR_EVENT_KINDS_MAX; i++)
		if (job->kinds[i] > 0) {
			tsr_buf_text(&out, comma);
			tsr_buf_json(&out, kind_name(job, i));
			tsr_buf_printf(&out, ":%llu",
			    (unsigned long long)job->kinds[i]);
			comma = ",";
		}
	tsr_buf_text(&out, "},\"messages\":[");
	tsr_buf_add(&out, tsr_buf_view(&job->report));
	tsr_buf_text(&out, "]}\n");
	fwrite(out.p, 1, out.n, stdout);
	tsr_buf_free(&out);
}

static int
check(struct job *job, int count, char **files)
{
	int code = TSR_EXIT_OK, i;

	for (i = 0; i < count; i++)
		if (!check_file(job, files[i]))
			code = TSR_EXIT_SYSTEM;
	if (job->json)
		json_summary(job);
	else
		print_summary(job);
	if (code == TSR_EXIT_OK && job->wrong > 0)
		code = TSR_EXIT_MISTAKES;
	return code;
}

/* ---- kinds ---- */

static const uint8_t *
field_at(const struct job *job, const uint8_t *kind, uint32_t i)
{
	return tsr_table_record(job->table, TSR_SECTION_EVFD,
	    tsr_le32(kind + 12) + i, TSR_EVENT_FIELD_SIZE);
}

static void
print_kind(const struct job *job, const uint8_t *kind)
{
	const uint8_t *f;
	uint32_t i;

	printf("%-12.*s %3u  %-15s %-8s %-12s",
	    TSR_ARG(tsr_table_text(job->table, kind)), tsr_le32(kind + 8),
	    tsr_word_purpose(kind[20]), tsr_word_event_from(kind[21]),
	    tsr_word_event_category(kind[22]));
	for (i = 0; i < tsr_le32(kind + 16); i++)
		if ((f = field_at(job, kind, i)) != NULL)
			printf(" %.*s%s", TSR_ARG(tsr_table_text(job->table, f)),
			    (f[9] & TSR_EVENT_REQUIRED) != 0 ? "*" : "");
	putchar('\n');
}

static void
json_field(struct tsr_buf *out, const struct job *job, const uint8_t *f)
{
	tsr_buf_text(out, "{\"name\":");
	tsr_buf_json(out, tsr_table_text(job->table, f));
	tsr_buf_printf(out, ",\"type\":\"%s\",\"required\":%s}",
	    tsr_word_event_type(f[8]),
	    (f[9] & TSR_EVENT_REQUIRED) != 0 ? "true" : "false");
}

static void
json_kind(struct tsr_buf *out, const struct job *job, const uint8_t *kind)
{
	const uint8_t *f;
	uint32_t i;

	tsr_buf_text(out, "{\"name\":");
	tsr_buf_json(out, tsr_table_text(job->table, kind));
	tsr_buf_printf(out, ",\"version\":%u,\"purpose\":\"%s\",\"from\":"
	    "\"%s\",\"category\":\"%s\",\"fields\":[", tsr_le32(kind + 8),
	    tsr_word_purpose(kind[20]), tsr_word_event_from(kind[21]),
	    tsr_word_event_category(kind[22]));
	for (i = 0; i < tsr_le32(kind + 16); i++) {
		f = field_at(job, kind, i);
		if (f == NULL)
			break;
		tsr_buf_text(out, i > 0 ? "," : "");
		json_field(out, job, f);
	}
	tsr_buf_text(out, "]}");
}

static int
kinds(const struct job *job)
{
	struct tsr_buf out;
	const uint8_t *kind;
	uint32_t i;

	tsr_buf_init(&out, FILE_MAX);
	if (!job->json)
		printf("%-12s %3s  %-15s %-8s %-12s %s\n", "KIND", "VER",
		    "PURPOSE", "FROM", "CATEGORY", "FIELDS (* REQUIRED)");
	for (i = 0; i < TSR_EVENT_KINDS_MAX; i++) {
		kind = tsr_table_record(
		    job->table, TSR_SECTION_EVNT, i, TSR_EVENT_SIZE);
		if (kind == NULL)
			break;
		tsr_buf_byte(&out, i == 0 ? '[' : ',');
		json_kind(&out, job, kind);
		if (!job->json)
			print_kind(job, kind);
	}
	tsr_buf_text(&out, i == 0 ? "[]\n" : "]\n");
	if (job->json)
		fwrite(out.p, 1, out.n, stdout);
	tsr_buf_free(&out);
	return TSR_EXIT_OK;
}

/* ---- the verb ---- */

static int
run_merge(struct job *job, int count, char **files)
{
	struct tsr_events_merge *plan = &job->merge;

	plan->json = job->json;
	if (plan->memory < MEMORY_LEAST || plan->memory > MEMORY_MOST)
		return tsr_options_wrong(
		    help, "--memory is a number from 16 to 65536", "");
	if (plan->json && plan->out == NULL)
		return tsr_options_wrong(
		    help, "merge --json needs --out: the lines come there", "");
	return tsr_events_merge(plan, count, files);
}

/* Check, or show kinds. */
static int
run_release(struct job *job, bool checks, int count, char **files)
{
	enum tsr_err err = tsr_release_open(
	    &job->release, job->release_name, TSR_RELEASE_INDEX, NULL);
	int code;

	if (err != TSR_OK) {
		tsr_report_error(job->release_name, err);
		return TSR_EXIT_SYSTEM;
	}
	job->table = &job->release.store.table;
	tsr_buf_init(&job->report, FILE_MAX);
	code = checks ? check(job, count, files) : kinds(job);
	tsr_buf_free(&job->report);
	tsr_release_close(&job->release);
	return code;
}

static int
run(struct job *job, int count, char **operands)
{
	const char *verb = count > 0 ? operands[0] : "";
	bool checks = strcmp(verb, "check") == 0;
	bool merges = strcmp(verb, "merge") == 0;

	if (!checks && !merges && strcmp(verb, "kinds") != 0)
		return tsr_options_wrong(
		    help, "check, merge or kinds is wanted", "");
	if ((checks || merges) && count == 1)
		return tsr_options_wrong(help, "a file is missing", "");
	if (!checks && !merges && count > 1)
		return tsr_options_wrong(
		    help, "one argument too many: ", operands[1]);
	if (merges)
		return run_merge(job, count - 1, operands + 1);
	if (job->merge.out != NULL)
		return tsr_options_wrong(help, "--out is for merge", "");
	return run_release(job, checks, count - 1, operands + 1);
}

int
tsr_cli_events(int argc, char **argv)
{
	struct job job = {
	    .release_name = "out/current", .merge = {.memory = 256}};
	const struct tsr_option options[] = {
	    {"--release", NULL, &job.release_name, NULL},
	    {"--json", &job.json, NULL, NULL},
	    {"--out", NULL, &job.merge.out, NULL},
	    {"--memory", NULL, NULL, &job.merge.memory},
	};
	const struct tsr_command command = {
	    help, options, TSR_COUNT_OF(options), 0, SIZE_MAX};
	int code = tsr_options_read(&argc, argv, &command);

	if (code == -1)
		code = run(&job, argc, argv + 1);
	tsr_arena_free(&job.arena);
	return code;
}
