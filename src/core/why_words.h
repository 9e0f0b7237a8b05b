/*
 * why_words - what /_tessera/why says, in the page's language.
 *
 * English and German are here; a site's own words, by strings named why-...,
 * come from META "why@LOCALE": all of them in this order with a NUL behind
 * each, empty where the site says nothing.
 */
#ifndef TSR_CORE_WHY_WORDS_H
#define TSR_CORE_WHY_WORDS_H

#include "core/table.h"

/* Each with the rest of its string's name. */
#define TSR_WHY_WORD_LIST(X)                                                   \
	X(TITLE, "title")                                                      \
	X(INTRO, "intro")                                                      \
	X(SHOWS, "shows")                                                      \
	X(OWN, "own")                                                          \
	X(NOTHING, "nothing")                                                  \
	X(BECAUSE, "because")                                                  \
	X(NO_SIGNAL, "no-signal")                                              \
	X(NO_SLOT, "no-slot")                                                  \
	X(MORE, "more")                                                        \
	X(GONE, "gone")                                                        \
	X(UNKNOWN, "unknown")                                                  \
	X(OTHER, "other")                                                      \
	X(PRESENT, "present")                                                  \
	X(MISSING, "missing")                                                  \
	X(SHOWN, "shown")                                                      \
	X(DRAWN, "drawn")                                                      \
	X(MATCHES, "matches")                                                  \
	X(IS, "is")                                                            \
	X(ONE_OF, "one-of")                                                    \
	X(LESS, "less")                                                        \
	X(AT_MOST, "at-most")                                                  \
	X(MORE_THAN, "more-than")                                              \
	X(AT_LEAST, "at-least")                                                \
	X(OPEN, "open-quote")                                                  \
	X(SHUT, "close-quote")                                                 \
	X(TRUE, "true")                                                        \
	X(FALSE, "false")                                                      \
	X(TIME, "time")                                                        \
	X(CLOSE, "close")                                                      \
	X(OPT_OUT, "opt-out")                                                  \
	X(OPT_OUT_TEXT, "opt-out-text")                                        \
	X(OPTED_OUT, "opted-out")                                              \
	X(NOT_IN, "not-in")                                                    \
	X(FAILED, "failed")                                                    \
	X(BROWSER, "browser")                                                  \
	X(ANY, "any")                                                          \
	X(NOT, "not")

enum tsr_why_word {
#define X(name, key) TSR_WHY_##name,
	TSR_WHY_WORD_LIST(X)
#undef X
	    TSR_WHY_WORD_COUNT
};

/* Entry i of texts with a NUL behind each; empty when there are fewer. */
struct tsr_span tsr_why_entry(struct tsr_span all, uint32_t i);

/* own: the site's words, or empty; locale: the page's language. */
struct tsr_span tsr_why_word(
    enum tsr_why_word which, struct tsr_span own, struct tsr_span locale);

/* META "NAME@LOCALE" of a release. */
struct tsr_span tsr_why_meta(
    const struct tsr_table *t, struct tsr_span name, struct tsr_span locale);

#endif
