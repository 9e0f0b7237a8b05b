/*
 * link - tessera link: an address that lets a person look as somebody else.
 *
 * Writes the JSON that core/persona.h describes from a persona of the site and
 * the options, and signs it with the newest preview key.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "build/read/json.h"
#include "build/read/moment.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "core/consent.h"
#include "core/limits.h"
#include "core/persona.h"
#include "serve/keys.h"

/* Days after which a link has expired, unless --days says. */
#define DAYS 7
#define DAYS_MAX 365

static const char help[] =
    "usage: tessera link --keys FILE [options] [PATH]\n"
    "\n"
    "Print an address that shows the page at PATH (/) as a persona sees it, and\n"
    "the pages gone to from there; ?tessera_preview=end ends it.\n"
    "\n"
    "  --persona NAME     one of SITE/variants/personas.json\n"
    "  --attributes JSON  an object of attributes, over the persona's\n"
    "  --consent LIST     the purposes granted, with commas, or none\n"
    "  --time TIME        look at this moment: 2026-12-01T10:00:00+01:00\n"
    "  --days N           it expires after N days (7)\n"
    "  --site SITE        the site's folder (.)\n"
    "\n"
    "exit codes: 0 printed, 1 mistakes in the persona, 2 wrong usage, 3 a file\n"
    "cannot be read, or there is no preview key\n";

struct job {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	const char *keys, *persona, *attributes, *consent, *time, *site, *path;
	uint32_t days;
	bool broken;
};

static struct tsr_span
text_of(const char *s)
{
	return tsr_span_of(s, strlen(s));
}

/* A JSON file below the site, or NULL after a message. */
static const struct tsr_json *
read_file(struct job *job, const char *name)
{
	struct tsr_json *out = TSR_NEW(&job->arena, struct tsr_json);
	const char *path =
	    tsr_arena_printf(&job->arena, "%s/%s", job->site, name);
	struct tsr_span text;
	enum tsr_err err =
	    tsr_file_read(&text, &job->arena, path, TSR_SITE_FILE_MAX);

	if (err != TSR_OK) {
		tsr_report_error(path, err);
		job->broken = true;
		return NULL;
	}
	return tsr_json_read(out, &job->arena, &job->diag, &job->sources,
		   tsr_sources_add(&job->sources, path, text)) ? out : NULL;
}

/* The persona that was asked for; an empty one when none was. */
static const struct tsr_json *
find_persona(struct job *job)
{
	static const struct tsr_json nobody = {.type = TSR_JSON_OBJECT};
	const struct tsr_json *all, *one;

	if (job->persona == NULL)
		return &nobody;
	all = read_file(job, "variants/personas.json");
	if (all == NULL)
		return NULL;
	one = tsr_json_find(all, text_of(job->persona));
	if (!tsr_json_is(one, TSR_JSON_OBJECT)) {
		fprintf(stderr, "tessera: there is no persona \"%s\"\n",
		    job->persona);
		job->diag.errors++;
		return NULL;
	}
	return one;
}

static bool
put_attributes(struct tsr_buf *out, struct job *job,
    const struct tsr_json *persona)
{
	const struct tsr_json *list = tsr_json_get(persona, "attributes");
	struct tsr_json none = {.type = TSR_JSON_OBJECT}, given, all;

	if (list == NULL)
		list = &none;
	all = *list;
	if (job->attributes != NULL) {
		if (!tsr_json_read(&given, &job->arena, &job->diag,
			&job->sources,
			tsr_sources_add(&job->sources, "--attributes",
			    text_of(job->attributes))))
			return false;
		all = tsr_json_merge(&job->arena, list, &given);
	}
	tsr_buf_text(out, ",\"attributes\":");
	tsr_json_write(out, &all);
	return all.type == TSR_JSON_OBJECT;
}

/* --consent, or what the persona grants. */
static bool
put_consent(struct tsr_buf *out, const struct job *job,
    const struct tsr_json *persona)
{
	const struct tsr_json *list = tsr_json_get(persona, "consent");
	struct tsr_span rest, word;
	size_t end, from;
	bool first = true;

	if (job->consent == NULL) {
		if (list != NULL) {
			tsr_buf_text(out, ",\"consent\":");
			tsr_json_write(out, list);
		}
		return true;
	}
	rest = text_of(job->consent);
	tsr_buf_text(out, ",\"consent\":[");
	for (from = 0; from < rest.n && strcmp(job->consent, "none") != 0;
	     from = end + 1) {
		end = tsr_span_find(rest, ',', from);
		word = tsr_span_part(rest, from, end - from);
		if (tsr_consent_purpose(word) == 0)
			return false;
		tsr_buf_printf(
		    out, "%s\"%.*s\"", first ? "" : ",", TSR_ARG(word));
		first = false;
	}
	tsr_buf_text(out, "]");
	return true;
}

