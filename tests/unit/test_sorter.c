/*
 * Records in order, in memory and in runs of a file, and lines of files.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/linefile.h"
#include "base/sorter.h"

static enum tsr_err
add(struct tsr_sorter *s, uint32_t key, size_t n)
{
	uint8_t head[4], body[300];

	head[0] = (uint8_t)(key >> 24);
	head[1] = (uint8_t)(key >> 16);
	head[2] = (uint8_t)(key >> 8);
	head[3] = (uint8_t)key;
	memset(body, (int)n, sizeof(body));
	return tsr_sorter_add(s, tsr_span_of(head, 4), tsr_span_of(body, n));
}

static const struct {
	size_t room;
	uint32_t count;
	bool file;
	const char *why;
} sizes[] = {
    {1 << 16, 0, false, "nothing"},
    {1 << 16, 1, false, "one"},
    {1 << 20, 3000, false, "in memory"},
    {1 << 17, 3000, true, "a few runs"},
    {1 << 14, 3000, true, "many, each read in small pieces"},
};

static void
test_sorter_gives_back_all_in_order(void **state)
{
	uint32_t i, k, key, last;
	struct tsr_sorter s;
	struct tsr_span r;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(tsr_sorter_init(&s, sizes[i].room), TSR_OK);
		for (k = 0; k < sizes[i].count; k++) {
			/* Every number once, each long as it says. */
			key = (uint32_t)((uint64_t)k * 2654435761u %
					 sizes[i].count);
			assert_int_equal(add(&s, key, key % 300), TSR_OK);
		}
		assert_int_equal(tsr_sorter_sort(&s), TSR_OK);
		if ((s.file != -1) != sizes[i].file)
			fail_msg("%s", sizes[i].why);
		for (last = 0; tsr_sorter_next(&r, &s); last++) {
			key = (uint32_t)r.p[0] << 24 | (uint32_t)r.p[1] << 16 |
			      (uint32_t)r.p[2] << 8 | r.p[3];
			assert_int_equal(key, last);
			assert_int_equal(r.n, 4 + key % 300);
		}
		assert_int_equal(s.err, TSR_OK);
		assert_int_equal(last, sizes[i].count);
		assert_false(tsr_sorter_next(&r, &s));
		tsr_sorter_free(&s);
	}
}

static void
test_sorter_alike_and_prefixes_stand_together(void **state)
{
	static const char *const want[] = {"a", "a", "ab", "abc", "b"};
	static const char *const given[] = {"abc", "a", "b", "ab", "a"};
	struct tsr_sorter s;
	struct tsr_span r;
	size_t i;

	(void)state;
	assert_int_equal(tsr_sorter_init(&s, 13), TSR_OK);
	for (i = 0; i < 5; i++)
		assert_int_equal(tsr_sorter_add(&s, TSR_LIT(""),
				     tsr_span_of(given[i], strlen(given[i]))),
		    TSR_OK);
	/* Three runs, and room for one of the longest. */
	assert_int_equal(tsr_sorter_sort(&s), TSR_LONG);
	tsr_sorter_free(&s);
	assert_int_equal(tsr_sorter_init(&s, 21), TSR_OK);
	for (i = 0; i < 5; i++)
		assert_int_equal(tsr_sorter_add(&s, TSR_LIT(""),
				     tsr_span_of(given[i], strlen(given[i]))),
		    TSR_OK);
	assert_int_equal(tsr_sorter_sort(&s), TSR_OK);
	for (i = 0; tsr_sorter_next(&r, &s); i++)
		assert_true(tsr_span_eq(
		    r, tsr_span_of(want[i], strlen(want[i]))));
	assert_int_equal(i, 5);
	tsr_sorter_free(&s);
}

static void
test_sorter_record_fits_and_one_byte_too_many(void **state)
{
	struct tsr_sorter s;

	(void)state;
	assert_int_equal(tsr_sorter_init(&s, 108), TSR_OK);
	assert_int_equal(add(&s, 1, 101), TSR_LONG);
	assert_int_equal(add(&s, 1, 100), TSR_OK);
	tsr_sorter_free(&s);
}

static void
test_sorter_says_when_there_is_no_place_for_its_file(void **state)
{
	struct tsr_sorter s;

	(void)state;
	assert_int_equal(setenv("TMPDIR", "/nowhere", 1), 0);
	assert_int_equal(tsr_sorter_init(&s, 108), TSR_OK);
	assert_int_equal(add(&s, 1, 100), TSR_OK);
	assert_int_equal(add(&s, 2, 100), TSR_IO);
	assert_int_equal(errno, ENOENT);
	tsr_sorter_free(&s);
	assert_int_equal(unsetenv("TMPDIR"), 0);
}

/* ---- lines ---- */

#define MOST 10

static char path[64];

