/*
 * frame - a reply as FastCGI records, without copying it.
 */
#include "serve/frame.h"

#include <assert.h>

static void
add(struct tsr_frame *out, const uint8_t *p, size_t n)
{
	/* sendmsg only reads, but its type does not say so. */
	out->iov[out->count].iov_base = (void *)(uintptr_t)p;
	out->iov[out->count].iov_len = n;
	out->count++;
	out->total += n;
}

void
tsr_frame_reply(struct tsr_frame *out, uint16_t id, uint8_t *p, size_t n)
{
	size_t part = n < TSR_FCGI_CONTENT ? n : TSR_FCGI_CONTENT, i;

	assert(n <= TSR_REPLY_AREA);
	out->count = 0;
	out->total = 0;
	tsr_fcgi_tail(p + n, id);
	tsr_fcgi_header(
	    p - TSR_FCGI_HEADER, TSR_FCGI_STDOUT, id, (uint16_t)part);
	add(out, p - TSR_FCGI_HEADER, TSR_FCGI_HEADER + part);
	for (i = 0; part < n; i++) {
		p += part;
		n -= part;
		part = n < TSR_FCGI_CONTENT ? n : TSR_FCGI_CONTENT;
		tsr_fcgi_header(
		    out->headers[i], TSR_FCGI_STDOUT, id, (uint16_t)part);
		add(out, out->headers[i], TSR_FCGI_HEADER);
		add(out, p, part);
	}
	/* The tail stands behind the last part. */
	out->iov[out->count - 1].iov_len += TSR_FCGI_TAIL;
	out->total += TSR_FCGI_TAIL;
}

void
tsr_frame_raw(struct tsr_frame *out, struct tsr_span bytes)
{
	out->count = 0;
	out->total = 0;
	add(out, bytes.p, bytes.n);
}
