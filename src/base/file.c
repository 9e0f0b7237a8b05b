/*
 * file - whole files in and out, folders in order.
 */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum tsr_err
tsr_file_read(struct tsr_span *out, struct tsr_arena *arena, const char *path,
    size_t max)
{
	enum tsr_err err = TSR_IO;
	struct stat st;
	uint8_t *p;
	size_t n = 0, size;
	ssize_t got;
	int fd, saved;

	*out = (struct tsr_span){NULL, 0};
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1)
		goto out;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		goto out;
	}
	if (st.st_size < 0 || (uint64_t)st.st_size > max) {
		err = TSR_LONG;
		goto out;
	}
	size = (size_t)st.st_size;
	p = tsr_arena_alloc(arena, size + 1);
	while (n < size) {
		got = read(fd, p + n, size - n);
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			goto out;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	*out = tsr_span_of(p, n);
	err = TSR_OK;
out:
	saved = errno;
	if (fd != -1)
		close(fd);
	errno = saved;
	return err;
}

static bool
write_all(int fd, struct tsr_span bytes)
{
	size_t done = 0;
	ssize_t n;

	while (done < bytes.n) {
		n = write(fd, bytes.p + done, bytes.n - done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

enum tsr_err
tsr_file_write(const char *path, struct tsr_span bytes)
{
	char temporary[PATH_MAX];
	enum tsr_err err = TSR_IO;
	bool ok;
	int fd, n, saved;

	n = snprintf(temporary, sizeof(temporary), "%s.tmp-%ld", path,
	    (long)getpid());
	if (n < 0 || (size_t)n >= sizeof(temporary)) {
		errno = ENAMETOOLONG;
		return TSR_IO;
	}
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd == -1)
		return TSR_IO;
	ok = write_all(fd, bytes) && fsync(fd) == 0;
	saved = errno;
	if (close(fd) == -1 && ok) {
		ok = false;
		saved = errno;
	}
	if (ok && rename(temporary, path) == 0)
		err = TSR_OK;
	else if (ok)
		saved = errno;
	if (err != TSR_OK)
		unlink(temporary);
	errno = saved;
	return err;
}

enum tsr_err
tsr_file_sync_folder(const char *path)
{
	enum tsr_err err;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return TSR_IO;
	err = fsync(fd) == 0 ? TSR_OK : TSR_IO;
	close(fd);
	return err;
}

enum tsr_err
tsr_file_make_folders(const char *path)
{
	char part[PATH_MAX];
	size_t i, n = strlen(path);

	if (n >= sizeof(part)) {
		errno = ENAMETOOLONG;
		return TSR_IO;
	}
	memcpy(part, path, n + 1);
	for (i = 1; i <= n; i++) {
		if (part[i] != '/' && part[i] != '\0')
			continue;
		part[i] = '\0';
		if (mkdir(part, 0755) == -1 && errno != EEXIST)
			return TSR_IO;
		if (i < n)
			part[i] = '/';
	}
	return TSR_OK;
}

/* Folders nest no deeper than this in anything we make. */
#define REMOVE_DEPTH 32

static enum tsr_err
remove_at(const char *path, unsigned depth)
{
	char child[PATH_MAX];
	struct dirent *entry;
	enum tsr_err err = TSR_OK;
	DIR *dir;
	int n;

	if (unlink(path) == 0 || errno == ENOENT)
		return TSR_OK;
	if ((errno != EISDIR && errno != EPERM) || depth == 0)
		return TSR_IO;
	dir = opendir(path);
	if (dir == NULL)
		return TSR_IO;
	while (err == TSR_OK && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		n = snprintf(
		    child, sizeof(child), "%s/%s", path, entry->d_name);
		if (n < 0 || (size_t)n >= sizeof(child)) {
			errno = ENAMETOOLONG;
			err = TSR_IO;
		} else {
			err = remove_at(child, depth - 1);
		}
	}
	closedir(dir);
	if (err == TSR_OK && rmdir(path) == -1 && errno != ENOENT)
		err = TSR_IO;
	return err;
}

enum tsr_err
tsr_file_remove_all(const char *path)
{
	return remove_at(path, REMOVE_DEPTH);
}

static enum tsr_err
walk(struct tsr_file_list *out, struct tsr_arena *arena, const char *root,
    const char *below, unsigned depth)
{
	enum tsr_err err = TSR_OK;
	struct dirent *entry;
	struct stat st, link;
	char *path, *name;
	DIR *dir;

	path = below[0] == '\0' ? tsr_arena_printf(arena, "%s", root)
				: tsr_arena_printf(arena, "%s/%s", root, below);
	dir = opendir(path);
	if (dir == NULL)
		return errno == ENOENT ? TSR_OK : TSR_IO;
	while (err == TSR_OK && (entry = readdir(dir)) != NULL) {
		size_t n = strlen(entry->d_name);

		if (entry->d_name[0] == '.' || entry->d_name[n - 1] == '~')
			continue;
		name = below[0] == '\0'
		    ? tsr_arena_printf(arena, "%s", entry->d_name)
		    : tsr_arena_printf(arena, "%s/%s", below, entry->d_name);
		path = tsr_arena_printf(arena, "%s/%s", root, name);
		if (lstat(path, &link) == -1 || stat(path, &st) == -1)
			continue;
		if (S_ISDIR(link.st_mode) && depth > 0) {
			err = walk(out, arena, root, name, depth - 1);
		} else if (S_ISREG(st.st_mode)) {
			out->names = tsr_arena_grow(arena, out->names,
			    out->count, &out->cap, sizeof(*out->names));
			out->names[out->count++] = name;
		}
	}
	closedir(dir);
	return err;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

enum tsr_err
tsr_file_walk(struct tsr_file_list *out, struct tsr_arena *arena,
    const char *root, unsigned depth)
{
	enum tsr_err err;

	memset(out, 0, sizeof(*out));
	err = walk(out, arena, root, "", depth);
	if (out->count > 1)
		qsort(out->names, out->count, sizeof(*out->names),
		    compare_names);
	return err;
}
