/*
 * build - tessera build and tessera check.
 */
#include "build/build.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "build/pack/prune.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/setup.h"
#include "cli/times.h"

/* Public variants that a build names. */
#define PUBLIC_SHOWN 20

static const char build_help[] =
    "usage: tessera build [options] [SITE]\n"
    "\n"
    "Build the site in the folder SITE (default: here) into a release below\n"
    "SITE/out and make it the current one. Nothing is published when there is\n"
    "a mistake: the last release goes on being served.\n"
    "\n"
    "  --out DIR      write releases here instead of SITE/out\n"
    "  --keep N       releases to keep, the current one included (default 5;\n"
    "                 0 keeps all)\n"
    "  --grace SEC    how long packs and public files that no release needs\n"
    "                 stay (default 3600)\n"
    "  --threads N    default: one for each processor\n"
    "  --level N      compression, 1 to 9 (default 9)\n"
    "  --strict       warnings make the build fail, with exit code 4\n"
    "  --json         result and messages as JSON on standard output\n"
    "  --quiet        print mistakes and warnings only\n"
    "\n"
    "exit codes: 0 built, 1 mistakes in the site, 2 wrong usage, 3 the system\n"
    "refused, 4 warnings under --strict\n";

static const char check_help[] =
    "usage: tessera check [options] [SITE]\n"
    "\n"
    "Do all that a build does but write nothing: report every mistake.\n"
    "\n"
    "  --threads N    default: one for each processor\n"
    "  --strict       warnings fail too, with exit code 4\n"
    "  --json         messages as JSON on standard output\n"
    "  --quiet        print mistakes and warnings only\n"
    "\n"
    "exit codes: 0 no mistakes, 1 mistakes in the site, 2 wrong usage, 3 the\n"
    "system refused, 4 warnings under --strict\n";

struct job {
	struct tsr_arena arena;
	struct tsr_diag diag;
	struct tsr_site_output site;
	struct tsr_build_result result;
	struct timespec start, progress;
	const char *folder, *out;
	uint32_t keep, grace, threads, level;
	bool strict, json, quiet;
};

static void
json_public(struct tsr_buf *out, const struct tsr_site_output *site)
{
	const char *between = "";
	size_t i;

	tsr_buf_text(out, ",\"public\":[");
	for (i = 0; i < site->file_count; i++) {
		const struct tsr_public_file *f = &site->files[i];

		if (f->variant.n == 0)
			continue;
		tsr_buf_printf(out, "%s{\"url\":\"/", between);
		tsr_buf_add(out, f->name);
		tsr_buf_text(out, "\",\"variant\":");
		tsr_buf_json(out, f->variant);
		tsr_buf_text(out, ",\"slot\":");
		tsr_buf_json(out, f->slot);
		tsr_buf_text(out, ",\"page\":");
		tsr_buf_json(out, f->page);
		tsr_buf_byte(out, '}');
		between = ",";
	}
	tsr_buf_byte(out, ']');
}

static void
print_json(const struct job *job, int code, bool built)
{
	const struct tsr_build_result *r = &job->result;
	struct tsr_buf out;

	tsr_buf_init(&out, (size_t)1 << 30);
	tsr_buf_printf(&out, "{\"ok\":%s", code == 0 ? "true" : "false");
	if (built)
		tsr_buf_printf(&out,
		    ",\"release\":\"%s\",\"new\":%s,\"changed\":%zu,"
		    "\"added\":%zu,\"removed\":%zu,\"pages\":%zu,"
		    "\"units\":%zu,\"bytes\":%llu,\"newBytes\":%llu",
		    r->emit.id, r->emit.is_new ? "true" : "false",
		    r->emit.changed, r->emit.added, r->emit.removed, r->pages,
		    r->units, (unsigned long long)r->emit.object_bytes,
		    (unsigned long long)r->emit.new_pack_bytes);
	if (built)
		json_public(&out, &job->site);
	tsr_buf_printf(&out, ",\"seconds\":%.3f,\"errors\":%zu,\"warnings\":%zu,"
	    "\"notes\":%zu", tsr_times_since(&job->start), job->diag.errors,
	    job->diag.warnings, job->diag.notes);
	tsr_buf_text(&out, ",\"messages\":");
	tsr_diag_json(&out, &job->diag, &job->site.sources);
	tsr_buf_text(&out, "}\n");
	fwrite(out.p, 1, out.n, stdout);
	tsr_buf_free(&out);
}

/* What an author might think that only some visitors see. */
static void
print_public(const struct tsr_site_output *site)
{
	size_t i, n = 0;

	for (i = 0; i < site->file_count; i++) {
		const struct tsr_public_file *f = &site->files[i];

		if (f->variant.n == 0 || n++ >= PUBLIC_SHOWN)
			continue;
		if (n == 1)
			printf("public: these variants can be fetched by "
			       "anyone\n");
		printf("  /%.*s  %.*s in %.*s of %.*s\n", TSR_ARG(f->name),
		    TSR_ARG(f->variant), TSR_ARG(f->slot), TSR_ARG(f->page));
	}
	if (n > PUBLIC_SHOWN)
		printf("  and %zu more: tessera list --public\n",
		    n - PUBLIC_SHOWN);
}

