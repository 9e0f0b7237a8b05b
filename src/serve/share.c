/*
 * share - how many connections each worker has, so that none takes them all.
 *
 * The numbers may be a moment old: then a connection goes to a worker that has
 * one more than it should, and nothing worse happens.
 */
#include "serve/share.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "serve/memory.h"

struct tsr_share *
tsr_share_open(unsigned count)
{
	struct tsr_share *share = tsr_memory_share(sizeof(*share));
	unsigned i;

	if (share == NULL)
		return NULL;
	share->count = count;
	for (i = 0; i < count; i++) {
		share->workers[i].bell =
		    eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		if (share->workers[i].bell == -1)
			return NULL;
	}
	return share;
}

void
tsr_share_put(
    struct tsr_share *share, unsigned number, unsigned used, bool listening)
{
	atomic_store_explicit(
	    &share->workers[number].used, used, memory_order_relaxed);
	atomic_store_explicit(
	    &share->workers[number].listening, listening, memory_order_relaxed);
}

/* Whether another worker has fewer than used - 1 and listens, or not. */
static bool
is_behind(const struct tsr_share *share, unsigned i, unsigned used,
    bool listening)
{
	return atomic_load_explicit(&share->workers[i].listening,
		   memory_order_relaxed) == listening &&
	    atomic_load_explicit(
		&share->workers[i].used, memory_order_relaxed) +
		1 <
	    used;
}

bool
tsr_share_enough(const struct tsr_share *share, unsigned number, unsigned used)
{
	unsigned i;

	for (i = 0; i < share->count; i++)
		if (i != number && is_behind(share, i, used, true))
			return true;
	return false;
}

void
tsr_share_call(const struct tsr_share *share, unsigned number, unsigned used)
{
	const uint64_t one = 1;
	ssize_t n;
	unsigned i;

	for (i = 0; i < share->count; i++) {
		if (i == number || !is_behind(share, i, used, false))
			continue;
		/* A full bell rings already. */
		n = write(share->workers[i].bell, &one, sizeof(one));
		(void)n;
	}
}
