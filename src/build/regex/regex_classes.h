/*
 * regex_classes - which characters no set of a pattern tells apart.
 */
#ifndef TSR_BUILD_REGEX_CLASSES_H
#define TSR_BUILD_REGEX_CLASSES_H

#include "build/regex/regex_program.h"

/*
 * Fill classes, ascii, runs, bits and sets of the program from its sets.
 * False when there are more than TSR_REGEX_CLASSES_MAX classes.
 */
bool tsr_regex_classes_make(struct tsr_regex_program *out,
    const struct tsr_regex_set *sets, size_t count, struct tsr_arena *arena);

#endif
