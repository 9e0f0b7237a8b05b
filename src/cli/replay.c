/*
 * replay - tessera replay: logged page views are decided once more.
 *
 * A line is made again from its own inputs and the release that it names, by
 * the code that made it: equal bytes are no difference. The rest is compared
 * member by member. Releases stay open, a few at a time.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/replay_line.h"
#include "core/jsonread.h"
#include "serve/release.h"

/* Releases that are open at once. */
#define RELEASES 8

static const char help[] =
    "usage: tessera replay [options] LOG...\n"
    "\n"
    "Decide each page view of a decision log once more, from the inputs that\n"
    "were logged, and report what differs.\n"
    "\n"
    "  --out DIR  releases are below DIR/releases (default: out)\n"
    "  --state DIR  published weights are in DIR/weights: arms drawn by them\n"
    "             are drawn once more; without it they are believed\n"
    "  --json     one JSON object on standard output\n"
    "\n"
    "exit codes: 0 no difference, 1 differences or lines that cannot be read, 2\n"
    "wrong usage, 3 a log cannot be read\n";

/* Weights of a release, by the hash that a line has. */
struct bound {
	char release[65], hash[2 * TSR_WEIGHTS_HASH + 1];
	bool known;
	struct tsr_weights weights;
};

struct opened {
	char id[65];
	bool known;
	uint64_t used;
	struct tsr_release release;
};

struct job {
	const char *out, *state, *log;
	bool json;
	struct bound bounds[RELEASES];
	size_t next_bound; /* which one gives way */
	struct opened releases[RELEASES];
	uint64_t lines, same, different, unknown, unreadable, clock;
	size_t number; /* of the line in its file */
	uint64_t told; /* differences written */
	struct tsr_replay replay;
	struct tsr_buf report; /* JSON of the differences */
};

/* ---- releases ---- */

static bool
is_id(struct tsr_span id)
{
	size_t i;

	for (i = 0; i < id.n; i++)
		if (tsr_hex(id.p[i]) < 0)
			return false;
	return id.n == 64;
}

/* The release of that id; NULL: it is not there. */
static const struct tsr_release *
find_release(struct job *job, struct tsr_span id)
{
	struct opened *o = &job->releases[0];
	char path[4096];
	size_t i;

	for (i = 0; i < RELEASES; i++) {
		if (tsr_span_eq(id,
			tsr_span_of(job->releases[i].id,
			    strlen(job->releases[i].id)))) {
			o = &job->releases[i];
			o->used = ++job->clock;
			return o->known ? &o->release : NULL;
		}
		if (job->releases[i].used < o->used)
			o = &job->releases[i];
	}
	tsr_release_close(&o->release);
	memcpy(o->id, id.p, 64);
	o->id[64] = '\0';
	o->used = ++job->clock;
	snprintf(path, sizeof(path), "%s/releases/%s", job->out, o->id);
	o->known = tsr_release_open(
		       &o->release, path, TSR_RELEASE_QUICK, NULL) == TSR_OK;
	return o->known ? &o->release : NULL;
}

/* ---- weights ---- */

static bool
bind_weights(struct tsr_weights *out, const char *path,
    const struct tsr_table *t)
{
	struct tsr_weights_entry entry;
	struct tsr_arena arena;
	struct tsr_span file, entries;
	bool ok;

	tsr_arena_init(&arena);
	ok = tsr_file_read(&file, &arena, path, TSR_WEIGHTS_FILE) == TSR_OK &&
	    tsr_weights_check(&entries, file) == TSR_OK;
	while (ok && tsr_weights_next(&entry, &entries))
		(void)tsr_weights_put(out, t, &entry);
	tsr_arena_free(&arena);
	return ok;
}

/* The weights with this hash, bound to a release; NULL: they are not there. */
static const struct tsr_weights *
find_weights(struct job *job, const struct tsr_table *t, struct tsr_span id,
    struct tsr_span hash)
{
	struct bound *b;
	char path[4096];
	size_t i;

