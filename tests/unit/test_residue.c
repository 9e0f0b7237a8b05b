/*
 * Residues: what is left to the browser names nothing that the server decides,
 * and leads up the chain to the first variant that holds.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build/rules/condition.h"
#include "build/rules/rules.h"

static const char attribute_text[] =
    "{\"vip\": {\"type\": \"boolean\", \"source\": \"cookie:vip\"},"
    " \"n\": {\"type\": \"number\", \"source\": \"query:n\"},"
    " \"scroll\": {\"type\": \"number\", \"source\": \"browser:scroll\"},"
    " \"exit\": {\"type\": \"boolean\", \"source\": \"browser:exit\"},"
    " \"word\": {\"type\": \"string\", \"source\": \"browser:tab\"}}";

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
	struct tsr_rules *rules;
};

static struct tsr_json *
read_json(struct world *w, const char *text)
{
	struct tsr_json *v = TSR_NEW(&w->arena, struct tsr_json);
	uint32_t src = tsr_sources_add(
	    &w->sources, "x", tsr_span_of(text, strlen(text)));

	if (!tsr_json_read(v, &w->arena, &w->diag, &w->sources, src))
		fail_msg("bad JSON %s", text);
	return v;
}

/* The chain of an array of conditions. */
static uint32_t
open_chain(struct world *w, const char *conditions)
{
	struct tsr_rule list[8];
	const struct tsr_json *v;
	uint32_t decision, i;

	memset(w, 0, sizeof(*w));
	memset(list, 0, sizeof(list));
	tsr_sources_init(&w->sources, &w->arena);
	tsr_diag_init(&w->diag, &w->arena);
	w->rules = tsr_rules_new(&w->arena, &w->diag);
	tsr_rules_declare(w->rules, read_json(w, attribute_text), NULL);
	v = read_json(w, conditions);
	for (i = 0; i < v->count; i++) {
		list[i].audience = &v->u.items[i];
		list[i].starts = INT64_MIN;
		list[i].ends = INT64_MAX;
		list[i].name = TSR_LIT("v");
	}
	if (!tsr_rules_chain(&decision, w->rules, list, v->count))
		fail_msg("%s", w->diag.list[0].text);
	return decision;
}

/* "rule: condition; ", a star where it is always in force. */
static void
test_residue_is_the_browsers_part_of_a_condition(void **state)
{
	static const struct {
		const char *conditions, *want, *why;
	} rows[] = {
	    {"[{\"vip\":true}]", "", "the server decides alone"},
	    {"[{\"scroll\":{\"$gte\":50}}]",
		"0*{\"scroll\":{\"$gte\":50}};", "the browser alone"},
	    {"[{\"scroll\":{\"$gt\":5,\"$lt\":9},\"exit\":true}]",
		"0*{\"scroll\":{\"$gt\":5,\"$lt\":9},\"exit\":{\"$eq\":true}};",
		"tests of one attribute are one object"},
	    {"[{\"vip\":true,\"exit\":true}]",
		"0{\"exit\":{\"$eq\":true}};", "the server's part is gone"},
	    {"[{\"$or\":[{\"vip\":true},{\"exit\":true}]}]",
		"0{\"exit\":{\"$eq\":true}};", "or leaves it where vip fails"},
	    {"[{\"$or\":[{\"vip\":true,\"scroll\":{\"$gt\":9}},"
	     "{\"n\":{\"$gt\":3},\"scroll\":{\"$gt\":5}}]}]",
		"0{\"scroll\":{\"$gt\":9}};"
		"0{\"$or\":[{\"scroll\":{\"$gt\":9}},"
		"{\"scroll\":{\"$gt\":5}}]};"
		"0{\"scroll\":{\"$gt\":5}};",
		"one for each kind of visitor"},
	    {"[{\"$or\":[{\"scroll\":{\"$gt\":5}},{\"scroll\":{\"$lt\":9}}]}]",
		"", "it holds whatever the browser says"},
	    {"[{\"vip\":true},{\"exit\":true}]", "1{\"exit\":{\"$eq\":true}};",
		"nothing is left below a variant that is sure"},
	    {"[{\"vip\":true,\"exit\":true},{\"vip\":true},{\"word\":\"a\"}]",
		"0{\"exit\":{\"$eq\":true}};2{\"word\":{\"$eq\":\"a\"}};",
		"up the chain from what is shown"},
	    {"[{\"word\":{\"$regex\":\"^a\"}}]",
		"0*{\"word\":{\"$regex\":\"^a\"}};", "an expression"},
	    {"[{\"word\":{\"$contains\":\"a\"},\"scroll\":{\"$gt\":1}}]",
		"0*{\"word\":{\"$contains\":\"a\"},\"scroll\":{\"$gt\":1}};",
		"what needs code is written as it was"},
	};
	const struct tsr_rules_residue *list;
	struct tsr_buf out;
	struct world w;
	uint32_t decision;
	size_t i, k, n;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		decision = open_chain(&w, rows[i].conditions);
		n = tsr_rules_residues(&list, w.rules, decision);
		tsr_buf_init(&out, 10000);
		for (k = 0; k < n; k++) {
			tsr_buf_printf(&out, "%u%s", list[k].rule,
			    list[k].decision == TSR_RESIDUE_ALWAYS ? "*" : "");
			tsr_json_write(&out, &list[k].condition);
			tsr_buf_byte(&out, ';');
		}
		tsr_buf_byte(&out, 0);
		if (strcmp((char *)out.p, rows[i].want) != 0)
			fail_msg("%s instead of %s: %s", (char *)out.p,
			    rows[i].want, rows[i].why);
		tsr_buf_free(&out);
		tsr_arena_free(&w.arena);
	}
}

