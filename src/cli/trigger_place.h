/*
 * trigger_place - a trigger's place and limits in words, for those who explain.
 */
#ifndef TSR_CLI_TRIGGER_PLACE_H
#define TSR_CLI_TRIGGER_PLACE_H

#include "base/buf.h"
#include "build/rules/trigger.h"
#include "core/trigger.h"

/* What core decides by, but for whether it holds and what is remembered. */
void tsr_trigger_read(
    struct tsr_trigger *out, struct tsr_triggers *all, uint32_t i);

/* in slot "prompt", priority 90, once a session */
void tsr_trigger_say(struct tsr_buf *out, const struct tsr_trigger_entry *e);

/* The first members of an object, behind its brace. */
void tsr_trigger_json(struct tsr_buf *out, const struct tsr_trigger_entry *e);

#endif
