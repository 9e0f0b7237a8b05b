/*
 * schema_build - what the files that compile schemas share. Nobody else
 * includes it.
 */
#ifndef TSR_BUILD_SCHEMA_BUILD_H
#define TSR_BUILD_SCHEMA_BUILD_H

#include "build/schema/schema_node.h"

struct tsr_schemas {
	struct tsr_arena *arena;
	struct tsr_diag *diag;
	struct tsr_sources *sources;
	struct tsr_schema_resource *resources; /* newest first */
	struct tsr_schema *first, **last;      /* in the order they were made */
	struct tsr_schema *unresolved;	       /* from here on */
	struct tsr_schema **table; /* by address of the JSON, open addressing */
	size_t count, cap;
	bool failed; /* a mistake since the last compile */
};

/* Files of the meta-schema: src/build/schemas/2020-12-*.json. */
#define TSR_META "2020-12-"

/* A new schema that accepts everything. */
struct tsr_schema *tsr_schema_new(struct tsr_schemas *all,
    const struct tsr_json *json, struct tsr_schema_resource *resource);

/* Add the part of the meta-schema that has this URI; false: no such part. */
bool tsr_schemas_load(struct tsr_schemas *all, struct tsr_span uri);

/* The schema made of this JSON, or NULL. */
struct tsr_schema *
tsr_schemas_at(const struct tsr_schemas *all, const struct tsr_json *json);

/* Compile json and all inside it; resource is the one around it. */
struct tsr_schema *tsr_schema_compile(struct tsr_schemas *all,
    const struct tsr_json *json, struct tsr_schema_resource *resource);

/* Where compiling is: the schema, and the resource it belongs to. */
struct tsr_schema_here {
	struct tsr_schemas *all;
	struct tsr_schema *s;
	struct tsr_schema_resource *resource;
};

/* Read one keyword of the schema. */
void tsr_schema_keyword(struct tsr_schema_here *h, const struct tsr_member *m);

/* Report that the keyword m must be something else. */
void tsr_schema_bad(struct tsr_schema_here *h, const struct tsr_member *m,
    const char *expected);

/* The order in which tsr_schema_property searches. */
const uint32_t *tsr_schema_sort(
    struct tsr_arena *arena, const struct tsr_schema_properties *list);

/* Start a resource; another one with that URI is an error at json. */
struct tsr_schema_resource *tsr_schema_resource_add(
    struct tsr_schemas *all, struct tsr_span uri, const struct tsr_json *json);

/* Give every $ref and $dynamicRef its schema. */
void tsr_schema_link(struct tsr_schemas *all);

/* Report and cut references that come back without looking deeper. */
void tsr_schema_cut_cycles(struct tsr_schemas *all);

#endif
