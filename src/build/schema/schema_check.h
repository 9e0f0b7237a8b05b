/*
 * schema_check - what the files that check values share. Nobody else includes
 * it.
 *
 * Every check gives false for a mistake. With a diag it reports the mistake and
 * goes on; without one it is quiet and stops at the first.
 */
#ifndef TSR_BUILD_SCHEMA_CHECK_H
#define TSR_BUILD_SCHEMA_CHECK_H

#include "build/schema/schema_node.h"

struct tsr_check {
	struct tsr_diag *diag; /* NULL: quiet */
	const struct tsr_schema_options *options;
	struct tsr_arena *scratch; /* for large objects and arrays */
};

/* The resources that were entered on the way here, for $dynamicRef. */
struct tsr_scope {
	const struct tsr_schema_resource *resource;
	const struct tsr_scope *above;
};

/* Which items or members some schema has looked at. */
struct tsr_seen {
	uint64_t *bits;
	uint32_t words;
	uint64_t few[2];
};

static inline void
tsr_seen_mark(struct tsr_seen *seen, uint32_t i)
{
	if (seen != NULL)
		seen->bits[i / 64] |= (uint64_t)1 << i % 64;
}

static inline bool
tsr_seen_has(const struct tsr_seen *seen, uint32_t i)
{
	return (seen->bits[i / 64] >> i % 64 & 1) != 0;
}

static inline void
tsr_seen_mark_all(struct tsr_seen *seen)
{
	if (seen != NULL)
		memset(seen->bits, 0xff, seen->words * sizeof(uint64_t));
}

/* seen: where what was looked at is noted, if it holds; NULL: nobody asks. */
bool tsr_check_schema(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen);

bool tsr_check_object(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen);

/* unevaluatedProperties, after everything else. */
bool tsr_check_others(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen);

bool tsr_check_array(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen);

/* unevaluatedItems, after everything else. */
bool tsr_check_rest(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v, const struct tsr_scope *scope,
    struct tsr_seen *seen);

bool tsr_check_type(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v);
/* const and enum. */
bool tsr_check_value(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v);
bool tsr_check_number(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v);
bool tsr_check_string(const struct tsr_check *c, const struct tsr_schema *s,
    const struct tsr_json *v);

/*
 * None of the alternatives holds for v: report about the one that was most
 * likely meant.
 */
void tsr_check_explain(const struct tsr_check *c,
    const struct tsr_schema_list *list, const struct tsr_json *v,
    const struct tsr_scope *scope, struct tsr_seen *seen);

/* The type of a value or of a set of types, as words: "a string or null". */
const char *tsr_type_words(char out[120], unsigned types, bool integers);
/* Does the schema's own type (not those it refers to) allow v? */
bool tsr_type_allows(const struct tsr_schema *s, const struct tsr_json *v);

#endif