/* A file with this text, packed or not, and cut off by so many bytes. */
static void
make(const char *text, bool packed, size_t less)
{
	uint8_t bytes[4096];
	FILE *file;
	gzFile gz;
	size_t n;
	int fd;

	snprintf(path, sizeof(path), "/tmp/test_sorter.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd != -1);
	close(fd);
	gz = gzopen(path, packed ? "wb9" : "wbT");
	assert_int_equal(gzputs(gz, text), strlen(text));
	assert_int_equal(gzclose(gz), Z_OK);
	file = fopen(path, "rb");
	n = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	assert_int_equal(truncate(path, (off_t)(n - less)), 0);
}

static const struct {
	const char *text, *want; /* a line each: W, L, D, number, its bytes */
	bool packed;
	size_t less;
	const char *why;
} files[] = {
    {"", "", false, 0, "empty"},
    {"", "", true, 0, "empty and packed"},
    {"\n", "W1\n", false, 0, "an empty line"},
    {"a\nbc", "W1a\nW2bc\n", false, 0, "no line end at the end"},
    {"a\nbc\n", "W1a\nW2bc\n", true, 0, "packed"},
    {"0123456789\nb\n", "W10123456789\nW2b\n", false, 0, "it fits"},
    {"01234567890\nb\n", "L101234567890\nW2b\n", false, 0, "one too many"},
    {"b\n01234567890", "W1b\nL201234567890\n", false, 0,
	"one too many at the end"},
    {"a\nb\n", "W1a\nW2b\nD3\n", true, 1, "cut off"},
    {"a\nb", "W1a\nD2\n", true, 1, "cut off in a line"},
};

static void
test_linefile_lines_come_with_their_numbers(void **state)
{
	static const char letters[] = "WLDFE";
	struct tsr_linefile file;
	struct tsr_span line;
	enum tsr_line what;
	char got[200];
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		make(files[i].text, files[i].packed, files[i].less);
		assert_int_equal(tsr_linefile_open(&file, path, MOST), TSR_OK);
		for (n = 0, got[0] = '\0';
		     (what = tsr_linefile_next(&line, &file)) != TSR_LINE_END;)
			n += (size_t)snprintf(got + n, sizeof(got) - n,
			    "%c%u%.*s\n", letters[what],
			    (unsigned)file.number,
			    what == TSR_LINE_DAMAGED ? 0 : (int)line.n,
			    (const char *)line.p);
		if (strcmp(got, files[i].want) != 0)
			fail_msg("%s: %s", files[i].why, got);
		tsr_linefile_close(&file);
		assert_int_equal(unlink(path), 0);
	}
}

static void
test_linefile_long_line_is_passed_over_whole(void **state)
{
	struct tsr_linefile file;
	struct tsr_span line;
	FILE *out;
	int i;

	(void)state;
	make("", false, 0);
	out = fopen(path, "w");
	for (i = 0; i < 300000; i++)
		putc('x', out);
	fputs("\nend", out);
	fclose(out);
	assert_int_equal(tsr_linefile_open(&file, path, MOST), TSR_OK);
	assert_int_equal(tsr_linefile_next(&line, &file), TSR_LINE_LONG);
	assert_int_equal(file.number, 1);
	assert_int_equal(tsr_linefile_next(&line, &file), TSR_LINE_WHOLE);
	assert_int_equal(file.number, 2);
	assert_true(tsr_span_eq(line, TSR_LIT("end")));
	assert_int_equal(tsr_linefile_next(&line, &file), TSR_LINE_END);
	tsr_linefile_close(&file);
	assert_int_equal(unlink(path), 0);
}

static void
test_linefile_folder_is_refused_by_the_system(void **state)
{
	struct tsr_linefile file;
	struct tsr_span line;

	(void)state;
	assert_int_equal(tsr_linefile_open(&file, "/nowhere", MOST), TSR_IO);
	tsr_linefile_close(&file);
	assert_int_equal(tsr_linefile_open(&file, "/tmp", MOST), TSR_OK);
	assert_int_equal(tsr_linefile_next(&line, &file), TSR_LINE_FAILED);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(tsr_linefile_next(&line, &file), TSR_LINE_END);
	tsr_linefile_close(&file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sorter_gives_back_all_in_order),
	    cmocka_unit_test(test_sorter_alike_and_prefixes_stand_together),
	    cmocka_unit_test(test_sorter_record_fits_and_one_byte_too_many),
	    cmocka_unit_test(
		test_sorter_says_when_there_is_no_place_for_its_file),
	    cmocka_unit_test(test_linefile_lines_come_with_their_numbers),
	    cmocka_unit_test(test_linefile_long_line_is_passed_over_whole),
	    cmocka_unit_test(test_linefile_folder_is_refused_by_the_system),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
