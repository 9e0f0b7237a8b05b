/*
 * chain - the variants of a slot in their order, compiled to a decision.
 *
 * By falling priority, or as _chain.json says. A variant whose content is a
 * fragment holds only when the key attribute names a record.
 */
#include "build/read/mistake.h"
#include "build/model/model_part.h"
#include "core/limits.h"

static int
compare(const struct tsr_variant *a, const struct tsr_variant *b)
{
	if (a->priority != b->priority)
		return a->priority > b->priority ? -1 : 1;
	return tsr_span_cmp(a->name, b->name);
}

/* By insertion: chains are short, and names come in order. */
static void
sort_list(struct tsr_variants *g)
{
	struct tsr_variant v;
	size_t i, j;

	for (i = 1; i < g->count; i++) {
		v = g->list[i];
		for (j = i; j > 0 && compare(&v, &g->list[j - 1]) < 0; j--)
			g->list[j] = g->list[j - 1];
		g->list[j] = v;
	}
}

static void
find_ties(struct tsr_modeler *m, const struct tsr_variants *g)
{
	const struct tsr_json *a, *b;
	size_t i;

	for (i = 1; i < g->count; i++) {
		if (g->list[i].priority != g->list[i - 1].priority)
			continue;
		a = tsr_json_get(g->list[i - 1].words.base, "priority");
		b = tsr_json_get(g->list[i].words.base, "priority");
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_PRIORITY,
		    tsr_json_where(b),
		    "\"%.*s\" and \"%.*s\" have the same priority",
		    TSR_ARG(g->list[i - 1].name), TSR_ARG(g->list[i].name))
		    ->also = tsr_json_where(a);
		tsr_diag_hint(m->diag,
		    "give them different ones, or name the order in "
		    "variants/%.*s/_chain.json",
		    TSR_ARG(g->key));
	}
}

/* An element of _chain.json that is an experiment. */
static bool
is_experiment(const struct tsr_json *v)
{
	return tsr_json_is(v, TSR_JSON_OBJECT);
}

static size_t
place_of(const struct tsr_variants *g, struct tsr_span name, size_t from)
{
	while (from < g->count && !tsr_span_eq(g->list[from].name, name))
		from++;
	return from;
}

static void
wrong_name(struct tsr_modeler *m, const struct tsr_variants *g,
    const struct tsr_json *v)
{
	struct tsr_names names = {NULL, 0, 0};
	size_t i;

	if (place_of(g, tsr_json_text(v), 0) < g->count) {
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_CHAIN,
		    tsr_json_where(v), "\"%.*s\" stands here twice",
		    TSR_ARG(tsr_json_text(v)));
		return;
	}
	for (i = 0; i < g->count; i++)
		tsr_names_add(&names, m->arena, g->list[i].name, (uint32_t)i);
	tsr_model_unknown(m->diag, TSR_M_CHAIN, tsr_json_where(v), "variant",
	    tsr_json_text(v), &names);
}

/*
 * The variants that an experiment's arms show come where they are first named;
 * several arms, and the chain itself, may name one.
 */
static size_t
follow_arms(struct tsr_modeler *m, struct tsr_variants *g,
    const struct tsr_json *element, size_t done)
{
	const struct tsr_json *arms = tsr_json_get(element, "arms"), *v;
	struct tsr_variant swap;
	uint32_t i;
	size_t at;

	for (i = 0; i < arms->count; i++) {
		v = &arms->u.members[i].value;
		at = place_of(g, tsr_json_text(v), 0);
		if (at == g->count &&
		    !tsr_span_eq(tsr_json_text(v), TSR_LIT("default")))
			wrong_name(m, g, v);
		if (at == g->count || at < done)
			continue;
		swap = g->list[at];
		g->list[at] = g->list[done];
		g->list[done++] = swap;
	}
	return done;
}

/* Put the list in the order that _chain.json names. */
static void
follow_chain(struct tsr_modeler *m, struct tsr_variants *g)
{
	const struct tsr_json *chain = tsr_json_get(&g->chain->json, "chain");
	const struct tsr_json *v = NULL;
	struct tsr_variant swap;
	uint32_t i, n = tsr_json_is(chain, TSR_JSON_ARRAY) ? chain->count : 0;
	size_t at, done = 0;

	for (i = 0; i < n; i++) {
		v = &chain->u.items[i];
		if (i + 1 == n &&
		    tsr_span_eq(tsr_json_text(v), TSR_LIT("default")))
			break;
		if (is_experiment(v)) {
			done = follow_arms(m, g, v, done);
			continue;
		}
		at = place_of(g, tsr_json_text(v), done);
		if (at == g->count) {
			wrong_name(m, g, v);
			continue;
		}
		swap = g->list[at];
		g->list[at] = g->list[done];
		g->list[done++] = swap;
	}
	if (i == n) {
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_CHAIN,
		    v != NULL ? tsr_json_where(v) : tsr_site_where(g->chain),
		    "a chain ends with \"default\"");
		tsr_diag_hint(m->diag,
		    "the page's own content is for whoever is left");
	}
	for (; done < g->count; done++) {
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_CHAIN,
		    tsr_site_where(g->chain),
		    "this chain lacks the variant \"%.*s\"",
		    TSR_ARG(g->list[done].name))
		    ->also = tsr_site_where(g->list[done].words.file);
	}
}

