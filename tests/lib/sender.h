/*
 * sender - requests drawn at random for the decisions of one release.
 *
 * Values come from what the release's own predicates compare with, so that
 * decisions go many ways; others are odd. No site is needed.
 */
#ifndef TSR_TESTS_SENDER_H
#define TSR_TESTS_SENDER_H

#include "core/answer.h"
#include "lib/beside.h"

struct tsr_sender {
	const struct tsr_table *table;
	struct tsr_dice dice;
	struct tsr_request request; /* the one drawn last */
	struct tsr_param params[TSR_ATTRIBUTES_MAX + 8];
	uint8_t text[1 << 16]; /* what the parameters point to */
	size_t used;
	struct tsr_beside beside;
};

void tsr_sender_init(
    struct tsr_sender *sender, const struct tsr_table *table, uint64_t seed);

/* Draw a request for a page of the release. */
void tsr_sender_draw(struct tsr_sender *sender);

#endif
