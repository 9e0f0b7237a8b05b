/*
 * experiment - experiments and holdouts become attributes.
 *
 * What variants/experiments.json says is held against the attributes; their
 * records are written by experiment_write.c.
 */
#include "build/rules/experiment_inner.h"
#include "core/experiment.h"

void
tsr_rules_experiments(
    struct tsr_rules *rules, const struct tsr_json *experiments)
{
	rules->experiment_file = experiments;
}

/* ---- declaring ---- */

/* The attribute to hash; UINT32_MAX after a mistake. */
static uint32_t
find_hashed(struct tsr_rules *rules, const struct trial *t,
    const struct tsr_json *name)
{
	const struct tsr_rules_attribute *a;
	uint32_t i;

	if (name != NULL) {
		i = tsr_rules_attribute_find(rules, tsr_json_text(name));
		a = tsr_rules_attribute_at(rules, i);
		if (a != NULL && a->source != TSR_SOURCE_EXPERIMENT &&
		    a->source != TSR_SOURCE_HOLDOUT &&
		    (a->type == TSR_TYPE_STRING || a->type == TSR_TYPE_NUMBER))
			return i;
		tsr_diag_add(rules->diag, TSR_ERROR, "E001",
		    tsr_json_where(name),
		    "\"%.*s\" is no attribute that can be hashed",
		    TSR_ARG(tsr_json_text(name)));
		tsr_diag_hint(rules->diag,
		    "name a declared string or number, such as a visitor's id");
		return UINT32_MAX;
	}
	for (i = 0; i < rules->attribute_count; i++)
		if (rules->attributes[i].source == TSR_SOURCE_STATE &&
		    tsr_span_eq(rules->attributes[i].key, TSR_LIT("id")))
			return i;
	tsr_diag_add(rules->diag, TSR_ERROR, "E001", t->where,
	    "\"%.*s\" does not say what is hashed", TSR_ARG(t->id));
	tsr_diag_hint(rules->diag,
	    "add \"hashAttribute\", or an attribute with the source state:id");
	return UINT32_MAX;
}

static void
declare_trial(struct tsr_rules *rules, const struct tsr_member *m, bool holdout)
{
	struct trial *t = &rules->experiments->list[rules->experiments->count];
	struct tsr_rules_attribute *a;
	const struct tsr_json *hash = tsr_json_get(&m->value, "hashVersion");

	memset(t, 0, sizeof(*t));
	t->id = m->name;
	t->where = tsr_json_name_where(m);
	t->json = &m->value;
	t->holdout = holdout;
	t->version = number_or(hash, 2) < 2 ? 1 : 2;
	t->hashed = find_hashed(rules, t, member(t, "hashAttribute"));
	a = &rules->attributes[rules->attribute_count];
	memset(a, 0, sizeof(*a));
	a->name = tsr_span_of(tsr_arena_printf(rules->arena, "%s.%.*s",
		holdout ? "holdout" : "experiment", TSR_ARG(t->id)),
	    t->id.n + (holdout ? 8 : 11));
	if (tsr_rules_attribute_find(rules, a->name) != UINT32_MAX)
		tsr_diag_add(rules->diag, TSR_ERROR, "E002", t->where,
		    "an attribute is called \"%.*s\" already",
		    TSR_ARG(a->name))->also = rules->attributes[
		    tsr_rules_attribute_find(rules, a->name)].where;
	a->key = t->id;
	a->type = holdout ? TSR_TYPE_BOOLEAN : TSR_TYPE_STRING;
	a->source = holdout ? TSR_SOURCE_HOLDOUT : TSR_SOURCE_EXPERIMENT;
	a->tier = TSR_TIER_REQUEST;
	a->number = rules->experiments->count;
	a->where = t->where;
	a->declared = t->json;
	tsr_rules_check_title(rules, t->json);
	if (t->hashed == UINT32_MAX)
		t->hashed = 0;
	else
		a->purpose = rules->attributes[t->hashed].purpose;
	t->attribute = (uint32_t)rules->attribute_count++;
	rules->experiments->count++;
}

