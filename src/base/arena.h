/*
 * arena - memory that is given back all at once.
 *
 * The builder allocates here and frees nothing singly. When memory runs out
 * the program ends with one line and exit code 3: there is nothing useful a
 * build could do instead. Not for the serving side. One thread an arena.
 */
#ifndef TSR_BASE_ARENA_H
#define TSR_BASE_ARENA_H

#include "core/bytes.h"

struct tsr_arena_chunk;

struct tsr_arena {
	struct tsr_arena_chunk *chunk; /* newest first */
	size_t used;		       /* bytes used in the newest */
	size_t total;		       /* bytes taken from the system */
};

/* A place to come back to. */
struct tsr_arena_mark {
	struct tsr_arena_chunk *chunk;
	size_t used;
};

/* All zero bytes is an empty arena too. */
void tsr_arena_init(struct tsr_arena *arena);

/* n zeroed bytes, aligned to 16; never NULL, n may be 0. */
void *tsr_arena_alloc(struct tsr_arena *arena, size_t n);

/* count zeroed elements of size bytes; never NULL. */
void *tsr_arena_array(struct tsr_arena *arena, size_t count, size_t size);

#define TSR_NEW(arena, type) ((type *)tsr_arena_alloc((arena), sizeof(type)))
#define TSR_NEW_ARRAY(arena, type, count)                                      \
	((type *)tsr_arena_array((arena), (count), sizeof(type)))

/* A copy of s, followed by a NUL that is not counted. */
struct tsr_span tsr_arena_dup(struct tsr_arena *arena, struct tsr_span s);

/* The same as a C string; bytes after an inner NUL are kept but not seen. */
char *tsr_arena_cstr(struct tsr_arena *arena, struct tsr_span s);

/* printf into the arena; the format must be a literal. */
char *tsr_arena_printf(struct tsr_arena *arena, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Make room for one more element in a growing array. Call it before appending:
 *	list = tsr_arena_grow(arena, list, count, &cap, sizeof(*list));
 * list is NULL or came from here with the same cap.
 */
void *tsr_arena_grow(
    struct tsr_arena *arena, void *list, size_t count, size_t *cap, size_t size);

struct tsr_arena_mark tsr_arena_mark(const struct tsr_arena *arena);

/* Gives back all that was allocated since the mark. */
void tsr_arena_rewind(struct tsr_arena *arena, struct tsr_arena_mark mark);

void tsr_arena_free(struct tsr_arena *arena);

/* Says so and ends the program with status 3: a build tool cannot go on. */
_Noreturn void tsr_out_of_memory(void);

#endif
