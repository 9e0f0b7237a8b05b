/*
 * word - the names of the format's small numbers, as people read them.
 *
 * One list for messages, schemas, dumps and texts of consent. A number that
 * has no name is "?".
 */
#ifndef TSR_CORE_WORD_H
#define TSR_CORE_WORD_H

#include <stdint.h>

#include "core/format.h"

/* Each ends with 0 and has the room of so many bytes. */
#define TSR_WORD_SIZE 16

const char *tsr_word_type(uint32_t type);	 /* enum tsr_attribute_type */
const char *tsr_word_source(uint32_t source);	 /* enum tsr_attribute_source */
const char *tsr_word_purpose(uint32_t purpose); /* enum tsr_purpose */
const char *tsr_word_tier(uint32_t tier);	 /* enum tsr_tier */
const char *tsr_word_event_type(uint32_t type);	 /* enum tsr_event_type */
const char *tsr_word_event_category(
    uint32_t category);				 /* enum tsr_event_category */
/* Bits 1 << enum tsr_event_from. */
const char *tsr_word_event_from(uint32_t from);

#endif
