/*
 * eventdirect - events of a CGI program, which has no writer beside it.
 */
#include "serve/eventdirect.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base64.h"
#include "serve/eventlog.h"
#include "serve/memory.h"

/* Bytes of the file's end in which ids are looked for. */
#define TAIL ((size_t)1024 * 1024)

/* How often the file may turn under us before we give up. */
#define TRIES 8

struct file {
	struct tsr_log *log;
	int folder, fd;
	char name[TSR_EVENTLOG_FILE]; /* with .open */
	uint64_t size;
	struct tsr_span tail; /* whole lines */
};

/* Names begin with this in the time that one file lasts. */
static void
name_of(char out[TSR_EVENTLOG_FILE], int64_t now)
{
	int64_t from = now - now % TSR_EVENTS_FILE_MS;
	time_t seconds = (time_t)(from / 1000);
	struct tm tm;

	memset(&tm, 0, sizeof(tm));
	(void)gmtime_r(&seconds, &tm);
	snprintf(out, TSR_EVENTLOG_FILE, "cgi-%04u%02u%02uT%02u%02u%02u.open",
	    (unsigned)(tm.tm_year + 1900) % 10000, (unsigned)tm.tm_mon + 1,
	    (unsigned)tm.tm_mday, (unsigned)tm.tm_hour, (unsigned)tm.tm_min,
	    (unsigned)tm.tm_sec);
}

/* Files of times that are over become what readers take. */
static void
finish_older(const struct file *f)
{
	int fd = openat(f->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	size_t n;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		n = strlen(entry->d_name);
		if (n > 9 && strncmp(entry->d_name, "cgi-", 4) == 0 &&
		    strcmp(entry->d_name + n - 5, ".open") == 0 &&
		    strcmp(entry->d_name, f->name) != 0)
			(void)tsr_eventlog_finish(
			    f->folder, entry->d_name, f->log);
	}
	if (dir != NULL)
		closedir(dir);
}

