/*
 * init - tessera init: a small site to begin with.
 *
 * The files are embedded: src/cli/init/NAME, with + for / in NAME.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/embedded.h"
#include "base/file.h"
#include "cli/cli.h"
#include "cli/options.h"

static const char help[] =
    "usage: tessera init [FOLDER]\n"
    "\n"
    "Make a small site in FOLDER (default: here): one page, one component, one\n"
    "segment and a variant for it. Files that are there already stay.\n"
    "\n"
    "exit codes: 0 written, 2 wrong usage, 3 a file cannot be written\n";

/* The path of an embedded file below the folder; its folders are made. */
static char *
place(struct tsr_arena *arena, const char *folder, const char *name)
{
	char *path = tsr_arena_printf(arena, "%s/%s", folder, name);
	size_t i, last = 0;

	for (i = strlen(folder); path[i] != '\0'; i++) {
		if (path[i] == '+')
			path[i] = '/';
		if (path[i] == '/')
			last = i;
	}
	path[last] = '\0';
	if (tsr_file_make_folders(path) != TSR_OK) {
		tsr_report_error(path, TSR_IO);
		return NULL;
	}
	path[last] = '/';
	return path;
}

static int
write_files(struct tsr_arena *arena, const char *folder)
{
	const struct tsr_embedded *file;
	struct stat st;
	char *path;

	for (file = tsr_embedded_files; file->name != NULL; file++) {
		if (strncmp(file->name, "init/", 5) != 0)
			continue;
		path = place(arena, folder, file->name + 5);
		if (path == NULL)
			return TSR_EXIT_SYSTEM;
		if (stat(path, &st) == 0) {
			printf("kept    %s\n", path);
			continue;
		}
		if (tsr_file_write(path, tsr_span_of(file->p, file->n)) !=
		    TSR_OK) {
			tsr_report_error(path, TSR_IO);
			return TSR_EXIT_SYSTEM;
		}
		printf("written %s\n", path);
	}
	printf("\nlook at it: tessera serve%s%s\n",
	    strcmp(folder, ".") == 0 ? "" : " ",
	    strcmp(folder, ".") == 0 ? "" : folder);
	return TSR_EXIT_OK;
}

int
tsr_cli_init(int argc, char **argv)
{
	const struct tsr_command command = {help, NULL, 0, 0, 1};
	struct tsr_arena arena = {0};
	int code = tsr_options_read(&argc, argv, &command);

	if (code == -1)
		code = write_files(&arena, argc > 0 ? argv[1] : ".");
	tsr_arena_free(&arena);
	return code;
}
