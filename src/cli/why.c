/*
 * why - tessera why URL [NAME=VALUE...]: every rule of a page, for a visitor.
 *
 * For each slot the rules in their order, each with the parts of its condition
 * and what was found, and which variant the server shows, and then the browser,
 * if its values were given. Triggers: see why_trigger.c.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "build/read/moment.h"
#include "cli/cli.h"
#include "cli/look.h"
#include "cli/options.h"
#include "cli/setup.h"
#include "cli/why_say.h"
#include "core/consent.h"
#include "core/decide.h"
#include "core/word.h"

#define REPORT_MAX ((size_t)64 << 20)

static const char help[] =
    "usage: tessera why [options] URL [NAME=VALUE...]\n"
    "\n"
    "Say which variant each slot of a page shows to a visitor, with every rule\n"
    "that was tried and every part of its condition, and which triggers may be\n"
    "shown. URL is a path of the site or a whole address, with its query;\n"
    "NAME=VALUE gives an attribute. With one of the browser's, such as dwell=60,\n"
    "it says what the browser would then show.\n"
    "\n"
    "  --site SITE     the site's folder (.)\n"
    "  --slot SLOT     this slot alone\n"
    "  --consent LIST  the purposes granted, with commas, or none (all)\n"
    "  --time TIME     at this moment: 2026-12-01T10:00:00+01:00 (now)\n"
    "  --json          one JSON object on standard output\n"
    "\n"
    "exit codes: 0 said, 1 mistakes in the site or no such page, 2 wrong usage\n";

/* What is decided: a slot, or the page. */
struct deciding {
	struct tsr_span name;
	unsigned depth;
	uint32_t decision;
	const struct tsr_rule_list *rules;
	const struct tsr_choice *choices;
	uint32_t chosen; /* by the server */
	uint32_t later;	 /* by the browser, if its values are known */
};

struct job {
	const char *site, *slot, *consent, *time;
	struct tsr_why w;
};

/* ---- for people ---- */

static void
print_rule(struct job *job, unsigned depth, const struct tsr_reason *told,
    struct tsr_span shows)
{
	tsr_buf_fill(&job->w.out, ' ', 4 * (depth + 1));
	tsr_why_told(&job->w, told->told);
	tsr_buf_text(&job->w.out, "  ");
	tsr_buf_add(&job->w.out, shows);
	if (!tsr_span_eq(told->name, shows))
		tsr_buf_printf(
		    &job->w.out, "  (%.*s)", TSR_ARG(told->name));
	tsr_buf_byte(&job->w.out, '\n');
	tsr_why_parts(&job->w, depth, told);
}

static void
print_begin(struct job *job, const struct deciding *d)
{
	struct tsr_buf *out = &job->w.out;

	tsr_buf_byte(out, '\n');
	tsr_buf_fill(out, ' ', 4 * d->depth);
	tsr_buf_printf(out, job->w.colour ? "\033[1m%.*s\033[0m shows %.*s"
					  : "%.*s shows %.*s",
	    TSR_ARG(d->name), TSR_ARG(d->choices[d->chosen].name));
	if (d->choices[d->chosen].omitted)
		tsr_buf_text(out, ": nothing");
	if (d->later != d->chosen) {
		tsr_buf_printf(out, "; then the browser shows %.*s",
		    TSR_ARG(d->choices[d->later].name));
		if (d->choices[d->later].omitted)
			tsr_buf_text(out, ": nothing");
	}
	tsr_buf_byte(out, '\n');
}

static void
print_rest(struct job *job, unsigned depth, struct tsr_span name, bool chosen)
{
	tsr_buf_fill(&job->w.out, ' ', 4 * (depth + 1));
	if (chosen)
		tsr_why_told(&job->w, TSR_REASON_YES);
	else
		tsr_buf_text(&job->w.out, "-    ");
	tsr_buf_printf(&job->w.out, "  %.*s%s\n", TSR_ARG(name),
	    chosen ? "" : "  (not asked)");
}

/* ---- JSON ---- */

static void
json_rule(struct job *job, const struct tsr_reason *told, struct tsr_span shows,
    bool first)
{
	tsr_buf_text(&job->w.out,
	    first ? "{\"variant\":" : ",{\"variant\":");
	tsr_buf_json(&job->w.out, shows);
	tsr_buf_text(&job->w.out, ",\"holds\":");
	if (told != NULL)
		tsr_why_told(&job->w, told->told);
	else
		tsr_buf_text(&job->w.out, "null");
	tsr_buf_text(&job->w.out, ",\"parts\":[");
	if (told != NULL)
		tsr_why_parts(&job->w, 0, told);
	tsr_buf_text(&job->w.out, "]}");
}

