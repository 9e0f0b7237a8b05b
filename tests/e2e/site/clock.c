/*
 * clock - a library to preload: the time of day stands still at TESSERA_NOW, in
 * milliseconds since 1970. Other clocks go on.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int
clock_gettime(clockid_t id, struct timespec *t)
{
	int (*real)(clockid_t, struct timespec *) = NULL;
	const char *now = getenv("TESSERA_NOW");
	long long ms;

	if (id != CLOCK_REALTIME || now == NULL) {
		*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
		return real(id, t);
	}
	ms = atoll(now);
	t->tv_sec = (time_t)(ms / 1000);
	t->tv_nsec = (long)(ms % 1000 * 1000000);
	return 0;
}
