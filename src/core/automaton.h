/*
 * automaton - a compiled regular expression, run over bytes in linear time.
 *
 * The expression was compiled by build/regex/regex.c; here it is only a span of
 * bytes inside a release. The answer is that of ECMAScript's RegExp.test: does
 * the expression match anywhere in the subject. Nothing is allocated, nothing
 * recurses, and hostile bytes, checked or not, cannot make us read outside
 * the span.
 *
 * The subject is UTF-8. A lone surrogate may stand in it as the three bytes of
 * WTF-8; every other ill-formed piece counts as one U+FFFD, cut as the Encoding
 * standard cuts it.
 *
 * The form, all little-endian, no alignment:
 *
 *	 0  u8	kind: 1 table (deterministic), 2 program (sets of states)
 *	 1  u8	1: the characters are UTF-16 units, 0: code points
 *	 2  u16	C, the number of character classes
 *	 4  u32	R, the number of ranges
 *	 8  u32	N, the table's entries or the program's instructions
 *	12  u32	the table's first state or the program's number of sets, S
 *	16  256	the class of each ASCII byte; C + 1 for the other bytes
 *	272 R*4	range: first character | class << 24, ordered; the first is 0x80
 *
 * Table: N entries of u16, a row of C + 2 for each state: one a class, one for
 * the end of the subject, one for a byte above ASCII. An entry is 0 no match
 * is possible any more, 1 matched, 2 decode the character (last column only),
 * or 3 + the index of the next state's row. Zeros follow the last row until
 * any row can be indexed with any class below the next power of two.
 *
 * Program: N instructions of u8 op, u8 assertion, u16 x, u16 y, the first being
 * where every match begins; then S sets of (C + 7) / 8 bytes, a bit a class.
 * Set 0 holds the word characters of \b.
 */
#ifndef TSR_CORE_AUTOMATON_H
#define TSR_CORE_AUTOMATON_H

#include "core/bytes.h"

enum tsr_automaton_kind {
	TSR_AUTOMATON_TABLE = 1,
	TSR_AUTOMATON_PROGRAM,
	TSR_AUTOMATON_COUNT
};

enum {
	TSR_AUTOMATON_BYTES = 16,   /* where the class of each byte begins */
	TSR_AUTOMATON_RANGES = 272, /* where the ranges begin */
	TSR_AUTOMATON_OP = 6	    /* bytes an instruction */
};

/* Entries of a table below the first row. */
enum tsr_automaton_entry {
	TSR_AUTOMATON_DEAD,
	TSR_AUTOMATON_ACCEPT,
	TSR_AUTOMATON_DECODE,
	TSR_AUTOMATON_ROW
};

/* Instructions of a program. */
enum tsr_automaton_op {
	TSR_OP_MATCH,  /* matched */
	TSR_OP_SET,    /* a character of set y, then x */
	TSR_OP_SPLIT,  /* x or y */
	TSR_OP_ASSERT, /* x if the assertion holds here */
	TSR_OP_COUNT
};

enum tsr_automaton_assert {
	TSR_ASSERT_BEGIN,
	TSR_ASSERT_END,
	TSR_ASSERT_WORD,     /* \b */
	TSR_ASSERT_NOT_WORD, /* \B */
	TSR_ASSERT_COUNT
};

/*
 * The parts of an automaton. Filled by tsr_automaton_open, which makes sure
 * that they lie in the span and nothing else.
 */
struct tsr_automaton {
	enum tsr_automaton_kind kind;
	bool units;		/* UTF-16 units */
	uint32_t classes;
	uint32_t mask;		/* classes are masked with it: 2^k - 1 */
	uint32_t ranges;
	uint32_t count;		/* entries or instructions */
	uint32_t first;		/* the first state's entry, 0 for a program */
	uint32_t sets, set_size;
	const uint8_t *bytes;	/* 256 classes */
	const uint8_t *range;
	const uint8_t *body;	/* the table or the program */
	const uint8_t *set;
};

/* TSR_SHORT, TSR_LONG or TSR_SYNTAX when the sizes do not fit together. */
enum tsr_err tsr_automaton_open(
    struct tsr_automaton *out, struct tsr_span automaton);

/*
 * The deep check: that every class, state, target and set exists and that the
 * bytes are as the compiler writes them. Takes time linear in the span.
 */
enum tsr_err tsr_automaton_check(struct tsr_span automaton);

/*
 * Does it match somewhere in the subject? False for bytes that cannot be
 * opened. A program needs some 30 KB of stack; a table next to none.
 */
bool tsr_automaton_match(struct tsr_span automaton, struct tsr_span subject);

/*
 * Take one code point off the front of [p, end), p < end: its value and how
 * many bytes it had. Ill-formed bytes give U+FFFD.
 */
uint32_t tsr_automaton_decode(
    size_t *taken, const uint8_t *p, const uint8_t *end);

/* The class of a character that is not ASCII. May be any byte if unchecked. */
uint32_t tsr_automaton_class(const struct tsr_automaton *a, uint32_t c);

#endif
