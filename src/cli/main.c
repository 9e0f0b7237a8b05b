/*
 * main - tessera, the build tool: one verb, one file.
 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
} verbs[] = {
    {"render", tsr_cli_render, "print one rendering of a template"},
    {"schema", tsr_cli_schema, "print or use the JSON Schemas of a site's files"},
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
