/*
 * regex - ECMAScript regular expressions, compiled to automata.
 *
 * One compiler for JSON Schema's `pattern` and the rule language's `$regex`.
 * What it makes is run by core/automaton.h. Everything that is a regular
 * language is compiled exactly as ECMA-262 2023 means it; back-references and
 * look-around are not regular and are errors.
 *
 * Two readings, as in ECMAScript:
 * - TSR_REGEX_UNICODE, the u flag: characters are code points, \p{...} works,
 *   stray escapes and brackets are errors.
 * - without it: characters are UTF-16 units, so that `.` is half an emoji, and
 *   Annex B makes almost any text a pattern.
 *
 * TSR_REGEX_IGNORE_CASE is the i flag, exact for every character of the
 * tables' Unicode version (regex_unicode_table.h), in both readings.
 */
#ifndef TSR_BUILD_REGEX_H
#define TSR_BUILD_REGEX_H

#include "base/arena.h"

enum tsr_regex_flag {
	TSR_REGEX_UTF16 = 0,
	TSR_REGEX_UNICODE = 1,
	TSR_REGEX_IGNORE_CASE = 2,
	TSR_REGEX_NO_TABLE = 4 /* a program even if small: to compare both */
};

enum tsr_regex_fault {
	TSR_REGEX_SYNTAX,      /* not an ECMAScript pattern with these flags */
	TSR_REGEX_NOT_REGULAR, /* a pattern, but not a regular language */
	TSR_REGEX_TOO_LARGE,   /* past a cap of limits.h */
	TSR_REGEX_FAULT_COUNT
};

struct tsr_regex_error {
	enum tsr_regex_fault fault;
	uint32_t off, len; /* bytes of the pattern; len is 0 only at its end */
	const char *text;  /* lower case, no full stop; a literal */
	const char *hint;  /* what to write instead, a literal, or NULL */
};

/*
 * Compile. True and the automaton's bytes in the arena, or false and the first
 * mistake. The same pattern and flags always give the same bytes.
 */
bool tsr_regex_compile(struct tsr_span *automaton, struct tsr_regex_error *err,
    struct tsr_span pattern, unsigned flags, struct tsr_arena *arena);

/* Shortest strings in and out of the language, well-formed UTF-8. */
struct tsr_regex_sample {
	bool accepts, rejects;	    /* there is such a string */
	bool complete;		    /* where there is none: that is certain */
	struct tsr_span in, out;    /* the strings, empty when there is none */
};

/*
 * Find them for an automaton that tsr_regex_compile made. Only a large program
 * can leave `complete` false.
 */
void tsr_regex_sample(struct tsr_regex_sample *sample,
    struct tsr_span automaton, struct tsr_arena *arena);

#endif
