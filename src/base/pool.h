/*
 * pool - the same work on many items, by several threads.
 *
 * Items are handed out one by one; what an item produces must depend on that
 * item alone, so that the number of threads never changes a result.
 */
#ifndef TSR_BASE_POOL_H
#define TSR_BASE_POOL_H

#include <stdbool.h>
#include <stddef.h>

/* Called once an item; worker counts from 0 to threads - 1. */
typedef void tsr_pool_work(void *ctx, size_t item, unsigned worker);

/*
 * Run work(ctx, i, worker) for every i below count, on at most threads threads
 * (0: as many as there are processors, at most TSR_POOL_MAX). Returns when all
 * are done. When no thread can be started the caller's does everything.
 */
void tsr_pool_run(
    tsr_pool_work *work, void *ctx, size_t count, unsigned threads);

/* How many workers tsr_pool_run will use for this wish: at least 1. */
unsigned tsr_pool_threads(unsigned threads);

#define TSR_POOL_MAX 64

#endif
