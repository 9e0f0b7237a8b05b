/*
 * stitch - turn a page program and a visit's choices into the bytes to send.
 *
 * Gives pieces that point into the mapped packs (or, for request-time texts,
 * into the stitch itself). Copies no unit and sends nothing. The pieces, one
 * after the other, are one gzip member: header, units, trailer (RFC 1952).
 */
#ifndef TSR_CORE_STITCH_H
#define TSR_CORE_STITCH_H

#include "core/visit.h"

/* A release as core sees it: the index and its packs, in PACK's order. */
struct tsr_store {
	struct tsr_table table;
	const struct tsr_span *packs;
	uint32_t pack_count;
};

/* Bytes for the fields of request-time texts of one page. */
#define TSR_STITCH_SCRATCH 8192

struct tsr_stitch {
	struct tsr_span *pieces; /* the caller's, cap of them */
	size_t cap, count;
	size_t length;	/* of the pieces together: Content-Length of gzip */
	size_t raw;	/* decoded: Content-Length of identity */
	uint64_t hash;	/* over choices and texts: for the ETag */
	uint8_t trailer[8];
	uint8_t scratch[TSR_STITCH_SCRATCH];
	size_t scratch_used;
};

/* pieces: room for cap spans, at most TSR_PARTS_MAX are ever needed. */
void tsr_stitch_init(
    struct tsr_stitch *stitch, struct tsr_span *pieces, size_t cap);

/*
 * Run program i of the store for this visit. TSR_RANGE when the index points
 * outside (a damaged release), TSR_LONG when caps are passed.
 */
enum tsr_err tsr_stitch_run(struct tsr_stitch *stitch,
    const struct tsr_store *store, struct tsr_visit *visit, uint32_t program);

/* RFC 4648 section 4, without padding: what browsers read. */
#define TSR_BASE64                                                          \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

/* Mix v into a hash of choices. */
static inline uint64_t
tsr_mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

/* The text of s, cut at whole characters and escaped, to at most n bytes. */
size_t tsr_escape_cut(uint8_t *out, size_t n, struct tsr_span s,
    uint32_t characters, enum tsr_escape escape);

#endif