static void
test_residue_leads_up_the_chain_to_the_first_that_holds(void **state)
{
	static const char conditions[] =
	    "[{\"vip\":true,\"$or\":[{\"exit\":true},{\"n\":{\"$gt\":5},"
	    "\"scroll\":{\"$exists\":true,\"$lt\":20}}]},"
	    "{\"$nor\":[{\"vip\":true},{\"scroll\":{\"$gt\":30}}],"
	    "\"n\":{\"$exists\":true,\"$lte\":7}},"
	    "{\"n\":{\"$gt\":2},\"word\":{\"$in\":[\"a\",\"b\"]}},"
	    "{\"n\":{\"$gt\":6}}]";
	static const char *const server[] = {"", "\"vip\":true,",
	    "\"vip\":false,\"n\":3,", "\"n\":6,", "\"n\":9,",
	    "\"vip\":true,\"n\":9,", "\"vip\":true,\"n\":7,"};
	static const char *const scrolls[] = {
	    "", "\"scroll\":0,", "\"scroll\":25,", "\"scroll\":31,"};
	static const char *const exits[] = {
	    "", "\"exit\":true,", "\"exit\":false,"};
	static const char *const words[] = {"", "\"word\":\"a\",",
	    "\"word\":\"c\","};
	const struct tsr_condition_world plain = {.segments = NULL};
	const struct tsr_rules_residue *list;
	struct world w;
	uint32_t decision = open_chain(&w, conditions), got, want, swaps = 0;
	size_t i, k, n = tsr_rules_residues(&list, w.rules, decision);
	struct tsr_json *visitor;

	(void)state;
	for (i = 0; i < 7 * 4 * 3 * 3; i++) {
		visitor = read_json(&w, tsr_arena_printf(&w.arena,
		    "{%s%s%s%s\"x\":1}", server[i % 7], scrolls[i / 7 % 4],
		    exits[i / 28 % 3], words[i / 84]));
		got = tsr_rules_interpret(w.rules, decision, visitor, 0);
		want = tsr_rules_settle(w.rules, decision, visitor, 0);
		assert_true(got >= want);
		for (k = 0; k < n; k++)
			if (list[k].rule < got &&
			    (list[k].decision == TSR_RESIDUE_ALWAYS ||
				tsr_rules_interpret(w.rules, list[k].decision,
				    visitor, 0) == 0) &&
			    tsr_condition_eval(
				&plain, &list[k].condition, visitor))
				break;
		swaps += k < n;
		assert_int_equal(k < n ? list[k].rule : got, want);
	}
	assert_true(swaps > 50);
	tsr_arena_free(&w.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_residue_is_the_browsers_part_of_a_condition),
		cmocka_unit_test(
		    test_residue_leads_up_the_chain_to_the_first_that_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
