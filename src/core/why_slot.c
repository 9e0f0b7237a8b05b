/*
 * why_slot - what stands in each slot of a page, and the signals that were read
 * for it, for GET /_tessera/why.
 */
#include "core/why_slot.h"

/* The body's end: always left free while slots are written. */
#define END_MAX 1024

static void
put_signal(struct tsr_why_writer *w, uint32_t attribute,
    const struct tsr_signal *signal)
{
	static const char kinds[][8] = {
	    "", "other", "present", "missing", "shown",
	    "drawn", "matched"};
	const char *kind = kinds[signal->kind];

	if (!w->json) {
		tsr_why_put(w, TSR_LIT("<dt>"));
		tsr_why_title(w, attribute);
		tsr_why_put(w, TSR_LIT("</dt><dd>"));
		tsr_why_found(w, attribute, signal);
		tsr_why_put(w, TSR_LIT("</dd>\n"));
		return;
	}
	tsr_why_put(w, TSR_LIT("{\"name\":\""));
	tsr_why_text(w,
	    tsr_table_text(w->t, tsr_table_record(w->t, TSR_SECTION_ATTR,
				     attribute, TSR_ATTRIBUTE_SIZE)));
	tsr_why_put(w, TSR_LIT("\",\"title\":\""));
	tsr_why_title(w, attribute);
	tsr_why_put(w, TSR_LIT("\",\"found\":\""));
	tsr_why_put(w,
	    tsr_span_of(kind, tsr_span_find(tsr_span_of(kind, 8), 0, 0)));
	tsr_why_put(w, TSR_LIT("\",\"text\":\""));
	tsr_why_found(w, attribute, signal);
	tsr_why_put(w, TSR_LIT("\"}"));
}

void
tsr_why_put_signals(struct tsr_why_writer *w, const struct tsr_signal *signals)
{
	uint32_t i, count = tsr_table_count(w->t, TSR_SECTION_ATTR);
	bool first = true;

	tsr_why_put(w, w->json ? TSR_LIT("[") : TSR_LIT(""));
	for (i = 0; i < count && i < TSR_ATTRIBUTES_MAX; i++) {
		if (signals[i].kind == TSR_SIGNAL_NONE)
			continue;
		if (first && !w->json) {
			tsr_why_put(w, TSR_LIT("<p>"));
			tsr_why_say(w, TSR_WHY_BECAUSE);
			tsr_why_put(w, TSR_LIT("</p>\n<dl>\n"));
		} else if (!first && w->json) {
			tsr_why_put(w, TSR_LIT(","));
		}
		first = false;
		put_signal(w, i, &signals[i]);
	}
	if (w->json) {
		tsr_why_put(w, TSR_LIT("]"));
	} else if (!first) {
		tsr_why_put(w, TSR_LIT("</dl>\n"));
	} else {
		tsr_why_put(w, TSR_LIT("<p>"));
		tsr_why_say(w, TSR_WHY_NO_SIGNAL);
		tsr_why_put(w, TSR_LIT("</p>\n"));
	}
}

/* What stands in a place, in a sentence. */
static void
say_shown(struct tsr_why_writer *w, struct tsr_span shown, bool own,
    bool omitted)
{
	if (omitted || own) {
		tsr_why_say(w, omitted ? TSR_WHY_NOTHING : TSR_WHY_OWN);
		return;
	}
	tsr_why_say(w, TSR_WHY_SHOWS);
	tsr_why_text(w, TSR_LIT(" "));
	tsr_why_say(w, TSR_WHY_OPEN);
	tsr_why_text(w, shown);
	tsr_why_say(w, TSR_WHY_SHUT);
	tsr_why_text(w, TSR_LIT("."));
}