/* Is what we have locked still the file of this name? */
static bool
is_current(const struct file *f)
{
	struct stat have, named;

	return fstat(f->fd, &have) == 0 &&
	    fstatat(f->folder, f->name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	    have.st_dev == named.st_dev && have.st_ino == named.st_ino;
}

/* The file of now, locked; 0 or the system's reason. */
static int
open_file(struct file *f, int64_t now)
{
	bool made;
	int i;

	name_of(f->name, now);
	for (i = 0; i < TRIES; i++) {
		f->fd = openat(f->folder, f->name,
		    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		made = f->fd != -1;
		if (!made && errno == EEXIST)
			f->fd = openat(f->folder, f->name,
			    O_RDWR | O_CLOEXEC | O_NOFOLLOW);
		if (f->fd == -1)
			return errno;
		if (flock(f->fd, LOCK_EX) == 0 && is_current(f)) {
			if (made) {
				(void)fsync(f->folder);
				finish_older(f);
			}
			return 0;
		}
		close(f->fd);
		f->fd = -1;
	}
	return EAGAIN;
}

/* Read its end; what is torn there is cut off. */
static int
read_tail(struct file *f)
{
	uint8_t *room = tsr_memory_reserve(TAIL);
	struct stat st;
	size_t n, used;

	if (room == NULL || fstat(f->fd, &st) == -1)
		return errno;
	n = (uint64_t)st.st_size < TAIL ? (size_t)st.st_size : TAIL;
	if (pread(f->fd, room, n, st.st_size - (off_t)n) != (ssize_t)n)
		return EIO;
	for (used = n; used > 0 && room[used - 1] != '\n'; used--)
		;
	f->size = (uint64_t)st.st_size - (n - used);
	f->tail = tsr_span_of(room, used);
	if (used == n)
		return 0;
	tsr_log(f->log, "%s: the last line was torn; %zu bytes are gone",
	    f->name, n - used);
	return ftruncate(f->fd, (off_t)f->size) == -1 ? errno : 0;
}

static bool
is_known(const struct file *f, const uint8_t id[TSR_EVENT_ID_SIZE])
{
	char word[6 + TSR_EVENT_ID_TEXT + 1] = "\"id\":\"";

	tsr_base64_write((uint8_t *)word + 6, tsr_span_of(id, TSR_EVENT_ID_SIZE));
	word[6 + TSR_EVENT_ID_TEXT] = '"';
	return memmem(f->tail.p, f->tail.n, word, sizeof(word)) != NULL;
}

/* Is an entry's id among those of the batch that were new before it? */
static bool
is_again(const struct tsr_collect *collect, unsigned number)
{
	unsigned i;

	for (i = 0; i < number; i++)
		if ((collect->fresh >> i & 1) != 0 &&
		    memcmp(collect->entries[i].id, collect->entries[number].id,
			TSR_EVENT_ID_SIZE) == 0)
			return true;
	return false;
}

/*
 * The lines that are new, at out, as one piece.
 */
static size_t
gather(uint8_t *out, struct tsr_collect *collect, const struct file *f,
    enum tsr_collect_stream stream)
{
	struct tsr_span text = tsr_span_of(collect->text, collect->n);
	struct tsr_span piece = {NULL, 0};
	size_t n = 0;
	unsigned i;

	for (i = 0; i < collect->count; i++) {
		(void)tsr_span_cut(&piece, &text, collect->entries[i].n);
		if (collect->entries[i].stream != stream ||
		    is_known(f, collect->entries[i].id) ||
		    is_again(collect, i))
			continue;
		collect->fresh |= UINT64_C(1) << i;
		memcpy(out + n, piece.p, piece.n);
		n += piece.n;
	}
	return n;
}

/* Append to the stream's file; 0 or the system's reason. */
static int
append(struct file *f, struct tsr_span lines)
{
	ssize_t n;

	if (lines.n == 0)
		return 0;
	n = pwrite(f->fd, lines.p, lines.n, (off_t)f->size);
	if (n == (ssize_t)lines.n && fdatasync(f->fd) == 0)
		return 0;
	n = n >= 0 && (size_t)n < lines.n ? ENOSPC : errno;
	(void)ftruncate(f->fd, (off_t)f->size);
	return (int)n;
}

static int
open_folder(struct file *f, const char *state, const char *name)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/%s", state, name);

	if (n < 0 || (size_t)n >= sizeof(path))
		return ENAMETOOLONG;
	if (mkdir(path, 0700) == -1 && errno != EEXIST)
		return errno;
	f->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return f->folder == -1 ? errno : 0;
}

/*
 * One stream of the batch; 0 or the system's reason. The process ends soon, and
 * with it go memory, descriptors and locks.
 */
static int
write_stream(struct tsr_collect *collect, struct file *f, const char *state,
    enum tsr_collect_stream stream, int64_t now)
{
	static const char *const folders[TSR_COLLECT_STREAM_COUNT] = {
	    [TSR_COLLECT_EVENTS] = "events",
	    [TSR_COLLECT_ASIDE] = "events/aside",
	    [TSR_COLLECT_COUNTS] = "events/counts"};
	uint8_t *lines = tsr_memory_reserve(TSR_EVENTS_TEXT);
	int why = lines == NULL ? ENOMEM
				: open_folder(f, state, folders[stream]);
	size_t n;

	if (why == 0)
		why = open_file(f, now);
	if (why == 0)
		why = read_tail(f);
	if (why != 0)
		return why;
	n = gather(lines, collect, f, stream);
	return append(f, tsr_span_of(lines, n));
}

bool
tsr_eventdirect_write(struct tsr_collect *collect, struct tsr_log *log,
    const char *state, int64_t now)
{
	struct file f = {.log = log};
	unsigned wanted = 0, i;
	int why;

	collect->fresh = 0;
	for (i = 0; i < collect->count; i++)
		wanted |= 1u << collect->entries[i].stream;
	/* The other folders lie in this one. */
	why = open_folder(&f, state, "events");
	for (i = 0; i < TSR_COLLECT_STREAM_COUNT && why == 0; i++)
		if ((wanted & 1u << i) != 0)
			why = write_stream(collect, &f, state,
			    (enum tsr_collect_stream)i, now);
	if (why != 0)
		tsr_log(log, "cannot write events: %s", strerror(why));
	return why == 0;
}
