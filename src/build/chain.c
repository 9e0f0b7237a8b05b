/*
 * chain - the variants of a slot in their order, compiled to a decision.
 *
 * By falling priority, or as _chain.json says. A variant whose content is a
 * fragment holds only when the key attribute names a record.
 */
#include "build/mistake.h"
#include "build/model_part.h"
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
	rule->where = tsr_json_where(rule->audience);
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

static void
compile(struct tsr_modeler *m, struct tsr_variants *g)
{
	struct tsr_rule *rules;
	size_t i;

	if (g->count > TSR_CHOICES_MAX - 1) {
		tsr_diag_add(m->diag, TSR_ERROR, TSR_M_CHOICES,
		    tsr_site_where(g->list[0].words.file),
		    "%zu variants of one slot, %d are allowed", g->count,
		    TSR_CHOICES_MAX - 1);
		return;
	}
	rules = TSR_NEW_ARRAY(m->arena, struct tsr_rule, g->count);
	for (i = 0; i < g->count; i++)
		make_rule(&rules[i], m, &g->list[i]);
	tsr_rules_chain(&g->decision, m->model->rules, rules, g->count);
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
