/*
 * Batches of events against kinds that are made here.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/event.h"
#include "lib/guard.h"

#define ID "AAECAwQFBgcICQoLDA0ODw"

/* A release with one kind, view in versions 1 and 3, and the server's paid. */
struct kinds {
	struct tsr_table table;
	uint8_t texts[256], events[3 * TSR_EVENT_SIZE],
	    fields[3 * TSR_EVENT_FIELD_SIZE], choices[2 * 8];
	size_t used;
};

static void
put_text(struct kinds *k, uint8_t *p, const char *text)
{
	size_t n = strlen(text);

	memcpy(k->texts + k->used, text, n);
	tsr_put32(p, (uint32_t)k->used);
	tsr_put32(p + 4, (uint32_t)n);
	k->used += n;
}

static void
put_double(uint8_t *p, double d)
{
	uint64_t bits;

	memcpy(&bits, &d, sizeof(bits));
	tsr_put64(p, bits);
}

static void
put_kind(struct kinds *k, size_t i, const char *name, uint32_t version,
    uint8_t from)
{
	uint8_t *p = k->events + i * TSR_EVENT_SIZE;

	put_text(k, p, name);
	tsr_put32(p + 8, version);
	tsr_put32(p + 16, 3);
	p[20] = TSR_PURPOSE_ANALYTICS;
	p[21] = from;
	tsr_put32(p + 24, 200);
}

static void
make_kinds(struct kinds *k)
{
	static const struct {
		enum tsr_section s;
		uint32_t count;
		size_t size;
	} sections[] = {{TSR_SECTION_EVNT, 3, TSR_EVENT_SIZE},
	    {TSR_SECTION_EVFD, 3, TSR_EVENT_FIELD_SIZE},
	    {TSR_SECTION_EVCH, 2, 8}, {TSR_SECTION_STRS, 256, 1}};
	const uint8_t *at[4] = {k->events, k->fields, k->choices, k->texts};
	uint8_t *f = k->fields;
	size_t i;

	memset(k, 0, sizeof(*k));
	put_kind(k, 0, "paid", 1, 1 << TSR_EVENT_SERVER);
	put_kind(k, 1, "view", 1, 1 << TSR_EVENT_BROWSER);
	put_kind(k, 2, "view", 3, 1 << TSR_EVENT_BROWSER);
	put_text(k, f, "depth");
	f[8] = TSR_EVENT_INTEGER;
	f[9] = TSR_EVENT_REQUIRED | TSR_EVENT_LEAST | TSR_EVENT_MOST;
	put_double(f + 24, 100);
	f += TSR_EVENT_FIELD_SIZE;
	put_text(k, f, "name");
	f[9] = TSR_EVENT_LEAST | TSR_EVENT_MOST;
	put_double(f + 16, 1);
	put_double(f + 24, 4);
	f += TSR_EVENT_FIELD_SIZE;
	put_text(k, f, "from");
	f[8] = TSR_EVENT_CHOICE;
	tsr_put32(f + 36, 2);
	put_text(k, k->choices, "search");
	put_text(k, k->choices + 8, "none");
	for (i = 0; i < 4; i++) {
		k->table.sections[sections[i].s].p = at[i];
		k->table.sections[sections[i].s].count = sections[i].count;
		k->table.sections[sections[i].s].n =
		    sections[i].count * sections[i].size;
	}
}

#define FINE TSR_EVENT_FINE
#define EVENT(kn, f) "{\"id\":\"" ID "\"," kn ",\"t\":5,\"f\":" f "}"
#define VIEW "\"k\":\"view\",\"n\":1"

