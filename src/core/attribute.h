/*
 * attribute - read one fact about a visitor from the request.
 */
#ifndef TSR_CORE_ATTRIBUTE_H
#define TSR_CORE_ATTRIBUTE_H

#include "core/visit.h"

/*
 * The value that an ATTR record describes. MISSING when the request does not
 * have it, when its purpose is not granted, or when what was sent does not have
 * the attribute's type: longer than TSR_VALUE_MAX, not UTF-8, with a NUL, ...
 * An empty header is as good as none.
 */
void tsr_attribute_read(
    struct tsr_value *out, struct tsr_visit *visit, const uint8_t *attribute);

/*
 * The value that JSON text stands for; a string with escapes is decoded into
 * room of n bytes. MISSING for null and for what is no JSON of ours.
 */
void tsr_attribute_json(struct tsr_value *out, struct tsr_span json,
    uint8_t *room, size_t n);

/*
 * The value of a cookie, not decoded. Servers pass several Cookie lines on as
 * several parameters: the first line that has the name counts.
 */
bool tsr_attribute_cookie(struct tsr_span *value,
    const struct tsr_request *request, struct tsr_span name);

/* UTF-8 without NUL? */
bool tsr_attribute_is_text(struct tsr_span s);

#endif
