/*
 * window - the ids of the last events, so that none is taken twice.
 *
 * A ring of ids in the order they came, and a table with linear probing that
 * finds them; taking one away closes the gap behind it, so that the table
 * never fills with what is gone.
 */
#include "serve/window.h"

#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base64.h"
#include "core/limits.h"
#include "serve/memory.h"

/* Bytes of the log that are read at once. */
#define READ_ROOM ((size_t)1024 * 1024)

bool
tsr_window_init(struct tsr_window *window, uint32_t most)
{
	memset(window, 0, sizeof(*window));
	window->most = most;
	window->ids = tsr_memory_reserve((size_t)most * TSR_WINDOW_ID);
	window->places =
	    tsr_memory_reserve((size_t)most * 2 * sizeof(*window->places));
	randombytes_buf(window->key, sizeof(window->key));
	return window->ids != NULL && window->places != NULL;
}

static uint8_t *
id_at(const struct tsr_window *window, uint32_t number)
{
	return window->ids + (size_t)number * TSR_WINDOW_ID;
}

/* Where an id's search begins. */
static uint32_t
home(const struct tsr_window *window, const uint8_t *id)
{
	uint8_t hash[crypto_shorthash_BYTES];

	crypto_shorthash(hash, id, TSR_WINDOW_ID, window->key);
	return tsr_le32(hash) & (window->most * 2 - 1);
}

/* The place of an id, or the empty one where it would be. */
static uint32_t
find(const struct tsr_window *window, const uint8_t *id)
{
	uint32_t mask = window->most * 2 - 1, i = home(window, id);

	while (window->places[i] != 0 &&
	       memcmp(id_at(window, window->places[i] - 1), id,
		   TSR_WINDOW_ID) != 0)
		i = (i + 1) & mask;
	return i;
}

/* Empty a place; what was pushed past it comes back. */
static void
take_away(struct tsr_window *window, uint32_t gap)
{
	uint32_t mask = window->most * 2 - 1, i = gap, from;

	for (;;) {
		i = (i + 1) & mask;
		if (window->places[i] == 0)
			break;
		from = home(window, id_at(window, window->places[i] - 1));
		/* Between its home and i: is the gap on its way? */
		if (((i - from) & mask) >= ((i - gap) & mask)) {
			window->places[gap] = window->places[i];
			gap = i;
		}
	}
	window->places[gap] = 0;
}

bool
tsr_window_add(struct tsr_window *window, const uint8_t id[TSR_WINDOW_ID])
{
	uint32_t place = find(window, id);

	if (window->places[place] != 0)
		return false;
	if (window->count == window->most) {
		take_away(window, find(window, id_at(window, window->next)));
		window->count--;
		place = find(window, id);
	}
	memcpy(id_at(window, window->next), id, TSR_WINDOW_ID);
	window->places[place] = window->next + 1;
	window->next = (window->next + 1) & (window->most - 1);
	window->count++;
	return true;
}

void
tsr_window_undo(struct tsr_window *window, uint32_t n)
{
	while (n-- > 0 && window->count > 0) {
		window->next = (window->next - 1) & (window->most - 1);
		take_away(window, find(window, id_at(window, window->next)));
		window->count--;
	}
}

/* ---- from the log ---- */

struct name {
	int folder;
	char text[NAME_MAX + 1];
};

/* The names of finished files, newest first. */
struct names {
	struct name *list;
	size_t count, room;
};

/* Names are a word, a hyphen, and the time. */
static int
by_time(const void *a, const void *b)
{
	const struct name *one = a, *other = b;
	const char *x = strchr(one->text, '-'), *y = strchr(other->text, '-');

	return strcmp(y != NULL ? y : other->text, x != NULL ? x : one->text);
}

