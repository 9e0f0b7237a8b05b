/*
 * language - the best of a site's languages for a visitor (RFC 4647).
 */
#ifndef TSR_CORE_LANGUAGE_H
#define TSR_CORE_LANGUAGE_H

#include "core/bytes.h"

/*
 * Look the ranges of an Accept-Language field up (section 3.4), by falling
 * weight, among tags, which are joined by commas. *out is the tag as it stands
 * there; false when none matches. "*" matches none: the caller has a default.
 * A tag that is named with weight 0 is not chosen. What is not well formed is
 * read over, and so is all beyond TSR_LANGUAGE_RANGES.
 */
bool tsr_language_lookup(
    struct tsr_span *out, struct tsr_span field, struct tsr_span tags);

/*
 * A range by its form, RFC 4647 section 2.1: letters and digits in parts of 1
 * to 8; "*" alone is none for us.
 */
bool tsr_language_range(struct tsr_span text);

#endif
