/*
 * trigger - which of the triggers that hold fire, and what keeps the others.
 */
#include "core/trigger.h"

/* Was a moment less than this many seconds ago? 0 is never. */
static bool
is_recent(uint32_t moment, uint32_t seconds, uint32_t now)
{
	return moment != 0 && (now < moment || now - moment < seconds);
}

/* What keeps it back by itself, whatever the others do. */
static enum tsr_held
alone(const struct tsr_trigger *t, const struct tsr_trigger_world *world)
{
	if (!t->holds)
		return TSR_HELD_CONDITION;
	if ((t->cooldown > 0 || t->once != TSR_ONCE_NEVER) && !world->remembers)
		return TSR_HELD_CONSENT;
	if ((t->once == TSR_ONCE_SESSION && t->active) ||
	    (t->once == TSR_ONCE_VISITOR && t->shown != 0))
		return TSR_HELD_ONCE;
	if (is_recent(t->closed, TSR_TRIGGER_CLOSED, world->now))
		return TSR_HELD_DISMISSED;
	if (is_recent(t->shown, t->cooldown, world->now))
		return TSR_HELD_COOLDOWN;
	return TSR_HELD_NOT;
}

/* A dialog is never taken away; a slot goes to what is more important. */
static bool
is_taken(const struct tsr_trigger *t, const struct tsr_trigger_world *world)
{
	uint32_t open =
	    t->place < world->open_count ? world->open[t->place] : 0;

	return open > (t->place == 0 ? 0 : t->priority);
}

/* The most important that is not decided; the first of equal ones. */
static uint32_t
next(const bool *done, const struct tsr_trigger *list, uint32_t n)
{
	uint32_t i, best = n;

	for (i = 0; i < n; i++)
		if (!done[i] && (best == n ||
			list[i].priority > list[best].priority))
			best = i;
	return best;
}

void
tsr_trigger_decide(enum tsr_held *held, const struct tsr_trigger *list,
    uint32_t n, const struct tsr_trigger_world *world)
{
	bool done[TSR_TRIGGERS_MAX] = {false};
	uint32_t fired[TSR_TRIGGERS_MAX], count = 0, active = 0, i, k, round;

	if (n > TSR_TRIGGERS_MAX)
		n = TSR_TRIGGERS_MAX;
	for (i = 0; i < n; i++)
		active += list[i].active;
	for (round = 0; round < n; round++) {
		i = next(done, list, n);
		done[i] = true;
		held[i] = alone(&list[i], world);
		for (k = 0; k < count && fired[k] != list[i].place; k++)
			;
		if (held[i] == TSR_HELD_NOT &&
		    (k < count || is_taken(&list[i], world)))
			held[i] = TSR_HELD_PRIORITY;
		if (held[i] == TSR_HELD_NOT && !list[i].active &&
		    active >= world->most)
			held[i] = TSR_HELD_CAP;
		if (held[i] != TSR_HELD_NOT)
			continue;
		fired[count++] = list[i].place;
		active += !list[i].active;
	}
}

const char *
tsr_trigger_word(enum tsr_held held)
{
	static const char words[TSR_HELD_COUNT][10] = {"", "condition",
	    "consent", "once", "dismissed", "cooldown", "priority", "cap"};

	return held < TSR_HELD_COUNT ? words[held] : words[0];
}
