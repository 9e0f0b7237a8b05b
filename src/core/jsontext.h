/*
 * jsontext - the texts JavaScript makes of a JSON value.
 *
 * They are written to room, or compared on the way with what they should be:
 * then nothing is kept, and the first difference ends the work.
 */
#ifndef TSR_CORE_JSONTEXT_H
#define TSR_CORE_JSONTEXT_H

#include "core/bytes.h"

struct tsr_jsontext {
	uint8_t *room; /* NULL: compare with want */
	size_t cap;
	struct tsr_span want;
	size_t n; /* bytes written or found equal */
	bool bad; /* did not fit, or differs */
};

/* String(value): items joined by commas, objects as [object Object]. */
void tsr_jsontext_string(struct tsr_jsontext *out, struct tsr_span value);

/*
 * JSON.stringify(value): no blanks, JavaScript's numbers, members whose names
 * are array indices first and in order, of equal names the last one's value.
 */
void tsr_jsontext_json(struct tsr_jsontext *out, struct tsr_span value);

/* The same of a text that is not in JSON yet, and of a number. */
void tsr_jsontext_quoted(struct tsr_jsontext *out, struct tsr_span text);
void tsr_jsontext_number(struct tsr_jsontext *out, double d);

/* All went well; when comparing: it was all that was wanted. */
bool tsr_jsontext_done(const struct tsr_jsontext *out);

#endif
