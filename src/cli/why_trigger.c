/*
 * why_trigger - tessera why: the triggers of a page, for a visitor.
 *
 * Each with the parts of its condition. When the browser's values are known,
 * which of those that hold would be shown, by core/trigger.c, as if nothing had
 * been shown before.
 */
#include "build/rules/trigger.h"
#include "cli/trigger_place.h"
#include "cli/why_say.h"
#include "core/trigger.h"

struct telling {
	struct tsr_why *w;
	struct tsr_triggers *all;
	struct tsr_reason told[TSR_TRIGGERS_MAX];
	struct tsr_trigger list[TSR_TRIGGERS_MAX];
	enum tsr_held held[TSR_TRIGGERS_MAX];
	uint32_t count;
};

static void
reason_all(struct telling *t)
{
	const struct tsr_look *look = &t->w->look;
	const struct tsr_trigger_world world = {
	    .most = tsr_triggers_active(t->all),
	    .remembers =
		(look->purposes & 1u << TSR_PURPOSE_FUNCTIONAL) != 0};
	const struct tsr_trigger_entry *e;
	uint32_t i;

	for (i = 0; i < t->count; i++) {
		e = tsr_triggers_at(t->all, i);
		tsr_reason_rule(&t->told[i], &t->w->visitor,
		    look->page->triggers->decisions[i], &e->rules, 0,
		    &t->w->look.arena);
		tsr_trigger_read(&t->list[i], t->all, i);
		t->list[i].holds = t->told[i].told == TSR_REASON_YES;
	}
	tsr_trigger_decide(t->held, t->list, t->count, &world);
}

static void
print_trigger(struct telling *t, uint32_t i)
{
	const struct tsr_trigger_entry *e = tsr_triggers_at(t->all, i);
	struct tsr_buf *out = &t->w->out;

	tsr_buf_text(out, "    ");
	tsr_why_told(t->w, t->told[i].told);
	tsr_buf_printf(out, "  %.*s, ", TSR_ARG(e->name));
	tsr_trigger_say(out, e);
	if (t->w->visitor.browser && t->told[i].told == TSR_REASON_YES)
		tsr_buf_printf(out, t->held[i] == TSR_HELD_NOT
			? ": the browser shows it"
			: ": held back (%s)", tsr_trigger_word(t->held[i]));
	tsr_buf_byte(out, '\n');
	tsr_why_parts(t->w, 0, &t->told[i]);
}

static void
json_trigger(struct telling *t, uint32_t i)
{
	const struct tsr_trigger_entry *e = tsr_triggers_at(t->all, i);
	struct tsr_buf *out = &t->w->out;

	tsr_buf_text(out, i > 0 ? ",{" : "{");
	tsr_trigger_json(out, e);
	tsr_buf_text(out, ",\"holds\":");
	tsr_why_told(t->w, t->told[i].told);
	if (t->w->visitor.browser)
		tsr_buf_printf(out, t->held[i] == TSR_HELD_NOT
			? ",\"shown\":true"
			: ",\"shown\":false,\"held\":\"%s\"",
		    tsr_trigger_word(t->held[i]));
	tsr_buf_text(out, ",\"parts\":[");
	tsr_why_parts(t->w, 0, &t->told[i]);
	tsr_buf_text(out, "]}");
}

void
tsr_why_triggers(struct tsr_why *w)
{
	struct telling t = {.w = w, .all = w->look.site.triggers};
	uint32_t i;

	if (w->look.page->triggers == NULL)
		return;
	t.count = (uint32_t)tsr_triggers_count(t.all);
	reason_all(&t);
	if (!w->json)
		tsr_buf_text(&w->out, w->colour ? "\n\033[1mtriggers\033[0m\n"
						: "\ntriggers\n");
	for (i = 0; i < t.count; i++)
		(w->json ? json_trigger : print_trigger)(&t, i);
	w->said += t.count;
}
