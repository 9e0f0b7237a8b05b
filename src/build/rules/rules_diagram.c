/*
 * rules_diagram - conditions become nodes.
 *
 * Equal nodes are one, and a node that goes to the same place either way is
 * not made. A condition is drawn from its end: each part knows where to go when
 * it holds and when it does not, which is what short-circuiting means.
 */
#include "build/rules/rules_inner.h"

/* New nodes for one chain; past it its conditions are too large. */
#define DRAW_NODES_MAX 200000

uint32_t
tsr_target_height(const struct tsr_rules *rules, uint32_t target)
{
	return (target & TSR_TARGET_OUTCOME) != 0
	    ? 0 : rules->nodes[target].height;
}

uint32_t
tsr_target_outcomes(const struct tsr_rules *rules, uint32_t target)
{
	return (target & TSR_TARGET_OUTCOME) != 0
	    ? (target & ~TSR_TARGET_OUTCOME) + 1
	    : rules->nodes[target].outcomes;
}

uint32_t
tsr_node_make(
    struct tsr_rules *rules, uint32_t test, uint32_t yes, uint32_t no)
{
	uint32_t a = tsr_target_height(rules, yes);
	uint32_t b = tsr_target_height(rules, no);
	struct tsr_node *node;
	uint32_t *number;
	uint8_t key[12];

	if (yes == no)
		return yes;
	tsr_put32(key, test);
	tsr_put32(key + 4, yes);
	tsr_put32(key + 8, no);
	if (tsr_intern_add(
		&number, &rules->node_index, tsr_span_of(key, sizeof(key))))
		return *number;
	*number = (uint32_t)rules->node_count;
	rules->nodes = tsr_arena_grow(rules->arena, rules->nodes,
	    rules->node_count, &rules->node_cap, sizeof(*rules->nodes));
	node = &rules->nodes[rules->node_count++];
	node->test = test;
	node->yes = yes;
	node->no = no;
	node->height = 1 + (a > b ? a : b);
	a = tsr_target_outcomes(rules, yes);
	b = tsr_target_outcomes(rules, no);
	node->outcomes = a > b ? a : b;
	return *number;
}

void
tsr_draw_init(struct tsr_draw *draw, struct tsr_rules *rules, bool folded)
{
	draw->rules = rules;
	tsr_arena_init(&draw->arena);
	tsr_intern_init(&draw->memo, &draw->arena);
	draw->most = rules->node_count + DRAW_NODES_MAX;
	draw->folded = folded;
	draw->full = false;
}

void
tsr_draw_free(struct tsr_draw *draw)
{
	tsr_arena_free(&draw->arena);
}

static uint32_t
draw_test(
    struct tsr_draw *draw, uint32_t test, uint32_t yes, uint32_t no)
{
	struct tsr_json value;
	const struct tsr_test *t = &draw->rules->tests[test];

	if (draw->folded && t->operator != TSR_OPERATOR_FRAGMENT &&
	    tsr_rules_known_value(&value, draw->rules, t->attribute))
		return tsr_test_holds(draw->rules, test,
			   value.type == TSR_JSON_NULL ? NULL : &value)
		    ? yes : no;
	return tsr_node_make(draw->rules, test, yes, no);
}

uint32_t
tsr_draw_cond(struct tsr_draw *draw, const struct tsr_cond *cond, uint32_t yes,
    uint32_t no)
{
	uint32_t i, *known, target;
	uint8_t key[12];

	if (cond->kind == TSR_COND_TRUE || yes == no)
		return yes;
	if (cond->kind == TSR_COND_FALSE)
		return no;
	if (cond->kind == TSR_COND_TEST)
		return draw_test(draw, cond->test, yes, no);
	if (cond->kind == TSR_COND_NOT)
		return tsr_draw_cond(draw, cond->items[0], no, yes);
	if (draw->full || draw->rules->node_count > draw->most ||
	    draw->memo.count > DRAW_NODES_MAX) {
		draw->full = true;
		return no;
	}
	tsr_put32(key, cond->id);
	tsr_put32(key + 4, yes);
	tsr_put32(key + 8, no);
	if (tsr_intern_add(&known, &draw->memo, tsr_span_of(key, sizeof(key))))
		return *known;
	target = cond->kind == TSR_COND_AND ? yes : no;
	for (i = cond->count; i > 0; i--)
		target = cond->kind == TSR_COND_AND
		    ? tsr_draw_cond(draw, cond->items[i - 1], target, no)
		    : tsr_draw_cond(draw, cond->items[i - 1], yes, target);
	(void)tsr_intern_add(
	    &known, &draw->memo, tsr_span_of(key, sizeof(key)));
	*known = target;
	return target;
}
