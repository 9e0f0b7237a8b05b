/*
 * shape - what a schema says about the value at a path.
 *
 * Starts at a compiled schema and follows properties, items, $ref, allOf, anyOf
 * and oneOf step by step. A shape is a small value: copy it freely. It holds
 * alternatives (from anyOf and oneOf), each of one or more schemas that all
 * hold (from allOf and $ref).
 *
 *	struct tsr_shape s = tsr_shape_root(hero);
 *	s = tsr_shape_member(&s, name);
 *	if (!tsr_shape_known(&s))
 *		... no schema names it: suggest one of tsr_shape_names
 */
#ifndef TSR_BUILD_SHAPE_H
#define TSR_BUILD_SHAPE_H

#include "build/schema/schema.h"

/* Schemas in one shape; further alternatives are not looked at. */
#define TSR_SHAPE_NODES 24

struct tsr_shape {
	const struct tsr_schema *nodes[TSR_SHAPE_NODES];
	uint8_t group[TSR_SHAPE_NODES]; /* nodes of one group all hold */
	uint8_t count;
	uint8_t groups; /* alternatives, numbered from 0 */
};

struct tsr_shape tsr_shape_root(const struct tsr_schema *schema);

/* The shape of a member; not known when no schema speaks of that name. */
struct tsr_shape
tsr_shape_member(const struct tsr_shape *shape, struct tsr_span name);

/* The shape of any item of an array. */
struct tsr_shape tsr_shape_item(const struct tsr_shape *shape);

bool tsr_shape_known(const struct tsr_shape *shape);

/*
 * Types the value may have: bit 1u << enum tsr_json_type. All bits when nothing
 * is said. "number" sets INTEGER and REAL.
 */
unsigned tsr_shape_types(const struct tsr_shape *shape);

/* The format of every string the value may be; NONE when they differ. */
enum tsr_format tsr_shape_format(const struct tsr_shape *shape);

/* True when an object of this shape always has the member. */
bool tsr_shape_required(const struct tsr_shape *parent, struct tsr_span name);

/*
 * Names of the members that are spoken of, without doubles, at most max.
 * Returns how many were written to out.
 */
size_t tsr_shape_names(
    struct tsr_span *out, size_t max, const struct tsr_shape *shape);

/* The first "title", or empty. */
struct tsr_span tsr_shape_title(const struct tsr_shape *shape);

/* The first value of a keyword of our own, such as "x-translate"; or NULL. */
const struct tsr_json *
tsr_shape_keyword(const struct tsr_shape *shape, const char *keyword);

/* Where the first schema stands, for messages. */
struct tsr_where tsr_shape_where(const struct tsr_shape *shape);

#endif
