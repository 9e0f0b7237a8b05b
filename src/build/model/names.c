/*
 * names - which number a name has.
 *
 * Open addressing, at most half full. The hash needs no secret: names come
 * from the site's own files, and the order of cells is never seen.
 */
#include "build/model/names.h"

#include <assert.h>

#include "core/table.h"

static size_t
hash(struct tsr_span s)
{
	uint64_t h = tsr_hash64(s);

	return (size_t)(h ^ h >> 29);
}

/* The cell of name, or the free one where it would go. */
static struct tsr_name_cell *
cell_of(const struct tsr_names *names, struct tsr_span name)
{
	size_t i = hash(name) & (names->cap - 1);

	while (names->cells[i].value != 0 &&
	    !tsr_span_eq(names->cells[i].name, name))
		i = (i + 1) & (names->cap - 1);
	return &names->cells[i];
}

uint32_t
tsr_names_find(const struct tsr_names *names, struct tsr_span name)
{
	if (names->cap == 0)
		return TSR_NAMES_NONE;
	return cell_of(names, name)->value - 1;
}

static void
make_room(struct tsr_names *names, struct tsr_arena *arena)
{
	struct tsr_names old = *names;
	size_t i;

	names->cap = old.cap == 0 ? 16 : old.cap * 2;
	names->cells = TSR_NEW_ARRAY(arena, struct tsr_name_cell, names->cap);
	for (i = 0; i < old.cap; i++)
		if (old.cells[i].value != 0)
			*cell_of(names, old.cells[i].name) = old.cells[i];
}

uint32_t
tsr_names_add(struct tsr_names *names, struct tsr_arena *arena,
    struct tsr_span name, uint32_t value)
{
	struct tsr_name_cell *cell;

	assert(value < TSR_NAMES_NONE - 1);
	if (names->count * 2 >= names->cap)
		make_room(names, arena);
	cell = cell_of(names, name);
	if (cell->value != 0)
		return cell->value - 1;
	cell->name = name;
	cell->value = value + 1;
	names->count++;
	return TSR_NAMES_NONE;
}