	if (job->state == NULL || hash.n != 2 * TSR_WEIGHTS_HASH || id.n != 64)
		return NULL;
	for (i = 0; i < RELEASES; i++) {
		b = &job->bounds[i];
		if (memcmp(b->hash, hash.p, hash.n) == 0 &&
		    memcmp(b->release, id.p, id.n) == 0)
			return b->known ? &b->weights : NULL;
	}
	b = &job->bounds[job->next_bound++ % RELEASES];
	memset(b, 0, sizeof(*b));
	memcpy(b->hash, hash.p, hash.n);
	memcpy(b->release, id.p, id.n);
	for (i = 0; i < hash.n; i++) {
		if (tsr_hex(hash.p[i]) < 0)
			return NULL;
		b->weights.hash[i / 2] = (uint8_t)(b->weights.hash[i / 2] * 16 +
		    tsr_hex(hash.p[i]));
	}
	snprintf(path, sizeof(path), "%s/weights/%s.json", job->state, b->hash);
	b->known = bind_weights(&b->weights, path, t);
	return b->known ? &b->weights : NULL;
}

/* ---- differences ---- */

static void
tell(struct job *job, struct tsr_span what, struct tsr_span logged,
    struct tsr_span now)
{
	if (!job->json) {
		printf("%s:%zu: %.*s: logged %.*s, decided %.*s\n", job->log,
		    job->number, (int)what.n, (const char *)what.p,
		    (int)logged.n, (const char *)logged.p, (int)now.n,
		    (const char *)now.p);
		return;
	}
	tsr_buf_text(&job->report, job->told++ == 0 ? "\n" : ",\n");
	tsr_buf_text(&job->report, "{\"log\":");
	tsr_buf_json(&job->report, tsr_span_of(job->log, strlen(job->log)));
	tsr_buf_printf(&job->report, ",\"line\":%zu,\"what\":", job->number);
	tsr_buf_json(&job->report, what);
	tsr_buf_text(&job->report, ",\"logged\":");
	tsr_buf_json(&job->report, logged);
	tsr_buf_text(&job->report, ",\"decided\":");
	tsr_buf_json(&job->report, now);
	tsr_buf_byte(&job->report, '}');
}

/* The name of a slot in ["name", outcome, "variant"], without its quotes. */
static struct tsr_span
slot_name(struct tsr_span slot)
{
	struct tsr_span name;

	if (!tsr_jsonread_at(&name, slot, 0) || name.n < 2)
		return TSR_LIT("slot");
	return tsr_span_part(name, 1, name.n - 2);
}

static bool
compare_slots(struct job *job, struct tsr_span logged, struct tsr_span now)
{
	struct tsr_span a, b, was = {NULL, 0}, is = {NULL, 0};
	bool more_a, more_b, same = true;

	if (tsr_replay_find(&was, logged, "slots"))
		was = tsr_jsonread_parts(was);
	if (tsr_replay_find(&is, now, "slots"))
		is = tsr_jsonread_parts(is);
	for (;;) {
		more_a = tsr_jsonread_item(&a, &was);
		more_b = tsr_jsonread_item(&b, &is);
		if (!more_a && !more_b)
			return same;
		if (!more_a)
			a = TSR_LIT("nothing");
		if (!more_b)
			b = TSR_LIT("nothing");
		if (tsr_span_eq(a, b))
			continue;
		same = false;
		tell(job, slot_name(more_b ? b : a), a, b);
	}
}

/* Assignments; not of those that the visitor kept from before. */
static bool
compare_experiments(
    struct job *job, struct tsr_span logged, struct tsr_span now)
{
	struct tsr_span was, is, name, a, b, reason;
	bool same = true;

	if (!tsr_replay_find(&was, logged, "experiments") ||
	    !tsr_replay_find(&is, now, "experiments"))
		was = is = TSR_LIT("{}");
	was = tsr_jsonread_parts(was);
	while (tsr_jsonread_member(&name, &a, &was)) {
		if (tsr_replay_find(&reason, a, "reason") &&
		    (tsr_jsonread_is(reason, TSR_LIT("sticky")) ||
			tsr_jsonread_is(reason, TSR_LIT("blocked"))))
			continue;
		name = tsr_span_part(name, 1, name.n - 2);
		if (!tsr_jsonread_find(&b, is, name))
			b = TSR_LIT("nothing");
		if (tsr_span_eq(a, b))
			continue;
		same = false;
		tell(job, name, a, b);
	}
	return same;
}

static bool
compare(struct job *job, struct tsr_span logged, struct tsr_span now)
{
	static const char *const names[] = {"path", "edition", "inputs"};
	bool same = compare_slots(job, logged, now);
	struct tsr_span a, b;
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(names); i++) {
		if (!tsr_replay_find(&a, logged, names[i]))
			a = TSR_LIT("nothing");
		if (!tsr_replay_find(&b, now, names[i]))
			b = TSR_LIT("nothing");
		if (tsr_span_eq(a, b))
			continue;
		same = false;
		tell(job, tsr_span_of(names[i], strlen(names[i])), a, b);
	}
	if (tsr_replay_find(&a, logged, "weights") &&
	    (tsr_jsonread_kind(a) == TSR_JSONREAD_NULL ||
		job->replay.weights != NULL) &&
	    !compare_experiments(job, logged, now))
		same = false;
	return same;
}

