/*
 * Slugs: letters of every script stay, the rest parts words.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build/read/slug.h"

static void
test_slug_of_a_text_is_as_the_row_says(void **state)
{
	static const struct {
		const char *text, *slug, *why;
	} rows[] = {
	    {"Hello, World!", "hello-world", "punctuation parts words"},
	    {"  a  --  b  ", "a-b", "runs become one hyphen, none at the ends"},
	    {"Don't", "dont", "an apostrophe does not part a word"},
	    {"Don\xe2\x80\x99t", "dont", "nor does the curly one"},
	    {"\xc3\x9c" "BER Stra\xc3\x9f" "e", "\xc3\xbc" "ber-stra\xc3\x9f" "e",
		"German letters stay, capitals become small"},
	    {"\xd0\x9f\xd1\x80\xd0\x98", "\xd0\xbf\xd1\x80\xd0\xb8",
		"Cyrillic is put in lower case"},
	    {"\xce\x91\xce\xa3", "\xce\xb1\xcf\x83", "Greek too"},
	    {"\xc5\xbd\xc4\xb9", "\xc5\xbe\xc4\xba",
		"pairs that begin with an odd number"},
	    {"\xe6\x97\xa5\xe6\x9c\xac\xe3\x80\x82" "x",
		"\xe6\x97\xa5\xe6\x9c\xac-x", "an ideographic full stop parts"},
	    {"\xf0\x9f\x98\x80", "", "an emoji is no letter"},
	    {"a\xff" "b", "a-b", "bytes that are no UTF-8 part words"},
	    {"a\xc0\xaf" "b", "a-b", "overlong forms are no UTF-8"},
	    {"\xed\xa0\x80", "", "nor are surrogates"},
	    {"!?", "", "nothing is left"},
	    {"v1.2", "v1-2", "digits stay"},
	};
	struct tsr_buf out;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		tsr_buf_init(&out, 1000);
		tsr_slug(&out, tsr_span_of(rows[i].text, strlen(rows[i].text)));
		if (!tsr_span_eq(tsr_buf_view(&out), tsr_span_of(
			rows[i].slug, strlen(rows[i].slug))))
			fail_msg("%s: got %.*s", rows[i].why, (int)out.n,
			    (const char *)out.p);
		tsr_buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_slug_of_a_text_is_as_the_row_says),
	};

	return cmocka_run_group_tests_name("slug", tests, NULL, NULL);
}
