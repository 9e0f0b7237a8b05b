/*
 * residue - what conditions leave to the browser.
 *
 * A condition that asks the browser is drawn with all the server's tests first
 * and the browser's behind them, equal diagrams being one. What then hangs
 * below the server's tests is what is left once the server has decided:
 * nothing (it holds, or not, whatever the browser says), or a residue, which
 * asks the browser alone. So nothing that the server decides is in a residue.
 */
#include "build/rules/browser_form.h"
#include "build/rules/rules_inner.h"

#define YES TSR_TARGET_OUTCOME	     /* outcome 0: it holds */
#define NO (TSR_TARGET_OUTCOME | 1u)

/* Steps of drawing one chain; past it its conditions are too large. */
#define STEPS_MAX 400000

struct drawing {
	struct tsr_rules *rules;
	struct tsr_arena *scratch;
	struct tsr_draw draw;	/* for single tests and the server's conditions */
	struct tsr_intern ites; /* (if, then, else) -> diagram */
	struct tsr_intern conds; /* condition -> diagram */
	size_t steps;
	bool full;
};

bool
tsr_residue_asks(const struct tsr_rules *rules, const struct tsr_cond *cond)
{
	uint32_t i;

	for (i = 0; i < rules->attribute_count; i++)
		if (tsr_attribute_set_has(&cond->reads, i) &&
		    rules->attributes[i].tier == TSR_TIER_BROWSER)
			return true;
	return false;
}

static bool
is_outcome(uint32_t target)
{
	return (target & TSR_TARGET_OUTCOME) != 0;
}

static bool
asks_browser(const struct tsr_rules *rules, uint32_t target)
{
	return !is_outcome(target) &&
	    rules->tests[rules->nodes[target].test].tier == TSR_TIER_BROWSER;
}

/* ---- ordered diagrams ---- */

/* The server's tests come first; outcomes last. */
static uint64_t
rank(const struct drawing *d, uint32_t target)
{
	uint32_t test;

	if (is_outcome(target))
		return UINT64_MAX;
	test = d->rules->nodes[target].test;
	return (uint64_t)(d->rules->tests[test].tier == TSR_TIER_BROWSER) <<
	    32 | test;
}

static uint32_t
branch(const struct drawing *d, uint32_t target, uint64_t at, bool yes)
{
	if (rank(d, target) != at)
		return target;
	return yes ? d->rules->nodes[target].yes : d->rules->nodes[target].no;
}

/* What f says: g where it holds, else h. As deep as there are tests. */
static uint32_t
ite(struct drawing *d, uint32_t f, uint32_t g, uint32_t h)
{
	uint64_t at = rank(d, f);
	uint32_t *known, yes, no;
	uint8_t key[12];

	if (f == YES || g == h)
		return g;
	if (f == NO)
		return h;
	if (g == YES && h == NO)
		return f;
	if (d->full || d->steps++ > STEPS_MAX) {
		d->full = true;
		return NO;
	}
	tsr_put32(key, f);
	tsr_put32(key + 4, g);
	tsr_put32(key + 8, h);
	if (tsr_intern_add(&known, &d->ites, tsr_span_of(key, sizeof(key))))
		return *known;
	if (rank(d, g) < at)
		at = rank(d, g);
	if (rank(d, h) < at)
		at = rank(d, h);
	yes = ite(d, branch(d, f, at, true), branch(d, g, at, true),
	    branch(d, h, at, true));
	no = ite(d, branch(d, f, at, false), branch(d, g, at, false),
	    branch(d, h, at, false));
	if (d->full)
		return NO;
	yes = tsr_node_make(d->rules, (uint32_t)at, yes, no);
	(void)tsr_intern_add(&known, &d->ites, tsr_span_of(key, sizeof(key)));
	*known = yes;
	return yes;
}

/* Conditions nest as deep as rules_condition.c lets them. */
static uint32_t
order(struct drawing *d, const struct tsr_cond *cond)
{
	uint32_t *known, target, i;
	uint8_t key[4];

	if (cond->kind == TSR_COND_TRUE)
		return YES;
	if (cond->kind == TSR_COND_FALSE)
		return NO;
	if (cond->kind == TSR_COND_TEST)
		return tsr_draw_cond(&d->draw, cond, YES, NO);
	tsr_put32(key, cond->id);
	if (tsr_intern_add(&known, &d->conds, tsr_span_of(key, sizeof(key))))
		return *known;
	if (cond->kind == TSR_COND_NOT)
		target = ite(d, order(d, cond->items[0]), NO, YES);
	else {
		target = cond->kind == TSR_COND_AND ? YES : NO;
		for (i = 0; i < cond->count; i++)
			target = cond->kind == TSR_COND_AND
			    ? ite(d, target, order(d, cond->items[i]), NO)
			    : ite(d, target, YES, order(d, cond->items[i]));
	}
	(void)tsr_intern_add(&known, &d->conds, tsr_span_of(key, sizeof(key)));
	*known = target;
	return target;
}

