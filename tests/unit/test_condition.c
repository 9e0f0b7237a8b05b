/*
 * Conditions over records: the reference's answers, odd ones included.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "build/rules/rules.h"

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
};

static struct tsr_json
read_json(struct world *w, const char *text)
{
	struct tsr_json v;
	uint32_t src = tsr_sources_add(
	    &w->sources, "x", tsr_span_of(text, strlen(text)));

	if (!tsr_json_read(&v, &w->arena, &w->diag, &w->sources, src))
		fail_msg("bad JSON %s", text);
	return v;
}

static void
test_condition_holds_as_the_reference_says(void **state)
{
	static const struct {
		const char *condition, *object;
		bool holds;
		const char *why;
	} rows[] = {
	    {"{}", "{}", true, "nothing asked"},
	    {"{\"a\": 10}", "{\"a\": \" 0xA \"}", true, "text to number"},
	    {"{\"a\": \"10\"}", "{\"a\": 10.0}", true, "number to text"},
	    {"{\"a\": 0}", "{}", true, "missing equals 0"},
	    {"{\"a\": \"null\"}", "{}", true, "missing is \"null\""},
	    {"{\"a\": false}", "{}", false, "missing is not false"},
	    {"{\"a\": false}", "{\"a\": \"\"}", true, "the empty text is"},
	    {"{\"a\": true}", "{\"a\": []}", true, "lists are true"},
	    {"{\"a\": null}", "{}", true, "missing is null"},
	    {"{\"a\": \"a,b\"}", "{\"a\": [\"a\", \"b\"]}", true, "list as text"},
	    {"{\"a\": [1, 2]}", "{\"a\": [1, 2.0]}", true, "equal as JSON"},
	    {"{\"a\": {\"x\": 1, \"$y\": 2}}", "{\"a\": {\"x\": 1, \"$y\": 2}}",
		true, "mixed keys are a literal"},
	    {"{\"a\": {}}", "{\"a\": {}}", true, "an empty object is, too"},
	    {"{\"a.b\": 1}", "{\"a\": {\"b\": 1}}", true, "a path"},
	    {"{\"a.1\": 2}", "{\"a\": [1, 2]}", true, "a path into a list"},
	    {"{\"a.length\": 2}", "{\"a\": [1, 2]}", true, "length"},
	    {"{\"a.01\": null}", "{\"a\": [1, 2]}", true, "01 is no index"},
	    {"{\"a.b\": null}", "{\"a.b\": 1}", true, "no dotted names"},
	    {"{\"a.b.c\": null}", "{\"a\": \"text\"}", true, "texts have none"},
	    {"{\"a\": {\"$eq\": 10}}", "{\"a\": \"10\"}", false, "strict"},
	    {"{\"a\": {\"$ne\": 10}}", "{}", true, "missing differs"},
	    {"{\"a\": {\"$eq\": [1]}}", "{\"a\": [1]}", false, "lists never"},
	    {"{\"a\": {\"$in\": [1, 2]}}", "{\"a\": [5, 2]}", true, "in common"},
	    {"{\"a\": {\"$in\": [null]}}", "{}", true, "missing is null"},
	    {"{\"a\": {\"$in\": 1}}", "{\"a\": 1}", false, "no list"},
	    {"{\"a\": {\"$nin\": 1}}", "{\"a\": 2}", false, "nor outside it"},
	    {"{\"a\": {\"$gt\": -1, \"$lt\": 1}}", "{}", true, "missing is 0"},
	    {"{\"a\": {\"$lt\": \"10\"}}", "{\"a\": \"9\"}", false, "as texts"},
	    {"{\"a\": {\"$lt\": 10}}", "{\"a\": \"9\"}", true, "as numbers"},
	    {"{\"a\": {\"$gt\": 1}}", "{\"a\": [2]}", true, "[2] is 2"},
	    {"{\"a\": {\"$gt\": \"\xf0\x9f\x98\x80\"}}",
		"{\"a\": \"\xef\xbf\xbd\"}", true, "by UTF-16 units"},
	    {"{\"a\": {\"$gte\": \"x\"}}", "{\"a\": 1}", false, "NaN"},
	    {"{\"a\": {\"$exists\": \"false\"}}", "{\"a\": 1}", true, "truthy"},
	    {"{\"a\": {\"$exists\": true}}", "{\"a\": null}", false, "null"},
	    {"{\"a\": {\"$regex\": \"^n\"}}", "{}", true, "\"null\""},
	    {"{\"a\": {\"$regex\": \"2,3\"}}", "{\"a\": [1, 2, 3]}", true, "list"},
	    {"{\"a\": {\"$regex\": \"(\"}}", "{\"a\": \"(\"}", false, "invalid"},
	    {"{\"a\": {\"$not\": {\"$gt\": 5}}}", "{\"a\": 4}", true, "negated"},
	    {"{\"a\": {\"$nope\": 1}}", "{\"a\": 1}", false, "unknown"},
	    {"{\"a\": {\"$not\": {\"$nope\": 1}}}", "{}", true, "its negation"},
	    {"{\"a\": {\"$ini\": [\"\xc3\x89\"]}}", "{\"a\": \"\xc3\xa9\"}", true,
		"any case"},
	    {"{\"a\": {\"$nini\": 1}}", "{}", false, "no list"},
	    {"{\"a\": {\"$size\": \"2\"}}", "{\"a\": [1, 2]}", true, "bare"},
	    {"{\"a\": {\"$size\": {\"$gt\": 1}}}", "{\"a\": [1, 2]}", true, "size"},
	    {"{\"a\": {\"$size\": 0}}", "{}", false, "missing has no size"},
	    {"{\"a\": {\"$all\": [\"1\", {\"$gt\": 5}]}}", "{\"a\": [1, 6]}", true,
		"bare and operators"},
	    {"{\"a\": {\"$all\": []}}", "{\"a\": []}", true, "all of nothing"},
	    {"{\"a\": {\"$all\": []}}", "{}", false, "no list has it"},
	    {"{\"a\": {\"$alli\": [\"X\"]}}", "{\"a\": [\"x\"]}", true, "any case"},
	    {"{\"a\": {\"$elemMatch\": {\"b\": 1}}}", "{\"a\": [{\"b\": 1}]}", true,
		"a condition"},
	    {"{\"a\": {\"$elemMatch\": {\"$lt\": 1}}}", "{\"a\": [null, 0]}", true,
		"0 is tested"},
	    {"{\"a\": {\"$elemMatch\": {\"$lt\": 1}}}", "{\"a\": [null]}", false,
		"null is not"},
	    {"{\"a\": {\"$type\": \"array\"}}", "{\"a\": []}", true, "a type"},
	    {"{\"a\": {\"$type\": \"null\"}}", "{}", true, "missing is null"},
	    {"{\"a\": {\"$regexi\": \"^X$\"}}", "{\"a\": \"x\"}", true, "any case"},
	    {"{\"a\": {\"$vgt\": \"1.9.0\"}}", "{\"a\": \"v1.10.0+b\"}", true,
		"versions"},
	    {"{\"a\": {\"$veq\": \"1.2\"}}", "{\"a\": \"1.2.0\"}", false, "1.2"},
	    {"{\"a\": {\"$vlt\": \"1.0.0\"}}", "{\"a\": \"1.0.0-rc\"}", true,
		"before its release"},
	    {"{\"a\": {\"$veq\": 0}}", "{}", true, "missing is version 0"},
	    {"{\"a\": {\"$startsWith\": \"x\"}}", "{\"a\": \"xy\"}", true, "begin"},
	    {"{\"a\": {\"$endsWith\": \"x\"}}", "{\"a\": \"xy\"}", false, "end"},
	    {"{\"a\": {\"$contains\": \"\"}}", "{\"a\": \"\"}", true, "nothing"},
	    {"{\"a\": {\"$contains\": \"1\"}}", "{\"a\": 1}", false, "no string"},
	    {"{\"a\": {\"$before\": \"2026-01-02\"}}", "{\"a\": \"2026-01-01\"}",
		true, "a day before"},
	    {"{\"a\": {\"$after\": 5}}", "{\"a\": 6}", true, "seconds"},
	    {"{\"a\": {\"$before\": 5}}", "{}", false, "missing is no moment"},
	    {"{\"a\": {\"$cidr\": \"192.0.2.0/25\"}}", "{\"a\": \"192.0.2.127\"}",
		true, "in a network"},
	    {"{\"a\": {\"$cidr\": [\"192.0.2.0/25\"]}}", "{\"a\": \"192.0.2.128\"}",
		false, "beside it"},
	    {"{\"a\": {\"$cidr\": \"2001:db8::/32\"}}", "{\"a\": \"2001:db8::1\"}",
		true, "the longer addresses"},
	    {"{\"a\": {\"b\": 2, \"1\": 3}}", "{\"a\": {\"1\": 3, \"b\": 2}}",
		true, "indices are written first"},
	    {"{\"a.b.0.length\": 2}", "{\"a\": {\"b\": [[1, 2]]}}", true, "deep"},
	    {"{\"$or\": []}", "{}", true, "an empty $or"},
	    {"{\"$and\": []}", "{}", true, "an empty $and"},
	    {"{\"$nor\": []}", "{}", false, "an empty $nor: not $or"},
	    {"{\"$nor\": [{\"a\": 1}]}", "{\"a\": 1}", false, "none of them"},
	    {"{\"$not\": {\"a\": 1, \"b\": 2}}", "{\"a\": 1}", true, "not both"},
	};
	struct world w = {0};
	struct tsr_json condition, object;
	size_t i;

	(void)state;
	tsr_sources_init(&w.sources, &w.arena);
	tsr_diag_init(&w.diag, &w.arena);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		condition = read_json(&w, rows[i].condition);
		object = read_json(&w, rows[i].object);
		if (tsr_condition_holds(&condition, &object) != rows[i].holds)
			fail_msg("%s on %s: %s", rows[i].condition,
			    rows[i].object, rows[i].why);
	}
	tsr_arena_free(&w.arena);
}

static void
test_condition_mistake_over_records_is_reported(void **state)
{
	static const struct {
		const char *condition, *rule, *why;
	} rows[] = {
	    {"{\"a\": {\"$gtt\": 1}}", "R004", "unknown operator"},
	    {"{\"$xor\": []}", "R004", "unknown logic"},
	    {"{\"$segment\": \"vip\"}", "R002", "records are in none"},
	    {"{\"a\": {\"$in\": 1}}", "R005", "no list"},
	    {"{\"a\": {\"$not\": {\"$regex\": \"(\"}}}", "R006", "expression"},
	    {"{\"a\": {\"$size\": {\"$gtt\": 1}}}", "R004", "inside of $size"},
	    {"{\"a\": {\"$elemMatch\": {\"b\": {\"$x\": 1}}}}", "R004", "in a list"},
	    {"{\"a\": {\"$elemMatch\": 1}}", "R005", "no condition"},
	    {"{\"a\": {\"$all\": [{\"$regexi\": \"(\"}]}}", "R006", "in $all"},
	    {"{\"a\": {\"$type\": \"date\"}}", "R005", "no type"},
	    {"{\"a\": {\"$before\": \"soon\"}}", "R005", "no moment"},
	    {"{\"a\": {\"$cidr\": [\"10.0.0.0/33\"]}}", "R005", "no network"},
	    {"{\"a\": {\"$startsWith\": 1}}", "R005", "no string"},
	    {"{\"a\": {\"$inGroup\": \"g\"}}", "R002", "records are in none"},
	    {"{\"a\": {\"$vlt\": \"1.2\", \"$size\": 2, \"$alli\": [\"x\"]}}", NULL,
		"every operator is known"},
	    {"[]", "R005", "no object"},
	    {"{\"a\": {\"$not\": {\"$lt\": 5}}, \"$or\": [{\"b\": 1}]}", NULL,
		"nothing wrong"},
	};
	struct world w = {0};
	struct tsr_json condition;
	size_t i;
	bool ok;

	(void)state;
	tsr_sources_init(&w.sources, &w.arena);
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		tsr_diag_init(&w.diag, &w.arena);
		condition = read_json(&w, rows[i].condition);
		ok = tsr_condition_check(&w.diag, &condition);
		if (ok != (rows[i].rule == NULL) || w.diag.count != !ok ||
		    (!ok && strcmp(w.diag.list[0].rule, rows[i].rule) != 0))
			fail_msg("%s: %s", rows[i].condition, rows[i].why);
	}
	tsr_arena_free(&w.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_condition_holds_as_the_reference_says),
	    cmocka_unit_test(test_condition_mistake_over_records_is_reported),
	};

	return cmocka_run_group_tests_name("condition", tests, NULL, NULL);
}
