/*
 * arena - memory that is given back all at once.
 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

#define CHUNK_MIN (64 * 1024)
#define ALIGN 16

struct tsr_arena_chunk {
	struct tsr_arena_chunk *older;
	size_t size;
	alignas(ALIGN) uint8_t bytes[];
};

_Noreturn void
tsr_out_of_memory(void)
{
	fputs("tessera: out of memory\n", stderr);
	exit(3);
}

void
tsr_arena_init(struct tsr_arena *arena)
{
	memset(arena, 0, sizeof(*arena));
}

static void
add_chunk(struct tsr_arena *arena, size_t n)
{
	struct tsr_arena_chunk *chunk;
	size_t size = arena->total / 2, bytes;

	if (size < CHUNK_MIN)
		size = CHUNK_MIN;
	if (size > 4 * 1024 * 1024)
		size = 4 * 1024 * 1024;
	if (size < n)
		size = n;
	if (!tsr_add(&bytes, size, sizeof(*chunk)))
		tsr_out_of_memory();
	chunk = malloc(bytes);
	if (chunk == NULL)
		tsr_out_of_memory();
	chunk->older = arena->chunk;
	chunk->size = size;
	arena->chunk = chunk;
	arena->used = 0;
	arena->total += bytes;
}

void *
tsr_arena_alloc(struct tsr_arena *arena, size_t n)
{
	size_t rounded;
	uint8_t *p;

	if (!tsr_add(&rounded, n, ALIGN - 1))
		tsr_out_of_memory();
	rounded &= ~(size_t)(ALIGN - 1);
	if (arena->chunk == NULL || rounded > arena->chunk->size - arena->used)
		add_chunk(arena, rounded);
	p = arena->chunk->bytes + arena->used;
	arena->used += rounded;
	memset(p, 0, rounded);
	return p;
}

void *
tsr_arena_array(struct tsr_arena *arena, size_t count, size_t size)
{
	size_t n;

	if (!tsr_mul(&n, count, size))
		tsr_out_of_memory();
	return tsr_arena_alloc(arena, n);
}

struct tsr_span
tsr_arena_dup(struct tsr_arena *arena, struct tsr_span s)
{
	size_t n;
	uint8_t *p;

	if (!tsr_add(&n, s.n, 1))
		tsr_out_of_memory();
	p = tsr_arena_alloc(arena, n);
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return tsr_span_of(p, s.n);
}

char *
tsr_arena_cstr(struct tsr_arena *arena, struct tsr_span s)
{
	struct tsr_span copy = tsr_arena_dup(arena, s);

	return (char *)(uintptr_t)copy.p;
}

char *
tsr_arena_printf(struct tsr_arena *arena, const char *fmt, ...)
{
	va_list args, again;
	char *text;
	int n;

	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (n < 0)
		n = 0;
	text = tsr_arena_alloc(arena, (size_t)n + 1);
	vsnprintf(text, (size_t)n + 1, fmt, again);
	va_end(again);
	return text;
}

void *
tsr_arena_grow(
    struct tsr_arena *arena, void *list, size_t count, size_t *cap, size_t size)
{
	void *bigger;
	size_t want;

	if (count < *cap)
		return list;
	want = *cap == 0 ? 8 : *cap;
	if (*cap != 0 && !tsr_mul(&want, *cap, 2))
		tsr_out_of_memory();
	bigger = tsr_arena_array(arena, want, size);
	if (count > 0)
		memcpy(bigger, list, count * size);
	*cap = want;
	return bigger;
}

struct tsr_arena_mark
tsr_arena_mark(const struct tsr_arena *arena)
{
	struct tsr_arena_mark mark = {arena->chunk, arena->used};

	return mark;
}

void
tsr_arena_rewind(struct tsr_arena *arena, struct tsr_arena_mark mark)
{
	struct tsr_arena_chunk *older;

	while (arena->chunk != mark.chunk) {
		older = arena->chunk->older;
		arena->total -= arena->chunk->size + sizeof(*arena->chunk);
		free(arena->chunk);
		arena->chunk = older;
	}
	arena->used = mark.used;
}

void
tsr_arena_free(struct tsr_arena *arena)
{
	struct tsr_arena_mark empty = {NULL, 0};

	tsr_arena_rewind(arena, empty);
	tsr_arena_init(arena);
}