static void
print_built(const struct job *job)
{
	const struct tsr_build_result *r = &job->result;

	print_public(&job->site);
	printf("built %zu page%s, %zu unit%s, in %.2f s\n", r->pages,
	    r->pages == 1 ? "" : "s", r->units, r->units == 1 ? "" : "s",
	    tsr_times_since(&job->start));
	if (!r->emit.is_new) {
		printf("release %.12s, unchanged\n", r->emit.id);
		return;
	}
	printf("release %.12s, %llu KB", r->emit.id,
	    (unsigned long long)(r->emit.object_bytes + 1023) / 1024);
	if (r->emit.changed + r->emit.added + r->emit.removed > 0)
		printf("; URLs: %zu changed, %zu added, %zu removed",
		    r->emit.changed, r->emit.added, r->emit.removed);
	putchar('\n');
}

static int
exit_code(const struct job *job)
{
	if (job->diag.errors > 0)
		return TSR_EXIT_MISTAKES;
	return job->strict && job->diag.warnings > 0 ? TSR_EXIT_STRICT
						     : TSR_EXIT_OK;
}

static void
report(struct job *job)
{
	if (job->quiet)
		tsr_diag_mistakes(&job->diag);
	tsr_report(&job->diag, &job->site.sources);
}

static int
build(struct job *job)
{
	struct tsr_build b = {.site = job->folder, .out = job->out,
	    .threads = job->threads, .level = (int)job->level,
	    .strict = job->strict,
	    .progress = job->quiet ? NULL : tsr_progress,
	    .ctx = &job->progress};
	struct tsr_prune_result pruned;
	enum tsr_err err;

	err = tsr_build_run(
	    &job->result, &job->site, &b, &job->arena, &job->diag);
	if (err == TSR_OK) {
		err = tsr_prune(&pruned, job->out, job->keep, job->grace,
		    (int64_t)time(NULL));
		job->result.what = job->out;
	}
	if (err != TSR_OK && err != TSR_SYNTAX) {
		tsr_report_error(job->result.what, err);
		return TSR_EXIT_SYSTEM;
	}
	if (job->json) {
		print_json(job, exit_code(job), err == TSR_OK);
		return exit_code(job);
	}
	report(job);
	if (err == TSR_OK && !job->quiet)
		print_built(job);
	return exit_code(job);
}

static int
check(struct job *job)
{
	struct tsr_build b = {.site = job->folder, .out = NULL,
	    .threads = job->threads, .level = 1,
	    .progress = job->quiet ? NULL : tsr_progress,
	    .ctx = &job->progress};

	enum tsr_err err;

	err = tsr_build_run(
	    &job->result, &job->site, &b, &job->arena, &job->diag);
	if (err != TSR_OK && err != TSR_SYNTAX) {
		tsr_report_error(job->result.what, err);
		return TSR_EXIT_SYSTEM;
	}
	if (job->json) {
		print_json(job, exit_code(job), false);
		return exit_code(job);
	}
	report(job);
	if (job->diag.errors + job->diag.warnings == 0 && !job->quiet)
		printf("no mistakes in %zu page%s\n", job->result.pages,
		    job->result.pages == 1 ? "" : "s");
	return exit_code(job);
}

/* False leaves the reason in errno. */
static bool
is_folder(const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return false;
	errno = ENOTDIR;
	return S_ISDIR(st.st_mode) && access(path, R_OK | X_OK) == 0;
}

static int
run(struct job *job, int argc, char **argv, const struct tsr_command *command)
{
	int code = tsr_options_read(&argc, argv, command);

	if (code != -1)
		return code;
	if (job->level < 1 || job->level > 9)
		return tsr_options_wrong(command->help,
		    "--level is a number from 1 to 9", "");
	tsr_setup();
	clock_gettime(CLOCK_MONOTONIC, &job->start);
	tsr_diag_init(&job->diag, &job->arena);
	job->folder = argc > 0 ? argv[1] : ".";
	if (!is_folder(job->folder)) {
		tsr_report_error(job->folder, TSR_IO);
		return TSR_EXIT_SYSTEM;
	}
	if (job->out == NULL)
		job->out =
		    tsr_arena_printf(&job->arena, "%s/out", job->folder);
	return -1;
}

static void
end(struct job *job)
{
	tsr_site_output_free(&job->site);
	tsr_arena_free(&job->arena);
}

int
tsr_cli_build(int argc, char **argv)
{
	struct job job = {.keep = 5, .grace = 3600, .level = 9};
	const struct tsr_option options[] = {
	    {"--out", NULL, &job.out, NULL},
	    {"--keep", NULL, NULL, &job.keep},
	    {"--grace", NULL, NULL, &job.grace},
	    {"--threads", NULL, NULL, &job.threads},
	    {"--level", NULL, NULL, &job.level},
	    {"--strict", &job.strict, NULL, NULL},
	    {"--json", &job.json, NULL, NULL},
	    {"--quiet", &job.quiet, NULL, NULL},
	};
	const struct tsr_command command = {
	    build_help, options, TSR_COUNT_OF(options), 0, 1};
	int code = run(&job, argc, argv, &command);

	if (code == -1)
		code = build(&job);
	end(&job);
	return code;
}

int
tsr_cli_check(int argc, char **argv)
{
	struct job job = {.level = 1};
	const struct tsr_option options[] = {
	    {"--threads", NULL, NULL, &job.threads},
	    {"--strict", &job.strict, NULL, NULL},
	    {"--json", &job.json, NULL, NULL},
	    {"--quiet", &job.quiet, NULL, NULL},
	};
	const struct tsr_command command = {
	    check_help, options, TSR_COUNT_OF(options), 0, 1};
	int code = run(&job, argc, argv, &command);

	if (code == -1)
		code = check(&job);
	end(&job);
	return code;
}
