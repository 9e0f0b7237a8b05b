/*
 * Conditions in the form that the browser takes. That they mean the same is
 * shown by tests/rules/browser.mjs; here is how they are written.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build/rules/browser_form.h"
#include "core/limits.h"

struct world {
	struct tsr_arena arena;
	struct tsr_sources sources;
	struct tsr_diag diag;
};

/* s, n and b have types and j has none; p asks for a purpose. */
static void
source_of(void *ctx, struct tsr_browser_source *out, struct tsr_span attribute)
{
	(void)ctx;
	out->name = attribute;
	out->purpose = attribute.p[0] == 'p' ? TSR_LIT("functional")
					      : tsr_span_of(NULL, 0);
	out->type = attribute.p[0] == 's' ? TSR_TYPE_STRING
	    : attribute.p[0] == 'n'	  ? TSR_TYPE_NUMBER
	    : attribute.p[0] == 'b'	  ? TSR_TYPE_BOOLEAN
					  : TSR_TYPE_JSON;
}

static bool
is_pattern(void *ctx, struct tsr_span pattern, bool caseless)
{
	(void)ctx;
	(void)caseless;
	return pattern.p[0] != '[';
}

static bool
write(struct tsr_buf *out, struct tsr_span condition)
{
	const struct tsr_browser_world browser = {
	    .source = source_of, .pattern = is_pattern};
	struct tsr_json v, form;
	struct world w;
	bool ok;

	memset(&w, 0, sizeof(w));
	tsr_sources_init(&w.sources, &w.arena);
	tsr_diag_init(&w.diag, &w.arena);
	if (!tsr_json_read(&v, &w.arena, &w.diag, &w.sources,
		tsr_sources_add(&w.sources, "x", condition)))
		fail_msg("bad JSON %.*s", TSR_ARG(condition));
	ok = tsr_browser_form(&form, &browser, &v, &w.arena);
	tsr_json_write(out, &form);
	tsr_arena_free(&w.arena);
	return ok;
}

