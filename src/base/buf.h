/*
 * buf - a growing run of bytes with a maximum.
 *
 * A write that would pass the maximum sets `full` and changes nothing, and so
 * does every later one: write first, ask once at the end. Out of memory ends
 * the program as in arena.h. Not for the serving side.
 */
#ifndef TSR_BASE_BUF_H
#define TSR_BASE_BUF_H

#include "core/bytes.h"

struct tsr_buf {
	uint8_t *p;
	size_t n;
	size_t cap;
	size_t max;
	bool full; /* something did not fit */
};

/* An empty buffer that never holds more than max bytes. */
void tsr_buf_init(struct tsr_buf *buf, size_t max);

void tsr_buf_add(struct tsr_buf *buf, struct tsr_span s);
void tsr_buf_byte(struct tsr_buf *buf, uint8_t c);
/* n times the byte c. */
void tsr_buf_fill(struct tsr_buf *buf, uint8_t c, size_t n);
/* A C string, its NUL left out. */
void tsr_buf_text(struct tsr_buf *buf, const char *text);
/* v in decimal. */
void tsr_buf_uint(struct tsr_buf *buf, uint64_t v);
/* A character below 0x110000 as UTF-8. */
void tsr_buf_utf8(struct tsr_buf *buf, uint32_t c);

/* Bytes as lower-case hexadecimal. */
void tsr_buf_hex(struct tsr_buf *buf, struct tsr_span s);
void tsr_buf_le16(struct tsr_buf *buf, uint16_t v);
void tsr_buf_le32(struct tsr_buf *buf, uint32_t v);
void tsr_buf_le64(struct tsr_buf *buf, uint64_t v);
void tsr_buf_printf(struct tsr_buf *buf, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* s between double quotes as a JSON string, every control escaped. */
void tsr_buf_json(struct tsr_buf *buf, struct tsr_span s);

/* Borrowed; valid until the next write. */
struct tsr_span tsr_buf_view(const struct tsr_buf *buf);

/* Empty again, the memory and the maximum kept. */
void tsr_buf_clear(struct tsr_buf *buf);
void tsr_buf_free(struct tsr_buf *buf);

#endif
