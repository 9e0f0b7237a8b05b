/*
 * crc - CRC-32 of pieces that are put together.
 */
#include "core/crc.h"

#define POLYNOMIAL 0xedb88320u

/* One byte's worth of register, 16 entries a half-byte: 64 bytes of table. */
static const uint32_t nibble[16] = {
    0x00000000u, 0x1db71064u, 0x3b6e20c8u, 0x26d930acu, 0x76dc4190u,
    0x6b6b51f4u, 0x4db26158u, 0x5005713cu, 0xedb88320u, 0xf00f9344u,
    0xd6d6a3e8u, 0xcb61b38cu, 0x9b64c2b0u, 0x86d3d2d4u, 0xa00ae278u,
    0xbdbdf21cu,
};

uint32_t
tsr_crc_multiply(uint32_t a, uint32_t b)
{
	uint32_t product = 0, bit;

	for (bit = 0x80000000u; bit != 0; bit >>= 1) {
		if (a & bit)
			product ^= b;
		b = b & 1 ? (b >> 1) ^ POLYNOMIAL : b >> 1;
	}
	return product;
}

uint32_t
tsr_crc_shift(uint64_t n)
{
	uint32_t power = 0x00800000u; /* x^8 */
	uint32_t result = 0x80000000u; /* 1 */

	for (; n != 0; n >>= 1) {
		if (n & 1)
			result = tsr_crc_multiply(result, power);
		power = tsr_crc_multiply(power, power);
	}
	return result;
}

uint32_t
tsr_crc_register(uint32_t r, struct tsr_span s)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		r ^= s.p[i];
		r = r >> 4 ^ nibble[r & 15];
		r = r >> 4 ^ nibble[r & 15];
	}
	return r;
}
