/*
 * pool - the same work on many items, by several threads.
 */
#include "base/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

struct pool {
	tsr_pool_work *work;
	void *ctx;
	size_t count;
	atomic_size_t next;
};

struct worker {
	struct pool *pool;
	unsigned number;
	pthread_t thread;
};

unsigned
tsr_pool_threads(unsigned threads)
{
	long n;

	if (threads == 0) {
		n = sysconf(_SC_NPROCESSORS_ONLN);
		threads = n < 1 ? 1 : n > TSR_POOL_MAX ? TSR_POOL_MAX : (unsigned)n;
	}
	return threads > TSR_POOL_MAX ? TSR_POOL_MAX : threads;
}

static void *
run(void *arg)
{
	struct worker *w = arg;
	struct pool *pool = w->pool;
	size_t item;

	for (;;) {
		item = atomic_fetch_add(&pool->next, 1);
		if (item >= pool->count)
			return NULL;
		pool->work(pool->ctx, item, w->number);
	}
}

void
tsr_pool_run(tsr_pool_work *work, void *ctx, size_t count, unsigned threads)
{
	struct worker workers[TSR_POOL_MAX];
	struct pool pool = {.work = work, .ctx = ctx, .count = count};
	unsigned i, started = 1;

	threads = tsr_pool_threads(threads);
	if (threads > count)
		threads = count == 0 ? 1 : (unsigned)count;
	atomic_init(&pool.next, 0);
	workers[0].pool = &pool;
	workers[0].number = 0;
	for (i = 1; i < threads; i++, started++) {
		workers[i].pool = &pool;
		workers[i].number = i;
		if (pthread_create(&workers[i].thread, NULL, run, &workers[i]))
			break;
	}
	run(&workers[0]);
	for (i = 1; i < started; i++)
		pthread_join(workers[i].thread, NULL);
}
