/*
 * trigger_case - triggers become chains, and their conditions cases.
 */
#include "build/rules/browser_form.h"
#include "build/rules/rules_inner.h"
#include "build/rules/trigger.h"

struct trigger {
	struct tsr_trigger_entry entry;
	struct tsr_json audience; /* with the browser's scores */
	struct tsr_rule rule;
};

struct tsr_triggers {
	struct tsr_rules *rules;
	uint32_t active;
	struct trigger *list;
	uint32_t count;
	struct tsr_json *cases; /* conditions: browser_form.h */
	size_t case_count, case_cap;
	struct tsr_intern index; /* condition -> case */
	bool failed[TSR_TRIGGERS_MAX];
	/* Which is the n-th by priority, and which place each has so. */
	uint32_t order[TSR_TRIGGERS_MAX], place[TSR_TRIGGERS_MAX];
};

/* ---- scores are the browser's ---- */

/* The attribute that asks the browser for a score; made when first named. */
static struct tsr_span
live_name(struct tsr_rules *rules, uint32_t attribute)
{
	struct tsr_rules_attribute *a = &rules->attributes[attribute], *live;
	size_t dot = tsr_span_find(a->key, '.', 0);
	const char *text = tsr_arena_printf(rules->arena, "score:%.*s%s",
	    (int)dot, (const char *)a->key.p, dot < a->key.n ? ":tier" : "");
	struct tsr_span name = tsr_span_of(text, strlen(text));

	if (tsr_rules_attribute_find(rules, name) != UINT32_MAX)
		return name;
	if (rules->attribute_count >= TSR_ATTRIBUTES_MAX - 1) {
		tsr_diag_add(rules->diag, TSR_ERROR, "L005", a->where,
		    "with the browser's scores a site has at most %d "
		    "attributes", TSR_ATTRIBUTES_MAX - 1);
		return a->name;
	}
	live = &rules->attributes[rules->attribute_count++];
	*live = *a;
	live->name = live->key = name;
	live->source = TSR_SOURCE_BROWSER;
	live->tier = TSR_TIER_BROWSER;
	return name;
}

/* A condition whose scores are the browser's; as deep as JSON nests. */
static struct tsr_json
live_condition(struct tsr_rules *rules, const struct tsr_json *v)
{
	struct tsr_json out = *v, *items;
	struct tsr_member *members;
	uint32_t i, a;

	if (v->type == TSR_JSON_ARRAY) {
		items = TSR_NEW_ARRAY(rules->arena, struct tsr_json, v->count);
		for (i = 0; i < v->count; i++)
			items[i] = live_condition(rules, &v->u.items[i]);
		out.u.items = items;
	} else if (v->type == TSR_JSON_OBJECT) {
		members =
		    TSR_NEW_ARRAY(rules->arena, struct tsr_member, v->count);
		for (i = 0; i < v->count; i++) {
			members[i] = v->u.members[i];
			a = tsr_rules_attribute_find(rules, members[i].name);
			if (a != UINT32_MAX &&
			    rules->attributes[a].source == TSR_SOURCE_SCORE)
				members[i].name = live_name(rules, a);
			else if (a == UINT32_MAX && tsr_span_starts(
				members[i].name, TSR_LIT("$")))
				members[i].value = live_condition(
				    rules, &members[i].value);
		}
		out.u.members = members;
	}
	return out;
}

/* ---- the file ---- */

static struct tsr_span
slot_of(const struct tsr_trigger_entry *e)
{
	return tsr_json_text(tsr_json_get(e->json, "slot"));
}

static double
number_of(const struct tsr_trigger_entry *e, const char *name)
{
	const struct tsr_json *v = tsr_json_get(e->json, name);

	return v != NULL ? tsr_json_number(v) : 0;
}

/* Of two in one place one must be the more important. */
static void
find_ties(struct tsr_triggers *all, uint32_t i)
{
	const struct tsr_trigger_entry *a = &all->list[i].entry, *b;
	uint32_t k;

	for (k = 0; k < i; k++) {
		b = &all->list[k].entry;
		if (number_of(a, "priority") != number_of(b, "priority") ||
		    !tsr_span_eq(slot_of(a), slot_of(b)))
			continue;
		tsr_diag_add(all->rules->diag, TSR_ERROR, "L001",
		    tsr_json_where(tsr_json_get(a->json, "priority")),
		    slot_of(a).n > 0
			? "triggers \"%.*s\" and \"%.*s\" have the same priority in "
			  "the slot \"%.*s\""
			: "triggers \"%.*s\" and \"%.*s\" have the same priority in "
			  "the dialog%.*s",
		    TSR_ARG(b->name), TSR_ARG(a->name),
		    TSR_ARG(slot_of(a)))->also = b->where;
		tsr_diag_hint(all->rules->diag,
		    "of two that hold the higher one is shown: change one");
	}
}

