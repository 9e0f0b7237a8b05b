/*
 * value - what an attribute has to say: a scalar, JSON, or nothing.
 */
#ifndef TSR_CORE_VALUE_H
#define TSR_CORE_VALUE_H

#include "core/bytes.h"

struct tsr_value {
	enum {
		TSR_VALUE_UNREAD, /* not asked for yet */
		TSR_VALUE_MISSING,
		TSR_VALUE_BOOLEAN,
		TSR_VALUE_NUMBER,
		TSR_VALUE_STRING,
		TSR_VALUE_JSON /* an array or object; string: its JSON */
	} kind;
	bool boolean;
	double number;
	struct tsr_span string; /* points into the request or the scratch */
};

/*
 * The value that JSON text stands for; a string with escapes is decoded into
 * room of n bytes. MISSING for null and for what is no JSON of ours.
 */
void tsr_value_json(struct tsr_value *out, struct tsr_span json,
    uint8_t *room, size_t n);

#endif