static void
read_names(struct names *names, int folder)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	size_t n;
	void *more;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		n = strlen(entry->d_name);
		if (n < 7 || n > NAME_MAX ||
		    strcmp(entry->d_name + n - 7, ".ndjson") != 0)
			continue;
		if (names->count == names->room) {
			names->room = names->room * 2 + 64;
			more = realloc(
			    names->list, names->room * sizeof(*names->list));
			if (more == NULL)
				break;
			names->list = more;
		}
		names->list[names->count].folder = folder;
		memcpy(names->list[names->count++].text, entry->d_name, n + 1);
	}
	closedir(dir);
}

/* The id of a line as the log has it; false: it has none. */
static bool
line_id(uint8_t id[TSR_WINDOW_ID], struct tsr_span line)
{
	static const char word[] = "\"id\":\"";
	const uint8_t *at = memmem(line.p, line.n, word, sizeof(word) - 1);
	struct tsr_span bytes, text;

	if (at == NULL)
		return false;
	text = tsr_span_part(line, (size_t)(at - line.p) + sizeof(word) - 1,
	    TSR_BASE64_TEXT(TSR_WINDOW_ID));
	return tsr_base64_read(&bytes, text, id, TSR_WINDOW_ID) == TSR_OK &&
	       bytes.n == TSR_WINDOW_ID;
}

/* The ids of the whole lines in a text; the bytes that they take. */
static size_t
load_lines(struct tsr_window *window, struct tsr_span text)
{
	uint8_t id[TSR_WINDOW_ID];
	size_t from = 0;
	const uint8_t *end;

	while (from < text.n) {
		end = memchr(text.p + from, '\n', text.n - from);
		if (end == NULL)
			break;
		if (line_id(id, tsr_span_of(text.p + from,
				    (size_t)(end - text.p) - from)))
			(void)tsr_window_add(window, id);
		from = (size_t)(end - text.p) + 1;
	}
	return from;
}

/* The ids of one file from a place on. */
static void
load_file(struct tsr_window *window, int fd, uint64_t at, uint8_t *room)
{
	size_t have = 0, used;
	ssize_t n;

	for (;;) {
		n = pread(fd, room + have, READ_ROOM - have, (off_t)at);
		if (n <= 0)
			return;
		at += (uint64_t)n;
		have += (size_t)n;
		used = load_lines(window, tsr_span_of(room, have));
		/* No line of ours is so long. */
		if (used == 0 && have == READ_ROOM)
			used = have;
		have -= used;
		memmove(room, room + used, have);
	}
}

static uint64_t
size_of(const struct name *name)
{
	struct stat st;

	return fstatat(name->folder, name->text, &st, AT_SYMLINK_NOFOLLOW) ==
			   0 &&
		       S_ISREG(st.st_mode) && st.st_size > 0
		   ? (uint64_t)st.st_size
		   : 0;
}

/* All lines of the files, the newest TSR_EVENTS_RELOAD bytes of them. */
static void
load_names(struct tsr_window *window, const struct names *names, uint8_t *room)
{
	uint64_t left = TSR_EVENTS_RELOAD, size = 0, skip = 0;
	size_t i;
	int fd;

	/* Back to where there is enough, and from there on to the end. */
	for (i = 0; i < names->count && left > 0; i++) {
		size = size_of(&names->list[i]);
		skip = size > left ? size - left : 0;
		left -= size - skip;
	}
	while (i-- > 0) {
		fd = openat(names->list[i].folder, names->list[i].text,
		    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (fd == -1)
			continue;
		load_file(window, fd, skip, room);
		close(fd);
		skip = 0;
	}
}

void
tsr_window_load(struct tsr_window *window, const int *folders, size_t count)
{
	uint8_t *room = tsr_memory_reserve(READ_ROOM);
	struct names names = {0};
	size_t i;

	for (i = 0; i < count && room != NULL; i++)
		read_names(&names, folders[i]);
	if (names.count > 1)
		qsort(names.list, names.count, sizeof(*names.list), by_time);
	if (room != NULL)
		load_names(window, &names, room);
	free(names.list);
	if (room != NULL)
		munmap(room, READ_ROOM);
}
