/*
 * regex_unicode - the sets behind \p, \d, \s and \w, and which letters are the
 * same when case is ignored.
 */
#ifndef TSR_BUILD_REGEX_UNICODE_H
#define TSR_BUILD_REGEX_UNICODE_H

#include "build/regex/regex_set.h"

/*
 * Add the characters of \p{name=value}, or \p{name} where value is empty:
 * General_Category (also alone), Script, Script_Extensions and the binary
 * properties of ECMAScript, by their long and short names, spelt exactly.
 * False when there is no such property. Tidy afterwards.
 */
bool tsr_regex_property(
    struct tsr_regex_set *set, struct tsr_span name, struct tsr_span value);

/*
 * Add every character that is the same as one of the set when case is ignored:
 * with unicode by simple case folding, else by ECMAScript's one-unit upper case.
 * The set is tidy before and after.
 */
void tsr_regex_set_fold(struct tsr_regex_set *set, bool unicode);

/* Add the set of \d, \s or \w; letter is that letter. Tidy afterwards. */
void tsr_regex_set_escape(struct tsr_regex_set *set, uint32_t letter);

#endif