static const struct event_row {
	const char *event;
	enum tsr_event_fault fault;
	const char *log; /* of FINE */
	const char *why;
} events[] = {
    {EVENT(VIEW, "{\"depth\":40}"), FINE, "{\"depth\":40}", "all is there"},
    {EVENT(VIEW, "{ \"from\" : \"none\", \"depth\":4e1 }"), FINE,
	"{\"depth\":40,\"from\":\"none\"}", "the order is the kind's"},
    {EVENT("\"n\":3,\"k\":\"view\"", "{\"depth\":-0}"), FINE, "{\"depth\":0}",
	"another version"},
    {EVENT(VIEW, "{\"depth\":1,\"name\":\"a\\n\\u2028\\\"\"}"), FINE,
	"{\"depth\":1,\"name\":\"a\\u000a\\u2028\\\"\"}", "one line"},
    {EVENT(VIEW, "{\"\\u0064epth\":1,\"name\":\"\xf0\x9f\x98\x80\\u00e4\"}"),
	FINE, "{\"depth\":1,\"name\":\"\xf0\x9f\x98\x80\xc3\xa4\"}",
	"escapes are resolved"},
    {EVENT(VIEW, "{\"depth\":101}"), TSR_EVENT_BAD_RANGE, "", "too much"},
    {EVENT(VIEW, "{\"depth\":1e999}"), TSR_EVENT_SYNTAX, "", "no double"},
    {EVENT(VIEW, "{\"depth\":1.5}"), TSR_EVENT_BAD_TYPE, "", "not whole"},
    {EVENT(VIEW, "{\"depth\":\"1\"}"), TSR_EVENT_BAD_TYPE, "", "a string"},
    {EVENT(VIEW, "{\"depth\":{}}"), TSR_EVENT_BAD_TYPE, "", "nested"},
    {EVENT(VIEW, "{\"depth\":1,\"name\":\"\"}"), TSR_EVENT_BAD_LENGTH, "",
	"too short"},
    {EVENT(VIEW, "{\"depth\":1,\"name\":\"abcde\"}"), TSR_EVENT_BAD_LENGTH,
	"", "too long"},
    {EVENT(VIEW, "{\"depth\":1,\"from\":\"mail\"}"), TSR_EVENT_BAD_CHOICE, "",
	"none of them"},
    {EVENT(VIEW, "{\"depth\":1,\"from\":null}"), TSR_EVENT_BAD_TYPE, "",
	"null is not missing"},
    {EVENT(VIEW, "{\"depth\":1,\"depth\":1}"), TSR_EVENT_TWICE, "", "twice"},
    {EVENT(VIEW, "{\"depth\":1,\"d\\u0065pth\":1}"), TSR_EVENT_TWICE, "",
	"twice, spelt differently"},
    {EVENT(VIEW, "{\"depth\":1,\"mail\":\"a@b.c\"}"), TSR_EVENT_NO_FIELD, "",
	"not declared"},
    {EVENT(VIEW, "{}"), TSR_EVENT_MISSING, "", "a required field"},
    {"{\"id\":\"" ID "\"," VIEW ",\"t\":5}", TSR_EVENT_MISSING, "",
	"no fields, but one is required"},
    {EVENT(VIEW, "[]"), TSR_EVENT_SHAPE, "", "fields are an object"},
    {EVENT("\"k\":\"look\",\"n\":1", "{\"x\":{}}"), TSR_EVENT_NO_KIND, "",
	"a kind of another release"},
    {EVENT("\"k\":\"view\",\"n\":2", "{\"x\":[]}"), TSR_EVENT_NO_VERSION, "",
	"a version of another release"},
    {EVENT("\"k\":\"paid\",\"n\":1", "{\"depth\":1}"), TSR_EVENT_SENDER, "",
	"browsers do not say what was paid"},
    {EVENT("\"k\":\"View\",\"n\":1", "{}"), TSR_EVENT_SHAPE, "", "no name"},
    {EVENT("\"k\":1,\"n\":1", "{}"), TSR_EVENT_SHAPE, "", "no text"},
    {EVENT("\"k\":\"view\",\"n\":0", "{}"), TSR_EVENT_SHAPE, "", "no version"},
    {EVENT("\"k\":\"view\",\"n\":1.5", "{}"), TSR_EVENT_SHAPE, "", "neither"},
    {EVENT(VIEW ",\"at\":1", "{}"), TSR_EVENT_MEMBER, "", "the server's"},
    {EVENT(VIEW ",\"visitor\":\"" ID "\"", "{}"), TSR_EVENT_MEMBER, "",
	"nobody says who they are"},
    {EVENT(VIEW ",\"n\":1", "{}"), TSR_EVENT_TWICE, "", "a version twice"},
    {"{\"id\":\"" ID "\"," VIEW ",\"f\":{}}", TSR_EVENT_LACKS, "", "no time"},
    {"{\"id\":\"" ID "\"," VIEW ",\"t\":-1}", TSR_EVENT_SHAPE, "", "before"},
    {"{\"id\":\"" ID "\"," VIEW ",\"t\":34560000000,\"f\":{\"depth\":1}}",
	FINE, "{\"depth\":1}", "open for 400 days"},
    {"{\"id\":\"" ID "\"," VIEW ",\"t\":34560000001,\"f\":{\"depth\":1}}",
	TSR_EVENT_SHAPE, "", "a millisecond more"},
    {EVENT("\"k\":\"view\",\"n\":65535", "{}"), TSR_EVENT_NO_VERSION, "",
	"the last version"},
    {EVENT("\"k\":\"view\",\"n\":65536", "{}"), TSR_EVENT_SHAPE, "",
	"one more"},
    {EVENT("\"k\":\"a2345678901234567890123456789012\",\"n\":1", "{}"),
	TSR_EVENT_NO_KIND, "", "a name of 32"},
    {EVENT("\"k\":\"a23456789012345678901234567890123\",\"n\":1", "{}"),
	TSR_EVENT_SHAPE, "", "of 33"},
    {"{\"id\":\"AAECAwQFBgcICQoLDA0OD\"," VIEW ",\"t\":1}", TSR_EVENT_BAD_ID,
	"", "too short"},
    {"{\"id\":\"AAECAwQFBgcICQoLDA0OD_\"," VIEW ",\"t\":1}",
	TSR_EVENT_BAD_ID, "", "bits left over"},
    {"{\"id\":1," VIEW ",\"t\":1}", TSR_EVENT_BAD_ID, "", "a number"},
    {"{\"id\":\"00010203-0405-0607-0809-0A0b0c0d0e0f\"," VIEW
	",\"t\":1,\"f\":{\"depth\":1}}",
	FINE, "{\"depth\":1}", "a UUID"},
    {"{\"id\":\"00010203-0405-0607-08090-a0b0c0d0e0f\"," VIEW ",\"t\":1}",
	TSR_EVENT_BAD_ID, "", "a hyphen at another place"},
    {"{\"id\":\"00010203-0405-0607-0809-0a0b0c0d0e0g\"," VIEW ",\"t\":1}",
	TSR_EVENT_BAD_ID, "", "a letter behind f"},
    {"{\"id\":\"00010203-0405-0607-0809-0a0b0c0d0e0\"," VIEW ",\"t\":1}",
	TSR_EVENT_BAD_ID, "", "a UUID that is cut"},
    {"[]", TSR_EVENT_SHAPE, "", "no object"},
    {"null", TSR_EVENT_SHAPE, "", "nothing"},
};

