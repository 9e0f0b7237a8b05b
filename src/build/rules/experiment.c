/*
 * experiment - experiments and holdouts become attributes and their records.
 *
 * What variants/experiments.json says is held against the attributes; shares
 * become ranges of buckets exactly as the reference's comparisons of doubles
 * have them. The records' layout is in core/experiment.h.
 */
#include "core/experiment.h"

#include "build/rules/rules_inner.h"
#include "core/hash.h"

struct trial {
	struct tsr_span id;
	struct tsr_where where;
	const struct tsr_json *json;
	bool holdout, off;
	unsigned flags;
	unsigned version; /* of the hash */
	uint32_t attribute, hashed;
	uint32_t decision;
	uint32_t winner; /* + 1 */
	struct tsr_json values; /* the arms that somebody can be in */
};

struct tsr_experiments {
	struct trial *list;
	uint32_t count, holdouts;
	uint32_t arms; /* records of EARM so far */
};

static const struct tsr_json *
member(const struct trial *t, const char *name)
{
	return tsr_json_get(t->json, name);
}

static struct tsr_where
place(const struct trial *t, const char *name)
{
	const struct tsr_json *v = member(t, name);

	return v != NULL ? tsr_json_where(v) : t->where;
}

static double
number_or(const struct tsr_json *v, double otherwise)
{
	return v != NULL ? tsr_json_number(v) : otherwise;
}

static uint32_t
list_count(const struct tsr_json *v)
{
	return tsr_json_is(v, TSR_JSON_ARRAY) ? v->count : 0;
}

/* The number of a name in a list of strings, or its length. */
static uint32_t
list_find(const struct tsr_json *list, struct tsr_span name)
{
	uint32_t i, n = list_count(list);

	for (i = 0; i < n; i++)
		if (tsr_span_eq(tsr_json_text(&list->u.items[i]), name))
			break;
	return i;
}

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

