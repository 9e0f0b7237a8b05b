/*
 * nomalloc - a library to preload: once a process has waited in epoll, it must
 * not allocate. Only workers wait in epoll.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static int started;
static int (*real_wait)(int, struct epoll_event *, int, int);

static void
check(void)
{
	static const char text[] = "nomalloc: allocated after start\n";

	if (!started)
		return;
	(void)!write(2, text, sizeof(text) - 1);
	abort();
}

void *
malloc(size_t n)
{
	check();
	return __libc_malloc(n);
}

void *
calloc(size_t n, size_t m)
{
	check();
	return __libc_calloc(n, m);
}

void *
realloc(void *p, size_t n)
{
	check();
	return __libc_realloc(p, n);
}

int
epoll_wait(int fd, struct epoll_event *events, int n, int timeout)
{
	if (real_wait == NULL)
		*(void **)&real_wait = dlsym(RTLD_NEXT, "epoll_wait");
	started = 1;
	return real_wait(fd, events, n, timeout);
}