static enum tsr_event_fault
check_one(struct tsr_event *e, struct kinds *k, const char *event)
{
	struct tsr_event_batch batch;
	static char text[4096];
	int n = snprintf(text, sizeof(text),
	    "{\"v\":1,\"page\":\"/p\",\"events\":[%s]}", event);
	enum tsr_event_fault fault = tsr_event_open(&batch, &k->table,
	    TSR_EVENT_FORM_BROWSER, tsr_span_of(text, (size_t)n));

	memset(e, 0, sizeof(*e));
	e->fault = fault;
	if (fault != FINE)
		return fault;
	assert_int_equal(batch.count, 1);
	assert_true(tsr_event_next(e, &batch));
	fault = e->fault;
	assert_true(e->whole.p >= (const uint8_t *)text);
	return fault;
}

static void
test_event_of_one_kind_is_taken_or_refused(void **state)
{
	struct kinds k;
	struct tsr_event e;
	uint8_t log[TSR_EVENT_BYTES_MAX];
	size_t i, n;

	(void)state;
	make_kinds(&k);
	for (i = 0; i < TSR_COUNT_OF(events); i++) {
		const struct event_row *r = &events[i];
		enum tsr_event_fault fault = check_one(&e, &k, r->event);

		if (fault != r->fault)
			fail_msg("%s: %s: %s", r->why, r->event,
			    tsr_event_fault_name(fault));
		for (n = 0; fault == FINE && n < sizeof(e.id); n++)
			assert_int_equal(e.id[n], n);
		n = tsr_event_write(log, sizeof(log), &k.table, &e);
		if (n != strlen(r->log) || memcmp(log, r->log, n) != 0)
			fail_msg("%s: %.*s", r->why, (int)n, (char *)log);
		if (n > 0)
			assert_int_equal(
			    tsr_event_write(log, n - 1, &k.table, &e), 0);
	}
}

