/*
 * linefile - a file line by line, also one that gzip has packed.
 */
#include "base/linefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* Bytes that are read at once. */
#define PIECE ((size_t)65536)

enum tsr_err
tsr_linefile_open(struct tsr_linefile *out, const char *path, size_t most)
{
	int fd = strcmp(path, "-") == 0
	    ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);

	memset(out, 0, sizeof(*out));
	out->most = most;
	out->end = TSR_LINE_WHOLE;
	if (fd == -1)
		return TSR_IO;
	out->room = malloc(most + PIECE);
	/* It reads other files as they are. */
	out->file = out->room == NULL ? NULL : gzdopen(fd, "r");
	if (out->file != NULL)
		return TSR_OK;
	close(fd);
	free(out->room);
	memset(out, 0, sizeof(*out));
	errno = ENOMEM;
	return TSR_IO;
}

void
tsr_linefile_close(struct tsr_linefile *file)
{
	if (file->file != NULL)
		(void)gzclose(file->file);
	free(file->room);
	memset(file, 0, sizeof(*file));
}

/* Read a piece more; at the end file->end says which it is. */
static void
read_more(struct tsr_linefile *file)
{
	int n, why = Z_OK;

	memmove(file->room, file->room + file->used, file->have - file->used);
	file->have -= file->used;
	file->used = 0;
	errno = 0;
	n = gzread(file->file, file->room + file->have, PIECE);
	if (n > 0) {
		file->have += (size_t)n;
		return;
	}
	(void)gzerror(file->file, &why);
	file->end = why == Z_ERRNO ? TSR_LINE_FAILED
	    : why != Z_OK && why != Z_STREAM_END ? TSR_LINE_DAMAGED
						  : TSR_LINE_END;
}

/* n bytes of what was read are a line, or its beginning, or its rest. */
static bool
take(struct tsr_span *out, struct tsr_linefile *file, size_t n, bool ends)
{
	bool passed = file->passing;

	*out = tsr_span_of(file->room + file->used, n);
	file->used += n;
	/* The last line may have no end. */
	file->used += ends && file->used < file->have;
	file->number += !passed;
	file->passing = !ends;
	return !passed;
}

enum tsr_line
tsr_linefile_next(struct tsr_span *out, struct tsr_linefile *file)
{
	const uint8_t *from, *end;
	enum tsr_line last;
	size_t n;

	for (;;) {
		from = file->room + file->used;
		n = file->have - file->used;
		end = n > 0 ? memchr(from, '\n', n) : NULL;
		if (end != NULL) {
			if (take(out, file, (size_t)(end - from), true))
				return out->n > file->most ? TSR_LINE_LONG
							   : TSR_LINE_WHOLE;
		} else if (n > file->most) {
			if (take(out, file, n, false))
				return TSR_LINE_LONG;
		} else if (file->end == TSR_LINE_WHOLE) {
			read_more(file);
		} else if (file->end == TSR_LINE_END && n > 0) {
			if (take(out, file, n, true))
				return TSR_LINE_WHOLE;
		} else {
			last = file->end;
			file->end = TSR_LINE_END;
			file->used = file->have;
			file->number += last == TSR_LINE_DAMAGED;
			return last;
		}
	}
}