static void
declare_table(struct tsr_rules *rules, const char *name, bool holdout)
{
	const struct tsr_json *table =
	    tsr_json_get(rules->experiment_file, name);
	uint32_t i;

	for (i = 0; table != NULL && i < table->count; i++) {
		if (rules->attribute_count >= TSR_ATTRIBUTES_MAX - 1) {
			tsr_diag_add(rules->diag, TSR_ERROR, "E003",
			    tsr_json_name_where(&table->u.members[i]),
			    "attributes, experiments and holdouts: a site has "
			    "at most %d together", TSR_ATTRIBUTES_MAX - 1);
			return;
		}
		declare_trial(rules, &table->u.members[i], holdout);
	}
}

/* Status and winner: who can be in which arm at all. */
static void
read_status(struct tsr_rules *rules, struct trial *t)
{
	const struct tsr_json *arms = member(t, "arms");
	const struct tsr_json *winner = member(t, "winner");
	struct tsr_span status = tsr_json_text(member(t, "status"));
	bool stopped = tsr_span_eq(status, TSR_LIT("stopped"));

	t->values = *arms;
	t->off = tsr_span_eq(status, TSR_LIT("draft")) ||
	    (stopped && winner == NULL);
	if (tsr_json_true(member(t, "sticky"))) {
		t->flags |= TSR_TRIAL_STICKY;
		rules->sticky = true;
	}
	if (winner != NULL) {
		t->winner = list_find(arms, tsr_json_text(winner)) + 1;
		if (!stopped || t->winner > arms->count) {
			tsr_diag_add(rules->diag, TSR_ERROR, "E004",
			    tsr_json_where(winner), stopped
				? "\"%.*s\" is none of the arms"
				: "only what is stopped has a winner, not "
				  "\"%.*s\"", TSR_ARG(tsr_json_text(winner)));
			t->winner = 0;
		} else {
			t->values.u.items = &arms->u.items[t->winner - 1];
			t->values.count = 1;
			rules->attributes[t->attribute].purpose =
			    TSR_PURPOSE_NONE;
		}
	}
	if (t->off)
		t->values.count = 0;
}

static void
check_shares(struct tsr_rules *rules, const struct trial *t)
{
	const struct tsr_json *arms = member(t, "arms");
	const struct tsr_json *weights = member(t, "weights");
	const struct tsr_json *ranges = member(t, "ranges");
	double total = 0;
	uint32_t i;

	for (i = 0; i < list_count(weights); i++)
		total += tsr_json_number(&weights->u.items[i]);
	if ((weights != NULL && weights->count != arms->count) ||
	    (ranges != NULL && ranges->count != arms->count))
		tsr_diag_add(rules->diag, TSR_ERROR, "E005",
		    place(t, weights != NULL ? "weights" : "ranges"),
		    "there are %u arms, and not as many of these",
		    arms->count)->also = place(t, "arms");
	else if (weights != NULL && (total < 0.99 || total > 1.01))
		tsr_diag_add(rules->diag, TSR_ERROR, "E005",
		    place(t, "weights"), "weights add up to 1");
	for (i = 0; i < list_count(ranges); i++)
		if (read_range(&ranges->u.items[i]).to <
		    read_range(&ranges->u.items[i]).from)
			tsr_diag_add(rules->diag, TSR_ERROR, "E005",
			    tsr_json_where(&ranges->u.items[i]),
			    "this range ends before it begins");
}

/* Names of holdouts, and of attributes that filters hash. */
static void
check_names(struct tsr_rules *rules, const struct trial *t)
{
	const struct tsr_experiments *all = rules->experiments;
	const struct tsr_json *named = member(t, "holdouts"), *v;
	const struct tsr_json *filters = member(t, "filters");
	uint32_t i, k;

	for (i = 0; i < list_count(named); i++) {
		v = &named->u.items[i];
		for (k = 0; k < all->holdouts; k++)
			if (tsr_span_eq(all->list[k].id, tsr_json_text(v)))
				break;
		if (k == all->holdouts)
			tsr_diag_add(rules->diag, TSR_ERROR, "E009",
			    tsr_json_where(v), "unknown holdout \"%.*s\"",
			    TSR_ARG(tsr_json_text(v)));
	}
	for (i = 0; i < list_count(filters); i++) {
		v = tsr_json_get(&filters->u.items[i], "attribute");
		if (v != NULL)
			(void)find_hashed(rules, t, v);
	}
}

