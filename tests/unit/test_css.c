/*
 * References in style sheets: found where CSS has them, and nowhere else.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build/read/css.h"

static struct tsr_arena arena;

/* Every file of ours becomes "!". */
static struct tsr_span
mark(void *ctx, struct tsr_span reference, size_t off)
{
	struct tsr_span name;

	(void)ctx;
	(void)off;
	if (!tsr_css_local(&name, reference, TSR_LIT("css/"), &arena))
		return tsr_span_of(NULL, 0);
	return TSR_LIT("!");
}

struct row {
	const char *css, *out, *why;
};

static const struct row rows[] = {
    {"a{b:url(x.png)}", "a{b:url(!)}", "a bare reference"},
    {"a{b:url( 'x y.png' )}", "a{b:url( '!' )}", "a quoted one"},
    {"a{b:URL(\"x.png\")}", "a{b:URL(\"!\")}", "any case"},
    {"@import \"x.css\" screen;", "@import \"!\" screen;", "an import"},
    {"@import url(x.css);", "@import url(!);", "an import by url()"},
    {"a{b:url(f.eot?#iefix)}", "a{b:url(!?#iefix)}", "query and fragment stay"},
    {"a{b:url(data:image/png;base64,x)}", "a{b:url(data:image/png;base64,x)}",
	"data stays"},
    {"a{b:url(https://x.example/a)}", "a{b:url(https://x.example/a)}",
	"other hosts stay"},
    {"a{b:url(//x.example/a) url(/a) url(#b)}",
	"a{b:url(//x.example/a) url(/a) url(#b)}", "none of ours"},
    {"/* url(x.png) */", "/* url(x.png) */", "comments are no references"},
    {"a{b:'url(x.png)'}", "a{b:'url(x.png)'}", "nor are strings"},
    {"a{b:curl(x.png)}", "a{b:curl(x.png)}", "nor other functions"},
    {"a{b:url(x.png", "a{b:url(!", "an open end is the end"},
    {"a{b:url('x.png", "a{b:url('x.png", "a string without end is none"},
    {"url()", "url()", "an empty reference"},
    {"/* open", "/* open", "a comment without end"},
};

static void
test_css_references_are_replaced_where_they_stand(void **state)
{
	struct tsr_buf out;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		tsr_buf_init(&out, 1000);
		tsr_css_rewrite(&out,
		    tsr_span_of(rows[i].css, strlen(rows[i].css)), mark, NULL);
		tsr_buf_byte(&out, 0);
		if (strcmp((const char *)out.p, rows[i].out) != 0)
			fail_msg("%s: %s, got %s", rows[i].css, rows[i].why,
			    (const char *)out.p);
		tsr_buf_free(&out);
	}
	tsr_arena_free(&arena);
}

static const struct row names[] = {
    {"x.png", "css/x.png", "beside the sheet"},
    {"../img/x.png", "img/x.png", "one folder up"},
    {"./a/../x.png?v=1", "css/x.png", "dots and a query"},
    {"../../x.png", "../../x.png", "above the assets: kept, never found"},
};

static void
test_css_names_are_below_the_folder_of_assets(void **state)
{
	struct tsr_span name;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(names); i++) {
		assert_true(tsr_css_local(&name,
		    tsr_span_of(names[i].css, strlen(names[i].css)),
		    TSR_LIT("css/"), &arena));
		if (!tsr_span_eq(name,
			tsr_span_of(names[i].out, strlen(names[i].out))))
			fail_msg("%s: %s", names[i].css, names[i].why);
	}
	tsr_arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_css_references_are_replaced_where_they_stand),
	    cmocka_unit_test(test_css_names_are_below_the_folder_of_assets),
	};

	return cmocka_run_group_tests_name("css", tests, NULL, NULL);
}
