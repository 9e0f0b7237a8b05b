/*
 * preview_file - a file of out/public, as a web server would give it out.
 */
#include "cli/preview_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/limits.h"
#include "core/query.h"

/* Pictures and films of a site; read into memory, so not without end. */
#define FILE_MAX ((off_t)256 << 20)

static const struct {
	const char *ending, *type;
} types[] = {
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".html", "text/html; charset=utf-8"},
    {".txt", "text/plain; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".xml", "application/xml; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".gif", "image/gif"},
    {".webp", "image/webp"},
    {".avif", "image/avif"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".woff", "font/woff"},
    {".ttf", "font/ttf"},
    {".mp4", "video/mp4"},
    {".webm", "video/webm"},
    {".pdf", "application/pdf"},
};

static const char *
type_of(struct tsr_span path)
{
	size_t i;

	for (i = 0; i < TSR_COUNT_OF(types); i++)
		if (tsr_span_ends(path,
			tsr_span_of(types[i].ending, strlen(types[i].ending))))
			return types[i].type;
	return "application/octet-stream";
}

static enum tsr_err
read_all(struct tsr_span *out, int fd, struct tsr_arena *arena)
{
	struct stat st;
	size_t done = 0;
	uint8_t *p;
	ssize_t n;

	if (fstat(fd, &st) == -1)
		return TSR_IO;
	if (!S_ISREG(st.st_mode))
		return TSR_MISSING;
	if (st.st_size > FILE_MAX)
		return TSR_LONG;
	p = tsr_arena_alloc(arena, (size_t)st.st_size + 1);
	while (done < (size_t)st.st_size) {
		n = read(fd, p + done, (size_t)st.st_size - done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return TSR_IO;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	*out = tsr_span_of(p, done);
	return TSR_OK;
}

/*
 * Open path below folder, a name at a time: no link is followed and no name
 * leads up or is hidden. Takes the folder's descriptor over.
 */
static int
open_below(int folder, struct tsr_span path, struct tsr_arena *arena)
{
	size_t at = 0, end;
	int fd = folder;

	do {
		struct tsr_span name;
		bool last;
		int next;

		end = tsr_span_find(path, '/', at);
		last = end == path.n;
		name = tsr_span_part(path, at, end - at);
		if (name.n == 0 || name.p[0] == '.' ||
		    tsr_span_find(name, 0, 0) < name.n) {
			close(fd);
			return -1;
		}
		/* A pipe among the files must not keep us waiting. */
		next = openat(fd, tsr_arena_cstr(arena, name),
		    O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK |
			(last ? 0 : O_DIRECTORY));
		close(fd);
		fd = next;
		at = end + 1;
	} while (fd != -1 && end < path.n);
	return fd;
}

enum tsr_err
tsr_preview_file_read(struct tsr_preview_file *out, const char *root,
    struct tsr_span target, struct tsr_arena *arena)
{
	struct tsr_span path;
	enum tsr_err err;
	uint8_t *room;
	int fd;

	target = tsr_span_part(target, 0, tsr_span_find(target, '?', 0));
	if (target.n < 2 || target.n > TSR_PATH_MAX || target.p[0] != '/')
		return TSR_MISSING;
	room = tsr_arena_alloc(arena, TSR_PATH_MAX);
	if (tsr_query_decode(&path, tsr_span_from(target, 1), false, room,
		TSR_PATH_MAX) != TSR_OK)
		return TSR_MISSING;
	fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd != -1)
		fd = open_below(fd, path, arena);
	if (fd == -1)
		return TSR_MISSING;
	err = read_all(&out->bytes, fd, arena);
	out->type = type_of(path);
	close(fd);
	return err;
}
