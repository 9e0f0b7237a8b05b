/*
 * Pruning: what no kept release needs goes, after its grace, and nothing else.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"
#include "build/pack/prune.h"
#include "lib/small.h"

#define NOW 1781524800

static char folder[32];
static struct tsr_arena arena;
static int clock_step;

/* A release with one page and one public file; releases get older by order. */
static void
emit(const char *text)
{
	struct tsr_small *s = malloc(sizeof(*s));
	struct tsr_choice edition;
	struct tsr_item item = tsr_small_text(text);
	struct timespec times[2] = {{NOW, 0}, {NOW, 0}};
	char *path;

	tsr_small_init(
	    s, "{\"q\": {\"type\": \"string\", \"source\": \"query:q\"}}");
	rmdir(s->folder);
	snprintf(s->folder, sizeof(s->folder), "%s", folder);
	edition = tsr_small_choice(s, "edition", &item, 1);
	assert_true(tsr_small_page(s, "/", &edition, 1, 0));
	path = tsr_arena_printf(&s->arena, "assets/%s.css", text);
	s->files[0].name = tsr_span_of(path, strlen(path));
	s->files[0].bytes = TSR_LIT("a{}");
	s->file_count = 1;
	tsr_small_open(s);
	times[0].tv_sec = times[1].tv_sec = NOW + clock_step++;
	utimensat(AT_FDCWD,
	    tsr_arena_printf(
		&s->arena, "%s/releases/%s", folder, s->emitted.id),
	    times, 0);
	snprintf(s->folder, sizeof(s->folder), "/nonexistent");
	tsr_small_free(s);
	free(s);
}

static bool
exists(const char *name)
{
	struct stat st;

	return lstat(tsr_arena_printf(&arena, "%s/%s", folder, name), &st) == 0;
}

static size_t
files_in(const char *name)
{
	struct tsr_file_list list;

	tsr_file_walk(&list, &arena,
	    tsr_arena_printf(&arena, "%s/%s", folder, name), 4);
	return list.count;
}

static size_t
releases(void)
{
	struct tsr_release_entry *list;
	size_t count;

	assert_int_equal(
	    tsr_release_list(&list, &count, folder, &arena), TSR_OK);
	assert_true(list[0].current);
	return count;
}

static int
setup(void **state)
{
	(void)state;
	memcpy(folder, "/tmp/tessera-test-XXXXXX", 25);
	memset(&arena, 0, sizeof(arena));
	clock_step = 0;
	return mkdtemp(folder) == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	tsr_file_remove_all(folder);
	tsr_arena_free(&arena);
	return 0;
}

static void
test_prune_keeps_the_newest_and_the_current(void **state)
{
	struct tsr_prune_result result;

	(void)state;
	emit("one");
	emit("two");
	emit("three");
	assert_int_equal(tsr_prune(&result, folder, 0, 0, NOW), TSR_OK);
	assert_int_equal(result.releases, 0);
	assert_int_equal(tsr_prune(&result, folder, 2, 100, NOW), TSR_OK);
	assert_int_equal(result.releases, 1);
	assert_int_equal(releases(), 2);
	/* The current one is kept, however old it is. */
	emit("two");
	assert_int_equal(tsr_prune(&result, folder, 1, 100, NOW), TSR_OK);
	assert_int_equal(releases(), 1);
	assert_true(exists("current/site.tsr"));
}

static void
test_prune_waits_for_the_grace(void **state)
{
	struct tsr_prune_result result;

	(void)state;
	emit("one");
	emit("two");
	assert_int_equal(files_in("packs"), 2);
	assert_int_equal(tsr_prune(&result, folder, 1, 100, NOW), TSR_OK);
	assert_int_equal(result.releases, 1);
	assert_int_equal(result.packs + result.files, 0);
	assert_int_equal(tsr_prune(&result, folder, 1, 100, NOW + 99), TSR_OK);
	assert_int_equal(result.packs + result.files, 0);
	assert_true(exists("public/assets/one.css"));
	assert_int_equal(tsr_prune(&result, folder, 1, 100, NOW + 100), TSR_OK);
	assert_int_equal(result.packs, 1);
	assert_int_equal(result.files, 1);
	assert_false(exists("public/assets/one.css"));
	assert_true(exists("public/assets/two.css"));
	assert_int_equal(files_in("packs"), 1);
}

static void
test_prune_needed_again_in_time_stays(void **state)
{
	struct tsr_prune_result result;

	(void)state;
	emit("one");
	emit("two");
	tsr_prune(&result, folder, 1, 100, NOW);
	emit("one");
	assert_int_equal(tsr_prune(&result, folder, 1, 100, NOW + 50), TSR_OK);
	emit("two");
	/* The wait of what is unneeded again begins anew. */
	assert_int_equal(tsr_prune(&result, folder, 1, 100, NOW + 120), TSR_OK);
	assert_int_equal(result.packs, 0);
	assert_int_equal(files_in("packs"), 2);
}

static void
test_prune_unreadable_manifest_removes_nothing_else(void **state)
{
	struct tsr_prune_result result;

	(void)state;
	emit("one");
	emit("two");
	assert_int_equal(truncate(tsr_arena_printf(&arena,
				      "%s/current/manifest.json", folder),
			     10),
	    0);
	assert_int_equal(tsr_prune(&result, folder, 1, 0, NOW), TSR_OK);
	assert_int_equal(result.packs + result.files, 0);
	assert_int_equal(files_in("packs"), 2);
}

static void
test_prune_sweeps_what_ended_builds_left(void **state)
{
	static const char *const left[] = {"packs/a.pack.tmp-12",
	    "public/assets/x.css.tmp-7", "releases/.new-9/site.tsr",
	    ".current-99", ".unneeded.tmp-3"};
	static const char *const stays[] = {
	    "packs/a.tmp-", "public/assets/x.tmp-7z", "notes.txt"};
	struct tsr_prune_result result;
	char *path;
	size_t i;

	(void)state;
	emit("one");
	path = tsr_arena_printf(&arena, "%s/releases/.new-9", folder);
	assert_int_equal(mkdir(path, 0755), 0);
	for (i = 0; i < TSR_COUNT_OF(left) + TSR_COUNT_OF(stays); i++) {
		const char *name = i < TSR_COUNT_OF(left)
		    ? left[i]
		    : stays[i - TSR_COUNT_OF(left)];

		assert_int_equal(
		    tsr_file_write(tsr_arena_printf(&arena, "%s/%s", folder,
				       name),
			TSR_LIT("x")),
		    TSR_OK);
	}
	assert_int_equal(tsr_prune(&result, folder, 5, 3600, NOW), TSR_OK);
	for (i = 0; i < TSR_COUNT_OF(left); i++)
		if (exists(left[i]))
			fail_msg("%s is left", left[i]);
	for (i = 0; i < TSR_COUNT_OF(stays); i++)
		if (!exists(stays[i]))
			fail_msg("%s is gone", stays[i]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_prune_keeps_the_newest_and_the_current),
	    TEST(test_prune_waits_for_the_grace),
	    TEST(test_prune_needed_again_in_time_stays),
	    TEST(test_prune_unreadable_manifest_removes_nothing_else),
	    TEST(test_prune_sweeps_what_ended_builds_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
