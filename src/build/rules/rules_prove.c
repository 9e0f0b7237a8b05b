/*
 * rules_prove - which outcomes of conditions and chains can happen: what never
 * holds, what always does, and variants that nobody gets.
 */
#include "build/rules/rules_inner.h"

/*
 * Which outcomes of a chain can happen, as bits; false: not known. coarse, if
 * not NULL: of which attributes too much was taken as possible.
 */
static bool
possible_outcomes(uint8_t *can, struct tsr_attribute_set *coarse,
    struct tsr_rules *rules, const struct tsr_cond *const *conds, size_t count,
    struct tsr_arena *scratch)
{
	struct tsr_reach reach;
	uint32_t root;
	size_t i;

	memset(can, 0, count + 1);
	if (!tsr_rules_draw(&root, rules, conds, count, NULL, count + 1) ||
	    !tsr_reach_walk(&reach, rules, &root, 1, false, SIZE_MAX, scratch))
		return false;
	for (i = 0; i < reach.tuple_count; i++)
		can[reach.tuples[i]] = 1;
	if (coarse != NULL)
		*coarse = reach.coarse;
	return true;
}

/* Tests of one attribute in one condition, or in several variants. */
static void
note_coarse(struct tsr_rules *rules, size_t attribute, struct tsr_where where,
    const struct tsr_where *also)
{
	struct tsr_span name = tsr_rules_written(rules, (uint32_t)attribute);
	struct tsr_message *m = tsr_diag_add(rules->diag, TSR_NOTE, "R030",
	    where, "not looked at: whether what is asked of \"%.*s\" here "
	    "excludes what %s", TSR_ARG(name),
	    also != NULL ? "a variant before it asks" : "else is asked of it");

	if (also != NULL)
		m->also = *also;
}

void
tsr_rules_judge(struct tsr_rules *rules, const struct tsr_cond *cond,
    struct tsr_where where)
{
	struct tsr_attribute_set coarse;
	struct tsr_arena scratch;
	uint8_t can[2];
	size_t i;

	if (rules->relaxed || !cond->asked)
		return;
	tsr_arena_init(&scratch);
	if (!possible_outcomes(can, &coarse, rules, &cond, 1, &scratch))
		tsr_diag_add(rules->diag, TSR_NOTE, "R030", where,
		    "not looked at: whether this condition can hold and can "
		    "fail; it is too large");
	else if (can[0] != can[1]) {
		tsr_diag_add(rules->diag, TSR_WARNING,
		    can[0] ? "R011" : "R012", where, can[0]
			? "this condition holds for every visitor"
			: "this condition can never hold");
		tsr_rules_hint_range(rules, cond);
	} else
		for (i = 0; i < rules->attribute_count; i++)
			if (tsr_attribute_set_has(&coarse, i))
				note_coarse(rules, i, where, NULL);
	tsr_arena_free(&scratch);
}

/* Why rule i is never chosen, now that this is known. */
static void
report_dead(struct tsr_rules *rules, const struct tsr_rule *list,
    const struct tsr_cond *const *conds, size_t i, struct tsr_arena *scratch)
{
	const struct tsr_cond *pair[2] = {conds[i], NULL};
	struct tsr_message *message;
	uint8_t can[3];
	size_t j;

	/* Judged where it stands, if the condition alone is to blame. */
	if (possible_outcomes(can, NULL, rules, pair, 1, scratch) && !can[0]) {
		tsr_diag_add(rules->diag, TSR_WARNING, "R010", list[i].where,
		    list[i].trigger
			? "trigger \"%.*s\" can never be shown: nobody is in "
			  "its audience"
			: "variant \"%.*s\" can never be chosen: nobody is in "
			  "its audience and time", TSR_ARG(list[i].name));
		return;
	}
	pair[1] = conds[i];
	for (j = 0; j < i; j++) {
		pair[0] = conds[j];
		if (possible_outcomes(can, NULL, rules, pair, 2, scratch) && !can[1])
			break;
	}
	if (j < i) {
		message = tsr_diag_add(rules->diag, TSR_WARNING, "R010",
		    list[i].where,
		    "variant \"%.*s\" can never be chosen: \"%.*s\" comes "
		    "before it and takes all its visitors",
		    TSR_ARG(list[i].name), TSR_ARG(list[j].name));
		message->also = list[j].where;
	} else {
		message = tsr_diag_add(rules->diag, TSR_WARNING, "R010",
		    list[i].where,
		    "variant \"%.*s\" can never be chosen: those before it "
		    "together take all its visitors", TSR_ARG(list[i].name));
		message->also = list[i - 1].where;
	}
	tsr_diag_hint(rules->diag, "give it a higher priority, or remove it");
}

/*
 * Of the variants that ask the attribute, those after the first. One alone was
 * judged where its condition stands.
 */
static void
note_chain(struct tsr_rules *rules, size_t attribute,
    const struct tsr_rule *list, const struct tsr_cond *const *conds,
    size_t count)
{
	size_t i, first = count;

	for (i = 0; i < count; i++) {
		if (!tsr_attribute_set_has(&conds[i]->reads, attribute))
			continue;
		if (first < count)
			note_coarse(rules, attribute, list[i].where,
			    &list[first].where);
		else
			first = i;
	}
	if (first < count && list[first].fragment_set != 0 &&
	    list[first].key_attribute == attribute)
		note_coarse(rules, attribute, list[first].where, NULL);
}

void
tsr_rules_prove(struct tsr_rules *rules, const struct tsr_rule *list,
    const struct tsr_cond *const *conds, size_t count,
    struct tsr_arena *scratch)
{
	uint8_t *can = TSR_NEW_ARRAY(scratch, uint8_t, count + 1);
	struct tsr_attribute_set coarse;
	size_t i;

	if (!possible_outcomes(
		can, &coarse, rules, conds, count, scratch)) {
		tsr_diag_add(rules->diag, TSR_WARNING, "R013", list[0].where,
		    "not proved that every variant beside this one can be "
		    "chosen: too many combinations");
		return;
	}
	for (i = 0; i < count; i++)
		if (!can[i])
			report_dead(rules, list, conds, i, scratch);
	for (i = 0; i < rules->attribute_count; i++)
		if (tsr_attribute_set_has(&coarse, i))
			note_chain(rules, i, list, conds, count);
}
