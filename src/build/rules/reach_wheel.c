/*
 * reach_wheel - what tests may say of a string that no test mentions.
 *
 * Tests that know of each other turn together: the order of versions, texts
 * that begin with each other. The others answer either way, as far as their
 * pattern can. All answers a string can get are among those of some turn; a
 * turn may be of no string.
 */
#include "build/rules/rules_inner.h"

#include <stdlib.h>

/* Turns past which a set of tests is not told apart. */
#define TURNS_MAX 64

static bool
is(struct tsr_span s, const char *name)
{
	return tsr_span_eq(s, tsr_span_of(name, strlen(name)));
}

static bool
is_version(const struct tsr_test *t)
{
	return t->operator == TSR_OPERATOR_EXPRESSION &&
	    tsr_span_starts(t->word, TSR_LIT("$v"));
}

static bool
is_prefix(const struct tsr_test *t)
{
	return t->operator == TSR_OPERATOR_EXPRESSION &&
	    is(t->word, "$startsWith");
}

/* Any string that is not mentioned gets the same answer. */
static bool
is_settled(const struct tsr_test *t)
{
	if (t->operator == TSR_OPERATOR_REGEX)
		return false;
	return t->operator != TSR_OPERATOR_EXPRESSION ||
	    is(t->word, "$size") || is(t->word, "$type") ||
	    is(t->word, "$elemMatch") || is(t->word, "$all") ||
	    is(t->word, "$alli");
}

static struct tsr_span
version_of(const struct tsr_test *t, struct tsr_arena *scratch)
{
	struct tsr_span out;
	struct tsr_buf text;

	tsr_buf_init(&text, SIZE_MAX / 2);
	tsr_condition_version(&text, t->asked);
	out = tsr_arena_dup(scratch, tsr_buf_view(&text));
	tsr_buf_free(&text);
	return out;
}

static int
cmp_marks(const void *a, const void *b)
{
	const struct tsr_span *x = a, *y = b;

	return tsr_predicate_cmp(*x, *y);
}

static void
add_mark(struct tsr_wheel *w, struct tsr_span mark, struct tsr_arena *scratch)
{
	w->marks = tsr_arena_grow(
	    scratch, w->marks, w->count, &w->cap, sizeof(*w->marks));
	w->marks[w->count++] = mark;
}

/* In order, each once; the turns they make. */
static void
finish(struct tsr_wheel *w)
{
	size_t i, n = 0;

	if (w->count > 0)
		qsort(w->marks, w->count, sizeof(*w->marks), cmp_marks);
	for (i = 0; i < w->count; i++)
		if (n == 0 || !tsr_span_eq(w->marks[n - 1], w->marks[i]))
			w->marks[n++] = w->marks[i];
	w->count = n;
}

static void
add_either(struct tsr_wheels *out, const struct tsr_rules *rules, size_t test,
    const struct tsr_test *t, struct tsr_arena *scratch)
{
	struct tsr_regex_sample sample;
	struct tsr_span automaton = {NULL, 0};
	uint8_t *answers = &out->either[test];

	*answers = 3;
	if (t->operator == TSR_OPERATOR_REGEX)
		automaton =
		    tsr_rules_pattern(rules, t->operand.u.string, false);
	else if (is(t->word, "$regex") || is(t->word, "$regexi"))
		automaton = tsr_rules_pattern(rules, tsr_json_text(t->asked),
		    is(t->word, "$regexi"));
	if (automaton.n > 0) {
		tsr_regex_sample(&sample, automaton, scratch);
		if (sample.complete)
			*answers = (uint8_t)((sample.rejects ? 1 : 0) |
			    (sample.accepts ? 2 : 0));
	}
	if (*answers == 3)
		out->turns *= 2;
}

bool
tsr_wheels_make(struct tsr_wheels *out, const struct tsr_rules *rules,
    const uint32_t *tests, size_t count, struct tsr_arena *scratch)
{
	const struct tsr_test *t;
	size_t i;

	memset(out, 0, sizeof(*out));
	out->turns = 1;
	out->either = TSR_NEW_ARRAY(scratch, uint8_t, count);
	out->marks = TSR_NEW_ARRAY(scratch, struct tsr_span, count);
	for (i = 0; i < count && out->turns <= TURNS_MAX; i++) {
		t = &rules->tests[tests[i]];
		if (is_version(t)) {
			out->marks[i] = version_of(t, scratch);
			add_mark(&out->versions, out->marks[i], scratch);
		} else if (is_prefix(t)) {
			out->marks[i] = tsr_json_text(t->asked);
			add_mark(&out->prefixes, out->marks[i], scratch);
		} else if (!is_settled(t))
			add_either(out, rules, i, t, scratch);
	}
	finish(&out->versions);
	finish(&out->prefixes);
	if (out->turns > TURNS_MAX || out->versions.count > TURNS_MAX ||
	    out->prefixes.count > TURNS_MAX)
		return false;
	out->turns *= (2 * out->versions.count + 1) *
	    (out->prefixes.count + 1);
	return out->turns <= TURNS_MAX;
}

/* Marks are at odd positions, what lies between and beside them at even. */
static bool
version_answer(const struct tsr_wheel *w, struct tsr_span mark, size_t at,
    struct tsr_span word)
{
	size_t i;

	for (i = 0; !tsr_span_eq(w->marks[i], mark); i++)
		;
	i = 2 * i + 1;
	if (is(word, "$veq"))
		return at == i;
	if (is(word, "$vne"))
		return at != i;
	if (is(word, "$vlt"))
		return at < i;
	if (is(word, "$vlte"))
		return at <= i;
	return is(word, "$vgt") ? at > i : at >= i;
}

bool
tsr_wheels_answer(bool *holds, const struct tsr_wheels *wheels,
    const struct tsr_rules *rules, const uint32_t *tests, size_t test,
    size_t turn)
{
	const struct tsr_test *t = &rules->tests[tests[test]];
	const struct tsr_wheel *w = &wheels->prefixes;
	size_t i, at = turn % (2 * wheels->versions.count + 1);

	turn /= 2 * wheels->versions.count + 1;
	if (is_version(t)) {
		*holds = version_answer(
		    &wheels->versions, wheels->marks[test], at, t->word);
		return true;
	}
	/* Which is the longest of all it begins with? */
	at = turn % (w->count + 1);
	turn /= w->count + 1;
	if (is_prefix(t)) {
		*holds = wheels->marks[test].n == 0 || (at < w->count &&
			tsr_span_starts(w->marks[at], wheels->marks[test]));
		return true;
	}
	for (i = 0; i < test; i++)
		if (wheels->either[i] == 3)
			turn /= 2;
	*holds = wheels->either[test] == 3 ? turn % 2 != 0
					   : wheels->either[test] == 2;
	return wheels->either[test] != 0;
}
