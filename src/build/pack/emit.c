/*
 * emit - packed pages and the decision table become a release on disk.
 */
#include "build/pack/emit.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "build/pack/index.h"
#include "build/pack/lock.h"
#include "build/pack/manifest.h"

#define INDEX_MAX ((size_t)1 << 34)

struct emitter {
	const struct tsr_emit_input *in;
	struct tsr_emit_result *result;
	const char *folder;
	const char *what; /* the step under way, for messages */
	struct tsr_arena *arena;
	struct tsr_object_store *store;
	struct tsr_index index;
	struct tsr_hash id;
	struct tsr_buf file; /* site.tsr */
	struct tsr_table table;
	const char *release; /* releases/<id> below folder */
};

static const char *
path_of(struct emitter *e, const char *name)
{
	return tsr_arena_printf(e->arena, "%s/%s", e->folder, name);
}

static enum tsr_err
make_folders(struct emitter *e)
{
	static const char *const names[] = {"packs", "releases", "public"};
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(names); i++) {
		e->what = path_of(e, names[i]);
		if (tsr_file_make_folders(e->what) != TSR_OK)
			return TSR_IO;
	}
	return TSR_OK;
}

/* The bytes of the current release's index; empty when there is none. */
static struct tsr_span
current_index(struct emitter *e)
{
	struct tsr_span bytes;

	if (tsr_file_read(&bytes, e->arena, path_of(e, "current/site.tsr"),
		INDEX_MAX) != TSR_OK)
		return tsr_span_of(NULL, 0);
	return bytes;
}

/* Whether the pack of a record is there with the bytes that it is named by. */
static bool
pack_is_whole(struct emitter *e, const uint8_t *record)
{
	struct tsr_arena read = {0};
	struct tsr_span bytes;
	struct tsr_hash hash;
	struct tsr_buf path;
	bool whole;

	tsr_buf_init(&path, 8192);
	tsr_buf_printf(&path, "%s/packs/", e->folder);
	tsr_buf_hex(&path, tsr_span_of(record, 32));
	tsr_buf_text(&path, ".pack");
	tsr_buf_byte(&path, 0);
	whole = tsr_file_read(&bytes, &read, (char *)path.p,
		    (size_t)tsr_le64(record + 32)) == TSR_OK;
	if (whole) {
		hash = tsr_hash_of(bytes);
		whole = memcmp(hash.bytes, record, 32) == 0;
	}
	tsr_buf_free(&path);
	tsr_arena_free(&read);
	return whole;
}

/* Whether the release with our id is there and whole. */
static bool
is_there(struct emitter *e)
{
	struct tsr_span bytes;
	struct tsr_table table;
	struct tsr_json manifest;
	uint32_t i;

	if (tsr_file_read(&bytes, e->arena,
		tsr_arena_printf(e->arena, "%s/site.tsr", e->release),
		INDEX_MAX) != TSR_OK ||
	    tsr_table_open(&table, bytes) != TSR_OK ||
	    tsr_table_verify(&table) != TSR_OK ||
	    memcmp(table.id.p, e->id.bytes, 32) != 0 ||
	    !tsr_manifest_read(&manifest,
		tsr_arena_printf(e->arena, "%s/manifest.json", e->release),
		e->arena))
		return false;
	for (i = 0; i < tsr_table_count(&table, TSR_SECTION_PACK); i++)
		if (!pack_is_whole(e,
			tsr_table_record(
			    &table, TSR_SECTION_PACK, i, TSR_PACK_SIZE)))
			return false;
	return true;
}

static enum tsr_err
write_in(struct emitter *e, const char *folder, const char *name,
    struct tsr_span bytes)
{
	e->what = tsr_arena_printf(e->arena, "%s/%s", folder, name);
	return tsr_file_write(e->what, bytes);
}

