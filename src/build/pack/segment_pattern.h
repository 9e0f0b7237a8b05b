/*
 * segment_pattern - tests of the segment key as regular expressions.
 */
#ifndef TSR_BUILD_SEGMENT_PATTERN_H
#define TSR_BUILD_SEGMENT_PATTERN_H

#include "build/rules/rules_inner.h"

/* The whole expressions of a test, each between before and after. */
void tsr_segment_tests(struct tsr_buf *out, const struct tsr_rules *rules,
    uint32_t test, const char *before, const char *after);

/*
 * The expression whose group is the raw value of a cookie in a Cookie header or
 * of a parameter in a query string.
 */
void tsr_segment_finder(struct tsr_buf *out,
    const struct tsr_rules_attribute *a, uint32_t number, bool named);

#endif
