/*
 * eventlog - one stream of lines in files that a crash does not harm.
 */
#include "serve/eventlog.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/limits.h"
#include "serve/memory.h"

/* Bytes looked at once for the last line end. */
#define LOOK 65536

static void
file_name(char out[TSR_EVENTLOG_FILE], const char *name, const char *end)
{
	snprintf(out, TSR_EVENTLOG_FILE, "%s.%s", name, end);
}

/* ---- what was left open ---- */

/* Write all of it; 0 or the system's reason. */
static int
write_at(int fd, struct tsr_span s, uint64_t at)
{
	ssize_t n;

	while (s.n > 0) {
		n = pwrite(fd, s.p, s.n, (off_t)at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return errno;
		if (n == 0)
			return ENOSPC;
		s = tsr_span_from(s, (size_t)n);
		at += (uint64_t)n;
	}
	return 0;
}

/* Where the last whole line ends; 0 or the system's reason. */
static int
find_end(uint64_t *end, int fd, uint64_t size)
{
	uint8_t look[LOOK];
	uint64_t to = size, from;
	ssize_t n, i;

	while (to > 0) {
		from = to > sizeof(look) ? to - sizeof(look) : 0;
		n = pread(fd, look, (size_t)(to - from), (off_t)from);
		if (n == -1)
			return errno;
		if ((uint64_t)n != to - from)
			return EIO;
		for (i = n; i > 0; i--)
			if (look[i - 1] == '\n') {
				*end = from + (uint64_t)i;
				return 0;
			}
		to = from;
	}
	*end = 0;
	return 0;
}

/* Keep what follows the last whole line in a file of its own; cut it off. */
static int
cut_torn(int folder, int fd, const char *name, uint64_t end, uint64_t size)
{
	char torn[TSR_EVENTLOG_FILE];
	uint8_t piece[LOOK];
	uint64_t at = end;
	ssize_t n;
	int to, why = 0;

	file_name(torn, name, "torn");
	to = openat(folder, torn,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (to == -1)
		return errno;
	while (why == 0 && at < size) {
		n = pread(fd, piece, sizeof(piece), (off_t)at);
		if (n <= 0)
			break;
		why = write_at(to, tsr_span_of(piece, (size_t)n), at - end);
		at += (uint64_t)n;
	}
	close(to);
	if (why == 0 && (ftruncate(fd, (off_t)end) == -1 || fsync(fd) == -1))
		why = errno;
	return why;
}

/*
 * Give a file of whole lines its last name; an empty one goes. Names of CGI
 * programs have no number yet, since they share the file that grows.
 */
static int
give_name(int folder, const char *name, uint64_t size)
{
	char old[TSR_EVENTLOG_FILE], new[TSR_EVENTLOG_FILE];
	uint32_t dice = 0;

	file_name(old, name, "open");
	file_name(new, name, "ndjson");
	if (strncmp(name, "cgi-", 4) == 0) {
		if (getrandom(&dice, sizeof(dice), 0) == -1)
			return errno;
		snprintf(new, sizeof(new), "%.40s-%08x.ndjson", name, dice);
	}
	if (size == 0 ? unlinkat(folder, old, 0) == -1
		      : renameat2(folder, old, folder, new,
			    RENAME_NOREPLACE) == -1)
		return errno;
	return fsync(folder) == -1 ? errno : 0;
}

static int
finish_file(int folder, int fd, const char *name, struct tsr_log *log)
{
	struct stat st;
	uint64_t end = 0, size;
	int why;

	if (fstat(fd, &st) == -1)
		return errno;
	size = (uint64_t)st.st_size;
	why = find_end(&end, fd, size);
	if (why == 0 && end < size) {
		tsr_log(log,
		    "%s: the last line was torn; %llu bytes are in "
		    "%s.torn",
		    name, (unsigned long long)(size - end), name);
		why = cut_torn(folder, fd, name, end, size);
	}
	return why == 0 ? give_name(folder, name, end) : why;
}

int
tsr_eventlog_finish(int folder, const char *file, struct tsr_log *log)
{
	char name[TSR_EVENTLOG_NAME];
	size_t n = strlen(file);
	int fd, why;

	if (n < 6 || n >= sizeof(name))
		return ENAMETOOLONG;
	memcpy(name, file, n - 5);
	name[n - 5] = '\0';
	fd = openat(folder, file, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd == -1)
		return errno;
	/* Whoever writes it holds the lock for as long as they live. */
	why = flock(fd, LOCK_EX | LOCK_NB) == -1
		  ? errno
		  : finish_file(folder, fd, name, log);
	close(fd);
	return why;
}

static void
finish_all(int folder, struct tsr_log *log)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), why;
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	size_t n;

	if (dir == NULL) {
		if (fd != -1)
			close(fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		n = strlen(entry->d_name);
		if (n < 6 || strcmp(entry->d_name + n - 5, ".open") != 0)
			continue;
		why = tsr_eventlog_finish(folder, entry->d_name, log);
		if (why != 0 && why != EWOULDBLOCK)
			tsr_log(log, "%s: %s", entry->d_name, strerror(why));
	}
	closedir(dir);
}

/* ---- writing ---- */

int
tsr_eventlog_open(struct tsr_eventlog *out, struct tsr_log *log,
    const char *folder, const char *word)
{
	uint8_t *room = out->room;

	memset(out, 0, sizeof(*out));
	out->word = word;
	out->fd = -1;
	out->most = TSR_EVENTS_FILE;
	out->longest = TSR_EVENTS_FILE_MS;
	out->room = room != NULL ? room : tsr_memory_reserve(TSR_EVENTS_GROUP);
	if (out->room == NULL)
		return ENOMEM;
	if (mkdir(folder, 0700) == -1 && errno != EEXIST)
		return errno;
	out->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (out->folder == -1)
		return errno;
	finish_all(out->folder, log);
	return 0;
}

bool
tsr_eventlog_add(struct tsr_eventlog *out, struct tsr_span line)
{
	if (line.n > TSR_EVENTS_GROUP - out->n)
		return false;
	memcpy(out->room + out->n, line.p, line.n);
	out->n += line.n;
	return true;
}

static int
make_file(struct tsr_eventlog *out, int64_t now)
{
	time_t seconds = (time_t)(now / 1000);
	char file[TSR_EVENTLOG_FILE];
	uint32_t dice = 0;
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL)
		return EINVAL;
	if (getrandom(&dice, sizeof(dice), 0) == -1)
		return errno;
	snprintf(out->name, sizeof(out->name),
	    "%.16s-%04u%02u%02uT%02u%02u%02u-%08x", out->word,
	    (unsigned)(tm.tm_year + 1900) % 10000, (unsigned)tm.tm_mon + 1,
	    (unsigned)tm.tm_mday, (unsigned)tm.tm_hour, (unsigned)tm.tm_min,
	    (unsigned)tm.tm_sec, dice);
	file_name(file, out->name, "open");
	out->fd = openat(out->folder, file,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (out->fd == -1)
		return errno;
	(void)flock(out->fd, LOCK_EX | LOCK_NB);
	out->size = 0;
	out->since = now;
	out->fresh = true;
	return 0;
}

/* Is the file that grows still there? Somebody may tidy up. */
static bool
still_there(const struct tsr_eventlog *out)
{
	struct stat st;

	return fstat(out->fd, &st) == 0 && st.st_nlink > 0 &&
	       (uint64_t)st.st_size >= out->size;
}

int
tsr_eventlog_write(struct tsr_eventlog *out, int64_t now)
{
	int why = 0;

	if (out->n == 0)
		return 0;
	if (out->fd != -1 && !still_there(out)) {
		close(out->fd);
		out->fd = -1;
	}
	if (out->fd == -1)
		why = make_file(out, now);
	if (why == 0)
		why = write_at(
		    out->fd, tsr_span_of(out->room, out->n), out->size);
	return why;
}

int
tsr_eventlog_sync(struct tsr_eventlog *out)
{
	if (out->n == 0)
		return 0;
	if (fdatasync(out->fd) == -1 ||
	    (out->fresh && fsync(out->folder) == -1))
		return errno;
	out->fresh = false;
	return 0;
}

void
tsr_eventlog_keep(struct tsr_eventlog *out)
{
	out->size += out->n;
	out->n = 0;
}

/*
 * After a failed sync nobody knows what the disk has, and a second sync would
 * say that all is well. So the file ends here.
 */
void
tsr_eventlog_undo(struct tsr_eventlog *out)
{
	bool cut;

	if (out->n == 0)
		return;
	out->n = 0;
	if (out->fd == -1)
		return;
	cut = ftruncate(out->fd, (off_t)out->size) == 0;
	if (cut)
		(void)give_name(out->folder, out->name, out->size);
	/* Where it could not be cut it stays open, for the next start. */
	close(out->fd);
	out->fd = -1;
}

void
tsr_eventlog_turn(struct tsr_eventlog *out, int64_t now, bool any)
{
	if (out->fd == -1 ||
	    (!any && out->size < out->most && now >= out->since &&
		now - out->since < out->longest))
		return;
	(void)fdatasync(out->fd);
	(void)give_name(out->folder, out->name, out->size);
	close(out->fd);
	out->fd = -1;
}
