/*
 * Triggers: which of those that hold fire, and why the others do not. check-score
 * compares a million draws with the script.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <stdio.h>
#include <cmocka.h>

#include "build/rules/trigger.h"
#include "core/trigger.h"

#define NOW 1781524800u

/* Three that hold: two dialogs, the second the more important, and a slot. */
static const struct tsr_trigger plain[3] = {
    {.priority = 10, .holds = true},
    {.priority = 20, .holds = true},
    {.priority = 5, .holds = true, .place = 1},
};

static void
test_trigger_alone_is_held_back_by_its_own_limits(void **state)
{
	static const struct {
		struct tsr_trigger trigger;
		bool remembers;
		const char *want, *why;
	} rows[] = {
	    {{.holds = true}, true, "", "nothing keeps it"},
	    {{.holds = true}, false, "", "it has nothing to remember"},
	    {{.holds = false}, true, "condition", "it does not hold"},
	    {{.holds = true, .cooldown = 60}, false, "consent",
		"its cooldown may not be remembered"},
	    {{.holds = true, .once = TSR_ONCE_SESSION}, false, "consent",
		"nor that it was shown"},
	    {{.holds = true, .once = TSR_ONCE_SESSION}, true, "", "not yet"},
	    {{.holds = true, .once = TSR_ONCE_SESSION, .active = true}, true,
		"once", "in this session"},
	    {{.holds = true, .once = TSR_ONCE_SESSION, .shown = NOW - 9999},
		true, "", "in another session"},
	    {{.holds = true, .once = TSR_ONCE_VISITOR, .shown = 1}, true,
		"once", "long ago"},
	    {{.holds = true, .cooldown = 60, .shown = NOW - 59}, true,
		"cooldown", "a second too early"},
	    {{.holds = true, .cooldown = 60, .shown = NOW - 60}, true, "",
		"after its cooldown"},
	    {{.holds = true, .cooldown = 60, .shown = NOW + 5}, true,
		"cooldown", "by a clock that was ahead"},
	    {{.holds = true, .closed = NOW - TSR_TRIGGER_CLOSED + 1}, true,
		"dismissed", "closed within 30 days"},
	    {{.holds = true, .closed = NOW - TSR_TRIGGER_CLOSED}, true, "",
		"30 days ago"},
	    {{.holds = false, .cooldown = 9, .closed = NOW}, false,
		"condition", "the first reason counts"},
	};
	struct tsr_trigger_world world = {.now = NOW, .most = 3};
	enum tsr_held held;
	size_t i;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		world.remembers = rows[i].remembers;
		tsr_trigger_decide(&held, &rows[i].trigger, 1, &world);
		if (strcmp(tsr_trigger_word(held), rows[i].want) != 0)
			fail_msg("%s: \"%s\"", rows[i].why,
			    tsr_trigger_word(held));
	}
}

static void
test_trigger_place_goes_to_the_most_important(void **state)
{
	struct tsr_trigger_world world = {.now = NOW, .most = 3};
	enum tsr_held held[3];
	uint32_t open[2] = {0, 0};

	(void)state;
	tsr_trigger_decide(held, plain, 3, &world);
	assert_int_equal(held[0], TSR_HELD_PRIORITY);
	assert_int_equal(held[1], TSR_HELD_NOT);
	assert_int_equal(held[2], TSR_HELD_NOT);
	world.open = open;
	world.open_count = 2;
	open[0] = 1; /* a dialog of no importance at all */
	open[1] = 1 + 5;
	tsr_trigger_decide(held, plain, 3, &world);
	assert_int_equal(held[1], TSR_HELD_PRIORITY);
	assert_int_equal(held[2], TSR_HELD_PRIORITY);
	open[1] = 1 + 4; /* a slot goes to what is more important */
	tsr_trigger_decide(held, plain, 3, &world);
	assert_int_equal(held[2], TSR_HELD_NOT);
}

static void
test_trigger_cap_fits_and_one_too_many(void **state)
{
	struct tsr_trigger list[TSR_TRIGGERS_MAX] = {{.priority = 0}};
	enum tsr_held held[TSR_TRIGGERS_MAX + 1];
	struct tsr_trigger_world world = {.now = NOW};
	uint32_t i, most, fired;

	(void)state;
	for (most = 1; most <= TSR_TRIGGERS_ACTIVE_MAX; most++) {
		for (i = 0; i < TSR_TRIGGERS_MAX; i++)
			list[i] = (struct tsr_trigger){
			    .priority = i, .place = i + 1, .holds = true};
		world.most = most;
		tsr_trigger_decide(held, list, TSR_TRIGGERS_MAX, &world);
		for (i = 0, fired = 0; i < TSR_TRIGGERS_MAX; i++)
			fired += held[i] == TSR_HELD_NOT;
		assert_int_equal(fired, most);
		assert_int_equal(held[TSR_TRIGGERS_MAX - 1], TSR_HELD_NOT);
		assert_int_equal(held[0], TSR_HELD_CAP);
		/* One that is active already takes no place. */
		list[0].active = true;
		tsr_trigger_decide(held, list, TSR_TRIGGERS_MAX, &world);
		assert_int_equal(held[0], TSR_HELD_NOT);
		for (i = 0, fired = 0; i < TSR_TRIGGERS_MAX; i++)
			fired += held[i] == TSR_HELD_NOT;
		assert_int_equal(fired, most);
	}
	held[TSR_TRIGGERS_MAX] = TSR_HELD_COUNT;
	tsr_trigger_decide(held, list, TSR_TRIGGERS_MAX + 1, &world);
	assert_int_equal(held[TSR_TRIGGERS_MAX], TSR_HELD_COUNT);
	assert_string_equal(tsr_trigger_word(TSR_HELD_COUNT), "");
}