/* The number of the set, made when it is the first of its kind. */
static uint32_t
set_number(struct tsr_modeler *m, uint32_t catalogue, uint32_t component)
{
	struct tsr_model *model = m->model;
	struct tsr_set *sets;
	uint32_t i;

	for (i = 0; i < model->set_count; i++)
		if (model->sets[i].catalogue == catalogue &&
		    model->sets[i].component == component)
			return model->sets[i].number;
	sets = TSR_NEW_ARRAY(m->arena, struct tsr_set, model->set_count + 1u);
	if (model->set_count > 0)
		memcpy(sets, model->sets, model->set_count * sizeof(*sets));
	sets[i].catalogue = catalogue;
	sets[i].component = component;
	sets[i].number = i * model->locale_count;
	model->sets = sets;
	model->set_count++;
	return sets[i].number;
}

/* What a rule has to know when the variant shows a fragment. */
static void
use_fragment(
    struct tsr_rule *rule, struct tsr_modeler *m, const struct tsr_json *f)
{
	const struct tsr_model *model = m->model;
	const struct tsr_json *from = tsr_json_get(f, "from");
	const struct tsr_json *component = tsr_json_get(f, "component");
	const struct tsr_json *key = tsr_json_get(f, "key");
	uint32_t c, k, a;

	c = tsr_names_find(&model->catalogue_names, tsr_json_text(from));
	k = tsr_names_find(&model->component_names, tsr_json_text(component));
	a = tsr_rules_attribute_find(model->rules, tsr_json_text(key));
	if (rule->fragment_set != 0)
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_FRAGMENT,
		    tsr_json_where(f), "a variant can show one fragment only");
	if (a == UINT32_MAX && key != NULL)
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_FRAGMENT,
		    tsr_json_where(key), "no attribute is called \"%.*s\"",
		    TSR_ARG(tsr_json_text(key)));
	/* Unknown catalogues and components are reported by resolve.c. */
	if (c == TSR_NAMES_NONE || k == TSR_NAMES_NONE || a == UINT32_MAX)
		return;
	rule->fragment_set = set_number(m, c, k) + 1;
	rule->key_attribute = a;
}

static void
make_rule(
    struct tsr_rule *rule, struct tsr_modeler *m, const struct tsr_variant *v)
{
	const struct tsr_json *content = tsr_json_get(v->words.base, "content");
	const struct tsr_json *f;
	uint32_t i;

	rule->audience = tsr_json_get(v->words.base, "audience");
	rule->starts = v->starts;
	rule->ends = v->ends;
	rule->name = v->name;
	rule->where = rule->audience != NULL
	    ? tsr_json_where(rule->audience) : tsr_site_where(v->words.file);
	f = tsr_json_get(content, "fragment");
	if (f != NULL)
		use_fragment(rule, m, f);
	for (i = 0; tsr_json_is(content, TSR_JSON_ARRAY) && i < content->count;
	     i++) {
		f = tsr_json_get(&content->u.items[i], "fragment");
		if (f != NULL)
			use_fragment(rule, m, f);
	}
}

/* ---- experiments ---- */

/* The rules of a chain as they are found. */
struct rules {
	struct tsr_modeler *m;
	struct tsr_variants *g;
	struct tsr_rule *list;
	size_t count, cap;
	bool ok;
};

static struct tsr_rule *
add_rule(struct rules *r)
{
	struct tsr_rule *rule;

	r->list = tsr_arena_grow(
	    r->m->arena, r->list, r->count, &r->cap, sizeof(*r->list));
	rule = &r->list[r->count++];
	memset(rule, 0, sizeof(*rule));
	rule->starts = INT64_MIN;
	rule->ends = INT64_MAX;
	return rule;
}

/* Both conditions; audience NULL: everybody. */
static const struct tsr_json *
both(const struct tsr_json *audience, const struct tsr_json *arm,
    struct tsr_arena *arena)
{
	struct tsr_json *out = TSR_NEW(arena, struct tsr_json), *list;
	struct tsr_member *m;

	*out = *arm;
	if (audience == NULL)
		return out;
	list = TSR_NEW_ARRAY(arena, struct tsr_json, 2);
	list[0] = *audience;
	list[1] = *arm;
	m = TSR_NEW(arena, struct tsr_member);
	m->name = TSR_LIT("$and");
	m->value = *arm;
	m->value.type = TSR_JSON_ARRAY;
	m->value.u.items = list;
	m->value.count = 2;
	out->u.members = m;
	return out;
}

