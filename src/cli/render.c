/*
 * render - tessera render: print one rendering of a template.
 *
 * Reads a template, its data, and the templates of a folder that it may
 * include; writes to standard output. Messages go to standard error, or with
 * --json to standard output in the rendering's place.
 */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "build/schema/schema.h"
#include "build/template/template.h"
#include "cli/options.h"
#include "core/limits.h"

struct options {
	const char *template, *data, *partials, *schema, *locale;
	bool spec, json;
};

struct job {
	struct options options;
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	bool broken; /* a file could not be read */
};

static const char help[] =
    "usage: tessera render [options] TEMPLATE DATA.json\n"
    "\n"
    "Print the template rendered with the data.\n"
    "\n"
    "  --spec          as the Mustache specification asks: no escaping by\n"
    "                  context, what is missing is empty\n"
    "  --partials DIR  {{>name}} is DIR/name.html, \"/\" in a name written _\n"
    "                  or as a folder\n"
    "  --schema FILE   JSON Schema of the data: every path is checked; not\n"
    "                  with --spec\n"
    "  --locale TAG    language of dates and numbers\n"
    "  --json          messages as a JSON array: on standard output when\n"
    "                  there are errors, otherwise on standard error\n"
    "\n"
    "exit codes: 0 rendered, 1 mistakes in template or data, 2 wrong usage, 3 a\n"
    "file cannot be read or written\n";

/* The number of the source, or 0 when the file cannot be read. */
static uint32_t
read_source(struct job *job, const char *path)
{
	struct tsr_span text;
	enum tsr_err err =
	    tsr_file_read(&text, &job->arena, path, TSR_PAGE_TEXT_MAX);

	if (err == TSR_OK)
		return tsr_sources_add(&job->sources, path, text);
	tsr_report_error(path, err);
	job->broken = true;
	return 0;
}

static bool
read_json(struct tsr_json *out, struct job *job, const char *path)
{
	uint32_t src = read_source(job, path);

	return src != 0 &&
	    tsr_json_read(out, &job->arena, &job->diag, &job->sources, src);
}

static void
add_partials(struct job *job, struct tsr_templates *all)
{
	const char *root = job->options.partials;
	struct tsr_span suffix = TSR_LIT(".html");
	struct tsr_template_shape shape = {NULL, NULL};
	struct tsr_file_list files = {0};
	size_t i;

	if (root == NULL)
		return;
	if (access(root, R_OK | X_OK) != 0 ||
	    tsr_file_walk(&files, &job->arena, root, 4) != TSR_OK) {
		tsr_report_error(root, TSR_IO);
		job->broken = true;
		return;
	}
	for (i = 0; i < files.count; i++) {
		struct tsr_span name =
		    tsr_span_of(files.names[i], strlen(files.names[i]));
		uint32_t src;

		if (!tsr_span_ends(name, suffix))
			continue;
		src = read_source(job,
		    tsr_arena_printf(
			&job->arena, "%s/%s", root, files.names[i]));
		if (src != 0)
			tsr_templates_add(all,
			    tsr_span_part(name, 0, name.n - suffix.n), src,
			    shape);
	}
}

static const struct tsr_template *
compile(struct job *job)
{
	const struct options *o = &job->options;
	struct tsr_template_shape shape = {NULL, NULL};
	struct tsr_span name = tsr_span_of(o->template, strlen(o->template));
	struct tsr_templates *all = tsr_templates_new(&job->arena,
	    &job->sources, o->spec ? TSR_TEMPLATE_SPEC : TSR_TEMPLATE_SITE);
	uint32_t src;

	if (o->schema != NULL) {
		struct tsr_schemas *schemas = tsr_schemas_new(
		    &job->arena, &job->diag, &job->sources);
		struct tsr_json *document = TSR_NEW(&job->arena, struct tsr_json);

		if (!read_json(document, job, o->schema))
			return NULL;
		shape.schema = tsr_schemas_add(schemas, o->schema, document);
		if (!tsr_schemas_compile(schemas))
			return NULL;
	}
	src = read_source(job, o->template);
	if (src == 0)
		return NULL;
	tsr_templates_flat(all);
	add_partials(job, all);
	tsr_templates_add(all, name, src, shape);
	return tsr_template_compile(all, name, &job->diag);
}

static void
print_messages(struct job *job)
{
	struct tsr_buf text;

	tsr_diag_sort(&job->diag, &job->sources);
	if (!job->options.json) {
		tsr_diag_print(stderr, &job->diag, &job->sources,
		    tsr_terminal(stderr));
		return;
	}
	tsr_buf_init(&text, SIZE_MAX / 2);
	tsr_diag_json(&text, &job->diag, &job->sources);
	tsr_buf_byte(&text, '\n');
	fwrite(text.p, 1, text.n, job->diag.errors > 0 ? stdout : stderr);
	tsr_buf_free(&text);
}

static void
run(struct job *job)
{
	const struct options *o = &job->options;
	struct tsr_render_hooks hooks = {0};
	struct tsr_render render = {0};
	const struct tsr_template *t;
	struct tsr_json data;
	struct tsr_buf out;
	bool good;

	if (o->locale != NULL)
		hooks.locale = tsr_span_of(o->locale, strlen(o->locale));
	good = read_json(&data, job, o->data);
	t = compile(job);
	tsr_buf_init(&out, TSR_PAGE_TEXT_MAX);
	render.data = &data;
	render.hooks = &hooks;
	if (good && t != NULL && !job->broken &&
	    tsr_template_render(&out, t, &render, &job->diag) &&
	    fwrite(out.p, 1, out.n, stdout) < out.n)
		job->broken = true;
	tsr_buf_free(&out);
	print_messages(job);
}

static int
read_options(struct options *o, int argc, char **argv)
{
	const struct tsr_option options[] = {
	    {"--partials", NULL, &o->partials, NULL},
	    {"--schema", NULL, &o->schema, NULL},
	    {"--locale", NULL, &o->locale, NULL},
	    {"--spec", &o->spec, NULL, NULL},
	    {"--json", &o->json, NULL, NULL},
	};
	const struct tsr_command command = {
	    help, options, TSR_COUNT_OF(options), 2, 2};
	int code = tsr_options_read(&argc, argv, &command);

	if (code != -1)
		return code;
	if (o->spec && o->schema != NULL)
		return tsr_options_wrong(
		    help, "--spec and --schema exclude each other", "");
	o->template = argv[1];
	o->data = argv[2];
	return -1;
}

int
tsr_cli_render(int argc, char **argv)
{
	struct job job;
	int code;

	memset(&job, 0, sizeof(job));
	code = read_options(&job.options, argc, argv);
	if (code != -1)
		return code;
	tsr_sources_init(&job.sources, &job.arena);
	tsr_diag_init(&job.diag, &job.arena);
	run(&job);
	if (fflush(stdout) != 0)
		job.broken = true;
	code = job.broken ? TSR_EXIT_SYSTEM
	    : job.diag.errors > 0 ? TSR_EXIT_MISTAKES : TSR_EXIT_OK;
	tsr_arena_free(&job.arena);
	return code;
}
