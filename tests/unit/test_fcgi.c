/*
 * FastCGI records: each conversation is a row, read whole, split at every byte,
 * and byte by byte, on a buffer that ends at an unreadable page.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "core/fcgi.h"
#include "lib/guard.h"

#define R(type, id, n) "\x01" type "\x00" id "\x00" n "\x00\x00"
#define BEGIN(id, flags) R("\x01", id, "\x08") "\x00\x01" flags "\0\0\0\0\0"
#define NO_PARAMS(id) R("\x04", id, "\x00")
#define NO_INPUT(id) R("\x05", id, "\x00")
#define PARAM(id) R("\x04", id, "\x06") "\x01\x03" "AB\x01" "B"
#define END(id, status)                                                        \
	"\x01\x03\x00" id "\x00\x08\x00\x00" "\0\0\0\0" status "\0\0\0"

/* What happened, a letter an event: see record_event(). */
struct row {
	struct tsr_span in;
	const char *events;
	struct tsr_span control; /* all that was to be sent */
	const char *says;
};

/* TSR_LIT for what is static. */
#define BYTES(s)                                                               \
	{                                                                      \
		(const uint8_t *)(s), sizeof(s) - 1                            \
	}
#define ROW(in, events, control, says)                                         \
	{BYTES(in), events, BYTES(control), says}

static const struct row rows[] = {
    ROW(BEGIN("\x01", "\x01") PARAM("\x01") NO_PARAMS("\x01") NO_INPUT("\x01"),
	"q6k", "", "a plain request is whole at the end of its input"),
    ROW(BEGIN("\x01", "\x00") NO_PARAMS("\x01") NO_INPUT("\x01"), "q0c", "",
	"without KEEP_CONN the connection is not kept"),
    ROW(BEGIN("\x01", "\x01") NO_INPUT("\x01") PARAM("\x01") NO_PARAMS("\x01"),
	"q6k", "", "input that ends before the parameters is remembered"),
    ROW(BEGIN("\x01", "\x01") NO_PARAMS("\x01") NO_INPUT("\x01")
	BEGIN("\x01", "\x01") PARAM("\x01") NO_PARAMS("\x01") NO_INPUT("\x01"),
	"q0kq6k", "", "two requests follow each other on one connection"),
    ROW(BEGIN("\x01", "\x01") NO_PARAMS("\x01")
	"\x01\x05\x00\x01\x00\x05\x03\x00" "hello" "pad" NO_INPUT("\x01"),
	"q0k", "", "a body and its padding are passed over"),
    ROW(BEGIN("\x01", "\x01") PARAM("\x02") PARAM("\x01") NO_PARAMS("\x02")
	NO_INPUT("\x02") NO_PARAMS("\x01") NO_INPUT("\x01"),
	"q6k", "", "records of unknown requests are passed over"),
    ROW(BEGIN("\x01", "\x01") BEGIN("\x02", "\x01") NO_PARAMS("\x01")
	NO_INPUT("\x01"),
	".q0k", END("\x02", "\x01"), "a second request is CANT_MPX_CONN"),
    ROW(BEGIN("\x01", "\x01") BEGIN("\x01", "\x01") NO_PARAMS("\x01")
	NO_INPUT("\x01"),
	".", END("\x01", "\x01"), "the same id twice ends both"),
    ROW(R("\x01", "\x01", "\x08") "\x00\x02\x01\0\0\0\0\0" NO_PARAMS("\x01")
	NO_INPUT("\x01"),
	".", END("\x01", "\x03"), "an authorizer is UNKNOWN_ROLE"),
    ROW(R("\x01", "\x01", "\x08") "\x01\x01\x00\0\0\0\0\0", ".x",
	END("\x01", "\x03"), "a role is two bytes; close as it did not say keep"),
    ROW(BEGIN("\x01", "\x01") PARAM("\x01") R("\x02", "\x01", "\x00")
	NO_PARAMS("\x01") NO_INPUT("\x01"),
	".", END("\x01", "\x00"), "an aborted request ends at once"),
    ROW(BEGIN("\x01", "\x00") R("\x02", "\x01", "\x00"), ".x",
	END("\x01", "\x00"), "an aborted request without KEEP_CONN closes"),
    ROW(R("\x02", "\x07", "\x00"), "", "", "an abort of nothing is nothing"),
    ROW(R("\x09", "\x00", "\x22") "\x0f\x00" "FCGI_MPXS_CONNS"
	"\x0f\x00" "FCGI_MPXS_CONNS",
	".", "\x01\x0a\x00\x00\x00\x12\x00\x00" "\x0f\x01" "FCGI_MPXS_CONNS0",
	"a value asked for twice is given once"),
    ROW(R("\x09", "\x00", "\x1f") "\x0e\x00" "FCGI_MAX_CONNS" "\x0d\x00"
	"FCGI_MAX_REQS",
	".", "\x01\x0a\x00\x00\x00\x27\x00\x00" "\x0e\x04" "FCGI_MAX_CONNS1024"
	"\x0d\x04" "FCGI_MAX_REQS1024", "numbers are told in decimal"),
    ROW(R("\x09", "\x00", "\x05") "\x03\x00" "ABC", ".",
	"\x01\x0a\x00\x00\x00\x00\x00\x00", "unknown names are left out"),
    ROW(R("\x09", "\x00", "\x03") "\xff\xff\xff", ".",
	"\x01\x0a\x00\x00\x00\x00\x00\x00", "a cut length is no name"),
    ROW(R("\x63", "\x00", "\x00"), ".",
	"\x01\x0b\x00\x00\x00\x08\x00\x00" "\x63\0\0\0\0\0\0\0",
	"an unknown management record is UNKNOWN_TYPE"),
    ROW(R("\x01", "\x00", "\x08") "\x00\x01\x01\0\0\0\0\0", ".",
	"\x01\x0b\x00\x00\x00\x08\x00\x00" "\x01\0\0\0\0\0\0\0",
	"request 0 does not exist"),
    ROW(BEGIN("\x01", "\x01") R("\x63", "\x01", "\x03") "abc"
	R("\x06", "\x01", "\x00") NO_PARAMS("\x01") NO_INPUT("\x01"),
	"q0k", "", "record types that make no sense here are passed over"),
    ROW("\x02", "!", "", "another version is seen at its first byte"),
    ROW("GET / HTTP/1.1\r\n", "!", "", "HTTP is not FastCGI"),
    ROW(R("\x01", "\x01", "\x07") "\x00\x01\x01\0\0\0\0", "!", "",
	"a BEGIN_REQUEST that is too short ends the connection"),
    ROW(R("\x01", "\x01", "\x00"), "!", "", "an empty one too"),
    ROW("", "", "", "nothing is nothing"),
};

