/*
 * weights - tessera weights: publish the shares of experiments' arms.
 *
 * A file is checked against a release and written in one form: its name is its
 * hash, it stays for ever, and STATE/weights/current is renamed over with the
 * same bytes.
 */
#include "core/weights.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"
#include "build/pack/hash.h"
#include "build/read/json.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/times.h"
#include "core/jsonread.h"
#include "serve/release.h"

static const char help[] =
    "usage: tessera weights put [options] FILE\n"
    "       tessera weights list [options]\n"
    "\n"
    "Publish the shares of experiments' arms, or show what was published.\n"
    "FILE: {\"experiments\": {\"ID\": {\"version\": 3, \"weights\": [0.2, "
    "0.8]}}}\n"
    "\n"
    "  --state DIR    the folder that tessera-fcgi has as --state (default: "
    "state)\n"
    "  --release DIR  check against this release (default: out/current)\n"
    "\n"
    "exit codes: 0 done, 1 the file is wrong and was not published, 2 wrong "
    "usage,\n"
    "3 the system refused\n";

/* 16 hexadecimal digits. */
#define NAME (2 * TSR_WEIGHTS_HASH)

struct job {
	struct tsr_arena arena;
	const char *state, *release, *file, *folder;
	char current[NAME + 1];
};

/* ---- put ---- */

static const char *
wrong_text(enum tsr_err err)
{
	switch (err) {
	case TSR_SYNTAX:
		return "needs a whole \"version\" and a list \"weights\" of "
		       "numbers";
	case TSR_RANGE:
		return "weights are from 0 to 1 and add up to 1";
	case TSR_ORDER:
		return "is named twice";
	default:
		return tsr_err_text(err);
	}
}

static int
refuse(const struct job *job, struct tsr_span name, const char *why)
{
	fprintf(stderr, "tessera: %s: %.*s: %s\n", job->file, (int)name.n,
	    (const char *)name.p, why);
	return TSR_EXIT_MISTAKES;
}

/* The form; JSON's own mistakes are reported with their place. */
static int
check_form(struct tsr_span *entries, struct job *job, struct tsr_span text)
{
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_json v;
	struct tsr_span name, value, all, rest;
	enum tsr_err err;

	tsr_sources_init(&sources, &job->arena);
	tsr_diag_init(&diag, &job->arena);
	if (!tsr_json_read(&v, &job->arena, &diag, &sources,
		tsr_sources_add(&sources, job->file, text))) {
		tsr_report(&diag, &sources);
		return TSR_EXIT_MISTAKES;
	}
	err = tsr_weights_check(entries, text);
	if (err == TSR_OK)
		return TSR_EXIT_OK;
	rest = *entries;
	if (tsr_jsonread_member(&name, &value, &rest))
		return refuse(job, name, wrong_text(err));
	if (err == TSR_LONG || !tsr_jsonread_check(&all, text))
		return refuse(job, TSR_LIT("file"), tsr_err_text(err));
	return refuse(job, TSR_LIT("file"),
	    "there is no object \"experiments\"");
}

static void
print_unit(struct tsr_buf *out, unsigned unit)
{
	unsigned digits = 4;

	if (unit == 0 || unit == TSR_WEIGHTS_ONE) {
		tsr_buf_byte(out, unit == 0 ? '0' : '1');
		return;
	}
	for (; unit % 10 == 0; unit /= 10)
		digits--;
	tsr_buf_printf(out, "0.%0*u", (int)digits, unit);
}

static void
print_entry(struct tsr_buf *out, const struct tsr_weights_entry *entry)
{
	uint32_t i;

	tsr_buf_add(out, entry->name);
	tsr_buf_printf(
	    out, ":{\"version\":%u,\"weights\":[", entry->version);
	for (i = 0; i < entry->count; i++) {
		if (i > 0)
			tsr_buf_byte(out, ',');
		print_unit(out, entry->units[i]);
	}
	tsr_buf_text(out, "]}");
}

/* Against the release; all that does not fit is reported. */
static int
check_fit(struct tsr_buf *out, struct job *job,
    const struct tsr_table *table, struct tsr_span entries)
{
	struct tsr_weights *weights = TSR_NEW(&job->arena, struct tsr_weights);
	struct tsr_weights_entry entry;
	enum tsr_weights_fit fit;
	int code = TSR_EXIT_OK;
	bool first = true;

	tsr_buf_text(out, "{\"experiments\":{");
	for (; tsr_weights_next(&entry, &entries); first = false) {
		fit = tsr_weights_put(weights, table, &entry);
		if (fit != TSR_WEIGHTS_FIT)
			code = refuse(
			    job, entry.name, tsr_weights_fit_text(fit));
		if (!first)
			tsr_buf_byte(out, ',');
		print_entry(out, &entry);
	}
	tsr_buf_text(out, "}}\n");
	return code;
}

static void
name_of(char out[NAME + 1], struct tsr_span bytes)
{
	struct tsr_hash hash = tsr_hash_of(bytes);
	size_t i;

	for (i = 0; i < TSR_WEIGHTS_HASH; i++)
		snprintf(out + 2 * i, 3, "%02x", hash.bytes[i]);
}

static bool
make_folder(const char *path)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST;
}

