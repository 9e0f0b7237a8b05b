/*
 * slots - the connections of a worker, all made at start, in lists by age.
 *
 * Every connection is in exactly one list. Entries join a list at its end
 * with the time, and everything in one list has the same patience, so the
 * first entry is always the one that runs out first.
 */
#ifndef TSR_SERVE_SLOTS_H
#define TSR_SERVE_SLOTS_H

#include "core/fcgi.h"

enum tsr_slots_list {
	TSR_SLOTS_FREE,
	TSR_SLOTS_IDLE,	   /* between two requests */
	TSR_SLOTS_READING, /* part of a request has come, or nothing yet */
	TSR_SLOTS_LOGGING, /* a whole request waits for the log of events */
	TSR_SLOTS_WRITING, /* part of a reply waits for the peer */
	TSR_SLOTS_COUNT
};

#define TSR_SLOTS_NONE UINT32_MAX

struct tsr_conn {
	struct tsr_fcgi fcgi;
	int fd;
	bool stored;	 /* the parameters lie in this slot's own store */
	bool close;	 /* close it when all is written */
	bool deaf;	 /* LOGGING: nobody looks at what comes */
	uint64_t ticket; /* LOGGING: of the answer that it waits for */
	size_t in_n;	 /* input that waits behind the output */
	size_t out_n;	 /* output that waits for the peer */
	size_t out_done; /* of this, already taken */
	enum tsr_slots_list list;
	uint32_t next, prev;
	int64_t since;
};

struct tsr_slots {
	struct tsr_conn *conns;
	uint32_t count;
	uint32_t first[TSR_SLOTS_COUNT], last[TSR_SLOTS_COUNT];
	uint32_t used; /* not free */
	/* For each slot: parameters, body, waiting input, waiting output. */
	uint8_t *areas;
};

/* TSR_IO when the system does not reserve the memory. */
enum tsr_err tsr_slots_init(struct tsr_slots *slots, uint32_t count);

/* Put a connection at the end of a list, with this time. */
void tsr_slots_move(struct tsr_slots *slots, struct tsr_conn *conn,
    enum tsr_slots_list list, int64_t since);

/* The oldest of a list, or NULL. */
struct tsr_conn *tsr_slots_oldest(
    const struct tsr_slots *slots, enum tsr_slots_list list);

uint32_t tsr_slots_number(
    const struct tsr_slots *slots, const struct tsr_conn *conn);

/*
 * The slot's own memory: TSR_PARAMS_MAX, TSR_BODY_KEPT, TSR_READ_MAX and
 * TSR_FRAME_MAX bytes.
 */
uint8_t *tsr_slots_params(
    const struct tsr_slots *slots, const struct tsr_conn *conn);
uint8_t *tsr_slots_body(
    const struct tsr_slots *slots, const struct tsr_conn *conn);
uint8_t *tsr_slots_input(
    const struct tsr_slots *slots, const struct tsr_conn *conn);
uint8_t *tsr_slots_output(
    const struct tsr_slots *slots, const struct tsr_conn *conn);

#endif
