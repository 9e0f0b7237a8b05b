/*
 * frame - a reply as FastCGI records, without copying it.
 *
 * Gives the list for one write: the first record's header and the end of the
 * reply are written beside it, so that the usual page is one piece for the
 * system call; headers stand between pieces where a reply has to be cut at
 * 65,535 bytes.
 */
#ifndef TSR_SERVE_FRAME_H
#define TSR_SERVE_FRAME_H

#include <sys/uio.h>

#include "core/fcgi.h"
#include "serve/reply.h"

/* Bytes that must be writable before and behind the reply. */
#define TSR_FRAME_BEFORE TSR_FCGI_HEADER
#define TSR_FRAME_BEHIND TSR_FCGI_TAIL

#define TSR_FRAME_RECORDS (TSR_REPLY_AREA / TSR_FCGI_CONTENT + 1)

/* All records of a reply of the largest size. */
#define TSR_FRAME_MAX                                                          \
	(TSR_REPLY_AREA + TSR_FRAME_RECORDS * TSR_FCGI_HEADER + TSR_FCGI_TAIL)

struct tsr_frame {
	struct iovec iov[2 * TSR_FRAME_RECORDS];
	int count;
	size_t total; /* bytes in all */
	uint8_t headers[TSR_FRAME_RECORDS][TSR_FCGI_HEADER];
};

/*
 * Frame a reply of n bytes at p, at most TSR_REPLY_AREA, for request id. The
 * rims of p are written to. Valid until the reply changes.
 */
void tsr_frame_reply(struct tsr_frame *out, uint16_t id, uint8_t *p, size_t n);

/* A frame of bytes that are records already. */
void tsr_frame_raw(struct tsr_frame *out, struct tsr_span bytes);

#endif