#define BATCH_ID "\"id\":\"AAECAwQFBgcICQoLDA0ODw\","
#define BATCH(more) "{\"v\":1,\"page\":\"/p\"," more "}"

static const struct batch_row {
	const char *text;
	enum tsr_event_form form;
	enum tsr_event_fault fault;
	const char *why;
} batches[] = {
    {BATCH("\"events\":[]"), TSR_EVENT_FORM_BROWSER, FINE, "empty"},
    {"{\"v\":1,\"events\":[]}", TSR_EVENT_FORM_SERVER, FINE, "a server's"},
    {BATCH("\"events\":[]"), TSR_EVENT_FORM_SERVER, TSR_EVENT_MEMBER,
	"a server has no page"},
    {BATCH(BATCH_ID "\"events\":[],\"c\":{}"), TSR_EVENT_FORM_BROWSER, FINE,
	"counts"},
    {BATCH(BATCH_ID "\"events\":[]"), TSR_EVENT_FORM_BROWSER, FINE,
	"an id without counts"},
    {BATCH("\"events\":[],\"c\":{}"), TSR_EVENT_FORM_BROWSER,
	TSR_EVENT_LACKS, "counts without an id"},
    {BATCH("\"id\":\"x\",\"events\":[]"), TSR_EVENT_FORM_BROWSER,
	TSR_EVENT_BAD_ID, "no id"},
    {"{\"v\":1," BATCH_ID "\"events\":[]}", TSR_EVENT_FORM_SERVER,
	TSR_EVENT_MEMBER, "a server counts nothing"},
    {BATCH(BATCH_ID "\"events\":[],\"c\":[]"), TSR_EVENT_FORM_BROWSER,
	TSR_EVENT_SHAPE, "counts are an object"},
    {"{\"minute\":60000," BATCH_ID "\"counts\":{}}", TSR_EVENT_FORM_LINE,
	FINE, "a line of counts"},
    {"{\"minute\":60000,\"counts\":{}}", TSR_EVENT_FORM_LINE, FINE,
	"sums have no id"},
    {"{\"minute\":60001," BATCH_ID "\"counts\":{}}", TSR_EVENT_FORM_LINE,
	TSR_EVENT_SHAPE, "within a minute"},
    {"{" BATCH_ID "\"counts\":{}}", TSR_EVENT_FORM_LINE, TSR_EVENT_LACKS,
	"no minute"},
    {"{\"minute\":60000,\"counts\":3}", TSR_EVENT_FORM_LINE,
	TSR_EVENT_SHAPE, "counts that are none"},
    {BATCH("\"events\":[]"), TSR_EVENT_FORM_LINE, TSR_EVENT_MEMBER,
	"a batch is no line"},
    {BATCH("\"events\":[],\"why\":\"ab_-\""), TSR_EVENT_FORM_BROWSER, FINE,
	"with the page's field"},
    {BATCH("\"events\":[],\"why\":\"  \""), TSR_EVENT_FORM_BROWSER, FINE,
	"of a site without keys"},
    {BATCH("\"events\":[],\"why\":\"/a/\xc3\xa4\""),
	TSR_EVENT_FORM_BROWSER, FINE, "of a page that all see alike"},
    {BATCH("\"events\":[],\"why\":\"ab cd\""), TSR_EVENT_FORM_BROWSER,
	TSR_EVENT_SHAPE, "a blank within"},
    {BATCH("\"events\":[],\"why\":\"a+b\""), TSR_EVENT_FORM_BROWSER,
	TSR_EVENT_SHAPE, "not its form"},
    {BATCH("\"events\":{}"), TSR_EVENT_FORM_BROWSER, TSR_EVENT_SHAPE,
	"events are a list"},
    {BATCH("\"events\":[],\"events\":[]"), TSR_EVENT_FORM_BROWSER,
	TSR_EVENT_TWICE, "two lists"},
    {BATCH("\"events\":[],\"who\":1"), TSR_EVENT_FORM_BROWSER,
	TSR_EVENT_MEMBER, "an unknown member"},
    {"{\"v\":1,\"page\":\"/p\"}", TSR_EVENT_FORM_BROWSER, TSR_EVENT_LACKS,
	"no events"},
    {"{\"v\":2,\"page\":\"/p\",\"events\":[]}", TSR_EVENT_FORM_BROWSER,
	TSR_EVENT_SHAPE, "another form of batches"},
    {"{\"v\":1,\"page\":\"p\",\"events\":[]}", TSR_EVENT_FORM_BROWSER,
	TSR_EVENT_SHAPE, "no path"},
    {"{\"v\":1,\"page\":\"\\/p\",\"events\":[]}", TSR_EVENT_FORM_BROWSER,
	FINE, "as PHP writes it"},
    {"{\"v\":1,\"page\":\"/\\\"\",\"events\":[]}", TSR_EVENT_FORM_BROWSER,
	TSR_EVENT_SHAPE, "a quote in it"},
    {"{\"v\":1,\"page\":\"/p?mail=a\",\"events\":[]}", TSR_EVENT_FORM_BROWSER,
	TSR_EVENT_SHAPE, "a query may hold anything"},
    {"{\"v\":1,\"page\":\"/\xc3\xa4\",\"events\":[]}", TSR_EVENT_FORM_BROWSER,
	TSR_EVENT_SHAPE, "a path is ASCII"},
    {"{\"v\":1,\"page\":\"/\xff\",\"events\":[]}", TSR_EVENT_FORM_BROWSER,
	TSR_EVENT_SYNTAX, "ill-formed"},
    {"", TSR_EVENT_FORM_BROWSER, TSR_EVENT_SYNTAX, "nothing"},
    {"[]", TSR_EVENT_FORM_BROWSER, TSR_EVENT_SHAPE, "no object"},
    {BATCH("\"events\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]"
	   "]]]]]]]]]]]]]]]]"), TSR_EVENT_FORM_BROWSER, TSR_EVENT_SYNTAX,
	"nested too deep"},
};