/* The same without branches that no values lead to, where that is found. */
static uint32_t
settle(struct drawing *d, uint32_t root)
{
	struct tsr_reach reach;

	if (!is_outcome(root) && tsr_reach_walk(&reach, d->rules, &root, 1,
		false, SIZE_MAX, d->scratch))
		return reach.root;
	return root;
}

/* ---- residues ---- */

struct graft {
	struct drawing *d;
	struct tsr_intern memo;
	uint32_t want, yes, no;
};

/* A diagram's server part: to yes where what is left is want, else to no. */
static uint32_t
graft(struct graft *g, uint32_t target)
{
	struct tsr_rules *rules = g->d->rules;
	uint32_t *known, yes, no;
	uint8_t key[4];

	if (is_outcome(target) || asks_browser(rules, target))
		return target == g->want ? g->yes : g->no;
	tsr_put32(key, target);
	if (tsr_intern_add(&known, &g->memo, tsr_span_of(key, sizeof(key))))
		return *known;
	yes = graft(g, rules->nodes[target].yes);
	no = graft(g, rules->nodes[target].no);
	yes = tsr_node_make(rules, rules->nodes[target].test, yes, no);
	(void)tsr_intern_add(&known, &g->memo, tsr_span_of(key, sizeof(key)));
	*known = yes;
	return yes;
}

/* One condition of a chain: as it is, or ordered when it asks the browser. */
struct link {
	const struct tsr_cond *cond;
	bool asks;
	uint32_t root;
};

/* To yes where a link holds whatever the browser says, else to no. */
static uint32_t
draw_sure(struct drawing *d, const struct link *link, uint32_t yes, uint32_t no)
{
	struct graft g = {.d = d, .want = YES, .yes = yes, .no = no};

	if (!link->asks)
		return tsr_draw_cond(&d->draw, link->cond, yes, no);
	tsr_intern_init(&g.memo, d->scratch);
	return graft(&g, link->root);
}

/* Where a residue of link i is in force, and none before it is sure. */
static uint32_t
draw_bit(struct drawing *d, const struct link *links, size_t i, uint32_t residue)
{
	struct graft g = {.d = d, .want = residue, .yes = YES, .no = NO};
	uint32_t root;

	tsr_intern_init(&g.memo, d->scratch);
	root = graft(&g, links[i].root);
	while (i-- > 0)
		root = draw_sure(d, &links[i], NO, root);
	return settle(d, root);
}

/* The distinct residues below a link's server tests, as they are met. */
static size_t
find_residues(uint32_t *list, const struct drawing *d, const struct link *link)
{
	uint32_t *nodes, target;
	size_t n, i, j, t, count = 0;

	if (asks_browser(d->rules, link->root)) {
		list[0] = link->root;
		return 1;
	}
	n = tsr_reach_nodes(&nodes, d->rules, &link->root, 1, d->scratch);
	for (i = n; i > 0; i--) {
		if (asks_browser(d->rules, nodes[i - 1]))
			continue;
		for (t = 0; t < 2; t++) {
			target = t == 0 ? d->rules->nodes[nodes[i - 1]].yes
					: d->rules->nodes[nodes[i - 1]].no;
			if (!asks_browser(d->rules, target))
				continue;
			for (j = 0; j < count && list[j] != target; j++)
				;
			if (j < count)
				continue;
			if (count == TSR_RESIDUES_MAX)
				return TSR_RESIDUES_MAX + 1;
			list[count++] = target;
		}
	}
	return count;
}

static bool
too_many(struct tsr_rules *rules, const struct tsr_rule *rule, const char *what)
{
	tsr_diag_add(rules->diag, TSR_ERROR, "R061", rule->where,
	    "what \"%.*s\" leaves to the browser %s", TSR_ARG(rule->name), what);
	tsr_diag_hint(rules->diag,
	    "ask less of the visitor in one condition, or make two variants");
	return false;
}

