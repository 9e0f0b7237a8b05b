/*
 * prune - forget old releases, and what no release needs any more.
 */
#include "build/pack/prune.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "build/pack/lock.h"
#include "build/pack/manifest.h"
#include "build/model/names.h"

static bool
is_id(const char *name)
{
	return strlen(name) == 64 &&
	    strspn(name, "0123456789abcdef") == 64;
}

static int
compare_releases(const void *a, const void *b)
{
	const struct tsr_release_entry *x = a, *y = b;

	if (x->modified != y->modified)
		return x->modified > y->modified ? -1 : 1;
	return strcmp(x->id, y->id);
}

enum tsr_err
tsr_release_list(struct tsr_release_entry **out, size_t *count,
    const char *folder, struct tsr_arena *arena)
{
	char current[PATH_MAX];
	struct tsr_release_entry *list = NULL;
	const char *path = tsr_arena_printf(arena, "%s/releases", folder);
	size_t n = 0, cap = 0;
	struct dirent *entry;
	struct stat st;
	ssize_t got;
	DIR *dir;

	*out = NULL;
	*count = 0;
	got = readlink(tsr_arena_printf(arena, "%s/current", folder), current,
	    sizeof(current) - 1);
	current[got > 0 ? got : 0] = '\0';
	dir = opendir(path);
	if (dir == NULL)
		return TSR_IO;
	while ((entry = readdir(dir)) != NULL) {
		if (!is_id(entry->d_name) ||
		    stat(tsr_arena_printf(arena, "%s/%s", path, entry->d_name),
			&st) == -1)
			continue;
		list = tsr_arena_grow(arena, list, n, &cap, sizeof(*list));
		list[n].id = tsr_arena_printf(arena, "%s", entry->d_name);
		list[n].modified = (int64_t)st.st_mtim.tv_sec * 1000 +
		    st.st_mtim.tv_nsec / 1000000;
		list[n].current = got > 64 &&
		    strcmp(current + got - 64, entry->d_name) == 0;
		n++;
	}
	closedir(dir);
	if (n > 1)
		qsort(list, n, sizeof(*list), compare_releases);
	*out = list;
	*count = n;
	return TSR_OK;
}

struct pruner {
	struct tsr_prune_result *result;
	const char *folder;
	struct tsr_arena *arena;
	uint32_t grace;
	int64_t now;
	struct tsr_names needed; /* paths below folder */
	struct tsr_json before;	 /* .unneeded as it was */
	struct tsr_buf after;	 /* and as it will be */
};

static void
need(struct pruner *p, const char *kind, struct tsr_span name,
    const char *ending)
{
	char *path = tsr_arena_printf(p->arena, "%s/%.*s%s", kind,
	    (int)name.n, (const char *)name.p, ending);

	tsr_names_add(&p->needed, p->arena, tsr_span_of(path, strlen(path)), 0);
}

/* False when the manifest cannot be read: then nothing is safe to remove. */
static bool
need_release(struct pruner *p, const char *id)
{
	const struct tsr_json *list;
	struct tsr_json manifest;
	uint32_t i;

	if (!tsr_manifest_read(&manifest,
		tsr_arena_printf(
		    p->arena, "%s/releases/%s/manifest.json", p->folder, id),
		p->arena))
		return false;
	list = tsr_json_get(&manifest, "packs");
	for (i = 0; tsr_json_is(list, TSR_JSON_ARRAY) && i < list->count; i++)
		need(p, "packs",
		    tsr_json_text(tsr_json_get(&list->u.items[i], "hash")),
		    ".pack");
	list = tsr_json_get(&manifest, "public");
	for (i = 0; tsr_json_is(list, TSR_JSON_ARRAY) && i < list->count; i++)
		need(p, "public",
		    tsr_json_text(tsr_json_get(&list->u.items[i], "name")), "");
	return true;
}

/* Since when a path is unneeded, by what the last run wrote down. */
static int64_t
unneeded_since(const struct pruner *p, struct tsr_span path)
{
	const struct tsr_json *v = tsr_json_find(&p->before, path);

	if (!tsr_json_is(v, TSR_JSON_INTEGER) || v->u.integer > p->now)
		return p->now;
	return v->u.integer;
}

/* "x.tmp-123": what a build that was ended left of a file it wrote. */
static bool
is_leftover(const char *name)
{
	const char *end = strrchr(name, '-');

	return end != NULL && end - name >= 4 && end[1] != '\0' &&
	    memcmp(end - 4, ".tmp", 4) == 0 &&
	    strspn(end + 1, "0123456789") == strlen(end + 1);
}

