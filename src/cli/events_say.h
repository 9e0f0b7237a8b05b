/*
 * events_say - one mistake in events, said with its place and a hint.
 */
#ifndef TSR_CLI_EVENTS_SAY_H
#define TSR_CLI_EVENTS_SAY_H

#include <stdio.h>

#include "base/buf.h"
#include "core/event.h"

struct tsr_event_note {
	const char *file;
	struct tsr_span text; /* of the record: a line, or a whole batch */
	size_t line;	      /* number of its first line, from 1 */
	enum tsr_event_fault fault;
	struct tsr_span at;    /* within text */
	struct tsr_span field; /* the field's or member's name; may be empty */
	struct tsr_span name;  /* the kind's, where it is known; may be empty */
	uint32_t kind;	       /* or TSR_EVENT_UNKNOWN */
};

/* Say it to a person. */
void tsr_event_say(FILE *out, const struct tsr_event_note *note,
    const struct tsr_table *table);

/* The same as a JSON object. */
void tsr_event_say_json(struct tsr_buf *out, const struct tsr_event_note *note,
    const struct tsr_table *table);

#endif
