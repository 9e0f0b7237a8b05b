/*
 * preview_build - build the site, and again whenever it changes.
 */
#include "cli/preview_build.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "build/build.h"
#include "build/pack/prune.h"
#include "cli/options.h"
#include "cli/preview_page.h"
#include "cli/times.h"

/*
 * Fast rather than small: nobody but this machine fetches these pages. The
 * release before stays for pages that are still open.
 */
#define LEVEL 1
#define KEEP 2
#define GRACE_SECONDS 60

#define REPORT_MAX ((size_t)64 << 20)

/* One build under way. */
struct job {
	struct tsr_arena arena;
	struct tsr_diag diag;
	struct tsr_site_output site;
	struct tsr_build_result result;
	struct timespec start, progress;
};

/* Map what was built; NULL when it cannot be read. */
static struct tsr_preview_site *
open_site(struct tsr_preview *preview, const struct job *job)
{
	struct tsr_preview_site *site = tsr_preview_site_new();
	enum tsr_err err = tsr_release_open(&site->release,
	    tsr_arena_printf(&site->arena, "%s/current", preview->out),
	    TSR_RELEASE_QUICK, NULL);

	if (err != TSR_OK) {
		tsr_report_error(preview->out, err);
		tsr_preview_leave(preview, site);
		return NULL;
	}
	memcpy(site->id, job->result.emit.id, sizeof(site->id));
	tsr_preview_segments_read(
	    &site->segments, &job->site.sources, &site->arena);
	return site;
}

static void
say_json(const struct job *job, bool built)
{
	struct tsr_buf out;

	tsr_buf_init(&out, REPORT_MAX);
	tsr_buf_printf(&out, "{\"event\":\"%s\",\"seconds\":%.3f",
	    built ? "built" : "mistakes", tsr_times_since(&job->start));
	if (built)
		tsr_buf_printf(&out, ",\"release\":\"%s\",\"pages\":%zu",
		    job->result.emit.id, job->result.pages);
	tsr_buf_printf(&out, ",\"errors\":%zu,\"warnings\":%zu,\"messages\":",
	    job->diag.errors, job->diag.warnings);
	tsr_diag_json(&out, &job->diag, &job->site.sources);
	tsr_buf_text(&out, "}\n");
	fwrite(out.p, 1, out.n, stdout);
	fflush(stdout);
	tsr_buf_free(&out);
}

static void
say(const struct tsr_preview_builder *builder, struct job *job, bool built)
{
	if (builder->json) {
		say_json(job, built);
		return;
	}
	if (builder->quiet)
		tsr_diag_mistakes(&job->diag);
	tsr_report(&job->diag, &job->site.sources);
	if (built && !builder->quiet) {
		printf("built %zu page%s in %.2f s\n", job->result.pages,
		    job->result.pages == 1 ? "" : "s",
		    tsr_times_since(&job->start));
		fflush(stdout);
	}
}

/* A build that the system refused is a message, too: the page shows it. */
static void
add_refusal(struct job *job, enum tsr_err err)
{
	struct tsr_message *m = tsr_diag_add(&job->diag, TSR_ERROR, "B001",
	    TSR_NOWHERE, "%s",
	    err == TSR_IO ? strerror(errno) : tsr_err_text(err));

	if (job->result.what != NULL)
		m->file = job->result.what;
}

/* What the page and the bar show of it. */
static void
publish(struct tsr_preview *preview, struct tsr_preview_site *site,
    const struct job *job)
{
	struct tsr_preview_news news = {
	    .errors = job->diag.errors, .warnings = job->diag.warnings};
	struct tsr_buf messages;

	tsr_buf_init(&messages, REPORT_MAX);
	tsr_preview_page_messages(&messages, &job->diag, &job->site.sources);
	tsr_preview_put(preview, site, &news, tsr_buf_view(&messages));
	tsr_buf_free(&messages);
}

static void
build_once(struct tsr_preview_builder *builder)
{
	struct tsr_preview *preview = builder->preview;
	struct tsr_preview_site *site = NULL;
	struct tsr_prune_result pruned;
	struct job job = {0};
	struct tsr_build build = {.site = preview->folder,
	    .out = preview->out,
	    .threads = builder->threads,
	    .level = LEVEL,
	    .progress =
		builder->quiet || builder->json ? NULL : tsr_progress,
	    .ctx = &job.progress};
	enum tsr_err err;

	tsr_diag_init(&job.diag, &job.arena);
	clock_gettime(CLOCK_MONOTONIC, &job.start);
	err = tsr_build_run(
	    &job.result, &job.site, &build, &job.arena, &job.diag);
	if (err == TSR_OK)
		site = open_site(preview, &job);
	else if (err != TSR_SYNTAX)
		add_refusal(&job, err);
	/* What cannot be removed now is removed after the next build. */
	if (site != NULL)
		(void)tsr_prune(&pruned, preview->out, KEEP, GRACE_SECONDS,
		    (int64_t)time(NULL));
	say(builder, &job, site != NULL);
	publish(preview, site, &job);
	tsr_site_output_free(&job.site);
	tsr_arena_free(&job.arena);
}

static void *
run(void *arg)
{
	struct tsr_preview_builder *builder = arg;

	do
		build_once(builder);
	while (tsr_preview_watch_wait(&builder->watch));
	return NULL;
}

bool
tsr_preview_build_start(struct tsr_preview_builder *builder)
{
	int err;

	if (!tsr_preview_watch_open(
		&builder->watch, builder->preview->folder))
		return false;
	err = pthread_create(&builder->thread, NULL, run, builder);
	if (err == 0)
		return true;
	tsr_preview_watch_close(&builder->watch);
	errno = err;
	return false;
}

void
tsr_preview_build_stop(struct tsr_preview_builder *builder)
{
	tsr_preview_watch_stop(&builder->watch);
	pthread_join(builder->thread, NULL);
	tsr_preview_watch_close(&builder->watch);
}
