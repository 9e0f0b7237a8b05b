/*
 * diag - the author's mistakes, collected and shown together.
 *
 * A stage adds a message and goes on; nothing is printed before the end, so a
 * person sees all mistakes of one run, in the order of the files. Each has a
 * rule id that the manual explains (doc/man/tessera-rules.7), a place and, where
 * there is something to do about it, a hint.
 *
 * A diag belongs to one thread; parallel stages have one each and merge them.
 */
#ifndef TSR_BASE_DIAG_H
#define TSR_BASE_DIAG_H

#include <stdio.h>

#include "base/buf.h"
#include "base/source.h"

enum tsr_severity {
	TSR_ERROR,
	TSR_WARNING,
	TSR_NOTE, /* nobody's mistake: what could not be looked at */
	TSR_SEVERITY_COUNT
};

struct tsr_message {
	enum tsr_severity severity;
	const char *rule; /* four characters: a letter and three digits */
	struct tsr_where where;
	struct tsr_where also; /* a second place, or TSR_NOWHERE */
	const char *text;      /* one line, lower case, no full stop */
	const char *hint;      /* one line, or NULL */
	const char *file;      /* where.src 0: a file without a text, or NULL */
	uint32_t order;
};

struct tsr_diag {
	struct tsr_arena *arena;
	struct tsr_message *list;
	size_t count, cap;
	size_t errors, warnings, notes;
};

void tsr_diag_init(struct tsr_diag *diag, struct tsr_arena *arena);

/* Count one message less: it was taken out of the list. */
void tsr_diag_forget(struct tsr_diag *diag, enum tsr_severity severity);

/*
 * Add a message. rule is a literal; fmt is a literal printf format; spans go
 * through TSR_ARG with "%.*s". Returns the message, so that a caller can add
 * a second place; it is valid until the next call.
 */
struct tsr_message *tsr_diag_add(struct tsr_diag *diag,
    enum tsr_severity severity, const char *rule, struct tsr_where where,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Give the newest message a hint (printf format, a literal). */
void tsr_diag_hint(struct tsr_diag *diag, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#define TSR_ARG(span) (int)((span).n > 200 ? 200 : (span).n), (const char *)(span).p

/* Append what from holds; texts are copied, so from may go. */
void tsr_diag_merge(struct tsr_diag *diag, const struct tsr_diag *from);

/* Take out the notes: for those who want mistakes only. */
void tsr_diag_mistakes(struct tsr_diag *diag);

/* Put messages in the order of file, place and rule; drop exact doubles. */
void tsr_diag_sort(struct tsr_diag *diag, const struct tsr_sources *sources);

/*
 * Print all messages for a person: place, text, the line with a caret, hint.
 * colour: escape codes are wanted (a terminal, and NO_COLOR unset).
 */
void tsr_diag_print(FILE *out, const struct tsr_diag *diag,
    const struct tsr_sources *sources, bool colour);

/*
 * The same as a JSON array of {severity, rule, message, file, line, col,
 * endCol, hint, related}, without a line end.
 */
void tsr_diag_json(struct tsr_buf *out, const struct tsr_diag *diag,
    const struct tsr_sources *sources);

/*
 * The nearest of count names to a misspelt one, or an empty span when none is
 * near (Damerau-Levenshtein distance of at most a third of the length).
 */
struct tsr_span tsr_nearest(
    struct tsr_span name, const struct tsr_span *names, size_t count);

#endif