/* What stands in a slot, or the whole page, and by what. */
static void
put_shown(struct tsr_why_writer *w, struct tsr_span name,
    const uint8_t *program, uint32_t position, size_t depth)
{
	struct tsr_span shown = tsr_table_text(w->t, program + 8);
	bool omitted = (tsr_le32(program + 20) & 1) != 0;
	bool own = tsr_span_eq(shown, TSR_LIT("default"));

	if (w->json) {
		tsr_why_put(w, TSR_LIT("{\"slot\":\""));
		tsr_why_text(w, name);
		tsr_why_put(w, TSR_LIT("\",\"position\":"));
		tsr_head_uint(w->out, position);
		tsr_why_put(w, TSR_LIT(",\"depth\":"));
		tsr_head_uint(w->out, depth);
		tsr_why_put(w, TSR_LIT(",\"shows\":\""));
		tsr_why_text(w, shown);
		tsr_why_put(w, own ? TSR_LIT("\",\"own\":true") :
				     TSR_LIT("\",\"own\":false"));
		tsr_why_put(w, omitted ? TSR_LIT(",\"omitted\":true") :
					 TSR_LIT(",\"omitted\":false"));
		tsr_why_put(w, TSR_LIT(",\"text\":\""));
		say_shown(w, shown, own, omitted);
		tsr_why_put(w, TSR_LIT("\",\"signals\":"));
		return;
	}
	tsr_why_put(w, TSR_LIT("<h2>"));
	tsr_why_text(w, name);
	if (position > 0) {
		tsr_why_put(w, TSR_LIT(" "));
		tsr_head_uint(w->out, position);
	}
	tsr_why_put(w, TSR_LIT("</h2>\n<p>"));
	say_shown(w, shown, own, omitted);
	tsr_why_put(w, TSR_LIT("</p>\n"));
}

static void
put_decided(struct tsr_why_writer *w, const struct tsr_signal *signals)
{
	tsr_why_put_signals(w, signals);
	tsr_why_put(w, w->json ? TSR_LIT("}") : TSR_LIT(""));
}

static bool
is_any(const struct tsr_signal *signals)
{
	uint32_t i;

	for (i = 0; i < TSR_ATTRIBUTES_MAX; i++)
		if (signals[i].kind != TSR_SIGNAL_NONE)
			return true;
	return false;
}

/* The page itself, when it has several editions or texts of its own. */
static bool
put_edition(struct tsr_why_writer *w, const struct tsr_choices *choices,
    const uint8_t *page)
{
	struct tsr_chosen whole = {.slot = UINT32_MAX,
	    .program = choices->program};
	struct tsr_signal signals[TSR_ATTRIBUTES_MAX];
	const uint8_t *program = tsr_table_record(
	    w->t, TSR_SECTION_PROG, choices->program, TSR_PROGRAM_SIZE);

	tsr_why_signals(signals, w->t, &choices->ask, page, &whole, 1);
	if (program == NULL ||
	    (tsr_le32(page + 32) < 2 && !is_any(signals)))
		return false;
	put_shown(w, tsr_table_text(w->t, page), program, 0, 0);
	put_decided(w, signals);
	return true;
}

/* The last slot of a chain. */
static bool
put_slot(struct tsr_why_writer *w, const struct tsr_choices *choices,
    const uint8_t *page, const struct tsr_chosen *chain, size_t count)
{
	const struct tsr_chosen *chosen = &chain[count - 1];
	struct tsr_signal signals[TSR_ATTRIBUTES_MAX];
	const uint8_t *slot, *program;

	slot = tsr_table_record(
	    w->t, TSR_SECTION_SLOT, chosen->slot, TSR_SLOT_SIZE);
	program = tsr_table_record(
	    w->t, TSR_SECTION_PROG, chosen->program, TSR_PROGRAM_SIZE);
	if (slot == NULL || program == NULL)
		return false;
	tsr_why_signals(
	    signals, w->t, &choices->ask, page, chain, count);
	put_shown(w, tsr_table_text(w->t, slot + 12), program,
	    tsr_le32(slot + 20), count - 1);
	put_decided(w, signals);
	return true;
}

bool
tsr_why_fits(struct tsr_why_writer *w, size_t *since)
{
	bool good = !w->out->full && w->out->cap - w->out->n >= END_MAX;

	if (!good)
		w->out->n = *since;
	w->out->full &= good;
	*since = w->out->n;
	return good;
}

bool
tsr_why_put_slots(struct tsr_why_writer *w, struct tsr_choices *choices,
    const uint8_t *page)
{
	struct tsr_chosen chain[TSR_SLOT_DEPTH], chosen;
	bool any = put_edition(w, choices, page);
	size_t before = w->out->n;

	while (tsr_choices_next(choices, &chosen)) {
		/* It stands inside of those that came before it. */
		chain[chosen.depth] = chosen;
		if (any && w->json)
			tsr_why_put(w, TSR_LIT(","));
		any = true;
		w->out->full |=
		    !put_slot(w, choices, page, chain, chosen.depth + 1);
		if (!tsr_why_fits(w, &before))
			return false;
	}
	if (!any && !w->json) {
		tsr_why_put(w, TSR_LIT("<p>"));
		tsr_why_say(w, TSR_WHY_NO_SLOT);
		tsr_why_put(w, TSR_LIT("</p>\n"));
	}
	return true;
}
