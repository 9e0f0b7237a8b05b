/*
 * intern - a table from byte strings to numbers that only grows.
 */
#include "build/pack/intern.h"

struct tsr_intern_entry {
	struct tsr_span key;
	uint64_t hash;
	uint32_t number;
};

static uint64_t
hash_of(struct tsr_span key)
{
	uint64_t h = 0xcbf29ce484222325u, word;
	size_t i;

	for (i = 0; i + 8 <= key.n; i += 8) {
		word = tsr_le64(key.p + i);
		h = (h ^ word) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	for (; i < key.n; i++)
		h = (h ^ key.p[i]) * 0x100000001b3u;
	h *= 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

void
tsr_intern_init(struct tsr_intern *table, struct tsr_arena *arena)
{
	memset(table, 0, sizeof(*table));
	table->arena = arena;
}

/* The slot of a key: its own or the free one where it would go. */
static uint32_t *
slot_of(const struct tsr_intern *table, struct tsr_span key, uint64_t hash)
{
	size_t mask = table->slot_count - 1, i = (size_t)hash & mask;
	const struct tsr_intern_entry *e;

	for (; table->slots[i] != 0; i = (i + 1) & mask) {
		e = &table->entries[table->slots[i] - 1];
		if (e->hash == hash && tsr_span_eq(e->key, key))
			break;
	}
	return &table->slots[i];
}

static void
enlarge(struct tsr_intern *table)
{
	size_t i;

	table->slot_count = table->slot_count == 0 ? 64 : table->slot_count * 4;
	table->slots =
	    TSR_NEW_ARRAY(table->arena, uint32_t, table->slot_count);
	for (i = 0; i < table->count; i++)
		*slot_of(table, table->entries[i].key,
		    table->entries[i].hash) = (uint32_t)i + 1;
}

bool
tsr_intern_add(
    uint32_t **number, struct tsr_intern *table, struct tsr_span key)
{
	uint64_t hash = hash_of(key);
	struct tsr_intern_entry *e;
	uint32_t *slot;

	if (table->count * 2 >= table->slot_count)
		enlarge(table);
	slot = slot_of(table, key, hash);
	if (*slot != 0) {
		*number = &table->entries[*slot - 1].number;
		return true;
	}
	table->entries = tsr_arena_grow(table->arena, table->entries,
	    table->count, &table->cap, sizeof(*table->entries));
	e = &table->entries[table->count++];
	e->key = tsr_arena_dup(table->arena, key);
	e->hash = hash;
	e->number = 0;
	*slot = (uint32_t)table->count;
	*number = &e->number;
	return false;
}

const uint32_t *
tsr_intern_find(const struct tsr_intern *table, struct tsr_span key)
{
	uint32_t slot;

	if (table->slot_count == 0)
		return NULL;
	slot = *slot_of(table, key, hash_of(key));
	return slot != 0 ? &table->entries[slot - 1].number : NULL;
}
