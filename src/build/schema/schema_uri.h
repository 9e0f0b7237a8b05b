/*
 * schema_uri - references between schemas: RFC 3986 section 5.
 */
#ifndef TSR_BUILD_SCHEMA_URI_H
#define TSR_BUILD_SCHEMA_URI_H

#include "base/arena.h"

/* Cut "#..." off *uri; the fragment without # (empty when there is none). */
struct tsr_span tsr_uri_fragment(struct tsr_span *uri);

/* ref resolved against an absolute base; without the base's fragment. */
struct tsr_span tsr_uri_resolve(
    struct tsr_arena *arena, struct tsr_span base, struct tsr_span ref);

/* Length of "scheme:" at the front, 0 when there is none. */
size_t tsr_uri_scheme(struct tsr_span uri);

/* %XX decoded; what is no escape stays. */
struct tsr_span tsr_uri_decode(struct tsr_arena *arena, struct tsr_span s);

/* RFC 3986: URI, or with relative also relative-ref. */
bool tsr_uri_check(struct tsr_span uri, bool relative);

#endif
