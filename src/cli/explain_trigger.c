/*
 * explain_trigger - which triggers may be shown on a page, and when.
 *
 * Of each the cases that it comes to here: what the server must find in the
 * visitor, and what is then asked in the browser.
 */
#include "cli/explain_trigger.h"

#include "build/rules/trigger.h"
#include "cli/trigger_place.h"

/* A condition is cut here for people: a list may have a million ids. */
#define TEXT_MAX 400

struct explaining {
	struct tsr_buf *out;
	struct tsr_rules *rules;
	bool json, colour;
	size_t cases; /* of the trigger */
};

/* A condition; NULL: always, or it is too large. */
static void
put_condition(struct explaining *x, const struct tsr_json *condition,
    const char *otherwise)
{
	size_t from = x->out->n, end;

	if (condition == NULL) {
		tsr_buf_text(x->out, otherwise);
		return;
	}
	tsr_json_write(x->out, condition);
	if (x->json || x->out->n - from <= TEXT_MAX)
		return;
	/* Not within a character. */
	for (end = from + TEXT_MAX; (x->out->p[end] & 0xc0) == 0x80; end--)
		;
	x->out->n = end;
	tsr_buf_text(x->out, "...");
}

/* browser NULL: nothing more is asked. */
static void
say_case(struct explaining *x, uint32_t decision, const struct tsr_json *browser)
{
	bool always = decision == TSR_RESIDUE_ALWAYS;
	struct tsr_json server, written;
	bool fits = !always && tsr_rules_said(&server, x->rules, decision);

	if (browser != NULL) {
		written = tsr_rules_as_written(x->rules, browser);
		browser = &written;
	}
	if (x->json) {
		tsr_buf_text(x->out, x->cases++ > 0 ? ",{" : "{");
		tsr_buf_text(x->out, "\"server\":");
		put_condition(x, fits ? &server : NULL,
		    always ? "true" : "null");
		tsr_buf_text(x->out, ",\"browser\":");
		put_condition(x, browser, "true");
		tsr_buf_text(x->out, "}");
		return;
	}
	tsr_buf_text(x->out, x->cases++ > 0 ? "     or server   "
					    : "        server   ");
	put_condition(x, fits ? &server : NULL,
	    always ? "always" : "(too large to be said)");
	tsr_buf_text(x->out, "\n        browser  ");
	put_condition(x, browser, "always");
	tsr_buf_byte(x->out, '\n');
}

static void
say_cases(struct explaining *x, uint32_t decision)
{
	const struct tsr_rules_residue *list;
	size_t i, n = tsr_rules_residues(&list, x->rules, decision);
	bool can[2];

	tsr_rules_can(can, x->rules, decision);
	x->cases = 0;
	for (i = 0; i < n; i++)
		say_case(x, list[i].decision, &list[i].condition);
	if (can[0])
		say_case(x, can[1] ? decision : TSR_RESIDUE_ALWAYS, NULL);
}

static void
say_trigger(struct explaining *x, const struct tsr_trigger_entry *e,
    uint32_t decision, bool first)
{
	if (x->json) {
		tsr_buf_text(x->out, first ? "{" : ",{");
		tsr_trigger_json(x->out, e);
		tsr_buf_text(x->out, ",\"cases\":[");
		say_cases(x, decision);
		tsr_buf_text(x->out, "]}");
		return;
	}
	if (first)
		tsr_buf_text(x->out, x->colour
			? "\n\033[1mtriggers\033[0m that may be shown\n"
			: "\ntriggers that may be shown\n");
	tsr_buf_printf(x->out, "    %.*s, ", TSR_ARG(e->name));
	tsr_trigger_say(x->out, e);
	tsr_buf_byte(x->out, '\n');
	say_cases(x, decision);
}

size_t
tsr_explain_triggers(
    struct tsr_buf *out, struct tsr_look *look, bool json, bool colour)
{
	struct explaining x = {.out = out, .rules = look->site.rules,
	    .json = json, .colour = colour};
	struct tsr_triggers *all = look->site.triggers;
	const struct tsr_rules_residue *residues;
	size_t i, n = 0;
	uint32_t decision;
	bool can[2];

	for (i = 0; look->page->triggers != NULL &&
	     i < tsr_triggers_count(all); i++) {
		decision = look->page->triggers->decisions[i];
		tsr_rules_can(can, x.rules, decision);
		if (can[0] || tsr_rules_residues(
			&residues, x.rules, decision) > 0)
			say_trigger(&x, tsr_triggers_at(all, i), decision,
			    n++ == 0);
	}
	return n;
}
