/*
 * valid_part - what can be used of a file that has mistakes.
 */
#ifndef TSR_BUILD_VALID_PART_H
#define TSR_BUILD_VALID_PART_H

#include "build/read/json.h"
#include "build/schema/schema.h"

/*
 * The members that fit the schema, each for itself, of a file that is a list by
 * name; inner: names of members that are such lists, instead, ended by NULL. So
 * what is wrong with one is not the end of looking at the others.
 */
struct tsr_json tsr_valid_part(const struct tsr_json *file,
    const struct tsr_schema *schema, const char *const *inner,
    struct tsr_arena *arena);

#endif
