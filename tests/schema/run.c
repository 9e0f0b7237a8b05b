/*
 * run - the JSON Schema test suite and cases of our own, in one process.
 *
 * run LEFT-OUT REMOTES FOLDER...: every *.json below a FOLDER is an array of
 * groups {description, schema, tests: [{description, data, valid}]}; in our
 * own, a group may have "documents" (URI to schema) and "mistake" (the rule
 * that compiling the schema must report), a test may have "errors": the rules
 * and places "S001 /a/0" of all messages. The files of REMOTES are called
 * http://localhost:1234/... LEFT-OUT has lines "file | group or * | reason".
 */
#include <stdio.h>

#include "base/file.h"
#include "build/schema/schema.h"

struct run {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	const char *remotes;
	struct tsr_file_list remote_files;
	struct tsr_span left_out;
	unsigned passed, failed, skipped;
};

static void
fail(struct run *r, const char *file, struct tsr_span group,
    struct tsr_span test, const char *why)
{
	size_t i;

	r->failed++;
	printf(
	    "%s | %.*s | %.*s: %s\n", file, TSR_ARG(group), TSR_ARG(test), why);
	for (i = 0; i < r->diag.count; i++)
		printf("    %s at %u: %s\n", r->diag.list[i].rule,
		    r->diag.list[i].where.off, r->diag.list[i].text);
}

static bool
read_json(struct tsr_json *out, struct run *r, const char *path)
{
	struct tsr_span text;
	uint32_t src;

	if (tsr_file_read(&text, &r->arena, path, 1 << 24) != TSR_OK) {
		perror(path);
		return false;
	}
	src = tsr_sources_add(&r->sources, path, text);
	return tsr_json_read(out, &r->arena, &r->diag, &r->sources, src);
}

static bool
is_left_out(struct run *r, const char *file, struct tsr_span group)
{
	struct tsr_span line, want, any;
	size_t from = 0, end;
	char *text =
	    tsr_arena_printf(&r->arena, "%s | %.*s |", file, TSR_ARG(group));
	char *all = tsr_arena_printf(&r->arena, "%s | * |", file);

	want = tsr_span_of(text, strlen(text));
	any = tsr_span_of(all, strlen(all));
	for (; from < r->left_out.n; from = end + 1) {
		end = tsr_span_find(r->left_out, '\n', from);
		line = tsr_span_part(r->left_out, from, end - from);
		if (tsr_span_starts(line, want) || tsr_span_starts(line, any))
			return true;
	}
	return false;
}

static void
add_remotes(struct run *r, struct tsr_schemas *all)
{
	struct tsr_json *json;
	size_t i;

	for (i = 0; i < r->remote_files.count; i++) {
		json = TSR_NEW(&r->arena, struct tsr_json);
		if (read_json(json, r,
			tsr_arena_printf(&r->arena, "%s/%s", r->remotes,
			    r->remote_files.names[i])))
			tsr_schemas_add(all,
			    tsr_arena_printf(&r->arena,
				"http://localhost:1234/%s",
				r->remote_files.names[i]),
			    json);
	}
}

/* Follow a JSON pointer (no escapes) and compare the place. */
static bool
is_at(const struct tsr_json *v, struct tsr_span pointer, uint32_t off)
{
	uint32_t at = v->off;
	size_t from = 1, end;

	for (; from <= pointer.n && v != NULL; from = end + 1) {
		struct tsr_span part;
		const struct tsr_member *m;

		end = tsr_span_find(pointer, '/', from);
		part = tsr_span_part(pointer, from, end - from);
		if (v->type == TSR_JSON_ARRAY) {
			v = &v->u.items[part.p[0] - '0'];
			at = v->off;
			continue;
		}
		/* "name:" is the place of the name, not of its value. */
		m = tsr_json_member(v, part);
		if (m == NULL && part.p[part.n - 1] == ':') {
			part.n--;
			m = tsr_json_member(v, part);
			return m != NULL && m->off == off;
		}
		v = m == NULL ? NULL : &m->value;
		at = v == NULL ? 0 : v->off;
	}
	return v != NULL && at == off;
}

/* Every message expected, and no other. */
static bool
same_errors(
    struct run *r, const struct tsr_json *list, const struct tsr_json *data)
{
	struct tsr_span text;
	uint32_t i;

