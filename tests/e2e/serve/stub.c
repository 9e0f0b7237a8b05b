/*
 * stub - what to serve when the serving itself is tested.
 *
 * Linked around the real program (ld --wrap): sockets, records, workers and
 * the copy of the reply are the real ones; routes, decisions and the release
 * format are these few lines, so that a test can ask for a reply of any
 * size, a crash, or bytes of a file that somebody cuts off.
 *
 * A release is a folder with site.tsr: "ID SIZE SUM\n" in 32 bytes, then
 * bytes up to SIZE whose sum, modulo 2^32, is SUM.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/answer.h"
#include "serve/release.h"

#define HEAD 32
#define BLOCK 65536

enum tsr_err __wrap_tsr_release_open(struct tsr_release *out,
    const char *folder, enum tsr_release_check check,
    const struct tsr_release *trusted);
void __wrap_tsr_release_close(struct tsr_release *release);
void __wrap_tsr_answer_make(struct tsr_answer *out, struct tsr_span *pieces,
    const struct tsr_store *store, const struct tsr_request *request,
    const struct tsr_value *overrides);

enum tsr_err
__wrap_tsr_release_open(struct tsr_release *out, const char *folder,
    enum tsr_release_check check, const struct tsr_release *trusted)
{
	unsigned long size, sum, seen = 0, i;
	enum tsr_err err = TSR_IO;
	char path[4096], id[16];
	struct stat st;
	void *p;
	int fd;

	(void)trusted;
	memset(out, 0, sizeof(*out));
	snprintf(path, sizeof(path), "%s/site.tsr", folder);
	fd = open(path, O_RDONLY);
	if (fd == -1)
		return TSR_MISSING;
	if (fstat(fd, &st) == -1 || st.st_size < HEAD)
		goto out;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		goto out;
	out->index = tsr_span_of(p, (size_t)st.st_size);
	err = TSR_MAGIC;
	if (sscanf(p, "%15s %lu %lu", id, &size, &sum) != 3)
		goto out;
	err = TSR_SHORT;
	if (size != (unsigned long)st.st_size)
		goto out;
	for (i = HEAD; check == TSR_RELEASE_DEEP && i < size; i++)
		seen = (seen + out->index.p[i]) & 0xffffffff;
	err = check == TSR_RELEASE_DEEP && seen != sum ? TSR_CHECKSUM : TSR_OK;
out:
	close(fd);
	if (err != TSR_OK)
		__wrap_tsr_release_close(out);
	return err;
}

void
__wrap_tsr_release_close(struct tsr_release *release)
{
	if (release->index.n > 0)
		munmap((void *)(uintptr_t)release->index.p, release->index.n);
	memset(release, 0, sizeof(*release));
}

static void
body(struct tsr_answer *out, const void *p, size_t n)
{
	out->stitch.pieces[out->stitch.count++] = tsr_span_of(p, n);
	out->length += n;
}

/* A number at the end of a path. */
static size_t
number(struct tsr_span s)
{
	size_t v = 0, i;

	for (i = 0; i < s.n; i++)
		v = v * 10 + (size_t)(s.p[i] - '0');
	return v;
}

static void
echo(struct tsr_answer *out, const struct tsr_request *request)
{
	static uint8_t text[2 * TSR_PARAMS_MAX];
	const struct tsr_param *param;
	size_t i, n = 0;

	for (i = 0; i < request->count; i++) {
		param = &request->params[i];
		memcpy(text + n, param->name.p, param->name.n);
		n += param->name.n;
		text[n++] = '=';
		memcpy(text + n, param->value.p, param->value.n);
		n += param->value.n;
		text[n++] = '\n';
	}
	body(out, text, n);
}

static void
big(struct tsr_answer *out, size_t n)
{
	static uint8_t block[BLOCK];
	size_t i;

	for (i = BLOCK; block[0] == 0 && i-- > 0;)
		block[i] = (uint8_t)('a' + (i + i / 26) % 26);
	for (; n > BLOCK; n -= BLOCK)
		body(out, block, BLOCK);
	body(out, block, n);
}

static void
route(struct tsr_answer *out, struct tsr_span index, struct tsr_span path,
    const struct tsr_request *request)
{
	static char text[64];

	if (tsr_span_starts(path, TSR_LIT("/echo")))
		echo(out, request);
	else if (tsr_span_starts(path, TSR_LIT("/big/")))
		big(out, number(tsr_span_from(path, 5)));
	else if (tsr_span_eq(path, TSR_LIT("/pid")))
		body(out, text,
		    (size_t)snprintf(
			text, sizeof(text), "%ld", (long)getpid()));
	else if (tsr_span_eq(path, TSR_LIT("/time")))
		body(out, text,
		    (size_t)snprintf(text, sizeof(text), "%lld",
			(long long)request->now));
	else if (tsr_span_eq(path, TSR_LIT("/end")))
		body(out, index.p + index.n - 10, 10);
	else if (tsr_span_eq(path, TSR_LIT("/malloc")))
		body(out, memset(malloc(10), 'm', 10), 10);
	else if (tsr_span_eq(path, TSR_LIT("/crash")))
		abort();
	else
		body(out, index.p, tsr_span_find(index, ' ', 0));
}

void
__wrap_tsr_answer_make(struct tsr_answer *out, struct tsr_span *pieces,
    const struct tsr_store *store, const struct tsr_request *request,
    const struct tsr_value *overrides)
{
	const struct tsr_release *release =
	    (const struct tsr_release *)(const void *)store;
	struct tsr_span path = {NULL, 0};
	size_t i;

	(void)overrides;
	out->stitch.pieces = pieces;
	out->stitch.count = 0;
	out->length = 0;
	out->decode = false;
	out->no_body = false;
	for (i = 0; i < request->count; i++) {
		if (tsr_span_eq(request->params[i].name, TSR_LIT("REQUEST_URI")))
			path = request->params[i].value;
		if (tsr_span_eq(request->params[i].value, TSR_LIT("HEAD")))
			out->no_body = true;
	}
	route(out, release->index, path, request);
	out->head_length = (size_t)snprintf((char *)out->head,
	    sizeof(out->head),
	    "Status: 200 OK\r\nContent-Type: text/plain\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    out->length);
}
