/*
 * memory - address space that is reserved at start and costs nothing until it
 * is touched, a process's own or shared.
 */
#ifndef TSR_SERVE_MEMORY_H
#define TSR_SERVE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#define TSR_MEMORY_PAGE ((size_t)4096)

/* n rounded up to whole pages. */
#define TSR_MEMORY_UP(n)                                                       \
	(((n) + TSR_MEMORY_PAGE - 1) / TSR_MEMORY_PAGE * TSR_MEMORY_PAGE)

/* n zero bytes, page-aligned; NULL when the system refuses. Never given back. */
void *tsr_memory_reserve(size_t n);

/*
 * n zero bytes that processes have in common with those they fork; NULL when
 * the system refuses. Never given back.
 */
void *tsr_memory_share(size_t n);

/* What n bytes from the page-aligned p took is given back; they are zero. */
void tsr_memory_release(uint8_t *p, size_t n);

#endif
