/*
 * The log of events: groups, files that are finished, what a crash leaves, full
 * disks; and the window of ids.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base64.h"
#include "core/limits.h"
#include "serve/eventlog.h"
#include "serve/memory.h"
#include "serve/window.h"

#define NOW INT64_C(1781524800000)

static char folder[64];
static struct tsr_eventlog out; /* its room stays from test to test */
static struct tsr_log quiet;

static int
setup(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/test_eventlog.XXXXXX");
	assert_non_null(mkdtemp(folder));
	tsr_log_init(&quiet, "test", false);
	/* What is repaired is said, but not here. */
	quiet.second = tsr_log_clock() / 1000;
	quiet.lines = TSR_LOG_LINES;
	assert_int_equal(tsr_eventlog_open(&out, &quiet, folder, "events"), 0);
	return 0;
}

/* The one file with this ending, read; its name too. Returns how many. */
static int
files(char *name, char *text, size_t n, const char *end)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	char path[400];
	int count = 0;
	FILE *file;

	text[0] = '\0';
	while ((entry = readdir(dir)) != NULL) {
		size_t length = strlen(entry->d_name), m = strlen(end);

		if (length < m || strcmp(entry->d_name + length - m, end) != 0)
			continue;
		count++;
		snprintf(name, 256, "%s", entry->d_name);
		snprintf(path, sizeof(path), "%s/%s", folder, name);
		file = fopen(path, "r");
		n = fread(text, 1, n - 1, file);
		text[n] = '\0';
		fclose(file);
	}
	closedir(dir);
	return count;
}

static int
teardown(void **state)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	(void)state;
	if (out.fd != -1)
		close(out.fd);
	out.fd = -1;
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	close(out.folder);
	return rmdir(folder);
}

static void
commit(const char *line)
{
	assert_true(tsr_eventlog_add(&out, tsr_span_of(line, strlen(line))));
	assert_int_equal(tsr_eventlog_write(&out, NOW), 0);
	assert_int_equal(tsr_eventlog_sync(&out), 0);
	tsr_eventlog_keep(&out);
}

static void
test_eventlog_groups_go_to_one_file_until_it_turns(void **state)
{
	char name[256], text[200];

	(void)state;
	commit("one\n");
	commit("two\nthree\n");
	assert_int_equal(files(name, text, sizeof(text), ".ndjson"), 0);
	assert_int_equal(files(name, text, sizeof(text), ".open"), 1);
	assert_string_equal(text, "one\ntwo\nthree\n");
	/* The stream's word, the time (UTC), a number. */
	assert_memory_equal(name, "events-20260615T120000-", 23);
	tsr_eventlog_turn(&out, NOW, false);
	assert_int_equal(files(name, text, sizeof(text), ".ndjson"), 0);
	tsr_eventlog_turn(&out, NOW, true);
	assert_int_equal(files(name, text, sizeof(text), ".open"), 0);
	assert_int_equal(files(name, text, sizeof(text), ".ndjson"), 1);
	assert_string_equal(text, "one\ntwo\nthree\n");
}

static void
test_eventlog_turns_by_size_by_time_and_by_a_clock_set_back(void **state)
{
	char name[256], text[200];

	(void)state;
	out.most = 8;
	commit("seven..\n");
	tsr_eventlog_turn(&out, NOW, false);
	assert_int_equal(files(name, text, sizeof(text), ".ndjson"), 1);
	out.most = 9;
	commit("seven..\n");
	tsr_eventlog_turn(&out, NOW + out.longest - 1, false);
	assert_int_equal(files(name, text, sizeof(text), ".ndjson"), 1);
	tsr_eventlog_turn(&out, NOW + out.longest, false);
	assert_int_equal(files(name, text, sizeof(text), ".ndjson"), 2);
	commit("x\n");
	tsr_eventlog_turn(&out, NOW - 1, false);
	assert_int_equal(files(name, text, sizeof(text), ".ndjson"), 3);
}

