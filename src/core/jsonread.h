/*
 * jsonread - JSON read where it lies: no tree, no allocation.
 *
 * A value is the span of its own bytes. tsr_jsonread_check looks at all of
 * them once; the others walk what was checked, and stay inside of the span for
 * any bytes whatever. A member that is named twice counts as the last one.
 */
#ifndef TSR_CORE_JSONREAD_H
#define TSR_CORE_JSONREAD_H

#include "core/bytes.h"

enum tsr_jsonread_kind {
	TSR_JSONREAD_NONE, /* no value begins like this */
	TSR_JSONREAD_NULL,
	TSR_JSONREAD_BOOLEAN,
	TSR_JSONREAD_NUMBER,
	TSR_JSONREAD_STRING,
	TSR_JSONREAD_ARRAY,
	TSR_JSONREAD_OBJECT,
	TSR_JSONREAD_KIND_COUNT
};

/*
 * Is text one JSON value (RFC 8259), in well-formed UTF-8, nested at most
 * TSR_JSONREAD_DEPTH deep, its strings Unicode text without NUL? *value is it
 * without the blanks around.
 */
bool tsr_jsonread_check(struct tsr_span *value, struct tsr_span text);

/* What kind of value a span holds, by its first byte. */
enum tsr_jsonread_kind tsr_jsonread_kind(struct tsr_span value);

/*
 * The parts of an array or object: *rest begins as what stands inside of it,
 * and each call takes the next part off. False after the last.
 */
struct tsr_span tsr_jsonread_parts(struct tsr_span value);
bool tsr_jsonread_item(struct tsr_span *item, struct tsr_span *rest);
bool tsr_jsonread_member(
    struct tsr_span *name, struct tsr_span *value, struct tsr_span *rest);

/* The value of a member; name is text, not JSON. */
bool tsr_jsonread_find(
    struct tsr_span *value, struct tsr_span object, struct tsr_span name);

/* Item number i, and how many there are. */
bool tsr_jsonread_at(struct tsr_span *item, struct tsr_span array, size_t i);
size_t tsr_jsonread_count(struct tsr_span array);

/*
 * The text of a string: the span itself where nothing is escaped, otherwise in
 * room of n bytes. False when it does not fit. value.n bytes are enough.
 */
bool tsr_jsonread_text(struct tsr_span *text, struct tsr_span string,
    uint8_t *room, size_t n);

/* Does a string have this text? */
bool tsr_jsonread_is(struct tsr_span string, struct tsr_span text);

/*
 * The next character of a string's inside (without quotes), escapes resolved;
 * *n bytes of it were taken. Ill-formed bytes give U+FFFD.
 */
uint32_t tsr_jsonread_char(size_t *n, struct tsr_span inside);

#endif
