/*
 * beside - what stands beside a request, drawn at random: the visitor's state
 * as their cookie would have it, and their profile.
 */
#ifndef TSR_TESTS_BESIDE_H
#define TSR_TESTS_BESIDE_H

#include "core/state.h"
#include "lib/visitor.h"

#define TSR_BESIDE_MAX 16

struct tsr_beside {
	struct tsr_state state;
	struct tsr_param profile[TSR_BESIDE_MAX];
	size_t profile_count;
};

/*
 * Fields of the state that the purposes (bits) allow, arms of the table's
 * sticky experiments among them, and values of the profile's attributes.
 */
void tsr_beside_draw(struct tsr_beside *out, struct tsr_dice *dice,
    const struct tsr_table *table, int64_t now, unsigned purposes);

/* Texts of a client's address, of a device and of languages; never empty. */
struct tsr_span tsr_beside_address(struct tsr_dice *dice);
struct tsr_span tsr_beside_agent(struct tsr_dice *dice);
struct tsr_span tsr_beside_languages(struct tsr_dice *dice);

#endif