static void
test_eventlog_undo_leaves_whole_groups(void **state)
{
	char name[256], text[200];

	(void)state;
	commit("good\n");
	assert_true(tsr_eventlog_add(&out, TSR_LIT("bad\n")));
	assert_int_equal(tsr_eventlog_write(&out, NOW), 0);
	tsr_eventlog_undo(&out);
	assert_int_equal(files(name, text, sizeof(text), ".ndjson"), 1);
	assert_string_equal(text, "good\n");
	/* And of a file with nothing else, nothing is left. */
	assert_true(tsr_eventlog_add(&out, TSR_LIT("bad\n")));
	assert_int_equal(tsr_eventlog_write(&out, NOW), 0);
	tsr_eventlog_undo(&out);
	assert_int_equal(files(name, text, sizeof(text), ".open"), 0);
	assert_int_equal(files(name, text, sizeof(text), ".ndjson"), 1);
	commit("again\n");
	assert_int_equal(files(name, text, sizeof(text), ".open"), 1);
	assert_string_equal(text, "again\n");
}

static void
test_eventlog_full_disk_is_said_and_survived(void **state)
{
	struct rlimit old, small;
	char name[256], text[200];

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	commit("good\n");
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = 8;
	setrlimit(RLIMIT_FSIZE, &small);
	assert_true(tsr_eventlog_add(&out, TSR_LIT("too much\n")));
	assert_int_equal(tsr_eventlog_write(&out, NOW), EFBIG);
	tsr_eventlog_undo(&out);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(files(name, text, sizeof(text), ".ndjson"), 1);
	assert_string_equal(text, "good\n");
	commit("later\n");
	assert_int_equal(files(name, text, sizeof(text), ".open"), 1);
	assert_string_equal(text, "later\n");
}

static void
test_eventlog_file_that_somebody_removed_is_made_anew(void **state)
{
	char name[256], text[200], path[400];

	(void)state;
	commit("one\n");
	assert_int_equal(files(name, text, sizeof(text), ".open"), 1);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(unlink(path), 0);
	commit("two\n");
	assert_int_equal(files(name, text, sizeof(text), ".open"), 1);
	assert_string_equal(text, "two\n");
}

static void
test_eventlog_group_fits_and_one_byte_too_many(void **state)
{
	static uint8_t line[TSR_EVENTS_GROUP];

	(void)state;
	assert_true(tsr_eventlog_add(&out, tsr_span_of(line, sizeof(line))));
	assert_false(tsr_eventlog_add(&out, TSR_LIT("\n")));
	tsr_eventlog_undo(&out);
}

static const struct {
	const char *left, *lines, *torn;
	const char *why;
} crashes[] = {
    {"one\ntwo\n", "one\ntwo\n", NULL, "whole lines stay"},
    {"one\ntw", "one\n", "tw", "a torn line is put aside"},
    {"tw", NULL, "tw", "nothing but a torn line: no file of lines"},
    {"", NULL, NULL, "an empty file goes"},
    {"\n", "\n", NULL, "an empty line is one"},
};

static void
test_eventlog_finishes_what_a_crash_left(void **state)
{
	char path[128], name[256], text[200];
	size_t i;
	FILE *file;

	for (i = 0; i < TSR_COUNT_OF(crashes); i++) {
		snprintf(path, sizeof(path), "%s/events-a.open", folder);
		file = fopen(path, "w");
		fputs(crashes[i].left, file);
		fclose(file);
		close(out.folder);
		assert_int_equal(
		    tsr_eventlog_open(&out, &quiet, folder, "events"), 0);
		if (files(name, text, sizeof(text), ".open") != 0 ||
		    files(name, text, sizeof(text), ".ndjson") !=
			(crashes[i].lines != NULL) ||
		    strcmp(text, crashes[i].lines == NULL
			    ? "" : crashes[i].lines) != 0 ||
		    files(name, text, sizeof(text), ".torn") !=
			(crashes[i].torn != NULL) ||
		    strcmp(text, crashes[i].torn == NULL
			    ? "" : crashes[i].torn) != 0)
			fail_msg("%s", crashes[i].why);
		teardown(state);
		setup(state);
	}
}