/* What must be remembered, so that consent is needed. */
static void
check_consent(struct tsr_rules *rules, const struct tsr_trigger_entry *e)
{
	static const char *const words[] = {"once", "cooldown"};
	const struct tsr_json *v;
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(words); i++) {
		v = tsr_json_get(e->json, words[i]);
		if (v == NULL || !tsr_rules_nothing_granted(rules))
			continue;
		tsr_diag_add(rules->diag, TSR_WARNING, "R031",
		    tsr_json_where(v), "no purpose is ever granted, since "
		    "tessera.json has no \"consent\": a trigger with \"%s\" is "
		    "never shown", words[i]);
		tsr_rules_hint_consent(rules);
		return;
	}
}

/* A limit that another one makes needless. */
static void
check_limits(struct tsr_rules *rules, const struct tsr_trigger_entry *e)
{
	const struct tsr_json *cooldown = tsr_json_get(e->json, "cooldown");

	if (cooldown == NULL || !tsr_span_eq(
		tsr_json_text(tsr_json_get(e->json, "once")),
		TSR_LIT("visitor")))
		return;
	tsr_diag_add(rules->diag, TSR_WARNING, "L003", tsr_json_where(cooldown),
	    "this trigger is shown once to a visitor, so that it never comes "
	    "again after its \"cooldown\"");
	tsr_diag_hint(rules->diag, "leave one of the two out");
}

static void
add_trigger(struct tsr_triggers *all, const struct tsr_member *m)
{
	struct trigger *t = &all->list[all->count];

	if (all->count == TSR_TRIGGERS_MAX) {
		tsr_diag_add(all->rules->diag, TSR_ERROR, "L002",
		    tsr_json_name_where(m), "a site has at most %d triggers",
		    TSR_TRIGGERS_MAX);
		return;
	}
	t->entry.name = m->name;
	t->entry.where = tsr_json_name_where(m);
	t->entry.json = &m->value;
	t->audience = live_condition(
	    all->rules, tsr_json_get(&m->value, "audience"));
	t->rule.audience = &t->audience;
	t->rule.starts = INT64_MIN;
	t->rule.ends = INT64_MAX;
	t->rule.name = m->name;
	t->rule.where = t->entry.where;
	t->rule.trigger = true;
	t->entry.rules = (struct tsr_rule_list){&t->rule, 1};
	check_consent(all->rules, &t->entry);
	check_limits(all->rules, &t->entry);
	find_ties(all, all->count++);
}