/* The file that stays first, then the one that is looked at. */
static int
publish(struct job *job, struct tsr_span bytes)
{
	const char *kept, *current;
	char name[NAME + 1];
	struct stat st;

	name_of(name, bytes);
	kept = tsr_arena_printf(
	    &job->arena, "%s/%s.json", job->folder, name);
	current = tsr_arena_printf(&job->arena, "%s/current", job->folder);
	if (!make_folder(job->state) || !make_folder(job->folder) ||
	    (stat(kept, &st) == -1 &&
		tsr_file_write(kept, bytes) != TSR_OK) ||
	    tsr_file_write(current, bytes) != TSR_OK ||
	    tsr_file_sync_folder(job->folder) != TSR_OK) {
		tsr_report_error(job->folder, TSR_IO);
		return TSR_EXIT_SYSTEM;
	}
	printf("weights %s\n", name);
	return TSR_EXIT_OK;
}

static int
put(struct job *job)
{
	struct tsr_release release;
	struct tsr_span text, entries;
	struct tsr_buf out;
	enum tsr_err err;
	int code;

	err = tsr_file_read(&text, &job->arena, job->file, TSR_WEIGHTS_FILE);
	if (err != TSR_OK) {
		tsr_report_error(job->file, err);
		return err == TSR_LONG ? TSR_EXIT_MISTAKES : TSR_EXIT_SYSTEM;
	}
	code = check_form(&entries, job, text);
	if (code != TSR_EXIT_OK)
		return code;
	err = tsr_release_open(
	    &release, job->release, TSR_RELEASE_QUICK, NULL);
	if (err != TSR_OK) {
		tsr_report_error(job->release, err);
		return TSR_EXIT_SYSTEM;
	}
	tsr_buf_init(&out, (size_t)1 << 20);
	code = check_fit(&out, job, &release.store.table, entries);
	if (code == TSR_EXIT_OK)
		code = publish(job, tsr_buf_view(&out));
	tsr_buf_free(&out);
	tsr_release_close(&release);
	return code;
}

/* ---- list ---- */

static int
list_one(struct job *job, const struct dirent *entry)
{
	const char *path = tsr_arena_printf(
	    &job->arena, "%s/%s", job->folder, entry->d_name);
	struct tsr_weights_entry weights;
	struct tsr_span text, entries;
	struct stat st;
	uint32_t i;

	if (tsr_file_read(&text, &job->arena, path, TSR_WEIGHTS_FILE) !=
		TSR_OK || stat(path, &st) == -1) {
		tsr_report_error(path, TSR_IO);
		return TSR_EXIT_SYSTEM;
	}
	printf("%c %.*s  ", memcmp(entry->d_name, job->current, NAME) == 0
		? '*' : ' ', NAME, entry->d_name);
	tsr_times_print(st.st_mtime);
	if (tsr_weights_check(&entries, text) != TSR_OK)
		printf("  damaged");
	while (tsr_weights_next(&weights, &entries)) {
		printf("  %.*s version %u:", (int)weights.name.n,
		    (const char *)weights.name.p, weights.version);
		for (i = 0; i < weights.count; i++)
			printf(" %u.%04u", weights.units[i] / TSR_WEIGHTS_ONE,
			    weights.units[i] % TSR_WEIGHTS_ONE);
	}
	putchar('\n');
	return TSR_EXIT_OK;
}

static int
is_published(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name), i;

	for (i = 0; i < NAME && i < n; i++)
		if (tsr_hex((uint8_t)entry->d_name[i]) < 0)
			return 0;
	return n == NAME + 5 && strcmp(entry->d_name + NAME, ".json") == 0;
}

static int
list(struct job *job)
{
	const char *current =
	    tsr_arena_printf(&job->arena, "%s/current", job->folder);
	struct dirent **names;
	struct tsr_span text;
	int code = TSR_EXIT_OK, n, i;

	if (tsr_file_read(&text, &job->arena, current, TSR_WEIGHTS_FILE) ==
	    TSR_OK)
		name_of(job->current, text);
	n = scandir(job->folder, &names, is_published, alphasort);
	if (n == -1) {
		tsr_report_error(job->folder, TSR_IO);
		return TSR_EXIT_SYSTEM;
	}
	for (i = 0; i < n; i++) {
		if (code == TSR_EXIT_OK)
			code = list_one(job, names[i]);
		free(names[i]);
	}
	free(names);
	return code;
}

int
tsr_cli_weights(int argc, char **argv)
{
	struct job job = {.state = "state", .release = "out/current"};
	const struct tsr_option options[] = {
	    {"--state", NULL, &job.state, NULL},
	    {"--release", NULL, &job.release, NULL},
	};
	const struct tsr_command command = {
	    help, options, TSR_COUNT_OF(options), 1, 2};
	int code = tsr_options_read(&argc, argv, &command);

	if (code != -1)
		return code;
	tsr_arena_init(&job.arena);
	job.folder = tsr_arena_printf(&job.arena, "%s/weights", job.state);
	job.file = argv[2];
	if (strcmp(argv[1], "put") == 0 && argc == 2)
		code = put(&job);
	else if (strcmp(argv[1], "list") == 0 && argc == 1)
		code = list(&job);
	else
		code = tsr_options_wrong(
		    help, "say put FILE or list, not ", argv[1]);
	tsr_arena_free(&job.arena);
	return code;
}
