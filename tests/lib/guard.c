/*
 * guard - a buffer whose last byte touches an unreadable page.
 */
#include "lib/guard.h"

#include <stdlib.h>
#include <sys/mman.h>

#define PAGE ((size_t)4096)

void
tsr_guard_init(struct tsr_guard *guard, size_t n)
{
	void *p;

	guard->size = (n + PAGE - 1) / PAGE * PAGE + 2 * PAGE;
	if (posix_memalign(&p, PAGE, guard->size) != 0)
		abort();
	guard->map = p;
	memset(guard->map, 0, guard->size);
	if (mprotect(guard->map + guard->size - PAGE, PAGE, PROT_NONE) != 0)
		abort();
}

uint8_t *
tsr_guard_room(struct tsr_guard *guard, size_t n)
{
	if (n > guard->size - PAGE)
		abort();
	return guard->map + guard->size - PAGE - n;
}

struct tsr_span
tsr_guard_copy(struct tsr_guard *guard, struct tsr_span s)
{
	uint8_t *p = tsr_guard_room(guard, s.n);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return tsr_span_of(p, s.n);
}

void
tsr_guard_free(struct tsr_guard *guard)
{
	if (guard->map == NULL)
		return;
	mprotect(guard->map + guard->size - PAGE, PAGE, PROT_READ | PROT_WRITE);
	free(guard->map);
	guard->map = NULL;
}
