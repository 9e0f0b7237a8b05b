/*
 * source - the texts that messages point into.
 *
 * Every file that is read gets a small number; a place is that number and a
 * byte offset, so a value can carry where it was written in eight bytes, and
 * line and column are worked out only when a message is printed.
 *
 * Files are added while the site is loaded, by one thread; afterwards any
 * number of threads may read.
 */
#ifndef TSR_BASE_SOURCE_H
#define TSR_BASE_SOURCE_H

#include "base/arena.h"

struct tsr_source {
	const char *name;      /* as a person writes it: content/pages/x.json */
	struct tsr_span text;  /* all of it; valid as long as the arena */
};

struct tsr_sources {
	struct tsr_source *list; /* entry 0 is no file at all */
	size_t count, cap;
	struct tsr_arena *arena;
};

/* Where something was written. src 0 means nowhere in particular. */
struct tsr_where {
	uint32_t src;
	uint32_t off;
	uint32_t len; /* 0: the token that begins at off */
};

#define TSR_NOWHERE ((struct tsr_where){0, 0, 0})

void tsr_sources_init(struct tsr_sources *s, struct tsr_arena *arena);

/* The number of the new source. name and text are copied into the arena. */
uint32_t tsr_sources_add(
    struct tsr_sources *s, const char *name, struct tsr_span text);

/* Borrowed; entry 0 for a number that does not exist. */
const struct tsr_source *tsr_sources_at(const struct tsr_sources *s, uint32_t i);

/*
 * Line and column (in code points), both from 1, of a byte offset. line_text
 * (may be NULL) becomes the line without its end.
 */
void tsr_source_line(uint32_t *line, uint32_t *col, struct tsr_span *line_text,
    const struct tsr_source *source, size_t off);

/* Bytes of the token at off: a JSON string or number, a word, a {{tag}}, ... */
size_t tsr_source_token(const struct tsr_source *source, size_t off);

#endif
