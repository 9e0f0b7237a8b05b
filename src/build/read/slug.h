/*
 * slug - the part of an address or an id that a text becomes.
 *
 * Letters and digits of every script stay and are put in lower case (Latin,
 * Greek, Cyrillic and Armenian; the others have no case or keep theirs);
 * every other run of characters becomes one hyphen. No transliteration: the
 * same text gives the same slug in every version.
 */
#ifndef TSR_BUILD_SLUG_H
#define TSR_BUILD_SLUG_H

#include "base/buf.h"

/*
 * Append the slug of text (UTF-8; bytes that are not are taken for
 * punctuation). Appends nothing when the text has no letter and no digit.
 */
void tsr_slug(struct tsr_buf *out, struct tsr_span text);

#endif
