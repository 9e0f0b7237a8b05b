/*
 * json - immutable JSON values that know where they were written.
 *
 * jansson does the parsing (json.c is the only file that uses it); the result
 * is copied into an arena as a plain tree that any thread may read, and a
 * scanner that walks the text once gives every value and every member name its
 * byte offset. YAML front matter becomes the same tree (yaml.h).
 */
#ifndef TSR_BUILD_JSON_H
#define TSR_BUILD_JSON_H

#include "base/diag.h"

enum tsr_json_type {
	TSR_JSON_NULL,
	TSR_JSON_BOOLEAN,
	TSR_JSON_INTEGER, /* written without fraction or exponent, and has
			     64 bits; a larger one is REAL */
	TSR_JSON_REAL,
	TSR_JSON_STRING, /* valid UTF-8 */
	TSR_JSON_ARRAY,
	TSR_JSON_OBJECT,
	TSR_JSON_TYPE_COUNT
};

struct tsr_member;

/* A value may be copied: the copy still knows its place. */
struct tsr_json {
	enum tsr_json_type type;
	uint32_t src, off; /* where it begins; see base/source.h */
	uint32_t count;	   /* of items or members */
	union {
		bool boolean;
		int64_t integer;
		double real;
		struct tsr_span string;
		const struct tsr_json *items;
		const struct tsr_member *members; /* in the order written */
	} u;
};

struct tsr_member {
	struct tsr_span name;
	uint32_t src, off; /* where the name begins */
	struct tsr_json value;
};

/*
 * Parse the text of a source. On a syntax error, a name used twice in an
 * object, or nesting deeper than TSR_JSON_DEPTH, one message (J001, J002,
 * J003) is added and false returned. J004 is a NUL in a string, J005 a number
 * beyond the doubles. Strings without escapes are the source's own bytes: the
 * tree needs its source as long as it lives.
 */
bool tsr_json_read(struct tsr_json *out, struct tsr_arena *arena,
    struct tsr_diag *diag, const struct tsr_sources *sources, uint32_t src);

/* The same for the bytes [from, from+n) of the source: one NDJSON line. */
bool tsr_json_read_part(struct tsr_json *out, struct tsr_arena *arena,
    struct tsr_diag *diag, const struct tsr_sources *sources, uint32_t src,
    size_t from, size_t n);

/*
 * The same for a text that becomes a source here, and as JavaScript reads it: a
 * name twice in an object is in its first place and has its last value.
 */
bool tsr_json_read_last(struct tsr_json *out, struct tsr_arena *arena,
    struct tsr_diag *diag, struct tsr_sources *sources, struct tsr_span text);

/* The value of a member, or NULL (also when v is NULL or no object). */
const struct tsr_json *tsr_json_get(const struct tsr_json *v, const char *name);
const struct tsr_json *tsr_json_find(
    const struct tsr_json *v, struct tsr_span name);
const struct tsr_member *tsr_json_member(
    const struct tsr_json *v, struct tsr_span name);

/* The string, or an empty span when v is NULL or no string. */
struct tsr_span tsr_json_text(const struct tsr_json *v);
bool tsr_json_is(const struct tsr_json *v, enum tsr_json_type type);
bool tsr_json_is_number(const struct tsr_json *v);
double tsr_json_number(const struct tsr_json *v);
bool tsr_json_true(const struct tsr_json *v);

/* JSON Schema equality: 1 equals 1.0, the order of members does not count. */
bool tsr_json_eq(const struct tsr_json *a, const struct tsr_json *b);

/* Place of the value, and of the member's name. */
struct tsr_where tsr_json_where(const struct tsr_json *v);
struct tsr_where tsr_json_name_where(const struct tsr_member *m);

/*
 * target patched as RFC 7396 says: null removes, objects merge, the rest
 * replaces. Neither input is changed; parts of both are shared.
 */
struct tsr_json tsr_json_merge(struct tsr_arena *arena,
    const struct tsr_json *target, const struct tsr_json *patch);

struct tsr_json tsr_json_string(struct tsr_span text);
struct tsr_json tsr_json_integer(int64_t n);
struct tsr_json tsr_json_boolean(bool b);

/*
 * A JavaScript number's text (ECMA-262 Number::toString): the shortest digits
 * that read back, 1e21 and 1e-7 as JavaScript has them.
 */
void tsr_json_number_text(struct tsr_buf *out, const struct tsr_json *v);

/* v as JSON text without white space; members in their order. */
void tsr_json_write(struct tsr_buf *out, const struct tsr_json *v);

#define TSR_JSON_DEPTH 64

#endif
