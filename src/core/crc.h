/*
 * crc - CRC-32 (ISO 3309, as in gzip) of pieces that are put together.
 *
 * CRC-32 is linear over GF(2). With R(p) the register after p from zero and
 * without the final inversion, a region of fixed length L has
 *	crc(region) = crc(L zero bytes) xor the sum of R(p) x^(8 * bytes after p)
 * over its pieces, so each piece brings one word that is known at build.
 * Pieces of unknown length are joined by crc(AB) = crc(A) x^(8|B|) xor crc(B)
 * (zlib's crc32_combine; Mark Adler).
 */
#ifndef TSR_CORE_CRC_H
#define TSR_CORE_CRC_H

#include "core/bytes.h"

/* The product a b modulo the CRC polynomial, bits reflected. */
uint32_t tsr_crc_multiply(uint32_t a, uint32_t b);

/* x^(8n) modulo the CRC polynomial: moves a CRC over n bytes. */
uint32_t tsr_crc_shift(uint64_t n);

/* R(p): the register after s, begun with r. No inversion before or after. */
uint32_t tsr_crc_register(uint32_t r, struct tsr_span s);

/* The CRC-32 of s continued from crc; 0 begins. */
static inline uint32_t
tsr_crc32(uint32_t crc, struct tsr_span s)
{
	return ~tsr_crc_register(~crc, s);
}

#endif