/* ---- the file ---- */

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_rules *rules;
	struct tsr_triggers *all;
};

static const struct tsr_json *
parse(struct world *w, const char *text)
{
	struct tsr_json *v = TSR_NEW(&w->arena, struct tsr_json);

	if (!tsr_json_read(v, &w->arena, &w->diag, &w->sources,
		tsr_sources_add(&w->sources, "x",
		    tsr_span_of(text, strlen(text)))))
		fail_msg("bad JSON %s", text);
	return v;
}

static void
open_world(struct world *w, const char *attributes, const char *triggers)
{
	memset(w, 0, sizeof(*w));
	tsr_arena_init(&w->arena);
	tsr_sources_init(&w->sources, &w->arena);
	tsr_diag_init(&w->diag, &w->arena);
	w->rules = tsr_rules_new(&w->arena, &w->diag);
	tsr_rules_declare(w->rules, parse(w, attributes), NULL);
	w->all = tsr_triggers_new(w->rules, parse(w, triggers));
}

static void
test_trigger_file_has_at_most_so_many(void **state)
{
	struct tsr_buf text;
	struct world w;
	int i, n;

	(void)state;
	for (n = TSR_TRIGGERS_MAX; n <= TSR_TRIGGERS_MAX + 1; n++) {
		tsr_buf_init(&text, 1 << 20);
		for (i = 0; i < n; i++)
			tsr_buf_printf(&text,
			    "%s\"t%d\":{\"audience\":{\"d\":{\"$gt\":1}},"
			    "\"priority\":%d,\"entry\":\"a/b\"}",
			    i > 0 ? "," : "{\"triggers\":{", i, i);
		tsr_buf_text(&text, "}}");
		tsr_buf_byte(&text, 0);
		open_world(&w, "{\"d\":{\"type\":\"number\",\"source\":"
			       "\"browser:dwell\"}}",
		    (const char *)text.p);
		assert_int_equal(
		    tsr_triggers_count(w.all), TSR_TRIGGERS_MAX);
		assert_int_equal(w.diag.errors, n > TSR_TRIGGERS_MAX);
		if (n > TSR_TRIGGERS_MAX)
			assert_string_equal(w.diag.list[0].rule, "L002");
		tsr_arena_free(&w.arena);
		tsr_buf_free(&text);
	}
}

static void
test_trigger_tells_no_more_than_the_browser_needs(void **state)
{
	struct tsr_trigger_page page;
	struct tsr_buf out;
	struct world w;

	(void)state;
	open_world(&w,
	    "{\"d\":{\"type\":\"number\",\"source\":\"browser:dwell\"},"
	    "\"secret\":{\"type\":\"string\",\"source\":\"cookie:s\"},"
	    "\"i\":{\"type\":\"number\",\"source\":\"score:intent\","
	    "\"purpose\":\"personalization\"}}",
	    "{\"triggers\":{\"a\":{\"audience\":{\"secret\":\"gold\","
	    "\"d\":{\"$gt\":9},\"i\":{\"$exists\":true,\"$gte\":60}},"
	    "\"priority\":1,\"entry\":\"a/b\"}}}");
	tsr_triggers_here(&page, w.all);
	if (w.diag.errors > 0)
		fail_msg("%s", w.diag.list[0].text);
	assert_int_equal(page.count, 1);
	assert_true(page.list[0].decision != TSR_RESIDUE_ALWAYS);
	tsr_buf_init(&out, 1 << 20);
	tsr_triggers_tell(&out, w.all, 1);
	tsr_buf_byte(&out, 0);
	assert_null(strstr((const char *)out.p, "gold"));
	assert_null(strstr((const char *)out.p, "secret"));
	assert_non_null(strstr((const char *)out.p,
	    "\"cases\":[[\"every\",[[\">\",9,\"dwell\"],"
	    "[\"!\",[\"in\",[null],\"score:intent\",\"personalization\"]],"
	    "[\">=\",60,\"score:intent\",\"personalization\"]]]]"));
	tsr_buf_free(&out);
	tsr_arena_free(&w.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_trigger_alone_is_held_back_by_its_own_limits),
	    cmocka_unit_test(test_trigger_place_goes_to_the_most_important),
	    cmocka_unit_test(test_trigger_cap_fits_and_one_too_many),
	    cmocka_unit_test(test_trigger_file_has_at_most_so_many),
	    cmocka_unit_test(test_trigger_tells_no_more_than_the_browser_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