static void
test_browser_form_is_as_short_as_types_let_it(void **state)
{
	static const struct {
		const char *condition, *want, *why;
	} rows[] = {
	    {"{}", "['every',[]]", "nothing is asked"},
	    {"{'s':'x'}", "['in',['x'],'s']", "a text is that text"},
	    {"{'s':'null'}", "['some',[['in',['null'],'s'],['in',[null],'s']]]",
		"missing is \"null\", too"},
	    {"{'s':5}", "['+',5,'s']", "a text becomes a number"},
	    {"{'n':5}", "['in',[5],'n']", "a number is that number"},
	    {"{'n':0}", "['some',[['in',[0],'n'],['in',[null],'n']]]",
		"missing is 0, too"},
	    {"{'b':0}", "['some',[['in',[false],'b'],['in',[null],'b']]]",
		"and so is false"},
	    {"{'b':1}", "['in',[true],'b']", "true is 1"},
	    {"{'b':2}", "['some',[]]", "and never 2"},
	    {"{'n':'5'}", "['in',[5],'n']", "a number becomes a text"},
	    {"{'n':'5.0'}", "['some',[]]", "but not another one's"},
	    {"{'n':'null'}", "['in',[null],'n']", "missing is \"null\""},
	    {"{'b':'true'}", "['in',[true],'b']", "a truth becomes a text"},
	    {"{'b':'yes'}", "['some',[]]", "but not another one"},
	    {"{'b':false}", "['in',[false],'b']", "a truth is that truth"},
	    {"{'n':true}",
		"['!',['some',[['in',[0],'n'],['in',[null],'n']]]]",
		"missing is not true"},
	    {"{'s':true}",
		"['!',['some',[['in',[''],'s'],['in',[null],'s']]]]",
		"nor is an empty text"},
	    {"{'n':false}", "['in',[0],'n']", "missing is not false, either"},
	    {"{'j':null}", "['in',[null],'j']", "nothing is known"},
	    {"{'j':[1]}", "['some',[]]", "a list is nothing it knows"},
	    {"{'j':{}}", "['some',[]]", "nor is an object"},
	    {"{'p':{'$gt':1}}", "['>',1,'p','functional']", "a purpose"},
	    {"{'n':{'$gte':1,'$lt':3}}",
		"['every',[['>=',1,'n'],['<',3,'n']]]", "both"},
	    {"{'j':{'$exists':true}}", "['!',['in',[null],'j']]", "it is there"},
	    {"{'j':{'$exists':0}}", "['in',[null],'j']", "it is not"},
	    {"{'j':{'$ne':'x'}}", "['!',['in',['x'],'j']]", "another one"},
	    {"{'j':{'$ne':[1]}}", "['every',[]]", "anything is no list"},
	    {"{'j':{'$in':['x']}}", "['in',['x'],'j']", "one of one"},
	    {"{'j':{'$in':['x',[],1]}}", "['in',['x',1],'j']",
		"lists in lists are never met"},
	    {"{'j':{'$in':[]}}", "['some',[]]", "one of none"},
	    {"{'j':{'$nin':[]}}", "['every',[]]", "none of none"},
	    {"{'j':{'$in':'x'}}", "['some',[]]", "what is no list has none"},
	    {"{'j':{'$nin':'x'}}", "['some',[]]", "and leaves none out"},
	    {"{'j':{'$ini':['X\\u0130',1]}}", "['ini',['xi\xcc\x87',1],'j']",
		"lowered as JavaScript does"},
	    {"{'j':{'$nini':['X']}}", "['!',['ini',['x'],'j']]", "not in it"},
	    {"{'j':{'$regex':'^a'}}", "['~',['^a'],'j']", "an expression"},
	    {"{'j':{'$regexi':'^a'}}", "['~',['^a','i'],'j']", "in any case"},
	    {"{'j':{'$regex':'[a'}}", "['some',[]]", "one with a mistake"},
	    {"{'j':{'$not':{'$regex':'[a'}}}", "['every',[]]", "not that"},
	    {"{'j':{'$startsWith':'a'}}", "['startsWith','a','j']", "begin"},
	    {"{'j':{'$endsWith':'a'}}", "['endsWith','a','j']", "end"},
	    {"{'j':{'$contains':'a'}}", "['includes','a','j']", "inside"},
	    {"{'j':{'$contains':1}}", "['some',[]]", "a number is in no text"},
	    {"{'j':{'$veq':'1'}}", "['some',[]]", "what browsers do not know"},
	    {"{'$and':[{'s':'x'},{'$and':[{'s':1},{}]}]}",
		"['every',[['in',['x'],'s'],['+',1,'s']]]", "one list of all"},
	    {"{'$or':[{'s':'x'}]}", "['in',['x'],'s']", "one is that one"},
	    {"{'$or':[]}", "['every',[]]", "an empty $or holds"},
	    {"{'$nor':[]}", "['some',[]]", "so an empty $nor does not"},
	    {"{'$or':[{'s':'x'},{}]}", "['every',[]]", "one that holds"},
	    {"{'$or':[{'s':'x'},{'$or':[{'s':'y'},{'n':1}]}]}",
		"['some',[['in',['x'],'s'],['in',['y'],'s'],['in',[1],'n']]]", "any"},
	    {"{'s':'x','n':{'$in':[]}}", "['some',[]]", "one that never does"},
	    {"{'$nor':[{'s':'x'}]}", "['!',['in',['x'],'s']]", "none of one"},
	    {"{'$not':{'$not':{'s':'x'}}}", "['in',['x'],'s']", "twice is once"},
	    {"{'$and':1}", "['some',[]]", "no list"},
	};
	struct tsr_buf condition, out;
	size_t i, k;

	(void)state;
	for (i = 0; i < TSR_COUNT_OF(rows); i++) {
		tsr_buf_init(&condition, 1000);
		tsr_buf_init(&out, 1000);
		tsr_buf_text(&condition, rows[i].condition);
		for (k = 0; k < condition.n; k++)
			if (condition.p[k] == '\'')
				condition.p[k] = '"';
		assert_true(write(&out, tsr_buf_view(&condition)));
		tsr_buf_byte(&out, 0);
		for (k = 0; k < out.n; k++)
			if (out.p[k] == '"')
				out.p[k] = '\'';
		if (strcmp((char *)out.p, rows[i].want) != 0)
			fail_msg("%s instead of %s: %s", (char *)out.p,
			    rows[i].want, rows[i].why);
		tsr_buf_free(&condition);
		tsr_buf_free(&out);
	}
}

/* {"$not": {"$not": .. {}}}, so deep. */
static bool
write_deep(size_t depth)
{
	const struct tsr_browser_world browser = {
	    .source = source_of, .pattern = is_pattern};
	struct tsr_json v = {.type = TSR_JSON_OBJECT}, form;
	struct tsr_member *m;
	struct tsr_arena arena;
	bool ok;

	tsr_arena_init(&arena);
	for (; depth > 1; depth--) {
		m = TSR_NEW(&arena, struct tsr_member);
		m->name = TSR_LIT("$not");
		m->value = v;
		v.count = 1;
		v.u.members = m;
	}
	ok = tsr_browser_form(&form, &browser, &v, &arena);
	tsr_arena_free(&arena);
	return ok;
}

static void
test_browser_form_depth_fits_and_one_too_many(void **state)
{
	(void)state;
	assert_true(write_deep(TSR_BROWSER_DEPTH));
	assert_false(write_deep(TSR_BROWSER_DEPTH + 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_browser_form_is_as_short_as_types_let_it),
	    cmocka_unit_test(test_browser_form_depth_fits_and_one_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