/* Two experiments of one namespace are for different visitors. */
static void
check_namespace(struct tsr_rules *rules, uint32_t i)
{
	const struct trial *t = &rules->experiments->list[i], *other;
	const struct tsr_json *mine = member(t, "namespace"), *theirs;
	struct tsr_range a, b;
	uint32_t k;

	for (k = 0; mine != NULL && k < i; k++) {
		other = &rules->experiments->list[k];
		theirs = member(other, "namespace");
		if (theirs == NULL || !tsr_json_eq(tsr_json_get(mine, "id"),
			tsr_json_get(theirs, "id")))
			continue;
		a = read_range(tsr_json_get(mine, "range"));
		b = read_range(tsr_json_get(theirs, "range"));
		if (t->hashed != other->hashed)
			tsr_diag_add(rules->diag, TSR_ERROR, "E006",
			    tsr_json_where(mine),
			    "\"%.*s\" and \"%.*s\" share a namespace and hash "
			    "different attributes", TSR_ARG(t->id),
			    TSR_ARG(other->id))->also = tsr_json_where(theirs);
		else if (a.from < b.to && b.from < a.to)
			tsr_diag_add(rules->diag, TSR_ERROR, "E006",
			    tsr_json_where(mine),
			    "\"%.*s\" and \"%.*s\" have visitors in common",
			    TSR_ARG(t->id), TSR_ARG(other->id))->also =
			    tsr_json_where(theirs);
	}
}

/* Records of EARM: its arms, and the ranges of its filters. */
static uint32_t
arms_of(const struct trial *t)
{
	const struct tsr_json *filters = member(t, "filters");
	uint32_t n = list_count(member(t, "arms")), i;

	if (t->holdout)
		return 2;
	for (i = 0; i < list_count(filters) && t->winner == 0; i++)
		n += list_count(
		    tsr_json_get(&filters->u.items[i], "ranges"));
	return n + (member(t, "namespace") != NULL && t->winner == 0);
}

static void
count_arms(struct tsr_rules *rules)
{
	struct tsr_experiments *all = rules->experiments;
	uint32_t i, n;

	for (i = 0; i < all->count; i++) {
		n = arms_of(&all->list[i]);
		all->arms += n;
		if (all->arms <= TSR_ARMS_MAX || all->arms - n > TSR_ARMS_MAX)
			continue;
		tsr_diag_add(rules->diag, TSR_ERROR, "E003",
		    all->list[i].where,
		    "arms and ranges of filters: a site has at most %d of "
		    "all its experiments together", TSR_ARMS_MAX);
		tsr_diag_hint(rules->diag, "remove experiments that are over");
	}
}

void
tsr_experiments_declare(struct tsr_rules *rules)
{
	const struct tsr_json *file = rules->experiment_file;
	const struct tsr_json *experiments = tsr_json_get(file, "experiments");
	const struct tsr_json *holdouts = tsr_json_get(file, "holdouts");
	struct tsr_experiments *all =
	    TSR_NEW(rules->arena, struct tsr_experiments);
	uint32_t i;

	rules->experiments = all;
	all->list = TSR_NEW_ARRAY(rules->arena, struct trial,
	    (experiments != NULL ? experiments->count : 0u) +
		(holdouts != NULL ? holdouts->count : 0u) + 1u);
	declare_table(rules, "holdouts", true);
	all->holdouts = all->count;
	declare_table(rules, "experiments", false);
	for (i = all->holdouts; i < all->count; i++) {
		read_status(rules, &all->list[i]);
		check_shares(rules, &all->list[i]);
		check_names(rules, &all->list[i]);
		check_namespace(rules, i);
	}
	count_arms(rules);
}

