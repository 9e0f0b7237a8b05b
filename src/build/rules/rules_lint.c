/*
 * rules_lint - what an author would not have meant.
 *
 * In the reference's semantics a missing value is 0 to <, differs from
 * everything and equals 0. A condition that holds *because* a value is missing
 * is an error where the value is missing without consent (R014), and where a
 * comparison looks as if it asked for a value (R015).
 */
#include "build/rules/rules_inner.h"

/* Does a test ask for nothing but whether there is a value? */
static bool
asks_existence(const struct tsr_test *t)
{
	if (t->operator != TSR_OPERATOR_EXPRESSION)
		return t->operator == TSR_OPERATOR_EXISTS;
	return tsr_span_eq(t->word, TSR_LIT("$exists")) ||
	    (t->asked->type == TSR_JSON_NULL &&
		(t->word.n == 0 || tsr_span_eq(t->word, TSR_LIT("$eq"))));
}

/* The attribute of which this says that it is missing, or UINT32_MAX. */
static uint32_t
says_missing(
    const struct tsr_rules *rules, const struct tsr_cond *c, bool positive)
{
	while (c->kind == TSR_COND_NOT) {
		c = c->items[0];
		positive = !positive;
	}
	if (c->kind != TSR_COND_TEST ||
	    rules->tests[c->test].missing != positive ||
	    !asks_existence(&rules->tests[c->test]))
		return UINT32_MAX;
	return rules->tests[c->test].attribute;
}

/*
 * Does a test look as if it asked for a value, so that a missing one was not
 * thought of? "Not equal" does not, "not less than" does.
 */
static bool
compares(const struct tsr_rules *rules, const struct tsr_test *t, bool positive)
{
	static const char *const words[] = {"$lt", "$lte", "$gt", "$gte",
	    "$vlt", "$vlte", "$vgt", "$vgte", "$veq", "$regex", "$regexi", ""};
	size_t i, n = positive ? TSR_COUNT_OF(words) : 8;

	if (t->operator != TSR_OPERATOR_EXPRESSION)
		return positive
		    ? t->operator >= TSR_OPERATOR_BARE &&
			t->operator <= TSR_OPERATOR_REGEX
		    : t->operator >= TSR_OPERATOR_LT &&
			t->operator <= TSR_OPERATOR_GTE &&
			rules->attributes[t->attribute].type ==
			    TSR_TYPE_NUMBER;
	for (i = 0; i < n; i++)
		if (tsr_span_eq(t->word, tsr_span_of(words[i],
			strlen(words[i]))))
			return true;
	return false;
}

static void
lint_test(struct tsr_rules *rules, const struct tsr_cond *c, bool positive,
    const struct tsr_attribute_set *guarded)
{
	const struct tsr_test *t = &rules->tests[c->test];
	const struct tsr_rules_attribute *a =
	    &rules->attributes[t->attribute];
	struct tsr_span name = tsr_rules_written(rules, t->attribute);

	if (t->missing != positive || asks_existence(t) ||
	    tsr_attribute_set_has(guarded, t->attribute) ||
	    !tsr_rules_may_miss(rules, t->attribute))
		return;
	if (a->purpose != TSR_PURPOSE_NONE)
		tsr_diag_add(rules->diag, TSR_ERROR, "R014", c->where,
		    "this holds without consent: \"%.*s\" is then missing",
		    TSR_ARG(name))->also = a->where;
	else if (compares(rules, t, positive))
		tsr_diag_add(rules->diag, TSR_ERROR, "R015", c->where,
		    "this holds where \"%.*s\" is missing",
		    TSR_ARG(name))->also = a->where;
	else
		return;
	tsr_diag_hint(rules->diag,
	    "add \"$exists\": true, or an $or with \"$exists\": false");
}

static void
lint(struct tsr_rules *rules, const struct tsr_cond *c, bool positive,
    const struct tsr_attribute_set *outer)
{
	struct tsr_attribute_set guarded = *outer;
	uint8_t bit = positive ? 2 : 1;
	uint32_t i, missing;
	size_t k;

	if ((rules->linted[c->id] & bit) != 0)
		return;
	rules->linted[c->id] |= bit;
	if (c->kind == TSR_COND_TEST) {
		lint_test(rules, c, positive, outer);
		return;
	}
	if (c->kind == TSR_COND_NOT) {
		lint(rules, c->items[0], !positive, outer);
		return;
	}
	if ((c->kind == TSR_COND_AND) == positive)
		for (k = 0; k < TSR_COUNT_OF(guarded.bits); k++)
			guarded.bits[k] |= c->needs[positive].bits[k];
	else
		for (i = 0; i < c->count; i++) {
			missing = says_missing(rules, c->items[i], positive);
			if (missing != UINT32_MAX)
				guarded.bits[missing / 64] |=
				    (uint64_t)1 << missing % 64;
		}
	for (i = 0; i < c->count; i++)
		lint(rules, c->items[i], positive, &guarded);
}

void
tsr_rules_lint(struct tsr_rules *rules, const struct tsr_cond *cond)
{
	static const struct tsr_attribute_set none;
	uint8_t *list;

	if (rules->relaxed)
		return;
	if (rules->linted_count < rules->cond_count) {
		list = TSR_NEW_ARRAY(
		    rules->arena, uint8_t, (size_t)rules->cond_count * 2);
		if (rules->linted_count > 0)
			memcpy(list, rules->linted, rules->linted_count);
		rules->linted = list;
		rules->linted_count = (size_t)rules->cond_count * 2;
	}
	lint(rules, cond, true, &none);
}
