/*
 * slots - the connections of a worker, all made at start, in lists by age.
 *
 * The areas are reserved address space: a page of it becomes memory when a
 * slow peer makes us keep something, and goes back when that is done.
 */
#include "serve/slots.h"

#include "serve/frame.h"
#include "serve/memory.h"

#define AREA                                                                   \
	(TSR_MEMORY_UP(TSR_PARAMS_MAX) + TSR_MEMORY_UP(TSR_BODY_KEPT) +        \
	    TSR_MEMORY_UP(TSR_READ_MAX) + TSR_MEMORY_UP(TSR_FRAME_MAX))

enum tsr_err
tsr_slots_init(struct tsr_slots *slots, uint32_t count)
{
	size_t n;
	uint32_t i;

	memset(slots, 0, sizeof(*slots));
	for (i = 0; i < TSR_SLOTS_COUNT; i++) {
		slots->first[i] = TSR_SLOTS_NONE;
		slots->last[i] = TSR_SLOTS_NONE;
	}
	if (!tsr_mul(&n, count, AREA))
		return TSR_LONG;
	slots->count = count;
	slots->areas = tsr_memory_reserve(n);
	slots->conns = tsr_memory_reserve(count * sizeof(*slots->conns));
	if (slots->areas == NULL || slots->conns == NULL)
		return TSR_IO;
	/*
	 * All are free; the list is made by hand, from its end, because the
	 * slots are still blank.
	 */
	for (i = 0; i < count; i++) {
		slots->conns[i].fd = -1;
		slots->conns[i].prev = i == 0 ? TSR_SLOTS_NONE : i - 1;
		slots->conns[i].next = i + 1 == count ? TSR_SLOTS_NONE : i + 1;
	}
	slots->first[TSR_SLOTS_FREE] = 0;
	slots->last[TSR_SLOTS_FREE] = count - 1;
	return TSR_OK;
}

uint32_t
tsr_slots_number(const struct tsr_slots *slots, const struct tsr_conn *conn)
{
	return (uint32_t)(conn - slots->conns);
}

static void
unlink_conn(struct tsr_slots *slots, struct tsr_conn *conn)
{
	if (conn->prev == TSR_SLOTS_NONE)
		slots->first[conn->list] = conn->next;
	else
		slots->conns[conn->prev].next = conn->next;
	if (conn->next == TSR_SLOTS_NONE)
		slots->last[conn->list] = conn->prev;
	else
		slots->conns[conn->next].prev = conn->prev;
	if (conn->list != TSR_SLOTS_FREE)
		slots->used--;
}

/*
 * Free slots are taken again from the front, so freed ones go there too: a
 * quiet server touches few of them.
 */
void
tsr_slots_move(struct tsr_slots *slots, struct tsr_conn *conn,
    enum tsr_slots_list list, int64_t since)
{
	uint32_t i = tsr_slots_number(slots, conn);
	bool front = list == TSR_SLOTS_FREE;

	unlink_conn(slots, conn);
	conn->list = list;
	conn->since = since;
	conn->prev = front ? TSR_SLOTS_NONE : slots->last[list];
	conn->next = front ? slots->first[list] : TSR_SLOTS_NONE;
	if (conn->prev == TSR_SLOTS_NONE)
		slots->first[list] = i;
	else
		slots->conns[conn->prev].next = i;
	if (conn->next == TSR_SLOTS_NONE)
		slots->last[list] = i;
	else
		slots->conns[conn->next].prev = i;
	if (list != TSR_SLOTS_FREE)
		slots->used++;
}

struct tsr_conn *
tsr_slots_oldest(const struct tsr_slots *slots, enum tsr_slots_list list)
{
	uint32_t i = slots->first[list];

	return i == TSR_SLOTS_NONE ? NULL : &slots->conns[i];
}

uint8_t *
tsr_slots_params(const struct tsr_slots *slots, const struct tsr_conn *conn)
{
	return slots->areas + tsr_slots_number(slots, conn) * AREA;
}

uint8_t *
tsr_slots_body(const struct tsr_slots *slots, const struct tsr_conn *conn)
{
	return tsr_slots_params(slots, conn) + TSR_MEMORY_UP(TSR_PARAMS_MAX);
}

uint8_t *
tsr_slots_input(const struct tsr_slots *slots, const struct tsr_conn *conn)
{
	return tsr_slots_body(slots, conn) + TSR_MEMORY_UP(TSR_BODY_KEPT);
}

uint8_t *
tsr_slots_output(const struct tsr_slots *slots, const struct tsr_conn *conn)
{
	return tsr_slots_input(slots, conn) + TSR_MEMORY_UP(TSR_READ_MAX);
}
