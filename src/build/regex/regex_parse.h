/*
 * regex_parse - an ECMAScript pattern as a tree.
 *
 * Used by regex.c alone; see there for the whole.
 */
#ifndef TSR_BUILD_REGEX_PARSE_H
#define TSR_BUILD_REGEX_PARSE_H

#include "build/regex/regex.h"
#include "build/regex/regex_set.h"

enum tsr_regex_kind {
	TSR_REGEX_EMPTY,
	TSR_REGEX_SET,
	TSR_REGEX_ASSERT,
	TSR_REGEX_SEQUENCE,
	TSR_REGEX_CHOICE,
	TSR_REGEX_REPEAT,
	TSR_REGEX_KIND_COUNT
};

#define TSR_REGEX_INFINITY UINT32_MAX

struct tsr_regex_node {
	enum tsr_regex_kind kind;
	bool still;		 /* never consumes a character */
	uint8_t assertion;	 /* enum tsr_automaton_assert */
	uint32_t min, max;	 /* of a repeat */
	uint32_t size;		 /* instructions it becomes */
	struct tsr_regex_set set;
	struct tsr_regex_node *first, *last; /* children */
	struct tsr_regex_node *next;	     /* sibling */
};

/* What the parts of the parser share. */
struct tsr_regex_parser {
	struct tsr_arena *arena;
	struct tsr_regex_error *err;
	bool failed;
	bool unicode, fold;
	uint32_t *text; /* code points or units, as the flags say */
	uint32_t *off;	/* where each begins in the pattern, and its end */
	size_t n, i;
	uint32_t groups;   /* capturing, in the whole pattern */
	bool named;	   /* one of them has a name */
	struct tsr_span *names; /* as code points, 4 bytes each */
	size_t name_count, name_cap;
	struct tsr_regex_set id_start, id_part;
};

/* One character or a set of them. */
struct tsr_regex_atom {
	bool is_set;
	uint32_t c;
	struct tsr_regex_set set;
};

/* The tree, or NULL and the first mistake. */
struct tsr_regex_node *tsr_regex_parse(struct tsr_regex_error *err,
    struct tsr_span pattern, unsigned flags, struct tsr_arena *arena);

/* ---- between the files of the parser ---- */

/* Record the first mistake, from text index `from` to `to`; always false. */
bool tsr_regex_fail(struct tsr_regex_parser *p, enum tsr_regex_fault fault,
    const size_t place[2], const char *text, const char *hint);

/* The character at i + ahead, or UINT32_MAX past the end. */
uint32_t tsr_regex_peek(const struct tsr_regex_parser *p, size_t ahead);

/* An escape that stands for characters; i is at the backslash. */
bool tsr_regex_escape(
    struct tsr_regex_parser *p, struct tsr_regex_atom *out, bool in_class);

/* A class; i is at its bracket. Case is not folded, inversion reported. */
bool tsr_regex_class(
    struct tsr_regex_parser *p, struct tsr_regex_set *set, bool *inverted);

/* The name of a group and its `>`; i is after the `<`. */
bool tsr_regex_name(struct tsr_regex_parser *p, struct tsr_span *name);

/* n hexadecimal digits at i; i moves only when they are there. */
bool tsr_regex_hex(struct tsr_regex_parser *p, uint32_t *out, size_t n);

#endif