/* The files of the release in a folder that no one knows yet. */
static enum tsr_err
write_release(struct emitter *e, const char *folder)
{
	struct tsr_manifest manifest = {e->in, &e->table, e->store, NULL};
	struct tsr_json older;
	struct tsr_buf text;
	enum tsr_err err;

	if (tsr_manifest_read(
		&older, path_of(e, "current/manifest.json"), e->arena))
		manifest.older = &older;
	tsr_buf_init(&text, INDEX_MAX);
	tsr_manifest_write(&text, e->result, &manifest, e->arena);
	err = write_in(e, folder, "manifest.json", tsr_buf_view(&text));
	tsr_buf_clear(&text);
	tsr_rules_nginx(&text, e->in->rules);
	if (err == TSR_OK)
		err = write_in(e, folder, "segment.nginx", tsr_buf_view(&text));
	tsr_buf_clear(&text);
	tsr_rules_varnish(&text, e->in->rules);
	if (err == TSR_OK)
		err = write_in(e, folder, "segment.vcl", tsr_buf_view(&text));
	tsr_buf_free(&text);
	if (err == TSR_OK)
		err = write_in(e, folder, "site.tsr", tsr_buf_view(&e->file));
	if (err == TSR_OK)
		err = tsr_file_sync_folder(folder);
	return err;
}

/*
 * Give the folder its final name. A damaged release of the same id makes way:
 * the two change places, so that one is there at any moment, and on file
 * systems that cannot do that the damaged one goes first.
 */
static enum tsr_err
name_release(struct emitter *e, const char *folder)
{
	e->what = e->release;
	if (rename(folder, e->release) == 0)
		return TSR_OK;
	if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR)
		return TSR_IO;
	if (renameat2(AT_FDCWD, folder, AT_FDCWD, e->release,
		RENAME_EXCHANGE) == 0)
		return tsr_file_remove_all(folder);
	if (tsr_file_remove_all(e->release) != TSR_OK ||
	    rename(folder, e->release) == -1)
		return TSR_IO;
	return TSR_OK;
}

/* Packs first, then the index, under its final name only when complete. */
static enum tsr_err
publish_release(struct emitter *e)
{
	const struct tsr_store_pack *packs;
	const char *folder;
	enum tsr_err err;
	size_t count, i;

	tsr_store_reuse(e->store, e->folder, current_index(e));
	e->what = path_of(e, "packs");
	err = tsr_store_write(&packs, &count, e->store, e->folder);
	if (err == TSR_OK)
		err = tsr_file_sync_folder(e->what);
	if (err != TSR_OK)
		return err;
	e->result->packs = count;
	for (i = 0; i < count; i++)
		if (packs[i].is_new)
			e->result->new_pack_bytes += packs[i].size;
	for (i = 0; i < tsr_store_count(e->store); i++)
		e->result->object_bytes +=
		    tsr_store_at(e->store, (uint32_t)i)->length;
	tsr_index_write(&e->file, &e->index, &e->id, e->store, packs, count);
	e->result->index_bytes = e->file.n;
	/* What was written is what will be read: anything else is our bug. */
	err = tsr_table_open(&e->table, tsr_buf_view(&e->file));
	if (err == TSR_OK)
		err = tsr_table_verify(&e->table);
	assert(err == TSR_OK);
	folder = tsr_arena_printf(
	    e->arena, "%s/releases/.new-%ld", e->folder, (long)getpid());
	e->what = folder;
	if (tsr_file_remove_all(folder) != TSR_OK || mkdir(folder, 0755) == -1)
		return TSR_IO;
	err = write_release(e, folder);
	if (err == TSR_OK)
		err = name_release(e, folder);
	if (err != TSR_OK) {
		int saved = errno;

		tsr_file_remove_all(folder);
		errno = saved;
	} else {
		err = tsr_file_sync_folder(path_of(e, "releases"));
	}
	return err;
}

