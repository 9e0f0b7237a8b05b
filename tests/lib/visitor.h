/*
 * visitor - visitors drawn at random over all attributes of a site.
 */
#ifndef TSR_TESTS_VISITOR_H
#define TSR_TESTS_VISITOR_H

#include "build/rules/rules.h"

/* A small generator (SplitMix64): the same seed gives the same visitors. */
struct tsr_dice {
	uint64_t state;
};

uint64_t tsr_dice_roll(struct tsr_dice *dice);

/* A number below n. */
uint32_t tsr_dice_below(struct tsr_dice *dice, uint32_t n);

/*
 * Draw a visitor: an object from attribute names to values, about a third of
 * them missing; page, locale, path, method and time are left out.
 */
struct tsr_json tsr_visitor_draw(struct tsr_dice *dice,
    const struct tsr_rules *rules, struct tsr_arena *arena);

#endif
