/*
 * schema - tessera schema: the published schemas, and the validator alone.
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "build/schema/schema.h"
#include "cli/cli.h"
#include "cli/options.h"

/* Bytes of a schema or data file; larger ones are not read. */
#define FILE_MAX ((size_t)1 << 30)

enum {
	EXIT_VALID = 0,
	EXIT_INVALID = 1,
	EXIT_BAD_SCHEMA = 2, /* and wrong usage */
	EXIT_IO = 3
};

static const char help[] =
    "usage: tessera schema [KIND]\n"
    "       tessera schema --validate SCHEMA.json [--with OTHER.json]...\n"
    "                      [--json] DATA.json...\n"
    "\n"
    "List the kinds of files that a site has, or print the published JSON Schema\n"
    "(2020-12) of one KIND.\n"
    "\n"
    "  --validate SCHEMA  check data files against a schema: a file or a KIND\n"
    "  --with OTHER       a file that the schema refers to; nothing is fetched\n"
    "  --json             messages as a JSON array on standard output\n"
    "\n"
    "exit codes: 0 valid, 1 invalid, 2 the schema or the usage is wrong, 3 a file\n"
    "cannot be read\n";

struct job {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_schemas *all;
	const struct tsr_schema *schema;
	bool json;
	int code;
};

static void
worse(struct job *job, int code)
{
	if (code > job->code)
		job->code = code;
}

/* The document in a file; NULL and the exit code when there is none. */
static const struct tsr_json *
read_file(struct job *job, const char *path, int code)
{
	struct tsr_json *v = TSR_NEW(&job->arena, struct tsr_json);
	struct tsr_span text;
	enum tsr_err err = tsr_file_read(&text, &job->arena, path, FILE_MAX);
	uint32_t src;

	if (err != TSR_OK) {
		tsr_report_error(path, err);
		worse(job, EXIT_IO);
		return NULL;
	}
	src = tsr_sources_add(&job->sources, path, text);
	if (tsr_json_read(v, &job->arena, &job->diag, &job->sources, src))
		return v;
	worse(job, code);
	return NULL;
}

static const struct tsr_schema *
add_file(struct job *job, const char *path)
{
	const struct tsr_json *v;

	if (tsr_schema_published(tsr_span_of(path, strlen(path))).n > 0)
		return tsr_schemas_add_kind(job->all, path);
	v = read_file(job, path, EXIT_BAD_SCHEMA);
	return v == NULL ? NULL : tsr_schemas_add(job->all, path, v);
}

/* Check the data files among the arguments. */
static void
check_data(struct job *job, int argc, char **argv)
{
	const struct tsr_json *v;
	int i;

	for (i = 0; i < argc; i++) {
		v = read_file(job, argv[i], EXIT_INVALID);
		if (v != NULL &&
		    !tsr_schema_check(&job->diag, job->schema, v, NULL))
			worse(job, EXIT_INVALID);
	}
}

static void
print_messages(struct job *job)
{
	struct tsr_buf out;

	tsr_diag_sort(&job->diag, &job->sources);
	if (!job->json) {
		tsr_diag_print(stderr, &job->diag, &job->sources,
		    tsr_terminal(stderr));
		return;
	}
	tsr_buf_init(&out, FILE_MAX);
	tsr_diag_json(&out, &job->diag, &job->sources);
	tsr_buf_byte(&out, '\n');
	fwrite(out.p, 1, out.n, stdout);
	tsr_buf_free(&out);
}

/*
 * Take the options out of argv, adding schemas; what is left are data files.
 * 0 when the arguments make no sense, which is said.
 */
static int
take_options(struct job *job, int argc, char **argv)
{
	bool with;
	int i, n = 0;

	for (i = 0; i < argc; i++) {
		with = strcmp(argv[i], "--with") == 0;
		if (strcmp(argv[i], "--json") == 0) {
			job->json = true;
		} else if (with || strcmp(argv[i], "--validate") == 0) {
			const struct tsr_schema *s;

			if (++i == argc) {
				tsr_options_wrong(
				    help, "a value is missing after ", argv[i - 1]);
				return 0;
			}
			s = add_file(job, argv[i]);
			if (!with)
				job->schema = s;
		} else if (argv[i][0] == '-') {
			tsr_options_wrong(help, "unknown option ", argv[i]);
			return 0;
		} else {
			argv[n++] = argv[i];
		}
	}
	if (n == 0)
		tsr_options_wrong(help, "a data file is missing", "");
	return n;
}

static int
validate(int argc, char **argv)
{
	struct job job = {.code = EXIT_VALID};
	int n;

	tsr_sources_init(&job.sources, &job.arena);
	tsr_diag_init(&job.diag, &job.arena);
	job.all = tsr_schemas_new(&job.arena, &job.diag, &job.sources);
	n = take_options(&job, argc, argv);
	if (n == 0) {
		tsr_arena_free(&job.arena);
		return EXIT_BAD_SCHEMA;
	}
	if (job.code == EXIT_VALID && !tsr_schemas_compile(job.all))
		job.code = EXIT_BAD_SCHEMA;
	if (job.code == EXIT_VALID)
		check_data(&job, n, argv);
	print_messages(&job);
	tsr_arena_free(&job.arena);
	return job.code;
}

/* The title of a published schema, for the list. */
static void
print_kind(struct tsr_span kind)
{
	struct tsr_arena arena = {0};
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_json v;
	struct tsr_span about;
	uint32_t src;

	tsr_sources_init(&sources, &arena);
	tsr_diag_init(&diag, &arena);
	src = tsr_sources_add(&sources, "", tsr_schema_published(kind));
	if (tsr_json_read(&v, &arena, &diag, &sources, src)) {
		about = tsr_json_text(tsr_json_get(&v, "description"));
		printf("%-12.*s %.*s\n", TSR_ARG(kind), TSR_ARG(about));
	}
	tsr_arena_free(&arena);
}

static int
list_kinds(void)
{
	struct tsr_span kind;
	size_t i;

	for (i = 0; (kind = tsr_schema_kind(i)).n > 0; i++)
		print_kind(kind);
	return EXIT_VALID;
}

int
tsr_cli_schema(int argc, char **argv)
{
	struct tsr_span text;
	int i;

	if (argc == 1)
		return list_kinds();
	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			fputs(help, stdout);
			return EXIT_VALID;
		}
	if (argc > 2 || argv[1][0] == '-')
		return validate(argc - 1, argv + 1);
	text = tsr_schema_published(tsr_span_of(argv[1], strlen(argv[1])));
	if (text.n == 0) {
		fprintf(stderr, "tessera: unknown kind \"%s\"; kinds are:\n",
		    argv[1]);
		list_kinds();
		return EXIT_BAD_SCHEMA;
	}
	fwrite(text.p, 1, text.n, stdout);
	return EXIT_VALID;
}
