/*
 * score - how much a visitor is after something, from 0 to 100.
 *
 * A score is a weighted sum of vectors. A vector gathers points from events up
 * to its cap, and half of them are gone after its half-life. Whole numbers
 * alone, none above 2^53, and two divisions that are rounded down, so that
 * src/browser/score.js comes to the same; doc/scores.md has the formulas.
 *
 * SCOR 32: name (text ref), first in VECT u32, count u32, first in TIER u32,
 *	count u32, 0 u64.
 * VECT 40: name (text ref), number u32 (tsr_score_name), weight u32 (those of
 *	a score add up to 100), cap u32 (1/256 points), half-life u32 (seconds),
 *	first in GAIN u32, count u32, 0 u64.
 * GAIN 40: event (text ref), field (text ref; empty: none), test u32, points
 *	i32 (1/256), text (text ref: of TEXT), number u32 (of LEAST and PER),
 *	0 u32.
 * TIER 16: name (text ref), from u32 (the first is 0, then ascending), 0 u32.
 */
#ifndef TSR_CORE_SCORE_H
#define TSR_CORE_SCORE_H

#include "core/state.h"

/* When an event gives its points. */
enum tsr_gain {
	TSR_GAIN_ANY,
	TSR_GAIN_TEXT,	/* the field is this string */
	TSR_GAIN_TRUE,	/* the field is true */
	TSR_GAIN_FALSE, /* the field is false */
	TSR_GAIN_LEAST, /* the field is this number or more */
	TSR_GAIN_PER,	/* so often as the field holds this number */
	TSR_GAIN_COUNT
};

/* What is left of points after so many steps of 1/32 half-life. */
uint32_t tsr_score_decay(uint32_t points, uint64_t steps);

/* The steps from one moment (seconds) to another; 0 when it is not later. */
uint64_t tsr_score_steps(uint32_t from, uint32_t to, uint32_t half_life);

/* The name under which a vector is kept, of the text "SCORE.VECTOR". */
uint16_t tsr_score_name(struct tsr_span text);

/*
 * An event of a visitor: its kind, the text of its JSON object of fields
 * (checked; empty: none), when it is counted (ms). True when the state is now
 * another one. Nothing without the personalization group. What is kept for
 * vectors that the release does not have must be gone: tsr_score_clear.
 */
bool tsr_score_take(struct tsr_state *state, const struct tsr_table *t,
    struct tsr_span kind, struct tsr_span fields, int64_t now);

/* Take away what is kept for vectors that the release does not have. */
void tsr_score_clear(struct tsr_state *state, const struct tsr_table *t);

/*
 * What a score is, 0 to 100. Without state, or without its personalization
 * group, and where there is no such score: UINT32_MAX.
 */
uint32_t tsr_score_value(const struct tsr_table *t, uint32_t score,
    const struct tsr_state *state, int64_t now);

/* The name of the tier that a value is in. */
struct tsr_span tsr_score_tier(
    const struct tsr_table *t, uint32_t score, uint32_t value);

/* The number of a score, or UINT32_MAX. */
uint32_t tsr_score_find(const struct tsr_table *t, struct tsr_span name);

/* A part of tsr_table_verify. */
enum tsr_err tsr_score_verify(const struct tsr_table *t);

#endif