/* The triggers from the most important down; equal ones as they were read. */
static void
sort(struct tsr_triggers *all)
{
	uint32_t *order = all->order, i, k;

	for (i = 0; i < all->count; i++) {
		for (k = i; k > 0 &&
		     number_of(&all->list[order[k - 1]].entry, "priority") <
			 number_of(&all->list[i].entry, "priority"); k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
	for (i = 0; i < all->count; i++)
		all->place[order[i]] = i;
}

struct tsr_triggers *
tsr_triggers_new(struct tsr_rules *rules, const struct tsr_json *file)
{
	struct tsr_triggers *all = TSR_NEW(rules->arena, struct tsr_triggers);
	const struct tsr_json *list = tsr_json_get(file, "triggers");
	const struct tsr_json *active = tsr_json_get(file, "active");
	uint32_t i;

	all->rules = rules;
	all->active = active != NULL ? (uint32_t)tsr_json_number(active)
				     : TSR_TRIGGERS_ACTIVE;
	all->list = TSR_NEW_ARRAY(rules->arena, struct trigger,
	    TSR_TRIGGERS_MAX + 1);
	tsr_intern_init(&all->index, rules->arena);
	for (i = 0; list != NULL && i < list->count; i++)
		add_trigger(all, &list->u.members[i]);
	sort(all);
	return all;
}

size_t
tsr_triggers_count(const struct tsr_triggers *all)
{
	return all->count;
}

uint32_t
tsr_triggers_active(const struct tsr_triggers *all)
{
	return all->active;
}

struct tsr_trigger_entry *
tsr_triggers_at(struct tsr_triggers *all, size_t i)
{
	return &all->list[i].entry;
}

/* ---- what may fire on a page ---- */

struct finding {
	struct tsr_triggers *all;
	struct tsr_trigger_use *list;
	size_t count, cap;
};

static void
add_use(struct finding *f, uint32_t trigger, const struct tsr_json *form,
    uint32_t decision)
{
	struct tsr_triggers *all = f->all;
	struct tsr_buf key;
	uint32_t *number;

	tsr_buf_init(&key, SIZE_MAX / 2);
	tsr_json_write(&key, form);
	if (!tsr_intern_add(&number, &all->index, tsr_buf_view(&key))) {
		*number = (uint32_t)all->case_count;
		all->cases = tsr_arena_grow(all->rules->arena, all->cases,
		    all->case_count, &all->case_cap, sizeof(*all->cases));
		all->cases[all->case_count++] = *form;
	}
	tsr_buf_free(&key);
	f->list = tsr_arena_grow(all->rules->arena, f->list, f->count, &f->cap,
	    sizeof(*f->list));
	f->list[f->count++] = (struct tsr_trigger_use){
	    all->place[trigger], *number, decision};
}

/* Gives the decision of the trigger's chain. */
static uint32_t
find_uses(struct finding *f, uint32_t i)
{
	static const struct tsr_json nothing = {.type = TSR_JSON_OBJECT};
	struct tsr_json always;
	struct tsr_rules *rules = f->all->rules;
	const struct tsr_rules_residue *residues;
	uint32_t decision;
	bool can[2];
	size_t k, n;

	if (f->all->failed[i])
		return 0;
	if (!tsr_rules_chain(
		&decision, rules, &f->all->list[i].rule, 1)) {
		/* It would be the same on every page. */
		f->all->failed[i] = true;
		return 0;
	}
	n = tsr_rules_residues(&residues, rules, decision);
	tsr_rules_can(can, rules, decision);
	for (k = 0; k < n; k++)
		add_use(f, i, &residues[k].form, residues[k].decision);
	if (can[0] && tsr_browser_form_of(&always, rules, &nothing))
		add_use(f, i, &always, can[1] ? decision : TSR_RESIDUE_ALWAYS);
	return decision;
}

void
tsr_triggers_here(struct tsr_trigger_page *out, struct tsr_triggers *all)
{
	struct finding f = {.all = all};
	uint32_t *decisions =
	    TSR_NEW_ARRAY(all->rules->arena, uint32_t, all->count);
	uint32_t i;

	for (i = 0; i < all->count; i++)
		decisions[i] = find_uses(&f, i);
	out->decisions = decisions;
	out->list = f.list;
	out->count = f.count;
}

/* ---- what the script is told ---- */

static void
tell_trigger(struct tsr_buf *out, const struct tsr_triggers *all, uint32_t i,
    size_t locales)
{
	const struct tsr_trigger_entry *e = &all->list[i].entry;
	struct tsr_span once = tsr_json_text(tsr_json_get(e->json, "once"));
	size_t l;

	tsr_buf_text(out, "{\"id\":");
	tsr_buf_json(out, e->name);
	tsr_buf_printf(out, ",\"priority\":%.0f,\"cooldown\":%.0f,\"once\":%d,"
		"\"place\":", number_of(e, "priority"),
	    number_of(e, "cooldown"),
	    once.n == 0 ? 0 : tsr_span_eq(once, TSR_LIT("session")) ? 1 : 2);
	tsr_buf_json(out, slot_of(e));
	tsr_buf_text(out, ",\"files\":[");
	for (l = 0; e->files != NULL && l < locales; l++)
		tsr_buf_printf(out, "%s\"/%.*s\"", l > 0 ? "," : "",
		    TSR_ARG(e->files[l]));
	tsr_buf_text(out, "]}");
}

void
tsr_triggers_tell(
    struct tsr_buf *out, const struct tsr_triggers *all, size_t locales)
{
	uint32_t i;
	size_t k;

	tsr_buf_printf(out, "{\"active\":%u,\"list\":[", all->active);
	for (i = 0; i < all->count; i++) {
		if (i > 0)
			tsr_buf_byte(out, ',');
		tell_trigger(out, all, all->order[i], locales);
	}
	tsr_buf_text(out, "],\"cases\":[");
	for (k = 0; k < all->case_count; k++) {
		if (k > 0)
			tsr_buf_byte(out, ',');
		tsr_json_write(out, &all->cases[k]);
	}
	tsr_buf_text(out, "]}");
}
