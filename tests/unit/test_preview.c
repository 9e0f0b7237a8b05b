/*
 * Tests of the preview: where it answers, what it gives out, what it adds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/preview_file.h"
#include "cli/preview_host.h"
#include "cli/preview_page.h"
#include "cli/preview_segment.h"
#include "cli/preview_watch.h"

static struct tsr_span
span(const char *text)
{
	return tsr_span_of(text, text == NULL ? 0 : strlen(text));
}

static void
test_preview_host_foreign_is_refused(void **state)
{
	static const struct {
		const char *listen, *header;
		bool allowed;
		const char *why;
	} rows[] = {
	    {"8080", "127.0.0.1:8080", true, "where it listens"},
	    {"8080", "localhost:8080", true, "its name"},
	    {"8080", "LocalHost:8080", true, "names have no case"},
	    {"8080", "[::1]:8080", true, "its other address"},
	    {"8080", "localhost", false, "port 80 is another server"},
	    {"8080", "localhost:8081", false, "another port is, too"},
	    {"80", "localhost", true, "80 need not be said"},
	    {"8080", "evil.example:8080", false, "a name led here"},
	    {"8080", "localhost.evil.example:8080", false, "only a prefix"},
	    {"8080", "127.0.0.1.nip.io:8080", false, "only a prefix"},
	    {"8080", "127.0.0.1:8080:8080", false, "two ports"},
	    {"8080", "127.0.0.1:", false, "an empty port"},
	    {"8080", "127.0.0.1:8080x", false, "no number"},
	    {"8080", "127.0.0.1:73616", false, "8080 only modulo 65536"},
	    {"8080", "user@127.0.0.1:8080", false, "no host"},
	    {"8080", "[::1:8080", false, "not closed"},
	    {"8080", "", false, "empty"},
	    {"8080", NULL, false, "none, or two"},
	    {"8080", "192.0.2.1:8080", false, "not where it listens"},
	    {"0.0.0.0:8080", "192.0.2.1:8080", true, "it was asked to"},
	    {"0.0.0.0:8080", "[2001:db8::1]:8080", true, "it was asked to"},
	    {"0.0.0.0:8080", "evil.example:8080", false, "still a name"},
	    {"box.example:8080", "box.example:8080", true, "the name given"},
	};
	struct tsr_preview_host host;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		assert_true(tsr_preview_host_read(&host, span(rows[i].listen)));
		if (tsr_preview_host_allows(&host, span(rows[i].header)) !=
		    rows[i].allowed)
			fail_msg("%s: %s", rows[i].header, rows[i].why);
	}
}

static void
test_preview_host_listen_takes_the_next_port(void **state)
{
	struct tsr_preview_host first, second;
	int a, b;

	(void)state;
	assert_true(tsr_preview_host_read(&first, span("127.0.0.1:0")));
	a = tsr_preview_host_listen(&first, false);
	assert_true(a != -1 && first.port != 0 && first.loopback);
	second = first;
	assert_int_equal(tsr_preview_host_listen(&second, false), -1);
	second = first;
	b = tsr_preview_host_listen(&second, true);
	assert_true(b != -1 && second.port > first.port);
	close(a);
	close(b);
}

/* A folder of its own, removed by the caller. */
static char *
make_folder(struct tsr_arena *arena)
{
	char *path = tsr_arena_printf(arena, "/tmp/tsr-preview-XXXXXX");

	assert_non_null(mkdtemp(path));
	return path;
}

/* As an editor does, in place: no other name takes part. */
static void
write_file(struct tsr_arena *arena, const char *folder, const char *name,
    const char *text)
{
	FILE *out = fopen(tsr_arena_printf(arena, "%s/%s", folder, name), "w");

	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
	assert_int_equal(fclose(out), 0);
}

