/*
 * main - tessera, the build tool: one verb, one file.
 */
#include <stdio.h>
#include <string.h>

#include "base/version.h"
#include "cli/cli.h"
#include "cli/options.h"

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

static int
print_version(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		fputs("tessera: version takes no arguments\n", stderr);
		return TSR_EXIT_USAGE;
	}
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
    {"list", tsr_cli_list, "show the releases and the URLs they changed"},
    {"schema", tsr_cli_schema,
	"print or use the JSON Schemas of a site's files"},
    {"render", tsr_cli_render, "print one rendering of a template"},
    {"dump", tsr_cli_dump, "print a release's index as text"},
    {"version", print_version, "print the version"},
};

static void
usage(FILE *out)
{
	size_t i;

	fputs("usage: tessera VERB [--help] ...\n\n", out);
	for (i = 0; i < COUNT_OF(verbs); i++)
		fprintf(out, "  %-10s %s\n", verbs[i].name, verbs[i].summary);
}

int
main(int argc, char **argv)
{
	size_t i;

	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		usage(stdout);
		return 0;
	}
	for (i = 0; argc > 1 && i < COUNT_OF(verbs); i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	if (argc > 1)
		fprintf(stderr, "tessera: unknown verb \"%s\"\n", argv[1]);
	usage(stderr);
	return 2;
}
