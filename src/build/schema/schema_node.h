/*
 * schema_node - the compiled form of one schema, shared by the files that
 * compile, check and look into schemas. Nobody else includes it.
 */
#ifndef TSR_BUILD_SCHEMA_NODE_H
#define TSR_BUILD_SCHEMA_NODE_H

#include "build/schema/schema.h"

/*
 * Schemas in a row that look at one value ($ref to $ref, allOf in allOf): with
 * TSR_JSON_DEPTH it bounds the stack that checking needs.
 */
#define TSR_SCHEMA_STEPS 32

/* Groups of keywords a schema has; a group that is absent costs nothing. */
enum tsr_schema_group {
	TSR_SCHEMA_TYPE = 1 << 0,
	TSR_SCHEMA_VALUE = 1 << 1, /* const, enum */
	TSR_SCHEMA_NUMBER = 1 << 2,
	TSR_SCHEMA_STRING = 1 << 3,
	TSR_SCHEMA_ARRAY = 1 << 4,
	TSR_SCHEMA_OBJECT = 1 << 5,
	TSR_SCHEMA_LOGIC = 1 << 6
};

/* A document, or a part of one with its own $id. */
struct tsr_schema_resource {
	struct tsr_span uri; /* without fragment */
	const struct tsr_json *json;
	const struct tsr_schema *root;
	struct tsr_schema_anchor *anchors;
	struct tsr_schema_resource *next;
};

struct tsr_schema_anchor {
	struct tsr_span name;
	const struct tsr_schema *schema;
	bool dynamic;
	struct tsr_schema_anchor *next;
};

struct tsr_schema_list {
	const struct tsr_schema **at;
	uint32_t count;
};

struct tsr_schema_names {
	const struct tsr_span *at;
	uint32_t count;
};

/* A member of properties, patternProperties or a dependent keyword. */
struct tsr_schema_property {
	struct tsr_span name; /* patternProperties: the expression */
	const struct tsr_schema *schema;
	struct tsr_span pattern; /* patternProperties: see schema_pattern.h */
	struct tsr_schema_names names; /* dependentRequired */
	bool required;
};

struct tsr_schema_properties {
	struct tsr_schema_property *at; /* in the order written */
	const uint32_t *sorted;		/* properties: by length and bytes */
	uint32_t count;
};

struct tsr_schema {
	const struct tsr_json *json;
	struct tsr_schema_resource *resource;
	unsigned groups;  /* of enum tsr_schema_group */
	bool never;	  /* the schema false */
	bool unevaluated; /* has a keyword that asks what was looked at */

	unsigned types; /* allowed: 1 << enum tsr_json_type */
	bool integers;	/* a real must be whole: "integer" without "number" */
	const struct tsr_json *constant;
	const struct tsr_json *choices; /* enum */

	const struct tsr_json *minimum, *maximum, *above, *below, *multiple;

	uint32_t min_length, max_length; /* max: UINT32_MAX is none */
	struct tsr_span pattern, pattern_text;
	enum tsr_format format;

	uint32_t min_items, max_items, min_contains, max_contains;
	bool unique;
	struct tsr_schema_list prefix;
	const struct tsr_schema *items, *contains,
	    *rest; /* rest: unevaluated */

	uint32_t min_members, max_members;
	struct tsr_schema_properties properties, patterns, dependents,
	    dependent_names;
	const struct tsr_schema *additional, *member_names, *others;
	struct tsr_schema_names required;
	uint32_t required_listed; /* how many of them are in properties */

	const struct tsr_schema *ref, *dynamic_ref;
	struct tsr_span dynamic_name; /* empty: dynamic_ref is a plain $ref */
	struct tsr_schema_list all_of, any_of, one_of;
	const struct tsr_schema *excluded, *condition, *then, *otherwise;

	/* Only while compiling. */
	const struct tsr_json *ref_json, *dynamic_json;
	struct tsr_schema *next;
	uint32_t height; /* schemas in a row below this one; 0: not known */
	bool open;	 /* being measured */
};

/* The property of that name, or NULL. hint: where it probably is. */
const struct tsr_schema_property *tsr_schema_property(
    const struct tsr_schema *s, struct tsr_span name, uint32_t hint);

const struct tsr_schema_anchor *
tsr_schema_anchor(const struct tsr_schema_resource *r, struct tsr_span name);

#endif