static void
test_preview_file_outside_is_missing(void **state)
{
	static const struct {
		const char *target, *type, *why;
	} rows[] = {
	    {"/assets/a.css", "text/css; charset=utf-8", "a plain file"},
	    {"/assets/a.css?v=1", "text/css; charset=utf-8", "with a query"},
	    {"/%61ssets/a.css", "text/css; charset=utf-8", "with an escape"},
	    {"/robots.txt", "text/plain; charset=utf-8", "at the top"},
	    {"/", NULL, "a folder"},
	    {"/assets", NULL, "a folder"},
	    {"/assets/", NULL, "a folder"},
	    {"/assets/none.css", NULL, "not there"},
	    {"/../secret.txt", NULL, "up"},
	    {"/assets/../../secret.txt", NULL, "up by another way"},
	    {"/%2e%2e/secret.txt", NULL, "up, escaped"},
	    {"/assets/%2e%2e%2f%2e%2e%2fsecret.txt", NULL, "all escaped"},
	    {"/..%5csecret.txt", NULL, "as on another system"},
	    {"//secret.txt", NULL, "an empty name"},
	    {"/./robots.txt", NULL, "not its canonical spelling"},
	    {"/.hidden", NULL, "hidden"},
	    {"/link.txt", NULL, "a link that leads out"},
	    {"/out/secret.txt", NULL, "through a linked folder"},
	    {"/robots.txt%00.css", NULL, "a NUL"},
	    {"robots.txt", NULL, "not a path"},
	    {"", NULL, "nothing"},
	};
	struct tsr_arena arena = {0};
	char *folder = make_folder(&arena);
	char *public = tsr_arena_printf(&arena, "%s/public", folder);
	struct tsr_preview_file file;
	enum tsr_err err;
	size_t i;

	(void)state;
	assert_int_equal(tsr_file_make_folders(tsr_arena_printf(
			     &arena, "%s/assets", public)),
	    TSR_OK);
	write_file(&arena, folder, "secret.txt", "secret");
	write_file(&arena, public, "robots.txt", "robots");
	write_file(&arena, public, "assets/a.css", "a{}");
	write_file(&arena, public, ".hidden", "h");
	assert_int_equal(symlink("../secret.txt",
			     tsr_arena_printf(&arena, "%s/link.txt", public)),
	    0);
	assert_int_equal(
	    symlink("..", tsr_arena_printf(&arena, "%s/out", public)), 0);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		err = tsr_preview_file_read(
		    &file, public, span(rows[i].target), &arena);
		if (err != (rows[i].type != NULL ? TSR_OK : TSR_MISSING))
			fail_msg("%s: %s", rows[i].target, rows[i].why);
		if (rows[i].type != NULL)
			assert_string_equal(file.type, rows[i].type);
	}
	assert_int_equal(tsr_file_remove_all(folder), TSR_OK);
	tsr_arena_free(&arena);
}

static void
test_preview_page_script_stands_before_the_end(void **state)
{
	static const struct {
		const char *page, *before, *after, *why;
	} rows[] = {
	    {"<body>x</body></html>", "<body>x", "</body></html>", "as usual"},
	    {"<p></BODY >", "<p></BODY >", "", "no such tag: at the end"},
	    {"<body>x</BODY></HTML>", "<body>x", "</BODY></HTML>", "any case"},
	    {"<!--</body>--><p></body>", "<!--</body>--><p>", "</body>",
		"the last one"},
	    {"x</body", "x</body", "", "cut off"},
	    {"", "", "", "empty"},
	};
	const struct tsr_preview_news news = {.generation = 7, .errors = 2};
	struct tsr_arena arena = {0};
	struct tsr_span page;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		page = tsr_preview_page_add(
		    span(rows[i].page), &news, true, &arena);
		assert_true(tsr_span_starts(page, span(rows[i].before)));
		assert_true(tsr_span_ends(page, span(rows[i].after)));
		page = tsr_span_part(page, strlen(rows[i].before),
		    page.n - strlen(rows[i].page));
		assert_string_equal(tsr_arena_cstr(&arena, page),
		    "<script src=\"/_tessera/preview/preview.js\" defer"
		    " data-generation=\"7\" data-release=\"\""
		    " data-errors=\"2\" data-bar></script>");
	}
	tsr_arena_free(&arena);
}

static void
test_preview_page_error_escapes_messages(void **state)
{
	const struct tsr_preview_news news = {.generation = 1, .errors = 1};
	struct tsr_arena arena = {0};
	struct tsr_span page = tsr_preview_page_error(&news,
	    span("[{\"text\":\"a.html:1:2: error[T001]: <b> & </pre>\\n\"}]"),
	    &arena);

	(void)state;
	assert_non_null(strstr(tsr_arena_cstr(&arena, page),
	    ">a.html:1:2: error[T001]: &lt;b> &amp; &lt;/pre>\n</pre>"));
	tsr_arena_free(&arena);
}

static const char attributes[] =
    "{\"tier\":{\"type\":\"string\",\"source\":\"cookie:tier\","
    "\"values\":[\"gold\",\"silver\"]},"
    "\"cart\":{\"type\":\"number\",\"source\":\"cookie:cart\"},"
    "\"mobile\":{\"type\":\"boolean\",\"source\":\"header:X-Mobile\"},"
    "\"code\":{\"type\":\"string\",\"source\":\"query:code\"},"
    "\"page\":{\"type\":\"string\",\"source\":\"page\"}}";

static const char segments[] =
    "{\"vip\":{\"audience\":{\"tier\":\"gold\"},\"title\":\"Gold\"},"
    "\"rich\":{\"audience\":{\"cart\":{\"$exists\":true,\"$gt\":99.5}}},"
    "\"phone-vip\":{\"audience\":{\"$and\":[{\"$segment\":\"vip\"},"
    "{\"mobile\":true}]}},"
    "\"either\":{\"audience\":{\"$or\":[{\"$segment\":\"rich\"},"
    "{\"tier\":\"silver\"}]}},"
    "\"coded\":{\"audience\":{\"code\":{\"$regex\":\"^x[0-9]{9}$\"}}},"
    "\"home\":{\"audience\":{\"page\":\"index\"}},"
    "\"alias\":{\"audience\":\"vip\"}}";

