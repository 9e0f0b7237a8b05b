/*
 * schema_pattern - the regular expressions of schemas: ECMAScript, Unicode
 * mode.
 */
#ifndef TSR_BUILD_SCHEMA_PATTERN_H
#define TSR_BUILD_SCHEMA_PATTERN_H

#include "build/read/json.h"

/*
 * Compile a pattern written at where. A mistake is added to diag (S106); *out
 * is then empty and matches everything. diag may be NULL.
 */
bool tsr_schema_pattern(struct tsr_span *out, struct tsr_span text,
    struct tsr_where where, struct tsr_arena *arena, struct tsr_diag *diag);

/* True when it matches anywhere in s. */
bool tsr_schema_pattern_match(struct tsr_span pattern, struct tsr_span s);

#endif
