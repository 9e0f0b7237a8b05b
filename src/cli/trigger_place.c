/*
 * trigger_place - a trigger's place and limits in words, for those who explain.
 */
#include "cli/trigger_place.h"

static uint32_t
number(const struct tsr_trigger_entry *e, const char *name)
{
	const struct tsr_json *v = tsr_json_get(e->json, name);

	return v != NULL ? (uint32_t)tsr_json_number(v) : 0;
}

static struct tsr_span
text(const struct tsr_trigger_entry *e, const char *name)
{
	return tsr_json_text(tsr_json_get(e->json, name));
}

/* 0: the dialog; else 1 + the first trigger with this slot. */
static uint32_t
place_of(struct tsr_triggers *all, struct tsr_span slot)
{
	uint32_t i;

	for (i = 0; slot.n > 0; i++)
		if (tsr_span_eq(text(tsr_triggers_at(all, i), "slot"), slot))
			return i + 1;
	return 0;
}

void
tsr_trigger_read(struct tsr_trigger *out, struct tsr_triggers *all, uint32_t i)
{
	const struct tsr_trigger_entry *e = tsr_triggers_at(all, i);
	struct tsr_span once = text(e, "once");

	*out = (struct tsr_trigger){.priority = number(e, "priority"),
	    .cooldown = number(e, "cooldown"),
	    .once = once.n == 0 ? TSR_ONCE_NEVER
		: tsr_span_eq(once, TSR_LIT("session")) ? TSR_ONCE_SESSION
							: TSR_ONCE_VISITOR,
	    .place = place_of(all, text(e, "slot"))};
}

void
tsr_trigger_say(struct tsr_buf *out, const struct tsr_trigger_entry *e)
{
	struct tsr_span slot = text(e, "slot"), once = text(e, "once");

	if (slot.n > 0)
		tsr_buf_printf(out, "in slot %.*s", TSR_ARG(slot));
	else
		tsr_buf_text(out, "in a dialog");
	tsr_buf_printf(out, ", priority %u", number(e, "priority"));
	if (once.n > 0)
		tsr_buf_printf(out, ", once a %.*s", TSR_ARG(once));
	if (number(e, "cooldown") > 0)
		tsr_buf_printf(out, ", not again for %u s",
		    number(e, "cooldown"));
}

void
tsr_trigger_json(struct tsr_buf *out, const struct tsr_trigger_entry *e)
{
	tsr_buf_text(out, "\"trigger\":");
	tsr_buf_json(out, e->name);
	tsr_buf_text(out, ",\"slot\":");
	if (text(e, "slot").n > 0)
		tsr_buf_json(out, text(e, "slot"));
	else
		tsr_buf_text(out, "null");
	tsr_buf_printf(out, ",\"priority\":%u", number(e, "priority"));
}
