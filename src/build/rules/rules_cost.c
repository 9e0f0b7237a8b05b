/*
 * rules_cost - how many predicates a decision asks until it is at an outcome.
 *
 * Over the diagram, with yes and no equally likely: what visitors really are
 * is not known when a site is built.
 */
#include "build/rules/rules_inner.h"

/* A place in a diagram: how likely, and how many were asked on the way. */
struct place {
	double share, asked;
	uint32_t most;
	bool reached;
};

static void
reach(struct place *to, const struct place *from)
{
	to->share += from->share / 2;
	to->asked += (from->asked + from->share) / 2;
	if (!to->reached || to->most < from->most + 1)
		to->most = from->most + 1;
	to->reached = true;
}

static void
take(struct tsr_rules_cost *out, const struct place *place)
{
	out->reached = place->reached;
	out->most = place->most;
	out->mean = place->share > 0 ? place->asked / place->share : 0;
}

void
tsr_rules_cost(struct tsr_rules_cost *out, const struct tsr_rules *rules,
    uint32_t decision)
{
	const struct tsr_decision *d = &rules->decisions[decision];
	uint32_t i, outcome = d->root & ~TSR_TARGET_OUTCOME;
	struct place start = {1, 0, 0, true}, *places, *outcomes;
	struct tsr_arena scratch;
	const struct tsr_node *node;

	tsr_arena_init(&scratch);
	outcomes = TSR_NEW_ARRAY(&scratch, struct place, d->outcomes);
	if ((d->root & TSR_TARGET_OUTCOME) != 0) {
		outcomes[outcome] = start;
	} else {
		places = TSR_NEW_ARRAY(&scratch, struct place, d->root + 1u);
		places[d->root] = start;
		/* The targets of a node have smaller numbers. */
		for (i = d->root + 1; i-- > 0;) {
			node = &rules->nodes[i];
			if (!places[i].reached)
				continue;
			reach((node->yes & TSR_TARGET_OUTCOME) != 0
				? &outcomes[node->yes & ~TSR_TARGET_OUTCOME]
				: &places[node->yes], &places[i]);
			reach((node->no & TSR_TARGET_OUTCOME) != 0
				? &outcomes[node->no & ~TSR_TARGET_OUTCOME]
				: &places[node->no], &places[i]);
		}
	}
	for (i = 0; i < d->outcomes; i++)
		take(&out[i], &outcomes[i]);
	tsr_arena_free(&scratch);
}