/* What a change makes of nobody, as text: tier=gold mobile=true */
static const char *
change_text(const struct tsr_preview_segments *all,
    const struct tsr_preview_change *changes, struct tsr_arena *arena)
{
	struct tsr_buf out;
	const char *text;
	uint32_t i;

	tsr_buf_init(&out, 1000);
	for (i = 0; i < tsr_rules_attribute_count(all->rules); i++) {
		if (changes[i].kind != TSR_PREVIEW_SET)
			continue;
		tsr_buf_add(&out, tsr_rules_attribute_at(all->rules, i)->name);
		tsr_buf_byte(&out, '=');
		if (changes[i].value != NULL)
			tsr_json_write(&out, changes[i].value);
		tsr_buf_byte(&out, ' ');
	}
	text = tsr_arena_cstr(arena, tsr_buf_view(&out));
	tsr_buf_free(&out);
	return text;
}

static void
test_preview_segment_change_is_found_where_there_is_one(void **state)
{
	static const char *const rows[][2] = {
	    {"vip", "tier=\"gold\" "},
	    {"rich", "cart=100.5 "},
	    {"phone-vip", "tier=\"gold\" mobile=true "},
	    {"either", "tier=\"silver\" "},
	    {"coded", NULL}, /* no value is known that matches */
	    {"home", NULL},  /* a page cannot be another one */
	    {"alias", "tier=\"gold\" "},
	};
	const struct tsr_json *nobody[16] = {NULL};
	struct tsr_preview_visitor_values visitor = {nobody, nobody, 0, 0};
	struct tsr_preview_change changes[16];
	struct tsr_preview_segments all = {0};
	struct tsr_sources sources;
	struct tsr_arena arena = {0};
	size_t i;
	bool found;

	(void)state;
	tsr_sources_init(&sources, &arena);
	tsr_sources_add(&sources, "variants/attributes.json", span(attributes));
	tsr_sources_add(&sources, "variants/segments.json", span(segments));
	tsr_preview_segments_read(&all, &sources, &arena);
	visitor.count = tsr_rules_attribute_count(all.rules);
	assert_int_equal(all.count, TSR_COUNT_OF(rows));
	for (i = 0; i < all.count; i++) {
		assert_true(tsr_span_eq(all.list[i].name, span(rows[i][0])));
		assert_false(
		    tsr_preview_segment_holds(&all, i, &visitor, &arena));
		found = tsr_preview_segment_change(
		    changes, &all, i, true, &visitor, &arena);
		if (found != (rows[i][1] != NULL))
			fail_msg("%s: found %d", rows[i][0], found);
		if (found)
			assert_string_equal(
			    change_text(&all, changes, &arena), rows[i][1]);
	}
	tsr_arena_free(&arena);
}

/* Later than a change that is waiting would be told. */
static void *
stop_later(void *watch)
{
	usleep(250 * 1000);
	tsr_preview_watch_stop(watch);
	return NULL;
}

static void
test_preview_watch_sees_what_a_build_reads(void **state)
{
	struct tsr_arena arena = {0};
	char *folder = make_folder(&arena);
	struct tsr_preview_watch watch;
	pthread_t stopper;

	(void)state;
	assert_int_equal(tsr_file_make_folders(tsr_arena_printf(
			     &arena, "%s/content/pages", folder)),
	    TSR_OK);
	assert_true(tsr_preview_watch_open(&watch, folder));
	/* Nothing of these may wake it; the stop does, long after. */
	write_file(&arena, folder, "notes.txt", "x");
	write_file(&arena, folder, "content/.index.json.swp", "x");
	write_file(&arena, folder, "content/index.json~", "x");
	assert_int_equal(pthread_create(&stopper, NULL, stop_later, &watch), 0);
	assert_false(tsr_preview_watch_wait(&watch));
	pthread_join(stopper, NULL);
	tsr_preview_watch_close(&watch);

	assert_true(tsr_preview_watch_open(&watch, folder));
	write_file(&arena, folder, "content/pages/a.json", "{}");
	assert_true(tsr_preview_watch_wait(&watch));
	write_file(&arena, folder, "tessera.json", "{}");
	assert_true(tsr_preview_watch_wait(&watch));
	/* A new tree, and then a file deep in it. */
	assert_int_equal(tsr_file_make_folders(tsr_arena_printf(
			     &arena, "%s/variants/index/hero", folder)),
	    TSR_OK);
	assert_true(tsr_preview_watch_wait(&watch));
	write_file(&arena, folder, "variants/index/hero/vip.json", "{}");
	assert_true(tsr_preview_watch_wait(&watch));
	tsr_preview_watch_close(&watch);
	assert_int_equal(tsr_file_remove_all(folder), TSR_OK);
	tsr_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_preview_host_foreign_is_refused),
	    cmocka_unit_test(test_preview_host_listen_takes_the_next_port),
	    cmocka_unit_test(test_preview_file_outside_is_missing),
	    cmocka_unit_test(test_preview_page_script_stands_before_the_end),
	    cmocka_unit_test(test_preview_page_error_escapes_messages),
	    cmocka_unit_test(
		test_preview_segment_change_is_found_where_there_is_one),
	    cmocka_unit_test(test_preview_watch_sees_what_a_build_reads),
	};

	return cmocka_run_group_tests_name("preview", tests, NULL, NULL);
}
