/*
 * list - tessera list: the releases of a site, and what each changed.
 */
#include "build/pack/manifest.h"
#include "build/pack/prune.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/times.h"

static const char help[] =
    "usage: tessera list [options] [SITE]\n"
    "\n"
    "Show the releases below SITE/out, newest first; * marks the current one.\n"
    "\n"
    "  --urls     name the URLs that each release changed\n"
    "  --public   name the variants that anyone can fetch\n"
    "  --out DIR  look here instead of SITE/out\n"
    "  --json     as JSON on standard output\n"
    "\n"
    "exit codes: 0 shown, 2 wrong usage, 3 there are no releases or they cannot\n"
    "be read\n";

struct job {
	struct tsr_arena arena;
	const char *out;
	bool json, urls, public;
};

static uint32_t
count_of(const struct tsr_json *manifest, const char *name)
{
	const struct tsr_json *list = tsr_json_get(manifest, name);

	return tsr_json_is(list, TSR_JSON_ARRAY) ? list->count : 0;
}

static void
print_urls(const struct tsr_json *manifest, const char *name, char mark)
{
	const struct tsr_json *list = tsr_json_get(manifest, name);
	uint32_t i;

	for (i = 0; i < count_of(manifest, name); i++) {
		struct tsr_span url = tsr_json_text(&list->u.items[i]);

		printf("    %c %.*s\n", mark, (int)url.n, (const char *)url.p);
	}
}

/* Variants that wait for the browser; they are files. */
static void
print_public(const struct tsr_json *manifest)
{
	const struct tsr_json *list = tsr_json_get(manifest, "public"), *f;
	uint32_t i;

	for (i = 0; i < count_of(manifest, "public"); i++) {
		f = &list->u.items[i];
		if (tsr_json_get(f, "variant") != NULL)
			printf("    /%.*s  %.*s in %.*s of %.*s\n",
			    TSR_ARG(tsr_json_text(tsr_json_get(f, "name"))),
			    TSR_ARG(tsr_json_text(tsr_json_get(f, "variant"))),
			    TSR_ARG(tsr_json_text(tsr_json_get(f, "slot"))),
			    TSR_ARG(tsr_json_text(tsr_json_get(f, "page"))));
	}
}

static void
json_public(struct tsr_buf *out, const struct tsr_json *manifest)
{
	static const char *const names[] = {"variant", "slot", "page"};
	const struct tsr_json *list = tsr_json_get(manifest, "public"), *f;
	const char *between = "";
	uint32_t i, k;

	tsr_buf_text(out, ",\"public\":[");
	for (i = 0; i < count_of(manifest, "public"); i++) {
		f = &list->u.items[i];
		if (tsr_json_get(f, "variant") == NULL)
			continue;
		tsr_buf_printf(out, "%s{\"url\":\"/", between);
		tsr_buf_add(out, tsr_json_text(tsr_json_get(f, "name")));
		tsr_buf_byte(out, '"');
		for (k = 0; k < TSR_COUNT_OF(names); k++) {
			tsr_buf_printf(out, ",\"%s\":", names[k]);
			tsr_buf_json(
			    out, tsr_json_text(tsr_json_get(f, names[k])));
		}
		tsr_buf_byte(out, '}');
		between = ",";
	}
	tsr_buf_byte(out, ']');
}

static void
print_release(const struct job *job, const struct tsr_release_entry *entry,
    const struct tsr_json *manifest)
{
	printf("%c %.12s  ", entry->current ? '*' : ' ', entry->id);
	tsr_times_print((time_t)(entry->modified / 1000));
	printf("  %u page%s", count_of(manifest, "pages"),
	    count_of(manifest, "pages") == 1 ? "" : "s");
	if (tsr_json_is(tsr_json_get(manifest, "previous"), TSR_JSON_STRING))
		printf(", URLs: %u changed, %u added, %u removed",
		    count_of(manifest, "changed"), count_of(manifest, "added"),
		    count_of(manifest, "removed"));
	putchar('\n');
	if (job->public)
		print_public(manifest);
	if (!job->urls)
		return;
	print_urls(manifest, "changed", '~');
	print_urls(manifest, "added", '+');
	print_urls(manifest, "removed", '-');
}

static void
add_json(struct tsr_buf *out, const struct tsr_release_entry *entry,
    const struct tsr_json *manifest)
{
	static const char *const lists[] = {"changed", "added", "removed"};
	const struct tsr_json *v;
	size_t i;

	tsr_buf_printf(out,
	    "{\"id\":\"%s\",\"current\":%s,\"modified\":%lld,\"pages\":%u",
	    entry->id, entry->current ? "true" : "false",
	    (long long)entry->modified, count_of(manifest, "pages"));
	for (i = 0; i < TSR_COUNT_OF(lists); i++) {
		v = tsr_json_get(manifest, lists[i]);
		tsr_buf_printf(out, ",\"%s\":", lists[i]);
		if (v != NULL)
			tsr_json_write(out, v);
		else
			tsr_buf_text(out, "[]");
	}
	json_public(out, manifest);
	tsr_buf_byte(out, '}');
}

static int
list(struct job *job)
{
	struct tsr_release_entry *entries;
	struct tsr_json manifest;
	struct tsr_buf out;
	size_t count, i;

	if (tsr_release_list(&entries, &count, job->out, &job->arena) !=
	    TSR_OK) {
		tsr_report_error(job->out, TSR_IO);
		return TSR_EXIT_SYSTEM;
	}
	tsr_buf_init(&out, (size_t)1 << 30);
	tsr_buf_byte(&out, '[');
	for (i = 0; i < count; i++) {
		if (!tsr_manifest_read(&manifest,
			tsr_arena_printf(&job->arena,
			    "%s/releases/%s/manifest.json", job->out,
			    entries[i].id),
			&job->arena))
			memset(&manifest, 0, sizeof(manifest));
		if (i > 0)
			tsr_buf_byte(&out, ',');
		add_json(&out, &entries[i], &manifest);
		if (!job->json)
			print_release(job, &entries[i], &manifest);
	}
	tsr_buf_text(&out, "]\n");
	if (job->json)
		fwrite(out.p, 1, out.n, stdout);
	tsr_buf_free(&out);
	return TSR_EXIT_OK;
}

int
tsr_cli_list(int argc, char **argv)
{
	struct job job = {.out = NULL};
	const struct tsr_option options[] = {
	    {"--out", NULL, &job.out, NULL},
	    {"--json", &job.json, NULL, NULL},
	    {"--urls", &job.urls, NULL, NULL},
	    {"--public", &job.public, NULL, NULL},
	};
	const struct tsr_command command = {
	    help, options, TSR_COUNT_OF(options), 0, 1};
	int code = tsr_options_read(&argc, argv, &command);

	if (code == -1) {
		if (job.out == NULL)
			job.out = tsr_arena_printf(&job.arena, "%s/out",
			    argc > 0 ? argv[1] : ".");
		code = list(&job);
	}
	tsr_arena_free(&job.arena);
	return code;
}