static bool
put_time(struct tsr_buf *out, const struct job *job,
    const struct tsr_json *persona)
{
	struct tsr_span text = job->time != NULL
	    ? text_of(job->time)
	    : tsr_json_text(tsr_json_get(persona, "time"));
	int64_t ms;

	if (text.n == 0)
		return true;
	if (!tsr_moment_read(&ms, text) || ms < 0)
		return false;
	tsr_buf_printf(out, ",\"time\":%lld.%03d", (long long)(ms / 1000),
	    (int)(ms % 1000));
	return true;
}

/* Sign the JSON and print the address. */
static void
print(struct job *job, struct tsr_span json, const struct tsr_json *config)
{
	struct tsr_span base = tsr_json_text(tsr_json_get(config, "baseUrl"));
	struct tsr_keys *keys = TSR_NEW(&job->arena, struct tsr_keys);
	uint8_t token[TSR_PERSONA_MAX * 2];
	struct tsr_log log;
	size_t n;

	tsr_log_init(&log, "tessera", false);
	if (!tsr_keys_start() || !tsr_keys_read(keys, &log, job->keys)) {
		job->broken = true;
		return;
	}
	n = tsr_persona_write(token, sizeof(token), json, &keys->seal);
	if (n == 0) {
		fprintf(stderr, json.n > TSR_PERSONA_MAX / 2
			? "tessera: the persona is too long for a link\n"
			: "tessera: %s has no preview key\n", job->keys);
		job->broken = true;
		return;
	}
	printf("%.*s%s%ctessera_preview=%.*s\n", (int)base.n,
	    (const char *)base.p, job->path,
	    strchr(job->path, '?') != NULL ? '&' : '?', (int)n,
	    (const char *)token);
}

static int
run(struct job *job)
{
	const struct tsr_json *config = read_file(job, "tessera.json");
	const struct tsr_json *persona =
	    config != NULL ? find_persona(job) : NULL;
	int code = -1;
	struct tsr_buf json;

	if (persona == NULL)
		return -1;
	tsr_buf_init(&json, TSR_PERSONA_MAX * 4);
	tsr_buf_printf(&json, "{\"expires\":%lld",
	    (long long)time(NULL) + (long long)job->days * 86400);
	if (!put_attributes(&json, job, persona))
		code = tsr_options_wrong(
		    help, "--attributes takes a JSON object", "");
	else if (!put_consent(&json, job, persona))
		code = tsr_options_wrong(help, "no such purpose in",
		    job->consent);
	else if (!put_time(&json, job, persona))
		code = tsr_options_wrong(help, "no moment",
		    job->time != NULL ? job->time : "in the persona");
	else {
		tsr_buf_text(&json, "}");
		print(job, tsr_buf_view(&json), config);
	}
	tsr_buf_free(&json);
	return code;
}

static int
read_options(struct job *job, int argc, char **argv)
{
	const struct tsr_option options[] = {
	    {"--keys", NULL, &job->keys, NULL},
	    {"--persona", NULL, &job->persona, NULL},
	    {"--attributes", NULL, &job->attributes, NULL},
	    {"--consent", NULL, &job->consent, NULL},
	    {"--time", NULL, &job->time, NULL},
	    {"--site", NULL, &job->site, NULL},
	    {"--days", NULL, NULL, &job->days},
	};
	const struct tsr_command command = {
	    help, options, TSR_COUNT_OF(options), 0, 1};
	int code;

	job->days = DAYS;
	job->site = ".";
	code = tsr_options_read(&argc, argv, &command);
	if (code != -1)
		return code;
	job->path = argc > 0 ? argv[1] : "/";
	if (job->keys == NULL)
		return tsr_options_wrong(help, "--keys FILE is missing", "");
	if (job->days == 0 || job->days > DAYS_MAX)
		return tsr_options_wrong(help, "--days is 1 to 365", "");
	if (job->path[0] != '/')
		return tsr_options_wrong(
		    help, "a path begins with a slash:", job->path);
	return -1;
}

int
tsr_cli_link(int argc, char **argv)
{
	struct job job;
	int code;

	memset(&job, 0, sizeof(job));
	code = read_options(&job, argc, argv);
	if (code != -1)
		return code;
	tsr_sources_init(&job.sources, &job.arena);
	tsr_diag_init(&job.diag, &job.arena);
	code = run(&job);
	tsr_report(&job.diag, &job.sources);
	if (fflush(stdout) != 0)
		job.broken = true;
	if (code == -1)
		code = job.broken ? TSR_EXIT_SYSTEM
		    : job.diag.errors > 0 ? TSR_EXIT_MISTAKES : TSR_EXIT_OK;
	tsr_arena_free(&job.arena);
	return code;
}