static void
test_eventlog_long_torn_line_is_put_aside_whole(void **state)
{
	char path[128], name[256];
	static char text[200010];
	FILE *file;
	int i;

	(void)state;
	snprintf(path, sizeof(path), "%s/events-a.open", folder);
	file = fopen(path, "w");
	fputs("line\n", file);
	for (i = 0; i < 200000; i++)
		putc('x', file);
	fclose(file);
	assert_int_equal(
	    tsr_eventlog_finish(out.folder, "events-a.open", &quiet), 0);
	assert_int_equal(files(name, text, sizeof(text), ".torn"), 1);
	assert_int_equal(strlen(text), 200000);
	assert_int_equal(files(name, text, sizeof(text), ".ndjson"), 1);
	assert_string_equal(text, "line\n");
}

static void
test_eventlog_leaves_alone_what_another_process_writes(void **state)
{
	char path[128], name[256], text[200];
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s/events-a.open", folder);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "torn", 4), 4);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	close(out.folder);
	assert_int_equal(tsr_eventlog_open(&out, &quiet, folder, "events"), 0);
	assert_int_equal(files(name, text, sizeof(text), ".open"), 1);
	assert_string_equal(text, "torn");
	close(fd);
}

/* ---- the window ---- */

static void
number_id(uint8_t id[TSR_WINDOW_ID], uint32_t n)
{
	memset(id, 7, TSR_WINDOW_ID);
	tsr_put32(id, n);
}

static void
test_window_remembers_as_many_as_it_may(void **state)
{
	struct tsr_window w;
	uint8_t id[TSR_WINDOW_ID];
	uint32_t i, round;

	(void)state;
	assert_true(tsr_window_init(&w, 1024));
	for (i = 0; i < 100000; i++) {
		number_id(id, i);
		assert_true(tsr_window_add(&w, id));
		/* The oldest that is still there, and the first that is not. */
		number_id(id, i < 1023 ? 0 : i - 1023);
		assert_false(tsr_window_add(&w, id));
	}
	for (round = 0; round < 1024; round++) {
		number_id(id, 100000 - 1024 + round);
		assert_false(tsr_window_add(&w, id));
	}
	number_id(id, 100000 - 1025);
	assert_true(tsr_window_add(&w, id));
}

static void
test_window_undo_takes_the_last_away_again(void **state)
{
	struct tsr_window w;
	uint8_t id[TSR_WINDOW_ID];
	uint32_t i, k;

	(void)state;
	assert_true(tsr_window_init(&w, 256));
	for (i = 0; i < 5000; i++) {
		for (k = 0; k < i % 7; k++) {
			number_id(id, 1000000 + k);
			assert_true(tsr_window_add(&w, id));
		}
		tsr_window_undo(&w, i % 7);
		number_id(id, i);
		assert_true(tsr_window_add(&w, id));
	}
	assert_int_equal(w.count, 253);
	for (i = 5000 - 244; i < 5000; i++) {
		number_id(id, i);
		assert_false(tsr_window_add(&w, id));
	}
}

static void
put_lines(uint32_t from, uint32_t to)
{
	uint8_t id[TSR_WINDOW_ID], text[TSR_BASE64_TEXT(TSR_WINDOW_ID)];
	char line[100];
	int n;

	for (; from < to; from++) {
		number_id(id, from);
		tsr_base64_write(text, tsr_span_of(id, sizeof(id)));
		n = snprintf(line, sizeof(line),
		    "{\"at\":1,\"release\":\"a\",\"id\":\"%.22s\"}\n", text);
		assert_true(
		    tsr_eventlog_add(&out, tsr_span_of(line, (size_t)n)));
	}
	assert_int_equal(tsr_eventlog_write(&out, NOW), 0);
	tsr_eventlog_keep(&out);
	tsr_eventlog_turn(&out, NOW, true);
}

