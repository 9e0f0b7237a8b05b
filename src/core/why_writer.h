/*
 * why_writer - sentences of /_tessera/why, as HTML or inside of JSON strings.
 */
#ifndef TSR_CORE_WHY_WRITER_H
#define TSR_CORE_WHY_WRITER_H

#include "core/header.h"
#include "core/why.h"
#include "core/why_words.h"

struct tsr_why_writer {
	struct tsr_head *out;
	const struct tsr_table *t;
	struct tsr_span locale; /* the page's */
	struct tsr_span words, titles; /* the site's, or empty */
	bool json;
};

/* For a page in a language of a release. */
void tsr_why_writer_init(struct tsr_why_writer *w, struct tsr_head *out,
    const struct tsr_table *t, struct tsr_span locale, bool json);

/* As it is. */
void tsr_why_put(struct tsr_why_writer *w, struct tsr_span s);

/* Escaped: for HTML, or for the inside of a JSON string. */
void tsr_why_text(struct tsr_why_writer *w, struct tsr_span s);
void tsr_why_say(struct tsr_why_writer *w, enum tsr_why_word which);

/* The attribute's title in the page's language, or its name. */
void tsr_why_title(struct tsr_why_writer *w, uint32_t attribute);

/* What was found when an attribute was looked at. */
void tsr_why_found(struct tsr_why_writer *w, uint32_t attribute,
    const struct tsr_signal *signal);

#endif
