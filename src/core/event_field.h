/*
 * event_field - the fields of one event against those of its kind. For
 * event.c.
 */
#ifndef TSR_CORE_EVENT_FIELD_H
#define TSR_CORE_EVENT_FIELD_H

#include "core/event.h"

/*
 * Check out->f (p NULL: no fields) as fields of out->kind; fills values, or
 * fault, at and field.
 */
void tsr_event_fields(struct tsr_event *out, const struct tsr_table *table);

/* Is it a name: a letter, then letters, digits and, in a kind's, hyphens? */
bool tsr_event_named(struct tsr_span name, bool kind);

#endif