static void
test_window_loads_the_newest_of_the_log(void **state)
{
	struct tsr_window w;
	uint8_t id[TSR_WINDOW_ID];
	char path[2][256];
	uint32_t i;

	(void)state;
	/* Names sort by time; within a second by chance: say so here. */
	put_lines(0, 40000);
	snprintf(path[0], sizeof(path[0]), "%s/%s.ndjson", folder, out.name);
	snprintf(path[1], sizeof(path[1]), "%s/events-0.ndjson", folder);
	assert_int_equal(rename(path[0], path[1]), 0);
	put_lines(40000, 45000);
	assert_true(tsr_window_init(&w, 8192));
	tsr_window_load(&w, &out.folder, 1);
	assert_int_equal(w.count, 8192);
	for (i = 45000 - 8192; i < 45000; i++) {
		number_id(id, i);
		assert_false(tsr_window_add(&w, id));
	}
	/* The oldest goes first, as if they had just come. */
	number_id(id, 1);
	assert_true(tsr_window_add(&w, id));
	number_id(id, 45000 - 8192);
	assert_true(tsr_window_add(&w, id));
}

static void
test_window_loads_several_folders_by_time_and_not_by_name(void **state)
{
	char from[256], to[256];
	struct tsr_window w;
	uint8_t id[TSR_WINDOW_ID];
	int folders[2];

	(void)state;
	/* By name cgi- comes first, by folder events- does. */
	put_lines(0, 100);
	folders[0] = out.folder;
	snprintf(from, sizeof(from), "%s/%s.ndjson", folder, out.name);
	snprintf(to, sizeof(to), "%s/events-20260101T000000-0.ndjson", folder);
	assert_int_equal(rename(from, to), 0);
	put_lines(100, 200);
	snprintf(from, sizeof(from), "%s/%s.ndjson", folder, out.name);
	snprintf(to, sizeof(to), "%s/other", folder);
	assert_int_equal(mkdir(to, 0700), 0);
	folders[1] = open(to, O_RDONLY | O_DIRECTORY);
	assert_true(folders[1] != -1);
	snprintf(to, sizeof(to), "%s/other/cgi-20250101T000000-0.ndjson",
	    folder);
	assert_int_equal(rename(from, to), 0);
	assert_true(tsr_window_init(&w, 128));
	tsr_window_load(&w, folders, 2);
	close(folders[1]);
	assert_int_equal(unlink(to), 0);
	snprintf(to, sizeof(to), "%s/other", folder);
	assert_int_equal(rmdir(to), 0);
	number_id(id, 0);
	assert_false(tsr_window_add(&w, id));
	number_id(id, 199);
	assert_false(tsr_window_add(&w, id));
	number_id(id, 100);
	assert_true(tsr_window_add(&w, id));
}

#define WITH_FOLDER(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FOLDER(test_eventlog_groups_go_to_one_file_until_it_turns),
	    WITH_FOLDER(
		test_eventlog_turns_by_size_by_time_and_by_a_clock_set_back),
	    WITH_FOLDER(test_eventlog_undo_leaves_whole_groups),
	    WITH_FOLDER(test_eventlog_full_disk_is_said_and_survived),
	    WITH_FOLDER(test_eventlog_file_that_somebody_removed_is_made_anew),
	    WITH_FOLDER(test_eventlog_group_fits_and_one_byte_too_many),
	    WITH_FOLDER(test_eventlog_finishes_what_a_crash_left),
	    WITH_FOLDER(test_eventlog_long_torn_line_is_put_aside_whole),
	    WITH_FOLDER(test_eventlog_leaves_alone_what_another_process_writes),
	    cmocka_unit_test(test_window_remembers_as_many_as_it_may),
	    cmocka_unit_test(test_window_undo_takes_the_last_away_again),
	    WITH_FOLDER(test_window_loads_the_newest_of_the_log),
	    WITH_FOLDER(
		test_window_loads_several_folders_by_time_and_not_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
