/*
 * lock - one build at a time changes a folder of releases.
 */
#include "build/pack/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

int
tsr_lock_take(const char *folder)
{
	char path[PATH_MAX];
	int fd, result, n;

	n = snprintf(path, sizeof(path), "%s/.lock", folder);
	if (n < 0 || (size_t)n >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd == -1)
		return -1;
	do
		result = flock(fd, LOCK_EX);
	while (result == -1 && errno == EINTR);
	if (result == -1) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}