static void
test_batch_is_opened_or_refused_at_every_length(void **state)
{
	struct tsr_event_batch batch;
	struct tsr_guard guard;
	struct tsr_event e;
	struct kinds k;
	size_t i, n, all;

	(void)state;
	make_kinds(&k);
	tsr_guard_init(&guard, 4096);
	for (i = 0; i < TSR_COUNT_OF(batches); i++) {
		const struct batch_row *r = &batches[i];
		enum tsr_event_fault fault = FINE;

		all = strlen(r->text);
		for (n = 0; n <= all; n++) {
			fault = tsr_event_open(&batch, &k.table, r->form,
			    tsr_guard_copy(&guard, tsr_span_of(r->text, n)));
			while (fault == FINE && tsr_event_next(&e, &batch))
				;
		}
		if (fault != r->fault)
			fail_msg("%s: %s", r->why, tsr_event_fault_name(fault));
	}
	tsr_guard_free(&guard);
}

static void
test_batch_of_many_events_has_an_end(void **state)
{
	static char text[16384];
	struct tsr_event_batch batch;
	struct tsr_event e;
	struct kinds k;
	size_t extra, i, n;

	(void)state;
	make_kinds(&k);
	for (extra = 0; extra < 2; extra++) {
		n = (size_t)snprintf(text, sizeof(text),
		    "{\"v\":1,\"page\":\"/p\",\"events\":[");
		for (i = 0; i < TSR_EVENTS_MAX + extra; i++)
			n += (size_t)snprintf(text + n, sizeof(text) - n,
			    "%s%s", i > 0 ? "," : "",
			    EVENT(VIEW, "{\"depth\":1}"));
		n += (size_t)snprintf(text + n, sizeof(text) - n, "]}");
		assert_int_equal(tsr_event_open(&batch, &k.table,
				     TSR_EVENT_FORM_BROWSER,
				     tsr_span_of(text, n)),
		    extra == 0 ? FINE : TSR_EVENT_MANY);
		for (i = 0; tsr_event_next(&e, &batch); i++)
			assert_int_equal(e.fault, FINE);
		assert_int_equal(i, extra == 0 ? TSR_EVENTS_MAX : 0);
	}
}

