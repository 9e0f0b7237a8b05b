/*
 * group_inner - a saved group while it is packed.
 */
#ifndef TSR_BUILD_GROUP_INNER_H
#define TSR_BUILD_GROUP_INNER_H

#include "base/buf.h"
#include "build/pack/intern.h"
#include "core/group.h"

#define TABLES_MAX 255

/* Characters that can stand at a place. */
struct set {
	uint64_t bits[4];
};

struct shape {
	uint32_t end;
	uint32_t length;
};

struct class {
	struct shape shape;
	const uint32_t *ids; /* numbers, in order */
	uint32_t count;
	uint32_t *sets; /* by place: numbers of sets */
};

struct choice {
	struct set set;
	uint64_t weight; /* ids of all its places */
	unsigned size;
	uint32_t table; /* + 1 of the table it has; 0: a character */
};

struct packer {
	struct tsr_arena arena;
	const struct tsr_span *ids;
	size_t n;
	struct tsr_span *ends;
	uint32_t end_count;
	struct class *classes;
	size_t class_count, class_cap;
	struct tsr_intern set_index;
	struct choice *sets;
	size_t set_count, set_cap;
	uint32_t tables[TABLES_MAX]; /* the sets they are */
	uint32_t table_count;
	uint32_t (*seen)[256]; /* by place and character */
};

static inline bool
set_has(const struct set *set, uint8_t c)
{
	return (set->bits[c / 64] >> c % 64 & 1) != 0;
}

/* group_write.c: the bytes, once classes and tables are chosen. */
void tsr_group_write(
    struct packer *p, struct tsr_buf *record, struct tsr_buf *bytes);

#endif