static void
json_begin(struct job *job, const struct deciding *d)
{
	struct tsr_buf *out = &job->w.out;

	tsr_buf_printf(out, "%s{\"slot\":", job->w.said > 0 ? "," : "");
	tsr_buf_json(out, d->name);
	tsr_buf_printf(out, ",\"depth\":%u,\"shows\":", d->depth);
	tsr_buf_json(out, d->choices[d->chosen].name);
	tsr_buf_printf(out, ",\"omitted\":%s",
	    d->choices[d->chosen].omitted ? "true" : "false");
	if (job->w.visitor.browser) {
		tsr_buf_text(out, ",\"browser\":");
		tsr_buf_json(out, d->choices[d->later].name);
	}
	tsr_buf_text(out, ",\"rules\":[");
}

/* ---- slots ---- */

/* A decision and what it leads to: the rules up to the one that holds. */
static void
say_decision(struct job *job, struct deciding *d)
{
	const struct tsr_rules_residue *residues;
	struct tsr_span shows;
	struct tsr_reason told;
	bool done = false;
	size_t i;

	d->later = d->chosen;
	if (job->w.visitor.browser && tsr_rules_residues(
		&residues, job->w.visitor.rules, d->decision) > 0)
		d->later = tsr_rules_settle(job->w.visitor.rules, d->decision,
		    &job->w.values, job->w.visitor.now);
	(job->w.json ? json_begin : print_begin)(job, d);
	for (i = 0; i < d->rules->count; i++) {
		tsr_reason_rule(&told, &job->w.visitor, d->decision, d->rules,
		    i, &job->w.look.arena);
		shows = d->choices[told.outcome].name;
		if (job->w.json)
			json_rule(job, done ? NULL : &told, shows, i == 0);
		else if (!done)
			print_rule(job, d->depth, &told, shows);
		else
			print_rest(job, d->depth, shows, false);
		done |= told.told == TSR_REASON_YES;
	}
	if (!job->w.json)
		print_rest(job, d->depth, TSR_LIT("default"), !done);
	else
		tsr_buf_text(&job->w.out, "]}");
	job->w.said++;
}

static void say_items(
    struct job *job, unsigned depth, const struct tsr_choice *choice);

static void
say_slot(struct job *job, unsigned depth, const struct tsr_item *item)
{
	struct deciding d = {.name = item->text, .decision = item->decision,
	    .depth = depth, .rules = item->rules, .choices = item->choices};

	d.chosen = tsr_decide_outcome(&job->w.look.visit, item->decision);
	if (d.chosen >= item->count)
		d.chosen = item->count - 1;
	if (job->slot == NULL ||
	    tsr_span_eq(item->text,
		tsr_span_of(job->slot, strlen(job->slot))))
		say_decision(job, &d);
	say_items(job, depth + 1, &item->choices[d.chosen]);
}

/* Slots nest to TSR_SLOT_DEPTH. */
static void
say_items(struct job *job, unsigned depth, const struct tsr_choice *choice)
{
	uint32_t r, i;

	for (r = 0; r < choice->count; r++)
		for (i = 0; i < choice->rows[r].count; i++)
			if (choice->rows[r].items[i].kind == TSR_ITEM_SLOT)
				say_slot(job, depth,
				    &choice->rows[r].items[i]);
}

static void
say_head(struct job *job)
{
	const struct tsr_look *look = &job->w.look;
	struct tsr_buf *out = &job->w.out;
	struct tsr_buf time;
	bool first = true;
	unsigned i;

	tsr_buf_init(&time, 100);
	tsr_moment_write(&time, look->now);
	tsr_buf_text(out, job->w.json ? "{\"path\":" : "");
	if (job->w.json)
		tsr_buf_json(out, look->page->path);
	else
		tsr_buf_add(out, look->page->path);
	tsr_buf_printf(out, job->w.json
		? ",\"time\":\"%.*s\",\"consent\":[" : " at %.*s, consent to ",
	    TSR_ARG(tsr_buf_view(&time)));
	for (i = TSR_PURPOSE_NONE + 1; i < TSR_PURPOSE_COUNT; i++) {
		if ((look->purposes & 1u << i) == 0)
			continue;
		tsr_buf_printf(out, job->w.json ? "%s\"%s\"" : "%s%s",
		    first ? "" : job->w.json ? "," : ", ", tsr_word_purpose(i));
		first = false;
	}
	if (job->w.json) {
		tsr_buf_text(out, "],\"attributes\":");
		tsr_json_write(out, &job->w.values);
		tsr_buf_text(out, ",\"slots\":[");
	} else {
		tsr_buf_text(out, first ? "nothing\n" : "\n");
	}
	tsr_buf_free(&time);
}