	if (list->count != r->diag.count)
		return false;
	for (i = 0; i < list->count; i++) {
		text = list->u.items[i].u.string;
		if (memcmp(text.p, r->diag.list[i].rule, 4) != 0 ||
		    !is_at(data, tsr_span_from(text, 5),
			r->diag.list[i].where.off))
			return false;
	}
	return true;
}

static void
run_test(struct run *r, const char *file, struct tsr_span group,
    const struct tsr_schema *schema, const struct tsr_json *test)
{
	const struct tsr_json *data = tsr_json_get(test, "data");
	const struct tsr_json *errors = tsr_json_get(test, "errors");
	bool valid = tsr_json_true(tsr_json_get(test, "valid"));
	struct tsr_span name = tsr_json_text(tsr_json_get(test, "description"));
	bool ok;

	tsr_diag_init(&r->diag, &r->arena);
	ok = tsr_schema_check(&r->diag, schema, data, NULL);
	if (ok != valid)
		fail(r, file, group, name, valid ? "refused" : "accepted");
	else if (ok != (r->diag.count == 0))
		fail(r, file, group, name, "messages and answer differ");
	else if (errors != NULL && !same_errors(r, errors, data))
		fail(r, file, group, name, "other messages");
	else
		r->passed++;
}

static void
run_group(struct run *r, const char *file, const struct tsr_json *group)
{
	struct tsr_span name =
	    tsr_json_text(tsr_json_get(group, "description"));
	const struct tsr_json *tests = tsr_json_get(group, "tests");
	const struct tsr_json *documents = tsr_json_get(group, "documents");
	struct tsr_span mistake = tsr_json_text(tsr_json_get(group, "mistake"));
	const struct tsr_schema *schema;
	struct tsr_schemas *all;
	uint32_t i;
	bool ok;

	if (is_left_out(r, file, name)) {
		r->skipped += tests->count;
		return;
	}
	tsr_diag_init(&r->diag, &r->arena);
	all = tsr_schemas_new(&r->arena, &r->diag, &r->sources);
	add_remotes(r, all);
	for (i = 0; documents != NULL && i < documents->count; i++)
		tsr_schemas_add(all,
		    tsr_arena_cstr(&r->arena, documents->u.members[i].name),
		    &documents->u.members[i].value);
	schema =
	    tsr_schemas_add(all, "test.json", tsr_json_get(group, "schema"));
	ok = tsr_schemas_compile(all);
	if (ok == (mistake.n > 0) ||
	    (!ok && memcmp(r->diag.list[0].rule, mistake.p, 4) != 0))
		fail(r, file, name, TSR_LIT("schema"),
		    ok ? "compiled" : "not compiled");
	else
		r->passed++;
	for (i = 0; tests != NULL && i < tests->count; i++)
		run_test(r, file, name, schema, &tests->u.items[i]);
}

static void
run_folder(struct run *r, const char *folder)
{
	struct tsr_file_list files;
	struct tsr_json groups;
	size_t i;
	uint32_t g;

	if (tsr_file_walk(&files, &r->arena, folder, 3) != TSR_OK) {
		perror(folder);
		r->failed++;
		return;
	}
	for (i = 0; i < files.count; i++) {
		if (!read_json(&groups, r,
			tsr_arena_printf(
			    &r->arena, "%s/%s", folder, files.names[i]))) {
			fail(r, files.names[i], TSR_LIT(""), TSR_LIT(""),
			    "not read");
			continue;
		}
		for (g = 0; g < groups.count; g++)
			run_group(r, files.names[i], &groups.u.items[g]);
	}
}

int
main(int argc, char **argv)
{
	struct run r = {0};
	int i;

	tsr_sources_init(&r.sources, &r.arena);
	tsr_diag_init(&r.diag, &r.arena);
	if (argc < 4 ||
	    tsr_file_read(&r.left_out, &r.arena, argv[1], 1 << 20) != TSR_OK) {
		fprintf(stderr, "usage: run LEFT-OUT REMOTES FOLDER...\n");
		return 2;
	}
	r.remotes = argv[2];
	if (tsr_file_walk(&r.remote_files, &r.arena, argv[2], 3) != TSR_OK)
		return 2;
	for (i = 3; i < argc; i++)
		run_folder(&r, argv[i]);
	printf("%u left out; %u passed, %u failed\n", r.skipped, r.passed,
	    r.failed);
	tsr_arena_free(&r.arena);
	return r.failed == 0 ? 0 : 1;
}
