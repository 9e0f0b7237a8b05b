/*
 * main - tessera, the build tool: one verb, one file.
 */
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/version.h"
#include "cli/cli.h"
#include "cli/options.h"

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

static int
print_version(int argc, char **argv)
{
	static const struct tsr_command command = {
	    "usage: tessera version\n"
	    "\n"
	    "Print the program's name and version.\n"
	    "\n"
	    "exit codes: 0 printed, 2 wrong usage\n",
	    NULL, 0, 0, 0};
	int code = tsr_options_read(&argc, argv, &command);

	if (code != -1)
		return code;
	puts("tessera " TSR_VERSION_TEXT);
	return TSR_EXIT_OK;
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
} verbs[] = {
    {"init", tsr_cli_init, "make a small site to begin with"},
    {"build", tsr_cli_build, "build a site into a release"},
    {"check", tsr_cli_check, "report every mistake, write nothing"},
    {"serve", tsr_cli_serve, "show the site in a browser while it is written"},
    {"keys", tsr_cli_keys, "make the keys that the server signs with"},
    {"link", tsr_cli_link, "an address that shows the site as a persona"},
    {"list", tsr_cli_list, "show the releases and the URLs they changed"},
    {"schema", tsr_cli_schema,
	"print or use the JSON Schemas of a site's files"},
    {"render", tsr_cli_render, "print one rendering of a template"},
    {"dump", tsr_cli_dump, "print a release's index as text"},
    {"explain", tsr_cli_explain,
	"where the variants of a page are decided, and their cost"},
    {"why", tsr_cli_why, "every rule of a page, for a visitor"},
    {"replay", tsr_cli_replay, "decide logged page views once more"},
    {"eval", tsr_cli_eval, "answer conditions, one a line"},
    {"hash", tsr_cli_hash, "print the numbers behind assignments"},
    {"assign", tsr_cli_assign, "answer experiments, one a line"},
    {"events", tsr_cli_events, "check and merge events, show their kinds"},
    {"weights", tsr_cli_weights, "publish the shares of experiments' arms"},
    {"version", print_version, "print the version"},
};

/* The verb that was perhaps meant, or an empty span. */
static struct tsr_span
nearest_verb(const char *name)
{
	struct tsr_span names[COUNT_OF(verbs)];
	size_t i;

	for (i = 0; i < COUNT_OF(verbs); i++)
		names[i] = tsr_span_of(verbs[i].name, strlen(verbs[i].name));
	return tsr_nearest(
	    tsr_span_of(name, strlen(name)), names, COUNT_OF(verbs));
}

static void
usage(FILE *out)
{
	size_t i;

	fputs("usage: tessera VERB [options] ...\n\n", out);
	for (i = 0; i < COUNT_OF(verbs); i++)
		fprintf(out, "  %-10s %s\n", verbs[i].name, verbs[i].summary);
	fputs("\n`tessera help VERB` says more of one.\n", out);
}

/* What was printed must have arrived: a full disk is an error too. */
static int
finish(int code)
{
	if ((fflush(stdout) == 0 && !ferror(stdout)) || code != TSR_EXIT_OK)
		return code;
	perror("tessera: standard output");
	return TSR_EXIT_SYSTEM;
}

static int
run_verb(int argc, char **argv)
{
	struct tsr_span near;
	size_t i;

	for (i = 0; i < COUNT_OF(verbs); i++)
		if (strcmp(argv[0], verbs[i].name) == 0)
			return finish(verbs[i].run(argc, argv));
	fprintf(stderr, "tessera: unknown verb \"%s\"", argv[0]);
	near = nearest_verb(argv[0]);
	if (near.n > 0)
		fprintf(stderr, " (did you mean \"%.*s\"?)", (int)near.n,
		    (const char *)near.p);
	fputs("\n", stderr);
	usage(stderr);
	return TSR_EXIT_USAGE;
}

/* tessera help [VERB] */
static int
help(int argc, char **argv)
{
	char option[] = "--help", *verb[] = {argv[1], option, NULL};

	if (argc > 1)
		return run_verb(2, verb);
	usage(stdout);
	return TSR_EXIT_OK;
}

int
main(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return TSR_EXIT_USAGE;
	}
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0)
		return help(argc - 1, argv + 1);
	if (strcmp(argv[1], "--version") == 0)
		return print_version(argc - 1, argv + 1);
	return run_verb(argc - 1, argv + 1);
}
