/*
 * kind - one kind's schema: what goes beyond is said, the rest is read. For
 * kinds.c.
 */
#ifndef TSR_BUILD_KIND_H
#define TSR_BUILD_KIND_H

#include "build/event/kinds.h"

/* Is this a keyword that a kind may have, beside its fields? */
bool tsr_event_kind_word(struct tsr_span name);

/*
 * Has the schema nothing that core could not check? Each thing it has is a
 * message. Looks at keywords, types and names alone.
 */
bool tsr_event_kind_flat(struct tsr_diag *diag, const struct tsr_json *json);

/*
 * Read a schema that is flat, and valid against schemas/event.json. False after
 * a message.
 */
bool tsr_event_kind_read(struct tsr_event_kind *out,
    const struct tsr_json *json, struct tsr_arena *arena,
    struct tsr_diag *diag);

/*
 * Does the site's kind take whatever the script sends of the program's, which
 * begins with the field that an element's attribute is? False after a message.
 */
bool tsr_event_kind_covers(struct tsr_diag *diag,
    const struct tsr_event_kind *own, const struct tsr_event_kind *program);

#endif
