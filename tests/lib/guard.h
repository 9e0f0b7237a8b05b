/*
 * guard - a buffer whose last byte touches an unreadable page.
 *
 * A parser that reads one byte too far ends with a signal at that instruction.
 */
#ifndef TSR_TESTS_GUARD_H
#define TSR_TESTS_GUARD_H

#include "core/bytes.h"

struct tsr_guard {
	uint8_t *map;
	size_t size; /* of the map, the unreadable page included */
};

/* Room for buffers of at most n bytes; aborts when there is no memory. */
void tsr_guard_init(struct tsr_guard *guard, size_t n);

/*
 * A copy of s that ends at the unreadable page; valid until the next call. s
 * may be empty: then the span begins at that page.
 */
struct tsr_span tsr_guard_copy(struct tsr_guard *guard, struct tsr_span s);

/* n bytes to write to, which end at the unreadable page. */
uint8_t *tsr_guard_room(struct tsr_guard *guard, size_t n);

void tsr_guard_free(struct tsr_guard *guard);

#endif