struct log {
	char events[64];
	size_t events_n;
	uint8_t control[256];
	size_t control_n;
	bool broken;
};

static void
record_event(struct log *log, struct tsr_fcgi *fcgi, enum tsr_fcgi_event event)
{
	char *p = log->events + log->events_n;

	if (event == TSR_FCGI_CONTROL) {
		memcpy(log->control + log->control_n, fcgi->control,
		    fcgi->control_n);
		log->control_n += fcgi->control_n;
		p += sprintf(p, fcgi->close ? ".x" : ".");
	} else if (event == TSR_FCGI_REQUEST) {
		p += sprintf(p, "q%zu%c", fcgi->store_n,
		    fcgi->keep ? 'k' : 'c');
		tsr_fcgi_done(fcgi);
	} else if (event == TSR_FCGI_TOO_LONG || event == TSR_FCGI_TOO_BIG) {
		*p++ = event == TSR_FCGI_TOO_LONG ? 'L' : 'B';
		tsr_fcgi_done(fcgi);
	} else if (event == TSR_FCGI_BROKEN) {
		*p++ = '!';
		log->broken = true;
	}
	*p = '\0';
	log->events_n = (size_t)(p - log->events);
}

static void
feed(struct log *log, struct tsr_fcgi *fcgi, struct tsr_guard *guard,
    struct tsr_span piece)
{
	struct tsr_span in = tsr_guard_copy(guard, piece);
	enum tsr_fcgi_event event;

	if (log->broken)
		return;
	do {
		event = tsr_fcgi_read(fcgi, &in);
		record_event(log, fcgi, event);
	} while (event != TSR_FCGI_MORE && event != TSR_FCGI_BROKEN);
	assert_true(log->broken || in.n == 0);
}

