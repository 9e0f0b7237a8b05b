/*
 * value - what an attribute has to say: a scalar, JSON, or nothing.
 */
#include "core/value.h"

#include "core/jsonread.h"
#include "core/number.h"

void
tsr_value_json(
    struct tsr_value *out, struct tsr_span json, uint8_t *room, size_t n)
{
	struct tsr_span value;

	memset(out, 0, sizeof(*out));
	out->kind = TSR_VALUE_MISSING;
	if (!tsr_jsonread_check(&value, json))
		return;
	switch (tsr_jsonread_kind(value)) {
	case TSR_JSONREAD_BOOLEAN:
		out->kind = TSR_VALUE_BOOLEAN;
		out->boolean = value.p[0] == 't';
		break;
	case TSR_JSONREAD_NUMBER:
		if (tsr_number_read(&out->number, value))
			out->kind = TSR_VALUE_NUMBER;
		break;
	case TSR_JSONREAD_STRING:
		if (tsr_jsonread_text(&out->string, value, room, n))
			out->kind = TSR_VALUE_STRING;
		break;
	case TSR_JSONREAD_ARRAY:
	case TSR_JSONREAD_OBJECT:
		out->kind = TSR_VALUE_JSON;
		out->string = value;
		break;
	default:
		break;
	}
}