static struct tsr_range
read_range(const struct tsr_json *v)
{
	struct tsr_range out = {
	    tsr_json_number(&v->u.items[0]), tsr_json_number(&v->u.items[1])};

	return out;
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
		if ((asked->reads.bits[i / 64] >> i % 64 & 1) == 0)
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
		if ((cond->reads.bits[i / 64] >> i % 64 & 1) != 0 &&
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

/* ---- questions ---- */

static const struct trial *
trial_of(const struct tsr_rules *rules, uint32_t attribute)
{
	const struct tsr_rules_attribute *a = &rules->attributes[attribute];

	return a->source == TSR_SOURCE_EXPERIMENT ||
		a->source == TSR_SOURCE_HOLDOUT
	    ? &rules->experiments->list[a->number] : NULL;
}

bool
tsr_experiments_values(const struct tsr_json **out,
    const struct tsr_rules *rules, uint32_t attribute)
{
	const struct trial *t = trial_of(rules, attribute);

	if (t == NULL || t->holdout)
		return false;
	*out = &t->values;
	return true;
}

const struct tsr_json *
tsr_rules_values(const struct tsr_rules *rules, uint32_t attribute)
{
	const struct tsr_json *arms;

	if (tsr_experiments_values(&arms, rules, attribute))
		return arms;
	return tsr_json_get(rules->attributes[attribute].declared, "values");
}

uint32_t
tsr_experiments_decision(const struct tsr_rules *rules, uint32_t attribute)
{
	const struct trial *t = trial_of(rules, attribute);

	return t != NULL ? t->decision : 0;
}

static const struct trial *
find_trial(const struct tsr_rules *rules, struct tsr_span id)
{
	const struct tsr_experiments *all = rules->experiments;
	uint32_t i;

	for (i = all->holdouts; i < all->count; i++)
		if (tsr_span_eq(all->list[i].id, id))
			return &all->list[i];
	return NULL;
}

bool
tsr_rules_arm_open(const struct tsr_rules *rules, struct tsr_span experiment,
    struct tsr_span arm)
{
	const struct trial *t = find_trial(rules, experiment);

	return t != NULL && list_find(&t->values, arm) < t->values.count;
}

bool
tsr_rules_arm(struct tsr_json *out, struct tsr_rules *rules,
    const struct tsr_json *experiment, const struct tsr_json *arm,
    struct tsr_span arm_name)
{
	const struct trial *t = find_trial(rules, tsr_json_text(experiment));
	struct tsr_member *m;

	if (t == NULL) {
		tsr_diag_add(rules->diag, TSR_ERROR, "E009",
		    tsr_json_where(experiment),
		    "unknown experiment \"%.*s\"",
		    TSR_ARG(tsr_json_text(experiment)));
		return false;
	}
	if (list_find(member(t, "arms"), arm_name) ==
	    list_count(member(t, "arms"))) {
		tsr_diag_add(rules->diag, TSR_ERROR, "E009",
		    tsr_json_where(arm), "\"%.*s\" has no arm \"%.*s\"",
		    TSR_ARG(t->id), TSR_ARG(arm_name))->also = t->where;
		return false;
	}
	*out = *experiment;
	m = TSR_NEW(rules->arena, struct tsr_member);
	m->name = rules->attributes[t->attribute].name;
	m->value = *arm;
	m->value.type = TSR_JSON_STRING;
	m->value.u.string = arm_name;
	out->type = TSR_JSON_OBJECT;
	out->count = 1;
	out->u.members = m;
	return true;
}

const struct tsr_json *
tsr_rules_held_out(struct tsr_rules *rules)
{
	const struct tsr_experiments *all = rules->experiments;
	struct tsr_json *out = TSR_NEW(rules->arena, struct tsr_json), *list;
	struct tsr_member *m;
	uint32_t i, n = 0;

	list = TSR_NEW_ARRAY(rules->arena, struct tsr_json, all->holdouts + 1u);
	for (i = 0; i < all->holdouts; i++) {
		if (tsr_span_eq(tsr_json_text(member(&all->list[i], "applies")),
			TSR_LIT("experiments")))
			continue;
		m = TSR_NEW(rules->arena, struct tsr_member);
		m->name = rules->attributes[all->list[i].attribute].name;
		m->value = tsr_json_boolean(true);
		list[n] = *all->list[i].json;
		list[n].u.members = m;
		list[n++].count = 1;
	}
	if (n == 0)
		return NULL;
	m = TSR_NEW(rules->arena, struct tsr_member);
	m->name = TSR_LIT("$or");
	m->value = list[0];
	m->value.type = TSR_JSON_ARRAY;
	m->value.u.items = list;
	m->value.count = n;
	*out = list[0];
	out->u.members = m;
	return out;
}

/* Does some test tell who is in this arm from who is in none? */
static bool
is_asked(const struct tsr_rules *rules, uint32_t attribute,
    const struct tsr_json *arm)
{
	size_t i;

	for (i = 0; i < rules->test_count; i++)
		if (rules->tests[i].attribute == attribute &&
		    tsr_test_holds(rules, (uint32_t)i, arm) !=
			rules->tests[i].missing)
			return true;
	return false;
}

void
tsr_rules_check_arms(struct tsr_rules *rules)
{
	const struct tsr_experiments *all = rules->experiments;
	const struct tsr_json *arms, *arm;
	const struct trial *t;
	uint32_t i, k;

	/* Not while there are conditions that could not be read. */
	if (rules->diag->errors > 0)
		return;
	for (i = all->holdouts; i < all->count; i++) {
		t = &all->list[i];
		arms = member(t, "arms");
		for (k = 1; k < list_count(arms); k++) {
			arm = &arms->u.items[k];
			if (!tsr_rules_arm_open(
				rules, t->id, tsr_json_text(arm)) ||
			    is_asked(rules, t->attribute, arm))
				continue;
			tsr_diag_add(rules->diag, TSR_WARNING, "E010",
			    tsr_json_where(arm),
			    "no variant shows arm \"%.*s\" of \"%.*s\"",
			    TSR_ARG(tsr_json_text(arm)), TSR_ARG(t->id));
			tsr_diag_hint(rules->diag, "its visitors get what "
			    "they would get without the experiment: only the "
			    "first arm is meant so");
		}
	}
}

static enum tsr_tier
cond_tier(const struct tsr_rules *rules, const struct tsr_cond *c)
{
	enum tsr_tier most = TSR_TIER_BUILD, tier;
	uint32_t i;

	if (c->kind == TSR_COND_TEST)
		return rules->tests[c->test].tier;
	for (i = 0; i < c->count; i++) {
		tier = cond_tier(rules, c->items[i]);
		most = tier > most ? tier : most;
	}
	return most;
}

enum tsr_tier
tsr_rules_asks(struct tsr_rules *rules, const struct tsr_json *audience)
{
	const struct tsr_cond *c =
	    audience != NULL ? tsr_rules_condition(rules, audience) : NULL;

	return c != NULL ? cond_tier(rules, c) : TSR_TIER_BUILD;
}

/* ---- writing ---- */

/* The first bucket of n that is not below x. */
static uint32_t
cut(double x, uint32_t n)
{
	uint32_t b = x <= 0 ? 0 : x >= 1 ? n : (uint32_t)(x * (double)n);

	while (b > 0 && (double)(b - 1) / (double)n >= x)
		b--;
	while (b < n && (double)b / (double)n < x)
		b++;
	return b;
}

struct writer {
	struct tsr_buf *sections;
	const struct tsr_rules *rules;
	const struct tsr_strings *strings;
};

static void
put_text(struct writer *w, struct tsr_buf *out, struct tsr_span text)
{
	tsr_buf_le32(out, w->strings->add(w->strings->ctx, text));
	tsr_buf_le32(out, (uint32_t)text.n);
}

static uint32_t
count_of(const struct writer *w, enum tsr_section s, size_t size)
{
	return (uint32_t)(w->sections[s].n / size);
}

static void
put_arm(struct writer *w, struct tsr_span name, struct tsr_range range,
    unsigned version)
{
	struct tsr_buf *out = &w->sections[TSR_SECTION_EARM];
	uint32_t n = version == 1 ? 1000 : 10000;

	put_text(w, out, name);
	tsr_buf_le32(out, cut(range.from, n));
	tsr_buf_le32(out, cut(range.to, n));
}

static uint32_t
put_arms(struct writer *w, const struct trial *t)
{
	const struct tsr_json *arms = member(t, "arms");
	const struct tsr_json *weights = member(t, "weights");
	const struct tsr_json *given = member(t, "ranges");
	struct tsr_range ranges[TSR_ARMS_EACH] = {{0, 0}};
	double shares[TSR_ARMS_EACH];
	uint32_t i, n = list_count(arms);

	if (t->holdout) {
		ranges[0].to = number_or(member(t, "share"), 0.05);
		ranges[1].from = ranges[0].to;
		ranges[1].to =
		    ranges[0].to + number_or(member(t, "control"), 0);
		put_arm(w, TSR_LIT("held-out"), ranges[0], t->version);
		put_arm(w, TSR_LIT("control"), ranges[1], t->version);
		return 2;
	}
	for (i = 0; i < list_count(weights) && i < TSR_ARMS_EACH;
	     i++)
		shares[i] = tsr_json_number(&weights->u.items[i]);
	tsr_range_fill(ranges, weights != NULL ? shares : NULL, n,
	    number_or(member(t, "coverage"), 1));
	for (i = 0; i < n; i++)
		put_arm(w, tsr_json_text(&arms->u.items[i]), given != NULL
			? read_range(&given->u.items[i]) : ranges[i],
		    t->version);
	return n;
}

static void
put_filter(struct writer *w, enum tsr_filter_kind kind, unsigned version,
    uint32_t attribute, struct tsr_span seed, uint32_t ranges)
{
	struct tsr_buf *out = &w->sections[TSR_SECTION_EFLT];

	tsr_buf_byte(out, (uint8_t)kind);
	tsr_buf_byte(out, (uint8_t)version);
	tsr_buf_le16(out, 0);
	tsr_buf_le32(out, attribute);
	tsr_buf_le32(out, tsr_fnv32a(TSR_FNV32A_START, seed));
	tsr_buf_le32(out,
	    count_of(w, TSR_SECTION_EARM, TSR_ARM_SIZE) - ranges);
	tsr_buf_le32(out, ranges);
	put_text(w, out, seed);
	tsr_buf_le32(out, 0);
}

static void
put_holdouts(struct writer *w, const struct trial *t)
{
	const struct tsr_experiments *all = w->rules->experiments;
	const struct tsr_json *named = member(t, "holdouts");
	uint32_t i;

	for (i = 0; i < all->holdouts; i++)
		if (named == NULL ||
		    list_find(named, all->list[i].id) < named->count)
			put_filter(w, TSR_FILTER_HOLDOUT, 2,
			    all->list[i].attribute, tsr_span_of(NULL, 0), 0);
}

static void
put_filters(struct writer *w, const struct trial *t)
{
	const struct tsr_json *filters = member(t, "filters"), *f, *ranges;
	const struct tsr_json *space = member(t, "namespace");
	uint32_t i, k, attribute;
	unsigned version;

	put_holdouts(w, t);
	for (i = 0; i < list_count(filters) && t->winner == 0; i++) {
		f = &filters->u.items[i];
		ranges = tsr_json_get(f, "ranges");
		version = number_or(tsr_json_get(f, "hashVersion"), 2) < 2
		    ? 1 : 2;
		for (k = 0; k < ranges->count; k++)
			put_arm(w, tsr_span_of(NULL, 0),
			    read_range(&ranges->u.items[k]), version);
		attribute = tsr_rules_attribute_find(
		    w->rules, tsr_json_text(tsr_json_get(f, "attribute")));
		put_filter(w, TSR_FILTER_RANGES, version,
		    attribute != UINT32_MAX ? attribute : t->hashed,
		    tsr_json_text(tsr_json_get(f, "seed")), ranges->count);
	}
	if (space == NULL || t->winner != 0)
		return;
	put_arm(w, tsr_span_of(NULL, 0),
	    read_range(tsr_json_get(space, "range")), 1);
	put_filter(w, TSR_FILTER_NAMESPACE, 1, t->hashed,
	    tsr_json_text(tsr_json_get(space, "id")), 1);
}

static void
put_trial(struct writer *w, const struct trial *t)
{
	struct tsr_buf *out = &w->sections[TSR_SECTION_EXPT];
	struct tsr_span seed = tsr_json_text(member(t, "seed"));
	uint32_t filter = count_of(w, TSR_SECTION_EFLT, TSR_FILTER_SIZE);
	uint32_t filters, arm, arms;

	if (seed.n == 0)
		seed = t->id;
	if (!t->holdout)
		put_filters(w, t);
	filters = count_of(w, TSR_SECTION_EFLT, TSR_FILTER_SIZE) - filter;
	arm = count_of(w, TSR_SECTION_EARM, TSR_ARM_SIZE);
	arms = put_arms(w, t);
	put_text(w, out, t->id);
	put_text(w, out, seed);
	tsr_buf_byte(out,
	    t->holdout ? TSR_TRIAL_HOLDOUT : TSR_TRIAL_EXPERIMENT);
	tsr_buf_byte(out, (uint8_t)t->version);
	tsr_buf_le16(out, (uint16_t)(t->flags | (t->off ? TSR_TRIAL_OFF : 0)));
	tsr_buf_le32(out, t->attribute);
	tsr_buf_le32(out, t->hashed);
	tsr_buf_le32(out, tsr_fnv32a(TSR_FNV32A_START, seed));
	tsr_buf_le32(out, arm);
	tsr_buf_le32(out, arms);
	tsr_buf_le32(out, filter);
	tsr_buf_le32(out, filters);
	tsr_buf_le32(out, t->decision);
	tsr_buf_le32(out, (uint32_t)number_or(member(t, "version"), 0));
	tsr_buf_le32(out, (uint32_t)number_or(member(t, "minVersion"), 0));
	tsr_buf_le32(out, t->winner);
	tsr_buf_fill(out, 0, 16);
}

void
tsr_experiments_write(struct tsr_buf *sections, const struct tsr_rules *rules,
    const struct tsr_strings *strings)
{
	struct writer w = {sections, rules, strings};
	uint32_t i;

	for (i = 0; rules->experiments != NULL && i < rules->experiments->count;
	     i++)
		put_trial(&w, &rules->experiments->list[i]);
}
