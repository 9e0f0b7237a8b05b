/*
 * eventpairs - the sockets between the workers and the writer of events.
 */
#include "serve/eventpairs.h"

#include <sys/socket.h>
#include <unistd.h>

/* Bytes that may wait at a socket: the system gives what it allows. */
#define WAITING (4 * 1024 * 1024)

bool
tsr_eventpairs_open(struct tsr_eventpairs *pairs, unsigned count)
{
	const int room = WAITING;
	int pair[2];
	unsigned i;

	pairs->count = 0;
	for (i = 0; i < count; i++) {
		if (socketpair(
			AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
			return false;
		(void)setsockopt(
		    pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
		(void)setsockopt(
		    pair[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
		pairs->worker[i] = pair[0];
		pairs->writer[i] = pair[1];
		pairs->count++;
	}
	return true;
}

void
tsr_eventpairs_be_worker(const struct tsr_eventpairs *pairs, unsigned number)
{
	unsigned i;

	for (i = 0; i < pairs->count; i++)
		if (i != number)
			close(pairs->worker[i]);
	tsr_eventpairs_drop_writer(pairs);
}

void
tsr_eventpairs_drop_workers(const struct tsr_eventpairs *pairs)
{
	unsigned i;

	for (i = 0; i < pairs->count; i++)
		close(pairs->worker[i]);
}

void
tsr_eventpairs_drop_writer(const struct tsr_eventpairs *pairs)
{
	unsigned i;

	for (i = 0; i < pairs->count; i++)
		close(pairs->writer[i]);
}
