/*
 * group - saved groups: is a text one of very many, exactly?
 *
 * A text is a number when the characters that can stand at each of its places
 * are known: the mixed radix number of its characters' ranks. Texts of one
 * length, and with one end from their last '@' on, make a class; the numbers of
 * a class are in order, and what is kept is how far each is from the one before
 * it. So texts cost what they differ by, and there is no false member.
 *
 * GRPS 32: first byte in GRPB u64, bytes u64, ids u32, tables u32, ends u32,
 *	classes u32.
 *
 * The bytes of a group, one after the other; offsets are from their beginning:
 *
 *	tables, 256 each: the rank of a character, 255: none
 *	ends, 8 each, in order: offset u32, length u32 of its text
 *	classes, 40 each, in the order of the first two:
 *	 0  4  the end's number; 0: none, or one that has none here
 *	 4  4  length of the text without it
 *	 8  4  ids
 *	12  4  offset of the places
 *	16  4  offset of the blocks
 *	20  4  offset of the bits
 *	24  4  bytes of bits, the last 9 of them 0
 *	28  4  bits of an id's rest
 *	32  8  0
 *	and what they point to.
 *
 * A place, 4 bytes: number of a table u8 (0: always this character), character
 * u8, bits u8 (0, or a part begins here: of that many bits), radix u8. The
 * parts of an id are numbers below 2^64. The first is its head, the others are
 * its rest, one after the other in the bits.
 *
 * A block, 12 bytes, of TSR_GROUP_BLOCK ids: head of the first u64, place in
 * the bits u32. There: k in 6 bits, the first one's rest, and for each other id
 * how much larger its head is (less 1 when there is no rest) and its rest. Such
 * a difference is a number of 0s, a 1, and k bits: q * 2^k + the bits. Bits
 * begin with the lowest of a byte.
 */
#ifndef TSR_CORE_GROUP_H
#define TSR_CORE_GROUP_H

#include "core/table.h"

#define TSR_GROUP_TABLE 256
#define TSR_GROUP_END 8
#define TSR_GROUP_CLASS 40
#define TSR_GROUP_PLACE 4
#define TSR_GROUP_BLOCK_SIZE 12
#define TSR_GROUP_PAD 9

/* A number that does not point to a group has no ids. */
bool tsr_group_has(
    const struct tsr_table *t, uint32_t group, struct tsr_span id);

/* The same for a number: of its decimal digits, when it is a whole one. */
bool tsr_group_has_number(
    const struct tsr_table *t, uint32_t group, double number);

/* The deep check of group i. */
enum tsr_err tsr_group_verify(const struct tsr_table *t, uint32_t i);

#endif
