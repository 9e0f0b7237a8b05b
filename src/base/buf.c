/*
 * buf - a growing run of bytes with a maximum.
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "core/digits.h"
#include "core/utf8.h"

void
tsr_buf_init(struct tsr_buf *buf, size_t max)
{
	memset(buf, 0, sizeof(*buf));
	buf->max = max;
}

/* True when n more bytes fit; makes room for them. */
static bool
reserve(struct tsr_buf *buf, size_t n)
{
	size_t cap;
	uint8_t *p;

	if (buf->full || n > buf->max - buf->n) {
		buf->full = true;
		return false;
	}
	if (n <= buf->cap - buf->n)
		return true;
	cap = buf->cap < 128 ? 128 : buf->cap;
	while (cap < buf->n + n)
		cap = cap > buf->max / 2 ? buf->max : cap * 2;
	p = realloc(buf->p, cap);
	if (p == NULL)
		tsr_out_of_memory();
	buf->p = p;
	buf->cap = cap;
	return true;
}

void
tsr_buf_add(struct tsr_buf *buf, struct tsr_span s)
{
	if (s.n == 0 || !reserve(buf, s.n))
		return;
	memcpy(buf->p + buf->n, s.p, s.n);
	buf->n += s.n;
}

void
tsr_buf_byte(struct tsr_buf *buf, uint8_t c)
{
	if (!reserve(buf, 1))
		return;
	buf->p[buf->n++] = c;
}

void
tsr_buf_fill(struct tsr_buf *buf, uint8_t c, size_t n)
{
	if (n == 0 || !reserve(buf, n))
		return;
	memset(buf->p + buf->n, c, n);
	buf->n += n;
}

void
tsr_buf_text(struct tsr_buf *buf, const char *text)
{
	tsr_buf_add(buf, tsr_span_of(text, strlen(text)));
}

void
tsr_buf_uint(struct tsr_buf *buf, uint64_t v)
{
	uint8_t room[TSR_DIGITS];

	tsr_buf_add(buf, tsr_digits(room, v));
}

void
tsr_buf_utf8(struct tsr_buf *buf, uint32_t c)
{
	uint8_t bytes[4];

	tsr_buf_add(buf, tsr_span_of(bytes, tsr_utf8_put(bytes, c)));
}

void
tsr_buf_hex(struct tsr_buf *buf, struct tsr_span s)
{
	uint8_t room[2];
	size_t i;

	for (i = 0; i < s.n; i++)
		tsr_buf_add(buf,
		    tsr_hex_digits(room, tsr_span_part(s, i, 1)));
}

void
tsr_buf_le16(struct tsr_buf *buf, uint16_t v)
{
	uint8_t b[2];

	tsr_put16(b, v);
	tsr_buf_add(buf, tsr_span_of(b, sizeof(b)));
}

void
tsr_buf_le32(struct tsr_buf *buf, uint32_t v)
{
	uint8_t b[4];

	tsr_put32(b, v);
	tsr_buf_add(buf, tsr_span_of(b, sizeof(b)));
}

void
tsr_buf_le64(struct tsr_buf *buf, uint64_t v)
{
	uint8_t b[8];

	tsr_put64(b, v);
	tsr_buf_add(buf, tsr_span_of(b, sizeof(b)));
}

void
tsr_buf_printf(struct tsr_buf *buf, const char *fmt, ...)
{
	va_list args, again;
	int n;

	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	/* One more for the NUL that vsnprintf writes; it is not counted. */
	if (n > 0 && reserve(buf, (size_t)n + 1)) {
		vsnprintf((char *)buf->p + buf->n, (size_t)n + 1, fmt, again);
		buf->n += (size_t)n;
	}
	va_end(again);
}

void
tsr_buf_json(struct tsr_buf *buf, struct tsr_span s)
{
	size_t i;

	tsr_buf_byte(buf, '"');
	for (i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '"':
			tsr_buf_text(buf, "\\\"");
			break;
		case '\\':
			tsr_buf_text(buf, "\\\\");
			break;
		case '\n':
			tsr_buf_text(buf, "\\n");
			break;
		case '\t':
			tsr_buf_text(buf, "\\t");
			break;
		default:
			if (s.p[i] < 0x20 || s.p[i] == 0x7f)
				tsr_buf_printf(buf, "\\u%04x", s.p[i]);
			else
				tsr_buf_byte(buf, s.p[i]);
		}
	}
	tsr_buf_byte(buf, '"');
}

struct tsr_span
tsr_buf_view(const struct tsr_buf *buf)
{
	return tsr_span_of(buf->p, buf->n);
}

void
tsr_buf_clear(struct tsr_buf *buf)
{
	buf->n = 0;
	buf->full = false;
}

void
tsr_buf_free(struct tsr_buf *buf)
{
	size_t max = buf->max;

	free(buf->p);
	tsr_buf_init(buf, max);
}
