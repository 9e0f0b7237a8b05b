/*
 * file - whole files in and out, folders in order.
 *
 * Reading gives the whole file; writing goes to a new name, is flushed to the
 * disk and renamed, so a reader sees the old bytes or the new, never half.
 */
#ifndef TSR_BASE_FILE_H
#define TSR_BASE_FILE_H

#include "base/arena.h"

/*
 * Read all of path into the arena (a NUL follows, not counted). TSR_IO with
 * errno, TSR_LONG when there are more than max bytes.
 */
enum tsr_err tsr_file_read(struct tsr_span *out, struct tsr_arena *arena,
    const char *path, size_t max);

/*
 * Put the bytes at path through path.tmp-PID, fsync and rename. The folder must
 * exist. On an error nothing is left behind and errno says why.
 */
enum tsr_err tsr_file_write(const char *path, struct tsr_span bytes);

/* Flush a folder, so that names made in it survive a crash. */
enum tsr_err tsr_file_sync_folder(const char *path);

/* mkdir -p. */
enum tsr_err tsr_file_make_folders(const char *path);

/* rm -r; a path that is not there is fine. Links are removed, not followed. */
enum tsr_err tsr_file_remove_all(const char *path);

struct tsr_file_list {
	char **names; /* relative to the root, with /, in byte order */
	size_t count, cap;
};

/*
 * All plain files below root, at most depth folders down, sorted. Names that
 * begin with a dot and names that end in ~ are passed over, and so are links
 * to folders. A root that is not there gives an empty list.
 */
enum tsr_err tsr_file_walk(struct tsr_file_list *out, struct tsr_arena *arena,
    const char *root, unsigned depth);

#endif
