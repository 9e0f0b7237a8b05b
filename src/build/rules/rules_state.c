/*
 * rules_state - attributes of the visitor state: their names, types, purposes.
 */
#include "build/rules/rules_inner.h"
#include "core/state.h"
#include "core/word.h"

/* Counters are kept by a number made of their name: no two may share one. */
static void
check_counters(struct tsr_rules *rules)
{
	const struct tsr_json *a, *b;
	size_t i, j;

	for (i = 0; rules->counters != NULL && i < rules->counters->count; i++)
		for (j = 0; j < i; j++) {
			a = &rules->counters->u.items[i];
			b = &rules->counters->u.items[j];
			if (tsr_state_name(tsr_json_text(a)) !=
			    tsr_state_name(tsr_json_text(b)))
				continue;
			tsr_diag_add(rules->diag, TSR_ERROR, "R021",
			    tsr_json_where(a),
			    "counters \"%.*s\" and \"%.*s\" cannot be told "
			    "apart in the cookie: rename one",
			    TSR_ARG(tsr_json_text(b)),
			    TSR_ARG(tsr_json_text(a)));
		}
}

void
tsr_rules_state(struct tsr_rules *rules, const struct tsr_json *state)
{
	const struct tsr_json *days = tsr_json_get(state, "days");

	rules->state_days = days != NULL ? (uint32_t)tsr_json_number(days)
					 : TSR_STATE_DAYS_DEFAULT;
	rules->counters = tsr_json_get(state, "counters");
	check_counters(rules);
}

uint32_t
tsr_rules_state_days(const struct tsr_rules *rules)
{
	bool used = rules->sticky;
	uint32_t i;

	for (i = 0; i < rules->attribute_count; i++)
		used = used || rules->attributes[i].source == TSR_SOURCE_STATE ||
		    rules->attributes[i].source == TSR_SOURCE_SCORE;
	if (!used)
		return 0;
	return rules->state_days > 0 ? rules->state_days
				     : TSR_STATE_DAYS_DEFAULT;
}

const struct tsr_json *
tsr_rules_counters(const struct tsr_rules *rules)
{
	return rules->counters;
}

static bool
is_counter(const struct tsr_rules *rules, struct tsr_span name)
{
	size_t i;

	for (i = 0; rules->counters != NULL && i < rules->counters->count; i++)
		if (tsr_span_eq(name,
			tsr_json_text(&rules->counters->u.items[i])))
			return true;
	return false;
}

bool
tsr_rules_check_state(
    struct tsr_rules *rules, const struct tsr_rules_attribute *a)
{
	enum tsr_attribute_type type;
	enum tsr_purpose purpose;

	if (!tsr_state_field(&purpose, &type, a->key) ||
	    (tsr_span_starts(a->key, TSR_LIT("counter.")) &&
		!is_counter(rules, tsr_span_from(a->key, 8)))) {
		tsr_diag_add(rules->diag, TSR_ERROR, "R020",
		    tsr_json_where(tsr_json_get(a->declared, "source")),
		    "the visitor state has no \"%.*s\"", TSR_ARG(a->key));
		tsr_diag_hint(rules->diag,
		    "id, visits, pages, returning, first-seen, "
		    "days-since-first, session.pages, session.seconds, "
		    "entry.referrer, entry.campaign, or counter.NAME of "
		    "\"state\" in tessera.json");
		return false;
	}
	if (a->type == type && a->purpose >= purpose)
		return true;
	tsr_diag_add(rules->diag, TSR_ERROR, "R021", a->where,
	    "attribute \"%.*s\": state:%.*s is a %s and needs the purpose "
	    "\"%s\" or a later one",
	    TSR_ARG(a->name), TSR_ARG(a->key), tsr_word_type(type), tsr_word_purpose(purpose));
	return false;
}
