/*
 * deflate - one unit: raw deflate data that ends on a byte boundary.
 */
#include "build/pack/deflate.h"

#include <assert.h>
#include <stdlib.h>
#include <zlib.h>

#define WINDOW 32768

struct tsr_deflater {
	z_stream deflate, inflate;
	uint8_t window[WINDOW];
	struct tsr_arena scratch;
};

struct tsr_deflater *
tsr_deflater_new(int level)
{
	struct tsr_deflater *d = calloc(1, sizeof(*d));
	int a, b;

	if (d == NULL)
		return NULL;
	a = deflateInit2(
	    &d->deflate, level, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY);
	b = inflateInit2(&d->inflate, -15);
	if (a == Z_OK && b == Z_OK)
		return d;
	tsr_deflater_free(d);
	return NULL;
}

void
tsr_deflater_free(struct tsr_deflater *d)
{
	if (d == NULL)
		return;
	deflateEnd(&d->deflate);
	inflateEnd(&d->inflate);
	tsr_arena_free(&d->scratch);
	free(d);
}

static Bytef *
bytes_of(struct tsr_span s)
{
	return (Bytef *)(uintptr_t)s.p;
}

/* Bits of the last byte that deflate still holds back: 0 to 7. */
static int
pending_bits(z_stream *z)
{
	unsigned bytes;
	int bits;

	deflatePending(z, &bytes, &bits);
	assert(bytes == 0);
	return bits;
}

/*
 * End on a byte boundary. An empty block with the fixed code is 10 bits, so
 * from an even number of bits up to three of them get there in fewer bytes
 * than the empty stored block of a flush, which takes over four.
 */
static void
align(z_stream *z)
{
	int bits = pending_bits(z);

	if (bits % 2 != 0) {
		deflate(z, Z_SYNC_FLUSH);
		return;
	}
	for (; bits != 0; bits = (bits + 10) % 8)
		deflatePrime(z, 10, 2);
	deflate(z, Z_BLOCK);
}

static struct tsr_span
compress_with(struct tsr_deflater *d, struct tsr_span window,
    struct tsr_span text, bool last)
{
	size_t room = deflateBound(&d->deflate, (uLong)text.n) + 64;
	uint8_t *p = tsr_arena_alloc(&d->scratch, room);

	deflateReset(&d->deflate);
	if (window.n > 0)
		deflateSetDictionary(
		    &d->deflate, bytes_of(window), (uInt)window.n);
	d->deflate.next_in = bytes_of(text);
	d->deflate.avail_in = (uInt)text.n;
	d->deflate.next_out = p;
	d->deflate.avail_out = (uInt)room;
	if (last) {
		deflate(&d->deflate, Z_FINISH);
	} else {
		deflate(&d->deflate, Z_BLOCK);
		align(&d->deflate);
	}
	assert(d->deflate.avail_in == 0 && d->deflate.avail_out > 0);
	return tsr_span_of(p, room - d->deflate.avail_out);
}

/* Decode the unit with the window's holes filled with hole. */
static bool
decodes_to(struct tsr_deflater *d, struct tsr_span unit, struct tsr_span window,
    struct tsr_span text, uint8_t hole)
{
	uint8_t *p = tsr_arena_alloc(&d->scratch, text.n + 1);
	size_t i;
	int result;

	for (i = 0; i < window.n; i++)
		d->window[i] = window.p[i] == 0 ? hole : window.p[i];
	inflateReset(&d->inflate);
	if (window.n > 0)
		inflateSetDictionary(&d->inflate, d->window, (uInt)window.n);
	d->inflate.next_in = bytes_of(unit);
	d->inflate.avail_in = (uInt)unit.n;
	d->inflate.next_out = p;
	d->inflate.avail_out = (uInt)text.n + 1;
	result = inflate(&d->inflate, Z_SYNC_FLUSH);
	return (result == Z_OK || result == Z_STREAM_END ||
		   result == Z_BUF_ERROR) &&
	    d->inflate.avail_in == 0 && d->inflate.avail_out == 1 &&
	    (d->inflate.data_type & 7) == 0 && memcmp(p, text.p, text.n) == 0;
}

bool
tsr_deflater_unit(struct tsr_span *out, struct tsr_deflater *d,
    struct tsr_span window, struct tsr_span text, bool last,
    struct tsr_arena *arena)
{
	struct tsr_arena_mark mark = tsr_arena_mark(&d->scratch);
	struct tsr_span unit;
	bool ok;

	if (window.n > WINDOW)
		window = tsr_span_from(window, window.n - WINDOW);
	unit = compress_with(d, window, text, last);
	ok = decodes_to(d, unit, window, text, 0xaa) &&
	    decodes_to(d, unit, window, text, 0x55);
	*out = tsr_arena_dup(arena, unit);
	tsr_arena_rewind(&d->scratch, mark);
	return ok;
}

struct tsr_span
tsr_gzip(struct tsr_span text, struct tsr_arena *arena)
{
	z_stream z = {0};
	gz_header header = {.os = 255};
	uint8_t *p;
	size_t room;

	deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	deflateSetHeader(&z, &header);
	room = deflateBound(&z, (uLong)text.n);
	p = tsr_arena_alloc(arena, room);
	z.next_in = bytes_of(text);
	z.avail_in = (uInt)text.n;
	z.next_out = p;
	z.avail_out = (uInt)room;
	deflate(&z, Z_FINISH);
	deflateEnd(&z);
	return tsr_span_of(p, room - z.avail_out);
}
