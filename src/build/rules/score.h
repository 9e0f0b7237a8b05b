/*
 * score - variants/scores.json: what is gathered of what visitors do.
 *
 * Without the file there is one score, "intent", as score_default.c has it, as
 * soon as an attribute asks for it.
 */
#ifndef TSR_BUILD_SCORE_H
#define TSR_BUILD_SCORE_H

#include "build/rules/rules.h"

struct tsr_scores;

/* Is this a score's attribute, with its type and purpose? Sets its number. */
bool tsr_scores_check(struct tsr_rules *rules, struct tsr_rules_attribute *a);

/* The values that an attribute can have: tiers; false: it is none of these. */
bool tsr_scores_values(const struct tsr_json **out,
    const struct tsr_rules *rules, uint32_t attribute);

/* The sections SCOR VECT GAIN TIER. */
void tsr_scores_write(struct tsr_buf *sections, const struct tsr_rules *rules,
    const struct tsr_strings *strings);

/* The default's text. */
struct tsr_span tsr_score_default(void);

#endif