static void
say(struct job *job)
{
	const struct tsr_page *page = job->w.look.page;
	struct deciding d = {.name = TSR_LIT("the page"),
	    .decision = page->decision,
	    .rules = page->rules,
	    .choices = page->editions};

	tsr_look_begin(&job->w.look);
	job->w.values = tsr_look_values(&job->w.look);
	job->w.visitor = (struct tsr_reason_visitor){
	    .rules = job->w.look.site.rules,
	    .values = &job->w.values,
	    .known = &job->w.look.site.known,
	    .browser = job->w.look.browser,
	    .now = job->w.look.now,
	    .locale = job->w.look.visit.locale};
	say_head(job);
	d.chosen = tsr_decide_outcome(&job->w.look.visit, page->decision);
	if (d.chosen >= page->edition_count)
		d.chosen = page->edition_count - 1;
	if (page->edition_count > 1 && job->slot == NULL)
		say_decision(job, &d);
	say_items(job, 0, &page->editions[d.chosen]);
	tsr_buf_text(&job->w.out, job->w.json ? "],\"triggers\":[" : "");
	if (job->slot == NULL)
		tsr_why_triggers(&job->w);
	if (job->w.json)
		tsr_buf_text(&job->w.out, "]}\n");
	else if (job->w.said == 0)
		tsr_buf_text(&job->w.out, job->slot == NULL
			? "\nEverybody sees this page alike.\n"
			: "\nNo slot of this name has variants here.\n");
	fwrite(job->w.out.p, 1, job->w.out.n, stdout);
}

/* ---- the command ---- */

static bool
read_consent(struct job *job)
{
	struct tsr_span all, word;
	size_t from, end;

	if (job->consent == NULL)
		return true;
	all = tsr_span_of(job->consent, strlen(job->consent));
	job->w.look.purposes = TSR_CONSENT_NONE;
	for (from = 0; from < all.n && strcmp(job->consent, "none") != 0;
	     from = end + 1) {
		end = tsr_span_find(all, ',', from);
		word = tsr_span_part(all, from, end - from);
		if (tsr_consent_purpose(word) == 0)
			return false;
		job->w.look.purposes |= tsr_consent_purpose(word);
	}
	return true;
}

static int
run(struct job *job, int argc, char **argv)
{
	const char *wrong;
	int i;

	if (job->time != NULL &&
	    !tsr_moment_read(&job->w.look.now,
		tsr_span_of(job->time, strlen(job->time))))
		return tsr_options_wrong(help, "no moment: ", job->time);
	if (!read_consent(job))
		return tsr_options_wrong(
		    help, "no such purpose in ", job->consent);
	for (i = 2; i <= argc; i++) {
		wrong = tsr_look_set(&job->w.look, argv[i]);
		if (wrong != NULL)
			return tsr_options_wrong(help,
			    tsr_arena_printf(
				&job->w.look.arena, "\"%s\" %s", argv[i], wrong),
			    "");
	}
	say(job);
	return TSR_EXIT_OK;
}

int
tsr_cli_why(int argc, char **argv)
{
	struct job job = {.site = "."};
	const struct tsr_option options[] = {
	    {"--site", NULL, &job.site, NULL},
	    {"--slot", NULL, &job.slot, NULL},
	    {"--consent", NULL, &job.consent, NULL},
	    {"--time", NULL, &job.time, NULL},
	    {"--json", &job.w.json, NULL, NULL},
	};
	const struct tsr_command command = {
	    help, options, TSR_COUNT_OF(options), 1, 200};
	int code = tsr_options_read(&argc, argv, &command);

	if (code != -1)
		return code;
	tsr_setup();
	tsr_buf_init(&job.w.out, REPORT_MAX);
	job.w.colour = !job.w.json && tsr_terminal(stdout);
	code = TSR_EXIT_MISTAKES;
	if (tsr_look_open(&job.w.look, job.site, argv[1])) {
		job.w.look.now = (int64_t)time(NULL) * 1000;
		code = run(&job, argc, argv);
	} else {
		tsr_look_refuse(&job.w.look, argv[1], job.w.json);
	}
	tsr_look_close(&job.w.look);
	tsr_buf_free(&job.w.out);
	return code;
}
