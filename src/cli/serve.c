/*
 * serve - tessera serve: the site in a browser, as it is being written.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/preview_build.h"
#include "cli/preview_http.h"
#include "cli/setup.h"

#define PORT_UNSET UINT32_MAX

/* How often a signal is looked for during the first build. */
#define FIRST_BUILD_MS 100

static const char help[] =
    "usage: tessera serve [options] [SITE]\n"
    "\n"
    "Build the site in the folder SITE (default: here), serve it to this\n"
    "machine, build again whenever a file is saved, and reload the pages that\n"
    "are open. Mistakes are shown in the page. A bar in the page shows it as\n"
    "another visitor sees it. What is published (SITE/out) is not touched.\n"
    "\n"
    "  --port N            listen on 127.0.0.1:N (default: 8080, or the next\n"
    "                      port that is free; 0: any)\n"
    "  --listen HOST:PORT  listen there; others may then see the preview\n"
    "  --no-bar            no bar; pages are still reloaded\n"
    "  --out DIR           write releases here instead of\n"
    "                      SITE/.tessera/preview\n"
    "  --state DIR         weights in DIR/weights count\n"
    "  --threads N         default: one for each processor\n"
    "  --json              events as lines of JSON on standard output\n"
    "  --quiet             print the address, mistakes and warnings only\n"
    "\n"
    "exit codes: 0 ended by Ctrl-C or a signal, 2 wrong usage, 3 the system refused\n";

struct job {
	struct tsr_arena arena;
	struct tsr_preview preview;
	struct tsr_preview_builder builder;
	struct tsr_preview_http http;
	const char *listen, *out, *state;
	uint32_t port, threads;
	bool no_bar, json, quiet;
};

static int
wrong(const char *what)
{
	return tsr_options_wrong(help, what, "");
}

/* Where to listen; -1 or the exit code. */
static int
read_host(struct job *job)
{
	struct tsr_preview_host *host = &job->http.host;
	char url[300];

	if (job->listen == NULL) {
		if (job->port != PORT_UNSET && job->port > UINT16_MAX)
			return wrong("--port is a number up to 65535");
		(void)tsr_preview_host_read(host, TSR_LIT("127.0.0.1:8080"));
		if (job->port != PORT_UNSET)
			host->port = (uint16_t)job->port;
		return -1;
	}
	if (job->port != PORT_UNSET)
		return wrong("give --port or --listen, not both");
	if (!tsr_preview_host_read(
		host, tsr_span_of(job->listen, strlen(job->listen))))
		return wrong("--listen takes HOST:PORT");
	if (!host->loopback) {
		tsr_preview_host_url(url, sizeof(url), host);
		fprintf(stderr,
		    "tessera: warning: %s can be reached from other machines; "
		    "the preview shows all variants\n", url);
	}
	return -1;
}

static void
say_ready(const struct job *job)
{
	char url[300];

	tsr_preview_host_url(url, sizeof(url), &job->http.host);
	if (job->json)
		printf("{\"event\":\"ready\",\"url\":\"%s\"}\n", url);
	else
		printf("%s%s\n", url, job->quiet ? "" : "  (Ctrl-C ends)");
	fflush(stdout);
}

/* Until the first build is done, or a signal ends us before that. */
static bool
wait_for_build(struct job *job, const sigset_t *signals)
{
	static const struct timespec at_once = {0, 0};
	struct tsr_preview_news news;

	do {
		if (sigtimedwait(signals, NULL, &at_once) > 0)
			return false;
		(void)tsr_preview_wait(
		    &news, &job->preview, 0, FIRST_BUILD_MS);
	} while (news.generation == 0);
	return true;
}

/* Build and serve until a signal comes. */
static int
run(struct job *job)
{
	sigset_t signals;
	int fd, which;

	fd = tsr_preview_host_listen(&job->http.host,
	    job->listen == NULL && job->port == PORT_UNSET);
	if (fd == -1) {
		char url[300];

		tsr_preview_host_url(url, sizeof(url), &job->http.host);
		tsr_report_error(url, TSR_IO);
		return TSR_EXIT_SYSTEM;
	}
	/* All threads inherit this: signals are waited for here alone. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (!tsr_preview_http_start(&job->http, fd)) {
		close(fd);
		fputs("tessera: the server cannot start\n", stderr);
		return TSR_EXIT_SYSTEM;
	}
	if (!tsr_preview_build_start(&job->builder)) {
		tsr_report_error(job->preview.folder, TSR_IO);
		tsr_preview_stop(&job->preview);
		tsr_preview_http_stop(&job->http);
		return TSR_EXIT_SYSTEM;
	}
	if (wait_for_build(job, &signals)) {
		say_ready(job);
		(void)sigwait(&signals, &which);
	}
	/* A second Ctrl-C does not wait for a build that is under way. */
	signal(SIGINT, SIG_DFL);
	pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
	tsr_preview_stop(&job->preview);
	tsr_preview_http_stop(&job->http);
	tsr_preview_build_stop(&job->builder);
	return TSR_EXIT_OK;
}

static int
prepare(struct job *job, const char *folder)
{
	enum tsr_err err;

	tsr_setup();
	if (job->out == NULL)
		job->out = tsr_arena_printf(
		    &job->arena, "%s/.tessera/preview", folder);
	job->preview.folder = folder;
	job->preview.out = job->out;
	job->preview.bar = !job->no_bar;
	job->preview.state = job->state;
	if (!tsr_keys_start()) {
		fputs("tessera: there is no randomness here\n", stderr);
		return TSR_EXIT_SYSTEM;
	}
	tsr_keys_make(&job->preview.keys);
	job->builder.preview = job->http.preview = &job->preview;
	job->builder.threads = job->threads;
	job->builder.quiet = job->quiet;
	job->builder.json = job->json;
	if (access(folder, R_OK | X_OK) == -1) {
		tsr_report_error(folder, TSR_IO);
		return TSR_EXIT_SYSTEM;
	}
	err = tsr_file_make_folders(job->out);
	if (err != TSR_OK) {
		tsr_report_error(job->out, err);
		return TSR_EXIT_SYSTEM;
	}
	return run(job);
}

int
tsr_cli_serve(int argc, char **argv)
{
	struct job job = {.port = PORT_UNSET};
	const struct tsr_option options[] = {
	    {"--port", NULL, NULL, &job.port},
	    {"--listen", NULL, &job.listen, NULL},
	    {"--no-bar", &job.no_bar, NULL, NULL},
	    {"--out", NULL, &job.out, NULL},
	    {"--state", NULL, &job.state, NULL},
	    {"--threads", NULL, NULL, &job.threads},
	    {"--json", &job.json, NULL, NULL},
	    {"--quiet", &job.quiet, NULL, NULL},
	};
	const struct tsr_command command = {
	    help, options, TSR_COUNT_OF(options), 0, 1};
	int code = tsr_options_read(&argc, argv, &command);

	if (code == -1)
		code = read_host(&job);
	if (code != -1)
		return code;
	tsr_preview_init(&job.preview);
	code = prepare(&job, argc > 0 ? argv[1] : ".");
	tsr_preview_free(&job.preview);
	tsr_arena_free(&job.arena);
	return code;
}
