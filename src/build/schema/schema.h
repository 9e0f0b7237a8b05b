/*
 * schema - JSON Schema 2020-12: documents are compiled once, values are checked
 * against them by any number of threads.
 *
 * Vocabularies: core, applicator, validation, unevaluated; format is asserted.
 * Nothing is fetched: a $ref reaches what was added, and the 2020-12
 * meta-schema, which is part of the program.
 *
 * Numbers: an integer has 64 bits, others are doubles; comparing the two never
 * rounds. multipleOf works on the decimals as written: a double stands for the
 * shortest decimal that reads back as it, so 19.99 is a multiple of 0.01.
 * Beyond 15 decimals or 2^53 the remainder of the two doubles decides.
 */
#ifndef TSR_BUILD_SCHEMA_H
#define TSR_BUILD_SCHEMA_H

#include "build/read/json.h"

struct tsr_schema;  /* one compiled schema; lives as long as the arena */
struct tsr_schemas; /* documents that may refer to each other */

struct tsr_schemas *tsr_schemas_new(struct tsr_arena *arena,
    struct tsr_diag *diag, struct tsr_sources *sources);

/*
 * Add a document under its file name (content/models/hero.json) or URI; a $ref
 * in it is relative to that name or to its $id. document must outlive the
 * registry. The result may be used once tsr_schemas_compile has been called.
 */
const struct tsr_schema *tsr_schemas_add(
    struct tsr_schemas *all, const char *name, const struct tsr_json *document);

/*
 * Compile all that was added since the last call. Mistakes (S1xx) go to the
 * diag with their places; false when there was one. A schema with mistakes may
 * still be used: the parts that are wrong accept everything.
 */
bool tsr_schemas_compile(struct tsr_schemas *all);

struct tsr_schema_options {
	/*
	 * Called for a string of format "image" that has the right form: NULL
	 * when it is fine, or what is wrong with it. May be NULL.
	 */
	const char *(*image)(void *ctx, struct tsr_span path);
	void *ctx;
};

/*
 * Check value; every mistake (S0xx) goes to the diag with the place of the
 * value or member name. True when there is none; then nothing was allocated,
 * but for objects and arrays of more than 128 under unevaluated* or
 * uniqueItems. options may be NULL. Any thread, each with its own diag.
 */
bool tsr_schema_check(struct tsr_diag *diag, const struct tsr_schema *schema,
    const struct tsr_json *value, const struct tsr_schema_options *options);

/* The same answer without messages: stops at the first mistake. */
bool tsr_schema_valid(const struct tsr_schema *schema,
    const struct tsr_json *value, const struct tsr_schema_options *options);

/* The JSON the schema was compiled from. */
const struct tsr_json *tsr_schema_json(const struct tsr_schema *schema);

/*
 * A published schema that is part of the program (src/build/schemas): its text
 * by kind ("page"), and the kinds by number; an empty span when there is none.
 */
struct tsr_span tsr_schema_published(struct tsr_span kind);
struct tsr_span tsr_schema_kind(size_t i);

/*
 * Add a published schema and return it, NULL for an unknown kind. Its URI is
 * tessera:/schemas/KIND.json.
 */
const struct tsr_schema *
tsr_schemas_add_kind(struct tsr_schemas *all, const char *kind);

enum tsr_format {
	TSR_FORMAT_NONE, /* absent, or one that is not asserted */
	TSR_FORMAT_DATE,
	TSR_FORMAT_DATE_TIME,
	TSR_FORMAT_TIME,
	TSR_FORMAT_EMAIL,
	TSR_FORMAT_URI,
	TSR_FORMAT_URI_REFERENCE,
	TSR_FORMAT_REGEX,
	TSR_FORMAT_UUID,
	TSR_FORMAT_MARKDOWN,
	TSR_FORMAT_HTML,
	TSR_FORMAT_IMAGE, /* a relative path without "." and ".." */
	TSR_FORMAT_COUNT
};

/* NONE for an unknown name. */
enum tsr_format tsr_format_find(struct tsr_span name);
/* The name; "" for NONE. */
const char *tsr_format_name(enum tsr_format format);
/* NULL when the text has the format, else what the format looks like. */
const char *tsr_format_check(enum tsr_format format, struct tsr_span text);

#endif
