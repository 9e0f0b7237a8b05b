/*
 * Moments: RFC 3339 to milliseconds.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build/read/moment.h"

struct row {
	const char *text;
	bool ok;
	int64_t ms;
	const char *why;
};

static const struct row rows[] = {
    {"1970-01-01T00:00:00Z", true, 0, "the epoch is 0"},
    {"2026-03-01T00:00:00+01:00", true, 1772319600000,
	"an offset is taken away"},
    {"2026-03-01T00:00:00-01:30", true, 1772328600000,
	"a negative one is added"},
    {"2026-03-01", true, 1772323200000, "a date alone is midnight UTC"},
    {"2024-02-29T12:00:00.25z", true, 1709208000250,
	"fractions, a leap day, small z"},
    {"1969-12-31T23:59:59Z", true, -1000, "before 1970 is negative"},
    {"2016-12-31T23:59:60Z", true, 1483228800000,
	"a leap second is the next second"},
    {"2026-02-29T00:00:00Z", false, 0, "no such day"},
    {"1900-02-29", false, 0, "1900 had no leap day"},
    {"2026-13-01", false, 0, "no such month"},
    {"2026-03-01T24:00:00Z", false, 0, "no such hour"},
    {"2026-03-01T00:00:00", false, 0, "a time needs its zone"},
    {"2026-03-01T00:00:00.Z", false, 0, "a point needs digits"},
    {"2026-03-01T00:00:00Zx", false, 0, "nothing may follow"},
    {"2026\r03-01", false, 0, "a control byte is no hyphen"},
    {"2026-3-1", false, 0, "two digits each"},
    {"", false, 0, "empty is no moment"},
};

static void
test_moment_texts_have_their_milliseconds(void **state)
{
	int64_t ms;
	size_t i;
	bool ok;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		ok = tsr_moment_read(&ms,
		    tsr_span_of(rows[i].text, strlen(rows[i].text)));
		if (ok != rows[i].ok || (ok && ms != rows[i].ms))
			fail_msg("%s: %s", rows[i].text, rows[i].why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_moment_texts_have_their_milliseconds),
	};

	return cmocka_run_group_tests_name("moment", tests, NULL, NULL);
}