static void
replay_line(struct job *job, struct tsr_span line)
{
	const struct tsr_release *release;
	struct tsr_span id, now, json;
	uint8_t room[64], hash[64];
	double time, page;

	job->lines++;
	if (!tsr_replay_find(&id, line, "release") ||
	    !tsr_replay_number(&time, line, "time") ||
	    !tsr_replay_number(&page, line, "page") ||
	    !is_id(id = tsr_replay_text(id, room, sizeof(room)))) {
		job->unreadable++;
		tell(job, TSR_LIT("line"), TSR_LIT("no page view"),
		    TSR_LIT("nothing"));
		return;
	}
	release = find_release(job, id);
	if (release == NULL) {
		job->unknown++;
		return;
	}
	job->replay.weights = NULL;
	if (tsr_replay_find(&json, line, "weights"))
		job->replay.weights = find_weights(job, &release->store.table, id,
		    tsr_replay_text(json, hash, sizeof(hash)));
	now = tsr_replay_line(&job->replay, &release->store.table, line);
	if (tsr_span_eq(now, line)) {
		job->same++;
	} else if (now.n == 0 || !tsr_jsonread_check(&json, line)) {
		job->unreadable++;
		tell(job, TSR_LIT("line"), TSR_LIT("no page of this release"),
		    TSR_LIT("nothing"));
	} else if (compare(job, json, now)) {
		job->same++;
	} else {
		job->different++;
	}
}

static bool
replay_file(struct job *job, const char *name)
{
	FILE *f = fopen(name, "rbe");
	char *text = NULL;
	size_t cap = 0;
	ssize_t n;
	bool good;

	if (f == NULL) {
		tsr_report_error(name, TSR_IO);
		return false;
	}
	job->log = name;
	job->number = 0;
	while ((n = getline(&text, &cap, f)) > 0) {
		job->number++;
		replay_line(job, tsr_span_of(text, (size_t)n));
	}
	good = !ferror(f);
	if (!good)
		tsr_report_error(name, TSR_IO);
	free(text);
	fclose(f);
	return good;
}

static void
print_sum(const struct job *job)
{
	if (job->json)
		printf("{\"lines\":%llu,\"same\":%llu,\"different\":%llu,"
		       "\"unreadable\":%llu,\"unknownRelease\":%llu,"
		       "\"differences\":[%.*s]}\n",
		    (unsigned long long)job->lines,
		    (unsigned long long)job->same,
		    (unsigned long long)job->different,
		    (unsigned long long)job->unreadable,
		    (unsigned long long)job->unknown, (int)job->report.n,
		    (const char *)job->report.p);
	else
		printf("replay: %llu line%s, %llu alike, %llu different, "
		       "%llu unreadable, %llu of unknown releases\n",
		    (unsigned long long)job->lines, job->lines == 1 ? "" : "s",
		    (unsigned long long)job->same,
		    (unsigned long long)job->different,
		    (unsigned long long)job->unreadable,
		    (unsigned long long)job->unknown);
}

int
tsr_cli_replay(int argc, char **argv)
{
	struct job *job = calloc(1, sizeof(*job));
	const struct tsr_option options[] = {
	    {"--out", NULL, &job->out, NULL},
	    {"--state", NULL, &job->state, NULL},
	    {"--json", &job->json, NULL, NULL},
	};
	const struct tsr_command command = {
	    help, options, TSR_COUNT_OF(options), 1, SIZE_MAX};
	bool good = true;
	int code, i;

	if (job == NULL)
		return TSR_EXIT_SYSTEM;
	code = tsr_options_read(&argc, argv, &command);
	if (code == -1) {
		if (job->out == NULL)
			job->out = "out";
		tsr_buf_init(&job->report, (size_t)1 << 30);
		for (i = 1; i <= argc; i++)
			good &= replay_file(job, argv[i]);
		print_sum(job);
		for (i = 0; i < RELEASES; i++)
			tsr_release_close(&job->releases[i].release);
		tsr_buf_free(&job->report);
		code = !good ? TSR_EXIT_SYSTEM
		    : job->different + job->unreadable > 0 ? TSR_EXIT_MISTAKES
							   : TSR_EXIT_OK;
	}
	free(job);
	return code;
}
