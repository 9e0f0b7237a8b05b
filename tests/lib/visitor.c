/*
 * visitor - visitors drawn at random over all attributes of a site.
 */
#include "lib/visitor.h"

uint64_t
tsr_dice_roll(struct tsr_dice *dice)
{
	uint64_t z = (dice->state += 0x9e3779b97f4a7c15u);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

uint32_t
tsr_dice_below(struct tsr_dice *dice, uint32_t n)
{
	return (uint32_t)(tsr_dice_roll(dice) >> 32) % n;
}

static struct tsr_json
draw_value(struct tsr_dice *dice, const struct tsr_rules_attribute *a)
{
	static const char *const strings[] = {
	    "a", "DE", "Ada", "<b>&\"'", "Zo\xc3\xab \xf0\x9f\x8f\x94", "x y"};
	const struct tsr_json *values = tsr_json_get(a->declared, "values");
	const char *s;

	if (tsr_json_is(values, TSR_JSON_ARRAY) && values->count > 0 &&
	    tsr_dice_below(dice, 5) != 0)
		return values->u.items[tsr_dice_below(dice, values->count)];
	switch (a->type) {
	case TSR_TYPE_BOOLEAN:
		return tsr_json_boolean(tsr_dice_below(dice, 2) != 0);
	case TSR_TYPE_NUMBER:
		return tsr_json_integer((int64_t)tsr_dice_below(dice, 400));
	default:
		s = strings[tsr_dice_below(dice, TSR_COUNT_OF(strings))];
		return tsr_json_string(tsr_span_of(s, strlen(s)));
	}
}

struct tsr_json
tsr_visitor_draw(struct tsr_dice *dice, const struct tsr_rules *rules,
    struct tsr_arena *arena)
{
	size_t i, n = tsr_rules_attribute_count(rules);
	struct tsr_member *members =
	    TSR_NEW_ARRAY(arena, struct tsr_member, n + 1);
	struct tsr_json visitor = {.type = TSR_JSON_OBJECT};

	for (i = 0; i < n; i++) {
		const struct tsr_rules_attribute *a =
		    tsr_rules_attribute_at(rules, (uint32_t)i);

		if (a->source >= TSR_SOURCE_PATH ||
		    tsr_dice_below(dice, 3) == 0)
			continue;
		members[visitor.count].name = a->name;
		members[visitor.count++].value = draw_value(dice, a);
	}
	visitor.u.members = members;
	return visitor;
}
