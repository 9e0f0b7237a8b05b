/*
 * words - what a release says to visitors of itself: META why@ and titles@.
 */
#ifndef TSR_BUILD_WORDS_H
#define TSR_BUILD_WORDS_H

#include "build/rules/rules.h"
#include "core/why_words.h"

/* The site's own word by its strings of one locale; empty: it has none. */
struct tsr_span tsr_words_own(
    const struct tsr_json *strings, enum tsr_why_word which);

/* All of them as META has them; empty when the site has none. */
struct tsr_span tsr_words_why(
    const struct tsr_json *strings, struct tsr_arena *arena);

/* The attributes' titles in a locale likewise, by number. */
struct tsr_span tsr_words_titles(const struct tsr_rules *rules,
    struct tsr_span locale, struct tsr_arena *arena);

#endif