static bool
has_bytes(struct emitter *e, const char *path, struct tsr_span bytes)
{
	struct tsr_arena_mark mark = tsr_arena_mark(e->arena);
	struct tsr_span there;
	bool same;

	same = tsr_file_read(&there, e->arena, path, bytes.n) == TSR_OK &&
	    tsr_span_eq(there, bytes);
	tsr_arena_rewind(e->arena, mark);
	return same;
}

static enum tsr_err
write_public(struct emitter *e)
{
	enum tsr_err err = TSR_OK;
	char *folder;
	size_t i, slash;

	for (i = 0; i < e->in->file_count && err == TSR_OK; i++) {
		const struct tsr_emit_file *file = &e->in->files[i];

		e->what = tsr_arena_printf(e->arena, "%s/public/%.*s",
		    e->folder, (int)file->name.n, (const char *)file->name.p);
		if (has_bytes(e, e->what, file->bytes))
			continue;
		folder = tsr_arena_printf(e->arena, "%s", e->what);
		for (slash = strlen(folder); folder[slash] != '/'; slash--)
			;
		folder[slash] = '\0';
		err = tsr_file_make_folders(folder);
		if (err == TSR_OK)
			err = tsr_file_write(e->what, file->bytes);
	}
	return err;
}

/* Move out/current: the moment from which the release is served. */
static enum tsr_err
move_current(struct emitter *e)
{
	const char *link = tsr_arena_printf(
	    e->arena, "%s/.current-%ld", e->folder, (long)getpid());
	const char *target =
	    tsr_arena_printf(e->arena, "releases/%s", e->result->id);

	char there[128];
	ssize_t n;

	e->what = path_of(e, "current");
	n = readlink(e->what, there, sizeof(there));
	if (n > 0 && (size_t)n == strlen(target) &&
	    memcmp(there, target, (size_t)n) == 0)
		return TSR_OK;
	unlink(link);
	if (symlink(target, link) == -1)
		return TSR_IO;
	if (rename(link, e->what) == -1) {
		int saved = errno;

		unlink(link);
		errno = saved;
		return TSR_IO;
	}
	return tsr_file_sync_folder(e->folder);
}

static enum tsr_err
emit(struct emitter *e)
{
	enum tsr_err err;
	struct tsr_buf hex;

	e->what = "a section of the index";
	if (!tsr_index_fill(&e->index, e->in, e->store, e->arena))
		return TSR_LONG;
	e->id = tsr_index_id(&e->index, e->in, e->store);
	tsr_buf_init(&hex, 64);
	tsr_buf_hex(&hex, tsr_span_of(e->id.bytes, 32));
	memcpy(e->result->id, hex.p, 64);
	tsr_buf_free(&hex);
	e->result->objects = tsr_store_count(e->store);
	e->release = tsr_arena_printf(
	    e->arena, "%s/releases/%s", e->folder, e->result->id);
	e->result->is_new = !is_there(e);
	err = e->result->is_new ? publish_release(e) : TSR_OK;
	if (err == TSR_OK)
		err = write_public(e);
	if (err == TSR_OK)
		err = move_current(e);
	return err;
}

enum tsr_err
tsr_emit(struct tsr_emit_result *out, const char **what,
    const struct tsr_emit_input *in, const char *folder,
    struct tsr_arena *arena)
{
	struct emitter e = {.in = in, .result = out, .folder = folder,
	    .arena = arena};
	enum tsr_err err;
	int lock = -1, saved;

	memset(out, 0, sizeof(*out));
	tsr_buf_init(&e.file, INDEX_MAX);
	e.store = tsr_store_new(arena);
	err = make_folders(&e);
	if (err == TSR_OK) {
		e.what = path_of(&e, ".lock");
		lock = tsr_lock_take(folder);
		err = lock == -1 ? TSR_IO : emit(&e);
	}
	saved = errno;
	if (lock != -1)
		close(lock);
	tsr_index_free(&e.index);
	tsr_buf_free(&e.file);
	*what = e.what;
	errno = saved;
	return err;
}
