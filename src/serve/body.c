/*
 * body - the bytes of a reply's body, piece by piece.
 */
#include "serve/body.h"

static void *
arena_alloc(void *opaque, unsigned items, unsigned size)
{
	struct tsr_body *body = opaque;
	size_t n = ((size_t)items * size + 15) & ~(size_t)15;
	void *p;

	if (n > sizeof(body->arena) - body->arena_used)
		return Z_NULL;
	p = body->arena + body->arena_used;
	body->arena_used += n;
	return p;
}

static void
arena_free(void *opaque, void *p)
{
	(void)opaque;
	(void)p;
}

void
tsr_body_start(struct tsr_body *body, const struct tsr_answer *answer)
{
	body->answer = answer;
	body->piece = body->used = 0;
	body->failed = false;
	body->decoding = answer->decode;
	if (!answer->decode)
		return;
	memset(&body->z, 0, sizeof(body->z));
	body->arena_used = 0;
	body->z.zalloc = arena_alloc;
	body->z.zfree = arena_free;
	body->z.opaque = body;
	/* 16: a gzip member; the trailer is checked as a client would. */
	body->failed = inflateInit2(&body->z, 15 + 16) != Z_OK;
}

/* The rest of the current piece; empty at the end. */
static struct tsr_span
rest(struct tsr_body *body)
{
	const struct tsr_stitch *stitch = &body->answer->stitch;

	while (body->piece < stitch->count) {
		struct tsr_span s = stitch->pieces[body->piece];

		if (body->used < s.n)
			return tsr_span_from(s, body->used);
		body->piece++;
		body->used = 0;
	}
	return tsr_span_of(NULL, 0);
}

static size_t
decode(uint8_t *out, size_t n, struct tsr_body *body)
{
	struct tsr_span in;
	int result = Z_OK;

	body->z.next_out = out;
	body->z.avail_out = (unsigned)n;
	while (body->z.avail_out > 0 && result == Z_OK) {
		in = rest(body);
		body->z.next_in = (z_const Bytef *)(uintptr_t)in.p;
		body->z.avail_in = (unsigned)in.n;
		result = inflate(&body->z, Z_NO_FLUSH);
		body->used += in.n - body->z.avail_in;
		if (in.n == 0)
			break;
	}
	if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
		body->failed = true;
	return n - body->z.avail_out;
}

size_t
tsr_body_read(uint8_t *out, size_t n, struct tsr_body *body)
{
	struct tsr_span s;
	size_t done = 0;

	if (body->failed || n == 0)
		return 0;
	if (n > 1 << 30)
		n = 1 << 30;
	if (body->decoding)
		return decode(out, n, body);
	while (done < n && (s = rest(body)).n > 0) {
		if (s.n > n - done)
			s.n = n - done;
		memcpy(out + done, s.p, s.n);
		body->used += s.n;
		done += s.n;
	}
	return done;
}