/* Read a row in pieces of `size` bytes after a first one of `first`. */
static void
check_row(const struct row *row, struct tsr_guard *guards, size_t first,
    size_t size)
{
	struct tsr_fcgi fcgi;
	struct log log = {.events_n = 0};
	size_t at = first, n;

	tsr_fcgi_init(&fcgi, tsr_guard_room(&guards[1], TSR_PARAMS_MAX), 1024,
	    false);
	feed(&log, &fcgi, &guards[0], tsr_span_part(row->in, 0, first));
	while (at < row->in.n) {
		n = size < row->in.n - at ? size : row->in.n - at;
		feed(&log, &fcgi, &guards[0], tsr_span_part(row->in, at, n));
		at += n;
	}
	if (strcmp(log.events, row->events) != 0)
		fail_msg("%s: events \"%s\", not \"%s\" (cut at %zu)",
		    row->says, log.events, row->events, first);
	if (!tsr_span_eq(row->control,
		tsr_span_of(log.control, log.control_n)))
		fail_msg("%s: other control bytes (cut at %zu)", row->says,
		    first);
}

static void
test_fcgi_conversation_split_anywhere_means_the_same(void **state)
{
	struct tsr_guard guards[2];
	size_t i, cut;

	(void)state;
	tsr_guard_init(&guards[0], 4096);
	tsr_guard_init(&guards[1], TSR_PARAMS_MAX);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		for (cut = 0; cut <= rows[i].in.n; cut++)
			check_row(&rows[i], guards, cut, rows[i].in.n);
		check_row(&rows[i], guards, 0, 1);
	}
	tsr_guard_free(&guards[0]);
	tsr_guard_free(&guards[1]);
}

/* A record of n content bytes for request 1, all of them zero. */
static void
feed_record(struct log *log, struct tsr_fcgi *fcgi, struct tsr_guard *guard,
    enum tsr_fcgi_type type, size_t n)
{
	static uint8_t record[TSR_FCGI_HEADER + TSR_FCGI_CONTENT];

	tsr_fcgi_header(record, type, 1, (uint16_t)n);
	feed(log, fcgi, guard, tsr_span_of(record, TSR_FCGI_HEADER + n));
}

/* Sends params and body bytes in records; gives the events. */
static void
check_sizes(size_t params, size_t body, const char *events)
{
	struct tsr_guard guards[2];
	struct tsr_fcgi fcgi;
	struct log log = {.events_n = 0};
	size_t n;

	tsr_guard_init(&guards[0], TSR_FCGI_CONTENT + TSR_FCGI_HEADER);
	tsr_guard_init(&guards[1], TSR_PARAMS_MAX);
	tsr_fcgi_init(&fcgi, tsr_guard_room(&guards[1], TSR_PARAMS_MAX), 1024,
	    false);
	feed(&log, &fcgi, &guards[0], TSR_LIT(BEGIN("\x01", "\x01")));
	for (; params > 0; params -= n) {
		n = params < 40000 ? params : 40000;
		feed_record(&log, &fcgi, &guards[0], TSR_FCGI_PARAMS, n);
	}
	feed_record(&log, &fcgi, &guards[0], TSR_FCGI_PARAMS, 0);
	for (; body > 0; body -= n) {
		n = body < 65535 ? body : 65535;
		feed_record(&log, &fcgi, &guards[0], TSR_FCGI_STDIN, n);
	}
	feed_record(&log, &fcgi, &guards[0], TSR_FCGI_STDIN, 0);
	feed(&log, &fcgi, &guards[0],
	    TSR_LIT(BEGIN("\x01", "\x01") NO_PARAMS("\x01") NO_INPUT("\x01")));
	assert_string_equal(log.events, events);
	tsr_guard_free(&guards[0]);
	tsr_guard_free(&guards[1]);
}

static void
test_fcgi_sizes_at_the_caps_fit_and_one_more_is_refused(void **state)
{
	(void)state;
	check_sizes(TSR_PARAMS_MAX, 0, "q65536kq0k");
	check_sizes(TSR_PARAMS_MAX + 1, 0, "Lq0k");
	check_sizes(TSR_PARAMS_MAX * 3, 0, "Lq0k");
	check_sizes(0, TSR_BODY_MAX, "q0kq0k");
	check_sizes(0, TSR_BODY_MAX + 1, "Bq0k");
}

