/*
 * window - the ids of the last events, so that none is taken twice.
 *
 * A fixed number of ids; the oldest goes when there is one more. Belongs to
 * the one process that writes the log, so nothing is shared and nothing locked;
 * after a crash it is read again from the log itself.
 */
#ifndef TSR_SERVE_WINDOW_H
#define TSR_SERVE_WINDOW_H

#include "core/bytes.h"

#define TSR_WINDOW_ID 16 /* bytes */

struct tsr_window {
	uint32_t most; /* a power of two */
	uint32_t count;
	uint32_t next;	  /* where the next id goes in the ring */
	uint8_t *ids;	  /* the ring */
	uint32_t *places; /* 2 * most: number in the ring + 1; 0: nothing */
	uint8_t key[16];  /* nobody outside can make ids collide */
};

/* Room for `most` ids, a power of two; false: the system refuses. */
bool tsr_window_init(struct tsr_window *window, uint32_t most);

/* Add an id. False: it is there already. */
bool tsr_window_add(struct tsr_window *window, const uint8_t id[TSR_WINDOW_ID]);

/* Take away the last n that were added. */
void tsr_window_undo(struct tsr_window *window, uint32_t n);

/*
 * Add the ids of the lines in the finished files of some folders: of the newest
 * TSR_EVENTS_RELOAD bytes of all, by the times in their names.
 */
void tsr_window_load(
    struct tsr_window *window, const int *folders, size_t count);

#endif