static bool
add_residues(struct tsr_residue_chain *out, struct drawing *d,
    const struct tsr_rule *rule, const struct link *links, size_t i)
{
	uint32_t list[TSR_RESIDUES_MAX], root;
	struct tsr_rules_residue *r;
	struct tsr_json condition, form;
	size_t k, n = find_residues(list, d, &links[i]), cap = out->cap;

	if (n > TSR_RESIDUES_MAX)
		return too_many(d->rules, rule, "differs too much by visitor");
	for (k = 0; k < n; k++) {
		root = draw_bit(d, links, i, list[k]);
		if (root == NO)
			continue;
		if (!tsr_residue_condition(&condition, d->rules, list[k]) ||
		    !tsr_browser_form_of(&form, d->rules, &condition))
			return too_many(d->rules, rule, "is too large");
		out->roots = tsr_arena_grow(d->scratch, out->roots, out->count,
		    &cap, sizeof(*out->roots));
		out->list = tsr_arena_grow(d->rules->arena, out->list,
		    out->count, &out->cap, sizeof(*out->list));
		out->roots[out->count] = root;
		r = &out->list[out->count++];
		r->rule = (uint32_t)i;
		r->outcome = tsr_rule_outcome(rule - i, i);
		r->decision = root == YES ? TSR_RESIDUE_ALWAYS : 0;
		r->condition = condition;
		r->form = form;
	}
	return true;
}

static void
take_samples(struct tsr_residue_chain *out, struct drawing *d,
    const struct link *links, size_t count)
{
	uint32_t *roots = TSR_NEW_ARRAY(d->scratch, uint32_t, count);
	struct tsr_json known = tsr_rules_known_object(d->rules);
	size_t i, n = 0;

	for (i = 0; i < count; i++)
		if (links[i].asks)
			roots[n++] = links[i].root;
	out->samples = tsr_residue_samples(
	    &out->sample_count, d->rules, roots, n, &known, d->scratch);
}

bool
tsr_residue_draw(struct tsr_residue_chain *out, bool *told,
    struct tsr_rules *rules, const struct tsr_rule *list,
    const struct tsr_cond *const *conds, size_t count, size_t outcomes,
    struct tsr_arena *scratch)
{
	struct drawing d = {.rules = rules, .scratch = scratch};
	struct link *links = TSR_NEW_ARRAY(scratch, struct link, count);
	bool ok = true;
	size_t i;

	memset(out, 0, sizeof(*out));
	*told = false;
	tsr_draw_init(&d.draw, rules, true);
	tsr_intern_init(&d.ites, scratch);
	tsr_intern_init(&d.conds, scratch);
	for (i = 0; i < count; i++) {
		links[i].cond = conds[i];
		links[i].asks = tsr_residue_asks(rules, conds[i]);
		if (links[i].asks)
			links[i].root = settle(&d, order(&d, conds[i]));
	}
	out->root = TSR_TARGET_OUTCOME | (uint32_t)(outcomes - 1);
	for (i = count; i > 0 && !d.full; i--)
		out->root = draw_sure(&d, &links[i - 1],
		    TSR_TARGET_OUTCOME | tsr_rule_outcome(list, i - 1),
		    out->root);
	for (i = 0; i < count && ok && !d.full; i++)
		if (links[i].asks)
			ok = add_residues(out, &d, &list[i], links, i);
	*told = !ok;
	ok = ok && !d.full && !d.draw.full;
	if (ok)
		take_samples(out, &d, links, count);
	tsr_draw_free(&d.draw);
	return ok;
}

/* ---- questions ---- */

size_t
tsr_rules_residues(const struct tsr_rules_residue **out,
    const struct tsr_rules *rules, uint32_t decision)
{
	*out = rules->decisions[decision].residues;
	return rules->decisions[decision].residue_count;
}

void
tsr_rules_can(bool *can, const struct tsr_rules *rules, uint32_t decision)
{
	const struct tsr_decision *d = &rules->decisions[decision];
	struct tsr_arena scratch;
	uint32_t *nodes, target;
	size_t i, n;

	memset(can, 0, d->outcomes * sizeof(*can));
	tsr_arena_init(&scratch);
	n = tsr_reach_nodes(&nodes, rules, &d->root, 1, &scratch);
	for (i = 0; i <= n * 2; i++) {
		target = i == n * 2 ? d->root
		    : i % 2 == 0 ? rules->nodes[nodes[i / 2]].yes
				 : rules->nodes[nodes[i / 2]].no;
		if (is_outcome(target))
			can[target & ~TSR_TARGET_OUTCOME] = true;
	}
	tsr_arena_free(&scratch);
}