/* Only for who is in the arm; false: nobody is, or it was a mistake. */
static bool
only_arm(struct rules *r, struct tsr_rule *rule, struct tsr_span arm_name,
    const struct tsr_json *experiment, const struct tsr_json *arm)
{
	struct tsr_json condition;

	if (!tsr_rules_arm(
		&condition, r->m->model->rules, experiment, arm, arm_name)) {
		r->ok = false;
		return false;
	}
	rule->audience = both(rule->audience, &condition, r->m->arena);
	return tsr_rules_arm_open(
	    r->m->model->rules, tsr_json_text(experiment), arm_name);
}

static void
add_variant(struct rules *r, size_t i)
{
	const struct tsr_json *in = tsr_json_get(
	    r->g->list[i].words.base, "experiment"), *arm;
	struct tsr_rule *rule = add_rule(r);

	make_rule(rule, r->m, &r->g->list[i]);
	rule->outcome = (uint32_t)i + 1;
	arm = tsr_json_get(in, "arm");
	if (in == NULL)
		return;
	rule->where = tsr_json_where(in);
	if (!only_arm(r, rule, tsr_json_text(arm), tsr_json_get(in, "id"), arm))
		r->count--;
}

static void
add_arms(struct rules *r, const struct tsr_json *element)
{
	const struct tsr_json *arms = tsr_json_get(element, "arms");
	const struct tsr_member *m;
	struct tsr_rule *rule;
	uint32_t i;
	size_t at;

	for (i = 0; i < arms->count; i++) {
		m = &arms->u.members[i];
		at = place_of(r->g, tsr_json_text(&m->value), 0);
		rule = add_rule(r);
		if (at < r->g->count)
			make_rule(rule, r->m, &r->g->list[at]);
		rule->name = m->name;
		rule->where = tsr_json_name_where(m);
		rule->outcome = (uint32_t)at + 1;
		if (!only_arm(r, rule, m->name,
			tsr_json_get(element, "experiment"), &m->value))
			r->count--;
	}
}

/* Every element of the chain, in order. */
static void
add_chain(struct rules *r)
{
	const struct tsr_json *chain = r->g->chain != NULL
	    ? tsr_json_get(&r->g->chain->json, "chain") : NULL, *v;
	uint32_t k;
	size_t i;

	for (i = 0; chain == NULL && i < r->g->count; i++)
		add_variant(r, i);
	for (k = 0; chain != NULL && k < chain->count; k++) {
		v = &chain->u.items[k];
		if (is_experiment(v)) {
			add_arms(r, v);
			continue;
		}
		i = place_of(r->g, tsr_json_text(v), 0);
		if (i < r->g->count)
			add_variant(r, i);
	}
}

/*
 * Who is held out everywhere gets the default, before all else, where the
 * chain asks more than the segment tier.
 */
static void
hold_out(struct rules *r)
{
	struct tsr_rules *rules = r->m->model->rules;
	const struct tsr_json *held = tsr_rules_held_out(rules);
	bool asks = false;
	struct tsr_rule *rule;
	size_t i;

	for (i = 0; held != NULL && i < r->count; i++)
		asks = asks || r->list[i].fragment_set != 0 ||
		    tsr_rules_asks(rules, r->list[i].audience) >
			TSR_TIER_SEGMENT;
	if (!asks)
		return;
	(void)add_rule(r);
	memmove(r->list + 1, r->list, (r->count - 1) * sizeof(*r->list));
	rule = &r->list[0];
	memset(rule, 0, sizeof(*rule));
	rule->starts = INT64_MIN;
	rule->ends = INT64_MAX;
	rule->audience = held;
	rule->name = TSR_LIT("holdout");
	rule->where = tsr_json_where(held);
	rule->outcome = (uint32_t)r->g->count + 1;
}

static void
compile(struct tsr_modeler *m, struct tsr_variants *g)
{
	struct rules r = {.m = m, .g = g, .ok = true};
	const struct tsr_rules_residue *residues;
	size_t n;

	if (g->count > TSR_CHOICES_MAX - 1) {
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_CHOICES,
		    tsr_site_where(g->list[0].words.file),
		    "%zu variants of one slot, %d are allowed", g->count,
		    TSR_CHOICES_MAX - 1);
		return;
	}
	add_chain(&r);
	hold_out(&r);
	g->rules = (struct tsr_rule_list){r.list, r.count};
	if (r.ok && tsr_rules_asks_page(m->model->rules, r.list, r.count)) {
		g->by_place = true;
		return;
	}
	if (r.ok)
		(void)tsr_rules_chain_to(&g->decision, m->model->rules, r.list,
		    r.count, g->count + 1);
	n = tsr_rules_residues(&residues, m->model->rules, g->decision);
	if (n > 0 && tsr_span_eq(g->slot, TSR_LIT("_page")))
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_BROWSER,
		    r.list[residues[0].rule].where,
		    "a whole page cannot wait for what the browser knows");
}

void
tsr_model_chains(struct tsr_modeler *m)
{
	struct tsr_variants *g;
	uint32_t i;

	for (i = 0; i < m->model->variants_count; i++) {
		g = &m->model->variants[i];
		sort_list(g);
		if (g->chain != NULL)
			follow_chain(m, g);
		else
			find_ties(m, g);
		if (g->count > 0)
			compile(m, g);
	}
}