/* ---- audiences ---- */

static int64_t
moment(struct tsr_rules *rules, const struct trial *t, const char *name,
    int64_t otherwise)
{
	const struct tsr_json *v = member(t, name);
	int64_t out;

	if (v == NULL || tsr_rules_moment(&out, rules, v))
		return v == NULL ? otherwise : out;
	tsr_diag_add(rules->diag, TSR_ERROR, "E007", tsr_json_where(v),
	    "\"%s\" is no moment", name);
	return otherwise;
}

/*
 * Only experiments before this one may be asked, and nothing of the page: an
 * arm is chosen without one.
 */
static void
check_asked(struct tsr_rules *rules, uint32_t number)
{
	struct tsr_experiments *all = rules->experiments;
	struct trial *t = &all->list[number];
	const struct tsr_cond *asked =
	    tsr_rules_condition(rules, member(t, "audience"));
	const struct tsr_rules_attribute *a;
	size_t i;

	for (i = 0; asked != NULL && i < rules->attribute_count; i++) {
		a = &rules->attributes[i];
		if (!tsr_attribute_set_has(&asked->reads, i))
			continue;
		if (a->tier == TSR_TIER_BUILD)
			tsr_diag_add(rules->diag, TSR_ERROR, "E008",
			    place(t, "audience"),
			    "\"%.*s\" is of the page, and an arm is the "
			    "same on every page",
			    TSR_ARG(a->name))->also = a->where;
		if (a->source != TSR_SOURCE_EXPERIMENT &&
		    a->source != TSR_SOURCE_HOLDOUT)
			continue;
		if (a->number >= number)
			tsr_diag_add(rules->diag, TSR_ERROR, "E008",
			    place(t, "audience"),
			    "an experiment can ask only those that stand "
			    "before it, not \"%.*s\"",
			    TSR_ARG(a->key))->also = a->where;
		else
			all->list[a->number].flags |= TSR_TRIAL_ASKED;
		t->flags |= TSR_TRIAL_ASKS;
	}
}

/* An arm is drawn when a page is asked for: the browser has no say. */
static void
check_browser(struct tsr_rules *rules, const struct trial *t)
{
	const struct tsr_json *audience = member(t, "audience");
	const struct tsr_cond *cond = audience != NULL
	    ? tsr_rules_condition(rules, audience) : NULL;
	uint32_t i;

	for (i = 0; cond != NULL && i < rules->attribute_count; i++)
		if (tsr_attribute_set_has(&cond->reads, i) &&
		    rules->attributes[i].tier == TSR_TIER_BROWSER) {
			tsr_diag_add(rules->diag, TSR_ERROR, "E008",
			    place(t, "audience"),
			    "only the browser knows \"%.*s\", and arms are "
			    "drawn before it is asked",
			    TSR_ARG(rules->attributes[i].name))
			    ->also = rules->attributes[i].where;
			tsr_diag_hint(rules->diag,
			    "ask it in the audience of the arms' variants");
		}
}

void
tsr_experiments_compile(struct tsr_rules *rules)
{
	struct tsr_experiments *all = rules->experiments;
	struct tsr_rule rule;
	struct trial *t;
	uint32_t i;

	for (i = all->holdouts; i < all->count; i++) {
		t = &all->list[i];
		memset(&rule, 0, sizeof(rule));
		rule.audience = member(t, "audience");
		rule.starts = moment(rules, t, "startsAt", INT64_MIN);
		rule.ends = moment(rules, t, "endsAt", INT64_MAX);
		rule.name = t->id;
		rule.where = t->where;
		if (rule.ends <= rule.starts)
			tsr_diag_add(rules->diag, TSR_ERROR, "E007",
			    place(t, "endsAt"),
			    "this experiment ends before it starts");
		if (rule.audience == NULL && rule.starts == INT64_MIN &&
		    rule.ends == INT64_MAX)
			continue;
		if (!tsr_rules_chain(&t->decision, rules, &rule, 1))
			continue;
		if (rule.audience != NULL)
			check_asked(rules, i);
		check_browser(rules, t);
	}
}
