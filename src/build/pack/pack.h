/*
 * pack - a padded page becomes units and a program over them.
 *
 * The result has numbers of its own (objects, programs, slots, texts from 0);
 * emit.c joins the pages of a release. One page, one thread.
 */
#ifndef TSR_BUILD_PACK_H
#define TSR_BUILD_PACK_H

#include "build/pack/deflate.h"
#include "build/render/pad.h"

struct tsr_packed_object {
	struct tsr_span bytes;
	uint32_t raw_length;
	uint32_t crc; /* CRC-32 of the raw bytes */
};

struct tsr_packed_part {
	enum tsr_part_kind kind;
	enum tsr_field field; /* FIELD */
	uint32_t a, b, word; /* as in format.h, with the page's numbers */
};

struct tsr_packed_program {
	struct tsr_packed_part *parts;
	uint32_t count;
	struct tsr_span name;
	bool omitted;
	uint32_t most; /* compressed bytes at most: bounds.c */
};

struct tsr_packed_slot {
	uint32_t decision, first, count, position;
	struct tsr_span name;
};

struct tsr_packed_text {
	const struct tsr_item *item;
	uint32_t length, most, multiplier;
	struct tsr_span tail;
};

struct tsr_packed_page {
	struct tsr_packed_object *objects;
	size_t object_count, object_cap;
	/* Nested programs come before the programs that use them. */
	struct tsr_packed_program *programs;
	size_t program_count, program_cap;
	struct tsr_packed_slot *slots;
	size_t slot_count, slot_cap;
	struct tsr_packed_text *texts;
	size_t text_count, text_cap;
	uint32_t first_edition, edition_count; /* programs */
	uint32_t raw_most; /* decoded bytes at most: bounds.c */
	uint64_t stored;		       /* bytes of all objects */
};

struct tsr_pack_tools {
	struct tsr_deflater *deflater;
	struct tsr_arena *arena;   /* the result lives here */
	struct tsr_arena *scratch; /* may be rewound afterwards */
};

/*
 * Pack all editions of a page. Names, tails and items are borrowed from the
 * editions' texts. False when a unit does not decode to its text, which no
 * input can cause.
 */
bool tsr_pack_page(struct tsr_packed_page *out,
    const struct tsr_padded *editions, size_t count,
    const struct tsr_pack_tools *tools);

/*
 * Pack a text that stands alone (a fragment): one object, decodable after
 * anything, on a byte boundary.
 */
bool tsr_pack_fragment(struct tsr_packed_object *out, struct tsr_span text,
    struct tsr_deflater *d, struct tsr_arena *arena);

#endif
