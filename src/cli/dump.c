/*
 * dump - tessera dump: a release index as text.
 */
#include "build/pack/dump.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/options.h"

#define INDEX_MAX ((size_t)1 << 34)

static const char help[] =
    "usage: tessera dump [--verify] [RELEASE]\n"
    "\n"
    "Print the index of a release: a folder that holds site.tsr, or the file\n"
    "(default: out/current).\n"
    "\n"
    "  --verify   only check every record; print nothing when all is well\n"
    "\n"
    "exit codes: 0 printed, 1 the index is damaged, 2 wrong usage, 3 it cannot\n"
    "be read\n";

int
tsr_cli_dump(int argc, char **argv)
{
	bool verify = false;
	const struct tsr_option options[] = {{"--verify", &verify, NULL, NULL}};
	const struct tsr_command command = {
	    help, options, TSR_COUNT_OF(options), 0, 1};
	struct tsr_arena arena = {0};
	struct tsr_table table;
	struct tsr_span bytes;
	const char *path;
	struct tsr_buf out;
	struct stat st;
	enum tsr_err err;
	int code = tsr_options_read(&argc, argv, &command);

	if (code != -1)
		return code;
	path = argc > 0 ? argv[1] : "out/current";
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		path = tsr_arena_printf(&arena, "%s/site.tsr", path);
	err = tsr_file_read(&bytes, &arena, path, INDEX_MAX);
	code = err == TSR_OK ? TSR_EXIT_OK : TSR_EXIT_SYSTEM;
	if (err == TSR_OK)
		err = tsr_table_open(&table, bytes);
	if (err == TSR_OK) {
		tsr_buf_init(&out, (size_t)1 << 34);
		if (!verify) {
			tsr_dump_table(&out, &table);
			fwrite(out.p, 1, out.n, stdout);
		}
		tsr_buf_free(&out);
		err = tsr_table_verify(&table);
	}
	if (err != TSR_OK) {
		tsr_report_error(path, err);
		if (code == TSR_EXIT_OK)
			code = TSR_EXIT_MISTAKES;
	}
	tsr_arena_free(&arena);
	return code;
}
