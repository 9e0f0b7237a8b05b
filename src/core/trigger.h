/*
 * trigger - which of the triggers that hold fire, and what keeps the others.
 *
 * Pure: what holds, what is remembered, and the time go in; for each trigger
 * comes out whether it fires now, or why it is held back.
 * src/browser/trigger.js is the same for pages; this one is for tests and tools.
 */
#ifndef TSR_CORE_TRIGGER_H
#define TSR_CORE_TRIGGER_H

#include "core/bytes.h"
#include "core/limits.h"

/* Why a trigger is held back: the first of these that is so. */
enum tsr_held {
	TSR_HELD_NOT,	    /* it fires */
	TSR_HELD_CONDITION, /* its condition does not hold */
	TSR_HELD_CONSENT,   /* its limits may not be remembered */
	TSR_HELD_ONCE,	    /* it was shown, and is shown once */
	TSR_HELD_DISMISSED, /* the visitor closed it not long ago */
	TSR_HELD_COOLDOWN,  /* it was shown not long ago */
	TSR_HELD_PRIORITY,  /* its place has what is at least as important */
	TSR_HELD_CAP,	    /* as many as may be active are */
	TSR_HELD_COUNT
};

enum tsr_once {
	TSR_ONCE_NEVER,	  /* as often as it likes */
	TSR_ONCE_SESSION, /* once in a session */
	TSR_ONCE_VISITOR, /* once */
	TSR_ONCE_COUNT
};

struct tsr_trigger {
	uint32_t priority;
	uint32_t cooldown; /* seconds */
	uint8_t once;	   /* enum tsr_once */
	uint32_t place;	   /* 0: the dialog; else a slot's number */
	bool holds;	   /* its condition, now */
	/* What is remembered of it. */
	bool active;	 /* it was shown in this session */
	uint32_t shown;	 /* seconds since 1970: last; 0: never */
	uint32_t closed; /* by the visitor, last; 0: never */
};

struct tsr_trigger_world {
	uint32_t now;	 /* seconds since 1970 */
	uint32_t most;	 /* that may be active in a session */
	bool remembers;	 /* the purpose "functional" is granted */
	/*
	 * By place: 1 + the priority of what it shows; 0: nothing.
	 */
	const uint32_t *open;
	uint32_t open_count;
};

/* held[i] for each of n triggers, at most TSR_TRIGGERS_MAX. */
void tsr_trigger_decide(enum tsr_held *held, const struct tsr_trigger *list,
    uint32_t n, const struct tsr_trigger_world *world);

/* "priority", "cap", ...; as events and the script have it. */
const char *tsr_trigger_word(enum tsr_held held);

#endif
