/*
 * why_say - the parts of conditions as tessera why says them, for people and in
 * JSON; and what its files share.
 */
#ifndef TSR_CLI_WHY_SAY_H
#define TSR_CLI_WHY_SAY_H

#include "build/rules/reason.h"
#include "cli/look.h"

struct tsr_why {
	struct tsr_look look;
	struct tsr_json values;
	struct tsr_reason_visitor visitor;
	bool json, colour;
	struct tsr_buf out;
	size_t said; /* slots and triggers */
};

/* no, yes or later. */
void tsr_why_told(struct tsr_why *w, enum tsr_reason_answer told);

/* The lines of a rule's condition; in JSON the items of a list. */
void tsr_why_parts(
    struct tsr_why *w, unsigned depth, const struct tsr_reason *told);

/* why_trigger.c: what may be shown on the page in the moment. */
void tsr_why_triggers(struct tsr_why *w);

#endif
