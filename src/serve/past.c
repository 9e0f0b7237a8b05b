/*
 * past - releases that were served before and still lie beside the current one.
 */
#include "serve/past.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Bytes of names that are read at a time. */
#define NAMES_MAX 4096

/* linux_dirent64: length and name within an entry. */
#define ENTRY_LENGTH 16
#define ENTRY_NAME 19

/* Among the names of one read; "" when none begins like this. */
static const char *
find_in(const char *names, size_t n, const char *begin)
{
	size_t at, length;

	for (at = 0; n - at > ENTRY_NAME; at += length) {
		length = tsr_le16((const uint8_t *)names + at + ENTRY_LENGTH);
		if (length <= ENTRY_NAME || length > n - at)
			break;
		if (strncmp(names + at + ENTRY_NAME, begin, strlen(begin)) == 0)
			return names + at + ENTRY_NAME;
	}
	return "";
}

/*
 * The release whose name begins like this, put behind the path of the folder,
 * which ends with a slash. readdir would allocate, which nothing does while it
 * serves.
 */
static bool
add_name(char *path, size_t cap, const char *begin)
{
	char names[NAMES_MAX];
	const char *name = "";
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	size_t used = strlen(path);
	long got = 1;

	if (fd == -1)
		return false;
	while (name[0] == '\0' && got > 0) {
		got = syscall(SYS_getdents64, fd, names, sizeof(names));
		if (got > 0)
			name = find_in(names, (size_t)got, begin);
	}
	close(fd);
	if (name[0] == '\0' || strlen(name) >= cap - used)
		return false;
	memcpy(path + used, name, strlen(name) + 1);
	return true;
}

static const struct tsr_table *
find(void *ctx, struct tsr_span id)
{
	struct tsr_past_keeper *keeper = ctx;
	char path[PATH_MAX + 80], begin[17], *end;

	if (id.n != 8)
		return NULL;
	if (keeper->open &&
	    memcmp(keeper->release.store.table.id.p, id.p, 8) == 0)
		return &keeper->release.store.table;
	sodium_bin2hex(begin, sizeof(begin), id.p, 8);
	if (realpath(keeper->dir, path) == NULL ||
	    (end = strrchr(path, '/')) == NULL)
		return NULL;
	end[1] = '\0';
	if (!add_name(path, sizeof(path), begin))
		return NULL;
	if (keeper->open)
		tsr_release_close(&keeper->release);
	keeper->open = tsr_release_open(&keeper->release, path,
			   TSR_RELEASE_INDEX, NULL) == TSR_OK;
	return keeper->open ? &keeper->release.store.table : NULL;
}

void
tsr_past_begin(struct tsr_past_keeper *keeper, const char *dir)
{
	size_t n = dir != NULL ? strlen(dir) : 0;

	keeper->past.ctx = keeper;
	keeper->past.find = find;
	if (n >= sizeof(keeper->dir))
		n = 0;
	if (n > 0)
		memcpy(keeper->dir, dir, n);
	keeper->dir[n] = '\0';
}

void
tsr_past_lend(struct tsr_request *request, struct tsr_past_keeper *keeper)
{
	request->past = &keeper->past;
}