/* Remove what begins so in a folder below ours: steps of ended builds. */
static enum tsr_err
sweep(const struct pruner *p, const char *below, const char *beginning)
{
	const char *path =
	    tsr_arena_printf(p->arena, "%s%s", p->folder, below);
	enum tsr_err err = TSR_OK;
	struct dirent *entry;
	DIR *dir = opendir(path);

	if (dir == NULL)
		return errno == ENOENT ? TSR_OK : TSR_IO;
	while (err == TSR_OK && (entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, beginning, strlen(beginning)) == 0)
			err = tsr_file_remove_all(tsr_arena_printf(
			    p->arena, "%s/%s", path, entry->d_name));
	closedir(dir);
	return err;
}

static enum tsr_err
prune_folder(struct pruner *p, const char *kind, size_t *removed)
{
	struct tsr_file_list files;
	enum tsr_err err;
	size_t i;

	err = tsr_file_walk(&files, p->arena,
	    tsr_arena_printf(p->arena, "%s/%s", p->folder, kind), 32);
	for (i = 0; i < files.count && err == TSR_OK; i++) {
		char *name =
		    tsr_arena_printf(p->arena, "%s/%s", kind, files.names[i]);
		struct tsr_span path = tsr_span_of(name, strlen(name));
		int64_t since = unneeded_since(p, path);

		if (tsr_names_find(&p->needed, path) != UINT32_MAX)
			continue;
		if (p->now - since >= p->grace ||
		    is_leftover(files.names[i])) {
			if (unlink(tsr_arena_printf(p->arena, "%s/%s",
				p->folder, name)) == -1)
				err = TSR_IO;
			(*removed)++;
			continue;
		}
		tsr_buf_text(&p->after, p->after.n > 1 ? ",\n" : "\n");
		tsr_buf_json(&p->after, path);
		tsr_buf_printf(&p->after, ": %lld", (long long)since);
	}
	return err;
}

static enum tsr_err
prune_releases(struct pruner *p, bool *safe, size_t keep)
{
	struct tsr_release_entry *list;
	size_t count, i, kept = 0;
	enum tsr_err err = tsr_release_list(&list, &count, p->folder, p->arena);

	for (i = 0; i < count; i++)
		kept += list[i].current;
	for (i = 0; i < count && err == TSR_OK; i++) {
		if (list[i].current || keep == 0 || kept < keep) {
			kept += !list[i].current;
			*safe &= need_release(p, list[i].id);
			continue;
		}
		err = tsr_file_remove_all(tsr_arena_printf(
		    p->arena, "%s/releases/%s", p->folder, list[i].id));
		p->result->releases++;
	}
	return err;
}

static enum tsr_err
prune(struct pruner *p, size_t keep)
{
	const char *notes = tsr_arena_printf(p->arena, "%s/.unneeded", p->folder);
	struct tsr_span there;
	bool safe = true;
	enum tsr_err err;

	if (!tsr_manifest_read(&p->before, notes, p->arena))
		memset(&p->before, 0, sizeof(p->before));
	tsr_buf_byte(&p->after, '{');
	err = sweep(p, "/releases", ".new-");
	if (err == TSR_OK)
		err = sweep(p, "", ".current-");
	if (err == TSR_OK)
		err = sweep(p, "", ".unneeded.tmp-");
	if (err == TSR_OK)
		err = prune_releases(p, &safe, keep);
	if (err == TSR_OK && safe)
		err = prune_folder(p, "packs", &p->result->packs);
	if (err == TSR_OK && safe)
		err = prune_folder(p, "public", &p->result->files);
	tsr_buf_text(&p->after, "\n}\n");
	if (err != TSR_OK || !safe)
		return err;
	if (tsr_file_read(&there, p->arena, notes, p->after.n) == TSR_OK &&
	    tsr_span_eq(there, tsr_buf_view(&p->after)))
		return TSR_OK;
	return tsr_file_write(notes, tsr_buf_view(&p->after));
}

enum tsr_err
tsr_prune(struct tsr_prune_result *result, const char *folder, size_t keep,
    uint32_t grace, int64_t now)
{
	struct tsr_arena arena = {0};
	struct pruner p = {.result = result, .folder = folder, .arena = &arena,
	    .grace = grace, .now = now};
	int lock = tsr_lock_take(folder), saved;
	enum tsr_err err;

	memset(result, 0, sizeof(*result));
	if (lock == -1)
		return TSR_IO;
	tsr_buf_init(&p.after, (size_t)1 << 30);
	err = prune(&p, keep);
	saved = errno;
	close(lock);
	tsr_buf_free(&p.after);
	tsr_arena_free(&arena);
	errno = saved;
	return err;
}
