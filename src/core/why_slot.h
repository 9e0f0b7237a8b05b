/*
 * why_slot - what stands in each slot of a page, and the signals that were read
 * for it, for GET /_tessera/why.
 */
#ifndef TSR_CORE_WHY_SLOT_H
#define TSR_CORE_WHY_SLOT_H

#include "core/choices.h"
#include "core/why_writer.h"

/* The signals that were read, with what was found. */
void tsr_why_put_signals(
    struct tsr_why_writer *w, const struct tsr_signal *signals);

/* All slots of a PAGE record, as many as fit; whether that was all. */
bool tsr_why_put_slots(struct tsr_why_writer *w, struct tsr_choices *choices,
    const uint8_t *page);

/* Whether what was written since then leaves room for the end; else undo it. */
bool tsr_why_fits(struct tsr_why_writer *w, size_t *since);

#endif
