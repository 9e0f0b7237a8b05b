/*
 * header - the request headers that shape a reply, and writing its own.
 */
#ifndef TSR_CORE_HEADER_H
#define TSR_CORE_HEADER_H

#include "core/bytes.h"

enum tsr_coding {
	TSR_CODING_GZIP,
	TSR_CODING_IDENTITY,
	TSR_CODING_NONE /* the client accepts neither: 406 */
};

/*
 * Choose by Accept-Encoding (RFC 9110 section 12.5.3); p NULL: there was none,
 * which we answer with identity, as clients that send none rarely decode.
 */
enum tsr_coding tsr_accept_encoding(struct tsr_span value);

/*
 * Whether If-None-Match (RFC 9110 section 13.1.2, weak comparison) names the
 * etag, which includes its quotes.
 */
bool tsr_none_match(struct tsr_span value, struct tsr_span etag);

/* A header block being written into a fixed area. */
struct tsr_head {
	uint8_t *p;
	size_t n, cap;
	bool full;
};

void tsr_head_add(struct tsr_head *head, struct tsr_span s);
void tsr_head_uint(struct tsr_head *head, uint64_t v);
void tsr_head_hex(struct tsr_head *head, uint64_t v);
/* name: value and the line's end */
void tsr_head_line(
    struct tsr_head *head, struct tsr_span name, struct tsr_span value);

/*
 * Set-Cookie of the whole site that no script reads, for so many seconds; 0
 * takes it away. Secure when its name begins with "__Host-", as RFC 6265bis,
 * section 4.1.3.2 asks.
 */
void tsr_head_cookie(struct tsr_head *head, struct tsr_span name,
    struct tsr_span value, uint64_t seconds);

#endif
