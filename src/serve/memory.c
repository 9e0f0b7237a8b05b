/*
 * memory - address space that is reserved at start.
 */
#include "serve/memory.h"

#include <sys/mman.h>

static void *
map(size_t n, int flags)
{
	void *p = mmap(
	    NULL, n, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void *
tsr_memory_reserve(size_t n)
{
	return map(n, MAP_PRIVATE | MAP_NORESERVE);
}

void *
tsr_memory_share(size_t n)
{
	return map(n, MAP_SHARED);
}

void
tsr_memory_release(uint8_t *p, size_t n)
{
	madvise(p, TSR_MEMORY_UP(n), MADV_DONTNEED);
}
