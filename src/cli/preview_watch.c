/*
 * preview_watch - wait until an author saves something.
 */
#include "cli/preview_watch.h"

#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

/* Editors write a file in several steps: wait until they are through. */
#define QUIET_MS 100

/* Something that writes all the time must not keep a build away for ever. */
#define PATIENCE_MS 1000

#define CHANGES                                                                \
	(IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM |              \
	    IN_MOVED_TO | IN_ONLYDIR)

static const char *const watched[] = {"content", "templates", "variants"};

/* As tsr_file_walk: hidden files and what editors keep aside. */
static bool
is_passed_over(const char *name)
{
	size_t n = strlen(name);

	return n == 0 || name[0] == '.' || name[n - 1] == '~';
}

/* Watch a folder and all below it; doing it again changes nothing. */
static void
add_tree(struct tsr_preview_watch *watch, const char *name)
{
	char path[PATH_MAX];
	char *roots[2] = {path, NULL};
	FTSENT *entry;
	FTS *tree;
	int n;

	n = snprintf(path, sizeof(path), "%s/%s", watch->folder, name);
	if (n < 0 || (size_t)n >= sizeof(path))
		return;
	tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	if (tree == NULL)
		return;
	while ((entry = fts_read(tree)) != NULL) {
		if (entry->fts_info != FTS_D)
			continue;
		if (entry->fts_level > 0 && is_passed_over(entry->fts_name))
			fts_set(tree, entry, FTS_SKIP);
		else
			(void)inotify_add_watch(
			    watch->fd, entry->fts_path, CHANGES);
	}
	fts_close(tree);
}

static void
add_all(struct tsr_preview_watch *watch)
{
	size_t i;

	for (i = 0; i < sizeof(watched) / sizeof(watched[0]); i++)
		add_tree(watch, watched[i]);
}

bool
tsr_preview_watch_open(struct tsr_preview_watch *watch, const char *folder)
{
	watch->folder = folder;
	watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	watch->stop = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	watch->root = -1;
	if (watch->fd != -1)
		watch->root = inotify_add_watch(watch->fd, folder, CHANGES);
	if (watch->stop == -1 || watch->root == -1) {
		int saved = errno;

		tsr_preview_watch_close(watch);
		errno = saved;
		return false;
	}
	add_all(watch);
	return true;
}

/* Whether an event is about a file of the site; *folder: of its folders. */
static bool
is_change(bool *folder, const struct tsr_preview_watch *watch,
    const struct inotify_event *event)
{
	const char *name = event->len > 0 ? event->name : "";
	size_t i;

	if ((event->mask & IN_Q_OVERFLOW) != 0) {
		*folder = true;
		return true;
	}
	if ((event->mask & IN_IGNORED) != 0 || is_passed_over(name))
		return false;
	if (event->wd != watch->root) {
		*folder |= (event->mask & IN_ISDIR) != 0;
		return true;
	}
	if (strcmp(name, "tessera.json") == 0)
		return true;
	for (i = 0; i < sizeof(watched) / sizeof(watched[0]); i++)
		if (strcmp(name, watched[i]) == 0) {
			*folder = true;
			return true;
		}
	return false;
}

/* Take all events that are there; true when one of them is a change. */
static bool
drain(struct tsr_preview_watch *watch)
{
	_Alignas(struct inotify_event) char room[16384];
	bool changed = false, folder = false;
	const struct inotify_event *event;
	ssize_t n, at;

	while ((n = read(watch->fd, room, sizeof(room))) > 0) {
		for (at = 0; at < n;
		     at += (ssize_t)(sizeof(*event) + event->len)) {
			event = (const struct inotify_event *)(const void *)(
			    room + at);
			changed |= is_change(&folder, watch, event);
		}
	}
	if (folder)
		add_all(watch);
	return changed;
}

static int64_t
clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool
tsr_preview_watch_wait(struct tsr_preview_watch *watch)
{
	struct pollfd fds[2] = {
	    {watch->fd, POLLIN, 0}, {watch->stop, POLLIN, 0}};
	int64_t quiet_at = -1, end = 0, now;
	int ready, timeout = -1;

	for (;;) {
		ready = poll(fds, 2, timeout);
		if ((ready == -1 && errno != EINTR) || fds[1].revents != 0)
			return false;
		now = clock_ms();
		if (ready > 0 && drain(watch)) {
			if (quiet_at == -1)
				end = now + PATIENCE_MS;
			quiet_at = now + QUIET_MS;
		}
		if (quiet_at == -1)
			continue;
		if (now >= quiet_at || now >= end)
			return true;
		timeout = (int)((quiet_at < end ? quiet_at : end) - now);
	}
}

void
tsr_preview_watch_stop(struct tsr_preview_watch *watch)
{
	const uint64_t one = 1;

	(void)!write(watch->stop, &one, sizeof(one));
}

void
tsr_preview_watch_close(struct tsr_preview_watch *watch)
{
	if (watch->fd != -1)
		close(watch->fd);
	if (watch->stop != -1)
		close(watch->stop);
	watch->fd = watch->stop = -1;
}
