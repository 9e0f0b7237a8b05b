/*
 * rules_range - the values that an attribute can have, where that is known.
 *
 * Values that the author lists, a score's tiers, and numbers: what core and the
 * script work out stays within bounds that no request can change. So a
 * comparison beyond them can never hold, or always holds.
 */
#include "build/rules/rules_inner.h"
#include "build/rules/score.h"

/* Values that a hint names. */
#define HINTED_MAX 6

static const struct {
	enum tsr_attribute_source source;
	const char *key;
	double low, high;
} ranges[] = {
    {TSR_SOURCE_CLOCK, "hour", 0, 23}, {TSR_SOURCE_CLOCK, "minute", 0, 59},
    {TSR_SOURCE_CLOCK, "minutes", 0, 1439},
    {TSR_SOURCE_CLOCK, "weekday", 1, 7}, {TSR_SOURCE_CLOCK, "month", 1, 12},
    {TSR_SOURCE_BROWSER, "scroll", 0, 100},
};

bool
tsr_rules_range(double *low, double *high, const struct tsr_rules *rules,
    uint32_t attribute)
{
	const struct tsr_rules_attribute *a = &rules->attributes[attribute];
	size_t i;

	if (a->type != TSR_TYPE_NUMBER || rules->relaxed)
		return false;
	*low = 0;
	*high = 100;
	if (a->source == TSR_SOURCE_SCORE ||
	    (a->source == TSR_SOURCE_BROWSER &&
		tsr_span_starts(a->key, TSR_LIT("score:"))))
		return true;
	for (i = 0; i < TSR_COUNT_OF(ranges); i++) {
		if (ranges[i].source != a->source ||
		    !tsr_span_eq(a->key, tsr_span_of(ranges[i].key,
			strlen(ranges[i].key))))
			continue;
		*low = ranges[i].low;
		*high = ranges[i].high;
		return true;
	}
	return false;
}

/* ---- operands ---- */

/* "low, warm or hot", where they are few. */
static void
hint_values(
    struct tsr_rules *rules, const struct tsr_span *names, uint32_t count)
{
	const char *text = "";
	uint32_t i;

	for (i = 0; i < count && count <= HINTED_MAX; i++)
		text = tsr_arena_printf(rules->arena, "%s%s%.*s", text,
		    i == 0 ? "" : i + 1 == count ? " or " : ", ",
		    TSR_ARG(names[i]));
	if (text[0] != '\0')
		tsr_diag_hint(rules->diag, "it is %s", text);
}

/* A typo in a value that the attribute lists, or a tier that is none. */
static void
check_listed(struct tsr_rules *rules, uint32_t attribute,
    const struct tsr_json *v)
{
	const struct tsr_rules_attribute *at = &rules->attributes[attribute];
	const struct tsr_json *values = tsr_json_get(at->declared, "values");
	struct tsr_span *names, near, name;
	uint32_t i;

	(void)tsr_scores_values(&values, rules, attribute);
	if (!tsr_json_is(values, TSR_JSON_ARRAY) ||
	    v->type != TSR_JSON_STRING)
		return;
	names = TSR_NEW_ARRAY(rules->arena, struct tsr_span, values->count);
	for (i = 0; i < values->count; i++) {
		names[i] = tsr_json_text(&values->u.items[i]);
		if (tsr_span_eq(names[i], v->u.string))
			return;
	}
	name = tsr_rules_written(rules, attribute);
	tsr_diag_add(rules->diag, TSR_WARNING, "R017", tsr_json_where(v),
	    "\"%.*s\" is not among the values of \"%.*s\"",
	    TSR_ARG(v->u.string), TSR_ARG(name))->also = at->where;
	near = tsr_nearest(v->u.string, names, values->count);
	if (near.n > 0)
		tsr_diag_hint(rules->diag, "did you mean \"%.*s\"?",
		    TSR_ARG(near));
	else
		hint_values(rules, names, values->count);
}

/* A number that the attribute cannot be. */
static void
check_range(struct tsr_rules *rules, uint32_t attribute,
    const struct tsr_json *v)
{
	struct tsr_span name = tsr_rules_written(rules, attribute);
	double low, high, d;
	struct tsr_buf text;

	if (!tsr_json_is_number(v) ||
	    !tsr_rules_range(&low, &high, rules, attribute))
		return;
	d = tsr_json_number(v);
	if (d >= low && d <= high)
		return;
	tsr_buf_init(&text, 100);
	tsr_json_number_text(&text, v);
	tsr_diag_add(rules->diag, TSR_WARNING, "R017", tsr_json_where(v),
	    "%.*s is not among the values of \"%.*s\", %.0f to %.0f",
	    TSR_ARG(text), TSR_ARG(name), low, high)->also =
	    rules->attributes[attribute].where;
	tsr_buf_free(&text);
}

void
tsr_rules_check_value(struct tsr_rules *rules, uint32_t attribute,
    const struct tsr_json *v)
{
	if (rules->relaxed)
		return;
	check_listed(rules, attribute, v);
	check_range(rules, attribute, v);
}

/* ---- conditions ---- */

/* Does an operand stand at an end of the range, or beyond it? */
static bool
touches(const struct tsr_rules *rules, const struct tsr_test *t)
{
	const struct tsr_json *v = &t->operand;
	uint32_t i, n = v->type == TSR_JSON_ARRAY ? v->count : 1;
	double low, high, d;

	if (!tsr_rules_range(&low, &high, rules, t->attribute) ||
	    t->operator == TSR_OPERATOR_EXISTS)
		return false;
	if (v->type == TSR_JSON_ARRAY)
		v = v->u.items;
	for (i = 0; i < n; i++)
		if (tsr_condition_number(&d, &v[i]) && (d <= low || d >= high))
			return true;
	return false;
}

/* Conditions nest as deep as rules_condition.c lets them. */
void
tsr_rules_hint_range(struct tsr_rules *rules, const struct tsr_cond *cond)
{
	const struct tsr_test *t;
	struct tsr_span name;
	double low, high;
	uint32_t i;

	for (i = 0; i < cond->count; i++)
		tsr_rules_hint_range(rules, cond->items[i]);
	if (cond->kind != TSR_COND_TEST)
		return;
	t = &rules->tests[cond->test];
	name = tsr_rules_written(rules, t->attribute);
	if (touches(rules, t) &&
	    tsr_rules_range(&low, &high, rules, t->attribute))
		tsr_diag_hint(rules->diag,
		    "\"%.*s\" is a number from %.0f to %.0f",
		    TSR_ARG(name), low, high);
}