/* The longest path, and one more character. */
static void
test_batch_of_a_long_path_has_a_cap(void **state)
{
	static char text[TSR_PATH_MAX + 100];
	struct tsr_event_batch batch;
	struct kinds k;
	size_t extra, n;

	(void)state;
	make_kinds(&k);
	for (extra = 0; extra < 2; extra++) {
		n = (size_t)snprintf(text, sizeof(text),
		    "{\"v\":1,\"page\":\"/%0*d\",\"events\":[]}",
		    TSR_PATH_MAX - 1 + (int)extra, 0);
		assert_int_equal(tsr_event_open(&batch, &k.table,
				     TSR_EVENT_FORM_BROWSER,
				     tsr_span_of(text, n)),
		    extra == 0 ? FINE : TSR_EVENT_SHAPE);
	}
}

static void
test_counters_are_taken_once_each(void **state)
{
	static const struct {
		enum tsr_event_fault fault;
		uint32_t kind, n;
	} want[] = {{FINE, 2, 3}, {TSR_EVENT_TWICE, 2, 1},
	    {TSR_EVENT_NO_KIND, TSR_EVENT_UNKNOWN, 1},
	    {TSR_EVENT_SENDER, 0, 1}, {TSR_EVENT_SHAPE, TSR_EVENT_UNKNOWN, 0},
	    {TSR_EVENT_SHAPE, TSR_EVENT_UNKNOWN, 0},
	    {TSR_EVENT_SHAPE, TSR_EVENT_UNKNOWN, 0},
	    {TSR_EVENT_TWICE, 2, TSR_EVENT_COUNT_MAX}};
	static const char text[] = BATCH(BATCH_ID "\"events\":[],\"c\":{\"view\":3,"
	    "\"view\":1,\"look\":1,\"paid\":1,\"a b\":1,\"view\":-1,"
	    "\"view\":10001,\"view\":10000}");
	struct tsr_event_counter c;
	struct tsr_event_batch batch;
	struct kinds k;
	size_t i;

	(void)state;
	make_kinds(&k);
	assert_int_equal(tsr_event_open(&batch, &k.table,
			     TSR_EVENT_FORM_BROWSER, TSR_LIT(text)), FINE);
	for (i = 0; tsr_event_counter(&c, &batch); i++) {
		assert_true(i < TSR_COUNT_OF(want));
		assert_int_equal(c.fault, want[i].fault);
		assert_int_equal(c.kind, want[i].kind);
		assert_int_equal(c.n, want[i].n);
	}
	assert_int_equal(i, TSR_COUNT_OF(want));
}

