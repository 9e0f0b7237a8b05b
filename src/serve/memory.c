/*
 * memory - address space that is reserved at start.
 */
#include "serve/memory.h"

#include <sys/mman.h>

void *
tsr_memory_reserve(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void
tsr_memory_release(uint8_t *p, size_t n)
{
	madvise(p, TSR_MEMORY_UP(n), MADV_DONTNEED);
}