static const struct {
	const char *method, *uri;
	size_t body;
	size_t kept;
	const char *says;
} bodies[] = {
    {"POST", "/_tessera/consent", 10, 10, "an endpoint's body is kept"},
    {"POST", "https://a.example/_tessera/x?y", 10, 10, "in absolute form"},
    {"POST", "/_tessera/consent", TSR_BODY_KEPT, TSR_BODY_KEPT, "fits"},
    {"POST", "/_tessera/consent", TSR_BODY_KEPT + 1, TSR_BODY_KEPT + 1,
	"one too many: nothing is there but the count"},
    {"POST", "/_tessera/consent", 300000, TSR_BODY_KEPT + 1, "far too many"},
    {"POST", "/_tesserae/consent", 10, 0, "another path"},
    {"POST", "/", 10, 0, "a page"},
    {"POST", "/x?/_tessera/", 10, 0, "in the query"},
    {"GET", "/_tessera/consent", 10, 0, "GET has no body of a meaning"},
    {"PUT", "/_tessera/consent", 10, 0, "nor has PUT"},
};

/* The body's bytes count up; it comes in records of cut bytes. */
static size_t
kept_of(size_t row, size_t cut, struct tsr_guard *guards, bool room)
{
	static uint8_t record[TSR_FCGI_HEADER + TSR_FCGI_CONTENT];
	struct tsr_fcgi fcgi;
	struct log log = {.events_n = 0};
	size_t n, i, done, kept;
	char params[128];

	tsr_fcgi_init(&fcgi, tsr_guard_room(&guards[1], TSR_PARAMS_MAX), 9,
	    false);
	if (room)
		fcgi.kept = tsr_guard_room(&guards[2], TSR_BODY_KEPT);
	feed(&log, &fcgi, &guards[0], TSR_LIT(BEGIN("\x01", "\x01")));
	n = (size_t)snprintf(params, sizeof(params),
	    "%c%cREQUEST_METHOD%s%c%cREQUEST_URI%s", 14,
	    (int)strlen(bodies[row].method), bodies[row].method, 11,
	    (int)strlen(bodies[row].uri), bodies[row].uri);
	tsr_fcgi_header(record, TSR_FCGI_PARAMS, 1, (uint16_t)n);
	memcpy(record + TSR_FCGI_HEADER, params, n);
	feed(&log, &fcgi, &guards[0],
	    tsr_span_of(record, TSR_FCGI_HEADER + n));
	feed_record(&log, &fcgi, &guards[0], TSR_FCGI_PARAMS, 0);
	for (done = 0; done < bodies[row].body; done += n) {
		n = bodies[row].body - done < cut ? bodies[row].body - done
						  : cut;
		tsr_fcgi_header(record, TSR_FCGI_STDIN, 1, (uint16_t)n);
		for (i = 0; i < n; i++)
			record[TSR_FCGI_HEADER + i] = (uint8_t)(done + i);
		feed(&log, &fcgi, &guards[0],
		    tsr_span_of(record, TSR_FCGI_HEADER + n));
	}
	kept = fcgi.kept_n;
	for (i = 0; i < kept && kept <= TSR_BODY_KEPT; i++)
		assert_int_equal(fcgi.kept[i], (uint8_t)i);
	feed_record(&log, &fcgi, &guards[0], TSR_FCGI_STDIN, 0);
	assert_int_equal(log.events[0], 'q');
	assert_int_equal(fcgi.kept_n, 0);
	return kept;
}

static void
test_fcgi_body_is_kept_of_posts_to_endpoints_alone(void **state)
{
	struct tsr_guard guards[3];
	size_t i, j;

	(void)state;
	for (i = 0; i < 3; i++)
		tsr_guard_init(
		    &guards[i], TSR_FCGI_CONTENT + TSR_FCGI_HEADER);
	for (i = 0; i < TSR_COUNT_OF(bodies); i++)
		for (j = 0; j < 3; j++)
			if (kept_of(i, j == 0 ? 65535 : j == 1 ? 4096 : 7,
				guards, true) != bodies[i].kept)
				fail_msg("%s", bodies[i].says);
	assert_int_equal(kept_of(0, 100, guards, false), 0);
	for (i = 0; i < 3; i++)
		tsr_guard_free(&guards[i]);
}