static void
test_counters_of_a_line_may_be_sums_and_of_servers(void **state)
{
	static const char text[] =
	    "{\"minute\":60000,\"counts\":{\"view\":4294967295,\"paid\":1,"
	    "\"look\":4294967296}}";
	static const enum tsr_event_fault want[] = {FINE, FINE,
	    TSR_EVENT_SHAPE};
	struct tsr_event_counter c;
	struct tsr_event_batch batch;
	struct kinds k;
	size_t i;

	(void)state;
	make_kinds(&k);
	assert_int_equal(tsr_event_open(&batch, &k.table,
			     TSR_EVENT_FORM_LINE, TSR_LIT(text)), FINE);
	assert_int_equal(batch.minute, 60000);
	assert_false(batch.has_id);
	for (i = 0; tsr_event_counter(&c, &batch); i++) {
		assert_true(i < TSR_COUNT_OF(want));
		assert_int_equal(c.fault, want[i]);
	}
	assert_int_equal(i, TSR_COUNT_OF(want));
}

static void
test_event_aside_becomes_one_line(void **state)
{
	static const char text[] =
	    "{ \"a\" :\n\t\"x \\\" \\\\\" , \"b\": [ 1 , 2 ] }";
	static const char line[] = "{\"a\":\"x \\\" \\\\\",\"b\":[1,2]}";
	uint8_t out[sizeof(text)];

	(void)state;
	assert_int_equal(tsr_event_compact(out, sizeof(out), TSR_LIT(text)),
	    sizeof(line) - 1);
	assert_memory_equal(out, line, sizeof(line) - 1);
	assert_int_equal(
	    tsr_event_compact(out, sizeof(line) - 2, TSR_LIT(text)), 0);
}

static void
test_line_of_the_log_is_read_back(void **state)
{
	static const char line[] =
	    "{\"at\":1790000000000,\"release\":\"0123456789abcdef\",\"id\":\"" ID
	    "\",\"k\":\"paid\",\"n\":1,\"page\":\"/p\",\"visitor\":\"" ID
	    "\",\"seen\":{},\"f\":{\"depth\":7}}";
	struct tsr_event e;
	struct kinds k;
	double d;

	(void)state;
	make_kinds(&k);
	assert_int_equal(
	    tsr_event_line(&e, &k.table, TSR_LIT(line)), FINE);
	assert_true(e.at_ms == 1790000000000u);
	assert_int_equal(e.kind, 0);
	assert_int_equal(tsr_event_purpose(&k.table, e.kind),
	    TSR_PURPOSE_ANALYTICS);
	assert_true(tsr_event_number(&d, &e, 0) && d == 7);
	assert_false(tsr_event_number(&d, &e, 1));
	assert_int_equal(e.visitor.n, TSR_EVENT_ID_TEXT);
	assert_int_equal(tsr_event_line(&e, &k.table, TSR_LIT("{")),
	    TSR_EVENT_SYNTAX);
}

static void
test_every_fault_has_its_own_word(void **state)
{
	int i, j;

	(void)state;
	for (i = 0; i < TSR_EVENT_FAULT_COUNT; i++)
		for (j = 0; j < i; j++)
			assert_string_not_equal(
			    tsr_event_fault_name((enum tsr_event_fault)i),
			    tsr_event_fault_name((enum tsr_event_fault)j));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_event_of_one_kind_is_taken_or_refused),
	    cmocka_unit_test(test_batch_is_opened_or_refused_at_every_length),
	    cmocka_unit_test(test_batch_of_many_events_has_an_end),
	    cmocka_unit_test(test_batch_of_a_long_path_has_a_cap),
	    cmocka_unit_test(test_counters_are_taken_once_each),
	    cmocka_unit_test(
		test_counters_of_a_line_may_be_sums_and_of_servers),
	    cmocka_unit_test(test_event_aside_becomes_one_line),
	    cmocka_unit_test(test_line_of_the_log_is_read_back),
	    cmocka_unit_test(test_every_fault_has_its_own_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