static void
test_fcgi_get_values_beyond_its_buffer_is_not_looked_at(void **state)
{
	struct tsr_guard guards[2];
	struct tsr_fcgi fcgi;
	struct log log = {.events_n = 0};
	uint8_t record[TSR_FCGI_HEADER + TSR_FCGI_CONTENT];
	size_t n = 0;

	(void)state;
	tsr_guard_init(&guards[0], sizeof(record));
	tsr_guard_init(&guards[1], TSR_PARAMS_MAX);
	tsr_fcgi_init(&fcgi, tsr_guard_room(&guards[1], TSR_PARAMS_MAX), 9,
	    false);
	tsr_fcgi_header(record, TSR_FCGI_GET_VALUES, 0, TSR_FCGI_CONTENT);
	for (n = TSR_FCGI_HEADER; n + 17 <= sizeof(record); n += 17)
		memcpy(record + n, "\x0f\x00" "FCGI_MPXS_CONNS", 17);
	memset(record + n, 0, sizeof(record) - n);
	feed(&log, &fcgi, &guards[0], tsr_span_of(record, sizeof(record)));
	assert_string_equal(log.events, ".");
	assert_int_equal(log.control_n, TSR_FCGI_HEADER + 18);
	tsr_guard_free(&guards[0]);
	tsr_guard_free(&guards[1]);
}

struct pairs {
	struct tsr_span in;
	enum tsr_err err;
	size_t count;
	const char *says;
};

static const struct pairs pairs[] = {
    {BYTES(""), TSR_OK, 0, "no bytes are no pairs"},
    {BYTES("\x01\x02" "Axy"), TSR_OK, 1, "short lengths"},
    {BYTES("\x80\x00\x00\x01\x80\x00\x00\x02" "Axy"), TSR_OK, 1,
	"long lengths may be small"},
    {BYTES("\x00\x00\x00\x00"), TSR_OK, 2, "names may be empty"},
    {BYTES("\x01"), TSR_SHORT, 0, "a length is missing"},
    {BYTES("\x01\x01" "A"), TSR_SHORT, 0, "the value is missing"},
    {BYTES("\x80\x00\x00"), TSR_SHORT, 0, "a long length is cut"},
    {BYTES("\xff\xff\xff\xff\xff\xff\xff\xff" "A"), TSR_SHORT, 0,
	"lengths whose sum wraps in 32 bits are still too long"},
    {BYTES("\xff\xff\xff\xff\x02" "A"), TSR_SHORT, 0,
	"2^31 - 1 and a little"},
    {BYTES("\x01\x01" "AB" "\x01\x01" "C"), TSR_SHORT, 1,
	"a good pair and half a pair"},
};

static void
test_fcgi_params_with_bad_lengths_are_refused(void **state)
{
	struct tsr_guard guard;
	struct tsr_param list[4];
	enum tsr_err err;
	size_t i, count;

	(void)state;
	tsr_guard_init(&guard, 4096);
	for (i = 0; i < TSR_COUNT_OF(pairs); i++) {
		err = tsr_fcgi_params(list, &count, 4,
		    tsr_guard_copy(&guard, pairs[i].in));
		if (err != pairs[i].err || count != pairs[i].count)
			fail_msg("%s: %s, %zu", pairs[i].says,
			    tsr_err_text(err), count);
	}
	tsr_guard_free(&guard);
}

static void
test_fcgi_params_one_over_the_cap_is_too_long(void **state)
{
	uint8_t empty[2 * (TSR_PARAM_COUNT_MAX + 1)] = {0};
	struct tsr_param list[TSR_PARAM_COUNT_MAX];
	size_t count;

	(void)state;
	assert_int_equal(tsr_fcgi_params(list, &count, TSR_PARAM_COUNT_MAX,
			     tsr_span_of(empty, 2 * TSR_PARAM_COUNT_MAX)),
	    TSR_OK);
	assert_int_equal(count, TSR_PARAM_COUNT_MAX);
	assert_int_equal(tsr_fcgi_params(list, &count, TSR_PARAM_COUNT_MAX,
			     tsr_span_of(empty, sizeof(empty))),
	    TSR_LONG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_fcgi_conversation_split_anywhere_means_the_same),
	    cmocka_unit_test(
		test_fcgi_sizes_at_the_caps_fit_and_one_more_is_refused),
	    cmocka_unit_test(
		test_fcgi_body_is_kept_of_posts_to_endpoints_alone),
	    cmocka_unit_test(
		test_fcgi_get_values_beyond_its_buffer_is_not_looked_at),
	    cmocka_unit_test(test_fcgi_params_with_bad_lengths_are_refused),
	    cmocka_unit_test(test_fcgi_params_one_over_the_cap_is_too_long),
	};

	return cmocka_run_group_tests_name("fcgi", tests, NULL, NULL);
}
